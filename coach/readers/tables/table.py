"""CSV and TSV: a row an utterance, one or many calls in a file, or a row a call with its dialogue in a cell."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from coach.call import Call
from coach.errors import TranscriptError
from coach.readers.cues import counted, shortened
from coach.readers.options import ReadOptions
from coach.readers.rejected import Rejected, rejected
from coach.readers.source import Source
from coach.readers.tables.calls import call_of_cell, call_of_rows
from coach.readers.tables.cells import is_conversation
from coach.readers.tables.columns import Columns, columns_of
from coach.readers.tables.rows import Lines, Row
from coach.readers.tables.sides import Sides, apart, sides_of, with_sides
from coach.readers.tables.top import lines_that_may_be_headers, top_of
from coach.readers.tables.unused import unused_told

DELIMITERS = (",", "\t", ";", "|")
# A header of one word and a quoted cell below: a column of conversations and nothing else
ONE_COLUMN = re.compile(r"^\s*\"?[A-Za-z_ ]{2,24}\"?\s*\n\"")


class Layout(NamedTuple):
    """How a table is laid out; ``begin`` is where its header stands in the text, ``titles`` how many lines are above.

    With ``sides`` the columns are those of rows that hold what one side says.
    """

    delimiter: str
    header: list[str]
    columns: Columns
    begin: int = 0
    titles: int = 0
    sides: Sides | None = None

    @property
    def text_at(self) -> int:
        """The place of the text in the header, of two texts the last."""
        return self.sides.columns[-1][0] if self.sides else self.columns.at["text"]


class Table:
    """Reads delimited tables with a header row."""

    name = "csv"
    title = "CSV and TSV tables"
    provides: tuple[str, ...] = ("roles", "speakers", "times")
    told_by = "a header row (commas, tabs, semicolons or bars) that names a column of text"
    is_tried = True

    def recognises(self, source: Source, options: ReadOptions) -> float:
        """Return how much of a header the first row is: 0.9 with text and more, 0.6 with text alone."""
        try:
            layout = layout_of(source.head_text(), options)
        except TranscriptError:
            # The user named columns of a table, so a table is what there is to complain about.
            return 0.3
        if layout is None:
            return 0.0
        is_plain = len(layout.header) > 1 or ONE_COLUMN.match(source.head_text())
        return 0.9 if len(layout.columns.at) > 1 else 0.6 if is_plain else 0.2

    def read(self, source: Source, options: ReadOptions) -> Iterator[Call | Rejected]:
        """Yield the calls of the table in the order in which they begin."""
        text, warnings = source.text()
        layout = layout_of(text, options)
        if layout is None:
            raise TranscriptError("no column holds text", where=source.name, remedy="Name it with --column text=NAME.")
        rows: list[Row] = []
        broken: Rejected | None = None
        try:
            rows.extend(_rows_of(text, layout))
        except csv.Error as error:
            place = f"line {rows[-1].line + 1}" if rows else "line 2"
            broken = Rejected(source.name, place, f"not a sound table: {error}", "Export the table again.")
        yield from _calls(rows, layout, source, options, warnings)
        if broken:
            yield broken


def layout_of(text: str, options: ReadOptions) -> Layout | None:
    """Return the layout of the table in ``text``, ``None`` where no row near its top names a column of text.

    Below lines of title the header must name something besides.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    named = top_of(text)[1]
    error: TranscriptError | None = None
    for begin, titles in lines_that_may_be_headers(text):
        try:
            layout = _layout_at(text, begin, (named,) if named else DELIMITERS, options)
        except TranscriptError as missing:
            error = error or missing
            continue
        if layout and (not titles or len(layout.columns.at) > 1):
            return layout._replace(titles=titles)
    if error is not None:
        raise error
    return None


def _layout_at(text: str, begin: int, delimiters: Sequence[str], options: ReadOptions) -> Layout | None:
    """Return the layout of the table whose header begins at ``begin``, by the delimiter that tells most columns.

    Raises:
        TranscriptError: the user names a column that is not there.
    """
    start = text[begin : begin + 100_000]
    best: Layout | None = None
    error: TranscriptError | None = None
    for delimiter in delimiters:
        if delimiter not in start.split("\n", 1)[0] and not (delimiter == "," and ONE_COLUMN.match(start)):
            continue
        try:
            first_rows = csv.reader(io.StringIO(start), delimiter=delimiter, skipinitialspace=True)
            header, second = next(first_rows, []), next(first_rows, [])
            columns = columns_of(header, second, options.columns)
            sides = sides_of(header) if columns is None else None
            if sides:
                known = columns_of([*header, "text"], [*second, ""], options.columns)
                columns = with_sides(known, len(header)) if known else None
        except csv.Error:
            continue
        except TranscriptError as missing:
            error = error or missing
            continue
        if columns and (best is None or len(columns.at) > len(best.columns.at)):
            best = Layout(delimiter, header, columns, begin, sides=sides)
    if best is None and error is not None:
        raise error
    return best


