"""Time ConvoKit's parse and politeness strategies beside the whole tool, on the same calls, each on one core.

    python benchmarks/peers.py                        200 generated calls
    python benchmarks/peers.py --calls calls.jsonl    the first 200 calls of a file in the native form

ConvoKit is no part of the development environment: without it, how to install it is said, and nothing else is done. Its
work is what it takes to find greetings, thanks and apologies: ``TextParser`` (its usual spaCy pipeline), then
``PolitenessStrategies``, on texts in memory; loading the pipeline is not counted. The tool reads a file, writes results
and starts up in the time given.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from performance import generated
from performance_runs import cores, pinned_to, ran

CALLS = 200
PIPELINE = "en_core_web_sm"
INSTALL = (
    "ConvoKit and its spaCy pipeline are not installed, so there is nothing to time. In an environment of its own:\n"
    f"  pip install convokit && python -m spacy download {PIPELINE} && pip install -e .\n"
    "then run this again with the Python of that environment."
)


def convokit_seconds(calls: list[dict[str, Any]]) -> float:
    """Return how long ConvoKit takes to parse the turns of ``calls`` and look for politeness strategies."""
    from convokit import Corpus, PolitenessStrategies, Speaker, TextParser, Utterance

    said = []
    for call in calls:
        start = f"{call['call_id']}-0"
        for number, turn in enumerate(call["turns"]):
            who = Speaker(id=f"{call['call_id']}-{turn.get('role') or turn.get('speaker')}")
            before = f"{call['call_id']}-{number - 1}" if number else None
            said.append(
                Utterance(
                    id=f"{call['call_id']}-{number}",
                    speaker=who,
                    conversation_id=start,
                    reply_to=before,
                    text=turn["text"],
                )
            )
    corpus = Corpus(utterances=said)
    parser, strategies = TextParser(), PolitenessStrategies()
    began = time.perf_counter()
    strategies.transform(parser.transform(corpus))
    return time.perf_counter() - began


def tool_seconds(calls: list[dict[str, Any]], place: Path) -> float:
    """Return how long the whole tool takes, from a file to written results, start-up included."""
    place.mkdir()
    path = place / "calls.jsonl"
    path.write_text("".join(json.dumps(call) + "\n" for call in calls), "utf-8")
    command = ["score", str(path), "-o", str(place / "results"), "--jobs", "1", "--quiet"]
    return ran([sys.executable, "-c", "from coach.cli import main; main()", *command], cores()[-1:]).seconds


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=Path, help="calls in the native form, one a line; else generated ones")
    parser.add_argument("--count", type=int, default=CALLS, help=f"how many of them ({CALLS})")
    asked = parser.parse_args()
    if any(importlib.util.find_spec(name) is None for name in ("convokit", PIPELINE)):
        print(INSTALL)
        return
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        os.environ["CALL_COACH_CACHE"] = str(place / "cache")
        base = asked.calls or generated(place / "generated.jsonl")
        calls = [json.loads(line) for line in base.read_text("utf-8").splitlines()[: asked.count]]
        words = sum(len(turn["text"].split()) for call in calls for turn in call["turns"])
        tool_seconds(calls[:1], place / "warm")
        ours = tool_seconds(calls, place / "timed")
        pin = pinned_to(cores()[-1:])
        if pin is not None:
            pin()
        theirs = convokit_seconds(calls)
    print(f"{len(calls):,} calls, {words:,} words, one core")
    print(f"ConvoKit, parse and politeness   {words / theirs:12,.0f} words/s")
    print(f"whole tool, start-up included    {words / ours:12,.0f} words/s, {theirs / ours:.0f} times as fast")


if __name__ == "__main__":
    main()
