"""Reading by a map: JSON, JSON Lines and tables of a house format, wherever it keeps things."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from coach.call import Call
from coach.errors import TranscriptError
from coach.readers.base import Origin, Reader
from coach.readers.built import built
from coach.readers.clocks import from_first
from coach.readers.cues import shortened
from coach.readers.fields import clock, moment_at
from coach.readers.head import Head
from coach.readers.json_values import JsonValues
from coach.readers.maps.mapped_cues import heard_rows
from coach.readers.maps.mapping import ROWS, CallPaths, TranscriptMap
from coach.readers.maps.paths import ITSELF, Place, is_there, leads_to, missing, places, text_in, unpacked, value_at
from coach.readers.options import ReadOptions
from coach.readers.rejected import Rejected, rejected
from coach.readers.source import Source
from coach.readers.tables.table import DELIMITERS, rows_below, unknown_table
from coach.readers.tables.top import top_of
from coach.readers.texts.plain import call_of_text

COLUMNS_UNUSED = 'the map\'s "columns" are those of a table without a header: not used for JSON'
FACTS = tuple(name for name in CallPaths.model_fields if name != "others")


class Met(NamedTuple):
    """One call in a file: the object that holds it (or nothing but its rows), its rows, and where it stands."""

    around: Place
    rows: Sequence[Place]
    numbers: Sequence[int]
    where: str
    # Where the calls of a file are told apart by an id in a list that the turns stand in too: that list's path, and
    # its item of this call.
    part: tuple[str, Place] | None = None


class MappedShape:
    """Reads JSON values by a map; a ``JsonReader`` that takes any value for its own."""

    title = "a file of your map"
    provides: tuple[str, ...] = ("roles", "speakers", "times", "words")

    def __init__(self, mapping: TranscriptMap) -> None:
        self.name = mapping.name
        self.is_rows = mapping.is_of_rows
        self._map = mapping

    def recognises_value(self, value: object) -> float:
        """Return 1: what is read by a map is the user's word."""
        return 1.0

    def calls(self, value: object, origin: Origin, options: ReadOptions) -> Iterator[Call | Rejected]:
        """Yield the calls that the map finds in ``value``; one that cannot be read is a ``Rejected``."""
        told = [COLUMNS_UNUSED] if self._map.columns else []
        yield from mapped_calls(value, self._map, origin, options, lambda number: f"row {number + 1}", told)


class MappedTable:
    """Reads delimited tables by a map."""

    title = "a table of your map"
    provides: tuple[str, ...] = ("roles", "speakers", "times")

    def __init__(self, mapping: TranscriptMap) -> None:
        self.name = mapping.name
        self._map = mapping

    def knows(self, source: Source) -> bool:
        """Tell whether the first row has a column of the map."""
        return table_layout(source.head_text(), self._map)[2] > 0

    def recognises(self, source: Source, options: ReadOptions) -> float:
        """Return 1 where the first row has a column of the map."""
        return float(self.knows(source))

    def read(self, source: Source, options: ReadOptions) -> Iterator[Call | Rejected]:
        """Yield the calls of the table; rows with one call id belong together wherever they stand."""
        text, warnings = source.text()
        delimiter, header, _ = table_layout(text, self._map)
        lines: list[int] = []
        rows: list[dict[str, str]] = []
        broken: Rejected | None = None
        try:
            for line, row in rows_below(text, delimiter, has_header=not self._map.columns):
                lines.append(line)
                rows.append(dict(zip(header, (cell.strip() for cell in row), strict=False)))
        except csv.Error as error:
            place = f"line {lines[-1] + 1}" if lines else "line 2"
            broken = Rejected(source.name, place, f"not a sound table: {error}", "Export the table again.")
        if not rows and not broken:
            raise TranscriptError("a table without rows", where=source.name, remedy="Export the table again.")
        origin = Origin(source.name, "", source.stem)
        yield from mapped_calls(rows, self._map, origin, options, lambda number: f"line {lines[number]}", warnings)
        if broken:
            yield broken


def by_map(source: Source, mapping: TranscriptMap, usual: Reader | None) -> Reader | None:
    """Return the reader by ``mapping`` for JSON and for tables, ``usual`` for everything else."""
    if isinstance(usual, JsonValues):
        return JsonValues(lambda: (MappedShape(mapping),))
    table = MappedTable(mapping)
    is_table = usual is None and bool(unknown_table(source.head_text())[0])
    return table if is_table or getattr(usual, "name", "") == "csv" or table.knows(source) else usual


