"""What stands above the header of a table: a mark of its encoding, Excel's ``sep=;``, a few lines of title."""

from __future__ import annotations

import re
from collections.abc import Iterator

BLANK = "\ufeff\n\r "
SEPARATOR = re.compile(r'"?sep=(.)"?[,;\t| \r]*(?:\n|$)', re.IGNORECASE)
MOST_TITLES = 5


def top_of(text: str) -> tuple[int, str]:
    """Return where the first line of use begins in ``text``, and the delimiter that a line above names, or ``""``."""
    begin = len(text) - len(text.lstrip(BLANK))
    found = SEPARATOR.match(text, begin)
    if not found:
        return begin, ""
    rest = text[found.end() :]
    return found.end() + len(rest) - len(rest.lstrip(BLANK)), found[1]


def lines_that_may_be_headers(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the first line of use begins and those after it, each with how many lines of title are above it."""
    begin = top_of(text)[0]
    for titles in range(MOST_TITLES + 1):
        yield begin, titles
        end = text.find("\n", begin)
        while (
            end >= 0 and text[end + 1 : text.find("\n", end + 1)].strip(f"{BLANK},;\t|") == "" and end + 1 < len(text)
        ):
            if (after := text.find("\n", end + 1)) < 0:
                return
            end = after
        if end < 0:
            return
        begin = end + 1
