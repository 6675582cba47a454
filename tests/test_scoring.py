from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_rules import QUICK, built_in, call, call_of_turns, moment_file, rule_file, write

from coach import __version__
from coach.call import Call, Role, Roles, Turn
from coach.errors import RuleError, UsageError
from coach.scored import OUTCOMES, Scored
from coach.scoring import FIXED_MOMENTS, Scorer

GOOD = """
    0.0-4.0 agent: Good morning, Northway Broadband, Ana speaking. How can I help?
    4.5-9.0 customer: Hi, my router is broken and I have no internet.
    9.5-14.0 agent: Oh, I'm really sorry about that. Let me have a look for you.
    14.5-16.0 customer: Thank you.
    16.5-21.0 agent: I've sent you a new one. Is there anything else I can help with?
    21.5-23.0 customer: No, that's all, thanks.
    23.5-27.0 agent: Thank you for calling, have a lovely day. Goodbye.
"""
POOR = """
    0.0-1.0 agent: Yes?
    1.5-4.0 customer: My router is broken.
    4.5-6.0 agent: What's your account number?
    6.5-8.0 customer: I don't have it.
    8.5-10.0 agent: Well, ring back when you do. Bye.
"""
KEYS = [
    "call_id", "agent_id", "score", "passed", "auto_fail", "roles", "lacks", "findings", "moments", "talk", "sentiment",
    "stamp",
]  # fmt: skip
FINDING_KEYS = ["rule", "outcome", "points", "possible", "reason", "evidence", "searched"]


WORDS = st.sampled_from(
    [
        "Hello",
        "how can I help",
        "my router is broken",
        "I'm sorry",
        "sorry?",
        "mm",
        "[noise]",
        "one moment",
        "?",
        "[name]",
    ]
)
TIMES = st.one_of(st.none(), st.floats(0, 60))


@st.composite
def calls(draw: Any) -> Call:
    turns = draw(
        st.lists(
            st.builds(
                Turn,
                st.sampled_from(["agent", "customer", "other", "unknown"]),
                st.one_of(st.lists(WORDS, max_size=4).map(" ".join), st.text(max_size=12)),
                TIMES,
                TIMES,
                st.sampled_from([None, "S1", "S2"]),
            ),
            max_size=6,
        )
    )
    how = draw(st.sampled_from(["given", "unknown"]))
    return Call("c", tuple(turns), roles=Roles(how), language=draw(st.sampled_from([None, "en", "de"])))


def unlabelled(lines: str) -> Call:
    """Return the call of ``lines`` as a file without roles gives it, speakers S1 and S2."""
    whole = call(lines)
    label = {"agent": "S1", "customer": "S2"}
    turns = tuple(turn._replace(role="unknown", speaker=label[turn.role]) for turn in whole.turns)
    return replace(whole, turns=turns, roles=Roles())


def outcomes(scored: Scored) -> dict[str, str]:
    return {finding.rule: finding.outcome for finding in scored.findings}


def test_a_good_call_beats_a_poor_one() -> None:
    good, poor = built_in().score(call(GOOD)), built_in().score(call(POOR))
    assert good.score is not None
    assert poor.score is not None
    assert good.score > 90 > 50 > poor.score
    assert (good.passed, poor.passed) == (True, False)
    assert outcomes(good)["core.apology"] == "met"
    assert outcomes(poor)["core.apology"] == "missed"


def test_the_contract_of_a_scored_call() -> None:
    data = built_in().score(call(GOOD)).to_dict()
    assert list(data) == KEYS
    assert all(list(finding) == FINDING_KEYS for finding in data["findings"])
    assert set(FIXED_MOMENTS) <= set(data["moments"])
    assert list(data["moments"]) == sorted(data["moments"])
    assert data["stamp"] == {"coach": __version__, "rules": built_in().rulebook.hash}
    assert data["roles"] == {"how": "given", "agent": ["agent"], "confidence": 1.0}
    assert len(data["sentiment"]["customer"]) == 4


def test_the_twelve_names_of_the_contract_are_listed_found_or_not() -> None:
    names = "apology empathy further_help goodbye greeting hold identification offer_of_help problem thanks transfer"
    assert set(FIXED_MOMENTS) == {*names.split(), "well_wish"}
    silent = built_in().score(call_of_turns([("agent", "x")])).to_dict()
    assert all(silent["moments"][name] == [] for name in FIXED_MOMENTS)


def test_moments_are_listed_for_both_sides() -> None:
    moments = built_in().score(call(GOOD)).moments
    assert {quote.turn for quote in moments["thanks"]} >= {3, 6}


def test_a_call_leaves_no_trace_in_the_scorer() -> None:
    first = built_in().score(call(GOOD)).to_dict()
    built_in().score(call(POOR))
    assert built_in().score(call(GOOD)).to_dict() == first


@QUICK
@given(st.data())
def test_calls_scored_together_get_the_marks_that_they_get_alone(data: st.DataObject) -> None:
    german = call("agent: Guten Tag, was kann ich für Sie tun?\ncustomer: Ich habe ein Problem mit der Rechnung hier.")
    known = [call(GOOD), call(POOR), unlabelled(GOOD), replace(german, language="de"), Call("empty", ())]
    some = data.draw(st.lists(st.one_of(st.sampled_from(known), calls()), max_size=5))
    together = built_in().score_all(some)
    assert [one.to_dict() for one in together] == [built_in().score(one).to_dict() for one in some]


def test_findings_come_in_the_order_of_the_rules() -> None:
    scored = built_in().score(call(POOR))
    assert [finding.rule for finding in scored.findings] == sorted(outcomes(scored))


