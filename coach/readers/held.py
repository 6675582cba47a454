"""Which calls a JSON value holds: it may be one, a list of them, or an envelope around either."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from coach.readers.base import JsonReader, Origin, no_inner
from coach.readers.companions import Companion
from coach.readers.cues import Cue
from coach.readers.fields import text_at
from coach.readers.head import key_of
from coach.readers.heard import Heard
from coach.readers.options import ReadOptions
from coach.readers.vendor import Context, Shape

# How many envelopes around a call are looked through, and how many keys of each.
LEVELS = 2
KEYS_LOOKED_AT = 64
ITEMS_LOOKED_AT = 20
# A list nearly all of whose words stand in a longer one beside it is that one again: its single words, its highlights.
SAME_WORDS = 0.9
NO_FACTS: Mapping[str, str] = {}
NO_CONTEXT = Context(Origin("", "", ""), ReadOptions(), no_inner)


class Held(NamedTuple):
    """A value that may be a call: ``place`` within the whole, ``envelope`` the facts that stand around it.

    ``shape`` is ``None`` for an item that no reader knows in a list of calls. ``told`` has warnings.
    """

    value: Any
    shape: JsonReader | None = None
    place: str = ""
    envelope: Mapping[str, str] = NO_FACTS
    told: tuple[str, ...] = ()


def held(value: object, shapes: Sequence[JsonReader]) -> list[Held]:
    """Return what ``shapes`` know of ``value``: itself, its items, or what stands one or two levels down in it.

    The outermost that is known counts; where there is none, the same is tried with the shapes that are fallbacks.
    """
    shape = shape_of(value, shapes, 1.0)
    if shape is not None:
        return [Held(value, shape)]
    for least in (1.0, 0.0):
        found = _held(Held(value), shapes, least, LEVELS)
        if found:
            return found
    return []


def shape_of(value: object, shapes: Sequence[JsonReader], least: float = 0.0) -> JsonReader | None:
    """Return the reader that knows ``value`` most surely, the first of equals, none less sure than ``least``."""
    best: JsonReader | None = None
    best_score = 0.0
    for shape in shapes:
        score = shape.recognises_value(value)
        if score >= 1.0:
            return shape
        if score > best_score and score >= least:
            best, best_score = shape, score
    return best


def makes_rows(value: object, shapes: Sequence[JsonReader]) -> bool:
    """Tell whether ``value`` is one row of a call: no call of its own, or a call of a shape that has rows."""
    if not isinstance(value, dict):
        return False
    rows, alone = shape_of([value], shapes), shape_of(value, shapes)
    return getattr(rows, "is_rows", False) and (alone is None or alone is rows)


def heard_within(value: object, shapes: Sequence[JsonReader]) -> Heard | None:
    """Return what is heard in a value inside another: parsed, or JSON as a text; ``None`` where no shape knows it."""
    value = _unpacked(value)
    for found in held(value, shapes):
        if isinstance(found.shape, Shape):
            for heard in found.shape.heard(found.value, NO_CONTEXT):
                return heard
    return None


def companion_of(value: object, shapes: Sequence[JsonReader]) -> Companion | None:
    """Return which kind of companion ``value`` is: no transcript, but what a vendor keeps beside one."""
    kinds = (kind for shape in shapes if isinstance(shape, Shape) for kind in shape.companions)
    return next((kind for kind in kinds if kind.fits(value)), None)


def _held(outer: Held, shapes: Sequence[JsonReader], least: float, levels: int) -> list[Held]:
    shape = shape_of(outer.value, shapes, least)
    if shape is not None:
        return [Held(outer.value, shape, outer.place, outer.envelope)]
    if levels < 0:
        return []
    if isinstance(outer.value, list):
        return _items(outer, shapes, least, levels)
    inside = list(_inside(outer))
    for deep in range(levels):
        siblings = [known for inner in inside if (known := _held(inner, shapes, least, deep))]
        if least < 1.0:
            siblings = _said_once(siblings)
        if siblings:
            return [each for known in siblings for each in known]
    return []


def _said_once(siblings: list[list[Held]]) -> list[list[Held]]:
    """Return ``siblings`` without those that say again what a longer one says; it keeps a warning of them."""
    if len(siblings) < 2:
        return siblings
    cues = [[cue for each in known for cue in _cues(each)] for known in siblings]
    texts = [" ".join(cue.text for cue in each) for each in cues]
    kept: list[list[Held]] = []
    words: list[set[str]] = []
    # Of the same text in pieces of several sizes the largest pieces count.
    for index in sorted(range(len(siblings)), key=lambda index: (-len(texts[index]), len(cues[index]))):
        mine = set(texts[index].split())
        again = next((at for at, theirs in enumerate(words) if len(mine & theirs) >= SAME_WORDS * len(mine)), None)
        if again is None:
            kept.append(siblings[index])
            words.append(mine)
        else:
            first, *rest = kept[again]
            told = f"{siblings[index][0].place} is left out: it says again what {first.place} says"
            kept[again] = [first._replace(told=(*first.told, told)), *rest]
    return kept


def _cues(found: Held) -> list[Cue]:
    if not isinstance(found.shape, Shape):
        return []
    return [cue for heard in found.shape.heard(found.value, NO_CONTEXT) for cue in heard.cues]


def _items(outer: Held, shapes: Sequence[JsonReader], least: float, levels: int) -> list[Held]:
    """Return all items of a list of calls, also those that are none, for these to be named."""
    items = [
        Held(item, None, f"{outer.place}, item {number}" if outer.place else f"item {number}", outer.envelope)
        for number, item in enumerate(outer.value, 1)
    ]
    if not any(_held(item, shapes, least, levels - 1) for item in items[:ITEMS_LOOKED_AT]):
        return []
    return [each for item in items for each in _held(item, shapes, least, levels - 1) or [item]]


def _inside(outer: Held) -> Iterator[Held]:
    value = outer.value
    if isinstance(value, dict):
        facts = {**outer.envelope, **_facts(value)}
        for key in list(value)[:KEYS_LOOKED_AT]:
            inner = _unpacked(value[key])
            if isinstance(inner, (dict, list)):
                place = f'{outer.place}, "{key[:40]}"' if outer.place else f'"{key[:40]}"'
                yield Held(inner, None, place, facts)


def _facts(value: Mapping[str, Any]) -> dict[str, str]:
    named = ((key_of(key), text_at(value, key)) for key in list(value)[:KEYS_LOOKED_AT] if "." not in key)
    return {name: text for name, text in named if name and text}


def _unpacked(value: object) -> object:
    """Return the value in a text that is JSON itself, anything else as it is."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value
