"""Measure speed, memory, restarts and reports in one run, and write docs/performance.md.

    make bench                                                # what the page shows; some 10 to 15 minutes
    make bench CALLS=calls.jsonl                              # made of calls of your own
    python benchmarks/performance.py --quick                  # a minute or two, prints only
    python benchmarks/performance.py --only speed,startup     # these sections anew, the others as they were
    python benchmarks/performance.py --page                   # write the page of what was measured last

``--calls`` names calls in the native form, one a line: they are no part of the project, and none of their words get
into the page. Without it, calls of ``generate.py`` are taken. What was measured is kept in
``benchmarks/performance.json``; ``--check`` fails where the page does not show just that. Two gigabytes of room are
needed, in a temporary folder (``--folder`` says where) that goes afterwards.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson
from generated_calls import agents_of, calls_of, json_line
from page_slots import filled
from performance_page import bars, slots
from performance_runs import Bench, Sizes, cores

import coach
from coach.native import PLAIN

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
MEASURED = ROOT / "benchmarks" / "performance.json"
# In this order: the short ones first, so that a mistake shows early.
SECTIONS: dict[str, Callable[[Bench], dict[str, Any]]] = {
    "startup": Bench.startup,
    "speed": Bench.speed,
    "memory": Bench.memory,
    "restart": Bench.restart,
    "report": Bench.report,
}
# Those that stand in files of their own are left out where the file is.
FILES = {"restart": "restart.py", "report": "report_scale.py"}
GENERATED = 400
SEED = 7
FIRST_DAY = datetime.date(2026, 1, 5)
# So much of what the bars ask for is a first look.
QUICK = 0.05
LIBRARIES = ("spacy", "vaderSentiment", "pyarrow", "duckdb")


def measure(
    sections: Sequence[str], calls: Path | None, sizes: Sizes, folder: Path | None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each section and what was measured for it, as soon as it was."""
    began = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - began:5.0f} s  {what}", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory(dir=folder) as name:
        place = Path(name)
        base = calls or generated(place / "generated.jsonl")
        bench = Bench(place, base, sizes, say)
        known = conditions(bench.stamp(), base, own=calls is None)
        for section in sections:
            yield section, {"conditions": known, **SECTIONS[section](bench)}
        say("done")


def generated(path: Path) -> Path:
    """Write calls of the project's generator to ``path``, and return it."""
    with path.open("w", encoding="utf-8") as out:
        out.writelines(map(json_line, calls_of(agents_of(20, SEED), GENERATED, SEED, 12, FIRST_DAY, times=True)))
    return path


def conditions(stamp: dict[str, str], base: Path, *, own: bool) -> dict[str, str]:
    """Return what figures depend on: machine, versions, rules, calls. No date, no path."""
    count = sum(bool(line.strip()) for line in base.read_bytes().splitlines())
    return {
        "processor": processor(),
        "cores": str(len(cores())),
        "other load": f"{os.getloadavg()[0]:.1f} processes on average over the minute before",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
        "coach": stamp["coach"],
        "compiled parts": compiled_parts(),
        "rules": f"`{stamp['rules'][:19]}`",
        "calls made of": f"{count} calls of `benchmarks/generate.py`" if own else f"the {count} calls of {base.name}",
    }


def processor() -> str:
    """Return the name of the processor, as far as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "unknown")


def compiled_parts() -> str:
    """Return the names of the parts of coach that run as machine code here; without a compiler there are none."""
    files = () if os.environ.get(PLAIN) else Path(coach.__file__).parent.iterdir()
    return ", ".join(sorted(path.name.partition(".")[0] for path in files if path.suffix in (".so", ".pyd"))) or "none"


def last_measured() -> dict[str, Any]:
    """Return what was measured last."""
    found: dict[str, Any] = orjson.loads(MEASURED.read_bytes()) if MEASURED.is_file() else {"sections": {}}
    return found


def print_bars(sections: dict[str, Any]) -> None:
    """Print each bar beside what was measured."""
    for bar in bars(sections):
        print(f"{'met' if bar.met else 'NOT MET':8} {bar.what}: {bar.found} (bar: {bar.bar})")


def wanted(written: str) -> list[str]:
    """Return the sections named; argparse turns the error into a message."""
    names = written.split(",")
    unknown = [name for name in names if name not in SECTIONS]
    if unknown:
        raise argparse.ArgumentTypeError(f"no such section: {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    return [name for name in SECTIONS if name in names]


def all_sections() -> list[str]:
    """Return the sections that can be measured."""
    return [name for name in SECTIONS if (ROOT / "benchmarks" / FILES.get(name, "")).exists()]


def arguments(given: Sequence[str] | None) -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=Path, help="calls in the native form, one a line; else generated ones")
    parser.add_argument("--only", type=wanted, default=all_sections(), metavar="SECTIONS", help=",".join(SECTIONS))
    parser.add_argument("--rounds", type=int, help="how often speed is measured; the median counts (3)")
    parser.add_argument("--scale", type=float, default=1.0, help="so many times as many calls (1.0)")
    parser.add_argument("--folder", type=Path, help="where there is room for two gigabytes")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--quick", action="store_true", help="few calls, once: print, write nothing")
    instead.add_argument("--page", action="store_true", help="measure nothing, write the page")
    instead.add_argument("--check", action="store_true", help="measure nothing, fail where the page is stale")
    asked = parser.parse_args(given)
    if asked.calls is not None and not asked.calls.is_file():
        parser.error(f"{asked.calls}: there is no such file")
    if not hasattr(os, "wait4"):
        parser.error("this system does not tell the peak memory of a process: measure on Linux or macOS")
    return asked


def main(given: Sequence[str] | None = None) -> int:
    """Run the command; return 1 where ``--check`` finds a stale page."""
    asked = arguments(given)
    measured = last_measured()
    if not (asked.page or asked.check):
        sizes = Sizes(rounds=1, starts=2).scaled(QUICK) if asked.quick else Sizes().scaled(asked.scale)
        sizes = sizes._replace(rounds=asked.rounds or sizes.rounds)
        for name, found in measure(asked.only, asked.calls, sizes, asked.folder):
            print_bars({name: found})
            if not asked.quick:
                # Kept at once: what comes after it may fail.
                measured["sections"][name] = found
                MEASURED.write_bytes(orjson.dumps(measured, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
        if asked.quick:
            return 0
    page = PAGE.read_text("utf-8")
    written = filled(page, slots(measured))
    if asked.check:
        if written != page:
            print("docs/performance.md is stale: run `python benchmarks/performance.py --page`", file=sys.stderr)
        return int(written != page)
    PAGE.write_text(written, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
