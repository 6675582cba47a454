"""Who talks like an agent, told by short runs of common words: "do you have" against "i have got".

Only words that many desks share count, so that what a call is about says nothing: any other word is ``OTHER``. How much
each run speaks for the agent was fitted by ``python benchmarks/role_fit.py`` and stands in ``rules/role_words.json``.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coach.errors import RuleError
from coach.language import Spoken

OTHER = "*"
BEGIN, END = "^", "$"
LONGEST_RUN = 3


@dataclass(frozen=True, slots=True)
class RoleWords:
    """What the words of a side say of its role, in log-odds: above 0 the agent, below 0 the customer.

    ``weights`` is by run of words; ``share`` is for the natural logarithm of how many words a side says.
    """

    common: frozenset[str] = frozenset()
    weights: Mapping[str, float] = field(default_factory=dict)
    share: float = 0.0

    def evidence(self, spoken: Spoken) -> dict[str, float]:
        """Return the summed log-odds of each speaker label; a run counts once however often a speaker says it."""
        said: dict[str, dict[str, None]] = {}
        counts: dict[str, int] = {}
        for index, turn in enumerate(spoken.call.turns):
            words = words_of(spoken, index)
            label = turn.speaker or ""
            counts[label] = counts.get(label, 0) + len(words)
            said.setdefault(label, {}).update(dict.fromkeys(runs(words, self.common)))
        return {
            label: sum(self.weights.get(run, 0.0) for run in found) + self.share * math.log1p(counts[label])
            for label, found in said.items()
        }


def words_of(spoken: Spoken, turn: int) -> list[str]:
    """Return the comparable words of a turn in lower case; question marks, which many transcripts lack, left out."""
    words = spoken.texts[spoken.firsts[turn] : spoken.lasts[turn]]
    return [word.lower() for word in words if word != "?"]


def runs(words: Sequence[str], common: Collection[str]) -> Iterator[str]:
    """Yield every run of one to ``LONGEST_RUN`` words of a turn, its ends marked; words that are not common are one."""
    if not words:
        return
    marked = [BEGIN, *(word if word in common else OTHER for word in words), END]
    yield from marked[1:-1]
    for length in range(2, LONGEST_RUN + 1):
        for start in range(len(marked) - length + 1):
            yield " ".join(marked[start : start + length])


def load_role_words(path: Path) -> RoleWords:
    """Read ``role_words.json``.

    Raises:
        RuleError: the file is missing or is not what the fit writes.
    """
    import orjson

    try:
        data: Any = orjson.loads(path.read_bytes())
        return RoleWords(
            frozenset(data["common"].split()),
            {str(run): float(weight) for run, weight in data["weights"].items()},
            float(data["share"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RuleError(
            f"the weights of words cannot be read ({type(error).__name__}: {error})",
            where=str(path),
            remedy="Restore the file, or write it anew with benchmarks/role_fit.py.",
        ) from None
