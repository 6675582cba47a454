"""Figures, dates and outcomes in plain words; one home for every phrase that pages share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from coach.statistics import Rate
from coach.trend import day_of

NOBODY = "Agent not named"
ROLES = {"agent": "Agent", "customer": "Customer", "other": "Other", "unknown": "Speaker"}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CENT = Decimal("0.01")


class Mark(NamedTuple):
    """An outcome for the eye and the ear: a CSS class, a symbol and a word."""

    css: str
    symbol: str
    word: str


MARKS = {
    "met": Mark("met", "✓", "Met"),
    "missed": Mark("missed", "✗", "Missed"),
    "not_applicable": Mark("na", "\u2013", "Not applicable"),
    "cannot_tell": Mark("unsure", "?", "Cannot tell"),
}
PASSED = Mark("met", "✓", "Passed")
NOT_PASSED = Mark("missed", "✗", "Not passed")
NOT_SCORED = Mark("unsure", "?", "Not scored")


def passed_mark(passed: bool | None) -> Mark:
    """Return the mark of a call that passed, did not, or has no score."""
    if passed is None:
        return NOT_SCORED
    return PASSED if passed else NOT_PASSED


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: ``1 call``, ``12,000 calls``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(things: Sequence[str]) -> str:
    """Return things as a sentence lists them: ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join([", ".join(things[:-1]), things[-1]] if len(things) > 1 else things)


def percent(rate: float) -> str:
    """Return a rate as whole per cent."""
    return f"{round(rate * 100)}%"


def between(rate: Rate) -> str:
    """Return the interval of a rate: ``72% to 88%``."""
    return f"{percent(rate.low)} to {percent(rate.high)}"


def whole(rate: Rate) -> str:
    """Return a mean score as a whole number of 100."""
    return str(round(rate.value * 100))


def between_scores(rate: Rate) -> str:
    """Return the interval of a mean score: ``72 to 88``."""
    return f"{round(rate.low * 100)} to {round(rate.high * 100)}"


def one_decimal(score: float | None) -> str:
    """Return the score of a call, ``82.5``; a dash where it has none."""
    if score is None:
        return "\u2013"
    return f"{score:.1f}".removesuffix(".0")


def exact(points: float) -> Decimal:
    """Return points to the cent, so that what is printed adds up to what is printed below the line."""
    return Decimal(repr(float(points))).quantize(CENT)


def plain(points: Decimal) -> str:
    """Return points without needless zeros."""
    return f"{points:f}".rstrip("0").rstrip(".") if points else "0"


def lost(points: float) -> str:
    """Return points lost over many calls: to the cent below a thousand, whole above, where cents say nothing."""
    return plain(exact(points)) if points < 1000 else f"{round(points):,}"


def day(value: date) -> str:
    """Return ``3 Feb 2026``."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def short_day(value: date) -> str:
    """Return ``3 Feb``."""
    return f"{value.day} {MONTHS[value.month - 1]}"


def when(started_at: str | None) -> str:
    """Return the day and time of a call, or that it has none; an unreadable date is shown as it is."""
    found = day_of(started_at)
    if not started_at:
        return "No date given"
    if found is None:
        return started_at
    clock = started_at[11:16]
    return f"{day(found)}, {clock}" if len(clock) == 5 and clock[2] == ":" else day(found)


def span(days: Sequence[date]) -> str:
    """Return the first and last of ``days``: ``2 Feb to 15 Mar 2026``; empty where there are none."""
    if not days:
        return ""
    first, last = min(days), max(days)
    if first == last:
        return day(first)
    return f"{short_day(first) if first.year == last.year else day(first)} to {day(last)}"


def clock(seconds: float | None) -> str:
    """Return ``4:07`` or ``1:02:03``; empty where the transcript has no time."""
    if seconds is None:
        return ""
    minutes, left = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def duration(seconds: float) -> str:
    """Return a length of time in words: ``14 s``, ``2 min 5 s``, each on one line."""
    minutes, left = divmod(round(seconds), 60)
    if not minutes:
        return f"{left}\u00a0s"
    return f"{minutes}\u00a0min {left}\u00a0s" if left else f"{minutes}\u00a0min"
