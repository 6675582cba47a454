"""Columns of a table that are not used, where one of them may say what is missing: who speaks, when, in which call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from coach.readers.head import folded, key_of
from coach.readers.tables.columns import Columns

WHO = ("speaker", "role", "channel")
ROWS_LOOKED_AT = 500
MOST_SPEAKERS = 12
LONGEST_LABEL = 40
# How often the speaker changes from one row to the next, at least; the id of a call changes with the call alone.
LEAST_CHANGES = 0.2
NAMES_SHOWN = 200
ID_WORDS = frozenset("id nr no number ref reference uuid guid".split())


def unused_told(
    header: Sequence[str],
    columns: Columns,
    rows: Sequence[Sequence[str]],
    *,
    in_cells: bool = False,
    also_used: Sequence[int] = (),
) -> list[str]:
    """Return a warning where something is missing that an unused column may hold, and how to name that column.

    ``in_cells`` says that each row holds a whole call, so that who speaks and when stands in its text; ``also_used``
    are columns that ``columns`` does not have.
    """
    looked_at = rows[:ROWS_LOOKED_AT]
    nobody = not in_cells and not any(name in columns.at for name in WHO)
    used = {*columns.at.values(), *also_used}
    unused = [
        place
        for place, name in enumerate(header)
        if name.strip()
        and place not in used
        and (nobody or key_of(name) != "")
        and any(cell.strip() for row in looked_at for cell in row[place : place + 1])
    ]
    told: list[str] = []
    if unused and (nobody or "call_id" not in columns.at or not (in_cells or "start" in columns.at)):
        told.append(f"columns not used: {', '.join(header[place].strip() for place in unused)[:NAMES_SHOWN]}")
    if nobody:
        speaker = _speaker_among(unused, looked_at)
        name = _quoted(header[speaker]) if speaker is not None else "NAME"
        told.append(f"no column says who speaks{f': name it with --column speaker={name}' if unused else ''}")
    call = _id_among(unused, header) if "call_id" not in columns.at else None
    if call is not None:
        told.append(f"if {header[call].strip()} tells calls apart, say --column call_id={_quoted(header[call])}")
    return ["; ".join(told)] if told else []


def _id_among(places: Sequence[int], header: Sequence[str]) -> int | None:
    return next((place for place in places if ID_WORDS.intersection(folded(header[place]).split())), None)


def _speaker_among(places: Sequence[int], rows: Sequence[Sequence[str]]) -> int | None:
    """Return the column whose cells alternate most among few labels, ``None`` where none does."""
    changes: dict[int, int] = {}
    for place in places:
        cells = [row[place].strip() for row in rows if place < len(row) and row[place].strip()]
        labels = set(cells)
        changed = sum(one != other for one, other in pairwise(cells))
        is_label = all(len(cell) <= LONGEST_LABEL and re.search(r"\w", cell) for cell in labels)
        again = len(labels) < len(cells) or len(cells) <= 2
        if 1 < len(labels) <= MOST_SPEAKERS and is_label and again and changed >= LEAST_CHANGES * (len(cells) - 1):
            changes[place] = changed
    # A word is more like a label than a number is.
    texts = {place: any(_has_letters(row[place]) for row in rows if place < len(row)) for place in changes}
    return max(changes, key=lambda place: (texts[place], changes[place]), default=None)


def _has_letters(cell: str) -> bool:
    return any(char.isalpha() for char in cell)


def _quoted(name: str) -> str:
    name = name.strip()
    return name if re.fullmatch(r"[\w-]+", name) else f'"{name}"'
