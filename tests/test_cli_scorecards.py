from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_rules import write

from coach.cli import main

CLAIMS = """\
name: Claims
version: "3"
source: Our claims board, in March.
applies_to: {team: [Home, Motor], topic: claim}
pass_mark: 80
sections:
  - name: Care
    rules: {core.apology: 30, service.empathy: 10}
  - name: Talk
    rules: {core.interruptions: 10}
bands:
  core.interruptions: [{most: 1, share: 1}]
auto_fail: [service.empathy]
eligibility: {least_turns: 2, both_sides: false}
"""
CALL = {
    "call_id": "c",
    "agent": {"team": "motor"},
    "topic": "Claim",
    "turns": [
        {"role": "agent", "text": "Good morning, how can I help?"},
        {"role": "customer", "text": "My car was stolen."},
        {"role": "agent", "text": "I am sorry to hear that."},
    ],
}


def coach(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, list(map(str, arguments)))
    assert "Traceback" not in result.output
    assert "this is a defect of coach" not in result.output
    return result


def ours(tmp_path: Path, **cards: str) -> Path:
    return write(tmp_path / "ours", {f"scorecards/{card_id}.yml": text for card_id, text in cards.items()})


def calls(tmp_path: Path) -> Path:
    other = {**CALL, "call_id": "d", "topic": "renewal"}
    return write(tmp_path, {"calls.jsonl": f"{json.dumps(CALL)}\n{json.dumps(other)}\n"}) / "calls.jsonl"


def test_show_lists_the_cards(tmp_path: Path) -> None:
    result = coach("scorecards", "show", "--rules", ours(tmp_path, claims=CLAIMS))
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("default: Good service, version ")
    assert lines[1] == "    applies to every call that no other card is for"
    assert lines[3:] == [
        "claims: Claims, version 3",
        "    applies to calls whose team is Home or Motor and topic is claim",
        "    50 points for 3 rules; pass mark 80 of 100",
    ]


def test_show_one_card_in_plain_words(tmp_path: Path) -> None:
    result = coach("scorecards", "show", "claims", "--rules", ours(tmp_path, claims=CLAIMS))
    assert result.exit_code == 0
    for part in (
        "id:           claims, version 3\n",
        "applies to:   calls whose team is Home or Motor and topic is claim\n",
        "passes:       a call with a score of 80 of 100 or more, and no critical rule\n",
        "judged:       a call of 2 turns or more\n",
        "weights from: Our claims board, in March.\n",
        "\nCare: 40 of 50 points, 80.0%\n   60.0%     30  core.apology\n   20.0%     10  service.empathy, critical\n",
        "\ncore.interruptions is graded: up to 1 earns 100%, more earns none.\n",
        "rules without points, shown in the marks:\n  core.acknowledgement, core.greeting, ",
        "/ours/scorecards/claims.yml\n",
    ):
        assert part in result.stdout


def test_show_suggests_a_near_card() -> None:
    result = coach("scorecards", "show", "defualt")
    assert result.exit_code == 2
    assert "there is no scorecard 'defualt'\n  Did you mean 'default'?" in result.stderr


@pytest.mark.parametrize("card_id", ["../../etc/passwd", "<b>", "", "scorecards/claims"])
def test_show_knows_no_other_file(card_id: str) -> None:
    result = coach("scorecards", "show", card_id)
    assert result.exit_code == (2 if card_id else 0)


def test_show_counts_which_calls_get_which_card(tmp_path: Path) -> None:
    result = coach("scorecards", "show", "--rules", ours(tmp_path, claims=CLAIMS), "--for", calls(tmp_path))
    assert result.exit_code == 0
    assert result.stdout.endswith("\n\ndefault: 1 call\nclaims: 1 call\n")


def test_show_names_transcripts_that_cannot_be_read(tmp_path: Path) -> None:
    broken = write(tmp_path, {"broken.json": "{"}) / "broken.json"
    result = coach("scorecards", "show", "--for", calls(tmp_path), "--for", broken)
    assert result.exit_code == 3
    assert "broken.json" in result.stderr
    assert result.stdout.endswith("default: 2 calls\n")


def test_show_is_safe_for_a_terminal(tmp_path: Path) -> None:
    odd = CLAIMS.replace("name: Claims", r'name: "Cl\e[31maims"').replace("name: Care", r'name: "Ca\ere"')
    for arguments in ([], ["claims"]):
        result = coach("scorecards", "show", *arguments, "--rules", ours(tmp_path, claims=odd))
        assert result.exit_code == 0
        assert "\x1b" not in result.stdout


