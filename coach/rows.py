"""The rows of a results dataset, in the order and shape that insight and pages want them; all SQL of reports.

An agent is named by id. A call that gives a name and no id belongs to the one agent of that name; where there is
no such agent, or more than one, the name itself is the id. Newest calls come first, those without a date last.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from coach.behaviours import FindingRow
from coach.insight import CallRow, Who
from coach.metadata import OWN_KEYS, values_under
from coach.quotes import TurnRow
from coach.scored import DEFAULT_CARD, Evidence, RuleCard

if TYPE_CHECKING:
    from coach.results import RuleBook

# Newest calls first; the key settles what the dates and ids leave open.
PEOPLE = """
WITH one_id AS (
    SELECT lower(trim(agent_name)) AS name, min(agent_id) AS id FROM calls
    WHERE agent_id <> '' AND agent_name <> '' GROUP BY ALL HAVING count(DISTINCT agent_id) = 1
), reasons AS (
    SELECT key, reason, row_number() OVER (PARTITION BY key ORDER BY count(*) DESC, reason) AS place FROM findings
    WHERE outcome = 'cannot_tell' AND key IN (SELECT key FROM calls WHERE score IS NULL) GROUP BY key, reason
)
SELECT coalesce(nullif(agent_id, ''), one_id.id, nullif(agent_name, '')) AS who, agent_id, agent_name, team,
       key, call_id, started_at, score, passed, auto_fail, roles_how, reason, scorecard,
       customer_type, language, format, metadata
FROM calls LEFT JOIN one_id ON lower(trim(agent_name)) = one_id.name
LEFT JOIN (SELECT key, reason FROM reasons WHERE place = 1) USING (key)
ORDER BY who NULLS LAST, started_at DESC NULLS LAST, call_id, key
"""
FINDINGS = """
WITH one_id AS (
    SELECT lower(trim(agent_name)) AS name, min(agent_id) AS id FROM calls
    WHERE agent_id <> '' AND agent_name <> '' GROUP BY ALL HAVING count(DISTINCT agent_id) = 1
)
SELECT coalesce(nullif(c.agent_id, ''), one_id.id, nullif(c.agent_name, '')) AS who,
       key, f.rule, f.outcome, f.points, f.possible, f.evidence, f.searched, c.scorecard, c.rules_hash
FROM findings AS f
JOIN (SELECT key, call_id, agent_id, agent_name, started_at, scorecard, rules_hash FROM calls) AS c USING (key)
LEFT JOIN one_id ON lower(trim(c.agent_name)) = one_id.name
ORDER BY who NULLS LAST, c.started_at DESC NULLS LAST, c.call_id, key, f.rule
"""
TURNS = "SELECT * FROM turns WHERE key IN (SELECT unnest(?)) ORDER BY key, turn"


class Results(Protocol):
    """What a report needs of a results dataset (`coach.results.Dataset`)."""

    def rows(self, query: str, params: Sequence[Any] = ()) -> Iterator[dict[str, Any]]:
        """Yield the rows of a query."""
        ...

    def rule_cards(self) -> tuple[RuleCard, ...]:
        """Return the cards of the rules, in the order of the scorecard."""
        ...

    def rule_book(self, rules_hash: str | None = None) -> RuleBook:
        """Return the rules and scorecards of that hash, or those last used."""
        ...


class Person(NamedTuple):
    """An agent and all their calls, newest first."""

    who: Who
    calls: tuple[CallRow, ...]


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


def people(results: Results) -> list[Person]:
    """Return everyone with their calls, by id; the calls that name nobody last.

    The team and the name are those of the newest call that gives them. A call keeps the values of the keys by which
    the rules compare an agent's calls.
    """
    keys = [card.by for card in results.rule_cards() if card.by]
    return [_person(who, list(rows), keys) for who, rows in groupby(results.rows(PEOPLE), itemgetter("who"))]


def _person(who: str | None, rows: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> Person:
    def newest(column: str) -> str | None:
        return next((row[column] for row in rows if row[column]), None) if who is not None else None

    calls = tuple(
        CallRow(
            row["key"],
            row["call_id"],
            row["started_at"],
            row["score"],
            row["passed"],
            tuple(row["auto_fail"] or ()),
            row["roles_how"],
            row["reason"] or "",
            row["scorecard"],
            _kinds(row, keys),
        )
        for row in rows
    )
    return Person(Who(who, newest("agent_name"), newest("team")), calls)


def _kinds(row: Mapping[str, Any], keys: Sequence[str]) -> dict[str, str]:
    """Return the values of ``keys`` that a call holds; of several values under one key, all of them as one."""
    metadata = json.loads(row["metadata"] or "{}") if keys else {}
    own = {name: row[name] for name in OWN_KEYS}
    found = {key: values_under(own, metadata, key) for key in keys}
    return {key: " + ".join(sorted(values)) for key, values in found.items() if values}


def findings_by_person(results: Results) -> Iterator[tuple[str | None, Iterator[FindingRow]]]:
    """Yield each person's findings, newest first, in the order of `people`; read each group before the next.

    Points of another scorecard are turned into points of the default one, so that they can be added up.
    """
    worth: dict[tuple[str, str], float] = {}

    def finding(row: Mapping[str, Any]) -> FindingRow:
        if row["scorecard"] == DEFAULT_CARD:
            return _finding(row, 1.0)
        by = row["rules_hash"], row["scorecard"]
        if by not in worth:
            worth[by] = results.rule_book(by[0]).worth_of(by[1])
        return _finding(row, worth[by])

    for who, rows in groupby(results.rows(FINDINGS), itemgetter("who")):
        yield who, map(finding, rows)


def _finding(row: Mapping[str, Any], worth: float) -> FindingRow:
    return FindingRow(
        row["key"],
        row["rule"],
        row["outcome"],
        row["points"] * worth,
        row["possible"] * worth,
        quotes(row["evidence"]),
        searched(row["searched"]),
    )


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


def full_calls(results: Results) -> Iterator[FullCall]:
    """Yield every call with its findings and turns, one at a time, part by part, so that memory stays flat."""
    for part in results.rows("SELECT DISTINCT part FROM calls ORDER BY part"):
        of_part = [part["part"]]
        findings = _by_key(results.rows("SELECT * FROM findings WHERE part = ? ORDER BY key, rule", of_part))
        turns = _by_key(results.rows("SELECT * FROM turns WHERE part = ? ORDER BY key, turn", of_part))
        for row in results.rows("SELECT * FROM calls WHERE part = ? ORDER BY key", of_part):
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


def rejections(results: Results) -> list[Rejection]:
    """Return the transcripts that could not be read, by place."""
    rows = results.rows("SELECT DISTINCT source, place, cause, remedy FROM rejected ORDER BY ALL")
    return [Rejection(*(row[name] or "" for name in Rejection._fields)) for row in rows]
