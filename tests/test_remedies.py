"""What is said of a file that is no transcript fits what it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from reader_cases import rejected_of, written

ROWS = [{"by": "op", "utt": "Depot, good morning."}, {"by": "cl", "utt": "Where is my parcel?"}]
ASSEMBLYAI = {"id": "a", "status": "error", "error": "No sound in it.", "text": None, "words": None, "utterances": None}


@pytest.mark.parametrize(
    ("value", "cause", "remedy"),
    [
        (
            {"jobName": "j", "status": "FAILED", "failureReason": "Wrong rate."},
            '"status": "FAILED"',
            "transcribed again",
        ),
        ({"jobName": "j", "status": "FAILED", "failureReason": "Wrong rate."}, "Wrong rate.", "transcribed again"),
        (ASSEMBLYAI, '"status": "error": No sound in it.', "transcribed again"),
        ({**ASSEMBLYAI, "status": "processing"}, '"status": "processing"', "Wait until"),
        ({"Job": {"JobStatus": "IN_PROGRESS"}}, '"JobStatus": "IN_PROGRESS"', "Wait until"),
    ],
)
def test_a_jobs_report_is_told_with_its_status_and_reason(
    tmp_path: Path, value: object, cause: str, remedy: str
) -> None:
    told = rejected_of(written(tmp_path, "a.json", json.dumps(value)))
    assert cause in told.cause
    assert remedy in told.remedy
    assert "--map" not in told.remedy


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        "null",
        "17",
        '{"error": {"code": 401, "message": "Please sign in"}}',
        '{"callId": "7", "summary": "A parcel is late.", "actionItems": [{"text": "Ring back"}, {"text": "Be sorry"}]}',
    ],
)
def test_what_holds_no_turns_is_not_advised_a_map(tmp_path: Path, text: str) -> None:
    told = rejected_of(written(tmp_path, "a.json", text))
    assert told.remedy.startswith("Give the transcript itself")
    assert "looks most like" not in told.cause


def test_what_has_rows_of_text_is_advised_a_map(tmp_path: Path) -> None:
    assert "--map" in rejected_of(written(tmp_path, "a.json", json.dumps({"ref": "z", "parts": ROWS}))).remedy


@pytest.mark.parametrize("text", ['{"call_id": "c", "turns": [{"role": "agent", "te', '{"a": [1, 2', '{\\n "a": 1,\\n'])
def test_json_that_is_cut_off_is_called_so(tmp_path: Path, text: str) -> None:
    told = rejected_of(written(tmp_path, "a.json", text.replace("\\n", "\n")))
    assert "cut off" in told.cause
    assert told.remedy == "Export or copy it again."


def test_a_web_page_under_another_name_is_called_one(tmp_path: Path) -> None:
    page = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><p>Please sign in</p></body></html>"
    assert rejected_of(written(tmp_path, "a.json", page)).cause == "no transcript in it: it is a web page"


def test_python_written_for_json_is_told_what_is_wrong(tmp_path: Path) -> None:
    assert "single quotes" in rejected_of(written(tmp_path, "a.json", "{'call_id': 'x', 'turns': []}")).cause
    assert "a comma" in rejected_of(written(tmp_path, "b.json", '{"call_id": "x", "turns": [1,]}')).cause
