"""Processes of this machine that score batches, each with rules of its own, as an engine.

Only a few batches are in memory at a time, and reports come in the order of the batches, whichever is done first.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor
from concurrent.futures import wait as wait_for
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import chain, islice
from multiprocessing.connection import wait
from multiprocessing.context import BaseContext
from multiprocessing.synchronize import Event
from typing import Any, NamedTuple

from coach.engines import MOST_JOBS
from coach.engines.batches import Batch, Summary
from coach.engines.collecting import between_batches, collect, collect_no_more_than_asked
from coach.engines.inherited import asked_for, helpers_alone, inherited
from coach.engines.marking import Marker, Report
from coach.engines.packing import packed, unpacked
from coach.errors import CoachError

# A new process takes a second or two to load the rules: not worth it for fewer batches than these.
FEW_BATCHES = 6
# Batches that wait for a process, so that none of them is ever idle.
AHEAD = 2
# Batches for each process, done or not, that may wait behind one that takes long.
LEFT_BEHIND = 8


class Processes:
    """An engine that shares batches out to processes of this machine; ``close`` it.

    ``jobs``: how many; ``None`` is one for few batches, else one for each core. One works in this process.
    """

    def __init__(self, jobs: int | None) -> None:
        self._jobs = jobs
        self._pool: ProcessPoolExecutor | None = None
        # Not "fork": a child would inherit locks of the threads that DuckDB and Arrow started here. A server that has
        # loaded only what scores spares each process the loading, and its only threads, those of NumPy, stand a fork.
        can_serve = "forkserver" in multiprocessing.get_all_start_methods()
        self._context: BaseContext = multiprocessing.get_context("forkserver" if can_serve else "spawn")
        self._stop: Event | None = None
        self._starting: Future[ProcessPoolExecutor] | None = None

    def start(self, make_marker: Callable[[], Any], mark: Callable[[Any, Batch], Report]) -> None:
        """Let the processes load the rules already, where it is known that there will be several.

        They do so while this process goes on.
        """
        if self._jobs is not None and self._jobs > 1:
            self._starting = Future()
            threading.Thread(target=_told, args=(self._starting, self._started, self._jobs, make_marker, mark)).start()

    def __call__(
        self,
        work: Iterator[Batch],
        marker: Marker,
        make_marker: Callable[[], Marker],
        mark: Callable[[Marker, Batch], Report],
    ) -> Iterator[Report]:
        """Yield what ``mark`` says of each batch, in the order of the batches.

        Raises:
            CoachError: a process died, or what ``mark`` raises.
        """
        with between_batches():
            yield from self._reports(work, marker, make_marker, mark)

    def _reports(
        self,
        work: Iterator[Batch],
        marker: Marker,
        make_marker: Callable[[], Marker],
        mark: Callable[[Marker, Batch], Report],
    ) -> Iterator[Report]:
        jobs = self._jobs
        if jobs is None:
            head = list(islice(work, FEW_BATCHES))
            jobs = 1 if len(head) < FEW_BATCHES else cores()
            head.reverse()
            work = chain((head.pop() for _ in range(len(head))), work)
        if jobs == 1:
            for batch in work:
                report = mark(marker, batch)
                del batch
                collect()
                yield report
            return

        def submit(batch: Batch) -> Future[Report | _Failed]:
            # Where nothing is new, no process is needed.
            self._pool = self._pool or self._begun() or self._started(jobs, make_marker, mark)
            return self._pool.submit(_mark, packed(batch))

        try:
            yield from _shared_out(work, submit, jobs, functools.partial(mark, marker))
        except BrokenProcessPool as error:
            raise CoachError(
                "a worker process ended without a word (it may have run out of memory)",
                remedy="What is written so far is kept: run the same command again, with fewer --jobs.",
            ) from error
        finally:
            self.close()

    def close(self) -> None:
        """End the processes, once they are done with what they are at."""
        with suppress(Exception):
            self._pool = self._pool or self._begun()
        if self._stop is not None:
            self._stop.set()
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _begun(self) -> ProcessPoolExecutor | None:
        """Return the processes that ``start`` started, once they are there; ``None`` where it started none."""
        return self._starting.result() if self._starting is not None else None

    def _started(
        self, jobs: int, make_marker: Callable[[], Any], mark: Callable[[Any, Batch], Report]
    ) -> ProcessPoolExecutor:
        with asked_for(make_marker) as token, helpers_alone():
            # Not before it is needed: an event takes a process of its own, and semaphores, which not every system has.
            self._stop = self._context.Event()
            if sys.version_info >= (3, 11):
                # Before, it would look for them in the working folder first.
                modules = ["coach.scoring", type(mark).__module__, inherited.__module__]
                self._context.set_forkserver_preload(modules)
            pool = ProcessPoolExecutor(jobs, self._context, _start_worker, (token, make_marker, mark, self._stop))
            # The pool starts a process when there is something to do for it.
            for _ in range(jobs):
                pool.submit(_nothing)
        return pool


def _told(future: Future[Any], make: Callable[..., Any], *args: Any) -> None:
    try:
        future.set_result(make(*args))
    except BaseException as error:
        future.set_exception(error)


def _shared_out(
    work: Iterator[Batch],
    submit: Callable[[Batch], Future[Report | _Failed]],
    jobs: int,
    mark_here: Callable[[Batch], Report],
) -> Iterator[Report]:
    under_way: deque[Future[Report | _Failed]] = deque()
    for batch in work:
        # What holds no call to score is not worth the journey.
        under_way.append(submit(batch) if batch.items else _done(mark_here(batch)))
        del batch
        collect()
        while under_way:
            to_do = [each for each in under_way if not each.done()]
            is_piled_up = len(under_way) >= jobs * LEFT_BEHIND
            if under_way[0].done() or is_piled_up:
                yield _report_of(under_way.popleft())
            elif len(to_do) >= jobs + AHEAD:
                # Not for the first alone: while it takes long, the other processes must not be without work.
                wait_for(to_do, return_when=FIRST_COMPLETED)
            else:
                break
    while under_way:
        yield _report_of(under_way.popleft())


def _done(report: Report) -> Future[Report | _Failed]:
    future: Future[Report | _Failed] = Future()
    future.set_result(report)
    return future


def _nothing() -> None:
    return None


def cores() -> int:
    """Return how many processors this process may use, up to ``MOST_JOBS``."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(found, MOST_JOBS)


