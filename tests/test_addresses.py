"""Addresses: told from paths, listed in the order of folders, shown without secrets, and what errors of stores mean."""

from __future__ import annotations

import gzip
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import fsspec
import pytest
from click.testing import CliRunner
from reader_cases import written
from stand_ins import StandIn, a_call

from coach.call import Call
from coach.cli import main
from coach.cli.named import is_results
from coach.errors import CoachError, TranscriptError, UsageError
from coach.readers import Found, Rejected, found, read, read_input
from coach.readers.addresses import is_address, normal, shown_address, trouble
from coach.readers.identity import identity_of
from coach.readers.objects import AT_A_TIME, SMALL, fetched
from coach.readers.source import stem_of
from coach.results import Dataset, make_dataset
from coach.results_copies import LocalCopies
from coach.results_parts import Store, write_part
from coach.results_schema import Entry

TEXT = b"Agent: Gas desk, good day.\nCaller: I smell gas.\n"
ROOT = "memory://test-addresses"


@pytest.fixture
def store() -> Iterator[fsspec.AbstractFileSystem]:
    files = fsspec.filesystem("memory")
    yield files
    if files.exists("/test-addresses"):
        files.rm("/test-addresses", recursive=True)


def line(call_id: str) -> bytes:
    turns = [{"role": "agent", "text": "Gas desk."}, {"role": "customer", "text": "I smell gas."}]
    return json.dumps({"call_id": call_id, "turns": turns}).encode() + b"\n"


def names(*paths: str) -> list[str]:
    return [item.call_id if isinstance(item, Call) else f"rejected {item.source}" for item in read(paths)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("s3://bucket/calls", True),
        ("memory://x", True),
        ("HTTPS://host/a.json", True),
        ("calls/odd://name.json", False),
        ("C:\\calls\\a.json", False),
        ("C://calls/a.json", False),
        ("c:/calls", False),
        ("file:///calls", False),
        ("local://calls", False),
        ("://x", False),
        ("-", False),
        ("a.json", False),
    ],
)
def test_an_address_begins_with_a_protocol(path: str, expected: bool) -> None:
    assert is_address(path) is expected


def test_a_file_that_is_called_like_an_address_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "s3:/a.json", line("here"))
    assert names("s3://a.json") == ["here"]


def test_an_address_of_this_machine_is_read_as_the_path_that_it_is(tmp_path: Path) -> None:
    written(tmp_path, "a.json", line("a"))
    written(tmp_path, "b/c.json", line("c"))
    (first, _) = found([f"file://{tmp_path}", str(tmp_path)])
    assert first.path == str(tmp_path / "a.json")
    assert names(f"FILE://{tmp_path}/b") == ["c"]
    assert normal("S3://Bucket/A") == "s3://Bucket/A"


def test_objects_are_read_in_the_order_of_files_and_the_same_are_left_out(
    tmp_path: Path, store: fsspec.AbstractFileSystem
) -> None:
    files = {
        "a/z.txt": TEXT,
        "a.txt": TEXT,
        "a-b/y.txt": TEXT,
        "b.jsonl.gz": gzip.compress(line("g-1") + line("g-2")),
        ".hidden.txt": TEXT,
        ".git/x.txt": TEXT,
        "README.md": TEXT,
        "notes": b"nothing said here\n",
        "bad.json": b"{}",
        "results/dataset.json": line("ours"),
        "results/findings/part-1.parquet": b"PAR1",
        "results/lock.json": b"{}",
        "other/dataset.json": line("theirs"),
        "plan.docx": b"PK",
    }
    for name, content in files.items():
        written(tmp_path, name, content)
        store.pipe_file(f"/test-addresses/{name}", content)
    near = [item.path for item in found([str(tmp_path)])]
    far = found([f"{ROOT}/"])
    assert [item.path for item in far] == [path.replace(str(tmp_path), ROOT) for path in near]
    assert [item.size for item in far] == [os.path.getsize(path) for path in near]
    assert names(ROOT) == [name.replace(str(tmp_path), ROOT) for name in names(str(tmp_path))]
    for pattern in ("*.txt", "**/*.txt", "a*", "[ab]*", "?.txt"):
        near = [item.path.replace(str(tmp_path), ROOT) for item in found([f"{tmp_path}/{pattern}"])]
        assert [item.path for item in found([f"{ROOT}/{pattern}"])] == near
    documents: list[str] = []
    found([ROOT], documents)
    assert documents == [f"{ROOT}/plan.docx"]


