"""A vendor's JSON shape, declared: what it is told by, and what is heard in it. One file a family in ``vendors``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from coach.call import Call
from coach.errors import TranscriptError
from coach.readers.base import Origin
from coach.readers.built import built
from coach.readers.clocks import from_first
from coach.readers.companions import Companion, found_companion
from coach.readers.head import Head
from coach.readers.heard import Heard
from coach.readers.options import ReadOptions
from coach.readers.rejected import Rejected, rejected
from coach.readers.signature import Signature


@dataclass(frozen=True, slots=True)
class Context:
    """What a shape may ask for besides the value: where it came from, the options, other readers, other files.

    ``inner`` reads a value inside this one (parsed, or a text of JSON) by whatever other shape knows it; ``None`` where
    none does.
    """

    origin: Origin
    options: ReadOptions
    inner: Callable[[object], Heard | None]

    def companion(self, kind: Companion, call_id: str = "") -> Mapping[str, Any] | None:
        """Return what a companion file says of the call, ``None`` where there is none."""
        return found_companion(kind, self.origin.source, call_id, self.options.companions)


@dataclass(frozen=True, slots=True)
class Shape:
    """A vendor's JSON shape; a ``JsonReader``.

    ``signatures``: a value that fits one of them is of this shape. ``heard`` yields what it says of each call.
    ``is_tried`` is false where the reader was written from the vendor's published schema and never met a real file.
    ``is_rows``: the value is a list of the rows of one call, which may also come as JSON Lines, one row a line.
    ``is_fallback``: taken only where no other shape fits.
    """

    name: str
    title: str
    signatures: tuple[Signature, ...]
    heard: Callable[[Any, Context], Iterable[Heard]]
    provides: tuple[str, ...]
    is_tried: bool = True
    is_rows: bool = False
    is_fallback: bool = False
    companions: tuple[Companion, ...] = ()
    note: str = ""

    def recognises_value(self, value: object) -> float:
        """Return 1 (a fallback: 0.5) where ``value`` fits a signature, else 0."""
        if any(signature.fits(value) for signature in self.signatures):
            return 0.5 if self.is_fallback else 1.0
        return 0.0

    def calls(self, value: object, origin: Origin, options: ReadOptions) -> Iterator[Call | Rejected]:
        """Yield the calls that ``value`` holds; one that cannot be read is a ``Rejected`` and the rest goes on."""
        context = Context(origin, options, origin.inner)
        number = -1
        for number, heard in enumerate(self.heard(value, context)):
            fallback_id = origin.fallback_id if not number else f"{origin.fallback_id}-{number + 1}"
            try:
                yield self._call(heard, fallback_id, origin, options)
            except TranscriptError as error:
                place = f"{origin.place}, call {number + 1}" if origin.place else f"call {number + 1}"
                yield rejected(error, origin.source, place if number else origin.place)
        if number < 0:
            raise self._no_turns()

    def _call(self, heard: Heard, fallback_id: str, origin: Origin, options: ReadOptions) -> Call:
        cues, started_at, told = from_first(heard.cues, heard.began)
        if not any(cue.text for cue in cues):
            raise self._no_turns()
        envelope = origin.envelope
        return built(
            cues,
            Head({**envelope, **heard.facts}, dict(heard.others)),
            format=self.name,
            source=str(origin),
            fallback_id=fallback_id,
            options=options,
            warnings=(*heard.warnings, *told),
            what=heard.what,
            started_at=started_at,
            how=heard.how,
        )

    def _no_turns(self) -> TranscriptError:
        return TranscriptError(
            f"no turns: it is {self.title}, but nobody says anything in it",
            remedy="Leave out calls in which nobody speaks; check that the transcription was finished.",
        )
