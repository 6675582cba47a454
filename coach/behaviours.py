"""How each rule came out over many calls, which is a strength, and which to work on. Pure, no wording.

The marks themselves are added up where they are stored (`coach.counts`); here stand what the sums mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from coach.scored import Evidence
from coach.statistics import Rate, wilson_count

# All of four chances missed leaves a Wilson upper bound just under one half; of three it does not. So four is
# the least number of chances after which "more often missed than met" can be said at all.
LEAST_CHANCES = 4
# A behaviour is a sure weakness when even the upper bound is below this: nine times in ten is good service,
# and people are not coached on the tenth.
GOOD_RATE = 0.9
# A behaviour is a habit when it is met four times in five, and surely more often than not (lower bound).
HABIT_RATE = 0.8
HABIT_LOW = 0.5
MOST_STRENGTHS = 3
# A quote to praise someone with is read in one breath.
LONGEST_PRAISE = 120


class Place(NamedTuple):
    """Where a mark stands: the call, the quotes, and the turns searched."""

    key: str
    evidence: tuple[Evidence, ...]
    searched: tuple[int, int] | None
    call_id: str = ""


class Places(NamedTuple):
    """Where a behaviour can be seen: ``shown`` with the fullest quotes of it, ``missed_in`` the newest misses."""

    shown: tuple[Place, ...] = ()
    missed_in: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How one rule came out over many calls.

    ``possible`` and ``lost`` are in points of the default scorecard, over all the calls; nothing is possible where the
    rule is shown only. ``quotable`` counts the calls in which it was done in words to praise someone with.
    """

    rule: str
    met: int = 0
    missed: int = 0
    not_applicable: int = 0
    cannot_tell: int = 0
    possible: float = 0.0
    lost: float = 0.0
    quotable: int = 0

    @property
    def chances(self) -> int:
        """How often there was an occasion that could be judged."""
        return self.met + self.missed

    @property
    def rate(self) -> Rate | None:
        """How often the occasion was met, with its interval; ``None`` without an occasion."""
        return wilson_count(self.met, self.chances)

    @property
    def is_habit(self) -> bool:
        """Done often enough, over enough occasions, to be sure of it."""
        rate = self.rate
        return rate is not None and rate.value >= HABIT_RATE and rate.low > HABIT_LOW

    @property
    def is_weakness(self) -> bool:
        """Missed often enough, over enough occasions, to be sure of it, and it costs points."""
        rate = self.rate
        return rate is not None and self.lost > 0 and self.chances >= LEAST_CHANCES and rate.high < GOOD_RATE


class Strength(NamedTuple):
    """A behaviour that goes well. ``sure``: a habit beyond chance; ``ahead``: surely better than the team.

    ``surplus`` is the lower bound of the rate less the team's rate: what sets this agent apart.
    """

    behaviour: Behaviour
    sure: bool
    ahead: bool
    surplus: float


class Focus(NamedTuple):
    """The one behaviour to work on. ``sure`` is false where it may be chance."""

    behaviour: Behaviour
    sure: bool


def focus_of(found: Mapping[str, Behaviour]) -> Focus | None:
    """Return the one behaviour to work on: of the sure weaknesses the one that cost most points.

    Where no weakness is sure, the one that cost most is named as unsure; where no point was lost, ``None``.
    Ties go to the lower rate, then to the rule's id.
    """
    costly = [behaviour for behaviour in found.values() if behaviour.lost > 0]
    if not costly:
        return None
    chosen = min(costly, key=_by_need)
    return Focus(chosen, chosen.is_weakness)


def _by_need(behaviour: Behaviour) -> tuple[bool, float, float, str]:
    rate = behaviour.rate
    return not behaviour.is_weakness, -round(behaviour.lost, 6), rate.value if rate else 1.0, behaviour.rule


def strengths_of(found: Mapping[str, Behaviour], team: Mapping[str, Behaviour]) -> tuple[Strength, ...]:
    """Return up to three behaviours that go well, what sets the agent apart first.

    Rules that are shown only are too unripe to praise by. Sure ones are habits, or surely better than the team's rate.
    Where none is, the behaviour met most often is given as unsure, so that a report can open with something true that
    went well.
    """
    strengths = [strength for behaviour in found.values() if (strength := _strength(behaviour, team))]
    sure = [strength for strength in strengths if strength.sure or strength.ahead]
    if sure:
        return tuple(sorted(sure, key=_by_surety)[:MOST_STRENGTHS])
    return tuple(sorted(strengths, key=_by_surety)[:1])


def _strength(behaviour: Behaviour, team: Mapping[str, Behaviour]) -> Strength | None:
    rate = behaviour.rate
    if rate is None or not (behaviour.met and behaviour.possible):
        return None
    of_team = team[behaviour.rule].rate if behaviour.rule in team else None
    ahead = of_team is not None and behaviour.chances >= LEAST_CHANCES and rate.low > of_team.value
    surplus = rate.low - (of_team.value if of_team else 0.0)
    return Strength(behaviour, behaviour.is_habit and behaviour.chances >= LEAST_CHANCES, ahead, surplus)


def _by_surety(strength: Strength) -> tuple[bool, bool, float, str]:
    behaviour = strength.behaviour
    # Praise with one's own words in it is worth more than a bare figure, and what the whole team does is less.
    return not strength.ahead, not behaviour.quotable, -strength.surplus, behaviour.rule


def pooled(people: Sequence[Mapping[str, Behaviour]]) -> dict[str, Behaviour]:
    """Return the behaviours of several people added up."""
    rules = dict.fromkeys(rule for found in people for rule in found)
    return {rule: _sum([found[rule] for found in people if rule in found]) for rule in rules}


def _sum(parts: Sequence[Behaviour]) -> Behaviour:
    return Behaviour(
        parts[0].rule,
        met=sum(part.met for part in parts),
        missed=sum(part.missed for part in parts),
        not_applicable=sum(part.not_applicable for part in parts),
        cannot_tell=sum(part.cannot_tell for part in parts),
        possible=sum(part.possible for part in parts),
        lost=sum(part.lost for part in parts),
        quotable=sum(part.quotable for part in parts),
    )
