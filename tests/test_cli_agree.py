"""``coach agree``: what it prints, its JSON, its gate and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from labelled_calls import AskedFor, write_calls, write_labels

from coach.call import Call
from coach.cli import main
from coach.scored import Scored

LABELS = {
    "c-0": {"greeting": ["met", [0]], "apology": ["met", [2]]},
    "c-1": {"greeting": ["met", [0]], "apology": ["missed", [1]]},
    "c-2": {"greeting": ["met", [0]], "apology": ["met", [2]]},
    "c-3": {"greeting": ["met", [2]], "apology": ["not_applicable", []]},
    "c-4": {"greeting": ["met", [0]], "apology": ["missed", [1]]},
    "c-9": {"greeting": "met"},
}
MARKS = {
    "c-0": {"core.greeting": ["met", [0]], "core.apology": ["met", [2]]},
    "c-1": {"core.greeting": ["met", [0]], "core.apology": ["missed", [1]]},
    "c-2": {"core.greeting": ["met", [0]], "core.apology": ["missed", [1]]},
    "c-3": {"core.greeting": ["met", [0]], "core.apology": "not_applicable"},
    "c-4": {"core.greeting": ["met", [0]], "core.apology": ["missed", [1]]},
    "c-5": {"core.greeting": "met"},
}
TABLE = """\
                            same            95%               met         missed
check               calls   mark  kappa  interval         prec   rec  prec   rec
greeting                5   100%      –                   1.00  1.00     –     –
apology                 5  80.0%   0.69  0.00 to 1.00     1.00  0.50  0.67  1.00

Kappa: 1 is full agreement, 0 no more than chance. Precision (prec): of the
tool's marks, those that the reviewers gave too. Recall (rec): of the reviewers'
marks, those that the tool found.
greeting: reviewers gave one outcome throughout, so agreement cannot be told
  from chance.

Where they differ, reviewer→tool:
  apology: met→missed 1

Same mark, on other turns than those the reviewer names: greeting 1 of 5.

9 of 10 (90.0%) marks agree, on 5 calls.
Mean kappa 0.69 over 1 check (95% interval 0.00 to 1.00); lowest: apology, 0.69.
Not in the mean, for reviewers gave one outcome: greeting.
1 labelled call is not among the calls read: c-9.
1 call read has no label.
To see the marks that differ, one by one: --show apology
"""
SHOWN = """\
apology: Apologise when something went wrong
4 of 5 marks agree, kappa 0.69 (95% interval 0.00 to 1.00).

  reviewer        tool: met  missed  not_applicable
  met                     1       1               0
  missed                  0       2               0
  not_applicable          0       0               1

1 of 1 that differ: call c-2
  reviewer: met
    turn 2, agent: “Sorry about that, let me look.”
  tool: missed. There was an occasion, and the agent did not.
    turn 1, customer: “router is broken.” in “My router is broken.”
