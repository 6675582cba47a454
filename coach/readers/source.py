"""One input: a file, an object or standard input, opened once, unpacked and decoded as its first bytes ask for."""

from __future__ import annotations

import codecs
import io
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from coach.errors import TranscriptError, UsageError
from coach.readers.addresses import is_address, shown_address
from coach.readers.documents import DocumentError
from coach.readers.encodings import UNMARKED, decoded, marked_encoding, misfit, nul_error, unmarked_encoding
from coach.readers.objects import opened_object
from coach.readers.options import ReadOptions, shown_size
from coach.readers.stream import HEAD_BYTES, Stream

STDIN = "-"
SUFFIXES = re.compile(
    r"\.(?:vcon|json|jsonl|ndjson|txt|text|csv|tsv|vtt|srt|textgrid|eaf|ctm|stm|rttm|nlp|gz)$", re.IGNORECASE
)
# A document that is named is read, and its call is not called "x.md".
LEFT_OFF = re.compile(rf"{SUFFIXES.pattern}|\.(?:md|rst|log|html?|xml)$", re.IGNORECASE)
SIGNATURES = (
    (b"RIFF", "a sound file (WAV)"),
    (b"ID3", "a sound file (MP3)"),
    (b"OggS", "a sound file (Ogg)"),
    (b"fLaC", "a sound file (FLAC)"),
    # Archives of transcripts are looked into before it comes to this.
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"PAR1", "a Parquet file"),
)
DOCUMENTS = (
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "a Rich Text document"),
    (b"\xd0\xcf\x11\xe0", "an office document (Word, Excel or Outlook)"),
)
PACKED = (
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
)


@dataclass(slots=True)
class Source:
    """An opened input as the readers see it.

    ``name`` is for people, ``stem`` the file's name without suffixes, ``encoding`` what its bytes are
    written in (``""`` where nothing says so and UTF-8 is to be tried first). ``warnings`` say what had to be guessed.
    """

    name: str
    stem: str
    stream: Stream
    encoding: str
    max_bytes: int
    warnings: tuple[str, ...] = ()

    @property
    def head(self) -> bytes:
        """The first bytes, unpacked, up to 64 KiB."""
        return self.stream.head

    def head_text(self) -> str:
        """Return the head as text, whatever it is written in; for recognising, not for reading."""
        return self.head.decode(self.encoding or "utf-8", "replace").removeprefix("\ufeff")

    def lines(self) -> Lines:
        """Return the lines, read one at a time.

        Raises:
            TranscriptError: the first of them alone is larger than ``max_bytes``, as far as that can be known ahead.
        """
        if not self._first_line_fits():
            raise self.too_large()
        return Lines(self)

    def text(self) -> tuple[str, tuple[str, ...]]:
        """Return the whole text, lines ended by line feeds alone, and warnings about how it was decoded.

        Raises:
            TranscriptError: it is larger than ``max_bytes``, or not in the encoding that it was said to be in.
        """
        if (self.stream.size or 0) > self.max_bytes:
            raise self.too_large()
        data = io.BufferedReader(self.stream, HEAD_BYTES).read(self.max_bytes + 1)
        if len(data) > self.max_bytes:
            raise self.too_large()
        text, warnings = decoded(data, self.encoding, self.name)
        if "\0" in text:
            raise nul_error(data, self.name)
        return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), warnings

    def too_large(self) -> TranscriptError:
        """Return the error for a document that does not fit."""
        return TranscriptError(
            f"one document is larger than {shown_size(self.max_bytes)}, the limit that --max-bytes sets",
            where=self.name,
            remedy="Write one call a line (JSON Lines), which is read line by line whatever its size; or raise"
            " --max-bytes, which takes some eight times as much memory.",
        )

    def _first_line_fits(self) -> bool:
        if b"\n" in self.head or (self.stream.size or 0) <= self.max_bytes:
            return True
        return any(b"\n" in piece for piece in self.stream.pieces(self.max_bytes))


class Lines:
    """The lines of a source as UTF-8 where the encoding is known, else as they are; no mark in front, no ends cut.

    Of a line longer than ``max_bytes`` only one byte more than that is yielded, for the caller to refuse it.
    """

    def __init__(self, source: Source) -> None:
        self._most = source.max_bytes + 1
        self._buffered = io.BufferedReader(source.stream, HEAD_BYTES)
        self._text: io.TextIOWrapper | None = None
        if source.encoding and codecs.lookup(source.encoding).name not in ("utf-8", "utf-8-sig", "ascii"):
            self._text = io.TextIOWrapper(self._buffered, encoding=source.encoding, errors="replace", newline="\n")

    def __iter__(self) -> Iterator[bytes]:
        first = True
        read, most = self._read, self._most
        while line := read(most):
            yield line.removeprefix(codecs.BOM_UTF8) if first else line
            first = False
            while len(line) >= most and not line.endswith(b"\n"):
                line = read(most)

    def rest(self, at_most: int) -> bytes:
        """Return what comes after the lines that were taken, of more than ``at_most`` bytes about so many."""
        return self._text.read(at_most).encode("utf-8", "replace") if self._text else self._buffered.read(at_most)

    @property
    def _read(self) -> Callable[[int], bytes]:
        text = self._text
        return (lambda most: text.readline(most).encode("utf-8", "replace")) if text else self._buffered.readline


