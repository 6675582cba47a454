"""A comparison with reviewers, whole: figures, differences with their words, and what could not be compared.

``Comparison.to_dict`` is the contract of ``coach agree --json``; ``docs/qa-reviewer-guide.md`` says what it means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coach.agreement import Agreement, CheckAgreement, Found, Kappa, Pair, agreement
from coach.errors import UsageError
from coach.judged import JudgedCall, Matched, matched, texts_of
from coach.labelled import Labels
from coach.quotes import TurnRow
from coach.readers.rejected import Rejected
from coach.scored import OUTCOMES, RuleCard

# Digits of a figure: more would differ from machine to machine and mean nothing.
DIGITS = 4
IDS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Comparison:
    """The tool beside the reviewers.

    ``calls``: the labelled calls by id. ``unlabelled``: ids of calls that were read and have no label. ``rejected``:
    labels and transcripts that could not be used. ``cards``: the rules, in the order of the scorecard.
    """

    labels: Labels
    calls: Mapping[str, JudgedCall]
    matched: Matched
    agreement: Agreement
    unlabelled: tuple[str, ...]
    rejected: tuple[Rejected, ...]
    cards: tuple[RuleCard, ...]
    stamp: Mapping[str, str]

    def name(self, rule: str) -> str:
        """Return what to call a check: the last part of its rule's id, or the id where two rules share that part."""
        short = rule.rsplit(".", 1)[-1]
        sharing = [check.rule for check in self.agreement.checks if check.rule.rsplit(".", 1)[-1] == short]
        return short if sharing in ([rule], []) else rule

    def title(self, rule: str) -> str:
        """Return the rule's title, or its id where there is none."""
        return next((card.title for card in self.cards if card.id == rule), rule)

    def turns(self, pair: Pair) -> tuple[TurnRow, ...]:
        """Return the turns that the reviewer named."""
        return texts_of(self.calls[pair.call_id], pair.label.turns)

    def turn(self, pair: Pair, number: int) -> TurnRow:
        """Return a turn of the pair's call; an empty one where the results hold no such turn."""
        found = texts_of(self.calls[pair.call_id], [number])
        return found[0] if found else TurnRow(number, "unknown", None, "", None, None)

    def to_dict(self) -> dict[str, Any]:
        """Return the contract's object; the same input gives the same bytes."""
        figures = self.agreement
        lowest = figures.lowest
        return {
            "labels": self.labels.source,
            "calls": {
                "compared": figures.calls,
                "not_found": list(self.matched.not_found),
                "unlabelled": list(self.unlabelled),
            },
            "marks": {
                "compared": figures.pooled.of,
                "agreed": figures.pooled.part,
                "agreement": _rounded(figures.pooled.value),
                "reviewer_cannot_tell": self.matched.cannot_tell,
                "unmarked": self.matched.unmarked,
                "repeated": self.labels.repeated,
            },
            "kappa": {
                "mean": _rounded(figures.mean.value),
                "low": _rounded(figures.mean.low),
                "high": _rounded(figures.mean.high),
                "checks": len(figures.in_mean),
                "lowest": lowest and {"check": self.name(lowest.rule), "value": _rounded(lowest.kappa.value)},
            },
            "checks": [self._check(check) for check in figures.checks],
            "disagreements": [self._pair(pair) for check in figures.checks for pair in check.differing],
            "other_turns": [self._pair(pair) for check in figures.checks for pair in check.elsewhere],
            "odd_turns": [
                {"call_id": call_id, "check": self.name(rule), "turn": turn}
                for call_id, rule, turn in self.matched.odd_turns
            ],
            "rejected": [one._asdict() for one in self.rejected],
            "warnings": list(self.labels.warnings),
            "stamp": dict(self.stamp),
        }

    def _check(self, check: CheckAgreement) -> dict[str, Any]:
        people = [outcome for outcome in OUTCOMES if outcome != "cannot_tell"]
        return {
            "check": self.name(check.rule),
            "rule": check.rule,
            "title": self.title(check.rule),
            "calls": len(check.pairs),
            "agreed": check.agreed,
            "agreement": {
                "value": _rounded(check.agreement.value),
                "low": _rounded(check.agreement.low),
                "high": _rounded(check.agreement.high),
            },
            "kappa": _kappa(check.kappa),
            "outcomes": check.outcomes,
            "confusion": {said: {tool: check.confusion.get((said, tool), 0) for tool in OUTCOMES} for said in people},
            "met": _found(check.met),
            "missed": _found(check.missed),
            "evidence": {"same_turn": check.evidence.part, "of": check.evidence.of},
        }

    def _pair(self, pair: Pair) -> dict[str, Any]:
        finding = pair.finding
        return {
            "call_id": pair.call_id,
            "check": self.name(finding.rule),
            "rule": finding.rule,
            "reviewer": {
                "outcome": pair.label.outcome,
                "turns": list(pair.label.turns),
                "said": [{"turn": turn.turn, "role": turn.role, "text": turn.text} for turn in self.turns(pair)],
            },
            "tool": {
                "outcome": finding.outcome,
                "reason": finding.reason,
                "evidence": [
                    {**quote._asdict(), "role": self.turn(pair, quote.turn).role} for quote in finding.evidence
                ],
                "searched": list(finding.searched) if finding.searched else None,
            },
        }


def compare(
    labels: Labels,
    calls: Mapping[str, JudgedCall],
    unlabelled: Sequence[str],
    rejected: Sequence[Rejected],
    cards: Sequence[RuleCard],
    stamp: Mapping[str, str],
) -> Comparison:
    """Return the comparison of ``labels`` with the tool's marks on ``calls`` (by id).

    Raises:
        UsageError: there is not a single mark to compare.
    """
    beside = matched(labels.marks, calls)
    if not beside.pairs:
        raise _nothing_to_compare(labels, calls, unlabelled)
    figures = agreement(beside.pairs, [card.id for card in cards])
    return Comparison(
        labels,
        calls,
        beside,
        figures,
        tuple(unlabelled),
        (*labels.rejected, *rejected),
        tuple(cards),
        stamp,
    )


def _nothing_to_compare(labels: Labels, calls: Mapping[str, JudgedCall], unlabelled: Sequence[str]) -> UsageError:
    if calls:
        return UsageError(
            "the labelled calls are there, but no mark of theirs can be compared",
            where=labels.source,
            remedy="Labels of met, missed and not_applicable are compared; is each of a rule that marked the call?",
        )
    return UsageError(
        f"none of the labelled calls ({_some(list(labels.marks))}) is among the calls read "
        f"({_some(unlabelled) or 'there are none'})",
        where=labels.source,
        remedy="The call_id of a label is the transcript's own; `coach inspect PATH` shows it.",
    )


def _some(ids: Sequence[str]) -> str:
    return ", ".join(ids[:IDS_SHOWN]) + (", ..." if len(ids) > IDS_SHOWN else "")


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def _kappa(found: Kappa) -> dict[str, Any]:
    return {
        "value": _rounded(found.value),
        "low": _rounded(found.low),
        "high": _rounded(found.high),
        "note": found.note,
    }


def _found(found: Found) -> dict[str, Any]:
    return {
        "precision": _rounded(found.precision.value),
        "recall": _rounded(found.recall.value),
        "tool": found.precision.of,
        "reviewers": found.recall.of,
    }


def percent(share: float) -> str:
    """Return a share in per cent; one that is not whole never shows as 100%."""
    return "100%" if share == 1 else f"{min(99.9, 100 * share):.1f}%"
