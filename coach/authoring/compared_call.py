"""One call marked by two rule sets: what of its marks differs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from coach.scored import Finding, Scored

# A score that appears or disappears counts as this much of a change where calls are put in order.
ALL_OF_IT = 100.0


class Result(NamedTuple):
    """What a call comes to by one rule set."""

    score: float | None
    passed: bool | None
    auto_fail: tuple[str, ...]


class Mark(NamedTuple):
    """A rule's mark; ``turn`` and ``quote`` are those of its first evidence."""

    outcome: str
    points: float
    possible: float
    reason: str
    turn: int | None
    quote: str


class MarkChange(NamedTuple):
    """A rule's mark before and after; ``None`` where only the other rule set has the rule.

    ``words``: the reason or the evidence differs, which is all that differs where outcome and points are the same.
    """

    rule: str
    before: Mark | None
    after: Mark | None

    @property
    def moves(self) -> bool:
        """Whether a rule that both have gives another outcome."""
        return bool(self.before and self.after and self.before.outcome != self.after.outcome)

    @property
    def repoints(self) -> bool:
        """Whether a rule that both have gives the same outcome and other points."""
        same = self.before and self.after and self.before.outcome == self.after.outcome
        return bool(same and self.before and self.after and self.before[1:3] != self.after[1:3])

    def to_dict(self) -> dict[str, Any]:
        """Return it as ``coach rules diff --json`` writes it."""
        return {
            "rule": self.rule,
            "before": self.before and self.before._asdict(),
            "after": self.after and self.after._asdict(),
        }


@dataclass(frozen=True, slots=True)
class ComparedCall:
    """A call with what it comes to before and after, and the marks that are not the same."""

    call_id: str
    source: str
    agent_id: str | None
    agent_name: str | None
    team: str | None
    before: Result
    after: Result
    marks: tuple[MarkChange, ...]

    @property
    def changed(self) -> bool:
        """Whether a mark of a rule that both have, the score, or passing differs."""
        return self.before != self.after or any(mark.moves or mark.repoints for mark in self.marks)

    @property
    def change(self) -> float | None:
        """How much the score changes, where there is one before and after."""
        if self.before.score is None or self.after.score is None:
            return None
        return round(self.after.score - self.before.score, 1)

    @property
    def weight(self) -> tuple[float, int]:
        """How much changes, to put calls in order: the score, then how many marks."""
        lost_or_won = ALL_OF_IT if self.before.score != self.after.score else 0.0
        change = self.change
        return abs(change) if change is not None else lost_or_won, sum(mark.moves for mark in self.marks)

    def to_dict(self) -> dict[str, Any]:
        """Return it as ``coach rules diff --json`` writes it."""
        return {
            "call_id": self.call_id,
            "source": self.source,
            "agent_id": self.agent_id,
            "agent_name": self.agent_name,
            "team": self.team,
            "before": self.before._asdict(),
            "after": self.after._asdict(),
            "change": self.change,
            "marks": [mark.to_dict() for mark in self.marks],
        }


def compared(before: Scored, after: Scored) -> ComparedCall:
    """Return what differs between the marks of one call by two rule sets."""
    # Who the agent is may follow from the roles, which either may have worked out.
    agent = before.call.agent if before.call.agent.id or before.call.agent.name else after.call.agent
    call = before.call
    return ComparedCall(
        call.call_id,
        call.source,
        agent.id,
        agent.name,
        agent.team,
        Result(before.score, before.passed, before.auto_fail),
        Result(after.score, after.passed, after.auto_fail),
        tuple(_mark_changes(before, after)),
    )


def compared_from(told: Mapping[str, Any]) -> ComparedCall:
    """Return what ``to_dict`` has written."""
    before, after = (
        Result(one["score"], one["passed"], tuple(one["auto_fail"])) for one in (told["before"], told["after"])
    )
    marks = tuple(
        MarkChange(one["rule"], *(Mark(**one[side]) if one[side] else None for side in ("before", "after")))
        for one in told["marks"]
    )
    return ComparedCall(
        told["call_id"],
        told["source"],
        told["agent_id"],
        told["agent_name"],
        told["team"],
        before,
        after,
        marks,
    )


def _mark_changes(before: Scored, after: Scored) -> Iterator[MarkChange]:
    old, new = ({finding.rule: finding for finding in scored.findings} for scored in (before, after))
    for rule in sorted(old.keys() | new.keys()):
        if old.get(rule) != new.get(rule):
            yield MarkChange(rule, _mark(old.get(rule)), _mark(new.get(rule)))


def _mark(finding: Finding | None) -> Mark | None:
    if finding is None:
        return None
    first = finding.evidence[0] if finding.evidence else None
    quoted = (first.turn, first.text) if first else (None, "")
    return Mark(finding.outcome, finding.points, finding.possible, finding.reason, *quoted)
