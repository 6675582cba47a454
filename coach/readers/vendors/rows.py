"""JSON rows of any make: a list of flat objects with a text and a speaker or role under the usual names.

It is what is left to try: only where no other shape knows a value, and where most rows have both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from coach.readers.cues import tidy
from coach.readers.fields import Row, rows_at, text_at
from coach.readers.head import folded
from coach.readers.heard import Heard
from coach.readers.signature import LOOKED_AT, Signature
from coach.readers.tables.calls import cues_of_rows, facts_of_rows
from coach.readers.tables.columns import USUAL, Columns, columns_of
from coach.readers.texts.plain import looks_labelled
from coach.readers.vendor import Context, Shape

# Keys of all rows together that are looked at.
MOST_KEYS = 200
WHO = ("speaker", "role")
SPEAKER_KEYS = frozenset(USUAL["speaker"].split("|"))
NAME, ROLE = "name|displayName|display_name|label|id", "role|type"


class UsualNames(Signature):
    """A list most of whose rows have a text, which is no whole dialogue, and who says it."""

    def fits(self, value: object) -> bool:
        """Tell whether ``value`` is such a list, by its first rows."""
        first = value[:LOOKED_AT] if isinstance(value, list) else []
        rows = [row for row in first if isinstance(row, dict)]
        columns, cells = _table(rows) if rows else (None, [])
        if columns is None:
            return False
        said = [columns.cell(row, "text") for row in cells if any(columns.cell(row, name) for name in WHO)]
        filled = [text for text in said if tidy(text)]
        dialogues = sum("\n" in text and looks_labelled(text.split("\n")) for text in filled)
        return len(filled) * 2 > len(first) and dialogues * 2 <= len(filled)

    def __str__(self) -> str:
        """Return in words what is asked for."""
        return "a list of objects with a text and a speaker or role under usual names, which nothing else knows"


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the calls: rows with one call id belong together wherever they stand; without ids all rows are one call."""
    told: list[str] = []
    rows = rows_at(value, "", told)
    columns, cells = _table([row for _, row in rows])
    if columns is None:
        return
    columns = columns.dated_by(cells)
    numbered = [(number, row) for (number, _), row in zip(rows, cells, strict=True)]
    for group in _groups(numbered, columns, told):
        cues, odd = cues_of_rows(group, columns)
        yield Heard(cues, facts_of_rows([row for _, row in group], columns), {}, [*told, *odd], what="row")


def _groups(
    rows: Sequence[tuple[int, list[str]]], columns: Columns, told: list[str]
) -> list[list[tuple[int, list[str]]]]:
    groups: dict[str, list[tuple[int, list[str]]]] = {}
    for number, row in rows:
        groups.setdefault(columns.cell(row, "call_id"), []).append((number, row))
    if len(rows) > 1 and len(groups) == len(rows):
        told.append("every row has an id of its own: read as rows of one call")
        return [list(rows)]
    return list(groups.values())


def _table(rows: Sequence[Row]) -> tuple[Columns | None, list[list[str]]]:
    """Return which keys of ``rows`` hold what, and their values as texts; objects and lists in them are left out."""
    rows = [_flat(row) for row in rows]
    header = list(dict.fromkeys(key for row in rows for key in row))[:MOST_KEYS]
    cells = [[text_at({"": row.get(key)}, "") for key in header] for row in rows]
    return columns_of(header, cells[0] if cells else [], {}), cells


def _flat(row: Row) -> Row:
    """Return the row with who speaks as texts where that is an object, with a name, a role, or both."""
    flat = dict(row)
    for key, value in row.items():
        if isinstance(value, dict) and folded(key) in SPEAKER_KEYS:
            flat[key] = text_at(value, NAME)
            flat.setdefault("role", text_at(value, ROLE))
    return flat


SHAPES = (
    Shape(
        "json-rows",
        "a list of rows",
        (
            UsualNames(
                "[].text|transcript|utterance|content|message: text",
                "[].speaker|role|participant|author|from",
            ),
        ),
        heard,
        ("roles", "speakers", "times"),
        is_rows=True,
        is_fallback=True,
        note="Times are in the unit that a key ends in (_ms, _s); without one it is worked out.",
    ),
)
