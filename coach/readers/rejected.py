"""What stands in the place of a call that could not be read."""

from __future__ import annotations

import re
from typing import NamedTuple

from coach.errors import TranscriptError

MORE_PLACES = "{} more places"
MORE = re.compile(MORE_PLACES.format(r"(\d+)"))


class Rejected(NamedTuple):
    """A file, or one call in it, that could not be read.

    ``source`` is the file, ``place`` the line, row or key in it (or ``""``), ``cause`` what is wrong and
    ``remedy`` what to do about it, each for a person to read.
    """

    source: str
    place: str
    cause: str
    remedy: str

    @property
    def places(self) -> int:
        """How many places in the file this is about: one, or those that were too many to name each."""
        found = MORE.fullmatch(self.place)
        return int(found[1]) if found else 1

    def __str__(self) -> str:
        where = f"{self.source}, {self.place}" if self.place else self.source
        return f"{where}: {self.cause}\n  {self.remedy}" if self.remedy else f"{where}: {self.cause}"


def rejected(error: TranscriptError, source: str, place: str = "") -> Rejected:
    """Return ``error`` as a value; ``source`` and ``place`` serve where the error names none of its own."""
    return Rejected(error.file or source, error.place or place, error.what, error.remedy)
