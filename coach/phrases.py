"""All phrases of all moments, looked up together: one ``PhraseMatcher``, and ``coach.gaps`` around what it meets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from coach.gaps import Gapped, Names, anchored
from coach.notation import Atom, Choice, Phrase, Slot, unfold

# A line that stands for more phrases than this is matched word by word; fewer are looked up whole, which is faster.
MOST_SPELT_OUT = 4


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


class Phrases:
    """Finds phrases.

    Args:
        vocab: the vocabulary of the docs to search.
        forms: gives the comparable words of one word of a phrase.
        names: what can fill the slots.
    """

    def __init__(self, vocab: Vocab, forms: Callable[[str], tuple[str, ...]], names: Names) -> None:
        self._vocab = vocab
        self._forms_of = forms
        self._names = names
        self._literal: dict[tuple[str, ...], list[Use]] = {}
        self._gapped: dict[tuple[str, ...], list[tuple[Use, Gapped]]] = {}
        self._matcher = PhraseMatcher(vocab, attr="NORM")

    def add(self, moment: str, line: str, *, is_veto: bool) -> None:
        """Add a line of a moment's ``any_of`` or ``but_not``; ``ready`` has to be called after the last."""
        for phrase in unfold(line):
            use = Use(moment, is_veto, phrase.starts_turn, phrase.ends_turn)
            marked = _with_marks(phrase)
            for way in (phrase, marked) if marked else (phrase,):
                if way.is_literal and way.size <= MOST_SPELT_OUT:
                    self._add_literal(use, way)
            if not (phrase.is_literal and phrase.size <= MOST_SPELT_OUT):
                for simple in self._simple(phrase):
                    for anchor, gapped in anchored(simple):
                        self._gapped.setdefault(anchor, []).append((use, gapped))

    def ready(self) -> None:
        """Hand everything added to the matcher."""
        phrases = dict.fromkeys((*self._literal, *self._gapped))
        # One key for all: spaCy makes a lexeme of every key, which for thousands takes longer than all the rest.
        self._matcher.add("phrase", [Doc(self._vocab, words=list(words)) for words in phrases])

    def find(self, doc: Doc, texts: Sequence[str], norms: Sequence[str]) -> Iterator[Match]:
        """Yield every phrase in ``doc``, wherever in a turn it stands; ``texts`` and ``norms`` are its words."""
        for _, start, end in self._matcher(doc):
            words = tuple(norms[start:end])
            for use in self._literal.get(words, ()):
                yield Match(use, start, end)
            for use, gapped in self._gapped.get(words, ()):
                if gapped.may_match(norms, start, end):
                    for first, last in gapped.matches(texts, norms, start, end, self._names):
                        yield Match(use, first, last)

    def _add_literal(self, use: Use, phrase: Phrase) -> None:
        for way in phrase.spelt_out():
            words = [form for atom in way.atoms if isinstance(atom, str) for form in self._forms(atom)]
            key = tuple(word for index, word in enumerate(words) if not index or word != words[index - 1])
            if key:
                uses = self._literal.setdefault(key, [])
                if use not in uses:
                    uses.append(use)

    def _forms(self, word: str) -> tuple[str, ...]:
        return (word,) if word.startswith("{") else self._forms_of(word)

    def _simple(self, phrase: Phrase) -> Iterator[Phrase]:
        """Yield ``phrase`` with every word one comparable word; words of several ("can't") become sequences."""
        ways: list[list[tuple[Atom, ...]]] = []
        for atom in phrase.atoms:
            if isinstance(atom, str):
                ways.append([self._forms(atom)])
            elif isinstance(atom, Choice):
                forms = [self._forms(word) for word in atom.words]
                single = tuple(dict.fromkeys(form[0] for form in forms if len(form) == 1))
                choices: list[tuple[Atom, ...]] = [form for form in forms if len(form) > 1]
                if single:
                    choices.append((Choice(single, atom.optional),))
                elif atom.optional:
                    choices.append(())
                ways.append(choices)
            else:
                ways.append([(atom,)])
        for way in product(*ways):
            yield phrase._replace(atoms=tuple(atom for atoms in way for atom in atoms))


def _with_marks(phrase: Phrase) -> Phrase | None:
    """Return ``phrase`` with its slots as privacy marks, or ``None`` where it has no slot."""
    if not any(isinstance(atom, Slot) for atom in phrase.atoms):
        return None
    marks = tuple("{" + atom.name + "}" if isinstance(atom, Slot) else atom for atom in phrase.atoms)
    return phrase._replace(atoms=marks)
