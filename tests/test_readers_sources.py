"""Where transcripts come from: files, folders, patterns, standard input, archives, encodings, other readers."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from click.testing import CliRunner
from reader_cases import call_of, rejected_of, said, written

from coach.call import Call, Turn
from coach.cli import main
from coach.cli.numbers import Size
from coach.errors import CoachError, UsageError
from coach.readers import LeftOut, ReadOptions, Rejected, passed_over, read, registry
from coach.readers.base import Origin
from coach.readers.left_out import TWIN

TEXT = "Agent: Gas desk, good day.\nCaller: I smell gas.\n"
TURNS = [{"role": "agent", "text": "Gas desk."}, {"role": "customer", "text": "I smell gas."}]


def line(call_id: str) -> str:
    return json.dumps({"call_id": call_id, "turns": TURNS}) + "\n"


def names(paths: list[str]) -> list[str]:
    return [item.call_id if isinstance(item, Call) else f"rejected {Path(item.source).name}" for item in read(paths)]


def test_a_folder_is_read_through_in_order_and_what_is_no_transcript_is_left_out(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/y.vtt.txt", "c"):
        written(tmp_path, name, TEXT)
    for name in (".hidden.txt", ".git/x.txt", "README.md", "notes", "a/picture.png"):
        written(tmp_path, name, TEXT if name.startswith(".") or name.endswith(".md") else "nothing said here\n")
    assert names([str(tmp_path)]) == ["y", "z", "b", "c"]


def test_documents_that_hold_a_transcript_are_passed_over_in_folders_unless_they_are_named(tmp_path: Path) -> None:
    talk = "**Agent:** Hello.\n\n**Caller:** Hi.\n"
    for name, text in (("a.txt", TEXT), ("b/talk.md", talk), ("b/own.log", TEXT), ("README.md", "# Calls\n\nMine.\n")):
        written(tmp_path, name, text)
    talks, log = str(tmp_path / "b" / "talk.md"), str(tmp_path / "b" / "own.log")
    assert passed_over([str(tmp_path)]) == [log, talks]
    assert passed_over([str(tmp_path), str(tmp_path / "b" / "*.md")]) == [log]
    assert passed_over([str(tmp_path / "a.txt"), talks]) == []
    assert names([str(tmp_path), talks, log]) == ["a", "talk", "own"]


def test_results_of_ours_in_a_folder_are_left_out(tmp_path: Path) -> None:
    for name in ("a/dataset.json", "results/dataset.json", "results/lock.json", "results/findings/part-1.parquet"):
        written(tmp_path, name, line(name))
    assert names([str(tmp_path)]) == ["a/dataset.json"]


def test_a_file_in_a_folder_that_should_be_a_transcript_is_rejected(tmp_path: Path) -> None:
    written(tmp_path, "good.json", line("g"))
    written(tmp_path, "bad.json", "{}")
    written(tmp_path, "bad.csv.gz", gzip.compress(b"nothing\n"))
    assert names([str(tmp_path)]) == ["rejected bad.csv.gz", "rejected bad.json", "g"]


def test_a_named_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    assert call_of(written(tmp_path, "README.md", TEXT)).format == "text"
    assert call_of(written(tmp_path, "x.csv", line("g"))).format == "native"
    assert call_of(written(tmp_path, "x.json", "WEBVTT\n\n00:01.000 --> 00:02.000\nAgent: hi\n")).format == "webvtt"


def test_patterns_are_sorted_and_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "sub/c.txt"):
        written(tmp_path, name, TEXT)
    assert names([str(tmp_path / "*.txt")]) == ["a", "b"]
    assert names([str(tmp_path / "**" / "*.txt"), str(tmp_path / "a.txt")]) == ["a", "b", "c"]


@pytest.mark.parametrize("path", ["missing.txt", "*.vtt", "empty"])
def test_a_path_that_leads_nowhere_is_wrong_usage_before_anything_is_read(tmp_path: Path, path: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError):
        read([str(tmp_path / path)])


def test_a_folder_linked_into_itself_is_read_once(tmp_path: Path) -> None:
    written(tmp_path, "a.txt", TEXT)
    os.symlink(tmp_path, tmp_path / "loop")
    assert names([str(tmp_path)]) == ["a"]


def twin(call_id: str, content: object) -> str:
    return json.dumps({"call_id": call_id, "turns": TURNS, "content": content}) + "\n"


def test_of_a_call_that_is_there_raw_and_redacted_the_first_is_read_and_the_other_named(tmp_path: Path) -> None:
    written(tmp_path, "a.json", twin("c", "Redacted"))
    written(tmp_path, "b.json", twin("c", "Raw"))
    written(tmp_path, "d.jsonl", twin("e", "Raw") + twin("e", "redacted") + twin("e", "Raw"))
    left_out: list[LeftOut] = []
    items = list(read([str(tmp_path)], on_left_out=left_out.append))
    assert [(item.call_id, len(item.warnings)) for item in items if isinstance(item, Call)] == [
        ("c", 0),
        ("e", 0),
        ("e", 1),  # The same content again is no twin.
    ]
    assert [Path(item.source).name for item in left_out] == ["b.json", "d.jsonl, line 2"]
    assert {item.what for item in left_out} == {TWIN}


@pytest.mark.parametrize("content", [None, "Both", 1, {"text": "Raw"}, ["Raw"]])
def test_calls_that_say_nothing_of_redaction_are_no_twins(tmp_path: Path, content: object) -> None:
    path = written(tmp_path, "a.jsonl", twin("c", "Raw") + twin("c", content))
    assert names([path]) == ["c", "c"]


def test_inspect_names_a_twin_that_is_left_out_and_do_not_fail(tmp_path: Path) -> None:
    path = written(tmp_path, "a.jsonl", twin("c", "Raw") + twin("c", "Redacted"))
    done = CliRunner().invoke(main, ["inspect", "--json", path])
    assert done.exit_code == 0
    assert done.stdout.count("\n") == 1
    assert f"1 left out: {path}, line 2 ({TWIN})" in done.stderr


@pytest.mark.parametrize(
    ("written", "bytes_"),
    [
        ("4096", 4096),
        ("2kb", 2048),
        ("200MB", 200 * 1024**2),
        ("1.5 GB", 3 * 2**29),
        ("1GiB", 2**30),
        ("7m", 7 * 2**20),
    ],
)
def test_a_size_is_written_with_a_unit_or_in_bytes(written: str, bytes_: int) -> None:
    assert Size().convert(written, None, None) == bytes_


@pytest.mark.parametrize("size", ["", "0", "-1", "MB", "1TB", "nan", "1e9", "0.2", "1 000"])
def test_what_is_no_size_is_refused_in_words(tmp_path: Path, size: str) -> None:
    done = CliRunner().invoke(main, ["inspect", "--max-bytes", size, written(tmp_path, "a.txt", TEXT)])
    assert done.exit_code == 2
    assert "is not a size such as 200MB" in done.stderr


def test_a_document_over_the_limit_is_refused_and_the_option_named(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", TEXT * 100)
    done = CliRunner().invoke(main, ["inspect", "--max-bytes", "1KB", path])
    assert done.exit_code == 3
    assert f"{path}: one document is larger than 1 KB, the limit that --max-bytes sets" in done.stderr
    assert CliRunner().invoke(main, ["inspect", "--max-bytes", "1MB", path]).exit_code == 0


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress((line("a") + line("b")).encode()))))
    calls = [item for item in read(["-"]) if isinstance(item, Call)]
    assert [(call.call_id, call.source) for call in calls] == [
        ("a", "standard input, line 1"),
        ("b", "standard input, line 2"),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.txt.gz", TEXT), ("a.json.gz", line("a")), ("a.vtt.gz", "WEBVTT\n\n00:01.000 --> 00:02.000\nAgent: hi\n")],
)
def test_gzip_of_anything_is_unpacked(tmp_path: Path, name: str, content: str) -> None:
    assert call_of(written(tmp_path, name, gzip.compress(content.encode()))).call_id == "a"


def test_what_came_before_the_break_in_an_archive_is_kept(tmp_path: Path) -> None:
    # Ids that do not compress, so that a cut half-way leaves half the lines.
    packed = gzip.compress("".join(line(os.urandom(12).hex()) for _ in range(4000)).encode())
    items = list(read([written(tmp_path, "a.jsonl.gz", packed[: len(packed) // 2])]))
    assert sum(isinstance(item, Call) for item in items) > 1000
    assert [item.cause for item in items if isinstance(item, Rejected)] == [
        "the gzip archive is cut off; the calls that were whole before it were read"
    ]
    assert isinstance(items[-1], Rejected)


def test_a_damaged_archive_is_one_rejection(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(line("a").encode() * 50))
    packed[20] ^= 0xFF
    packed[-6] ^= 0xFF
    rejected = [item for item in read([written(tmp_path, "a.jsonl.gz", bytes(packed))]) if isinstance(item, Rejected)]
    assert len(rejected) >= 1
    assert any("gzip" in item.cause for item in rejected)


@pytest.mark.parametrize(
    ("encoding", "warnings"),
    [("utf-8", 0), ("utf-8-sig", 0), ("utf-16", 0), ("cp1252", 1)],
)
def test_encodings_of_text(tmp_path: Path, encoding: str, warnings: int) -> None:
    call = call_of(written(tmp_path, "a.txt", "Call ID: 1\n\nAgent: Grüße\nCaller: né\n".encode(encoding)))
    assert said(call) == [("Agent", "Grüße"), ("Caller", "né")]
    assert len(call.warnings) == warnings


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("talk", ["Grüße, 5 € \U0001f600", "Здравствуйте, слушаю вас", "您好"])
def test_utf_16_and_32_without_a_mark_are_told_by_their_zeros(tmp_path: Path, encoding: str, talk: str) -> None:
    for name, content in (
        ("a.txt", f"Call ID: 1\r\nAgent: {talk}\r\nCaller: né\r\n"),
        ("a.json", json.dumps({"call_id": "1", "turns": [{"speaker": "Agent", "text": talk}]}, ensure_ascii=False)),
        ("a.csv", f"call_id,speaker,text\r\n1,Agent,{talk}\r\n1,Caller,né\r\n".replace(", ", "; ")),
        ("a.srt", f"1\r\n00:00:01,000 --> 00:00:02,000\r\nAgent: {talk}\r\n\r\n"),
        ("a.txt", ("Agent: " + f"{talk} " * 5000 + "\n") * 3),
    ):
        call = call_of(written(tmp_path, name, content.encode(encoding)))
        assert talk[:5] in call.turns[0].text
        assert call.warnings[0] == f"no byte order mark: read as {encoding[:6].upper()}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "Agent: Grüße\nCaller: né\n"),
        (
            "a.json",
            '{"call_id": "a", "turns": [\n{"role": "agent", "text": "Grüße"},\n{"role": "customer", "text": "né"}\n]}',
        ),
        (
            "a.jsonl",
            '\n{"call_id": "a", "turns": [{"role": "agent", "text": "Grüße"}, {"role": "customer", "text": "né"}]}\n\n',
        ),
        ("a.csv", "speaker,text\nAgent,Grüße\nCaller,né\n"),
        ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Agent>Grüße\n\n00:02.000 --> 00:03.000\n<v Caller>né\n"),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nAgent: Grüße\n\n2\n00:00:02,000 --> 00:00:03,000\nCaller: né\n"),
    ],
)
def test_line_ends_and_encodings_make_no_difference(tmp_path: Path, name: str, content: str, encoding: str) -> None:
    for ends in ("\n", "\r\n"):
        call = call_of(written(tmp_path, name, content.replace("\n", ends).encode(encoding)))
        assert [(turn.role, turn.text) for turn in call.turns] == [("agent", "Grüße"), ("customer", "né")]
        assert ("not written in UTF-8: read as Windows-1252" in call.warnings) is (encoding == "cp1252")


def test_an_encoding_can_be_given(tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt", "Agent: Żółw\nCaller: ok\n".encode("cp1250"))
    assert call_of(path, ReadOptions(encoding="cp1250")).turns[0].text == "Żółw"
    assert "not readable as ascii" in rejected_of(path, ReadOptions(encoding="ascii")).cause
    with pytest.raises(UsageError):
        list(read([path], ReadOptions(encoding="no-such-thing")))


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "the file is empty"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "a sound file (WAV)"),
        (b"PK\x03\x04abc", "the zip archive is damaged or cut off"),
        (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
        (b"BZh91AY&SY", "a bzip2 archive"),
        (b"%PDF-1.7", "a PDF document"),
        (b"Agent: a\nCaller: \x00\x01\x02 hello hello hello\n", "NUL bytes"),
        (TEXT.encode("utf-16-le")[:-1], "NUL bytes"),
        (TEXT.encode().replace(b" ", b"\0"), "NUL bytes"),
        (bytes(range(256)) * 100, "NUL bytes"),
        (b"Agent: hello\n" * 8000 + b"Caller: \x00\n", "NUL bytes"),
    ],
)
def test_what_is_no_text_is_said_in_words(tmp_path: Path, content: bytes, cause: str) -> None:
    rejected = rejected_of(written(tmp_path, "a.txt", content))
    assert cause in rejected.cause
    assert rejected.remedy


def test_a_file_that_may_not_be_read_is_rejected(tmp_path: Path) -> None:
    folder = tmp_path / "a.txt"
    folder.symlink_to(tmp_path / "b.txt")
    written(tmp_path, "b.txt", TEXT)
    items = read([str(folder)])
    (tmp_path / "b.txt").unlink()
    (rejected,) = items
    assert isinstance(rejected, Rejected)
    assert "cannot be opened" in rejected.cause


class _Vendor:
    """A reader as another package may bring it."""

    name = "vendor"
    title = "a vendor's form"
    provides = ("roles",)

    def recognises_value(self, value: object) -> float:
        return 1.0 if isinstance(value, dict) and "speech" in value else 0.0

    def calls(self, value: object, origin: Origin, options: ReadOptions) -> Iterator[Call]:
        yield Call(origin.fallback_id, (Turn("agent", "hi"),), format=self.name, source=str(origin))


@pytest.fixture
def entry_points_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[EntryPoint]]:
    points: list[EntryPoint] = []
    cached = (registry.plugins, registry.registered, registry.readers, registry.json_readers)
    for function in cached:
        function.cache_clear()
    monkeypatch.setattr(registry, "entry_points", lambda group: points if group == "coach.readers" else [])
    yield points
    for function in cached:
        function.cache_clear()


def test_other_packages_register_readers(tmp_path: Path, entry_points_of: list[EntryPoint]) -> None:
    entry_points_of.append(EntryPoint("vendor", f"{__name__}:_Vendor", "coach.readers"))
    path = written(tmp_path, "a.jsonl", '{"speech": 1}\n{"speech": 2}\n')
    assert [(item.call_id, item.format) for item in read([path]) if isinstance(item, Call)] == [
        ("a", "vendor"),
        ("a-2", "vendor"),
    ]
    assert "no transcript form known here" in rejected_of(written(tmp_path, "b.json", '{"x": 1}')).cause


@pytest.mark.parametrize("value", ["no_such_module:Reader", "json:dumps"])
def test_a_registered_reader_that_is_none_is_named(
    tmp_path: Path, entry_points_of: list[EntryPoint], value: str
) -> None:
    entry_points_of.append(EntryPoint("odd", value, "coach.readers"))
    with pytest.raises(CoachError, match="odd"):
        list(read([written(tmp_path, "a.txt", TEXT)]))
