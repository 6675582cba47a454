"""The lines of one moment made ready for look-up: plain data, so that it can be kept (see ``coach.compiled``).

Thirty thousand sequences of words are gone through when nothing is kept yet, so what can be told of a word, a choice or
a gap is worked out once for all sequences in which it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import chain, product
from math import prod
from operator import attrgetter, eq
from typing import Any, NamedTuple, TypedDict

from coach import notation
from coach.gaps import BREAK, Step
from coach.notation import Atom, Choice, Gap, Phrase, Slot, unfold

# A line that stands for more phrases than this is matched word by word; fewer are looked up whole, which is faster.
MOST_SPELT_OUT = 4
# Of the runs of words in a phrase the longest is looked up, as long as it can be said in so few ways.
MOST_ANCHORS = 8
# Stands between the words of a key: no word holds it.
JOINT = BREAK

Forms = Callable[[str], tuple[str, ...]]
# Of a step: its words in order, the least and the most of them, the slot.
PlainStep = list[Any]


class Table(TypedDict):
    """What to look up for a moment, and of which kind it is: a veto counts 4, the start of a turn 2, its end 1.

    ``literal`` has the kinds of a phrase, ``gapped`` by anchor the numbers of the ``gaps`` around it: each has its kind
    and the numbers of its ``steps`` before and after the anchor.
    """

    literal: dict[str, list[int]]
    gapped: dict[str, list[int]]
    gaps: list[Any]
    steps: list[PlainStep]


def table_of(any_of: Iterable[str], but_not: Iterable[str], forms: Forms) -> Table:
    """Return the table of a moment's lines; ``forms`` gives the comparable words of one word of a phrase."""
    maker = _Maker(forms)
    for is_veto, lines in ((False, any_of), (True, but_not)):
        for line in lines:
            for phrase in unfold(line):
                maker.add(phrase, 4 * is_veto + 2 * phrase.starts_turn + phrase.ends_turn)
    return maker.table()


def forget() -> None:
    """Keep nothing that was worked out for one table and would serve the next."""
    _places.cache_clear()
    notation.forget()


class _Part:
    """A step through a phrase: ``words`` are those of which one is always there, ``letters`` how long they are.

    Parts are compared by identity: there is one for each atom.
    """

    __slots__ = ("count", "letters", "step", "words")

    def __init__(self, atom: Atom) -> None:
        self.step = _step(atom)
        self.words = _words(atom)
        self.count = len(self.words)
        self.letters = sum(map(len, self.words))


class _Place(NamedTuple):
    """An atom of a phrase, of comparable words: its ``spellings`` as words, and the ``ways`` through it.

    ``size`` is the number of spellings before words are made comparable, 0 for gaps and slots.
    """

    size: int
    spellings: list[tuple[str, ...]]
    ways: list[tuple[_Part, ...]]
    is_slot: bool


class _Places(dict[Atom, _Place]):
    """The place of each atom, made when it is first asked for."""

    def __init__(self, forms: Forms) -> None:
        super().__init__()
        self._forms_of = forms
        self._parts: dict[Atom, _Part] = {}

    def __missing__(self, atom: Atom) -> _Place:
        place = self[atom] = self._place(atom)
        return place

    def _place(self, atom: Atom) -> _Place:
        if isinstance(atom, str):
            forms = self._forms(atom)
            return _Place(1, [forms], [self._way(forms)], False)
        if not isinstance(atom, Choice):
            return _Place(0, [], [self._way((atom,))], isinstance(atom, Slot))
        spellings = [self._forms(word) for word in atom.words]
        single = tuple(dict.fromkeys(form[0] for form in spellings if len(form) == 1))
        ways = [self._way(form) for form in spellings if len(form) > 1]
        if single:
            ways.append(self._way((Choice(single, atom.optional),)))
        elif atom.optional:
            ways.append(())
        size = len(spellings) + atom.optional
        return _Place(size, [*spellings, *([()] if atom.optional else [])], ways, False)

    def _forms(self, word: str) -> tuple[str, ...]:
        return (word,) if word.startswith("{") else self._forms_of(word)

    def _way(self, atoms: Iterable[Atom]) -> tuple[_Part, ...]:
        return tuple([self._part(atom) for atom in atoms])

    def _part(self, atom: Atom) -> _Part:
        part = self._parts.get(atom)
        if part is None:
            part = self._parts[atom] = _Part(atom)
        return part


@lru_cache(maxsize=1)
def _places(forms: Forms) -> _Places:
    """Return the places of atoms: all moments have the same forms, and many atoms stand in several."""
    return _Places(forms)


SIZE = attrgetter("size")


