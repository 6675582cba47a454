"""NICE CXone: blocks by channel, a unit of time that is worked out, chats, and lists without transcripts."""

from __future__ import annotations

from pathlib import Path

import orjson
from format_cases import own, spoken
from reader_cases import call_of, rejected_of, written


def test_blocks_are_of_the_agent_or_the_client_by_their_channel() -> None:
    call = call_of(own("nice-cxone/segment.json"))
    assert (call.format, call.call_id, call.language, call.roles.how) == ("nice-cxone", "447", "en-US", "given")
    assert tuple(call.agent) == ("u-12", "Jan Holt", "Harbour")
    assert call.metadata == {"queue": "Ferries", "direction": "IN_BOUND"}
    assert spoken(call) == [
        ("customer", "CLIENT", "is this the ferry office", 0.9, 2.4),
        ("agent", "AGENT", "ferry office yes", 2.3, 3.6),
        ("customer", "CLIENT", "when does the last one leave", 4.0, 95.5),
        ("agent", "AGENT", "at [TIME]", 96.0, 97.0),
    ]
    assert "times without a unit: read as milliseconds" in call.warnings
    assert "calls.example" not in repr(call)


def test_times_that_fit_speech_are_seconds(tmp_path: Path) -> None:
    value = orjson.loads(own("nice-cxone/segment.json").read_bytes())
    for row in value["transcriptBlocks"]:
        row["voiceMetadata"] = {key: time / 1000 for key, time in row["voiceMetadata"].items()}
    call = call_of(written(tmp_path, "seconds.json", orjson.dumps(value)))
    assert (call.turns[-1].start, call.warnings) == (96.0, ())


def test_a_chat_has_moments_and_a_bot_on_the_agents_channel_is_neither_side(tmp_path: Path) -> None:
    rows = [
        {"channelName": name, "userType": kind, "text": "Hm.", "chatMetadata": {"timestamp": 1772442840000 + number}}
        for number, name, kind in ((0, "AGENT", "BOT"), (4000, "CLIENT", None), (9000, "AGENT", "AGENT"))
    ]
    call = call_of(written(tmp_path, "chat.json", orjson.dumps({"type": "CHAT", "transcriptBlocks": rows})))
    assert [(turn.role, turn.start, turn.end) for turn in call.turns] == [
        ("other", 0.0, None),
        ("customer", 4.0, None),
        ("agent", 9.0, None),
    ]
    assert (call.call_id, call.started_at) == ("chat", "2026-03-02T09:14:00Z")


def test_a_list_of_interactions_is_no_transcript(tmp_path: Path) -> None:
    value = {"totalRecords": 1, "interactions": [{"segmentId": "s", "channels": [{"name": "AGENT"}]}], "links": {}}
    assert "NICE CXone list" in rejected_of(written(tmp_path, "list.json", orjson.dumps(value))).cause
