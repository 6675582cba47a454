"""Compared calls in, figures about rules, agents and teams out."""

from __future__ import annotations

import json

from coach.authoring.compared_call import ComparedCall, compared, compared_from
from coach.authoring.difference import RuleDiff, diff_of, moved_marks
from coach.call import Agent, Call, Roles, Turn
from coach.scored import Evidence, Finding, Outcome, Scored, Talk


def scored(
    call_id: str,
    score: float | None,
    agent: Agent = Agent("a1", "Ana", "Lines"),
    *,
    fails: bool = False,
    **marks: Outcome,
) -> Scored:
    """Return a call with these marks, each worth 10 points."""
    call = Call(call_id, (Turn("agent", "hello there"),), agent, Roles("given", ("agent",), 1.0), source="calls.jsonl")
    findings = tuple(
        Finding(rule, outcome, f"It is {outcome}.", (Evidence(0, 0, 5, "hello"),), None, None, 10.0, 10.0)
        for rule, outcome in marks.items()
    )
    passed = None if score is None else score >= 60 and not fails
    return Scored(call, call.roles, findings, {}, Talk(), (), score, passed, ("rude",) if fails else ())


def one(call_id: str, before: float | None, after: float | None, **agent: str) -> ComparedCall:
    who = Agent(agent.get("id"), agent.get("name"), agent.get("team"))
    return compared(scored(call_id, before, who), scored(call_id, after, who))


def test_a_call_without_a_difference_has_no_changed_marks() -> None:
    call = compared(scored("c", 80.0, greeting="met"), scored("c", 80.0, greeting="met"))
    assert (call.changed, call.marks, call.change) == (False, (), 0.0)


def test_another_outcome_is_a_change_with_both_marks() -> None:
    call = compared(scored("c", 80.0, greeting="met"), scored("c", 50.0, greeting="missed"))
    (mark,) = call.marks
    assert call.changed
    assert call.change == -30.0
    assert mark.moves
    assert mark.before is not None
    assert mark.after is not None
    assert (mark.before.outcome, mark.after.outcome) == ("met", "missed")
    assert (mark.after.reason, mark.after.turn, mark.after.quote) == ("It is missed.", 0, "hello")


def test_a_rule_that_is_new_changes_no_call_by_itself() -> None:
    call = compared(scored("c", 80.0), scored("c", 80.0, greeting="missed"))
    assert not call.changed
    assert [mark.before for mark in call.marks] == [None]


def test_another_reason_for_the_same_mark_is_no_change() -> None:
    after = scored("c", 80.0, greeting="met")
    (finding,) = after.findings
    before = scored("c", 80.0, greeting="met")
    object.__setattr__(after, "findings", (finding._replace(reason="In turn 2."),))
    call = compared(before, after)
    assert not call.changed
    diff = diff_of([call], 5)
    assert [(rule.rule, rule.moved, rule.reworded) for rule in diff.rules] == [("greeting", 0, 1)]
    assert not diff.changed


def test_what_is_told_to_another_process_comes_back_the_same() -> None:
    call = compared(
        scored("c\n", 80.0, greeting="met", rude="missed"), scored("c\n", None, fails=True, greeting="cannot_tell")
    )
    assert compared_from(json.loads(json.dumps(call.to_dict()))) == call


def test_rules_count_which_outcome_goes_to_which_and_keep_the_first_examples() -> None:
    calls = [
        compared(scored(f"c{n}", 80.0, greeting="missed"), scored(f"c{n}", 90.0, greeting="met")) for n in range(5)
    ]
    calls.append(compared(scored("c9", 80.0, greeting="met"), scored("c9", 80.0, greeting="not_applicable")))
    (rule,) = diff_of(calls, 2).rules
    assert rule.moved == 6
    assert rule.ordered_moves == [(("missed", "met"), 5), (("met", "not_applicable"), 1)]
    assert [call_id for call_id, _ in rule.examples["missed", "met"]] == ["c0", "c1", "c2"]


def test_agents_show_means_passes_won_and_lost_those_who_change_most_first() -> None:
    calls = [
        one("c1", 50.0, 70.0, id="a1", name="Ana", team="Lines"),
        one("c2", 70.0, 70.0, id="a1"),
        one("c3", 80.0, 79.0, id="a2"),
        one("c4", 65.0, 55.0, id="a3"),
    ]
    diff = diff_of(calls, 10)
    told = [(agent.key, agent.figures.to_dict()) for agent in diff.agents]
    assert [key for key, _ in told] == ["a1", "a3", "a2"]
    first = told[0][1]
    assert (first["calls"], first["changed"], first["change"]) == (2, 1, 10.0)
    assert (first["before"]["mean"], first["after"]["mean"]) == (60.0, 70.0)
    assert (first["passes_won"], first["passes_lost"]) == (1, 0)
    assert told[1][1]["passes_lost"] == 1
    assert (diff.agents[0].name, diff.agents[0].team) == ("Ana", "Lines")
    assert [team for team, _ in diff.teams] == ["Lines", None]
    assert diff.overall.pass_rate(0) == 0.75
    assert diff.overall.pass_rate(1) == 0.75


def test_calls_that_name_an_agent_go_to_the_one_of_that_name_with_an_id() -> None:
    calls = [one("c1", 50.0, 60.0, id="a1", name="Ana"), one("c2", 50.0, 60.0, name=" ana "), one("c3", 5.0, 6.0)]
    calls += [one("c4", 5.0, 6.0, name="Ben")]
    assert sorted((agent.key or "", agent.figures.calls) for agent in diff_of(calls, 0).agents) == [
        ("", 1), ("Ben", 1), ("a1", 2)
    ]  # fmt: skip


def test_the_calls_that_change_most_are_kept_the_first_of_equals_first() -> None:
    calls = [one(f"c{n}", 50.0, 50.0 + change) for n, change in enumerate((1.0, 9.0, 0.0, -9.0, 2.0))]
    assert [call.call_id for call in diff_of(calls, 3).calls] == ["c1", "c3", "c4"]
    assert diff_of(calls, 0).calls == []


def test_a_score_that_goes_away_counts_as_a_great_change() -> None:
    calls = [one("c1", 50.0, 90.0), one("c2", 50.0, None)]
    diff = diff_of(calls, 2)
    assert [call.call_id for call in diff.calls] == ["c2", "c1"]
    assert diff.overall.to_dict()["after"]["scored"] == 1
    assert diff_of([one("c2", None, None)], 2).overall.change is None


def test_no_calls_make_no_figures() -> None:
    diff = RuleDiff(3)
    assert not diff.changed
    assert diff.to_dict()["overall"]["before"] == {
        "scored": 0, "mean": None, "passed": 0, "pass_rate": None, "auto_fails": 0
    }  # fmt: skip
    assert (diff.agents, diff.rules, diff.teams) == ([], [], [])


def test_of_a_call_its_moves_are_shown_and_points_of_a_new_rule() -> None:
    before = scored("c", 80.0, greeting="met", thanks="met")
    call = compared(before, scored("c", 50.0, greeting="missed", thanks="met", calm="missed"))
    assert [mark.rule for mark in moved_marks(call.marks)] == ["calm", "greeting"]
    unscored = compared(scored("c", 80.0), scored("c", 80.0, calm="missed"))
    assert unscored.marks[0].after is not None
    shown_only = unscored.marks[0]._replace(after=unscored.marks[0].after._replace(possible=0.0))
    assert list(moved_marks([shown_only])) == []
