"""What a reader is: of whole inputs, or of one JSON value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from coach.call import Call
from coach.readers.heard import Heard
from coach.readers.left_out import LeftOut
from coach.readers.options import ReadOptions
from coach.readers.rejected import Rejected
from coach.readers.source import Source


@runtime_checkable
class Reader(Protocol):
    """Reads inputs of one format family.

    ``name`` is what ``Call.format`` says, ``title`` what a person calls it, ``provides`` what its
    transcripts may hold of ``roles``, ``speakers``, ``times``, ``words``.
    """

    name: str
    title: str
    provides: tuple[str, ...]

    def recognises(self, source: Source, options: ReadOptions) -> float:
        """Return how surely ``source.head`` is of this family: 0 not at all, 1 beyond doubt."""
        ...

    def read(self, source: Source, options: ReadOptions) -> Iterator[Call | Rejected | LeftOut]:
        """Yield the calls in ``source`` in order; a broken one is a ``Rejected`` and the rest goes on.

        Raises:
            TranscriptError: nothing more can be read from this source.
        """
        ...


def no_inner(value: object) -> Heard | None:
    """Return ``None``: nothing is known of values within values."""
    return None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a JSON value came from: ``place`` within the file, ``fallback_id`` for a call without an id.

    ``raw`` is the value as written, for what a parsed value no longer shows; ``envelope`` holds the facts that
    stand around it, and ``inner`` reads a value within it by another reader's shape.
    """

    source: str
    place: str
    fallback_id: str
    raw: bytes = b""
    envelope: Mapping[str, str] = field(default_factory=dict)
    inner: Callable[[object], Heard | None] = no_inner

    def __str__(self) -> str:
        return f"{self.source}, {self.place}" if self.place else self.source


@runtime_checkable
class JsonReader(Protocol):
    """Reads one parsed JSON value of a vendor's shape; files, lines, arrays and broken JSON are seen to elsewhere."""

    @property
    def name(self) -> str:
        """What ``Call.format`` says."""
        ...

    @property
    def title(self) -> str:
        """What a person calls the shape."""
        ...

    @property
    def provides(self) -> tuple[str, ...]:
        """What its transcripts may hold of ``roles``, ``speakers``, ``times``, ``words``."""
        ...

    def recognises_value(self, value: object) -> float:
        """Return how surely ``value`` has this shape: 0 not at all, 1 beyond doubt."""
        ...

    def calls(self, value: object, origin: Origin, options: ReadOptions) -> Iterator[Call | Rejected]:
        """Yield the calls that ``value`` holds, a ``Rejected`` in place of one of several that cannot be read.

        Raises:
            TranscriptError: the value has this shape, but cannot be read.
        """
        ...
