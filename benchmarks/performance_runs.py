"""What `make bench` measures: a function for each section, each of them in processes of their own.

Whatever is timed runs as a user would run it, ``coach`` in a fresh process, pinned to as many cores as it is said to
have. Peak memory is that of the largest process of a run, parent or worker, as the kernel counted it.
"""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson

import coach

HERE = Path(__file__).resolve().parent
COACH = [sys.executable, "-c", "from coach.cli import main; main()"]
VARIANTS = ("repeated", "distinct")
MB = 1024 * 1024


class Sizes(NamedTuple):
    """How many calls, rounds, starts and agents are measured; the default is what the bars ask for."""

    speed: int = 20_000
    rounds: int = 3
    memory: tuple[int, ...] = (1_000, 10_000, 100_000)
    starts: int = 5
    report: int = 100_000
    agents: int = 200
    restart: int = 3_000

    def scaled(self, scale: float) -> Sizes:
        """Return as many rounds of ``scale`` times the calls."""
        speed, report, restart = (max(1, round(scale * size)) for size in (self.speed, self.report, self.restart))
        memory = tuple(max(1, round(scale * size)) for size in self.memory)
        return self._replace(speed=speed, memory=memory, report=report, restart=restart)


class Ran(NamedTuple):
    """A process that has ended: its seconds, those of processors, and the peak of its largest process in MB."""

    seconds: float
    worked: float
    peak: float


