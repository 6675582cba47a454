"""Amazon Connect: Contact Lens voice and chat, plain chats, and what is told while a call lasts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from format_cases import Expected, assert_read_as, own, sample, spoken
from reader_cases import call_of, rejected_of, written

SHARED = [
    Expected(
        "amazon-connect-contact-lens/contact-lens-voice-raw.json",
        "amazon-connect-contact-lens",
        10,
        "given",
        ("AGENT", "CUSTOMER", "AGENT"),
        ((0, 0.0, 0.09), (8, 24.12, 29.71), (9, 30.58, 32.11)),
        ((3, lambda value: str(value["Transcript"][3]["Content"])),),
        ("agent", "customer", "agent"),
        language="en-US",
    ),
    Expected(
        "amazon-connect-contact-lens/contact-lens-chat-raw.json",
        "amazon-connect-contact-lens",
        24,
        "given",
        ("SYSTEM_MESSAGE", "Jane", "John", "Jane"),
        ((0, 0.0, None), (1, 10.072, None), (23, 168.058, None)),
        (
            (1, lambda value: str(value["Transcript"][5]["Content"])),
            (2, lambda value: " ".join(str(value["Transcript"][number]["Content"]) for number in (6, 7, 8))),
            (23, lambda value: str(value["Transcript"][32]["Content"])),
        ),
        ("other", "agent", "customer", "agent"),
        call_id="b49644f6-672f-445c-b209-f76b36482830",
        started_at="2022-10-27T03:31:53.390000Z",
        language="en-US",
        agent=(None, "Jane", None),
    ),
]


@pytest.mark.parametrize("expected", SHARED, ids=str)
def test_real_samples_are_read_as_counted_by_hand(expected: Expected) -> None:
    assert_read_as(expected, sample(expected.file))


def test_the_rows_of_a_call_find_their_roles_in_the_table_of_participants() -> None:
    call = call_of(own("amazon-connect-contact-lens/voice-raw.json"))
    assert (call.call_id, call.language) == ("ferry-0001", "en-GB")
    assert call.metadata == {"content": "Raw", "duration": "9 s"}
    assert spoken(call) == [
        ("customer", "P2", "Is the ferry late?", 0.0, 1.8),
        ("agent", "P1", "Yes, I'm sorry, by an hour.", 1.7, 3.9),
        ("customer", "P2", "I am Ida Moor.", 4.0, 5.2),
        ("other", "P3", "Refund the lady, please.", 5.3, 6.8),
        ("agent", "P1", "I will do that now.", 7.0, 9.0),
    ]


def test_the_redacted_twin_of_a_call_names_the_same_call_and_says_what_it_is() -> None:
    call = call_of(own("amazon-connect-contact-lens/voice-redacted.json"))
    assert (call.call_id, call.metadata["content"]) == ("ferry-0001", "Redacted")
    assert call.turns[2].text == "I am [PII]."


def test_without_a_table_of_participants_their_ids_may_be_role_words(tmp_path: Path) -> None:
    value = json.loads(own("amazon-connect-contact-lens/voice-raw.json").read_text())
    del value["Participants"]
    for row in value["Transcript"]:
        row["ParticipantId"] = {"P1": "AGENT", "P2": "CUSTOMER", "P3": "SUPERVISOR"}[row["ParticipantId"]]
    call = call_of(written(tmp_path, "a.json", json.dumps(value)))
    assert [turn.role for turn in call.turns] == ["customer", "agent", "customer", "other", "agent"]
    assert call.roles.how == "label"


def test_a_chat_has_bots_and_supervisors_and_events_that_nobody_says() -> None:
    call = call_of(own("amazon-connect-contact-lens/chat.json"))
    assert (call.call_id, call.started_at) == ("ferry-0002", "2026-03-02T09:14:01.500000Z")
    assert (call.agent.name, call.roles.how, call.lacks) == ("Tomas", "given", ("ends", "words"))
    assert spoken(call) == [
        ("other", "Ferry bot", "What is it about?", 0.0, None),
        ("customer", "Ida", "A bag", 5.75, None),
        ("other", "SYSTEM_MESSAGE", "An agent will join you.", 6.5, None),
        ("agent", "Tomas", "Hello, how can I help?", 23.5, None),
        ("customer", "Ida", "My bag went overboard.", 38.5, None),
        ("other", "Mara", "Offer a voucher.", 48.5, None),
        ("agent", "Tomas", "I'm so sorry about that.", 58.5, None),
    ]
    assert call.warnings[0] == "1 attachment left out"


def test_a_menu_that_is_no_json_is_kept_as_it_is(tmp_path: Path) -> None:
    value = json.loads(own("amazon-connect-contact-lens/chat.json").read_text())
    value["Transcript"][1]["Content"] = "{What is it"
    assert call_of(written(tmp_path, "a.json", json.dumps(value))).turns[0].text == "{What is it"


def test_of_several_agents_none_is_the_agent_of_the_chat() -> None:
    call = call_of(own("amazon-connect-chat/two-agents.json"))
    assert (call.format, call.call_id, call.agent.name) == ("amazon-connect-chat", "rose-9", None)
    assert spoken(call) == [
        ("agent", "Ines", "Garden shop, hello.", 0.0, None),
        ("customer", "Customer", "The rose is dead.", 7.5, None),
        ("agent", "Olaf", "Oh, I'm sorry.", 55.0, None),
    ]
    assert call.warnings[0] == "2 agents in it, so none is taken for the agent of the call: Ines, Olaf"


def test_a_chat_in_which_nobody_writes_has_no_turns(tmp_path: Path) -> None:
    value = json.loads(own("amazon-connect-chat/two-agents.json").read_text())
    value["Transcript"] = [row for row in value["Transcript"] if row["Type"] == "EVENT"]
    assert rejected_of(written(tmp_path, "a.json", json.dumps(value))).cause.startswith("no turns")


def test_a_moment_that_no_calendar_has_is_no_time(tmp_path: Path) -> None:
    value = json.loads(own("amazon-connect-chat/two-agents.json").read_text())
    for row in value["Transcript"]:
        row["AbsoluteTime"] = "9" * 300
    assert [turn.start for turn in call_of(written(tmp_path, "a.json", json.dumps(value))).turns] == [None] * 3


LIVE = [
    ("agent", "AGENT", "Clock repairs.", 0.5, 1.5),
    ("customer", "CUSTOMER", "My clock stopped.", 1.4, 3.0),
]


def test_segments_told_while_a_call_lasts_are_read_without_the_categories_among_them() -> None:
    assert spoken(call_of(own("amazon-connect-contact-lens-live/segments.json"))) == LIVE


def test_events_of_a_stream_are_one_call_and_what_comes_twice_is_read_once() -> None:
    call = call_of(own("amazon-connect-contact-lens-live/events.jsonl"))
    assert (call.call_id, call.language) == ("clock-4", "en-US")
    assert spoken(call) == [*LIVE, ("agent", "AGENT", "Bring it in.", 3.2, 4.0)]
