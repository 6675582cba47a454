"""Meetings: Recall.ai's words of participants, Zoom's timeline."""

from __future__ import annotations

from pathlib import Path

import orjson
from format_cases import own, spoken
from reader_cases import call_of, rejected_of, written

from coach.call import Call
from coach.readers import ReadOptions, read


def test_recall_reads_words_of_participants_and_whoever_is_unknown_stays_so() -> None:
    call = call_of(own("recall-ai/meeting.json"))
    assert (call.format, call.language, call.roles.how, call.metadata) == (
        "recall-ai",
        "en",
        "unknown",
        {"host": "Mia Stone"},
    )
    assert spoken(call) == [
        ("unknown", None, "so", 0.5, 0.7),
        ("unknown", "Mia Stone", "Welcome. Shall we?", 1.0, 2.5),
        ("unknown", "Jo", "Yes.", 2.4, 2.8),
    ]
    assert [word.text for word in call.turns[1].words] == ["Welcome.", "Shall", "we?"]


def test_recalls_older_form_has_times_without_an_object() -> None:
    call = call_of(own("recall-ai/older.json"))
    assert spoken(call) == [("unknown", "Mia Stone", "Shall we?", 2.0, 2.5), ("unknown", "Jo", "Yes.", 2.6, 2.9)]


def test_zoom_tells_members_from_callers_and_rows_of_several_are_nobodys() -> None:
    call = call_of(own("zoom-timeline/phone.json"))
    assert (call.format, call.call_id, call.started_at) == ("zoom-timeline", "zr-6", "2026-03-02T17:00:00Z")
    assert tuple(call.agent) == ("zA", "Ada Reed", None)
    assert spoken(call) == [
        ("agent", "Ada Reed", "Bicycle shop, Ada speaking.", 1.2, 2.9),
        ("customer", "+15550170", "My chain came off.", 3.0, 4.5),
        ("unknown", None, "right yes", 4.4, 5.0),
        ("agent", "Ada Reed", "Bring it in.", 65.0, 66.5),
    ]
    assert any("1 row of several people" in warning for warning in call.warnings)


def test_zoom_accounts_that_all_have_tell_nobody_apart(tmp_path: Path) -> None:
    value = orjson.loads(own("zoom-timeline/phone.json").read_bytes())
    for row in value["timeline"]:
        for user in row["users"]:
            user["zoom_userid"] = user["username"]
    call = call_of(written(tmp_path, "members.json", orjson.dumps(value)))
    assert {turn.role for turn in call.turns} == {"unknown"}
    assert tuple(call.agent) == (None, None, None)


def test_a_timeline_of_who_is_heard_is_no_call() -> None:
    assert "nobody says anything" in rejected_of(own("zoom-timeline/activity-only.json")).cause


def test_recalls_events_one_a_line_are_put_together_by_recording_and_drafts_left_out(tmp_path: Path) -> None:
    rows = [("r1", "Mia", 1.0, "transcript.data"), ("r2", "Jo", 4.0, "transcript.data")]
    rows += [("r1", "Jo", 1.8, "transcript.partial_data"), ("r1", "Jo", 2.0, "transcript.data")]
    lines = []
    for recording, name, start, kind in rows:
        moment = f"2026-03-02T09:14:0{int(start)}Z"
        word = {"text": "Hm.", "start_timestamp": {"relative": start, "absolute": moment}, "end_timestamp": None}
        said = {"words": [word], "participant": {"id": 1, "name": name}, "language_code": "en"}
        lines.append(orjson.dumps({"event": kind, "data": {"data": said, "recording": {"id": recording}}}))
    first, second = read([written(tmp_path, "events.jsonl", b"\n".join(lines))], ReadOptions())
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert (first.call_id, first.started_at, second.call_id) == ("r1", "2026-03-02T09:14:00Z", "r2")
    assert spoken(first) == [("unknown", "Mia", "Hm.", 1.0, None), ("unknown", "Jo", "Hm.", 2.0, None)]
