"""Saying what an unknown JSON value looks like, what it lacks, and what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from coach.errors import TranscriptError
from coach.readers.base import JsonReader

SHOWN_KEYS = 8
LOOKED_AT = 20
# Keys that so much of JSON has that they make it like nothing.
EVERYDAY = frozenset(
    ("data", "id", "language", "message", "metadata", "name", "results", "segments", "status", "text", "type", "words")
)
TURN_KEYS = ("text", "content", "utterance", "transcript", "message")
# What a job says of itself while it runs, and when it came to nothing.
UNFINISHED = frozenset("processing queued in_progress inprogress running submitted pending notstarted started".split())
FAILED = frozenset("error failed failure canceled cancelled aborted expired rejected".split())
REASON = re.compile(r"error|failure|reason|message|detail", re.IGNORECASE)
LONGEST_REASON = 200
# Lists that go with summaries of calls. Their items have texts too, and are no turns.
NO_TURNS = re.compile(
    r"action|topic|highlight|summar|insight|tracker|chapter|question|keyword|link|error", re.IGNORECASE
)
LEVELS = 4
LEAST_ROWS = 2
# Of a shape of which more than this is missing, nobody learns much by hearing what.
LONGEST_MISSING = 80
MOST_MISSING = 2
LEAST_SHARE = 0.5
TRANSCRIPT_ITSELF = "Give the transcript itself; `coach formats` lists what is read."
WAIT = "Wait until the transcription is finished, and export it again."
AGAIN = "See to what it says, and have the recording transcribed again."
REMEDY = (
    "`coach formats` lists what is read. Say with --map where this file keeps its turns (coach inspect FILE"
    " --suggest-map makes a first guess), or write the native form:"
    ' {"call_id": ..., "turns": [{"role": "agent", "text": ...}, ...]}.'
)


def unknown_shape(value: object, readers: tuple[JsonReader, ...]) -> TranscriptError:
    """Return the error for a JSON value that none of ``readers`` knows."""
    near = nearest(value, readers)
    like = f"; it looks most like {near[0]}, but has no {near[1]}" if near else ""
    cause = f"no transcript form known here: {looks_like(value)}{like}"
    return job_report(value, cause) or TranscriptError(cause, remedy=_remedy(value, near is not None))


def job_report(value: object, cause: str) -> TranscriptError | None:
    """Return the error for what a job says of itself instead of a transcript, ``None`` where ``value`` is none.

    Args:
        value: the JSON value.
        cause: what is wrong with it as a transcript; what the job says is added.
    """
    told = _status(value)
    if told is None:
        return None
    key, status, around = told
    known = status.casefold().replace(" ", "_")
    if known not in UNFINISHED | FAILED:
        return None
    says = f'it says "{key[:40]}": "{status[:40]}"'
    if says not in cause:
        cause = f"{cause}; {says}"
    reason = _reason(around) if known in FAILED else ""
    return TranscriptError(f"{cause}: {reason}" if reason else cause, remedy=AGAIN if known in FAILED else WAIT)


def _remedy(value: object, is_near: bool) -> str:
    return REMEDY if is_near or "turns" in _keys(value) or _has_rows(value, LEVELS) else TRANSCRIPT_ITSELF


def _keys(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _has_rows(value: object, levels: int) -> bool:
    """Tell whether ``value`` has a list, not too deep in it, of objects with texts, so that a map may lead there."""
    if levels < 0:
        return False
    if isinstance(value, list):
        rows = [item for item in value[:LOOKED_AT] if isinstance(item, dict)]
        texts = sum(any(isinstance(text, str) and " " in text.strip() for text in row.values()) for row in rows)
        return texts >= LEAST_ROWS or any(_has_rows(row, levels - 1) for row in rows)
    inner = ((key, each) for key, each in list(_keys(value).items())[:LOOKED_AT] if isinstance(each, (dict, list)))
    return any(not NO_TURNS.search(key) and _has_rows(each, levels - 1) for key, each in inner)


def nearest(value: object, readers: Sequence[JsonReader]) -> tuple[str, str] | None:
    """Return the title of the shape that ``value`` is most like, and what it lacks of it; ``None``: like none."""
    best: tuple[float, str, str] | None = None
    for reader in readers:
        for signature in getattr(reader, "signatures", ()):
            missing = signature.missing(value)
            share = 1 - len(missing) / len(signature.has)
            found = (each.path for each in signature.has if each.path not in missing)
            is_like = any(not EVERYDAY.issuperset(path.split("|")) for path in found)
            is_like = is_like and len(signature.has) > 1 and share >= LEAST_SHARE and len(missing) <= MOST_MISSING
            is_like = is_like and sum(map(len, missing)) <= LONGEST_MISSING
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
    said = _status(value)
    if said is None:
        return told
    return f'{told}; it says "{said[0][:40]}": "{said[1][:40]}", so it may be the report on a job, without the text'


def _status(value: object) -> tuple[str, str, Mapping[str, object]] | None:
    """Return the key and the text of a status, and the object in which it stands: ``value`` or one in it."""
    inner = (each for each in list(_keys(value).values())[:SHOWN_KEYS] if isinstance(each, dict))
    for each in (_keys(value), *inner):
        for key, status in each.items():
            if key.casefold().endswith("status") and isinstance(status, str):
                return key, status, each
    return None


def _reason(value: Mapping[str, object]) -> str:
    """Return what an object says of why a job failed, one level down too."""
    for key, each in value.items():
        if not REASON.search(key):
            continue
        text = each if isinstance(each, str) else _reason(each) if isinstance(each, dict) else ""
        if text.strip():
            return text.strip()[:LONGEST_REASON]
    return ""


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
