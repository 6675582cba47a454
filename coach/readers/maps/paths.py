"""Paths of a map: where in a JSON value, or in a row of a table, something stands.

``a.b`` is a key within a key, ``start|begin`` either of two, ``items[]`` each item of a list, ``0`` the first of one,
``.`` the thing itself, and ``^.`` in front goes out to the object that the list stands in. A key that has dots in it is
found as it is written.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from coach.errors import TranscriptError
from coach.readers.fields import text_at
from coach.readers.shapes import kind_of
from coach.rule_yaml import near_word

ITSELF = "."
OUT = "^."
STEP = re.compile(r"^(?P<names>[^\[\]]*?)(?P<lists>(?:\[\])*)$")
KEYS_SHOWN = 20
DECIMAL_COMMA = re.compile(r"^\s*-?\d+,\d+\s*$")
NOTHING = object()
LISTS = ("calls", "turns", "turn: words")
REMEDY = (
    "Mend the map (coach inspect FILE --map MAP.yml shows what it finds); a file of another format is read in a run"
    " without it, for with --map every JSON file and table is read by it."
)


class Place(NamedTuple):
    """A value, and the place whose list it is an item of."""

    value: Any
    around: Place | None = None


class Step(NamedTuple):
    """One step: the keys that will do, and how many lists are gone through after it."""

    names: tuple[str, ...]
    lists: int


def places(place: Place, path: str) -> list[Place]:
    """Return what stands at ``path``, seen from ``place``: one for each item of the lists on the way, nulls too."""
    outwards, steps = steps_of(path)
    start: Place | None = place
    for _ in range(outwards):
        start = start.around if start else None
    if start is None:
        return []
    plain = path[outwards * len(OUT) :]
    if isinstance(start.value, Mapping) and plain in start.value:
        return [start._replace(value=start.value[plain])]
    return list(_walked(start, start, steps))


def value_at(place: Place, path: str) -> Any:
    """Return the first thing at ``path`` that is not null, ``None`` where there is none."""
    return next((found.value for found in places(place, path) if found.value is not None), None) if path else None


def text_in(place: Place, path: str) -> str:
    """Return the text at ``path``, a number as its digits, ``""`` for anything else; nothing is stripped."""
    return text_at({"it": value_at(place, path)}, "it")


def with_point(value: Any) -> Any:
    """Return a number with a decimal comma (a text, ``4,81``) with a point, anything else as it is."""
    return value.replace(",", ".") if isinstance(value, str) and DECIMAL_COMMA.match(value) else value


def is_there(place: Place, path: str) -> bool:
    """Tell whether anything stands at ``path``, be it null."""
    return bool(places(place, path))


def missing(place: Place, field: str, path: str) -> TranscriptError:
    """Return the error for ``path``, given for ``field``, that leads to nothing from ``place``."""
    there, better = _what_is_there(place, path)
    hint = f'; should it be "{better}"?' if better else ""
    return TranscriptError(f'"{path}", which the map gives for {field}, finds nothing: {there}{hint}', remedy=REMEDY)


def leads_to(field: str, path: str, value: Any) -> TranscriptError | None:
    """Return the error for ``path``, given for ``field``, where ``value`` is no text but an object or a list."""
    value = unpacked(value)
    if isinstance(value, dict):
        keys = [str(key) for key in value]
        shown = ", ".join(key[:40] for key in keys[:KEYS_SHOWN]) + (", ..." if len(keys) > KEYS_SHOWN else "")
        better = f"name one of them: {path}.{keys[0]}" if keys and path != ITSELF else "name one of them"
        what = f"an object with {shown}: {better}" if keys else "an empty object"
    elif isinstance(value, list):
        what = f"a list: write {path.removeprefix(ITSELF)}[]" if field in LISTS else "a list, not a text"
    else:
        return None
    return TranscriptError(f'"{path}", which the map gives for {field}, is {what}', remedy=REMEDY)


def _what_is_there(place: Place, path: str) -> tuple[str, str]:
    """Return in words what stands where ``path`` breaks off, and what to write instead (``""`` for no idea)."""
    outwards, steps = steps_of(path)
    start: Place | None = place
    for _ in range(outwards):
        start = start.around if start else None
    if start is None:
        return "there is nothing around it", ""
    plain = path[outwards * len(OUT) :]
    written = [part for part in plain.split(".") if part]
    value, passed = start.value, ""
    for number in range(len(steps)):
        found = list(_walked(start, start, steps[: number + 1]))
        if not found:
            return _in_words(value, passed, steps[number], written[number], written[number + 1 :])
        value, passed = found[0].value, ".".join(written[: number + 1])
    return f'"{passed}" is {kind_of(value)}', ""


@functools.lru_cache(maxsize=1024)
def steps_of(path: str) -> tuple[int, tuple[Step, ...]]:
    """Return how many objects ``path`` goes out, and its steps.

    Raises:
        ValueError: it is no path.
    """
    outwards = 0
    while path.startswith(OUT):
        path, outwards = path[len(OUT) :], outwards + 1
    if path in (ITSELF, ""):
        return outwards, ()
    steps = []
    for part in path.split("."):
        found = STEP.match(part)
        names = tuple(name.strip() for name in found["names"].split("|")) if found else ()
        if not found or not part or (names != ("",) and not all(names)):
            raise ValueError(f"{path!r} is no path: write keys with dots between, and [] after a list: data.lines[]")
        steps.append(Step(() if names == ("",) else names, found["lists"].count("[]")))
    return outwards, tuple(steps)


def _walked(place: Place, around: Place, steps: tuple[Step, ...]) -> Iterator[Place]:
    if not steps:
        yield place
        return
    step, rest = steps[0], steps[1:]
    value = _step(unpacked(place.value), step.names)
    if value is not NOTHING:
        yield from _in_lists(value, around, step.lists, rest)


def _in_lists(value: Any, around: Place, lists: int, rest: tuple[Step, ...]) -> Iterator[Place]:
    if not lists:
        yield from _walked(Place(value, around.around), around, rest)
        return
    value = unpacked(value)
    items = list(value.values()) if isinstance(value, dict) else value
    for item in items if isinstance(items, list) else ():
        place = Place(item, around)
        if lists > 1:
            yield from _in_lists(item, place, lists - 1, rest)
        else:
            yield from _walked(place, place, rest)


def _step(value: Any, names: tuple[str, ...]) -> Any:
    if not names:
        return value
    if isinstance(value, dict):
        there = [value[name] for name in names if name in value]
        return next((each for each in there if each is not None), None) if there else NOTHING
    if isinstance(value, list) and names[0].isdigit() and int(names[0]) < len(value):
        return value[int(names[0])]
    return NOTHING


def unpacked(value: Any) -> Any:
    """Return the value in a text that is JSON itself, anything else as it is."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value


