"""How well the moments of everyday courtesy are found in single turns of many sectors, countries and styles.

    python benchmarks/moments.py [--half work|check] [--misses hold] [TURNS.jsonl]

Each line of the turns is ``{"id", "role", "text", "moments": [...]}``: a turn as the whole of a call, and which of
``MOMENTS`` stand in it; ``either`` names those on which people may differ, which are not counted. The turns were
written for this before the phrases were looked at. They are split in two by a hash of the id: phrases were worked
out on ``work`` and only looked at on ``check``.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accuracy import half_of, lines

from coach.call import Call, Turn
from coach.scoring import Scorer

TURNS = Path(__file__).resolve().parent / "moment_turns.jsonl"
MOMENTS = (
    "greeting",
    "identification",
    "offer_of_help",
    "thanks",
    "hold",
    "transfer",
    "further_help",
    "well_wish",
    "goodbye",
)


@dataclass(frozen=True)
class Figures:
    """Of one moment: the turns rightly found, those wrongly found, those overlooked."""

    right: int
    false: tuple[Mapping[str, Any], ...]
    overlooked: tuple[Mapping[str, Any], ...]

    @property
    def precision(self) -> float:
        """The share of what was found that is right."""
        return self.right / max(self.right + len(self.false), 1)

    @property
    def recall(self) -> float:
        """The share of what is there that was found."""
        return self.right / max(self.right + len(self.overlooked), 1)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.right / max(2 * self.right + len(self.false) + len(self.overlooked), 1)


def figures(turns: Sequence[Mapping[str, Any]], scorer: Scorer) -> dict[str, Figures]:
    """Return the figures of each moment over labelled ``turns``."""
    heard = [
        scorer.score(Call(turn["id"], (Turn(turn["role"], turn["text"]),), format="native", source="")).moments
        for turn in turns
    ]
    return {moment: _figures_of(moment, turns, heard) for moment in MOMENTS}


def _figures_of(
    moment: str, turns: Sequence[Mapping[str, Any]], heard: Sequence[Mapping[str, Sequence[object]]]
) -> Figures:
    judged = [
        (turn, moment in turn["moments"], bool(found.get(moment)))
        for turn, found in zip(turns, heard, strict=True)
        if moment not in turn.get("either", ())
    ]
    return Figures(
        right=sum(there and found for _, there, found in judged),
        false=tuple(turn for turn, there, found in judged if found and not there),
        overlooked=tuple(turn for turn, there, found in judged if there and not found),
    )


def main() -> None:
    """Print the figures, and the misses of a moment where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("turns", nargs="?", type=Path, default=TURNS)
    parser.add_argument("--half", choices=["work", "check", "both"], default="both")
    parser.add_argument("--misses", help="a moment whose misses to list, or 'all'")
    asked = parser.parse_args()
    turns = [turn for turn in lines(asked.turns) if asked.half in ("both", half_of(turn["id"]))]
    for moment, found in figures(turns, Scorer.load()).items():
        print(f"{moment:15} F1 {found.f1:.3f}  P {found.precision:.3f}  R {found.recall:.3f}  right {found.right}")
        if asked.misses in (moment, "all"):
            for kind, missed in (("false", found.false), ("overlooked", found.overlooked)):
                for turn in missed:
                    print(f"  {kind:10} {turn['id']:22} {turn['role'][:2]}  {turn['text']}")


if __name__ == "__main__":
    main()
