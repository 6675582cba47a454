from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_rules import QUICK, write

from coach.call import Role, Turn
from coach.errors import RuleError
from coach.rule_yaml import InvalidFile
from coach.scorecard import Scorecard, load, mark, not_eligible
from coach.scored import OUTCOMES, Finding, Outcome

RULES = {"a": 10, "b": 5, "c": 2.5, "cuts": 10, "rude": 10}
CARD = Scorecard.model_validate(
    {
        "id": "scorecard",
        "name": "n",
        "version": "1",
        "pass_mark": 70,
        "sections": [
            {"name": "First", "rules": {"a": 10, "b": 5}},
            {"name": "Second", "rules": {"c": 2.5, "cuts": 10, "rude": 10}},
        ],
        "bands": {"cuts": [{"most": 0, "share": 1}, {"most": 2, "share": 0.5}]},
        "auto_fail": ["rude"],
        "eligibility": {"least_turns": 3, "both_sides": True},
    }
)


def finding(rule: str, outcome: Outcome, counted: int | None = None) -> Finding:
    return Finding(rule, outcome, "Why.", counted=counted)


@pytest.mark.parametrize(
    ("outcome", "points", "possible"),
    [("met", 10, 10), ("missed", 0, 10), ("not_applicable", 0, 0), ("cannot_tell", 0, 0)],
)
def test_points_of_an_outcome(outcome: Outcome, points: float, possible: float) -> None:
    (marked,) = mark([finding("a", outcome)], CARD).findings
    assert (marked.points, marked.possible) == (points, possible)


@pytest.mark.parametrize(
    ("count", "outcome", "points"),
    [(0, "met", 10), (1, "missed", 5), (2, "missed", 5), (3, "missed", 0), (99, "missed", 0)],
)
def test_bands_share_the_points_of_counted_things(count: int, outcome: Outcome, points: float) -> None:
    (marked,) = mark([finding("cuts", outcome, count)], CARD).findings
    assert (marked.points, marked.possible) == (points, 10)


def test_bands_need_a_count() -> None:
    assert mark([finding("cuts", "met")], CARD).score == 100
    assert mark([finding("cuts", "cannot_tell")], CARD).score is None


def test_what_does_not_apply_leaves_the_denominator() -> None:
    marks = mark([finding("a", "met"), finding("b", "not_applicable"), finding("c", "cannot_tell")], CARD)
    assert (marks.score, marks.passed) == (100.0, True)


def test_a_rule_without_points_is_shown_and_not_counted() -> None:
    marks = mark([finding("shown", "missed"), finding("a", "met")], CARD)
    assert [(each.rule, each.possible) for each in marks.findings] == [("shown", 0), ("a", 10)]
    assert marks.score == 100


@pytest.mark.parametrize("outcomes", [[], ["not_applicable"], ["cannot_tell", "not_applicable"]])
def test_no_possible_points_is_no_score(outcomes: list[Outcome]) -> None:
    marks = mark([finding("a", outcome) for outcome in outcomes], CARD)
    assert (marks.score, marks.passed, marks.auto_fail) == (None, None, ())


def test_the_pass_mark_itself_passes() -> None:
    just = CARD.model_copy(update={"pass_mark": 66.7})
    marks = mark([finding("a", "met"), finding("b", "missed")], just)
    assert (marks.score, marks.passed) == (66.7, True)
    assert mark([finding("b", "met"), finding("a", "missed")], just).passed is False


def test_a_critical_rule_missed_fails_the_call() -> None:
    marks = mark([finding("a", "met"), finding("b", "met"), finding("cuts", "met", 0), finding("rude", "missed")], CARD)
    assert (marks.score, marks.passed, marks.auto_fail) == (71.4, False, ("rude",))
    for outcome in ("met", "not_applicable", "cannot_tell"):
        assert mark([finding("a", "met"), finding("rude", outcome)], CARD).auto_fail == ()


ANY = st.lists(
    st.builds(
        finding, st.sampled_from([*RULES, "shown"]), st.sampled_from(OUTCOMES), st.one_of(st.none(), st.integers(0, 5))
    ),
    max_size=8,
    unique_by=lambda each: each.rule,
)