class _Failed(NamedTuple):
    """An error on its way from a worker; the exception itself, with its keywords, cannot be pickled."""

    kind: type[CoachError]
    what: str
    where: str
    remedy: str


def _report_of(future: Future[Report | _Failed]) -> Report:
    report = future.result()
    if isinstance(report, _Failed):
        raise report.kind(report.what, where=report.where, remedy=report.remedy)
    return report


class _Worker:
    """What a worker process holds: set once, as it starts."""

    marker: Any
    mark: Callable[[Any, Batch], Report]
    stop: Event
    error: Exception | None = None


def _start_worker(
    token: str, make_marker: Callable[[], Any], mark: Callable[[Any, Batch], Report], stop: Event
) -> None:
    # Ctrl-C reaches every process of the terminal: the parent alone decides, and lets batches finish.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _Worker.mark = staticmethod(mark)
    _Worker.stop = stop
    try:
        _Worker.marker = inherited(token, make_marker)
    except Exception as error:
        # The pool would print it. The first batch tells it, if this process did not find the same.
        _Worker.error = error
    collect_no_more_than_asked()


def _end_with_parent() -> None:
    """End this worker as soon as its parent is gone, even if that was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _mark(batch: bytes) -> Report | _Failed:
    # The pool hands out batches ahead of time; those of a run that was stopped are left to the next run.
    if _Worker.stop.is_set():
        return Report(Summary())
    try:
        if _Worker.error is not None:
            raise _Worker.error
        return _Worker.mark(_Worker.marker, unpacked(batch))
    except CoachError as error:
        return _Failed(type(error), error.what, error.where, error.remedy)
    finally:
        collect()