def unknown_table(text: str) -> tuple[list[str], str]:
    """Return the columns of what looks like a table, and the one most like speech: the longest cell's.

    It does where two rows have as many cells, two or more; ``[]`` and ``""`` for what does not.
    """
    begin, named = top_of(text)
    for delimiter in (named,) if named else DELIMITERS:
        try:
            rows = [row for row in csv.reader(io.StringIO(text[begin : begin + 10_000]), delimiter=delimiter) if row][
                :2
            ]
        except csv.Error:
            continue
        if len(rows) == 2 and len(rows[0]) == len(rows[1]) > 1 and all(cell.strip() for cell in rows[0]):
            header = [cell.strip() for cell in rows[0]]
            return header, max(zip(rows[1], header, strict=True), key=lambda pair: len(pair[0]))[1]
    return [], ""


def rows_below(text: str, delimiter: str, *, has_header: bool = True) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows below the header that hold anything, each with the line that it ends in."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    begin, _ = top_of(text)
    first_line = text[:begin].count("\n")
    reader = csv.reader(io.StringIO(text[begin:]), delimiter=delimiter, skipinitialspace=True)
    if has_header:
        next(reader, None)
    for row in reader:
        if any(cell.strip() for cell in row):
            yield reader.line_num + first_line, row


def _rows_of(text: str, layout: Layout) -> Iterator[Row]:
    """Yield the rows below the header, those with an open quote mended."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    above = text[: layout.begin].count("\n")
    header = csv.reader(io.StringIO(text[layout.begin :]), delimiter=layout.delimiter, skipinitialspace=True)
    next(header, None)
    lines = Lines(text.split("\n"), layout.delimiter, layout.columns, len(layout.header), layout.text_at)
    return lines.rows(above + header.line_num)


def _calls(
    rows: list[Row], layout: Layout, source: Source, options: ReadOptions, warnings: tuple[str, ...]
) -> Iterator[Call | Rejected]:
    """Yield the calls: rows with one call id belong together wherever they stand; without ids all rows are one call."""
    rows, odd = _fitted([row for row in rows if row.cells != layout.header], layout)
    if not rows:
        raise TranscriptError("a table without rows", where=source.name, remedy="Export the table again.")
    cells = [row.cells for row in rows]
    columns = layout.columns.dated_by(cells)
    in_cells = _dialogue_in_cells(rows, columns)
    of_sides = [place for place, _ in layout.sides.columns] if layout.sides else []
    unused = unused_told(layout.header, columns, cells, in_cells=in_cells, also_used=of_sides)
    told = (*warnings, *_titles_told(layout), *odd, *unused)
    groups: dict[str, list[Row]] = {}
    above = ""
    filled = 0
    for number, row in enumerate(rows):
        key = columns.cell(row.cells, "call_id") or (f"\0{number}" if in_cells else above)
        filled += bool(above) and not columns.cell(row.cells, "call_id")
        above = "" if in_cells else key
        groups.setdefault(key, []).append(row)
    if filled:
        told = (*told, f"{counted(filled, 'row')} without a call id: taken for the call above")
    for number, group in enumerate(groups.values()):
        fallback_id = source.stem if len(groups) == 1 else f"{source.stem}-{number + 1}"
        place = "" if len(groups) == 1 else f"line {group[0].line}"
        where = f"{source.name}, {place}" if place else source.name
        told_here = (*told, *_cuts_told(group))
        try:
            if in_cells:
                for row in group:
                    cell_at = f"{source.name}, line {row.line}"
                    yield call_of_cell(row.cells, columns, cell_at, fallback_id, options, told_here)
            else:
                pairs = [(row.line, row.cells) for row in group]
                yield call_of_rows(pairs, columns, where, fallback_id, options, told_here)
        except TranscriptError as error:
            yield rejected(error, source.name, place)


def _fitted(rows: Sequence[Row], layout: Layout) -> tuple[list[Row], list[str]]:
    """Return the rows with too many cells mended, those of two sides taken apart, and warnings.

    Where text is the last column, the rest is its own delimiters.
    """
    width, text_at = len(layout.header), layout.text_at
    fitted: list[Row] = []
    wide = 0
    for row in rows:
        cells = row.cells
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            wide += 1
            if text_at == width - 1:
                gap = layout.delimiter if layout.delimiter == "\t" else f"{layout.delimiter} "
                cells = [*cells[:text_at], gap.join(cells[text_at:])]
        each = apart(cells, layout.sides, layout.columns, width) if layout.sides else [cells]
        fitted.extend(row._replace(cells=part) for part in each)
    told = []
    if wide:
        how = "read as part of the text" if text_at == width - 1 else "left out"
        told.append(f"{counted(wide, 'row')} with more cells than the header: the rest is {how}")
    if layout.sides:
        told.append(f"{layout.sides.names(layout.header)} are read as two speakers, in this order in each row")
    return fitted, told


def _titles_told(layout: Layout) -> list[str]:
    return [f"{counted(layout.titles, 'line')} above the header left out"] if layout.titles else []


def _cuts_told(rows: Sequence[Row]) -> list[str]:
    cut = sorted({row.line for row in rows if row.is_cut})
    return shortened(
        [f"line {line}: a quote is opened and never closed; the cell is ended at its line" for line in cut]
    )


def _dialogue_in_cells(rows: Sequence[Row], columns: Columns) -> bool:
    """Tell a row a call from a row an utterance: no column says who speaks, and the cells hold labelled lines."""
    if any(name in columns.at for name in ("speaker", "role")):
        return False
    sample = [cell for row in rows[:20] if (cell := columns.cell(row.cells, "text"))]
    return sum(map(is_conversation, sample)) * 2 >= max(1, len(sample))
