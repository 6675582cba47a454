"""Genesys Cloud: purposes instead of roles, times since 1970 or from the start, several transcripts of one call."""

from __future__ import annotations

from pathlib import Path

import orjson
from format_cases import own, spoken
from reader_cases import call_of, written

from coach.readers import ReadOptions


def test_phrases_of_several_transcripts_are_read_once_and_counted_from_the_first_of_these() -> None:
    call = call_of(own("genesys-cloud/epoch-two-transcripts.json"))
    assert spoken(call) == [
        ("agent", "internal", "Roof repairs, good day.", 0.5, 2.0),
        ("customer", "external", "a tile fell on xxxx", 1.9, 3.9),
        ("other", "acd", "please hold", 4.0, 4.8),
        ("agent", "internal", "Oh dear.", 5.0, None),
    ]
    assert call.turns[0].words == (
        ("Roof", 0.5, 0.8),
        ("repairs,", 0.9, 1.4),
        ("good", 1.5, 1.7),
        ("day.", 1.7, 2.0),
    )
    assert (call.call_id, call.started_at, call.language) == ("c0ffee-1", "2026-03-02T09:14:00Z", "en-us")
    assert (tuple(call.agent), call.roles.how) == (("u-44", None, None), "given")
    assert call.metadata["queue"] == "q-roofs"
    assert any(warning.startswith("1 phrase left out") for warning in call.warnings)


def test_small_numbers_are_offsets_and_one_without_a_time_may_be_said_again() -> None:
    call = call_of(own("genesys-cloud/offsets.json"))
    assert spoken(call) == [
        ("customer", "customer", "hello", 1.2, 1.6),
        ("agent", "user", "roofs", 1.5, 2.0),
        ("customer", "customer", "hello", None, None),
    ]


def test_of_several_agents_none_is_the_call_s() -> None:
    call = call_of(own("genesys-cloud/offsets.json"))
    assert call.agent.id is None
    assert any("u-1, u-2" in warning for warning in call.warnings)


def test_the_record_of_the_conversation_tells_queue_and_name() -> None:
    options = ReadOptions(companions=(str(own("genesys-cloud/record-17.json")),))
    call = call_of(own("genesys-cloud/epoch-two-transcripts.json"), options)
    assert (tuple(call.agent), call.metadata["queue"]) == (("u-44", "Ulf Tegel", None), "q-roofs-north")


def test_a_transcript_without_the_communication_around_it_is_one_too(tmp_path: Path) -> None:
    inner = orjson.loads(own("genesys-cloud/epoch-two-transcripts.json").read_bytes())["transcripts"][0]
    call = call_of(written(tmp_path, "inner.json", orjson.dumps(inner)))
    assert (call.format, call.started_at) == ("genesys-cloud", "2026-03-02T09:14:00Z")
    assert [(turn.role, turn.start) for turn in call.turns] == [("agent", 0.5), ("customer", 1.9)]


def test_without_a_start_of_a_transcript_the_communications_start_counts(tmp_path: Path) -> None:
    value = orjson.loads(own("genesys-cloud/epoch-two-transcripts.json").read_bytes())
    for each in value["transcripts"]:
        del each["startTime"]
    assert call_of(written(tmp_path, "call.json", orjson.dumps(value))).turns[0].start == 0.5


def test_the_conversation_itself_tells_queue_and_name_as_its_analytics_do(tmp_path: Path) -> None:
    conversation = {
        "id": "c0ffee-1",
        "participants": [
            {"purpose": "customer", "calls": [{"state": "terminated"}]},
            {"purpose": "agent", "userId": "u-44", "name": "Ulf Tegel", "queueName": "Roofs", "calls": []},
        ],
    }
    written(tmp_path, "conversation.json", orjson.dumps(conversation))
    content = own("genesys-cloud/epoch-two-transcripts.json").read_bytes()
    call = call_of(written(tmp_path, "transcript.json", content))
    assert (call.agent.name, call.metadata["queue"]) == ("Ulf Tegel", "Roofs")
