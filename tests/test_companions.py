"""Files beside transcripts: whose they are by name and by id, what they cost, and when they are an error."""

from __future__ import annotations

import io
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import orjson
import pytest
from click.testing import CliRunner
from reader_cases import written

from coach.call import Call
from coach.cli.reading import reading_options
from coach.readers import LeftOut, ReadOptions, Rejected, read
from coach.readers.companions import name_key

PAGE = {"sentences": [{"media_channel": 1, "sentence_index": 0, "transcript": "Mills, good day."}]}


def page(sid: str) -> bytes:
    return orjson.dumps({**PAGE, "meta": {"url": f"https://x.example/v2/Transcripts/{sid}/Sentences"}})


def resource(sid: str, agent: str = "Ada") -> dict[str, Any]:
    people = [{"channel_participant": 1, "role": "Agent", "full_name": agent}]
    return {"account_sid": "AC1", "service_sid": "GA1", "sid": sid, "channel": {"participants": people}}


def agents(paths: Path | str, options: ReadOptions | None = None) -> dict[str, str | None]:
    items = list(read([str(paths)], options or ReadOptions()))
    assert all(isinstance(item, Call) for item in items), items
    return {item.call_id: item.agent.name for item in items if isinstance(item, Call)}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("a/transcript-17.json", "17"),
        ("17_metadata.json.gz", "17"),
        ("voiceTranscript.json", "voice"),
        ("sentences-page.json", ""),
        ("GT0f-sentences.json", "gt0f"),
        ("recalls.json", "recalls"),
        ("Call 17 (2).json", "17 2"),
    ],
)
def test_what_a_name_says_of_the_call(name: str, key: str) -> None:
    assert name_key(name) == key


def test_files_in_one_folder_are_matched_by_name(tmp_path: Path) -> None:
    for number in range(3):
        written(tmp_path, f"sentences-{number}.json", page(f"GT{number}"))
        written(tmp_path, f"resource-{number}.json", orjson.dumps(resource(f"GT{number}", f"Ada {number}")))
    assert agents(tmp_path) == {"GT0": "Ada 0", "GT1": "Ada 1", "GT2": "Ada 2"}


def test_files_in_folders_side_by_side_are_matched_by_name(tmp_path: Path) -> None:
    for number in range(3):
        written(tmp_path, f"transcript/{number}.json", page(f"GT{number}"))
        written(tmp_path, f"metadata/{number}.json", orjson.dumps(resource(f"GT{number}", f"Ada {number}")))
    assert agents(tmp_path / "transcript") == agents(tmp_path) == {"GT0": "Ada 0", "GT1": "Ada 1", "GT2": "Ada 2"}


def test_one_file_may_tell_of_many_calls(tmp_path: Path) -> None:
    everything = [resource(f"GT{number}", f"Ada {number}") for number in range(3)]
    for number in range(3):
        written(tmp_path, f"call {number}.json", page(f"GT{number}"))
    written(tmp_path, "metadata.json", orjson.dumps(everything))
    assert agents(tmp_path) == {"GT0": "Ada 0", "GT1": "Ada 1", "GT2": "Ada 2"}


def test_files_that_are_named_are_matched_by_id_whatever_they_are_called(tmp_path: Path) -> None:
    for number in range(3):
        written(tmp_path, f"calls/{number}.json", page(f"GT{number}"))
        written(tmp_path, f"other/deep/x{2 - number}y.json", orjson.dumps(resource(f"GT{number}", f"Ada {number}")))
    expected = {"GT0": "Ada 0", "GT1": "Ada 1", "GT2": "Ada 2"}
    assert agents(tmp_path / "calls", ReadOptions(companions=(str(tmp_path / "other"),))) == expected
    files = tuple(map(str, (tmp_path / "other" / "deep").iterdir()))
    assert agents(tmp_path / "calls", ReadOptions(companions=files)) == expected


