from __future__ import annotations

from typing import Any

import pytest
from explain_cases import MOMENTS, explained, explained_moment, step, told
from small_rules import built_in, call, moment

from coach.call import Call, Roles, Turn
from coach.cases import call_of
from coach.datafiles import rules_folder
from coach.explaining.explanation import rule_explained
from coach.rulebook import rule_files

APOLOGY: dict[str, Any] = {"when": {"customer": "fault"}, "expect": {"agent": "sorry"}, "within": "3 turns"}
GREETING: dict[str, Any] = {"expect": {"agent": "hello"}, "within": "first 2 turns"}
FAULT = "agent: x\ncustomer: it is broken\n"


class TestReplies:
    def test_met_says_where_the_occasion_and_the_reply_are(self) -> None:
        why = explained("replies", FAULT + "agent: i am so sorry about that\ncustomer: x", **APOLOGY)
        assert why.asks == "The occasion: it broke. Met where done, in the 3 turns after that."
        assert told(why, "occasion") == (
            "Yes, in turn 1 | Listened for in the call: | - turn 1 (customer): “it is broken” – “fault” (fault)"
        )
        assert told(why, "window").startswith("Turns 2 to 3 | - turns 2 to 3: the 3 turns after the occasion in turn 1")
        assert told(why, "search") == "Yes | - turn 2 (agent): “i am so sorry about” – “sorry” (sorry)"
        assert why.finding
        assert why.finding.outcome == "met"

    def test_missed_names_what_came_closest(self) -> None:
        why = explained("replies", FAULT + "agent: well sorry about this\ncustomer: x", **APOLOGY)
        assert told(why, "search") == (
            "No | - not found, said by the agent: “sorry” (sorry) | Came closest: | - turn 2 (agent): “sorry about” – "
            "2 of the 4 words of “i am sorry about”; missing: “i”, “am” – for “sorry” (sorry)"
        )

    def test_missed_names_what_was_taken_away_and_by_which_phrase(self) -> None:
        said = explained("replies", FAULT + "agent: they said not i am sorry about it\ncustomer: x", **APOLOGY)
        assert "“not i am sorry about” is left out (under but_not: “not ...2 sorry about”)" in told(said, "search")

    def test_missed_names_words_outside_the_window_and_of_the_other_side(self) -> None:
        late = FAULT + "agent: x\ncustomer: i am sorry about it\nagent: x\ncustomer: x\nagent: we are sorry about it"
        text = told(explained("replies", late, **APOLOGY), "search")
        assert "turn 3 (customer): “i am sorry about” – the customer says it, and only the agent's words count" in text
        assert "turn 6 (agent): “we are sorry about” – it is outside turns 2 to 4" in text

    def test_nothing_close_is_said_too(self) -> None:
        text = told(explained("replies", FAULT + "agent: x\ncustomer: x", **APOLOGY), "search")
        assert text.endswith("Nothing that was said there comes close to its phrases.")

    def test_no_occasion_names_what_came_closest_to_one(self) -> None:
        why = explained("replies", "agent: x\ncustomer: is it completely broken\nagent: y", **APOLOGY)
        assert [one.name for one in why.steps] == ["occasion"]
        assert "“it completely broken” – the words of “it is broken”" not in told(why, "occasion")
        assert "2 of the 3 words" in told(why, "occasion")
        assert why.finding
        assert why.finding.outcome == "not_applicable"

    def test_an_exception_is_told_with_its_place(self) -> None:
        said = FAULT + "agent: cannot do that\ncustomer: x"
        why = explained("replies", said, **APOLOGY, unless={"agent": "refusal"})
        assert told(why, "exception").startswith("Yes, in turn 2 | Listened for in the call:")
        assert [one.name for one in why.steps] == ["occasion", "exception"]

    def test_an_occasion_with_which_the_call_ends(self) -> None:
        why = explained("replies", "agent: x\nagent: y\ncustomer: it is broken", **APOLOGY)
        assert told(why, "window") == "None | The call ends before anybody could answer that."

    def test_every_occasion_with_its_own_reply(self) -> None:
        said = FAULT + "agent: i am sorry about it\n" + "customer: x\nagent: x\n" * 3 + FAULT + "agent: x\ncustomer: y"
        why = explained("replies", said, **APOLOGY, occasions="each")
        text = told(why, "search")
        assert "The rule asks for a reply to every occasion; none may go without." in text
        assert "Without a reply: the occasion in turn 10." in text
        assert told(why, "window").startswith("Turns 2 to 4 and turns 11 to 12")

    def test_the_first_occasion_alone(self) -> None:
        said = FAULT + "agent: x\ncustomer: it is broken\nagent: i am sorry about it"
        why = explained("replies", said, **{**APOLOGY, "within": "1 turn"}, occasions="first")
        assert "Only the first of them counts: the one in turn 1." in told(why, "occasion")
        assert told(why, "window").startswith("Turn 2 |")

    def test_what_is_missed_needs_nothing_to_undo_it(self) -> None:
        why = explained("replies", FAULT + "agent: x\ncustomer: x", **APOLOGY, undone_by={"agent": "rude"})
        assert [one.name for one in why.steps] == ["occasion", "window", "search"]

    def test_turns_before_the_occasion_are_told(self) -> None:
        why = explained("replies", FAULT + "agent: x\ncustomer: y", **{**APOLOGY, "within": "call"}, before="1 turn")
        assert "from 1 turn before the occasion in turn 1 to the end of the call" in told(why, "window")

    def test_words_that_undo_it(self) -> None:
        said = FAULT + "agent: i am sorry about it\ncustomer: x\nagent: shut up"
        undone = {"undone_by": {"agent": "rude", "within": "4 turns"}, "undone": "the agent was rude"}
        why = explained("replies", said, **APOLOGY, **undone)
        assert told(why, "undone") == (
            "Yes | Listened for in 4 turns from each occasion on. | - turn 4 (agent): “shut up” – “rude” (rude)"
        )
        assert why.finding
        assert why.finding.outcome == "missed"

    def test_a_silence_as_the_occasion(self) -> None:
        timed = "0.0-2.0 agent: x\n2.0-4.0 customer: y\n16.0-18.0 agent: z\n18.0-19.0 customer: y"
        keys = {"when": {"silence": 10}, "expect": {"agent": "sorry"}, "within": "2 turns"}
        why = explained("replies", timed, **keys)
        assert "- after turn 1 (12.0 s) – a silence of 10 seconds or more" in told(why, "occasion")
        short = explained("replies", timed, **{**keys, "when": {"silence": 30}})
        assert "- not found: a silence of 30 seconds or more; the longest lasts 12.0" in told(short, "occasion")
        without = explained("replies", "agent: x\ncustomer: y\nagent: z", **keys)
        assert told(without, "mark").startswith("No | The rule asks after silences, and the transcript lacks times.")


