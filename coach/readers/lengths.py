"""In what unit turns say how long they last, told by how fast people talk."""

from __future__ import annotations

import math
from collections.abc import Iterable

# How long a word takes, and how many letters and blanks make one where words are not set apart. Units are a thousand
# times each other, so that neither slow talk nor another language comes near to being mistaken.
SECONDS_A_WORD = 0.4
LETTERS_A_WORD = 6
STEP = 1000.0
# A turn may hold music or a long silence: only what is nearer to the next unit than to this one is a mistake.
LEAST_STEPS = 0.65
PER_SECOND = {"s": 1.0, "ms": 1e3, "us": 1e6}


def off_by(lengths: Iterable[tuple[float, str]]) -> float:
    """Return by what lengths must be multiplied to be likely: 1, or a power of 1000.

    Args:
        lengths: how long each turn lasts, in what is taken for seconds, and what is said in it.
    """
    steps = _steps(lengths)
    return 1.0 if steps is None or abs(steps) < LEAST_STEPS else STEP ** round(steps)


def unit_of_lengths(lengths: Iterable[tuple[float, str]]) -> str:
    """Return ``s``, ``ms`` or ``us``, whichever suits what is said; ``""`` where there is nothing to tell it by."""
    steps = _steps(lengths)
    return "" if steps is None else ("s", "ms", "us")[min(2, max(0, -round(steps)))]


def unit_after(unit: str, factor: float) -> str:
    """Return the unit that ``factor`` times ``unit`` is, ``""`` where it has no name."""
    per_second = PER_SECOND.get(unit, 0.0) / factor
    return next((name for name, number in PER_SECOND.items() if math.isclose(number, per_second)), "")


def _steps(lengths: Iterable[tuple[float, str]]) -> float | None:
    """Return how many thousandfold steps the lengths are too short (too long: below 0)."""
    told = [(length, text) for length, text in lengths if text and 0 < length < math.inf]
    lasts = sum(length for length, _ in told)
    usual = sum(max(text.count(" ") + 1, len(text) / LETTERS_A_WORD) for _, text in told) * SECONDS_A_WORD
    return math.log(usual / lasts, STEP) if lasts > 0 else None
