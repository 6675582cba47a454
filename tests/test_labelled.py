"""Labels of reviewers: what is read, and what is refused with its place, cause and remedy."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from coach.agreement import Label
from coach.errors import CoachError
from coach.labelled import Labels, read_labels

RULES = ("core.apology", "core.greeting", "service.hold_courtesy", "ours.greeting_card")
HEAD = "call_id,check,outcome,turn\n"


def read(tmp_path: Path, content: str | bytes, name: str = "labels") -> Labels:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_labels(str(path), RULES)


def said(labels: Labels) -> list[str]:
    return [f"{one.place}: {one.cause} | {one.remedy}" for one in labels.rejected]


def line(call_id: str, **marks: object) -> str:
    return json.dumps({"call_id": call_id, "labels": marks}) + "\n"


def test_json_lines_give_outcomes_with_and_without_turns(tmp_path: Path) -> None:
    text = line("c-1", apology=["met", [2, 5]], greeting="missed") + "\n" + line("c-2", apology=["not_applicable", []])
    labels = read(tmp_path, text)
    assert labels.marks == {
        "c-1": {"core.apology": Label("met", (2, 5)), "core.greeting": Label("missed")},
        "c-2": {"core.apology": Label("not_applicable")},
    }
    assert (labels.rejected, labels.repeated, labels.warnings) == ((), 0, ())


@pytest.mark.parametrize("indent", [None, 2])
def test_a_list_of_calls_is_read_like_lines(tmp_path: Path, indent: int | None) -> None:
    calls = [{"call_id": 7, "labels": {"apology": "met"}}, {"call_id": "c-2", "labels": {"apology": ["met", 3]}}]
    assert read(tmp_path, json.dumps(calls, indent=indent)).marks == {
        "7": {"core.apology": Label("met")},
        "c-2": {"core.apology": Label("met", (3,))},
    }


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_table_is_read_with_any_separator_and_a_mark_in_front(tmp_path: Path, delimiter: str, mark: str) -> None:
    rows = ["call_id,check,outcome,turn", "c-1,apology,met,2", "c-1,apology,met,5", "", ",,,", "c-2,greeting,missed,"]
    text = mark + "\r\n".join(rows).replace(",", delimiter) + "\r\n"
    assert read(tmp_path, text).marks == {
        "c-1": {"core.apology": Label("met", (2, 5))},
        "c-2": {"core.greeting": Label("missed")},
    }


def test_a_table_as_spreadsheets_save_it(tmp_path: Path) -> None:
    text = 'sep=;\nComment;Call ID;Check;Outcome;Turns\n"two\nlines";c-1;Hold courtesy; N/A ;"3.0, 5"\n'
    assert read(tmp_path, text.encode("utf-16")).marks == {
        "c-1": {"service.hold_courtesy": Label("not_applicable", (3, 5))}
    }
    assert read(tmp_path, gzip.compress(f"{HEAD}c-1,apology,met,\n".encode())).marks.keys() == {"c-1"}


def test_columns_of_their_own_are_left_alone(tmp_path: Path) -> None:
    text = "call_id,check,outcome,turn,reviewer,\nc-1,apology,met,2,Jo,\nc-2,apology,met,,Jo,,,\n"
    assert read(tmp_path, text).marks.keys() == {"c-1", "c-2"}


@pytest.mark.parametrize(
    ("written", "outcome"),
    [
        ("met", "met"),
        (" Met ", "met"),
        ("MISSED", "missed"),
        ("not applicable", "not_applicable"),
        ("Not-Applicable", "not_applicable"),
        ("n/a", "not_applicable"),
        ("N.A.", "not_applicable"),
        ("Cannot tell", "cannot_tell"),
        ("can't tell", "cannot_tell"),
    ],
)
def test_outcomes_may_be_written_in_several_ways(tmp_path: Path, written: str, outcome: str) -> None:
    assert read(tmp_path, line("c", apology=written)).marks["c"]["core.apology"].outcome == outcome


@pytest.mark.parametrize("written", ["yes", "1", "ok", "pass", "true", "met?", "met/missed", "-"])
def test_an_outcome_is_never_guessed(tmp_path: Path, written: str) -> None:
    labels = read(tmp_path, f"{HEAD}c-1,apology,{written},\nc-2,apology,met,\n")
    assert labels.marks.keys() == {"c-2"}
    assert said(labels)[0].startswith(f'line 2: "{written}" is no outcome | ')


@pytest.mark.parametrize("name", ["apology", "core.apology", " Core.Apology ", "APOLOGY"])
def test_a_check_is_named_in_short_or_in_full(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, line("c", **{name: "met"})).marks == {"c": {"core.apology": Label("met")}}


def test_a_short_name_that_two_rules_share_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "labels"
    path.write_text(line("c", apology="met", **{"core.apology": "missed"}))
    labels = read_labels(str(path), ["core.apology", "ours.apology"])
    assert labels.marks == {"c": {"core.apology": Label("missed")}}
    assert said(labels) == [
        'line 1, "apology": "apology" may be core.apology or ours.apology | Write the rule\'s id in full.'
    ]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("c-1,appology,met,", "line 2: there is no check \"appology\" | Did you mean 'apology'?"),
        ("c-1,xyzzy,met,", 'line 2: there is no check "xyzzy" | `coach rules list` shows the rules.'),
        ("c-1,apology,mised,", "line 2: \"mised\" is no outcome | Did you mean 'missed'?"),
        ("c-1,apology,,", "line 2: nothing under outcome | Fill in outcome, or take the line out."),
        (",apology,met,", "line 2: nothing under call_id | Fill in call_id, or take the line out."),
        ("c-1,apology", "line 2: nothing under outcome | Fill in outcome, or take the line out."),
        ("c-1,apology,met,two", 'line 2: "two" is no turn number | Turns are whole numbers from 0, '),
        ("c-1,apology,met,-1", 'line 2: "-1" is no turn number | Turns are whole numbers from 0, '),
        ("c-1,apology,met,2.5", 'line 2: "2.5" is no turn number | Turns are whole numbers from 0, '),
        ("c-1,apology,met," + "9" * 5000, "line 2: "),
        ("c-1,apology,met,2,5", "line 2: 5 cells where the header has 4 | Put quotes around a cell"),
        ('"c-1,apology,met,2', "line 2: a quotation mark is not closed | Close it, or take it out."),
        ('c-1,"apology,met,2', "line 2: a quotation mark is not closed | Close it, or take it out."),
        ('c-1,apology,met,"2', "line 2: a quotation mark is not closed | Close it, or take it out."),
    ],
)
def test_a_bad_row_is_told_and_costs_no_other(tmp_path: Path, row: str, told: str) -> None:
    labels = read(tmp_path, f"{HEAD}{row}\nc-2,apology,met,1")
    assert len(labels.rejected) == 1
    assert said(labels)[0].startswith(told)
    assert labels.marks == {"c-2": {"core.apology": Label("met", (1,))}}


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ('{"call_id": "c-1", "labels": ', "line 1, column 30: this is not JSON: expecting value | Write one whole"),
        ("[" * 100_000, "line 1: this is not JSON: brackets are nested too deeply"),
        ("7", "line 1: a number instead of a call's labels | "),
        ('{"labels": {}}', 'line 1: no "call_id" | '),
        ('{"call_id": true, "labels": {}}', 'line 1: no "call_id" | '),
        ('{"call_id": "c-1", "label": {}}', "line 1: no \"labels\" (is it 'label'?) | "),
        ('{"call_id": "c-1", "labels": ["met"]}', 'line 1: "labels" is a list | '),
        ('{"call_id": "c-1", "turns": []}', "line 1: this is a call, not labels | Name the labels first: "),
        ('{"call_id": "c-1", "labels": {"apology": 1}}', 'line 1, "apology": a number instead of an outcome | '),
        ('{"call_id": "c-1", "labels": {"apology": null}}', 'line 1, "apology": null instead of an outcome | '),
        ('{"call_id": "c-1", "labels": {"apology": []}}', 'line 1, "apology": a list instead of an outcome | '),
        ('{"call_id": "c-1", "labels": {"apology": ["met", [true]]}}', 'line 1, "apology": "True" is no turn number'),
        ('{"call_id": "c-1", "labels": {"apology": ["met", [[2]]]}}', 'line 1, "apology": a list is no turn number'),
        ('{"call_id": "c-1", "labels": {"apology": ["met", {}]}}', 'line 1, "apology": an object is no turn number'),
    ],
)
def test_a_bad_line_is_told_and_costs_no_other(tmp_path: Path, bad: str, told: str) -> None:
    # Lines are taken for JSON by how the first one begins.
    first = "" if bad[0] in "{[" else line("c-0", apology="met")
    labels = read(tmp_path, f"{first}{bad}\n{line('c-2', apology='met')}")
    assert len(labels.rejected) == 1
    assert said(labels)[0].startswith(told.replace("line 1", "line 2") if first else told)
    assert labels.marks["c-2"] == {"core.apology": Label("met")}


def test_a_mark_given_twice_counts_once_and_is_counted_as_repeated(tmp_path: Path) -> None:
    table = read(tmp_path, f"{HEAD}c-1,apology,met,2\nc-1,core.apology,Met,2\nc-1,apology,met,3\nc-1,apology,met,\n")
    assert table.marks == {"c-1": {"core.apology": Label("met", (2, 3))}}
    assert (table.repeated, table.rejected) == (2, ())
    twice = '{"call_id": "c-1", "labels": {"apology": "met", "apology": "met"}}\n'
    assert (read(tmp_path, twice).repeated, read(tmp_path, twice + twice).repeated) == (1, 3)


def test_marks_that_contradict_each_other_are_told_and_neither_counts(tmp_path: Path) -> None:
    labels = read(tmp_path, f"{HEAD}c-1,apology,met,2\nc-2,apology,met,\nc-1,apology,missed,4\n")
    assert labels.marks == {"c-2": {"core.apology": Label("met")}}
    assert said(labels) == [
        "line 2: core.apology of call c-1 has more than one outcome: met (line 2), missed (line 4) "
        "| Keep the one that holds; until then neither is compared."
    ]
    in_one = '{"call_id": "c-1", "labels": {"apology": "met", "apology": "missed", "greeting": "met"}}'
    assert read(tmp_path, in_one).marks == {"c-1": {"core.greeting": Label("met")}}


def test_one_mistake_in_every_line_is_told_three_times_and_counted(tmp_path: Path) -> None:
    labels = read(tmp_path, "".join(line(f"c-{n}", apology="met", xyzzy="met") for n in range(9)))
    assert [one.place for one in labels.rejected] == [f'line {n}, "xyzzy"' for n in (1, 2, 3)] + ["6 more places"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file is empty"),
        (b" \n", "nothing but blanks"),
        (b"PK\x03\x04rest", "it is a zip archive or an office document"),
        (b"call,rule,mark\n1,2,3\n", "line 1: no column call_id and no column check and no column outcome"),
        (b"call_id,check,outcome,check\n1,2,3,4\n", "two columns are called check"),
        (b"call_id,check,outcome\n", "there are no labels in it"),
        (b"[]", "there are no labels in it"),
        (b'{"call_id": "c-1", "labels": {}}', "there are no labels in it"),
        (b'{"call_id": "c-1", "labels": {"apology": "yes"}}', 'no label can be used: "yes" is no outcome'),
        (
            b"call_id,check,outcome\nc,apology,a\nc,apology,b\n",
            'no label can be used: "a" is no outcome (and 1 more mistake',
        ),
        (b"c-1 met\n", "no column call_id"),
        (b"sep=;\n", "no column call_id"),
    ],
)
def test_a_file_of_no_use_is_an_error_that_says_what_to_do(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(CoachError) as raised:
        read(tmp_path, content)
    assert told in str(raised.value)
    assert raised.value.remedy
    assert str(tmp_path / "labels") in raised.value.where


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CoachError, match="cannot be opened"):
        read_labels(str(tmp_path / "none.csv"), RULES)


def test_an_encoding_that_was_guessed_is_told(tmp_path: Path) -> None:
    labels = read(tmp_path, "call_id,check,outcome\ncafé,apology,met\n".encode("cp1252"))
    assert labels.marks.keys() == {"café"}
    assert "Windows-1252" in labels.warnings[0]
