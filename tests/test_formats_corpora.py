"""Chats of corpora and of machines: ABCD, Taskmaster, OpenAI's messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from format_cases import Expected, assert_read_as, own, sample, spoken
from reader_cases import call_of, rejected_of, written

from coach.call import Call
from coach.readers import ReadOptions, read

ABCD = "abcd-dialogue-pairs/abcd-two-chats.json"
CHATS = "openai-chat-jsonl/toy-chat.jsonl"


def calls_of(path: Path) -> list[Call]:
    items = list(read([str(path)], ReadOptions()))
    calls = [item for item in items if isinstance(item, Call)]
    assert len(calls) == len(items), items
    return calls


def test_the_real_taskmaster_sample_is_read_as_counted_by_hand() -> None:
    expected = Expected(
        "taskmaster-utterances/tm1-sample.json",
        "taskmaster-utterances",
        20,
        "label",
        ("USER", "ASSISTANT", "USER"),
        ((0, None, None), (19, None, None)),
        ((3, lambda value: " ".join(str(value["utterances"][3]["text"]).split())),),
        ("customer", "other", "customer", "other"),
        call_id="dlg-00055f4e-4a46-48bf-8d99-4e477663eb23",
    )
    assert_read_as(expected, sample(expected.file))


def test_the_real_abcd_chats_are_read_as_counted_by_hand() -> None:
    path = sample(ABCD)
    first, second = calls_of(path)
    value: list[dict[str, Any]] = orjson.loads(path.read_bytes())
    assert (first.format, first.call_id, len(first.turns)) == ("abcd-dialogue-pairs", "3592", 22)
    assert (second.format, second.call_id, len(second.turns)) == ("abcd-dialogue-pairs", "9489", 15)
    assert first.metadata == {"flow": "product_defect", "subflow": "return_size"}
    assert [turn.role for turn in first.turns].count("other") == 3
    assert [turn.role for turn in second.turns].count("other") == 2
    assert [turn.role for turn in first.turns[3:7]] == ["customer", "agent", "other", "customer"]
    assert first.turns[0].text == f"{value[0]['original'][0][1]} {value[0]['original'][1][1]}"
    assert first.turns[7].text == value[0]["original"][8][1]
    assert [part.cue for part in second.turns[-1].parts] == [19, 20]


def test_the_real_chat_messages_are_a_conversation_a_line_without_their_instructions() -> None:
    path = sample(CHATS)
    calls = calls_of(path)
    assert [len(call.turns) for call in calls] == [2, 8, 2]
    assert [call.call_id for call in calls] == ["toy-chat", "toy-chat-2", "toy-chat-3"]
    lines = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    assert calls[1].turns[7].text == lines[1]["messages"][8]["content"]
    for call in calls:
        assert (call.format, call.roles.how, call.roles.agent) == ("openai-chat-jsonl", "given", ())
        assert [turn.role for turn in call.turns] == ["customer", "other"] * (len(call.turns) // 2)


def test_an_action_is_nobodys_speech_and_what_is_written_with_masks_is_not_read_again() -> None:
    first, second = calls_of(own("abcd-dialogue-pairs/two-splits.json"))
    assert (first.call_id, second.call_id, first.roles.how) == ("71", "72", "label")
    assert spoken(first) == [
        ("agent", "agent", "Heating line, good day.", None, None),
        ("customer", "customer", "my boiler drips all night", None, None),
        ("other", "action", "Address has been looked up.", None, None),
        ("agent", "agent", "Somebody comes at nine.", None, None),
    ]
    assert spoken(second)[1:] == [
        ("agent", "agent", "Go ahead.", None, None),
        ("customer", "customer", "40213", None, None),
    ]
    assert any('item 4 of "original" left out' in warning for warning in second.warnings)


def test_the_assistant_is_a_bot_unless_the_user_says_otherwise() -> None:
    path = own("taskmaster-utterances/ferry.json")
    assert spoken(call_of(path)) == [
        ("customer", "USER", "When is the last ferry?", None, None),
        ("other", "ASSISTANT", "At ten past eleven. Do you have a car?", None, None),
        ("customer", "USER", "No, two bikes.", None, None),
    ]
    told = call_of(path, ReadOptions(agent_labels=("assistant",)))
    assert [turn.role for turn in told.turns] == ["customer", "agent", "customer"]
    assert (told.roles.how, told.roles.agent) == ("label", ("ASSISTANT",))


def test_instructions_and_tools_are_no_turns_and_parts_are_one_text() -> None:
    first, second = calls_of(own("openai-chat-jsonl/bakery.jsonl"))
    assert spoken(first) == [
        ("customer", "user", "Two rye loaves please.", None, None),
        ("other", "assistant", "Done, they are ready at eight.", None, None),
    ]
    assert any("2 messages left out" in warning for warning in first.warnings)
    assert second.call_id == "chat-2"
    assert [turn.text for turn in second.turns] == ["Is this your seeded one?", "It is.", "Thanks."]


@pytest.mark.parametrize("role", ["system", "tool"])
def test_messages_that_nobody_says_are_no_call(tmp_path: Path, role: str) -> None:
    rows = [{"role": "user", "content": None}, {"role": role, "content": "Be kind."}]
    path = written(tmp_path, "chat.json", orjson.dumps({"messages": rows}))
    assert "nobody says anything" in rejected_of(path).cause


def test_moments_of_messages_are_counted_from_the_first(tmp_path: Path) -> None:
    rows = [
        {"role": "user", "content": "Hello.", "timestamp": "2026-03-02T09:00:00Z"},
        {"role": "assistant", "content": "Hi.", "timestamp": "2026-03-02T09:00:04.5Z"},
    ]
    call = call_of(written(tmp_path, "chat.json", orjson.dumps({"messages": rows})))
    assert [turn.start for turn in call.turns] == [0.0, 4.5]
    assert call.started_at == "2026-03-02T09:00:00Z"
