"""CSV and TSV: a row an utterance, one or many calls in a file, or a row a call with its dialogue in a cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from coach.call import Call
from coach.errors import TranscriptError
from coach.readers.cues import counted
from coach.readers.options import ReadOptions
from coach.readers.rejected import Rejected, rejected
from coach.readers.source import Source
from coach.readers.table_calls import call_of_cell, call_of_rows
from coach.readers.table_columns import Columns, columns_of
from coach.readers.text import looks_labelled

DELIMITERS = (",", "\t", ";", "|")
Row = tuple[int, list[str]]


class Layout(NamedTuple):
    """How a table is laid out."""

    delimiter: str
    header: list[str]
    columns: Columns


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
        return 0.9 if len(layout.columns.at) > 1 else 0.6 if len(layout.header) > 1 else 0.2

    def read(self, source: Source, options: ReadOptions) -> Iterator[Call | Rejected]:
        """Yield the calls of the table in the order in which they begin."""
        text, warnings = source.text()
        layout = layout_of(text, options)
        if layout is None:
            raise TranscriptError("no column holds text", where=source.name, remedy="Name it with --column text=NAME.")
        rows: list[Row] = []
        broken: Rejected | None = None
        try:
            rows.extend(rows_below(text, layout.delimiter))
        except csv.Error as error:
            place = f"line {rows[-1][0] + 1}" if rows else "line 2"
            broken = Rejected(source.name, place, f"not a sound table: {error}", "Export the table again.")
        yield from _calls(rows, layout, source, options, warnings)
        if broken:
            yield broken


def layout_of(text: str, options: ReadOptions) -> Layout | None:
    """Return the layout of the table in ``text``, ``None`` where its first row names no column of text."""
    start = text.lstrip("\ufeff\n\r ")
    best: Layout | None = None
    error: TranscriptError | None = None
    for delimiter in DELIMITERS:
        if delimiter not in start.split("\n", 1)[0]:
            continue
        try:
            first_rows = csv.reader(io.StringIO(start[:100_000]), delimiter=delimiter, skipinitialspace=True)
            header, second = next(first_rows, []), next(first_rows, [])
            columns = columns_of(header, second, options.columns)
        except csv.Error:
            continue
        except TranscriptError as missing:
            error = error or missing
            continue
        if columns and (best is None or len(columns.at) > len(best.columns.at)):
            best = Layout(delimiter, header, columns)
    if best is None and error is not None:
        raise error
    return best


def unknown_table(text: str) -> tuple[list[str], str]:
    """Return the columns of what looks like a table, and the one most like speech: the longest cell's.

    It does where two rows have as many cells, two or more; ``[]`` and ``""`` for what does not.
    """
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in csv.reader(io.StringIO(text[:10_000]), delimiter=delimiter) if row][:2]
        except csv.Error:
            continue
        if len(rows) == 2 and len(rows[0]) == len(rows[1]) > 1 and all(cell.strip() for cell in rows[0]):
            header = [cell.strip() for cell in rows[0]]
            return header, max(zip(rows[1], header, strict=True), key=lambda pair: len(pair[0]))[1]
    return [], ""


def rows_below(text: str, delimiter: str, *, has_header: bool = True) -> Iterator[Row]:
    """Yield the rows below the header that hold anything, each with the line that it ends in."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    skipped = len(text) - len(text.lstrip("\ufeff\n\r "))
    first_line = text[:skipped].count("\n")
    reader = csv.reader(io.StringIO(text[skipped:]), delimiter=delimiter, skipinitialspace=True)
    if has_header:
        next(reader, None)
    for row in reader:
        if any(cell.strip() for cell in row):
            yield reader.line_num + first_line, row


def _calls(
    rows: list[Row], layout: Layout, source: Source, options: ReadOptions, warnings: tuple[str, ...]
) -> Iterator[Call | Rejected]:
    """Yield the calls: rows with one call id belong together wherever they stand; without ids all rows are one call."""
    columns = layout.columns
    rows, odd = _fitted(rows, layout)
    told = (*warnings, *odd)
    if not rows:
        raise TranscriptError("a table without rows", where=source.name, remedy="Export the table again.")
    in_cells = _dialogue_in_cells(rows, columns)
    groups: dict[str, list[Row]] = {}
    for number, (line, row) in enumerate(rows):
        key = columns.cell(row, "call_id") or (f"\0{number}" if in_cells else "")
        groups.setdefault(key, []).append((line, row))
    for number, group in enumerate(groups.values()):
        fallback_id = source.stem if len(groups) == 1 else f"{source.stem}-{number + 1}"
        place = "" if len(groups) == 1 else f"line {group[0][0]}"
        where = f"{source.name}, {place}" if place else source.name
        try:
            if in_cells:
                for line, row in group:
                    yield call_of_cell(row, columns, f"{source.name}, line {line}", fallback_id, options, told)
            else:
                yield call_of_rows(group, columns, where, fallback_id, options, told)
        except TranscriptError as error:
            yield rejected(error, source.name, place)


def _fitted(rows: Sequence[Row], layout: Layout) -> tuple[list[Row], list[str]]:
    """Return the rows with too many cells mended: where text is the last column, the rest is its own delimiters."""
    width, text_at = len(layout.header), layout.columns.at["text"]
    fitted: list[Row] = []
    wide = 0
    for line, row in rows:
        if len(row) > width and any(cell.strip() for cell in row[width:]):
            wide += 1
            if text_at == width - 1:
                gap = layout.delimiter if layout.delimiter == "\t" else f"{layout.delimiter} "
                row = [*row[:text_at], gap.join(row[text_at:])]
        fitted.append((line, row))
    if not wide:
        return fitted, []
    how = "read as part of the text" if text_at == width - 1 else "left out"
    return fitted, [f"{counted(wide, 'row')} with more cells than the header: the rest is {how}"]


def _dialogue_in_cells(rows: Sequence[Row], columns: Columns) -> bool:
    """Tell a row a call from a row an utterance: no column says who speaks, and the cells hold labelled lines."""
    if any(name in columns.at for name in ("speaker", "role", "start")):
        return False
    sample = [columns.cell(row, "text") for _, row in rows[:20]]
    labelled = sum("\n" in cell and looks_labelled(cell.split("\n")) for cell in sample)
    return labelled * 2 > len(sample)