class TestSays:
    def test_what_stands_outside_its_window_is_told(self) -> None:
        why = explained("says", "agent: x\ncustomer: y\nagent: x\ncustomer: y\nagent: hello", **GREETING)
        assert why.asks == "Met where done, in the agent's first 2 turns."
        assert told(why, "occasion") == "Yes | It needs none: every call counts."
        assert "turn 4 (agent): “hello” – it is outside the agent's first 2 turns" in told(why, "search")

    def test_without_an_occasion_it_may_count_anyway(self) -> None:
        keys = {**APOLOGY, "within": "call", "counts_anyway": True}
        why = explained("says", "agent: i am sorry about it\ncustomer: x\nagent: y", **keys)
        assert told(why, "search").startswith(
            "Yes | For this rule it is met where it is said even without an occasion."
        )

    def test_figures_besides(self) -> None:
        timed = "0.0-2.0 agent: hello\n2.0-4.0 customer: y\n16.0-18.0 agent: z"
        why = explained("says", timed, **GREETING, figure={"name": "longest_wait", "most": 5})
        assert (
            told(why, "figures") == "No | Seconds of the longest silence: 12; good is at most 5, so this is not good."
        )


class TestNever:
    def test_words_that_fell(self) -> None:
        why = explained("never", "agent: shut up\ncustomer: x\nagent: y", expect={"agent": "rude"})
        assert told(why, "search") == "Yes | - turn 0 (agent): “shut up” – “rude” (rude)"
        assert why.asks == "Missed where not done, in the call."

    def test_words_that_did_not_fall_have_no_near_misses(self) -> None:
        why = explained("never", "agent: shut it\ncustomer: shut up\nagent: y", expect={"agent": "rude"})
        assert told(why, "search").startswith("No | - not found, said by the agent: “rude” (rude) | Heard, but not")
        assert "closest" not in told(why, "search")

    def test_after_the_occasion_only(self) -> None:
        keys = {"when": {"customer": "fault"}, "expect": {"agent": "rude"}, "within": "1 turn", "most": 1}
        why = explained("never", FAULT + "agent: x\ncustomer: y\nagent: shut up", **keys)
        assert told(why, "window").startswith("Turn 2 | - turn 2: the turn after the occasion in turn 1")
        assert "turn 4 (agent): “shut up” – it is outside turn 2" in told(why, "search")
        assert "Up to 1 may fall." in why.asks
        assert "They fall 0 times; the rule lets up to 1 pass." in told(why, "search")


