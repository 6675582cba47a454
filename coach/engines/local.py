"""Scoring on this machine: in this process, or on several that each load the rules once.

Calls are cut into batches before anything is shared out, and a batch makes one part of the dataset: the
same input makes the same files, whatever the number of processes and however often a run was killed and
started again. Only a few batches are in memory at a time.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing.connection import wait
from multiprocessing.synchronize import Event
from typing import Any, NamedTuple

from coach.call import Call
from coach.engines.batches import Batch, Summary, batches
from coach.engines.ledger import KNOWN_CALLS, Ledger
from coach.engines.marking import Engine, IntoLines, IntoParts, MakeScorer, Marker, Report
from coach.errors import CoachError
from coach.readers.rejected import Rejected
from coach.results import Dataset, make_dataset
from coach.results_parts import write_rejected

# A new process takes a second or two to load the rules: not worth it for fewer batches than these.
FEW_BATCHES = 6
# Batches that wait for a process, so that none of them is ever idle.
AHEAD = 2
# Rejected transcripts in one part.
REJECTED_ROWS = 1000


def score_all(
    calls: Iterable[Call | Rejected],
    make_scorer: MakeScorer,
    address: str,
    *,
    jobs: int | None = None,
    engine: Engine | None = None,
    rescore: bool = False,
    on_progress: Callable[[Summary], None] = lambda summary: None,
    on_rejected: Callable[[Rejected], None] = lambda rejected: None,
) -> Summary:
    """Score ``calls`` into the results dataset at ``address``, and return how it went.

    ``make_scorer`` must be picklable where more than one process works. ``jobs``: how many processes;
    ``None`` is one for a small input, else one for each core. ``engine``: what shares the work out in place of
    these processes. ``rescore``: score again what is scored already.

    Raises:
        CoachError: the dataset cannot be read or written, or a rule is wrong. What is written so far stays.
    """
    scorer = make_scorer()
    card = scorer.scorecard
    head = {"name": card.name, "version": card.version, "pass_mark": card.pass_mark}
    store = make_dataset(address, scorer.stamp, scorer.rule_cards(), head, scorer.other_scorecards())
    with Dataset.open(address) as dataset:
        ledger = Ledger(dataset.rows(KNOWN_CALLS), scorer.stamp.get("rules", ""), rescore=rescore)
    unread: list[Rejected] = []
    parts: set[str] = set()
    summary = Summary()
    on_progress(summary)
    share_out = engine or in_processes(jobs)
    for report in share_out(batches(calls, ledger), scorer, make_scorer, IntoParts(address)):
        summary = summary.plus(report.summary)
        for rejected in report.rejected:
            on_rejected(rejected)
        unread.extend(report.rejected)
        while len(unread) >= REJECTED_ROWS:
            parts.add(write_rejected(store, unread[:REJECTED_ROWS]))
            del unread[:REJECTED_ROWS]
        on_progress(summary)
    if unread:
        parts.add(write_rejected(store, unread))
    ledger.close()
    # `rejected` is what the last finished run could not read; the parts of earlier runs go.
    for part in set(store.parts("rejected")) - parts:
        store.remove("rejected", f"part-{part}.parquet")
    store.sweep()
    return summary


def score_lines(
    calls: Iterable[Call | Rejected],
    make_scorer: MakeScorer,
    *,
    jobs: int | None = None,
    engine: Engine | None = None,
) -> Iterator[Report]:
    """Yield reports whose ``lines`` are the scored calls as JSON, in the order of ``calls``."""
    yield from reports(calls, make_scorer, IntoLines(), jobs=jobs, engine=engine)


def reports(
    calls: Iterable[Call | Rejected],
    make_marker: Callable[[], Marker],
    mark: Callable[[Marker, Batch], Report],
    *,
    jobs: int | None = None,
    engine: Engine | None = None,
) -> Iterator[Report]:
    """Yield what ``mark`` says of each batch of ``calls``, in their order; every process makes a marker for it."""
    share_out = engine or in_processes(jobs)
    yield from share_out(batches(calls, None), make_marker(), make_marker, mark)


def in_processes(jobs: int | None) -> Engine:
    """Return what shares batches out to ``jobs`` processes; ``None`` is one for few batches, else one for each core."""
    return functools.partial(_reports, jobs=jobs)


def _reports(
    work: Iterator[Batch],
    marker: Marker,
    make_marker: Callable[[], Marker],
    mark: Callable[[Marker, Batch], Report],
    jobs: int | None,
) -> Iterator[Report]:
    """Yield the report of each batch, in the order of the batches."""
    if jobs is None:
        head = list(islice(work, FEW_BATCHES))
        jobs = 1 if len(head) < FEW_BATCHES else cores()
        work = chain(head, work)
        del head
    if jobs == 1:
        return (mark(marker, batch) for batch in work)
    return _in_processes(work, make_marker, mark, jobs)


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _in_processes(
    work: Iterator[Batch], make_marker: Callable[[], Marker], mark: Callable[[Marker, Batch], Report], jobs: int
) -> Iterator[Report]:
    # "spawn": a forked child would inherit locks of the threads that DuckDB and Arrow started here.
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    pool = ProcessPoolExecutor(jobs, context, _start_worker, (make_marker, mark, stop))
    under_way: deque[Future[Report | _Failed]] = deque()
    try:
        for batch in work:
            under_way.append(pool.submit(_mark, batch))
            while len(under_way) >= jobs + AHEAD:
                yield _report_of(under_way.popleft())
        while under_way:
            yield _report_of(under_way.popleft())
    except BrokenProcessPool as error:
        raise CoachError(
            "a worker process ended without a word (it may have run out of memory)",
            remedy="What is written so far is kept: run the same command again, with fewer --jobs.",
        ) from error
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


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


def _start_worker(make_marker: Callable[[], Any], mark: Callable[[Any, Batch], Report], stop: Event) -> None:
    # Ctrl-C reaches every process of the terminal: the parent alone decides, and lets batches finish.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _Worker.marker = make_marker()
    _Worker.mark = staticmethod(mark)
    _Worker.stop = stop


def _end_with_parent() -> None:
    """End this worker as soon as its parent is gone, even if that was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _mark(batch: Batch) -> Report | _Failed:
    # The pool hands out batches ahead of time; those of a run that was stopped are left to the next run.
    if _Worker.stop.is_set():
        return Report(Summary())
    try:
        return _Worker.mark(_Worker.marker, batch)
    except CoachError as error:
        return _Failed(type(error), error.what, error.where, error.remedy)
