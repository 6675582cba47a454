"""The generator of calls: the same bytes for the same arguments, readable in every format."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from coach.call import Call
from coach.readers import ReadOptions, read

GENERATE = Path(__file__).resolve().parent.parent / "benchmarks" / "generate.py"
TWO_HUNDRED_CALLS = "82691cf5a29e047880648707b6ce393a177e6f173a948558632ef1a129793d93"


def generate(*arguments: str) -> bytes:
    return subprocess.run([sys.executable, GENERATE, *arguments], check=True, capture_output=True).stdout


def test_the_same_arguments_give_the_same_bytes_and_another_seed_gives_others() -> None:
    first = generate("--calls", "60", "--seed", "7", "-o", "-")
    assert first == generate("--calls", "60", "--seed", "7", "-o", "-")
    assert first != generate("--calls", "60", "--seed", "8", "-o", "-")


def test_the_bytes_are_those_of_every_supported_python() -> None:
    # Taken with Python 3.10, 3.11, 3.12 and 3.13; changes only when the phrases or the grammar do.
    made = generate("--calls", "200", "--seed", "7", "-o", "-")
    assert hashlib.sha256(made).hexdigest() == TWO_HUNDRED_CALLS


def test_calls_are_in_order_of_time_over_the_weeks_asked_for() -> None:
    lines = generate("--calls", "200", "--weeks", "3", "--first-day", "2026-03-02", "-o", "-").splitlines()
    starts = [json.loads(line)["started_at"] for line in lines]
    assert starts == sorted(starts)
    assert starts[0][:10] == "2026-03-02"
    assert starts[-1][:10] == "2026-03-20"


def test_agents_differ_in_how_often_they_apologise() -> None:
    lines = generate("--calls", "2000", "--agents", "6", "--no-times", "-o", "-").splitlines()
    sorry: dict[str, list[bool]] = {}
    for call in map(json.loads, lines):
        said = " ".join(turn["text"].lower() for turn in call["turns"] if turn["role"] == "agent")
        sorry.setdefault(call["agent"]["id"], []).append("sorry" in said or "apolog" in said)
    shares = sorted(sum(marks) / len(marks) for marks in sorry.values())
    assert len(shares) == 6
    assert shares[-1] - shares[0] > 0.15


def test_a_call_without_times_has_none() -> None:
    line = json.loads(generate("--calls", "1", "--no-times", "-o", "-"))
    assert {key for turn in line["turns"] for key in turn} == {"role", "text"}


def test_webvtt_without_times_is_refused_with_a_message(tmp_path: Path) -> None:
    asked = [sys.executable, GENERATE, "--format", "webvtt", "--no-times", "-o", tmp_path]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "cannot be written without times" in done.stderr


@pytest.mark.parametrize(
    ("form", "name"), [("native", "calls.jsonl"), ("csv", "calls.csv"), ("text", "calls"), ("webvtt", "calls")]
)
@pytest.mark.parametrize("times", ["--times", "--no-times"])
def test_every_format_is_read_back_with_everyone_known(tmp_path: Path, form: str, name: str, times: str) -> None:
    if form == "webvtt" and times == "--no-times":
        return
    generate("--calls", "40", "--seed", "3", "--format", form, times, "-o", str(tmp_path / name))
    calls = [call for call in read([str(tmp_path / name)], ReadOptions()) if isinstance(call, Call)]
    assert [call.call_id for call in calls] == [f"gen-3-{number:07}" for number in range(40)]
    assert {call.roles.how for call in calls} <= {"given", "label"}
    assert {turn.role for call in calls for turn in call.turns} == {"agent", "customer"}
    assert not [call.warnings for call in calls if call.warnings]
    assert all(call.agent.id and call.agent.team and call.started_at for call in calls)
