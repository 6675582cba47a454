"""From cues, lines and utterances to turns: what one speaker says in a row is one turn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from coach.call import Part, Role, Turn, Word
from coach.readers.times import is_time

BLANKS = re.compile(r"\s+")
WARNINGS_SHOWN = 10


class Cue(NamedTuple):
    """One piece of the input: ``number`` counts from 0, times in seconds."""

    number: int
    speaker: str | None
    text: str
    start: float | None = None
    end: float | None = None
    words: tuple[Word, ...] = ()
    role: Role = "unknown"


def counted(count: int, thing: str) -> str:
    """Return ``1 line`` or ``2 lines``."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def tidy(text: str) -> str:
    """Return ``text`` on one line: blanks and line ends in a row are one blank, none at either end."""
    return BLANKS.sub(" ", text).strip()


def turns_of(cues: Iterable[Cue]) -> tuple[Turn, ...]:
    """Return the turns of ``cues``, in order of start, then of end; cues without text are left out.

    Cues that follow each other with one speaker (or none) and one role are one turn, whatever the gap. A cue without
    a start stays behind the one that it follows in the input.
    """
    spoken: list[tuple[tuple[float, float], Cue]] = []
    latest = (0.0, 0.0)
    for cue in cues:
        if cue.text:
            if cue.start is not None:
                latest = (cue.start, cue.start if cue.end is None else cue.end)
            spoken.append((latest, cue))
    spoken.sort(key=lambda pair: pair[0])
    runs = groupby((cue for _, cue in spoken), key=lambda cue: (cue.speaker, cue.role))
    return tuple(_turn(list(run)) for _, run in runs)


def sound_times(cues: Iterable[Cue], what: str) -> tuple[list[Cue], list[str]]:
    """Return the cues without times that cannot be, and warnings; ``what`` the format calls a cue.

    An end before its start is dropped, for the start is what the order of turns rests on; so is a time below 0 or
    over a week.
    """
    sound: list[Cue] = []
    warnings: list[str] = []
    for cue in cues:
        start, end = cue.start, cue.end
        for key, value in (("start", start), ("end", end)):
            if value is not None and not is_time(value):
                warnings.append(f"{what} {cue.number + 1}: {key} {value:g} s cannot be; read as absent")
        start = start if is_time(start) else None
        end = end if is_time(end) and start is not None else None
        if start is not None and end is not None and end < start:
            warnings.append(
                f"{what} {cue.number + 1} ends ({end:g} s) before it starts ({start:g} s); its end is read as absent"
            )
            end = None
        sound.append(cue if (start, end) == (cue.start, cue.end) else cue._replace(start=start, end=end))
    return sound, shortened(warnings)


def shortened(warnings: list[str]) -> list[str]:
    """Return the first ten of ``warnings`` and how many more there were."""
    if len(warnings) <= WARNINGS_SHOWN:
        return warnings
    return [*warnings[:WARNINGS_SHOWN], f"and {len(warnings) - WARNINGS_SHOWN} more of this kind"]


def _turn(cues: Sequence[Cue]) -> Turn:
    first = cues[0]
    words = tuple(word for cue in cues for word in cue.words)
    if len(cues) == 1:
        return Turn(first.role, first.text, first.start, first.end, first.speaker, words)
    parts: list[Part] = []
    begin = 0
    for cue in cues:
        stop = begin + len(cue.text)
        parts.append(Part(cue.number, begin, stop, cue.start, cue.end))
        begin = stop + 1
    ends = [cue.end for cue in cues]
    is_timed = first.start is not None and ends[-1] is not None
    end = max(end for end in ends if end is not None) if is_timed else None
    text = " ".join(cue.text for cue in cues)
    return Turn(first.role, text, first.start, end, first.speaker, words, tuple(parts))
