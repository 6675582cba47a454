"""``coach inspect``: what it shows, what it writes as JSON, and how it ends."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from reader_cases import written

from coach.call import Call, Roles
from coach.cli import main
from coach.cli.call_page import clock, roles_in_words

TEXT = "Call ID: g-1\n\n[0:01] Agent: Gas desk, good day.\n[0:04] Caller: I smell gas.\n"


def inspect(*arguments: str, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["inspect", *arguments], input=given)


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_json_is_the_contract(tmp_path: Path) -> None:
    result = inspect(written(tmp_path, "a.txt", TEXT), "--json")
    assert result.exit_code == 0
    assert objects(result) == [
        {
            "format": "text",
            "call_id": "g-1",
            "roles": {"how": "label", "agent": ["Agent"], "confidence": 1.0},
            "turns": [
                {"role": "agent", "speaker": "Agent", "text": "Gas desk, good day.", "start": 1.0, "end": None},
                {"role": "customer", "speaker": "Caller", "text": "I smell gas.", "start": 4.0, "end": None},
            ],
            "lacks": ["ends", "words"],
            "warnings": [],
        }
    ]


def test_a_native_turn_without_label_has_none(tmp_path: Path) -> None:
    call = {"call_id": "n", "turns": [{"role": "agent", "text": "a"}, {"role": "customer", "text": "b"}]}
    (shown,) = objects(inspect(written(tmp_path, "a.json", json.dumps(call)), "--json"))
    assert shown["roles"] == {"how": "given", "agent": ["agent"], "confidence": 1.0}
    assert [turn["speaker"] for turn in shown["turns"]] == [None, None]
    assert shown["lacks"] == ["times", "words"]


def test_the_page_fits_a_terminal_of_80_columns_and_tells_all(tmp_path: Path) -> None:
    long = TEXT.replace("I smell gas.", "I smell gas " + "and more gas " * 20)
    result = inspect(written(tmp_path, "a.txt", long))
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert all(len(line) <= 80 and line == line.rstrip() for line in lines[1:])
    page = " ".join(result.stdout.split())
    for expected in ("format text", "call g-1", 'the agent is "Agent"', "ends of turns", "0 0:01.0 agent Gas desk"):
        assert expected in page


def test_one_call_is_shown_whole_and_of_many_the_beginnings(tmp_path: Path) -> None:
    turns = "".join(f"{who}: turn {number}\n" for number in range(10) for who in ("Agent", "Caller"))
    one = written(tmp_path, "a/one.txt", turns)
    written(tmp_path, "a/two.txt", turns)
    assert "more turns" not in inspect(one).stdout
    assert inspect(str(tmp_path / "a")).stdout.count("... 14 more turns") == 2
    assert inspect(one, "--limit", "19").stdout.endswith("... 1 more turn\n\n")
    assert "... 18 more turns" in inspect(one, "--limit", "2").stdout


def test_files_passed_over_are_said(tmp_path: Path) -> None:
    written(tmp_path, "a.txt", TEXT)
    path = written(tmp_path, "b.md", TEXT)
    result = inspect(str(tmp_path), "--json")
    assert result.stderr == f"1 file passed over: {path} (not a transcript's suffix; name it to read it)\n"
    for name in "cde":
        written(tmp_path, f"{name}.md", TEXT)
    said = inspect(str(tmp_path), "--json").stderr
    assert said.startswith("4 files passed over: ")
    assert said.endswith("d.md, ... (not a transcript's suffix; name them to read them)\n")


def test_a_file_that_cannot_be_read_is_named_and_the_rest_shown(tmp_path: Path) -> None:
    written(tmp_path, "good.txt", TEXT)
    written(tmp_path, "bad.json", '{"call_id": "x"}')
    result = inspect(str(tmp_path), "--json")
    assert result.exit_code == 3
    assert len(objects(result)) == 1
    assert "bad.json" in result.stderr
    assert 'it has no "turns"' in result.stderr
    assert "native form" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "arguments",
    [("no-such-file.txt",), ("no*such",), (), ("-", "--column", "text"), ("-", "--encoding", "klingon")],
)
def test_wrong_usage_is_exit_code_2(arguments: tuple[str, ...]) -> None:
    result = inspect(*arguments, given=TEXT)
    assert result.exit_code == 2
    assert result.stderr
    assert "Traceback" not in result.output


def test_standard_input_and_reading_options() -> None:
    result = inspect("-", "--json", "--column", "text=Was", "--agent-label", "B", given="who,Was\nA,hi\nB,hello\n")
    (shown,) = objects(result)
    assert [turn["role"] for turn in shown["turns"]] == ["customer", "agent"]
    assert shown["roles"]["agent"] == ["B"]
    (shown,) = objects(inspect("-", "--json", "--agent-channel", "0", given="channel,text\n0,hi\n1,hello\n"))
    assert shown["roles"] == {"how": "channel", "agent": ["0"], "confidence": 1.0}


def test_an_encoding_can_be_given(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", "Agent: Żółw\nCaller: ok\n".encode("cp1250"))
    (shown,) = objects(inspect(path, "--json", "--encoding", "cp1250"))
    assert shown["turns"][0]["text"] == "Żółw"


def test_roles_that_the_file_does_not_tell_are_asked_of_the_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Scorer:
        @classmethod
        def load(cls) -> Scorer:
            return cls()

        def with_roles(self, call: Call) -> Call:
            from dataclasses import replace

            return replace(call, roles=Roles("content", ("B",), 0.8))

    monkeypatch.setitem(sys.modules, "coach.scoring", type(sys)("coach.scoring"))
    monkeypatch.setattr(sys.modules["coach.scoring"], "Scorer", Scorer, raising=False)
    unclear, clear = written(tmp_path, "a.txt", "A: hi\nB: hello\n"), written(tmp_path, "b.txt", TEXT)
    hows = [shown["roles"]["how"] for shown in objects(inspect(unclear, clear, "--json"))]
    assert hows == ["content", "label"]


def test_nothing_in_a_transcript_reaches_the_terminal_as_a_command(tmp_path: Path) -> None:
    result = inspect(
        written(tmp_path, "a.txt", "Agent: \x1b[2Jgone \u202eback\u2066 [bold]not bold[/bold] :smile:\nCaller: ok\n")
    )
    assert not set(result.stdout) & {"\x1b", "\u202e", "\u2066"}
    assert "[bold]not bold[/bold] :smile:" in result.stdout
    refused = inspect(written(tmp_path, "\u202ea.json", '{"\x7fkey\u202e": 1}'))
    assert "\\x7fkey\\u202e" in refused.stderr
    assert not set(refused.stderr) & {"\x7f", "\u202e"}


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "-"),
        (0.0, "0:00.0"),
        (61.25, "1:01.2"),
        (59.96, "1:00.0"),
        (3605.5, "1:00:05.5"),
        (45296.0, "12:34:56.0"),
    ],
)
def test_times_on_the_page(seconds: float | None, shown: str) -> None:
    assert clock(seconds) == shown


def test_unknown_roles_say_what_to_do() -> None:
    assert "--agent-label" in roles_in_words(Roles())


def test_where_nobody_is_labelled_the_file_is_to_blame(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("start,text\n0,Hello.\n2,Hi.\n", "utf-8")
    shown = " ".join(CliRunner().invoke(main, ["inspect", str(path)]).stdout.split())
    assert "not known who the agent is: the file does not say who speaks" in shown
    assert "--agent-label" not in shown
