"""The rows of a results dataset, in the order and shape that pages want them.

An agent is named by id. A call that gives a name and no id belongs to the one agent of that name; where there is
no such agent, or more than one, the name itself is the id. Newest calls come first, those without a date last.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from coach.quotes import TurnRow
from coach.scored import Evidence, RuleCard

if TYPE_CHECKING:
    from coach.results import RuleBook

# The calls with the agent that each belongs to, ``who``.
NAMED = """
one_id AS (
    SELECT lower(trim(agent_name)) AS name, min(agent_id) AS id FROM calls
    WHERE agent_id <> '' AND agent_name <> '' GROUP BY ALL HAVING count(DISTINCT agent_id) = 1
), named AS (
    SELECT coalesce(nullif(agent_id, ''), one_id.id, nullif(agent_name, '')) AS who, calls.*
    FROM calls LEFT JOIN one_id ON lower(trim(agent_name)) = one_id.name
)
"""
# The key settles what the dates and ids leave open.
NEWEST = "started_at DESC NULLS LAST, call_id, key"
OWNERS = "WITH {named} SELECT DISTINCT agent_id, agent_name, who FROM named"
SHARED_IDS = "SELECT call_id FROM calls GROUP BY call_id HAVING count(*) > 1"
TURNS = "SELECT * FROM turns WHERE key IN (SELECT unnest(?)) ORDER BY key, turn"
FULL = (
    "SELECT * FROM calls WHERE {of} ORDER BY key",
    "SELECT * FROM findings WHERE {of} ORDER BY key, rule",
    "SELECT * FROM turns WHERE {of} ORDER BY key, turn",
)
REJECTED = "SELECT DISTINCT source, place, cause, remedy FROM rejected"
HOW_MANY = "SELECT count(*) AS count FROM ({rows})"
# Queries of a report need a fraction of this for a hundred thousand calls; beyond it DuckDB goes to disk.
MEMORY = "600MB"
# A look through all findings costs seconds whatever the number of calls asked for; the rows of so many fit in memory.
CALLS_AT_A_TIME = 2000


class Results(Protocol):
    """What a report needs of a results dataset (`coach.results.Dataset`)."""

    def rows(self, query: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> Iterator[dict[str, Any]]:
        """Yield the rows of a query."""
        ...

    def rule_cards(self) -> tuple[RuleCard, ...]:
        """Return the cards of the rules, in the order of the scorecard."""
        ...

    def rule_book(self, rules_hash: str | None = None) -> RuleBook:
        """Return the rules and scorecards of that hash, or those last used."""
        ...


class FullCall(NamedTuple):
    """All that the page of one call shows. ``row`` holds the columns of ``calls``."""

    row: Mapping[str, Any]
    findings: tuple[Mapping[str, Any], ...]
    turns: tuple[TurnRow, ...]


class Rejection(NamedTuple):
    """A transcript that could not be read."""

    source: str
    place: str
    cause: str
    remedy: str


def filled(query: str, **parts: str) -> str:
    """Return ``query`` with its parts in place: ``{named}`` and ``{newest}``, which many share, and those given."""
    return query.format(named=NAMED, newest=NEWEST, **parts)


@contextmanager
def bounded(results: Results) -> Iterator[None]:
    """Keep the queries within so much memory; what does not fit goes to a folder of its own, removed in the end."""
    with tempfile.TemporaryDirectory(prefix="coach-") as folder:
        quoted = folder.replace("'", "''")
        for setting in (f"temp_directory = '{quoted}'", f"memory_limit = '{MEMORY}'"):
            list(results.rows(f"SET {setting}"))
        yield


def owners(results: Results) -> dict[tuple[str | None, str | None], str | None]:
    """Return whose calls those are that give this id and this name of an agent."""
    return {(row["agent_id"], row["agent_name"]): row["who"] for row in results.rows(filled(OWNERS))}


def shared_ids(results: Results) -> frozenset[str]:
    """Return the ids that several calls have."""
    return frozenset(row["call_id"] for row in results.rows(SHARED_IDS))


def quotes(stored: Iterable[Mapping[str, Any]] | None) -> tuple[Evidence, ...]:
    """Return evidence from a stored column."""
    return tuple(Evidence(quote["turn"], quote["start"], quote["end"], quote["text"]) for quote in stored or ())


def searched(stored: Sequence[int] | None) -> tuple[int, int] | None:
    """Return the turns searched from a stored column."""
    return (stored[0], stored[1]) if stored else None


def turns_of(results: Results, keys: Sequence[str]) -> dict[str, tuple[TurnRow, ...]]:
    """Return the turns of a few calls, by key."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    found = groupby(results.rows(TURNS, [wanted]), itemgetter("key"))
    return {key: tuple(map(_turn, rows)) for key, rows in found}


def _turn(row: Mapping[str, Any]) -> TurnRow:
    return TurnRow(row["turn"], row["role"], row["speaker"], row["text"], row["start"], row["end"])


def full_calls(results: Results, keys: Iterable[str] | None = None) -> Iterator[FullCall]:
    """Yield the calls of these ``keys``, or all, with findings and turns, one at a time, so that memory stays flat."""
    if keys is None:
        for part in results.rows("SELECT DISTINCT part FROM calls ORDER BY part"):
            yield from _full(results, "part = ?", part["part"])
        return
    left = iter(sorted(set(keys)))
    while some := list(islice(left, CALLS_AT_A_TIME)):
        yield from _full(results, "key IN (SELECT unnest(?))", some)


def _full(results: Results, of: str, which: str | Sequence[str]) -> Iterator[FullCall]:
    calls, *others = (results.rows(query.format(of=of), [which]) for query in FULL)
    findings, turns = map(_by_key, others)
    for row in calls:
        yield FullCall(row, tuple(findings(row["key"])), tuple(map(_turn, turns(row["key"]))))


class _by_key:
    """Hands out the rows of one key after the other; keys are asked for in rising order."""

    def __init__(self, rows: Iterator[dict[str, Any]]) -> None:
        self.groups = groupby(rows, itemgetter("key"))
        self.waiting: tuple[str, list[dict[str, Any]]] | None = None

    def __call__(self, key: str) -> list[dict[str, Any]]:
        while self.waiting is None or self.waiting[0] < key:
            found = next(self.groups, None)
            if found is None:
                return []
            self.waiting = (found[0], list(found[1]))
        return self.waiting[1] if self.waiting[0] == key else []


def rejections(results: Results, most: int) -> tuple[list[Rejection], int]:
    """Return the transcripts that could not be read, by place, ``most`` of them, and how many there are."""
    rows = results.rows(f"{REJECTED} ORDER BY ALL LIMIT ?", [most])
    found = [Rejection(*(row[name] or "" for name in Rejection._fields)) for row in rows]
    return found, next(row["count"] for row in results.rows(HOW_MANY.format(rows=REJECTED)))
