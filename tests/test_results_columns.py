"""Columns made in C are those made in Python, whatever is in the rows; and so are the counts and the JSON in them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach import native, results_columns, talk
from coach.results_columns import Columns, moments_json, repeated
from coach.results_schema import QUOTE
from coach.scored import Evidence, Quoted
from coach.talk import words_spoken

TYPES = (pa.string(), None, pa.int32(), pa.float64(), pa.list_(pa.int32()), pa.list_(QUOTE))
WHOLE = st.integers(-(2**31), 2**31 - 1)
PLACES = st.integers(0, 2**31 - 1)
TEXTS = st.text(max_size=8) | st.text(st.sampled_from('"\\/\b\f\n\r\t\x00\x1f\x7f é€😀'), max_size=8)
QUOTES = st.builds(Evidence, PLACES, PLACES, PLACES, TEXTS)
ROWS = st.tuples(
    st.none() | TEXTS,
    st.just(object()),
    st.none() | WHOLE,
    st.none() | st.floats(allow_nan=False),
    st.none() | st.lists(WHOLE, max_size=3).map(tuple),
    st.lists(QUOTES, max_size=3).map(tuple),
)
PIECES = [
    "a",
    "Zed",
    "7",
    "x",
    "xxx",
    "XxX",
    " ",
    "\n",
    "\t",
    "\x1c",
    "'",
    "_",
    "-",
    ".",
    "[name]",
    "[",
    "]",
    "<",
    "%",
    "é",
    "\u2003",
]

compiled_only = pytest.mark.skipif(results_columns.COMPILED is None, reason="coach was installed without a compiler")


def in_python(make: Callable[[], Any]) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(results_columns, "COMPILED", None)
        patch.setattr(talk, "COMPILED", None)
        return make()


@pytest.mark.skipif(
    shutil.which("cc") is None or bool(os.environ.get(native.PLAIN)), reason="there is no C compiler here, or no wish"
)
def test_the_compiled_columns_were_built_where_there_is_a_compiler() -> None:
    assert results_columns.COMPILED is not None


@compiled_only
@given(rows=st.lists(ROWS, max_size=20))
def test_compiled_columns_are_those_of_python(rows: list[tuple[Any, ...]]) -> None:
    columns = Columns(TYPES)
    made, plain = columns.of(rows), in_python(lambda: columns.of(rows))
    assert [column.type for column in made] == [kind for kind in TYPES if kind is not None]
    for one, other in zip(made, plain, strict=True):
        one.validate(full=True)
        assert one.equals(other)
        assert one.to_pylist() == other.to_pylist()


@pytest.mark.parametrize(
    ("kind", "value"),
    [(pa.int32(), 2.0), (pa.float64(), 3), (pa.list_(pa.int32()), [1, 2]), (pa.list_(QUOTE), [])],
    ids=str,
)
def test_what_the_compiled_columns_do_not_take_python_does(kind: pa.DataType, value: Any) -> None:
    (column,) = Columns([kind]).of([(value,)])
    assert column.type == kind
    assert column.to_pylist() == [value]


@pytest.mark.parametrize(
    ("kind", "value"),
    [(pa.int32(), 2**31), (pa.int32(), -(2**70)), (pa.string(), "\ud800"), (pa.string(), 5), (pa.float64(), "1")],
    ids=repr,
)
def test_a_value_that_is_not_of_the_type_is_an_error(kind: pa.DataType, value: Any) -> None:
    with pytest.raises((TypeError, ValueError, OverflowError)):
        Columns([kind]).of([(value,)])


BROKEN_ROWS = [[()], [5], [("a",), None], ["a"], [(b"a",)], [[]], [(object(),)]]
BROKEN_MOMENTS = [
    {"m": 5},
    {"m": [1]},
    {"m": (5,)},
    {"m": ((),)},
    {"m": ((0, 1, 2, "a"),)},
    {"m": ((0, 1, "2"),)},
    {"m": ((0, 1, -2),)},
    {"m": ((0, -1, 2),)},
    {"m": ((-1, 1, 2),)},
    {"m": ((0, 1, 2**70),)},
    {"m": ((1, 0, 1),)},
    {5: ()},
    {"a": (), 5: ()},
    [],
    None,
]


@compiled_only
def test_the_compiled_part_takes_nothing_else_than_it_says() -> None:
    part = results_columns.COMPILED
    assert part is not None
    odd = (TypeError, ValueError, OverflowError, IndexError)
    for rows in BROKEN_ROWS:
        for kind in "sidlr":
            with pytest.raises(odd):
                part.columns(rows, kind)
    for moments in BROKEN_MOMENTS:
        with pytest.raises(odd):
            part.moments_json(moments, ["one"])
    for call in (
        lambda: part.moments_json({"m": ((0, 0, 1),)}, [b"one"]),
        lambda: part.moments_json({}, ("one",)),
        lambda: part.columns((), "s"),
        lambda: part.columns([("a",)], "x"),
        lambda: part.columns([("a",)], "ss"),
        lambda: part.repeated(["a"], []),
        lambda: part.repeated(["a"], ["b"]),
        lambda: part.repeated([5], [1]),
        lambda: part.words_of([5], len),
        lambda: part.words_of(["["], lambda text: None),
        lambda: part.words_of(("a",), len),
    ):
        with pytest.raises(odd):
            call()


@given(values=st.lists(st.tuples(st.none() | TEXTS, st.integers(0, 12)), max_size=8))
def test_texts_are_repeated_as_often_as_they_are_counted(values: list[tuple[str | None, int]]) -> None:
    texts, counts = [text for text, _ in values], [count for _, count in values]
    column = repeated(texts, counts)
    column.validate(full=True)
    assert column.to_pylist() == [text for text, count in values for _ in range(count)]
    assert column.equals(in_python(lambda: repeated(texts, counts)))


STANDS = st.tuples(st.integers(0, 2), st.integers(0, 12), st.integers(0, 12))


@compiled_only
@given(
    places=st.dictionaries(TEXTS, st.lists(STANDS, max_size=3).map(tuple), max_size=4),
    said=st.lists(TEXTS, min_size=3, max_size=3),
)
def test_compiled_json_is_that_of_python(places: dict[str, tuple[tuple[int, int, int], ...]], said: list[str]) -> None:
    quoted = Quoted(places, said)
    assert moments_json(quoted) == moments_json(dict(quoted)) == in_python(lambda: moments_json(quoted))


def test_text_that_is_no_unicode_is_an_error_in_json() -> None:
    with pytest.raises((TypeError, ValueError)):
        moments_json({"m": (Evidence(0, 0, 1, "\ud800"),)})
    with pytest.raises((TypeError, ValueError)):
        moments_json(Quoted({"m": ((0, 0, 1),)}, ["\ud800"]))


@compiled_only
@given(texts=st.lists(st.lists(st.sampled_from(PIECES), max_size=8).map("".join) | st.text(max_size=5), max_size=3))
def test_compiled_words_are_counted_as_in_python(texts: list[str]) -> None:
    assert words_spoken(texts) == in_python(lambda: words_spoken(texts))


@compiled_only
@pytest.mark.parametrize("length", [79, 80, 81])
@pytest.mark.parametrize("filler", ["a", "é", "["])
def test_long_marks_are_removed_alike(length: int, filler: str) -> None:
    texts = [f"so [{filler * length}] yes [name]d"]
    assert words_spoken(texts) == in_python(lambda: words_spoken(texts))
