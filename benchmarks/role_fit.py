"""Fit what tells the agent from the customer, and say how well it does on calls that it was not fitted on.

    python benchmarks/role_fit.py CALLS_FOLDER            # out of fold, and each source from the others alone
    python benchmarks/role_fit.py CALLS_FOLDER --write    # also write rules/role_words.json and rules/roles.yml

The model is a penalised logistic regression on the difference between the two sides: their moments, their runs of
words, and what they do in which place of an exchange. It learns from several kinds of calls at once, and from short
stretches of each as well as from whole calls, since what is left of a call may be three turns. Words count only where
several sources use them, so that what one desk talks about says nothing.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import numpy as np
import orjson
from numpy.typing import NDArray
from role_model import Examples, Vector, fitted, margins, spread, temperature
from role_sources import HERE, Talk, is_kept_back, sources, talk_of

from coach.role_cues import LEAST_CONFIDENCE
from coach.role_turns import KIND_MOMENTS, MOST_COUNTED, Heard
from coach.role_words import exchange_cues, run_cues
from coach.scoring import Scorer

RULES = HERE.parent / "rules"
FIGURES = HERE / "role_figures.json"
DROPPED = range(5)
# The moments that tell a role in plain reading; others are left out, so that a change of theirs moves no role.
MOMENTS = (
    "action_request", "acts_for_other", "agrees_and_begins", "asks_about_other", "asks_details", "asks_own_steps",
    "asks_to_be_served", "bad_news", "commitment", "complaint", "dictation", "empathy", "exasperation", "further_help",
    "greeting", "hold", "identification", "looks_up", "offer_of_help", "problem", "refusal", "returns_from_hold",
    "says_sorry", "says_why_they_call", "speaks_of_mine", "speaks_of_yours", "tells_own_story", "tells_what_to_do",
    "thanks", "thanks_for_calling", "transfer", "well_wish",
)  # fmt: skip
# What the fit starts from, since the sets hold few of these: things that hardly anybody but an agent says, anywhere.
PRIOR = {
    "acts_for_other": 0.5, "asks_details": 1.0, "further_help": 2.5, "hold": 1.5, "identification": 1.5,
    "looks_up": 1.5, "offer_of_help": 3.0, "returns_from_hold": 2.0, "tells_what_to_do": 0.5,
    "thanks_for_calling": 3.0, "transfer": 1.5, "well_wish": 1.0,
}  # fmt: skip
# How much each source counts: real short calls the most, sentences of a grammar, which repeat, the least.
WEIGHTS = {
    "operator": 2.0, "telehealth": 1.0, "unseen_a": 1.5, "unseen_b": 1.5, "unseen_c": 1.5, "examples": 1.0,
    "talks": 1.5, "cases": 0.3, "generated": 0.05,
}  # fmt: skip
LEAST_CALLS_OF_WORD, LEAST_SOURCES, LEAST_CALLS_IN_SOURCE = 8, 3, 2
LEAST_CALLS_OF_CUE = 10
MOST_CUES = 3000
STRETCHES = (2, 3, 4, 6)
MOST_STRETCHES = 60
PENALTY = 15.0
FOLDS = 10
WRONG_ALLOWED = 0.005
MOMENT, EXCHANGE = "moment:", "exchange:"
HEAD = """\
# Log-odds that who says a moment is the agent: above 0 the agent, below 0 the customer. Fitted together with the words
# of role_words.json by 'python benchmarks/role_fit.py CALLS_FOLDER --write'.
weights:
"""


class Trial(NamedTuple):
    """A call or a stretch of one, with what it weighs; ``is_test``: a whole call, or all but its first turns."""

    talk: Talk
    turns: Sequence[Heard]
    weight: float
    is_test: bool


class Table(NamedTuple):
    """Trials as examples; ``names`` are the columns, ``common`` the words that count."""

    trials: list[Trial]
    names: list[str]
    examples: Examples
    common: frozenset[str]


def trials_of(talk: Talk) -> Iterator[Trial]:
    """Yield the trials of one call."""
    weight = WEIGHTS[talk.source]
    for dropped in DROPPED:
        if len({turn.label for turn in talk.turns[dropped:]}) == 2:
            yield Trial(talk, talk.turns[dropped:], weight, True)
    for size in STRETCHES:
        pieces = [talk.turns[start : start + size] for start in range(0, len(talk.turns) - size + 1, 2)]
        pieces = [piece for piece in pieces if len({turn.label for turn in piece}) == 2][:MOST_STRETCHES]
        if size < len(talk.turns):
            yield from (Trial(talk, piece, weight * len(DROPPED) / len(pieces), False) for piece in pieces)


def common_words(talks: Sequence[Talk]) -> frozenset[str]:
    """Return the words that enough calls of enough sources use."""
    calls: dict[str, Counter[str]] = defaultdict(Counter)
    for talk in talks:
        for word in {word for turn in talk.turns for word in turn.words}:
            calls[word][talk.source] += 1
    return frozenset(
        word
        for word, counts in calls.items()
        if counts.total() >= LEAST_CALLS_OF_WORD
        and sum(count >= LEAST_CALLS_IN_SOURCE for count in counts.values()) >= LEAST_SOURCES
    )


def difference(turns: Sequence[Heard], common: frozenset[str]) -> dict[str, float]:
    """Return what the agent's side has more of than the customer's."""
    found: dict[str, float] = {}
    said, done = run_cues(turns, common), exchange_cues(turns, common)
    for role, sign in (("agent", 1.0), ("customer", -1.0)):
        names = Counter(name for turn in turns if turn.label == role for name in turn.moments if name in MOMENTS)
        cues = {MOMENT + name: float(min(count, MOST_COUNTED)) for name, count in names.items()}
        cues |= said[role] | {EXCHANGE + name: value for name, value in done[role].items()}
        for name, value in cues.items():
            found[name] = found.get(name, 0.0) + sign * value
    return {name: value for name, value in found.items() if value}


def table_of(talks: Sequence[Talk]) -> Table:
    """Return all trials, with the runs that enough calls hold."""
    common = common_words([talk for talk in talks if not is_kept_back(talk)])
    trials = [trial for talk in talks for trial in trials_of(talk)]
    found = [difference(trial.turns, common) for trial in trials]
    calls: dict[str, set[str]] = defaultdict(set)
    for trial, values in zip(trials, found, strict=True):
        if not is_kept_back(trial.talk):
            for name in values:
                calls[name].add(trial.talk.call_id)
    names = sorted(name for name, ids in calls.items() if len(ids) >= LEAST_CALLS_OF_CUE)
    place = {name: number for number, name in enumerate(names)}
    cells = [
        (row, place[name], value) for row, values in enumerate(found) for name, value in values.items() if name in place
    ]
    rows, columns, values_ = (np.array(part) for part in zip(*cells, strict=True))
    weights = np.array([trial.weight for trial in trials])
    return Table(trials, names, Examples(rows, columns, values_.astype(np.float64), weights), common)


def weights_of(table: Table, keep: NDArray[np.bool_]) -> Vector:
    """Return the weights fitted on the kept rows: all columns first, then again those that can move the most.

    Calls that are only for trying are never fitted on.
    """
    examples = table.examples.chosen(keep & ~np.array([is_kept_back(trial.talk) for trial in table.trials]))
    prior = np.array([PRIOR.get(name.removeprefix(MOMENT), 0.0) * name.startswith(MOMENT) for name in table.names])
    force = np.abs(fitted(examples, prior, PENALTY)) * spread(examples, len(prior))
    is_cue = np.array([not name.startswith(MOMENT) for name in table.names])
    order = np.argsort(-np.where(is_cue, force, -1.0), kind="stable")[:MOST_CUES]
    strong = ~is_cue
    strong[order] = True
    return fitted(examples.narrowed(strong), prior, PENALTY)


def out_of_fold(table: Table) -> Vector:
    """Return the log-odds of every trial from weights fitted on other calls."""
    folds = np.array([crc32(trial.talk.call_id.encode()) % FOLDS for trial in table.trials])
    result = np.zeros(len(folds))
    for fold in range(FOLDS):
        found = margins(table.examples, weights_of(table, folds != fold))
        result[folds == fold] = found[folds == fold]
    return result


def group_of(talk: Talk) -> str:
    """Return the source of a call; of the unseen calls, those that are only for trying stand apart."""
    return f"{talk.source}, kept back" if is_kept_back(talk) else talk.source


def threshold_of(margin: Vector) -> float:
    """Return the least margin at which no more than the wrong answers that are allowed are given."""
    wrong = np.sort(-margin[margin < 0])[::-1]
    allowed = int(WRONG_ALLOWED * len(margin))
    return float(wrong[allowed]) if len(wrong) > allowed else 0.0


def counted(margin: Vector, least: float) -> dict[str, int]:
    """Return how many answers are right, wrong and left open."""
    right, wrong = int((margin > least).sum()), int((margin < -least).sum())
    return {"right": right, "unknown": len(margin) - right - wrong, "wrong": wrong}


def shown(counts: dict[str, int]) -> str:
    """Return counts with their shares."""
    total = max(sum(counts.values()), 1)
    return ", ".join(f"{kind} {count / total:.1%}" for kind, count in counts.items()) + f" of {total}"


def write(table: Table, weights: Vector, factor: float) -> None:
    """Write the two rule files; ``factor`` makes the confidence come true."""
    rounded = {name: round(float(weight * factor), 2) for name, weight in zip(table.names, weights, strict=True)}
    moments = {name.removeprefix(MOMENT): weight for name, weight in rounded.items() if name.startswith(MOMENT)}
    lines = "".join(f"  {name}: {weight:g}\n" for name, weight in sorted(moments.items()) if weight)
    (RULES / "roles.yml").write_text(HEAD + lines, encoding="utf-8", newline="\n")
    said = {name: weight for name, weight in rounded.items() if weight and not name.startswith((MOMENT, EXCHANGE))}
    done = {
        name.removeprefix(EXCHANGE): weight for name, weight in rounded.items() if weight and name.startswith(EXCHANGE)
    }
    # Every word that the fit knew by name, also those of no weight: else they would be heard as words it did not know.
    common = " ".join(sorted(table.common))
    packed = orjson.dumps({"common": common, "runs": said, "exchanges": done}).decode()
    (RULES / "role_words.json").write_text(packed.replace(',"', ',\n"') + "\n", encoding="utf-8", newline="\n")


def main() -> None:
    """Print the figures, and write the files if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--fast", action="store_true", help="leave out the fits of one source from the others")
    arguments = parser.parse_args()
    scorer = Scorer.load()
    hear = partial(talk_of, scorer=scorer, names=KIND_MOMENTS.union(MOMENTS))
    table = table_of([hear(source, call) for source, call in sources(arguments.folder, scorer)])
    source = np.array([trial.talk.source for trial in table.trials])
    test = np.array([trial.is_test for trial in table.trials])
    margin = out_of_fold(table)
    operator = test & (source == "operator")
    factor = temperature(margin[operator], np.ones(int(operator.sum())))
    sure = 1 / (1 + math.exp(-threshold_of(margin[operator]) * factor))
    print(f"{len(table.trials)} trials, {len(table.names)} columns; temperature {1 / factor:.2f}")
    print(f"a confidence of {sure:.3f} would keep wrong answers at {WRONG_ALLOWED:.1%} out of fold")
    print(f"with the least confidence of {LEAST_CONFIDENCE} that is built in:")
    least = math.log(LEAST_CONFIDENCE / (1 - LEAST_CONFIDENCE)) / factor
    group = np.array([group_of(trial.talk) for trial in table.trials])
    figures = {name: counted(margin[test & (group == name)], least) for name in dict.fromkeys(group.tolist())}
    for name, counts in figures.items():
        print(f"  {name:20} out of fold: {shown(counts)}")
        if not arguments.fast:
            alone = margins(table.examples, weights_of(table, source != source[group == name][0]))
            print(f"  {'':20} from the other sources: {shown(counted(alone[test & (group == name)], least))}")
    if arguments.write:
        write(table, weights_of(table, np.ones(len(source), dtype=np.bool_)), factor)
        FIGURES.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    main()
