"""Measure what the sizing of a cluster rests on: what a core scores, and how many cores one client can feed.

    python benchmarks/cluster.py calls.jsonl              # calls of your own, in any format that is read
    python benchmarks/cluster.py                          # generated ones

The machine that runs `coach score --cluster` reads the calls, looks up which are new, and sends them; this is timed by
itself, and so is what a worker does with what it gets: unpack, score, write the parts. Both are seconds of processor
time of one core, so that a busy machine gives the same figures. Nothing is sent over a network: where it is slow, the
bytes a call printed here say how much of it is needed.
"""

from __future__ import annotations

import argparse
import datetime
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import distributed  # noqa: F401 (a worker has it in memory too)
from generated_calls import agents_of, calls_of, json_line

from coach.engines.batches import Batch, batches
from coach.engines.cluster_worker import packed, unpacked
from coach.engines.ledger import Ledger
from coach.engines.parts import IntoParts
from coach.readers import read
from coach.scoring import Scorer

GENERATED = 3000
SEED = 7
FIRST_DAY = datetime.date(2026, 1, 5)
SECONDS_PER_HOUR = 3600
MB = 1024 * 1024


class Measured(NamedTuple):
    """Calls, the seconds that sending and scoring them took one core each, the bytes sent, the peak of memory."""

    calls: int
    sending: float
    scoring: float
    sent: int
    peak: int


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("calls", nargs="*", help="transcripts; else generated ones")
    paths = parser.parse_args().calls
    with tempfile.TemporaryDirectory() as folder:
        if not paths:
            paths = [str(_generated(Path(folder, "calls.jsonl")))]
        found = measured(paths, str(Path(folder, "results")))
    if not found.calls:
        sys.exit("No call to measure with.")
    print("\n".join(told(found)))


def measured(paths: list[str], results: str) -> Measured:
    """Return what the calls under ``paths`` take, scored into the folder ``results``."""
    scorer = Scorer.load()
    into = IntoParts(results)
    # The first calls fill caches, of the tokenizer above all, that a run of millions fills once.
    for batch in _first(batches(read(paths), Ledger([], ""))):
        into(scorer, batch)
    calls = sent = 0
    sending = scoring = 0.0
    work = batches(read(paths), Ledger([], ""))
    while True:
        began = time.process_time()
        batch = next(work, None)
        if batch is None:
            return Measured(calls, sending, scoring, sent, _peak())
        payload = packed(batch)
        halfway = time.process_time()
        into(scorer, unpacked(payload))
        sending += halfway - began
        scoring += time.process_time() - halfway
        calls += len(batch.items)
        sent += len(payload)


def told(found: Measured) -> list[str]:
    """Return what was measured, in lines."""
    sends, scores = found.calls / found.sending, found.calls / found.scoring
    return [
        f"{found.calls:,} calls",
        f"a worker scores   {scores:10,.0f} calls a second and core, {scores * SECONDS_PER_HOUR:,.0f} an hour",
        f"the client sends  {sends:10,.0f} calls a second, {found.sent / found.calls / 1000:.1f} kB a call",
        f"one client feeds  {sends / scores:10,.0f} workers",
        f"memory            {found.peak / MB:10,.0f} MB at most, of one process that does both",
        f"What it costs: python benchmarks/cost.py --calls-per-second {scores:.0f} --price PRICE",
    ]


def _first(work: Iterator[Batch]) -> Iterator[Batch]:
    batch = next(work, None)
    if batch is not None:
        yield batch


def _peak() -> int:
    """Return the most memory that this process had, in bytes; Linux counts it in kilobytes, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _generated(path: Path) -> Path:
    staff = agents_of(20, SEED)
    with path.open("w", encoding="utf-8") as out:
        out.writelines(map(json_line, calls_of(staff, GENERATED, SEED, 12, FIRST_DAY, times=True)))
    return path


if __name__ == "__main__":
    main()
