"""Measure how well interruptions are found in timed conversation, and fit the points that find them.

    python benchmarks/interruptions.py MEETINGS.jsonl [CALLS.jsonl]             # precision, recall, F1 as shipped
    python benchmarks/interruptions.py MEETINGS.jsonl [CALLS.jsonl] --validate  # each meeting scored by the others
    python benchmarks/interruptions.py MEETINGS.jsonl [CALLS.jsonl] --fit       # write rules/interruptions.json

Each line is a call in native form with times, whose turns carry a ``gold``: ``interrupted`` (cut off by the other),
``complete``, ``backchannel``, or null (not judged). Calls without ``gold`` only show how utterances end.
"""

from __future__ import annotations

import argparse
import functools
import json
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from statistics import mean, pstdev
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coach.call import Turn
from coach.cuts import cuts_of
from coach.interruptions import BY_HAND, Scale, built_in, points_of
from coach.unfinished import CUT_WORD, INAUDIBLE_WORD, SENTENCE_END, class_of, end_marks, load_word_lists, words_of

RULES = Path(__file__).resolve().parent.parent / "rules"
LISTS = load_word_lists(RULES / "unfinished.yml")
# Chosen by --validate: ten times more or less scores lower or no better.
PENALTY, PENALTY_OF_ENDS = 2.0, 10.0
# A mark of an end that is seen less often than this says nothing of its own.
SEEN_AT_LEAST = 60
# Points from which a turn is interrupted, chosen by --validate: about as many are wrongly found as are not found.
THRESHOLD = -0.7
FOLDS = 5
# The meetings are dealt out to the folds in these many ways, to see how much of a figure is the luck of the deal.
DEALS = 3

Floats = NDArray[np.float64]
Weights = dict[str, float]


class Meeting(NamedTuple):
    """A call and what a person says of its turns; ``name`` tells it from the others."""

    name: str
    turns: tuple[Turn, ...]
    gold: tuple[str | None, ...]


class Places(NamedTuple):
    """Every place of a meeting where an utterance might have ended: its marks (numbers), and whether it did end."""

    marks: NDArray[np.int32]
    ended: Floats


