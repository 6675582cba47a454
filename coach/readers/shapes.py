"""Saying what an unknown JSON value looks like, what it lacks, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coach.errors import TranscriptError
from coach.readers.base import JsonReader

SHOWN_KEYS = 8
# Keys that so much of JSON has that they make it like nothing.
EVERYDAY = frozenset(
    ("data", "id", "language", "message", "metadata", "name", "results", "segments", "status", "text", "type", "words")
)
TURN_KEYS = ("text", "content", "utterance", "transcript", "message")
REMEDY = (
    "`coach formats` lists what is read. Say with --map where this file keeps its turns (coach inspect FILE"
    " --suggest-map makes a first guess), or write the native form:"
    ' {"call_id": ..., "turns": [{"role": "agent", "text": ...}, ...]}.'
)


def unknown_shape(value: object, readers: tuple[JsonReader, ...]) -> TranscriptError:
    """Return the error for a JSON value that none of ``readers`` knows."""
    near = nearest(value, readers)
    like = f"; it looks most like {near[0]}, but has no {near[1]}" if near else ""
    return TranscriptError(f"no transcript form known here: {looks_like(value)}{like}", remedy=REMEDY)


def nearest(value: object, readers: Sequence[JsonReader]) -> tuple[str, str] | None:
    """Return the title of the shape that ``value`` is most like, and what it lacks of it; ``None``: like none."""
    best: tuple[float, str, str] | None = None
    for reader in readers:
        for signature in getattr(reader, "signatures", ()):
            missing = signature.missing(value)
            share = 1 - len(missing) / len(signature.has)
            found = (each.path for each in signature.has if each.path not in missing)
            is_like = any(not EVERYDAY.issuperset(path.split("|")) for path in found)
            if missing and is_like and share > (best[0] if best else 0):
                best = (share, reader.title, ", ".join(f'"{path}"' for path in missing))
    return best[1:] if best else None


def looks_like(value: object) -> str:
    """Return in words what ``value`` is and what it lacks."""
    if isinstance(value, dict):
        if not value:
            return "an object without keys"
        if any(key in value for key in TURN_KEYS) and ("role" in value or "speaker" in value):
            return 'it looks like a single turn; the turns of a call belong in one list, under "turns"'
        if "turns" in value:
            return f'its "turns" is {kind_of(value["turns"])}, not a list'
        shown = ", ".join(f'"{key[:40]}"' for key in list(value)[:SHOWN_KEYS])
        more = ", ..." if len(value) > SHOWN_KEYS else ""
        return f'an object with the keys {shown}{more}; it has no "turns"{_told_of(value)}'
    if isinstance(value, list):
        if not value:
            return "an empty list, so no calls"
        first = looks_like(value[0]) if isinstance(value[0], dict) else kind_of(value[0])
        return f"a list of {len(value)} whose items are not calls; the first is {first}"
    return f"{kind_of(value)} instead of a call"


def _told_of(value: Mapping[str, object]) -> str:
    """Return what the object says of itself that may be why it is no transcript: nothing in it yet, a job's status."""
    told = "".join(f'; its "{key[:40]}" is empty' for key in list(value)[:SHOWN_KEYS] if value[key] == [])
    around = (value, *(inner for inner in list(value.values())[:SHOWN_KEYS] if isinstance(inner, dict)))
    for key, status in ((key, each[key]) for each in around for key in each):
        if key.casefold().endswith("status") and isinstance(status, str):
            return f'{told}; it says "{key[:40]}": "{status[:40]}", so it may be the report on a job, without the text'
    return told


def kind_of(value: object) -> str:
    """Return the JSON kind of ``value`` with its article."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, (int, float)):
        return "a number"
    return "a list" if isinstance(value, list) else "an object"
