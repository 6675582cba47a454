"""The files of a results dataset: named after what is in them, written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import fsspec
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from coach.digest import digest
from coach.errors import ResultsError
from coach.readers.addresses import EXTRAS, shown_address, trouble
from coach.results_parquet import parquet
from coach.results_schema import PART_TABLES, REJECTED, SCHEMA_VERSION, TABLES, Entry, table_of, tables_of

HEADER = "dataset.json"
MAKE_ROOM = "Make room, or choose another folder that you may write to; what is written so far is kept."
ANOTHER_PLACE = "Choose another folder, or get the right to write to this one; what is written so far is kept."
FORBIDDEN = frozenset((errno.EACCES, errno.EPERM, errno.EROFS))


class Store:
    """A folder of parts: a local path or any address that fsspec knows (``s3://bucket/results``)."""

    def __init__(self, address: str) -> None:
        self.address = address
        # What to call it before people.
        self.shown = shown_address(address)
        try:
            self.files, root = fsspec.core.url_to_fs(address)
        except Exception as error:  # Every kind of store has errors of its own.
            told = trouble(error, address)
            raise ResultsError(told.cause, where=self.shown, remedy=told.remedy) from error
        self.root = str(root).rstrip("/")
        self.local = "file" in _protocols(self.files)
        # An object is there once it is there whole, and there are no folders to make: a bucket least of all.
        self.atomic = not EXTRAS.keys().isdisjoint(_protocols(self.files))

    def path(self, *names: str) -> str:
        """Return the path of a file in the folder, as the file system wants it."""
        return "/".join((self.root, *names))

    def url(self, *names: str) -> str:
        """Return the path of a file in the folder, as DuckDB wants it."""
        path = self.path(*names)
        return path if self.local else str(self.files.unstrip_protocol(path))

    def parts(self, table: str) -> list[str]:
        """Return the ids of the finished parts of ``table``, sorted."""
        with self.reached(table):
            self.files.invalidate_cache()
        names = (path.rsplit("/", 1)[-1] for path in self._listed(table))
        return sorted(name[5:-8] for name in names if name.startswith("part-") and name.endswith(".parquet"))

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file in the folder, or ``None`` where there is none."""
        try:
            with self.reached(name):
                return bytes(self.files.cat_file(self.path(name)))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise ResultsError(
                f"cannot be read: {error.strerror or error}",
                where=self.path(name),
                remedy="Check that you may read this folder.",
            ) from error

    def has(self, *names: str) -> bool:
        """Tell whether there is such a file in the folder."""
        with self.reached(*names):
            return bool(self.files.exists(self.path(*names)))

    def sizes(self, table: str) -> int:
        """Return how many bytes the finished parts of ``table`` take."""
        with self.reached(table):
            self.files.invalidate_cache()
            return sum(int(self.files.size(self.path(table, f"part-{part}.parquet"))) for part in self.parts(table))

    def write(self, data: bytes, *names: str) -> None:
        """Write a file under a temporary name and move it into place; an object is written as it is, which is the same.

        Raises:
            ResultsError: the disk is full, or the folder cannot be written to.
        """
        path = self.path(*names)
        if self.atomic:
            with self.reached(*names, doing="written"):
                self.files.pipe_file(path, data)
            return
        folder, name = path.rsplit("/", 1)
        waiting = f"{folder}/.{name}.{uuid.uuid4().hex}.tmp"
        try:
            with self.reached(*names, doing="written"):
                self.files.makedirs(folder, exist_ok=True)
                self.files.pipe_file(waiting, data)
                if self.local:
                    os.replace(waiting, path)
                else:
                    self.files.mv(waiting, path)
        except (OSError, ResultsError) as error:
            with contextlib.suppress(Exception):
                self.files.rm_file(waiting)
            if isinstance(error, ResultsError):
                raise
            raise not_written(error, path) from error

    @contextmanager
    def writing(self, *names: str) -> Iterator[Any]:
        """Give a file to write to, as ``write`` would write it once it is whole; if an error comes, there is none.

        Raises:
            ResultsError: the disk is full, or the folder cannot be written to.
        """
        if not self.local:
            held = io.BytesIO()
            yield held
            self.write(held.getvalue(), *names)
            return
        path = self.path(*names)
        folder, name = path.rsplit("/", 1)
        waiting = f"{folder}/.{name}.{uuid.uuid4().hex}.tmp"
        try:
            with self.files.open(waiting, "wb") as file:
                yield file
            os.replace(waiting, path)
        except OSError as error:
            raise not_written(error, path) from error
        finally:
            with contextlib.suppress(OSError):
                os.remove(waiting)

    def remove(self, *names: str) -> None:
        """Remove a file; one that is gone already is no error."""
        with contextlib.suppress(FileNotFoundError), self.reached(*names, doing="removed"):
            self.files.rm_file(self.path(*names))

    def sweep(self, *, half_written: bool = False) -> None:
        """Remove what killed runs left half-written and later runs finished.

        ``half_written``: all that is half-written, where it is known that nobody is writing.
        """
        for table in TABLES:
            finished = set(self.parts(table))
            for path in self._listed(table):
                name = path.rsplit("/", 1)[-1]
                is_ours = name.startswith(".part-") and name.endswith(".tmp")
                if is_ours and (half_written or name[6:].split(".")[0] in finished):
                    self.remove(table, name)

    def _listed(self, table: str) -> Iterator[str]:
        try:
            with self.reached(table):
                paths = self.files.ls(self.path(table), detail=False)
        except FileNotFoundError:
            return
        yield from map(str, paths)

    @contextmanager
    def reached(self, *names: str, doing: str = "read") -> Iterator[None]:
        """Tell what goes wrong with a store elsewhere; local files, and files that are not there, tell it themselves.

        Raises:
            ResultsError: the store cannot be reached or entered, or says no.
        """
        try:
            yield
        except Exception as error:
            if self.local or (doing != "written" and isinstance(error, FileNotFoundError)):
                raise
            told = trouble(error, self.address, doing)
            where = shown_address(str(self.files.unstrip_protocol(self.path(*names))))
            raise ResultsError(told.cause, where=where, remedy=told.remedy) from error


def not_written(error: OSError, path: str) -> ResultsError:
    """Return ``error``, which came when ``path`` was to be written, as one that says what to do."""
    remedy = ANOTHER_PLACE if error.errno in FORBIDDEN else MAKE_ROOM
    return ResultsError(f"cannot be written: {error.strerror or error}", where=path, remedy=remedy)


def write_part(store: Store, entries: Sequence[Entry]) -> str:
    """Write one part of scored calls, ``calls`` last, and return its id.

    The id and the bytes follow from the calls, the rules and the versions alone, so the same calls
    scored twice in the same batches make the same files.
    """
    part = part_id(entries)
    for name, table in tables_of(entries, part).items():
        store.write(parquet(table, name), name, f"part-{part}.parquet")
    return part


def write_rejected(store: Store, rows: Sequence[Sequence[str]]) -> str:
    """Write a part of rejected transcripts (source, place, cause, remedy), and return its id."""
    # The name of a file need not be valid Unicode.
    rows = [[text.encode("utf-8", "backslashreplace").decode() for text in row] for row in rows]
    part = digest(rows)
    store.write(parquet(table_of(rows, REJECTED), "rejected"), "rejected", f"part-{part}.parquet")
    return part


def part_id(entries: Sequence[Entry]) -> str:
    """Return a name for a part that follows from what is in it."""
    names = [(entry.key, entry.revision, entry.content, dict(entry.scored.stamp)) for entry in entries]
    return digest([SCHEMA_VERSION, names])


def damaged_part(store: Store) -> str | None:
    """Return the path of the first part that cannot be read whole, if there is one."""
    for table in TABLES:
        known = store.parts("calls") if table in PART_TABLES else store.parts(table)
        for part in known:
            path = store.path(table, f"part-{part}.parquet")
            try:
                with store.files.open(path, "rb") as file:
                    pq.read_table(file)
            except (OSError, pa.ArrowException):
                return path
    return None


def damage_of(store: Store, path: str) -> ResultsError:
    """Return the error for a part that cannot be read, with what to delete."""
    first = path if "/rejected/" in path else store.path("calls", path.rsplit("/", 1)[-1])
    return ResultsError(
        "this part of the results is damaged or missing",
        where=path,
        remedy=f"Delete {first} and score the same calls again: only those of the part are scored.",
    )


def read_header(store: Store) -> dict[str, Any] | None:
    """Return what ``dataset.json`` holds, or ``None`` where there is none.

    Raises:
        ResultsError: it is damaged, or written by a newer coach.
    """
    data = store.read(HEADER)
    if data is None:
        return None
    where = store.path(HEADER)
    try:
        header = orjson.loads(data)
        version = int(header["schema"])
        rules = header["rules"]
    except (ValueError, KeyError, TypeError) as error:
        raise ResultsError(
            "this is not the dataset.json of a results folder",
            where=where,
            remedy="Delete it and score the calls again into the same folder.",
        ) from error
    if version > SCHEMA_VERSION or not isinstance(rules, dict):
        raise ResultsError(
            f"these results are of schema {version}; this coach reads up to schema {SCHEMA_VERSION}",
            where=where,
            remedy="Update call-coach, or score the calls into a new folder.",
        )
    return dict(header)


def write_header(store: Store, header: Mapping[str, Any]) -> None:
    """Write ``dataset.json``, unless it says the same already."""
    data = orjson.dumps(dict(header), option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n"
    if store.read(HEADER) != data:
        store.write(data, HEADER)


def _protocols(files: Any) -> tuple[str, ...]:
    return (files.protocol,) if isinstance(files.protocol, str) else tuple(files.protocol)
