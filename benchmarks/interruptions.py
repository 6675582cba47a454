"""Measure how well interruptions are found in timed conversation, and fit the points that find them.

    python benchmarks/interruptions.py MEETINGS.jsonl [MORE.jsonl]    # precision, recall, F1 of the shipped points
    python benchmarks/interruptions.py MEETINGS.jsonl --validate      # the same, each meeting scored by the others
    python benchmarks/interruptions.py MEETINGS.jsonl --fit           # write rules/interruptions.json

Each line is a call in native form with times, whose turns carry a ``gold``: ``interrupted`` (cut off by the other),
``complete``, ``backchannel``, or null (not judged).
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from coach.call import Turn
from coach.interruptions import Scale, built_in, cuts_of, points_of
from coach.unfinished import CUT_WORD, OTHER_WORD, class_of, load_word_lists, words_of

RULES = Path(__file__).resolve().parent.parent / "rules"
LISTS = load_word_lists(RULES / "unfinished.yml")
# Chosen by --validate: stronger or weaker penalties score lower or no better.
PENALTY = 10.0
FOLDS = 8
# A word seen less often than this says no more than its class.
SEEN_AT_LEAST = 20


class Meeting(NamedTuple):
    """A call and what a person says of its turns."""

    turns: tuple[Turn, ...]
    gold: tuple[str | None, ...]


def meetings_of(paths: Sequence[Path]) -> list[Meeting]:
    """Return the meetings in ``paths``."""
    read = (json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    return [
        Meeting(
            tuple(Turn(turn["role"], turn["text"], turn["start"], turn["end"]) for turn in call["turns"]),
            tuple(turn["gold"] for turn in call["turns"]),
        )
        for call in read
    ]


def log_odds(share: float) -> float:
    """Return the log odds of ``share``."""
    return math.log(share / (1 - share))


def surprise(ends: Counter[str], due: Counter[str], seen: Counter[str]) -> dict[str, float]:
    """Return for each key seen often how much more often it ended utterances than was due, in log odds."""
    return {
        key: round(
            log_odds(min(0.99, (ends[key] + 4 * due[key] / count + 0.01) / (count + 4))) - log_odds(due[key] / count), 1
        )
        for key, count in sorted(seen.items())
        if count >= SEEN_AT_LEAST
    }


def finality_table(meetings: Sequence[Meeting]) -> Scale:
    """Return a scale without points: how likely words end an utterance, counted in every turn of ``meetings``."""
    said = [words for meeting in meetings for turn in meeting.turns if len(words := words_of(turn.text)) > 1]
    ends: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for words in said:
        kinds = ["^", *(class_of(word, LISTS) for word in words)]
        pairs = ["".join(pair) for pair in pairwise(kinds)]
        seen.update(pairs)
        ends[pairs[-1]] += 1
    usual_share = sum(ends.values()) / sum(seen.values())
    pairs_ = {
        pair: round(log_odds((ends[pair] + 5 * usual_share) / (count + 5)), 1) for pair, count in sorted(seen.items())
    }
    scale = Scale(pairs_, {}, {}, {}, 0.0, 0.0)
    scale = scale._replace(words=_offsets(said, scale, lambda word, before, kind: word if kind != OTHER_WORD else ""))
    # Only words of the lists: those of a conversation's subject say nothing about another's.
    listed = frozenset(LISTS.class_of)
    return scale._replace(
        before=_offsets(said, scale, lambda word, before, kind: f"{before} {kind}" if before in listed else "")
    )


def _offsets(said: Sequence[Sequence[str]], scale: Scale, key_of: Callable[[str, str, str], str]) -> dict[str, float]:
    """Return what each key adds to the log odds that ``scale`` gives for the end of an utterance."""
    ends: Counter[str] = Counter()
    due: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for words in said:
        for at, word in enumerate(words):
            kind = class_of(word, LISTS)
            before = words[at - 1] if at else ""
            key = key_of(word, before, kind)
            if key and kind != CUT_WORD:
                odds = scale.pairs[class_of(before, LISTS) + kind] + scale.words.get(word, 0.0)
                due[key] += 1 / (1 + math.exp(-odds))
                seen[key] += 1
                ends[key] += at == len(words) - 1
    return surprise(ends, due, seen)


def judged_cuts(meetings: Sequence[Meeting], scale: Scale) -> list[tuple[dict[str, float], bool]]:
    """Return the signs of every judged turn that another turn may have cut, and whether it did."""
    return [
        (cut.signs, meeting.gold[cut.cut] == "interrupted")
        for meeting in meetings
        for cut in cuts_of(meeting.turns, (), LISTS, scale)
        if meeting.gold[cut.cut]
    ]


def fitted_points(cuts: Sequence[tuple[dict[str, float], bool]]) -> tuple[dict[str, float], float]:
    """Return the points of each sign and the base: logistic regression with a ridge penalty."""
    names = [name for name in cuts[0][0] if name not in ("closed", "left_open")]
    signs = np.array([[signs[name] for name in names] for signs, _ in cuts])
    gold = np.array([float(was) for _, was in cuts])
    middle, spread = signs.mean(0), signs.std(0) + 1e-9
    scaled = np.c_[np.ones(len(signs)), (signs - middle) / spread]
    ridge = np.eye(scaled.shape[1]) * PENALTY
    ridge[0, 0] = 1e-6
    weights = np.zeros(scaled.shape[1])
    for _ in range(30):
        share = 1 / (1 + np.exp(-scaled @ weights))
        curve = (scaled * (share * (1 - share))[:, None]).T @ scaled + ridge
        weights += np.linalg.solve(curve, scaled.T @ (gold - share) - ridge @ weights)
    points = weights[1:] / spread
    return dict(zip(names, points.tolist(), strict=True)), float(weights[0] - points @ middle)


def fitted(meetings: Sequence[Meeting], threshold: float) -> Scale:
    """Return the scale fitted on ``meetings``; no turn is scored by a table that it was counted in."""
    cuts = [
        cut
        for fold in range(FOLDS)
        for cut in judged_cuts(
            meetings[fold::FOLDS],
            finality_table([meeting for at, meeting in enumerate(meetings) if at % FOLDS != fold]),
        )
    ]
    points, base = fitted_points(cuts)
    table = finality_table(meetings)
    return table._replace(
        points={name: round(value, 2) for name, value in points.items()},
        base=round(base, 2),
        threshold=round(threshold, 2),
    )


class Tally(NamedTuple):
    """Judged turns: rightly found, wrongly found, not found."""

    right: int
    wrong: int
    unfound: int

    def __str__(self) -> str:
        found, due = self.right + self.wrong, self.right + self.unfound
        f1 = 2 * self.right / (found + due) if found + due else 0.0
        return (
            f"precision {self.right / found if found else 0:.3f}  recall {self.right / due if due else 0:.3f}  "
            f"F1 {f1:.3f}  ({self.right} of {due} found, {self.wrong} wrongly)"
        )


def tally(meetings: Sequence[Meeting], scale: Scale, threshold: float) -> Tally:
    """Return how the judged turns of ``meetings`` come out."""
    right = wrong = due = 0
    for meeting in meetings:
        found = {
            cut.cut for cut in cuts_of(meeting.turns, (), LISTS, scale) if points_of(cut.signs, scale) >= threshold
        }
        for at, gold in enumerate(meeting.gold):
            due += gold == "interrupted"
            right += gold == "interrupted" and at in found
            wrong += gold in ("complete", "backchannel") and at in found
    return Tally(right, wrong, due - right)


def usual(meetings: Sequence[Meeting], seconds: float = 0.5) -> Tally:
    """Return how the usual definition does: a turn that another overlaps for longer than ``seconds``."""
    right = wrong = due = 0
    for meeting in meetings:
        for at, (turn, gold) in enumerate(zip(meeting.turns, meeting.gold, strict=True)):
            found = any(
                other.role != turn.role
                and turn.start < other.start < turn.end - seconds
                and min(turn.end, other.end) - other.start > seconds
                for other in meeting.turns[max(0, at - 20) : at + 40]
            )
            due += gold == "interrupted"
            right += gold == "interrupted" and found
            wrong += gold in ("complete", "backchannel") and found
    return Tally(right, wrong, due - right)


def validated(meetings: Sequence[Meeting], threshold: float, folds: int) -> Tally:
    """Return the sum of tallies in which each fold of meetings is scored by points fitted on the others."""
    tallies = [
        tally(
            meetings[fold::folds],
            fitted([meeting for at, meeting in enumerate(meetings) if at % folds != fold], threshold),
            threshold,
        )
        for fold in range(folds)
    ]
    return Tally(*(sum(column) for column in zip(*tallies, strict=True)))


def main() -> None:
    """Measure, validate or fit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("meetings", nargs="+", type=Path)
    parser.add_argument("--validate", action="store_true", help="score each meeting by points fitted on the others")
    parser.add_argument("--fit", action="store_true", help="fit the points and write them")
    parser.add_argument("--threshold", type=float, default=-0.9, help="points from which a turn is interrupted")
    asked = parser.parse_args()
    meetings = meetings_of(asked.meetings)
    if asked.fit:
        scale = fitted(meetings, asked.threshold)
        lines: dict[str, Any] = scale._asdict()
        text = ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in lines.items())
        (RULES / "interruptions.json").write_text("{" + text + "}\n", encoding="utf-8")
    print("overlap > 0.5 s:  ", usual(meetings))
    if asked.validate:
        # The folds are those that the signs were chosen with: two of five meetings checked, three worked on.
        worked = [meeting for at, meeting in enumerate(meetings) if at % 5 not in (2, 4)]
        checked = [meeting for at, meeting in enumerate(meetings) if at % 5 in (2, 4)]
        threshold = asked.threshold
        print("worked on, by others:", validated(worked, threshold, 5), flush=True)
        print("checked, by worked on:", tally(checked, fitted(worked, threshold), threshold), flush=True)
        print("all, by others:      ", validated(meetings, threshold, 8))
        return
    scale = built_in()[1]
    print("shipped points:   ", tally(meetings, scale, scale.threshold))


if __name__ == "__main__":
    main()
