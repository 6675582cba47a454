"""The calls of every agent added up, by DuckDB: what insight is made of, in a few queries whatever the number of calls.

Sums of scores and points are taken as decimals: these come out the same in whatever order threads add them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from coach.behaviours import LONGEST_PRAISE, Behaviour
from coach.insight import Counted, Who
from coach.metadata import OWN_KEYS, values_under
from coach.rows import Results, filled
from coach.scored import DEFAULT_CARD
from coach.statistics import Scores
from coach.trend import Dated, day_of

# What `coach.statistics.Scores` holds. ``marks`` has to be there beside the columns of `calls`.
SUMS = """
count(score) AS scored,
coalesce(sum(CAST(score / 100 AS DECIMAL(18, 15))), 0) AS total,
coalesce(sum(CAST(score / 100 * (score / 100) AS DECIMAL(18, 15))), 0) AS squares,
coalesce(sum(marks) FILTER (score IS NOT NULL), 0) AS marks
"""
MARKS = """
marked AS (
    SELECT key, count(*) AS marks FROM findings WHERE outcome IN ('met', 'missed') AND possible > 0 GROUP BY key
)
"""
ADDED_UP = {"sums": SUMS, "marks": MARKS}
PEOPLE = """
WITH {named}
SELECT who, count(*) AS calls, count(*) FILTER (passed) AS passed, count(passed) AS tried,
       count(*) FILTER (len(auto_fail) > 0) AS critical, count(*) FILTER (roles_how = 'unknown') AS unknown_roles,
       list_sort(list(DISTINCT scorecard)) AS scorecards,
       first(agent_name ORDER BY {newest}) FILTER (agent_name <> '') AS name,
       first(team ORDER BY {newest}) FILTER (team <> '') AS team
FROM named GROUP BY who ORDER BY who NULLS LAST
"""
DAYS = """
WITH {named}, {marks}
SELECT who, left(started_at, 10) AS day, {sums} FROM named LEFT JOIN marked USING (key) GROUP BY ALL ORDER BY ALL
"""
KINDS = """
WITH {named}, {marks}
SELECT who, {own}, CASE WHEN {elsewhere} THEN metadata END AS metadata, {sums}
FROM named LEFT JOIN marked USING (key) WHERE score IS NOT NULL GROUP BY ALL ORDER BY ALL
"""
BEHAVIOURS = """
WITH {named}
SELECT who, rule, scorecard, rules_hash,
       count(*) FILTER (outcome = 'met') AS met, count(*) FILTER (outcome = 'missed') AS missed,
       count(*) FILTER (outcome = 'not_applicable') AS not_applicable,
       count(*) FILTER (outcome = 'cannot_tell') AS cannot_tell,
       coalesce(sum(CAST(possible AS DECIMAL(18, 9))) FILTER (outcome IN ('met', 'missed')), 0) AS possible,
       coalesce(sum(CAST(possible - points AS DECIMAL(18, 9))) FILTER (outcome IN ('met', 'missed')), 0) AS lost,
       count(*) FILTER (outcome = 'met' AND length(evidence[1].text) <= {longest}) AS quotable
