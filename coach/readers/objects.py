"""Inputs at addresses: listed as folders are, and opened; small ones are fetched many at a time."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO, NamedTuple, cast

from coach.errors import CoachError, TranscriptError, UsageError
from coach.readers.addresses import (
    EXTRAS,
    MAGIC,
    WEB,
    FileSystem,
    file_system,
    places,
    protocol_of,
    shown_address,
    trouble,
)

# One request for each object costs more in waiting than in bytes, so small ones are asked for side by side.
SMALL = 256 * 1024
AT_A_TIME = 64
# What large ones are read by: a request each. A multiple of what S3 takes for a good size.
BLOCK = 8 * 1024 * 1024
# How stores name what changes whenever an object does, the surest first.
MARKS = tuple(
    "ETag etag md5Hash content_md5 generation LastModified last_modified updated mtime modified created".split()
)


class Object(NamedTuple):
    """An object as a listing shows it: its address, its size in bytes, and a mark that changes when it does."""

    address: str
    size: int | None
    mark: str


def single(address: str) -> Object | None:
    """Return the single object at ``address``, ``None`` where it is a folder, a pattern or nothing at all.

    Raises:
        UsageError: the store cannot be asked.
    """
    with _asking(address):
        _require_bucket(address)
        store = file_system(address)
        if address.endswith("/") and protocol_of(address) not in WEB:
            return None
        try:
            info = store.files.info(store.root)
        except (FileNotFoundError, NotADirectoryError):
            if protocol_of(address) in WEB:
                raise
            return None
        return None if info.get("type") == "directory" else _object(address, info)


def in_folder(address: str) -> list[Object]:
    """Return all objects below ``address``, in the order in which folders are read; hidden ones left out.

    Raises:
        UsageError: the store cannot be asked.
    """
    with _asking(address):
        store = file_system(address)
        return _below(address, store, store.root)


def matching(pattern: str) -> list[Object | list[Object]]:
    """Return the matches of ``pattern``, sorted: objects, and for each folder all that is below it.

    Raises:
        UsageError: the store cannot be asked.
    """
    with _asking(pattern):
        store = file_system(pattern)
        base, root = places(pattern, store.files)
        found: Mapping[str, Any] = store.files.glob(store.root, detail=True)
        if not found:
            store.files.ls(root)  # Raises where there is not even the folder, or no access to it.
        store.files.invalidate_cache()
        matches: list[Object | list[Object]] = []
        for path in sorted(found):
            rest = path.removeprefix(root)
            if _is_hidden(rest) and "/." not in pattern:
                continue
            address = base + rest
            if found[path].get("type") == "directory":
                matches.append(_below(address, store, path))
            elif not path.endswith("/"):
                matches.append(_object(address, found[path]))
        return matches


def names_in(folder: str) -> list[str]:
    """Return the names of the objects that are in the folder at the address ``folder`` itself, sorted.

    Raises:
        UsageError: there is no such folder, or the store cannot be asked.
    """
    with _asking(folder):
        store = file_system(folder)
        found = store.files.ls(store.root, detail=True)
        store.files.invalidate_cache()
        return sorted(each["name"].rsplit("/", 1)[-1] for each in found if each["type"] == "file")


@contextmanager
def opened_object(address: str) -> Iterator[BinaryIO]:
    """Open the object at ``address`` to be read block by block.

    Raises:
        TranscriptError: it cannot be opened or read; also while it is read.
        CoachError: its store cannot be reached or entered any more.
    """
    try:
        store = file_system(address)
        file = store.files.open(store.root, "rb", block_size=BLOCK)
    except Exception as error:
        raise _failure(error, address, "opened") from error
    with file:
        yield cast(BinaryIO, FarFile(file, address))


def fetched(items: Iterable[tuple[str, int | None]]) -> Iterator[bytes | None]:
    """Yield for each of ``items`` (name, size if a listing told it) its bytes where they are few, else ``None``.

    Small objects of one store in a row are fetched side by side. What cannot be fetched is ``None`` too: opening it
    then says why.
    """
    group: list[str] = []
    for name, size in items:
        if size is not None and 0 < size <= SMALL and (not group or protocol_of(group[0]) == protocol_of(name)):
            group.append(name)
            if len(group) < AT_A_TIME:
                continue
            yield from _together(group)
            group = []
        else:
            yield from _together(group)
            group = []
            yield None
    yield from _together(group)


def _together(addresses: Sequence[str]) -> Iterator[bytes | None]:
    """Yield the bytes of each, ``None`` where they are not to be had."""
    if not addresses:
        return
    stores = [file_system(address) for address in addresses]
    if any(store.files is not stores[0].files for store in stores):
        yield from (None for _ in addresses)
        return
    try:
        # Asked for the whole of an object, stores are asked for its size first: two requests instead of one.
        got = stores[0].files.cat_ranges([store.root for store in stores], 0, SMALL + 1, on_error="return")
    except Exception:  # Opening them one by one tells what is wrong.
        got = [None] * len(stores)
    yield from (data if isinstance(data, bytes) and len(data) <= SMALL else None for data in got)


class FarFile(io.RawIOBase):
    """An object, opened by fsspec, whose errors, of whatever library, come as errors of ours."""

    def __init__(self, file: Any, address: str) -> None:
        super().__init__()
        self._file = file
        self._address = address

    def readable(self) -> bool:
        """Return true: the bytes are there to be read."""
        return True

    def seekable(self) -> bool:
        """Tell whether one can go back and forth."""
        # What a web server sends in one piece, of unknown size, claims to be seekable as well.
        return getattr(self._file, "size", None) is not None and bool(self._file.seekable())

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to ``offset`` and return where that is."""
        return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        """Return how many bytes come before the next one."""
        return int(self._file.tell())

    def read(self, size: int | None = -1) -> bytes:
        """Return up to ``size`` bytes.

        Raises:
            TranscriptError: they cannot be read.
            CoachError: their store cannot be reached any more.
        """
        try:
            return bytes(self._file.read(-1 if size is None else size))
        except Exception as error:
            raise _failure(error, self._address, "read") from error

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` and return how many bytes went into it; 0 at the end."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def _asking(address: str) -> Iterator[None]:
    try:
        yield
    except CoachError:
        raise
    except Exception as error:
        told = trouble(error, address, "listed")
        raise UsageError(told.cause, where=shown_address(address), remedy=told.remedy) from error


def _require_bucket(address: str) -> None:
    protocol, _, path = address.partition("://")
    bucket = path.split("/", 1)[0]
    if protocol in EXTRAS and (not bucket or MAGIC.search(bucket)):
        raise UsageError(
            "which bucket is not said",
            where=shown_address(address),
            remedy=f"Name it in full, such as {protocol}://bucket/calls/",
        )


def _failure(error: Exception, address: str, doing: str) -> CoachError:
    """Return the error of one object, or of all, for a store that is out of reach is so for all that would follow."""
    told, where = trouble(error, address, doing), shown_address(address)
    if told.is_of_store:
        return CoachError(told.cause, where=where, remedy=told.remedy)
    return TranscriptError(told.cause, where=where, remedy=told.remedy)


def _below(address: str, store: FileSystem, root: str) -> list[Object]:
    base, path = f"{address.rstrip('/')}/" if root else address, f"{root.rstrip('/')}/" if root else ""
    found: Mapping[str, Any] = store.files.find(root, detail=True)
    # What is kept of a listing would hide what others write meanwhile.
    store.files.invalidate_cache()
    rests = sorted((name.removeprefix(path) for name in found), key=lambda rest: rest.split("/"))
    return [
        _object(base + rest, found[path + rest])
        for rest in rests
        if not _is_hidden(rest) and not rest.endswith("/") and path + rest in found
    ]


def _is_hidden(rest: str) -> bool:
    return any(part.startswith(".") for part in rest.split("/"))


def _object(address: str, info: Mapping[str, Any]) -> Object:
    size = info.get("size")
    mark = next((info[name] for name in MARKS if info.get(name)), "")
    # Stores may tell a time in one way in a listing, and in another of a single object.
    mark = mark.timestamp() if isinstance(mark, datetime) else mark
    return Object(address, size if isinstance(size, int) else None, str(mark).strip('"'))


def has_magic(address: str) -> bool:
    """Tell whether ``address`` is a pattern; a question mark in a web address begins its query."""
    return protocol_of(address) not in WEB and MAGIC.search(address) is not None
