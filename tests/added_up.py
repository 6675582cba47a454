"""Marks and calls added up one at a time: what the queries of `coach.counts` have to come to, and a help for tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from coach.behaviours import LONGEST_PRAISE, Behaviour
from coach.insight import Counted, Who
from coach.scored import Outcome, RuleCard
from coach.statistics import Scores, scores_of
from coach.trend import Dated, day_of


class Mark(NamedTuple):
    """One rule's mark on the call with this ``key``; ``quote`` is the first of its quotes, empty where it has none."""

    key: str
    rule: str
    outcome: Outcome
    points: float
    possible: float
    quote: str = ""


class Marked(NamedTuple):
    """A call as the sums see it."""

    key: str
    started_at: str | None
    score: float | None
    passed: bool | None = None
    auto_fail: tuple[str, ...] = ()
    roles_how: str = "given"
    kinds: Mapping[str, str] = {}
    scorecard: str = "default"


def behaviours(marks: Iterable[Mark], cards: Sequence[RuleCard]) -> dict[str, Behaviour]:
    """Return every rule's behaviour; a rule without marks is there with zeros."""
    of_rule: dict[str, list[Mark]] = {card.id: [] for card in cards}
    for mark in marks:
        of_rule[mark.rule].append(mark)
    return {rule: _behaviour(rule, some) for rule, some in of_rule.items()}


def _behaviour(rule: str, marks: Sequence[Mark]) -> Behaviour:
    def count(outcome: Outcome) -> int:
        return sum(mark.outcome == outcome for mark in marks)

    judged = [mark for mark in marks if mark.outcome in ("met", "missed")]
    return Behaviour(
        rule, count("met"), count("missed"), count("not_applicable"), count("cannot_tell"),
        possible=sum(mark.possible for mark in judged), lost=sum(mark.possible - mark.points for mark in judged),
        quotable=sum(mark.outcome == "met" and 0 < len(mark.quote) <= LONGEST_PRAISE for mark in marks),
    )  # fmt: skip


def counted(who: Who, calls: Sequence[Marked], marks: Sequence[Mark], cards: Sequence[RuleCard]) -> Counted:
    """Return what ``calls`` and their ``marks`` add up to."""
    judged = [mark.key for mark in marks if mark.possible > 0 and mark.outcome in ("met", "missed")]
    days = [day for call in calls if (day := day_of(call.started_at))]
    kinds: dict[str, dict[str, Scores]] = {}
    for call in calls:
        for key, kind in call.kinds.items() if call.score is not None else ():
            of_key = kinds.setdefault(key, {})
            of_key[kind] = of_key.get(kind, Scores()).plus(_scores(call, judged))
    return Counted(
        who,
        len(calls),
        days=(min(days), max(days)) if days else (),
        scorecards=tuple(sorted({call.scorecard for call in calls})),
        passed=sum(call.passed is True for call in calls),
        tried=sum(call.passed is not None for call in calls),
        critical=sum(bool(call.auto_fail) for call in calls),
        unknown_roles=sum(call.roles_how == "unknown" for call in calls),
        scored=tuple(Dated(day_of(call.started_at), _scores(call, judged)) for call in calls if call.score is not None),
        behaviours=behaviours(marks, cards),
        kinds=kinds,
    )


def _scores(call: Marked, judged: Sequence[str]) -> Scores:
    return scores_of([(call.score or 0.0) / 100], judged.count(call.key))
