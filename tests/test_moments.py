from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_rules import QUICK, moment, settled

from coach.moments import _free, _free_of_many
from coach.phrases import Hit

HELLO = moment("hello", "hello")
FAULT = moment("fault", "broken")
OTHERS = (HELLO, FAULT)


def sorry_turns(lines: str, *phrases: str, **keys: Any) -> list[int]:
    """Return the turns in which a moment "sorry" with these keys stands, after ``hello`` and ``fault``."""
    found = settled([*OTHERS, moment("sorry", *(phrases or ("sorry",)), **keys)], lines)
    return [turn for turn, _ in found.get("sorry", [])]


FIVE = "agent: sorry\ncustomer: sorry\nagent: sorry\ncustomer: sorry\nagent: sorry"


@pytest.mark.parametrize(
    ("within", "expected"),
    [
        ("call", [0, 1, 2, 3, 4]),
        ("first 1 turns", [0, 1]),
        ("first 2 turns", [0, 1, 2, 3]),
        ("last 1 turn", [3, 4]),
        ("last 2 turns", [1, 2, 3, 4]),
    ],
)
def test_within_counts_the_speakers_own_turns(within: str, expected: list[int]) -> None:
    assert sorry_turns(FIVE, within=within) == expected


def test_within_counts_everybodys_turns_where_it_is_of_the_call() -> None:
    assert sorry_turns(FIVE, within="first 1 turn of the call") == [0]
    assert sorry_turns(FIVE, within="last 2 turns of the call") == [3, 4]


def test_within_seconds_of_the_start() -> None:
    lines = "0.0-1.0 agent: sorry\n2.0-3.0 customer: sorry\n40.0-41.0 agent: sorry"
    assert sorry_turns(lines, within="first 10 s") == [0, 1]
    assert sorry_turns(lines, within="last 10 s") == [2]


def test_side() -> None:
    assert sorry_turns(FIVE, side="agent") == [0, 2, 4]
    assert sorry_turns(FIVE, side="customer") == [1, 3]


AFTER = {"other": "fault", "within": "1 turn"}


@pytest.mark.parametrize(
    ("lines", "context", "expected"),
    [
        ("customer: broken\nagent: sorry", AFTER, [1]),
        ("agent: broken\ncustomer: yes\nagent: sorry", AFTER, []),
        ("customer: broken\nagent: what\ncustomer: x\nagent: sorry", AFTER, []),
        ("customer: broken\nagent: what\ncustomer: x\nagent: sorry", {"other": "fault", "within": "3 turns"}, [3]),
        ("customer: broken\nagent: what\ncustomer: x\nagent: sorry", {"other": "fault", "within": "call"}, [3]),
        ("agent: sorry\ncustomer: broken", {"other": "fault", "within": "call"}, []),
        ("agent: broken sorry", {"same": "fault"}, [0]),
        ("agent: sorry broken", {"same": "fault"}, []),
        ("agent: broken\nagent: sorry", {"same": "fault"}, [1]),
        ("agent: broken\ncustomer: x\nagent: sorry", {"same": "fault", "within": "2 turns"}, [2]),
        ("customer: broken sorry", {"customer": "fault"}, [0]),
        ("agent: broken sorry", {"customer": "fault"}, []),
        ("customer: x\nagent: broken\ncustomer: sorry", {"agent": "fault"}, [2]),
        ("0.0-1.0 customer: broken\n9.0-10.0 agent: sorry", {"other": "fault", "within": "5 s"}, []),
        ("0.0-1.0 customer: broken\n3.0-4.0 agent: sorry", {"other": "fault", "within": "5 s"}, [1]),
    ],
)
def test_after_asks_for_something_before(lines: str, context: dict[str, str], expected: list[int]) -> None:
    assert sorry_turns(lines, after=context) == expected


