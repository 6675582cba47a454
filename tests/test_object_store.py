"""Transcripts and results in an object store: a real S3 server on loopback, asked by the real command."""

from __future__ import annotations

import gzip
import importlib.util
import io
import json
import os
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner

from coach.cli import main
from coach.results import Dataset

for package in ("moto", "flask", "s3fs"):
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed", allow_module_level=True)

# It ends when its standard input does, so that it outlives no test run, not even a killed one.
SERVER = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""
# One process for many commands, each a line: starting one takes a second.
COMMANDS = """
import json, sys
from click.testing import CliRunner
from coach.cli import main
asked, answers = sys.stdin, sys.stdout
for line in asked:
    done = CliRunner().invoke(main, json.loads(line))
    print(json.dumps([done.exit_code, done.stdout, done.stderr]), file=answers, flush=True)
"""
ROWS = """
import sys
sys.path.append(sys.argv[2])
from test_object_store import Dataset, rows_of
with Dataset.open(sys.argv[1]) as dataset:
    print("\\n".join(rows_of(dataset)))
"""
TURNS = [
    {"role": "agent", "text": "Gas desk, good morning, how can I help?"},
    {"role": "customer", "text": "I smell gas in the kitchen."},
    {"role": "agent", "text": "I'm sorry to hear that. Please open the windows."},
    {"role": "customer", "text": "Done, thank you."},
]
TEXT = "Agent: Gas desk, good morning.\nCaller: I smell gas.\nAgent: I'm sorry to hear that.\nCaller: Thanks.\n"
AUTHORIZED = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
DENY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::centre/shut/secret*",
        }
    ],
}


def rows_of(dataset: Dataset) -> Iterator[str]:
    for table in ("calls", "findings", "turns", "rejected"):
        for row in dataset.rows(f"SELECT * FROM {table} ORDER BY ALL"):  # noqa: S608
            yield f"{table} {json.dumps(row, default=str)}"


def line(call_id: str, **more: str) -> bytes:
    return json.dumps({"call_id": call_id, "turns": TURNS, **more}).encode() + b"\n"


