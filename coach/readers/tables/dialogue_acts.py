"""Corpora of dialogue acts: the Switchboard corpus (SwDA) as CSV, and rows such as ``A|Okay.|b`` of it and of MRDA."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence

from coach.call import Call
from coach.errors import TranscriptError
from coach.readers.built import built
from coach.readers.cues import Cue, tidy
from coach.readers.head import Head
from coach.readers.options import ReadOptions
from coach.readers.rejected import Rejected, rejected
from coach.readers.source import Source
from coach.readers.tables.table import rows_below

COLUMNS = ("act_tag", "caller", "utterance_index", "text")
ROW = re.compile(r"^(?P<speaker>[^\s|]{1,24})\|(?P<text>[^|]*)\|[^\s|\d][^\s|]{0,23}(?:\|[^\s|]{0,24}){0,3}$")
LEAST_ROWS = 4
LEAST_SHARE = 0.9
LINES_LOOKED_AT = 200
# {F uh, } [ I, + I ] ((word)) *[[a note]] # and the slash that ends an utterance
NOTES = re.compile(r"\*?\[\[[^\[\]]*\]\]|<<[^<>]*>>|\{[A-Z]\s?|[{}\[\]#+]|\(\(|\)\)|\s-?/\s*$|(?<=\S)/\s*$")


class DialogueActs:
    """Reads both forms; rows without a number of their conversation are one call."""

    name = "dialogue-acts"
    title = "a corpus of dialogue acts (SwDA, MRDA)"
    provides: tuple[str, ...] = ("speakers",)
    told_by = "a CSV header with `act_tag`, `caller`, `utterance_index` and `text`, or rows `speaker|text|tag`"
    is_tried = False

    def recognises(self, source: Source, options: ReadOptions) -> float:
        """Return 1 where the header says so, 0.7 where nine rows in ten are such rows, for a table has a header."""
        lines = source.head_text().splitlines()
        if options.columns or not lines:
            return 0.0
        if _header(lines[0]):
            return 1.0
        lines = [line for line in lines[:LINES_LOOKED_AT] if line.strip()]
        rows = sum(ROW.match(line.strip()) is not None for line in lines)
        return 0.7 if rows >= max(LEAST_ROWS, len(lines) * LEAST_SHARE) else 0.0

    def read(self, source: Source, options: ReadOptions) -> Iterator[Call | Rejected]:
        """Yield the calls in the order in which they begin."""
        text, warnings = source.text()
        header = _header(text.lstrip("\n").split("\n", 1)[0])
        calls: dict[str, list[Cue]] = {}
        for name, speaker, said in _of_table(text, header, source) if header else _of_rows(text):
            cues = calls.setdefault(name, [])
            cues.append(Cue(len(cues), speaker or None, tidy(said)))
        if not calls:
            raise TranscriptError("a table without rows", where=source.name, remedy="Export the table again.")
        for number, (name, cues) in enumerate(calls.items()):
            stem = source.stem if not number else f"{source.stem}-{number + 1}"
            try:
                yield built(
                    cues,
                    Head({"call_id": name} if name else {}),
                    format=self.name,
                    source=source.name,
                    fallback_id=stem,
                    options=options,
                    warnings=warnings,
                    what="utterance",
                )
            except TranscriptError as error:
                yield rejected(error, source.name, f"conversation {name}" if name else "")


def plain(text: str) -> str:
    """Return an utterance of the Switchboard corpus without its marks of fillers, repairs and ends."""
    return tidy(NOTES.sub(" ", text)).replace(" ,", ",")


def _header(line: str) -> list[str]:
    cells = [cell.strip() for cell in line.lstrip("\ufeff").split(",")]
    return cells if all(name in cells for name in COLUMNS) else []


def _of_table(text: str, header: Sequence[str], source: Source) -> Iterator[tuple[str, str, str]]:
    places: Mapping[str, int] = {name: place for place, name in enumerate(header)}
    try:
        for _, row in rows_below(text, ","):
            cells = {name: row[place].strip() for name, place in places.items() if place < len(row)}
            name = cells.get("conversation_no") or cells.get("swda_filename", "")
            yield name, cells.get("caller", ""), plain(cells.get("text", ""))
    except csv.Error as error:
        raise TranscriptError(
            f"not a sound table: {error}", where=source.name, remedy="Export the table again."
        ) from error


def _of_rows(text: str) -> Iterator[tuple[str, str, str]]:
    for line in io.StringIO(text):
        found = ROW.match(line.strip())
        if found:
            yield "", found["speaker"], found["text"]
