"""How fast the parts are that the tool is held against: the bare tokenizer, and VADER on the customer's turns.

    python benchmarks/performance_baseline.py calls.jsonl

``spacy.blank("en")`` makes one ``Doc`` of each call, its turns joined with spaces; ``vaderSentiment``, as it comes,
scores each turn of the customer. Texts are in memory and both are warm before the clock starts. Seconds of the clock
and of the processor are printed as JSON.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import orjson

WARM_UP = 300


def timed(work: Callable[[str], object], texts: Iterable[str]) -> list[float]:
    """Return the seconds, of the clock and of the processor, that ``work`` on all ``texts`` takes."""
    began, worked = time.perf_counter(), time.process_time()
    for text in texts:
        work(text)
    return [time.perf_counter() - began, time.process_time() - worked]


def texts_of(path: Path) -> tuple[list[str], list[str]]:
    """Return the texts of whole calls, and those of the customer's turns."""
    whole: list[str] = []
    customer: list[str] = []
    with path.open("rb") as lines:
        for line in lines:
            turns = orjson.loads(line)["turns"]
            whole.append(" ".join(turn["text"] for turn in turns))
            customer += [turn["text"] for turn in turns if turn.get("role") == "customer"]
    return whole, customer


def measured(whole: Sequence[str], customer: Sequence[str]) -> dict[str, list[float]]:
    """Return the seconds of each of the two parts."""
    import spacy
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    nlp, vader = spacy.blank("en"), SentimentIntensityAnalyzer()
    timed(nlp, whole[:WARM_UP])
    timed(vader.polarity_scores, customer[:WARM_UP])
    return {"tokenizer": timed(nlp, whole), "vader": timed(vader.polarity_scores, customer)}


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("calls", type=Path, help="calls in the native form, one a line")
    print(orjson.dumps(measured(*texts_of(parser.parse_args().calls))).decode())


if __name__ == "__main__":
    main()
