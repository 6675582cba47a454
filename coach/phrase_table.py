"""The lines of one moment made ready for look-up: plain data, so that it can be kept (see ``coach.compiled``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, product
from typing import Any, TypedDict

from coach.gaps import BREAK, Step, anchored
from coach.notation import Atom, Choice, Phrase, Slot, unfold

# A line that stands for more phrases than this is matched word by word; fewer are looked up whole, which is faster.
MOST_SPELT_OUT = 4
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


class _Maker:
    def __init__(self, forms: Forms) -> None:
        self._forms_of = forms
        self._ways: dict[Atom, list[tuple[Atom, ...]]] = {}
        # Dictionaries for sets in the order of the file.
        self._literal: dict[str, dict[int, None]] = {}
        self._gapped: dict[str, dict[int, None]] = {}
        self._gaps: dict[tuple[int, tuple[int, ...], tuple[int, ...]], int] = {}
        self._steps: dict[Step, int] = {}

    def table(self) -> Table:
        return Table(
            literal={key: list(kinds) for key, kinds in self._literal.items()},
            gapped={key: list(gaps) for key, gaps in self._gapped.items()},
            gaps=[[kind, list(before), list(after)] for kind, before, after in self._gaps],
            steps=[[sorted(step.words), step.least, step.most, step.slot] for step in self._steps],
        )

    def add(self, phrase: Phrase, kind: int) -> None:
        is_spelt_out = phrase.is_literal and phrase.size <= MOST_SPELT_OUT
        if is_spelt_out:
            self._add_literal(kind, phrase)
        marked = _with_marks(phrase)
        if marked and marked.is_literal and marked.size <= MOST_SPELT_OUT:
            self._add_literal(kind, marked)
        if not is_spelt_out:
            for atoms in self._simple(phrase):
                self._add_gapped(kind, atoms)

    def _add_literal(self, kind: int, phrase: Phrase) -> None:
        for way in product(*map(self._spellings_of, phrase.atoms)):
            words = tuple(chain.from_iterable(way))
            if words:
                self._literal.setdefault(_key(words), {})[kind] = None

    def _spellings_of(self, atom: Atom) -> list[tuple[str, ...]]:
        if isinstance(atom, Choice):
            return [*map(self._forms, atom.words), *([()] if atom.optional else [])]
        return [self._forms(str(atom))]

    def _add_gapped(self, kind: int, atoms: Sequence[Atom]) -> None:
        anchors, before, after = anchored(atoms)
        if not anchors:
            return
        gap = self._gaps.setdefault((kind, self._numbers(before), self._numbers(after)), len(self._gaps))
        for anchor in anchors:
            self._gapped.setdefault(_key(anchor), {})[gap] = None

    def _numbers(self, steps: Iterable[Step]) -> tuple[int, ...]:
        return tuple(self._steps.setdefault(step, len(self._steps)) for step in steps)

    def _simple(self, phrase: Phrase) -> Iterator[tuple[Atom, ...]]:
        """Yield ``phrase`` with every word one comparable word; words of several ("can't") become sequences."""
        for way in product(*map(self._ways_of, phrase.atoms)):
            yield tuple(chain.from_iterable(way))

    def _ways_of(self, atom: Atom) -> list[tuple[Atom, ...]]:
        ways = self._ways.get(atom)
        if ways is None:
            ways = self._ways[atom] = self._said(atom)
        return ways

    def _said(self, atom: Atom) -> list[tuple[Atom, ...]]:
        if isinstance(atom, str):
            return [self._forms(atom)]
        if not isinstance(atom, Choice):
            return [(atom,)]
        forms = [self._forms(word) for word in atom.words]
        single = tuple(dict.fromkeys(form[0] for form in forms if len(form) == 1))
        choices: list[tuple[Atom, ...]] = [form for form in forms if len(form) > 1]
        if single:
            choices.append((Choice(single, atom.optional),))
        elif atom.optional:
            choices.append(())
        return choices

    def _forms(self, word: str) -> tuple[str, ...]:
        return (word,) if word.startswith("{") else self._forms_of(word)


def _key(words: Sequence[str]) -> str:
    """Return ``words`` as one text; of two equal words in a row one, as in transcripts."""
    return JOINT.join(word for index, word in enumerate(words) if not index or word != words[index - 1])


def _with_marks(phrase: Phrase) -> Phrase | None:
    """Return ``phrase`` with its slots as privacy marks, or ``None`` where it has no slot."""
    if not any(isinstance(atom, Slot) for atom in phrase.atoms):
        return None
    marks = tuple("{" + atom.name + "}" if isinstance(atom, Slot) else atom for atom in phrase.atoms)
    return phrase._replace(atoms=marks)
