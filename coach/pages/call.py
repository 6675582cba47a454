"""The page of one call: a receipt of every point, and the transcript with the evidence marked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from coach.pages import charts, words
from coach.quotes import Piece, Span, TurnRow, pieces_of
from coach.rows import FullCall, quotes
from coach.scored import Evidence, RuleCard

ROLES = {"agent": "Agent", "customer": "Customer", "other": "Other", "unknown": "Speaker"}
HOW = {
    "given": "Given in the transcript",
    "label": "From the speaker labels",
    "channel": "From the audio channels",
    "content": "Worked out from what was said",
    "unknown": "Not known",
}
LACKS = {
    "times": "times, so silences and pace cannot be told",
    "ends": "end times, so overlaps cannot be told",
    "words": "times of single words",
    "punctuation": "punctuation",
}


class Fact(NamedTuple):
    """A label and what stands beside it."""

    label: str
    value: str


class QuoteLink(NamedTuple):
    """A quote that leads to its turn; ``who`` and ``time`` say where it stands."""

    turn: int
    text: str
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


@dataclass(frozen=True, slots=True)
class CallPage:
    """All that the template of a call shows."""

    call_id: str
    key: str
    agent: str
    agent_link: str
    when: str
    score: str
    mark: words.Mark
    critical: str
    needs_person: bool
    facts: tuple[Fact, ...]
    warnings: tuple[str, ...]
    sections: tuple[ReceiptSection, ...]
    points: str
    possible: str
    sum_line: str
    uncounted: tuple[ReceiptLine, ...]
    mood: tuple[charts.Quarter, ...]
    mood_words: str
    mood_chart_words: str
    talk: tuple[Fact, ...]
    turns: tuple[TurnView, ...]


def call_page(call: FullCall, cards: Sequence[RuleCard], agent: str, agent_link: str) -> CallPage:
    """Return the page of ``call``; ``agent`` is the agent's name, ``agent_link`` the address of their page."""
    row = call.row
    turns = {turn.turn: turn for turn in call.turns}
    order = {card.id: (number, card) for number, card in enumerate(cards)}
    findings = sorted(
        call.findings, key=lambda finding: (order.get(finding["rule"], (len(order), None))[0], finding["rule"])
    )
    lines = [(finding, _line(finding, order.get(finding["rule"], (0, None))[1], turns)) for finding in findings]
    counted = [
        (finding, line)
        for finding, line in lines
        if finding["possible"] > 0 and finding["outcome"] in ("met", "missed")
    ]
    points = sum((words.exact(finding["points"]) for finding, _ in counted), Decimal(0))
    possible = sum((words.exact(finding["possible"]) for finding, _ in counted), Decimal(0))
    titles = {card.id: card.title for card in cards}
    critical = words.listed([titles.get(rule, rule) for rule in row["auto_fail"] or ()])
    return CallPage(
        call_id=row["call_id"],
        key=row["key"],
        agent=agent,
        agent_link=agent_link,
        when=words.when(row["started_at"]),
        score=words.one_decimal(row["score"]),
        mark=words.passed_mark(row["passed"]),
        critical=critical,
        needs_person=row["roles_how"] == "unknown",
        facts=_facts(row),
        warnings=tuple(row["warnings"] or ()),
        sections=_sections(counted, order),
        points=words.plain(points),
        possible=words.plain(possible),
        sum_line=_sum_line(points, possible, row["score"]),
        uncounted=tuple(line for finding, line in lines if (finding, line) not in counted),
        mood=charts.mood_chart(row["mood"] or ()),
        mood_words=_mood_words(row["mood"] or ()),
        mood_chart_words=". ".join(f"{one.label}: {one.words}" for one in charts.mood_chart(row["mood"] or ())),
        talk=_talk(row),
        turns=_turns(call, [(finding, line) for finding, line in lines if finding["evidence"]]),
    )


def anchor(rule: str) -> str:
    """Return the id of a rule's line on the page."""
    return "rule-" + "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in rule)


def _line(finding: Mapping[str, Any], card: RuleCard | None, turns: Mapping[int, TurnRow]) -> ReceiptLine:
    missed = finding["outcome"] == "missed"
    return ReceiptLine(
        anchor=anchor(finding["rule"]),
        mark=words.MARKS[finding["outcome"]],
        title=card.title if card else finding["rule"],
        rule=finding["rule"],
        reason=finding["reason"],
        points=words.plain(words.exact(finding["points"])),
        possible=words.plain(words.exact(finding["possible"])),
        quotes=tuple(_quote_link(quote, turns) for quote in quotes(finding["evidence"])),
        searched=_searched(finding["searched"]) if missed else "",
        tip=card.coach if card and missed else "",
        say_instead=card.say_instead if card and missed else "",
    )


def _quote_link(quote: Evidence, turns: Mapping[int, TurnRow]) -> QuoteLink:
    turn = turns.get(quote.turn)
    return QuoteLink(
        quote.turn, quote.text, ROLES[turn.role] if turn else "Turn", words.clock(turn.start) if turn else ""
    )


