"""How far a run is: how many bytes of its inputs are read, how fast calls come, how long it will take."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coach.engines.batches import Summary
    from coach.readers import Found, Memory
    from coach.readers.passed import Recalled
    from coach.readers.stream import Stream

# Seconds. The pace is that of the last half minute: calls that were scored before go by faster than others.
WINDOW = 30.0
# Nothing is said of a pace that was seen for less.
LEAST = 2.0


class Meter:
    """Watches a run as a ``Memory`` that its inputs are read with; it knows what ``memory`` knows.

    Only inputs that are read count, so what is said is of the work that there is. ``taken``: how many calls and broken
    transcripts came of them so far; whoever takes them counts them.
    """

    def __init__(self, memory: Memory, clock: Callable[[], float] = time.monotonic) -> None:
        self._memory = memory
        self._clock = clock
        self._total: int | None = None
        self._before = 0
        self._size = 0
        self._file: Any = None
        self.taken = 0
        self._first: Summary | None = None
        self._seen: deque[tuple[float, int, float]] = deque()

    def look_up(self, inputs: Sequence[Found]) -> None:
        """Learn how many bytes there are to read."""
        self._memory.look_up(inputs)
        sizes = [_size_of(item) for number, item in enumerate(inputs) if not self.is_known(number)]
        self._total = None if None in sizes else sum(filter(None, sizes))

    def is_known(self, number: int) -> bool:
        """Tell what the memory knows."""
        return self._memory.is_known(number)

    def recall(self, number: int) -> Recalled:
        """Return what the memory knows."""
        return self._memory.recall(number)

    def opens(self, item: Found) -> None:
        """Count what came before ``item``."""
        self._memory.opens(item)
        self._before += self._size
        self._size = _size_of(item) or 0
        self._file = None

    def opened(self, stream: Stream) -> None:
        """Watch ``stream``."""
        self._memory.opened(stream)
        self._file = stream.file

    def _share(self, done: int) -> float | None:
        """Return how much of the work is done, 0 to 1, where ``done`` of the items that were taken are; or ``None``."""
        if not self._total or not self.taken:
            return None
        return min(self._read() / self._total, 1.0) * min(done / self.taken, 1.0)

    def progress(self, summary: Summary) -> tuple[float | None, str]:
        """Return how much of the work is done, 0 to 1, and what to say: calls, how many not read, pace, time left."""
        self._first = self._first or summary
        done = summary.read - self._first.read
        share = self._share(done)
        now = self._clock()
        self._seen.append((now, done, share or 0.0))
        while self._seen[0][0] < now - WINDOW and len(self._seen) > 1:
            self._seen.popleft()
        said = [f"{summary.read:,} call" + "s" * (summary.read != 1)]
        if summary.rejected:
            said.append(f"{summary.rejected:,} not read")
        then, done_then, share_then = self._seen[0]
        if now - then >= LEAST and done > done_then:
            said.append(f"{(done - done_then) / (now - then):,.0f} a second")
            if share is not None and share > share_then:
                said.append(_left((1 - share) * (now - then) / (share - share_then)))
        return share, ", ".join(said)

    def _read(self) -> int:
        if self._file is None:
            return self._before
        try:
            return int(self._before + min(self._file.tell(), self._size))
        except (OSError, ValueError):
            # Once it is closed, it is read.
            return self._before + self._size


def _size_of(item: Found) -> int | None:
    if item.size is not None:
        return item.size
    try:
        return os.stat(item.path).st_size
    except (OSError, ValueError):
        return None


def _left(seconds: float) -> str:
    """Return ``40 s left``, ``12 min left``, ``3 h 20 min left``."""
    if seconds < 60:
        return f"{max(round(seconds), 1)} s left"
    minutes = round(seconds / 60)
    return f"{minutes} min left" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min left"
