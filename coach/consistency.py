"""Whether one agent serves every kind of customer alike: scores compared by kind, with intervals. Pure.

A kind is a value of one metadata key, such as ``internal`` and ``external`` of ``customer_type``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from coach.scored import Outcome
from coach.statistics import Difference, Rate, Scores, difference, mean_score, scores_of, z_of

# Below this many calls of a kind its mean says more of the calls than of the agent.
LEAST_OF_A_KIND = 5


class Kind(NamedTuple):
    """A kind of customer, the calls with it and their mean score, 0 to 1, with its interval."""

    name: str
    calls: int
    score: Rate


class Comparison(NamedTuple):
    """How an agent's calls compare by kind of customer.

    ``outcome`` is ``met`` where the means surely lie less than the gap apart, ``missed`` where two of them surely
    differ, and by the gap or more; ``cannot_tell`` where the calls are too few for either; ``not_applicable`` where
    the calls are of one kind. ``kinds`` come lowest score first.
    """

    outcome: Outcome
    kinds: tuple[Kind, ...]
    apart: Difference | None = None
    low: str = ""
    high: str = ""


def compare(by_kind: Mapping[str, Scores], gap: float) -> Comparison:
    """Compare the mean scores of kinds of customers.

    Every pair is compared by Newcombe's interval (see ``coach.statistics.difference``); with several pairs each
    interval is widened so that all of them hold together in 95 of 100 cases (Bonferroni's inequality).

    Args:
        by_kind: the scored calls of one agent, by kind.
        gap: how many points, of 100, two means have to be apart to matter.
    """
    if len(by_kind) < 2:
        return Comparison("not_applicable", _kinds(by_kind, 1))
    judged = {name: one for name, one in by_kind.items() if one.calls >= LEAST_OF_A_KIND}
    pairs = max(len(judged) * (len(judged) - 1) // 2, 1)
    kinds = _kinds(judged, pairs)
    if len(kinds) < 2:
        return Comparison("cannot_tell", _kinds(by_kind, 1))
    compared = [(difference(one.score, other.score), one.name, other.name) for one, other in combinations(kinds, 2)]
    shown = _kinds(judged, 1)
    sure = [pair for pair in compared if pair[0].low > 0 and 100 * pair[0].value >= gap]
    if sure:
        apart, low, high = max(sure, key=lambda pair: pair[0].value)
        return Comparison("missed", shown, apart, low, high)
    apart, low, high = max(compared, key=lambda pair: pair[0].value)
    alike = all(100 * max(abs(pair[0].low), abs(pair[0].high)) < gap for pair in compared)
    return Comparison("met" if alike else "cannot_tell", shown, apart, low, high)


def _kinds(by_kind: Mapping[str, Scores], pairs: int) -> tuple[Kind, ...]:
    z = z_of(0.95, pairs)
    rated = ((name, one, mean_score(one, z)) for name, one in sorted(by_kind.items()))
    kinds = [Kind(name, one.calls, rate) for name, one, rate in rated if rate is not None]
    return tuple(sorted(kinds, key=lambda kind: (kind.score.value, kind.name)))


def in_words(comparison: Comparison, by: str) -> str:
    """Return a comparison by the metadata key ``by`` as a sentence or two."""
    if comparison.outcome == "not_applicable":
        kind = f" ({comparison.kinds[0].name})" if comparison.kinds else ""
        return f"All calls are of one kind by {by}{kind}, so there is nothing to compare."
    apart = comparison.apart
    if apart is None:
        few = ", ".join(f"{kind.calls} {kind.name}" for kind in comparison.kinds)
        return f"There are too few scored calls of each kind to compare: {few}; it takes {LEAST_OF_A_KIND} of a kind."
    means = "; ".join(_mean(kind) for kind in comparison.kinds)
    points = 100 * apart.value
    if comparison.outcome == "missed":
        verdict = f"{comparison.high} calls score {points:.0f} points more than {comparison.low}, by more than chance"
    elif comparison.outcome == "met":
        verdict = "they are alike"
    else:
        verdict = f"{points:.0f} points apart at most, which may be chance"
    return f"Mean score by {by}: {means}. {verdict[:1].upper()}{verdict[1:]}."


def _mean(kind: Kind) -> str:
    low, high = 100 * kind.score.low, 100 * kind.score.high
    return f"{kind.name} {100 * kind.score.value:.0f} ({low:.0f} to {high:.0f}, {kind.calls} calls)"


def kind_scores(scores: Sequence[float], marks_a_call: int) -> Scores:
    """Return scores of 0 to 100 as those of one kind, each standing on so many marks."""
    return scores_of([score / 100 for score in scores], marks_a_call * len(scores))
