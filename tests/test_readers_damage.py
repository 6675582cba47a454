"""Whatever is done to a transcript, reading yields calls and rejections, and never another error."""

from __future__ import annotations

import atexit
import functools
import gzip
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reader_cases import assert_parts_are_slices, written

from coach.call import ROLES, Call
from coach.readers import ReadOptions, Rejected, read

CALL = {
    "call_id": "d-1",
    "agent": {"id": "a7", "name": "Ines Okafor", "team": "Repairs"},
    "started_at": "2026-03-02T09:14:00Z",
    "turns": [
        {"role": "agent", "text": "Repairs, good morning.", "start": 0.4, "end": 2.0},
        {"speaker": "Caller", "text": "The boiler leaks: naïvely.", "start": 1.9, "end": 4.1},
        {
            "role": "agent",
            "text": "Oh dear",
            "start": 4.2,
            "end": 5,
            "words": [{"text": "Oh", "start": 4.2, "end": 4.5}, {"text": "dear", "start": 4.5, "end": 5}],
        },
    ],
}
VTT = (
    "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n<v Ines>Good <c>day</c> &amp; hello</v>\n\n"
    "00:02.000 --> 00:03.000\nVera: naïve\n"
)
SRT = "1\n00:00:01,000 --> 00:00:02,000\nInes: hello\n\n2\n00:00:02,000 --> 00:00:03,000\nVera: it drips\nagain\n"
TEXT = (
    "Call ID: 7\nAgent: Ines Okafor\nDate: 2026-03-02\n\n"
    "[0:01] Agent: hello\n[0:03] Caller: hi: naïve\nmore\nAgent (0:09): ok\n"
)
TABLE = (
    'call_id,speaker,text,start_ms,end_ms\nc1,Agent,"Hello, you",0,900\n'
    'c2,Caller,naïve,1000,1900\nc1,Caller,"Hi\nthere",1000,1200\n'
)
FORMS = {
    "native": json.dumps(CALL),
    "indented": json.dumps(CALL, indent=1, ensure_ascii=False),
    "array": json.dumps([CALL, CALL]),
    "lines": f"{json.dumps(CALL)}\n{json.dumps(CALL)}\n",
    "webvtt": VTT,
    "srt": SRT,
    "text": TEXT,
    "table": TABLE,
}
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
often = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@functools.cache
def folder_of_one() -> Path:
    """Return a folder for what is read: to make and remove one for each example takes as long as the reading."""
    folder = tempfile.mkdtemp(prefix="call-coach-damage-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def assert_sound(content: bytes, name: str = "x.json") -> list[Call | Rejected]:
    """Read ``content``, and hold what comes of it to what every call and every rejection must be."""
    path = written(folder_of_one(), name, content)
    try:
        items = list(read([path], ReadOptions()))
    finally:
        # Nothing may lie beside the next one.
        os.unlink(path)
    for item in items:
        if isinstance(item, Rejected):
            assert item.source.endswith(name)
            assert item.cause
            assert item.remedy
            continue
        assert item.call_id
        assert item.turns
        assert_parts_are_slices(item)
        for turn in item.turns:
            assert turn.role in ROLES
            assert turn.start is None or turn.start >= 0
            assert turn.end is None or (turn.start is not None and turn.end >= turn.start)
        if item.format != "native" and "times" not in item.lacks:
            starts = [turn.start for turn in item.turns if turn.start is not None]
            assert starts == sorted(starts)
    return items


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_sound_undamaged(form: str) -> None:
    items = assert_sound(FORMS[form].encode())
    assert items
    assert all(isinstance(item, Call) for item in items)


@pytest.mark.parametrize("form", FORMS)
@given(data=st.data())
@often
def test_cut_anywhere(form: str, data: st.DataObject) -> None:
    content = FORMS[form].encode()
    start = data.draw(st.integers(0, len(content)))
    assert_sound(content[start : data.draw(st.integers(start, len(content)))])


@pytest.mark.parametrize("form", FORMS)
@given(data=st.data())
@often
def test_bytes_changed_anywhere(form: str, data: st.DataObject) -> None:
    content = bytearray(FORMS[form].encode())
    for at, byte in data.draw(
        st.dictionaries(st.integers(0, len(content) - 1), st.integers(0, 255), max_size=4)
    ).items():
        content[at] = byte
    assert_sound(bytes(content))


@pytest.mark.parametrize("form", FORMS)
@given(data=st.data())
@often
def test_lines_shuffled_repeated_and_dropped(form: str, data: st.DataObject) -> None:
    lines = FORMS[form].split("\n")
    assert_sound("\n".join(data.draw(st.lists(st.sampled_from(lines), max_size=12))).encode())


@given(data=st.data())
@often
def test_an_archive_cut_or_changed_anywhere(data: st.DataObject) -> None:
    packed = bytearray(gzip.compress(FORMS["lines"].encode() * 20))
    at = data.draw(st.integers(2, len(packed) - 1))
    packed[at] = data.draw(st.integers(0, 255))
    assert_sound(bytes(packed[: data.draw(st.integers(2, len(packed)))]), "x.jsonl.gz")


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all values within ``value``."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, item in inner for found in ((*path, key), *places(item, (*path, key)))]


@given(data=st.data())
@settings(often, max_examples=200)
def test_any_value_of_another_kind_or_gone(data: st.DataObject) -> None:
    call = json.loads(json.dumps(CALL))
    *above, last = data.draw(st.sampled_from(places(CALL)))
    holder: Any = call
    for key in above:
        holder = holder[key]
    if data.draw(st.booleans()):
        del holder[last]
    else:
        holder[last] = data.draw(JSON_VALUES)
    assert_sound(json.dumps(call).encode())


@given(value=JSON_VALUES)
@often
def test_any_json_at_all(value: Any) -> None:
    assert_sound(json.dumps(value).encode())
    assert_sound(json.dumps({"turns": value}).encode())
    assert_sound(json.dumps({"turns": [value, value]}).encode())


@given(content=st.binary(max_size=300))
@settings(often, max_examples=200)
def test_any_bytes_at_all(content: bytes) -> None:
    assert_sound(content)


@given(content=st.text(alphabet='Ag: -\n[]()<>&;,|\t"01.#*v/', max_size=80))
@settings(often, max_examples=250)
def test_any_text_of_the_characters_that_matter(content: str) -> None:
    assert_sound(content.encode(), "x.txt")
    assert_sound(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{content}".encode(), "x.vtt")
    assert_sound(f"speaker,text,start\n{content}".encode(), "x.csv")


@pytest.mark.parametrize(
    "content",
    [
        "Agent: a\nb" + " " * 100_000 + "c\n",
        "Agent: a\n" + "[" * 100_000,
        "Agent: a\n" + "(" * 100_000 + "0:01",
        "Date: " + " " * 100_000 + "x\n\nAgent: a\n",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n" + "<c " * 50_000,
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<c" + ".a" * 50_000,
    ],
    ids=["blanks", "brackets", "parentheses", "head", "tags", "classes"],
)
def test_runs_of_one_character_do_not_hold_up_reading(content: str) -> None:
    # A pattern that goes back and forth over such a run would take minutes here.
    assert assert_sound(content.encode())
