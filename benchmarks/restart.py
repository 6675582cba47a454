"""Kill a run again and again, let the next one finish, and see whether the results are those of an undisturbed run.

    python benchmarks/restart.py
    python benchmarks/restart.py --calls 20000 --kills 10 --seed 4 --command run

The calls are made by ``generate.py``. One run scores them undisturbed. Others score them into a second folder; each is
killed, with all of its processes (SIGKILL; on Windows TerminateProcess), and the one after the last is let alone. When
each is killed is drawn: once so many parts are finished, and so long after that. Then every row of both results is
compared, call by call: marks, findings, turns, warnings, revision, and the part that the row is in. The last line says
how it came out; the exit code is 1 where anything differs, is there twice or is missing.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq

from coach.results import Dataset

HERE = Path(__file__).resolve().parent
COACH = (sys.executable, "-c", "from coach.cli import main; main()")
TABLES = {"calls": "key", "findings": "key, rule", "turns": "key, turn"}
# Seconds.
LOOK_EVERY = 0.01


class Outcome(NamedTuple):
    """How it went: seconds of the undisturbed run and of one with nothing new, and what each killed run had scored.

    ``differs`` says what is not as it should be, ``""`` where all is.
    """

    whole: float
    unchanged: float
    scored_at_kills: list[int]
    finished_before: int
    scored: int
    differs: str


def trial(
    command: Callable[[Path], Sequence[str]],
    place: Path,
    kills: int,
    seed: int,
    say: Callable[[str], object] = print,
) -> Outcome:
    """Return what came of ``kills`` killed runs and one that finished.

    Args:
        command: returns the command that scores into the results folder that it is given.
        place: an empty folder to work in.
        kills: how many runs are killed.
        seed: decides when.
        say: is told what happens.
    """
    chance = random.Random(seed)  # noqa: S311
    whole = _finished(command(place / "undisturbed"))
    unchanged = _finished(command(place / "undisturbed"))
    say(f"undisturbed: {whole:.1f} s; once more with nothing new: {unchanged:.1f} s")
    killed = place / "killed"
    scored: list[int] = []
    early = 0
    total = _scored(place / "undisturbed")
    parts = _parts(place / "undisturbed")
    for number in range(kills):
        there = _parts(killed)
        # Each run gets about as far as the next would have to, and half a part further, or less.
        most = there + 2 * (parts - there) / (kills - number + 1)
        want = min(int(chance.uniform(there, most)), parts - 1)
        delay = chance.uniform(0, whole / parts if want > there else unchanged + whole / parts)
        after = _killed(command(killed), lambda want=want: _parts(killed) >= want, delay)
        early += after is None
        scored.append(_scored(killed))
        how = f"killed after {after:.2f} s" if after is not None else "done before it was to be killed"
        say(f"run {number + 1}: {how}, {scored[-1]:,} calls scored")
    _finished(command(killed))
    return Outcome(whole, unchanged, scored, early, total, difference(place))


def difference(place: Path) -> str:
    """Return how the results in ``killed`` differ from those in ``undisturbed``, ``""`` where no row does."""
    keys = {
        folder: pq.read_table(place / folder / "calls", columns=["key"])["key"].to_pylist()
        for folder in ("undisturbed", "killed")
    }
    for folder, each in keys.items():
        if twice := len(each) - len(set(each)):
            return f"{twice:,} calls are there twice in {folder}"
    if lost := set(keys["undisturbed"]) - set(keys["killed"]):
        return f"{len(lost):,} calls are missing"
    if more := set(keys["killed"]) - set(keys["undisturbed"]):
        return f"{len(more):,} calls are there that should not be"
    with Dataset.open(str(place / "undisturbed")) as one, Dataset.open(str(place / "killed")) as two:
        for table, order in TABLES.items():
            query = f"SELECT * FROM {table} ORDER BY {order}"  # noqa: S608
            for row, other in zip_longest(one.rows(query), two.rows(query), fillvalue={}):
                for column in row.keys() | other.keys():
                    value, found = repr(row.get(column)), repr(other.get(column))
                    if value != found:
                        call = f"{table}, call {row.get('call_id')}, {column}"
                        return f"{call}: {value} undisturbed, {found} after the killed runs"
    return ""


def verdict(outcome: Outcome) -> str:
    """Return a sentence that says how it went."""
    kills = len(outcome.scored_at_kills) - outcome.finished_before
    if outcome.differs:
        return f"killed {kills} times, then finished: DIFFERENT. {outcome.differs}"
    between = len(set(outcome.scored_at_kills) - {0, outcome.scored})
    return (
        f"killed {kills} times, at {between} different points of the scoring, then finished: "
        f"all rows of {outcome.scored:,} calls are equal to those of an undisturbed run."
    )


def _finished(command: Sequence[str]) -> float:
    """Run a command to its end and return the seconds that it took."""
    began = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)  # noqa: S603
    if done.returncode not in (0, 3):
        sys.exit(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stderr}")
    return time.perf_counter() - began


def _killed(command: Sequence[str], is_time: Callable[[], bool], delay: float) -> float | None:
    """Kill a command and all that it started, ``delay`` seconds after ``is_time``.

    Returns:
        After how many seconds, or ``None`` where it had ended by itself.
    """
    began = time.perf_counter()
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        while process.poll() is None and not is_time():
            time.sleep(LOOK_EVERY)
        try:
            process.wait(delay)
        except subprocess.TimeoutExpired:
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
            return time.perf_counter() - began
    return None


def _parts(folder: Path) -> int:
    """Return how many parts of a results folder are finished."""
    return len(list((folder / "calls").glob("part-*.parquet")))


def _scored(folder: Path) -> int:
    """Return how many calls a results folder holds."""
    if not (folder / "dataset.json").exists():
        return 0
    with Dataset.open(str(folder)) as dataset:
        return int(dataset.value("SELECT count(*) FROM calls"))


def main() -> None:
    """Make the calls, kill the runs, and say how it went."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--calls", type=int, default=3000, metavar="N", help="how many calls, by default 3000")
    parser.add_argument("--kills", type=int, default=10, metavar="N", help="how many runs to kill, by default 10")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes of each run, by default 2")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the calls and of the moments")
    parser.add_argument("--command", choices=("score", "run"), default="score", help="the command, by default score")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        calls = place / "calls.jsonl"
        make = [sys.executable, str(HERE / "generate.py"), "--calls", str(asked.calls), "--seed", str(asked.seed)]
        subprocess.run([*make, "-o", str(calls)], check=True, stdout=subprocess.DEVNULL)  # noqa: S603

        def command(results: Path) -> list[str]:
            # `coach run` writes its results into a folder of that name.
            out = results if asked.command == "score" else results.with_suffix(".site")
            if asked.command == "run" and not results.exists():
                out.mkdir(exist_ok=True)
                (out / "results").mkdir(exist_ok=True)
                results.symlink_to(out / "results")
            return [*COACH, asked.command, str(calls), "-o", str(out), "--jobs", str(asked.jobs), "--quiet"]

        outcome = trial(command, place, asked.kills, asked.seed, lambda text: print(text, flush=True))
    print(verdict(outcome))
    sys.exit(bool(outcome.differs))


if __name__ == "__main__":
    main()
