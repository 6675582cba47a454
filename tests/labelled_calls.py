"""A scorer that marks calls as they ask to be marked, and calls with labels, for the tests of agreement."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stand_ins import CARD, StandIn

from coach.call import Call
from coach.comparison import Comparison, compare
from coach.judged import by_id, judged
from coach.labelled import read_labels
from coach.readers import read
from coach.scored import Evidence, Finding, RuleCard, Scored, Talk

APOLOGY = CARD._replace(id="core.apology", title="Apologise when something went wrong", section="Care")
REASONS = {
    "met": "The agent did it.",
    "missed": "There was an occasion, and the agent did not.",
    "not_applicable": "There was no occasion.",
    "cannot_tell": "It cannot be told who the agent is.",
}


class AskedFor(StandIn):
    """Gives each call the marks in its metadata: rule id to outcome, or to outcome and the turns quoted."""

    def rule_cards(self) -> tuple[RuleCard, ...]:
        return CARD, APOLOGY

    def score_all(self, calls: Sequence[Call]) -> list[Scored]:
        return [self.score(call) for call in calls]

    def score(self, call: Call) -> Scored:
        findings = [_finding(call, rule, said) for rule, said in call.metadata["marks"].items()]
        return Scored(call, call.roles, tuple(findings), {}, Talk(), (None,) * 4, 50.0, True, (), self.stamp)


def _finding(call: Call, rule: str, said: Any) -> Finding:
    outcome, turns = said if isinstance(said, list) else (said, [])
    # The second word of the turn on: what a mark points at is a part of a turn.
    quotes = tuple(
        Evidence(turn, start, len(text), text[start:])
        for turn, text, start in ((turn, call.turns[turn].text, call.turns[turn].text.find(" ") + 1) for turn in turns)
    )
    return Finding(rule, outcome, REASONS[outcome], quotes, (0, 1) if outcome in ("met", "missed") else None)


def write_calls(path: Path, marks: Mapping[str, Mapping[str, Any]], texts: Sequence[str] = ()) -> Path:
    """Write calls, by id and the marks they ask for, as JSON Lines; ``texts`` are the turns of each."""
    said = texts or ("Hello, this is Ana.", "My router is broken.", "Sorry about that, let me look.")
    turns = [{"role": "customer" if n == 1 else "agent", "text": text} for n, text in enumerate(said)]
    lines = [json.dumps({"call_id": call_id, "marks": asked, "turns": turns}) for call_id, asked in marks.items()]
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


def write_labels(path: Path, labels: Mapping[str, Mapping[str, Any]]) -> Path:
    """Write labels, by call id, as JSON Lines."""
    lines = [json.dumps({"call_id": call_id, "labels": marks}) for call_id, marks in labels.items()]
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


def comparison_of(labels: Path, calls: Path) -> Comparison:
    """Return the comparison of labels with the marks that the calls ask for."""
    scorer = AskedFor()
    cards = scorer.rule_cards()
    said = read_labels(str(labels), [card.id for card in cards])
    read_calls = [call for call in read([str(calls)]) if isinstance(call, Call)]
    unlabelled = [call.call_id for call in read_calls if call.call_id not in said.marks]
    marked, _ = by_id(judged(scorer.score(call)) for call in read_calls if call.call_id in said.marks)
    return compare(said, marked, unlabelled, (), cards, scorer.stamp)
