"""The phrase notation of moment files: from a line such as ``(i am|we are) [so] sorry`` to word sequences.

``(a|b)`` one of, ``[a|b]`` optional, ``...`` up to three words, ``...5`` up to five, ``*`` one word, ``^`` and ``$``
the start and end of a turn, ``{name}`` a slot. Words are given as written; making them comparable with a transcript
is the business of ``coach.wording``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from itertools import chain, product
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


class Phrase(NamedTuple):
    """One way to say a phrase: words, choices, gaps and slots; whether it starts or ends a turn."""

    atoms: tuple[Atom, ...]
    starts_turn: bool
    ends_turn: bool

    def spelt_out(self) -> Iterator[Phrase]:
        """Yield the sequences without choices."""
        ways = [
            [*((word,) for word in atom.words), *([()] if atom.optional else [])]
            if isinstance(atom, Choice)
            else [(atom,)]
            for atom in self.atoms
        ]
        for way in product(*ways):
            atoms = _merge_gaps(tuple(chain.from_iterable(way)), self.starts_turn, self.ends_turn)
            yield Phrase(atoms, self.starts_turn, self.ends_turn)


class NotationError(ValueError):
    """A phrase cannot be read; ``column`` counts from 0 within the phrase."""

    def __init__(self, what: str, column: int) -> None:
        super().__init__(what)
        self.what = what
        self.column = column


class _FaultError(Exception):
    """What is wrong with the phrase, at the piece of it of that ``number``."""

    def __init__(self, what: str, number: int) -> None:
        super().__init__(what)
        self.what = what
        self.number = number


@functools.lru_cache(maxsize=20_000)
def unfold(phrase: str) -> tuple[Phrase, ...]:
    """Return the sequences that ``phrase`` stands for, in the order written; choices between words stay choices.

    Raises:
        NotationError: brackets that do not close, an unknown slot, nothing but gaps, or far too many sequences.
    """
    pieces = PIECE.findall(phrase)
    if "".join(pieces) != "".join(phrase.split()):
        # Something between the pieces is none.
        pieces = [piece for piece, _ in _placed_pieces(phrase)]
    starts = bool(pieces) and pieces[0] == "^"
    ends = len(pieces) > 1 and pieces[-1] == "$"
    body = pieces[1 if starts else 0 : -1 if ends else None]
    try:
        ways, rest = _alternatives(body, 0)
        if rest < len(body):
            raise _FaultError(f"{body[rest]!r} closes nothing", rest)
    except _FaultError as fault:
        column = _placed_pieces(phrase)[fault.number + starts][1]
        raise NotationError(fault.what, column) from None
    if "..." in phrase or "*" in phrase:
        ways = [_merge_gaps(way, starts, ends) for way in ways]
    for way in ways:
        if str not in map(type, way) and not any(map(_is_firm, way)):
            raise NotationError("a phrase needs at least one word that is always there", 0)
    return tuple([Phrase(way, starts, ends) for way in (dict.fromkeys(ways) if len(ways) > 1 else ways)])


def forget() -> None:
    """Keep nothing of the phrases read so far: once all rules are loaded, hardly one is read again."""
    unfold.cache_clear()
    _read.cache_clear()


def _placed_pieces(phrase: str) -> list[tuple[str, int]]:
    """Return the pieces of a phrase, each with its column."""
    pieces: list[tuple[str, int]] = []
    at = 0
    text = phrase.rstrip()
    for found in PIECE.finditer(text):
        if found.start() > at:
            break
        pieces.append((found[1], found.start(1)))
        at = found.end()
    if at < len(text):
        column = at + len(text[at:]) - len(text[at:].lstrip())
        raise NotationError(f"cannot read {text[column]!r} here", column)
    return pieces


def _alternatives(pieces: list[str], at: int) -> tuple[list[tuple[Atom, ...]], int]:
    """Read ``a b|c d`` from ``at``; return the ways to say it and where reading stopped."""
    ways: list[tuple[Atom, ...]] = []
    current: list[list[tuple[Atom, ...]]] = []
    while at < len(pieces):
        piece = pieces[at]
        if piece == "|":
            ways += _joined(current)
            current = []
            at += 1
        elif piece in ("(", "["):
            inner, stop = _alternatives(pieces, at + 1)
            closing = ")" if piece == "(" else "]"
            if stop >= len(pieces) or pieces[stop] != closing:
                raise _FaultError(f"{piece!r} is not closed", at)
            if not all(inner):
                raise _FaultError(f"an empty choice inside {piece!r}", at)
            current.append(_group(inner, optional=piece == "["))
            at = stop + 1
        elif piece in (")", "]"):
            break
        else:
            try:
                current.append(_read(piece))
            except ValueError as error:
                raise _FaultError(str(error), at) from None
            at += 1
    return ways + _joined(current), at


@functools.lru_cache(maxsize=20_000)
def _read(piece: str) -> list[tuple[Atom, ...]]:
    """Return the ways to say one piece, which nobody may change; raise ``ValueError`` with what is wrong with it."""
    if piece[0] in "([":
        plain: list[tuple[Atom, ...]] = [(word,) for word in piece[1:-1].split("|")]
        return _group(plain, optional=piece[0] == "[")
    if piece.startswith("...") and (piece == "..." or piece[3:].isdigit()):
        digits = piece[3:]
        most = int(digits[:3] or GAP_WORDS)
        if len(digits) > 2 or not 0 < most <= MOST_GAP_WORDS:
            raise ValueError(f"{piece!r}: a gap is of 1 to {MOST_GAP_WORDS} words")
        return [(Gap(0, most),)]
    if piece == "*":
        return [(Gap(1, 1),)]
    if piece in ("^", "$"):
        raise ValueError(f"{piece!r} can only come {'first' if piece == '^' else 'last'}")
    if piece.startswith("{"):
        if piece[1:-1] not in SLOTS:
            raise ValueError(f"unknown slot {piece}; known: {', '.join('{' + slot + '}' for slot in SLOTS)}")
        return [(Slot(piece[1:-1]),)]
    return [(piece,)]


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


def _joined(parts: list[list[tuple[Atom, ...]]]) -> list[tuple[Atom, ...]]:
    count = prod(map(len, parts))
    if count > MOST_SEQUENCES:
        raise NotationError(f"stands for {count} sequences; split it (at most {MOST_SEQUENCES})", 0)
    return [tuple(chain.from_iterable(choice)) for choice in product(*parts)]


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
