"""Scoring on the workers of a Dask cluster: the same batches as on one machine, and so the same parts.

This machine reads the calls and sends them in batches, a few more than there are workers; each worker loads the rules
once and writes the parts itself. A batch whose worker dies goes to another one. As a part is named after what is in it,
a batch that was scored twice still makes one part.
"""

from __future__ import annotations

import contextlib
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import replace
from types import TracebackType
from typing import Any, NamedTuple

from coach.engines.batches import Batch, Item
from coach.engines.cluster_client import INSTALL, KEPT, LOOK_EVERY, WORKERS_WITHIN, Workers, connected
from coach.engines.cluster_versions import check_versions, listed, versions_here, versions_there
from coach.engines.cluster_worker import Job, fall_silent, mark_batch, packed, prepare
from coach.engines.marking import Marker, Report
from coach.engines.parts import IntoParts
from coach.engines.processes import AHEAD, LEFT_BEHIND
from coach.errors import CoachError
from coach.results_parts import HEADER, Store

# Seconds.
SILENT_WITHIN = 10.0
# Batches for each worker: one that it scores, one that waits.
EACH = 2
# How often a batch is tried again where something other than its calls went wrong: the network, a full /tmp.
RETRIES = 2
# Calls that an error names one by one; of more, the first and the last.
FEW_CALLS = 3


class _SentJob(NamedTuple):
    """What every batch comes with: a name for this run, the versions that a worker must have, the packed ``Job``."""

    run: str
    versions: dict[str, str]
    job: bytes


class _Sent(NamedTuple):
    """A batch under way: the future of its report, and what it takes to send it again."""

    future: Any
    payload: bytes
    calls: str


