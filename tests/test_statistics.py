"""Intervals: known values, and what must hold whatever the figures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.statistics import Scores, difference, mean_score, scores_of, wilson, wilson_count

SCORES = st.lists(st.floats(0, 1), min_size=1, max_size=60)


def test_wilson_agrees_with_published_values() -> None:
    # Newcombe (1998), Statistics in Medicine 17, 857-872, table I: 81 of 263, and 0 of 20.
    rate = wilson_count(81, 263)
    assert rate is not None
    assert (round(rate.low, 4), round(rate.high, 4)) == (0.2553, 0.3662)
    none = wilson_count(0, 20)
    assert none is not None
    assert (none.low, round(none.high, 4)) == (0.0, 0.1611)


def test_difference_agrees_with_published_values() -> None:
    # Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10: 56/70 less 48/80.
    first, second = wilson_count(56, 70), wilson_count(48, 80)
    assert first
    assert second
    change = difference(second, first)
    assert (round(change.low, 4), round(change.high, 4)) == (0.0524, 0.3339)


def test_no_trials_give_no_rate() -> None:
    assert wilson_count(0, 0) is None
    assert wilson(0.5, 0) is None
    assert mean_score(scores_of([], 10)) is None


@given(st.integers(1, 500), st.data())
def test_interval_holds_the_rate_and_stays_in_range(trials: int, data: st.DataObject) -> None:
    rate = wilson_count(data.draw(st.integers(0, trials)), trials)
    assert rate is not None
    assert 0 <= rate.low <= rate.value <= rate.high <= 1
    assert rate.low < rate.high


@given(SCORES, st.integers(0, 1000))
def test_mean_score_stands_on_at_least_its_calls_and_at_most_its_marks(scores: list[float], marks: int) -> None:
    rate = mean_score(scores_of(scores, marks))
    assert rate is not None
    assert len(scores) <= rate.n <= max(marks, len(scores))
    assert 0 <= rate.low <= rate.value <= rate.high <= 1


def test_calls_that_differ_more_make_the_interval_wider() -> None:
    even, uneven = mean_score(scores_of([0.8] * 10, 80)), mean_score(scores_of([0.6, 1.0] * 5, 80))
    assert even
    assert uneven
    assert even.value == pytest.approx(uneven.value)
    assert uneven.high - uneven.low > even.high - even.low


def test_one_call_stands_on_one_trial_however_many_marks_it_has() -> None:
    rate = mean_score(scores_of([0.9], 13))
    assert rate is not None
    assert rate.n == 1


@given(SCORES, SCORES)
def test_scores_added_up_apart_and_together_are_the_same(one: list[float], other: list[float]) -> None:
    apart, together = scores_of(one, 5).plus(scores_of(other, 7)), scores_of([*one, *other], 12)
    assert (apart.calls, apart.marks) == (together.calls, together.marks)
    assert (apart.total, apart.squares) == pytest.approx((together.total, together.squares))
    assert scores_of(one, 5).plus(Scores()) == scores_of(one, 5)


@given(st.floats(0, 1), st.integers(2, 60))
def test_equal_scores_stand_on_all_their_marks(score: float, calls: int) -> None:
    rate = mean_score(scores_of([score] * calls, 9 * calls))
    assert rate is not None
    assert rate.n == pytest.approx(9 * calls) or score * (1 - score) < 1e-12
