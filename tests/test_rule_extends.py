"""Rule files that say only how they differ from another."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_rules import rulebook_error, write

from coach.rule_models import Moment, Rule
from coach.rulebook import Rulebook, load, problems

GREETING = """title: A greeting
any_of:
  - hello
  - good day
but_not:
  - hello kitty
examples:
  match: [hello, good day]
  no_match: [hello kitty]
"""
GREETS = """title: Greet
source: Ours.
check: says
expect: {agent: greeting}
within: first 3 turns
coach: Say hello.
tests:
  - {name: said, call: "agent: hello", expect: met}
  - {name: not said, call: "agent: yes", expect: missed}
"""


def stack(tmp_path: Path, own: dict[str, str]) -> list[Path]:
    return [
        write(tmp_path / "base", {"moments/greeting.yml": GREETING, "core/greets.yml": GREETS}),
        write(tmp_path / "own", own),
    ]


def loaded(tmp_path: Path, own: dict[str, str]) -> Rulebook:
    return load(stack(tmp_path, own))


def the_moment(book: Rulebook, name: str) -> Moment:
    return next(moment for moment in book.moments if moment.id == name)


def the_rule(book: Rulebook, name: str) -> Rule:
    return next(rule for rule in book.rules if rule.id == name)


def test_phrases_are_added_to_and_taken_from_the_moment_that_is_replaced(tmp_path: Path) -> None:
    phrases = "extends: greeting\nany_of+: [howdy]\nany_of-: [good day]\n"
    own = phrases + "examples+: {match: [howdy]}\nexamples-: {match: good day}\n"
    greeting = the_moment(loaded(tmp_path, {"moments/greeting.yml": own}), "greeting")
    assert greeting.any_of == ("hello", "howdy")
    assert greeting.but_not == ("hello kitty",)
    assert greeting.examples.match == ("hello", "howdy")
    assert greeting.title == "A greeting"


def test_what_is_said_without_a_sign_replaces(tmp_path: Path) -> None:
    own = {"moments/warm.yml": "extends: greeting\ntitle: A warm greeting\nany_of: [hello there]\n"}
    book = loaded(tmp_path, own)
    assert the_moment(book, "warm").any_of == ("hello there",)
    assert the_moment(book, "greeting").any_of == ("hello", "good day")


def test_rules_extend_rules_with_their_cases(tmp_path: Path) -> None:
    own = """extends: core.greets
within: first 1 turn
expect+: {agent: hail}
tests-: [not said]
tests+:
  - {name: hailed, call: "agent: hail", expect: met}