def test_a_talk_figure_lists_what_was_counted() -> None:
    said = "agent: I see.\ncustomer: When I was told--\nagent: What number?\ncustomer: No."
    why = explained("talk", said, figure={"name": "interruptions", "most": 0})
    assert told(why, "figures") == (
        "No | - turn 1 is marked as broken off before turn 2 | Times the agent cuts the customer off: 1; good is at "
        "most 0, so this is not good."
    )


def test_a_talk_figure_without_times_says_what_is_lacking() -> None:
    why = explained("talk", "agent: x\ncustomer: y\nagent: z", figure={"name": "agent_share", "most": 0.5})
    assert told(why, "mark") == (
        "No | The transcript holds no times. | The transcript lacks the times of turns and the times of single words."
    )


def test_the_mood_is_told_quarter_by_quarter() -> None:
    said = "\n".join(["customer: this is terrible", "agent: x", "customer: thank you that is wonderful", "agent: x"])
    text = told(explained("sentiment", said, rises=0.1), "mood")
    assert text.startswith("Yes | The mood of the customer's words, from -1 (bad) to +1 (good): first quarter -")
    assert "the rule asks for at least +0.10" in text


def test_a_mood_that_cannot_be_followed() -> None:
    why = explained("sentiment", "agent: x\ncustomer: terrible\nagent: x", rises=0.1)
    assert "The customer speaks in fewer than two quarters" in told(why, "mark")


def test_words_or_the_mood() -> None:
    said = "customer: terrible\nagent: x\ncustomer: goodbye now\nagent: x"
    why = explained("sentiment", said, expect={"customer": "bye"})
    assert told(why, "search").startswith("Yes | - turn 2 (customer): “goodbye now”")
    assert told(why, "mood").startswith("Shown only")


def test_a_rule_over_many_calls_has_no_mark_on_one() -> None:
    why = explained("consistency", "agent: x\ncustomer: y\nagent: z", by="customer_type", gap=10)
    assert told(why, "mark") == "No | This rule compares many calls of one agent."
    assert why.finding is None
    assert why.to_dict()["finding"] is None


def test_roles_that_are_not_known() -> None:
    turns = tuple(Turn("unknown", "x", speaker=one) for one in "ABAB")
    why = explained("says", Call("c", turns, roles=Roles()), **GREETING)
    assert "say it with --agent-label LABEL" in told(why, "mark")


@pytest.mark.parametrize("name", [name for name in rule_files(rules_folder()) if name.startswith("core.")])
def test_the_outcome_is_that_of_scoring(name: str) -> None:
    scorer = built_in()
    rule = scorer.rulebook.rule(name)
    assert rule is not None
    for case in {case.expect: case for case in rule.tests}.values():
        of_case = call_of(case.call, "case")
        finding = next(one for one in scorer.score(of_case).findings if one.rule == rule.id)
        why = rule_explained(scorer, rule, of_case)
        assert why.finding == finding
        assert why.steps
        searched = [step for step in why.steps if step.name == "search"]
        assert bool(searched) or finding.outcome in ("not_applicable", "cannot_tell") or rule.check == "talk"


