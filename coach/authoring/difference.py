"""What a change of rules does to calls, agents and teams: compared calls in, figures out. Pure.

Everything is summed up as the calls come by, so that memory stays flat; only the calls that change most are kept.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from coach.authoring.compared_call import ComparedCall, MarkChange
from coach.scored import OUTCOMES

EXAMPLES = 3
NO_RULE = "–"


@dataclass(slots=True)
class Figures:
    """Calls of somebody, before and after. Sums are of tenths of a point, which is what scores are rounded to."""

    calls: int = 0
    changed: int = 0
    scored: list[int] = field(default_factory=lambda: [0, 0])
    tenths: list[int] = field(default_factory=lambda: [0, 0])
    passed: list[int] = field(default_factory=lambda: [0, 0])
    auto_failed: list[int] = field(default_factory=lambda: [0, 0])
    won: int = 0
    lost: int = 0

    def add(self, call: ComparedCall) -> None:
        """Count a call in."""
        self.calls += 1
        self.changed += call.changed
        for side, result in enumerate((call.before, call.after)):
            self.scored[side] += result.score is not None
            self.tenths[side] += round(10 * (result.score or 0.0))
            self.passed[side] += result.passed is True
            self.auto_failed[side] += bool(result.auto_fail)
        self.won += call.after.passed is True and call.before.passed is not True
        self.lost += call.before.passed is True and call.after.passed is not True

    def plus(self, other: Figures) -> None:
        """Count the calls of ``other`` in."""
        self.calls, self.changed = self.calls + other.calls, self.changed + other.changed
        self.won, self.lost = self.won + other.won, self.lost + other.lost
        for mine, theirs in (
            (self.scored, other.scored),
            (self.tenths, other.tenths),
            (self.passed, other.passed),
            (self.auto_failed, other.auto_failed),
        ):
            mine[:] = [one + more for one, more in zip(mine, theirs, strict=True)]

    def mean(self, side: int) -> float | None:
        """Return the mean score before (``side`` 0) or after (1)."""
        return self.tenths[side] / self.scored[side] / 10 if self.scored[side] else None

    def pass_rate(self, side: int) -> float | None:
        """Return the share of the scored calls that pass."""
        return self.passed[side] / self.scored[side] if self.scored[side] else None

    @property
    def change(self) -> float | None:
        """How much the mean score changes."""
        before, after = self.mean(0), self.mean(1)
        return None if before is None or after is None else after - before

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as ``coach rules diff --json`` writes them."""
        sides = [
            {
                "scored": self.scored[side],
                "mean": _rounded(self.mean(side), 2),
                "passed": self.passed[side],
                "pass_rate": _rounded(self.pass_rate(side), 4),
                "auto_fails": self.auto_failed[side],
            }
            for side in (0, 1)
        ]
        return {
            "calls": self.calls,
            "changed": self.changed,
            "before": sides[0],
            "after": sides[1],
            "change": _rounded(self.change, 2),
            "passes_won": self.won,
            "passes_lost": self.lost,
        }


@dataclass(slots=True)
class RuleFigures:
    """A rule's marks: how many calls go from which outcome to which, with the first examples of each.

    ``repointed`` calls keep the outcome and get other points; ``reworded`` ones only another reason or quote.
    """

    rule: str
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[tuple[str, MarkChange]]] = field(default_factory=dict)
    repointed: int = 0
    reworded: int = 0

    @property
    def moved(self) -> int:
        """How many calls get another outcome from a rule that both have."""
        return sum(count for move, count in self.moves.items() if NO_RULE not in move)

    @property
    def ordered_moves(self) -> list[tuple[tuple[str, str], int]]:
        """The moves, the commonest first."""
        order = {outcome: place for place, outcome in enumerate((*OUTCOMES, NO_RULE))}
        return sorted(self.moves.items(), key=lambda one: (-one[1], order[one[0][0]], order[one[0][1]]))

    def add(self, call_id: str, change: MarkChange) -> None:
        """Count a call in."""
        move = tuple(mark.outcome if mark else NO_RULE for mark in (change.before, change.after))
        if move[0] == move[1]:
            self.repointed += change.repoints
            self.reworded += not change.repoints
            return
        before, after = move
        self.moves[before, after] += 1
        examples = self.examples.setdefault((before, after), [])
        if len(examples) < EXAMPLES:
            examples.append((call_id, change))

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as ``coach rules diff --json`` writes them."""
        return {
            "rule": self.rule,
            "moved": self.moved,
            "repointed": self.repointed,
            "reworded": self.reworded,
            "moves": [
                {
                    "before": None if move[0] == NO_RULE else move[0],
                    "after": None if move[1] == NO_RULE else move[1],
                    "calls": count,
                    "examples": [{"call_id": call_id, **change.to_dict()} for call_id, change in self.examples[move]],
                }
                for move, count in self.ordered_moves
            ],
        }


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent with their figures; ``key`` is ``None`` for the calls that name nobody."""

    key: str | None
    name: str | None
    team: str | None
    figures: Figures

    def to_dict(self) -> dict[str, Any]:
        """Return it as ``coach rules diff --json`` writes it."""
        return {"agent": self.key, "name": self.name, "team": self.team, **self.figures.to_dict()}


