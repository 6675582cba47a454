"""The rows of a delimited table; a quote that nobody closed ends at its line, so that it swallows no other rows."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from coach.readers.tables.columns import Columns
from coach.readers.times import seconds_of
from coach.roles import role_word

# Columns whose cells come again from row to row.
AGAIN = ("call_id", "speaker", "role", "channel")
WHO = ("speaker", "role", "channel")
# A label, and no piece of a sentence: three words at most.
LABEL = re.compile(r"^[\w'#-]+(?: [\w'#-]+){0,2}$")
# In tables this wide one line that looks like a row is enough; in others two must, unless the quoting is broken.
WIDE = 3


class Row(NamedTuple):
    """The cells of a row and the line that it ends in, from 1; ``is_cut`` where an open quote was ended there."""

    line: int
    cells: list[str]
    is_cut: bool = False


class _Span(NamedTuple):
    """Lines from 0, the last one included, and what the csv module makes of them."""

    first: int
    last: int
    cells: list[str]


class Lines:
    """The lines below the header of a table, read by its ``columns``; ``width`` is the number of cells in its header.

    ``text_at`` is the place of the text, of several the last.
    """

    def __init__(self, lines: Sequence[str], delimiter: str, columns: Columns, width: int, text_at: int) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._columns = columns
        self._width = width
        self._text_at = text_at
        self._known: dict[str, set[str]] | None = None

    def rows(self, begin: int) -> Iterator[Row]:
        """Yield the rows from line number ``begin`` (from 0) that hold anything.

        Raises:
            csv.Error: the rest is no table.
        """
        at = begin
        while at < len(self._lines):
            for span in self._spans(at):
                opened = self._opened(span, begin) if span.last > span.first else None
                if opened is not None:
                    cells = self._cells("\n".join(self._lines[span.first : opened + 1]) + '"')
                    yield Row(opened + 1, cells, is_cut=True)
                    at = opened + 1
                    break
                if any(cell.strip() for cell in span.cells):
                    yield Row(span.last + 1, span.cells)
            else:
                return

    def _spans(self, begin: int) -> Iterator[_Span]:
        lines = (f"{self._lines[number]}\n" for number in range(begin, len(self._lines)))
        reader = csv.reader(lines, delimiter=self._delimiter, skipinitialspace=True)
        first = begin
        for cells in reader:
            last = begin + reader.line_num - 1
            yield _Span(first, last, cells)
            first = last + 1

    def _opened(self, span: _Span, begin: int) -> int | None:
        """Return the line at which a quote of ``span`` is opened that was never closed, ``None`` where there is none.

        That is where all lines after it look like rows: a cell of several lines has lines of speech.
        """
        is_sound = self._is_closed("\n".join(self._lines[span.first : span.last + 1]))
        last = span.last if is_sound else self._last_filled(span)
        opened = last
        while opened > span.first and self._is_row(opened, begin, is_sound=is_sound, is_last=opened == last):
            opened -= 1
        swallowed = sum(bool(self._lines[number].strip()) for number in range(opened + 1, last + 1))
        if not swallowed or (is_sound and (opened > span.first or (swallowed == 1 and self._width < WIDE))):
            return None
        try:
            cells = self._cells("\n".join(self._lines[span.first : opened + 1]) + '"', strict=True)
        except csv.Error:
            return None
        return opened if len(cells) <= self._width else None

    def _last_filled(self, span: _Span) -> int:
        return next((n for n in range(span.last, span.first, -1) if self._lines[n].strip()), span.first)

    def _is_closed(self, text: str) -> bool:
        """Tell whether every quote in ``text`` is closed where a cell ends."""
        try:
            self._cells(text, strict=True)
        except csv.Error:
            return False
        return True

    def _cells(self, text: str, *, strict: bool = False) -> list[str]:
        lines = (f"{line}\n" for line in text.split("\n"))
        return next(csv.reader(lines, delimiter=self._delimiter, skipinitialspace=True, strict=strict), [])

    def _is_row(self, number: int, begin: int, *, is_sound: bool, is_last: bool) -> bool:
        """Tell whether a line looks like a row: as many cells as the header, and such as its columns hold elsewhere."""
        line = self._lines[number]
        if not line.strip():
            return True
        try:
            cells = self._cells(line)
        except csv.Error:
            return False
        # The last line holds the quote that closed the cell, and may open one of several lines itself.
        is_opening = is_last and not self._is_closed(line)
        least = self._text_at + 1 if is_opening else self._width
        if len(cells) < least or (len(cells) > self._width and self._text_at < self._width - 1):
            return False
        times = [cell for name in ("start", "end") if (cell := self._columns.cell(cells, name))]
        seen = self._seen(begin)
        if not all(_is_like_time(cell) for cell in times) or (not seen and is_sound):
            return False
        if not seen:
            return bool(times)
        if any(self._columns.cell(cells, name) in known for name, known in seen.items()):
            return True
        who = [cell for name in WHO if (cell := self._columns.cell(cells, name))]
        if not who or not all(LABEL.match(cell) for cell in who):
            return False
        return any(role_word(cell) for cell in who) or (not is_sound and len(cells) == self._width)

    def _seen(self, begin: int) -> dict[str, set[str]]:
        """Return what stands in the columns whose cells come again, in rows whose quotes are beyond doubt."""
        if self._known is None:
            self._known = {name: set() for name in AGAIN if name in self._columns.at}
            try:
                for span in self._spans(begin):
                    cells = span.cells
                    if span.last > span.first:
                        # Of a doubtful row what stands in front of its first line's end.
                        cells = self._cells(self._lines[span.first])[: self._text_at]
                    for name, known in self._known.items():
                        if cell := self._columns.cell(cells, name):
                            known.add(cell)
            except csv.Error:
                pass
        return self._known


def _is_like_time(cell: str) -> bool:
    return bool(re.match(r"^\d", cell)) and (seconds_of(cell) is not None or not re.search(r"[^\W\d_]{4}|\s{3}", cell))
