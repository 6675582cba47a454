"""The beginning of a file that no reader may know, as one value: JSON, JSON Lines or the rows of a table."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from itertools import islice
from typing import Any, NamedTuple

import orjson

from coach.call import Call
from coach.errors import TranscriptError
from coach.readers.archives import archive_kind
from coach.readers.json_values import JsonValues, parsed
from coach.readers.options import ReadOptions
from coach.readers.reading import recognised, unknown_text
from coach.readers.registry import json_readers
from coach.readers.rejected import Rejected
from coach.readers.source import STDIN, Source, opened_stream
from coach.readers.tables.table import DELIMITERS, Table, rows_below, unknown_table
from coach.readers.tables.top import top_of

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
    reader = recognised(source, options)
    if reader is not None and not isinstance(reader, Table):
        raise TranscriptError(
            f"it needs no map, for it is read without one ({reader.title}); maps are for JSON and for tables",
            where=source.name,
            remedy="coach inspect shows how it is read.",
        )
    if reader is None and not unknown_table(source.head_text())[0]:
        raise unknown_text(source)
    rows = _table(source.text()[0])
    if rows:
        return Sample(rows, is_table=True)
    raise unknown_text(source)


def is_archive(file: str) -> bool:
    """Tell whether ``file`` is an archive, such as an office document.

    Raises:
        TranscriptError: it cannot be opened.
    """
    if file == STDIN:
        return False
    with opened_stream(file) as stream:
        return bool(archive_kind(stream.head))


def unmapped(file: str, items: Sequence[object]) -> TranscriptError:
    """Return the error for an archive of which a map is asked; ``items`` were read from it."""
    broken = next((item for item in items if isinstance(item, Rejected)), None)
    if broken and not any(isinstance(item, Call) for item in items):
        return TranscriptError(broken.cause, where=broken.source, place=broken.place, remedy=broken.remedy)
    remedy = "coach inspect shows how it is read; a map is guessed from one file out of it, unpacked."
    return TranscriptError("it is an archive of files or an office document", where=file, remedy=remedy)


def _parsed_lines(text: str) -> list[Any]:
    values = []
    for line in islice((line for line in text.split("\n") if line.strip()), LINES_TAKEN):
        try:
            values.append(orjson.loads(line))
        except orjson.JSONDecodeError:
            continue
    return [value for value in values if isinstance(value, (dict, list))]


def _table(text: str) -> list[dict[str, str]]:
    begin, named = top_of(text)
    first = text[begin:].split("\n", 1)[0]
    delimiter = named or max(DELIMITERS, key=first.count)
    if delimiter not in first:
        return []
    try:
        rows = [row for _, row in islice(rows_below(text, delimiter, has_header=False), ROWS_TAKEN + 1)]
    except csv.Error:
        return []
    header = [cell.strip() for cell in rows[0]]
    return [dict(zip(header, (cell.strip() for cell in row), strict=False)) for row in rows[1:]]