def table_layout(text: str, mapping: TranscriptMap) -> tuple[str, list[str], int]:
    """Return delimiter and columns of the table in ``text``, and how many of the columns the map names."""
    wanted = mapping.first_keys()
    begin, named = top_of(text)
    start = text[begin : begin + 100_000]
    best = (named or DELIMITERS[0], [""], -1)
    for delimiter in (named,) if named else DELIMITERS:
        try:
            header = next(csv.reader(io.StringIO(start), delimiter=delimiter, skipinitialspace=True), [])
        except csv.Error:
            continue
        if mapping.columns:
            known = len(header) if len(header) > 1 else 0
            columns = list(mapping.columns)
        else:
            columns = [cell.strip() for cell in header]
            known = len(wanted.intersection(columns))
        if (known, len(header)) > (best[2], len(best[1])):
            best = (delimiter, columns, known)
    return best


def mapped_calls(
    value: object,
    mapping: TranscriptMap,
    origin: Origin,
    options: ReadOptions,
    row_place: Callable[[int], str],
    warnings: Sequence[str] = (),
) -> Iterator[Call | Rejected]:
    """Yield the calls that ``mapping`` finds in ``value``; ``row_place`` names the place of a row by its number.

    Raises:
        TranscriptError: the map finds no list of calls.
    """
    for number, met in enumerate(_met(value, mapping, row_place)):
        fallback_id = origin.fallback_id if not number else f"{origin.fallback_id}-{number + 1}"
        place = ", ".join(part for part in (origin.place, met.where) if part)
        source = f"{origin.source}, {place}" if place else origin.source
        try:
            yield _call(met, mapping, source, fallback_id, options, warnings)
        except TranscriptError as error:
            yield rejected(error, origin.source, place)


def _met(value: object, mapping: TranscriptMap, row_place: Callable[[int], str]) -> Iterator[Met]:
    """Yield the calls: those of the list that the map names, the items of a list, or the value itself."""
    whole = Place(value)
    if mapping.is_of_rows:
        rows = places(whole, ROWS) if isinstance(value, list) else [whole]
        yield from _grouped(whole, rows, mapping.call.call_id.removeprefix(f"{ROWS}."), row_place)
        return
    calls = [whole]
    if _are_several(whole, mapping):
        path = mapping.calls or ROWS
        calls = places(whole, path)
        if not calls:
            raise missing(whole, "calls", path)
        _check_is_list("calls", path, calls)
    for number, call in enumerate(calls):
        where = row_place(number).replace("row", "call") if len(calls) > 1 else ""
        rows = [] if mapping.dialogue else places(call, mapping.turns)
        inner = f"{mapping.turns}."
        if mapping.call.call_id.startswith(inner):
            yield from _grouped(call, rows, mapping.call.call_id.removeprefix(inner), row_place)
        elif len(_texts(call, mapping.call.call_id)) > 1 and (shared := _shared_list(mapping)):
            yield from _parts(call, shared, mapping, row_place)
        else:
            yield Met(call, rows, range(len(rows)), where)


def _shared_list(mapping: TranscriptMap) -> str:
    """Return the path of the innermost list that the turns and the call's id both stand in, ``""`` for none."""
    ends = [found.end() for found in re.finditer(r"\[\]\.", mapping.turns)]
    heads = (mapping.turns[:end] for end in reversed(ends))
    return next((head[:-1] for head in heads if mapping.call.call_id.startswith(head)), "")


def _parts(call: Place, shared: str, mapping: TranscriptMap, row_place: Callable[[int], str]) -> Iterator[Met]:
    """Yield a call for each item of the list ``shared``; items with one id are one call."""
    inside, id_path = (path.removeprefix(f"{shared}.") for path in (mapping.turns, mapping.call.call_id))
    found: dict[str, list[tuple[int, Place, Place]]] = {}
    number = 0
    for item in places(call, shared):
        rows = found.setdefault(text_in(item, id_path).strip(), [])
        for row in places(item, inside):
            rows.append((number, row, item))
            number += 1
    for rows in filter(None, found.values()):
        where = row_place(rows[0][0])
        numbers = [number for number, _, _ in rows]
        yield Met(call, [row for _, row, _ in rows], numbers, where, (shared, rows[0][2]))


def _texts(place: Place, path: str) -> list[str]:
    """Return the different texts at ``path``, in the order in which they come."""
    found = (text_in(each, ITSELF).strip() for each in places(place, path)) if path else ()
    return list(dict.fromkeys(text for text in found if text))


