"""``coach score``: what it writes where, what it says, and its exit codes."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from stand_ins import StandIn

from coach.call import Call
from coach.cli import main
from coach.results import Dataset
from coach.scored import Scored


@pytest.fixture(autouse=True)
def _stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coach.scoring.Scorer", StandIn)


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    folder = tmp_path / "calls"
    folder.mkdir()
    for number in range(3):
        write_call(folder, number)
    return folder


def write_call(folder: Path, number: int, said: str = "Hello, how can I help?", **others: Any) -> None:
    turns = [{"role": "agent", "text": said}, {"role": "customer", "text": "My router is broken."}]
    call = {"call_id": f"c-{number}", "agent": {"id": "a1"}, "turns": turns, **others}
    (folder / f"{number:03}.json").write_text(json.dumps(call))


def coach(*args: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], input=stdin)


def test_json_is_one_object_a_line_in_input_order_and_nothing_else(calls: Path) -> None:
    result = coach("score", calls, "--json")
    assert result.exit_code == 0
    objects = [json.loads(line) for line in result.stdout.splitlines()]
    assert [call["call_id"] for call in objects] == ["c-0", "c-1", "c-2"]
    assert objects[0]["stamp"] == {"coach": "0.1.0", "rules": "sha256:"}
    assert result.stderr == ""


def test_json_is_the_same_bytes_twice(calls: Path) -> None:
    assert coach("score", calls, "--json").stdout_bytes == coach("score", calls, "--json").stdout_bytes


def test_results_are_written_and_summed_up(calls: Path, tmp_path: Path) -> None:
    result = coach("score", calls, "-o", tmp_path / "results")
    assert result.exit_code == 0
    assert result.stdout == f"3 calls scored.\nResults: {tmp_path / 'results'}\n"
    with Dataset.open(str(tmp_path / "results")) as dataset:
        assert dataset.value("SELECT count(*) FROM calls") == 3


def test_a_second_run_says_what_it_left_alone(calls: Path, tmp_path: Path) -> None:
    coach("score", calls, "-o", tmp_path / "results")
    write_call(calls, 3)
    (calls / "copy.json").write_bytes((calls / "000.json").read_bytes())
    result = coach("score", calls, "-o", tmp_path / "results")
    assert result.stdout.startswith(
        "1 call scored, 3 unchanged since an earlier run, 1 met twice (same id, same content) and counted once."
    )
    assert coach("score", calls, "-o", tmp_path / "results", "--rescore").stdout.startswith("4 calls scored")


def test_one_broken_file_among_a_hundred_costs_none_of_the_others(tmp_path: Path) -> None:
    for number in range(100):
        write_call(tmp_path, number)
    (tmp_path / "050b.json").write_text('{"call_id": "c-x", "turns": [')
    for more in (["--json"], ["-o", str(tmp_path / "results")]):
        result = coach("score", tmp_path, *more)
        assert result.exit_code == 3
        assert result.stderr.count("Not read: ") == 1
        assert "050b.json" in result.stderr
        assert len(result.stderr.splitlines()) == 2
    assert coach("score", tmp_path, "--json").stdout.count("\n") == 100
    with Dataset.open(str(tmp_path / "results")) as dataset:
        assert dataset.value("SELECT count(*) FROM calls") == 100
        assert dataset.value("SELECT source LIKE '%050b.json' FROM rejected") is True


def test_results_inside_the_folder_of_transcripts_are_not_read_as_transcripts(calls: Path) -> None:
    for _ in range(2):
        assert coach("score", calls, "-o", calls / "results").exit_code == 0


@pytest.mark.parametrize(("least", "code"), [("22", 0), ("22.1", 1), ("0", 0)])
def test_fail_under_is_a_gate_on_the_mean_score(calls: Path, tmp_path: Path, least: str, code: int) -> None:
    for where in (["--json"], ["-o", str(tmp_path / "r")], ["-o", str(tmp_path / "r")]):
        result = coach("score", calls, *where, "--fail-under", least)
        assert result.exit_code == code
        assert ("Gate failed: the mean score, 22.00, is under 22.1" in result.stderr) == (code == 1)


def test_a_failed_gate_comes_before_rejected_transcripts(calls: Path) -> None:
    (calls / "broken.json").write_text("{")
    assert coach("score", calls, "--json", "--fail-under", "90").exit_code == 1
    assert coach("score", calls, "--json", "--fail-under", "10").exit_code == 3


def test_the_gate_fails_where_no_call_has_a_score(tmp_path: Path) -> None:
    write_call(tmp_path, 0, "wait")
    result = coach("score", tmp_path, "--json", "--fail-under", "0")
    assert result.exit_code == 1
    assert "no call has a score" in result.stderr


def test_calls_that_wait_for_a_person_are_counted(calls: Path, tmp_path: Path) -> None:
    write_call(calls, 3, "wait")
    assert "1 call waits for a person" in coach("score", calls, "-o", tmp_path / "results").stdout
    assert "1 call waits for a person" in coach("score", calls, "-o", tmp_path / "results").stdout
    assert "1 call waits for a person" in coach("score", calls, "--json").stderr
    assert coach("score", calls, "--json", "--quiet").stderr == ""


def test_calls_without_a_score_are_counted_by_reason(calls: Path, tmp_path: Path) -> None:
    assert "no score" not in coach("score", calls, "-o", tmp_path / "results").stdout
    for number, said in enumerate(("short", "short", "shorter", "wait"), start=3):
        write_call(calls, number, said)
    for _ in range(2):
        assert coach("score", calls, "-o", tmp_path / "results").stdout.splitlines()[-3:] == [
            "2 calls have no score: Too few turns: short.",
            "1 call has no score: Too few turns: shorter.",
            f"Results: {tmp_path / 'results'}",
        ]
    assert "3 calls have no score; their findings say why." in coach("score", calls, "--json").stderr
    assert coach("score", calls, "--json", "--quiet").stderr == ""
    pages = coach("report", tmp_path / "results", "-o", tmp_path / "site").stdout.splitlines()
    assert pages[1] == "2 calls have no score: Too few turns: short."


def test_an_agent_named_who_is_nobody_is_said_once_with_the_number_of_calls(calls: Path, tmp_path: Path) -> None:
    labelled = [{"speaker": "Ana", "text": "Hello"}, {"speaker": "Bo", "text": "Hi"}]
    write_call(calls, 3, turns=labelled)
    nobody = '--agent-label "Nobody" fits nobody in 4 calls, read as if it were not given.\n'
    assert nobody in coach("score", calls, "--json", "--agent-label", "Nobody").stderr
    assert nobody in coach("score", calls, "-o", tmp_path / "r", "--agent-label", "Nobody").stderr
    both = coach("score", calls, "--json", "--agent-label", "Ana", "--agent-channel", "9", "--quiet").stderr
    assert '--agent-label "Ana" and --agent-channel "9" fit nobody in 3 calls, ' in both
    assert coach("score", calls / "003.json", "--json", "--agent-label", "Ana").stderr == ""


@pytest.mark.parametrize(
    ("args", "hint"),
    [
        ([], "coach score calls/ -o results"),
        (["{calls}"], "either -o RESULTS"),
        (["{calls}", "--json", "-o", "x"], "either -o RESULTS"),
        (["{calls}/none", "--json"], "spelling"),
        (["{calls}/*.none", "--json"], "pattern"),
        (["{calls}", "--json", "--jobs", "0"], "--jobs"),
        (["{calls}", "--json", "--fail-under", "101"], "'--fail-under': '101' is not a number from 0 to 100."),
        (["{calls}", "--json", "--fail-under", "abc"], "'--fail-under': 'abc' is not a number from 0 to 100."),
        (["{calls}", "--json", "--fail-under", "nan"], "'--fail-under': 'nan' is not a number from 0 to 100."),
        (["{calls}", "--json", "--jobs", "two"], "'--jobs': 'two' is not a whole number, from 1 to 256."),
        (["{calls}", "--json", "--rules", "{calls}/none"], "--rules"),
        (["{calls}", "--json", "--no-such-option"], "--no-such-option"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_to_do(calls: Path, args: list[str], hint: str) -> None:
    result = coach("score", *(arg.format(calls=calls) for arg in args))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert hint in result.stderr


@pytest.mark.parametrize(
    ("name", "hint"),
    [("socre", "Did you mean 'score'?"), ("reports", "Did you mean 'report'?"), ("zzz", "There are: run, score, ")],
)
def test_a_mistyped_command_is_told_its_name(name: str, hint: str) -> None:
    result = coach(name)
    assert result.exit_code == 2
    assert f"No such command '{name}'. {hint}" in result.stderr


def test_a_folder_of_other_things_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("Buy milk")
    result = coach("score", tmp_path, "--json")
    assert result.exit_code == 2
    assert "no transcript" in result.stderr


def test_results_that_cannot_be_written_are_an_error_and_no_traceback(calls: Path) -> None:
    result = coach("score", calls, "-o", calls / "000.json" / "results")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_a_transcript_comes_through_standard_input(calls: Path) -> None:
    result = coach("score", "-", "--json", stdin=(calls / "001.json").read_text())
    assert json.loads(result.stdout)["call_id"] == "c-1"


def test_hostile_ids_make_safe_files(tmp_path: Path) -> None:
    calls, out = tmp_path / "calls", tmp_path / "deep" / "results"
    calls.mkdir()
    ids = ["../../x", "<script>alert(1)</script>", "=cmd()", "a/b\\c", "'; DROP TABLE calls; --", "\x1b[31m\x00"]
    for number, call_id in enumerate(ids):
        write_call(calls, number, call_id=call_id, agent={"id": call_id, "name": call_id, "team": call_id})
    before = set(tmp_path.rglob("*"))
    assert coach("score", calls, "-o", out).exit_code == 0
    assert all(out in path.parents or path in (out, out.parent) for path in set(tmp_path.rglob("*")) - before)
    with Dataset.open(str(out)) as dataset:
        rows = dataset.sql("SELECT call_id, agent_id FROM calls")
    assert sorted(row["call_id"] for row in rows) == sorted(row["agent_id"] for row in rows) == sorted(ids)


def test_a_file_name_cannot_send_codes_to_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "\x1b[31mred\n.json").write_text("{")
    result = coach("score", tmp_path, "--json")
    assert "\x1b" not in result.stderr
    assert "\\x1b[31mred\\n.json" in result.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_run_says_what_is_kept(
    calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, code: int
) -> None:
    monkeypatch.setattr("coach.engines.batches.BATCH_CALLS", 1)
    score = StandIn.score

    def score_or_stop(self: StandIn, call: Call) -> Scored:
        if call.call_id == "c-1":
            os.kill(os.getpid(), number)
        return score(self, call)

    monkeypatch.setattr(StandIn, "score", score_or_stop)
    # Tests that were started in the background ignore it.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        result = coach("score", calls, "-o", tmp_path / "results")
    finally:
        signal.signal(signal.SIGINT, before)
    assert result.exit_code == code
    assert "the same command finishes the rest" in result.stderr
    with Dataset.open(str(tmp_path / "results")) as dataset:
        assert dataset.sql("SELECT call_id FROM calls") == [{"call_id": "c-0"}]
    monkeypatch.setattr(StandIn, "score", score)
    assert coach("score", calls, "-o", tmp_path / "results").stdout.startswith("2 calls scored, 1 unchanged")


def test_rule_folders_and_pipeline_reach_the_scorer(calls: Path, tmp_path: Path) -> None:
    for name in ("mine", "ours"):
        (tmp_path / name / "core").mkdir(parents=True)
        (tmp_path / name / "core" / "greeting.yml").touch()
    rules = ["--rules", str(tmp_path / "mine"), "--rules", str(tmp_path / "ours"), "--pipeline", "+en"]
    result = coach("score", calls / "000.json", "--json", *rules)
    assert json.loads(result.stdout)["stamp"]["rules"] == "sha256:mine,ours+en"
    assert f"{tmp_path / 'ours' / 'core' / 'greeting.yml'} replaces the built-in core.greeting." in result.stderr
