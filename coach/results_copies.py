"""Parts of results that lie elsewhere, copied here once while they are asked about."""

from __future__ import annotations

import io
import os
import tempfile
import threading
from datetime import datetime, timezone
from typing import Any

from fsspec import AbstractFileSystem

from coach.errors import ResultsError
from coach.results_parts import Store

# A query opens every part several times. A request each is slow and is paid for, so parts are copied, as
# many at a time as keep a connection busy.
AT_A_TIME = 64
# A part is named after what is in it, so it never changes.
UNCHANGED = datetime(2000, 1, 1, tzinfo=timezone.utc)


class _Copy(io.FileIO):
    """A file that closes without a word when nobody holds it: DuckDB lets go of files, and closes none.

    Every thread has a place of its own in it: those of DuckDB share a file, and each goes to a place and then reads,
    in two steps between which another may come.
    """

    def __init__(self, path: str, mode: str) -> None:
        super().__init__(path, mode)
        # By the number of the thread: DuckDB's threads keep nothing in `threading.local` from one step to the next.
        self._places: dict[int, int] = {}
        self._lock = threading.Lock()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place in the file, and return it."""
        with self._lock:
            super().seek(self._places.get(threading.get_ident(), 0))
            place = super().seek(offset, whence)
        self._places[threading.get_ident()] = place
        return place

    def tell(self) -> int:
        """Return the place in the file."""
        return self._places.get(threading.get_ident(), 0)

    def read(self, size: int | None = -1) -> bytes:
        """Return up to ``size`` bytes from the place on, all for -1."""
        place = self.tell()
        with self._lock:
            super().seek(place)
            data = super().read(size) or b""
        self._places[threading.get_ident()] = place + len(data)
        return data

    def __del__(self) -> None:
        self.close()


class LocalCopies(AbstractFileSystem):  # type: ignore[misc]
    """What DuckDB reads the parts of ``store`` through: a table is copied when a query first asks for it.

    The copies lie in a temporary folder (of ``TMPDIR``, where that is set) until ``close``.
    """

    cachable = False

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.protocol = store.files.protocol
        self._store = store
        self._folder = tempfile.TemporaryDirectory(prefix="coach-results-", ignore_cleanup_errors=True)
        self._lock = threading.Lock()
        self._listed: dict[str, list[str]] = {}

    def close(self) -> None:
        """Remove the copies."""
        self._folder.cleanup()

    def unstrip_protocol(self, name: str) -> str:
        """Return the path ``name`` as an address."""
        return str(self._store.files.unstrip_protocol(name))

    def glob(self, path: str, **options: Any) -> list[str]:
        """Return ``path``: parts are named one by one, and were listed just before."""
        return [self._path(path)]

    def info(self, path: str, **options: Any) -> dict[str, Any]:
        """Return the size of a part."""
        return {"name": path, "type": "file", "size": os.path.getsize(self._copy(path))}

    def modified(self, path: str) -> datetime:
        """Return when a part was changed: never."""
        return UNCHANGED

    def open(self, path: str, mode: str = "rb", **options: Any) -> Any:
        """Open the copy of a part.

        Raises:
            OSError: it cannot be copied.
        """
        return _Copy(self._copy(path), mode)

    def _path(self, path: str) -> str:
        return str(self._store.files._strip_protocol(path))

    def _copy(self, path: str) -> str:
        """Return the path of the copy of a file; the parts that come after a part are copied with it."""
        table, _, name = self._path(path).removeprefix(f"{self._store.root}/").rpartition("/")
        copy = os.path.join(self._folder.name, table, name)
        with self._lock:
            if not os.path.exists(copy):
                try:
                    self._fetch(table, name)
                except ResultsError as error:
                    raise OSError(f"{error.what}. {error.remedy}") from error
        return copy

    def _fetch(self, table: str, name: str) -> None:
        if table and table not in self._listed:
            self._listed[table] = [f"part-{part}.parquet" for part in self._store.parts(table)]
        listed = self._listed.get(table, [])
        first = listed.index(name) if name in listed else 0
        try:
            self._get(table, listed[first : first + AT_A_TIME] if name in listed else [name])
        except Exception:  # One of them is missing; that concerns only whoever asks for that one.
            self._get(table, [name])

    def _get(self, table: str, names: list[str]) -> None:
        """Copy files of one folder, each whole or not at all."""
        with tempfile.TemporaryDirectory(dir=self._folder.name) as waiting:
            copies = [os.path.join(waiting, name) for name in names]
            with self._store.reached(table):
                self._store.files.get([self._store.path(*filter(None, (table, name))) for name in names], copies)
            os.makedirs(os.path.join(self._folder.name, table), exist_ok=True)
            for copy, name in zip(copies, names, strict=True):
                os.replace(copy, os.path.join(self._folder.name, table, name))
