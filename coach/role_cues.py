"""Who the agent is, from what is said: one side greets, offers help and reads back; the other has a problem.

Each moment named in ``rules/roles.yml`` speaks for its speaker being the agent (above 0) or the customer (below 0).
The weights add up as log-odds, so the difference between the two speakers gives the confidence.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coach.call import Call, Roles, Turn
from coach.errors import RuleError
from coach.language import Hit
from coach.rule_yaml import Strict, parse

# Nobody is scored by guess: under this the roles stay unknown. Chosen on the calls of known roles so that wrong
# answers stay under one in two hundred (benchmarks/roles.py measures it).
LEAST_CONFIDENCE = 0.96
# A moment said again and again says little more than once or twice.
MOST_COUNTED = 3


class _File(Strict):
    id: str
    weights: dict[str, float]


@dataclass(frozen=True, slots=True)
class RoleCues:
    """``weights``: by moment, the log-odds that who says it is the agent."""

    weights: Mapping[str, float]

    def resolve(self, call: Call, spans: Mapping[str, Sequence[Hit]]) -> Call:
        """Return ``call`` with roles if the evidence is clear, else as it was.

        Speakers are the labels of the file; with fewer than two nothing can be told. The speaker with the most
        evidence is the agent, the next who says enough is the customer, and anybody else is ``other``.
        """
        evidence = self.evidence(call.turns, spans)
        heard = Counter(_label(turn) for turn in call.turns if turn.role != "other" and _label(turn))
        speakers = [label for label, _ in heard.most_common()]
        if len(speakers) < 2:
            return call
        pair = speakers[:2]
        first, second = sorted(pair, key=lambda label: (-evidence.get(label, 0.0), pair.index(label)))
        margin = evidence.get(first, 0.0) - evidence.get(second, 0.0)
        confidence = round(1 / (1 + math.exp(-margin)), 3)
        if confidence < LEAST_CONFIDENCE:
            return replace(call, roles=Roles("unknown", (), confidence))
        turns = tuple(
            turn._replace(role="agent" if _label(turn) == first else "customer" if _label(turn) == second else "other")
            if turn.role == "unknown"
            else turn
            for turn in call.turns
        )
        return replace(call, turns=turns, roles=Roles("content", (first,), confidence))

    def evidence(self, turns: Sequence[Turn], spans: Mapping[str, Sequence[Hit]]) -> dict[str, float]:
        """Return the summed log-odds of each speaker label."""
        sums: dict[str, float] = {}
        for name, weight in self.weights.items():
            counts = Counter(_label(turns[hit.turn]) for hit in spans.get(name, ()))
            for label, count in counts.items():
                sums[label] = sums.get(label, 0.0) + weight * min(count, MOST_COUNTED)
        return sums


def load_role_cues(path: Path, known_moments: Iterable[str]) -> RoleCues:
    """Read ``roles.yml``.

    Raises:
        RuleError: the file is wrong, or names a moment that does not exist.
    """
    weights = parse(path, _File, id=path.stem).weights
    known = set(known_moments)
    for name in sorted(weights.keys() - known):
        raise RuleError(f"there is no moment {name!r}", where=str(path), remedy="Name a file of moments/ without .yml.")
    return RoleCues(weights)


def _label(turn: Turn) -> str:
    return turn.speaker or ""
