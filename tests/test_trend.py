"""Trends: weeks, halves, and no direction where the intervals do not allow one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.statistics import scores_of
from coach.trend import Dated, day_of, trend_of

MONDAY = date(2026, 2, 2)


def scored_call(day: date | None, score: float, marks: int) -> Dated:
    """Return a call of that day."""
    return Dated(day, scores_of([score], marks))


def calls(*weeks: list[float]) -> list[Dated]:
    """Return calls with these scores, week by week."""
    return [
        scored_call(MONDAY + timedelta(weeks=number, days=day % 7), score, 10)
        for number, scores in enumerate(weeks)
        for day, score in enumerate(scores)
    ]


def test_a_clear_rise_is_said_to_go_up() -> None:
    trend = trend_of(calls([0.4] * 6, [0.4] * 6, [0.9] * 6, [0.9] * 6))
    assert trend.direction == "up"
    assert trend.change is not None
    assert trend.change.low > 0


def test_the_same_the_other_way_round_goes_down() -> None:
    assert trend_of(calls([0.9] * 6, [0.9] * 6, [0.4] * 6, [0.4] * 6)).direction == "down"


def test_a_rise_within_the_spread_is_no_clear_change() -> None:
    assert trend_of(calls([0.3, 0.9, 0.6], [0.5, 1.0, 0.5])).direction == "no clear change"


@pytest.mark.parametrize("weeks", [([0.1] * 30,), ([0.1] * 2, [1.0] * 2)])
def test_one_week_or_four_calls_are_too_few(weeks: tuple[list[float], ...]) -> None:
    assert trend_of(calls(*weeks)).direction == "too few calls"


def test_calls_without_a_date_stand_in_no_week_and_are_counted() -> None:
    trend = trend_of([*calls([0.5] * 5, [0.5]), scored_call(None, 0.0, 10)])
    assert trend.undated == 1
    assert sum(week.calls for week in trend.weeks) == 6


def test_weeks_are_iso_weeks_across_the_new_year() -> None:
    days = [date(2025, 12, 29), date(2026, 1, 4), date(2026, 1, 5)]
    trend = trend_of([scored_call(day, 0.5, 10) for day in days])
    assert [(week.monday, week.calls) for week in trend.weeks] == [(date(2025, 12, 29), 2), (date(2026, 1, 5), 1)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-02T09:14:00Z", date(2026, 3, 2)),
        ("2026-03-02 09:14", date(2026, 3, 2)),
        ("2026-03-02", date(2026, 3, 2)),
        ("02/03/2026", None),
        ("", None),
        (None, None),
    ],
)
def test_days_are_read_as_written(text: str | None, day: date | None) -> None:
    assert day_of(text) == day


@given(st.lists(st.builds(scored_call, st.dates(), st.floats(0, 1), st.integers(0, 13)), max_size=40))
def test_every_dated_call_stands_in_one_week(made: list[Dated]) -> None:
    trend = trend_of(made)
    assert sum(week.calls for week in trend.weeks) == len(made)
    assert [week.monday for week in trend.weeks] == sorted({week.monday for week in trend.weeks})
