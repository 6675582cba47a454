"""A call written in the native form, so that reading it again gives the same call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from coach.call import Call, Part, Role, Turn, Word
from coach.readers.native import OWN_KEYS
from coach.readers.options import ReadOptions
from coach.roles import roles_of

PLAIN = ReadOptions()


def native_form(call: Call) -> dict[str, Any]:
    """Return ``call`` as an object of the native form; what it does not hold is left out.

    A turn has a ``role`` where the file, its labels or the user's options say it. What was only concluded is left to be
    concluded again, from the same labels or from what is said.
    """
    agent = {key: value for key, value in call.agent._asdict().items() if value is not None}
    head = {
        "call_id": call.call_id,
        "agent": agent or None,
        "started_at": call.started_at,
        "customer_type": call.customer_type,
        "language": call.language,
    }
    others = {f"{key}_" if key in OWN_KEYS else key: value for key, value in call.metadata.items()}
    turns = [_turn(turn, role) for turn, role in zip(call.turns, roles_to_write(call), strict=True)]
    return {**{key: value for key, value in head.items() if value is not None}, **others, "turns": turns}


def roles_to_write(call: Call) -> Sequence[Role]:
    """Return the role to write for each turn, ``unknown`` for none.

    Of the ways to write them the first is taken from which the same roles are read, and as surely.
    """
    written: Sequence[Role] = ()
    alike: Sequence[Role] = ()
    for written in _ways(call):
        turns = [turn._replace(role=role) for turn, role in zip(call.turns, written, strict=True)]
        decided, roles, _ = roles_of(turns, call.agent, PLAIN)
        if [turn.role for turn in decided] == [turn.role for turn in call.turns]:
            if (roles.agent, roles.confidence) == (call.roles.agent, call.roles.confidence):
                return written
            alike = alike or written
    return alike or [turn.role for turn in call.turns]


def _ways(call: Call) -> Iterator[Sequence[Role]]:
    known: list[Role] = [turn.role for turn in call.turns]
    if call.roles.how == "unknown" or call.roles.confidence == 1.0:
        yield known
    yield ["unknown"] * len(known)
    # Where one of two speakers was known, and the other thereby, it does not matter which.
    for concluded in ("customer", "agent"):
        yield ["unknown" if role == concluded else role for role in known]
    yield known


def _turn(turn: Turn, role: Role) -> dict[str, Any]:
    written = {
        "role": None if role == "unknown" else role,
        "speaker": turn.speaker,
        "text": turn.text,
        "start": turn.start,
        "end": turn.end,
        "words": [_word(word) for word in turn.words] or None,
        "parts": [_part(part) for part in turn.parts] or None,
    }
    return {key: value for key, value in written.items() if value is not None}


def _word(word: Word) -> dict[str, Any]:
    return {"text": word.text, "start": word.start, "end": word.end}


def _part(part: Part) -> dict[str, Any]:
    return {"begin": part.begin, "stop": part.stop, "start": part.start, "end": part.end, "cue": part.cue}
