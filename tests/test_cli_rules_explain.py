from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_rules import moment_file, rule_file, write

from coach.cli import main

TEXT = "Agent: Ahoy there.\nCaller: My mast is gone.\nAgent: Let me look at it.\nCaller: Thanks.\n"


def explain(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, ["rules", "explain", *map(str, arguments)])
    assert "Traceback" not in result.output
    assert "this is a defect of coach" not in result.output
    return result


@pytest.fixture
def text(tmp_path: Path) -> Path:
    return write(tmp_path, {"call.txt": TEXT}) / "call.txt"


@pytest.fixture
def several(tmp_path: Path) -> Path:
    turns = [{"role": "agent", "text": "hello"}, {"role": "customer", "text": "hi"}, {"role": "agent", "text": "yes"}]
    lines = [json.dumps({"call_id": f"c-{number}", "turns": turns}) for number in range(3)]
    return write(tmp_path, {"calls.jsonl": "\n".join(lines)}) / "calls.jsonl"


def test_a_rule_is_explained_step_by_step_in_80_columns(text: Path) -> None:
    result = explain("core.greeting", text)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "Greet the customer"
    assert all(len(line) <= 80 and line == line.rstrip() for line in lines)
    page = " ".join(result.stdout.split())
    for expected in (
        "id: core.greeting",
        "call: call, 4 turns (numbered from 0)",
        "roles: told by the speaker labels",
        "1. Does something make it not apply? No",
        "2. Which turns count? Turns 0 to",
        "3. Was it said there? No",
        "Outcome: missed (0 of 10 points). The agent gave no greeting in turns 0 to",
    ):
        assert expected in page


def test_rules_of_ones_own_are_explained(tmp_path: Path, text: Path) -> None:
    files = {
        "ours/moments/ahoy.yml": moment_file("ahoy there"),
        "ours/ours/ahoy.yml": rule_file(title="Say ahoy", expect={"agent": "ahoy"}),
    }
    result = explain("ours.ahoy", text, "--rules", write(tmp_path, files) / "ours")
    assert result.exit_code == 0
    assert "turn 0 (agent): “Ahoy there” – “A moment” (ahoy)" in result.stdout
    assert "Outcome: met." in result.stdout


def test_a_moment_is_explained(text: Path) -> None:
    result = explain("thanks", text)
    assert result.exit_code == 0
    assert "Is it in the call? Yes" in result.stdout
    assert "turn 3 (customer): “Thanks”" in result.stdout
    assert "Outcome" not in result.stdout


def test_json_is_one_object(text: Path) -> None:
    result = explain("core.greeting", text, "--json")
    facts = json.loads(result.stdout)
    assert (facts["id"], facts["call_id"], facts["finding"]["outcome"]) == ("core.greeting", "call", "missed")
    assert result.stdout.count("\n") == 1


def test_a_file_with_several_calls_lists_their_ids(several: Path) -> None:
    result = explain("core.greeting", several)
    assert result.exit_code == 2
    assert "calls.jsonl: there are several calls" in result.stderr
    assert "Name one with --call: c-0, c-1, c-2." in result.stderr


def test_one_of_several_calls_is_named(several: Path) -> None:
    result = explain("core.greeting", several, "--call", "c-1")
    assert result.exit_code == 0
    assert "c-1, 3 turns" in result.stdout


def test_a_call_id_that_is_not_there(several: Path) -> None:
    result = explain("core.greeting", several, "--call", "c-9")
    assert result.exit_code == 2
    assert "there is no call 'c-9'" in result.stderr
    assert "Did you mean c-" in result.stderr


def test_a_rule_that_is_not_there(text: Path) -> None:
    result = explain("core.greetin", text)
    assert result.exit_code == 2
    assert "there is no rule or moment 'core.greetin'" in result.stderr
    assert "core.greeting" in result.stderr


def test_a_transcript_that_cannot_be_read(tmp_path: Path) -> None:
    path = write(tmp_path, {"broken.json": '{"turns": ['}) / "broken.json"
    result = explain("core.greeting", path)
    assert result.exit_code == 2
    assert "broken.json" in result.stderr


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert explain("core.greeting", tmp_path / "none.txt").exit_code == 2


def test_the_agent_can_be_named(tmp_path: Path) -> None:
    path = write(tmp_path, {"call.txt": "A: hello\nB: x\nA: y\nB: z\n"}) / "call.txt"
    result = explain("core.greeting", path, "--agent-label", "A")
    assert "Outcome: met" in result.stdout


def test_many_call_ids_are_listed_in_lines_that_fit(tmp_path: Path) -> None:
    turns = [{"role": "agent", "text": "Hello"}]
    ids = [f"call-of-the-morning-{number}" for number in range(15)]
    path = tmp_path / "many.jsonl"
    path.write_text("".join(json.dumps({"call_id": one, "turns": turns}) + "\n" for one in ids))
    result = explain("core.greeting", path)
    assert all(one in result.stderr for one in ids)
    assert max(map(len, result.stderr.splitlines()[1:])) <= 80


def test_a_critical_rule_without_points_is_not_called_informational(tmp_path: Path) -> None:
    card = "extends: default\nsections+: [{name: Ours, rules: {house.bye: 0}}]\nauto_fail+: [house.bye]\n"
    rule = "title: Bye\nsource: Ours.\ncheck: says\nexpect: {agent: goodbye}\ncoach: Say it.\n"
    (tmp_path / "ours" / "house").mkdir(parents=True)
    (tmp_path / "ours" / "house" / "bye.yml").write_text(rule)
    (tmp_path / "ours" / "scorecard.yml").write_text(card)
    (tmp_path / "call.txt").write_text("Agent: Hello\nCustomer: Hi\nAgent: Bye bye\n")
    ours = ["--rules", str(tmp_path / "ours")]
    for command in (["explain", "house.bye", str(tmp_path / "call.txt")], ["show", "house.bye"]):
        said = CliRunner().invoke(main, ["rules", *command, *ours]).stdout
        assert "critical" in said
        assert "informational" not in said
    listed = CliRunner().invoke(main, ["rules", "list", *ours]).stdout
    assert f"{'house.bye':28} critical\n" in listed
    assert "house.bye (critical)" in " ".join(
        CliRunner().invoke(main, ["scorecards", "show", "default", *ours]).stdout.split()
    )
