"""Phrases with gaps, slots and choices, matched outwards from the words that they must hold.

spaCy's ``Matcher`` does the same over whole turns at about 0.1 M words/s; starting from a run of words that the table
of ``coach.phrases`` has found anyway, a few set look-ups are enough.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

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
