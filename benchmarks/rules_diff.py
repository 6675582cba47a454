"""How long ``coach rules diff`` takes on many calls, with a rule set that differs in several ways.

    python benchmarks/rules_diff.py                     10,000 generated calls, transcripts and results
    python benchmarks/rules_diff.py --calls 2000 --jobs 1

The new rules say more of a common moment, ask for it elsewhere, let another stand in fewer places, add a moment and a
rule, and change points: so many calls have to be heard twice. The calls are those of ``generate.py``.
"""

from __future__ import annotations

import argparse
import datetime
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from generated_calls import agents_of, calls_of, json_line

SEED = 7
FIRST_DAY = datetime.date(2026, 1, 5)
COACH = [sys.executable, "-c", "from coach.cli import main; main()"]
MOMENT = """\
title: Offers to ring back
any_of:
  - (ring|call|phone) you [right] back
  - (let|keep) you (know|posted)
examples: {match: [I will ring you back at four], no_match: [ring the office]}
"""
RULE = """\
title: Offer to ring back
source: A standard made up for this measurement.
check: replies
when: {customer: problem}
expect: {agent: rings_back_sometime}
within: 6 turns
coach: Offer a time to ring back.
"""


def write_rules(folder: Path) -> None:
    """Write a rule folder that differs from the built-in rules in what is said, where it counts, and points."""
    from coach.datafiles import rules_folder

    built_in = rules_folder()
    for name in ("moments", "core", "service"):
        (folder / name).mkdir(parents=True)
    (folder / "moments" / "rings_back_sometime.yml").write_text(MOMENT, "utf-8")
    (folder / "service" / "ring_back_sometime.yml").write_text(RULE, "utf-8")
    changes = {
        "moments/bad_news.yml": ("any_of:\n", "any_of:\n  - unfortunately\n  - bear with me\n"),
        "moments/thanks.yml": ("title:", "side: agent\ntitle:"),
        "core/apology.yml": ("within: call", "within: 3 turns"),
        "scorecard.yml": ("core.apology: 15", "core.apology: 25"),
    }
    for name, (old, new) in changes.items():
        text = (built_in / name).read_text("utf-8")
        if old not in text:
            sys.exit(f"{name} has no {old!r} any more: change this benchmark")
        (folder / name).write_text(text.replace(old, new, 1), "utf-8")


def timed(*arguments: str) -> tuple[str, str]:
    """Run ``coach``; return how long it took and what it printed.

    The seconds of all processors together tell more on a machine that does other work besides.

    Raises:
        SystemExit: it failed.
    """
    began, worked = time.perf_counter(), of_processors()
    done = subprocess.run([*COACH, *arguments], capture_output=True, text=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        sys.exit(done.stderr)
    seconds = f"{time.perf_counter() - began:6.1f} s ({of_processors() - worked:.1f} s of processors)"
    return seconds, done.stdout


def of_processors() -> float:
    """Return the seconds of processors that the processes started so far have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Measure coach rules diff.")
    parser.add_argument("--calls", type=int, default=10_000, help="how many (10000)")
    parser.add_argument("--jobs", type=int, help="processes; by default one for each core")
    asked = parser.parse_args()
    jobs = ["--jobs", str(asked.jobs)] if asked.jobs else []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_rules(folder / "ours")
        calls, results, ours = str(folder / "calls.jsonl"), str(folder / "results"), str(folder / "ours")
        with open(calls, "w", encoding="utf-8") as out:
            out.writelines(map(json_line, calls_of(agents_of(200, SEED), asked.calls, SEED, 12, FIRST_DAY, times=True)))
        print(f"{asked.calls:,} calls, {os.cpu_count()} cores")
        seconds, _ = timed("score", calls, "-o", results, "--quiet", *jobs)
        print(f"score, one rule set:          {seconds}")
        for what, path in (("transcripts", calls), ("results", results)):
            seconds, printed = timed("rules", "diff", "built-in", ours, path, *jobs)
            changed = next(line for line in printed.splitlines() if " of " in line and "calls" in line)
            print(f"diff, {what + ':':23} {seconds}   {changed}")


if __name__ == "__main__":
    main()
