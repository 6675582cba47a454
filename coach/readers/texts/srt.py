"""SubRip (SRT): a number, a time line with commas, text; a name stands where the speaker changes."""

from __future__ import annotations

from collections.abc import Iterator

from coach.call import Call
from coach.readers.built import call_of_file
from coach.readers.options import ReadOptions
from coach.readers.rejected import Rejected
from coach.readers.source import Source
from coach.readers.texts.caption_speakers import spoken_cues
from coach.readers.texts.captions import TIMED, blocks_of


class Srt:
    """Reads SRT captions; one file is one call."""

    name = "srt"
    title = "SRT captions"
    provides: tuple[str, ...] = ("speakers", "times")
    told_by = "time lines with commas (`00:00:01,000 --> 00:00:02,500`)"
    is_tried = True

    def recognises(self, source: Source, options: ReadOptions) -> float:
        """Return how early and how plainly a time line with commas comes."""
        lines = [line for line in source.head_text().splitlines() if line.strip()][:40]
        for index, line in enumerate(lines):
            if TIMED.match(line):
                return (0.95 if index <= 1 else 0.85) if "," in line.split("-->")[0] else 0.0
        return 0.0

    def read(self, source: Source, options: ReadOptions) -> Iterator[Call | Rejected]:
        """Yield the one call of the file.

        Empty lines are left out beforehand: some writers put them into captions, and others put none between.
        """
        text, warnings = source.text()
        cues, doubts = spoken_cues(list(blocks_of([line for line in text.split("\n") if line.strip()])))
        yield call_of_file(source, options, self.name, cues, warnings=(*warnings, *doubts), what="caption")
