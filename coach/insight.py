"""What an agent or a team should know: rows of results in, frozen values out. Pure, no wording, no files.

Calls and findings come newest first; of equal things the first seen is kept, so the same rows give the same
insight.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from coach.behaviours import Behaviour, FindingRow, Focus, behaviours, focus_of, pooled
from coach.consistency import Comparison, KindScores, compare
from coach.scored import DEFAULT_CARD, RuleCard
from coach.statistics import Rate, wilson_count
from coach.trend import LEAST_CALLS, ScoredCall, Trend, day_of, score_of, trend_of


class CallRow(NamedTuple):
    """What insight needs of a call; ``key`` is its unique key in the dataset, ``score`` is 0 to 100 or ``None``.

    ``unscored`` is the reason that most of its rules give for a missing score; empty where none does. ``scorecard``
    is the id of the one that it was scored by.
    """

    key: str
    call_id: str
    started_at: str | None
    score: float | None
    passed: bool | None
    auto_fail: tuple[str, ...]
    roles_how: str
    unscored: str = ""
    scorecard: str = DEFAULT_CARD
    kinds: Mapping[str, str] = MappingProxyType({})


class Who(NamedTuple):
    """An agent; ``id`` is ``None`` for the calls that name nobody."""

    id: str | None
    name: str | None
    team: str | None


class Alike(NamedTuple):
    """How an agent's calls compare by one kind of customer, and the rule that asks for it."""

    rule: str
    by: str
    found: Comparison


@dataclass(frozen=True, slots=True)
class AgentInsight:
    """One agent's calls. ``calls`` counts all, ``scored`` holds those with a score, newest first."""

    who: Who
    calls: int
    scored: tuple[ScoredCall, ...]
    score: Rate | None
    passed: Rate | None
    critical: int
    unknown_roles: int
    behaviours: Mapping[str, Behaviour]
    trend: Trend
    focus: Focus | None
    alike: tuple[Alike, ...] = ()

    @property
    def enough(self) -> bool:
        """Enough scored calls to judge by."""
        return len(self.scored) >= LEAST_CALLS

    @property
    def judged(self) -> bool:
        """One person, with enough scored calls."""
        return self.enough and self.who.id is not None


class Pupil(NamedTuple):
    """An agent and how one behaviour comes out with them."""

    who: Who
    behaviour: Behaviour


@dataclass(frozen=True, slots=True)
class CoachNext:
    """What to coach across a team: the behaviour, whom it concerns, and who could show how it is done.

    Only agents with enough calls are named; ``nameless`` is the share of the points that all others lost by it.
    ``differs``: a learner's own focus is another behaviour.
    """

    focus: Focus
    learners: tuple[Pupil, ...]
    models: tuple[Pupil, ...]
    nameless: float
    differs: bool


@dataclass(frozen=True, slots=True)
class TeamInsight:
    """A team, or all teams together (``name`` is then ``None``). ``judged`` agents come lowest score first."""

    name: str | None
    judged: tuple[AgentInsight, ...]
    too_few: tuple[AgentInsight, ...]
    calls: int
    scored: int
    score: Rate | None
    passed: Rate | None
    critical: int
    unknown_roles: int
    behaviours: Mapping[str, Behaviour]
    trend: Trend
    coach_next: CoachNext | None

    @property
    def agents(self) -> tuple[AgentInsight, ...]:
        """Everyone, those with too few calls last."""
        return self.judged + self.too_few


def agent_insight(
    who: Who, calls: Sequence[CallRow], findings: Iterable[FindingRow], cards: Sequence[RuleCard]
) -> AgentInsight:
    """Return what ``calls`` and their ``findings``, newest first, say about one agent."""
    marks: dict[str, int] = {}

    def counted(rows: Iterable[FindingRow]) -> Iterable[FindingRow]:
        for row in rows:
            if row.possible > 0 and row.outcome in ("met", "missed"):
                marks[row.key] = marks.get(row.key, 0) + 1
            yield row

    found = behaviours(counted(findings), cards)
    scored = tuple(
        ScoredCall(day_of(call.started_at), call.score / 100, marks.get(call.key, 0))
        for call in calls
        if call.score is not None
    )
    return AgentInsight(
        who=who,
        calls=len(calls),
        scored=scored,
        score=score_of(scored),
        passed=wilson_count(sum(call.passed is True for call in calls), sum(call.passed is not None for call in calls)),
        critical=sum(bool(call.auto_fail) for call in calls),
        unknown_roles=sum(call.roles_how == "unknown" for call in calls),
        behaviours=found,
        trend=trend_of(scored),
        focus=focus_of(found),
        alike=tuple(Alike(card.id, card.by, _compared(calls, marks, card)) for card in cards if card.by),
    )


