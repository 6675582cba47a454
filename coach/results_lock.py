"""Who may write into a results dataset: one run at a time. Reading asks nobody.

In a folder of this machine a run holds a lock of the operating system on ``.lock``, which ends with the process,
however that ends. Elsewhere it leaves ``lock.json``, and writes it anew every minute: a run that was killed is given up
after five minutes, or at once where it ran on the machine that asks.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import socket
import sys
import threading
import uuid
from collections.abc import Iterator
from typing import Any, BinaryIO

import orjson

from coach.errors import ResultsError
from coach.results_parts import Store, not_written

LOCAL = ".lock"
LEASE = "lock.json"
# Seconds: how often a lease is renewed, and after how long without that its run is taken for dead.
RENEWED_EVERY = 60.0
GIVEN_UP_AFTER = 300.0
# A byte far behind what the file holds: on Windows nobody else may read what is locked.
FAR = 1 << 30


@contextlib.contextmanager
def writing(store: Store) -> Iterator[None]:
    """Be the only one who writes into the dataset, until the end of the ``with`` block.

    Raises:
        ResultsError: another run writes into it, or it cannot be written to.
    """
    with _locked(store) if store.local else _leased(store):
        yield


def _me() -> dict[str, Any]:
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    return {"host": socket.gethostname(), "pid": os.getpid(), "since": now.isoformat()}


def _in_use(store: Store, holder: dict[str, Any], remedy: str) -> ResultsError:
    is_told = {"pid", "host", "since"} <= holder.keys()
    who = f" (process {holder['pid']} on {holder['host']}, since {holder['since']})" if is_told else ""
    return ResultsError(f"another run writes into these results{who}", where=store.shown, remedy=remedy)


@contextlib.contextmanager
def _locked(store: Store) -> Iterator[None]:
    path = store.path(LOCAL)
    try:
        store.files.makedirs(store.root, exist_ok=True)
        file = open(path, "a+b")
    except OSError as error:
        raise not_written(error, path) from error
    with file:
        if not _took(file):
            file.seek(0)
            raise _in_use(
                store, _parsed(file.read()), "Wait until it is done, or stop it; or score into another folder."
            )
        # Who it is helps whoever comes second; a full disk is told of by what is written next.
        with contextlib.suppress(OSError):
            file.truncate(0)
            file.write(orjson.dumps(_me()))
            file.flush()
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                file.truncate(0)
                file.flush()
            _let_go(file)


if sys.platform == "win32":
    import msvcrt

    def _took(file: BinaryIO) -> bool:
        file.seek(FAR)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _let_go(file: BinaryIO) -> None:
        file.seek(FAR)
        with contextlib.suppress(OSError):
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _took(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            # A file system without locks, such as some network drives: who shares one has to take turns.
            return True
        return True

    def _let_go(file: BinaryIO) -> None:
        with contextlib.suppress(OSError):
            fcntl.flock(file.fileno(), fcntl.LOCK_UN)


@contextlib.contextmanager
def _leased(store: Store) -> Iterator[None]:
    mine = {**_me(), "run": uuid.uuid4().hex}
    holder = _parsed(store.read(LEASE) or b"")
    if holder and not _is_over(holder):
        raise _in_use(
            store,
            holder,
            f"Wait until it is done. If it was killed, wait five minutes, or delete {store.path(LEASE)}.",
        )
    _renew(store, mine)
    # Of two that came at the same moment mostly one finds the lease of the other in place of its own. Where both go on,
    # they write the same parts twice, which readers put right.
    holder = _parsed(store.read(LEASE) or b"")
    if holder.get("run") != mine["run"]:
        raise _in_use(store, holder, "Wait until it is done.")
    stop = threading.Event()
    keeper = threading.Thread(target=_keep, args=(store, mine, stop), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stop.set()
        keeper.join()
        with contextlib.suppress(Exception):
            if _holds(store, mine):
                store.remove(LEASE)


def _keep(store: Store, mine: dict[str, Any], stop: threading.Event) -> None:
    while not stop.wait(RENEWED_EVERY):
        # The network may be away for a while; the next time it may be back, and the lease be given to another run.
        with contextlib.suppress(Exception):
            if _holds(store, mine):
                _renew(store, mine)


def _holds(store: Store, mine: dict[str, Any]) -> bool:
    """Tell whether nobody else has the lease."""
    return bool(_parsed(store.read(LEASE) or b"").get("run", mine["run"]) == mine["run"])


def _renew(store: Store, mine: dict[str, Any]) -> None:
    seconds = datetime.datetime.now(datetime.timezone.utc).timestamp()
    store.write(orjson.dumps({**mine, "renewed": round(seconds)}), LEASE)


def _is_over(holder: dict[str, Any]) -> bool:
    """Tell whether the run of a lease has ended without taking it away."""
    renewed = holder.get("renewed")
    if not isinstance(renewed, int | float):
        # No run of ours wrote this.
        return True
    if datetime.datetime.now(datetime.timezone.utc).timestamp() - renewed > GIVEN_UP_AFTER:
        return True
    return holder.get("host") == socket.gethostname() and not _is_alive(holder.get("pid"))


def _is_alive(pid: object) -> bool:
    if not isinstance(pid, int) or sys.platform == "win32":
        # On Windows asking a process whether it is there would end it.
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
