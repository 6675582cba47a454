"""Bringing the times of one call to seconds from its start, whatever clock they were read from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

from coach.call import Word
from coach.readers.cues import Cue
from coach.readers.times import LATEST

# A first time of six hours or more is a time of day, when people are at work; no recording waits so long for words.
LATEST_FIRST = 6 * 3600.0
# Whole numbers at less than this many words a second are milliseconds: slow speech has one or two words a second,
# and a call on hold for most of its time still ten times this. Our own choice.
SLOWEST_WORDS_PER_SECOND = 0.02
EPOCH_SECONDS = 1e9
EPOCH_MILLISECONDS = 1e12
# The year 10000, in seconds since 1970: no date can be said of what is later.
LAST_DATE = 253_402_300_800.0


def from_first(cues: Sequence[Cue], began: float | None = None) -> tuple[list[Cue], str | None, list[str]]:
    """Return the cues with clock times counted from the first, the start in ISO 8601, and warnings.

    The start is ``None`` where the times hold no date. Where the file says when the recording ``began`` (seconds
    since 1970), and nobody speaks before that, dates and times are counted from there.
    """
    starts = [cue.start for cue in cues if cue.start is not None]
    if not starts or not LATEST_FIRST <= min(starts) < LAST_DATE:
        return list(cues), None, []
    first = min(starts)
    from_start = began is not None and 0 <= first - began <= LATEST
    if began is not None and from_start:
        first = began
    if first < EPOCH_SECONDS and first > LATEST:
        return list(cues), None, []
    moved = [_moved(cue, first) if cue.start is not None else cue for cue in cues]
    if first < EPOCH_SECONDS:
        return moved, None, ["the times are times of day: counted from the first"]
    moment = datetime.fromtimestamp(first, timezone.utc).isoformat().replace("+00:00", "Z")
    counted = "the start of the recording" if from_start else "the first"
    return moved, moment, [f"the times are dates and times: counted from {counted}"]


def unit_factor(numbers: Sequence[float], words: int) -> tuple[float, str]:
    """Return by what to multiply ``numbers`` without a unit to get seconds, and a warning where it is not 1.

    Args:
        numbers: the starts of one call.
        words: how many words are said in it.
    """
    if not numbers:
        return 1.0, ""
    last = max(numbers)
    if last >= EPOCH_MILLISECONDS:
        return 0.001, "times without a unit: read as milliseconds since 1970"
    whole = all(number == int(number) for number in numbers)
    if last < EPOCH_SECONDS and whole and last > 0 and words / last < SLOWEST_WORDS_PER_SECOND:
        return 0.001, "times without a unit: read as milliseconds"
    return 1.0, ""


def _moved(cue: Cue, first: float) -> Cue:
    words = tuple(Word(word.text, _less(word.start, first), _less(word.end, first)) for word in cue.words)
    return cue._replace(start=_less(cue.start, first), end=_less(cue.end, first), words=words)


def _less(time: float | None, first: float) -> float | None:
    # Rounded to the microsecond, for the difference of two large numbers carries noise below it.
    return None if time is None else round(time - first, 6)