def _in_words(value: Any, passed: str, step: Step, written: str, rest: list[str]) -> tuple[str, str]:
    """Return what ``value`` is, in which ``step`` finds nothing, and what to write instead."""
    value = unpacked(value)
    where = f'in "{passed}"' if passed else "there"
    if isinstance(value, list) and step.names:
        return f'"{passed}" is a list' if passed else "it is a list", ".".join([f"{passed}[]", written, *rest])
    if not isinstance(value, dict):
        return f'"{passed}" is {kind_of(value)}' if passed else f"it is {kind_of(value)}", ""
    inside = _step(value, step.names)
    if step.names and inside is not NOTHING:
        inside = unpacked(inside)
        if isinstance(inside, (list, dict)):
            return f'"{written}" {where} is empty', ""
        return f'"{written.removesuffix("[]")}" {where} is {kind_of(inside)}, not a list', ""
    keys = [str(key) for key in value]
    shown = ", ".join(key[:40] for key in keys[:KEYS_SHOWN]) + (", ..." if len(keys) > KEYS_SHOWN else "")
    near = near_word(step.names[0], keys) if step.names else ""
    lists = "[]" * step.lists
    better = ".".join([*([passed] if passed else []), near + lists, *rest]) if near else ""
    return f"{where} are: {shown}" if keys else f"{where} is an empty object", better
