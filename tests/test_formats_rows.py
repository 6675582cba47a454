"""Rows of any make: taken where nothing else knows the list, left alone where most rows have no speaker or no text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from format_cases import OWN, own, spoken
from reader_cases import call_of, rejected_of, written

from coach.call import Call
from coach.readers import ReadOptions, read
from coach.readers.held import heard_within, held
from coach.readers.registry import json_readers
from coach.readers.vendors.rows import SHAPES

ROWS = SHAPES[0]


def calls_of(path: Path | str) -> list[Call]:
    return [item for item in read([str(path)], ReadOptions()) if isinstance(item, Call)]


def test_rows_of_several_calls_are_told_apart_by_their_ids_and_units_by_their_keys() -> None:
    first, second = calls_of(own("json-rows/two-calls.json"))
    assert (first.call_id, first.agent.name, first.format) == ("k-1", "Ben", "json-rows")
    assert (second.call_id, second.agent.name) == ("k-2", "Lil")
    assert spoken(first) == [
        ("agent", "Ben", "Swimming pool, Ben here.", 0.4, 1.9),
        ("customer", "Mrs Pike", "Is the sauna on?", 1.8, 3.0),
        ("agent", "Ben", "It is.", 3.1, None),
    ]
    assert spoken(second) == [
        ("agent", "Lil", "Pool, hello.", 0.1, 0.9),
        ("customer", "A man", "Do you teach diving?", 1.0, 2.0),
    ]


def test_rows_may_stand_one_on_a_line() -> None:
    call = call_of(own("json-rows/lines.jsonl"))
    assert (call.format, call.roles.how) == ("json-rows", "label")
    assert spoken(call) == [
        ("agent", "Agent", "Print shop.", None, None),
        ("customer", "Customer", "Fifty posters, please.", None, None),
        ("unknown", None, "[noise]", None, None),
        ("agent", "Agent", "Glossy?", None, None),
    ]


@pytest.mark.parametrize(
    ("starts", "read_as", "warned"),
    [
        ([0.5, 4, 9], [0.5, 4.0, 9.0], False),
        ([500, 120_000, 240_000], [0.5, 120.0, 240.0], True),
        (["0:01", "0:04.5", "1:02"], [1.0, 4.5, 62.0], False),
        (["2026-03-02T09:00:00Z", "2026-03-02T09:00:07Z", None], [0.0, 7.0, None], False),
    ],
    ids=str,
)
def test_times_without_a_unit_are_worked_out(
    tmp_path: Path, starts: list[Any], read_as: list[float | None], warned: bool
) -> None:
    rows = [
        {"speaker": f"S{number % 2}", "text": "Hello there.", "start": start} for number, start in enumerate(starts)
    ]
    call = call_of(written(tmp_path, "rows.json", orjson.dumps(rows)))
    assert [turn.start for turn in call.turns] == read_as
    assert any("milliseconds" in warning for warning in call.warnings) is warned


def test_numbers_of_rows_lead_back_to_the_list(tmp_path: Path) -> None:
    rows = [{"call_id": "ab"[number % 2], "speaker": "A", "text": f"Row {number}."} for number in range(4)]
    first, second = calls_of(written(tmp_path, "rows.json", orjson.dumps(rows)))
    assert [part.cue for part in first.turns[0].parts] == [0, 2]
    assert [part.cue for part in second.turns[0].parts] == [1, 3]


def test_an_id_that_every_row_has_of_its_own_is_no_call_id(tmp_path: Path) -> None:
    rows = [{"sid": f"m{number}", "from": "AB"[number % 2], "body": "Hello."} for number in range(3)]
    call = call_of(written(tmp_path, "rows.json", orjson.dumps(rows)))
    assert len(call.turns) == 3
    assert any("an id of its own" in warning for warning in call.warnings)


@pytest.mark.parametrize(
    "value",
    [
        [],
        [1, "a", None],
        [{"text": "Hello."}, {"text": "Bye."}],
        [{"speaker": "A"}, {"speaker": "B"}],
        [{"speaker": "A", "text": "Hello."}, {"text": "Bye."}, {"text": "Bye."}],
        [{"speaker": None, "text": "Hello."}],
        [{"speaker": {"shoe": "A"}, "text": "Hello."}],
        [{"speaker": "A", "text": ["Hello."]}],
        [{"call_id": "1", "turns": [{"role": "agent", "text": "Hello."}]}],
        [{"from": "+1555", "transcript": "Agent: Hello there.\nCustomer: Good day.\nAgent: What is it?"}],
        {"speaker": "A", "text": "Hello."},
    ],
    ids=lambda value: str(value)[:50],
)
def test_lists_that_are_no_rows_do_not_fit(value: Any) -> None:
    assert ROWS.recognises_value(value) == 0.0


@pytest.mark.parametrize(
    "value", [[{"speaker": "A", "message": "Hello."}], [{"Role": "agent", "Utterance Text": "Hi"}]]
)
def test_rows_fit_less_surely_than_any_format_does(value: Any) -> None:
    assert ROWS.recognises_value(value) == 0.5


def test_no_other_formats_sample_is_taken_for_rows() -> None:
    for path in OWN.rglob("*.json"):
        if path.parent.name != "json-rows":
            names = [found.shape.name for found in held(orjson.loads(path.read_bytes()), json_readers()) if found.shape]
            assert "json-rows" not in names, path


def test_rows_within_another_file_are_read_too() -> None:
    inner = heard_within(
        '[{"speaker": "Agent", "message": "Hello."}, {"speaker": "May", "message": "Hi."}]', json_readers()
    )
    assert inner is not None
    assert [(cue.number, cue.speaker, cue.text) for cue in inner.cues] == [(0, "Agent", "Hello."), (1, "May", "Hi.")]


def test_rows_without_any_words_are_no_call(tmp_path: Path) -> None:
    rows = [{"speaker": "A", "text": "Hi."}, {"speaker": "A", "text": "Hi."}, {"speaker": "A", "text": ""}]
    assert call_of(written(tmp_path, "rows.json", orjson.dumps(rows))).turns[0].text == "Hi. Hi."
    assert "no transcript form" in rejected_of(written(tmp_path, "none.json", orjson.dumps(rows[2:]))).cause


def test_who_speaks_may_be_an_object_with_a_name_a_role_or_both(tmp_path: Path) -> None:
    rows = [
        {"from": {"id": 7, "name": "Ben"}, "text": "Pool.", "ts": 0.5, "end_ts": 1},
        {"from": {"type": "customer", "name": "Ida"}, "text": "Is it warm?", "ts": 1.5, "end_ts": None},
        {"from": {"role": "agent"}, "text": "Very.", "ts": 3, "end_ts": 4},
    ]
    call = call_of(written(tmp_path, "objects.json", orjson.dumps(rows)))
    assert [turn[1:] for turn in spoken(call)] == [
        ("Ben", "Pool.", 0.5, 1.0),
        ("Ida", "Is it warm?", 1.5, None),
        ("agent", "Very.", 3.0, 4.0),
    ]
    assert [turn.role for turn in call.turns][1:] == ["customer", "agent"]


def test_from_and_to_may_be_times_beside_a_speaker_under_another_name(tmp_path: Path) -> None:
    rows = [{"speaker_id": "7", "transcript": "Pool.", "from": "00:00:01", "to": "00:00:02"}] * 2
    call = call_of(written(tmp_path, "times.json", orjson.dumps(rows)))
    assert [(part.start, part.end) for part in call.turns[0].parts] == [(1.0, 2.0), (1.0, 2.0)]
    assert call.turns[0].speaker == "7"