@pytest.mark.parametrize(
    ("lines", "context", "expected"),
    [
        ("agent: sorry\ncustomer: broken", {"other": "fault"}, [0]),
        ("agent: sorry\ncustomer: x\nagent: x\ncustomer: broken", {"other": "fault"}, []),
        ("customer: broken\nagent: sorry", {"other": "fault", "within": "call"}, []),
        ("agent: sorry broken", {"same": "fault"}, [0]),
        ("agent: broken sorry", {"same": "fault"}, []),
        ("agent: sorry\nagent: broken", {"same": "fault"}, [0]),
        ("agent: sorry\ncustomer: broken", {"agent": "fault"}, []),
        ("agent: sorry\ncustomer: broken", {"customer": "fault"}, [0]),
    ],
)
def test_before_asks_for_something_after(lines: str, context: dict[str, str], expected: list[int]) -> None:
    assert sorry_turns(lines, before=context) == expected


@pytest.mark.parametrize("key", ["after", "before"])
@pytest.mark.parametrize(
    "context", [{"other": "fault"}, {"same": "fault"}, {"agent": ["fault", "hello"], "within": "call"}]
)
@pytest.mark.parametrize(
    "lines", [FIVE, "customer: broken\nagent: sorry broken", "agent: hello sorry\ncustomer: broken sorry"]
)
def test_not_after_and_not_before_are_the_rest(key: str, context: dict[str, Any], lines: str) -> None:
    every = sorry_turns(lines)
    with_it = sorry_turns(lines, **{key: context})
    without = sorry_turns(lines, **{f"not_{key}": context})
    assert sorted(with_it + without) == every


def test_all_conditions_have_to_hold() -> None:
    keys = {"after": {"other": "fault"}, "not_before": {"other": "hello"}}
    assert sorry_turns("customer: broken\nagent: sorry\ncustomer: hello", **keys) == []
    assert sorry_turns("customer: broken\nagent: sorry\ncustomer: x", **keys) == [1]
    assert sorry_turns("customer: x\nagent: sorry\ncustomer: x", **keys) == []


def test_include_takes_in_the_places_of_others() -> None:
    both = moment("both", "hi", include=["hello", "fault"])
    found = settled([*OTHERS, both], "agent: hi, hello\ncustomer: it is broken")
    assert found["both"] == [(0, "hi"), (0, "hello"), (1, "broken")]


def test_an_included_place_that_overlaps_counts_once() -> None:
    found = settled([HELLO, moment("both", "hello there", include="hello")], "agent: hello there, hello")
    assert found["both"] == [(0, "hello there"), (0, "hello")]


def test_an_included_place_has_to_stand_as_the_including_moment_asks() -> None:
    found = settled(
        [HELLO, moment("opening", include="hello", within="first 1 turns", side="agent")],
        "agent: hello\ncustomer: hello\nagent: hello",
    )
    assert found["opening"] == [(0, "hello")]


def test_include_without_any_place_is_no_moment() -> None:
    assert "both" not in settled([HELLO, moment("both", include="hello")], "agent: x")


def test_exclude_undoes_own_phrases_where_the_other_moment_stands() -> None:
    found = settled([HELLO, moment("greets", "hello", "hi", exclude="hello")], "agent: hi, hello\ncustomer: hi")
    assert found["greets"] == [(0, "hi"), (1, "hi")]


def test_exclude_undoes_what_is_included_too() -> None:
    rest = moment("rest", "thanks", include=["hello", "fault"], exclude="fault")
    assert settled([*OTHERS, rest], "agent: hello\ncustomer: broken, thanks")["rest"] == [(0, "hello"), (1, "thanks")]


def test_a_moment_in_its_context_is_what_others_build_on() -> None:
    late = moment("late", "sorry", within="last 1 turn")
    builds = moment("builds", include="late")
    found = settled([late, builds], "agent: sorry\ncustomer: x\nagent: sorry")
    assert found["builds"] == [(2, "sorry")]


PLACES = st.tuples(st.integers(0, 2), st.integers(0, 12), st.integers(0, 4))
HITS = st.lists(PLACES, max_size=8).map(lambda places: sorted(Hit(turn, at, at + size) for turn, at, size in places))


@QUICK
@given(HITS, HITS)
def test_of_many_hits_the_same_are_free_as_of_few(hits: list[Hit], others: list[Hit]) -> None:
    assert _free_of_many(hits, others) == _free(hits, others)


def test_a_phrase_that_stands_where_the_signal_does_is_found_once() -> None:
    line = "i want to book a table for two people please"
    assert settled([moment("says", line, signal="statement")], f"agent: {line}") == {"says": [(0, line)]}
