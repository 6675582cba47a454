"""Labels that keep channels apart, and words found by time."""

from __future__ import annotations

import pytest

from coach.call import Word
from coach.readers.vendors.shared.voices import TimedWords, Voice, labels_apart


@pytest.mark.parametrize(
    ("voices", "labels"),
    [
        ([], {}),
        ([("0", None)], {("0", None): None}),
        ([("0", "1"), ("0", "0"), (None, None)], {("0", "1"): "1", ("0", "0"): "0", (None, None): None}),
        ([("0", None), ("1", None)], {("0", None): "0", ("1", None): "1"}),
        ([("0", "0"), ("1", "0")], {("0", "0"): "0", ("1", "0"): "1"}),
        ([("A", "S1"), ("A", None), ("B", "S1")], {("A", "S1"): "A", ("A", None): "A", ("B", "S1"): "B"}),
        ([("1", "1A"), ("1", "1B"), ("2", "2A")], {("1", "1A"): "1A", ("1", "1B"): "1B", ("2", "2A"): "2A"}),
        ([("0", "0"), ("1", "0"), ("1", "1")], {("0", "0"): "0", ("1", "0"): "1/0", ("1", "1"): "1/1"}),
        ([("0", "0"), ("0", "1"), ("1", None)], {("0", "0"): "0/0", ("0", "1"): "0/1", ("1", None): "1"}),
        ([(None, "7"), ("0", None), ("1", None)], {(None, "7"): "7", ("0", None): "0", ("1", None): "1"}),
    ],
)
def test_labels_of_two_channels_are_never_the_same(voices: list[Voice], labels: dict[Voice, str | None]) -> None:
    assert labels_apart(voices) == labels


def test_words_fall_into_the_sentence_in_which_they_start() -> None:
    good, day, late = Word("Good", 0.5, 0.8), Word("day.", 0.8, 1.5), Word("Yes?", 1.5, 2.0)
    words = TimedWords([late, good, day, Word("um", None, None)])
    assert words.within(0.5, 1.5) == (good, day)
    assert words.within(1.5, 2.0) == (late,)
    assert words.within(None, 2.0) == words.within(0.0, None) == words.within(3.0, 2.0) == ()
