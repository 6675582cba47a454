"""Two rule sets side by side give the very marks that each gives alone, whatever they share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from small_rules import built_in, moment_file, rule_file, write
from two_rule_sets import BUILT_IN, few_words, small_built_in, write_calls

from coach.authoring.compared_call import compared
from coach.authoring.side_by_side import SideBySide, changes
from coach.call import Call
from coach.readers import read
from coach.scoring import Scorer

EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "calls"
CARD = BUILT_IN["scorecard.yml"]
RUDE = "moments/hello.yml", moment_file("(hello|good morning|ahoy)", but_not=["hello hello"])
CHANGES: Mapping[str, Mapping[str, str]] = {
    "nothing": {},
    "a phrase more": {"moments/sorry.yml": moment_file("[so] sorry", "pardon me", but_not=["sorry what"])},
    "a veto less": {"moments/sorry.yml": moment_file("[so] sorry")},
    "phrases and vetoes": dict([RUDE]),
    "what a moment includes": {"moments/regret.yml": moment_file("i regret", include=["sorry", "soft"])},
    "where a moment stands": {"moments/hello.yml": moment_file("(hello|good morning)", within="first 1 turn")},
    "what stands before": {"moments/soft.yml": moment_file("oh dear", "right", after={"same": "hello"})},
    "a wait announced elsewhere": {"moments/hold.yml": moment_file("right")},
    "a wait by a condition": {"moments/hold.yml": moment_file("one moment", side="customer")},
    "a moment and a rule more": {
        "moments/bye.yml": moment_file("bye"),
        "ours/bye.yml": rule_file(expect={"any": "bye"}),
    },
    "a moment more that only includes": {
        "moments/both.yml": moment_file(include=["hello", "sorry"]),
        "ours/both.yml": rule_file(expect={"agent": "both"}),
    },
    "a pattern that needs another pipeline": {
        "moments/hello.yml": moment_file("hello", pattern=[[{"LEMMA": "greet"}]]),
    },
    "a rule alone": {
        "core/apology.yml": rule_file(
            title="Say sorry",
            check="replies",
            when={"customer": "broken"},
            expect={"agent": "regret"},
            within="9 turns",
        )
    },
    "how roles are told": {"roles.yml": "weights: {hello: -3.0, sorry: -2.0, broken: 3.0}\n"},
    "how words are spelt": {"words.yml": few_words(sorry=["pardon"])},
    "what words weigh": {"lexicon.yml": "fine: -3\n"},
    "points": {"scorecard.yml": CARD.replace("core.greeting: 10", "core.greeting: 1")},
    "who may be scored": {"scorecard.yml": CARD + "eligibility: {least_turns: 5}\n"},
}


def stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: Mapping[str, str]) -> tuple[list[Path], list[Path]]:
    small_built_in(tmp_path / "built-in", monkeypatch)
    return ([write(tmp_path / "new", files)] if files else []), []


@pytest.mark.parametrize("change", CHANGES)
def test_both_sides_get_the_marks_that_they_get_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    new, old = stacks(tmp_path, monkeypatch, CHANGES[change])
    put_in, taken_back = SideBySide(old, new), SideBySide(new, old)
    alone = Scorer.load(old), Scorer.load(new)
    calls = [call for call in read([str(write_calls(tmp_path / "calls.jsonl"))]) if isinstance(call, Call)]
    assert {call.roles.how for call in calls} == {"given", "unknown"}
    differing = 0
    for call in calls:
        before, after = (scorer.score(call) for scorer in alone)
        assert compared(*put_in.score(call)) == compared(before, after)
        assert compared(*taken_back.score(call)) == compared(after, before)
        differing += bool(compared(before, after).marks)
    assert bool(differing) == (change != "nothing")
    assert changes(old, new).decide == (change != "nothing")


def test_a_call_that_sounds_the_same_to_both_is_heard_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new, old = stacks(tmp_path, monkeypatch, CHANGES["a phrase more"])
    sides = SideBySide(old, new)
    heard: list[str] = []
    real = Scorer.hear
    monkeypatch.setattr(Scorer, "hear", lambda scorer, call: heard.append(call.call_id) or real(scorer, call))
    calls = [call for call in read([str(write_calls(tmp_path / "calls.jsonl"))]) if isinstance(call, Call)]
    for call in calls:
        sides.score(call)
    twice = {call_id for call_id in heard if heard.count(call_id) > 1}
    assert len(heard) == len(calls) + len(twice)
    assert twice == {"c-3-role", "c-3-speaker"}


def test_words_alone_decide_nothing_and_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reworded = BUILT_IN["core/greeting.yml"].replace("Greet", "Greet the customer")
    new, old = stacks(tmp_path, monkeypatch, {"core/greeting.yml": reworded})
    found = changes(old, new)
    assert not found.decide
    assert found.to_dict()["rules"] == [{"id": "core.greeting", "how": "reworded", "fields": ["title"], "moments": []}]


def test_a_changed_moment_changes_the_moments_and_rules_that_rest_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, old = stacks(tmp_path, monkeypatch, CHANGES["a phrase more"])
    found = changes(old, new)
    assert [(one.id, one.fields, one.moments) for one in found.moments] == [
        ("regret", (), ("sorry",)),
        ("sorry", ("any_of",), ()),
    ]
    assert [(one.id, one.fields, one.moments) for one in found.rules] == [("core.apology", (), ("regret", "sorry"))]


def test_what_differs_on_the_scorecard_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = CARD.replace("core.greeting: 10", "core.greeting: 4").replace("pass_mark: 60", "pass_mark: 75")
    new, old = stacks(tmp_path, monkeypatch, {"scorecard.yml": card.replace("- core.courtesy", "- core.greeting")})
    assert [tuple(one) for one in changes(old, new).scorecard] == [
        ("points of core.greeting", "10", "4"),
        ("pass mark", "60", "75"),
        ("auto-fail", "core.courtesy", "core.greeting"),
    ]
    assert changes(new, old).decide


def test_a_card_for_some_calls_is_told_as_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    card = CARD + "applies_to: {queue: north}\n"
    new, old = stacks(tmp_path, monkeypatch, {"scorecards/north.yml": card})
    assert [tuple(one) for one in changes(old, new).scorecard] == [("scorecard north", "–", "added")]
    assert [tuple(one) for one in changes(new, old).scorecard] == [("scorecard north", "there", "removed")]


def test_the_built_in_rules_side_by_side_give_the_marks_that_they_give_alone(tmp_path: Path) -> None:
    changed = {
        "moments/greeting.yml": moment_file("good day", "how do you do"),
        "core/positive_close.yml": rule_file(title="Close", expect={"agent": ["goodbye", "thanks"]}),
    }
    ours = [write(tmp_path / "ours", changed)]
    sides, alone = SideBySide([], ours), (built_in(), Scorer.load(ours))
    moved = 0
    for number, call in enumerate(read([str(EXAMPLES)])):
        if isinstance(call, Call) and number % 3 == 0:
            both = compared(*sides.score(call))
            assert both == compared(*(scorer.score(call) for scorer in alone))
            moved += any(mark.moves for mark in both.marks)
    assert moved
