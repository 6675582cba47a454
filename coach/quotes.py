"""Quotes from a call: the words around a mark, and a turn cut up by the marks that point into it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from coach.behaviours import Place
from coach.scored import Evidence

# What is read in a glance beside a suggestion; longer turns are cut at words around the mark.
LONGEST_QUOTE = 260
# A sentence of so many words is taken in at once; a quote of one word then has about twelve on each side.
SENTENCE_WORDS = 24
# A sentence shorter than this ("Thanks.") says little by itself; the sentences around it are then shown too.
TELLING_WORDS = 6
SENTENCE_START = re.compile(r"(?<=[.!?])\s+")
SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)")
WORD = re.compile(r"\S+")


class TurnRow(NamedTuple):
    """One turn of a call as the results keep it."""

    turn: int
    role: str
    speaker: str | None
    text: str
    start: float | None
    end: float | None


class Span(NamedTuple):
    """Characters ``start`` to ``end`` of a turn, and what to call them."""

    start: int
    end: int
    label: str


class Piece(NamedTuple):
    """A stretch of a turn's text that the same labels cover; without labels it is plain text."""

    text: str
    labels: tuple[str, ...]


class InContext(NamedTuple):
    """A quote and what stands around it in its sentence; ``before`` and ``after`` may be empty."""

    before: str
    quote: str
    after: str


class Said(NamedTuple):
    """What somebody said in turn ``turn``; the pieces put together are the turn, or a part of it."""

    turn: int
    role: str
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The words without marks."""
        return "".join(piece.text for piece in self.pieces)


class Exchange(NamedTuple):
    """An occasion in the customer's words, where there is one, and what the agent said to it."""

    key: str
    occasion: Said | None
    answer: Said | None


def pieces_of(text: str, spans: Sequence[Span]) -> tuple[Piece, ...]:
    """Return ``text`` cut wherever a span starts or ends, each piece with the labels of all spans over it.

    The pieces put together are ``text``; spans that reach past it are clipped and empty ones ignored.
    """
    edges = {0, len(text)}
    for span in spans:
        edges.update(edge for edge in (span.start, span.end) if 0 < edge < len(text))
    points = sorted(edges)
    cuts = [
        Piece(text[start:end], tuple(dict.fromkeys(s.label for s in spans if s.start <= start and end <= s.end)))
        for start, end in pairwise(points)
    ]
    return _joined(cuts)


def _joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Join neighbours that have the same labels."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].labels == piece.labels:
            joined[-1] = Piece(joined[-1].text + piece.text, piece.labels)
        else:
            joined.append(piece)
    return tuple(joined)


def quoted(turn: TurnRow, evidence: Evidence | None = None) -> Said:
    """Return what was said in ``turn``, the evidence marked; a long turn is cut down to what stands around it."""
    spans = [Span(evidence.start, evidence.end, "quote")] if evidence else []
    start, end = _window(turn.text, evidence)
    shifted = [Span(max(0, span.start - start), span.end - start, span.label) for span in spans]
    pieces = list(pieces_of(turn.text[start:end], shifted))
    if start > 0:
        pieces.insert(0, Piece("… ", ()))
    if end < len(turn.text):
        pieces.append(Piece(" …", ()))
    return Said(turn.turn, turn.role, tuple(pieces))


def in_sentence(text: str, evidence: Evidence) -> InContext:
    """Return the evidence as it stands in ``text``: with its sentence, or the words of it that are nearest.

    Where a side is cut short stands an ellipsis. Evidence that is not in ``text`` stands alone.
    """
    quote = text[evidence.start : evidence.end]
    if quote != evidence.text:
        return InContext("", evidence.text, "")
    before = SENTENCE_START.split(text[: evidence.start])[-1].lstrip()
    after = "" if quote.rstrip().endswith((".", "!", "?")) else _to_the_end(text[evidence.end :])
    if len(f"{before}{quote}{after}".split()) < TELLING_WORDS:
        before, after = text[: evidence.start].lstrip(), text[evidence.end :].rstrip()
    return _shortened(before, quote, after)


