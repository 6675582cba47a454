"""Zip and tar archives: their members, one after the other, as if they lay in a folder. Nothing is unpacked to disk."""

from __future__ import annotations

import os
import struct
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, BinaryIO, NamedTuple, cast

from coach.errors import TranscriptError
from coach.readers.documents import SAVE_AS_TEXT, DocumentError, document_name
from coach.readers.left_out import LeftOut
from coach.readers.objects import FarFile
from coach.readers.options import UNITS, shown_size
from coach.readers.paths import Found, is_hidden, maybe
from coach.readers.rejected import Rejected
from coach.readers.stream import HEAD_BYTES, MOST_TIMES, Budget, Stream

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
TAR_HEADER = 512
ENCRYPTED = 0x1
# A zip is read from its end, so one that comes through a pipe is kept, packed as it is, while it is read.
LARGEST_KEPT = 2 * UNITS["GB"]
# What Python raises over zip archives that are none, besides what it says that it raises.
ZIP_ERRORS = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OverflowError, struct.error)
TAR_ERRORS = (tarfile.TarError, EOFError, ValueError, OverflowError)
OFFICE = {
    "word/document.xml": "a Word document",
    "xl/workbook.xml": "an Excel workbook",
    "ppt/presentation.xml": "a PowerPoint presentation",
    "content.xml": "an OpenDocument file",
    "META-INF/container.xml": "an e-book",
}
PACK_AGAIN = "Copy or pack it again."
UNPACK_FIRST = "Unpack it first, and name the folder."


class Member(NamedTuple):
    """A file in an archive: ``found.path`` is its name there. ``stream`` is to be read before the next is asked for.

    ``budget`` is what may still be unpacked from the archive.
    """

    found: Found
    stream: Stream
    budget: Budget


def archive_kind(head: bytes) -> str:
    """Return ``zip`` or ``tar`` where ``head`` opens such an archive, else ``""``."""
    if head.startswith(ZIP):
        return "zip"
    if len(head) < TAR_HEADER or b"\0" not in head[:TAR_HEADER]:
        return ""
    try:
        tarfile.TarInfo.frombuf(head[:TAR_HEADER], "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return ""
    return "tar"


def members(
    stream: Stream, shown: str, max_bytes: int, within: Budget | None = None
) -> Iterator[Member | Rejected | LeftOut]:
    """Yield what may be transcripts in the archive ``stream``, and a ``Rejected`` for what cannot be unpacked.

    Members of a zip come in the order of a folder, those of a tar as they are packed. An archive that unpacks to more
    than ``max_bytes`` and 200 times its size is read no further. Of an archive ``within`` another one the budget of
    the outer one counts, so that the two together unpack to no more than one may.

    Raises:
        TranscriptError: it is an office document, or cannot be held while it is read.
    """
    return (_of_zip if archive_kind(stream.head) == "zip" else _of_tar)(stream, shown, max_bytes, within)


def _of_zip(stream: Stream, shown: str, max_bytes: int, within: Budget | None) -> Iterator[Member | Rejected | LeftOut]:
    with _seekable(stream, shown) as file:
        try:
            archive = zipfile.ZipFile(file)
        except ZIP_ERRORS as error:
            cause = stream.damage or f"the zip archive is damaged or cut off ({error})"
            yield Rejected(shown, "", cause, PACK_AGAIN)
            return
        with archive:
            infos = archive.infolist()
            _refuse_office({info.filename for info in infos}, shown)
            allowed = max_bytes + MOST_TIMES * file.seek(0, os.SEEK_END)
            budget = within or Budget(lambda: allowed)
            for info in sorted(infos, key=lambda info: _plain(info.filename).split("/")):
                found = None if info.is_dir() else _found(info.filename)
                if left_out := None if info.is_dir() else _document(info.filename, shown):
                    yield left_out
                elif found:
                    yield from _of_zip_member(archive, info, found, shown, budget)


def _of_zip_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, found: Found, shown: str, budget: Budget
) -> Iterator[Member | Rejected]:
    if info.flag_bits & ENCRYPTED:
        if found.sure:
            yield Rejected(shown, found.path, "it is encrypted", "Unpack the archive with its password first.")
        return
    try:
        file = archive.open(info)
    except NotImplementedError as error:
        yield Rejected(f"{shown}, {found.path}", "", f"it cannot be unpacked here ({error})", UNPACK_FIRST)
        return
    except (*ZIP_ERRORS, OSError) as error:
        yield Rejected(f"{shown}, {found.path}", "", f"the zip archive is damaged here ({error})", PACK_AGAIN)
        return
    with file, closing(Stream(cast(BinaryIO, file), "zip", budget)) as unpacked:
        yield Member(found, unpacked, budget)


