"""The page of one call: a receipt of every point, and the transcript with the evidence marked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from coach.pages import charts, words
from coach.pages.receipt import Receipt, receipt
from coach.pages.transcript import TurnView, turn_views
from coach.rows import FullCall
from coach.scored import RuleCard

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


@dataclass(frozen=True, slots=True)
class CallPage:
    """All that the template of a call shows; ``score`` is empty where there is none."""

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
    receipt: Receipt
    mood: tuple[charts.Quarter, ...]
    mood_words: str
    mood_chart_words: str
    talk: tuple[Fact, ...]
    untold: str
    turns: tuple[TurnView, ...]


def call_page(call: FullCall, cards: Sequence[RuleCard], agent: str, agent_link: str, scorecard: str = "") -> CallPage:
    """Return the page of ``call``; ``agent`` is the agent's name, ``agent_link`` the address of their page.

    ``scorecard`` names the one that the call was scored by, where that is not the default one.
    """
    row = call.row
    made = receipt(call.findings, cards, call.turns, row["score"])
    talk = _talk(row)
    titles = {card.id: card.title for card in cards}
    critical = words.listed([titles.get(rule, rule) for rule in row["auto_fail"] or ()])
    return CallPage(
        call_id=row["call_id"],
        key=row["key"],
        agent=agent,
        agent_link=agent_link,
        when=words.when(row["started_at"]),
        score="" if row["score"] is None else words.one_decimal(row["score"]),
        mark=words.passed_mark(row["passed"]),
        critical=critical,
        needs_person=row["roles_how"] == "unknown",
        facts=_facts(row, scorecard),
        warnings=tuple(row["warnings"] or ()),
        receipt=made,
        mood=charts.mood_chart(row["mood"] or ()),
        mood_words=_mood_words(row["mood"] or ()),
        mood_chart_words=". ".join(f"{one.label}: {one.words}" for one in charts.mood_chart(row["mood"] or ())),
        talk=tuple(fact for fact in talk if fact.value),
        untold=_untold(talk),
        turns=turn_views(row, call.turns, made.marked),
    )


def _facts(row: Mapping[str, Any], scorecard: str) -> tuple[Fact, ...]:
    how = HOW.get(row["roles_how"], row["roles_how"])
    if row["roles_how"] == "content" and row["roles_confidence"]:
        how += f" (confidence {words.percent(row['roles_confidence'])})"
    lacks = [LACKS.get(lack, lack) for lack in row["lacks"] or ()]
    facts = [
        Fact("Call", row["call_id"]),
        Fact("Date", words.when(row["started_at"])),
        Fact("Team", row["team"] or ""),
        Fact("Customer", row["customer_type"] or ""),
        Fact("Scorecard", scorecard),
        Fact("Who is the agent", how),
        Fact("Length", words.duration(row["duration"]) if row["duration"] else ""),
        Fact("Turns", f"{row['turns']} ({words.count(row['words'], 'word')})"),
        Fact("The transcript lacks", "; ".join(lacks) if lacks else "nothing that is needed"),
        Fact("Read from", f"{row['source']} ({row['format']})" if row["source"] else row["format"]),
    ]
    return tuple(fact for fact in facts if fact.value)


def _mood_words(mood: Sequence[float | None]) -> str:
    if all(value is None for value in mood):
        return "The customer's mood is not known."
    start, end = charts.mood_word(mood[0]), charts.mood_word(mood[-1])
    if mood[0] is None or mood[-1] is None:
        return f"The customer's mood was {start} at the start and {end} at the end."
    if start == end:
        return f"The customer's words were {start} at the start and at the end."
    return f"The customer's words went from {start} at the start to {end} at the end."


def _talk(row: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Return the talk figures; the value of one that the transcript cannot tell is empty."""
    talk: Mapping[str, Any] = json.loads(row["talk"] or "{}")
    share, gap, monologue = talk.get("agent_share"), talk.get("response_gap"), talk.get("longest_monologue")
    paces = [
        f"{who} {round(pace)} words a minute"
        for who, pace in (("agent", row["agent_wpm"]), ("customer", row["customer_wpm"]))
        if pace is not None
    ]
    cuts = row["interruptions_by_agent"]
    return (
        Fact("Agent's share of the talking", "" if share is None else words.percent(share)),
        Fact("Times the agent cut in", "" if cuts is None else str(cuts)),
        Fact("Silences of 3 s and more", "" if row["silences"] is None else _silences(row["silences"])),
        Fact("Pace", words.listed(paces).capitalize() if paces else ""),
        Fact("Longest the agent spoke", words.duration(monologue["seconds"]) if monologue else ""),
        Fact("Usual wait for an answer", "" if gap is None else f"{gap:.1f}\u00a0s"),
    )


def _untold(talk: Sequence[Fact]) -> str:
    """Return which talk figures the transcript cannot tell, in a sentence."""
    names = [fact.label[0].lower() + fact.label[1:] for fact in talk if not fact.value]
    return f"Cannot be told from this transcript: {words.listed(names)}." if names else ""


def _silences(silences: Sequence[Mapping[str, Any]]) -> str:
    if not silences:
        return "None"
    announced = sum(bool(gap["announced"]) for gap in silences)
    if len(silences) == 1:
        return f"1 of {words.duration(silences[0]['seconds'])}, {'announced' if announced else 'not announced'}"
    longest = words.duration(max(gap["seconds"] for gap in silences))
    return f"{len(silences)}, {announced or 'none'} of them announced; the longest {longest}"
