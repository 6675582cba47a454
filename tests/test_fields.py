"""Values out of JSON that nobody vouches for: units, moments, and wrong kinds as good as none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.readers import fields
from coach.readers.fields import (
    MICROS,
    MILLIS,
    TICKS,
    clock,
    head_at,
    label_at,
    moment_at,
    rows_at,
    seconds,
    span_at,
    text_at,
    words_at,
)


@pytest.mark.parametrize(
    ("value", "per_second", "expected"),
    [
        (1234, MILLIS, 1.234),
        ("1234", MILLIS, 1.234),
        ("0.42", 1, 0.42),
        (14_100_000, TICKS, 1.41),
        (1_500_000, MICROS, 1.5),
        ("12.900s", MILLIS, 12.9),
        ({"seconds": "12", "nanos": 900_000_000}, 1, 12.9),
        ({"nanos": 100_000_000}, 1, 0.1),
        ({"seconds": "x"}, 1, None),
        ("PT1.41S", TICKS, 1.41),
        ("PT1H2M3S", 1, 3723.0),
        ("PT", 1, None),
        ("00:01:02.500", MILLIS, 62.5),
        (0, 1, 0.0),
        (None, 1, None),
        ("", 1, None),
        ("soon", 1, None),
        (True, 1, None),
        ([1], 1, None),
        ("nan", 1, None),
        ("inf", 1, None),
        (10**400, 1000, None),
    ],
)
def test_times_are_seconds_by_the_unit_of_the_format_or_their_own(
    value: Any, per_second: int, expected: float | None
) -> None:
    assert seconds(value, per_second) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-02T09:14:00Z", 1772442840.0),
        ("2026-03-02T09:14:00.250+01:00", 1772439240.25),
        (1772442840, 1772442840.0),
        (1772442840123, 1772442840.123),
        ("1772442840123456", 1772442840.123456),
        ("yesterday", None),
        (None, None),
    ],
)
def test_moments_of_any_unit_are_seconds_since_1970(value: Any, expected: float | None) -> None:
    assert clock(value) == expected


def test_a_moment_stays_as_written_and_a_number_becomes_one() -> None:
    assert moment_at({"at": " 2026-03-02T09:14:00Z "}, "at") == "2026-03-02T09:14:00Z"
    assert moment_at({"at": 1772442840000}, "at") == "2026-03-02T09:14:00Z"
    assert moment_at({"at": "noon"}, "at") == ""
    assert moment_at({}, "at") == ""


def test_paths_lead_through_objects_lists_and_alternatives() -> None:
    value = {"a": [{"x": None, "y": 7}], "b.c": 1}
    assert text_at(value, "a.0.x|y") == "7"
    assert text_at(value, "a.1.y") == ""
    assert text_at(value, "a.y") == ""
    assert text_at({"a": True}, "a") == ""


def test_rows_that_are_no_objects_are_left_out_and_named_once() -> None:
    told: list[str] = []
    assert rows_at({"rows": [{"a": 1}, 5, "x", {"a": 2}]}, "rows", told) == [(0, {"a": 1}), (3, {"a": 2})]
    assert told == ['2 of "rows" left out: a number instead of an object']
    assert rows_at({"rows": None}, "rows", told) == []


def test_a_span_takes_its_end_from_the_duration_where_there_is_no_other() -> None:
    assert span_at({"at": 500, "for": 250}, "at", "", MILLIS, length="for") == (0.5, 0.75)
    assert span_at({"at": 500}, "at", "", MILLIS, length="for") == (0.5, None)
    assert span_at({"for": 250}, "at", "", MILLIS, length="for") == (None, None)


def test_words_without_text_are_none() -> None:
    row = {"words": [{"w": " Hi ", "s": 1, "e": 2}, {"w": None}, 3, {"w": "you"}]}
    assert words_at(row, "words", "w", "s", "e") == (("Hi", 1.0, 2.0), ("you", None, None))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
        max_leaves=6,
    )
)
def test_nothing_in_a_value_raises(value: Any) -> None:
    fields.at(value, "a.b|a.0")
    text_at(value, "a")
    seconds(value)
    clock(value)
    moment_at(value, "a")
    rows_at(value, "a", [])
    rows_at(value, "", [])
    words_at(value, "a", "b", "a", "b")


def test_a_label_that_says_that_nobody_is_known_is_none() -> None:
    assert [label_at({"speaker": label}, "speaker") for label in ("UU", "Unknown", "?", " ", None, 0, "S1")] == [
        *[None] * 5,
        "0",
        "S1",
    ]


def test_what_the_user_said_of_the_call_is_taken_up_without_links_and_nested_values() -> None:
    extra = {"agent_id": 17, "campaign": "spring", "link": "https://a.example/?s=1", "more": {"a": 1}, "queue": "q"}
    head = head_at({"metadata": {"extra": extra}}, "metadata.extra")
    assert (head.facts, head.others) == ({"agent_id": "17", "queue": "q"}, {"campaign": "spring"})
    assert head_at({"metadata": {"extra": [1]}}, "metadata.extra").facts == {}
