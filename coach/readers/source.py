"""One input: a file or standard input, opened once, unpacked and decoded as its first bytes ask for."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, BinaryIO, cast

from coach.errors import TranscriptError, UsageError
from coach.readers.options import ReadOptions

GZIP = b"\x1f\x8b"
GUESSED = "not written in UTF-8: read as {}"
HEAD_BYTES = 64 * 1024
STDIN = "-"
SUFFIXES = re.compile(r"\.(?:vcon|json|jsonl|ndjson|txt|text|csv|tsv|vtt|srt|gz)$", re.IGNORECASE)
# A document that is named is read, and its call is not called "x.md".
LEFT_OFF = re.compile(rf"{SUFFIXES.pattern}|\.(?:md|rst|log)$", re.IGNORECASE)
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SIGNATURES = (
    (b"RIFF", "a sound file (WAV)"),
    (b"ID3", "a sound file (MP3)"),
    (b"OggS", "a sound file (Ogg)"),
    (b"fLaC", "a sound file (FLAC)"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"PAR1", "a Parquet file"),
)


class Stream(io.RawIOBase):
    """The unpacked bytes of an input; ``head`` shows the first of them without using them up.

    An archive that breaks off ends the stream instead of raising: ``damage`` then says what happened, and
    what came before the break is not lost.
    """

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self.damage = ""
        self._packed: io.BufferedReader[Any] = io.BufferedReader(cast(Any, file))
        is_gzip = self._packed.peek(2)[:2] == GZIP
        self._file: BinaryIO = cast(BinaryIO, gzip.GzipFile(fileobj=self._packed)) if is_gzip else self._packed
        self.head = self._held = self._take(HEAD_BYTES)

    def readable(self) -> bool:
        """Return true: the stream is there to be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` and return how many bytes went into it; 0 at the end."""
        if self._held:
            data, self._held = self._held[: len(buffer)], self._held[len(buffer) :]
        else:
            data = self._some(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close what was opened for it, and leave the file below to whoever opened that."""
        if not self.closed:
            self._packed.detach()
        super().close()

    def _take(self, size: int) -> bytes:
        taken = bytearray()
        while len(taken) < size:
            data = self._some(size - len(taken))
            if not data:
                break
            taken += data
        return bytes(taken)

    def _some(self, size: int) -> bytes:
        if self.damage:
            return b""
        try:
            return self._file.read(size)
        except EOFError:
            self.damage = "the gzip archive is cut off"
        except (gzip.BadGzipFile, zlib.error) as error:
            self.damage = f"the gzip archive is damaged ({error})"
        return b""


@dataclass(slots=True)
class Source:
    """An opened input as the readers see it.

    ``name`` is for people, ``stem`` the file's name without suffixes, ``encoding`` what its bytes are
    written in (``""`` where nothing says so and UTF-8 is to be tried first).
    """

    name: str
    stem: str
    stream: Stream
    encoding: str
    max_bytes: int

    @property
    def head(self) -> bytes:
        """The first bytes, unpacked, up to 64 KiB."""
        return self.stream.head

    def head_text(self) -> str:
        """Return the head as text, whatever it is written in; for recognising, not for reading."""
        return self.head.decode(self.encoding or "utf-8", "replace").removeprefix("\ufeff")

    def lines(self) -> Iterator[bytes]:
        """Yield the lines as UTF-8 where the encoding is known, else as they are; no mark in front, no line ends cut.

        Of a line longer than ``max_bytes`` only one byte more than that is yielded, for the caller to refuse it.
        """
        buffered = io.BufferedReader(self.stream, HEAD_BYTES)
        if self.encoding and codecs.lookup(self.encoding).name not in ("utf-8", "utf-8-sig", "ascii"):
            yield from self._decoded_lines(buffered)
            return
        first = True
        while line := buffered.readline(self.max_bytes + 1):
            yield line.removeprefix(codecs.BOM_UTF8) if first else line
            first = False
            while len(line) > self.max_bytes and not line.endswith(b"\n"):
                line = buffered.readline(self.max_bytes + 1)

    def text(self) -> tuple[str, tuple[str, ...]]:
        """Return the whole text, lines ended by line feeds alone, and warnings about how it was decoded.

        Raises:
            TranscriptError: it is larger than ``max_bytes``, or not in the encoding that it was said to be in.
        """
        data = io.BufferedReader(self.stream, HEAD_BYTES).read(self.max_bytes + 1)
        if len(data) > self.max_bytes:
            raise self.too_large()
        text, warnings = decoded(data, self.encoding, self.name)
        if "\0" in text:
            raise _nul_error(data, self.name)
        return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), warnings

    def too_large(self) -> TranscriptError:
        """Return the error for a document that does not fit."""
        return TranscriptError(
            f"one document is larger than {self.max_bytes / 1024 / 1024:,.0f} MB",
            where=self.name,
            remedy="Split it into one call a line (JSON Lines), which is read line by line whatever its size.",
        )

    def _decoded_lines(self, buffered: io.BufferedReader[Any]) -> Iterator[bytes]:
        text = io.TextIOWrapper(buffered, encoding=self.encoding, errors="replace", newline="\n")
        while line := text.readline(self.max_bytes + 1):
            yield line.removeprefix("\ufeff").encode("utf-8", "replace")
            while len(line) > self.max_bytes and not line.endswith("\n"):
                line = text.readline(self.max_bytes + 1)
        text.detach()


def decoded(data: bytes, encoding: str, name: str) -> tuple[str, tuple[str, ...]]:
    """Return ``data`` as text, and a warning where its encoding had to be guessed.

    Without an encoding UTF-8 is tried, then Windows-1252, then Latin-1, which never fails.

    Raises:
        TranscriptError: ``data`` is not in ``encoding``.
    """
    if encoding:
        try:
            return data.decode(encoding), ()
        except UnicodeError as error:
            raise TranscriptError(
                f"not readable as {encoding} ({error})",
                where=name,
                remedy="Give the encoding it was written in with --encoding, or save it as UTF-8.",
            ) from error
    for guess in ("utf-8", "cp1252"):
        try:
            text = data.decode(guess)
        except UnicodeDecodeError:
            continue
        return text, () if guess == "utf-8" else (GUESSED.format("Windows-1252"),)
    return data.decode("latin-1"), (GUESSED.format("Latin-1"),)


@contextmanager
def opened(name: str, options: ReadOptions) -> Iterator[Source]:
    """Open the file ``name`` (``-``: standard input) for reading.

    Raises:
        TranscriptError: it cannot be opened, is empty, or is plainly no text.
    """
    shown = "standard input" if name == STDIN else name
    try:
        file = sys.stdin.buffer if name == STDIN else open(name, "rb")
    except OSError as error:
        raise TranscriptError(
            f"cannot be opened ({error.strerror})", where=shown, remedy="Check its name and permissions."
        ) from error
    try:
        stream = Stream(file)
        try:
            yield Source(shown, stem_of(name), stream, encoding_of(stream, options, shown), options.max_bytes)
        finally:
            stream.close()
    except OSError as error:
        raise TranscriptError(
            f"cannot be read ({error.strerror or error})", where=shown, remedy="Check the file and try again."
        ) from error
    finally:
        if name != STDIN:
            file.close()


def stem_of(name: str) -> str:
    """Return the file's name without folders and suffixes: ``a/b.jsonl.gz`` is ``b``."""
    if name == STDIN:
        return "stdin"
    stem = PurePath(name).name
    while (short := LEFT_OFF.sub("", stem)) not in (stem, ""):
        stem = short
    return stem


def encoding_of(stream: Stream, options: ReadOptions, shown: str) -> str:
    """Return the encoding that the option or the first bytes name, ``""`` where neither does.

    Raises:
        TranscriptError: the input is empty, or is no text at all.
    """
    head = stream.head
    if not head.strip():
        raise TranscriptError(
            stream.damage or "the file is empty" if not head else "the file holds nothing but blanks",
            where=shown,
            remedy="Export or copy the transcript again.",
        )
    if options.encoding:
        try:
            codecs.lookup(options.encoding)
        except LookupError as error:
            raise UsageError(
                f'"{options.encoding}" is no encoding known here', remedy="Try utf-8 or cp1252."
            ) from error
        return options.encoding
    for mark, encoding in BOMS:
        if head.startswith(mark):
            return encoding
    for signature, what in SIGNATURES:
        if head.startswith(signature):
            raise TranscriptError(
                f"it is {what}, not a transcript", where=shown, remedy="Give the transcript made from it, as text."
            )
    if b"\0" in head:
        raise _nul_error(head, shown)
    return ""


def _nul_error(head: bytes, shown: str) -> TranscriptError:
    """Return the error for NUL bytes: every second byte zero is UTF-16 without a mark, anything else no text."""
    if max(head[0::2].count(0), head[1::2].count(0)) > len(head) * 0.3:
        order = "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"
        return TranscriptError(
            "it looks like UTF-16 without a byte order mark", where=shown, remedy=f"Read it with --encoding {order}."
        )
    line = head[: head.find(b"\0")].count(b"\n") + 1
    return TranscriptError(
        "it holds NUL bytes, so it is no text", where=shown, place=f"line {line}", remedy="Export the transcript again."
    )
