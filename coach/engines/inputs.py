"""Which inputs are as they were when all their calls were scored, so that they need not even be opened.

A finished run leaves ``inputs.parquet`` in the dataset: what told each input (for a file its size and its times of
change, for an object its tag), the calls that came of it, and what could not be read of it. An input is known in a
later run if it is told by the same, is read in the same way, and all its calls have marks by the rules at hand in
the very revision that was noted. Whatever is not known is read, and each call is then looked up by its content; so it
is always safe to delete the file.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from coach import __version__
from coach.digest import digest
from coach.engines.batches import Summary
from coach.engines.ledger import Ledger
from coach.readers.addresses import is_address
from coach.readers.identity import identity_of
from coach.readers.options import ReadOptions
from coach.readers.passed import Passed, Recalled
from coach.readers.paths import Found
from coach.readers.registry import plugins
from coach.readers.rejected import Rejected
from coach.readers.stream import Stream
from coach.results import Dataset
from coach.results_parts import HEADER, Store
from coach.results_schema import table_of

NAME = "inputs.parquet"
REJECTED_FIELDS = ("source", "place", "cause", "remedy")
INPUTS = pa.schema(
    [("path", pa.string()), ("identity", pa.string()), ("key", pa.string()), ("revision", pa.int32())]
    + [(name, pa.string()) for name in REJECTED_FIELDS]
)
ASKED = pa.schema([("number", pa.int32()), ("path", pa.string()), ("identity", pa.string())])
ROWS_AT_A_TIME = 20_000
# A file that changed just before it was looked at may change again without its time showing it: file systems count time
# in steps of a few milliseconds, some in seconds (nanoseconds).
STEP = 100_000_000
COARSE_STEP = 2_000_000_000
SECOND = 1_000_000_000

MET = """
CREATE TABLE met AS
SELECT number, key, revision, source, place, cause, remedy, file_row_number AS line
FROM read_parquet($file, file_row_number = true) JOIN asked USING (path, identity)
"""
KNOWN = """
CREATE TABLE known AS
SELECT met.number FROM met LEFT JOIN calls
  ON calls.key = met.key AND calls.revision = met.revision AND calls.rules_hash = $rules
GROUP BY met.number HAVING bool_and(met.key IS NULL OR calls.key IS NOT NULL)
"""
SUMS = """
SELECT count(*) AS calls, coalesce(sum((roles_how = 'unknown')::INT), 0) AS waiting, count(score) AS marked,
  coalesce(fsum(score), 0) AS total,
  (SELECT count(key) FROM met SEMI JOIN known USING (number)) AS places
