"""``coach convert``: what is written reads and scores as what was read, and nothing is lost or overwritten."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from reader_cases import call_of, written
from small_rules import built_in

from coach.call import Agent, Call, Part, Roles, Turn, Word
from coach.cli import main
from coach.cli.converted import name_of
from coach.readers import ReadOptions, read
from coach.readers.native_form import native_form

SAMPLES = Path(__file__).parent / "formats"
FORMATS = sorted(os.listdir(SAMPLES))
TALK = (("Agent", "Gas desk, good day."), ("Caller", "I smell gas."), ("Agent", "Please open a window."))
SRT = "".join(
    f"{number}\n00:00:0{2 * number},000 --> 00:00:0{2 * number + 1},500\n{speaker}: {text}\n\n"
    for number, (speaker, text) in enumerate(TALK)
)
KEPT = ("call_id", "agent", "started_at", "customer_type", "language", "turns", "metadata")


def line(call_id: str, **more: Any) -> str:
    turns = [{"role": "agent", "text": "Gas desk."}, {"role": "customer", "text": "I smell gas."}]
    return json.dumps({"call_id": call_id, "turns": turns, **more}) + "\n"


def convert(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["convert", *map(str, arguments)])


def again(call: Call, folder: Path) -> Call:
    """Return ``call`` written and read."""
    return call_of(written(folder, "again.json", json.dumps(native_form(call))))


def marks(call: Call) -> dict[str, Any]:
    """Return all that scoring yields, besides where the roles come from."""
    scored = built_in().score(call).to_dict()
    del scored["roles"]["how"]
    return scored


def calls_of(name: str) -> list[Call]:
    """Return the calls of a format whose word times, if there are any, can be."""
    calls = [item for item in read([str(SAMPLES / name)]) if isinstance(item, Call)]
    words = [[word for turn in call.turns for word in turn.words] for call in calls]
    return [call for call, each in zip(calls, words, strict=True) if all(map(can_be, each))]


def can_be(word: Word) -> bool:
    return word.start is None or word.end is None or word.start <= word.end


@pytest.mark.parametrize("name", FORMATS)
def test_a_call_of_any_format_reads_as_before(name: str, tmp_path: Path) -> None:
    for call in calls_of(name):
        back = again(call, tmp_path)
        assert {key: getattr(back, key) for key in KEPT} == {key: getattr(call, key) for key in KEPT}
        assert (back.roles.agent, back.roles.confidence) == (call.roles.agent, call.roles.confidence)


@pytest.mark.parametrize("name", FORMATS[::4])
def test_a_call_of_any_format_scores_as_before(name: str, tmp_path: Path) -> None:
    for call in calls_of(name)[:1]:
        assert marks(again(call, tmp_path)) == marks(call)


def test_everything_that_a_call_holds_is_written(tmp_path: Path) -> None:
    call = Call(
        "c/1",
        (
            Turn("agent", "Good day. Yes?", 0.1, 2.0, "A", (Word("Good", 0.1, 0.3), Word("day.", 0.3, 0.7)), PARTS),
            Turn("customer", "Hi", 2.0),
        ),
        Agent("a1", "Ines Okafor", "Repairs"),
        Roles("label", ("A",), 1.0),
        "2026-03-02T09:14:00Z",
        "external",
        "en",
        "webvtt",
        metadata={"queue": "boilers", "note": {"deep": [1, None]}, "turns": "three", "agent": "A"},
    )
    assert native_form(call) == {
        "call_id": "c/1",
        "agent": {"id": "a1", "name": "Ines Okafor", "team": "Repairs"},
        "started_at": "2026-03-02T09:14:00Z",
        "customer_type": "external",
        "language": "en",
        "queue": "boilers",
        "note": {"deep": [1, None]},
        "turns_": "three",
        "agent_": "A",
        "turns": [
            {
                "role": "agent",
                "speaker": "A",
                "text": "Good day. Yes?",
                "start": 0.1,
                "end": 2.0,
                "words": [{"text": "Good", "start": 0.1, "end": 0.3}, {"text": "day.", "start": 0.3, "end": 0.7}],
                "parts": [
                    {"begin": 0, "stop": 9, "start": 0.1, "end": 0.7, "cue": 4},
                    {"begin": 10, "stop": 14, "start": 1.5, "end": None, "cue": 6},
                ],
            },
            {"role": "customer", "text": "Hi", "start": 2.0},
        ],
    }
    assert again(call, tmp_path).turns == call.turns


PARTS = (Part(4, 0, 9, 0.1, 0.7), Part(6, 10, 14, 1.5, None))


def roles_written(content: str, folder: Path, options: ReadOptions | None = None) -> list[str | None]:
    call = call_of(written(folder, "a.txt", content), options)
    assert again(call, folder).roles._replace(how="given") == call.roles._replace(how="given")
    return [turn.get("role") for turn in native_form(call)["turns"]]


def test_roles_are_written_where_the_file_its_labels_or_the_user_say_them(tmp_path: Path) -> None:
    assert roles_written("Agent: Hello.\nCaller: Hi.\n", tmp_path) == ["agent", "customer"]
    assert roles_written("Ann: Hello.\nBen: Hi.\n", tmp_path, ReadOptions(("Ben",))) == ["customer", "agent"]
    assert roles_written("Ann: Hello.\nIVR: One.\nBen: Hi.\n", tmp_path) == [None, "other", None]


def test_roles_that_were_concluded_are_left_to_be_concluded(tmp_path: Path) -> None:
    assert roles_written("Ann: Hello.\nBen: Hi.\n", tmp_path) == [None, None]
    assert roles_written("Agent: Hello.\nBen: Hi.\n", tmp_path) == [None, None]
    given = '{"turns": [{"role": "agent", "speaker": "A", "text": "Hello."}, {"speaker": "B", "text": "Hi."}]}'
    assert roles_written(given, tmp_path) == ["agent", None]
    some = "Call ID: 1\n\nAgent: Hello.\nA voice.\nAgent: Yes.\n"
    assert set(roles_written(some, tmp_path)) <= {"agent", None}


def test_one_call_a_line(tmp_path: Path) -> None:
    path = written(tmp_path, "a.srt", SRT)
    for name, opened in (("x.jsonl", Path.read_bytes), ("x.jsonl.gz", lambda file: gzip.decompress(file.read_bytes()))):
        done = convert(path, written(tmp_path, "b.jsonl", line("b1") + line("b2")), "-o", tmp_path / name)
        assert (done.exit_code, done.stdout) == (0, "")
        assert done.stderr == f"3 calls written to {tmp_path / name}.\n"
        lines = opened(tmp_path / name).decode().splitlines()  # type: ignore[operator]
        assert [json.loads(each)["call_id"] for each in lines] == ["a", "b1", "b2"]
    assert [name for name in os.listdir(tmp_path) if name.endswith(".tmp")] == []


def test_standard_output_holds_calls_and_nothing_else(tmp_path: Path) -> None:
    done = convert(written(tmp_path, "a.srt", SRT), written(tmp_path, "b.json", "{}"), "-o", "-")
    assert done.exit_code == 3
    assert [json.loads(each)["call_id"] for each in done.stdout.splitlines()] == ["a"]
    assert "Not read: " in done.stderr
    assert done.stderr.endswith("1 call written, 1 not.\n")


def test_a_folder_gets_one_file_a_call(tmp_path: Path) -> None:
    ids = ["CA-17", "../../up", "con", "a/b", "a b", "CA-17", "ca-17", "x" * 300, "Größe", ".", "\u202e"]
    path = written(tmp_path, "in/calls.jsonl", "".join(map(line, ids)))
    assert convert(path, "-o", tmp_path / "out").exit_code == 0
    files = sorted(os.listdir(tmp_path / "out"))
    assert len(files) == len(ids)
    assert {"CA-17.json", "CA-17-2.json", "ca-17-3.json"} <= set(files)
    assert all(name.isascii() and len(name) < 80 and " " not in name and name.endswith(".json") for name in files)
    assert sorted(json.loads((tmp_path / "out" / name).read_text())["call_id"] for name in files) == sorted(ids)
    assert sorted(os.listdir(tmp_path)) == ["in", "out"]


def test_a_name_is_the_same_every_time_and_never_taken_twice() -> None:
    first, second = name_of("a/b", set()), name_of("a/b", set())
    assert first == second != name_of("a_b", set())
    taken: set[str] = set()
    assert [name_of(call_id, taken) for call_id in ("a", "a-2", "a", "A")] == ["a", "a-2", "a-3", "A-4"]


def test_nothing_is_overwritten_unless_it_is_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", line("a") + line("b"))
    for out, file in (("x.jsonl", "x.jsonl"), ("folder", "folder/a.json")):
        mine = Path(written(tmp_path, file, "mine"))
        done = convert(path, "-o", tmp_path / out)
        assert done.exit_code == (2 if out == "x.jsonl" else 3)
        assert "is there already" in done.stderr
        assert "--force" in done.stderr
        assert mine.read_text() == "mine"
        assert convert(path, "-o", tmp_path / out, "--force").exit_code == 0
        assert json.loads(mine.read_text().splitlines()[0])["call_id"] == "a"
    assert (tmp_path / "folder" / "b.json").exists()


@pytest.mark.parametrize("out", ["x.json", "calls.zip", "a.txt"])
def test_a_file_of_another_kind_is_wrong_usage(tmp_path: Path, out: str) -> None:
    path = written(tmp_path, "a.txt", "Agent: Hello.\nCaller: Hi.\n")
    done = convert(path, "-o", tmp_path / out)
    assert done.exit_code == 2
    assert "ends in .jsonl" in done.stderr
    assert sorted(os.listdir(tmp_path)) == ["a.txt"]


@pytest.mark.parametrize("out", ["x.jsonl", "x.jsonl.gz", "folder"])
def test_where_no_call_is_read_nothing_is_written(tmp_path: Path, out: str) -> None:
    done = convert(written(tmp_path, "a.json", "{}"), "-o", tmp_path / out)
    assert done.exit_code == 3
    assert done.stderr.endswith("0 calls written, 1 not.\n")
    assert os.listdir(tmp_path) == ["a.json"]


def test_what_was_written_before_is_not_read_again(tmp_path: Path) -> None:
    written(tmp_path, "a.jsonl", line("a"))
    for out in ("all.jsonl", "native"):
        for _ in range(2):
            assert convert(tmp_path, "-o", tmp_path / out, "--force").exit_code == 0
    assert sorted(os.listdir(tmp_path / "native")) == ["a-2.json", "a.json"]
    assert (tmp_path / "all.jsonl").read_text().count("\n") == 1


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", line("a"))
    for out in ("a.jsonl/x.jsonl", "a.jsonl/folder"):
        done = convert(path, "-o", tmp_path / out)
        assert done.exit_code == 2
        assert "it cannot be written" in done.stderr


def test_being_quiet_and_being_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "a.jsonl", line("a"))
    assert convert(path, "-q", "-o", tmp_path / "x.jsonl").stderr == ""

    def stop(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("coach.cli.convert.rejection", stop)
    done = convert(path, "-o", tmp_path / "y.jsonl")
    assert (done.exit_code, done.stderr) == (130, f"Stopped. {tmp_path / 'y.jsonl'} is not written.\n")
    assert sorted(os.listdir(tmp_path)) == ["a.jsonl", "x.jsonl"]
