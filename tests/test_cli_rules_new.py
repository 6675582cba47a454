from __future__ import annotations

from pathlib import Path

import pytest
import srsly
from click.testing import CliRunner, Result
from small_rules import write
from two_rule_sets import small_built_in

from coach.cli import main

ASKS = """title: Asks what it costs
any_of: [how much]
side: customer
examples: {match: [how much is it], no_match: [how is it]}
"""
PRICE = ["--title", "Name the price", "--source", "Ours, 2", "--coach", "Say it."]
REPLY = [*PRICE, "--check", "replies", "--when", "asks", "--expect", "costs", "--say", "it costs; the fee is {number}"]


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    small_built_in(tmp_path / "built-in", monkeypatch)
    monkeypatch.chdir(tmp_path)
    return write(tmp_path / "ours", {"moments/asks.yml": ASKS})


def coach(*arguments: str | Path, answers: str = "") -> Result:
    result = CliRunner().invoke(main, ["rules", *map(str, arguments)], input=answers)
    assert "Traceback" not in result.output
    assert "this is a defect of coach" not in result.output
    return result


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_rule_and_its_new_moment_pass_their_own_cases_at_once(ours: Path) -> None:
    result = coach("new", "house.price", "-o", ours, *REPLY)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        f"{ours}/moments/costs.yml written, with examples to replace by your own.",
        f"{ours}/house/price.yml written, with 3 cases to replace by calls of your own.",
        "Next:",
        f"  coach rules test house.price costs --rules {ours}",
        f"  coach rules explain house.price CALL --rules {ours}",
    ]
    assert srsly.read_yaml(ours / "house/price.yml")["when"] == {"customer": "asks"}
    tested = coach("test", "house.price", "costs", "--rules", ours)
    assert (tested.exit_code, tested.stdout) == (0, "6 cases passed, 0 failed.\n")


@pytest.mark.parametrize(
    "options",
    [
        ["--check", "says", "--expect", "costs", "--say", "it costs", "--within", "last 3 turns"],
        ["--check", "never", "--expect", "agent: costs", "--say", "it costs", "--when", "customer: asks"],
        ["--check", "talk", "--figure", "dead_air", "--most", "4"],
        ["--check", "talk", "--figure", "agent_share", "--least", "0.2", "--most", "0.6"],
    ],
)
def test_every_kind_gets_cases_that_pass(ours: Path, options: list[str]) -> None:
    result = coach("new", "house.x", "-o", ours, *PRICE, *options)
    assert result.exit_code == 0, result.output
    assert "known_gap" not in (ours / "house/x.yml").read_text("utf-8")
    assert coach("test", "house.x", "--rules", ours).exit_code == 0


def test_a_moment_of_its_own(ours: Path) -> None:
    result = coach("new", "costs", "-o", ours, "--title", 'Says: "it costs" # 🙂', "--say", "it costs")
    assert result.exit_code == 0, result.output
    assert srsly.read_yaml(ours / "moments/costs.yml")["title"] == 'Says: "it costs" # 🙂'
    assert coach("test", "costs", "--rules", ours).exit_code == 0


def test_a_file_that_extends_another(ours: Path) -> None:
    assert coach("new", "core.apology", "-o", ours, "--extends", "core.apology", "--within", "1 turn").exit_code == 0
    assert srsly.read_yaml(ours / "core/apology.yml") == {"extends": "core.apology", "within": "1 turn"}
    assert coach("new", "hello", "-o", ours, "--extends", "hello", "--say", "ahoy").exit_code == 0
    assert srsly.read_yaml(ours / "moments/hello.yml")["any_of+"] == ["ahoy"]


