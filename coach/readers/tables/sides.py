"""Tables in which a row holds what either side says: ``agent_text`` and ``customer_text``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from coach.readers.head import folded
from coach.readers.tables.columns import Columns
from coach.roles import role_word

SAID = frozenset(
    "text|transcript|transcription|utterance|message|speech|said|says|words|turn|texto|texte|testo|tekst".split("|")
)
SIDES = ("agent", "customer")


class Sides(NamedTuple):
    """The columns of what the two sides say, in their order in the table, with the role of each."""

    columns: tuple[tuple[int, str], tuple[int, str]]

    def names(self, header: Sequence[str]) -> str:
        """Return the names of both columns."""
        return " and ".join(header[place].strip() for place, _ in self.columns)


def sides_of(header: Sequence[str]) -> Sides | None:
    """Return the two columns of ``header``, ``None`` where it has not just one for either side."""
    found = [(place, role) for place, cell in enumerate(header) if (role := _side_of(cell))]
    if sorted(role for _, role in found) != list(SIDES):
        return None
    return Sides((found[0], found[1]))


def with_sides(columns: Columns, width: int) -> Columns:
    """Return ``columns`` for rows that ``apart`` makes from a table of ``width`` columns."""
    kept = {name: place for name, place in columns.at.items() if name not in ("speaker", "channel")}
    return columns._replace(at={**kept, "text": width, "role": width + 1})


def apart(cells: Sequence[str], sides: Sides, columns: Columns, width: int) -> list[list[str]]:
    """Return a row for each side that says anything in ``cells``, with text and role behind the cells.

    The times of a row with both are those of the two together: it begins when the first does.
    """
    filled = [*cells[:width], *("" for _ in range(width - len(cells)))]
    rows = [[*filled, filled[place], role] for place, role in sides.columns if filled[place].strip()]
    if len(rows) > 1:
        for name, row in (("end", rows[0]), ("duration", rows[0]), ("start", rows[1]), ("end", rows[1])):
            if name in columns.at:
                row[columns.at[name]] = ""
    return rows


def _side_of(cell: str) -> str:
    words = folded(cell).split()
    for who, rest in ((words[:1], words[1:]), (words[-1:], words[:-1])):
        role = role_word("".join(who)) if who else None
        if role in SIDES and rest and " ".join(rest) in SAID:
            return role
    return ""
