"""How far the marks agree with people: moments per agent turn, whole calls against reviewers.

    python benchmarks/accuracy.py CALLS_FOLDER [--half work|check] [--misses apology]
    python benchmarks/accuracy.py examples

CALLS_FOLDER holds ``operator.jsonl`` (turns labelled with acts), ``telehealth.jsonl`` and ``reviewed.jsonl`` (calls
labelled by reviewers). Each set is split in two by a hash of the call id: rules are worked out on ``work`` and only
looked at on ``check``. ``examples`` stands for this project's own calls, labelled by who wrote them; of
``benchmarks/unseen`` all labels are taken together. ``benchmarks/accuracy_page.py`` writes all figures to a page.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from coach.agreement import kappa
from coach.readers import Rejected, read
from coach.scored import Scored
from coach.scoring import Scorer

ACTS = {"apology": "expressRegret", "greeting": "greet", "thanks": "thank", "goodbye": "bye", "hold": "hold"}
BARS = {"apology": 0.95, "greeting": 0.98, "thanks": 0.995, "goodbye": 0.99, "hold": 0.94}


class Judged(NamedTuple):
    """An agent's turn and a moment: ``tp`` both find it, ``fp`` the tool alone, ``fn`` people alone, ``tn`` neither."""

    call_id: str
    turn: int
    kind: str


def half_of(call_id: str) -> str:
    """Return the part of the split that a call belongs to."""
    return "check" if hashlib.md5(call_id.encode(), usedforsecurity=False).digest()[-1] % 2 else "work"


def in_half(call_id: str, half: str) -> bool:
    """Tell whether a call belongs to ``half``, which may be ``both``."""
    return half in ("both", half_of(call_id))


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON Lines file."""
    with path.open("rb") as file:
        yield from map(orjson.loads, file)


def scored(path: Path, scorer: Scorer) -> dict[str, Scored]:
    """Return the scored calls of ``path`` by call id."""
    return {call.call_id: scorer.score(call) for call in read([str(path)]) if not isinstance(call, Rejected)}


def labels_in(*paths: Path) -> dict[str, Any]:
    """Return what people say of the checks of each call, by call id."""
    return {data["call_id"]: data["labels"] for path in paths for data in lines(path)}


def judged_turns(gold: Mapping[str, Any], calls: Mapping[str, Scored], moment: str) -> Iterator[Judged]:
    """Yield every turn of an agent that is no backchannel, and how ``moment`` came out in it."""
    for call_id, data in gold.items():
        found = {quote.turn for quote in calls[call_id].moments[moment]}
        for index, turn in enumerate(data["turns"]):
            if turn["role"] == "agent" and not turn.get("backchannel"):
                is_gold = any(name == ACTS[moment] for name, _ in turn.get("acts") or [])
                kind = ("tp" if index in found else "fn") if is_gold else ("fp" if index in found else "tn")
                yield Judged(call_id, index, kind)


def f1_of(counts: Mapping[str, int]) -> float:
    """Return the harmonic mean of precision and recall."""
    return 2 * counts["tp"] / max(2 * counts["tp"] + counts["fp"] + counts["fn"], 1)


def precision_of(counts: Mapping[str, int]) -> float:
    """Return the share of the turns found that people labelled."""
    return counts["tp"] / max(counts["tp"] + counts["fp"], 1)


def recall_of(counts: Mapping[str, int]) -> float:
    """Return the share of the turns that people labelled that was found."""
    return counts["tp"] / max(counts["tp"] + counts["fn"], 1)


def print_moments(gold: Mapping[str, Any], calls: Mapping[str, Scored], half: str, misses: str | None) -> None:
    """Print precision, recall and F1 per agent turn of each moment that people labelled."""
    for moment in ACTS:
        counts: Counter[str] = Counter()
        for judged in judged_turns(gold, calls, moment):
            if in_half(judged.call_id, half):
                counts[judged.kind] += 1
                if misses == moment and judged.kind in ("fp", "fn"):
                    show(judged.kind, gold[judged.call_id], judged.turn)
        print(
            f"{moment:10} F1 {f1_of(counts):.3f} (bar {BARS[moment]})  P {precision_of(counts):.3f}  "
            f"R {recall_of(counts):.3f}  {dict(counts)}"
        )


def show(kind: str, data: Mapping[str, Any], index: int) -> None:
    """Print a miss with the turns around it."""
    print(f"--- {kind} {data['call_id']}")
    for at in range(max(index - 2, 0), min(index + 3, len(data["turns"]))):
        turn = data["turns"][at]
        print(f"  {'>' if at == index else ' '} {at} {turn['role'][:2]} {turn['text'][:400]}")


def print_checks(labels: Mapping[str, Any], calls: Mapping[str, Scored], half: str, misses: str | None) -> None:
    """Print Cohen's kappa of each check against the reviewers."""
    chosen = {call_id: marks for call_id, marks in labels.items() if in_half(call_id, half) and call_id in calls}
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


def label_files(folder: Path) -> list[Path]:
    """Return the files in ``folder`` with first labels of the calls in its folder ``calls``."""
    return sorted(folder.glob("labels*.jsonl"))


def main(arguments: Iterable[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=["work", "check", "both"], default="both")
    parser.add_argument("--misses", help="a moment or a check whose misses to list")
    asked = parser.parse_args(None if arguments is None else list(arguments))
    folder: Path = asked.folder
    scorer = Scorer.load()
    if label_files(folder):
        print_checks(labels_in(*label_files(folder)), scored(folder / "calls", scorer), asked.half, asked.misses)
        return
    if not (folder / "operator.jsonl").is_file():
        sys.exit(f"{folder}: there is neither operator.jsonl nor labels.jsonl here")
    calls = scored(folder / "operator.jsonl", scorer)
    gold = {data["call_id"]: data for data in lines(folder / "operator.jsonl")}
    print_moments(gold, calls, asked.half, asked.misses)
    calls |= scored(folder / "telehealth.jsonl", scorer)
    print_checks(labels_in(folder / "reviewed.jsonl"), calls, asked.half, asked.misses)


if __name__ == "__main__":
    main()
