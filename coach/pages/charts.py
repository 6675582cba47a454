"""Geometry of the small charts, as values that templates put into SVG. Across in per cent, down in pixels.

Per cent keep a chart sharp and its letters readable at every width; nothing is scaled.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from coach.pages import words
from coach.statistics import Rate
from coach.trend import Trend

# Trend chart: pixels from the top for a score of 100 and of 0.
TOP, BOTTOM = 14, 174
# Room for the axis at the left, and for half a label at the right, in per cent of the width.
LEFT, RIGHT = 12.0, 94.0
MOST_LABELS = 6
MANY_WEEKS = 16
# Compound scores beyond this are positive or negative: Hutto and Gilbert (2014), VADER, and its README.
NEUTRAL = 0.05
STRONG = 0.5
MOOD_MIDDLE, MOOD_REACH = 44, 36
QUARTERS = ("Start", "2nd quarter", "3rd quarter", "End")


class Bar(NamedTuple):
    """An interval on a line from 0 to 100 per cent: from ``left``, ``width`` wide, the rate at ``dot``.

    ``team`` is where the team's rate stands, or ``None``.
    """

    left: str
    width: str
    dot: str
    team: str | None


class Point(NamedTuple):
    """One week of the trend chart; ``label`` is empty where the axis has no room for it."""

    x: str
    y: str
    top: str
    bottom: str
    label: str
    words: str


class Line(NamedTuple):
    """A line between two points."""

    x1: str
    y1: str
    x2: str
    y2: str


class Grid(NamedTuple):
    """A horizontal line of the grid and its label."""

    y: str
    label: str


class TrendChart(NamedTuple):
    """Scores by week: ``points`` with their intervals, the ``lines`` between them, and the grid.

    ``radius`` and ``whisker`` are in pixels, smaller where many weeks share the width.
    """

    points: tuple[Point, ...]
    lines: tuple[Line, ...]
    grid: tuple[Grid, ...]
    radius: int
    whisker: int


class Quarter(NamedTuple):
    """The customer's mood in a quarter of a call: a bar up or down from the middle line, and its words."""

    x: str
    y: str
    height: str
    css: str
    label: str
    middle: str
    words: str


def bar(rate: Rate | None, team: Rate | None = None) -> Bar | None:
    """Return the bar of a rate, or ``None`` where there is no rate."""
    if rate is None:
        return None
    width = _pc(96 * (rate.high - rate.low))
    return Bar(_along(rate.low), width, _along(rate.value), _along(team.value) if team else None)


def _along(rate: float) -> str:
    """Return where a rate stands on a bar, whose ends leave room for half a dot."""
    return _pc(2 + 96 * rate)


def trend_chart(trend: Trend) -> TrendChart | None:
    """Return the chart of a trend, or ``None`` where there are fewer than two weeks to draw."""
    weeks = trend.weeks
    if len(weeks) < 2:
        return None
    first, last = weeks[0].monday, weeks[-1].monday
    length = (last - first).days
    every = -(-len(weeks) // MOST_LABELS)
    points = tuple(
        Point(
            _pc(LEFT + 4 + (RIGHT - LEFT - 8) * (week.monday - first).days / length),
            _down(week.score.value),
            _down(week.score.high),
            _down(week.score.low),
            words.short_day(week.monday) if number % every == 0 else "",
            f"Week of {words.day(week.monday)}: {words.whole(week.score)} from {words.count(week.calls, 'call')}, "
            f"probably {words.between_scores(week.score)}",
        )
        for number, week in enumerate(weeks)
    )
    lines = tuple(Line(one.x, one.y, two.x, two.y) for one, two in pairwise(points))
    grid = tuple(Grid(_down(score / 100), str(score)) for score in (0, 25, 50, 75, 100))
    return TrendChart(points, lines, grid, *((6, 6) if len(weeks) <= MANY_WEEKS else (3, 3)))


def mood_chart(mood: Sequence[float | None]) -> tuple[Quarter, ...]:
    """Return the four quarters of a call; empty where the customer's mood is not known in any of them."""
    if all(value is None for value in mood):
        return ()
    return tuple(
        _quarter(value, label, 14 + 24 * number)
        for number, (value, label) in enumerate(zip(mood, QUARTERS, strict=False))
    )


def _quarter(value: float | None, label: str, middle: int) -> Quarter:
    height = abs(value or 0.0) * MOOD_REACH
    top = MOOD_MIDDLE - height if (value or 0.0) > 0 else MOOD_MIDDLE
    css = "none" if value is None else "up" if value >= NEUTRAL else "down" if value <= -NEUTRAL else "flat"
    return Quarter(_pc(middle - 7), _px(top), _px(max(2.0, height)), css, label, _pc(middle), mood_word(value))


def mood_word(value: float | None) -> str:
    """Return a mood from -1 to 1 as a word."""
    if value is None:
        return "not known"
    if abs(value) < NEUTRAL:
        return "neutral"
    return ("very " if abs(value) >= STRONG else "") + ("positive" if value > 0 else "negative")


def _down(rate: float) -> str:
    return _px(BOTTOM - (BOTTOM - TOP) * rate)


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _pc(value: float) -> str:
    return f"{_px(value)}%"
