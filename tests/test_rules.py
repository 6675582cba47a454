"""Every rule and every moment passes the cases that it carries, one test a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from small_rules import built_in
from two_rule_sets import small_built_in

from coach.cases import moment_verdicts, rule_verdicts, verdicts
from coach.datafiles import rules_folder
from coach.rulebook import problems, rule_files
from coach.scoring import Scorer

FILES = rule_files(rules_folder())


def test_the_files_can_be_read() -> None:
    assert problems([rules_folder()]) == []


@pytest.mark.parametrize("name", FILES)
def test_cases(name: str) -> None:
    scorer = built_in()
    rule = scorer.rulebook.rule(name)
    if rule:
        results = list(rule_verdicts(rule, scorer))
    else:
        (moment,) = (moment for moment in scorer.rulebook.moments if moment.id == name)
        results = list(moment_verdicts(moment, scorer))
    wrong = [f"{verdict.owner}\n  case: {verdict.case}\n  {verdict.said}" for verdict in results if not verdict.passed]
    assert results
    assert not wrong, "\n" + "\n".join(wrong)


def test_verdicts_run_the_cases_of_every_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small_built_in(tmp_path, monkeypatch)
    assert {verdict.owner for verdict in verdicts(Scorer.load())} == {str(path) for path in rule_files(folder).values()}


def test_every_rule_has_points_or_is_named_as_informational() -> None:
    scorer = built_in()
    page = (Path(__file__).parent.parent / "docs" / "service-standard.md").read_text("utf-8")
    informational = {f"service.{name}" for name in re.findall(r"^\| ([a-z_]+) \|", page, re.M)} - {"service.rule"}
    assert {rule.id for rule in scorer.rulebook.rules if not scorer.scorecard.points_of(rule.id)} == informational


def test_no_built_in_rule_needs_a_trained_pipeline() -> None:
    assert built_in().language.unavailable == {}


def styles_of(call: str) -> set[str]:
    """Return how a case is written: with times, raw as speech recognition writes, or as a person would."""
    timed = {"timed"} if call.strip()[:1].isdigit() else set()
    return timed | ({"raw"} if call == call.lower() else {"punctuated"})


@pytest.mark.parametrize("name", [name for name in FILES if "." in name])
def test_every_rule_shows_each_mark_in_four_cases_or_more_and_two_styles(name: str) -> None:
    rule = built_in().rulebook.rule(name)
    assert rule is not None
    marks = {case.expect for case in rule.tests}
    assert marks >= {"met", "missed"} | ({"not_applicable"} if rule.when or rule.unless else set())
    assert len(rule.tests) >= 4
    if rule.check != "consistency":
        assert len(set().union(*(styles_of(case.call) for case in rule.tests))) >= 2
