"""Write the figures of docs/accuracy.md: how far the marks agree with people.

    python benchmarks/accuracy_page.py [CALLS_FOLDER]     # measure and write; some minutes with CALLS_FOLDER
    python benchmarks/accuracy_page.py --check            # fail if the figures on this project's own calls are stale

CALLS_FOLDER holds the sets of real calls that ``benchmarks/accuracy.py`` reads, and ``meetings.jsonl``. They are no
part of this project: without CALLS_FOLDER their figures stay as they were measured last, and the page says by which
rules. All other figures come from files of this project. The same files and rules give the same page.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from accuracy import ACTS, BARS, f1_of, half_of, judged_turns, label_files, lines, precision_of, recall_of, scored
from accuracy_tables import checks_table, overall, summary, table, three, two
from interruptions import figures_of
from mood import TURNS, rightly_named
from page_slots import filled
from precision import read_calls, used_by_service
from precision import table as precisions
from roles import figures as role_figures
from service import compared
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from coach.agreement import Agreement, Label, Pair, agreement, draws, percentiles
from coach.judged import judged, matched
from coach.labelled import read_labels
from coach.scored import Finding, Scored
from coach.scoring import Scorer
from coach.sentiment import Mood
from coach.statistics import wilson_count

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "accuracy.md"
ROLE_FIGURES = ROOT / "benchmarks" / "role_figures.json"
EXAMPLES, UNSEEN = ROOT / "examples", ROOT / "benchmarks" / "unseen"
HALVES = ("work", "check")
# Measured on the same calls by the same counting, before this project began.
PEERS = {
    "apology": "ConvoKit 0.84, keyword list 0.80",
    "greeting": "ConvoKit 0.66, keyword list 0.98",
    "thanks": "ConvoKit 0.99, keyword list 0.996",
    "goodbye": "keyword list 0.99",
    "hold": "keyword list 0.92",
}


def real_figures(folder: Path, scorer: Scorer) -> str:
    """Return the figures on the sets of real calls in ``folder``."""
    operator = scored(folder / "operator.jsonl", scorer)
    calls = operator | scored(folder / "telehealth.jsonl", scorer)
    parts = [
        f"Measured with coach {scorer.stamp['coach']} and the rules `{scorer.stamp['rules'][:19]}`.",
        "### Moments, turn by turn",
        moments_table({data["call_id"]: data for data in lines(folder / "operator.jsonl")}, operator),
        "### Whole calls beside reviewers",
        *reviewed_tables(folder / "reviewed.jsonl", calls, scorer),
        "### Interruptions",
        interruptions_table([folder / "meetings.jsonl", folder / "telehealth.jsonl"]),
        "### Who is the agent",
        roles_table(folder),
        "### What the moments of the service rules find",
        precision_table(folder, scorer),
        "### The service rules beside a reader",
        *service_tables(folder, scorer),
    ]
    return "\n\n".join(parts) + "\n"


def own_figures(scorer: Scorer) -> str:
    """Return the figures on the calls and turns of this project."""
    parts = []
    if label_files(UNSEEN):
        parts += ["### Unseen calls", *unseen_tables(scorer)]
    calls = scored(EXAMPLES / "calls", scorer)
    figures = against([EXAMPLES / "labels.jsonl"], calls, scorer)
    parts += ["### The example calls", summary(figures), checks_table(figures)]
    parts += ["### Mood", mood_table()]
    return "\n\n".join(parts) + "\n"


def against(labels: Sequence[Path], calls: Mapping[str, Scored], scorer: Scorer, half: str = "both") -> Agreement:
    """Return how far the marks of ``calls`` agree with the labels in some files, as `coach agree` counts it."""
    order = [card.id for card in scorer.rule_cards()]
    said = {call_id: marks for path in labels for call_id, marks in read_labels(str(path), order).marks.items()}
    chosen = {call_id: marks for call_id, marks in said.items() if half in ("both", half_of(call_id))}
    marked = {call_id: judged(calls[call_id]) for call_id in chosen if call_id in calls}
    return agreement(matched(chosen, marked).pairs, order)


def between_people(first: Sequence[Path], second: Path, scorer: Scorer) -> Agreement:
    """Return how far two reviewers of the same calls agree."""
    order = [card.id for card in scorer.rule_cards()]
    ours = {call_id: marks for path in first for call_id, marks in read_labels(str(path), order).marks.items()}
    theirs = read_labels(str(second), order).marks
    pairs = [
        Pair(call_id, label, Finding(rule, theirs[call_id][rule].outcome, ""))
        for call_id, marks in ours.items()
        for rule, label in marks.items()
        if call_id in theirs and rule in theirs[call_id] and label != Label("cannot_tell")
    ]
    return agreement(pairs, order)


def moments_table(gold: Mapping[str, Any], calls: Mapping[str, Scored]) -> str:
    """Return F1 of each moment on agent turns, by half and on both, with its interval, beside the peers'."""
    rows = []
    for moment in ACTS:
        by_call: dict[str, Counter[str]] = {}
        for turn in judged_turns(gold, calls, moment):
            by_call.setdefault(turn.call_id, Counter())[turn.kind] += 1
        halves = [f1_of(sum((c for call, c in by_call.items() if half_of(call) == half), Counter())) for half in HALVES]
        both = sum(by_call.values(), Counter())
        low, high = f1_interval(list(by_call.values()))
        figures = [*halves, f1_of(both)], [precision_of(both), recall_of(both)]
        between = f"{three(low)} to {three(high)}"
        labelled, goal = str(both["tp"] + both["fn"]), f"{BARS[moment]:g}"
        rows.append([moment, *map(three, figures[0]), between, *map(three, figures[1]), labelled, goal, PEERS[moment]])
    head = ["moment", "F1 work", "F1 check", "F1 both", "95 %", "precision", "recall", "turns", "goal", "others, F1"]
    return table(head, rows)


