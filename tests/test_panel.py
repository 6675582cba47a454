"""Judging by many rules at once: the very marks that judging by each rule gives, whatever a call holds."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from check_cases import heard, rule
from small_rules import built_in

from coach.call import Call
from coach.checks import OVER_MANY_CALLS, Panel, judge
from coach.checks.occasion import Heard, deciding
from coach.readers import read
from coach.rule_models import Rule
from coach.scored import OUTCOMES, Silence, Talk

EXAMPLES = Path(__file__).parent.parent / "examples" / "calls"
RULES = [one for one in built_in().rulebook.rules if one.check not in OVER_MANY_CALLS]
FAULT = {"when": {"customer": "fault"}, "expect": {"agent": "sorry"}}
ODD = {
    "says": rule("says", **FAULT),
    "says anyway": rule("says", **FAULT, counts_anyway=True),
    "says anyway at the end": rule("says", **FAULT, counts_anyway=True, within="last 1 turn"),
    "says unless": rule("says", expect={"agent": "sorry"}, unless={"agent": "rude"}),
    "says unless there was a silence": rule("says", **FAULT, unless={"silence": 4}),
    "never": rule("never", **FAULT, within="2 turns"),
    "never anyway": rule("never", **FAULT, counts_anyway=True),
    "never anyway at the start": rule("never", **FAULT, counts_anyway=True, within="first 1 turn"),
    "replies": rule("replies", **FAULT, within="3 turns"),
    "replies to each": rule("replies", **FAULT, occasions="each", most=1),
    "replies in time": rule("replies", **FAULT, within="5 s"),
    "replies to a silence": rule("replies", when={"silence": 4}, expect={"agent": "sorry"}),
    "replies to both": rule("replies", when=[{"silence": 4}, {"customer": "fault"}], expect={"agent": "sorry"}),
    "replies, undone": rule("replies", **FAULT, undone_by={"agent": "rude"}),
    "talk": rule("talk", when={"customer": "fault"}, figure={"name": "interruptions", "most": 0}, within="2 turns"),
    "sentiment": rule("sentiment", when={"customer": "fault"}, rises=0.1),
    "sentiment in words": rule("sentiment", **FAULT),
}
LINES = ("so sorry", "it is broken", "shut up", "cannot do that", "hello", "bye", "[noise]", "x")


def thinned(whole: Heard, chance: random.Random) -> Heard:
    """Return what is heard with some moments gone, and with some of the hits of others."""
    share = chance.random()
    moments = {
        name: tuple(hit for hit in hits if chance.random() < 0.7)
        for name, hits in whole.moments.items()
        if chance.random() < share
    }
    return replace(whole, moments={name: hits for name, hits in moments.items() if hits})


def assert_same(rules: list[Rule], whole: Heard) -> list[str]:
    """Assert that both ways give the same marks; return their outcomes."""
    marks = Panel(rules).judge(whole)
    assert marks == [judge(rule, whole) for rule in rules]
    return [mark.outcome for mark in marks]


def test_the_marks_of_example_calls_are_those_of_each_rule() -> None:
    chance = random.Random(8)  # noqa: S311
    outcomes: Counter[str] = Counter()
    calls = [one for one in read([str(EXAMPLES)]) if isinstance(one, Call)]
    for call in calls:
        whole = built_in().hear(call)
        for one in (whole, replace(whole, talk=Talk()), *(thinned(whole, chance) for _ in range(12))):
            outcomes.update(assert_same(RULES, one))
    assert len(calls) > 5
    assert outcomes.keys() == {*OUTCOMES}
    assert outcomes["not_applicable"] > outcomes["met"] > 100


def test_rules_of_every_kind_are_judged_alike() -> None:
    chance = random.Random(9)  # noqa: S311
    outcomes: Counter[str] = Counter()
    rules = [one.model_copy(update={"id": name}) for name, one in ODD.items()]
    for _ in range(150):
        turns = [
            f"{place * 4.0}-{place * 4.0 + 2} {chance.choice(('agent', 'customer'))}: {chance.choice(LINES)}"
            for place in range(chance.randint(1, 6))
        ]
        silences = chance.choice((None, (), (Silence(2.0, 5.0, False, 0),)))
        mood = chance.choice(((None,) * 4, (-0.4, None, None, 0.5)))
        outcomes.update(assert_same(rules, heard("\n".join(turns), Talk(silences=silences), mood)))
    assert outcomes.keys() == {*OUTCOMES}
    assert min(outcomes.values()) > 30


def test_a_call_without_turns_is_judged_alike() -> None:
    outcomes = assert_same([*RULES, *ODD.values()], heard(Call("c", ())))
    assert "cannot_tell" in outcomes


@pytest.mark.parametrize("name", ["says", "never", "replies", "talk", "sentiment", "says anyway", "never anyway"])
def test_one_look_tells_that_there_is_no_occasion(name: str) -> None:
    names = deciding(ODD[name], silences=True)
    assert names is not None
    assert names[0] == "fault"
    panel = Panel([ODD[name]])
    (first,), (second,) = (panel.judge(heard(said)) for said in ("agent: hello\ncustomer: x", "customer: bye"))
    assert first.outcome == "not_applicable"
    assert first is second


@pytest.mark.parametrize(
    "name",
    [
        "says unless",
        "says unless there was a silence",
        "replies in time",
        "replies to both",
        "never anyway at the start",
    ],
)
def test_where_moments_alone_do_not_decide_every_call_is_judged(name: str) -> None:
    assert deciding(ODD[name], silences=True) is None


def test_a_call_without_silences_has_only_the_occasions_that_are_said() -> None:
    assert deciding(ODD["replies to both"], silences=False) == ("fault",)
    assert deciding(ODD["replies to a silence"], silences=False) is None


def test_most_of_the_built_in_rules_are_passed_by_at_one_look() -> None:
    assert sum(deciding(one, silences=True) is not None for one in RULES) >= 0.6 * len(RULES)