class RuleDiff:
    """The sums over all calls; ``most`` is how many of the calls that change most are kept.

    ``in_result`` calls get another score, or pass or fail anew; ``in_marks`` ones get another mark from a rule that
    both have.
    """

    def __init__(self, most: int) -> None:
        self.overall = Figures()
        self.in_result = 0
        self.in_marks = 0
        self._most = most
        self._rules: dict[str, RuleFigures] = {}
        self._agents: dict[tuple[str | None, str | None], tuple[Figures, list[str | None]]] = {}
        self._teams: dict[str | None, Figures] = {}
        self._calls: list[tuple[tuple[float, int], int, ComparedCall]] = []

    def add(self, call: ComparedCall) -> None:
        """Count a call in."""
        self.overall.add(call)
        self.in_result += call.before != call.after
        self.in_marks += any(mark.moves for mark in call.marks)
        key = (call.agent_id or None, None if call.agent_id else _folded(call.agent_name))
        figures, known = self._agents.setdefault(key, (Figures(), [None, None]))
        figures.add(call)
        # The last call that says so has the say, as in reports.
        known[:] = [call.agent_name or known[0], call.team or known[1]]
        self._teams.setdefault(call.team or None, Figures()).add(call)
        for change in call.marks:
            self._rules.setdefault(change.rule, RuleFigures(change.rule)).add(call.call_id, change)
        if call.changed and self._most:
            one = (call.weight, -self.overall.calls, call)
            if len(self._calls) < self._most:
                heapq.heappush(self._calls, one)
            else:
                heapq.heappushpop(self._calls, one)

    @property
    def changed(self) -> bool:
        """Whether the marks or the score of a single call change."""
        return self.overall.changed > 0

    @property
    def rules(self) -> list[RuleFigures]:
        """The rules whose marks are not all the same, those that move most calls first."""
        return sorted(self._rules.values(), key=lambda rule: (-rule.moved, -rule.repointed, rule.rule))

    @property
    def agents(self) -> list[Agent]:
        """Everyone, those whose mean changes most first; who has calls by id and calls by name alone is one."""
        ids: dict[str, list[str]] = {}
        for (agent_id, _), (_, (name, _)) in self._agents.items():
            if agent_id is not None and name is not None:
                ids.setdefault(_folded(name) or "", []).append(agent_id)
        found: dict[str | None, Agent] = {}
        # Those with an id first: their name and team stand.
        for (agent_id, folded), (figures, (name, team)) in sorted(self._agents.items(), key=lambda one: not one[0][0]):
            of_name = ids.get(folded or "", [])
            key = agent_id or (of_name[0] if len(of_name) == 1 else name if folded else None)
            agent = found.setdefault(key, Agent(key, name, team, Figures()))
            agent.figures.plus(figures)
        return sorted(found.values(), key=lambda one: (_by_change(one.figures), one.key is None, one.key or ""))

    @property
    def teams(self) -> list[tuple[str | None, Figures]]:
        """The teams by name, the calls without one last."""
        return sorted(self._teams.items(), key=lambda one: (one[0] is None, one[0] or ""))

    @property
    def calls(self) -> list[ComparedCall]:
        """The calls that change most, first of them first."""
        return [call for _, _, call in sorted(self._calls, key=lambda one: (one[0], one[1]), reverse=True)]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as ``coach rules diff --json`` writes it."""
        return {
            "overall": self.overall.to_dict(),
            "marks": [rule.to_dict() for rule in self.rules],
            "teams": [{"team": team, **figures.to_dict()} for team, figures in self.teams],
            "agents": [agent.to_dict() for agent in self.agents],
            "calls": [call.to_dict() for call in self.calls],
        }


def diff_of(calls: Iterable[ComparedCall], most: int) -> RuleDiff:
    """Return the sums over ``calls``."""
    diff = RuleDiff(most)
    for call in calls:
        diff.add(call)
    return diff


def moved_marks(marks: Sequence[MarkChange]) -> Iterator[MarkChange]:
    """Yield what a person wants to see of a call: other outcomes, and points of a rule that one side alone has."""
    for mark in marks:
        alone = mark.before or mark.after
        if mark.moves or ((mark.before is None or mark.after is None) and alone and alone.possible):
            yield mark


def _by_change(figures: Figures) -> float:
    return -abs(round(figures.change or 0.0, 6))


def _folded(name: str | None) -> str | None:
    return (name or "").strip().casefold() or None


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
