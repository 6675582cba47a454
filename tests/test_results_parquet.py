"""Parts are written with care for each column, by its name; and hold the same bytes each time."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from coach.results_parquet import WAYS, parquet
from coach.results_schema import TABLES, stored


def an_empty_file(name: str) -> pq.ParquetFile:
    return pq.ParquetFile(pa.BufferReader(parquet(stored(TABLES[name]).empty_table(), name)))


@pytest.mark.parametrize("name", TABLES)
def test_columns_that_are_written_in_a_way_of_their_own_are_there(name: str) -> None:
    schema = an_empty_file(name).schema
    there = {schema.column(number).path for number in range(len(schema.names))}
    named = [column for option in WAYS[name].values() if not isinstance(option, str) for column in option]
    assert set(named) <= there
    assert len(named) > 0 or name == "rejected"


@pytest.mark.parametrize("name", TABLES)
def test_a_table_comes_back_and_makes_the_same_bytes_each_time(name: str) -> None:
    schema = stored(TABLES[name])
    table = pa.table([pa.nulls(3, field.type) for field in schema], schema)
    assert pq.read_table(pa.BufferReader(parquet(table, name))).equals(table)
    assert parquet(table, name) == parquet(table, name)


def test_readers_can_pass_over_parts_by_their_bounds() -> None:
    table = pa.table({"part": ["p", "p"]}, pa.schema([stored(TABLES["findings"]).field("part")]))
    nulls = [pa.nulls(2, field.type) for field in TABLES["findings"]]
    whole = pa.table([*nulls, table["part"]], stored(TABLES["findings"]))
    group = pq.ParquetFile(pa.BufferReader(parquet(whole, "findings"))).metadata.row_group(0)
    bounds = {group.column(n).path_in_schema: group.column(n).statistics for n in range(group.num_columns)}
    assert bounds["part"].max == "p"
    assert bounds["key"] is None
