"""What a person sees while a command works: a bar for anything over a second, and a clean end when stopped."""

from __future__ import annotations

import os
import signal
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

# Shorter work shows no bar.
SECONDS_BEFORE_SHOWN = 1.0
NARROWEST = 20
STOPPED_BY_KEYBOARD = 130
STOPPED_BY_SIGNAL = 143


class Bar:
    """A progress bar on standard error: shown after a second, on a terminal, unless ``quiet``.

    Use it as a context manager.
    """

    def __init__(self, what: str, *, quiet: bool = False) -> None:
        self._what = what
        self._done: float = 0
        self._total: float | None = None
        self._note = ""
        self._shown: tuple[Progress, TaskID] | None = None
        self._closed = quiet or not sys.stderr.isatty()
        self._lock = threading.RLock()
        self._timer = threading.Timer(SECONDS_BEFORE_SHOWN, self._show)
        self._timer.daemon = True

    def update(self, done: float, total: float | None = None, note: str = "") -> None:
        """Set how much is done, of how much (``None``: nobody knows), with a short ``note`` behind."""
        with self._lock:
            self._done, self._total, self._note = done, total, note
            self._draw()

    def show(self, share: float | None, note: str) -> None:
        """Set how much is done, 0 to 1 (``None``: nobody knows), with a short ``note`` behind."""
        self.update(share or 0.0, None if share is None else 1.0, note)

    def say(self, text: str) -> None:
        """Write a message to standard error, above the bar if there is one."""
        with self._lock:
            if self._shown is None:
                click.echo(text, err=True)
            else:
                self._shown[0].console.print(text, markup=False, highlight=False, soft_wrap=True)

    def wait_shown(self) -> None:
        """Wait until the bar is there."""
        self._timer.join()

    def __enter__(self) -> Bar:
        if not self._closed:
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._closed = True
            if self._shown is not None:
                self._shown[0].stop()
                self._shown = None

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        with self._lock:
            if self._closed:
                return
            columns = (TextColumn("{task.description}"), BarColumn(24), TextColumn("{task.fields[note]}"))
            bar = Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True)
            self._shown = (bar, bar.add_task(self._what, total=None, note=""))
            bar.start()
            self._draw()

    def _draw(self) -> None:
        if self._shown is not None:
            bar, task = self._shown
            bar.update(task, completed=self._done, total=self._total, note=self._note)


class _Terminated(BaseException):
    """Someone asked this process to end."""


@contextmanager
def ends_cleanly(left: Callable[[], str]) -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM into a message, ``left()``, and the exit codes 130 and 143."""

    def terminate(number: int, frame: FrameType | None) -> None:
        raise _Terminated

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    except KeyboardInterrupt:
        click.echo(f"Stopped. {left()}", err=True)
        sys.exit(STOPPED_BY_KEYBOARD)
    except _Terminated:
        click.echo(f"Stopped. {left()}", err=True)
        sys.exit(STOPPED_BY_SIGNAL)
    finally:
        signal.signal(signal.SIGTERM, before)


def wrapped(text: str, whole: str = "") -> str:
    """Return ``text`` with its lines broken at the width of the terminal that shows standard error, if it is one.

    Words are not broken, and what is ``whole``, such as a path with blanks, is not either, so that it can be copied.
    """
    if not sys.stderr.isatty():
        return text
    try:
        width = max(os.get_terminal_size(sys.stderr.fileno()).columns, NARROWEST)
    except (OSError, ValueError):
        return text
    lines = (text.replace(whole, whole.replace(" ", "\0")) if whole else text).split("\n")
    filled = (
        textwrap.fill(line, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
        for line in lines
    )
    return "\n".join(filled).replace("\0", " ")


def printable(text: str) -> str:
    """Return ``text`` safe for a terminal: control characters of a file's name or of a transcript show as codes."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