class TestMoment:
    def test_where_it_is_and_by_which_phrase(self) -> None:
        why = explained_moment("hello", "agent: Good morning\ncustomer: hello")
        assert told(why, "search") == (
            "Yes | - turn 0 (agent): “Good morning” – by the phrase “good (morning|evening)” | - turn 1 (customer): "
            "“hello” – by the phrase “hello”"
        )
        assert told(why, "known_by").endswith("- 2 phrases of its own")
        assert why.finding is None

    def test_what_stood_in_its_way(self) -> None:
        why = explained_moment("sorry", "agent: not i am sorry about it\ncustomer: sorry about that")
        assert told(why, "search") == "No"
        assert "(agent): “i am sorry about” – “not i am sorry about” is left out" in told(why, "not_counted")
        assert "turn 1 (customer): “sorry about”" in told(why, "near")

    def test_nothing_at_all(self) -> None:
        assert told(explained_moment("hello", "agent: x\ncustomer: y"), "near") == "Nothing"

    def test_what_it_is_known_by(self) -> None:
        after = {"other": "hello", "within": "2 turns"}
        whole = moment("whole", include="hello", exclude="sorry", side="agent", within="first 2 turns", not_after=after)
        why = explained_moment("whole", "agent: hello\ncustomer: x", *MOMENTS, whole)
        assert step(why, "known_by").lines == (
            "- everything that counts as “hello” (hello)",
            "- but not what is “sorry” (sorry)",
            "- only from the agent",
            "- only in the agent's first 2 turns",
            "- not after “hello” (hello) from the other side, in the 2 turns before it",
        )
        assert told(why, "search") == "Yes | - turn 0 (agent): “hello” – as “hello” (hello)"

    def test_a_moment_known_by_no_phrase(self) -> None:
        again = moment("again", signal="repetition")
        why = explained_moment("again", "agent: x\ncustomer: y", again)
        assert "the turns in which a speaker says again what they said" in told(why, "known_by")


def test_machines_get_the_facts() -> None:
    facts = explained("replies", FAULT + "agent: well sorry about this\ncustomer: x", **APOLOGY).to_dict()
    assert (facts["id"], facts["finding"]["outcome"]) == ("r", "missed")
    assert [one["step"] for one in facts["steps"]] == ["occasion", "window", "search"]
    assert facts["steps"][0]["found"] == [
        {"moment": "fault", "side": "customer", "turn": 1, "start": 0, "end": 12, "text": "it is broken"}
    ]
    search = facts["steps"][2]
    assert search["not_found"] == [{"moment": "sorry", "side": "agent"}]
    (near,) = search["near_misses"]
    assert (near["has"], near["of"], near["missing"], near["text"]) == (2, 4, ["“i”", "“am”"], "sorry about")
    late = FAULT + "agent: x\ncustomer: i am sorry about it\nagent: x"
    lost = explained("replies", late, **APOLOGY).to_dict()["steps"][2]["not_counted"]
    assert [(one["turn"], one["moment"]) for one in lost] == [(3, "sorry")]


def test_the_same_call_is_explained_in_the_same_words() -> None:
    said = FAULT + "agent: well sorry about this\ncustomer: x"
    assert explained("replies", said, **APOLOGY).to_dict() == explained("replies", said, **APOLOGY).to_dict()


def test_a_call_below_the_gate_of_the_scorecard_says_so() -> None:
    scorer = built_in()
    rule = scorer.rulebook.rule("core.greeting")
    assert rule
    why = rule_explained(scorer, rule, call("agent: hello"))
    assert "the scorecard asks for at least 3" in told(why, "mark")
    assert why.card.endswith(
        "it takes calls with at least 3 turns and both sides speaking; this call is not one of them"
    )
