"""Insight: what is praised, what is to be worked on, and what is left unsaid because the calls are too few."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from added_up import Mark, Marked, behaviours, counted
from hypothesis import given
from hypothesis import strategies as st

from coach.behaviours import focus_of, pooled, strengths_of
from coach.insight import AgentInsight, Who, agent_insight, team_insight
from coach.scored import Outcome, RuleCard

RULES = ("apology", "empathy", "greeting")
CARDS = tuple(RuleCard(rule, rule.title(), "Care", "", "", "", 10, "says") for rule in RULES)
ANA = Who("a1", "Ana", "Billing")


def rows(rule: str, marks: str, *, possible: float = 10, first: int = 0) -> list[Mark]:
    """Return a rule's marks, newest call first: m(et), x (missed), n(ot applicable), ? (cannot tell)."""
    outcomes: dict[str, Outcome] = {"m": "met", "x": "missed", "n": "not_applicable", "?": "cannot_tell"}
    return [
        Mark(
            f"c{first + number:03}", rule, outcomes[mark], possible if mark == "m" else 0.0,
            possible if mark in "mx" else 0.0, f"word{number % 10}",
        )
        for number, mark in enumerate(marks)
    ]  # fmt: skip


def calls(scores: Iterable[float | None]) -> list[Marked]:
    """Return calls with these scores."""
    return [
        Marked(f"c{n:03}", f"2026-03-{1 + n % 28:02}", score, None if score is None else score >= 70)
        for n, score in enumerate(scores)
    ]


def seen_in(
    who: Who, made: Sequence[Marked], marks: Sequence[Mark] = (), cards: Sequence[RuleCard] = CARDS
) -> AgentInsight:
    """Return the insight into an agent with these calls."""
    return agent_insight(counted(who, made, marks, cards), cards)


def insight(who: Who, marks: dict[str, str]) -> AgentInsight:
    """Return the insight into an agent with these marks, every call scored 80."""
    findings = [row for rule, said in marks.items() for row in rows(rule, said)]
    return seen_in(who, calls([80.0] * max(map(len, marks.values()))), findings)


def test_counts_keep_what_leaves_the_denominator_visible() -> None:
    found = behaviours(rows("apology", "mmx?nn"), CARDS)["apology"]
    assert (found.met, found.missed, found.cannot_tell, found.not_applicable, found.chances) == (2, 1, 1, 2, 3)
    assert found.rate is not None
    assert found.rate.value == 2 / 3
    assert behaviours([], CARDS)["apology"].rate is None


def test_the_sure_weakness_that_costs_most_is_the_one_to_work_on() -> None:
    found = behaviours([*rows("apology", "xxxxxm", possible=5), *rows("empathy", "xxxxmm", possible=15)], CARDS)
    focus = focus_of(found)
    assert focus is not None
    assert (focus.behaviour.rule, focus.sure) == ("empathy", True)


def test_a_sure_weakness_goes_before_a_dearer_one_that_may_be_chance() -> None:
    found = behaviours([*rows("apology", "xxxxxm", possible=5), *rows("greeting", "x" + "m" * 12, possible=40)], CARDS)
    focus = focus_of(found)
    assert focus is not None
    assert focus.behaviour.rule == "apology"


def test_one_miss_in_many_is_named_as_unsure() -> None:
    focus = focus_of(behaviours(rows("apology", "x" + "m" * 12), CARDS))
    assert focus is not None
    assert not focus.sure


def test_three_misses_of_three_are_too_few_to_be_sure() -> None:
    three, four = (focus_of(behaviours(rows("apology", "x" * many), CARDS)) for many in (3, 4))
    assert three is not None
    assert four is not None
    assert (three.sure, four.sure) == (False, True)


def test_no_point_lost_means_nothing_to_work_on() -> None:
    assert focus_of(behaviours(rows("apology", "mmmmnn??"), CARDS)) is None


def test_a_rule_that_carries_no_points_is_never_the_one_to_work_on() -> None:
    assert focus_of(behaviours(rows("apology", "xxxxxx", possible=0), CARDS)) is None


def test_equal_costs_are_settled_by_the_rule_id() -> None:
    both = [*rows("empathy", "xxxxxx"), *rows("apology", "xxxxxx")]
    focus = focus_of(behaviours(both, CARDS))
    assert focus is not None
    assert focus.behaviour.rule == "apology"


def test_a_habit_is_praised_and_what_sets_one_apart_comes_first() -> None:
    mine = behaviours([*rows("greeting", "m" * 10), *rows("apology", "m" * 10), *rows("empathy", "x" * 10)], CARDS)
    team = behaviours([*rows("greeting", "m" * 40), *rows("apology", "mx" * 20), *rows("empathy", "x" * 40)], CARDS)
    praised = strengths_of(mine, team)
    assert [(one.behaviour.rule, one.sure, one.ahead) for one in praised] == [
        ("apology", True, True),
        ("greeting", True, False),
    ]


def test_with_few_calls_the_best_behaviour_is_given_as_unsure() -> None:
    praised = strengths_of(behaviours([*rows("greeting", "mm"), *rows("apology", "mx")], CARDS), {})
    assert [(one.behaviour.rule, one.sure) for one in praised] == [("greeting", False)]


def test_nothing_met_is_nothing_to_praise() -> None:
    assert strengths_of(behaviours(rows("greeting", "xx"), CARDS), {}) == ()