def zipped(members: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


CALLS = {
    "a/z.json": line("z"),
    "a.jsonl.gz": gzip.compress(line("g-1") + b"{\n" + line("g-2")),
    "b c+ü.txt": TEXT.encode(),
    "bad.json": b"{}",
    "empty.json": b"",
    "plan.pdf": b"%PDF-1.7",
    "README.md": TEXT.encode(),
    ".hidden/h.json": line("hidden"),
    "packed.zip": zipped({"m/q.json": line("q"), "a.txt": TEXT.encode()}),
    # Larger than what is fetched at once, so it is read block by block.
    "z-large.jsonl": b"".join(line(f"large-{number}", note="." * 9000) for number in range(40)),
}
ELSEWHERE = {"patterns/[x].json": line("magic"), "patterns/x.json": line("plain"), "shut/secret.json": line("secret")}


Commands = Callable[..., list[tuple[int, str, str]]]


class Server:
    """The server as tests see it: its address, and what a command needs in its environment to use it."""

    def __init__(self, port: str) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "FSSPEC_"))},
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "hush",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def ask(self, method: str, path: str, data: bytes | None = None) -> bytes:
        headers = {"Authorization": AUTHORIZED, "Content-Type": "application/octet-stream"}
        with urlopen(Request(f"{self.url}/{quote(path, '/?')}", data, headers, method=method), timeout=20) as answer:  # noqa: S310
            return bytes(answer.read())

    def run(self, script: str, *arguments: str, given: str = "", **changed: str) -> subprocess.CompletedProcess[str]:
        environment = {**self.environment, **changed}
        return subprocess.run(
            [sys.executable, "-c", script, *arguments],
            input=given,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**environment, "PYTHONIOENCODING": "utf-8"},
            timeout=120,
            check=False,
        )

    def commands(self, *commands: list[str], **changed: str) -> list[tuple[int, str, str]]:
        """Run these one after another, in a process with a changed environment of its own."""
        done = self.run(COMMANDS, given="".join(f"{json.dumps(command)}\n" for command in commands), **changed)
        assert done.returncode == 0, done.stderr
        return [tuple(json.loads(told)) for told in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with subprocess.Popen(
        [sys.executable, "-c", SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            served = Server(process.stdout.readline().strip())
            served.ask("PUT", "centre")
            for name, content in CALLS.items():
                served.ask("PUT", f"centre/calls/{name}", content)
            for name, content in ELSEWHERE.items():
                served.ask("PUT", f"centre/{name}", content)
            served.ask("PUT", "centre?policy", json.dumps(DENY).encode())
            yield served
        finally:
            process.stdin.close()
            process.wait(20)


@pytest.fixture(scope="module")
def commands(server: Server) -> Iterator[Commands]:
    """Return what runs commands one after another in a process that knows the server."""
    with subprocess.Popen(
        [sys.executable, "-c", COMMANDS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**server.environment, "PYTHONIOENCODING": "utf-8"},
    ) as process:

        def run(*commands: list[str]) -> list[tuple[int, str, str]]:
            assert process.stdin is not None
            assert process.stdout is not None
            told = []
            for command in commands:
                process.stdin.write(f"{json.dumps(command)}\n")
                process.stdin.flush()
                told.append(tuple(json.loads(process.stdout.readline())))
            return told

        try:
            yield run
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(20)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("local")
    for name, content in CALLS.items():
        path = folder / "calls" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def test_a_bucket_is_scored_and_reported_as_a_folder_is(
    server: Server, commands: Commands, folder: Path, tmp_path: Path
) -> None:
    (code, out, error), reported, *refused = commands(
        ["score", "s3://centre/calls", "-o", "s3://centre/results", "--jobs", "1"],
        ["report", "s3://centre/results", "-o", f"{tmp_path / 'far'}", "-q"],
        ["report", "s3://centre/nothing", "-o", f"{tmp_path / 'none'}"],
        ["score", "s3://centre/calls/a", "-o", "s3://no-such-bucket/results"],
    )
    assert [code for code, _, _ in refused] == [2, 2]
    assert "no results here" in refused[0][2]
    assert "there is no such bucket" in refused[1][2]
    assert "no-such-bucket" not in server.ask("GET", "").decode()
    calls, results = f"{folder / 'calls'}", f"{tmp_path / 'results'}"
    near = CliRunner().invoke(main, ["score", calls, "-o", results, "--jobs", "1"])
    assert code == near.exit_code == 3

    def as_far(text: str) -> str:
        return text.replace(calls, "s3://centre/calls").replace(results, "s3://centre/results")

    assert out == as_far(near.stdout)
    assert "Not read: s3://centre/calls/a.jsonl.gz, line 2, column 1: " in error
    # A file that is passed over is told of in folders alone.
    passed, *others = as_far(near.stderr).splitlines()
    assert passed.startswith("1 file passed over")
    assert error.splitlines() == others

    rows = server.run(ROWS, "s3://centre/results", str(Path(__file__).parent)).stdout.splitlines()
    with Dataset.open(results) as dataset:
        assert rows == list(map(as_far, rows_of(dataset)))
    assert sum(row.startswith("calls {") for row in rows) == 40 + 6
    assert any('"source": "s3://centre/calls/b c+\\u00fc.txt"' in row for row in rows)
    listed = server.ask("GET", "centre?list-type=2&prefix=results").decode()
    assert "<Key>results/calls/part-" in listed
    assert ".tmp" not in listed

    assert reported == (0, "", "")
    CliRunner().invoke(main, ["report", results, "-o", f"{tmp_path / 'near'}", "-q"])
    pages = sorted(path.relative_to(tmp_path / "near") for path in (tmp_path / "near").rglob("*") if path.is_file())
    assert len(pages) > 3
    for page in pages:
        one, other = ((tmp_path / site / page).read_text("utf-8").replace("<wbr>", "") for site in ("far", "near"))
        assert one == as_far(other)


def test_addresses_lead_to_objects_folders_and_patterns(server: Server, commands: Commands) -> None:
    asked = {
        "s3://centre/calls/a.jsonl.gz": ["g-1", "g-2"],
        "s3://centre/calls/a": ["z"],
        "s3://centre/calls/*.txt": ["b c+ü"],
        "s3://centre/calls/a*": ["z", "g-1", "g-2"],
        "s3://centre/**/z.json": ["z"],
        "s3://centre/patterns/[x].json": ["magic"],
        "s3://centre/patterns/?.json": ["plain"],
        "s3://centre/patterns/": ["magic", "plain"],
        "S3://centre/calls/packed.zip": ["a", "q"],
        f"{server.url.replace('//', '//me:hush@')}/centre/calls/a/z.json?sig=hush": ["z"],
    }
    done = commands(*(["inspect", "--json", address] for address in asked))
    for (_, out, error), (address, call_ids) in zip(done, asked.items(), strict=True):
        assert [json.loads(told)["call_id"] for told in out.splitlines()] == call_ids, (address, error)
        assert "hush" not in out + error


def test_what_is_wrong_with_an_address_is_said_with_what_to_do(server: Server, commands: Commands) -> None:
    asked = {
        "s3://no-such-bucket/calls/": "Usage error: s3://no-such-bucket/calls/: there is no such bucket\n",
        "s3://no-such-bucket/*.json": "there is no such bucket",
        "s3://centre/nothing": "Usage error: s3://centre/nothing: there is no such file or folder\n",
        "s3://centre/calls/*.vtt": "no file matches this pattern",
        "s3://": "which bucket is not said",
        "s3://*/calls": "which bucket is not said",
        "s3://centre/shut": "Not read: s3://centre/shut/secret.json: access is denied",
        f"{server.url.replace('//', '//me:hush@')}/centre/none.vtt?sig=hush": "centre/none.vtt: there is no such file",
    }
    done = commands(*(["inspect", address, "--json"] for address in asked))
    for (code, out, error), (address, told) in zip(done, asked.items(), strict=True):
        assert told in error, address
        assert (code, out) == (3 if "shut" in address else 2, "")
        assert "hush" not in error
        assert "Traceback" not in error
        assert "defect" not in error


def test_a_store_that_cannot_be_entered_or_reached_ends_the_run(server: Server) -> None:
    ((code, _, error),) = server.commands(["inspect", "s3://centre/calls"], AWS_ACCESS_KEY_ID="")
    assert code == 2
    assert "no credentials" in error
    assert "AWS_PROFILE" in error
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
        ((code, _, error),) = server.commands(
            ["inspect", "s3://centre/calls"], AWS_ENDPOINT_URL=nobody, AWS_MAX_ATTEMPTS="1"
        )
    assert code == 2
    assert "the server cannot be reached" in error
