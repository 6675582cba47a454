"""The receipt of a call: every rule, its points, its reason and its quotes."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from coach.pages import words
from coach.quotes import InContext, TurnRow, in_sentence
from coach.rows import quotes
from coach.scored import Evidence, RuleCard

Finding = Mapping[str, Any]


class QuoteLink(NamedTuple):
    """A quote in its sentence that leads to its turn; ``who`` and ``time`` say where it stands."""

    turn: int
    text: InContext
    who: str
    time: str


class ReceiptLine(NamedTuple):
    """One rule on the receipt. ``searched`` says where a missed behaviour was looked for."""

    anchor: str
    mark: words.Mark
    title: str
    rule: str
    reason: str
    points: str
    possible: str
    quotes: tuple[QuoteLink, ...]
    searched: str
    tip: str
    say_instead: str


class ReceiptSection(NamedTuple):
    """The counted rules of one section of the scorecard, and their sum."""

    title: str
    lines: tuple[ReceiptLine, ...]
    points: str
    possible: str


class Receipt(NamedTuple):
    """The whole receipt. ``marked`` holds every line with the quotes that the transcript is to show.

    ``heard`` are marks of rules without points, ``uncounted`` those without a mark; the lines say how many.
    """

    sections: tuple[ReceiptSection, ...]
    points: str
    possible: str
    sum_line: str
    heard: tuple[ReceiptLine, ...]
    heard_line: str
    uncounted: tuple[ReceiptLine, ...]
    uncounted_line: str
    marked: tuple[tuple[ReceiptLine, tuple[Evidence, ...]], ...]


class _Entry(NamedTuple):
    """A finding with what is printed of it; ``section`` is ``None`` where it does not count.

    ``is_heard``: it was met or missed, by a rule that gives no points.
    """

    line: ReceiptLine
    evidence: tuple[Evidence, ...]
    section: str | None
    points: Decimal
    possible: Decimal
    is_heard: bool


def receipt(
    findings: Sequence[Finding], cards: Sequence[RuleCard], turns: Sequence[TurnRow], score: float | None
) -> Receipt:
    """Return the receipt of a call in the order of ``cards``. The points printed add up to the sums printed."""
    by_id = {card.id: card for card in cards}
    order = {card.id: number for number, card in enumerate(cards)}
    numbered = {turn.turn: turn for turn in turns}
    sorted_findings = sorted(findings, key=lambda finding: (order.get(finding["rule"], len(order)), finding["rule"]))
    entries = [_entry(finding, by_id.get(finding["rule"]), numbered) for finding in sorted_findings]
    counted = [entry for entry in entries if entry.section is not None]
    aside = [entry for entry in entries if entry.section is None]
    heard = tuple(entry.line for entry in aside if entry.is_heard)
    uncounted = tuple(entry.line for entry in aside if not entry.is_heard)
    points, possible = _sum(counted)
    return Receipt(
        sections=_sections(counted),
        points=words.plain(points),
        possible=words.plain(possible),
        sum_line=_sum_line(points, possible, score),
        heard=heard,
        heard_line=f"{words.count(len(heard), 'rule')} shown without points" if heard else "",
        uncounted=uncounted,
        uncounted_line=f"{words.count(len(uncounted), 'rule')} without an effect on the score" if uncounted else "",
        marked=tuple((entry.line, entry.evidence) for entry in entries if entry.evidence),
    )


def _entry(finding: Finding, card: RuleCard | None, turns: Mapping[int, TurnRow]) -> _Entry:
    is_marked = finding["outcome"] in ("met", "missed")
    counts = is_marked and finding["possible"] > 0
    section = card.section if card else "Other rules"
    evidence = quotes(finding["evidence"])
    return _Entry(
        _line(finding, evidence, card, turns),
        evidence,
        section if counts else None,
        words.exact(finding["points"]),
        words.exact(finding["possible"]),
        is_marked and not counts,
    )


def _sum(entries: Sequence[_Entry]) -> tuple[Decimal, Decimal]:
    return sum((one.points for one in entries), Decimal(0)), sum((one.possible for one in entries), Decimal(0))


@functools.cache
def anchor_of(rule: str) -> str:
    """Return the id of a rule's place on a page."""
    return "rule-" + "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in rule)


def _line(
    finding: Finding, evidence: Sequence[Evidence], card: RuleCard | None, turns: Mapping[int, TurnRow]
) -> ReceiptLine:
    missed = finding["outcome"] == "missed"
    return ReceiptLine(
        anchor=anchor_of(finding["rule"]),
        mark=words.MARKS[finding["outcome"]],
        title=card.title if card else finding["rule"],
        rule=finding["rule"],
        reason=finding["reason"],
        points=words.plain(words.exact(finding["points"])),
        possible=words.plain(words.exact(finding["possible"])),
        quotes=tuple(_quote_link(quote, turns) for quote in evidence),
        searched=_searched(finding["searched"], finding["reason"]) if missed else "",
        tip=card.coach if card and missed else "",
        say_instead=card.say_instead if card and missed else "",
    )


def _quote_link(quote: Evidence, turns: Mapping[int, TurnRow]) -> QuoteLink:
    turn = turns.get(quote.turn)
    return QuoteLink(
        quote.turn,
        in_sentence(turn.text if turn else "", quote),
        words.ROLES[turn.role] if turn else "Turn",
        words.clock(turn.start) if turn else "",
    )


def _searched(turns: Sequence[int] | None, reason: str) -> str:
    """Return where a missed behaviour was looked for, unless the reason says so already."""
    if not turns or f"{turns[0]} to {turns[1]}" in reason:
        return ""
    return (
        f"Looked for in turn {turns[0]}." if turns[0] == turns[1] else f"Looked for in turns {turns[0]} to {turns[1]}."
    )


def _sections(counted: Sequence[_Entry]) -> tuple[ReceiptSection, ...]:
    sections: dict[str, list[_Entry]] = {}
    for entry in counted:
        sections.setdefault(entry.section or "", []).append(entry)
    sums = {title: _sum(entries) for title, entries in sections.items()}
    return tuple(
        ReceiptSection(
            title, tuple(one.line for one in entries), words.plain(sums[title][0]), words.plain(sums[title][1])
        )
        for title, entries in sections.items()
    )


def _sum_line(points: Decimal, possible: Decimal, score: float | None) -> str:
    if score is None or not possible:
        return "Nothing on the scorecard could be counted, so this call has no score."
    return (
        f"{words.plain(points)} of {words.plain(possible)} points is a score of {words.one_decimal(score)} out of 100."
    )