FROM calls SEMI JOIN (FROM met SEMI JOIN known USING (number)) USING (key)
"""
KEYS = "SELECT DISTINCT key FROM met SEMI JOIN known USING (number) WHERE key IS NOT NULL"
IDS = """
SELECT number, call_id FROM (FROM met SEMI JOIN known USING (number)) JOIN calls USING (key) ORDER BY number
"""
NOT_READ = """
SELECT number, source, place, cause, remedy FROM met SEMI JOIN known USING (number) WHERE key IS NULL ORDER BY line
"""
KEPT = """
CREATE TABLE kept AS SELECT path, identity, key, revision, source, place, cause, remedy
FROM read_parquet($file, file_row_number = true) ANTI JOIN replaced USING (path) ORDER BY file_row_number
"""


class InputMemory:
    """Knows the inputs of earlier runs into the dataset at ``address``; a ``coach.readers.passed.Memory``.

    Args:
        address: the dataset.
        reading: what stands for the way in which inputs are read, ``""`` where nothing does: then nothing is known.
    """

    def __init__(self, address: str, reading: str) -> None:
        self.summary = Summary()
        self._store = Store(address)
        self._reading = reading
        self._rules = ""
        self._dataset: Dataset | None = None
        self._known: set[int] = set()
        self._rejected: dict[int, list[Rejected]] = {}
        self._ids: Iterator[tuple[int, Iterator[dict[str, Any]]]] | None = None
        self._group: tuple[float, Iterator[dict[str, Any]]] = (-1, iter(()))
        self._told_by = ""

    def trust(self, rules_hash: str) -> None:
        """Know inputs whose calls have marks by these rules; without this nothing is known."""
        self._rules = rules_hash

    @property
    def is_there(self) -> bool:
        """Whether an earlier run left what it knew."""
        return bool(self._reading) and self._store.has(NAME)

    @property
    def notes(self) -> bool:
        """Whether ``keep`` will have anything to write."""
        return bool(self._reading)

    def look_up(self, inputs: Sequence[Found]) -> None:
        """Find out which of ``inputs`` are known, and what their calls come to: ``summary``."""
        if not (self._rules and self._reading and self._store.has(HEADER) and self._store.has(NAME)):
            return
        self._dataset = Dataset.open(self._store.address)
        try:
            self._look_up(self._dataset, inputs)
        except duckdb.Error:
            # The file is damaged, or was made by another version. Nothing depends on it.
            self._known.clear()
            self._rejected.clear()
        if len(self._known) in (0, len(inputs)):
            # Nobody will ask for more.
            self.close()

    def is_known(self, number: int) -> bool:
        """Tell whether the input need not be read."""
        return number in self._known

    def recall(self, number: int) -> Recalled:
        """Return what is known of an input."""
        return Recalled(self._ids_of(number), self._rejected.get(number, ()))

    def keys(self) -> Iterator[str]:
        """Yield the keys of the calls of known inputs, where other inputs are read."""
        if self._dataset is not None:
            yield from (row["key"] for row in self._dataset.rows(KEYS))

    def opens(self, item: Found) -> None:
        """Note by what ``item`` is to be told, before it is read."""
        told_by = self._identity(item)
        self._told_by = "" if told_by is None or _may_change_unseen(item) else told_by

    def opened(self, stream: Stream) -> None:
        """Hear that an input is open."""

    def note(self, ledger: Ledger, passed: Passed) -> None:
        """Note in ``ledger`` that an input came to its end, for ``keep``."""
        if passed.is_recalled:
            return
        if passed.stands_alone and self._told_by:
            ledger.end_input(_place(passed.item), self._told_by)
        else:
            ledger.end_input("", "")

    def keep(self, ledger: Ledger) -> None:
        """Write into the dataset which inputs are known now, once all parts are in place.

        Raises:
            ResultsError: it cannot be written.
        """
        paths = pa.table({"path": pa.array(ledger.paths(), pa.string())})
        if not len(paths):
            return
        sink = pa.BufferOutputStream()
        with pq.ParquetWriter(sink, INPUTS, compression="zstd") as writer:
            rows = chain(self._others(paths), ledger.came())
            while some := list(islice(rows, ROWS_AT_A_TIME)):
                writer.write_table(table_of(some, INPUTS))
        self._store.write(bytes(sink.getvalue()), NAME)

    def close(self) -> None:
        """Let go of the dataset."""
        if self._dataset is not None:
            self._dataset.close()
            self._dataset = None

    def _look_up(self, dataset: Dataset, inputs: Sequence[Found]) -> None:
        asked: dict[str, tuple[int, str]] = {}
        for number, item in enumerate(inputs):
            if told_by := self._identity(item):
                asked.setdefault(_place(item), (number, told_by))
        rows = [(number, path, told_by) for path, (number, told_by) in asked.items()]
        dataset.keep("asked", table_of(rows, ASKED))
        dataset.run(MET, {"file": self._store.url(NAME)})
        dataset.run(KNOWN, {"rules": self._rules})
        self._known = {row["number"] for row in dataset.rows("FROM known")}
        for row in dataset.rows(NOT_READ):
            self._rejected.setdefault(row.pop("number"), []).append(Rejected(**row))
        (sums,) = dataset.rows(SUMS)
        self.summary = Summary(
            unchanged=sums["calls"],
            repeated=sums["places"] - sums["calls"],
            waiting=sums["waiting"],
            marked=sums["marked"],
            total=sums["total"],
        )

    def _ids_of(self, number: int) -> Iterator[str]:
        if self._dataset is None:
            return iter(())
        if self._ids is None:
            self._ids = groupby(self._dataset.rows(IDS), key=itemgetter("number"))
        while self._group[0] < number:
            self._group = next(self._ids, (math.inf, iter(())))
        return (row["call_id"] for row in self._group[1]) if self._group[0] == number else iter(())

    def _identity(self, item: Found) -> str | None:
        """Return what tells ``item`` from what it may become; ``None`` where nothing does."""
        # The name of a file need not be valid Unicode, and then cannot be noted.
        identity = identity_of(item) if self._reading and _is_unicode(item.path) else None
        if identity is None:
            return None
        if not is_address(item.path):
            # What was put in its place with the time of the old one shows in the time of that.
            with suppress(OSError):
                identity = f"{identity}-{os.stat(item.path).st_ctime_ns}"
        return f"{identity} {item.sure:d}{item.is_named:d} {self._reading}"

    def _others(self, paths: pa.Table) -> Iterator[tuple[Any, ...]]:
        """Yield what the file holds of inputs that are not at ``paths``, but somewhere still."""
        if not self._store.has(NAME):
            return
        with Dataset.open(self._store.address) as dataset:
            dataset.keep("replaced", paths)
            try:
                dataset.run(KEPT, {"file": self._store.url(NAME)})
            except duckdb.Error:
                return
            for path, rows in groupby(dataset.rows("FROM kept"), key=itemgetter("path")):
                if is_address(path) or os.path.exists(path):
                    yield from (tuple(row.values()) for row in rows)


def way_of_reading(options: ReadOptions) -> str:
    """Return what changes whenever inputs may be read otherwise, ``""`` where nothing can tell.

    That is so of files that the user names beside the transcripts: they may change without the transcripts doing so.
    """
    if options.companions:
        return ""
    given = [options.agent_labels, options.agent_channel, dict(options.columns), options.encoding, options.max_bytes]
    mapping = options.mapping.model_dump(mode="json") if options.mapping else None
    others = [(entry.name, entry.value, entry.dist.version if entry.dist else "") for entry in plugins()]
    return digest([__version__, given, mapping, options.roster, others])


def _place(item: Found) -> str:
    return item.path if is_address(item.path) else os.path.abspath(item.path)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _may_change_unseen(item: Found) -> bool:
    """Tell whether a file changed so lately that it may change once more without its times showing it."""
    if is_address(item.path):
        return False
    try:
        stat = os.stat(item.path)
    except OSError:
        return True
    # On Windows the one is the time at which it was made.
    changed = stat.st_mtime_ns if os.name == "nt" else stat.st_ctime_ns
    return time.time_ns() - changed < (STEP if changed % SECOND else COARSE_STEP)
