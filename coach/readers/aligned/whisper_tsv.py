"""Whisper's TSV: start and end in milliseconds and the text, with a header, and nobody named."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coach.call import Call
from coach.readers.built import call_of_file
from coach.readers.clocks import SLOWEST_WORDS_PER_SECOND
from coach.readers.cues import Cue, counted, tidy
from coach.readers.fields import MILLIS, seconds
from coach.readers.options import ReadOptions
from coach.readers.rejected import Rejected
from coach.readers.source import Source

HEADER = "start\tend\ttext"
# A few rows may be broken; they are left out and said to be.
LEAST_SHARE = 0.9
ROW = re.compile(r"^(\d{1,12})\t(\d{1,12})\t(.*)$")


class WhisperTsv:
    """Reads Whisper's TSV output; one file is one call."""

    name = "whisper-tsv"
    title = "a Whisper TSV file"
    provides: tuple[str, ...] = ("times",)
    told_by = "the header `start`, `end`, `text` with tabs, over whole numbers too large for seconds"
    is_tried = False

    def recognises(self, source: Source, options: ReadOptions) -> float:
        """Return 1 where the header is this one and the numbers can only be milliseconds."""
        lines = source.head_text().replace("\r\n", "\n").lstrip("\n").split("\n")
        if lines[0].strip() != HEADER or options.columns:
            return 0.0
        rows = [ROW.match(line) for line in lines[1:-1] if line.strip()] or [ROW.match(lines[-1])]
        found = [row for row in rows if row]
        if not found or len(found) < len(rows) * LEAST_SHARE:
            return 0.0
        words = sum(len(row[3].split()) for row in found)
        last = max(int(row[2]) for row in found)
        return 1.0 if last and words / last < SLOWEST_WORDS_PER_SECOND else 0.0

    def read(self, source: Source, options: ReadOptions) -> Iterator[Call | Rejected]:
        """Yield the one call of the file."""
        text, warnings = source.text()
        lines = [line for line in text.split("\n") if line.strip()][1:]
        rows = [(number, row) for number, line in enumerate(lines) if (row := ROW.match(line))]
        told = list(warnings)
        if len(rows) < len(lines):
            told.append(f"{counted(len(lines) - len(rows), 'row')} without start, end and text left out")
        cues = [Cue(n, None, tidy(row[3]), seconds(row[1], MILLIS), seconds(row[2], MILLIS)) for n, row in rows]
        yield call_of_file(source, options, self.name, cues, warnings=told, what="row")
