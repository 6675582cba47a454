"""Measure how often discourteous agent turns are found, by kind, and how often courteous ones are taken for them.

    python benchmarks/courtesy.py [--half work|check] [--set PREFIX] [--misses]

Each line of ``courtesy_turns.jsonl`` is a short call with one agent turn to judge: ``{"id", "kind", "style", "turns",
"at"}``, where ``kind`` says in what way it is discourteous, or that it is ``courteous`` (``like`` then says what makes
it look otherwise). A turn counts as found if the courtesy rule quotes it. The set is split in two by a hash of the id:
phrases were worked out on ``work`` and only counted on ``check``. ``--misses`` lists what goes wrong on ``work``.
``--set`` counts only the turns whose ids begin with a prefix, one for each time that lines were written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from coach.call import Call, Roles, Turn
from coach.scoring import Scorer

sys.path.insert(0, str(Path(__file__).resolve().parent))
from accuracy import half_of, lines

TURNS = Path(__file__).resolve().parent / "courtesy_turns.jsonl"
RULE = "service.courtesy"
COURTEOUS = "courteous"
MOMENTS = (
    "abrupt",
    "belittling",
    "blaming",
    "disbelieving",
    "dismissive",
    "hostile",
    "mocking",
    "rude_words",
)


class Judged(NamedTuple):
    """A labelled turn: ``words`` that the rule quotes from it, and the ``moments`` that they are; empty if none."""

    data: dict[str, Any]
    words: tuple[str, ...]
    moments: tuple[str, ...]

    @property
    def is_rude(self) -> bool:
        """Whether who wrote the turn calls it discourteous."""
        return bool(self.data["kind"] != COURTEOUS)


class Figures(NamedTuple):
    """``found`` of the ``turns`` of a group; what does not apply to the group is ``None``.

    The groups are all turns, discourteous turns by kind (recall), and turns found by moment (precision: how many of
    them are discourteous in whatever way).
    """

    name: str
    turns: int
    found: int
    precision: float | None = None
    recall: float | None = None
    f1: float | None = None


def judged(turns: Iterable[dict[str, Any]], scorer: Scorer) -> Iterator[Judged]:
    """Yield each labelled turn with what the courtesy rule quotes from it."""
    for data in turns:
        call = Call(data["id"], tuple(Turn(role, text) for role, text in data["turns"]), roles=Roles("given"))
        scored = scorer.score(call)
        finding = next(finding for finding in scored.findings if finding.rule == RULE)
        yield Judged(
            data,
            tuple(quote.text for quote in finding.evidence if quote.turn == data["at"]),
            tuple(name for name in MOMENTS if any(quote.turn == data["at"] for quote in scored.moments.get(name, ()))),
        )


def figures(turns: Sequence[Judged]) -> list[Figures]:
    """Return the figures of all turns, of each kind of discourtesy, and of each moment, in order of name."""
    rude = [turn for turn in turns if turn.is_rude]
    right, wrong = _found(rude), _found(turn for turn in turns if not turn.is_rude)
    rows = [
        Figures(
            "all",
            len(turns),
            right + wrong,
            right / max(right + wrong, 1),
            right / len(rude),
            2 * right / (len(rude) + right + wrong),
        ),
        Figures(COURTEOUS, len(turns) - len(rude), wrong),
    ]
    for kind in sorted({turn.data["kind"] for turn in rude}):
        group = [turn for turn in rude if turn.data["kind"] == kind]
        rows.append(Figures(kind, len(group), _found(group), recall=_found(group) / len(group)))
    for moment in MOMENTS:
        group = [turn for turn in turns if moment in turn.moments]
        if group:
            rows.append(
                Figures(moment, len(group), len(group), precision=sum(turn.is_rude for turn in group) / len(group))
            )
    return rows


def figures_by_half(turns: Sequence[Judged]) -> dict[str, list[Figures]]:
    """Return the figures of each half of the set."""
    return {half: figures([turn for turn in turns if half_of(turn.data["id"]) == half]) for half in ("work", "check")}


def _found(turns: Iterable[Judged]) -> int:
    return sum(bool(turn.words) for turn in turns)


def _show(rows: Iterable[Figures]) -> None:
    print(f"{'':<15}{'turns':>6}{'found':>7}{'P':>8}{'R':>8}{'F1':>8}")
    for row in rows:
        rates = "".join(f"{rate:>8.3f}" if rate is not None else f"{'':>8}" for rate in row[3:])
        print(f"{row.name:<15}{row.turns:>6}{row.found:>7}{rates}".rstrip())


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("turns", nargs="?", type=Path, default=TURNS)
    parser.add_argument("--half", choices=["work", "check", "both"], default="both")
    parser.add_argument("--misses", action="store_true", help="list what goes wrong on the half that was worked on")
    parser.add_argument("--set", default="", metavar="PREFIX", help="count only turns whose ids begin with this")
    asked = parser.parse_args()
    chosen = (data for data in lines(asked.turns) if data["id"].startswith(asked.set))
    turns = list(judged(chosen, Scorer.load()))
    for half, rows in figures_by_half(turns).items():
        if asked.half in ("both", half):
            print(f"\n{half}")
            _show(rows)
    if asked.misses:
        print()
        for turn in turns:
            if half_of(turn.data["id"]) == "work" and turn.is_rude != bool(turn.words):
                said = turn.data["turns"][turn.data["at"]][1]
                print(f"{turn.data['id']} {turn.data.get('like', turn.data['kind']):<14} {said}  {list(turn.words)}")


if __name__ == "__main__":
    main()
