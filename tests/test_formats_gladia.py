"""Gladia: one place or another around the same utterances; words that carry their blank; live messages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from format_cases import own, spoken
from reader_cases import call_of, written

BIKES = [
    ("unknown", "1", "Bike shop, Noor speaking.", 0.3, 2.0),
    ("unknown", "0", "My chain broke.", 2.4, 4.1),
    ("unknown", "1", "Oh, I'm sorry.", 4.0, 5.2),
]


def test_utterances_are_read_once_and_the_users_own_metadata_is_kept() -> None:
    call = call_of(own("gladia/job.json"))
    assert (call.call_id, call.language, call.agent.name) == ("g-7001", "en", "Noor Haddad")
    assert call.metadata == {"campaign": "spring", "duration": "14 s"}
    assert spoken(call) == BIKES
    assert [word.text for word in call.turns[0].words] == ["Bike", "shop,", "Noor", "speaking."]
    assert [part.cue for part in call.turns[0].parts] == [0, 1]


@pytest.mark.parametrize("path", [("result",), ("result", "transcription")])
def test_parts_of_the_answer_are_read_the_same(tmp_path: Any, path: tuple[str, ...]) -> None:
    value = json.loads(own("gladia/job.json").read_text())
    for key in path:
        value = value[key]
    call = call_of(written(tmp_path, "part.json", json.dumps(value)))
    assert call.format == "gladia"
    assert spoken(call) == BIKES


def test_channels_without_speakers_are_the_labels_in_order_of_time() -> None:
    call = call_of(own("gladia/callback-two-channels.json"))
    assert call.call_id == "g-7002"
    assert spoken(call) == [("unknown", "1", "Dentist.", 0.4, 1.1), ("unknown", "0", "Hello, it hurts.", 1.5, 3.0)]


def test_of_live_messages_the_final_ones_are_one_call() -> None:
    call = call_of(own("gladia/live.jsonl"))
    assert (call.call_id, call.language) == ("g-live-1", "en")
    assert spoken(call) == [("unknown", None, "Hotel desk.", 0.2, 1.0)]
    assert "1 interim message left out, for the final ones say the same" in call.warnings


def test_without_utterances_the_whole_text_is_one_turn_of_nobody(tmp_path: Any) -> None:
    text = '{"metadata": {}, "transcription": {"utterances": [], "full_transcript": "One, two."}}'
    call = call_of(written(tmp_path, "text.json", text))
    assert spoken(call) == [("unknown", None, "One, two.", None, None)]
    assert any("whole text" in warning for warning in call.warnings)


def test_live_messages_may_begin_with_those_about_the_session(tmp_path: Any) -> None:
    live = own("gladia/live.jsonl")
    about = '{"type": "start_session", "session_id": "s"}\n{"type": "speech_start", "data": {"time": 0.1}}\n'
    assert spoken(call_of(written(tmp_path, "log.jsonl", about + live.read_text()))) == spoken(call_of(live))
