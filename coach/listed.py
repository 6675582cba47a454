"""The few calls that pages list or quote, picked by DuckDB: newest, lowest, and those where a behaviour can be seen.

The lowest calls are those with a critical error, then those with the lowest scores.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from coach.behaviours import LONGEST_PRAISE, Place, Places
from coach.rows import Results, filled, quotes, searched

# Of an agent with no more calls than this all are listed; of one with more the newest and the lowest.
MOST_OF_ALL = 60
MOST_OF_SOME = 20
MOST_OCCASIONS = 8
MOST_SHOWN = 3

LOWEST = "score IS NULL, len(coalesce(auto_fail, [])) = 0, score, key"
# The commonest reason of those that the rules give for a missing score.
REASONS = """
counted AS (
    SELECT key, reason, row_number() OVER (PARTITION BY key ORDER BY count(*) DESC, reason) AS place FROM findings
    WHERE outcome = 'cannot_tell' AND key IN (SELECT key FROM calls WHERE score IS NULL) GROUP BY key, reason
), reasons AS (SELECT key, reason FROM counted WHERE place = 1)
"""
COLUMNS = "who, key, call_id, started_at, score, passed, auto_fail, roles_how"
OF_AGENTS = """
WITH {named}, {reasons}, ranked AS (
    SELECT {columns}, count(*) OVER (PARTITION BY who) AS calls,
           row_number() OVER (PARTITION BY who ORDER BY {newest}) AS newest,
           row_number() OVER (PARTITION BY who ORDER BY {lowest}) AS lowest
    FROM named WHERE who IN (SELECT unnest($who)) OR who IS NULL AND $nobody
)
SELECT ranked.*, reason FROM ranked LEFT JOIN reasons USING (key)
WHERE calls <= $all OR newest <= $some OR lowest <= $some AND score IS NOT NULL
ORDER BY who NULLS LAST, newest
"""
OF_TEAMS = """
WITH {named}, {reasons}, teams AS (
    SELECT who AS member, first(team ORDER BY {newest}) FILTER (team <> '') AS part_of
    FROM named WHERE who IS NOT NULL GROUP BY who
), listed AS (
    SELECT {columns}, CASE WHEN $apart THEN part_of END AS part_of, unnest([
        CASE WHEN roles_how = 'unknown' THEN 'for_a_person' WHEN score IS NULL THEN 'unscored' END,
        CASE WHEN score IS NOT NULL THEN 'lowest' END
    ]) AS list
    FROM named LEFT JOIN teams ON who = member WHERE NOT $apart OR part_of IS NOT NULL
), ranked AS (
    SELECT *, count(*) OVER (PARTITION BY part_of, list) AS calls, row_number() OVER (
        PARTITION BY part_of, list
        ORDER BY CASE WHEN list = 'lowest' THEN len(coalesce(auto_fail, [])) = 0 END,
                 CASE WHEN list = 'lowest' THEN score END, CASE WHEN list = 'lowest' THEN key END,
                 who NULLS LAST, {newest}
    ) AS place
    FROM listed WHERE list IS NOT NULL
)
SELECT ranked.*, reason FROM ranked LEFT JOIN reasons USING (key) WHERE place <= $some
ORDER BY part_of, list, place
"""
WORST = """
WITH {named} SELECT who, key FROM named WHERE score IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY who ORDER BY {lowest}) <= ? ORDER BY who NULLS LAST, key
"""
# Of equally long quotes the newest stays in front.
PLACES = """
WITH {named}, wanted AS (SELECT unnest($who) AS who, unnest($rule) AS rule, unnest($outcome) AS outcome)
SELECT who, rule, outcome, key, named.call_id, evidence, searched
FROM findings JOIN named USING (key) JOIN wanted USING (who, rule, outcome)
WHERE outcome = 'missed' OR length(evidence[1].text) <= {longest}
QUALIFY row_number() OVER (
    PARTITION BY who, rule, outcome
    ORDER BY CASE WHEN outcome = 'met' THEN -length(evidence[1].text) END, started_at DESC NULLS LAST,
             named.call_id, key
) <= CASE outcome WHEN 'met' THEN $shown ELSE $missed END
ORDER BY who, rule, outcome, CASE WHEN outcome = 'met' THEN -length(evidence[1].text) END,
         started_at DESC NULLS LAST, named.call_id, key
