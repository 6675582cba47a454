"""Merging the parts of a results dataset into fewer, larger ones, without the marks that later ones replaced.

At every moment readers see each call once, with its last marks. A new part is written beside those that it stands for,
its ``calls`` last: from then on each of its calls is there twice with the same marks, and readers take one of the two.
Only then the old parts go, ``calls`` first. So it may be killed at any moment; the next time finishes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from coach.digest import digest
from coach.results import Dataset
from coach.results_lock import writing
from coach.results_parts import Store, damage_of
from coach.results_schema import ADDED, PART_TABLES, SCHEMA_VERSION, stored

# Of so many calls a part is read at listing speed, and a damaged one costs little to score again.
CALLS_IN_A_PART = 20_000
# Fewer files than these are read in no time; of a smaller share of marks nobody sees the size. Our own choice.
MANY_PARTS = 50
MUCH = 0.1
# What is held in memory at once, in bytes as unpacked, becomes one row group.
ROW_GROUP_BYTES = 32 * 1024 * 1024
ROWS_AT_A_TIME = 4096

PARTS = """
SELECT part, count(*) AS rows, count(*) FILTER (stale.key IS NOT NULL) AS replaced
FROM all_calls LEFT JOIN stale USING (key, part) GROUP BY part ORDER BY part
"""
REPLACED = "SELECT part, key FROM stale WHERE part = ANY($parts)"


class Part(NamedTuple):
    """A part, how many calls it holds, and of how many of them later marks are in another part."""

    part: str
    rows: int
    replaced: int


class Compacted(NamedTuple):
    """How merging went: parts and bytes before and after, and how many marks were dropped because others replaced them.

    Nothing was done where the parts are as many as before and none was dropped.
    """

    parts_before: int
    parts_after: int
    bytes_before: int
    bytes_after: int
    dropped: int


def compact(address: str, on_progress: Callable[[int, int], object] = lambda done, total: None) -> Compacted:
    """Merge the small parts of the dataset at ``address``, and drop the marks that were replaced.

    ``on_progress`` is given how many parts are done, and of how many.

    Raises:
        ResultsError: there are no results, a part is damaged, a run writes into them, or there is no room. What was
            there before is still there.
    """
    store = Store(address)
    with Dataset.open(address):
        pass
    with writing(store), Dataset.open(address) as dataset:
        parts = parts_of(dataset)
        before = bytes_in(store)
        groups = list(groups_of(parts))
        total = sum(map(len, groups))
        done = dropped = 0
        new: set[str] = {part.part for part in parts}
        for group in groups:
            on_progress(done, total)
            replaced: dict[str, list[str]] = {}
            for row in dataset.rows(REPLACED, {"parts": [part.part for part in group]}):
                replaced.setdefault(row["part"], []).append(row["key"])
            new.update(_merge(store, group, replaced))
            new.difference_update(part.part for part in group)
            done += len(group)
            dropped += sum(part.replaced for part in group)
        on_progress(done, total)
        _clear_up(store)
    return Compacted(len(parts), len(new), before, bytes_in(store), dropped)


def parts_of(dataset: Dataset) -> list[Part]:
    """Return the parts of a dataset, in the order of their names."""
    return [Part(**row) for row in dataset.rows(PARTS)]


def bytes_in(store: Store) -> int:
    """Return how many bytes the parts of a dataset take."""
    return sum(store.sizes(table) for table in PART_TABLES)


def groups_of(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Yield the parts that are to become one part each: small ones, and those of which something was replaced."""
    to_do = [part for part in parts if part.replaced or part.rows < CALLS_IN_A_PART // 2]
    if len(to_do) == 1 and not to_do[0].replaced:
        return
    group: list[Part] = []
    rows = 0
    for part in to_do:
        left = part.rows - part.replaced
        if group and rows + left > CALLS_IN_A_PART:
            yield group
            group, rows = [], 0
        group.append(part)
        rows += left
    if group:
        yield group


def is_worth_it(parts: Sequence[Part]) -> bool:
    """Tell whether merging ``parts`` makes reading faster or the folder smaller by enough to be noticed."""
    groups = list(groups_of(parts))
    saved = sum(map(len, groups)) - len(groups)
    replaced = sum(part.replaced for part in parts)
    return saved >= MANY_PARTS or replaced > MUCH * sum(part.rows for part in parts)


def _merge(store: Store, group: Sequence[Part], replaced: dict[str, list[str]]) -> list[str]:
    """Write the part that stands for ``group``, take the old ones away, and return its name if anything is left."""
    made: list[str] = []
    if any(part.rows > part.replaced for part in group):
        name = digest(["compact", SCHEMA_VERSION, [(part.part, sorted(replaced.get(part.part, ()))) for part in group]])
        for table, schema in PART_TABLES.items():
            with store.writing(table, f"part-{name}.parquet") as file:
                _write(store, file, table, stored(schema), name, group, replaced)
        made.append(name)
    for table in reversed(PART_TABLES):
        for part in group:
            store.remove(table, f"part-{part.part}.parquet")
    return made


def _write(
    store: Store,
    file: Any,
    table: str,
    schema: pa.Schema,
    name: str,
    group: Sequence[Part],
    replaced: dict[str, list[str]],
) -> None:
    held: list[pa.RecordBatch] = []
    size = 0
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for part in group:
            gone = pa.array(replaced.get(part.part, ()), pa.string())
            for batch in _rows(store, table, part.part):
                left = batch.filter(pc.invert(pc.is_in(batch.column("key"), value_set=gone))) if len(gone) else batch
                held.append(_renamed(left, schema, name))
                size += left.nbytes
                if size >= ROW_GROUP_BYTES:
                    writer.write_table(pa.Table.from_batches(held, schema))
                    held, size = [], 0
        if held:
            writer.write_table(pa.Table.from_batches(held, schema))


def _rows(store: Store, table: str, part: str) -> Iterator[pa.RecordBatch]:
    path = store.path(table, f"part-{part}.parquet")
    try:
        with store.files.open(path, "rb") as file, pq.ParquetFile(file) as parquet:
            yield from parquet.iter_batches(ROWS_AT_A_TIME)
    except (OSError, pa.ArrowException) as error:
        raise damage_of(store, path) from error


def _renamed(batch: pa.RecordBatch, schema: pa.Schema, name: str) -> pa.RecordBatch:
    """Return ``batch`` as part of the part ``name``, with the columns that parts of an earlier schema lack."""
    there = set(batch.schema.names)
    columns = []
    for field in schema:
        if field.name == "part":
            columns.append(pa.array([name] * len(batch), field.type))
        elif field.name in there:
            columns.append(batch.column(field.name))
        else:
            columns.append(pa.array([ADDED[field.name]] * len(batch), field.type))
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _clear_up(store: Store) -> None:
    """Remove what killed runs left and nothing counts: findings and turns without calls, half-written files."""
    known = set(store.parts("calls"))
    for table in PART_TABLES:
        for part in set(store.parts(table)) - known:
            store.remove(table, f"part-{part}.parquet")
    store.sweep(half_written=True)
