"""Reading a roster from a file: a table, JSON, YAML, or a plain list of names."""

from __future__ import annotations

import csv
import functools
import io
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import srsly

from coach.errors import RuleError, TranscriptError
from coach.readers.cues import shortened
from coach.readers.encodings import decoded, marked_encoding
from coach.readers.head import folded as words_of
from coach.readers.maps.mapping import is_blank
from coach.readers.roster import Roster, Staff, folded, roster_of
from coach.readers.shapes import kind_of
from coach.rule_yaml import broken_yaml, near_word, placed

# Of a roster only what tells people apart is read; other columns and keys are left out, and that is said.
KEYS = {
    "name": "name|full name|fullname|display name|agent|agent name|employee|employee name|rep|rep name|advisor"
    "|adviser|operator|staff name",
    "first": "first|first name|firstname|given name|forename",
    "last": "last|last name|lastname|surname|family name",
    "id": "id|agent id|employee id|staff id|user id|operator id|rep id|advisor id|adviser id|employee number"
    "|agent number",
    "team": "team|agent team|team name|group|department|queue",
    "email": "email|e mail|mail|email address|e mail address|upn|user principal name",
    "aliases": "aliases|alias|also known as|labels|label|speaker label|nickname|nicknames|login|user name|username"
    "|extension",
}
KNOWN = {name: key for key, names in KEYS.items() for name in names.split("|")}
WANTED = "name, id, team, email, aliases"
REMEDY = f"Give a list of names, or a table with {WANTED}."
DELIMITERS = (",", ";", "\t", "|")
# Keys and columns that hold what was said: their file is a transcript.
SAID = frozenset("text transcript utterance content turns segments messages utterances dialogue".split())
SPOKEN = re.compile(r"-->|^WEBVTT|^[^:]{1,40}: +\S+ +\S+ +\S")
TRANSCRIPT = "it looks like a transcript"
NAMES_SHOWN = 5


def load_roster(path: Path) -> Roster:
    """Read a roster.

    Raises:
        RuleError: it cannot be read, or an entry names nobody; with line (and column).
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RuleError(f"cannot be read ({error.strerror})", where=str(path)) from None
    if is_blank(path):
        raise RuleError("is empty", where=str(path), remedy=REMEDY)
    try:
        text, guessed = decoded(data, marked_encoding(data), str(path))
    except TranscriptError as error:
        raise RuleError(error.what, where=str(path), remedy="Save the roster as UTF-8.") from None
    if "\0" in text:
        raise RuleError("is no text", where=str(path), remedy=REMEDY)
    text = text.removeprefix("\ufeff")
    suffix = os.path.splitext(path)[1].lower()
    unused: dict[str, None] = {}
    if suffix in (".yml", ".yaml"):
        staff = _of_list(_yaml(path), path, unused)
    elif text.lstrip()[:1] in ("[", "{"):
        staff = _of_list(_json(text, path), path, unused)
    else:
        staff = _of_table(text, path, unused)
    people = _checked(staff)
    if not people:
        raise RuleError("the roster names nobody", where=str(path), remedy=REMEDY)
    return roster_of(people, (*guessed, *_notes(people, list(unused))))


def _notes(people: Sequence[Staff], unused: Sequence[str]) -> Iterator[str]:
    """Yield what in a roster is of no use, and who is without a name."""
    if unused:
        meant = [
            f"{key} (did you mean {near}?)" if (near := near_word(key, WANTED.split(", "))) else key for key in unused
        ]
        yield f"not used: {', '.join(shortened(meant))}; known: {WANTED}"
    nameless = [person.shown or person.aliases[0] for person in people if not person.name]
    if nameless:
        shown = ", ".join(nameless[:NAMES_SHOWN]) + (", ..." if len(nameless) > NAMES_SHOWN else "")
        yield f"{len(nameless)} of {len(people)} without a name: {shown}"


def _yaml(path: Path) -> Any:
    try:
        return srsly.read_yaml(path)
    except Exception as error:
        raise broken_yaml(path, error) from None


def _json(text: str, path: Path) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        what = f"is not JSON: {error.msg.split(': line')[0]}"
        raise RuleError(what, where=f"{path}:{error.lineno}:{error.colno}") from None


def _of_list(value: Any, path: Path, unused: dict[str, None]) -> Iterator[tuple[Staff, str]]:
    """Yield the people in parsed JSON or YAML, each with its place: a list, or an object with one list in it.

    ``unused`` gets the keys of which nothing is made.
    """
    before: tuple[str, ...] = ()
    if isinstance(value, dict):
        lists = [key for key, item in value.items() if isinstance(item, list)]
        if len(lists) == 1:
            value, before = value[lists[0]], (lists[0],)
    items = value if isinstance(value, list) else [value]
    if any(isinstance(item, dict) and not SAID.isdisjoint(item) for item in items) or not SAID.isdisjoint(before):
        raise RuleError(TRANSCRIPT, where=f"{path}:1:1", remedy=REMEDY)
    if not isinstance(value, list):
        raise RuleError(f"a roster is a list of people, and not {kind_of(value)}", where=f"{path}:1:1")
    for number, item in enumerate(value):
        if isinstance(item, str):
            entry: Mapping[str, Any] = {"name": item}
        elif isinstance(item, dict):
            entry = item
        else:
            raise RuleError(
                f"{kind_of(item)} where a person should be",
                where=placed(path, (*before, number)),
                remedy=f"Write a name, or an object with {WANTED}.",
            )
        yield _person(entry, functools.partial(_placed_key, path, (*before, number)), unused)


def _placed_key(path: Path, place: tuple[str | int, ...], key: str) -> str:
    return placed(path, (*place, key) if key else place)


def _of_table(text: str, path: Path, unused: dict[str, None]) -> Iterator[tuple[Staff, str]]:
    """Yield the people in a table, or in a list of names, one on a line."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    header = [cell.strip() for cell in next(csv.reader([first], delimiter=delimiter), [])]
    if len(header) > 1 and any(words_of(cell) in SAID for cell in header):
        raise RuleError(TRANSCRIPT, where=f"{path}:1", remedy=REMEDY)
    if not any(words_of(cell) in KNOWN for cell in header):
        yield from _of_lines(text, path, header)
        return
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    try:
        is_below = False
        for row in reader:
            cells = [cell.strip() for cell in row]
            if is_below and any(cells):
                if len(cells) > len(header) and any(cells[len(header) :]):
                    what = f"{len(cells)} cells under {len(header)} columns"
                    raise RuleError(what, where=f"{path}:{reader.line_num}", remedy="Put quotes around commas in it.")
                yield _person(dict(zip(header, cells, strict=False)), lambda key: f"{path}:{reader.line_num}", unused)
            is_below = is_below or any(cells)
    except csv.Error as error:
        raise RuleError(f"not a sound table: {error}", where=f"{path}:{reader.line_num}") from None