"""


class CallRow(NamedTuple):
    """What a list says of a call; ``key`` is its unique key in the dataset, ``score`` is 0 to 100 or ``None``.

    ``unscored`` is the reason that most of its rules give for a missing score; empty where none does. ``who`` is the
    id of its agent.
    """

    key: str
    call_id: str
    started_at: str | None
    score: float | None
    passed: bool | None
    auto_fail: tuple[str, ...]
    roles_how: str
    unscored: str = ""
    who: str | None = None


class OfAgent(NamedTuple):
    """The ``calls`` of an agent, all of them or the ``newest``; the ``lowest`` too where these are not all."""

    calls: int
    newest: tuple[CallRow, ...]
    lowest: tuple[CallRow, ...]


class Some(NamedTuple):
    """The first calls of a list, and how many it has."""

    rows: tuple[CallRow, ...] = ()
    calls: int = 0


class OfTeam(NamedTuple):
    """The calls of a team that ask for a look. Those ``for_a_person`` have an agent whom nobody can tell."""

    for_a_person: Some = Some()
    unscored: Some = Some()
    lowest: Some = Some()


def calls_of_agents(results: Results, agents: Sequence[str | None]) -> dict[str | None, OfAgent]:
    """Return the calls to list of each of these ``agents``; ``None`` stands for the calls that name nobody."""
    named = [who for who in agents if who is not None]
    asked = {"who": named, "nobody": None in agents, "all": MOST_OF_ALL, "some": MOST_OF_SOME}
    query = filled(OF_AGENTS, reasons=REASONS, columns=COLUMNS, lowest=LOWEST)
    rows = groupby(results.rows(query, asked), itemgetter("who"))
    return {who: _of_agent(list(of_agent)) for who, of_agent in rows}


def _of_agent(rows: Sequence[Mapping[str, Any]]) -> OfAgent:
    calls = rows[0]["calls"]
    if calls <= MOST_OF_ALL:
        return OfAgent(calls, tuple(map(_row, rows)), ())
    worst = (row for row in rows if row["lowest"] <= MOST_OF_SOME and row["score"] is not None)
    return OfAgent(
        calls,
        tuple(_row(row) for row in rows if row["newest"] <= MOST_OF_SOME),
        tuple(map(_row, sorted(worst, key=itemgetter("lowest")))),
    )


def calls_of_all(results: Results, most: int) -> OfTeam:
    """Return the calls of everybody that ask for a look, ``most`` of each kind."""
    return _of_teams(results, most, apart=False).get(None, OfTeam())


def calls_of_teams(results: Results, most: int) -> dict[str | None, OfTeam]:
    """Return the calls of each team that ask for a look, ``most`` of each kind."""
    return _of_teams(results, most, apart=True)


def _of_teams(results: Results, most: int, *, apart: bool) -> dict[str | None, OfTeam]:
    query = filled(OF_TEAMS, reasons=REASONS, columns=COLUMNS)
    found: dict[str | None, OfTeam] = {}
    rows = results.rows(query, {"apart": apart, "some": most})
    for (team, kind), of_kind in groupby(rows, itemgetter("part_of", "list")):
        some = list(of_kind)
        listed = Some(tuple(map(_row, some)), some[0]["calls"])
        found[team] = found.get(team, OfTeam())._replace(**{kind: listed})
    return found


def _row(row: Mapping[str, Any]) -> CallRow:
    return CallRow(
        row["key"],
        row["call_id"],
        row["started_at"],
        row["score"],
        row["passed"],
        tuple(row["auto_fail"] or ()),
        row["roles_how"],
        row["reason"] or "",
        row["who"],
    )


def worst_calls(results: Results, most: int) -> dict[str | None, tuple[str, ...]]:
    """Return the keys of the ``most`` lowest calls of each agent."""
    rows = groupby(results.rows(filled(WORST, lowest=LOWEST), [most]), itemgetter("who"))
    return {who: tuple(row["key"] for row in of_agent) for who, of_agent in rows}


def places_of(
    results: Results, shown: Iterable[tuple[str, str]], missed: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Places]:
    """Return where behaviours can be seen, by agent and rule: those wanted done (``shown``) and those ``missed``."""
    wanted = sorted({(*pair, "met") for pair in shown} | {(*pair, "missed") for pair in missed})
    if not wanted:
        return {}
    who, rules, outcomes = (list(column) for column in zip(*wanted, strict=True))
    asked = {"who": who, "rule": rules, "outcome": outcomes, "shown": MOST_SHOWN, "missed": MOST_OCCASIONS}
    rows = results.rows(filled(PLACES, longest=str(LONGEST_PRAISE)), asked)
    found: dict[tuple[str, str], Places] = {}
    for (agent, rule, outcome), of_rule in groupby(rows, itemgetter("who", "rule", "outcome")):
        places = tuple(
            Place(row["key"], quotes(row["evidence"]), searched(row["searched"]), row["call_id"]) for row in of_rule
        )
        before = found.get((agent, rule), Places())
        found[agent, rule] = before._replace(**{"shown" if outcome == "met" else "missed_in": places})
    return found
