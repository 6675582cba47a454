"""How fast the native form is read, in how much memory, and how that compares with parsing its JSON alone.

    python benchmarks/reading.py                         1 GB of JSON Lines, and a single document of 200 MB
    python benchmarks/reading.py --size 100MB --turns 60

The calls are those of ``generate.py``, written to a temporary folder (``--folder``) as they are made; ``--turns`` joins
short ones until a call has that many turns. Each measurement is a process of its own, so that its peak memory is its
own: "parsed" takes each line through ``orjson.loads`` and keeps nothing, "read" makes the calls of it. The document
alone, on one line and indented, is over the limit and must be refused, quickly and in little memory.
"""

from __future__ import annotations

import argparse
import datetime
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from generated_calls import agents_of, calls_of, json_line

from coach.call import Call
from coach.cli.numbers import Size
from coach.readers import read

MB = 1024 * 1024
SEED = 7
CALLS_AT_MOST = 100_000_000
FIRST_DAY = datetime.date(2026, 1, 5)


def parsed(path: str) -> dict[str, Any]:
    """Parse each line, and return how many there are."""
    count = 0
    with open(path, "rb") as file:
        for line in file:
            orjson.loads(line)
            count += 1
    return {"calls": count, "rejected": ""}


def made_calls(path: str) -> dict[str, Any]:
    """Read the calls, and return how many there are and why the last of those refused was refused."""
    count = 0
    rejected = ""
    for item in read([path]):
        if isinstance(item, Call):
            count += 1
        else:
            rejected = item.cause
    return {"calls": count, "rejected": rejected}


MEASURED = {"parsed": parsed, "read": made_calls}


def measured(what: str, path: Path) -> dict[str, Any]:
    """Return what a process of its own finds: calls, seconds, peak memory in MB."""
    command = [sys.executable, __file__, "--measure", what, str(path)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603 - this very file
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure(what: str, path: str) -> None:
    """Do the work in this process, and print what it took."""
    start = time.perf_counter()
    found = MEASURED[what](path)
    found["seconds"] = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found["peak"] = peak / (MB if sys.platform == "darwin" else 1024)
    print(json.dumps(found))


def lines(turns: int) -> Iterator[bytes]:
    """Yield calls without end, each a line of at least ``turns`` turns."""
    joined: dict[str, Any] = {}
    for call in calls_of(agents_of(200, SEED), CALLS_AT_MOST, SEED, 12, FIRST_DAY, times=True):
        line = json_line(call).encode()
        if turns < 2:
            yield line
            continue
        value = json.loads(line)
        if not joined:
            joined = value
        else:
            after = joined["turns"][-1]["end"]
            moved = ({**turn, "start": turn["start"] + after, "end": turn["end"] + after} for turn in value["turns"])
            joined["turns"] += moved
        if len(joined["turns"]) >= turns:
            yield json.dumps(joined).encode() + b"\n"
            joined = {}


def write_lines(path: Path, size: int, turns: int) -> None:
    """Write calls until ``path`` has ``size`` bytes."""
    written = 0
    with path.open("wb") as file:
        for line in lines(turns):
            written += file.write(line)
            if written >= size:
                return


def write_document(source: Path, path: Path, indent: bool) -> None:
    """Write the calls of ``source`` as one list, on one line or on many."""
    with source.open("rb") as calls, path.open("wb") as file:
        file.write(b"[")
        for number, line in enumerate(calls):
            file.write(b"," if number else b"")
            file.write(orjson.dumps(orjson.loads(line), option=orjson.OPT_INDENT_2) if indent else line.rstrip())
        file.write(b"]")


def main() -> None:
    """Write the files, measure each, print a line for each."""
    parser = argparse.ArgumentParser(description="Measure how fast the native form is read, and in how much memory.")
    parser.add_argument("--size", default="1GB", help="of the JSON Lines (1GB)")
    parser.add_argument("--document", default="200MB", help="of the single document (200MB)")
    parser.add_argument("--turns", type=int, default=0, help="at least as many turns a call; 0: as they come, about 21")
    parser.add_argument("--folder", help="where there is room for the files; a temporary one otherwise")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        measure(*asked.measure)
        return
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        calls, document = Path(folder) / "calls.jsonl", Path(folder) / "document.json"
        write_lines(calls, Size().convert(asked.size, None, None), asked.turns)
        size = calls.stat().st_size / MB
        rates = {}
        for what in MEASURED:
            found = measured(what, calls)
            rates[what] = size / found["seconds"]
            print(
                f"{what:7}{size:,.0f} MB, {found['calls']:,} calls in {found['seconds']:.1f} s: {rates[what]:.0f} MB/s,"
                f" peak memory {found['peak']:.0f} MB{found['rejected'] and ', REJECTED: ' + found['rejected']}"
            )
        print(f"reading takes {rates['parsed'] / rates['read']:.1f} times as long as parsing alone")
        write_lines(calls, Size().convert(asked.document, None, None), asked.turns)
        for indent in (False, True):
            write_document(calls, document, indent)
            found = measured("read", document)
            print(
                f"one document of {document.stat().st_size / MB:,.0f} MB on {'many lines' if indent else 'one line'}:"
                f" {found['seconds']:.2f} s, peak memory {found['peak']:.0f} MB, {found['rejected'] or 'READ'}"
            )


if __name__ == "__main__":
    main()