def _of_lines(text: str, path: Path, header: list[str]) -> Iterator[tuple[Staff, str]]:
    """Yield the people in a list of names, one on a line; ``header`` is the first line as a table would have it."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if any(SPOKEN.search(line) for _, line in lines):
        raise RuleError(TRANSCRIPT, where=f"{path}:{lines[0][0]}", remedy=REMEDY)
    is_table = len(header) > 2 or any(char.isdigit() or char in "@;\t|" for _, line in lines for char in line)
    if is_table and len(header) > 1:
        raise RuleError(
            f"no column of the roster is called name, id or email: {', '.join(header)[:200]}",
            where=f"{path}:{lines[0][0]}",
            remedy=f"Give it a first row with the names of its columns: {WANTED}.",
        )
    for number, line in lines:
        if not line.startswith("#"):
            yield Staff(line, email=line if "@" in line else ""), f"{path}:{number}"


def _person(entry: Mapping[str, Any], where: Callable[[str], str], unused: dict[str, None]) -> tuple[Staff, str]:
    """Return the person that ``entry`` describes, and its place, which ``where`` tells of a key or of the whole.

    ``unused`` gets the keys of which nothing is made.
    """
    values: dict[str, str] = {}
    aliases: list[str] = []
    for key, value in entry.items():
        ours = KNOWN.get(words_of(str(key)))
        if ours is None and str(key).strip():
            unused.setdefault(str(key).strip())
        if ours is None or value is None:
            continue
        several = ours == "aliases" and isinstance(value, list)
        for item in value if several else [value]:
            if isinstance(item, bool) or not isinstance(item, (str, int, float)):
                raise RuleError(f"{key}: {kind_of(item)} where a text should be", where=where(str(key)))
            if ours == "aliases":
                aliases += [str(item)] if several else str(item).replace("|", ";").split(";")
            elif str(item).strip():
                values.setdefault(ours, str(item).strip())
    name = values.get("name") or f"{values.get('first', '')} {values.get('last', '')}".strip()
    staff = Staff(
        name,
        values.get("id", ""),
        values.get("team", ""),
        values.get("email", ""),
        tuple(alias.strip() for alias in aliases if alias.strip()),
    )
    if not (staff.name or staff.id or staff.email or staff.aliases):
        raise RuleError("names nobody", where=where(""), remedy=f"Give at least a name or an id; known: {WANTED}.")
    return staff, where("")


def _checked(staff: Iterator[tuple[Staff, str]]) -> list[Staff]:
    """Return the people, each once; an id of two people is a mistake."""
    by_id: dict[str, Staff] = {}
    people: dict[Staff, None] = {}
    for person, where in staff:
        known = by_id.setdefault(folded(person.id), person) if person.id else person
        if folded(known.name) != folded(person.name):
            what = f'the id "{person.id}" stands for {known.shown} and for {person.shown}'
            raise RuleError(what, where=where, remedy="Give each of the staff an id of their own.")
        people[person] = None
    return list(people)