FROM findings JOIN (SELECT who, key, scorecard, rules_hash FROM named) USING (key) GROUP BY ALL ORDER BY ALL
"""
EVERYTHING = "WITH {marks} SELECT {sums} FROM calls LEFT JOIN marked USING (key)"


def people(results: Results) -> list[Counted]:
    """Return everyone with what their calls add up to, by id; the calls that name nobody last.

    The team and the name are those of the newest call that gives them. Points of another scorecard are turned into
    points of the default one, so that they can be added up.
    """
    days = {who: list(rows) for who, rows in groupby(results.rows(filled(DAYS, **ADDED_UP)), itemgetter("who"))}
    kinds = _kinds(results)
    behaviours = _behaviours(results)
    return [
        Counted(
            who=_who(row),
            calls=row["calls"],
            days=_ends(days[row["who"]]),
            scorecards=tuple(row["scorecards"]),
            passed=row["passed"],
            tried=row["tried"],
            critical=row["critical"],
            unknown_roles=row["unknown_roles"],
            scored=tuple(Dated(day_of(each["day"]), _scores(each)) for each in days[row["who"]]),
            behaviours=behaviours.get(row["who"], {}),
            kinds=kinds.get(row["who"], {}),
        )
        for row in results.rows(filled(PEOPLE))
    ]


def scores_in(results: Results) -> Scores:
    """Return the scores of all calls added up."""
    return _scores(next(iter(results.rows(filled(EVERYTHING, **ADDED_UP)))))


def _who(row: Mapping[str, Any]) -> Who:
    return Who(row["who"], row["name"], row["team"]) if row["who"] is not None else Who(None, None, None)


def _ends(rows: Iterable[Mapping[str, Any]]) -> tuple[Any, ...]:
    """Return the first and the last day that can be read."""
    days = [day for row in rows if (day := day_of(row["day"]))]
    return (min(days), max(days)) if days else ()


def _scores(row: Mapping[str, Any]) -> Scores:
    return Scores(row["scored"], float(row["total"]), float(row["squares"]), int(row["marks"]))


def _kinds(results: Results) -> dict[str | None, dict[str, dict[str, Scores]]]:
    """Return the scores of each agent by the values under the keys by which the rules compare their calls.

    Of several values under one key, all of them together are one kind; a call without a value is left out.
    """
    keys = list(dict.fromkeys(card.by for card in results.rule_cards() if card.by))
    found: dict[str | None, dict[str, dict[str, Scores]]] = {}
    # The metadata of a call is often its alone: it is looked at only where it may hold the value.
    own = [key.casefold() for key in keys if key.casefold() in OWN_KEYS]
    elsewhere = "true" if len(own) < len(keys) else " OR ".join(f"{name} IS NULL" for name in own)
    query = filled(KINDS, own=", ".join(OWN_KEYS), elsewhere=elsewhere, **ADDED_UP)
    for row in results.rows(query) if keys else ():
        metadata = json.loads(row["metadata"] or "{}")
        known = {name: row[name] for name in OWN_KEYS}
        for key in keys:
            kind = " + ".join(sorted(values_under(known, metadata, key)))
            if kind:
                of_key = found.setdefault(row["who"], {}).setdefault(key, {})
                of_key[kind] = of_key.get(kind, Scores()).plus(_scores(row))
    return found


def _behaviours(results: Results) -> dict[str | None, dict[str, Behaviour]]:
    """Return how each rule came out with each agent."""
    worth: dict[tuple[str, str], float] = {}
    found: dict[str | None, dict[str, Behaviour]] = {}
    for who, rows in groupby(results.rows(filled(BEHAVIOURS, longest=str(LONGEST_PRAISE))), itemgetter("who")):
        for rule, of_rule in groupby(rows, itemgetter("rule")):
            found.setdefault(who, {})[rule] = _added(rule, [(row, _worth(results, row, worth)) for row in of_rule])
    return found


def _worth(results: Results, row: Mapping[str, Any], known: dict[tuple[str, str], float]) -> float:
    """Return what a point of the scorecard of ``row`` is worth in points of the default one."""
    if row["scorecard"] == DEFAULT_CARD:
        return 1.0
    by = row["rules_hash"], row["scorecard"]
    if by not in known:
        known[by] = results.rule_book(by[0]).worth_of(by[1])
    return known[by]


def _added(rule: str, rows: Sequence[tuple[Mapping[str, Any], float]]) -> Behaviour:
    def sum_of(column: str) -> int:
        return sum(row[column] for row, _ in rows)

    return Behaviour(
        rule,
        met=sum_of("met"),
        missed=sum_of("missed"),
        not_applicable=sum_of("not_applicable"),
        cannot_tell=sum_of("cannot_tell"),
        possible=sum(float(row["possible"]) * worth for row, worth in rows),
        lost=sum(float(row["lost"]) * worth for row, worth in rows),
        quotable=sum_of("quotable"),
    )
