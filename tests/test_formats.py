"""All formats together: one reader claims each sample, and no damage to it ends in anything but calls or errors.

The samples are those of ``tests/formats`` (ours), and the real ones where they are present.
"""

from __future__ import annotations

import gzip
import json
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
from format_cases import OWN
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_cases import SAMPLES, written
from test_readers_damage import JSON_VALUES, assert_sound, often, places

from coach.call import Call
from coach.readers import ReadOptions, read
from coach.readers.held import held
from coach.readers.registry import json_readers, readers
from coach.readers.source import opened

OWN_FILES = sorted(path for path in OWN.rglob("*") if path.is_file())
NOTES = ("SOURCE.txt", "README.md")
REAL_FILES = sorted(path for path in SAMPLES.glob("*/*") if path.name not in NOTES)
OWN_JSON = [path for path in OWN_FILES if path.suffix in (".json", ".jsonl")]


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def values_in(path: Path) -> list[Any]:
    """Return the JSON values of a file: one, or one a line."""
    content = path.read_bytes()
    try:
        return [orjson.loads(content)]
    except orjson.JSONDecodeError:
        return [orjson.loads(line) for line in content.splitlines() if line.strip()]


@pytest.mark.parametrize("path", [*OWN_FILES, *REAL_FILES], ids=name_of)
def test_one_reader_claims_each_sample(path: Path) -> None:
    with opened(str(path), ReadOptions()) as source:
        scores = sorted((reader.recognises(source, ReadOptions()) for reader in readers()), reverse=True)
    assert scores[0] > scores[1]


@pytest.mark.parametrize(
    "path", [path for path in (*OWN_FILES, *REAL_FILES) if path.suffix in (".json", ".jsonl")], ids=name_of
)
def test_one_shape_fits_each_json_value_of_a_sample(path: Path) -> None:
    values = values_in(path)
    for value in (*values, *(found.value for each in values for found in held(each, json_readers()))):
        scores = [shape.recognises_value(value) for shape in json_readers()]
        fitting = [shape.name for shape, score in zip(json_readers(), scores, strict=True) if score >= 1]
        assert len(fitting) < 2, fitting


@pytest.mark.parametrize("path", OWN_FILES, ids=name_of)
def test_what_a_sample_of_ours_is_read_as_is_the_name_of_its_folder(path: Path) -> None:
    items = list(read([str(path)]))
    formats = {item.format for item in items if isinstance(item, Call)}
    assert formats <= {path.parent.name}, items


@pytest.mark.parametrize("path", OWN_JSON, ids=name_of)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_the_encoding_of_a_sample_does_not_matter(tmp_path: Path, path: Path, encoding: str) -> None:
    text = path.read_text("utf-8").replace("\n", "\r\n")
    again = written(tmp_path, path.name, text.encode(encoding, "replace"))
    packed = written(tmp_path, f"{path.stem}.gz", gzip.compress(text.encode()))
    plain = [turns_of(item) for item in read([str(path)])]
    assert [turns_of(item) for item in read([packed])] == plain
    if text.isascii():
        assert [turns_of(item) for item in read([again])] == plain


def turns_of(item: object) -> object:
    return item.turns if isinstance(item, Call) else "rejected"


@cache
def content_of(path: Path) -> bytes:
    return path.read_bytes()


@given(data=st.data())
@settings(often, max_examples=200)
def test_samples_cut_or_changed_anywhere(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(OWN_FILES))
    content = bytearray(content_of(path))
    for at, byte in data.draw(
        st.dictionaries(st.integers(0, len(content) - 1), st.integers(0, 255), max_size=3)
    ).items():
        content[at] = byte
    start = data.draw(st.sampled_from([0, 0, 0, len(content) // 3]))
    assert_sound(bytes(content[start : data.draw(st.integers(start, len(content)))]), path.name)


ODD_VALUES = JSON_VALUES | st.sampled_from(
    [-1, 1e308, 10**30, "", " ", "nan", "\0", "<v A>", "\u202e", [[]], {"": None}, "0" * 400, "9" * 400, True, -0.0]
)


@given(data=st.data())
@settings(often, max_examples=300)
def test_samples_with_any_value_of_another_kind_or_gone(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(OWN_JSON))
    value = json.loads(json.dumps(data.draw(st.sampled_from(values_in(path)))))
    for _ in range(data.draw(st.integers(1, 3))):
        every = places(value)
        if not every:
            break
        *above, last = data.draw(st.sampled_from(every))
        holder: Any = value
        for key in above:
            holder = holder[key]
        if data.draw(st.booleans()):
            del holder[last]
        else:
            # A copy, for the next change may be made within it.
            holder[last] = deepcopy(data.draw(ODD_VALUES))
    assert_sound(json.dumps(value).encode(), path.name)


@pytest.mark.parametrize("path", OWN_JSON, ids=name_of)
def test_a_sample_nested_beyond_measure_is_refused_at_once(path: Path) -> None:
    deep = "[" * 10_000 + content_of(path).decode("utf-8") + "]" * 10_000
    assert_sound(deep.encode(), path.name)
    head, brace, tail = content_of(path).decode("utf-8").partition("{")
    assert_sound((head + brace + '"deep": ' + '{"a":' * 10_000 + "1" + "}" * 10_000 + ", " + tail).encode(), path.name)
