"""What a worker of a cluster does: make sure, once, that it can score for this run; then score batches.

The client sends everything as bytes, so that nothing is unpacked before the versions are compared: a worker may have
joined long after the client looked at those that were there.
"""

from __future__ import annotations

import asyncio
import pickle
import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pyarrow as pa

from coach.engines.batches import Batch, Summary
from coach.engines.cluster_versions import differences, remedy, versions_here
from coach.engines.marking import Report
from coach.errors import CoachError, ResultsError
from coach.results_parts import HEADER, Store

# A worker may serve two runs in turn; loaded rules take tens of megabytes.
MOST_JOBS = 2
MOST_STOPPED = 100
LENGTH = 8

SEE_THE_SAME = (
    "Every worker writes parts itself: name a folder that all machines see under the same path, or an address such as "
    "s3://bucket/results that all of them may write to."
)


class Job(NamedTuple):
    """What all batches of a run have in common.

    ``stamp``: the versions that the client's marks bear. ``folder``: the address of the results dataset and what its
    ``dataset.json`` holds, or ``None`` where nothing is written.
    """

    make_marker: Callable[[], Any]
    mark: Callable[[Any, Batch], Report]
    stamp: Mapping[str, str]
    folder: tuple[str, bytes] | None


class _Opened(NamedTuple):
    marker: Any
    mark: Callable[[Any, Batch], Report]


_JOBS: dict[bytes, _Opened] = {}
# A worker with several threads has one marker, which is made for one thread at a time.
_BUSY = threading.Lock()
_STOPPED: deque[str] = deque(maxlen=MOST_STOPPED)


def packed(value: object) -> bytes:
    """Return ``value`` as few bytes."""
    plain = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return len(plain).to_bytes(LENGTH, "big") + bytes(pa.compress(plain, "zstd", asbytes=True))


def unpacked(data: bytes) -> Any:
    """Return what ``packed`` was given."""
    plain = pa.decompress(data[LENGTH:], int.from_bytes(data[:LENGTH], "big"), "zstd", asbytes=True)
    # Dask itself unpickles whatever a client sends: whoever can reach a worker can run anything there.
    return pickle.loads(plain)  # noqa: S301


def mark_batch(run: str, versions: Mapping[str, str], job: bytes, batch: bytes) -> Report | CoachError:
    """Return what the job says of a batch, or the error that ends the run: Dask would try again what is raised."""
    with _BUSY:
        if run in _STOPPED:
            return Report(Summary())
        try:
            marker, mark = _opened(versions, job)
            return mark(marker, unpacked(batch))
        except CoachError as error:
            return error


async def prepare(versions: Mapping[str, str], job: bytes) -> str:
    """Get ready for the batches of ``job``, and return what stands in the way, or ``""``."""
    return await asyncio.to_thread(_prepared, versions, job)


async def fall_silent(run: str, seconds: float) -> None:
    """Score no more batches of ``run``, and return once none is being scored here, or after ``seconds``."""
    await asyncio.to_thread(_fallen_silent, run, seconds)


def _fallen_silent(run: str, seconds: float) -> None:
    # A batch that was called back may have been taken up all the same.
    _STOPPED.append(run)
    if _BUSY.acquire(timeout=seconds):
        _BUSY.release()


def _prepared(versions: Mapping[str, str], job: bytes) -> str:
    with _BUSY:
        try:
            _opened(versions, job)
        except CoachError as error:
            return str(error)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    return ""


def _opened(versions: Mapping[str, str], job: bytes) -> _Opened:
    """Return what scores for ``job`` in this process.

    Raises:
        CoachError: this worker is not fit for it.
    """
    if job not in _JOBS:
        said = differences(versions, versions_here(versions))
        if said:
            raise CoachError(f"a worker differs from the machine that sends the calls: {said}", remedy=remedy(versions))
        make_marker, mark, stamp, folder = Job(*unpacked(job))
        if folder is not None:
            _check_sees(*folder)
        marker = make_marker()
        _check_stamp(dict(getattr(marker, "stamp", {})), stamp)
        while len(_JOBS) >= MOST_JOBS:
            del _JOBS[next(iter(_JOBS))]
        _JOBS[job] = _Opened(marker, mark)
    return _JOBS[job]


def _check_sees(address: str, header: bytes) -> None:
    found = Store(address).read(HEADER)
    if found != header:
        what = "is not to be seen from a worker" if found is None else "is another folder where a worker looks"
        raise ResultsError(f"this results folder {what}", where=address, remedy=SEE_THE_SAME)


def _check_stamp(mine: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    if mine != wanted:
        said = ", ".join(
            f"{key} {mine.get(key)} (wanted {wanted[key]})" for key in wanted if mine.get(key) != wanted[key]
        )
        raise CoachError(
            f"a worker has other built-in rules under the same version: {said}",
            remedy="Install the very same build of call-coach on the workers, and start them again.",
        )
