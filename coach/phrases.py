"""All phrases of all moments, looked up together: one table, and ``coach.gaps`` around what it finds.

``coach/_phrases.c`` does the same many times as fast; it is used where it was built when coach was installed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple, Protocol

from coach import native
from coach.gaps import BREAK, MARKS, Gapped, Names, Step, first_words
from coach.phrase_table import JOINT, Table

# Who can say a moment, and says a turn. Moments are not looked for in turns of whoever cannot say them.
EITHER = 0
SIDES: Mapping[str, int] = {"agent": 1, "customer": 2, "other": 3}


class Hit(NamedTuple):
    """A moment in a turn; ``start`` and ``end`` are character offsets in the turn's text."""

    turn: int
    start: int
    end: int


def hits_in(hits: Sequence[Hit], turns: range) -> Sequence[Hit]:
    """Return those of ``hits``, which are in order, that stand in ``turns``."""
    # As it is most often, where there are any.
    if hits and hits[0][0] >= turns.start and hits[-1][0] < turns.stop:
        return hits
    return hits[bisect_left(hits, (turns.start,)) : bisect_left(hits, (turns.stop,))]


class Finder(Protocol):
    """What finds phrases: ``Phrases``, or its compiled like."""

    def add(self, moment: str, table: Table, side: int, /) -> None:
        """Add the phrases of a moment; ``side`` is the number in ``SIDES`` of who alone can say it, or ``EITHER``."""

    def hits(
        self,
        texts: list[str],
        norms: list[str],
        begins: list[int],
        ends: list[int],
        firsts: list[int],
        lasts: list[int],
        roles: list[int],
        /,
    ) -> dict[str, list[Hit]]:
        """Return every place where a moment's own phrases stand, vetoes applied, in order of place.

        The arguments are those of ``coach.language.Spoken``; the last word is a ``BREAK``. ``roles`` has for each turn
        the number in ``SIDES`` of who says it, or ``EITHER``: then the moments of all sides are looked for.
        """


def finder(names: Names) -> Finder:
    """Return what finds phrases here: compiled, where it was built; ``names`` is what can fill their slots."""
    part = native.load("_phrases")
    if part is None:
        return Phrases(names)
    found: Finder = part.Phrases([BREAK, "?", *sorted(MARKS)], names.fills, Hit)
    return found


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
        self._sides: dict[str, int] = {}
        self._literal: dict[str, list[Use]] = {}
        self._gapped: dict[str, list[Around]] = {}
        # Every beginning of a phrase or an anchor, with whether it is one as it stands. spaCy's PhraseMatcher, for
        # which each of 30,000 phrases becomes a Doc, takes ten times as long to build, and longer to search.
        self._beginnings: dict[str, bool] = {}

    def add(self, moment: str, table: Table, side: int = EITHER) -> None:
        """Add the phrases of a moment: see ``Finder``."""
        self._sides[moment] = side
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

    def hits(
        self,
        texts: list[str],
        norms: list[str],
        begins: list[int],
        ends: list[int],
        firsts: list[int],
        lasts: list[int],
        roles: list[int],
    ) -> dict[str, list[Hit]]:
        """Return every place where a moment's own phrases stand: see ``Finder``."""
        found: dict[str, set[tuple[int, int]]] = {}
        vetoes: dict[str, set[tuple[int, int]]] = {}
        for use, start, end in self.find(texts, norms):
            turn = bisect_right(firsts, start) - 1
            if EITHER != roles[turn] != self._sides[use.moment] != EITHER:
                continue
            if (use.starts_turn and start != firsts[turn]) or (use.ends_turn and end < lasts[turn]):
                continue
            (vetoes if use.is_veto else found).setdefault(use.moment, set()).add((start, end))
        settled = ((name, _settled(spans, vetoes.get(name, ()))) for name, spans in found.items())
        return {
            name: [Hit(bisect_right(firsts, start) - 1, begins[start], ends[end - 1]) for start, end in spans]
            for name, spans in settled
            if spans
        }

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


def _settled(spans: Iterable[tuple[int, int]], vetoes: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest of overlapping spans, in order, without those that a veto overlaps."""
    vetoed = {token for start, end in vetoes for token in range(start, end)}
    taken: set[int] = set()
    settled: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        tokens = range(start, end)
        if vetoed.isdisjoint(tokens) and taken.isdisjoint(tokens):
            taken.update(tokens)
            settled.append((start, end))
    return sorted(settled)