"""
    hail = "extends: greeting\nany_of: [hail]\nbut_not: []\n"
    rule = the_rule(loaded(tmp_path, {"house/greets.yml": own, "moments/hail.yml": hail}), "house.greets")
    assert rule.expect is not None
    assert rule.expect.agent == ("greeting", "hail")
    assert (str(rule.within), [case.name for case in rule.tests]) == ("the first 1 turn", ["said", "hailed"])


def test_a_chain_of_extensions_is_followed(tmp_path: Path) -> None:
    own = {
        "moments/a.yml": "extends: greeting\nany_of+: [ahoy]\n",
        "moments/b.yml": "extends: a\nany_of+: [hiya]\n",
    }
    assert the_moment(loaded(tmp_path, own), "b").any_of == ("hello", "good day", "ahoy", "hiya")


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({"moments/a.yml": "extends: greting\n"}, "a.yml:1:1: there is no moment 'greting' to extend\n  Did you mean"),
        ({"moments/a.yml": "extends: core.greets\n"}, "a.yml:1:1: there is no moment 'core.greets' to extend"),
        ({"house/a.yml": "extends: greeting\n"}, "a.yml:1:1: there is no rule 'greeting' to extend"),
        ({"moments/a.yml": "extends: [greeting]\n"}, "a.yml:1:1: there is no moment ['greeting'] to extend"),
        ({"moments/a.yml": "extends: a\n"}, "a.yml:1:1: no earlier folder has 'a', so there is nothing to extend"),
        (
            {"moments/a.yml": "extends: b\n", "moments/b.yml": "extends: a\n"},
            "the files extend each other in a circle: a → b → a\n  Let one of them",
        ),
        (
            {"moments/a.yml": "any_of+: [x]\n"},
            "a.yml:1:1: 'any_of+' changes a list of another file\n  Write 'extends:'",
        ),
        (
            {"moments/a.yml": "extends: greeting\nany_of-:\n  - hello\n  - helo there\n"},
            "a.yml:4:5: there is no 'helo there' to take away",
        ),
        (
            {"moments/a.yml": "extends: greeting\nany_of+:\n  - x\n  - (a|\n"},
            "a.yml:4:5: in the phrase '(a|':",
        ),
        ({"moments/a.yml": "extends: greeting\nany_off+: [x]\n"}, "a.yml:2:1: unknown key 'any_off'"),
        ({"moments/a.yml": "extends: greeting\nany_of+: [[x]]\n"}, "a.yml:2:11: any_of.2: should be text"),
        ({"moments/a.yml": "extends: greeting\nid: b\n"}, "a.yml:2:1: unknown key 'id'"),
        (
            {"house/a.yml": "extends: core.greets\nexpect+: {agent: helo}\n"},
            "there is no moment 'helo'",
        ),
    ],
)
def test_mistakes_are_placed_in_the_file_that_makes_them(tmp_path: Path, own: dict[str, str], expected: str) -> None:
    folders = stack(tmp_path, own)
    assert expected in rulebook_error(*folders)
    assert any(expected in str(problem) for problem in problems(folders))


def test_a_circle_is_told_once(tmp_path: Path) -> None:
    folders = stack(tmp_path, {f"moments/{one}.yml": f"extends: {other}\n" for one, other in ("ab", "bc", "ca")})
    (problem,) = problems(folders)
    assert problem.what == "the files extend each other in a circle: a → b → c → a"


def test_lists_may_be_emptied_but_not_written_empty(tmp_path: Path) -> None:
    emptied = loaded(tmp_path / "one", {"moments/a.yml": "extends: greeting\nbut_not: []\n"})
    assert the_moment(emptied, "a").but_not == ()
    written = stack(tmp_path / "two", {"moments/a.yml": GREETING.replace("no_match: [hello kitty]", "no_match: []")})
    assert "a.yml:9:3: examples.no_match: is empty\n  Put something in it" in rulebook_error(*written)


def test_two_files_of_one_id_are_told(tmp_path: Path) -> None:
    folders = stack(tmp_path, {"house/late/greets.yml": GREETS, "house.late/greets.yml": GREETS})
    assert "'house.late.greets' is the id of" in rulebook_error(*folders)


def test_a_mistake_that_is_inherited_is_placed_where_it_stands(tmp_path: Path) -> None:
    base = write(tmp_path / "base", {"moments/greeting.yml": GREETING.replace("good day", "(good day")})
    own = write(tmp_path / "own", {"moments/greeting.yml": "extends: greeting\nany_of+: [howdy]\n"})
    assert str(base / "moments" / "greeting.yml") + ":4:5" in rulebook_error(base, own)


def test_a_single_occasion_is_added_to_several(tmp_path: Path) -> None:
    base = GREETS.replace("expect:", "when: [{customer: greeting}, {silence: 5}]\nexpect:", 1)
    own = {
        "core/greets.yml": "extends: core.greets\nwhen+: {agent: greeting}\n"
        "tests+: {name: a, call: 'agent: b', expect: met}\n"
    }
    folders = stack(tmp_path, own)
    (folders[0] / "core" / "greets.yml").write_text(base, "utf-8")
    rule = the_rule(load(folders), "core.greets")
    assert [clause.moments for clause in rule.when] == [("greeting",), (), ("greeting",)]
    assert rule.tests[-1].name == "a"


@pytest.mark.parametrize("text", [GREETS + "1: x\n", GREETS + "~: x\n", "extends: core.greets\n1: x\n"])
def test_a_key_that_is_no_text_is_a_mistake(tmp_path: Path, text: str) -> None:
    found = problems(stack(tmp_path, {"core/hails.yml": text}))
    assert [("should be text" in problem.what, "hails.yml:" in problem.where) for problem in found] == [(True, True)]
