"""The calls of a results dataset as they were read, to mark them by other rules.

A dataset keeps the turns, but neither timed words nor what a reader knew besides. Each call carries the hash of all
that was read, though: a call put together from the dataset counts only where it has that hash. The others are read
again from where they came from, and there, too, the hash decides.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import orjson

from coach.call import Agent, Call, Role, Roles, Turn
from coach.engines.ledger import content_hash
from coach.errors import UsageError
from coach.readers.addresses import is_address
from coach.readers.objects import single
from coach.readers.rejected import Rejected
from coach.rows import Results

PARTS = "SELECT DISTINCT part FROM calls ORDER BY part"
CALLS = """
SELECT key, call_id, source, format, agent_id, agent_name, team, started_at, customer_type, language, roles_how,
       roles_agent, roles_confidence, metadata, content_hash
FROM calls WHERE part = ? ORDER BY key
"""
TURNS = 'SELECT key, role, speaker, text, start, "end" FROM turns WHERE part = ? ORDER BY key, turn'
GONE = "its transcript has changed since, or is not where it was read from"
NAME_IT = "Name the transcripts instead of the results, read with the same options as before."

OBJECTS_KEPT = 1000

Read = Callable[[Sequence[str]], Iterator[Call | Rejected]]


def stored_calls(results: Results, read: Read) -> Iterator[Call | Rejected]:
    """Yield the calls of a dataset just as they were read, those to be read again (with ``read``) last.

    A call that is no more to be had is ``Rejected``.
    """
    elsewhere: dict[str, dict[str, Mapping[str, Any]]] = {}
    for part in [row["part"] for row in results.rows(PARTS)]:
        turns: dict[str, list[Turn]] = {}
        for row in results.rows(TURNS, [part]):
            turn = Turn(row["role"], row["text"], row["start"], row["end"], row["speaker"])
            turns.setdefault(row["key"], []).append(turn)
        for row in results.rows(CALLS, [part]):
            call = _rebuilt(row, tuple(turns.get(row["key"], ())))
            if call is not None:
                yield call
            else:
                elsewhere.setdefault(_file_of(row["source"]), {})[row["content_hash"]] = row
    for file, rows in elsewhere.items():
        for item in read([file]) if file else ():
            if isinstance(item, Call) and rows.pop(content_hash(item), None) is not None:
                yield item
        for gone in rows.values():
            yield Rejected(gone["source"] or gone["call_id"], "", GONE, NAME_IT)


def _rebuilt(row: Mapping[str, Any], turns: tuple[Turn, ...]) -> Call | None:
    """Return the call that was read, or ``None`` where the dataset does not hold all of it.

    Roles that were worked out, and a name taken from a label, were not there when the call was read.
    """
    told = Roles(row["roles_how"], tuple(row["roles_agent"] or ()), row["roles_confidence"])
    as_read = [(told, turns)]
    if told.how in ("content", "unknown"):
        nobody: Role = "unknown"
        as_read.insert(0, (Roles(), tuple(turn._replace(role=nobody) for turn in turns)))
    for (roles, said), name in product(as_read, dict.fromkeys((row["agent_name"], None))):
        call = Call(
            row["call_id"],
            said,
            Agent(row["agent_id"], name, row["team"]),
            roles,
            row["started_at"],
            row["customer_type"],
            row["language"],
            row["format"],
            row["source"],
            metadata=orjson.loads(row["metadata"] or "{}"),
        )
        if content_hash(call) == row["content_hash"]:
            return call
    return None


def _file_of(source: str) -> str:
    """Return the file or folder that ``source`` (``calls.jsonl, line 3``) names, empty where there is none."""
    if is_address(source):
        # The shortest first: it is the same for all calls of an object, so the store is asked once.
        ends = [place.start() for place in re.finditer(", ", source)]
        return next((source[:end] for end in [*ends, None] if _is_there(source[:end])), "")
    while source and not os.path.exists(source):
        source = source.rpartition(", ")[0]
    return source


@functools.lru_cache(maxsize=OBJECTS_KEPT)
def _is_there(address: str) -> bool:
    try:
        return single(address) is not None
    except UsageError:
        return False
