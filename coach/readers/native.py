"""The native form: a JSON object with ``turns``. A turn stays as given, never merged, split or moved.

Well-formed calls take a path that checks types and little else; whatever is odd in a call sends the whole
of it to ``native_odd``, which finds out what it is and says so.

``coach/_reading.c`` makes turns that have neither words nor parts as ``plain_turns`` does; it is used where it was
built when coach was installed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from coach import native
from coach.call import Call, Part, Role, Turn, Word
from coach.errors import TranscriptError
from coach.readers.base import Origin
from coach.readers.native_odd import head_of, odd_turns, parts_of, repeated_keys, stand_once
from coach.readers.options import ReadOptions
from coach.readers.times import LATEST
from coach.roles import roles_of

COMPILED = native.load("_reading")
GIVEN: dict[object, Role] = {"agent": "agent", "customer": "customer", "other": "other"}
OWN_KEYS = frozenset(("call_id", "agent", "started_at", "customer_type", "language", "turns"))
NUMBERS = frozenset((float, int))


class Native:
    """Reads the native form of ``docs/reading.md``."""

    name = "native"
    title = "the native form"
    provides: tuple[str, ...] = ("roles", "speakers", "times", "words")
    told_by = "an object with a list `turns`"

    def recognises_value(self, value: object) -> float:
        """Return 1 for an object with a list of turns."""
        return 1.0 if isinstance(value, dict) and isinstance(value.get("turns"), list) else 0.0

    def calls(self, value: object, origin: Origin, options: ReadOptions) -> Iterator[Call]:
        """Yield the one call that ``value`` is."""
        call = cast("dict[str, Any]", value)
        rows = call["turns"]
        if not rows:
            raise TranscriptError("the call has no turns", remedy="Leave out calls in which nobody speaks.")
        raw = origin.raw
        warnings = [] if not raw or stand_once(raw, 1, len(rows)) else list(repeated_keys((call,), raw))
        turns = turns_of(rows)
        if turns is None:
            turns, odd = odd_turns(rows)
            warnings += odd
        head = head_of(call, origin.fallback_id)
        decided, roles, told = roles_of(turns, head.agent, options)
        yield Call(
            head.call_id,
            decided,
            head.agent,
            roles,
            head.started_at,
            head.customer_type,
            head.language,
            self.name,
            str(origin),
            (*warnings, *head.warnings, *told),
            {key: item for key, item in call.items() if key not in OWN_KEYS},
        )


def turns_of(rows: list[Any]) -> list[Turn] | None:
    """Return the turns, by the quickest way that is sure of them; ``None`` where they ask for a closer look."""
    if COMPILED is not None:
        made: list[Turn] | None = COMPILED.turns_of(rows, Turn, GIVEN, LATEST)
        return plain_turns(rows) if made is None else made
    return timed_turns(rows) or untimed_turns(rows) or plain_turns(rows)


def timed_turns(rows: Sequence[Any]) -> list[Turn] | None:
    """Return the turns where each has role, text, start, end, perhaps a speaker, and nothing else; else ``None``.

    So are nearly all turns of large files: this takes half the time of what follows, which knows all that may stand
    in a turn.
    """
    turns: list[Turn] = []
    new, add, role_of, latest = tuple.__new__, turns.append, GIVEN, LATEST
    try:
        for row in rows:
            text, start, end = row["text"], row["start"], row["end"]
            if type(text) is not str or type(start) is not float or type(end) is not float:
                return None
            if not 0.0 <= start <= end <= latest:
                return None
            speaker = None
            if len(row) != 4:
                speaker = row["speaker"]
                if len(row) != 5 or type(speaker) is not str:
                    return None
            add(new(Turn, (role_of[row["role"]], text, start, end, speaker, (), ())))
    except (KeyError, TypeError):
        return None
    return turns


def untimed_turns(rows: Sequence[Any]) -> list[Turn] | None:
    """Return the turns where each has role and text, and nothing else that counts; else ``None``.

    So are the turns of most transcripts without times.
    """
    turns: list[Turn] = []
    new, add, role_of = tuple.__new__, turns.append, GIVEN
    try:
        for row in rows:
            text = row["text"]
            if type(text) is not str:
                return None
            # Asked key by key, which takes half the time of comparing sets.
            if len(row) > 2 and (
                "speaker" in row or "start" in row or "end" in row or "words" in row or "parts" in row
            ):
                return None
            add(new(Turn, (role_of[row["role"]], text, None, None, None, (), ())))
    except (KeyError, TypeError):
        return None
    return turns


def plain_turns(rows: Sequence[Any]) -> list[Turn] | None:
    """Return the turns, or ``None`` where anything in them asks for a closer look."""
    turns: list[Turn] = []
    new, add, role_of = tuple.__new__, turns.append, GIVEN.get
    for row in rows:
        if type(row) is not dict:
            return None
        get: Any = row.get
        text, speaker, role, start, end = get("text"), get("speaker"), get("role"), get("start"), get("end")
        if type(text) is not str or (speaker is not None and type(speaker) is not str):
            return None
        if role is not None:
            role = role_of(role) if type(role) is str else None
            if role is None:
                return None
        elif speaker is None:
            return None
        if start is not None:
            if type(start) not in NUMBERS or not 0 <= start <= LATEST:
                return None
            start = float(start)
        if end is not None:
            if type(end) not in NUMBERS or start is None or not start <= end <= LATEST:
                return None
            end = float(end)
        words: tuple[Word, ...] | None = ()
        if "words" in row:
            words = plain_words(row["words"])
            if words is None:
                return None
        parts: tuple[Part, ...] | None = ()
        if "parts" in row:
            parts = parts_of(row["parts"], text)
            if parts is None:
                return None
        add(new(Turn, (role or "unknown", text, start, end, speaker, words, parts)))
    return turns


def plain_words(rows: Any) -> tuple[Word, ...] | None:
    """Return the timed words, or ``None`` where anything in them asks for a closer look."""
    words: list[Word] = []
    new, add = tuple.__new__, words.append
    if type(rows) is not list:
        return None
    for row in rows:
        if type(row) is not dict:
            return None
        get: Any = row.get
        text, start, end = get("text"), get("start"), get("end")
        if type(text) is not str or type(start) not in NUMBERS or type(end) not in NUMBERS:
            return None
        if not 0 <= start <= end <= LATEST:
            return None
        add(new(Word, (text, float(start), float(end))))
    return tuple(words)