def test_check_finds_the_built_in_card_sound() -> None:
    result = coach("scorecards", "check")
    assert (result.exit_code, result.stdout) == (0, "1 scorecard without a mistake: default.\n")


def test_check_says_what_replaces_what(tmp_path: Path) -> None:
    again = write(tmp_path / "again", {"scorecards/claims.yml": CLAIMS})
    result = coach("scorecards", "check", "--rules", ours(tmp_path, claims=CLAIMS), "--rules", again)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "2 scorecards without a mistake: default, claims.",
        f"{again}/scorecards/claims.yml replaces {tmp_path}/ours/scorecards/claims.yml.",
    ]


def test_check_tells_every_mistake_with_its_place(tmp_path: Path) -> None:
    bad = CLAIMS.replace("core.apology", "core.apolgy").replace("[service.empathy]", "[service.courtesy]")
    rival = CLAIMS.replace("topic: claim", "topic: [claim, complaint]")
    folder = ours(tmp_path, bad=bad.replace("topic: claim", "topic: bad"), claims=CLAIMS, rival=rival)
    result = coach("scorecards", "check", "--rules", folder)
    assert result.exit_code == 1
    assert result.stdout == ""
    said = result.stderr.replace(f"{folder}/scorecards/", "").splitlines()
    assert said[:4] == [
        "bad.yml:8:13: there is no rule 'core.apolgy'",
        "  Did you mean 'core.apology'?",
        "bad.yml:13:13: the critical rule service.courtesy stands in no section",
        "  Put it into a section; with 0 points it is critical and no more.",
    ]
    assert said[4].startswith("rival.yml:4:1: a call of team 'home' and topic 'claim' could get this card and 'claims'")
    assert said[-1] == "3 mistakes in the scorecards."


def test_a_run_refuses_what_check_finds(tmp_path: Path) -> None:
    folder = ours(tmp_path, claims=CLAIMS.replace("30", ".nan"))
    result = coach("score", calls(tmp_path), "--json", "--rules", folder)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "claims.yml:8:13: the rule core.apology needs 0 points or more" in result.stderr


def test_a_call_is_scored_by_the_card_that_it_gets(tmp_path: Path) -> None:
    folder = ours(tmp_path, claims=CLAIMS)
    result = coach("score", calls(tmp_path), "--json", "-q", "--rules", folder)
    assert result.exit_code == 0
    claim, renewal = map(json.loads, result.stdout.splitlines())
    assert claim["stamp"].pop("scorecard") == "claims"
    assert claim["stamp"] == renewal["stamp"]
    assert {mark["rule"]: mark["possible"] for mark in claim["findings"] if mark["possible"]} == {
        "core.apology": 30,
        "service.empathy": 10,
    }
    assert sum(mark["possible"] for mark in renewal["findings"]) > 40


def test_one_card_for_every_call(tmp_path: Path) -> None:
    folder = ours(tmp_path, claims=CLAIMS)
    arguments = ["score", calls(tmp_path), "--json", "-q", "--rules", folder]
    asked = coach(*arguments, "--scorecard", "claims")
    assert [json.loads(line)["stamp"]["scorecard"] for line in asked.stdout.splitlines()] == ["claims", "claims"]
    rules = {json.loads(run.stdout.splitlines()[0])["stamp"]["rules"] for run in (asked, coach(*arguments))}
    assert len(rules) == 2
    unknown = coach(*arguments, "--scorecard", "../claims")
    assert unknown.exit_code == 2
    assert "there is no scorecard '../claims'" in unknown.stderr


def test_the_commands_about_rules_know_the_cards(tmp_path: Path) -> None:
    folder = ours(tmp_path, claims=CLAIMS.replace("30", "-1").replace("80", "101"), motor=CLAIMS.replace("30", "-1"))
    result = coach("rules", "check", "--rules", folder)
    assert result.exit_code == 1
    assert "claims.yml:5:1: pass_mark" in result.stderr
    assert "motor.yml:8:13: the rule core.apology needs 0 points or more" in result.stderr
    stricter = write(tmp_path / "stricter", {"scorecard.yml": "extends: default\npass_mark: 99\n"})
    assert "pass mark 99 of 100" in coach("rules", "list", "--rules", stricter).stdout
