"""Taking values out of parsed JSON without trusting it: a wrong kind of value is as good as none.

Paths are keys with dots between them: ``job.created_at``; ``start|begin`` is the first of both that is there and not
null, and a number picks an item of a list: ``alternatives.0.transcript``.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from coach.call import Word
from coach.readers.head import Head, head_of
from coach.readers.shapes import kind_of
from coach.readers.times import for_old_python, seconds_of

# Units of time, in how many make a second.
SECONDS, MILLIS, MICROS, TICKS = 1, 1_000, 1_000_000, 10_000_000
DURATION = re.compile(r"^-?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$")
# Moments since 1970 above these are in milliseconds and microseconds: in seconds they are past the year 5000.
EPOCH_MILLIS, EPOCH_MICROS = 1e11, 1e14
# Labels by which recognisers say that they do not know who speaks.
NOBODY = frozenset(("uu", "unknown", "unk", "none", "null", "?"))
Row = Mapping[str, Any]


def at(value: object, path: str) -> Any:
    """Return what stands at ``path`` within ``value``, ``None`` where there is nothing."""
    for names in _steps(path):
        if isinstance(value, dict):
            value = next((value[name] for name in names if value.get(name) is not None), None)
        elif isinstance(value, list) and names[0].isdigit() and int(names[0]) < len(value):
            value = value[int(names[0])]
        else:
            return None
    return value


def text_at(value: object, path: str) -> str:
    """Return the text at ``path``, a number as its digits, ``""`` for anything else; nothing is stripped."""
    found = at(value, path)
    if isinstance(found, str):
        return found
    return str(found) if isinstance(found, (int, float)) and not isinstance(found, bool) else ""


def label_at(value: object, path: str) -> str | None:
    """Return the speaker label at ``path``, stripped; ``None`` for one that is empty or says that nobody is known."""
    label = text_at(value, path).strip()
    return None if not label or label.casefold() in NOBODY else label


def rows_at(value: object, path: str, told: list[str]) -> list[tuple[int, Row]]:
    """Return the objects in the list at ``path`` with their numbers from 0; ``told`` gets a warning for other items.

    The path ``""`` is ``value`` itself.
    """
    found = at(value, path) if path else value
    if not isinstance(found, list):
        return []
    rows: list[tuple[int, Row]] = [(number, row) for number, row in enumerate(found) if isinstance(row, dict)]
    if len(rows) < len(found):
        first = next(item for item in found if not isinstance(item, dict))
        what = f'"{path}"' if path else "the list"
        told.append(f"{len(found) - len(rows)} of {what} left out: {kind_of(first)} instead of an object")
    return rows


def head_at(value: object, path: str) -> Head:
    """Return what the object at ``path`` says of the call: names and values of the user's own, but no links."""
    found = at(value, path)
    if not isinstance(found, dict):
        return Head()
    texts = ((name, text_at({"": each}, "").strip()) for name, each in found.items())
    return head_of((name, text) for name, text in texts if text and "://" not in text)


def facts(**named: str | None) -> dict[str, str]:
    """Return those of the named facts that are not empty; the names are those of ``head.KNOWN``."""
    return {name: value.strip() for name, value in named.items() if value and value.strip()}


def seconds(value: object, per_second: int = SECONDS) -> float | None:
    """Return a time in seconds, ``None`` where it is none.

    Args:
        value: a number or a text of one, in the unit that the format uses; or a form that names its own unit:
            ``"12.9s"``, ``{"seconds": "12", "nanos": 900000000}``, ``"PT12.9S"``, ``"0:12.900"``.
        per_second: how many of that unit make a second.
    """
    if isinstance(value, dict):
        whole, nanos = seconds(value.get("seconds", 0)), seconds(value.get("nanos", 0))
        return None if whole is None or nanos is None else round(whole + nanos / 1e9, 6)
    if isinstance(value, str):
        return _written_seconds(value.strip(), per_second)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        quotient = value / per_second
    except OverflowError:
        return None
    return round(quotient, 6) if math.isfinite(quotient) else None


def seconds_at(value: object, path: str, per_second: int = SECONDS) -> float | None:
    """Return the time at ``path`` in seconds; see ``seconds``."""
    return seconds(at(value, path), per_second)


def span_at(
    row: object, start: str, end: str, per_second: int = SECONDS, *, length: str = ""
) -> tuple[float | None, float | None]:
    """Return start and end in seconds; without an end the one that the duration at ``length`` gives."""
    begin = seconds_at(row, start, per_second)
    stop = seconds_at(row, end, per_second) if end else None
    if stop is None and begin is not None and length:
        lasts = seconds_at(row, length, per_second)
        stop = None if lasts is None else round(begin + lasts, 6)
    return begin, stop


def clock(value: object) -> float | None:
    """Return an ISO 8601 moment, or a number since 1970 of whatever unit its size shows, as seconds since 1970."""
    if isinstance(value, str) and not value.strip().replace(".", "", 1).isdigit():
        try:
            moment = datetime.fromisoformat(for_old_python(value.strip()))
            return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()
        except (ValueError, OverflowError):
            return None
    number = seconds(value)
    if number is None:
        return None
    per_second = MICROS if number >= EPOCH_MICROS else MILLIS if number >= EPOCH_MILLIS else SECONDS
    return round(number / per_second, 6)


def moment_at(value: object, path: str) -> str:
    """Return the moment at ``path`` in ISO 8601, as written where it is that already; ``""`` where there is none."""
    written = at(value, path)
    if isinstance(written, str) and clock(written) is not None and not written.strip().isdigit():
        return written.strip()
    moment = clock(written)
    if moment is None or not 0 < moment < EPOCH_MILLIS:
        return ""
    return datetime.fromtimestamp(moment, timezone.utc).isoformat().replace("+00:00", "Z")


def words_at(
    row: object, path: str, text: str, start: str, end: str, per_second: int = SECONDS, *, length: str = ""
) -> tuple[Word, ...]:
    """Return the words in the list at ``path``, none where none has a time; the others are paths within a word."""
    words = tuple(
        Word(said, *span_at(word, start, end, per_second, length=length))
        for _, word in rows_at(row, path, [])
        if (said := text_at(word, text).strip())
    )
    return words if any(word.start is not None for word in words) else ()


def _written_seconds(text: str, per_second: int) -> float | None:
    found = DURATION.match(text)
    if found and any(found.groups()):
        days, hours, minutes, rest = (float(group or 0) for group in found.groups())
        return round(((days * 24 + hours) * 60 + minutes) * 60 + rest, 6)
    try:
        return seconds(float(text[:-1])) if text.endswith("s") else seconds(float(text), per_second)
    except ValueError:
        return seconds_of(text)


@functools.lru_cache(maxsize=1024)
def _steps(path: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(step.split("|")) for step in path.split("."))
