"""Columns for Arrow, made of rows of named tuples; and the JSON in one of them.

``coach/_columns.c`` does the same many times as fast; it is used where it was built when coach was installed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, chain
from typing import Any

import orjson
import pyarrow as pa

from coach import native
from coach.scored import Evidence, Quoted

COMPILED = native.load("_columns")
# What a column holds, as the compiled part is told it.
LETTERS = {pa.string(): "s", pa.int32(): "i", pa.float64(): "d", pa.list_(pa.int32()): "l"}
ROWS, LEFT_OUT = "r", "-"
# What it does not take: Python finds out whether it is wrong, and says so.
ODD = (TypeError, ValueError, OverflowError)


class Columns:
    """Makes the columns of rows.

    ``types``: the type of each value of a row, ``None`` for one that is left out: text, whole numbers (32 bits) or
    fractions, each or ``None``; a tuple of whole numbers, or ``None``; or a tuple of rows (a list of structs).
    """

    def __init__(self, types: Sequence[pa.DataType | None]) -> None:
        self._types = types
        self._kinds = "".join(map(_letter, types))
        self._inner = [_StructColumns(kind) if kind is not None and _is_rows(kind) else None for kind in types]

    def of(self, rows: list[Any]) -> list[pa.Array]:
        """Return the columns of ``rows``, without those left out.

        Raises:
            TypeError, ValueError, OverflowError: a value is not of its column's type.
        """
        if COMPILED is not None:
            try:
                made = iter(COMPILED.columns(rows, self._kinds))
            except ODD:
                return self._plain(rows)
            wanted = zip(self._types, self._inner, strict=True)
            return [_array(kind, inner, len(rows), *next(made)) for kind, inner in wanted if kind is not None]
        return self._plain(rows)

    def _plain(self, rows: Sequence[Any]) -> list[pa.Array]:
        values = list(zip(*rows, strict=True)) or [()] * len(self._types)
        wanted = zip(values, self._types, self._inner, strict=True)
        return [
            pa.array(column, kind) if inner is None else _lists(column, inner)
            for column, kind, inner in wanted
            if kind is not None
        ]


def _lists(column: Sequence[Sequence[Any]], inner: _StructColumns) -> pa.ListArray:
    offsets = pa.array(accumulate(map(len, column), initial=0), pa.int32())
    return _lists_of(offsets, inner, list(chain.from_iterable(column)))


class _StructColumns(Columns):
    """Makes the columns of what are rows within rows."""

    def __init__(self, kind: pa.ListType) -> None:
        self.fields = list(kind.value_type)
        super().__init__([field.type for field in self.fields])


def repeated(texts: list[str | None], counts: list[int]) -> pa.Array:
    """Return a column with each of ``texts`` as often as its count says."""
    if COMPILED is not None:
        return _array(pa.string(), None, sum(counts), *COMPILED.repeated(texts, counts))
    places = [place for place, count in enumerate(counts) for _ in range(count)]
    return pa.array(texts, pa.string()).take(pa.array(places, pa.int32()))


def moments_json(moments: Mapping[str, Sequence[Evidence]]) -> str:
    """Return the quotes of each moment as JSON, all keys in the order of the alphabet."""
    if COMPILED is not None and isinstance(moments, Quoted):
        try:
            made: str = COMPILED.moments_json(moments.places, moments.texts)
        except ODD:
            return _plain_json(moments)
        return made
    return _plain_json(moments)


def _plain_json(moments: Mapping[str, Sequence[Evidence]]) -> str:
    # In the order in which keys are sorted: that spares half of the time of sorting.
    plain = {
        name: [{"end": end, "start": start, "text": text, "turn": turn} for turn, start, end, text in quotes]
        for name, quotes in moments.items()
    }
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS).decode()


def _letter(kind: pa.DataType | None) -> str:
    return LEFT_OUT if kind is None else ROWS if _is_rows(kind) else LETTERS[kind]


def _is_rows(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) and pa.types.is_struct(kind.value_type))


def _array(
    kind: pa.DataType,
    inner: _StructColumns | None,
    size: int,
    nulls: int,
    valid: bytes | None,
    offsets: bytes,
    data: Any,
) -> pa.Array:
    """Return the column of which the compiled part tells the buffers; where it holds rows, ``data`` has all of them."""
    if inner is not None:
        return _lists_of(pa.Array.from_buffers(pa.int32(), size + 1, [None, pa.py_buffer(offsets)]), inner, data)
    bits = None if valid is None else pa.py_buffer(valid)
    if pa.types.is_list(kind):
        whole = pa.Array.from_buffers(kind.value_type, len(data) // 4, [None, pa.py_buffer(data)])
        return pa.Array.from_buffers(kind, size, [bits, pa.py_buffer(offsets)], nulls, children=[whole])
    places = [pa.py_buffer(offsets)] if pa.types.is_string(kind) else []
    return pa.Array.from_buffers(kind, size, [bits, *places, pa.py_buffer(data)], nulls)


def _lists_of(offsets: pa.Array, inner: _StructColumns, rows: list[Any]) -> pa.ListArray:
    return pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(inner.of(rows), fields=inner.fields))
