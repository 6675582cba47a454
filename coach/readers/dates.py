"""Dates in figures: ``03/13/2026`` has one reading, ``03/04/2026`` has two, and the other dates of a file may tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone

TIME_OF_DAY = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"\s?(?:(?P<half>[AaPp])\.?[Mm]\.?)?\s?(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
)
DATE = re.compile(
    r"^(?P<one>\d{1,2})(?P<mark>[-/.])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4}|\d{2})"
    rf"(?:(?:T|,?\s{{1,3}}){TIME_OF_DAY})?$"
)
LAST_MONTH = 12
HALF_A_DAY = 12
THIS_CENTURY = 2000


def day_first(texts: Iterable[str]) -> bool | None:
    """Tell whether the dates among ``texts`` are written day first; ``None`` where none of them tells, or both ways.

    A number over 12 is a day.
    """
    found = (DATE.match(text.strip()) for text in texts)
    told = {order for date in found if date and (order := _order_by_numbers(date)) is not None}
    return told.pop() if len(told) == 1 else None


def unclear_day(text: str) -> str:
    """Return the day of ``text`` as it is written where it has two readings, ``""`` for anything else."""
    found = DATE.match(text.strip())
    if not found or _order(found, None) is not None:
        return ""
    return found["mark"].join((found["one"], found["two"], found["year"]))


def iso_of_figures(text: str, is_day_first: bool | None = None) -> str | None:
    """Return ``13/03/2026 9:14 AM`` in ISO 8601, ``None`` where it is no such date or has two readings.

    Args:
        text: a date, or a date with a time.
        is_day_first: how to read one that has two readings.
    """
    found = DATE.match(text.strip())
    if not found:
        return None
    order = _order(found, is_day_first)
    if order is None:
        return None
    day, month = (found["one"], found["two"]) if order else (found["two"], found["one"])
    year = int(found["year"]) + (THIS_CENTURY if len(found["year"]) == 2 else 0)
    try:
        if found["hour"] is None:
            return datetime(year, int(month), int(day)).date().isoformat()
        if found["half"] and not 0 < int(found["hour"]) <= HALF_A_DAY:
            return None
        moment = datetime(
            year, int(month), int(day), hour_of(found), int(found["minute"]), int(found["second"] or 0),
            int((found["part"] or "0")[:6].ljust(6, "0")), _zone(found["zone"]),
        )  # fmt: skip
    except ValueError:
        return None
    return moment.isoformat().replace("+00:00", "Z")


def hour_of(found: re.Match[str]) -> int:
    """Return the hour of the day in a match of ``TIME_OF_DAY``."""
    hour = int(found["hour"])
    return hour % HALF_A_DAY + (HALF_A_DAY if found["half"] in "Pp" else 0) if found["half"] else hour


def ahead_of_utc(zone: str | None) -> timedelta:
    """Return how far a zone such as ``+02:00`` is ahead of UTC; of none, and of UTC itself, that is nothing."""
    if not zone or zone[0] not in "+-":
        return timedelta()
    ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return ahead if zone[0] == "+" else -ahead


def _order_by_numbers(found: re.Match[str]) -> bool | None:
    """Tell whether a date is written day first, ``None`` where its numbers do not tell.

    Of ``26/03/13`` the first may be the year.
    """
    one, two = int(found["one"]), int(found["two"])
    if two > LAST_MONTH >= one:
        return False
    if one > LAST_MONTH >= two:
        return True if len(found["year"]) > 2 or found["mark"] == "." else None
    return None


def _order(found: re.Match[str], is_day_first: bool | None) -> bool | None:
    by_numbers = _order_by_numbers(found)
    if by_numbers is not None:
        return by_numbers
    if int(found["one"]) > LAST_MONTH:
        return None
    # On the same number twice the order makes no difference; where dots are written the day comes first.
    is_same = found["one"].lstrip("0") == found["two"].lstrip("0")
    return True if is_day_first is None and (is_same or found["mark"] == ".") else is_day_first


def _zone(written: str | None) -> timezone | None:
    return timezone(ahead_of_utc(written)) if written else None
