"""Measure how often VADER names a customer turn's mood rightly, as it comes and with the domain lexicon.

    python benchmarks/mood.py [--wrong] [TURNS.jsonl]

Each line of the turns is ``{"mood": "negative" | "neutral" | "positive", "text": ...}``. Odd lines are those
the lexicon was worked on, even lines were kept back while it was. ``--wrong`` lists the mistakes on odd lines.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from coach.sentiment import Mood

TURNS = Path(__file__).resolve().parent.parent / "tests" / "mood_turns.jsonl"
# VADER's authors call a compound beyond this positive or negative (their README, "About the Scoring").
THRESHOLD = 0.05


def mood_named(compound: float) -> str:
    """Return the mood that ``compound`` stands for."""
    if compound >= THRESHOLD:
        return "positive"
    return "negative" if compound <= -THRESHOLD else "neutral"


def rightly_named(turns: Sequence[dict[str, str]], compound_of: Callable[[str], float]) -> float:
    """Return the share of ``turns`` whose mood is named rightly."""
    return sum(mood_named(compound_of(turn["text"])) == turn["mood"] for turn in turns) / len(turns)


def main() -> None:
    """Print the share of turns named rightly, by half of the set and kind of scorer."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("turns", nargs="?", type=Path, default=TURNS)
    parser.add_argument("--wrong", action="store_true", help="list the mistakes on the worked half")
    asked = parser.parse_args()
    turns = [json.loads(line) for line in asked.turns.read_text(encoding="utf-8").splitlines()]
    vader, mood = SentimentIntensityAnalyzer(), Mood()
    halves = {"worked on": turns[0::2], "kept back": turns[1::2]}
    print(f"{'half':<12}{'turns':>6}{'VADER':>8}{'lexicon':>9}{'gain':>7}")
    for name, half in halves.items():
        before = rightly_named(half, lambda text: float(vader.polarity_scores(text)["compound"]))
        after = rightly_named(half, mood.of)
        print(f"{name:<12}{len(half):>6}{before:>8.3f}{after:>9.3f}{100 * (after - before):>+7.1f}")
    if asked.wrong:
        for turn in halves["worked on"]:
            compound = mood.of(turn["text"])
            if mood_named(compound) != turn["mood"]:
                print(f"{turn['mood']:<9}{compound:>+7.3f}  {turn['text']}")


if __name__ == "__main__":
    main()