@contextmanager
def opened(name: str, options: ReadOptions) -> Iterator[Source]:
    """Open the file or address ``name`` (``-``: standard input) for reading.

    Raises:
        TranscriptError: it cannot be opened, is empty, or is plainly no text.
    """
    with opened_stream(name) as stream:
        yield source_of(stream, shown_name(name), stem_of(name), options)


@contextmanager
def opened_stream(name: str, data: bytes | None = None) -> Iterator[Stream]:
    """Open the file or address ``name`` (``-``: standard input), whatever it holds.

    Args:
        name: what to open.
        data: what is in it, where that was fetched already.

    Raises:
        TranscriptError: it cannot be opened or read.
        CoachError: it is in a store that cannot be reached any more, nor can what else is in there.
    """
    try:
        with _opened_file(name, data) as file:
            stream = Stream(file)
            try:
                yield stream
            finally:
                stream.close()
    except OSError as error:
        raise TranscriptError(
            f"cannot be read ({error.strerror or error})",
            where=shown_name(name),
            remedy="Check the file and try again.",
        ) from error


@contextmanager
def _opened_file(name: str, data: bytes | None) -> Iterator[BinaryIO]:
    if data is not None:
        yield io.BytesIO(data)
    elif name == STDIN:
        yield sys.stdin.buffer
    elif is_address(name):
        with opened_object(name) as file:
            yield file
    else:
        try:
            opened_file = open(name, "rb")
        except OSError as error:
            raise TranscriptError(
                f"cannot be opened ({error.strerror})", where=name, remedy="Check its name and permissions."
            ) from error
        with opened_file:
            yield opened_file


def shown_name(name: str) -> str:
    """Return what to call the file or address ``name`` before people: without a password in it."""
    return "standard input" if name == STDIN else shown_address(name)


def stem_of(name: str) -> str:
    """Return the file's name without folders and suffixes: ``a/b.jsonl.gz`` is ``b``."""
    if name == STDIN:
        return "stdin"
    stem = PurePath(shown_address(name)).name
    while (short := LEFT_OFF.sub("", stem)) not in (stem, ""):
        stem = short
    return stem


def source_of(stream: Stream, shown: str, stem: str, options: ReadOptions) -> Source:
    """Return ``stream`` as the readers see it, with the encoding that the options or its first bytes name.

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
    for signature, what in DOCUMENTS:
        if head.startswith(signature):
            raise DocumentError(
                f"it is {what}, not a transcript",
                where=shown,
                remedy="Save the transcript in it as plain text, or as CSV.",
            )
    if options.encoding:
        try:
            codecs.lookup(options.encoding)
        except LookupError as error:
            raise UsageError(
                f'"{options.encoding}" is no encoding known here', remedy="Try utf-8 or cp1252."
            ) from error
        if misfit(head, options.encoding, is_whole=len(head) < HEAD_BYTES):
            raise TranscriptError(
                f"it is not written in {options.encoding}, the encoding asked for, but in UTF-8",
                where=shown,
                remedy="Leave out --encoding.",
            )
        return Source(shown, stem, stream, options.encoding, options.max_bytes)
    if marked := marked_encoding(head):
        return Source(shown, stem, stream, marked, options.max_bytes)
    for signature, what in SIGNATURES:
        if head.startswith(signature):
            raise TranscriptError(
                f"it is {what}, not a transcript", where=shown, remedy="Give the transcript made from it, as text."
            )
    for signature, what in PACKED:
        if head.startswith(signature):
            raise TranscriptError(
                f"it is {what}, which is not unpacked here", where=shown, remedy="Unpack it, or pack it as zip or gzip."
            )
    if b"\0" not in head:
        return Source(shown, stem, stream, "", options.max_bytes)
    unmarked = unmarked_encoding(head, is_whole=len(head) < HEAD_BYTES)
    if not unmarked:
        raise nul_error(head, shown)
    told = UNMARKED.format(unmarked.upper().removesuffix("-LE").removesuffix("-BE"))
    return Source(shown, stem, stream, unmarked, options.max_bytes, (told,))