"""


@pytest.fixture(autouse=True)
def _asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coach.scoring.Scorer", AskedFor)


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    return write_labels(tmp_path / "labels.jsonl", LABELS)


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    return write_calls(tmp_path / "calls.jsonl", MARKS)


def coach(*args: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], input=stdin)


def test_the_table_sums_up_each_check_and_all_of_them(labels: Path, calls: Path) -> None:
    result = coach("agree", labels, calls)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == TABLE


def test_show_gives_both_sides_with_their_words(labels: Path, calls: Path) -> None:
    assert coach("agree", labels, calls, "--show", "apology").stdout == SHOWN
    everything = coach("agree", labels, calls, "--show", "all", "--quiet").stdout
    assert everything.endswith(f"\n\n\n{SHOWN}")
    assert "1 of 1 that rest on other turns: call c-3" in everything


def test_labels_may_be_a_table_and_come_through_standard_input(labels: Path, calls: Path) -> None:
    rows = [
        f"{call_id};{check};{marks[0]};{' '.join(map(str, marks[1]))}"
        for call_id, said in list(LABELS.items())[:5]
        for check, marks in said.items()
        if isinstance(marks, list)
    ]
    table = "\n".join(["call_id;check;outcome;turn", *rows])
    made = json.loads(coach("agree", "-", calls, "--json", stdin=table).stdout)
    of_lines = json.loads(coach("agree", labels, calls, "--json").stdout)
    assert made["checks"] == of_lines["checks"]
    assert made["labels"] == "standard input"


def test_json_is_one_object_with_everything_and_the_same_bytes_twice(labels: Path, calls: Path) -> None:
    result = coach("agree", labels, calls, "--json")
    assert (result.stderr, result.stdout.count("\n")) == ("", 1)
    assert result.stdout_bytes == coach("agree", labels, calls, "--json").stdout_bytes
    data = json.loads(result.stdout)
    assert data["calls"] == {"compared": 5, "not_found": ["c-9"], "unlabelled": ["c-5"]}
    assert data["marks"] == {
        "compared": 10, "agreed": 9, "agreement": 0.9, "reviewer_cannot_tell": 0, "unmarked": 0, "repeated": 0,
    }  # fmt: skip
    assert data["kappa"]["lowest"] == {"check": "apology", "value": 0.6875}
    greeting, apology = data["checks"]
    assert (greeting["kappa"]["value"], greeting["evidence"]) == (None, {"same_turn": 4, "of": 5})
    assert (apology["rule"], apology["calls"], apology["agreed"], apology["outcomes"]) == ("core.apology", 5, 4, 3)
    assert apology["confusion"]["met"] == {"met": 1, "missed": 1, "not_applicable": 0, "cannot_tell": 0}
    assert apology["missed"] == {"precision": 0.6667, "recall": 1.0, "tool": 3, "reviewers": 2}
    (different,) = data["disagreements"]
    assert different["call_id"] == "c-2"
    assert different["reviewer"]["said"] == [{"turn": 2, "role": "agent", "text": "Sorry about that, let me look."}]
    assert different["tool"]["evidence"][0] == {
        "turn": 1, "start": 3, "end": 20, "text": "router is broken.", "role": "customer"
    }  # fmt: skip
    assert [each["call_id"] for each in data["other_turns"]] == ["c-3"]


def test_results_are_compared_by_the_marks_that_they_hold(labels: Path, calls: Path, tmp_path: Path) -> None:
    assert coach("score", calls, "-o", tmp_path / "results", "--quiet").exit_code == 0
    scored_now = json.loads(coach("agree", labels, calls, "--json").stdout)
    read_back = json.loads(coach("agree", labels, tmp_path / "results", "--json").stdout)
    assert read_back == scored_now
    both = json.loads(coach("agree", labels, calls, tmp_path / "results", "--json").stdout)
    assert both["checks"] == scored_now["checks"]
    refused = coach("agree", labels, tmp_path / "results", "--rules", tmp_path)
    assert refused.exit_code == 2
    assert "these are made already" in refused.stderr


def test_only_labelled_calls_are_scored(labels: Path, calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scored: list[str] = []
    score = AskedFor.score

    def noted(self: AskedFor, call: Call) -> Scored:
        scored.append(call.call_id)
        return score(self, call)

    monkeypatch.setattr(AskedFor, "score", noted)
    assert coach("agree", labels, calls).exit_code == 0
    assert scored == [f"c-{number}" for number in range(5)]


@pytest.mark.parametrize(("least", "code"), [("0.6875", 0), ("0.69", 1), ("0", 0), ("1", 1)])
def test_fail_under_is_a_gate_on_the_mean_kappa(labels: Path, calls: Path, least: str, code: int) -> None:
    for more in ([], ["--json"], ["--quiet"]):
        result = coach("agree", labels, calls, "--fail-under", least, *more)
        assert result.exit_code == code
        assert (f"Gate failed: the mean kappa, 0.6875, is under {least}." in result.stderr) == (code == 1)
        assert ("Checks under it: apology 0.6875." in result.stderr) == (code == 1)


def test_the_gate_fails_where_no_check_has_a_kappa(tmp_path: Path, calls: Path) -> None:
    labels = write_labels(tmp_path / "few.jsonl", {"c-0": {"greeting": "met"}, "c-1": {"greeting": "met"}})
    assert coach("agree", labels, calls).exit_code == 0
    result = coach("agree", labels, calls, "--fail-under", "0")
    assert result.exit_code == 1
    assert "no check has a kappa" in result.stderr


def test_labels_and_transcripts_that_cannot_be_used_are_told_and_cost_no_other(calls: Path, tmp_path: Path) -> None:
    labels = write_labels(tmp_path / "labels.jsonl", {**LABELS, "c-5": {"appology": "met"}})
    (tmp_path / "broken.json").write_text("{")
    result = coach("agree", labels, calls, tmp_path / "broken.json")
    assert result.exit_code == 3
    assert (
        f'Not used: {labels}, line 7, "appology": there is no check "appology"\n  Did you mean \'apology\'?'
        in result.stderr
    )
    assert "Not read: " in result.stderr
    assert "9 of 10 (90.0%) marks agree" in result.stdout
    data = json.loads(coach("agree", labels, calls, tmp_path / "broken.json", "--json").stdout)
    assert [Path(one["source"]).name for one in data["rejected"]] == ["labels.jsonl", "broken.json"]
    assert coach("agree", labels, calls, "--fail-under", "1").exit_code == 1


def test_a_call_id_that_stands_for_two_calls_is_not_compared(labels: Path, calls: Path, tmp_path: Path) -> None:
    same = write_calls(tmp_path / "again.jsonl", {"c-0": MARKS["c-0"]})
    assert "on 5 calls" in coach("agree", labels, calls, same).stdout
    other = write_calls(tmp_path / "other.jsonl", {"c-0": {"core.greeting": "missed"}})
    result = coach("agree", labels, calls, other)
    assert result.exit_code == 3
    assert "the call id c-0 stands for calls that differ" in result.stderr
    assert "on 4 calls" in result.stdout


def test_what_is_left_out_is_counted(calls: Path, tmp_path: Path) -> None:
    labels = write_labels(
        tmp_path / "labels.jsonl",
        {
            "c-0": {"greeting": "cannot_tell", "apology": ["met", [2, 7]]},
            "c-1": {"apology": "missed"},
            "c-5": {"apology": "met"},
        },
    )
    with labels.open("a") as file:
        file.write('{"call_id": "c-1", "labels": {"apology": "missed"}}\n')
    lines = coach("agree", labels, calls).stdout.splitlines()
    assert "1 label left out: the reviewer could not tell." in lines
    assert "1 label left out: the tool made no mark by that rule." in lines
    assert "1 label given twice with the same outcome, counted once." in lines
    assert "Call c-0, apology: the label names turn 7, which is not there." in lines


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["{labels}"], "coach agree labels.csv calls/"),
        (["{calls}", "{labels}"], "this is a call, not labels"),
        (["{labels}", "{calls}", "--show", "appology"], "Did you mean 'apology'? Compared here: greeting, apology."),
        (["{labels}", "{calls}", "--show", "xyzzy"], "Compared here: greeting, apology."),
        (["{labels}", "{calls}", "--json", "--show", "all"], "--json and --show do not go together"),
        (["{labels}", "{calls}", "--fail-under", "80"], "'80' is not a number from 0 to 1."),
        (["{labels}", "{calls}", "--html", "{labels}"], "not one of coach's pages"),
        (["{labels}", "{labels}.none"], "there is no such file"),
        (["{labels}.none", "{calls}"], "cannot be opened"),
        (["{calls}x", "{calls}"], "cannot be opened"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_to_do(labels: Path, calls: Path, args: list[str], told: str) -> None:
    before = labels.read_bytes()
    result = coach("agree", *(arg.format(labels=labels, calls=calls) for arg in args))
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert labels.read_bytes() == before


def test_labels_of_other_calls_are_wrong_usage(labels: Path, tmp_path: Path) -> None:
    calls = write_calls(tmp_path / "calls.jsonl", {"x-1": {"core.greeting": "met"}})
    result = coach("agree", labels, calls)
    assert result.exit_code == 2
    assert "none of the labelled calls (c-0, c-1, c-2, ...) is among the calls read (x-1)" in result.stderr


def test_hostile_text_cannot_reach_the_terminal(tmp_path: Path) -> None:
    hostile = "\x1b[31m\u202ered\nline"
    calls = write_calls(tmp_path / "c.jsonl", {hostile: {"core.greeting": ["missed", [1]]}}, [hostile, hostile])
    labels = write_labels(
        tmp_path / "l.jsonl", {hostile: {"greeting": ["met", [0]]}, f"{hostile}2": {"greeting": "met"}}
    )
    for more in ([], ["--show", "all"]):
        result = coach("agree", labels, calls, *more)
        assert result.exit_code == 0
        assert not {"\x1b", "\u202e"} & set(result.output)
        assert "\\x1b[31m" in result.output


def test_lines_fit_a_terminal_of_80_columns(tmp_path: Path) -> None:
    long = "word " * 400
    calls = write_calls(
        tmp_path / "c.jsonl", {f"c-{'x' * 30}-{n}": {"core.greeting": ["missed", [1]]} for n in range(9)}, [long, long]
    )
    labels = write_labels(
        tmp_path / "l.jsonl",
        {f"c-{'x' * 30}-{n}": {"greeting": ["met" if n < 8 else "missed", [0]]} for n in range(20)},
    )
    for more in ([], ["--show", "all"]):
        output = coach("agree", labels, calls, *more).stdout
        assert max(map(len, output.splitlines())) <= 80
    assert "more characters" in output


def test_the_page_is_written_and_written_again(labels: Path, calls: Path, tmp_path: Path) -> None:
    page = tmp_path / "deep" / "agreement.html"
    assert coach("agree", labels, calls, "--html", page).stdout.endswith(f"Page: {page.as_uri()}\n")
    first = page.read_bytes()
    assert coach("agree", labels, calls, "--html", page, "--quiet").stdout == ""
    assert page.read_bytes() == first
    assert json.loads(coach("agree", labels, calls, "--html", page, "--json").stdout)
