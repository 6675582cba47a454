"""Dates with times in front of lines and in cells: ``2026-03-02 09:14:03``, ``3/2/2026, 9:14 AM``."""

from __future__ import annotations

import re
from datetime import datetime, timezone

from coach.readers.dates import LAST_MONTH, THIS_CENTURY, TIME_OF_DAY, ahead_of_utc, hour_of

DAY = r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))"
HOUR = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:\s?[AaPp]\.?[Mm]\b\.?)?"
ZONE = r"(?:\s?(?:Z|UTC|GMT)\b|\s?[+-]\d{2}:?\d{2}\b)"
STAMP = rf"{DAY}(?:T|,?\s{{1,3}}){HOUR}{ZONE}?"
PARTS = re.compile(rf"^(?P<day>[\d./-]+)(?:T|,?\s+){TIME_OF_DAY}$")
WHOLE = re.compile(rf"^{STAMP}$")
UNCLEAR = re.compile(
    rf"(?<![\d/.-])(?P<one>\d{{1,2}})[-/.](?P<two>\d{{1,2}})[-/.](?:\d{{4}}|\d{{2}})(?:T|,?\s{{1,3}}){HOUR}"
)


def seconds_of_stamp(text: str) -> float | None:
    """Return a date and time as seconds since 1970, ``None`` for anything else; one without a zone is taken as UTC.

    Of ``3/2/2026`` the month is taken to be first where it can be: the times between such moments are right either way.
    """
    found = PARTS.match(text.strip()) if WHOLE.match(text.strip()) else None
    if not found:
        return None
    one, two, three = (int(number) for number in re.split(r"[./-]", found["day"]))
    year, month, day = (one, two, three) if one > 99 else (three, one, two) if one <= LAST_MONTH else (three, two, one)
    year += THIS_CENTURY if year < 100 else 0
    clock = (hour_of(found), int(found["minute"]), int(found["second"] or 0))
    try:
        moment = datetime(year, month, day, *clock, tzinfo=timezone.utc)
        seconds = (moment - ahead_of_utc(found["zone"])).timestamp()
    except (ValueError, OverflowError):
        return None
    return round(seconds + float(f"0.{found['part'] or 0}"), 6)


def has_unclear_day(text: str) -> bool:
    """Tell whether ``text`` holds a date such as 3/2/2026 with a time, of which day and month may be swapped."""
    found = UNCLEAR.search(text)
    if not found:
        return False
    return found["one"] != found["two"] and max(int(found["one"]), int(found["two"])) <= LAST_MONTH
