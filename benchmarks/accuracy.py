"""How far the marks agree with people: moments per agent turn, whole calls against reviewers.

    python benchmarks/accuracy.py CALLS_FOLDER [--half work|check] [--misses apology]
    python benchmarks/accuracy.py examples

CALLS_FOLDER holds ``operator.jsonl`` (turns labelled with acts), ``telehealth.jsonl`` and ``reviewed.jsonl`` (calls
labelled by reviewers). Each set is split in two by a hash of the call id: rules are worked out on ``work`` and only
looked at on ``check``. ``examples`` stands for this project's own calls, labelled by who wrote them.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from coach.readers import Rejected, read
from coach.scored import Scored
from coach.scoring import Scorer

ACTS = {"apology": "expressRegret", "greeting": "greet", "thanks": "thank", "goodbye": "bye", "hold": "hold"}
BARS = {"apology": 0.95, "greeting": 0.98, "thanks": 0.995, "goodbye": 0.99, "hold": 0.94}


def half_of(call_id: str) -> str:
    """Return the part of the split that a call belongs to."""
    return "check" if hashlib.md5(call_id.encode(), usedforsecurity=False).digest()[-1] % 2 else "work"


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON Lines file."""
    with path.open("rb") as file:
        yield from map(orjson.loads, file)


def scored(path: Path, scorer: Scorer) -> dict[str, Scored]:
    """Return the scored calls of ``path`` by call id."""
    return {call.call_id: scorer.score(call) for call in read([str(path)]) if not isinstance(call, Rejected)}


def moment_counts(gold: Mapping[str, Any], calls: Mapping[str, Scored], half: str, misses: str | None) -> None:
    """Print precision, recall and F1 per agent turn of each moment that people labelled."""
    for moment, act in ACTS.items():
        counts: Counter[str] = Counter()
        for call_id, data in gold.items():
            if half not in ("both", half_of(call_id)):
                continue
            found = {quote.turn for quote in calls[call_id].moments[moment]}
            for index, turn in enumerate(data["turns"]):
                if turn["role"] != "agent" or turn.get("backchannel"):
                    continue
                is_gold = any(name == act for name, _ in turn.get("acts") or [])
                kind = ("tp" if index in found else "fn") if is_gold else ("fp" if index in found else "tn")
                counts[kind] += 1
                if misses == moment and kind in ("fp", "fn"):
                    show(kind, data, index)
        precision = counts["tp"] / max(counts["tp"] + counts["fp"], 1)
        recall = counts["tp"] / max(counts["tp"] + counts["fn"], 1)
        f1 = 2 * counts["tp"] / max(2 * counts["tp"] + counts["fp"] + counts["fn"], 1)
        print(f"{moment:10} F1 {f1:.3f} (bar {BARS[moment]})  P {precision:.3f}  R {recall:.3f}  {dict(counts)}")


def show(kind: str, data: Mapping[str, Any], index: int) -> None:
    """Print a miss with the turns around it."""
    print(f"--- {kind} {data['call_id']}")
    for at in range(max(index - 2, 0), min(index + 3, len(data["turns"]))):
        turn = data["turns"][at]
        print(f"  {'>' if at == index else ' '} {at} {turn['role'][:2]} {turn['text'][:400]}")


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Return Cohen's kappa (Cohen 1960); ``None`` where both sides gave one and the same mark throughout."""
    total = len(pairs)
    agreed = sum(a == b for a, b in pairs) / total
    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(left[mark] * right[mark] for mark in left) / total**2
    return None if chance == 1 else (agreed - chance) / (1 - chance)


def reviewed_counts(labels: Mapping[str, Any], calls: Mapping[str, Scored], half: str, misses: str | None) -> None:
    """Print Cohen's kappa of each check against the reviewers."""
    chosen = {
        call_id: marks for call_id, marks in labels.items() if half in ("both", half_of(call_id)) and call_id in calls
    }
    kappas = []
    for check in next(iter(labels.values())):
        pairs = []
        for call_id, marks in chosen.items():
            finding = next(f for f in calls[call_id].findings if f.rule.split(".")[1] == check)
            pairs.append((marks[check][0], finding.outcome))
            if misses == check and marks[check][0] != finding.outcome:
                quotes = [quote.text for quote in finding.evidence]
                print(f"--- {call_id}: people {marks[check]}, tool {finding.outcome}: {finding.reason} {quotes}")
        value = kappa(pairs)
        if value is not None and len({gold for gold, _ in pairs}) > 1:
            kappas.append(value)
        agreed = sum(a == b for a, b in pairs)
        table = Counter((a, b) for a, b in pairs if a != b)
        off = ", ".join(f"{a}→{b} {n}" for (a, b), n in table.most_common())
        print(f"{check:20} kappa {'  -  ' if value is None else f'{value:.3f}'}  {agreed}/{len(pairs)}  {off}")
    print(f"mean kappa {sum(kappas) / len(kappas):.3f}, lowest {min(kappas):.3f}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=["work", "check", "both"], default="both")
    parser.add_argument("--misses", help="a moment or a check whose misses to list")
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    scorer = Scorer.load()
    if (folder / "labels.jsonl").is_file():
        labels = {data["call_id"]: data["labels"] for data in lines(folder / "labels.jsonl")}
        reviewed_counts(labels, scored(folder / "calls", scorer), arguments.half, arguments.misses)
        return
    if not (folder / "operator.jsonl").is_file():
        sys.exit(f"{folder}: there is neither operator.jsonl nor labels.jsonl here")
    calls = scored(folder / "operator.jsonl", scorer)
    gold = {data["call_id"]: data for data in lines(folder / "operator.jsonl")}
    moment_counts(gold, calls, arguments.half, arguments.misses)
    calls |= scored(folder / "telehealth.jsonl", scorer)
    labels = {data["call_id"]: data["labels"] for data in lines(folder / "reviewed.jsonl")}
    reviewed_counts(labels, calls, arguments.half, arguments.misses)


if __name__ == "__main__":
    main()
