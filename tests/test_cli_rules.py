from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from small_rules import moment_file, rule_file, write
from two_rule_sets import BUILT_IN, small_built_in

from coach.cli import main

MET = {"name": "a", "call": "agent: hello\ncustomer: x\nagent: y", "expect": "met"}
MISSED = {"name": "b", "call": "agent: x\ncustomer: hello\nagent: y", "expect": "missed"}
CARD = "name: Few\nversion: '1'\npass_mark: 60\nsections: [{name: All, rules: {core.greeting: 10}}]\n"
FEW = {
    **{name: BUILT_IN[name] for name in ("moments/hello.yml", "lexicon.yml")},
    "core/greeting.yml": rule_file(title="Greet", tests=[MET, MISSED]),
    "scorecard.yml": CARD,
    "roles.yml": "weights: {hello: 3.0}\n",
}


def coach(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, ["rules", *map(str, arguments)])
    assert "Traceback" not in result.output
    assert "this is a defect of coach" not in result.output
    return result


def ours(tmp_path: Path, **files: str) -> Path:
    """Write a sound rule folder of our own, with ``files`` by name (``/`` written ``__``)."""
    case = {"name": "n", "call": "agent: ahoy\ncustomer: x\nagent: y", "expect": "met"}
    other = {"name": "m", "call": "agent: x\ncustomer: ahoy\nagent: y", "expect": "missed"}
    sound = {
        "moments/ahoy.yml": moment_file("ahoy", examples={"match": ["Ahoy there"], "no_match": ["hello"]}),
        "ours/ahoy.yml": rule_file(title="Say ahoy", expect={"agent": "ahoy"}, tests=[case, other]),
    }
    return write(
        tmp_path / "ours", {**sound, **{name.replace("__", "/") + ".yml": text for name, text in files.items()}}
    )