def test_source_is_the_address_and_the_place_in_it(store: fsspec.AbstractFileSystem) -> None:
    store.pipe_file("/test-addresses/a.jsonl", line("a") + b"{\n")
    call, rejected = read([f"{ROOT}/a.jsonl"])
    assert isinstance(call, Call)
    assert call.source == f"{ROOT}/a.jsonl, line 1"
    assert isinstance(rejected, Rejected)
    assert (rejected.source, rejected.place) == (f"{ROOT}/a.jsonl", "line 2, column 1")


def test_an_object_named_twice_is_read_once(store: fsspec.AbstractFileSystem) -> None:
    store.pipe_file("/test-addresses/a.json", line("a"))
    assert names(f"{ROOT}/a.json", ROOT, f"{ROOT}/*.json") == ["a"]


@pytest.mark.parametrize("path", ["missing.txt", "*.vtt", "empty", "empty/"])
def test_an_address_that_leads_nowhere_is_wrong_usage(store: fsspec.AbstractFileSystem, path: str) -> None:
    with pytest.raises(UsageError) as caught:
        found([f"{ROOT}/{path}"])
    assert caught.value.where == f"{ROOT}/{path}"
    assert caught.value.remedy


def test_a_folder_with_nothing_but_documents_says_so(store: fsspec.AbstractFileSystem) -> None:
    store.pipe_file("/test-addresses/plan.docx", b"PK")
    with pytest.raises(UsageError, match="holds no transcripts, but 1 Word document"):
        found([ROOT])


def test_what_goes_with_a_transcript_is_found_beside_it(store: fsspec.AbstractFileSystem) -> None:
    turn = {"media_channel": 1, "sentence_index": 0, "transcript": "Mills, good day."}
    meta = {"url": "https://x.example/v2/Transcripts/GT7/Sentences"}
    people = [{"channel_participant": 1, "role": "Agent", "full_name": "Ada"}]
    resource = {"account_sid": "AC1", "service_sid": "GA1", "sid": "GT7", "channel": {"participants": people}}
    store.pipe_file("/test-addresses/sentences/7.json", json.dumps({"sentences": [turn], "meta": meta}).encode())
    store.pipe_file("/test-addresses/metadata/7.json", json.dumps(resource).encode())
    (call,) = read([f"{ROOT}/sentences"])
    assert isinstance(call, Call)
    assert call.agent.name == "Ada"


def test_small_objects_are_fetched_together_and_each_is_given_its_own(store: fsspec.AbstractFileSystem) -> None:
    count = AT_A_TIME + 3
    for number in range(count):
        store.pipe_file(f"/test-addresses/{number:03}.json", line(str(number)))
    items = [(item.path, item.size) for item in found([ROOT])]
    items[5] = ("local.json", None)
    items[7] = (items[7][0], SMALL + 1)
    items[9] = (f"{ROOT}/gone.json", 1)
    got = list(fetched(items))
    assert len(got) == count
    assert [number for number, data in enumerate(got) if data is None] == [5, 7, 9]
    assert all(data == line(str(number)) for number, data in enumerate(got) if data is not None)


def test_an_object_that_is_gone_since_it_was_listed_is_rejected(store: fsspec.AbstractFileSystem) -> None:
    for name in ("a", "b", "c"):
        store.pipe_file(f"/test-addresses/{name}.json", line(name))
    items = read([ROOT])
    store.rm("/test-addresses/b.json")
    assert [item.call_id if isinstance(item, Call) else item.cause for item in items] == [
        "a",
        "there is no such file or folder",
        "c",
    ]


