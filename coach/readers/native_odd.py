"""What is odd in a call of the native form: found out, mended where that needs no guess, and said."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from coach import native
from coach.call import Agent, Part, Role, Turn, Word
from coach.errors import TranscriptError
from coach.readers.shapes import kind_of
from coach.readers.times import is_time, iso_moment

COMPILED = native.load("_reading")
ROLE_WORDS: Mapping[str, Role] = {"agent": "agent", "customer": "customer", "other": "other", "unknown": "unknown"}
WARNINGS_SHOWN = 10


class Head(NamedTuple):
    """What a call says of itself besides its turns."""

    call_id: str
    agent: Agent
    started_at: str | None
    customer_type: str | None
    language: str | None
    warnings: tuple[str, ...]


def head_of(call: Mapping[str, Any], fallback_id: str) -> Head:
    """Return the head of ``call``; what has the wrong type is named and taken as absent."""
    warnings: list[str] = []
    return Head(
        _call_id(call.get("call_id"), fallback_id, warnings),
        _agent(call.get("agent"), warnings),
        _moment(call.get("started_at"), warnings),
        _text(call.get("customer_type"), "customer_type", warnings),
        _text(call.get("language"), "language", warnings),
        tuple(warnings),
    )


def odd_turns(rows: Sequence[Any]) -> tuple[list[Turn], list[str]]:
    """Return the turns and a warning for each oddity in them, the first ten in full.

    Raises:
        TranscriptError: a turn is no object or its text no text, or no turn has any text.
    """
    warnings: list[str] = []
    turns = [_odd_turn(row, number, warnings) for number, row in enumerate(rows)]
    if not any(turn.text for turn in turns):
        raise TranscriptError('no turn has a "text"', place="turns", remedy='Write what was said under "text".')
    if len(warnings) > WARNINGS_SHOWN:
        warnings[WARNINGS_SHOWN:] = [f"and {len(warnings) - WARNINGS_SHOWN} more of this kind"]
    return turns, warnings


def stand_once(raw: bytes, calls: int, turns: int, words: int = 0) -> bool:
    """Tell whether the keys that matter stand but once in each of the calls, turns and words that ``raw`` holds."""
    if COMPILED is not None:
        return bool(COMPILED.stand_once(raw, calls, turns, words))
    if raw.count(b'"text"') > turns + words:
        return False
    return raw.count(b'"role"') <= turns and raw.count(b'"call_id"') <= calls


def repeated_keys(calls: Sequence[Any], raw: bytes) -> Iterator[str]:
    """Yield a warning for each key that stands twice in one object of ``raw``, which holds ``calls``.

    Counting the keys tells nearly always that there is none; only where there are more than there should be is the
    text read again, slowly.
    """
    lists = [call["turns"] for call in calls if isinstance(call, dict) and isinstance(call.get("turns"), list)]
    rows = [row for turns in lists for row in turns]
    words = sum(len(row["words"]) for row in rows if isinstance(row, dict) and isinstance(row.get("words"), list))
    if stand_once(raw, len(calls), len(rows), words):
        return
    repeated: dict[str, None] = {}

    def noted(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen = dict(pairs)
        if len(seen) < len(pairs):
            keys = [key for key, _ in pairs]
            repeated.update({key: None for key in seen if keys.count(key) > 1})
        return seen

    try:
        json.loads(raw, object_pairs_hook=noted)
    except (ValueError, RecursionError):
        return
    for key in repeated:
        yield f'the key "{key}" stands twice in one object; the last one was read'


def parts_of(rows: Any, text: str) -> tuple[Part, ...] | None:
    """Return the cues that went into a turn, or ``None`` where they are not pieces of its ``text``, in order."""
    parts: list[Part] = []
    if not isinstance(rows, list):
        return None
    for row in rows:
        get = row.get if isinstance(row, dict) else {}.get
        cue, begin, stop, start, end = get("cue"), get("begin"), get("stop"), get("start"), get("end")
        if type(cue) is not int or type(begin) is not int or type(stop) is not int or cue < 0:
            return None
        if not (parts[-1].stop if parts else 0) <= begin <= stop <= len(text):
            return None
        if not all(time is None or is_time(time) for time in (start, end)):
            return None
        parts.append(
            Part(cue, begin, stop, None if start is None else float(start), None if end is None else float(end))
        )
    return tuple(parts)


def _odd_turn(row: Any, number: int, warnings: list[str]) -> Turn:
    if not isinstance(row, dict):
        raise TranscriptError(
            f"turn {number} is {kind_of(row)}, not an object",
            place=f"turn {number}",
            remedy='Write each turn as {"role": ..., "text": ...}.',
        )
    role, speaker = _role_and_speaker(row, number, warnings)
    start, end = _span(row, f"turn {number}", warnings)
    text = _turn_text(row, number, warnings)
    parts = parts_of(row.get("parts", []), text)
    if parts is None:
        warnings.append(f"turn {number}: its parts do not go with its text; read as absent")
    return Turn(role, text, start, end, speaker, _odd_words(row.get("words"), number, warnings), parts or ())


def _turn_text(row: Mapping[str, Any], number: int, warnings: list[str]) -> str:
    text = row.get("text")
    if isinstance(text, str):
        return text
    if text is None:
        warnings.append(f"turn {number} has no text; read as silent")
        return ""
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        warnings.append(f"turn {number}: its text is the number {text}; read as those digits")
        return str(text)
    raise TranscriptError(
        f"the text of turn {number} is {kind_of(text)}", place=f"turn {number}", remedy="Write what was said as a text."
    )


def _role_and_speaker(row: Mapping[str, Any], number: int, warnings: list[str]) -> tuple[Role, str | None]:
    """Return the role where the file gives it in our words; any other word for it serves as the label."""
    stated, label = row.get("role"), row.get("speaker")
    if isinstance(label, (int, float)) and not isinstance(label, bool):
        label = str(label)
    if label is not None and not isinstance(label, str):
        warnings.append(f"turn {number}: its speaker is {kind_of(label)}; read as unknown")
        label = None
    if stated is None:
        if label is None:
            warnings.append(f"turn {number} has neither role nor speaker")
        return "unknown", label
    if not isinstance(stated, str):
        warnings.append(f"turn {number}: its role is {kind_of(stated)}; read as unknown")
        return "unknown", label
    role = ROLE_WORDS.get(stated)
    return (role, label) if role else ("unknown", label if label is not None else stated)


def _span(row: Mapping[str, Any], what: str, warnings: list[str]) -> tuple[float | None, float | None]:
    start, end = (_time(row.get(key), key, what, warnings) for key in ("start", "end"))
    if start is None and end is not None:
        warnings.append(f"{what} has an end and no start; its end is read as absent")
        return None, None
    if start is not None and end is not None and end < start:
        warnings.append(f"{what} ends ({end:g} s) before it starts ({start:g} s); its end is read as absent")
        return start, None
    return start, end


def _time(value: Any, key: str, what: str, warnings: list[str]) -> float | None:
    if value is None:
        return None
    if is_time(value):
        return float(value)
    told = f"{value!r}"[:40] if isinstance(value, (int, float, str)) else kind_of(value)
    warnings.append(f"{what}: {key} {told} is not seconds from the start of the recording; read as absent")
    return None


def _odd_words(rows: Any, number: int, warnings: list[str]) -> tuple[Word, ...]:
    if rows is None:
        return ()
    if not isinstance(rows, list):
        warnings.append(f"turn {number}: its words are {kind_of(rows)}, not a list; read as absent")
        return ()
    words: list[Word] = []
    for index, row in enumerate(rows):
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            warnings.append(f"turn {number}: its word {index} has no text; its words are read as absent")
            return ()
        words.append(Word(row["text"], *_span(row, f"turn {number}, word {index}", warnings)))
    return tuple(words)


def _call_id(value: Any, fallback_id: str, warnings: list[str]) -> str:
    if isinstance(value, str) and value.strip():
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    said = "no call_id" if value is None or isinstance(value, str) else f"its call_id is {kind_of(value)}"
    warnings.append(f'{said}: called "{fallback_id}" after the file')
    return fallback_id


def _agent(value: Any, warnings: list[str]) -> Agent:
    if type(value) is dict:
        return Agent(
            _text(value.get("id"), "agent id", warnings),
            _text(value.get("name"), "agent name", warnings),
            _text(value.get("team"), "agent team", warnings),
        )
    if value is None:
        return Agent()
    if isinstance(value, str):
        warnings.append(f'"agent" is the text "{value[:40]}"; read as the id of the agent')
        return Agent(id=value)
    warnings.append(f'"agent" is {kind_of(value)}; read as absent')
    return Agent()


def _text(value: Any, what: str, warnings: list[str]) -> str | None:
    if type(value) is str:
        return value or None
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    warnings.append(f"{what} is {kind_of(value)}; read as absent")
    return None


def _moment(value: Any, warnings: list[str]) -> str | None:
    if value is None:
        return None
    moment = iso_moment(value) if isinstance(value, str) else None
    if moment is None:
        told = f'"{value[:40]}"' if isinstance(value, str) else kind_of(value)
        warnings.append(f"started_at {told} is no ISO 8601 time; read as absent")
    return moment
