"""Reading transcripts: one file a format family, told apart by content."""

from __future__ import annotations

from coach.readers.left_out import LeftOut
from coach.readers.options import ReadOptions
from coach.readers.passed import Memory, Passed
from coach.readers.passed_over import passed_over
from coach.readers.paths import Found, found
from coach.readers.reading import read, read_input, read_with
from coach.readers.rejected import Rejected

__all__ = [
    "Found",
    "LeftOut",
    "Memory",
    "Passed",
    "ReadOptions",
    "Rejected",
    "found",
    "passed_over",
    "read",
    "read_input",
    "read_with",
]