def test_a_folder_is_made(ours: Path) -> None:
    result = coach("new", "costs", "-o", ours / "deep" / "er", "--title", "T", "--say", "it costs")
    assert result.exit_code == 0, result.output
    assert files(ours / "deep") == ["er/moments/costs.yml"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["../x", *REPLY], "'../x' is no id"),
        (["/etc/x", *REPLY], "is no id"),
        (["House.Price", *REPLY], "such as house.price."),
        (["moments.x", *REPLY], "means something else"),
        (["core.greeting", *REPLY], "'--extends core.greeting' makes a file"),
        (["house.x"], "needs --title and --source and --check and --coach"),
        (["house.x", "--check", "replies"], "needs --title and --source and --when and --expect and --coach"),
        (["house.x", *PRICE, "--check", "talk", "--figure", "dead_air"], "needs --most"),
        (["x", "--title", "T"], "the moment 'x' needs --say"),
        (["x", "--title", "T", "--say", "a", "--check", "never"], "--check is for rules"),
        (
            ["house.x", *PRICE, "--check", "says", "--expect", "cost"],
            "there is no moment 'cost'\n  There is asks (Asks",
        ),
        (["house.x", *PRICE, "--check", "says", "--expect", "bot: hello"], "nobody is called 'bot'"),
        (["house.x", *PRICE, "--check", "says", "--expect", "hello", "--say", "a"], "all that are named are there"),
        (["house.x", *PRICE, "--check", "says", "--expect", "../y", "--say", "a"], "'../y' is no id"),
        (["house.x", *PRICE, "--check", "says", "--expect", "hello", "--within", "soon"], "'soon' is no window"),
        (["house.x", *PRICE, "--check", "talk", "--figure", "charm", "--most", "1"], "figure"),
        (["house.x", *PRICE, "--check", "never", "--expect", "hello", "--most", "1.5"], "should be a whole number"),
        (["house.x", *PRICE, "--check", "never", "--expect", "hello", "--most", "nan"], "should be a"),
        (["house.x", "--title", " ", *PRICE[2:], "--check", "never", "--expect", "hello"], "needs --title"),
        (["house.x", *REPLY[:-1], "(it"], "in the phrase '(it'"),
        (["house.x", "--extends", "core.gretting"], "Did you mean 'core.greeting'?"),
        (["house.x", "--extends", "hello"], "there is no rule 'hello'"),
    ],
)
def test_what_cannot_be_written_is_told_and_nothing_is_written(ours: Path, arguments: list[str], said: str) -> None:
    result = coach("new", *arguments, "-o", ours)
    assert result.exit_code == 2
    assert said in result.stderr
    assert files(ours) == ["moments/asks.yml"]


def test_nothing_is_overwritten(ours: Path) -> None:
    assert coach("new", "house.price", "-o", ours, *REPLY).exit_code == 0
    before = (ours / "house/price.yml").read_bytes()
    result = coach("new", "house.price", "-o", ours, *REPLY)
    assert result.exit_code == 2
    assert f"{ours}/house/price.yml is there already" in result.stderr
    assert (ours / "house/price.yml").read_bytes() == before


