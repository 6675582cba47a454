"""Phrases with gaps, slots and choices, matched outwards from the words that they must hold.

spaCy's ``Matcher`` does the same over whole turns at about 0.1 M words/s; starting from a run of words that the table
of ``coach.phrases`` has found anyway, a few set look-ups are enough.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, product
from typing import NamedTuple

from coach.notation import Atom, Choice, Gap, Slot
from coach.wording import ANYTHING

BREAK = "\n"
# A gap ends with the turn, and with a question: what comes after it is another matter.
STOPS = frozenset({BREAK, "?"})
# What stands in the place of words that were removed.
MARKS = frozenset({ANYTHING, "{name}", "{company}", "{number}", "{word}"})
ORDINAL_ENDS = ("st", "nd", "rd", "th")
SCALES = "m b tr quadr quint sext sept oct non dec gaj baz"
NUMBER_WORDS = frozenset(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand"
    " first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth"
    " ninetieth hundredth thousandth".split()
).union(*((f"{scale}illion", f"{scale}illionth") for scale in SCALES.split()))
# Of the runs of words in a phrase the longest is looked up, as long as it can be said in so few ways.
MOST_ANCHORS = 8


@functools.lru_cache(maxsize=100_000)
def is_number(word: str) -> bool:
    """Say whether ``word``, in lower case, is a number in figures or letters: ``15``, ``fifth``, ``2nd``."""
    return word in NUMBER_WORDS or word.isdigit() or (word.endswith(ORDINAL_ENDS) and word[:-2].isdigit())


class Names(NamedTuple):
    """``known``: first names, in lower case; ``never``: words that are no name even with a capital."""

    known: frozenset[str]
    never: frozenset[str]

    def fills(self, slot: str, text: str, norm: str) -> bool:
        """Say whether the word ``text`` can stand in ``slot``; a mark that does not say what it hides, in any."""
        if norm in ("{" + slot + "}", ANYTHING):
            return True
        if slot == "number":
            return is_number(norm)
        return (text.istitle() and norm not in self.never) or (slot == "name" and norm in self.known)


class Step(NamedTuple):
    """One step through a phrase: a word out of ``words``, or ``least`` to ``most`` words of any kind, or a slot."""

    words: frozenset[str] = frozenset()
    least: int = 1
    most: int = 1
    slot: str = ""


@dataclass(frozen=True, slots=True)
class Gapped:
    """A phrase around its anchor: the steps before it (nearest first) and after it."""

    before: tuple[Step, ...]
    after: tuple[Step, ...]

    def matches(
        self, texts: Sequence[str], norms: Sequence[str], start: int, end: int, names: Names
    ) -> Iterator[tuple[int, int]]:
        """Yield where the phrase stands around its anchor at tokens ``start`` to ``end``, the end not included."""
        stops = _walk(self.after, texts, norms, end, 1, names)
        if stops:
            starts = _walk(self.before, texts, norms, start - 1, -1, names)
            yield from ((first + 1, stop) for first in starts for stop in stops)


def _walk(
    steps: Sequence[Step], texts: Sequence[str], norms: Sequence[str], at: int, way: int, names: Names
) -> Iterable[int]:
    """Return the tokens that can be reached from token ``at`` (the first to look at) in direction ``way``."""
    reached = {at}
    size = len(norms)
    for step in steps:
        if step.words and step.least == step.most == 1:
            # Most steps are one word, and most walks end at their first.
            reached = {token + way for token in reached if 0 <= token < size and norms[token] in step.words}
            if not reached:
                return ()
            continue
        further: set[int] = set()
        for token in reached:
            if step.least == 0:
                further.add(token)
            count = 0
            while count < step.most and 0 <= token < size:
                norm = norms[token]
                if step.words:
                    fits = norm in step.words
                elif step.slot:
                    fits = names.fills(step.slot, texts[token], norm)
                else:
                    fits = norm not in STOPS
                if not fits:
                    break
                token += way
                # A mark is no word: in "up to three words" it does not count. Where one word is asked for, it will do.
                count += step.least > 0 or norm not in MARKS or bool(step.words or step.slot)
                if count >= step.least:
                    further.add(token)
        if not further:
            return ()
        reached = further
    return reached


class Anchored(NamedTuple):
    """The anchors of a phrase, of which one occurs wherever it does, and the steps before and after them."""

    anchors: list[tuple[str, ...]]
    before: list[Step]
    after: list[Step]


def anchored(atoms: Sequence[Atom]) -> Anchored:
    """Return a phrase of comparable words around its anchors; without any where it has no word that is always there."""
    words = [_words(atom) for atom in atoms]
    first, last = _best_run(words)
    if first == last:
        return Anchored([], [], [])
    before, after = map(_step, reversed(atoms[:first])), map(_step, atoms[last:])
    return Anchored(list(product(*words[first:last])), _merged(before), _merged(after))


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


def _best_run(words: Sequence[tuple[str, ...]]) -> tuple[int, int]:
    """Return first and last atom (not included) of the run of words to look for: long, and said in few ways.

    Of two that are as long it is the one with the longer words.
    """
    best, best_size, best_length = (0, 0), 0, 0.0
    counts = list(map(len, words))
    for start, ways in enumerate(counts):
        stop = start + 1
        while stop < len(counts) and ways and ways * counts[stop] <= MOST_ANCHORS:
            if not counts[stop]:
                break
            ways *= counts[stop]
            stop += 1
        # Of the runs from one word the longest is the best.
        if not ways or stop - start < best_size:
            continue
        length = sum(map(len, chain.from_iterable(words[start:stop]))) / sum(counts[start:stop])
        if stop - start > best_size or length > best_length:
            best, best_size, best_length = (start, stop), stop - start, length
    return best


def _words(atom: Atom) -> tuple[str, ...]:
    """Return the words of which ``atom`` is always one; none for a gap, a slot or an optional word."""
    if isinstance(atom, Choice):
        return () if atom.optional else atom.words
    return (atom,) if isinstance(atom, str) else ()


def first_words(steps: Sequence[Step]) -> frozenset[str]:
    """Return the words of which the first word of ``steps`` is one; none where it can be any word, or left out."""
    words: frozenset[str] = frozenset()
    for step in steps:
        if not step.words:
            break
        words |= step.words
        if step.least:
            return words
    return frozenset()


@functools.lru_cache(maxsize=10_000)
def _step(atom: Atom) -> Step:
    if isinstance(atom, Gap):
        return Step(least=atom.least, most=atom.most)
    if isinstance(atom, Slot):
        return Step(slot=atom.name)
    if isinstance(atom, Choice):
        return Step(frozenset(atom.words), least=0 if atom.optional else 1)
    return Step(frozenset((atom,)))
