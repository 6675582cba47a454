"""An agent's own words, to praise and to learn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from coach.behaviours import Behaviour, Place, Places
from coach.pages.shared import Links, QuoteView, quote_view
from coach.quotes import Exchange, TurnRow, exchange, own_words

MOST_PAIRS = 2
# An answer shorter than this ("okay") says little about what could be said instead.
TELLING = 12


class Pair(NamedTuple):
    """What was said on one occasion."""

    occasion: QuoteView | None
    answer: QuoteView | None


class Quotes:
    """Finds an agent's words in the calls at hand; ``places`` holds where each rule was done and missed."""

    def __init__(self, places: Mapping[str, Places], turns: Mapping[str, Sequence[TurnRow]], links: Links) -> None:
        self.places = places
        self.turns = turns
        self.links = links
        self.quoted: set[tuple[str, int]] = set()

    def praise(self, behaviour: Behaviour) -> QuoteView | None:
        """Return the agent's own words that met the rule best and have not been quoted yet."""
        shown = self._places(behaviour).shown
        said = [(place, praise) for place in shown if (praise := own_words(place, self.turns))]
        fresh = next((one for one in said if (one[0].key, one[1].turn) not in self.quoted), None)
        if fresh is None:
            return None
        place, praise = fresh
        self.quoted.add((place.key, praise.turn))
        return quote_view(praise, place.key, place.call_id, self.links)

    def pairs(self, behaviour: Behaviour) -> tuple[Pair, ...]:
        """Return up to two occasions, those with the most telling words first, then the newest."""
        missed = self._places(behaviour).missed_in
        found = [(exchange(place, self.turns.get(place.key, ())), place) for place in missed]
        found.sort(key=lambda one: _by_telling(one[0]))
        return tuple(self._pair(*one) for one in found[:MOST_PAIRS] if one[0].answer or one[0].occasion)

    def _places(self, behaviour: Behaviour) -> Places:
        return self.places.get(behaviour.rule, Places())

    def _pair(self, one: Exchange, place: Place) -> Pair:
        occasion, answer = (
            quote_view(said, place.key, place.call_id, self.links) if said else None
            for said in (one.occasion, one.answer)
        )
        return Pair(occasion, answer)


def _by_telling(one: Exchange) -> tuple[bool, bool, bool]:
    return one.answer is None, one.occasion is None, one.answer is not None and len(one.answer.text) < TELLING