def _searched(turns: Sequence[int] | None) -> str:
    if not turns:
        return ""
    return (
        f"Looked for in turn {turns[0]}." if turns[0] == turns[1] else f"Looked for in turns {turns[0]} to {turns[1]}."
    )


def _sections(
    counted: Sequence[tuple[Mapping[str, Any], ReceiptLine]], order: Mapping[str, tuple[int, RuleCard]]
) -> tuple[ReceiptSection, ...]:
    grouped: dict[str, list[tuple[Mapping[str, Any], ReceiptLine]]] = {}
    for finding, line in counted:
        title = order[line.rule][1].section if line.rule in order else "Other rules"
        grouped.setdefault(title, []).append((finding, line))
    return tuple(
        ReceiptSection(
            title,
            tuple(line for _, line in pairs),
            words.plain(sum((words.exact(finding["points"]) for finding, _ in pairs), Decimal(0))),
            words.plain(sum((words.exact(finding["possible"]) for finding, _ in pairs), Decimal(0))),
        )
        for title, pairs in grouped.items()
    )


def _sum_line(points: Decimal, possible: Decimal, score: float | None) -> str:
    if score is None or not possible:
        return "Nothing on the scorecard could be counted, so this call has no score."
    return (
        f"{words.plain(points)} of {words.plain(possible)} points is a score of {words.one_decimal(score)} out of 100."
    )


def _facts(row: Mapping[str, Any]) -> tuple[Fact, ...]:
    how = HOW.get(row["roles_how"], row["roles_how"])
    if row["roles_how"] == "content" and row["roles_confidence"]:
        how += f" (confidence {words.percent(row['roles_confidence'])})"
    lacks = [LACKS.get(lack, lack) for lack in row["lacks"] or ()]
    facts = [
        Fact("Call", row["call_id"]),
        Fact("Date", words.when(row["started_at"])),
        Fact("Team", row["team"] or ""),
        Fact("Customer", row["customer_type"] or ""),
        Fact("Who is the agent", how),
        Fact("Length", words.duration(row["duration"]) if row["duration"] else ""),
        Fact("Turns", f"{row['turns']} ({words.count(row['words'], 'word')})"),
        Fact("The transcript lacks", "; ".join(lacks) if lacks else "nothing that is needed"),
        Fact("Read from", f"{row['source']} ({row['format']})" if row["source"] else row["format"]),
    ]
    return tuple(fact for fact in facts if fact.value)


def _mood_words(mood: Sequence[float | None]) -> str:
    known = [value for value in mood if value is not None]
    if not known:
        return "The customer's mood is not known."
    start, end = charts.mood_word(known[0]), charts.mood_word(known[-1])
    if start == end:
        return f"The customer's words were {start} at the start and at the end."
    return f"The customer's words went from {start} at the start to {end} at the end."


def _talk(row: Mapping[str, Any]) -> tuple[Fact, ...]:
    talk: Mapping[str, Any] = json.loads(row["talk"] or "{}")
    unknown = "Cannot be told from this transcript"
    share, gap, monologue = talk.get("agent_share"), talk.get("response_gap"), talk.get("longest_monologue")
    paces = [
        f"{who} {round(pace)} words a minute"
        for who, pace in (("agent", row["agent_wpm"]), ("customer", row["customer_wpm"]))
        if pace is not None
    ]
    cuts = row["interruptions_by_agent"]
    return (
        Fact("Agent's share of the talking", unknown if share is None else words.percent(share)),
        Fact("Times the agent cut in", unknown if cuts is None else str(cuts)),
        Fact("Silences of 3 s and more", _silences(row["silences"], unknown)),
        Fact("Pace", words.listed(paces).capitalize() if paces else unknown),
        Fact("Longest the agent spoke", words.duration(monologue["seconds"]) if monologue else unknown),
        Fact("Usual wait for an answer", unknown if gap is None else f"{gap:.1f} s"),
    )


def _silences(silences: Sequence[Mapping[str, Any]] | None, unknown: str) -> str:
    if silences is None:
        return unknown
    if not silences:
        return "None"
    announced = sum(bool(gap["announced"]) for gap in silences)
    if len(silences) == 1:
        return f"1 of {words.duration(silences[0]['seconds'])}, {'announced' if announced else 'not announced'}"
    longest = words.duration(max(gap["seconds"] for gap in silences))
    return f"{len(silences)}, {announced} of them announced; the longest {longest}"


def _turns(call: FullCall, marked: Sequence[tuple[Mapping[str, Any], ReceiptLine]]) -> tuple[TurnView, ...]:
    spans: dict[int, list[Span]] = {}
    lines = {line.rule: line for _, line in marked}
    for finding, line in marked:
        for quote in quotes(finding["evidence"]):
            spans.setdefault(quote.turn, []).append(Span(quote.start, quote.end, line.rule))
    before, after = _cuts(call.row), _gaps(call.row)
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
        for turn in call.turns
    )


def _who(turn: TurnRow) -> str:
    role = ROLES[turn.role]
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
        announced = "announced" if gap["announced"] else "without a word about it"
        notes.setdefault(gap["after"], []).append(f"Silence of {words.duration(gap['seconds'])}, {announced}")
    return notes
