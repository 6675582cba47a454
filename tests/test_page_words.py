"""The words and geometry of pages: figures as people write them, and charts that stay on the paper."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.pages import charts, words
from coach.statistics import Rate, scores_of, wilson_count
from coach.trend import Dated, trend_of


def test_counts_agree_with_their_nouns() -> None:
    assert [words.count(n, "call") for n in (0, 1, 2, 1200)] == ["0 calls", "1 call", "2 calls", "1,200 calls"]


def test_lists_read_as_a_sentence() -> None:
    assert [words.listed(list("abc")[:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([], ""),
        ([date(2026, 3, 2)], "2 Mar 2026"),
        ([date(2026, 3, 2), date(2026, 1, 31)], "31 Jan to 2 Mar 2026"),
        ([date(2025, 12, 31), date(2026, 1, 2)], "31 Dec 2025 to 2 Jan 2026"),
    ],
)
def test_spans_name_the_year_where_it_changes(days: list[date], said: str) -> None:
    assert words.span(days) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-03-02T09:14:00Z", "2 Mar 2026, 09:14"),
        ("2026-03-02", "2 Mar 2026"),
        ("last Tuesday", "last Tuesday"),
        (None, "No date given"),
    ],
)
def test_a_date_that_cannot_be_read_is_shown_as_it_is(text: str | None, said: str) -> None:
    assert words.when(text) == said


@pytest.mark.parametrize(("seconds", "said"), [(None, ""), (0.0, "0:00"), (67.9, "1:07"), (3723.0, "1:02:03")])
def test_clocks_leave_out_the_hours_that_are_not_there(seconds: float | None, said: str) -> None:
    assert words.clock(seconds) == said


@pytest.mark.parametrize(("seconds", "said"), [(14.2, "14 s"), (60.0, "1 min"), (125.4, "2 min 5 s")])
def test_durations_are_in_words(seconds: float, said: str) -> None:
    assert words.duration(seconds).replace("\u00a0", " ") == said


@pytest.mark.parametrize(("score", "said"), [(None, "\u2013"), (82.46, "82.5"), (80.0, "80"), (100.0, "100")])
def test_scores_of_calls_have_at_most_one_decimal(score: float | None, said: str) -> None:
    assert words.one_decimal(score) == said


@given(st.lists(st.floats(0, 1000), max_size=20))
def test_printed_points_are_exact_to_the_cent(points: list[float]) -> None:
    printed = [words.plain(words.exact(one)) for one in points]
    assert sum(map(Decimal, printed)) == sum(map(words.exact, points))
    assert all("E" not in one and abs(Decimal(one) - Decimal(repr(x))) <= Decimal("0.005")
               for one, x in zip(printed, points, strict=True))  # fmt: skip


def scored_call(day: date, score: float, marks: int) -> Dated:
    """Return a call of that day."""
    return Dated(day, scores_of([score], marks))


def percent(text: str) -> float:
    """Return the number in ``42.5%``."""
    return float(text.removesuffix("%"))


@given(st.integers(1, 60), st.data())
def test_bars_stay_on_their_line(trials: int, data: st.DataObject) -> None:
    bar = charts.bar(wilson_count(data.draw(st.integers(0, trials)), trials), Rate(1.0, 0.9, 1.0, 9))
    assert bar is not None
    assert 2 <= percent(bar.left) <= percent(bar.dot) <= percent(bar.left) + percent(bar.width) + 0.11 <= 98.3
    assert bar.team == "98%"


@given(st.lists(st.builds(scored_call, st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.floats(0, 1), st.just(9))))
def test_the_trend_chart_stays_on_the_paper_and_has_room_for_its_labels(calls: list[Dated]) -> None:
    trend = trend_of(calls)
    chart = charts.trend_chart(trend)
    assert (chart is None) == (len(trend.weeks) < 2)
    if chart:
        assert all(charts.LEFT <= percent(point.x) <= charts.RIGHT for point in chart.points)
        assert all(charts.TOP <= float(y) <= charts.BOTTOM for p in chart.points for y in (p.top, p.y, p.bottom))
        assert sum(bool(point.label) for point in chart.points) <= charts.MOST_LABELS
        assert len(chart.lines) == len(chart.points) - 1


def test_the_mood_is_drawn_up_for_good_and_down_for_bad() -> None:
    up, down, flat, none = charts.mood_chart((0.6, -0.3, 0.01, None))
    assert [one.css for one in (up, down, flat, none)] == ["up", "down", "flat", "none"]
    assert [one.words for one in (up, down, flat, none)] == ["very positive", "negative", "neutral", "not known"]
    assert float(up.y) < charts.MOOD_MIDDLE == float(down.y)
    assert charts.mood_chart((None,) * 4) == ()


def test_a_week_says_its_figures_in_words() -> None:
    calls = [scored_call(date(2026, 2, 2) + timedelta(weeks=n), 0.8, 10) for n in range(2)]
    chart = charts.trend_chart(trend_of(calls))
    assert chart is not None
    assert chart.points[0].words == "Week of 2 Feb 2026: 80 from 1 call, probably 13 to 99"


def test_points_lost_over_many_calls_are_whole() -> None:
    assert [words.lost(points) for points in (0, 7.5, 999.99, 361999.6)] == ["0", "7.5", "999.99", "362,000"]
