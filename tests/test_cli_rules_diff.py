"""``coach rules diff``: what is said of a change of rules, and with which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_rules import moment_file, rule_file, write
from two_rule_sets import BUILT_IN, small_built_in, write_calls

from coach.cli import main

SORRY = {"moments/sorry.yml": moment_file("[so] sorry", "pardon me", but_not=["sorry what"])}
NEW_RULE = {
    "moments/bye.yml": moment_file("bye"),
    "ours/bye.yml": rule_file(title="Say goodbye", expect={"any": "bye"}),
}


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    small_built_in(tmp_path / "built-in-rules", monkeypatch)
    return write_calls(tmp_path / "calls.jsonl")


def coach(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, list(map(str, arguments)))
    assert "Traceback" not in result.output
    assert "this is a defect of coach" not in result.output
    return result


def test_it_names_what_differs_and_which_calls_agents_and_teams_change(tmp_path: Path, calls: Path) -> None:
    ours = write(tmp_path / "ours", {**SORRY, **NEW_RULE})
    result = coach("rules", "diff", "built-in", ours, calls)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    for line in (
        "  ours.bye: new",
        "  core.apology: rests on regret, sorry",
        "  sorry: any_of changed",
        "  regret: rests on sorry",
        "  core.apology",
        "    missed → met: 2 calls",
        "  ours.bye (new)",
        "The calls that change:",
        "    core.apology: missed → met",
    ):
        assert line in lines
    assert any(line.startswith("2 of 12 calls (16.7%) change.") for line in lines)
    assert any(line.startswith("mean score") for line in lines)
    assert any(line.startswith("a0 Ana a0") for line in lines)
    assert any(line.startswith("Lines") for line in lines)
    assert max(map(len, lines)) <= 80


def test_results_are_compared_like_the_transcripts_that_they_were_made_of(tmp_path: Path, calls: Path) -> None:
    ours = write(tmp_path / "ours", SORRY)
    assert coach("score", calls, "-o", tmp_path / "results").exit_code == 0
    told = [
        json.loads(coach("rules", "diff", "built-in", ours, path, "--json").stdout)
        for path in (calls, tmp_path / "results")
    ]
    assert told[0]["overall"] == told[1]["overall"]
    assert told[0]["agents"] == told[1]["agents"]
    assert sorted(call["call_id"] for call in told[0]["calls"]) == sorted(call["call_id"] for call in told[1]["calls"])


def test_the_json_has_the_keys_of_the_contract(tmp_path: Path, calls: Path) -> None:
    ours = write(tmp_path / "ours", SORRY)
    first, second = (coach("rules", "diff", "built-in", ours, calls, "--json", "--calls", 1) for _ in range(2))
    assert first.stdout == second.stdout
    told = json.loads(first.stdout)
    assert list(told) == [
        "old", "new", "changed", "rejected", "differences", "overall", "marks", "teams", "agents", "calls"
    ]  # fmt: skip
    assert told["differences"]["rules"] == [
        {"id": "core.apology", "how": "changed", "fields": [], "moments": ["regret", "sorry"]}
    ]
    (rule,) = told["marks"]
    assert (rule["rule"], rule["moved"]) == ("core.apology", 2)
    assert rule["moves"][0]["examples"][0]["after"]["quote"] == "pardon me"
    assert len(told["calls"]) == 1
    assert told["changed"]


def test_rules_that_mark_alike_are_said_to_and_no_call_is_marked(tmp_path: Path, calls: Path) -> None:
    result = coach("rules", "diff", "built-in", "built-in", calls, "--fail-if-changed")
    assert result.exit_code == 0
    assert "so no mark and no score changes, whatever the calls." in result.stdout
    reworded = BUILT_IN["core/greeting.yml"].replace("Greet", "Greet the customer")
    ours = write(tmp_path / "ours", {"core/greeting.yml": reworded})
    result = coach("rules", "diff", "built-in", ours, calls)
    assert "  core.greeting: title changed, words alone" in result.stdout
    assert "They differ in words alone, so no mark and no score changes" in result.stdout


def test_a_change_that_touches_no_call_is_said_to(tmp_path: Path, calls: Path) -> None:
    ours = write(
        tmp_path / "ours", {"moments/sorry.yml": moment_file("[so] sorry", "woe is me", but_not=["sorry what"])}
    )
    result = coach("rules", "diff", "built-in", ours, calls, "--fail-if-changed")
    assert result.exit_code == 0
    assert "No mark and no score changes on 12 calls." in result.stdout


def test_where_no_call_is_read_nothing_sounds_like_all_clear(tmp_path: Path, calls: Path) -> None:
    ours = write(tmp_path / "ours", SORRY)
    (tmp_path / "broken.json").write_text("{")
    result = coach("rules", "diff", "built-in", ours, tmp_path / "broken.json")
    assert result.exit_code == 3
    assert "broken.json" in result.stderr
    assert "Nothing was compared" in result.stdout
    assert "No mark" not in result.stdout


def test_a_wrong_path_is_told_even_where_no_call_is_needed(tmp_path: Path, calls: Path) -> None:
    result = coach("rules", "diff", "built-in", "built-in", calls, tmp_path / "nowhere")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nowhere" in result.stderr
    (tmp_path / "broken.json").write_text("{")
    result = coach("rules", "diff", "built-in", "built-in", tmp_path / "broken.json")
    assert result.exit_code == 3
    assert "Not read:" in result.stderr


def test_calls_that_change_by_new_rules_alone_are_told_apart(tmp_path: Path, calls: Path) -> None:
    ours = write(tmp_path / "ours", {**SORRY, **NEW_RULE})
    result = coach("rules", "diff", "built-in", ours, calls)
    assert "Of these 2 in score or result, 2 in the mark of a rule that both have." in result.stdout.splitlines()
    without = write(tmp_path / "without", SORRY)
    assert "Of these" not in coach("rules", "diff", "built-in", without, calls).stdout


def test_a_gate_fails_where_something_changes(tmp_path: Path, calls: Path) -> None:
    ours = write(tmp_path / "ours", SORRY)
    result = coach("rules", "diff", "built-in", ours, calls, "--fail-if-changed", "--quiet")
    assert result.exit_code == 1
    assert (result.stdout, "Gate failed" in result.stderr) == ("", True)


def test_folders_joined_by_commas_stand_on_top_of_each_other(tmp_path: Path, calls: Path) -> None:
    ours, pilot = write(tmp_path / "ours", NEW_RULE), write(tmp_path / "pilot", SORRY)
    result = coach("rules", "diff", ours, f"{ours},{pilot}", calls)
    assert result.exit_code == 0
    assert "ours.bye: new" not in result.stdout
    assert "missed → met: 2 calls" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("built-in", "builtin"), "Did you mean built-in?"),
        (("nowhere", "built-in"), "there is no rule folder 'nowhere'"),
        (("built-in,", "built-in"), "there is no rule folder ''"),
    ],
)
def test_what_is_no_rule_folder_is_wrong_usage(calls: Path, arguments: tuple[str, str], message: str) -> None:
    result = coach("rules", "diff", *arguments, calls)
    assert result.exit_code == 2
    assert message in result.stderr


def test_calls_have_to_be_named(calls: Path) -> None:
    result = coach("rules", "diff", "built-in", "built-in")
    assert result.exit_code == 2
    assert "no calls named" in result.stderr


def test_a_broken_rule_is_named_with_its_place_and_nothing_is_compared(tmp_path: Path, calls: Path) -> None:
    ours = write(tmp_path / "ours", {"core/greeting.yml": rule_file(withn="call")})
    result = coach("rules", "diff", "built-in", ours, calls)
    assert result.exit_code == 2
    assert "greeting.yml:7:1: unknown key 'withn'" in result.stderr
    assert result.stdout == ""


def test_transcripts_that_cannot_be_read_are_told_of_and_the_others_compared(tmp_path: Path, calls: Path) -> None:
    ours = write(tmp_path / "ours", SORRY)
    (tmp_path / "broken.json").write_text("{")
    result = coach("rules", "diff", "built-in", ours, calls, tmp_path / "broken.json")
    assert result.exit_code == 3
    assert "Not read:" in result.stderr
    assert "2 of 12 calls" in result.stdout


def test_ids_cannot_speak_to_the_terminal(tmp_path: Path, calls: Path) -> None:
    turns = [
        {"role": "agent", "text": "Hello"},
        {"role": "customer", "text": "It is down"},
        {"role": "agent", "text": "pardon me \x1b[31m"},
        {"role": "customer", "text": "Fine"},
    ]
    call = {"call_id": "c\x1b[2J", "agent": {"id": "a\x07", "name": "A\nB", "team": "T\x1b"}, "turns": turns}
    (tmp_path / "odd.jsonl").write_text(json.dumps(call) + "\n")
    ours = write(tmp_path / "ours", SORRY)
    result = coach("rules", "diff", "built-in", ours, tmp_path / "odd.jsonl")
    assert "missed → met: 1 call" in result.stdout
    assert all(char.isprintable() or char == "\n" for char in result.stdout)
    assert r"c\x1b[2J" in result.stdout
