"""The two forms of a labels file, JSON and a table, taken apart into marks as they are written, unchecked."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from coach.errors import CoachError
from coach.readers.rejected import Rejected
from coach.readers.shapes import kind_of
from coach.rule_yaml import nearest

DELIMITERS = (",", ";", "\t", "|")
COLUMNS = ("call_id", "check", "outcome")
# Excel writes this line above the header where the separator is not the usual one.
SEPARATOR_LINE = re.compile(r"sep=(.)\n")
FORMS = (
    'Write a call a line, {"call_id": "c-1", "labels": {"apology": ["met", [2]]}}, or a table with the header '
    "call_id, check, outcome, turn."
)


class Written(NamedTuple):
    """One mark as it stands in the file: where, of which call and check, and what is said."""

    place: str
    call_id: str
    check: str
    outcome: object
    turns: object


class _Object(dict[str, Any]):
    """A JSON object that keeps keys given twice, in ``pairs``."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs


def written(text: str, name: str) -> Iterator[Written | Rejected]:
    """Yield the marks in ``text``, and a ``Rejected`` for each line that holds none.

    Raises:
        CoachError: nothing of the file can be used.
    """
    if text.lstrip().startswith(("{", "[")):
        yield from _of_json(text, name)
    else:
        yield from _of_table(text, name)


def _of_json(text: str, name: str) -> Iterator[Written | Rejected]:
    """Yield the marks of a call a line, of one list of calls, or of one call over several lines."""
    try:
        whole = _parsed(text)
    except ValueError:
        whole = None
    if whole is not None:
        for number, value in enumerate(whole if isinstance(whole, list) else [whole]):
            yield from _of_call(value, name, f"item {number + 1}" if isinstance(whole, list) else "line 1")
        return
    for line_number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        place = f"line {line_number}"
        try:
            value = _parsed(line)
        except json.JSONDecodeError as error:
            cause = f"this is not JSON: {error.msg[0].lower()}{error.msg[1:]}"
            yield Rejected(name, f"{place}, column {error.colno}", cause, "Write one whole JSON object a line.")
        except ValueError as error:
            yield Rejected(name, place, f"this is not JSON: {error}", "Write one whole JSON object a line.")
        else:
            yield from _of_call(value, name, place)


def _parsed(text: str) -> object:
    try:
        parsed: object = json.loads(text, object_pairs_hook=_Object)
    except RecursionError:
        raise ValueError("brackets are nested too deeply") from None
    return parsed


def _of_call(value: object, name: str, place: str) -> Iterator[Written | Rejected]:
    if not isinstance(value, _Object):
        yield Rejected(name, place, f"{kind_of(value)} instead of a call's labels", FORMS)
        return
    call_id, labels = value.get("call_id"), value.get("labels")
    if isinstance(value.get("turns"), list) and labels is None:
        yield Rejected(name, place, "this is a call, not labels", "Name the labels first: coach agree LABELS PATHS...")
    elif not isinstance(call_id, (str, int)) or isinstance(call_id, bool) or not str(call_id).strip():
        yield Rejected(name, place, 'no "call_id"', FORMS)
    elif not isinstance(labels, _Object):
        what = f'"labels" is {kind_of(labels)}' if "labels" in value else f'no "labels"{_near("labels", value)}'
        yield Rejected(name, place, what, FORMS)
    else:
        for check, said in labels.pairs:
            outcome, turns = (*said, [])[:2] if isinstance(said, list) and 0 < len(said) < 3 else (said, [])
            yield Written(f'{place}, "{check}"', str(call_id).strip(), check, outcome, turns)


def _near(key: str, value: _Object) -> str:
    found = nearest(key, value)
    return f" ({found.replace('Did you mean', 'is it')})" if found else ""


def _of_table(text: str, name: str) -> Iterator[Written | Rejected]:
    said = SEPARATOR_LINE.match(text)
    body = text[len(said[0]) if said else 0 :].lstrip("\n ")
    above = text[: len(text) - len(body)].count("\n")
    delimiter, header = _layout(body, said[1] if said else "", name)
    at = {column: header.index(column) for column in (*COLUMNS, "turn") if column in header}
    for number, row in _rows(body.split("\n"), delimiter, at):
        place = f"line {number + above}"
        if any(cell.strip() for cell in row[len(header) :]):
            remedy = "Put quotes around a cell that holds the separator, or write a row for each turn."
            yield Rejected(name, place, f"{len(row)} cells where the header has {len(header)}", remedy)
        elif any(cell.strip() for cell in row):
            yield _of_row(row, at, name, place)


def _rows(lines: Sequence[str], delimiter: str, at: Mapping[str, int]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows below the header with the line that each begins in, counted from 1.

    A quotation mark that is never closed would take all lines below it along: such a row ends with its first line.
    """
    csv.field_size_limit(max(csv.field_size_limit(), sum(map(len, lines)) + len(lines)))
    begins = 1
    while begins < len(lines):
        rows = csv.reader(
            (f"{line}\n" for line in islice(lines, begins, None)), delimiter=delimiter, skipinitialspace=True
        )
        start = begins
        for row in rows:
            first, begins = begins, start + rows.line_num
            if begins > first + 1 and any("\n" in cell for cell in _ours(row, at)):
                yield first + 1, next(csv.reader([lines[first]], delimiter=delimiter, quoting=csv.QUOTE_NONE))
                begins = first + 1
                break
            yield first + 1, row


def _ours(row: Sequence[str], at: Mapping[str, int]) -> list[str]:
    return [row[place] for place in at.values() if place < len(row)]


def _layout(body: str, delimiter: str, name: str) -> tuple[str, list[str]]:
    """Return the delimiter and the columns of the header, named as we name them.

    Raises:
        CoachError: a column is missing.
    """
    best: list[str] = []
    for tried in delimiter or DELIMITERS:
        header = [
            _column(cell) for cell in next(csv.reader(io.StringIO(body), delimiter=tried, skipinitialspace=True), [])
        ]
        if set(COLUMNS) <= set(header):
            break
        best = max(best, header, key=len)
    else:
        missing = [column for column in COLUMNS if column not in best]
        near = next(filter(None, (nearest(column, best) for column in missing)), "")
        raise CoachError(
            f"no column {' and no column '.join(missing)}; the first line names {', '.join(best)[:200]}",
            where=f"{name}, line 1",
            remedy=f"{near.replace('Did you mean', 'Is it') + ' ' if near else ''}{FORMS}",
        )
    twice = sorted({column for column in (*COLUMNS, "turn") if header.count(column) > 1})
    if twice:
        raise CoachError(
            f"two columns are called {twice[0]}", where=f"{name}, line 1", remedy="Keep the one that counts."
        )
    return tried, header


def _column(cell: str) -> str:
    """Return a column's name as we write it: ``Call ID`` is ``call_id``, ``turns`` is ``turn``."""
    name = re.sub(r"[\s_-]+", "_", cell.strip().lower())
    return "turn" if name == "turns" else name


def _of_row(row: Sequence[str], at: Mapping[str, int], name: str, place: str) -> Written | Rejected:
    def cell(column: str) -> str:
        return row[at[column]].strip() if column in at and at[column] < len(row) else ""

    for column in COLUMNS:
        if not cell(column):
            return Rejected(name, place, f"nothing under {column}", f"Fill in {column}, or take the line out.")
    if any(value.count('"') % 2 for value in _ours(row, at)):
        return Rejected(name, place, "a quotation mark is not closed", "Close it, or take it out.")
    return Written(place, cell("call_id"), cell("check"), cell("outcome"), cell("turn"))
