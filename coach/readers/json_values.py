"""JSON and JSON Lines: inputs split into values, each handed to the reader that knows its shape.

Lines are read one at a time, so a file of any size passes through; a document is taken whole, up to
``ReadOptions.max_bytes``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, islice

import orjson

from coach.call import Call
from coach.errors import TranscriptError
from coach.readers.base import JsonReader, Origin
from coach.readers.encodings import decoded
from coach.readers.held import companion_of, heard_within, held, makes_rows
from coach.readers.left_out import LeftOut
from coach.readers.native_odd import repeated_keys
from coach.readers.options import ReadOptions
from coach.readers.rejected import Rejected, rejected
from coach.readers.shapes import job_report, unknown_shape
from coach.readers.source import Lines, Source

NO_NUMBER = re.compile(r"[^-]?(-?(?:NaN|Infinity))")
# Lines that are looked at for the first that is known, where the very first is not.
LOOKED_AHEAD = 10
AS_LINES = "Write one call a line, or one JSON document."


class JsonValues:
    """Reads JSON documents, arrays of calls, and JSON Lines; ``shapes`` are the readers of single values."""

    name = "json"
    title = "JSON and JSON Lines"
    provides: tuple[str, ...] = ("roles", "speakers", "times", "words")

    def __init__(self, shapes: Callable[[], tuple[JsonReader, ...]]) -> None:
        self._shapes = shapes

    def recognises(self, source: Source, options: ReadOptions) -> float:
        """Return 1 where the text opens with a brace, or with a bracket and then JSON."""
        text = source.head_text().lstrip()
        if text.startswith("{"):
            # "{%" and its like open templates of pages.
            return 0.0 if text[1:2] in ("%", "{", "#") else 1.0
        if not text.startswith("["):
            return 0.0
        # "[1, 2]" is JSON and "[0:01] Agent: ..." is not: a bracket alone does not tell.
        return 1.0 if text[1:].lstrip()[:1] in ("{", "[", '"', "]") or _is_json(text) else 0.0

    def read(self, source: Source, options: ReadOptions) -> Iterator[Call | Rejected | LeftOut]:
        """Yield the calls of ``source``, a broken line or value as a ``Rejected`` in its place."""
        taken = source.lines()
        lines = enumerate(taken, 1)
        number, first = next((number, line) for number, line in lines if not line.isspace())
        if len(first) > options.max_bytes:
            raise source.too_large()
        try:
            value, warnings = parsed(first, source.name)
        except orjson.JSONDecodeError:
            pending = _next_filled(lines)
            if _is_document(first, pending[1] if pending else b""):
                yield from self._document(first, pending, taken, source, options, number)
                return
        else:
            pending = _next_filled(lines)
            if pending is None:
                yield from self._values(value, first, "", source, options, warnings, 0)
                return
            if makes_rows(value, self._shapes()):
                yield from self._rows(value, chain((pending,), lines), source, options, warnings)
                return
            if not held(value, self._shapes()):
                early = list(islice(lines, LOOKED_AHEAD))
                rest = chain((pending,), early, lines)
                if self._begin_with_rows([pending, *early]):
                    yield from self._rows(value, rest, source, options, warnings)
                else:
                    yield from self._lines(chain([(number, first)], rest), source, options)
                return
        ahead = [(number, first), pending] if pending else [(number, first)]
        yield from self._lines(chain(ahead, lines), source, options)

    def _begin_with_rows(self, lines: list[tuple[int, bytes]]) -> bool:
        """Tell whether the first of ``lines`` that is known is a row: before it a log has messages about itself."""
        for _, line in lines:
            try:
                value = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue
            if makes_rows(value, self._shapes()):
                return True
            if held(value, self._shapes()):
                return False
        return False

    def _lines(
        self, lines: Iterator[tuple[int, bytes]], source: Source, options: ReadOptions
    ) -> Iterator[Call | Rejected | LeftOut]:
        count = 0
        for number, line in lines:
            if line.isspace():
                continue
            if len(line) > options.max_bytes:
                yield rejected(source.too_large(), source.name, f"line {number}")
                continue
            try:
                value, warnings = parsed(line, source.name)
            except orjson.JSONDecodeError as error:
                if not (source.stream.damage and not line.endswith(b"\n")):
                    yield _broken(error, source.name, f"line {number}")
                continue
            for item in self._values(value, line, f"line {number}", source, options, warnings, count):
                count += 1
                yield item

    def _rows(
        self,
        first: object,
        rest: Iterator[tuple[int, bytes]],
        source: Source,
        options: ReadOptions,
        warnings: tuple[str, ...],
    ) -> Iterator[Call | Rejected | LeftOut]:
        """Yield the one call whose rows stand one on a line."""
        rows = [first]
        size = 0
        for number, line in rest:
            size += len(line)
            if size > options.max_bytes:
                raise source.too_large()
            if line.isspace():
                continue
            try:
                rows.append(parsed(line, source.name)[0])
            except orjson.JSONDecodeError as error:
                if not (source.stream.damage and not line.endswith(b"\n")):
                    yield _broken(error, source.name, f"line {number}")
        yield from self._values(rows, b"", "", source, options, warnings, 0)

    def _document(
        self,
        first: bytes,
        second: tuple[int, bytes] | None,
        lines: Lines,
        source: Source,
        options: ReadOptions,
        first_line: int,
    ) -> Iterator[Call | Rejected | LeftOut]:
        blanks = second[0] - first_line - 1 if second else 0
        began = b"\n" * (first_line - 1) + first + b"\n" * blanks + (second[1] if second else b"")
        room = options.max_bytes - len(began)
        if room < 0 or (source.stream.size or 0) > options.max_bytes:
            raise source.too_large()
        document = began + lines.rest(room + 1)
        if len(document) > options.max_bytes:
            raise source.too_large()
        try:
            value, warnings = parsed(document, source.name)
        except orjson.JSONDecodeError as error:
            if not source.stream.damage:
                yield _broken(error, source.name)
            return
        yield from self._values(value, document, "", source, options, warnings, 0)

    def _values(
        self,
        value: object,
        raw: bytes,
        place: str,
        source: Source,
        options: ReadOptions,
        warnings: tuple[str, ...],
        count: int,
    ) -> Iterator[Call | Rejected | LeftOut]:
        """Yield the calls of one JSON value, wherever in it they are."""
        shapes = self._shapes()
        calls = held(value, shapes)
        if not calls:
            yield _unread(value, shapes, source.name, place)
            return
        if raw and isinstance(value, list) and calls[0].value is not value:
            warnings = (*warnings, *repeated_keys(value, raw))
        inner = functools.partial(heard_within, shapes=shapes)
        for index, found in enumerate(calls, count):
            within = f"{place}, {found.place}" if place and found.place else place or found.place
            if found.shape is None:
                yield _unread(found.value, shapes, source.name, within)
                continue
            stem = source.stem if not index else f"{source.stem}-{index + 1}"
            whole = raw if found.value is value else b""
            origin = Origin(source.name, within, stem, whole, found.envelope, inner)
            told = (*warnings, *found.told)
            try:
                for call in found.shape.calls(found.value, origin, options):
                    if isinstance(call, Rejected):
                        yield _of_job(call, found.value)
                    else:
                        yield _with_warnings(call, told) if told and isinstance(call, Call) else call
            except TranscriptError as error:
                yield _of_job(rejected(error, source.name, within), found.value)


def _of_job(item: Rejected, value: object) -> Rejected:
    """Return ``item``, with what a job says of itself in ``value`` where that is why there are no turns."""
    error = job_report(value, item.cause) if item.cause.startswith("no turns") else None
    return item._replace(cause=error.what, remedy=error.remedy) if error else item


def parsed(data: bytes, name: str) -> tuple[object, tuple[str, ...]]:
    """Return the JSON value in ``data``, and a warning where it was not written in UTF-8.

    Raises:
        orjson.JSONDecodeError: it is not JSON.
    """
    try:
        return orjson.loads(data), ()
    except orjson.JSONDecodeError:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            text, warnings = decoded(data, "", name)
            return orjson.loads(text), warnings
        raise


def _unread(value: object, shapes: tuple[JsonReader, ...], name: str, place: str) -> Rejected | LeftOut:
    """Return what comes of a value that is no transcript: nothing is wrong with what only goes with one."""
    companion = companion_of(value, shapes)
    if companion is None:
        return rejected(unknown_shape(value, shapes), name, place)
    return LeftOut(f"{name}, {place}" if place else name, companion.title)


def _is_document(first: bytes, second: bytes) -> bool:
    """Tell one value over several lines from JSON Lines whose first line is broken."""
    opening = first.strip()
    if len(opening) > 1 and (b'"turns"' in second or b'"call_id"' in second) and _is_object(second):
        return False
    goes_on = len(opening) == 1 or opening.endswith((b",", b"{", b"[", b":"))
    return goes_on or not second.lstrip().startswith((b"{", b"["))


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


def _next_filled(lines: Iterator[tuple[int, bytes]]) -> tuple[int, bytes] | None:
    return next(((number, line) for number, line in lines if not line.isspace()), None)


def _with_warnings(call: Call, warnings: tuple[str, ...]) -> Call:
    return replace(call, warnings=warnings + call.warnings)


def _broken(error: orjson.JSONDecodeError, name: str, line: str = "") -> Rejected:
    place = f"{line}, column {error.colno}" if line else f"line {error.lineno}, column {error.colno}"
    cause, remedy = _in_words(error)
    return Rejected(name, place, f"not JSON: {cause}", remedy)


def _in_words(error: orjson.JSONDecodeError) -> tuple[str, str]:
    """Return what is wrong with the JSON, and what to do about it."""
    number = NO_NUMBER.match(error.doc, max(error.pos - 1, 0))
    if number and error.msg.startswith(("unexpected character", "no digit after sign")):
        return f"{number[1]} is no JSON number", "Write null (Python writes NaN and Infinity unless allow_nan=False)."
    if "surrogate" in error.msg:
        return "half a character (a lone surrogate) in a text", "Write the text anew as UTF-8, without lone surrogates."
    if "depth limit" in error.msg:
        return "nested too deeply (over 1,024 levels)", "Flatten the document."
    if "unexpected end of data" in error.msg:
        return "it is cut off (unexpected end of data)", "Export or copy it again."
    if error.doc[error.pos : error.pos + 1] == "'" or error.doc[max(error.pos - 1, 0) : error.pos] == "'":
        return "texts in single quotes", "Write it with a JSON library, such as json.dumps in Python: double quotes."
    if "trailing comma" in error.msg:
        return "a comma with nothing after it", "Take it out, or write the file with a JSON library."
    return error.msg.removesuffix(f": line {error.lineno} column {error.colno} (char {error.pos})"), AS_LINES
