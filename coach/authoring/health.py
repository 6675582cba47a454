"""How the rules do over many calls: which tell nothing, and which reviewers overturn. Rows in, figures out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from coach.agreement import Pair
from coach.rows import Results
from coach.rulebook import Rulebook, needed_moments
from coach.scored import OUTCOMES, Outcome, RuleCard
from coach.statistics import Rate, wilson_count

# Of fewer calls nothing is said. Of 30 that all come out alike the share is at least 0.89, by Wilson's interval.
LEAST_CALLS = 30
# Of fewer labels it is not said that a rule is overturned often.
LEAST_LABELS = 10
# A rule that is met (or missed) in more than this share of its calls hardly tells one agent from another.
NEARLY_ALL = 0.95
# A rule is overturned often where the interval of that share lies above this.
OFTEN = 0.1

LATEST = """
SELECT rule, outcome, count(*) AS calls FROM findings
WHERE key IN (SELECT key FROM calls WHERE rules_hash = ?) GROUP BY rule, outcome
"""
CALLS = "SELECT rules_hash, count(*) AS calls FROM calls GROUP BY rules_hash"
IDS = "SELECT call_id FROM calls WHERE rules_hash = ?"
MOMENTS = "SELECT moments FROM calls WHERE rules_hash = ? ORDER BY key"


@dataclass(frozen=True, slots=True)
class Overturned:
    """What reviewers say of a rule's marks: how many they labelled, and those that they overturn."""

    labels: int
    pairs: tuple[Pair, ...]

    @property
    def rate(self) -> Rate | None:
        """The share overturned, with its interval."""
        return wilson_count(len(self.pairs), self.labels)

    @property
    def often(self) -> bool:
        """Whether it is overturned often, as far as so many labels can tell."""
        return self.labels >= LEAST_LABELS and self.rate is not None and self.rate.low > OFTEN

    @property
    def ways(self) -> list[tuple[Outcome, Outcome, list[str]]]:
        """From which mark to which label, with the ids of the calls; the commonest first."""
        found: dict[tuple[Outcome, Outcome], list[str]] = {}
        for pair in self.pairs:
            found.setdefault((pair.finding.outcome, pair.label.outcome), []).append(pair.call_id)
        ways = [(tool, reviewer, ids) for (tool, reviewer), ids in found.items()]
        return sorted(ways, key=lambda way: (-len(way[2]), OUTCOMES.index(way[0]), OUTCOMES.index(way[1])))

    def to_dict(self) -> dict[str, Any]:
        """Return it as ``coach rules health --json`` writes it."""
        return {
            "labels": self.labels,
            "overturned": len(self.pairs),
            "share": _rate(self.rate),
            "often": self.often,
            "ways": [{"tool": tool, "reviewer": reviewer, "calls": ids} for tool, reviewer, ids in self.ways],
        }