class _Maker:
    def __init__(self, forms: Forms) -> None:
        self._places = _places(forms)
        # Dictionaries for sets in the order of the file.
        self._literal: dict[str, dict[int, None]] = {}
        self._gapped: dict[str, dict[int, None]] = {}
        self._gaps: dict[tuple[int, tuple[int, ...], tuple[int, ...]], int] = {}
        self._steps: dict[Step, int] = {}
        self._numbers_of: dict[tuple[_Part, ...], tuple[int, ...]] = {}
        self._keys: dict[tuple[_Part, ...], list[str]] = {}

    def table(self) -> Table:
        return Table(
            literal={key: list(kinds) for key, kinds in self._literal.items()},
            gapped={key: list(gaps) for key, gaps in self._gapped.items()},
            gaps=[[kind, list(before), list(after)] for kind, before, after in self._gaps],
            steps=[[sorted(step.words), step.least, step.most, step.slot] for step in self._steps],
        )

    def add(self, phrase: Phrase, kind: int) -> None:
        places = [self._places[atom] for atom in phrase.atoms]
        size = prod(map(SIZE, places))
        is_spelt_out = 0 < size <= MOST_SPELT_OUT
        if is_spelt_out:
            self._add_literal(kind, places)
        if not size and any([place.is_slot for place in places]):
            # A slot may stand in the transcript as a privacy mark.
            marked = [self._places[_mark(atom)] for atom in phrase.atoms]
            if 0 < prod(map(SIZE, marked)) <= MOST_SPELT_OUT:
                self._add_literal(kind, marked)
        if not is_spelt_out:
            # Every word is one comparable word here; words of several ("can't") become sequences.
            for way in product(*[place.ways for place in places]):
                self._add_gapped(kind, [part for parts in way for part in parts])

    def _add_literal(self, kind: int, places: Iterable[_Place]) -> None:
        for way in product(*[place.spellings for place in places]):
            words = tuple(chain.from_iterable(way))
            if words:
                self._literal.setdefault(_key(words), {})[kind] = None

    def _add_gapped(self, kind: int, parts: list[_Part]) -> None:
        """Add a sequence around its anchors, if it has a word that is always there."""
        first, last = _best_run(parts)
        if first == last:
            return
        run = tuple(parts[first:last])
        keys = self._keys.get(run)
        if keys is None:
            keys = self._keys[run] = [_key(words) for words in product(*[part.words for part in run])]
        around = (kind, self._numbers(tuple(parts[:first][::-1])), self._numbers(tuple(parts[last:])))
        gap = self._gaps.setdefault(around, len(self._gaps))
        for key in keys:
            if key in self._gapped:
                self._gapped[key][gap] = None
            else:
                self._gapped[key] = {gap: None}

    def _numbers(self, parts: tuple[_Part, ...]) -> tuple[int, ...]:
        numbers = self._numbers_of.get(parts)
        if numbers is None:
            steps = _merged([part.step for part in parts])
            numbers = tuple([self._steps.setdefault(step, len(self._steps)) for step in steps])
            self._numbers_of[parts] = numbers
        return numbers


def _best_run(parts: Sequence[_Part]) -> tuple[int, int]:
    """Return first and last part (not included) of the run of words to look for: long, and said in few ways.

    Of two that are as long it is the one with the longer words.
    """
    best, best_size, best_length = (0, 0), 0, 0.0
    total = len(parts)
    start = 0
    while start < total:
        part = parts[start]
        ways = words = part.count
        if not ways:
            start += 1
            continue
        letters = part.letters
        stop = start + 1
        while stop < total:
            part = parts[stop]
            count = part.count
            if not count or ways * count > MOST_ANCHORS:
                break
            ways *= count
            words += count
            letters += part.letters
            stop += 1
        # Of the runs from one word the longest is the best.
        size = stop - start
        if size > best_size or (size == best_size and letters / words > best_length):
            best, best_size, best_length = (start, stop), size, letters / words
        # Runs that begin further on and end at the same place are shorter.
        start = stop if stop == total or not parts[stop].count else start + 1
    return best


def _merged(steps: Iterable[Step]) -> list[Step]:
    """Return ``steps`` with each run of any words ("* * *") as one step of as many."""
    merged: list[Step] = []
    for step in steps:
        if merged and _is_any(step) and _is_any(merged[-1]):
            merged[-1] = Step(least=merged[-1].least + step.least, most=merged[-1].most + step.most)
        else:
            merged.append(step)
    return merged


def _is_any(step: Step) -> bool:
    """Say whether ``step`` is a fixed number of words of any kind."""
    return not step.words and not step.slot and step.least == step.most


def _words(atom: Atom) -> tuple[str, ...]:
    """Return the words of which ``atom`` is always one; none for a gap, a slot or an optional word."""
    if isinstance(atom, Choice):
        return () if atom.optional else atom.words
    return (atom,) if isinstance(atom, str) else ()


def _step(atom: Atom) -> Step:
    if isinstance(atom, Gap):
        return Step(least=atom.least, most=atom.most)
    if isinstance(atom, Slot):
        return Step(slot=atom.name)
    if isinstance(atom, Choice):
        return Step(frozenset(atom.words), least=0 if atom.optional else 1)
    return Step(frozenset((atom,)))


def _key(words: Sequence[str]) -> str:
    """Return ``words`` as one text; of two equal words in a row one, as in transcripts."""
    if any(map(eq, words, words[1:])):
        words = [word for index, word in enumerate(words) if not index or word != words[index - 1]]
    return JOINT.join(words)


def _mark(atom: Atom) -> Atom:
    """Return a slot as the privacy mark that may stand in its place."""
    return "{" + atom.name + "}" if isinstance(atom, Slot) else atom
