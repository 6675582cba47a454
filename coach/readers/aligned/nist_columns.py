"""Which of NIST's forms lines have, told by their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

LINES_LOOKED_AT = 400
# So many of the lines must have the columns of a form; a few may be broken. The share is our own choice.
LEAST_SHARE = 0.9
COMMENT = ";;"
KINDS = frozenset(
    "SPEAKER LEXEME SPKR-INFO NON-LEX NON-SPEECH SEGMENT NOSCORE NO_RT_METADATA FILLER EDIT IP SU CB A/P".split()
)
CHANNEL = re.compile(r"^[\w.-]{1,24}$")
NUMBER = re.compile(r"^\d+(?:\.\d*)?$|^\.\d+$")


class Line(NamedTuple):
    """One line: ``number`` counts those that are no comments from 0; ``at`` is its line in the file, from 1."""

    number: int
    at: int
    cells: list[str]


def lines_of(text: str) -> Iterator[Line]:
    """Yield the lines with their cells; comments and empty lines are left out."""
    number = 0
    for at, line in enumerate(text.splitlines(), 1):
        cells = line.split()
        if cells and not cells[0].startswith(COMMENT):
            yield Line(number, at, cells)
            number += 1


def form_of(lines: Sequence[Line]) -> str | None:
    """Return which of the forms ``lines`` have, ``None`` where it is none of them."""
    least = len(lines) * LEAST_SHARE
    for form in ("rttm", "ctm", "stm"):
        fitting = [line.cells for line in lines if FITS[form](line.cells)]
        if not fitting or len(fitting) < least:
            continue
        # A fifth column of numbers is the end in an STM, and a word in no language.
        if form == "ctm" and all(NUMBER.match(cells[4]) for cells in fitting):
            continue
        if form == "stm" and not any(len(cells) > 5 for cells in fitting):
            continue
        return form
    return None


def _fits_ctm(cells: Sequence[str]) -> bool:
    return 5 <= len(cells) <= 8 and CHANNEL.match(cells[1]) is not None and all(map(_is_number, cells[2:4]))


def _fits_stm(cells: Sequence[str]) -> bool:
    return len(cells) >= 5 and CHANNEL.match(cells[1]) is not None and all(map(NUMBER.match, cells[3:5]))


def _fits_rttm(cells: Sequence[str]) -> bool:
    return 8 <= len(cells) <= 10 and cells[0] in KINDS and all(map(_is_number, cells[3:5]))


def _is_number(cell: str) -> bool:
    return NUMBER.match(cell) is not None or cell in ("*", "<NA>")


FITS = {"ctm": _fits_ctm, "stm": _fits_stm, "rttm": _fits_rttm}
