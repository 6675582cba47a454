"""The turns that came closest to a phrase that nobody said: which of its words they hold, and which are missing.

Made for explaining one mark, not for marking: every phrase is laid word by word along every turn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from spacy.lang.en.stop_words import STOP_WORDS

from coach.explaining.ways import CORE, Place, Way, ways_of
from coach.gaps import Names
from coach.language import Hit, Spoken
from coach.rule_models import Moment
from coach.wording import Wording

MOST_SHOWN = 3
# So many words more than the phrase allows may stand between two of its words.
SLACK = 2
# "is there anything": so many small words tell something, if no more than one is missing.
LEAST_SMALL = 3
# A turn that holds less than this of a phrase was about something else.
LEAST_SHARE = 0.6
NOTHING: tuple[float, int, tuple[tuple[int, int, int], ...]] = (0.0, 0, ())


class NearMiss(NamedTuple):
    """A stretch of a turn that holds ``has`` of the ``of`` words of a phrase.

    ``share`` is the part of the phrase that they make, each word by what it tells. ``wanted`` is the phrase in plain
    words, ``line`` as the file writes it, ``missing`` what the turn lacks of it; ``why`` says what is wrong where it
    lacks nothing.
    """

    hit: Hit
    moment: str
    line: str
    wanted: str
    has: int
    of: int
    share: float
    missing: tuple[str, ...]
    why: str


class NearMisses:
    """Finds near misses of the phrases of ``moments``."""

    def __init__(self, moments: Iterable[Moment], wording: Wording) -> None:
        lists = wording.lists
        self._names = Names(lists.names, lists.backchannels | lists.never_names | STOP_WORDS)
        self._ways: list[Way] = []
        self._by_word: dict[str, list[int]] = {}
        for way in (way for moment in moments for way in ways_of(moment, wording)):
            self._add(way)

    def closest(
        self, spoken: Spoken, turns: Iterable[int], known: Collection[Hit] = (), most: int = MOST_SHOWN
    ) -> tuple[NearMiss, ...]:
        """Return the ``most`` closest near misses in ``turns``, one a turn, the closest first.

        What overlaps one of ``known`` is left out: it is accounted for elsewhere.
        """
        found = [best for turn in turns if (best := self._best_in(spoken, turn, known))]
        return closest_first(found)[:most]

    def _add(self, way: Way) -> None:
        firm = [place for place in way.places if not place.optional and place.words != {"?"}]
        if len(firm) < 2:
            return
        number = len(self._ways)
        self._ways.append(way)
        words = {word for place in firm for word in place.words}
        for word in words - STOP_WORDS or words:
            self._by_word.setdefault(word, []).append(number)

    def _best_in(self, spoken: Spoken, turn: int, known: Collection[Hit]) -> NearMiss | None:
        first, last = spoken.firsts[turn], spoken.lasts[turn]
        texts = spoken.texts[first:last]
        norms = [text.lower() for text in texts]
        held = set(norms)
        slots = {name for name in ("name", "company", "number") if self._fills(name, texts, norms)}
        numbers = dict.fromkeys(number for word in sorted(held) for number in self._by_word.get(word, ()))
        bounds = [(_bound(self._ways[number], held, slots), number) for number in numbers]
        best: NearMiss | None = None
        for bound, number in sorted((pair for pair in bounds if pair[0] >= LEAST_SHARE), key=lambda one: -one[0]):
            if best and bound <= best.share:
                break
            near = self._laid(self._ways[number], spoken, turn, texts, norms)
            if near and near.share >= LEAST_SHARE and (best is None or near.share > best.share):
                hit = near.hit
                if not any(hit.turn == one.turn and hit.start < one.end and one.start < hit.end for one in known):
                    best = near
        return best

    def _fills(self, slot: str, texts: Sequence[str], norms: Sequence[str]) -> bool:
        return any(self._names.fills(slot, text, norm) for text, norm in zip(texts, norms, strict=True))

    def _laid(self, way: Way, spoken: Spoken, turn: int, texts: Sequence[str], norms: Sequence[str]) -> NearMiss | None:
        """Return how ``way`` fits the turn best, or ``None`` where too little of it is there, or all."""
        places = way.places

        def stops(place: Place, at: int) -> Iterator[tuple[int, float]]:
            if place.slot and self._names.fills(place.slot, texts[at], norms[at]):
                yield at + 1, place.weights[0]
            for words, weight in zip(place.options, place.weights, strict=not place.slot):
                if tuple(norms[at : at + len(words)]) == words:
                    yield at + len(words), weight

        @cache
        def best(index: int, at: int, slack: int) -> tuple[float, int, tuple[tuple[int, int, int], ...]]:
            """Return weight, tightness and filled places from ``index`` on; ``at`` is -1 before the first word."""
            if index == len(places):
                return NOTHING
            place = places[index]
            chosen = best(index + 1, at, slack + place.gap + 1)
            reach = range(len(norms)) if at < 0 else range(at, min(at + slack + place.gap + SLACK + 1, len(norms)))
            for start in reach:
                for stop, told in stops(place, start):
                    weight, tightness, filled = best(index + 1, stop, 0)
                    weight += 0.0 if place.optional else told
                    tightness -= 0 if at < 0 else start - at
                    chosen = max(chosen, (weight, tightness, ((index, start, stop), *filled)), key=lambda one: one[:2])
            return chosen

        weight, _, filled = best(0, -1, 0)
        firm = [index for index, place in enumerate(places) if not place.optional]
        if not filled or not firm:
            return None
        has = {index: norms[start:stop] for index, start, stop in filled}
        lacks = [index for index in firm if index not in has]
        count = len(firm) - len(lacks)
        why = "" if lacks else _why_not(way, filled, len(norms))
        words = {word for said in has.values() for word in said}
        if not (lacks or why) or _is_too_little(weight, count, len(firm), words):
            return None
        start, stop = spoken.firsts[turn] + filled[0][1], spoken.firsts[turn] + filled[-1][2]
        return NearMiss(
            hit=spoken.hit(start, stop),
            moment=way.moment,
            line=way.line,
            wanted=_in_words(places, has),
            has=count,
            of=len(firm),
            share=weight / (weight + sum(max(places[index].weights) for index in lacks)),
            missing=tuple(_options(places[index]) for index in lacks),
            why=why,
        )


def _is_too_little(weight: float, count: int, of: int, words: Collection[str]) -> bool:
    """Say whether ``count`` words out of ``of`` are too few to speak of, whatever they tell."""
    if count < 2:
        # One word alone tells something only where it is what the whole moment is about: "sorry".
        return weight < 1.0 + CORE / 2
    return 2 * count < of or (STOP_WORDS.issuperset(words) and (count < LEAST_SMALL or count < of - 1))


def closest_first(near: Iterable[NearMiss]) -> tuple[NearMiss, ...]:
    """Return ``near`` with the largest share of a phrase first."""
    return tuple(sorted(near, key=lambda one: (-one.share, one.hit)))


def _why_not(way: Way, filled: Sequence[tuple[int, int, int]], count: int) -> str:
    """Return why a phrase whose words are all there does not count."""
    if way.starts_turn and filled[0][1] > 0:
        return "it counts only at the start of a turn"
    if way.ends_turn and filled[-1][2] < count:
        return "it counts only at the end of a turn"
    allowed = [way.places[one[0]].gap for one in filled[1:]]
    between = [later[1] - before[2] for before, later in pairwise(filled)]
    if any(found > most for found, most in zip(between, allowed, strict=True)):
        return "other words stand between these"
    return ""


def _bound(way: Way, held: Collection[str], slots: Collection[str]) -> float:
    """Return the largest share of ``way`` that a turn with the words ``held`` can hold."""
    filled = lacking = 0.0
    for place in way.places:
        if place.optional:
            continue
        told = [place.weights[0]] if place.slot in slots else []
        told += [
            weight
            for words, weight in zip(place.options, place.weights, strict=not place.slot)
            if all(word in held for word in words)
        ]
        if told:
            filled += max(told)
        else:
            lacking += max(place.weights)
    return filled / (filled + lacking)


def _options(place: Place) -> str:
    """Return what would fill ``place``: ``about``, ``off, on or out``, ``a name``."""
    if place.slot:
        return f"a {place.slot}"
    words = [" ".join(words) for words in place.options]
    shown = words[:MOST_SHOWN]
    if len(words) > MOST_SHOWN:
        return f"“{'”, “'.join(shown)}” or the like"
    return f"“{'”, “'.join(shown[:-1])}” or “{shown[-1]}”" if len(shown) > 1 else f"“{shown[0]}”"


def _in_words(places: Sequence[Place], has: Mapping[int, Sequence[str]]) -> str:
    """Return the phrase in plain words: those that were said, and the first choice for those that were not."""
    words: list[str] = []
    for index, place in enumerate(places):
        if place.optional and index not in has:
            continue
        words += ["..."] if place.gap and words else []
        words += has[index] if index in has else [f"({place.slot})"] if place.slot else place.options[0]
    return " ".join(words).replace(" ?", "?")