@pytest.mark.parametrize(
    ("error", "kind", "cause"),
    [
        (PermissionError("Forbidden"), TranscriptError, "access is denied (Forbidden)"),
        (ConnectionResetError("reset"), CoachError, "the server cannot be reached"),
        (TimeoutError(), CoachError, "the server cannot be reached"),
        (OSError(5, "Input/output error"), TranscriptError, "cannot be read (Input/output error)"),
        (ValueError("odd"), TranscriptError, "cannot be read (odd)"),
    ],
)
def test_an_error_while_reading_ends_the_run_only_where_all_of_the_store_is_concerned(
    store: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch, error: Exception, kind: type, cause: str
) -> None:
    class Broken:
        size = None

        def __enter__(self) -> Broken:
            return self

        def __exit__(self, *given: object) -> None:
            return None

        def read(self, size: int) -> NoReturn:
            raise error

    monkeypatch.setattr(type(store), "open", lambda *given, **named: Broken())
    items = read_input(Found(f"{ROOT}/a.json", True))
    if kind is CoachError:
        with pytest.raises(CoachError) as caught:
            list(items)
        assert (type(caught.value), caught.value.what, caught.value.where) == (CoachError, cause, f"{ROOT}/a.json")
    else:
        (rejected,) = items
        assert isinstance(rejected, Rejected)
        assert (rejected.source, rejected.cause) == (f"{ROOT}/a.json", cause)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://me:hush@host/a.jsonl?sig=hush#hush", "https://host/a.jsonl"),
        ("https://hush@host:8080/a", "https://host:8080/a"),
        ("http://me:hu@sh@host/a@b:c", "http://host/a@b:c"),
        ("ftp://me:hush@host/a", "ftp://host/a"),
        ("abfs://calls@account.dfs.core.windows.net/a", "abfs://calls@account.dfs.core.windows.net/a"),
        ("s3://bucket/what?.json", "s3://bucket/what?.json"),
        ("calls/me:x@y", "calls/me:x@y"),
    ],
)
def test_secrets_in_an_address_are_not_shown(address: str, shown: str) -> None:
    assert shown_address(address) == shown


def test_the_id_of_a_call_takes_nothing_from_a_query() -> None:
    assert stem_of("https://host/calls/a.json.gz?X-Amz-Signature=hush") == "a"


def test_the_words_of_a_library_are_told_without_secrets() -> None:
    address = "https://me:hush@host/a?sig=hush"
    told = trouble(OSError(f"nothing at {address}"), address)
    assert told.cause == "cannot be opened (nothing at https://host/a)"


def test_an_address_that_a_library_spells_in_its_own_way_is_told_without_secrets() -> None:
    error = OSError("403, url='https://me:hush@host/a/dataset.json?sig=hush/hush'")
    told = trouble(error, "https://me:hush@host/a?sig=hush%2Fhush")
    assert told.cause == "cannot be opened (403, url='https://host/a/dataset.json')"


@pytest.mark.parametrize(
    ("address", "remedy"),
    [
        ("s3://b/x", "pip install 'call-coach[s3]'"),
        ("gs://b/x", "pip install 'call-coach[gcs]'"),
        ("abfss://b/x", "pip install 'call-coach[azure]'"),
        ("https://host/x", "pip install aiohttp"),
        ("sftp://host/x", "Install paramiko"),
    ],
)
def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, address: str, remedy: str) -> None:
    def missing(*given: object, **named: object) -> NoReturn:
        raise ImportError("Install paramiko to do it")

    monkeypatch.setattr("fsspec.core.url_to_fs", missing)
    done = CliRunner().invoke(main, ["inspect", address])
    assert done.exit_code == 2
    assert "is not installed" in done.stderr
    assert remedy in done.stderr
    done = CliRunner().invoke(main, ["report", address, "-o", "site"])
    assert done.exit_code == 2
    assert remedy in done.stderr


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("NoCredentialsError", "no credentials"),
        ("DefaultCredentialsError", "no credentials"),
        ("ClientAuthenticationError", "no credentials"),
        ("EndpointConnectionError", "cannot be reached"),
        ("ClientConnectorError", "cannot be reached"),
    ],
)
def test_errors_of_libraries_are_known_by_name_and_below_others(name: str, cause: str) -> None:
    error: Exception = type(name, (Exception,), {})("told at length")
    assert cause in trouble(error, "s3://b/x").cause
    above = FileNotFoundError("s3://b/x")
    above.__cause__ = error
    assert cause in trouble(above, "s3://b/x").cause
    assert trouble(error, "s3://b/x").is_of_store


def test_an_unknown_kind_of_address_is_named(tmp_path: Path) -> None:
    for command in (["inspect", "nosuch://b/x"], ["report", "nosuch://b/x", "-o", str(tmp_path)]):
        done = CliRunner().invoke(main, command)
        assert done.exit_code == 2
        assert '"nosuch" is no kind of address that is known here' in done.stderr