def _compared(calls: Sequence[CallRow], marks: Mapping[str, int], card: RuleCard) -> Comparison:
    """Return the scored calls compared by the kinds that ``card`` names; those that name none are left out."""
    scores: dict[str, list[float]] = {}
    counted: Counter[str] = Counter()
    for call in calls:
        kind = call.kinds.get(card.by)
        if kind and call.score is not None:
            scores.setdefault(kind, []).append(call.score / 100)
            counted[kind] += marks.get(call.key, 0)
    return compare({kind: KindScores(tuple(each), counted[kind]) for kind, each in scores.items()}, card.gap)


def team_insight(name: str | None, agents: Sequence[AgentInsight]) -> TeamInsight:
    """Return what ``agents`` say together. The nameless calls count for the team but nobody is judged by them."""
    scored = tuple(call for agent in agents for call in agent.scored)
    passes = [agent.passed for agent in agents if agent.passed]
    tried = sum(round(rate.n) for rate in passes)
    found = pooled([agent.behaviours for agent in agents])
    return TeamInsight(
        name=name,
        judged=tuple(sorted((agent for agent in agents if agent.judged), key=_by_score)),
        too_few=tuple(sorted((agent for agent in agents if not agent.judged), key=_by_name)),
        calls=sum(agent.calls for agent in agents),
        scored=len(scored),
        score=score_of(scored),
        passed=wilson_count(sum(round(rate.value * rate.n) for rate in passes), tried),
        critical=sum(agent.critical for agent in agents),
        unknown_roles=sum(agent.unknown_roles for agent in agents),
        behaviours=found,
        trend=trend_of(scored),
        coach_next=_coach_next(found, agents),
    )


def _by_score(agent: AgentInsight) -> tuple[float, tuple[bool, str, str]]:
    return agent.score.value if agent.score else 0.0, _by_name(agent)


def _by_name(agent: AgentInsight) -> tuple[bool, str, str]:
    return agent.who.id is None, (agent.who.name or agent.who.id or "").casefold(), agent.who.id or ""


def _coach_next(found: Mapping[str, Behaviour], agents: Sequence[AgentInsight]) -> CoachNext | None:
    focus = focus_of(found)
    if focus is None:
        return None
    rule = focus.behaviour.rule
    judged = [agent for agent in agents if agent.judged]
    pupils = [Pupil(agent.who, agent.behaviours[rule]) for agent in judged]
    costly = sorted((pupil for pupil in pupils if pupil.behaviour.lost > 0), key=_by_cost)
    learners = tuple(pupil for pupil in costly if pupil.behaviour.is_weakness) or tuple(costly)
    learning = {pupil.who.id for pupil in learners}
    able = [pupil for pupil in pupils if pupil.behaviour.is_habit and pupil.who.id not in learning]
    return CoachNext(
        focus,
        learners,
        tuple(sorted(able, key=_by_ability)),
        nameless=1 - sum(pupil.behaviour.lost for pupil in pupils) / focus.behaviour.lost,
        differs=any(
            agent.focus is not None and agent.focus.behaviour.rule != rule
            for agent in judged
            if agent.who.id in learning
        ),
    )


def _by_cost(pupil: Pupil) -> tuple[float, str]:
    return -round(pupil.behaviour.lost, 6), pupil.who.id or ""


def _by_ability(pupil: Pupil) -> tuple[float, str]:
    return -(pupil.behaviour.rate.low if pupil.behaviour.rate else 0.0), pupil.who.id or ""