def test_four_scored_calls_are_too_few_to_judge() -> None:
    few = seen_in(ANA, calls([90, 90, 90, 90, None]))
    enough = seen_in(ANA, calls([90] * 5))
    assert (few.enough, enough.enough) == (False, True)
    assert few.passed is not None
    assert few.passed.n == 4


def test_calls_without_a_score_are_counted_and_do_not_pull_the_mean() -> None:
    seen = seen_in(ANA, calls([80, None, 60, None]))
    assert seen.score is not None
    assert (seen.calls, round(seen.score.value, 9)) == (4, 0.7)


def test_the_nameless_count_for_the_team_and_are_not_judged() -> None:
    nameless = insight(Who(None, None, None), {"apology": "xxxxxx"})
    team = team_insight("Billing", [insight(ANA, {"apology": "mmmmmm"}), nameless])
    assert team.calls == 12
    assert [agent.who.id for agent in team.judged] == ["a1"]
    assert [agent.who.id for agent in team.too_few] == [None]
    assert team.coach_next is not None
    assert all(pupil.who.id is not None for pupil in team.coach_next.learners + team.coach_next.models)


def test_the_team_learns_who_needs_a_behaviour_and_who_could_show_it() -> None:
    people = [
        insight(Who("a1", "Ana", None), {"apology": "m" * 10, "greeting": "m" * 10}),
        insight(Who("a2", "Ben", None), {"apology": "x" * 9 + "m", "greeting": "m" * 10}),
        insight(Who("a3", "Cleo", None), {"apology": "xm" * 5, "greeting": "m" * 10}),
    ]
    chosen = team_insight(None, people).coach_next
    assert chosen is not None
    assert chosen.focus.behaviour.rule == "apology"
    assert [pupil.who.id for pupil in chosen.learners] == ["a2", "a3"]
    assert [pupil.who.id for pupil in chosen.models] == ["a1"]


def test_an_agent_with_too_few_calls_is_named_neither_as_a_learner_nor_as_a_model() -> None:
    people = [
        insight(Who("a1", "Ana", None), {"apology": "xmmmmmmmmm"}),
        insight(Who("a2", "Sara", None), {"apology": "xxxx"}),
        insight(Who("a3", "Cleo", None), {"apology": "mmmm"}),
    ]
    chosen = team_insight(None, people).coach_next
    assert chosen is not None
    assert [pupil.who.id for pupil in chosen.learners + chosen.models] == ["a1"]
    assert round(chosen.nameless, 9) == 0.8
    nobody = team_insight(None, people[1:]).coach_next
    assert nobody is not None
    assert (nobody.learners, nobody.models, nobody.nameless) == ((), (), 1)


def test_the_team_is_told_where_a_learners_own_focus_is_another() -> None:
    ana = insight(Who("a1", "Ana", None), {"apology": "x" * 6, "greeting": "m" * 6})
    ben = insight(Who("a2", "Ben", None), {"apology": "x" * 6, "greeting": "m" * 6})
    cleo = insight(Who("a3", "Cleo", None), {"apology": "xxxxmm", "greeting": "x" * 6})
    same, other = team_insight(None, [ana, ben]).coach_next, team_insight(None, [ana, ben, cleo]).coach_next
    assert same is not None
    assert other is not None
    assert other.focus.behaviour.rule == "apology"
    assert (same.differs, other.differs) == (False, True)


MARKS = st.text("mxn?", max_size=30)


@given(MARKS, MARKS)
def test_pooled_behaviours_are_the_sum_of_their_parts(one: str, two: str) -> None:
    parts = [behaviours(rows("apology", marks), CARDS) for marks in (one, two)]
    whole = behaviours(rows("apology", one + two), CARDS)["apology"]
    summed = pooled(parts)["apology"]
    assert (summed.met, summed.missed, summed.not_applicable, summed.cannot_tell, summed.lost) == (
        whole.met, whole.missed, whole.not_applicable, whole.cannot_tell, whole.lost,
    )  # fmt: skip


@given(MARKS, MARKS, MARKS)
def test_the_behaviour_to_work_on_did_lose_points(one: str, two: str, three: str) -> None:
    found = behaviours([*rows("apology", one), *rows("empathy", two), *rows("greeting", three)], CARDS)
    focus = focus_of(found)
    assert (focus is None) == ("x" not in one + two + three)
    if focus is not None:
        assert focus.behaviour.lost > 0
        assert not focus.sure or focus.behaviour.lost == max(b.lost for b in found.values() if b.is_weakness)


def test_a_rule_without_points_is_never_praised() -> None:
    assert strengths_of(behaviours(rows("greeting", "mmmmmm", possible=0), CARDS), {}) == ()


def test_an_agents_calls_are_compared_by_the_kinds_that_a_rule_names() -> None:
    card = RuleCard("consistency", "Alike", "", "", "", "", 0, "consistency", "queue", 10.0)
    kinds = ["sales", "care", "sales", "care"] * 10
    mixed = [
        call._replace(kinds={"queue": kind}, score=90.0 if kind == "sales" else 50.0)
        for call, kind in zip(calls([80.0] * 40), kinds, strict=True)
    ]
    findings = rows("apology", "m" * 40)
    (alike,) = seen_in(ANA, mixed, findings, (*CARDS, card)).alike
    assert (alike.by, alike.found.outcome, alike.found.low) == ("queue", "missed", "care")
    (unknown,) = seen_in(ANA, calls([80.0] * 40), findings, (*CARDS, card)).alike
    assert unknown.found.outcome == "not_applicable"