def test_nothing_is_written_outside_the_folder(ours: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (ours / "house").symlink_to(outside)
    result = coach("new", "house.price", "-o", ours, *REPLY)
    assert result.exit_code == 2
    assert "leads out of" in result.stderr
    assert files(outside) == []


def test_a_folder_that_does_not_load_is_told_first(ours: Path) -> None:
    write(ours, {"moments/bad.yml": "titel: x\n"})
    result = coach("new", "house.price", "-o", ours, *REPLY)
    assert result.exit_code == 2
    assert f"{ours}/moments/bad.yml:1:1: unknown key 'titel'" in result.stderr
    assert files(ours) == ["moments/asks.yml", "moments/bad.yml"]


def test_phrases_of_small_words_are_not_in_the_words_of_the_cases(ours: Path) -> None:
    result = coach("new", "costs", "-o", ours, "--title", "T", "--say", "it is; today; (in|the|a|there|are|here)")
    assert result.exit_code == 0, result.output


def test_who_gets_cases_that_fail_at_once_is_told_by_the_exit_code(ours: Path) -> None:
    result = coach("new", "costs", "-o", ours, "--title", "T", "--say", "it costs; green mountains")
    assert result.exit_code == 1
    assert "1 case made from your phrases failed: change them in the file." in result.stderr
    assert (ours / "moments/costs.yml").is_file()


def test_a_link_to_itself_is_told(ours: Path) -> None:
    (ours / "loop").symlink_to("loop")
    result = coach("new", "costs", "-o", ours / "loop", "--title", "T", "--say", "it costs")
    assert result.exit_code == 2
    assert "is a link that leads to itself" in result.stderr


def test_the_help_says_what_each_figure_is(ours: Path) -> None:
    from typing import get_args

    from coach.rule_models import Figure

    said = coach("new", "--help").stdout
    for key in get_args(Figure.model_fields["name"].annotation):
        assert f"  {key} " in said
    refused = coach("new", "house.x", "-o", ours, *PRICE, "--check", "talk", "--figure", "charm", "--most", "1")
    assert "'dead_air'" in refused.stderr


def test_a_sentence_is_not_suggested_as_a_name(ours: Path) -> None:
    result = coach("new", "This is what I want the agent to say", "-o", ours)
    assert result.exit_code == 2
    assert "this_is" not in result.stderr


class TestQuestions:
    """What is asked for in a terminal."""

    @pytest.fixture(autouse=True)
    def terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("coach.cli.rules.new._in_terminal", lambda: True)

    def test_a_rule_by_its_answers(self, ours: Path) -> None:
        answers = [
            "Name the price", "Ours, 2", "2", "how much it costs", "1", "1", "costs a sum", "7", "0",
            "(it", "it costs", "costs", "2", "1", "Say it.",
        ]  # fmt: skip
        result = coach("new", "house.price", "-o", ours, answers="\n".join(answers) + "\n")
        assert result.exit_code == 0, result.output
        assert "  1  Asks what it costs, as in: how much is it\n" in result.stdout
        assert "'(' is not closed" in result.output
        rule = srsly.read_yaml(ours / "house/price.yml")
        assert [rule[key] for key in ("check", "when", "expect", "within")] == [
            "replies",
            {"customer": "asks"},
            {"agent": "costs"},
            "1 turn",
        ]
        assert coach("test", "house.price", "costs", "--rules", ours).exit_code == 0

    def test_only_what_the_options_leave_open_is_asked_for(self, ours: Path) -> None:
        result = coach("new", "costs", "-o", ours, "--title", "Names a price", answers="it costs\n")
        assert result.exit_code == 0, result.output
        assert result.stdout.count("?") == 1

    def test_a_figure_by_its_number(self, ours: Path) -> None:
        answers = "4\n5\n1\n60\n0.6\n"
        result = coach("new", "house.waits", "-o", ours, *PRICE, answers=answers)
        assert result.exit_code == 0, result.output
        assert srsly.read_yaml(ours / "house/waits.yml")["figure"] == {"name": "agent_share", "most": 0.6}

    def test_who_stops_in_the_middle_finds_nothing_written(self, ours: Path) -> None:
        result = coach("new", "house.price", "-o", ours, answers="Name the price\n")
        assert result.exit_code == 1
        assert result.stdout.endswith("Nothing was written.\n")
        assert files(ours) == ["moments/asks.yml"]

    def test_words_that_should_not_fall_are_the_phrases(self, ours: Path) -> None:
        answers = "3\ncalm down; not my job\n\ncalming\n2\n"
        result = coach("new", "house.calm", "-o", ours, *PRICE, answers=answers)
        assert result.exit_code == 0, result.output
        assert srsly.read_yaml(ours / "moments/calming.yml")["any_of"] == ["calm down", "not my job"]

    def test_what_is_no_answer_is_told_in_plain_words_and_asked_again(self, ours: Path) -> None:
        result = coach("new", "house.waits", "-o", ours, *PRICE, answers="9\nx\n4\n2\n1\n\nmany\n60\n")
        assert result.exit_code == 0, result.output
        assert result.stdout.count("Write a number from 1 to 4.") == 2
        assert "This needs an answer." in result.stdout
        assert "Write a number, such as 60." in result.stdout
        assert "range" not in result.output

    def test_questions_and_choices_fit_a_terminal(self, ours: Path) -> None:
        long = "Asks what it all costs in the end, with everything that belongs to it, and what is to be paid when"
        write(ours, {"moments/asks.yml": ASKS.replace("Asks what it costs", long)})
        result = coach("new", "house.price", "-o", ours, answers="Name it\nOurs\n2\nasks what it costs\n1\n1\n")
        lines = result.stdout.split("Ours")[0].splitlines()
        assert f"  1  {long}"[:60] in result.stdout
        assert max(map(len, lines)) <= 80
