"""Chats of machines in another form, meetings of another maker, conversations by text, and dialogues in one text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from format_cases import own, spoken
from reader_cases import call_of, rejected_of, written

from coach.call import Call
from coach.readers import LeftOut, ReadOptions, read


def calls_of(path: Path | str) -> list[Call]:
    return [item for item in read([str(path)], ReadOptions()) if isinstance(item, Call)]


def test_fireflies_has_sentences_of_named_speakers_deep_in_its_answer() -> None:
    call = call_of(own("fireflies/answer.json"))
    assert (call.format, call.call_id, call.started_at) == ("fireflies", "ff-8", "2026-03-02T09:14:00Z")
    assert (call.roles.how, call.metadata) == ("unknown", {"title": "Hedges"})
    assert spoken(call) == [
        ("unknown", "Pat Moss", "Hedges and lawns, Pat here.", 0.4, 2.2),
        ("unknown", "1", "Mine grew too tall.", 2.1, 3.9),
    ]


def test_in_sharegpts_chats_the_machine_is_no_agent() -> None:
    first, second = calls_of(own("sharegpt/two.json"))
    assert (first.format, first.call_id, second.call_id) == ("sharegpt", "sg-1", "sg-2")
    assert spoken(first) == [
        ("customer", "human", "A blue lamp?", None, None),
        ("other", "gpt", "We have one left.", None, None),
    ]
    assert any("1 message left out" in warning for warning in first.warnings)


def test_an_intercom_conversation_begins_with_its_source_and_leaves_out_what_colleagues_note() -> None:
    call = call_of(own("intercom-conversation/lamp.json"))
    assert (call.format, call.call_id, call.roles.how) == ("intercom-conversation", "147", "given")
    assert (tuple(call.agent), call.started_at) == (("77", "Sue Lund", None), "2026-03-02T09:14:00Z")
    assert spoken(call) == [
        ("customer", "Rob Ames", "My lamp & its shade broke.", 0.0, None),
        ("other", "Operator", "A person will be here soon.", 2.0, None),
        ("agent", "Sue Lund", "Sorry about that. We send a new one.", 30.0, None),
        ("customer", "user", "Thanks", 150.0, None),
    ]
    assert any("1 note among colleagues" in warning for warning in call.warnings)


def test_a_record_may_hold_its_dialogue_as_one_text_or_as_lines() -> None:
    first, second = calls_of(own("json-dialogue/records.jsonl"))
    assert (first.format, first.call_id, first.agent.name) == ("json-dialogue", "r-1", "Dot")
    assert (first.started_at, first.roles.how) == ("2026-03-02T09:14:00Z", "label")
    assert spoken(first) == [
        ("agent", "Agent", "Boats for hire, Dot speaking.", None, None),
        ("customer", "Customer", "Is one free at ten?", None, None),
        ("agent", "Agent", "Two are.", None, None),
    ]
    assert spoken(second) == [
        ("agent", "Agent", "Boats.", 1.0, None),
        ("customer", "Customer", "Wrong number, sorry.", 4.0, None),
    ]


def test_a_key_that_holds_the_dialogue_gives_no_id(tmp_path: Path) -> None:
    record = {"conversation": "Agent: Boats.\nCustomer: Wrong number."}
    assert call_of(written(tmp_path, "nine.json", orjson.dumps(record))).call_id == "nine"


@pytest.mark.parametrize(
    "record",
    [
        {"transcript": "Boats for hire. Is one free at ten?"},
        {"transcript": "Agent: one line is no dialogue"},
        {"text": "Name: Dot\nDate: 2 March\nPlace: Lake"},
        {"summary": "Agent: Boats.\nCustomer: Wrong number."},
        {"transcript": ["Agent: Boats.", 7]},
    ],
    ids=str,
)
def test_a_text_that_is_no_dialogue_is_left_alone(tmp_path: Path, record: dict[str, Any]) -> None:
    assert rejected_of(written(tmp_path, "x.json", orjson.dumps(record))).cause.startswith("no transcript form known")


REPORTS: list[tuple[str, Any]] = [
    ("RingCentral", {"jobId": "j", "api": "/ai/audio/v1/async/speech-to-text", "status": "InProgress"}),
    ("RingSense", {"sourceRecordId": "7", "insights": {"Summary": [{"value": "A boat."}]}}),
    ("Aircall", {"resource": "call", "event": "call.ended", "token": "t", "timestamp": 1, "data": {"id": 1}}),
    ("Quo", {"data": {"callId": "AC1", "status": "completed", "summary": ["A boat."], "nextSteps": []}}),
    ("Quo", {"type": "x", "data": {"object": {"callId": "AC1", "status": "absent", "dialogue": None}}}),
    ("Intercom", {"type": "call", "id": "1", "admin_id": "7", "state": "ended", "transcript": []}),
    ("ElevenLabs", {"conversations": [{"conversation_id": "c", "call_duration_secs": 4}], "has_more": False}),
    ("Vapi", {"message": {"type": "status-update", "status": "ended", "call": {"id": "v"}}}),
    ("Gong", {"requestId": "r", "records": {"totalRecords": 0}, "callTranscripts": []}),
]


@pytest.mark.parametrize(("maker", "value"), REPORTS, ids=[maker for maker, _ in REPORTS])
def test_a_report_without_a_transcript_says_so_and_is_no_error_among_transcripts(
    tmp_path: Path, maker: str, value: Any
) -> None:
    path = written(tmp_path, "z-report.json", orjson.dumps(value))
    cause = rejected_of(path).cause
    assert cause.startswith("no turns: it is ")
    assert maker in cause
    written(tmp_path, "other.json", own("fireflies/answer.json").read_bytes())
    left_out: list[LeftOut] = []
    items = list(read([str(tmp_path)], ReadOptions(), left_out.append))
    assert [item.call_id for item in items if isinstance(item, Call)][-1:] == ["ff-8"]
    assert [each.source for each in left_out] == [path]
