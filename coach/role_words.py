"""Who talks like an agent, told by short runs of common words and by what follows what in the talk.

Only words that many desks share count, so that what a call is about says nothing: any other word is ``OTHER``. How much
each run and each exchange speaks for the agent was fitted by ``python benchmarks/role_fit.py`` and stands in
``rules/role_words.json``.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coach.errors import RuleError
from coach.language import Hit, Spoken
from coach.role_turns import KIND_MOMENTS, Heard, exchanges

OTHER = "*"
BEGIN, END = "^", "$"
LONGEST_RUN = 3
# The cue whose value is the natural logarithm of how many words a side says.
SHARE = "words"


@dataclass(frozen=True, slots=True)
class RoleWords:
    """What the talk of a side says of its role, in log-odds: above 0 the agent, below 0 the customer.

    ``runs`` is by run of words, ``exchanges`` by what ``coach.role_turns`` finds.
    """

    common: frozenset[str] = frozenset()
    runs: Mapping[str, float] = field(default_factory=dict)
    exchanges: Mapping[str, float] = field(default_factory=dict)

    def evidence(self, spoken: Spoken, moments: Mapping[str, Sequence[Hit]]) -> dict[str, float]:
        """Return the summed log-odds of each speaker label."""
        turns = heard_in(spoken, moments, KIND_MOMENTS)
        said, done = run_cues(turns, self.common), exchange_cues(turns, self.common)
        return {label: _sum(said[label], self.runs) + _sum(done[label], self.exchanges) for label in said}


def heard_in(spoken: Spoken, moments: Mapping[str, Sequence[Hit]], names: Collection[str]) -> list[Heard]:
    """Return the turns of a call with those of their moments that are in ``names``, in the order of these."""
    found: list[list[str]] = [[] for _ in spoken.call.turns]
    for name in sorted(names):
        for hit in moments.get(name, ()):
            found[hit.turn].append(name)
    return [
        Heard(turn.speaker or "", words_of(spoken, index), found[index]) for index, turn in enumerate(spoken.call.turns)
    ]


def run_cues(turns: Sequence[Heard], common: Collection[str]) -> dict[str, dict[str, float]]:
    """Return the runs that each speaker says; a run counts once however often they say it."""
    found: dict[str, dict[str, float]] = {turn.label: {} for turn in turns}
    for turn in turns:
        found[turn.label].update(dict.fromkeys(runs(turn.words, common), 1.0))
    return found


def exchange_cues(turns: Sequence[Heard], common: Collection[str]) -> dict[str, dict[str, float]]:
    """Return what each speaker does in which place, and how much they say."""
    found = exchanges(turns, common)
    for label, cues in found.items():
        cues[SHARE] = math.log1p(sum(len(turn.words) for turn in turns if turn.label == label))
    return found


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
        return RoleWords(frozenset(data["common"].split()), _weights(data["runs"]), _weights(data["exchanges"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RuleError(
            f"the weights of words cannot be read ({type(error).__name__}: {error})",
            where=str(path),
            remedy="Restore the file, or write it anew with benchmarks/role_fit.py.",
        ) from None


def _weights(data: Mapping[str, Any]) -> dict[str, float]:
    return {str(name): float(weight) for name, weight in data.items()}


def _sum(cues: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return math.fsum(weights.get(name, 0.0) * value for name, value in cues.items())
