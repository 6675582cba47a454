"""The transcript of a call, with the evidence marked and what happened between the turns."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from coach.pages import words
from coach.pages.receipt import ReceiptLine
from coach.quotes import Piece, Span, TurnRow, pieces_of
from coach.scored import Evidence


class MarkedPiece(NamedTuple):
    """A piece of a turn; ``css`` is empty for plain text; ``says`` tells what the mark is for."""

    text: str
    css: str
    says: str


class Tag(NamedTuple):
    """Leads from a marked turn back to the line of the receipt."""

    anchor: str
    mark: words.Mark
    title: str


class TurnView(NamedTuple):
    """One turn of the transcript, with what happened just before and just after it."""

    number: int
    css: str
    who: str
    time: str
    pieces: tuple[MarkedPiece, ...]
    tags: tuple[Tag, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


def turn_views(
    row: Mapping[str, Any], turns: Sequence[TurnRow], marked: Sequence[tuple[ReceiptLine, Sequence[Evidence]]]
) -> tuple[TurnView, ...]:
    """Return the turns of the call that ``row`` describes, with the quotes of ``marked`` in place."""
    spans: dict[int, list[Span]] = {}
    lines = {line.rule: line for line, _ in marked}
    for line, evidence in marked:
        for quote in evidence:
            spans.setdefault(quote.turn, []).append(Span(quote.start, quote.end, line.rule))
    before, after = _cuts(row), _gaps(row)
    return tuple(
        TurnView(
            number=turn.turn,
            css=turn.role,
            who=_who(turn),
            time=words.clock(turn.start),
            pieces=tuple(_piece(piece, lines) for piece in pieces_of(turn.text, spans.get(turn.turn, []))),
            tags=tuple(
                Tag(lines[rule].anchor, lines[rule].mark, lines[rule].title)
                for rule in dict.fromkeys(span.label for span in spans.get(turn.turn, []))
            ),
            before=tuple(before.get(turn.turn, ())),
            after=tuple(after.get(turn.turn, ())),
        )
        for turn in turns
    )


def _who(turn: TurnRow) -> str:
    if turn.role == "unknown" and turn.speaker:
        return turn.speaker
    role = words.ROLES[turn.role]
    plain = turn.speaker is None or turn.speaker.strip().casefold() == role.casefold()
    return role if plain else f"{role} ({turn.speaker})"


def _piece(piece: Piece, lines: Mapping[str, ReceiptLine]) -> MarkedPiece:
    if not piece.labels:
        return MarkedPiece(piece.text, "", "")
    marks = [lines[rule].mark for rule in piece.labels]
    css = "missed" if any(mark.css == "missed" for mark in marks) else marks[0].css
    says = "; ".join(f"{lines[rule].mark.word}: {lines[rule].title}" for rule in piece.labels)
    return MarkedPiece(piece.text, css, says)


def _cuts(row: Mapping[str, Any]) -> dict[int, list[str]]:
    """Return what to say before the turns that cut in on another."""
    notes: dict[int, list[str]] = {}
    for cut in json.loads(row["talk"] or "{}").get("interruptions") or ():
        who = "agent" if cut["by"] == "agent" else "customer" if cut["by"] == "customer" else "other speaker"
        overlap = f", {cut['overlap']:.1f} s over each other" if cut["overlap"] else ""
        notes.setdefault(cut["turn"], []).append(f"The {who} cut in on turn {cut['cut']}{overlap}")
    return notes


def _gaps(row: Mapping[str, Any]) -> dict[int, list[str]]:
    """Return what to say after the turns that a silence follows."""
    notes: dict[int, list[str]] = {}
    for gap in row["silences"] or ():
        announced = "announced by the agent" if gap["announced"] else "not announced"
        notes.setdefault(gap["after"], []).append(f"Silence of {words.duration(gap['seconds'])}, {announced}")
    return notes
