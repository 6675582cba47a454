"""How well occasions are told from what only looks like one: a fault reported, a refusal, a wait, and their like.

    python benchmarks/occasions.py [--half work|check] [--misses problem] [TURNS.jsonl]

Each line of the turns is ``{"id", "set", "role", "text", "moments": [...]}``: a turn as the whole of a call, or with
``"before": [role, text]`` in front of it, and which moments stand in it. A turn is judged for every moment that its
``set`` names in turns of the same role, except those in its ``either``, on which people may differ. About half of each
set are turns that look like an occasion and are none. They were written before the phrases were looked at, and are
split in two by a hash of the id: phrases were worked out on ``work`` and only looked at on ``check``.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from accuracy import half_of, lines
from moments import Figures

from coach.call import Call, Roles, Turn
from coach.scoring import Scorer

TURNS = Path(__file__).resolve().parent / "occasion_turns.jsonl"


def figures(turns: Sequence[Mapping[str, Any]], scorer: Scorer) -> dict[str, Figures]:
    """Return the figures of each moment that the labelled ``turns`` name, in order of name."""
    found = [_moments_in(turn, scorer) for turn in turns]
    named = {(turn["set"], turn["role"], moment) for turn in turns for moment in turn["moments"]}
    return {
        moment: _figures_of(
            moment,
            [
                (turn, heard)
                for turn, heard in zip(turns, found, strict=True)
                if (turn["set"], turn["role"], moment) in named
            ],
        )
        for moment in sorted({moment for _, _, moment in named})
    }


def figures_by_half(turns: Sequence[Mapping[str, Any]], scorer: Scorer) -> dict[str, dict[str, Figures]]:
    """Return the figures of each half of ``turns``, by half and moment."""
    return {
        half: figures([turn for turn in turns if half_of(turn["id"]) == half], scorer) for half in ("work", "check")
    }


def _moments_in(turn: Mapping[str, Any], scorer: Scorer) -> frozenset[str]:
    """Return the names of the moments that the tool finds in the judged turn, which is the last."""
    said = [turn["before"]] if "before" in turn else []
    spoken = tuple(Turn(role, text) for role, text in [*said, (turn["role"], turn["text"])])
    scored = scorer.score(Call(turn["id"], spoken, roles=Roles("given"), format="native"))
    return frozenset(
        name for name, quotes in scored.moments.items() if any(quote.turn == len(said) for quote in quotes)
    )


def _figures_of(moment: str, judged: Sequence[tuple[Mapping[str, Any], frozenset[str]]]) -> Figures:
    sure = [(turn, moment in turn["moments"], moment in heard) for turn, heard in judged if not _open(turn, moment)]
    return Figures(
        right=sum(there and found for _, there, found in sure),
        false=tuple(turn for turn, there, found in sure if found and not there),
        overlooked=tuple(turn for turn, there, found in sure if there and not found),
    )


def _open(turn: Mapping[str, Any], moment: str) -> bool:
    """Tell whether people may differ on ``moment`` in this turn."""
    return moment in turn.get("either", ())


def _show(half: str, rows: Mapping[str, Figures]) -> None:
    print(half)
    for moment, row in rows.items():
        print(f"  {moment:18} F1 {row.f1:.3f}  P {row.precision:.3f}  R {row.recall:.3f}  right {row.right}")


def _show_misses(row: Figures) -> None:
    for kind, turns in (("false", row.false), ("overlooked", row.overlooked)):
        for turn in turns:
            before = f"({turn['before'][1]}) " if "before" in turn else ""
            print(f"  {kind:10} {turn['id']:12} {turn['role'][:2]}  {before}{turn['text']}")


def main() -> None:
    """Print the figures of each half, and the misses of a moment on the half that was worked on where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("turns", nargs="?", type=Path, default=TURNS)
    parser.add_argument("--half", choices=["work", "check", "both"], default="both")
    parser.add_argument("--misses", metavar="MOMENT", help="a moment whose misses on the work half to list")
    asked = parser.parse_args()
    halves = figures_by_half(list(lines(asked.turns)), Scorer.load())
    for half, rows in halves.items():
        if asked.half in ("both", half):
            _show(half, rows)
    if asked.misses in halves["work"]:
        _show_misses(halves["work"][asked.misses])


if __name__ == "__main__":
    main()
