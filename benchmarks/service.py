"""How far the marks of the service rules agree with those of a reader, call by call.

    python benchmarks/service.py [CALLS_FOLDER] [--half work|check] [--misses RULE ...]

The labels (service_labels.jsonl: call, rule, outcome and turns, without words) were made from docs/service-standard.md
by one reader, a language model that saw neither the rules nor the marks; so they stand in for people and are no
replacement. They are of example calls, and of real calls in CALLS_FOLDER, which are no part of this project. Rules were
worked on with the ``work`` half (split by a hash of the call id); of ``check`` only the figures were looked at.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

from accuracy import half_of

from coach.agreement import Agreement, Label, agreement
from coach.judged import judged, matched
from coach.labelled import read_labels
from coach.readers import Rejected, read
from coach.scoring import Scorer

HERE = Path(__file__).resolve().parent
LABELS = HERE / "service_labels.jsonl"
EXAMPLES = HERE.parent / "examples" / "calls"
SETS = ("operator.jsonl", "telehealth.jsonl")


class Difference(NamedTuple):
    """A mark that differs from the reader's."""

    rule: str
    call: str
    label: Label
    outcome: str
    reason: str


def main() -> None:
    """Print the figures, and where asked the marks that differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("calls", nargs="?", type=Path, default=Path("../shared/calls"))
    parser.add_argument("--half", choices=["work", "check", "both"], default="both")
    parser.add_argument("--misses", nargs="*", default=(), metavar="RULE")
    asked = parser.parse_args()
    figures, differences = compared(asked.calls, Scorer.load(), asked.half)
    print(f"{figures.calls} calls, {asked.half}; mean kappa {shown(figures.mean.value)}")
    for check in figures.checks:
        cells = "  ".join(f"{said[:3]}>{ours[:3]} {count}" for (said, ours), count in sorted(check.confusion.items()))
        print(f"{check.rule:26} kappa {shown(check.kappa.value)}  same {check.agreement.value:4.0%}  {cells}")
    for one in differences:
        if one.rule.rpartition(".")[2] in asked.misses:
            said = f"{one.label.outcome} {list(one.label.turns)}"
            print(f"{one.rule} {one.call}: reader {said}, tool {one.outcome}: {one.reason}")


def compared(folder: Path, scorer: Scorer, half: str = "both") -> tuple[Agreement, list[Difference]]:
    """Return how far marks agree with the labels of one half, and each that differs."""
    order = [card.id for card in scorer.rule_cards()]
    said = {
        call_id: marks
        for call_id, marks in read_labels(str(LABELS), order).marks.items()
        if half in ("both", half_of(call_id))
    }
    paths = [str(path) for path in (*(folder / name for name in SETS), EXAMPLES) if path.exists()]
    found = (call for call in read(paths) if not isinstance(call, Rejected) and call.call_id in said)
    marked = {call.call_id: judged(scorer.score(call)) for call in found}
    pairs = matched({call_id: said[call_id] for call_id in said if call_id in marked}, marked).pairs
    differing = [
        Difference(pair.finding.rule, pair.call_id, pair.label, pair.finding.outcome, pair.finding.reason)
        for pair in pairs
        if not pair.agrees
    ]
    return agreement(pairs, order), differing


def shown(value: float | None) -> str:
    """Return a figure with two digits, or a dash."""
    return " – " if value is None else f"{value:.2f}"


if __name__ == "__main__":
    main()
