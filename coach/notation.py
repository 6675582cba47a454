"""The phrase notation of moment files: from a line such as ``(i am|we are) [so] sorry`` to word sequences.

``(a|b)`` one of, ``[a|b]`` optional, ``...`` up to three words, ``...5`` up to five, ``*`` one word, ``^`` and ``$``
the start and end of a turn, ``{name}`` a slot. Words are given as written; making them comparable with a transcript
is the business of ``coach.wording``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from itertools import product
from math import prod
from typing import NamedTuple

GAP_WORDS = 3
# Words further apart than this belong to no phrase.
MOST_GAP_WORDS = 20
# A line that unfolds into more sequences than this was hardly meant to, and would slow every start.
MOST_SEQUENCES = 4000
SLOTS = ("name", "company", "number")

# A bracket of single words is one piece: most words of most phrases stand in such a one.
PLAIN_BRACKET = r"\((?:[a-z']+\|)+[a-z']+\)|\[(?:[a-z']+\|)*[a-z']+\]"
PIECE = re.compile(rf"\s*({PLAIN_BRACKET}|\.\.\.\d*|[()\[\]|^$*]|\{{[^{{}}]*\}}|[^\s()\[\]|^$*{{}}]+)")


class Gap(NamedTuple):
    """Between ``least`` and ``most`` words of any kind."""

    least: int
    most: int


class Slot(NamedTuple):
    """A place for a name, a company or a number."""

    name: str


class Choice(NamedTuple):
    """One of several single words, or none of them where ``optional``."""

    words: tuple[str, ...]
    optional: bool


Atom = str | Gap | Slot | Choice
LITERAL = frozenset((str, Choice))


class Phrase(NamedTuple):
    """One way to say a phrase: words, choices, gaps and slots; whether it starts or ends a turn."""

    atoms: tuple[Atom, ...]
    starts_turn: bool
    ends_turn: bool

    @property
    def is_literal(self) -> bool:
        """Whether it holds words only, and choices of them."""
        return all(type(atom) in LITERAL for atom in self.atoms)

    @property
    def size(self) -> int:
        """The number of sequences without choices that this one stands for."""
        return prod(len(atom.words) + atom.optional for atom in self.atoms if isinstance(atom, Choice))

    def spelt_out(self) -> Iterator[Phrase]:
        """Yield the sequences without choices."""
        ways = [
            [*((word,) for word in atom.words), *([()] if atom.optional else [])]
            if isinstance(atom, Choice)
            else [(atom,)]
            for atom in self.atoms
        ]
        for way in product(*ways):
            yield self._replace(
                atoms=_merge_gaps(tuple(atom for atoms in way for atom in atoms), self.starts_turn, self.ends_turn)
            )


class NotationError(ValueError):
    """A phrase cannot be read; ``column`` counts from 0 within the phrase."""

    def __init__(self, what: str, column: int) -> None:
        super().__init__(what)
        self.what = what
        self.column = column


class _Piece(NamedTuple):
    text: str
    column: int


@functools.lru_cache(maxsize=20_000)
def unfold(phrase: str) -> tuple[Phrase, ...]:
    """Return the sequences that ``phrase`` stands for, in the order written; choices between words stay choices.

    Raises:
        NotationError: brackets that do not close, an unknown slot, nothing but gaps, or far too many sequences.
    """
    pieces = _pieces(phrase)
    starts = bool(pieces) and pieces[0].text == "^"
    ends = len(pieces) > 1 and pieces[-1].text == "$"
    body = pieces[1 if starts else 0 : -1 if ends else None]
    ways, rest = _alternatives(body, 0, phrase)
    if rest < len(body):
        raise NotationError(f"{body[rest].text!r} closes nothing", body[rest].column)
    sequences = dict.fromkeys(Phrase(_merge_gaps(way, starts, ends), starts, ends) for way in ways)
    for sequence in sequences:
        if not any(_is_firm(atom) for atom in sequence.atoms):
            raise NotationError("a phrase needs at least one word that is always there", 0)
    return tuple(sequences)


def _pieces(phrase: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    at = 0
    text = phrase.rstrip()
    for found in PIECE.finditer(text):
        if found.start() > at:
            break
        pieces.append(_Piece(found[1], found.start(1)))
        at = found.end()
    if at < len(text):
        column = at + len(text[at:]) - len(text[at:].lstrip())
        raise NotationError(f"cannot read {text[column]!r} here", column)
    return pieces


def _alternatives(pieces: list[_Piece], at: int, phrase: str) -> tuple[list[tuple[Atom, ...]], int]:
    """Read ``a b|c d`` from ``at``; return the ways to say it and where reading stopped."""
    ways: list[tuple[Atom, ...]] = []
    current: list[list[tuple[Atom, ...]]] = []
    while at < len(pieces):
        piece = pieces[at]
        if piece.text == "|":
            ways.extend(_joined(current, phrase))
            current = []
            at += 1
        elif piece.text in ("(", "["):
            inner, stop = _alternatives(pieces, at + 1, phrase)
            closing = ")" if piece.text == "(" else "]"
            if stop >= len(pieces) or pieces[stop].text != closing:
                raise NotationError(f"{piece.text!r} is not closed", piece.column)
            if not all(inner):
                raise NotationError(f"an empty choice inside {piece.text!r}", piece.column)
            current.append(_group(inner, optional=piece.text == "["))
            at = stop + 1
        elif piece.text in (")", "]"):
            break
        elif piece.text[0] in "([":
            plain: list[tuple[Atom, ...]] = [(word,) for word in piece.text[1:-1].split("|")]
            current.append(_group(plain, optional=piece.text[0] == "["))
            at += 1
        else:
            current.append([(_atom(piece),)])
            at += 1
    ways.extend(_joined(current, phrase))
    return ways, at


def _group(inner: list[tuple[Atom, ...]], *, optional: bool) -> list[tuple[Atom, ...]]:
    """Return the ways through a bracket; its single words are one choice."""
    words = tuple(dict.fromkeys(way[0] for way in inner if len(way) == 1 and isinstance(way[0], str)))
    several = [way for way in inner if not (len(way) == 1 and isinstance(way[0], str))]
    if not several and (optional or len(words) > 1):
        return [(Choice(words, optional),)]
    singles: list[tuple[Atom, ...]] = [(Choice(words, False),)] if len(words) > 1 else [(word,) for word in words]
    return [*singles, *several, ()] if optional else [*singles, *several]


def _is_firm(atom: Atom) -> bool:
    """Say whether ``atom`` stands for a word that is always there."""
    return not atom.optional if isinstance(atom, Choice) else not isinstance(atom, Gap)


def _atom(piece: _Piece) -> Atom:
    text = piece.text
    if text.startswith("...") and (text == "..." or text[3:].isdigit()):
        digits = text[3:]
        most = int(digits[:3] or GAP_WORDS)
        if len(digits) > 2 or not 0 < most <= MOST_GAP_WORDS:
            raise NotationError(f"{text!r}: a gap is of 1 to {MOST_GAP_WORDS} words", piece.column)
        return Gap(0, most)
    if text == "*":
        return Gap(1, 1)
    if text in ("^", "$"):
        where = "first" if text == "^" else "last"
        raise NotationError(f"{text!r} can only come {where}", piece.column)
    if text.startswith("{"):
        if text[1:-1] not in SLOTS:
            raise NotationError(f"unknown slot {text}; known: {', '.join('{' + s + '}' for s in SLOTS)}", piece.column)
        return Slot(text[1:-1])
    return text


def _joined(parts: list[list[tuple[Atom, ...]]], phrase: str) -> Iterator[tuple[Atom, ...]]:
    count = 1
    for part in parts:
        count *= len(part)
    if count > MOST_SEQUENCES:
        raise NotationError(f"stands for {count} sequences; split it (at most {MOST_SEQUENCES})", 0)
    for choice in product(*parts):
        yield tuple(atom for atoms in choice for atom in atoms)


def _merge_gaps(atoms: tuple[Atom, ...], starts_turn: bool, ends_turn: bool) -> tuple[Atom, ...]:
    """Join neighbouring gaps; a gap at an end that no turn's end holds in place says nothing and goes."""
    if Gap not in map(type, atoms):
        return atoms
    merged: list[Atom] = []
    for atom in atoms:
        if isinstance(atom, Gap) and merged and isinstance(merged[-1], Gap):
            merged[-1] = Gap(merged[-1].least + atom.least, merged[-1].most + atom.most)
        else:
            merged.append(atom)
    while not starts_turn and merged and isinstance(merged[0], Gap) and merged[0].least == 0:
        merged.pop(0)
    while not ends_turn and merged and isinstance(merged[-1], Gap) and merged[-1].least == 0:
        merged.pop()
    return tuple(merged)
