"""All phrases of all moments, looked up together: one tree of words, and ``coach.gaps`` around what it meets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, NamedTuple

from coach.gaps import Gapped, Names, Step
from coach.phrase_table import JOINT, Table

# Where the words of a phrase end, the tree says under this key what was found; it is no word.
FOUND = ""


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


class Found(NamedTuple):
    """What the words up to a place in the tree are: phrases, and anchors of phrases with gaps."""

    literal: list[Use]
    gapped: list[tuple[Use, Gapped]]


class Phrases:
    """Finds phrases; ``names`` is what can fill their slots."""

    def __init__(self, names: Names) -> None:
        self._names = names
        # By word what may follow it, and so on. spaCy's PhraseMatcher finds the same at half the speed, and takes ten
        # times as long to build (30,000 phrases: each becomes a Doc).
        self._tree: dict[str, Any] = {}

    def add(self, moment: str, table: Table) -> None:
        """Add the phrases of a moment."""
        uses = [Use(moment, *flags) for flags in product((False, True), repeat=3)]
        steps = [Step(frozenset(words), least, most, slot) for words, least, most, slot in table["steps"]]
        gaps = [Gapped.of([steps[n] for n in before], [steps[n] for n in after]) for before, after in table["gaps"]]
        for key, kinds in table["literal"].items():
            self._found(key).literal.extend([uses[kind] for kind in kinds])
        for key, kinds_and_gaps in table["gapped"].items():
            self._found(key).gapped.extend([(uses[kind], gaps[gap]) for kind, gap in kinds_and_gaps])

    def find(self, texts: Sequence[str], norms: Sequence[str]) -> Iterator[Match]:
        """Yield every phrase in a call, wherever in a turn it stands; ``texts`` and ``norms`` are its words.

        The last of them is a ``BREAK``, which ends every phrase.
        """
        for start, word in enumerate(norms):
            node = self._tree.get(word)
            end = start + 1
            while node is not None:
                found = node.get(FOUND)
                if found is not None:
                    for use in found.literal:
                        yield Match(use, start, end)
                    for use, gapped in found.gapped:
                        if gapped.may_match(norms, start, end):
                            for first, last in gapped.matches(texts, norms, start, end, self._names):
                                yield Match(use, first, last)
                node = node.get(norms[end])
                end += 1

    def _found(self, key: str) -> Found:
        """Return what the words of ``key`` are, to be added to."""
        node = self._tree
        for word in key.split(JOINT):
            following = node.get(word)
            if following is None:
                following = node[word] = {}
            node = following
        found: Found | None = node.get(FOUND)
        if found is None:
            found = node[FOUND] = Found([], [])
        return found