def test_what_is_named_comes_before_what_lies_beside(tmp_path: Path) -> None:
    path = written(tmp_path, "sentences.json", page("GT1"))
    written(tmp_path, "resource.json", orjson.dumps(resource("GT1", "Beside")))
    named = written(tmp_path / "named", "resource.json", orjson.dumps(resource("GT1", "Named")))
    assert agents(path) == {"GT1": "Beside"}
    assert agents(path, ReadOptions(companions=(named,))) == {"GT1": "Named"}


def test_a_file_that_changes_is_read_anew(tmp_path: Path) -> None:
    path = written(tmp_path, "sentences.json", page("GT1"))
    beside = written(tmp_path, "resource.json", orjson.dumps(resource("GT1", "Ada")))
    assert agents(path) == {"GT1": "Ada"}
    written(tmp_path, "resource.json", orjson.dumps(resource("GT1", "Bo")))
    os.utime(beside, ns=(1, 1))
    assert agents(path) == {"GT1": "Bo"}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"sid": 1}'])
def test_a_broken_file_beside_a_transcript_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, "sentences.json", page("GT1"))
    written(tmp_path, "resource.json", content)
    assert agents(path) == {"GT1": None}


def test_a_folder_is_looked_through_once_and_not_for_each_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(50):
        written(tmp_path, f"transcript/{number}.json", page(f"GT{number}"))
        written(tmp_path, f"metadata/{number}.json", orjson.dumps(resource(f"GT{number}")))
        written(tmp_path, f"named/x{number}.json", orjson.dumps(resource(f"GT{number}")))
    looked: Counter[str] = Counter()
    scandir = os.scandir

    def counted(path: str) -> Iterator[os.DirEntry[str]]:
        looked[os.path.basename(path)] += 1
        return scandir(path)

    monkeypatch.setattr(os, "scandir", counted)
    assert set(agents(tmp_path / "transcript").values()) == {"Ada"}
    assert set(agents(tmp_path / "transcript", ReadOptions(companions=(str(tmp_path / "named"),))).values()) == {"Ada"}
    assert max(looked.values()) <= 3, looked


def test_standard_input_has_nothing_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, "resource.json", orjson.dumps(resource("GT1")))
    monkeypatch.chdir(tmp_path)
    for options, name in ((ReadOptions(), None), (ReadOptions(companions=("resource.json",)), "Ada")):
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(page("GT1"))))
        assert agents("-", options) == {"GT1": name}


@click.command()
@reading_options
def shown(reading: ReadOptions) -> None:
    """Show the companions named."""
    click.echo("|".join(reading.companions))


def test_companions_are_named_by_an_option_that_may_be_repeated(tmp_path: Path) -> None:
    path = written(tmp_path, "resource.json", b"{}")
    done = CliRunner().invoke(shown, ["--companion", path, "--companion", str(tmp_path)])
    assert done.stdout == f"{path}|{tmp_path}\n"
    done = CliRunner().invoke(shown, ["--companion", str(tmp_path / "none.json")])
    assert (done.exit_code, "none.json" in done.stderr) == (2, True)


def test_a_companion_among_the_inputs_is_left_out_and_told(tmp_path: Path) -> None:
    written(tmp_path, "a-resource.json", orjson.dumps(resource("GT1")))
    written(tmp_path, "b-resources.json", orjson.dumps([resource("GT2"), resource("GT3")]))
    written(tmp_path, "c-sentences.json", page("GT1"))
    left_out: list[LeftOut] = []
    (only,) = read([str(tmp_path)], ReadOptions(), left_out.append)
    assert isinstance(only, Call)
    assert {Path(item.source).name: item.what for item in left_out} == {
        "a-resource.json": "what Twilio keeps beside a transcript",
        "b-resources.json": "what Twilio keeps beside a transcript",
    }


def test_companions_alone_are_one_error(tmp_path: Path) -> None:
    for number in range(4):
        written(tmp_path, f"resource-{number}.json", orjson.dumps(resource(f"GT{number}")))
    (only,) = read([str(tmp_path)])
    assert isinstance(only, Rejected)
    assert only.source.endswith("resource-0.json")
    assert only.cause == "no turns: it is what Twilio keeps beside a transcript, not a transcript"
    assert "--companion" in only.remedy