def _of_tar(stream: Stream, shown: str, max_bytes: int, within: Budget | None) -> Iterator[Member | Rejected | LeftOut]:
    budget = within or Budget(lambda: max_bytes + MOST_TIMES * stream.packed.count)
    try:
        with tarfile.open(fileobj=cast(Any, stream), mode="r|", bufsize=HEAD_BYTES) as archive:
            while (info := archive.next()) is not None:
                # Else all that went by are kept.
                cast(Any, archive).members = []
                found = _found(info.name) if info.isfile() else None
                if left_out := _document(info.name, shown) if info.isfile() else None:
                    yield left_out
                elif found and info.issparse():
                    yield Rejected(f"{shown}, {found.path}", "", "it is packed with holes in it", UNPACK_FIRST)
                elif found and (file := archive.extractfile(info)):
                    with closing(Stream(cast(BinaryIO, file), "tar", budget)) as unpacked:
                        yield Member(found, unpacked, budget)
    except TAR_ERRORS as error:
        cause = stream.damage or f"the tar archive is damaged or cut off ({error})"
        yield Rejected(shown, "", f"{cause}; what was whole before it was read", PACK_AGAIN)
        return
    if stream.damage:
        yield Rejected(shown, "", f"{stream.damage}; what was whole before it was read", PACK_AGAIN)


@contextmanager
def _seekable(stream: Stream, shown: str) -> Iterator[BinaryIO]:
    """Give the file below ``stream`` where one can go back and forth in it, else a copy of it.

    Raises:
        TranscriptError: the copy would be too large.
    """
    # A member of an archive can go back too, but by unpacking all before it once more.
    # In an object one can, but every jump costs a request and what is read ahead.
    if not stream.is_gzip and not stream.archive and not isinstance(stream.file, FarFile) and stream.file.seekable():
        yield stream.file
        return
    with tempfile.TemporaryFile() as copy:
        size = 0
        while data := stream.read(HEAD_BYTES):
            size += copy.write(data)
            if size > LARGEST_KEPT:
                raise TranscriptError(
                    f"a zip archive of more than {shown_size(LARGEST_KEPT)} that is no file",
                    where=shown,
                    remedy="Save it, and name the file.",
                )
        yield cast(BinaryIO, copy)


def _refuse_office(names: set[str], shown: str) -> None:
    if not {"[Content_Types].xml", "mimetype"} & names:
        return
    what = next((what for name, what in OFFICE.items() if name in names), "an office document")
    raise DocumentError(
        f"it is {what}, not a transcript", where=shown, remedy="Save the transcript in it as plain text."
    )


def _document(name: str, shown: str) -> LeftOut | None:
    plain = _plain(name)
    kind = "" if is_hidden(plain) else document_name(plain)
    return LeftOut(f"{shown}, {plain}", kind, SAVE_AS_TEXT) if kind else None


def _found(name: str) -> Found | None:
    plain = _plain(name)
    return None if is_hidden(plain) else maybe(plain)


def _plain(name: str) -> str:
    """Return the name of a member without the ``./`` that tar puts before it; Windows may have packed it."""
    return name.replace("\\", "/").removeprefix("./")
