"""Times and dates as files write them: seconds from the start of the recording, ISO 8601 moments."""

from __future__ import annotations

import re
from datetime import datetime

from coach.readers.dates import iso_of_figures

# A week: no recording lasts longer, and clock times (seconds since 1970) are far beyond it.
LATEST = 7 * 24 * 3600.0
CLOCK = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,6})?"
PARTS = re.compile(r"^(?:(\d{1,3}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,6}))?$")
TIME_OF_DAY = re.compile(r"^(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp])\.?[Mm]\.?$")
YEAR_FIRST = re.compile(r"^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?$")
HAS_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
LONG_DATES = tuple(
    f"{day}{hour}"
    for day in ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%d-%b-%Y", "%Y/%m/%d", "%Y-%m-%d")
    for hour in ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
)


def seconds_of(text: str) -> float | None:
    """Return ``1:02:03.5``, ``02:03,5``, ``0:01`` or ``12:04 PM`` in seconds, ``None`` where it is none of these."""
    text = text.strip()
    found = PARTS.match(text)
    if found:
        hours, minutes, seconds, fraction = found.groups()
        if int(seconds) > 59 or (hours and int(minutes) > 59):
            return None
        whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
        # One division of whole numbers, so that 01.500 is 1.5 to the last bit.
        return (whole * 10 ** len(fraction) + int(fraction)) / 10 ** len(fraction) if fraction else float(whole)
    found = TIME_OF_DAY.match(text)
    if found:
        hour = int(found[1]) % 12 + (12 if found[4] in "Pp" else 0)
        return float(hour * 3600 + int(found[2]) * 60 + int(found[3] or 0))
    return None


def is_time(value: object) -> bool:
    """Tell whether ``value`` can be seconds from the start of a recording."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return 0 <= value <= LATEST


def iso_moment(text: str, is_day_first: bool | None = None) -> str | None:
    """Return a date or moment in ISO 8601, as written where it is that already; ``None`` where it is not clear.

    ``03/04/2026`` is not clear, for it has a different day on either side of the Atlantic; ``is_day_first`` says which
    it is, where the other dates of a file tell. ``03/13/2026`` is clear.
    """
    text = text.strip()
    if YEAR_FIRST.match(text):
        try:
            datetime.fromisoformat(for_old_python(text))
        except ValueError:
            return None
        return text
    figures = iso_of_figures(text, is_day_first)
    if figures is not None or not HAS_YEAR.search(text):
        return figures
    for form in LONG_DATES:
        try:
            moment = datetime.strptime(text, form)
        except ValueError:
            continue
        return moment.isoformat() if ":" in form else moment.date().isoformat()
    return None


def for_old_python(text: str) -> str:
    """Return ``text`` as Python 3.10 can read it: no ``Z``, a fraction of exactly six digits."""
    if text.endswith(("Z", "z")):
        text = f"{text[:-1]}+00:00"
    if "." in text or "," in text:
        text = re.sub(r"[.,](\d+)", lambda found: "." + found[1][:6].ljust(6, "0"), text)
    return text if text[-3:-2] == ":" else re.sub(r"([+-]\d{2})(\d{2})$", r"\1:\2", text)
