"""Where converted calls go: a folder, a file of JSON Lines, or standard output. Nothing is there half-written."""

from __future__ import annotations

import contextlib
import gzip
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, BinaryIO

from coach.errors import CoachError, TranscriptError, UsageError
from coach.pages.slugs import slugs

if TYPE_CHECKING:
    from coach.call import Call
    from coach.readers import Rejected

STDOUT = "-"
LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
NO_FOLDERS = (".json", ".gz", ".zip", ".txt", ".csv")
# Writes one call, given as JSON without a line end.
Write = Callable[["Call", bytes], object]


def writer(out: str, force: bool) -> AbstractContextManager[Write]:
    """Return what writes calls to ``out``, over files that are there already where ``force`` says so.

    Raises:
        UsageError: ``out`` is no place to write to, or a file that may not be overwritten.
    """
    if out == STDOUT:
        return _to_stream(sys.stdout.buffer)
    if not _is_lines(out):
        if os.path.isfile(out) or out.lower().endswith(NO_FOLDERS):
            raise UsageError(
                "neither a folder nor JSON Lines", where=out, remedy="Name a folder, or a file that ends in .jsonl."
            )
        return _to_folder(out, force)
    if os.path.isdir(out) or (os.path.exists(out) and not force):
        raise UsageError("it is there already", where=out, remedy="Choose another name, or overwrite it with --force.")
    return _to_file(out)


def kept(out: str) -> str:
    """Return what to say of ``out`` where the writing of it is stopped."""
    if out != STDOUT and _is_lines(out):
        return f"{out} is not written."
    return "What is written so far is whole calls."


def not_from(out: str, calls: Iterable[Call | Rejected]) -> Iterator[Call | Rejected]:
    """Yield what did not come from ``out`` itself, which may lie among what is read."""
    own = os.path.abspath(out)
    places = (os.path.join(own, ""), f"{own}, ")
    for call in calls:
        path = os.path.abspath(call.source)
        if out == STDOUT or (path != own and not path.startswith(places)):
            yield call


def name_of(call_id: str, taken: set[str]) -> str:
    """Return a file name for ``call_id``, without its suffix, and take it; names in capitals are not told apart.

    The id itself where that is safe on every system, otherwise a readable stem with a hash.
    """
    folded = call_id.lower()
    name = call_id if slugs({folded: folded})[folded] == folded else slugs({call_id: call_id})[call_id]
    number = 1
    free = name
    while free.lower() in taken:
        number += 1
        free = f"{name}-{number}"
    taken.add(free.lower())
    return free


@contextmanager
def _to_stream(stream: BinaryIO) -> Iterator[Write]:
    yield lambda call, written: stream.write(written + b"\n")
    stream.flush()


@contextmanager
def _to_file(out: str) -> Iterator[Write]:
    """Write one call a line; the file takes its place when it is whole, and not at all where it holds no call."""
    written = 0
    with _whole(out) as raw:
        # No name and no time inside: the same calls make the same file.
        file = gzip.GzipFile("", "wb", 6, raw, 0) if out.lower().endswith(".gz") else raw

        def write(call: Call, line: bytes) -> None:
            nonlocal written
            written += file.write(line + b"\n")

        yield write
        if file is not raw:
            file.close()
        if not written:
            raw.truncate(0)


@contextmanager
def _to_folder(out: str, force: bool) -> Iterator[Write]:
    """Write one call a file."""
    taken: set[str] = set()

    def write(call: Call, written: bytes) -> None:
        path = os.path.join(out, f"{name_of(call.call_id, taken)}.json")
        if os.path.lexists(path) and not force:
            raise TranscriptError(
                f"{path} is there already", remedy="Choose another folder, or overwrite with --force."
            )
        with _whole(path) as file:
            file.write(written + b"\n")

    yield write


@contextmanager
def _whole(path: str) -> Iterator[BinaryIO]:
    """Give a file to write to that is called ``path`` once it is whole; where nothing is written there is none.

    Raises:
        CoachError: it cannot be written.
    """
    folder, name = os.path.split(path)
    waiting = os.path.join(folder, f".{name}.{os.getpid()}.tmp")
    try:
        os.makedirs(folder or ".", exist_ok=True)
        with open(waiting, "wb") as file:
            yield file
        if os.path.getsize(waiting):
            os.replace(waiting, path)
    except OSError as error:
        raise CoachError(
            f"it cannot be written: {error.strerror or error}", where=path, remedy="Make room, or choose another place."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            os.unlink(waiting)


def _is_lines(out: str) -> bool:
    return out.lower().endswith(LINES)