class Bench:
    """A place to work in, and the calls to work on.

    Args:
        place: an empty folder with a few gigabytes of room.
        base: calls in the native form, one a line, of which many are made.
        say: told what is under way.
    """

    def __init__(self, place: Path, base: Path, sizes: Sizes, say: Callable[[str], None]) -> None:
        self.place = place
        self.base = base
        self.sizes = sizes
        self._say = say
        # Never that of the user: what is measured must not depend on it, nor change it.
        os.environ["CALL_COACH_CACHE"] = str(place / "cache")
        # As pip does for whoever installs a wheel.
        compileall.compile_dir(Path(coach.__file__).parent, quiet=1)
        self.first = place / "first.jsonl"
        with base.open("rb") as lines:
            self.first.write_bytes(next(lines).rstrip(b"\n") + b"\n")

    def stamp(self) -> dict[str, str]:
        """Return the versions of coach and of its rules; the cache is warm from here on."""
        done = subprocess.run([*COACH, "score", str(self.first), "--json"], stdout=subprocess.PIPE, check=True)  # noqa: S603
        stamp: dict[str, str] = orjson.loads(done.stdout)["stamp"]
        return stamp

    def speed(self) -> dict[str, Any]:
        """Return seconds of the tokenizer, of VADER and of the whole tool, in turns, so that they share the weather."""
        found: dict[str, Any] = {"cores": len(cores())}
        for variant in VARIANTS:
            calls, made = self.many(self.sizes.speed, variant)
            runs: dict[str, list[list[float]]] = {}
            for number in range(self.sizes.rounds):
                self._say(f"speed, {variant}, round {number + 1} of {self.sizes.rounds}")
                for name, seconds in self._baseline(calls).items():
                    runs.setdefault(name, []).append(seconds)
                for name, path, jobs in (("start", self.first, 1), ("one", calls, 1), *self._jobs(calls)):
                    runs.setdefault(name, []).append(list(self.score(path, jobs, fresh=True)[:2]))
            calls.unlink()
            found[variant] = {"made": made, **rounded(runs)}
        return found

    def memory(self) -> dict[str, Any]:
        """Return peaks by the number of calls, and how long a second run takes over the largest number."""
        jobs = len(cores())
        found: dict[str, Any] = {"jobs": jobs}
        for variant in VARIANTS:
            peaks: dict[str, float] = {}
            for count in self.sizes.memory:
                self._say(f"memory, {variant}, {count:,} calls")
                calls, made = self.many(count, variant)
                first = self.score(calls, jobs, fresh=True, keep=count == self.sizes.memory[-1])
                peaks[str(count)] = round(first.peak, 1)
                if count != self.sizes.memory[-1]:
                    calls.unlink()
            self._say(f"second run, {variant}")
            second = self.score(calls, jobs)
            calls.unlink()
            found[variant] = {
                "made": made,
                "peaks": peaks,
                "first": round(first.seconds, 2),
                "second": round(second.seconds, 2),
                "second_peak": round(second.peak, 1),
            }
        return found

    def startup(self) -> dict[str, Any]:
        """Return the seconds until the first call is scored and printed, with a warm cache and with an empty one."""
        self._say("start-up")
        found: dict[str, list[float]] = {"warm": [], "empty": []}
        command = ["score", str(self.first), "--json", "--quiet"]
        for number in range(self.sizes.starts):
            found["warm"].append(round(ran([*COACH, *command], cores()).seconds, 3))
            empty = {"CALL_COACH_CACHE": str(self.place / f"cache-{number}")}
            found["empty"].append(round(ran([*COACH, *command], cores(), empty).seconds, 3))
        return dict(found)

    def report(self) -> dict[str, Any]:
        """Return seconds and peak memory of the report of many calls."""
        from report_scale import measure

        self._say(f"report of {self.sizes.report:,} calls")
        found: dict[str, Any] = measure(self.sizes.report, self.sizes.agents)
        return found

    def restart(self) -> dict[str, Any]:
        """Return what ``restart.py`` says last of runs that were killed, and whether they ended as they should."""
        self._say(f"killed runs, {self.sizes.restart:,} calls")
        command = [sys.executable, str(HERE / "restart.py"), "--calls", str(self.sizes.restart)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
        said = done.stdout.strip().splitlines() or [f"it ended with exit code {done.returncode} and said nothing"]
        return {"calls": self.sizes.restart, "equal": done.returncode == 0, "verdict": said[-1]}

    def many(self, count: int, variant: str) -> tuple[Path, dict[str, Any]]:
        """Return a file of ``count`` calls, and what is in it."""
        path = self.place / f"{variant}-{count}.jsonl"
        return path, answer("performance_calls.py", variant, str(self.base), str(count), "-o", str(path))

    def score(self, calls: Path, jobs: int, *, fresh: bool = False, keep: bool = False) -> Ran:
        """Run ``coach score`` on as many cores as it has processes; ``fresh``: into a new dataset."""
        results = self.place / "results"
        if fresh:
            shutil.rmtree(results, ignore_errors=True)
        command = ["score", str(calls), "-o", str(results), "--jobs", str(jobs), "--quiet"]
        found = ran([*COACH, *command], cores()[-jobs:])
        if not keep:
            shutil.rmtree(results)
        return found

    def _baseline(self, calls: Path) -> dict[str, list[float]]:
        return answer("performance_baseline.py", str(calls), on=cores()[-1:])

    def _jobs(self, calls: Path) -> list[tuple[str, Path, int]]:
        """Return the runs on several cores that this machine can do; two may be all there are."""
        most = len(cores())
        named = {2: "two"} | ({most: "all"} if most > 2 else {})
        return [(name, calls, jobs) for jobs, name in named.items() if jobs <= most]


def cores() -> list[int]:
    """Return the processors that may be used; where the system cannot pin, as many numbers as there are."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def pinned_to(on: Sequence[int]) -> Callable[[], None] | None:
    """Return what pins a new process, or ``None`` where the system cannot."""
    return (lambda: os.sched_setaffinity(0, on)) if on and hasattr(os, "sched_setaffinity") else None


def ran(command: Sequence[str], on: Sequence[int], also: Mapping[str, str] | None = None) -> Ran:
    """Run ``command`` on the cores ``on`` and return what it took; ``also``: more of the environment.

    Raises:
        SystemExit: it failed.
    """
    began = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - our own commands
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=os.environ | (also or {}),
        preexec_fn=pinned_to(on),
    ) as process:
        said = process.stderr.read().decode() if process.stderr else ""
        # Counts the processes that it started and waited for, too.
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)}: exit code {process.returncode}\n{said}")
    peak = used.ru_maxrss / (MB if sys.platform == "darwin" else 1024)
    return Ran(seconds, used.ru_utime + used.ru_stime, peak)


def answer(name: str, *arguments: str, on: Sequence[int] = ()) -> dict[str, Any]:
    """Return what a program of this folder prints as JSON."""
    command = [sys.executable, str(HERE / name), *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, preexec_fn=pinned_to(on))  # noqa: S603
    found: dict[str, Any] = orjson.loads(done.stdout)
    return found


def rounded(runs: Mapping[str, Sequence[Sequence[float]]]) -> dict[str, list[list[float]]]:
    """Return the seconds to the thousandth: nothing here can be told more finely."""
    return {name: [[round(value, 3) for value in seconds] for seconds in found] for name, found in runs.items()}
