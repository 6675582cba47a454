"""Is it getting better? Scores by ISO week, and a direction only where the intervals allow one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from coach.statistics import Difference, Rate, difference, mean_score

Direction = Literal["up", "down", "no clear change", "too few calls"]

# With fewer calls than this one bad call moves the mean by more than a fifth of its own size, and no honest
# reader would call the result a level, let alone a trend.
LEAST_CALLS = 5
LEAST_WEEKS = 2


class ScoredCall(NamedTuple):
    """What a trend needs of a call: its day, its score (0 to 1) and how many marks stand behind it."""

    day: date | None
    score: float
    marks: int


class Week(NamedTuple):
    """The calls of one ISO week, which starts on ``monday``."""

    monday: date
    calls: int
    score: Rate


@dataclass(frozen=True, slots=True)
class Trend:
    """Scores by week, oldest first. ``undated`` calls have no usable date and stand in no week."""

    weeks: tuple[Week, ...]
    direction: Direction
    change: Difference | None
    undated: int


def day_of(started_at: str | None) -> date | None:
    """Return the day that an ISO 8601 time names, as written there, or ``None`` where there is none."""
    try:
        return date.fromisoformat((started_at or "")[:10])
    except ValueError:
        return None


def score_of(calls: Sequence[ScoredCall]) -> Rate | None:
    """Return the mean score of ``calls`` with its interval."""
    return mean_score([call.score for call in calls], sum(call.marks for call in calls))


def trend_of(calls: Sequence[ScoredCall]) -> Trend:
    """Return the scores by week and whether the later weeks differ from the earlier ones.

    The weeks are cut where the halves hold the most equal numbers of calls, and the halves are compared
    (`coach.statistics.difference`). A direction is said only where the interval of the change excludes zero.
    """
    weeks = _by_week(calls)
    undated = sum(call.day is None for call in calls)
    values = tuple(Week(monday, len(of_week), rate) for monday, of_week in weeks if (rate := score_of(of_week)))
    if len(weeks) < LEAST_WEEKS or sum(len(of_week) for _, of_week in weeks) < LEAST_CALLS:
        return Trend(values, "too few calls", None, undated)
    earlier, later = _halves([of_week for _, of_week in weeks])
    before, after = score_of(earlier), score_of(later)
    if before is None or after is None:
        return Trend(values, "too few calls", None, undated)
    change = difference(before, after)
    return Trend(values, _direction(change), change, undated)


def _direction(change: Difference) -> Direction:
    if change.low > 0:
        return "up"
    return "down" if change.high < 0 else "no clear change"


def _by_week(calls: Sequence[ScoredCall]) -> list[tuple[date, list[ScoredCall]]]:
    weeks: dict[date, list[ScoredCall]] = {}
    for call in calls:
        if call.day is not None:
            weeks.setdefault(_monday(call.day), []).append(call)
    return sorted(weeks.items())


def _monday(day: date) -> date:
    # The first week of year 1 starts on a Monday, so this never leaves the calendar.
    return day - timedelta(days=day.weekday())


def _halves(weeks: Sequence[list[ScoredCall]]) -> tuple[list[ScoredCall], list[ScoredCall]]:
    """Cut after the week that leaves the most equal numbers of calls on both sides; the first such on a tie."""
    total = sum(len(week) for week in weeks)
    sizes = [abs(total - 2 * sum(len(week) for week in weeks[:cut])) for cut in range(1, len(weeks))]
    cut = sizes.index(min(sizes)) + 1
    return [call for week in weeks[:cut] for call in week], [call for week in weeks[cut:] for call in week]