def _are_several(whole: Place, mapping: TranscriptMap) -> bool:
    """Tell whether calls are to be looked for in ``whole``; a line may be one call where a file would be a list."""
    if mapping.calls not in ("", ROWS) or isinstance(whole.value, list):
        return True
    return mapping.calls == ROWS and not is_there(whole, mapping.dialogue or mapping.turns.removesuffix(ROWS))


def _grouped(around: Place, rows: Sequence[Place], id_path: str, row_place: Callable[[int], str]) -> Iterator[Met]:
    """Yield the rows with one call id as one call, in the order in which the calls begin."""
    groups: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        groups.setdefault(text_in(row, id_path).strip(), []).append(number)
    for numbers in groups.values():
        where = row_place(numbers[0]) if len(groups) > 1 else ""
        yield Met(around, [rows[number] for number in numbers], numbers, where)


def _call(
    met: Met, mapping: TranscriptMap, source: str, fallback_id: str, options: ReadOptions, warnings: Sequence[str]
) -> Call:
    told = list(warnings)
    head = _head(met, mapping, told)
    if mapping.dialogue:
        if not is_there(met.around, mapping.dialogue):
            raise missing(met.around, "dialogue", mapping.dialogue)
        text = text_in(met.around, mapping.dialogue)
        return call_of_text(text, source, fallback_id, options, mapping.name, tuple(told), head)
    if not met.rows:
        if any(isinstance(unpacked(found.value), (list, dict)) for found in _lists(met.around, mapping)):
            raise TranscriptError("the call has no turns", remedy="Leave out calls in which nobody speaks.")
        raise missing(met.around, "turns", mapping.turns)
    _check_is_list("turns", mapping.turns, met.rows)
    heard = heard_rows(met.rows, met.numbers, mapping, told)
    moved, started_at, counted_from = from_first(heard.cues, clock(head.facts.get("started_at")))
    return built(
        moved,
        head,
        format=mapping.name,
        source=source,
        fallback_id=fallback_id,
        options=options,
        warnings=(*told, *counted_from),
        what="turn",
        started_at=started_at,
        how=heard.how,
    )


def _check_is_list(field: str, path: str, found: Sequence[Place]) -> None:
    """Hold a path without ``[]`` at its end against the one thing that it finds.

    Raises:
        TranscriptError: that is a list, of which the items are meant.
    """
    error = leads_to(field, path, found[0].value) if not path.endswith(ROWS) else None
    if error and len(found) == 1 and isinstance(unpacked(found[0].value), list):
        raise error


def _lists(call: Place, mapping: TranscriptMap) -> list[Place]:
    return places(call, mapping.turns.removesuffix("[]") or ITSELF)


def _head(met: Met, mapping: TranscriptMap, told: list[str]) -> Head:
    """Return the facts of a call; ``told`` gets a warning for each path that leads nowhere."""
    paths = {name: path for name in FACTS if (path := getattr(mapping.call, name))}
    facts = {name: _fact(met, name, path, mapping, told) for name, path in paths.items()}
    others = {name: _fact(met, name, path, mapping, told) for name, path in mapping.call.others.items()}
    return Head(_filled(facts), _filled(others))


def _fact(met: Met, name: str, path: str, mapping: TranscriptMap, told: list[str]) -> str:
    """Return what stands at ``path``: in the call, or in the first of its rows that has it."""
    within = f"{mapping.turns}."
    is_in_rows = mapping.is_of_rows or path.startswith(within)
    seen_from: Sequence[Place] = met.rows if is_in_rows else [met.around]
    if is_in_rows:
        path = path.removeprefix(within)
    elif met.part and path.startswith(f"{met.part[0]}."):
        path, seen_from = path.removeprefix(f"{met.part[0]}."), [met.part[1]]
    texts = list(dict.fromkeys(text for place in seen_from for text in _texts(place, path)))
    if len(texts) > 1 and name != "call_id":
        shown = ", ".join(shortened([text[:40] for text in texts]))
        told.append(
            f'"{path}", which the map gives for {name}, has several values in this call, the first taken: {shown}'
        )
    elif len(texts) > 1:
        told.append(f'"{path}", which the map gives for call_id, has {len(texts)} values in one call, the first taken')
    if texts:
        first = next(place for place in seen_from if _texts(place, path))
        return ((_moment(first, path) if name == "started_at" else "") or texts[0]).strip()
    if seen_from and not any(is_there(place, path) for place in seen_from):
        told.append(missing(seen_from[0], name, path).what)
    return ""


def _moment(place: Place, path: str) -> str:
    return moment_at({"it": value_at(place, path)}, "it") or text_in(place, path)


def _filled(named: Mapping[str, Any]) -> dict[str, str]:
    return {name: text for name, text in named.items() if text}
