"""The bytes of an input, unpacked where they are gzip, of which the first can be seen ahead."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

try:
    from lzma import LZMAError
except ImportError:  # Python may be built without it; zipfile then refuses what needs it.
    LZMAError = zlib.error  # type: ignore[misc, assignment]

GZIP = b"\x1f\x8b"
HEAD_BYTES = 64 * 1024
# Transcripts are packed to a tenth or, where they repeat themselves, to a fiftieth of their size. What unpacks to more
# than this many times its size was made to unpack without end. Our own choice.
MOST_TIMES = 200
DAMAGE = (gzip.BadGzipFile, zlib.error, zipfile.BadZipFile, tarfile.TarError, LZMAError)


class TooMuch(Exception):
    """An archive unpacks to more than it may."""


class Budget:
    """What may still be unpacked from an archive; ``allowed`` gives the bytes in all, which may grow as it is read."""

    def __init__(self, allowed: Callable[[], int]) -> None:
        self._allowed = allowed
        self._taken = 0

    def take(self, count: int) -> None:
        """Count ``count`` bytes more.

        Raises:
            TooMuch: these are more than are allowed.
        """
        self._taken += count
        if self._taken > self._allowed():
            raise TooMuch


class Counted(io.RawIOBase):
    """The bytes of ``file``; ``count`` says how many were taken, and a budget may end them."""

    def __init__(self, file: BinaryIO, budget: Budget | None) -> None:
        super().__init__()
        self.count = 0
        self._file = file
        self._budget = budget

    def readable(self) -> bool:
        """Return true: the bytes are there to be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` and return how many bytes went into it; 0 at the end."""
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self.count += len(data)
        if self._budget:
            self._budget.take(len(data))
        return len(data)


class Stream(io.RawIOBase):
    """The unpacked bytes of an input; ``head`` shows the first of them without using them up.

    An archive that breaks off ends the stream instead of raising: ``damage`` then says what happened, and
    what came before the break is not lost.

    Args:
        file: the input; it stays open when the stream is closed.
        archive: ``zip`` or ``tar`` where ``file`` is a member of such an archive.
        budget: what may be unpacked from that archive.
    """

    def __init__(self, file: BinaryIO, archive: str = "", budget: Budget | None = None) -> None:
        super().__init__()
        self.damage = ""
        self.file = file
        self.packed = Counted(file, budget)
        self._buffered: io.BufferedReader[Any] = io.BufferedReader(self.packed, HEAD_BYTES)
        self.archive = archive
        self._budget = budget
        self.is_gzip = self._sound(lambda: self._buffered.peek(2)[:2]) == GZIP
        unpacked: object = gzip.GzipFile(fileobj=self._buffered) if self.is_gzip else self._buffered
        self._file = cast(BinaryIO, unpacked)
        self.head = self._held = self._take(HEAD_BYTES)
        # How many bytes there are, ``None`` where that is not known before they are read.
        self.size = None if self.is_gzip or archive or not file.seekable() else _size_of(file)

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

    def pieces(self, at_most: int) -> Iterator[bytes]:
        """Yield the first ``at_most`` bytes in pieces, and leave them to be read; only where ``size`` is known."""
        here = self.file.tell()
        self.file.seek(0)
        try:
            for start in range(0, at_most, HEAD_BYTES):
                yield self.file.read(min(HEAD_BYTES, at_most - start))
        finally:
            self.file.seek(here)

    def close(self) -> None:
        """Close what was opened for it, and leave the file below to whoever opened that."""
        if not self.closed:
            self._buffered.detach()
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
        return self._sound(lambda: self._charged(self._file.read(size)))

    def _charged(self, data: bytes) -> bytes:
        if self.is_gzip and self._budget:
            self._budget.take(len(data))
        return data

    def _sound(self, taking: Callable[[], bytes]) -> bytes:
        """Return what ``taking`` returns, nothing from where the archive turns out to be broken."""
        if self.damage:
            return b""
        kind = self.archive or "gzip"
        try:
            return taking()
        except EOFError:
            self.damage = f"the {kind} archive is cut off"
        except TooMuch:
            self.damage = f"the archive unpacks to more than {MOST_TIMES} times its size"
        except DAMAGE as error:
            self.damage = f"the {kind} archive is damaged ({error})"
        except OSError as error:
            # The methods that a zip may be packed with have errors of their own.
            if not self.archive:
                raise
            self.damage = f"the {kind} archive is damaged ({error})"
        return b""


def _size_of(file: BinaryIO) -> int:
    here = file.tell()
    size = file.seek(0, os.SEEK_END)
    file.seek(here)
    return size
