"""Podcast namespace: segments of a sentence, or of a single word."""

from __future__ import annotations

from typing import Any

import pytest
from format_cases import Expected, assert_read_as, own, sample, spoken
from reader_cases import call_of


def bodies(first: int, last: int) -> Any:
    return lambda value: " ".join(row["body"] for row in value["segments"][first : last + 1])


SHARED = [
    Expected(
        "podcast-json/podcast-transcript.json",
        "podcast-json",
        2,
        "unknown",
        ("Darth Vader", "Luke"),
        ((0, 0.5, 2.5), (1, 2.75, 3.0)),
        ((0, bodies(0, 3)), (1, bodies(4, 4))),
        words=5,
    ),
]


@pytest.mark.parametrize("expected", SHARED, ids=str)
def test_real_samples_are_read_as_counted_by_hand(expected: Expected) -> None:
    assert_read_as(expected, sample(expected.file))


def test_segments_of_one_speaker_are_one_turn_and_one_without_a_name_is_nobodys() -> None:
    call = call_of(own("podcast-json/sentences.json"))
    assert spoken(call) == [
        ("agent", "Agent Mo", "Zoo tickets, this is Mo.", 0.5, 2.5),
        ("customer", "Caller", "Two for Sunday, please.", 2.4, 4.6),
        ("unknown", None, "[music]", 5.0, None),
    ]
    assert call.lacks == ("ends", "words")


def test_segments_of_one_word_are_words_and_a_pause_between_them_is_kept() -> None:
    call = call_of(own("podcast-json/words.json"))
    assert spoken(call) == [
        ("unknown", "Mo", "Zoo here. Hello?", 0.5, 3.4),
        ("unknown", "Ann", "Hi.", 4.0, 4.5),
    ]
    assert [(part.cue, part.start, part.end) for part in call.turns[0].parts] == [(0, 0.5, 1.3), (2, 3.0, 3.4)]
    assert [word.text for word in call.turns[0].words] == ["Zoo", "here.", "Hello?"]
