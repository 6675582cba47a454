"""A moment's phrases word by word, each word with what it tells: what nearly all of them hold is what it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from spacy.lang.en.stop_words import STOP_WORDS

from coach.notation import Atom, Choice, Gap, Phrase, Slot, unfold
from coach.rule_models import Moment
from coach.wording import Wording

# Words such as "the" and "you" occur in every turn: having one of them says a quarter of what "sorry" says.
SMALL = 0.25
SLOT_WEIGHT = 0.5
# A word that all phrases of a moment hold tells so much more than one that a single phrase holds.
CORE = 2.0


class Place(NamedTuple):
    """A place in a phrase: one of ``options`` (each of one or more words), or a slot; ``gap`` words may come before.

    ``weights`` tells how much it says that the place is filled with each of ``options``, or with the slot.
    """

    options: tuple[tuple[str, ...], ...]
    slot: str
    optional: bool
    gap: int
    weights: tuple[float, ...] = ()

    @property
    def words(self) -> set[str]:
        """Every word that can stand here."""
        return {word for words in self.options for word in words}


class Way(NamedTuple):
    """One way to say a phrase of ``moment``; ``line`` is the phrase as the file writes it."""

    moment: str
    line: str
    places: tuple[Place, ...]
    starts_turn: bool
    ends_turn: bool


def ways_of(moment: Moment, wording: Wording) -> Iterator[Way]:
    """Yield every way to say a phrase of ``moment``."""
    yield from _weighed(
        [
            Way(moment.id, line, _places(phrase, wording), phrase.starts_turn, phrase.ends_turn)
            for line in moment.any_of
            for phrase in unfold(line)
        ]
    )


def _weighed(ways: Sequence[Way]) -> Iterator[Way]:
    """Yield ``ways``, all of one moment, with their weights: what most of them hold is what the moment is about."""
    holding = Counter(word for way in ways for word in {word for place in way.places for word in place.words})
    shared = {word: count / len(ways) for word, count in holding.items()}
    for way in ways:
        yield way._replace(places=tuple(place._replace(weights=_weights(place, shared)) for place in way.places))


def _weights(place: Place, shared: Mapping[str, float]) -> tuple[float, ...]:
    if place.slot:
        return (SLOT_WEIGHT,)
    return tuple(max(_weight(word, shared[word]) for word in words) for words in place.options)


def _weight(word: str, shared: float) -> float:
    # Squared: a small word is what a moment is about only where nearly all its phrases hold it.
    return SMALL + CORE * shared**2 if word in STOP_WORDS else 1.0 + CORE * shared


def _places(phrase: Phrase, wording: Wording) -> tuple[Place, ...]:
    places: list[Place] = []
    gap = 0
    for atom in phrase.atoms:
        if isinstance(atom, Gap):
            gap += atom.most
        else:
            for place in _of_atom(atom, gap, wording):
                places.append(place)
                gap = 0
    return tuple(places)


def _of_atom(atom: Atom, gap: int, wording: Wording) -> Iterator[Place]:
    if isinstance(atom, Slot):
        yield Place((), atom.name, False, gap)
    elif isinstance(atom, Choice):
        yield Place(tuple(filter(None, map(wording.of_phrase, atom.words))), "", atom.optional, gap)
    elif isinstance(atom, str):
        for number, word in enumerate(wording.of_phrase(atom)):
            yield Place(((word,),), "", False, 0 if number else gap)