class Tally(NamedTuple):
    """Judged turns: rightly found, wrongly found, not found."""

    right: int
    wrong: int
    unfound: int

    @property
    def precision(self) -> float:
        """The share of those found that are interrupted."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """The share of those interrupted that are found."""
        return self.right / max(1, self.right + self.unfound)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.unfound)

    def __str__(self) -> str:
        return (
            f"precision {self.precision:.3f}  recall {self.recall:.3f}  F1 {self.f1:.3f}"
            f"  ({self.right} of {self.right + self.unfound} found, {self.wrong} wrongly)"
        )


class Figures(NamedTuple):
    """What ``figures_of`` measures.

    ``usual``: overlap over half a second. ``shipped``: the points in ``rules/``. ``validated``: one tally a deal, each
    meeting scored by points fitted on the others.
    """

    judged: int
    interrupted: int
    usual: Tally
    shipped: Tally
    validated: tuple[Tally, ...]

    @property
    def f1_by_others(self) -> tuple[float, float]:
        """The mean of the validated F1 and its spread (standard deviation over the deals)."""
        scores = [tally.f1 for tally in self.validated]
        return (mean(scores), pstdev(scores)) if scores else (0.0, 0.0)


def figures_of(paths: Sequence[Path], deals: int = DEALS) -> Figures:
    """Return the figures of the meetings in ``paths``; with ``deals=0`` nothing is fitted (some seconds)."""
    meetings = meetings_of(paths)
    golds = [gold for meeting in meetings for gold in meeting.gold if gold]
    scale = built_in()[1]
    return Figures(
        len(golds),
        golds.count("interrupted"),
        total(usual(meeting) for meeting in meetings),
        total(tally(meeting, scale) for meeting in meetings),
        tuple(validated(meetings, deal) for deal in range(deals)),
    )


def meetings_of(paths: Sequence[Path]) -> list[Meeting]:
    """Return the meetings in ``paths``."""
    read = (json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    return [
        Meeting(
            call["call_id"],
            tuple(Turn(turn["role"], turn["text"], turn["start"], turn["end"]) for turn in call["turns"]),
            tuple(turn.get("gold") for turn in call["turns"]),
        )
        for call in read
    ]


def total(tallies: Any) -> Tally:
    """Return the sum of ``tallies``."""
    return Tally(*(sum(column) for column in zip(*tallies, strict=True)))


def tally(meeting: Meeting, scale: Scale) -> Tally:
    """Return how the judged turns of ``meeting`` come out."""
    cuts = cuts_of(meeting.turns, (), LISTS, scale.ends)
    return _compared(meeting, {cut.cut for cut in cuts if points_of(cut.signs, scale) >= scale.threshold})


def usual(meeting: Meeting, seconds: float = 0.5) -> Tally:
    """Return how the usual definition does: a turn that another overlaps for longer than ``seconds``."""
    turns = meeting.turns
    return _compared(
        meeting,
        {
            at
            for at, turn in enumerate(turns)
            if any(
                other.role != turn.role
                and turn.start < other.start < turn.end - seconds
                and min(turn.end, other.end) - other.start > seconds
                for other in turns[max(0, at - 20) : at + 40]
            )
        },
    )


def _compared(meeting: Meeting, found: set[int]) -> Tally:
    interrupted = {at for at, gold in enumerate(meeting.gold) if gold == "interrupted"}
    judged = {at for at, gold in enumerate(meeting.gold) if gold}
    return Tally(len(interrupted & found), len((judged - interrupted) & found), len(interrupted - found))


@functools.cache
def places_of(meeting: Meeting) -> Places:
    """Return the places of ``meeting``; short of marks they are filled up with the first, "nothing"."""
    marks: list[list[int]] = []
    ended: list[bool] = []
    for sentence in chain.from_iterable(SENTENCE_END.split(turn.text) for turn in meeting.turns):
        words = words_of(sentence)
        for count in range(1, len(words) + 1) if len(words) > 1 else ():
            if class_of(words[count - 1], LISTS) != CUT_WORD and words[count - 1] != INAUDIBLE_WORD:
                marks.append([NUMBERS.setdefault(mark, len(NUMBERS)) for mark in end_marks(words[:count], LISTS)])
                ended.append(count == len(words))
    most = max(map(len, marks))
    return Places(np.array([row + [0] * (most - len(row)) for row in marks], np.int32), np.array(ended, float))


# Marks of an end by number, in the order in which they are met.
NUMBERS: dict[str, int] = {"nothing": 0}


def ends_of(meetings: Sequence[Meeting]) -> Weights:
    """Return what each mark says about an end, counted in all turns of ``meetings``, judged or not."""
    return _ends_of(tuple(sorted(meetings, key=lambda meeting: meeting.name)))


@functools.cache
def _ends_of(meetings: tuple[Meeting, ...]) -> Weights:
    places = [places_of(meeting) for meeting in meetings]
    width = max(place.marks.shape[1] for place in places)
    marks = np.concatenate([np.pad(place.marks, ((0, 0), (0, width - place.marks.shape[1]))) for place in places])
    seen = np.bincount(marks.ravel(), minlength=len(NUMBERS))
    seen[0] = 0
    kept = np.where(seen >= SEEN_AT_LEAST, np.arange(len(NUMBERS)), 0)[marks]
    weights = sparse_regression(kept, np.concatenate([place.ended for place in places]), len(NUMBERS), PENALTY_OF_ENDS)
    return {
        mark: round(float(weights[number]), 2)
        for mark, number in sorted(NUMBERS.items())
        if seen[number] >= SEEN_AT_LEAST
    }


def sparse_regression(marks: NDArray[np.int32], was: Floats, size: int, penalty: float) -> Floats:
    """Return the weights of a logistic regression with a ridge penalty on rows of marks (number 0 says nothing).

    Newton's steps, each solved by conjugate gradients, because the curvature of a thousand marks is too big to invert.
    """
    flat, width = marks.ravel(), marks.shape[1]
    says = np.arange(size) > 0

    def gathered(values: Floats) -> Floats:
        return np.asarray(np.bincount(flat, np.repeat(values, width), size) * says)

    weights = np.zeros(size)
    for _ in range(7):
        share = 1 / (1 + np.exp(-weights[marks].sum(1)))
        slope = gathered(was - share) - penalty * weights
        curve = share * (1 - share)
        scale = 1 / (gathered(curve) + penalty)
        step, left = np.zeros(size), slope
        ahead = scale * left
        size_left = left @ ahead
        for _ in range(20):
            bent = gathered(curve * ahead[marks].sum(1)) + penalty * ahead
            pace = size_left / (ahead @ bent)
            step, left = step + pace * ahead, left - pace * bent
            size_left, before = left @ (scale * left), size_left
            ahead = scale * left + size_left / before * ahead
        weights = weights + step
    return weights


def judged_cuts(meeting: Meeting, ends: Weights) -> list[tuple[Weights, bool]]:
    """Return the signs of every judged turn that another turn may have cut, and whether it did."""
    return [
        (dict(cut.signs), meeting.gold[cut.cut] == "interrupted")
        for cut in cuts_of(meeting.turns, (), LISTS, ends)
        if meeting.gold[cut.cut]
    ]


def fitted_points(cuts: Sequence[tuple[Weights, bool]]) -> tuple[Weights, float]:
    """Return the points of each sign and the base: logistic regression with a ridge penalty."""
    names = [name for name in cuts[0][0] if name not in BY_HAND]
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


def fitted(folds: Sequence[Sequence[Meeting]]) -> Scale:
    """Return the scale fitted on ``folds`` of meetings; no turn is scored by a table that it was counted in."""
    cuts = [
        cut
        for fold in folds
        for ends in [ends_of([*chain.from_iterable(other for other in folds if other is not fold)])]
        for meeting in fold
        for cut in judged_cuts(meeting, ends)
    ]
    points, base = fitted_points(cuts)
    return Scale(
        ends_of([*chain.from_iterable(folds)]),
        {name: round(value, 2) for name, value in points.items()},
        round(base, 2),
        THRESHOLD,
    )


def dealt(meetings: Sequence[Meeting], deal: int) -> list[list[Meeting]]:
    """Return ``meetings`` in folds, another way for each number ``deal``."""
    order = np.random.default_rng(deal).permutation(len(meetings))
    return [[meetings[at] for at in order[fold::FOLDS]] for fold in range(FOLDS)]


def validated(meetings: Sequence[Meeting], deal: int) -> Tally:
    """Return the tally in which each fold of meetings is scored by points fitted on the others."""
    folds = dealt(meetings, deal)
    tallies: list[Tally] = []
    for fold in folds:
        scale = fitted([other for other in folds if other is not fold])
        tallies += [tally(meeting, scale) for meeting in fold]
    return total(tallies)


def written(scale: Scale) -> str:
    """Return ``scale`` as the text of its file, a line a figure."""
    lines: dict[str, Any] = scale._asdict()
    return "{" + ",\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in lines.items()) + "}\n"


def main() -> None:
    """Measure, validate or fit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("meetings", nargs="+", type=Path)
    parser.add_argument("--validate", action="store_true", help="score each meeting by points fitted on the others")
    parser.add_argument("--fit", action="store_true", help="fit the points and write them")
    asked = parser.parse_args()
    if asked.fit:
        scale = fitted(dealt(meetings_of(asked.meetings), 0))
        (RULES / "interruptions.json").write_text(written(scale), encoding="utf-8")
        built_in.cache_clear()
    figures = figures_of(asked.meetings, DEALS if asked.validate else 0)
    print("overlap > 0.5 s: ", figures.usual)
    print("shipped points:  ", figures.shipped)
    for deal, found in enumerate(figures.validated):
        print(f"by others, deal {deal}:", found)
    if figures.validated:
        print("by others: F1 {:.3f}, give or take {:.3f}".format(*figures.f1_by_others))


if __name__ == "__main__":
    main()
