"""Rev's NLP files: a table with bars, one word a row, with its speaker, punctuation and case."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coach.call import Call
from coach.errors import TranscriptError
from coach.readers.built import call_of_file
from coach.readers.cues import counted
from coach.readers.fields import seconds
from coach.readers.options import ReadOptions
from coach.readers.rejected import Rejected
from coach.readers.source import Source
from coach.readers.tokens import Token, cues_of_tokens

HEADER = "token|speaker|ts|endTs|punctuation|case|tags".split("|")
NEEDED = 6
# Newer files have other columns between and behind these.
FIRST = 5
COLUMNS = HEADER[:NEEDED]
# Yeah|1|||,|UC|[] and columns that newer files add
ROW = re.compile(r"^[^|]*\|[^|]*\|[\d.]*\|[\d.]*\|[^|]*\|(?:UC|LC|CA|MC)?\|\[")
LEAST_ROWS = 3
MARKER = re.compile(r"^[<\[(].*[>\])]$")


class RevNlp:
    """Reads Rev NLP references; one file is one call."""

    name = "rev-nlp"
    title = "a Rev NLP file"
    provides: tuple[str, ...] = ("speakers", "times", "words")
    told_by = "the header `token|speaker|ts|endTs|punctuation|case`, or rows of that kind"
    is_tried = True

    def recognises(self, source: Source, options: ReadOptions) -> float:
        """Return 1 where the header says so, 0.9 where only the rows do: the head of the file is lost."""
        lines = [line for line in source.head_text().splitlines() if line.strip()]
        if lines and _is_header(lines[0]):
            return 1.0
        rows = sum(ROW.match(line) is not None for line in lines)
        return 0.9 if rows >= LEAST_ROWS and rows * 2 > len(lines) else 0.0

    def read(self, source: Source, options: ReadOptions) -> Iterator[Call | Rejected]:
        """Yield the one call of the file."""
        text, warnings = source.text()
        told = list(warnings)
        lines = [line for line in text.split("\n") if line.strip()]
        has_header = _is_header(lines[0])
        header = lines[0].strip().split("|") if has_header else HEADER
        cues = cues_of_tokens(_tokens(lines[has_header:], [header.index(name) for name in COLUMNS], told))
        if not cues:
            raise TranscriptError(
                "no turns: the file has a header and no words", where=source.name, remedy="Export the file again."
            )
        yield call_of_file(source, options, self.name, cues, warnings=told, what="token")


def _is_header(line: str) -> bool:
    cells = line.strip().split("|")
    return cells[:FIRST] == HEADER[:FIRST] and "case" in cells


def _tokens(lines: Sequence[str], places: Sequence[int], told: list[str]) -> Iterator[Token]:
    broken = 0
    for number, line in enumerate(lines):
        cells = line.strip("\r").split("|")
        if len(cells) <= max(places):
            broken += 1
            continue
        token, speaker, start, end, mark, case = (cells[place].strip() for place in places)
        if token:
            text = _cased(token, case) + mark
            yield Token(number, text, speaker or None, seconds(start), seconds(end))
    if broken:
        told.append(f"{counted(broken, 'row')} without the columns left out")


def _cased(token: str, case: str) -> str:
    """Return ``token`` as it is written: a capital in front (UC), all capitals (CA), none (LC), or as it stands."""
    if MARKER.match(token):
        return token
    if case == "UC":
        return token[:1].upper() + token[1:]
    return {"CA": token.upper(), "LC": token.lower()}.get(case, token)