def test_what_tells_that_an_input_did_not_change(tmp_path: Path, store: fsspec.AbstractFileSystem) -> None:
    path = written(tmp_path, "a.json", line("a"))
    stat = os.stat(path)
    assert identity_of(path) == identity_of(Found(path, True)) == f"{stat.st_size}-{stat.st_mtime_ns}"
    os.utime(path, ns=(0, stat.st_mtime_ns + 1))
    assert identity_of(path) == f"{stat.st_size}-{stat.st_mtime_ns + 1}"
    store.pipe_file("/test-addresses/a.json", line("a"))
    (item,) = found([ROOT])
    known = identity_of(item)
    assert known
    assert known == identity_of(f"{ROOT}/a.json")
    store.pipe_file("/test-addresses/a.json", line("b"))
    assert identity_of(f"{ROOT}/a.json") != known
    assert identity_of(Found(f"{ROOT}/a.json", True, size=7, mark="tag")) == "7-tag"
    assert identity_of(Found(f"{ROOT}/a.json", True, size=7)) is None
    assert [identity_of(name) for name in ("-", str(tmp_path / "none"), f"{ROOT}/none")] == [None, None, None]


def test_objects_that_did_not_change_are_not_asked_for_again(
    store: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coach.scoring.Scorer", StandIn)
    for name in ("a", "b", "c"):
        store.pipe_file(f"/test-addresses/calls/{name}.json", line(name))
    command = ["score", f"{ROOT}/calls", "-o", f"{ROOT}/results"]
    assert "3 calls scored" in CliRunner().invoke(main, command).stdout
    asked: list[str] = []
    get = type(store).cat_ranges

    def counted(self: object, paths: list[str], *given: object, **named: object) -> object:
        asked.extend(paths)
        return get(self, paths, *given, **named)

    monkeypatch.setattr(type(store), "cat_ranges", counted)
    store.pipe_file("/test-addresses/calls/b.json", line("b-2"))
    done = CliRunner().invoke(main, command)
    assert "1 call scored, 2 unchanged" in done.stdout, done.stderr
    assert asked == ["/test-addresses/calls/b.json"]


def test_an_address_is_that_of_results_where_their_header_is(store: fsspec.AbstractFileSystem, tmp_path: Path) -> None:
    scorer = StandIn()
    make_dataset(f"{ROOT}/results", scorer.stamp, scorer.rule_cards(), {})
    make_dataset(str(tmp_path), scorer.stamp, scorer.rule_cards(), {})
    store.pipe_file("/test-addresses/calls/a.json", line("a"))
    paths = (f"{ROOT}/results", f"{ROOT}/calls", f"{ROOT}/none", str(tmp_path), f"file://{tmp_path}", ".")
    assert [is_results(path) for path in paths] == [True, False, False, True, True, False]


def test_threads_that_read_one_copy_do_not_move_each_other_s_place(store: fsspec.AbstractFileSystem) -> None:
    store.pipe_file("/test-addresses/results/file", b"0123456789")
    copies = LocalCopies(Store(f"{ROOT}/results"))
    try:
        copy = copies.open(f"{ROOT}/results/file")
        assert copy.seek(4) == 4
        read: list[bytes] = []
        other = threading.Thread(target=lambda: read.extend((copy.read(2), copy.read(1))))
        other.start()
        other.join()
        assert (read, copy.tell(), copy.read(3), copy.seek(-1, 1), copy.read()) == (
            [b"01", b"2"], 4, b"456", 6, b"6789",
        )  # fmt: skip
    finally:
        copies.close()


def test_parts_elsewhere_are_copied_once_and_the_copies_removed(
    store: fsspec.AbstractFileSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("coach.results_copies.AT_A_TIME", 2)
    scorer = StandIn()
    head = {"name": "Small", "version": "1", "pass_mark": 70}
    results = make_dataset(f"{ROOT}/results", scorer.stamp, scorer.rule_cards(), head)
    for number in range(5):
        write_part(results, [Entry(f"k{number}", 0, f"h{number}", scorer.score(a_call(number)))])
    asked: list[str] = []
    get = type(store).get

    def counted(self: object, paths: list[str], *given: object, **named: object) -> object:
        asked.extend(paths)
        return get(self, paths, *given, **named)

    monkeypatch.setattr(type(store), "get", counted)
    with Dataset.open(f"{ROOT}/results") as dataset:
        for _ in range(3):
            assert dataset.value("SELECT count(*) FROM calls") == 5
            assert dataset.value("SELECT count(DISTINCT key) FROM findings") == 5
        assert len({path for path in asked if "/findings/" in path}) == 5
        assert len([path for path in asked if "/findings/" in path]) <= 6
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())
