"""Reaching a Dask scheduler, one that runs somewhere or one that is started here for the run, and its workers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import signal
import time
from collections.abc import Callable, Iterator
from multiprocessing import resource_tracker
from typing import Any

from coach.errors import CoachError, UsageError

KEPT = "What is written so far is kept: the same command finishes the rest."
INSTALL = "Install it, here and on the workers: pip install 'call-coach[cluster]'"
CERTIFICATES = (
    "Name them in DASK_DISTRIBUTED__COMM__TLS__CA_FILE, DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and "
    "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY."
)
LOCAL = re.compile(r"local:(\d{1,3})")
# Seconds.
CONNECT_WITHIN = 10.0
WORKERS_WITHIN = 60.0
LOOK_EVERY = 2.0
SAY_AFTER = 5.0
# How many more workers than one a batch may end on this machine before it is given up.
LOCAL_FAILURES = 1


def connected(address: str, opened: contextlib.ExitStack) -> Any:
    """Return a client of the scheduler at ``address``; ``opened`` closes all of it.

    Raises:
        UsageError: Dask is not installed here, or the address is none.
        CoachError: no scheduler answers.
    """
    try:
        import distributed
    except ImportError as error:
        raise UsageError("--cluster needs Dask, which is not installed", remedy=INSTALL) from error
    opened.enter_context(_no_logs())
    at: Any = address
    if address.startswith("local:"):
        at = opened.enter_context(_processes_here(address))
    elif "://" not in address:
        raise _no_address(address)
    else:
        _check_answers(address)
    client = distributed.Client(at, timeout=CONNECT_WITHIN, set_as_default=False, name="call-coach")
    opened.callback(client.close)
    return client


def _check_answers(address: str) -> None:
    """Connect, and let go again: a client that fails to connect leaves threads behind that nobody can end."""
    from distributed import Security
    from distributed.comm import connect

    async def connects() -> None:
        comm = await connect(address, timeout=CONNECT_WITHIN, **Security().get_connection_args("client"))
        await comm.close()

    try:
        asyncio.run(connects())
    except OSError as error:
        raise CoachError(
            f"no Dask scheduler answers here: {_first_cause(error)}",
            where=address,
            remedy="Start one with `dask scheduler`, which prints its address. If it runs: is it reached at tls://, or "
            "is a firewall between?",
        ) from error
    except TypeError as error:
        # What Dask says of missing certificates is no English.
        raise UsageError("tls:// needs certificates, and none are given", where=address, remedy=CERTIFICATES) from error
    except (ValueError, RuntimeError, ImportError) as error:
        raise UsageError(f"this address cannot be connected to: {error}", where=address) from error


def _first_cause(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error) or type(error).__name__


def _processes_here(address: str) -> Any:
    """Return a cluster of processes of this machine."""
    import dask
    from distributed import LocalCluster

    number = LOCAL.fullmatch(address)
    if number is None or int(number[1]) < 1:
        raise _no_address(address)
    with dask.config.set({"distributed.scheduler.allowed-failures": LOCAL_FAILURES}), _deaf_to_interrupts():
        return LocalCluster(
            n_workers=int(number[1]),
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            memory_limit=0,
            silence_logs=logging.CRITICAL,
        )


def _no_address(address: str) -> UsageError:
    return UsageError(
        "this is not the address of a cluster",
        where=address,
        remedy="Give the address of a Dask scheduler, such as tcp://host:8786, or local:4 for four processes here.",
    )


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let no thread or process that is started meanwhile, nor those that they start, be told of Ctrl-C.

    It reaches every process of the terminal: this one alone decides, and lets batches finish.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # It lets interrupts through in the thread that starts it.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _no_logs() -> Iterator[None]:
    """Keep Dask's log, tracebacks and all, off the terminal: what matters of it is told."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


class Workers:
    """The workers of a scheduler, as they come and go.

    Args:
        client: of the scheduler.
        address: of the scheduler, for messages.
        say: is given sentences for the person who waits.
        patience: how many seconds to wait while there are none.
    """

    def __init__(self, client: Any, address: str, say: Callable[[str], None], patience: float) -> None:
        self._client = client
        self._address = address
        self._say = say
        self._patience = patience
        self._number = 0
        self._looked = -LOOK_EVERY

    def count(self) -> int:
        """Return how many workers there were lately, 1 or more."""
        if time.monotonic() - self._looked > LOOK_EVERY:
            self._look()
        return max(self._number, 1)

    def wait(self) -> None:
        """Return once there is a worker.

        Raises:
            CoachError: there is none for as long as patience lasts.
        """
        began = time.monotonic()
        said = False
        self._look()
        while not self._number:
            waited = self._looked - began
            if waited >= self._patience:
                raise CoachError(
                    f"no worker has come to this scheduler within {self._patience:g} seconds",
                    where=self._address,
                    remedy=f"Start workers: dask worker {self._address} --nworkers=-1 --nthreads 1. {KEPT}",
                )
            if waited >= SAY_AFTER and not said:
                self._say(f"Waiting for workers of {self._address} ...")
                said = True
            time.sleep(min(0.2, self._patience))
            self._look()

    def say_threads(self) -> None:
        """Tell of workers with several threads: Python runs one of them at a time, and so do we."""
        threads = self._client.nthreads()
        many = sum(number > 1 for number in threads.values())
        if many:
            self._say(
                f"{many} of {len(threads)} workers have several threads, of which only one scores at a time.\n"
                f"  Start a worker for each core: dask worker {self._address} --nworkers=-1 --nthreads 1"
            )

    def _look(self) -> None:
        self._number = len(self._client.nthreads())
        self._looked = time.monotonic()
