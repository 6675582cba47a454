"""How far the service rules hold on small calls in wordings that they were not written from.

    python benchmarks/service_calls.py [RULE ...] [--half work|check] [--misses]

The calls (service_calls_*.jsonl: id, rule, call, expect) were made up from docs/service-standard.md alone, before the
phrases of the rules were looked at. Rules were widened with the misses of the ``work`` half (split by a hash of the
id); of ``check`` only the figures were looked at.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from accuracy import in_half, lines

from coach.cases import call_of
from coach.scored import Finding
from coach.scoring import Scorer

HERE = Path(__file__).resolve().parent


class SmallCall(NamedTuple):
    """A small call, and the mark that its rule is to give it."""

    id: str
    rule: str
    call: str
    expect: str


def main() -> None:
    """Print how many calls of each rule come out as expected, and where asked those that do not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rules", nargs="*", metavar="RULE", help="listening, clarity, …; without any, all")
    parser.add_argument("--half", choices=["work", "check", "both"], default="both")
    parser.add_argument("--misses", action="store_true", help="list the calls that come out otherwise")
    asked = parser.parse_args()
    scorer = Scorer.load()
    rules: dict[str, list[tuple[SmallCall, Finding]]] = defaultdict(list)
    for small in small_calls():
        if in_half(small.id, asked.half) and (not asked.rules or small.rule.rpartition(".")[2] in asked.rules):
            rules[small.rule].append((small, marked(small, scorer)))
    for rule, found in rules.items():
        right = sum(finding.outcome == small.expect for small, finding in found)
        print(f"{rule:26} {right}/{len(found)}")
    for small, finding in (pair for found in rules.values() for pair in found if asked.misses):
        if finding.outcome != small.expect:
            print(f"--- {small.id}: expected {small.expect}, came out {finding.outcome}: {finding.reason}")
            print(small.call)


def small_calls() -> Iterator[SmallCall]:
    """Yield the small calls, file by file."""
    for path in sorted(HERE.glob("service_calls_*.jsonl")):
        for data in lines(path):
            yield SmallCall(**data)


def marked(small: SmallCall, scorer: Scorer) -> Finding:
    """Return what the rule of a small call says of it."""
    rule = next(rule for rule in scorer.rulebook.rules if rule.id == small.rule)
    return scorer.finding(rule, scorer.hear(call_of(small.call, small.id)))


if __name__ == "__main__":
    main()
