"""Voice robots: what they call the agent is a bot, tools are no turns, and a person after the hand-over is an agent."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from format_cases import own, spoken
from reader_cases import call_of, written

from coach.call import Call
from coach.readers import ReadOptions


def assert_bot_is_no_agent(call: Call) -> None:
    assert tuple(call.agent) == (None, None, None)
    assert call.roles.how == "given"
    assert any("left out" in warning for warning in call.warnings) or "tool" not in str(call.turns)


def test_elevenlabs_has_starts_and_no_ends_and_a_tool_call_says_nothing() -> None:
    call = call_of(own("elevenlabs/conversation.json"))
    assert_bot_is_no_agent(call)
    assert (call.call_id, call.started_at, call.language) == ("conv_garden_1", "2026-03-02T14:00:00Z", "en")
    assert call.metadata == {"bot": "agent_garden"}
    assert spoken(call) == [
        ("other", "agent", "Garden centre, how can I help?", 0.0, None),
        ("customer", "user", "Is the tulip sale on?", 3.0, None),
        ("other", "agent", "It is, until Sunday.", 7.0, None),
    ]


def test_retell_says_it_thrice_and_is_read_once_with_words() -> None:
    call = call_of(own("retell/call.json"))
    assert_bot_is_no_agent(call)
    assert (call.call_id, call.started_at) == ("retell-5", "2026-03-02T15:00:00Z")
    assert spoken(call) == [
        ("other", "agent", "Moving company.", 0.4, 1.4),
        ("customer", "user", "I need a van.", 1.9, 2.6),
        ("agent", "transfer_target", "Van desk, Theo here.", None, None),
    ]
    assert [len(turn.words) for turn in call.turns] == [2, 4, 0]


def test_retell_with_nothing_but_the_list_of_tools_is_read_without_them(tmp_path: Path) -> None:
    value = orjson.loads(own("retell/call.json").read_bytes())
    del value["call"]["transcript_object"]
    call = call_of(written(tmp_path, "call.json", orjson.dumps(value)))
    assert [turn.text for turn in call.turns] == ["Moving company.", "I need a van."]
    assert any("1 row left out" in warning for warning in call.warnings)


def test_vapi_counts_from_the_start_and_the_same_as_chat_messages_is_not_read_again() -> None:
    call = call_of(own("vapi/report.json"))
    assert_bot_is_no_agent(call)
    assert spoken(call) == [
        ("other", "bot", "Cinema, hello.", 1.0, 2.5),
        ("customer", "user", "Any seats tonight?", 3.0, 4.25),
        ("other", "bot", "Two in row F.", 5.0, None),
    ]


def test_bland_has_moments_and_its_actions_are_no_turns() -> None:
    call = call_of(own("bland/call.json"))
    assert_bot_is_no_agent(call)
    assert (call.call_id, call.started_at) == ("bland-3", "2026-03-02T16:00:00Z")
    assert spoken(call) == [
        ("other", "assistant", "Chimney sweep.", 0.0, None),
        ("customer", "user", "Hello.", 3.5, None),
    ]


@pytest.mark.parametrize("file", ["elevenlabs/conversation.json", "vapi/report.json", "bland/call.json"])
def test_the_user_may_say_that_the_bot_is_to_be_coached(file: str) -> None:
    bot = str(call_of(own(file)).turns[0].speaker)
    call = call_of(own(file), ReadOptions(agent_labels=(bot,)))
    assert {turn.role for turn in call.turns} == {"agent", "customer"}


WRITTEN = "Agent: Moving company.\nUser: I need a van.\nAgent: At once.\n"


@pytest.mark.parametrize(
    ("format", "value"),
    [
        ("retell", {"call_id": "x-1", "agent_id": "a", "call_status": "ended", "transcript": WRITTEN}),
        (
            "retell",
            {"call_id": "x-1", "agent_id": "a", "call_status": "e", "transcript": WRITTEN, "transcript_object": []},
        ),
        (
            "retell",
            {
                "call_id": "x-1",
                "agent_id": "a",
                "call_status": "ended",
                "transcript": WRITTEN,
                "transcript_with_tool_calls": [{"role": "tool_call_invocation", "name": "vans"}],
            },
        ),
        ("bland", {"call_id": "x-1", "concatenated_transcript": WRITTEN, "transcripts": []}),
        ("vapi", {"id": "x-1", "assistantId": "a", "status": "ended", "startedAt": None, "transcript": WRITTEN}),
        ("vapi", {"message": {"call": {"id": "x-1"}, "artifact": {"transcript": WRITTEN, "messages": []}}}),
    ],
)
def test_a_robots_call_that_is_kept_as_one_text_has_a_bot_for_an_agent(
    tmp_path: Path, format: str, value: object
) -> None:
    call = call_of(written(tmp_path, "call.json", orjson.dumps(value)))
    assert (call.format, call.call_id, call.roles.how, tuple(call.roles.agent)) == (format, "x-1", "given", ())
    assert spoken(call) == [
        ("other", "Agent", "Moving company.", None, None),
        ("customer", "User", "I need a van.", None, None),
        ("other", "Agent", "At once.", None, None),
    ]


def test_vapi_may_keep_the_calls_id_and_start_apart_from_the_messages(tmp_path: Path) -> None:
    messages = [{"role": "bot", "message": "Yes?", "secondsFromStart": 1.5, "time": 1, "endTime": 2001}]
    call_object = {"id": "v-1", "startedAt": "2026-03-02T09:14:00Z"}
    value = {"message": {"type": "end-of-call-report", "call": call_object, "artifact": {"messages": messages}}}
    call = call_of(written(tmp_path, "report.json", orjson.dumps(value)))
    assert (call.call_id, call.started_at) == ("v-1", "2026-03-02T09:14:00Z")
    assert spoken(call) == [("other", "bot", "Yes?", 1.5, 3.5)]


def test_blands_lines_are_counted_from_the_start_of_the_call_where_it_is_told(tmp_path: Path) -> None:
    value = orjson.loads(own("bland/call.json").read_bytes())
    value["started_at"] = "2026-03-02T15:59:58Z"
    call = call_of(written(tmp_path, "call.json", orjson.dumps(value)))
    assert (call.started_at, [turn.start for turn in call.turns]) == ("2026-03-02T15:59:58Z", [2.0, 5.5])


def test_retell_may_keep_nothing_but_what_was_masked(tmp_path: Path) -> None:
    rows = [{"role": "agent", "content": "Your name?"}, {"role": "user", "content": "[NAME]"}]
    call = call_of(written(tmp_path, "call.json", orjson.dumps({"scrubbed_transcript_with_tool_calls": rows})))
    assert [(turn.role, turn.text) for turn in call.turns] == [("other", "Your name?"), ("customer", "[NAME]")]
