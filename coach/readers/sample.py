"""The beginning of a file that no reader may know, as one value: JSON, JSON Lines or the rows of a table."""

from __future__ import annotations

import csv
from itertools import islice
from typing import Any, NamedTuple

import orjson

from coach.errors import TranscriptError
from coach.readers.json_values import JsonValues, parsed
from coach.readers.options import ReadOptions
from coach.readers.registry import json_readers
from coach.readers.source import Source
from coach.readers.table import DELIMITERS, rows_below

LINES_TAKEN = 300
ROWS_TAKEN = 3000


class Sample(NamedTuple):
    """``value`` is the parsed JSON; of JSON Lines the list of its lines, of a table the list of its rows."""

    value: Any
    is_lines: bool = False
    is_table: bool = False


def sample_of(source: Source, options: ReadOptions) -> Sample:
    """Return what ``source`` holds, of long files the beginning.

    Raises:
        TranscriptError: it is neither JSON nor a table.
    """
    if JsonValues(json_readers).recognises(source, options):
        text = source.text()[0]
        try:
            return Sample(parsed(text.encode("utf-8", "surrogatepass"), source.name)[0])
        except orjson.JSONDecodeError as error:
            lines = list(_parsed_lines(text))
            if lines:
                return Sample(lines, is_lines=True)
            raise TranscriptError(f"not JSON: {error.msg}", where=source.name, remedy="Write it anew.") from None
    rows = _table(source.text()[0])
    if rows:
        return Sample(rows, is_table=True)
    raise TranscriptError(
        "a map is for JSON and for tables, and this is neither",
        where=source.name,
        remedy="coach inspect shows whether it is read without one; docs/reading.md has the forms of text.",
    )


def _parsed_lines(text: str) -> list[Any]:
    values = []
    for line in islice((line for line in text.split("\n") if line.strip()), LINES_TAKEN):
        try:
            values.append(orjson.loads(line))
        except orjson.JSONDecodeError:
            continue
    return [value for value in values if isinstance(value, (dict, list))]


def _table(text: str) -> list[dict[str, str]]:
    first = text.lstrip("\ufeff\n\r ").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    if delimiter not in first:
        return []
    try:
        rows = [row for _, row in islice(rows_below(text, delimiter, has_header=False), ROWS_TAKEN + 1)]
    except csv.Error:
        return []
    header = [cell.strip() for cell in rows[0]]
    return [dict(zip(header, (cell.strip() for cell in row), strict=False)) for row in rows[1:]]