@pytest.fixture
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let one sound rule stand for the built-in ones; `make rules` and the docs run what is checked here on all."""
    return small_built_in(tmp_path / "few", monkeypatch, FEW)


def test_list_names_every_rule_with_its_points() -> None:
    result = coach("list")
    assert result.exit_code == 0
    assert "pass mark" in result.stdout
    assert "core.apology" in result.stdout
    assert "service.courtesy" in result.stdout
    assert "critical" in result.stdout
    assert "replaces" not in result.stdout


def test_list_says_what_a_folder_adds_and_replaces(tmp_path: Path) -> None:
    greeting = rule_file(title="Our own greeting", expect={"agent": "ahoy"})
    result = coach("list", "--rules", ours(tmp_path, core__greeting=greeting))
    assert result.exit_code == 0
    assert "Our own greeting" in result.stdout
    assert "core.greeting replaces the built-in one (from " in result.stdout
    assert "ours.ahoy" in result.stdout
    assert "informational" in result.stdout


def test_show_a_rule() -> None:
    result = coach("show", "core.apology")
    assert result.exit_code == 0
    for part in ("points:", "why:", "when:", "expect:", "coach:", "cases", "met:", "missed:", "file:"):
        assert part in result.stdout


@pytest.mark.parametrize("name", ["core.interruptions", "service.courtesy", "core.positive_close"])
def test_show_every_kind_of_rule(name: str) -> None:
    assert coach("show", name).exit_code == 0


def test_show_a_moment(tmp_path: Path) -> None:
    moment = moment_file("so ... b", but_not=["no b"], include="ahoy", within="first 2 turns", after={"other": "ahoy"})
    result = coach("show", "all", "--rules", ours(tmp_path, moments__all=moment))
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert "any of:      so ... b" in lines
    assert "but not:     no b" in lines
    assert "and all of:  ahoy" in lines
    assert "within:      the first 2 turns" in lines
    assert "after:       the other: ahoy (within 1 turn)" in lines
    assert "  yes: hello" in lines


def test_what_a_rule_file_says_reaches_no_terminal_as_a_command(tmp_path: Path) -> None:
    own = rule_file(title="Say \x1b[2Jhello", tests=[{"name": "\x1b[31m", "call": "agent: x", "expect": "met"}])
    folder = str(write(tmp_path, {"moments/hello.yml": moment_file("hello"), "house/greets.yml": own}))
    for command in (["list"], ["show", "house.greets"], ["test", "house.greets"]):
        said = CliRunner().invoke(main, ["rules", *command, "--rules", folder]).output
        assert "\\x1b[" in said
        assert "\x1b" not in said


def test_show_suggests_a_near_name() -> None:
    result = coach("show", "core.apolgy")
    assert result.exit_code == 2
    assert "there is no rule or moment 'core.apolgy'" in result.stderr
    assert "core.apology" in result.stderr


def test_show_of_nothing_near() -> None:
    result = coach("show", "zzzzzz")
    assert result.exit_code == 2
    assert "'coach rules list' shows the rules" in result.stderr


def test_show_needs_an_id() -> None:
    assert coach("show").exit_code == 2


@pytest.mark.usefixtures("few")
def test_check_of_sound_rules(tmp_path: Path) -> None:
    result = coach("check", "--rules", ours(tmp_path))
    assert result.exit_code == 0
    assert "can be read" in result.stdout
    assert result.stderr == ""


@pytest.mark.usefixtures("few")
def test_check_names_path_line_and_column_of_every_broken_file(tmp_path: Path) -> None:
    folder = ours(tmp_path, ours__a=rule_file(withn="call"), moments__b=moment_file("(a|b"), core__c="- x\n")
    result = coach("check", "--rules", folder)
    assert result.exit_code == 1
    assert f"{folder}/ours/a.yml:7:1: unknown key 'withn'" in result.stderr
    assert "Did you mean 'within'?" in result.stderr
    assert f"{folder}/moments/b.yml:3:5: in the phrase '(a|b': '(' is not closed" in result.stderr
    assert f"{folder}/core/c.yml:1:1: is not a list" in result.stderr
    assert "3 rule files to mend." in result.stderr
    assert result.stdout == ""


@pytest.mark.usefixtures("few")
def test_check_says_of_a_mistyped_key_what_was_meant_and_names_the_other_mistakes_of_the_file(tmp_path: Path) -> None:
    rule = rule_file(expect={"agent": "ahoy"}, within="3 days").replace("check:", "chek:")
    result = coach("check", "--rules", ours(tmp_path, ours__a=rule))
    assert "unknown key 'chek'\n  Did you mean 'check'?" in result.stderr
    assert "within: '3 days' is no window" in result.stderr
    assert "lacks" not in result.stderr
    assert result.stderr.endswith("1 rule file to mend.\n")


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("command", [("test",), ("show", "ours.ahoy")])
def test_what_a_folder_replaces_is_said(tmp_path: Path, command: tuple[str, ...]) -> None:
    path = str(ours(tmp_path, core__greeting=rule_file(expect={"agent": "ahoy"})) / "core" / "greeting.yml")
    assert (
        f"core.greeting replaces the built-in one (from {path})."
        in coach(*command, "--rules", tmp_path / "ours").stdout
    )


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("scorecard", "name: n\n", "scorecard.yml:1:1: lacks 'version'"),
        ("words", "a: b\n", "words.yml: the word lists cannot be read"),
        ("stray", "a: b\n", "stray.yml: nothing reads this file here"),
        ("ours__x", rule_file(expect={"agent": "ahoi"}), "x.yml:5:10: there is no moment 'ahoi'"),
    ],
)
def test_check_tells_what_does_not_fit(tmp_path: Path, name: str, text: str, expected: str) -> None:
    result = coach("check", "--rules", ours(tmp_path, **{name: text}))
    assert result.exit_code == 1
    assert expected in result.stderr
    assert "1 rule file to mend." in result.stderr


@pytest.mark.usefixtures("few")
def test_test_runs_the_cases_and_passes(tmp_path: Path) -> None:
    result = coach("test", "--rules", ours(tmp_path))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1].endswith(" cases passed, 0 failed.")


@pytest.mark.usefixtures("few")
def test_test_says_what_was_expected_and_what_came(tmp_path: Path) -> None:
    call = "agent: ahoy\ncustomer: x"
    cases = [
        {"name": "wrong outcome", "call": call, "expect": "missed"},
        {"name": "wrong quote", "call": call, "expect": "met", "evidence": "hoy hoy"},
        {"name": "closed gap", "call": call, "expect": "met", "known_gap": True},
        {"name": "open gap", "call": call, "expect": "missed", "known_gap": True},
    ]
    examples = {"match": ["hello"], "no_match": ["ahoy ahoy"], "known_gap": ["ahoy you", "hey"]}
    folder = ours(
        tmp_path,
        ours__x=rule_file(expect={"agent": "ahoy"}, tests=cases),
        ours__bare=rule_file(expect={"agent": "ahoy"}),
        moments__m=moment_file("ahoy", examples=examples),
    )
    result = coach("test", "--rules", folder)
    assert result.exit_code == 1
    for expected in (
        "case: wrong outcome\n  expected missed, came out met: ",
        "case: wrong quote\n  expected the quote 'hoy hoy', came with 'ahoy'",
        "case: closed gap\n  a known gap is closed",
        "case: hello\n  should be 'm', and nothing in it matched",
        "case: ahoy ahoy\n  should not be 'm', but this matched: 'ahoy ahoy'",
        "case: ahoy you\n  a known gap is closed",
        f"{folder}/ours/bare.yml\n  case: tests\n  a rule needs a case that is met and one that is missed",
    ):
        assert expected in result.stdout
    assert "open gap" not in result.stdout
    assert "case: hey" not in result.stdout
    assert result.stdout.count(f"{folder}/") == 5 + 2  # failed, and gaps that are closed


@pytest.mark.usefixtures("few")
def test_test_of_a_case_that_is_no_call(tmp_path: Path) -> None:
    cases = [{"name": "n", "call": "agent hello", "expect": "met"}]
    result = coach("test", "--rules", ours(tmp_path, ours__x=rule_file(expect={"agent": "ahoy"}, tests=cases)))
    assert result.exit_code == 1
    assert "this line is no turn: 'agent hello'" in result.stderr
    assert "ours/x.yml:" in result.stderr


@pytest.mark.parametrize(("command", "code"), [(["list"], 2), (["show", "apology"], 2), (["test"], 1)])
def test_broken_rules_end_a_command_with_their_place(tmp_path: Path, command: list[str], code: int) -> None:
    result = coach(*command, "--rules", ours(tmp_path, ours__x="title: [a\n"))
    assert result.exit_code == code
    assert "ours/x.yml:2:1: is not valid YAML" in result.stderr


@pytest.mark.parametrize("command", [["list"], ["show", "apology"], ["check"], ["test"]])
def test_a_rule_folder_that_is_not_there(tmp_path: Path, command: list[str]) -> None:
    result = coach(*command, "--rules", tmp_path / "none")
    assert result.exit_code == 2
    assert "there is no such rule folder" in result.stderr


def test_a_pipeline_that_is_not_installed() -> None:
    result = coach("test", "--pipeline", "no_such_pipeline")
    assert result.exit_code == 2
    assert "is not installed" in result.stderr
    assert "python -m spacy download no_such_pipeline, which needs a network" in result.stderr


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["rules", "list", "--debug", "--rules", str(tmp_path / "none")])
    assert isinstance(result.exception, Exception)
    assert "no such rule folder" in str(result.exception)


def test_the_command_runs_as_a_process(tmp_path: Path) -> None:
    folder = ours(tmp_path, ours__x="title: [a\n")
    done = subprocess.run(
        [sys.executable, "-c", "from coach.cli import main; main()", "rules", "check", "--rules", str(folder)],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{folder}/ours/x.yml:2:1" in done.stderr
