"""Who is the agent, from content alone: speaker labels hidden, the first turns dropped.

    python benchmarks/roles.py CALLS_FOLDER [--half work|check] [--misses]

Each call of ``operator.jsonl`` and ``telehealth.jsonl``, or of any other file of native calls in the folder, is tried
with its first 0 to 4 turns dropped. The weights were fitted on those two sets among others, so for them see also
``role_fit.py``, which says how calls come out that were not fitted on.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from role_sources import REAL, hidden, real, two_sided

from coach.call import Call
from coach.scoring import Scorer

DROPPED = range(5)
# Turns that are left: 2, 3, 4, 5-6, 7-10, 11 and more.
BANDS = ((2, "2"), (3, "3"), (4, "4"), (6, "5-6"), (10, "7-10"), (10**9, "11 or more"))


class Answer(NamedTuple):
    """``kind`` is right, wrong or unknown; ``left`` is how many turns of the call were left."""

    call_id: str
    dropped: int
    left: int
    kind: str
    confidence: float


def answers(scorer: Scorer, call: Call) -> Iterator[Answer]:
    """Yield how ``call``, whose roles are known, comes out with its first turns dropped."""
    for dropped in DROPPED:
        tried = hidden(call, dropped)
        if len({turn.speaker for turn in tried.turns}) < 2:
            continue
        found = scorer.with_roles(tried)
        if found.roles.how == "unknown":
            kind = "unknown"
        else:
            kind = "right" if found.turns[0].role == call.turns[dropped].role else "wrong"
        yield Answer(call.call_id, dropped, len(tried.turns), kind, found.roles.confidence)


def answers_of(folder: Path, half: str) -> dict[str, list[Answer]]:
    """Return the answers by set; ``half`` is ``work``, ``check`` or ``both``."""
    scorer = Scorer.load()
    names = REAL if (folder / f"{REAL[0]}.jsonl").is_file() else sorted(path.stem for path in folder.glob("*.jsonl"))
    return {
        name: [answer for call in two_sided(real(folder, name, half)) for answer in answers(scorer, call)]
        for name in names
    }


def figures(folder: Path, half: str = "both") -> Mapping[str, Counter[str]]:
    """Return how many answers are right, wrong and unknown, by set."""
    return {name: Counter(answer.kind for answer in found) for name, found in answers_of(folder, half).items()}


def by_turns_left(found: list[Answer]) -> Mapping[str, Counter[str]]:
    """Return the same by how many turns were left."""
    bands: dict[str, Counter[str]] = defaultdict(Counter)
    for answer in sorted(found, key=lambda answer: answer.left):
        bands[next(name for most, name in BANDS if answer.left <= most)][answer.kind] += 1
    return bands


def shown(counts: Counter[str]) -> str:
    """Return counts with their shares."""
    total = counts.total()
    return ", ".join(f"{kind} {counts[kind]} ({counts[kind] / total:.1%})" for kind in ("right", "wrong", "unknown"))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=["work", "check", "both"], default="both")
    parser.add_argument("--misses", action="store_true", help="name the calls that did not come out right")
    arguments = parser.parse_args()
    for name, found in answers_of(arguments.folder, arguments.half).items():
        counts = Counter(answer.kind for answer in found)
        print(f"{name}: {shown(counts)} of {counts.total()}")
        for band, kinds in by_turns_left(found).items():
            print(f"  {band} turns left: {shown(kinds)}")
        if arguments.misses:
            print(*(answer for answer in found if answer.kind != "right"), sep="\n")


if __name__ == "__main__":
    main()
