"""All phrases of all moments, looked up together: one table, and ``coach.gaps`` around what it finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from coach.gaps import Gapped, Names, Step, first_words
from coach.phrase_table import JOINT, Table


class Use(NamedTuple):
    """What a match means: a moment, or a veto of it; whether it has to start or end a turn."""

    moment: str
    is_veto: bool
    starts_turn: bool
    ends_turn: bool


class Match(NamedTuple):
    """A phrase at tokens ``start`` to ``end``, the end not included."""

    use: Use
    start: int
    end: int


# The words of which one has to stand before and after an anchor (no words: anything may), what is around it, its use.
Around = tuple[frozenset[str], frozenset[str], Gapped, Use]


class Phrases:
    """Finds phrases; ``names`` is what can fill their slots."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._literal: dict[str, list[Use]] = {}
        self._gapped: dict[str, list[Around]] = {}
        # Every beginning of a phrase or an anchor, with whether it is one as it stands. spaCy's PhraseMatcher, for
        # which each of 30,000 phrases becomes a Doc, takes ten times as long to build, and longer to search.
        self._beginnings: dict[str, bool] = {}

    def add(self, moment: str, table: Table) -> None:
        """Add the phrases of a moment."""
        uses = [Use(moment, *flags) for flags in product((False, True), repeat=3)]
        steps = [Step(frozenset(words), least, most, slot) for words, least, most, slot in table["steps"]]
        gaps = [
            _around(uses[kind], [steps[number] for number in before], [steps[number] for number in after])
            for kind, before, after in table["gaps"]
        ]
        for key, kinds in table["literal"].items():
            self._literal.setdefault(key, []).extend([uses[kind] for kind in kinds])
            self._add_beginnings(key)
        for key, numbers in table["gapped"].items():
            self._gapped.setdefault(key, []).extend([gaps[number] for number in numbers])
            self._add_beginnings(key)

    def find(self, texts: Sequence[str], norms: Sequence[str]) -> Iterator[Match]:
        """Yield every phrase in a call, wherever in a turn it stands; ``texts`` and ``norms`` are its words.

        The last of them is a ``BREAK``, which ends every phrase (and, as a list goes round, comes before the first).
        """
        beginnings = self._beginnings
        for start, key in enumerate(norms):
            end = start + 1
            is_one = beginnings.get(key)
            while is_one is not None:
                if is_one:
                    for use in self._literal.get(key, ()):
                        yield Match(use, start, end)
                    word_before, word_after = norms[start - 1], norms[end]
                    for needed_before, needed_after, gapped, use in self._gapped.get(key, ()):
                        # Most often none of the words that have to stand next to it does.
                        if needed_after and word_after not in needed_after:
                            continue
                        if needed_before and word_before not in needed_before:
                            continue
                        for first, last in gapped.matches(texts, norms, start, end, self._names):
                            yield Match(use, first, last)
                key += JOINT + norms[end]
                end += 1
                is_one = beginnings.get(key)

    def _add_beginnings(self, key: str) -> None:
        beginnings = self._beginnings
        at = len(key) if key in beginnings else key.rfind(JOINT)
        # What is there already has its own beginnings there.
        while at > 0 and (beginning := key[:at]) not in beginnings:
            beginnings[beginning] = False
            at = beginning.rfind(JOINT)
        beginnings[key] = True


def _around(use: Use, before: Sequence[Step], after: Sequence[Step]) -> Around:
    return first_words(before), first_words(after), Gapped(tuple(before), tuple(after)), use
