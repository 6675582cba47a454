from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_rules import QUICK, built_in

from coach.role_turns import KIND_MOMENTS, MOST_COUNTED, Heard, exchanges, kind_of

COMMON = frozenset("yes thank you".split())


def turn(label: str, text: str, *moments: str) -> Heard:
    return Heard(label, text.split(), moments)


@pytest.mark.parametrize(
    ("text", "moments", "expected"),
    [
        ("", (), "nothing"),
        ("bye then", ("goodbye",), "bye"),
        ("i said goodbye to my old phone a year ago", ("goodbye",), "short"),
        ("okay thanks a lot", (), "thanks"),
        ("thank you i have sent you the letter about it", (), "short"),
        ("yes that is", (), "yes"),
        ("right okay", (), "okay"),
        ("oh i see", (), "mm"),
        ("bear with me", ("hold",), "hold"),
        ("anything else for you", ("further_help",), "offer"),
        ("yes {number}", (), "number"),
        ("it ends in {number} i think and begins with b", ("dictation",), "number"),
        ("what is your name", ("asks_details",), "asks details"),
        ("i would like a new card", ("asks_to_be_served",), "wants"),
        ("you need to press the button", ("tells_what_to_do",), "tells"),
        ("do you live there", (), "asks"),
        ("what is it that you said when you rang us up on monday about the thing you had lost", (), "middling"),
        ("and it broke", (), "goes on"),
        ("yes it came on monday", (), "yes and more"),
        ("okay it came on monday", (), "okay and more"),
        ("monday", (), "tiny"),
        ("it came on monday", (), "short"),
        ("word " * 11, (), "middling"),
        ("word " * 25, (), "long"),
    ],
)
def test_a_turn_is_of_one_kind(text: str, moments: tuple[str, ...], expected: str) -> None:
    assert kind_of(turn("A", text, *moments)) == expected


def test_an_answer_is_counted_for_who_gives_it_and_where() -> None:
    found = exchanges([turn("A", "do you live there"), turn("B", "yes"), turn("B", "thank you")], COMMON)
    assert "asks > yes" in found["B"]
    assert "yes = thanks" in found["B"]
    assert "asks > yes = thanks" in found["B"]
    assert not any(name.startswith("asks >") for name in found["A"])


def test_the_first_words_of_an_answer_count_once() -> None:
    ask = turn("A", "do you live there")
    found = exchanges([ask, turn("B", "yes indeed"), ask, turn("B", "yes indeed")], COMMON)
    assert found["B"]["asks >: yes"] == found["B"]["asks >: yes *"] == 1.0
    assert found["B"]["asks > yes and more"] == 2.0


def test_who_thanks_first_and_who_ends() -> None:
    found = exchanges([turn("A", "thank you"), turn("B", "thank you"), turn("B", "bye", "goodbye")], COMMON)
    assert found["A"]["first: thanks"] == found["B"]["ends"] == found["B"]["ends: bye"] == 1.0
    assert "first: thanks" not in found["B"]
    assert found["B"]["turns"] == math.log1p(2)


def test_no_turns_hold_no_exchanges() -> None:
    assert exchanges([], COMMON) == {}


TURNS = st.lists(
    st.builds(
        turn, st.sampled_from("AB"), st.sampled_from(["", "yes", "do you live there", "thank you", "it came on monday"])
    ),
    max_size=9,
)


@QUICK
@given(TURNS)
def test_labels_do_not_matter_and_nothing_counts_without_end(turns: list[Heard]) -> None:
    found = exchanges(turns, COMMON)
    assert set(found) == {turn.label for turn in turns}
    for cues in found.values():
        assert all(0 < value <= MOST_COUNTED for value in cues.values())
    swap = {"A": "B", "B": "A"}
    swapped = exchanges([turn._replace(label=swap[turn.label]) for turn in turns], COMMON)
    assert {swap[label]: cues for label, cues in swapped.items()} == found


def test_the_moments_that_make_a_kind_exist() -> None:
    assert {moment.id for moment in built_in().rulebook.moments} >= KIND_MOMENTS
