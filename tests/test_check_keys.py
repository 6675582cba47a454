"""What rules may ask besides: every reply, a number of words, words that undo, figures, turns after an occasion."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from check_cases import mark, quoted, rule
from pydantic import ValidationError
from small_rules import moment

from coach.checks import CHECKS, OVER_MANY_CALLS
from coach.checks.talk import WORDS, told
from coach.figures import FIGURES
from coach.rule_clauses import SHORTEST_SILENCE
from coach.rule_models import Figure, Rule
from coach.scored import Interruption, Silence, Talk
from coach.talk import SILENCE_SECONDS

FAULT: dict[str, Any] = {"when": {"customer": "fault"}, "occasion": "Fault"}
EACH = rule("replies", **FAULT, expect={"agent": "sorry"}, within="1 turn", occasions="each")


class TestEachOccasion:
    def test_all_answered_is_met_and_quotes_each_reply(self) -> None:
        finding = mark(EACH, "customer: broken\nagent: so sorry\ncustomer: broken\nagent: so sorry\ncustomer: x")
        assert (finding.outcome, finding.reason) == ("met", "Fault (turns 0 and 2); done in turns 1 and 3.")
        assert quoted(finding) == [(1, "so sorry"), (3, "so sorry")]
        assert finding.searched == (1, 3)

    def test_one_unanswered_is_missed_and_quotes_that_one(self) -> None:
        finding = mark(EACH, "customer: broken\nagent: so sorry\ncustomer: is broken\nagent: x\ncustomer: x")
        assert (finding.outcome, finding.reason) == ("missed", "Fault (turn 2); not done in turn 3.")
        assert quoted(finding) == [(2, "broken")]

    def test_as_many_as_most_may_go_without(self) -> None:
        lenient = EACH.model_copy(update={"most": 1})
        said = "customer: broken\nagent: so sorry\ncustomer: broken\nagent: x\ncustomer: x"
        assert mark(lenient, said).outcome == "met"
        assert mark(lenient, said + "\nagent: x\ncustomer: broken\nagent: x").outcome == "missed"
        assert mark(lenient, "customer: broken\nagent: x\ncustomer: x").outcome == "missed"


class TestNever:
    LATER = rule("never", **FAULT, expect={"agent": "rude"}, within="1 turn")

    def test_only_the_turns_after_an_occasion_are_searched(self) -> None:
        before = "agent: shut up\ncustomer: broken\nagent: x\ncustomer: y\nagent: shut up"
        finding = mark(self.LATER, before)
        assert (finding.outcome, finding.reason, finding.searched) == ("met", "Fault (turn 1); done.", (2, 2))
        after = mark(self.LATER, "customer: broken\nagent: shut up")
        assert (after.outcome, after.reason) == ("missed", "Fault (turn 0); not done in turn 1.")

    def test_an_occasion_with_which_the_call_ends_is_none(self) -> None:
        finding = mark(self.LATER, "agent: hello\ncustomer: broken")
        assert (finding.outcome, finding.reason) == ("not_applicable", "Fault (turn 1); the call ends there.")

    def test_a_part_of_the_call_in_which_nobody_speaks_cannot_tell(self) -> None:
        opening = rule("never", **FAULT, expect={"agent": "rude"}, within="first 1 turn")
        assert mark(opening, "customer: broken\ncustomer: x").outcome == "cannot_tell"

    def test_what_counts_anyway_needs_no_occasion(self) -> None:
        anyway = rule(
            "never", when={"customer": "fault"}, expect={"agent": "rude"}, counts_anyway=True, otherwise="No."
        )
        assert mark(anyway, "customer: x\nagent: shut up").outcome == "missed"
        assert mark(anyway, "customer: x\nagent: y").reason == "No."
        assert mark(anyway, "customer: broken\nagent: y").outcome == "met"

    def test_up_to_most_is_met(self) -> None:
        few = rule("never", expect={"agent": "rude"}, most=1)
        once = mark(few, "agent: shut up\ncustomer: x")
        assert (once.outcome, once.counted) == ("met", 1)
        twice = mark(few, "agent: shut up\ncustomer: x\nagent: shut up")
        assert (twice.outcome, twice.counted, twice.reason) == ("missed", 2, "Not done 2 times, in turns 0 and 2.")


class TestUndoing:
    def test_words_anywhere_in_the_call_undo_what_was_met(self) -> None:
        kind = rule("says", expect={"agent": "hello"}, undone_by={"agent": "rude"}, undone="rudeness undoes it")
        finding = mark(kind, "agent: hello\ncustomer: x\nagent: shut up")
        assert (finding.outcome, finding.reason) == ("missed", "Done in turn 0; rudeness undoes it in turn 2.")
        assert quoted(finding) == [(2, "shut up")]
        assert mark(kind, "agent: hello\ncustomer: shut up").outcome == "met"

    def test_a_window_counts_from_the_occasion(self) -> None:
        near = rule(
            "replies",
            when={"customer": "fault"},
            expect={"agent": "sorry"},
            undone_by={"agent": "rude", "within": "1 turn"},
        )
        said = "customer: broken\nagent: so sorry\ncustomer: x\nagent: shut up"
        assert mark(near, said).outcome == "met"
        assert mark(near, "customer: broken\nagent: so sorry, shut up").outcome == "missed"

    def test_no_band_gives_points_for_what_is_undone(self) -> None:
        few = rule("never", expect={"agent": "rude"}, most=1, undone_by={"customer": "bye"})
        assert mark(few, "agent: shut up\ncustomer: x").counted == 1
        undone = mark(few, "agent: shut up\ncustomer: bye")
        assert (undone.outcome, undone.counted) == ("missed", None)

    def test_what_was_not_met_stays_as_it_is(self) -> None:
        kind = rule("says", expect={"agent": "hello"}, undone_by={"agent": "rude"})
        finding = mark(kind, "agent: shut up\ncustomer: x")
        assert (finding.outcome, finding.reason) == ("missed", "Not done in turns 0 to 1.")


class TestFigures:
    CALM = rule("says", expect={"agent": "hello"}, figure={"name": "agent_wpm", "most": 180})

    @pytest.mark.parametrize(("wpm", "outcome"), [(150.0, "met"), (181.0, "missed"), (None, "met")])
    def test_a_figure_besides_counts_where_it_can_be_told(self, wpm: float | None, outcome: str) -> None:
        finding = mark(self.CALM, "agent: hello\ncustomer: x", Talk(agent_wpm=wpm))
        assert finding.outcome == outcome
        assert ("181 words a minute; good is at most 180" in finding.reason) == (outcome == "missed")

    def test_several_figures_have_to_be_good(self) -> None:
        quiet = rule("talk", figure=[{"name": "dead_air", "most": 5}, {"name": "longest_wait", "most": 60}])
        short, long = Silence(0.0, 4.0, False, 0), Silence(9.0, 90.0, True, 0)
        assert mark(quiet, "agent: x", Talk(silences=(short,))).outcome == "met"
        finding = mark(quiet, "agent: x", Talk(silences=(short, long)))
        assert (finding.outcome, finding.reason) == ("missed", "The longest silence is 90 seconds; good is at most 60.")

    @pytest.mark.parametrize(
        ("talk", "said"),
        [
            (Talk(silences=(Silence(0.0, 12.0, False, 0),)), "The longest silence is 12 seconds; good is at most 8."),
            (Talk(silences=()), "There was no silence of 3 seconds; good is at most 8."),
        ],
    )
    def test_a_figure_reads_as_a_sentence(self, talk: Talk, said: str) -> None:
        waits = rule("talk", figure={"name": "longest_wait", "most": 8})
        assert mark(waits, "agent: x", talk).reason == said

    @pytest.mark.parametrize("name", get_args(Figure.model_fields["name"].annotation))
    def test_every_figure_has_words(self, name: str) -> None:
        assert "{" not in told(Figure(name=name, most=1), 1.0)

    def test_a_bad_figure_tells_more_than_a_missing_one(self) -> None:
        both = rule("talk", figure=[{"name": "dead_air", "most": 5}, {"name": "agent_wpm", "most": 180}])
        assert mark(both, "agent: x", Talk(agent_wpm=200.0)).outcome == "missed"
        assert mark(both, "agent: x", Talk(agent_wpm=100.0)).outcome == "cannot_tell"

    @pytest.mark.parametrize(("wait", "outcome", "counted"), [(4.0, "met", 1), (9.0, "missed", None)])
    def test_no_band_gives_points_for_another_figure(self, wait: float, outcome: str, counted: int | None) -> None:
        talk = Talk(interruptions=(Interruption(1, 0, "agent", 1.0, 0.5),), silences=(Silence(0.0, wait, False, 0),))
        figures = [{"name": "longest_wait", "most": 5}, {"name": "interruptions", "most": 2}]
        for order in (figures, figures[::-1]):
            finding = mark(rule("talk", figure=order), "customer: x\nagent: y", talk)
            assert (finding.outcome, finding.counted) == (outcome, counted)

    def test_interruptions_near_an_occasion(self) -> None:
        finish = rule("talk", **FAULT, figure={"name": "interruptions", "most": 0}, within="1 turn")
        said = "customer: broken\nagent: x\ncustomer: y\nagent: z\ncustomer: w"
        cut_later = Talk(interruptions=(Interruption(3, 2, "agent", 1.0, 0.5),))
        cut_there = Talk(interruptions=(Interruption(1, 0, "agent", 1.0, 0.5),))
        assert mark(finish, said, cut_later).outcome == "met"
        finding = mark(finish, said, cut_there)
        assert finding.outcome == "missed"
        assert finding.reason.startswith("Fault (turn 0); not done once")


class TestMoodInWords:
    GLAD = rule("sentiment", expect={"customer": "hello"}, within="last 1 turn", rises=0.5)

    def test_words_are_enough(self) -> None:
        finding = mark(self.GLAD, "customer: x\nagent: y\ncustomer: hello", mood=(0.0, None, None, 0.0))
        assert (finding.outcome, quoted(finding)) == ("met", [(2, "hello")])

    def test_otherwise_the_mood_decides(self) -> None:
        said = "customer: hello\nagent: y\ncustomer: x"
        assert mark(self.GLAD, said, mood=(0.0, None, None, 0.6)).outcome == "met"
        assert mark(self.GLAD, said, mood=(0.0, None, None, 0.4)).outcome == "missed"

    def test_without_a_rise_only_words_count(self) -> None:
        words = rule("sentiment", expect={"customer": "hello"})
        assert mark(words, "customer: x\nagent: y", mood=(0.0, None, None, 0.9)).outcome == "missed"


@pytest.mark.parametrize(
    ("kind", "keys", "complaint"),
    [
        ("talk", {"figure": [{"name": "dead_air", "most": 1}], "counts_anyway": True}, "counts_anyway: is for"),
        ("says", {"expect": {"agent": "hello"}, "most": 2}, "most: is for"),
        ("says", {"expect": {"agent": "hello"}, "occasions": "each"}, "occasions: is for"),
        ("says", {"expect": {"agent": "a"}, "undone_by": {"agent": "b", "within": "2 turns"}}, "has no when:"),
        ("says", {"expect": {"agent": "a"}, "within": "3 turns"}, "within: 3 turns counts from an occasion"),
        ("never", {**FAULT, "expect": {"agent": "a"}, "within": "20 s", "counts_anyway": True}, "this rule from none"),
        ("replies", {**FAULT, "expect": {"agent": "a"}, "within": "last 3 turns"}, "counts from the occasion in"),
        ("says", {"when": {"agent": "b", "within": "2 turns"}, "expect": {"agent": "a"}}, "is a part of the call"),
        ("says", {"expect": {"agent": "a"}, "before": "1 turn"}, "before: is for"),
        ("says", {"expect": {"agent": "a"}, "rises": 0.5}, "rises: is for"),
        ("talk", {"figure": [{"name": "dead_air", "most": 1}], "expect": {"agent": "a"}}, "expect: is not for"),
        ("consistency", {"by": "customer_type"}, "needs by: and gap:"),
        ("says", {"expect": {"agent": "hello"}, "by": "queue", "gap": 3}, "no other kind has them"),
    ],
)
def test_keys_that_do_not_go_together(kind: str, keys: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        rule(kind, **keys)


def test_every_kind_marks_calls_or_compares_them() -> None:
    kinds = Rule.model_fields["check"].annotation
    assert set(kinds.__args__) == {*CHECKS, *OVER_MANY_CALLS}  # type: ignore[union-attr]


@pytest.mark.parametrize("keys", [{"within": "3 turns"}, {"after": {"same": "bye", "within": "first 3 turns"}}])
def test_a_window_of_a_moment_that_would_count_for_nothing(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="counts from"):
        moment("a", "hello", **keys)


def test_the_shortest_silence_of_rules_is_that_of_the_talk_analysis() -> None:
    assert SHORTEST_SILENCE == SILENCE_SECONDS
    with pytest.raises(ValidationError, match="greater than or equal to 3"):
        rule("talk", when={"silence": 2}, figure={"name": "dead_air", "most": 1})


def test_every_figure_of_rules_is_explained() -> None:
    names = Figure.model_fields["name"].annotation
    assert set(FIGURES) == set(names.__args__) == set(WORDS)  # type: ignore[union-attr]
