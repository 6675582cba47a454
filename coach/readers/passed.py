"""Inputs that need not be read: what a reader asks of a memory, and what it says of each input that came by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from coach.readers.paths import Found
from coach.readers.rejected import Rejected
from coach.readers.stream import Stream


class Passed(NamedTuple):
    """An input has come by: what it holds stands before this, up to the ``Passed`` of the input before it.

    ``is_recalled``: it was not read. ``stands_alone``: nothing else decided what was read of it, such as a file beside
    it, so that it would be read the same again.
    """

    item: Found
    is_recalled: bool = False
    stands_alone: bool = False


class Recalled(NamedTuple):
    """What is known of an input that is as it was: the ids of its calls, and what could not be read of it."""

    call_ids: Iterable[str]
    rejected: Sequence[Rejected]


class Memory(Protocol):
    """Knows inputs from an earlier run."""

    def look_up(self, inputs: Sequence[Found]) -> None:
        """Learn which inputs there are, once, before the first of them is read."""

    def is_known(self, number: int) -> bool:
        """Tell whether the input of that number, in the order of ``inputs``, is as it was and need not be read."""

    def recall(self, number: int) -> Recalled:
        """Return what is known of an input; to be asked of each known input, in their order."""

    def opens(self, item: Found) -> None:
        """Hear that an input is about to be opened."""

    def opened(self, stream: Stream) -> None:
        """Hear that an input is open; ``stream.file`` says how far it is read."""


class NoMemory:
    """A ``Memory`` that knows nothing."""

    def look_up(self, inputs: Sequence[Found]) -> None:
        """Learn nothing."""

    def is_known(self, number: int) -> bool:
        """Return false."""
        return False

    def recall(self, number: int) -> Recalled:
        """Return nothing."""
        return Recalled((), ())

    def opens(self, item: Found) -> None:
        """Hear nothing."""

    def opened(self, stream: Stream) -> None:
        """Hear nothing."""


NO_MEMORY = NoMemory()
