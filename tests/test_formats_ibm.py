"""IBM Watson: words as lists, speakers by start, jobs around replies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from format_cases import Expected, assert_read_as, own, sample, spoken
from reader_cases import call_of, written

from coach.call import Call, Word
from coach.readers import read


def said_in(value: Any) -> str:
    results = value["results"][0]["results"]
    return " ".join(result["alternatives"][0]["transcript"].strip() for result in results)


SHARED = [
    Expected(
        "ibm-watson-stt/watson-job-diarized.json",
        "ibm-watson-stt",
        1,
        "unknown",
        ("1",),
        ((0, 13.04, 66.43),),
        ((0, said_in),),
        words=142,
        call_id="f14cbe1e-0315-11e9-b590-a3e1e3acdd73",
    ),
]


@pytest.mark.parametrize("expected", SHARED, ids=str)
def test_real_samples_are_read_as_counted_by_hand(expected: Expected) -> None:
    assert_read_as(expected, sample(expected.file))


def test_a_job_is_one_call_with_its_id_and_its_words_belong_to_who_starts_when_they_do() -> None:
    call = call_of(own("ibm-watson-stt/job.json"))
    assert (call.call_id, call.warnings) == ("9d1c-dentist", ())
    assert (call.started_at, call.metadata) == (None, {"transcribed": "2026-01-07T08:00:00.000Z"})
    assert spoken(call) == [
        ("unknown", "1", "dental practice <hesitation> good morning", 0.5, 2.4),
        ("unknown", "0", "my tooth hurts", 2.6, 3.6),
        ("unknown", "1", "come at 10:30", 5.0, 6.2),
        ("unknown", None, "thanks", 7.0, 7.4),
    ]


def test_a_text_that_is_displayed_otherwise_than_spoken_keeps_the_times_of_its_words() -> None:
    call = call_of(own("ibm-watson-stt/job.json"))
    assert call.turns[2].words == (
        Word("come", 5.0, 5.3),
        Word("at", 5.3, 5.4),
        Word("ten", 5.4, 5.7),
        Word("thirty", 5.7, 6.2),
    )


def test_what_two_speakers_say_in_one_result_is_read_as_spoken_and_that_is_said(tmp_path: Path) -> None:
    job = json.loads(own("ibm-watson-stt/job.json").read_bytes())
    job["results"][0]["results"][0]["alternatives"][0]["transcript"] = "dental practice good morning my tooth hurts"
    call = call_of(written(tmp_path, "two.json", json.dumps(job)))
    assert call.turns[1].text == "my tooth hurts"
    assert "result 1 has several speakers: its numbers and dates are read as spoken" in call.warnings


def test_a_reply_without_speakers_or_without_times() -> None:
    call = call_of(own("ibm-watson-stt/reply-without-speakers.json"))
    assert spoken(call) == [("unknown", None, "post office a stamp please", 0.2, None)]
    assert "1 result left out that later ones replace" in call.warnings


def test_the_replies_of_one_job_are_one_call(tmp_path: Path) -> None:
    job = json.loads(own("ibm-watson-stt/job.json").read_bytes())
    later = {"alternatives": [{"transcript": "bye ", "timestamps": [["bye", 9.0, 9.4]]}], "final": True}
    labels = [{"from": 9.0, "to": 9.4, "speaker": 0, "confidence": 0.5, "final": False}]
    job["results"].append({"result_index": 3, "results": [later], "speaker_labels": labels})
    call = call_of(written(tmp_path, "replies.json", json.dumps(job)))
    assert spoken(call)[-1] == ("unknown", "0", "bye", 9.0, 9.4)
    assert len(call.turns) == 5


def test_the_messages_of_a_connection_are_one_call_with_the_speakers_that_come_last() -> None:
    call = call_of(own("ibm-watson-stt/messages.jsonl"))
    assert spoken(call) == [
        ("unknown", "1", "tyre service", 0.5, 1.5),
        ("unknown", "0", "mine is flat", 1.8, 2.8),
    ]
    assert "2 results left out that later ones replace" in call.warnings


def test_a_reply_that_counts_from_0_again_begins_another_call(tmp_path: Path) -> None:
    lines = own("ibm-watson-stt/messages.jsonl").read_text().splitlines()
    twice = written(tmp_path, "twice.jsonl", "\n".join([*lines, *lines]))
    assert [item.call_id for item in read([twice]) if isinstance(item, Call)] == ["twice", "twice-2"]


def test_a_result_that_names_its_speaker_itself_is_read_with_that(tmp_path: Path) -> None:
    said = {"alternatives": [{"transcript": "hello ", "timestamps": [["hello ", 0.2, 0.6]]}], "final": True}
    reply = {"results": [{**said, "speaker": 1}]}
    call = call_of(written(tmp_path, "told.json", json.dumps([reply])))
    assert spoken(call) == [("unknown", "1", "hello", 0.2, 0.6)]
