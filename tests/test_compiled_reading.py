"""What is read as ``coach/_reading.c`` reads it, against the Python that it stands for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coach import native, tongue
from coach.call import Turn
from coach.readers import native as native_reader
from coach.readers import native_odd
from coach.readers.native import plain_turns, turns_of
from coach.readers.native_odd import stand_once
from coach.readers.times import LATEST
from coach.tongue import small_words

TIMES = st.sampled_from([0, 0.0, -0.0, 1, 1.5, 2.5, LATEST, int(LATEST), LATEST + 1, -1, -0.5, 2**70, -(2**70)])
NUMBERS: st.SearchStrategy[Any] = st.none() | st.booleans() | st.integers()
ODD: st.SearchStrategy[Any] = NUMBERS | st.lists(st.integers(), max_size=1) | st.just({})
TEXTS = st.text(max_size=6)
USUAL = st.fixed_dictionaries(
    {"text": TEXTS},
    optional={
        "role": st.sampled_from(["agent", "customer", "other", "agent", "Agent", "unknown", ""]) | st.none(),
        "speaker": TEXTS | st.none(),
        "start": TIMES | st.none(),
        "end": TIMES | st.none(),
        "note": ODD,
    },
)
ANY = st.fixed_dictionaries(
    {},
    optional={
        "text": TEXTS | ODD,
        "role": st.sampled_from(["agent", "customer"]) | ODD,
        "speaker": TEXTS | ODD,
        "start": TIMES | ODD | TEXTS,
        "end": TIMES | ODD | TEXTS,
        "words": st.just([{"text": "a", "start": 0.0, "end": 1.0}]) | ODD,
        "parts": ODD,
    },
)
ROWS = st.lists(USUAL, max_size=4) | st.lists(USUAL | ANY | ODD, max_size=3)
KEYS = st.sampled_from(
    [b'"text"', b'"role"', b'"call_id"', b'text"', b'role"', b'call_id"', b'"', b'\\"', b": 1", b"\0", b"te"]
)
ENGLISH = st.sampled_from(
    ["the", "The", "you", "I'm", "is", "isn't", "zebra", "the\0", "a" * 15, "a" * 16, "σς", "İs", "the’", ""]
)
BLANKS = st.sampled_from([" ", "  ", "\n", "\t", "\x1c", "\x85", "\xa0", "\u2003", "\0", "", "-", "\x0b"])

compiled_only = pytest.mark.skipif(native_reader.COMPILED is None, reason="coach was installed without a compiler")


def in_python(module: Any, make: Callable[[], Any]) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "COMPILED", None)
        return make()


@pytest.mark.skipif(
    shutil.which("cc") is None or bool(os.environ.get(native.PLAIN)), reason="there is no C compiler here, or no wish"
)
def test_what_reads_was_built_where_there_is_a_compiler() -> None:
    assert native_reader.COMPILED is not None


@compiled_only
@given(rows=ROWS)
@example(rows=[{"role": "agent", "text": "a", "start": 1.0, "end": 2.0, "speaker": "A"}])
@example(rows=[{"role": "agent", "text": "a", "end": 2.0}])
def test_turns_made_in_c_are_those_made_in_python(rows: list[Any]) -> None:
    rows = orjson.loads(orjson.dumps(rows)) if _fits(rows) else rows
    made, plain = turns_of(rows), in_python(native_reader, lambda: turns_of(rows))
    assert repr(made) == repr(plain)
    assert all(type(turn) is Turn for turn in made or ())


@compiled_only
@given(rows=ROWS)
def test_turns_without_words_and_parts_need_no_python(rows: list[Any]) -> None:
    compiled: Any = native_reader.COMPILED
    made = compiled.turns_of(rows, Turn, native_reader.GIVEN, LATEST)
    if all(isinstance(row, dict) and not {"words", "parts"} & row.keys() for row in rows):
        assert repr(made) == repr(plain_turns(rows))
    elif made is not None:
        pytest.fail("a row with words or parts was not left to Python")


@compiled_only
@given(raw=st.lists(KEYS, max_size=12).map(b"".join), most=st.tuples(*[st.integers(0, 3)] * 3))
def test_keys_stand_once_in_c_as_they_do_in_python(raw: bytes, most: tuple[int, int, int]) -> None:
    assert stand_once(raw, *most) is in_python(native_odd, lambda: stand_once(raw, *most))


@compiled_only
@given(texts=st.lists(st.lists(ENGLISH | BLANKS, max_size=8).map("".join) | st.text(max_size=9), max_size=4))
def test_small_words_are_counted_in_c_as_in_python(texts: list[str]) -> None:
    assert small_words(texts) == in_python(tongue, lambda: small_words(texts))


@compiled_only
def test_every_small_word_of_english_is_found() -> None:
    english = sorted(tongue.languages().english)
    assert small_words([" ".join(english).upper()]) == (len(english), len(english))
    assert tongue._table(tongue.COMPILED) is not None


@compiled_only
def test_words_too_long_for_the_table_are_counted_in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    lists = tongue.languages()._replace(english=frozenset(("x" * 16, "the")))
    monkeypatch.setattr(tongue, "languages", lambda: lists)
    tongue._table.cache_clear()
    try:
        assert small_words(["the " + "x" * 16, "of it"]) == (4, 2)
    finally:
        tongue._table.cache_clear()


def _fits(rows: list[Any]) -> bool:
    try:
        orjson.dumps(rows)
    except TypeError:
        return False
    return True