def f1_interval(counts: Sequence[Mapping[str, int]]) -> tuple[float, float]:
    """Return the 95 % interval of F1: percentiles over resamples of the calls."""
    cells = np.array([[count.get(kind, 0) for kind in ("tp", "fp", "fn")] for count in counts], dtype=float)
    drawn = np.concatenate([times @ cells for times in draws(len(counts))])
    whole = 2 * drawn[:, 0] + drawn[:, 1] + drawn[:, 2]
    low, high = percentiles(2 * drawn[:, 0] / np.maximum(whole, 1))
    return low or 0.0, high or 0.0


def reviewed_tables(labels: Path, calls: Mapping[str, Scored], scorer: Scorer) -> Iterator[str]:
    """Yield mean and lowest kappa of each half, and the table of all reviewed calls."""
    rows = []
    for half in (*HALVES, "both"):
        figures = against([labels], calls, scorer, half)
        rows.append([half, str(figures.calls), *overall(figures)])
    rows.append(["another reviewer on kept-back calls", "", "0.95", "", "", ""])
    yield table(["calls", "n", "mean kappa", "95 %", "lowest", "same mark"], rows)
    yield checks_table(against([labels], calls, scorer))


def unseen_tables(scorer: Scorer) -> Iterator[str]:
    """Yield the figures of the unseen calls, beside those of a second reviewer where there is one."""
    calls = scored(UNSEEN / "calls", scorer)
    files = label_files(UNSEEN)
    rows = []
    for half in (*HALVES, "both"):
        figures = against(files, calls, scorer, half)
        rows.append([f"the tool, {half}", str(figures.calls), *overall(figures)])
    second = UNSEEN / "second-labels.jsonl"
    if second.is_file():
        people = between_people(files, second, scorer)
        rows.append(["a second reviewer", str(people.calls), *overall(people)])
        rows.append(["the tool beside the second", str(people.calls), *overall(against([second], calls, scorer))])
    yield table(["beside the first reviewer", "calls", "mean kappa", "95 %", "lowest", "same mark"], rows)
    yield checks_table(figures)


def interruptions_table(paths: Sequence[Path]) -> str:
    """Return precision, recall and F1 of interruptions, beside the usual definition."""
    found = figures_of(paths)
    mean, spread = found.f1_by_others
    rows = [
        [name, three(tally.precision), three(tally.recall), three(tally.f1)]
        for name, tally in (
            ("usual definition: overlap over 0.5 s", found.usual),
            ("the points shipped", found.shipped),
        )
    ]
    rows.append(["fitted anew on other meetings than those scored", "", "", f"{three(mean)} ± {three(spread)}"])
    return (
        f"{found.interrupted:,} of {found.judged:,} judged turns were cut off.\n\n"
        f"{table(['', 'precision', 'recall', 'F1'], rows)}\n\n"
        "The points shipped were fitted on these very meetings; the last row is what to expect of others."
    )


