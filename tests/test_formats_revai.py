"""Rev AI: blanks that are elements, elements without times, names of speakers."""

from __future__ import annotations

from typing import Any

import pytest
from format_cases import Expected, assert_read_as, own, sample, spoken
from reader_cases import call_of, written


def values(number: int) -> Any:
    return lambda value: "".join(element["value"] for element in value["monologues"][number]["elements"])


SHARED = [
    Expected(
        "revai-monologues/rev.json",
        "revai-monologues",
        2,
        "unknown",
        ("0", "1"),
        ((0, 1.02, 1.71), (1, 2.3, 2.9)),
        ((0, values(0)), (1, values(1))),
        words=3,
    ),
]


@pytest.mark.parametrize("expected", SHARED, ids=str)
def test_real_samples_are_read_as_counted_by_hand(expected: Expected) -> None:
    assert_read_as(expected, sample(expected.file))


def test_marks_join_words_as_the_blanks_between_them_say() -> None:
    call = call_of(own("revai-monologues/monologues.json"))
    assert [row[1:] for row in spoken(call)] == [
        ("Operator", "Water board. Twenty-four hours, <inaudible>?", 0.4, 3.6),
        ("0", "No water.", 3.5, 4.1),
    ]
    assert [(word.text, word.start) for word in call.turns[0].words][:5] == [
        ("Water", 0.4),
        ("board.", 0.8),
        ("Twenty-four", 3.0),
        ("hours,", None),
        ("<inaudible>?", None),
    ]
    assert [(part.cue, part.start) for part in call.turns[0].parts] == [(0, 0.4), (5, 3.0)]


def test_the_name_given_for_a_speaker_is_the_label_and_may_be_a_word_for_a_role() -> None:
    call = call_of(own("revai-monologues/monologues.json"))
    assert [turn.role for turn in call.turns] == ["agent", "customer"]
    assert call.roles.how == "label"


def test_names_and_times_as_older_transcripts_write_them(tmp_path: Any) -> None:
    text = """{"speakers": [{"id": 0, "name": "Ann"}], "monologues": [{"speaker": 0, "elements": [
        {"type": "text", "value": "Good day", "timestamp": "00:00:01,500", "end_timestamp": "00:00:02,000"}]}]}"""
    assert spoken(call_of(written(tmp_path, "old.json", text))) == [("unknown", "Ann", "Good day", 1.5, 2.0)]


def test_of_live_messages_the_final_ones_are_one_call() -> None:
    call = call_of(own("revai-live/messages.jsonl"))
    assert (call.format, call.call_id) == ("revai-live", "rev-6")
    assert spoken(call) == [
        ("unknown", None, "Museum shop.", 0.2, 1.5),
        ("unknown", "1", "A map, please.", 2.0, 3.0),
    ]
    assert "1 partial message left out, for the final ones say the same" in call.warnings
