"""The native form: a JSON object with ``turns``. A turn stays as given, never merged, split or moved.

Well-formed calls take a path that checks types and little else; whatever is odd in a call sends the whole
of it to ``native_odd``, which finds out what it is and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from coach.call import Agent, Call, Role, Roles, Turn, Word
from coach.errors import TranscriptError
from coach.readers.base import Origin
from coach.readers.native_odd import head_of, odd_turns, repeated_keys
from coach.readers.options import ReadOptions
from coach.readers.times import LATEST
from coach.roles import by_label

GIVEN: Mapping[object, Role] = {"agent": "agent", "customer": "customer", "other": "other"}
OWN_KEYS = frozenset(("call_id", "agent", "started_at", "customer_type", "language", "turns"))
NUMBERS = (float, int)


class Native:
    """Reads the native form of ``docs/reading.md``."""

    name = "native"
    title = "the native form"
    provides: tuple[str, ...] = ("roles", "speakers", "times", "words")

    def recognises_value(self, value: object) -> float:
        """Return 1 for an object with a list of turns."""
        return 1.0 if isinstance(value, dict) and isinstance(value.get("turns"), list) else 0.0

    def calls(self, value: object, origin: Origin, options: ReadOptions) -> Iterator[Call]:
        """Yield the one call that ``value`` is."""
        assert isinstance(value, dict)  # noqa: S101
        rows = value["turns"]
        if not rows:
            raise TranscriptError("the call has no turns", remedy="Leave out calls in which nobody speaks.")
        warnings = list(repeated_keys(value, rows, origin.raw))
        turns = plain_turns(rows)
        if turns is None:
            turns, odd = odd_turns(rows)
            warnings += odd
        call_id, agent, started_at, customer_type, language, odd_head = head_of(value, origin.fallback_id)
        call = Call(
            call_id,
            tuple(turns),
            agent,
            Roles(),
            started_at,
            customer_type,
            language,
            self.name,
            str(origin),
            (*warnings, *odd_head),
            {key: item for key, item in value.items() if key not in OWN_KEYS},
        )
        yield by_label(call, options)


def plain_turns(rows: Sequence[Any]) -> list[Turn] | None:
    """Return the turns, or ``None`` where anything in them asks for a closer look."""
    turns: list[Turn] = []
    new, add, roles, blank = tuple.__new__, turns.append, GIVEN.get, ((), ())
    last = -1.0
    for row in rows:
        if row.__class__ is not dict:
            return None
        get = row.get
        text, speaker, start, end = get("text"), get("speaker"), get("start"), get("end")
        role = roles(get("role"))
        if text.__class__ is not str or (speaker is not None and speaker.__class__ is not str):
            return None
        if role is None:
            if "role" in row or speaker is None:
                return None
            role = "unknown"
        if start is not None:
            if start.__class__ not in NUMBERS or not 0 <= start <= LATEST:
                return None
            start = float(start)
        if end is not None:
            if end.__class__ not in NUMBERS or start is None or not start <= end <= LATEST:
                return None
            end = float(end)
        words = plain_words(row["words"]) if "words" in row else ()
        if words is None:
            return None
        add(new(Turn, (role, text, start, end, speaker, words, ())))
    return turns
