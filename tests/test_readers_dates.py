"""Dates in figures: what they say alone, what the other dates of a file say of them, and what stays unclear."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from reader_cases import call_of, written

from coach.call import Call
from coach.readers import read
from coach.readers.dates import day_first, iso_of_figures, unclear_day
from coach.readers.times import iso_moment


@pytest.mark.parametrize(
    ("written_as", "moment"),
    [
        ("03/13/2026", "2026-03-13"),
        ("13/03/2026", "2026-03-13"),
        ("13.03.2026 09:14", "2026-03-13T09:14:00"),
        ("13.03.26", "2026-03-13"),
        ("02.03.2026", "2026-03-02"),
        ("03/13/2026 09:14:03", "2026-03-13T09:14:03"),
        ("03/13/2026, 09:14:03.5", "2026-03-13T09:14:03.500000"),
        ("3/13/2026 9:14 AM", "2026-03-13T09:14:00"),
        ("3/13/2026 12:14 am", "2026-03-13T00:14:00"),
        ("3/13/26 9:14 p.m.", "2026-03-13T21:14:00"),
        ("03-13-2026T09:14:03Z", "2026-03-13T09:14:03Z"),
        ("03/13/2026 09:14 +02:00", "2026-03-13T09:14:00+02:00"),
        ("5/5/2026", "2026-05-05"),
        ("2026/03/13 09:14:03", "2026-03-13T09:14:03"),
        ("13 March 2026 9:14 PM", "2026-03-13T21:14:00"),
        ("02-Mar-2026 09:14:03", "2026-03-02T09:14:03"),
        ("03/04/2026", None),
        ("3/4/26 9:14", None),
        ("26/03/13", None),
        ("31/02/2026", None),
        ("13/13/2026", None),
        ("03/13-2026", None),
        ("03/13/2026 25:00", None),
        ("03/13/2026 13:00 PM", None),
    ],
)
def test_a_date_is_read_where_it_has_one_reading(written_as: str, moment: str | None) -> None:
    assert iso_moment(written_as) == moment


def test_the_other_dates_of_a_file_tell_the_order() -> None:
    assert day_first(["03/04/2026", "", "soon", "03/13/2026 09:14"]) is False
    assert day_first(["03/04/2026", "13/03/2026"]) is True
    assert day_first(["03/04/2026", "04/03/2026"]) is None
    assert day_first(["13/03/2026", "03/13/2026"]) is None
    assert (iso_of_figures("03/04/2026", True), iso_of_figures("03/04/2026", False)) == ("2026-04-03", "2026-03-04")
    assert iso_of_figures("02.03.2026", False) == "2026-02-03"
    assert (unclear_day("3/4/2026 9:14"), unclear_day("3/13/2026 9:14")) == ("3/4/2026", "")


def calls_of(folder: Path, text: str, name: str = "a.csv") -> list[Call]:
    return [item for item in read([written(folder, name, text)]) if isinstance(item, Call)]


def test_one_clear_date_settles_those_of_all_calls_in_a_table(tmp_path: Path) -> None:
    text = "call id,date,speaker,text\n1,03/04/2026,Agent,Hello\n2,03/13/2026,Agent,Hello\n3,12/01/2025,Agent,Hello\n"
    assert [call.started_at for call in calls_of(tmp_path, text)] == ["2026-03-04", "2026-03-13", "2025-12-01"]
    calls = calls_of(tmp_path, text.replace("03/13", "13/03"))
    assert [call.started_at for call in calls] == ["2026-04-03", "2026-03-13", "2025-01-12"]


@pytest.mark.parametrize(
    ("first", "second", "began"),
    [
        ("03/13/2026 09:14:03", "03/13/2026 09:14:09.5", "2026-03-13T09:14:03Z"),
        ("13.03.2026 09:14:03", "13.03.2026 09:14:09,5", "2026-03-13T09:14:03Z"),
        ("3/13/2026 9:14:03 PM", "3/13/2026 9:14:09.5 PM", "2026-03-13T21:14:03Z"),
        ("03/12/2026 23:59:57", "03/13/2026 00:00:03.5", "2026-03-12T23:59:57Z"),
    ],
)
def test_rows_begin_at_dates_in_figures(tmp_path: Path, first: str, second: str, began: str) -> None:
    text = f"speaker;text;start time\nAgent;Hello;{first}\nCaller;Hi;{second}\n"
    (call,) = calls_of(tmp_path, text)
    assert ([turn.start for turn in call.turns], call.started_at) == ([0.0, 6.5], began)


def test_of_one_unclear_day_the_times_between_are_known(tmp_path: Path) -> None:
    text = "call id,speaker,text,start,end\n1,Agent,Hello,3/4/2026 2:00:01 AM,3/4/2026 2:00:03 AM\n1,Caller,Hi,,\n"
    (call,) = calls_of(tmp_path, text)
    assert (call.turns[0].start, call.turns[0].end, call.turns[1].start, call.started_at) == (0.0, 2.0, None, None)
    advice = "(day or month first? write 2026-03-02T09:14:03)"
    assert call.warnings == (f"the dates are not clear {advice}: only the times between them are read",)


def test_of_several_unclear_days_nothing_is_known_and_it_says_how_to_write_them(tmp_path: Path) -> None:
    text = "call id,speaker,text,start\n1,Agent,Hello,3/4/2026 23:59:58\n1,Caller,Hi,3/5/2026 0:00:03\n"
    (call,) = calls_of(tmp_path, text)
    assert [turn.start for turn in call.turns] == [None, None]
    advice = "(day or month first? write 2026-03-02T09:14:03)"
    assert call.warnings == (f"the dates are not clear {advice}: read as absent",)


def test_rows_of_json_are_dated_alike(tmp_path: Path) -> None:
    rows = [
        {"call_id": number, "speaker": who, "text": "Hello there.", "timestamp": f"{day} 09:14:0{second}"}
        for number, day in (("1", "03/04/2026"), ("2", "03/13/2026"))
        for second, who in enumerate(("Agent", "Caller"))
    ]
    calls = calls_of(tmp_path, json.dumps(rows), "a.json")
    assert [call.started_at for call in calls] == ["2026-03-04T09:14:00Z", "2026-03-13T09:14:00Z"]
    (call,) = calls_of(tmp_path, json.dumps(rows[:2]), "b.json")
    assert ([turn.start for turn in call.turns], call.started_at) == ([0.0, 1.0], None)


def test_a_date_above_a_text_with_one_reading_is_read(tmp_path: Path) -> None:
    call = call_of(written(tmp_path, "a.txt", "Date: 03/13/2026 9:14 AM\n\nAgent: Hello\nCaller: Hi\n"))
    assert call.started_at == "2026-03-13T09:14:00"
