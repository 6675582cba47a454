"""What an agent or a team should know: the sums of their calls in, frozen values out. Pure, no wording, no files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from coach.behaviours import Behaviour, Focus, focus_of, pooled
from coach.consistency import Comparison, compare
from coach.scored import RuleCard
from coach.statistics import Rate, Scores, wilson_count
from coach.trend import LEAST_CALLS, Dated, Trend, by_week, score_of, trend_of


class Who(NamedTuple):
    """An agent; ``id`` is ``None`` for the calls that name nobody."""

    id: str | None
    name: str | None
    team: str | None


@dataclass(frozen=True, slots=True)
class Counted:
    """What the calls of one agent add up to.

    ``days`` are the first and the last with a call; ``scorecards`` the ids of those that calls were scored by, in
    order; ``passed`` counts calls, of the ``tried`` ones that could pass or fail; ``scored`` holds the scores by day or
    by week, ``kinds`` by the value that a call has under a metadata key, for each key that a rule compares by.
    """

    who: Who
    calls: int
    days: tuple[date, ...] = ()
    scorecards: tuple[str, ...] = ()
    passed: int = 0
    tried: int = 0
    critical: int = 0
    unknown_roles: int = 0
    scored: tuple[Dated, ...] = ()
    behaviours: Mapping[str, Behaviour] = field(default_factory=dict)
    kinds: Mapping[str, Mapping[str, Scores]] = field(default_factory=dict)


class Alike(NamedTuple):
    """How an agent's calls compare by one kind of customer, and the rule that asks for it."""

    rule: str
    by: str
    found: Comparison


@dataclass(frozen=True, slots=True)
class AgentInsight:
    """One agent's calls. ``calls`` counts all, ``scored`` those with a score, which ``weeks`` holds by week."""

    who: Who
    calls: int
    days: tuple[date, ...]
    scorecards: tuple[str, ...]
    scored: int
    weeks: tuple[Dated, ...]
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
        return self.scored >= LEAST_CALLS

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
    days: tuple[date, ...]
    scorecards: tuple[str, ...]
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


def agent_insight(counted: Counted, cards: Sequence[RuleCard]) -> AgentInsight:
    """Return what the calls of one agent say about them, by the rules that ``cards`` stand for."""
    weeks = by_week(counted.scored)
    found = {card.id: counted.behaviours.get(card.id) or Behaviour(card.id) for card in cards}
    return AgentInsight(
        who=counted.who,
        calls=counted.calls,
        days=counted.days,
        scorecards=counted.scorecards,
        scored=sum(week.scores.calls for week in weeks),
        weeks=weeks,
        score=score_of(weeks),
        passed=wilson_count(counted.passed, counted.tried),
        critical=counted.critical,
        unknown_roles=counted.unknown_roles,
        behaviours=found,
        trend=trend_of(weeks),
        focus=focus_of(found),
        alike=tuple(
            Alike(card.id, card.by, compare(counted.kinds.get(card.by, {}), card.gap)) for card in cards if card.by
        ),
    )


def team_insight(name: str | None, agents: Sequence[AgentInsight]) -> TeamInsight:
    """Return what ``agents`` say together. The nameless calls count for the team but nobody is judged by them."""
    weeks = by_week(week for agent in agents for week in agent.weeks)
    passes = [agent.passed for agent in agents if agent.passed]
    tried = sum(round(rate.n) for rate in passes)
    found = pooled([agent.behaviours for agent in agents])
    return TeamInsight(
        name=name,
        judged=tuple(sorted((agent for agent in agents if agent.judged), key=_by_score)),
        too_few=tuple(sorted((agent for agent in agents if not agent.judged), key=_by_name)),
        calls=sum(agent.calls for agent in agents),
        days=tuple(day for agent in agents for day in agent.days),
        scorecards=tuple(sorted({card for agent in agents for card in agent.scorecards})),
        scored=sum(week.scores.calls for week in weeks),
        score=score_of(weeks),
        passed=wilson_count(sum(round(rate.value * rate.n) for rate in passes), tried),
        critical=sum(agent.critical for agent in agents),
        unknown_roles=sum(agent.unknown_roles for agent in agents),
        behaviours=found,
        trend=trend_of(weeks),
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