def _shortened(before: str, quote: str, after: str) -> InContext:
    """Return the three as they are, or with the far words left out where they are more than SENTENCE_WORDS."""
    starts = [word.start() for word in WORD.finditer(before)]
    ends = [word.end() for word in WORD.finditer(after)]
    room = max(0, SENTENCE_WORDS - len(quote.split()))
    if len(starts) + len(ends) > room:
        # A side with fewer words than half of the room leaves the rest of it to the other.
        first = max(room // 2, room - len(ends))
        last = max(room // 2, room - len(starts))
        if len(starts) > first:
            before = "… " + before[[*starts, len(before)][-first - 1] :]
        if len(ends) > last:
            after = after[: [0, *ends][last]] + " …"
    return InContext(before, quote, after)


def _to_the_end(text: str) -> str:
    """Return the rest of the sentence that ``text`` starts in."""
    end = SENTENCE_END.search(text)
    return text[: end.end()] if end else text.rstrip()


def own_words(place: Place, turns: Mapping[str, Sequence[TurnRow]]) -> Said | None:
    """Return the agent's turn that a met mark quotes first, or ``None`` where it quotes nobody or somebody else."""
    own = (
        quoted(turn, quote)
        for quote in place.evidence
        for turn in turns.get(place.key, ())
        if turn.turn == quote.turn and turn.role == "agent"
    )
    return next(own, None)


def _window(text: str, evidence: Evidence | None) -> tuple[int, int]:
    """Return the part of ``text`` to show: all of it, or about LONGEST_QUOTE characters around the evidence."""
    if len(text) <= LONGEST_QUOTE:
        return 0, len(text)
    first, last = (evidence.start, evidence.end) if evidence else (0, 0)
    room = max(0, LONGEST_QUOTE - (last - first))
    start, end = max(0, first - room // 2), min(len(text), max(last, first + LONGEST_QUOTE - room // 2))
    start = 0 if start == 0 else _next_word(text, start, first)
    cut = text.rfind(" ", last, end)
    return start, end if end == len(text) or cut <= last else cut


def _next_word(text: str, start: int, most: int) -> int:
    space = text.find(" ", start, most)
    return start if space < 0 else space + 1


def exchange(place: Place, turns: Sequence[TurnRow]) -> Exchange:
    """Return the words behind a mark: what gave the occasion, and what the agent said to it.

    Where the mark quotes the customer, the answer is the agent's next turn; where it quotes the agent, their
    turn itself; where it quotes nobody, the first agent turn of the stretch searched, or the last of it where
    the end of the call was searched.
    """
    by_number = {turn.turn: turn for turn in turns}
    quote = next((quote for quote in place.evidence if quote.turn in by_number), None)
    if quote is None:
        return Exchange(place.key, None, _searched(place, turns))
    said = by_number[quote.turn]
    if said.role == "agent":
        return Exchange(place.key, _before(said, turns), quoted(said, quote))
    answer = next((turn for turn in turns if turn.role == "agent" and turn.turn > said.turn), None)
    return Exchange(place.key, quoted(said, quote), quoted(answer) if answer else None)


def _before(said: TurnRow, turns: Sequence[TurnRow]) -> Said | None:
    earlier = [turn for turn in turns if turn.turn == said.turn - 1 and turn.role == "customer"]
    return quoted(earlier[0]) if earlier else None


def _searched(place: Place, turns: Sequence[TurnRow]) -> Said | None:
    first, last = place.searched or (0, -1)
    own = [turn for turn in turns if turn.role == "agent" and first <= turn.turn <= last]
    if not own:
        return None
    at_the_end = first > 0 and last >= turns[-1].turn
    return quoted(own[-1] if at_the_end else own[0])