@QUICK
@given(ANY, st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_change_the_score(findings: list[Finding], random: Any) -> None:
    shuffled = random.sample(findings, len(findings))
    one, other = mark(findings, CARD), mark(shuffled, CARD)
    assert (one.score, one.passed, sorted(one.auto_fail)) == (other.score, other.passed, sorted(other.auto_fail))
    assert sorted(one.findings) == sorted(other.findings)


@QUICK
@given(ANY, st.permutations(list(RULES)))
def test_the_order_of_rules_on_the_card_does_not_change_the_score(findings: list[Finding], order: list[str]) -> None:
    sections = CARD.sections[:1]
    one = sections[0].model_copy(update={"rules": {rule: RULES[rule] for rule in order}})
    assert mark(findings, CARD.model_copy(update={"sections": (one,)})).score == mark(findings, CARD).score


@QUICK
@given(ANY)
def test_the_score_is_points_over_possible(findings: list[Finding]) -> None:
    marks = mark(findings, CARD)
    possible = sum(each.possible for each in marks.findings)
    if possible:
        assert marks.score == round(100 * sum(each.points for each in marks.findings) / possible, 1)
        assert 0 <= marks.score <= 100
    else:
        assert marks.score is None
    assert all(0 <= each.points <= each.possible for each in marks.findings)


@QUICK
@given(ANY, st.sampled_from(list(RULES)))
def test_a_mark_made_good_never_lowers_the_score(findings: list[Finding], rule: str) -> None:
    missed = [each for each in findings if each.rule != rule] + [finding(rule, "missed")]
    met = [*missed[:-1], finding(rule, "met")]
    assert (mark(met, CARD).score or 0) >= (mark(missed, CARD).score or 0)


def turns(*sides: Role) -> list[Turn]:
    return [Turn(side, "x") for side in sides]


def test_eligibility() -> None:
    assert not_eligible(turns("agent", "customer", "agent"), CARD) is None
    assert "has 2 turns; the scorecard asks for at least 3" in str(not_eligible(turns("agent", "customer"), CARD))
    assert not_eligible([*turns("agent", "customer"), Turn("agent", "  ")], CARD) is not None
    assert not_eligible(turns("agent", "agent", "agent"), CARD) == "Only one side speaks in this transcript."
    assert not_eligible(turns("agent", "other", "agent"), CARD) == "Only one side speaks in this transcript."
    assert not_eligible(turns("unknown", "unknown", "unknown"), CARD) is None
    lenient = CARD.model_copy(update={"eligibility": CARD.eligibility.model_copy(update={"both_sides": False})})
    assert not_eligible(turns("agent", "agent", "agent"), lenient) is None


def test_points_and_section_of_a_rule() -> None:
    assert (CARD.points_of("c"), CARD.section_of("c")) == (2.5, "Second")
    assert (CARD.points_of("none"), CARD.section_of("none")) == (0, "")


TEXT = """\
name: n
version: "1"
pass_mark: 70
sections:
  - name: First
    rules: {core.a: 10}
"""


def load_error(tmp_path: Path, text: str) -> str:
    path = write(tmp_path, {"scorecard.yml": text}) / "scorecard.yml"
    with pytest.raises(RuleError) as caught:
        load(path, ["core.a"])
    return str(caught.value).replace(f"{tmp_path}/", "")


def test_a_sound_scorecard_loads(tmp_path: Path) -> None:
    assert load(write(tmp_path, {"scorecard.yml": TEXT}) / "scorecard.yml", ["core.a"]).points_of("core.a") == 10


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TEXT.replace("core.a", "core.b"), "scorecard.yml:6:13: there is no rule 'core.b'\n  Did you mean 'core.a'?"),
        (TEXT + "auto_fail: [x]\n", "scorecard.yml:7:13: there is no rule 'x'\n  'coach rules list'"),
        (TEXT + "bands: {y: []}\n", "there is no rule 'y'"),
        (TEXT.replace('"1"', "1"), "scorecard.yml:2:1: version: should be text; put quotes around it"),
        (TEXT.replace("70", "101"), "scorecard.yml:3:1: pass_mark: should be less than or equal to 100"),
        (TEXT.replace("pass_mark", "pass_marc"), "scorecard.yml:3:1: unknown key 'pass_marc'"),
        (TEXT + "eligibility: {leest_turns: 3}\n", "unknown key 'leest_turns'\n  Did you mean 'least_turns'?"),
        (TEXT.replace("a: 10", "a: ten"), "scorecard.yml:6:13: sections.0.rules.core.a: should be a number"),
        (TEXT.replace("a: 10", "a: -1"), "the rule core.a needs 0 points or more"),
        (TEXT.replace("a: 10", "a: .nan"), "the rule core.a needs 0 points or more"),
        (TEXT.replace("a: 10", "a: .inf"), "the rule core.a needs 0 points or more"),
        (TEXT + "  - {name: Second, rules: {core.a: 1}}\n", "the rule core.a stands in two sections"),
        (TEXT + "bands: {core.a: [{most: 2, share: 1}, {most: 1, share: 0}]}\n", "are not in rising order"),
        (TEXT + "bands: {core.a: [{most: 2, share: 1}, {most: 2, share: 0}]}\n", "are not in rising order"),
        (TEXT + "bands: {core.a: [{most: 2, share: 2}]}\n", "share: should be less than or equal to 1"),
        (TEXT.replace("a: 10", "a: 1e308"), "6:13: the rule core.a needs 0 points or more, and no more than 1,000,000"),
        (TEXT.replace("a: 10", "a: " + "9" * 400), "6:13: "),
        (TEXT.replace("70", ".nan"), "scorecard.yml:3:1: pass_mark: should be"),
        (TEXT.replace("70", "-1"), "scorecard.yml:3:1: pass_mark: should be greater than or equal to 0"),
        (
            TEXT.replace("{core.a: 10}", "{core.a: 10, core.a: 5}"),
            "scorecard.yml:6:25: is not valid YAML: found duplicate",
        ),
        (TEXT + "  - {name: Second, rules: {core.a: 1}}\n", "scorecard.yml:7:28: the rule core.a stands in two"),
        (TEXT + "  - {name: Second, rules: {}}\n", "scorecard.yml:7:5: the section 'Second' holds no rule\n  Give it"),
        (TEXT.replace("a: 10", "a: 0"), "scorecard.yml:5:5: the section 'First' is worth 0 points\n  Give a rule"),
        (TEXT.replace(TEXT[TEXT.index("sections") :], "sections: []\n"), "scorecard.yml:4:1: the card gives no points"),
        (TEXT + "bands: {core.a: []}\n", "scorecard.yml:7:9: core.a has no band\n  Write one"),
        (TEXT + "bands: {core.a: [{most: -1, share: 1}]}\n", "most: should be greater than or equal to 0"),
        (TEXT + "bands: {core.a: [{most: 1, share: .nan}]}\n", "share: should be"),
        (TEXT + "eligibility: {least_turns: -3}\n", "least_turns: should be greater than or equal to 0"),
        (TEXT + "auto_fail: core.a\n", "scorecard.yml:7:1: auto_fail: should be a list"),
    ],
)
def test_mistakes_in_a_scorecard_are_placed(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in load_error(tmp_path, text)


def test_a_missing_scorecard_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"scorecard\.yml: there is no such file"):
        load(tmp_path / "scorecard.yml", [])


def test_every_mistake_of_a_scorecard_is_found(tmp_path: Path) -> None:
    text = TEXT.replace("a: 10", "a: 10, core.c: -1") + "bands: {core.b: []}\nauto_fail: [core.b, core.d]\n"
    path = write(tmp_path, {"scorecard.yml": text}) / "scorecard.yml"
    with pytest.raises(InvalidFile) as caught:
        load(path, ["core.a", "core.b"])
    assert [mistake.where.removeprefix(f"{path}:") for mistake in caught.value.mistakes] == [
        "6:25", "6:25", "7:9", "7:9", "8:13", "8:21",
    ]  # fmt: skip


def test_a_critical_rule_may_be_worth_no_points(tmp_path: Path) -> None:
    text = TEXT + "  - {name: Critical, rules: {core.b: 0}}\nauto_fail: [core.b]\n"
    card = load(write(tmp_path, {"scorecard.yml": text}) / "scorecard.yml", ["core.a", "core.b"])
    assert mark([finding("core.a", "met"), finding("core.b", "missed")], card)[1:] == (100.0, False, ("core.b",))