def roles_table(folder: Path) -> str:
    """Return how often the agent is told rightly from content alone, with labels hidden and first turns dropped."""
    rows = []
    for half in HALVES:
        for name, counts in role_figures(folder, half).items():
            rows.append([f"{name}, {half}", "shipped weights", *_shares(counts)])
    fitted = json.loads(ROLE_FIGURES.read_text("utf-8")) if ROLE_FIGURES.is_file() else {}
    rows += [[name, "fitted without the call", *_shares(counts)] for name, counts in fitted.items()]
    head = ["calls", "weights", "tries", "right", "wrong", "unknown"]
    said = (
        "The shipped weights were fitted on both halves; what to expect of other calls stands in the rows below those."
    )
    return f"{table(head, rows)}\n\n{said}"


def _shares(counts: Mapping[str, int]) -> list[str]:
    total = sum(counts.values())
    return [f"{total:,}", *(f"{100 * counts.get(kind, 0) / total:.1f} %" for kind in ("right", "wrong", "unknown"))]


def mood_table() -> str:
    """Return how often the mood of a customer's turn is named rightly, with the domain lexicon and without."""
    turns = [json.loads(line) for line in TURNS.read_text(encoding="utf-8").splitlines()]
    vader, mood = SentimentIntensityAnalyzer(), Mood()

    def before(text: str) -> float:
        return float(vader.polarity_scores(text)["compound"])

    rows = []
    for name, half in (("worked on", turns[0::2]), ("kept back", turns[1::2]), ("all", turns)):
        plain, ours = rightly_named(half, before), rightly_named(half, mood.of)
        rows.append(
            [name, str(len(half)), f"{100 * plain:.1f} %", f"{100 * ours:.1f} %", f"{100 * (ours - plain):+.1f}"]
        )
    return table(["turns", "n", "VADER as it comes", "with the lexicon", "gain in points"], rows)


def precision_table(folder: Path, scorer: Scorer) -> str:
    """Return how often the moments that the service rules name are right, where a reader has judged their places."""
    figures = precisions(used_by_service(scorer.rulebook), read_calls(folder), scorer)
    rows = []
    for name, figure in figures.items():
        rate = wilson_count(figure.right, figure.judged)
        share = [two(rate.value), f"{two(rate.low)} to {two(rate.high)}"] if rate else ["", ""]
        rows.append([name, str(figure.places), f"{figure.judged} of {figure.picked}", *share])
    return table(["moment", "places", "judged", "right", "95 %"], rows)


def service_tables(folder: Path, scorer: Scorer) -> Iterator[str]:
    """Yield mean kappa of the service rules on each half, and the table of all calls that a reader marked for them."""
    rows = []
    for half in (*HALVES, "both"):
        figures = compared(folder, scorer, half)[0]
        rows.append([half, str(figures.calls), *overall(figures)])
    yield table(["calls", "n", "mean kappa", "95 %", "lowest", "same mark"], rows)
    yield checks_table(figures)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or with ``--check`` return 1 where it is stale."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, metavar="CALLS_FOLDER")
    parser.add_argument("--check", action="store_true", help="write nothing, fail where own figures are stale")
    asked = parser.parse_args(arguments)
    if asked.folder is not None and not (asked.folder / "operator.jsonl").is_file():
        sys.exit(f"{asked.folder}: there is no operator.jsonl here; without CALLS_FOLDER, own calls alone are measured")
    scorer = Scorer.load()
    figures = {"own": own_figures(scorer)}
    if asked.folder is not None:
        figures["real"] = real_figures(asked.folder, scorer)
    page = PAGE.read_text("utf-8")
    written = filled(page, figures)
    if asked.check:
        if written != page:
            print("docs/accuracy.md is stale: run `make docs`", file=sys.stderr)
        return int(written != page)
    PAGE.write_text(written, "utf-8")
    if asked.folder is None and scorer.stamp["rules"][:19] not in written:
        print("docs/accuracy.md: the figures on real calls were measured by other rules than these.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
