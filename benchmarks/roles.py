"""Who is the agent, from content alone: speaker labels hidden, the first turns dropped.

    python benchmarks/roles.py CALLS_FOLDER [--half work|check] [--fit]

Each call of ``operator.jsonl`` and ``telehealth.jsonl`` is tried with its first 0 to 4 turns dropped. ``--fit`` prints
the log-odds that each moment is said by the agent, from the calls of the ``work`` half.
"""

from __future__ import annotations

import argparse
import hashlib
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from accuracy import half_of

from coach.call import Call, Roles
from coach.readers import Rejected, read
from coach.role_cues import MOST_COUNTED
from coach.scoring import Scorer

DROPPED = range(5)


def hidden(call: Call, dropped: int) -> Call:
    """Return ``call`` without its first turns and with labels that say nothing."""
    flip = hashlib.md5(f"{call.call_id}-{dropped}".encode(), usedforsecurity=False).digest()[0] % 2
    label = {"agent": f"spk_{flip}", "customer": f"spk_{1 - flip}"}
    turns = tuple(turn._replace(role="unknown", speaker=label[turn.role]) for turn in call.turns[dropped:])
    return replace(call, turns=turns, roles=Roles())


def calls_of(folder: Path, half: str) -> Iterator[Call]:
    """Yield the calls of known roles in one half of the sets."""
    for name in ("operator.jsonl", "telehealth.jsonl"):
        for call in read([str(folder / name)]):
            if not isinstance(call, Rejected) and half in ("both", half_of(call.call_id)):
                yield call


def fit(folder: Path, scorer: Scorer) -> None:
    """Print the log-odds of each moment, counted as the cues count them, add-one smoothed."""
    said: dict[str, Counter[str]] = {}
    for call in calls_of(folder, "work"):
        for name, hits in scorer.hear(call).moments.items():
            for role in ("agent", "customer"):
                count = min(sum(call.turns[hit.turn].role == role for hit in hits), MOST_COUNTED)
                said.setdefault(name, Counter())[role] += count
    for name, counts in sorted(said.items()):
        odds = math.log((counts["agent"] + 1) / (counts["customer"] + 1))
        print(f"{name:22} {odds:+.2f}  agent {counts['agent']}, customer {counts['customer']}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=["work", "check", "both"], default="both")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--misses", action="store_true", help="name the calls that went wrong")
    arguments = parser.parse_args()
    scorer = Scorer.load()
    if arguments.fit:
        fit(arguments.folder, scorer)
        return
    for name in ("operator", "telehealth"):
        counts: Counter[str] = Counter()
        for call in calls_of(arguments.folder, arguments.half):
            if not call.call_id.startswith(name):
                continue
            for dropped in DROPPED:
                tried = hidden(call, dropped)
                if len({turn.speaker for turn in tried.turns}) < 2:
                    continue
                found = scorer.with_roles(tried)
                if found.roles.how == "unknown":
                    kind = "unknown"
                else:
                    is_right = found.turns[0].role == call.turns[dropped].role
                    kind = "right" if is_right else "wrong"
                counts[kind] += 1
                if arguments.misses and kind != "right":
                    print(kind, call.call_id, dropped, found.roles.confidence, len(tried.turns))
        total = sum(counts.values())
        print(name, {kind: f"{count} ({count / total:.1%})" for kind, count in sorted(counts.items())}, "of", total)


if __name__ == "__main__":
    main()
