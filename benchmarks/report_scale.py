"""Measure the report of a large results dataset: seconds, and memory at the peak.

    python benchmarks/report_scale.py --calls 100000 --agents 200
    python benchmarks/report_scale.py --calls 100000 --keep big        leaves the dataset and the pages in big/

At most two thousand generated calls are scored; the dataset then holds each of them as often as it takes, under keys,
ids and dates of its own, in parts of the usual size. ``coach report`` runs in a process of its own and is measured
alone. Exit code 1 means that it was slower or larger than it may be.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RUN = "from coach.cli import main; main()"
# DuckDB draws a progress bar where the program has no file, as in a notebook.
RUN_AS_A_FILE = f"__file__ = 'coach'; {RUN}"
# What the report of 100,000 calls may take.
MOST_SECONDS = 60
MOST_MEGABYTES = 1000
# So many calls are really scored: enough that agents and teams differ.
SCORED = 2000
TABLES = ("findings", "turns", "calls")


def measure(calls: int = 100_000, agents: int = 200, chosen: str = "none", keep: Path | None = None) -> dict[str, Any]:
    """Make a dataset, write its report, and return what that took.

    ``chosen`` is the value of ``--calls``. The dataset and the pages stay in ``keep`` where that is given; a dataset
    that is there already is taken as it is. The answer holds ``calls``, ``agents``, ``call_pages``, ``seconds``,
    ``megabytes`` (resident memory at the peak, of that process alone) and ``pages``.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = keep or Path(scratch)
        results, site = folder / "results", folder / "site"
        if not results.exists():
            # In a process of its own: what this one holds would count as memory of the report, which it starts.
            _run([sys.executable, __file__, "--calls", str(calls), "--agents", str(agents), "--make", str(results)])
        command = [
            sys.executable,
            "-c",
            RUN_AS_A_FILE,
            "report",
            str(results),
            "-o",
            str(site),
            "-q",
            "--calls",
            chosen,
        ]
        started = time.perf_counter()
        peak = _peak_of(command)
        seconds = time.perf_counter() - started
        pages = sum(1 for _ in site.rglob("*.html"))
    return {
        "calls": calls,
        "agents": agents,
        "call_pages": chosen,
        "seconds": round(seconds, 1),
        "megabytes": round(peak),
        "pages": pages,
    }


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True)  # noqa: S603


def _peak_of(command: Sequence[str]) -> float:
    """Run ``command`` and return its resident memory at the peak, in megabytes."""
    child = subprocess.Popen(command)  # noqa: S603
    _, status, usage = os.wait4(child.pid, 0)
    # Popen must not wait for a process that is gone.
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"coach report ended with exit code {child.returncode}")
    kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return kilobytes * 1024 / 1e6


def make(results: Path, calls: int, agents: int) -> None:
    """Write a dataset of so many calls to ``results``."""
    with tempfile.TemporaryDirectory() as scratch:
        made, scored = Path(scratch) / "calls.jsonl", Path(scratch) / "results"
        first = min(calls, SCORED)
        generator = [sys.executable, str(HERE / "generate.py"), "--calls", str(first), "--agents", str(agents)]
        _run([*generator, "-o", str(made)])
        _run([sys.executable, "-c", RUN, "score", str(made), "-o", str(scored), "--quiet"])
        results.mkdir(parents=True)
        for number, part in _portions(scored, calls):
            _write_copy(scored, results, part, number, calls)
        (results / "dataset.json").write_bytes((scored / "dataset.json").read_bytes())


def _portions(scored: Path, calls: int) -> Iterator[tuple[int, str]]:
    """Yield the number of a copy and the part to copy, until there are enough calls."""
    import pyarrow.parquet as pq

    parts = sorted(path.name for path in (scored / "calls").glob("part-*.parquet"))
    sizes = {part: pq.ParquetFile(scored / "calls" / part).metadata.num_rows for part in parts}
    there = copy = 0
    while there < calls:
        for part in parts:
            if there < calls:
                yield copy, part
            there += sizes[part]
        copy += 1


def _write_copy(scored: Path, results: Path, part: str, copy: int, calls: int) -> None:
    """Write the copy of one part: the same marks and words under another key, id and day."""
    import duckdb

    name = hashlib.blake2b(f"{part} {copy}".encode(), digest_size=16).hexdigest()
    columns = f"md5(key || '{copy}') AS key, call_id || '-{copy:03}' AS call_id, '{name}' AS part"
    day = f"strftime(left(started_at, 10)::DATE + {copy}, '%Y-%m-%d') || right(started_at, -10) AS started_at"
    for table in TABLES:
        (results / table).mkdir(exist_ok=True)
        replaced = f"{columns}, {day}" if table == "calls" else columns
        source, target = scored / table / part, results / table / f"part-{name}.parquet"
        rows = duckdb.read_parquet(str(source)).project(f"* REPLACE ({replaced})")
        rows.write_parquet(str(target), compression="zstd")


def main() -> None:
    """Read the options, measure, and say how it compares."""
    parser = argparse.ArgumentParser(description="Measure the report of a large dataset.")
    parser.add_argument("--calls", type=int, default=100_000, help="how many (100000)")
    parser.add_argument("--agents", type=int, default=200, help="how many agents share them (200)")
    parser.add_argument("--pages", default="none", help="which calls get a page: worst:20, all or none (none)")
    parser.add_argument("--keep", type=Path, help="a folder to keep the dataset and the pages in")
    parser.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.make:
        make(asked.make, asked.calls, asked.agents)
        return
    took = measure(asked.calls, asked.agents, asked.pages, asked.keep)
    print(
        f"{took['calls']:,} calls of {took['agents']} agents, call pages: {took['call_pages']}; "
        f"{took['seconds']} s (at most {MOST_SECONDS}), {took['megabytes']} MB (at most {MOST_MEGABYTES}), "
        f"{took['pages']:,} pages"
    )
    sys.exit(took["seconds"] > MOST_SECONDS or took["megabytes"] > MOST_MEGABYTES)


if __name__ == "__main__":
    main()
