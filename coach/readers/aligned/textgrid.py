"""Praat TextGrid: tiers of intervals in one of two layouts, with or without the names of the values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coach.call import Call
from coach.errors import TranscriptError
from coach.readers.aligned.tiers import Row, Tier, cues_of_tiers
from coach.readers.built import call_of_file
from coach.readers.options import ReadOptions
from coach.readers.rejected import Rejected
from coach.readers.source import Source

# What both layouts have in common are the values that stand alone: texts in quotes, and numbers.
VALUE = re.compile(r'"[^"]*(?:""[^"]*)*"(?!")|!.*|[^\s"]+|"')
NUMBER = re.compile(r"^-?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?$")
# A tier's class, or an interval with a bound: what is left where the head of the file is lost.
FRAGMENT = re.compile(
    r'^\s*(?:class = )?"(?:Interval|Text)Tier"\s*$|^\s*(?:intervals|points) \[\d+\]:\s*\n\s*(?:xmin|number) =',
    re.MULTILINE,
)
TIERS = ("IntervalTier", "TextTier")
Value = str | float


class TextGrid:
    """Reads Praat TextGrids, a tier a speaker; one file is one call."""

    name = "praat-textgrid"
    title = "a Praat TextGrid"
    provides: tuple[str, ...] = ("speakers", "times", "words")
    told_by = "`ooTextFile` and `TextGrid` in its first lines, or a tier's class"
    is_tried = True

    def recognises(self, source: Source, options: ReadOptions) -> float:
        """Return 1 where the first lines say so, 0.9 where only a tier does: the head of the file is lost."""
        text = source.head_text()
        first = [line for line in text.splitlines()[:20] if line.strip()][:3]
        if any("ooTextFile" in line for line in first[:1]) and any('TextGrid"' in line for line in first):
            return 1.0
        return 0.9 if FRAGMENT.search(text) else 0.0

    def read(self, source: Source, options: ReadOptions) -> Iterator[Call | Rejected]:
        """Yield the one call of the file."""
        text, warnings = source.text()
        tiers = list(tiers_of(list(values_in(text))))
        cues, left_out = cues_of_tiers(tiers)
        if not cues:
            raise TranscriptError(
                "no turns: no tier of intervals holds speech",
                where=source.name,
                remedy="Name the tiers after the speakers, or after what they hold (words, phrases).",
            )
        yield call_of_file(source, options, self.name, cues, warnings=(*warnings, *left_out), what="interval")


def values_in(text: str) -> Iterator[Value]:
    """Yield the values of a TextGrid: texts, numbers as such, anything else left out.

    Raises:
        TranscriptError: a text has no closing quote.
    """
    for found in VALUE.finditer(text):
        value = found[0]
        if value == '"':
            line = text.count("\n", 0, found.start()) + 1
            raise _damage(f"a text has no closing quote (line {line})")
        if value.startswith('"'):
            yield value[1:-1].replace('""', '"')
        elif NUMBER.match(value):
            yield float(value)


def tiers_of(values: Sequence[Value]) -> Iterator[Tier]:
    """Yield the tiers of intervals; those of points are no speech and left out.

    Raises:
        TranscriptError: a tier has fewer intervals than it says.
    """
    numbered = 0
    place = 0
    while place < len(values):
        if values[place] not in TIERS:
            place += 1
            continue
        kind, name, *bounds = (*values[place : place + 5], "", "")[:5]
        if len(bounds) < 3 or not isinstance(name, str) or not all(isinstance(bound, float) for bound in bounds):
            raise _damage("a tier without a name or without its bounds")
        place += 5
        size = 3 if kind == "IntervalTier" else 2
        rows: list[Row] = []
        for _ in range(int(min(float(bounds[2]), len(values)))):
            row = _row(values[place : place + size], numbered)
            if len(values) < place + size or row is None:
                raise _damage(f'the tier "{name[:40]}" breaks off after {len(rows)} of {bounds[2]:g}')
            rows.append(row)
            numbered += kind == "IntervalTier"
            place += size
        if kind == "IntervalTier":
            yield Tier(name, rows)


def _row(values: Sequence[Value], number: int) -> Row | None:
    *times, text = values or [0.0]
    start, end = (times[0], times[-1]) if times else (None, None)
    if not isinstance(text, str) or not isinstance(start, float) or not isinstance(end, float):
        return None
    return Row(number, text, start, end)


def _damage(what: str) -> TranscriptError:
    return TranscriptError(f"a damaged TextGrid: {what}", remedy="Export it from Praat again.")
