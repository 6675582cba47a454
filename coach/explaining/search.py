"""What a rule listens for in a stretch of a call: what is found there, what does not count, what came closest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from coach.call import Role
from coach.checks.occasion import Heard
from coach.explaining.near_misses import NearMiss, NearMisses
from coach.explaining.taken_away import Lost, TakenAway
from coach.explaining.words import the_side
from coach.language import Hit
from coach.rule_models import Clause, Moment
from coach.scoring import Scorer

MOST_LOST = 4


class Sounding(NamedTuple):
    """One moment that a clause names, by whom, and where it is found in the stretch."""

    moment: Moment
    side: Role | None
    hits: tuple[Hit, ...]


class Looked(NamedTuple):
    """How a search went; ``elsewhere`` are places that count as the moment and not for this search."""

    soundings: tuple[Sounding, ...]
    elsewhere: tuple[Lost, ...]
    lost: tuple[Lost, ...]
    near: tuple[NearMiss, ...]

    @property
    def hits(self) -> tuple[Hit, ...]:
        """Every place found, in order."""
        return tuple(sorted({hit for sounding in self.soundings for hit in sounding.hits}))


class Searcher:
    """Searches one call, as ``scorer`` hears it, for what rules listen for."""

    def __init__(self, scorer: Scorer, heard: Heard) -> None:
        self.heard = heard
        self._wording = scorer.language.wording
        self._by_id = {moment.id: moment for moment in scorer.rulebook.moments}
        spans = {} if heard.foreign else scorer.language.spans(heard.spoken)
        self.taken = TakenAway(scorer.rulebook, self._wording.lists, heard.spoken, spans, heard.moments)

    def moment(self, name: str) -> Moment:
        """Return the moment ``name``."""
        return self._by_id[name]

    def role(self, turn: int) -> Role:
        """Return whose ``turn`` is."""
        return self.heard.spoken.call.turns[turn].role

    def look(self, clause: Clause, turns: Iterable[int], outside: str) -> Looked:
        """Return how ``clause`` fares in ``turns``; ``outside`` says why a place in other turns does not count."""
        there = frozenset(turns)
        asked: Sequence[tuple[str, Role | None]] = [
            *((name, "agent") for name in clause.agent),
            *((name, "customer") for name in clause.customer),
            *((name, None) for name in clause.any),
        ]
        soundings: list[Sounding] = []
        elsewhere: list[Lost] = []
        for name, side in asked:
            hits: list[Hit] = []
            for hit in self.heard.moments.get(name, ()):
                if hit.turn in there and self.is_by(side, hit.turn):
                    hits.append(hit)
                elif why := self._why_elsewhere(side, hit.turn, there, outside):
                    elsewhere.append(Lost(hit, name, why))
            soundings.append(Sounding(self._by_id[name], side, tuple(hits)))
        found = {hit for sounding in soundings for hit in sounding.hits}
        apart = [one for one in elsewhere if one.hit not in found]
        return Looked(tuple(soundings), tuple(_first(apart, there)), (), ())

    def missed(self, looked: Looked, turns: Iterable[int]) -> Looked:
        """Return ``looked`` with what does not count in ``turns`` and what came closest there."""
        there = sorted(set(turns))
        lost: list[Lost] = []
        near: list[NearMiss] = []
        known = {*looked.hits, *(one.hit for one in looked.elsewhere)}
        for side in dict.fromkeys(sounding.side for sounding in looked.soundings):
            names = [sounding.moment.id for sounding in looked.soundings if sounding.side == side]
            of_side = [turn for turn in there if self.is_by(side, turn)]
            for name in names:
                lost += [
                    one
                    for one in self.taken.of(name)
                    if one.hit.turn in of_side and not any(_same(one, other) for other in lost)
                ]
            skip = {*known, *(one.hit for one in lost)}
            near += self.near(names, of_side, skip)
        return looked._replace(lost=tuple(sorted(lost)[:MOST_LOST]), near=tuple(near))

    def near(self, names: Iterable[str], turns: Iterable[int], known: Iterable[Hit]) -> tuple[NearMiss, ...]:
        """Return the near misses of the moments ``names``, and of those that they include, in ``turns``."""
        moments = [
            self._by_id[one] for one in dict.fromkeys(each for name in names for each in self.taken.family(name))
        ]
        return NearMisses(moments, self._wording).closest(self.heard.spoken, turns, set(known))

    def is_by(self, side: Role | None, turn: int) -> bool:
        """Say whether ``turn`` is one of ``side``; of either, where it is ``None``."""
        return side is None or self.heard.spoken.call.turns[turn].role == side

    def _why_elsewhere(self, side: Role | None, turn: int, there: frozenset[int], outside: str) -> str:
        if not self.is_by(side, turn):
            # Words of the other side somewhere else in the call are nothing that anybody would take for these.
            said_by = the_side(self.heard.spoken.call.turns[turn].role)
            return f"{said_by} says it, and only {the_side(side)}'s words count" if turn in there else ""
        return outside


def _first(places: Sequence[Lost], there: frozenset[int]) -> list[Lost]:
    """Return the few of ``places`` that stand nearest to the turns ``there``, in order; one a place."""
    by_hit = {one.hit: one for one in reversed(places)}
    nearest = sorted(by_hit.values(), key=lambda one: min((abs(one.hit.turn - turn) for turn in there), default=0))
    return sorted(nearest[:MOST_LOST])


def _same(one: Lost, other: Lost) -> bool:
    return one.hit.turn == other.hit.turn and one.hit.start < other.hit.end and other.hit.start < one.hit.end