def test_roles_are_worked_out_from_what_is_said() -> None:
    scored = built_in().score(unlabelled(GOOD))
    assert (scored.roles.how, scored.roles.agent) == ("content", ("S1",))
    assert [turn.role for turn in scored.call.turns] == [turn.role for turn in call(GOOD).turns]
    assert outcomes(scored) == outcomes(built_in().score(call(GOOD)))


def test_nobody_is_scored_by_guess() -> None:
    scored = built_in().score(unlabelled("agent: yes\ncustomer: no\nagent: maybe\ncustomer: so"))
    assert scored.roles.how == "unknown"
    assert set(outcomes(scored).values()) == {"cannot_tell"}
    assert all("a person has to look" in finding.reason for finding in scored.findings)
    assert (scored.score, scored.passed) == (None, None)


def test_with_roles_leaves_given_roles_alone() -> None:
    given_roles = call(GOOD)
    assert built_in().with_roles(given_roles) == given_roles


@pytest.mark.parametrize(("language", "understood"), [(None, True), ("en", True), ("EN-gb", True), ("fr", False)])
def test_only_timing_is_scored_in_another_language(language: str | None, understood: bool) -> None:
    scored = built_in().score(replace(call(GOOD), language=language))
    spoken = {finding.outcome for finding in scored.findings if finding.rule != "core.interruptions"}
    assert (spoken == {"cannot_tell"}) is not understood
    assert outcomes(scored)["core.interruptions"] == "met"


def test_a_call_that_is_not_eligible_says_why() -> None:
    scored = built_in().score(call_of_turns([("agent", "hello"), ("agent", "anybody there"), ("agent", "bye")]))
    assert {finding.reason for finding in scored.findings} == {"Only one side speaks in this transcript."}
    assert scored.score is None


@pytest.mark.parametrize("turns", [[], [("agent", "")], [("customer", "hello"), ("agent", "[noise]")]])
def test_next_to_nothing_is_scored_without_a_mark(turns: list[tuple[Role, str]]) -> None:
    scored = built_in().score(call_of_turns(turns))
    assert (scored.score, scored.passed) == (None, None)


def test_rule_cards_follow_the_scorecard() -> None:
    scorer = built_in()
    cards = scorer.rule_cards()
    order = [rule for section in scorer.scorecard.sections for rule in section.rules]
    assert [card.id for card in cards][: len(order)] == order
    assert all(card.title and card.source and card.coach for card in cards)
    assert all((card.possible > 0) is (card.id in order) is bool(card.section) for card in cards)


OUR_SCORECARD = """\
name: Ours
version: "1"
pass_mark: 100
sections:
  - name: All
    rules: {core.apology: 1, core.greeting: 1}
"""


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    """Return a scorer with rules, moments and a scorecard of our own on top of the built-in ones."""
    files = {
        "scorecard.yml": OUR_SCORECARD,
        "moments/mood.yml": moment_file("lovely day"),
        "moments/verbs.yml": moment_file(pattern=[[{"LEMMA": "be"}]]),
        "ours/mood.yml": rule_file(expect={"agent": "mood"}),
        "ours/verbs.yml": rule_file(expect={"agent": "verbs"}),
    }
    return Scorer.load([write(tmp_path_factory.mktemp("ours"), files)])


def test_own_rules_are_added_and_change_the_stamp(ours: Scorer) -> None:
    scored = ours.score(call(GOOD))
    assert outcomes(scored)["ours.mood"] == "met"
    assert [quote.text for quote in scored.moments["mood"]] == ["lovely day"]
    assert scored.stamp["rules"] != built_in().stamp["rules"]
    assert [card.id for card in ours.rule_cards()][:2] == ["core.apology", "core.greeting"]


def test_own_scorecard(ours: Scorer) -> None:
    assert ours.scorecard.name == "Ours"
    assert ours.rulebook.replaced == ("scorecard.yml",)
    assert ours.score(call(GOOD)).score == 100
    assert ours.score(call(POOR)).score == 0


def test_a_rule_that_needs_a_trained_pipeline_cannot_tell(ours: Scorer) -> None:
    (finding,) = (each for each in ours.score(call(GOOD)).findings if each.rule == "ours.verbs")
    assert finding.outcome == "cannot_tell"
    assert "lemma" in finding.reason
    assert "--pipeline" in finding.reason


def test_a_pipeline_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="is not installed"):
        Scorer.load(pipeline="no_such_pipeline")


@pytest.mark.parametrize(("name", "text"), [("words.yml", "variants: 1\n"), ("scorecard.yml", "name: n\n")])
def test_broken_lists_of_our_own_are_named(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(RuleError) as caught:
        Scorer.load([write(tmp_path, {name: text})])
    assert name in caught.value.where


@QUICK
@given(calls())
def test_any_call_is_scored_as_the_contract_says(any_call: Call) -> None:
    data = built_in().score(any_call).to_dict()
    assert built_in().score(any_call).to_dict() == data
    for finding in data["findings"]:
        assert finding["outcome"] in OUTCOMES
        assert finding["reason"]
        assert finding["outcome"] in ("met", "missed") or finding["possible"] == finding["points"] == 0
    possible = sum(finding["possible"] for finding in data["findings"])
    earned = sum(finding["points"] for finding in data["findings"])
    assert data["score"] == (round(100 * earned / possible, 1) if possible else None)
    quotes = [quote for found in data["moments"].values() for quote in found]
    for quote in quotes + [quote for finding in data["findings"] for quote in finding["evidence"]]:
        assert quote["text"] == any_call.turns[quote["turn"]].text[quote["start"] : quote["end"]]