@dataclass(frozen=True, slots=True)
class RuleHealth:
    """A rule's marks over all calls. ``overturned`` is ``None`` without labels of it."""

    rule: str
    title: str
    points: float
    counts: Mapping[str, int]
    overturned: Overturned | None = None

    @property
    def calls(self) -> int:
        """On how many calls it was asked."""
        return sum(self.counts.values())

    @property
    def fired(self) -> int:
        """On how many calls it is met or missed."""
        return self.counts["met"] + self.counts["missed"]

    @property
    def met(self) -> Rate | None:
        """The share of met among met and missed, with its interval."""
        return wilson_count(self.counts["met"], self.fired)

    @property
    def flags(self) -> tuple[str, ...]:
        """What is wrong with it, as far as so many calls can tell."""
        found = (*self._marks_flag(),)
        return (*found, "often_overturned") if self.overturned and self.overturned.often else found

    def _marks_flag(self) -> tuple[str, ...]:
        counts = self.counts
        if self.calls < LEAST_CALLS:
            return ("too_few_calls",)
        if not self.fired:
            for outcome in ("not_applicable", "cannot_tell"):
                if counts[outcome] == self.calls:
                    return ("never_fires", f"always_{outcome}")
            return ("never_fires",)
        if self.fired < LEAST_CALLS:
            return ("fires_too_rarely_to_say",)
        for outcome in ("met", "missed"):
            if counts[outcome] == self.fired:
                return (f"always_{outcome}",)
            if counts[outcome] > NEARLY_ALL * self.fired:
                return (f"nearly_always_{outcome}",)
        return ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as ``coach rules health --json`` writes it."""
        return {
            "rule": self.rule,
            "title": self.title,
            "points": self.points,
            "calls": self.calls,
            **{outcome: self.counts[outcome] for outcome in OUTCOMES},
            "met_share": _rate(self.met),
            "flags": list(self.flags),
            "overturned": self.overturned and self.overturned.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class Health:
    """All rules, in the order of the scorecard.

    ``calls`` are those marked by the latest rules, ``earlier`` those whose marks are of other rules and do not count.
    ``unheard`` are the moments that occur in no call, each with the rules that rest on it; ``None`` where the rule
    files at hand are not those that made the marks.
    """

    rules: tuple[RuleHealth, ...]
    calls: int
    earlier: int
    unheard: Mapping[str, Sequence[str]] | None

    def to_dict(self) -> dict[str, Any]:
        """Return it as ``coach rules health --json`` writes it."""
        unheard = self.unheard
        return {
            "calls": self.calls,
            "marked_by_other_rules": self.earlier,
            "rules": [rule.to_dict() for rule in self.rules],
            "moments_never_heard": None
            if unheard is None
            else [{"moment": moment, "rules": list(rules)} for moment, rules in unheard.items()],
        }


def rules_health(
    results: Results, rules_hash: str, cards: Iterable[RuleCard], pairs: Iterable[Pair] = ()
) -> tuple[RuleHealth, ...]:
    """Return how each rule of ``cards`` does on the calls marked by the rules of ``rules_hash``.

    ``pairs`` are the marks that reviewers labelled.
    """
    counts: dict[str, dict[str, int]] = {}
    for row in results.rows(LATEST, [rules_hash]):
        counts.setdefault(row["rule"], dict.fromkeys(OUTCOMES, 0))[row["outcome"]] = row["calls"]
    labelled: dict[str, list[Pair]] = {}
    for pair in pairs:
        labelled.setdefault(pair.finding.rule, []).append(pair)
    return tuple(
        RuleHealth(card.id, card.title, card.possible, counts[card.id], _overturned(labelled.get(card.id, ())))
        for card in cards
        if card.id in counts
    )


def _overturned(pairs: Sequence[Pair]) -> Overturned | None:
    # What the tool could not tell is no mark that anybody could overturn.
    given = [pair for pair in pairs if pair.finding.outcome != "cannot_tell"]
    return Overturned(len(given), tuple(pair for pair in given if not pair.agrees)) if given else None


def marked_calls(results: Results, rules_hash: str) -> tuple[int, int]:
    """Return how many calls are marked by the rules of ``rules_hash``, and how many by others."""
    counts = {row["rules_hash"]: row["calls"] for row in results.rows(CALLS)}
    return counts.get(rules_hash, 0), sum(counts.values()) - counts.get(rules_hash, 0)


def ids_marked_by(results: Results, rules_hash: str) -> set[str]:
    """Return the ids of the calls that are marked by the rules of ``rules_hash``."""
    return {row["call_id"] for row in results.rows(IDS, [rules_hash])}


def moments_never_heard(results: Results, rules_hash: str, book: Rulebook) -> dict[str, tuple[str, ...]]:
    """Return the moments of ``book`` that occur in no call, by name, each with the rules that rest on it."""
    waiting = {moment.id for moment in book.moments}
    for row in results.rows(MOMENTS, [rules_hash]):
        waiting -= {name for name, places in orjson.loads(row["moments"]).items() if places}
        if not waiting:
            break
    needed = {rule.id: set(needed_moments(rule, book)) for rule in book.rules}
    return {name: tuple(rule for rule, names in needed.items() if name in names) for name in sorted(waiting)}


def _rate(rate: Rate | None) -> dict[str, float] | None:
    return rate and {"value": round(rate.value, 4), "low": round(rate.low, 4), "high": round(rate.high, 4)}