class Cluster:
    """An engine that shares batches out to the workers of a Dask scheduler; use it as a context manager.

    Args:
        address: of the scheduler, ``tcp://host:8786`` or ``tls://...``; or ``local:4`` for four processes here.
        say: is given sentences for the person who waits.
        pipeline: the spaCy pipeline that the workers must have too.
        patience: how many seconds to wait for workers while there are none.
    """

    def __init__(
        self,
        address: str,
        *,
        say: Callable[[str], None] = lambda text: None,
        pipeline: str | None = None,
        patience: float = WORKERS_WITHIN,
    ) -> None:
        self._address = address
        self._say = say
        self._pipeline = pipeline
        self._patience = patience
        self._open = contextlib.ExitStack()
        self._client: Any = None
        self._versions: dict[str, str] = {}

    def __enter__(self) -> Cluster:
        """Connect, wait for workers, and compare their versions with those here.

        Raises:
            UsageError: Dask is not installed here, or the address is none.
            CoachError: no scheduler or no worker is there, or a worker runs other versions.
        """
        with contextlib.ExitStack() as opened:
            self._client = connected(self._address, opened)
            self._workers = Workers(self._client, self._address, self._say, self._patience)
            self._workers.wait()
            self._versions = versions_here([self._pipeline] if self._pipeline else [])
            check_versions(self._versions, versions_there(self._client, self._versions), self._address)
            self._workers.say_threads()
            self._open = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def __call__(
        self,
        work: Iterator[Batch],
        marker: Marker,
        make_marker: Callable[[], Marker],
        mark: Callable[[Marker, Batch], Report],
    ) -> Iterator[Report]:
        """Yield what ``mark`` says of each batch, in the order of the batches; only some are under way at a time.

        Raises:
            CoachError: a worker cannot write the results or load the rules, a batch ends every worker that takes it,
                or no worker or no scheduler is left.
        """
        job = _SentJob(uuid.uuid4().hex, self._versions, self._job(marker, make_marker, mark))
        under_way: deque[_Sent | Report] = deque()
        try:
            for batch in work:
                # What holds no call to score is not worth the journey.
                under_way.append(self._send(job, packed(batch), _named(batch)) if batch.items else mark(marker, batch))
                while under_way:
                    to_do = [sent for sent in under_way if isinstance(sent, _Sent) and not sent.future.done()]
                    workers = self._count()
                    is_first_done = not to_do or to_do[0] is not under_way[0]
                    if is_first_done or len(under_way) >= workers * LEFT_BEHIND:
                        yield self._report(job, under_way)
                    elif len(to_do) >= workers * EACH + AHEAD:
                        self._wait_for_any(to_do)
                    else:
                        break
            while under_way:
                yield self._report(job, under_way)
        finally:
            self._stop(job.run, under_way)

    def _job(self, marker: Any, make_marker: Callable[[], Any], mark: Callable[[Any, Batch], Report]) -> bytes:
        """Return what every batch comes with, once each worker has said that it can do with it."""
        folder = None
        if isinstance(mark, IntoParts):
            store = Store(mark.address)
            # A worker may have been started in another folder.
            mark = replace(mark, address=store.root if store.local else mark.address)
            folder = (mark.address, store.read(HEADER) or b"")
        job = packed(tuple(Job(make_marker, mark, dict(getattr(marker, "stamp", {})), folder)))
        with self._lost_is_told():
            answers = self._client.run(prepare, self._versions, job, on_error="return")
        told = [f"{worker}: {said}" for worker, said in answers.items() if said]
        if told:
            raise CoachError(
                f"{len(told)} of {len(answers)} workers of the cluster cannot score:{listed(told)}", where=self._address
            )
        return job

    def _send(self, job: _SentJob, payload: bytes, calls: str) -> _Sent:
        with self._lost_is_told():
            future = self._client.submit(mark_batch, *job, payload, pure=False, retries=RETRIES)
        return _Sent(future, payload, calls)

    def _report(self, job: _SentJob, under_way: deque[_Sent | Report]) -> Report:
        """Return the report of the first batch under way, which then is so no longer."""
        from distributed.scheduler import KilledWorker

        first = under_way[0]
        if isinstance(first, Report):
            under_way.popleft()
            return first
        outcome = self._outcome(first)
        if isinstance(outcome, KilledWorker):
            # Dask blames every batch that waited at the workers that died: only what does it alone is to blame.
            for other in under_way:
                if isinstance(other, _Sent):
                    self._outcome(other)
            under_way[0] = first = self._send(job, first.payload, first.calls)
            outcome = self._outcome(first)
        if isinstance(outcome, BaseException):
            raise self._told(outcome, first)
        under_way.popleft()
        return outcome

    def _outcome(self, sent: _Sent) -> Report | BaseException:
        """Wait for a batch, and return its report or what went wrong with it."""
        from distributed import TimeoutError as TakesLonger

        with self._lost_is_told():
            while True:
                error: BaseException | None = None
                with contextlib.suppress(TakesLonger):
                    error = sent.future.exception(timeout=LOOK_EVERY)
                if sent.future.status == "cancelled":
                    # Nobody cancels batches but us: Dask does so where the scheduler is lost.
                    raise ConnectionError(sent.future.status)
                if sent.future.status == "error" and error is not None:
                    return error
                if sent.future.status == "finished":
                    # The worker that holds the report may die at this moment: then the batch is scored once more.
                    with contextlib.suppress(TakesLonger):
                        report: Report | CoachError = sent.future.result(timeout=LOOK_EVERY)
                        return report
                self._workers.wait()

    def _told(self, error: BaseException, sent: _Sent) -> CoachError:
        """Return what to tell of a batch that went wrong."""
        from distributed.scheduler import KilledWorker

        if isinstance(error, CoachError):
            return error
        if isinstance(error, KilledWorker):
            return CoachError(
                f"{sent.calls} ended every worker that took them, {error.allowed_failures + 1} in turn",
                where=self._address,
                remedy="They may need more memory than a worker has; the logs of the workers may say more. Give the "
                f"workers more memory, or leave these calls out. {KEPT}",
            )
        if isinstance(error, ImportError) and (error.name or "").split(".")[0] == "coach":
            return CoachError(f"a worker has no call-coach: {error}", where=self._address, remedy=INSTALL)
        return CoachError(
            f"{sent.calls} failed on {RETRIES + 1} tries: {type(error).__name__}: {error}",
            where=self._address,
            remedy=f"The logs of the workers may say more. {KEPT}",
        )

    def _wait_for_any(self, to_do: Sequence[_Sent]) -> None:
        """Return once one of the batches is done; not the first alone, lest the workers run out of work meanwhile."""
        from distributed import TimeoutError as TakesLonger
        from distributed import wait

        with self._lost_is_told():
            try:
                with self._client.as_current():
                    wait([sent.future for sent in to_do], timeout=LOOK_EVERY, return_when="FIRST_COMPLETED")
            except TakesLonger:
                self._workers.wait()

    def _count(self) -> int:
        with self._lost_is_told():
            return self._workers.count()

    @contextlib.contextmanager
    def _lost_is_told(self) -> Iterator[None]:
        """Turn the ways in which a scheduler can be gone into one message."""
        try:
            yield
        except CoachError:
            raise
        except Exception as error:
            if not isinstance(error, OSError | CancelledError) and self._client.status == "running":
                raise
            raise CoachError(
                "the connection to the scheduler is lost",
                where=self._address,
                remedy=f"See whether the scheduler still runs. {KEPT}",
            ) from error

    def _stop(self, run: str, under_way: deque[_Sent | Report]) -> None:
        """Call back the batches under way, and wait for those being scored: when we are gone, nobody writes."""
        futures = [sent.future for sent in under_way if isinstance(sent, _Sent)]
        if futures and self._client.status == "running":
            with contextlib.suppress(Exception):
                self._client.cancel(futures)
                self._client.run(fall_silent, run, SILENT_WITHIN, on_error="ignore")


def _named(batch: Batch) -> str:
    """Return a batch in words: which calls, and where they came from."""
    if len(batch.items) <= FEW_CALLS:
        return " and ".join(map(_place, batch.items))
    return f"{len(batch.items)} calls in a row, from {_place(batch.items[0])} to {_place(batch.items[-1])},"


def _place(item: Item) -> str:
    return f"{item.call.call_id} ({item.call.source})"
