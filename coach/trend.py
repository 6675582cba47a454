"""Is it getting better? Scores by ISO week, and a direction only where the intervals allow one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from coach.statistics import Difference, Rate, Scores, difference, mean_score

Direction = Literal["up", "down", "no clear change", "too few calls"]

# With fewer calls than this one bad call moves the mean by more than a fifth of its own size, and no honest
# reader would call the result a level, let alone a trend.
LEAST_CALLS = 5
LEAST_WEEKS = 2


class Dated(NamedTuple):
    """The scored calls of one day, or of the week that starts on it; ``day`` is ``None`` for those without a date."""

    day: date | None
    scores: Scores


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


def score_of(calls: Iterable[Dated]) -> Rate | None:
    """Return the mean score of ``calls`` with its interval."""
    return mean_score(_added(calls))


def by_week(calls: Iterable[Dated]) -> tuple[Dated, ...]:
    """Return ``calls`` added up by ISO week, oldest first; those without a date come last, as one."""
    weeks: dict[date | None, Scores] = {}
    for day, scores in calls:
        if scores.calls:
            # The first week of year 1 starts on a Monday, so this never leaves the calendar.
            monday = day - timedelta(days=day.weekday()) if day else None
            weeks[monday] = weeks.get(monday, Scores()).plus(scores)
    return tuple(Dated(*week) for week in sorted(weeks.items(), key=_oldest_first))


def _oldest_first(week: tuple[date | None, Scores]) -> tuple[bool, date]:
    return week[0] is None, week[0] or date.min


def trend_of(calls: Iterable[Dated]) -> Trend:
    """Return the scores by week and whether the later weeks differ from the earlier ones.

    The weeks are cut where the halves hold the most equal numbers of calls, and the halves are compared
    (`coach.statistics.difference`). A direction is said only where the interval of the change excludes zero.
    """
    weeks: list[tuple[date, Scores]] = []
    undated = 0
    for monday, scores in by_week(calls):
        if monday is None:
            undated = scores.calls
        else:
            weeks.append((monday, scores))
    values = tuple(Week(monday, scores.calls, rate) for monday, scores in weeks if (rate := mean_score(scores)))
    if len(weeks) < LEAST_WEEKS or sum(scores.calls for _, scores in weeks) < LEAST_CALLS:
        return Trend(values, "too few calls", None, undated)
    earlier, later = _halves([Dated(*week) for week in weeks])
    before, after = score_of(earlier), score_of(later)
    if before is None or after is None:
        return Trend(values, "too few calls", None, undated)
    change = difference(before, after)
    return Trend(values, _direction(change), change, undated)


def _added(calls: Iterable[Dated]) -> Scores:
    added = Scores()
    for _, scores in calls:
        added = added.plus(scores)
    return added


def _direction(change: Difference) -> Direction:
    if change.low > 0:
        return "up"
    return "down" if change.high < 0 else "no clear change"


def _halves(weeks: Sequence[Dated]) -> tuple[Sequence[Dated], Sequence[Dated]]:
    """Cut after the week that leaves the most equal numbers of calls on both sides; the first such on a tie."""
    counts = [week.scores.calls for week in weeks]
    sizes = [abs(sum(counts) - 2 * sum(counts[:cut])) for cut in range(1, len(weeks))]
    cut = sizes.index(min(sizes)) + 1
    return weeks[:cut], weeks[cut:]
