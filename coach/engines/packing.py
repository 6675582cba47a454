"""Batches as bytes, for the way to another process: half the work of pickling them as they are.

A call is mostly a few dozen small tuples, and to say of each of what kind it is costs more than what is in it.
"""

from __future__ import annotations

import marshal
import pickle
from typing import Any

from coach.call import Agent, Call, Part, Roles, Turn, Word
from coach.engines.batches import Batch, Item, Summary
from coach.engines.ledger import Claim
from coach.readers.rejected import Rejected


def packed(batch: Batch) -> bytes:
    """Return ``batch`` as bytes, for ``unpacked``."""
    items = [(_plain(item.call), item.claim and tuple(item.claim)) for item in batch.items]
    plain = (items, [getattr(batch.done, name) for name in Summary.__slots__], [tuple(each) for each in batch.rejected])
    try:
        return b"m" + marshal.dumps(plain)
    except ValueError:
        # A reader kept a value of a kind of its own.
        return b"p" + pickle.dumps(batch, pickle.HIGHEST_PROTOCOL)


def unpacked(data: bytes) -> Batch:
    """Return the batch that ``packed`` made ``data`` of; only for what a process of our own sent."""
    if data[:1] == b"p":
        whole: Batch = pickle.loads(data[1:])  # noqa: S301
        return whole
    items, done, rejected = marshal.loads(memoryview(data)[1:])  # noqa: S302
    return Batch(
        tuple(Item(_call(call), claim and Claim(*claim)) for call, claim in items),
        Summary(*done),
        tuple(Rejected(*each) for each in rejected),
    )


def _plain(call: Call) -> tuple[Any, ...]:
    return (
        call.call_id,
        [_plain_turn(turn) if turn.words or turn.parts else tuple(turn) for turn in call.turns],
        tuple(call.agent),
        tuple(call.roles),
        call.started_at,
        call.customer_type,
        call.language,
        call.format,
        call.source,
        call.warnings,
        call.metadata,
    )


def _plain_turn(turn: Turn) -> tuple[Any, ...]:
    return (*turn[:5], tuple(map(tuple, turn.words)), tuple(map(tuple, turn.parts)))


def _call(row: tuple[Any, ...]) -> Call:
    call_id, turns, agent, roles, *rest = row
    made = [tuple.__new__(Turn, turn) if not (turn[5] or turn[6]) else _turn(turn) for turn in turns]
    return Call(call_id, tuple(made), Agent(*agent), Roles(*roles), *rest)


def _turn(row: tuple[Any, ...]) -> Turn:
    words = tuple(tuple.__new__(Word, word) for word in row[5])
    parts = tuple(tuple.__new__(Part, part) for part in row[6])
    return tuple.__new__(Turn, (*row[:5], words, parts))
