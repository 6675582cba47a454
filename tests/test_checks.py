from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from check_cases import heard, mark, quoted, rule
from hypothesis import given
from hypothesis import strategies as st
from small_rules import QUICK, call, call_of_turns

from coach.call import Call, Role
from coach.checks import judge
from coach.checks.asked import Asked, asked
from coach.checks.occasion import apart, in_turns, sentence, stretch
from coach.checks.talk import value_of
from coach.language import Hit
from coach.rule_models import Figure, Window
from coach.scored import OUTCOMES, Interruption, Monologue, Silence, Talk

GREETS = rule("says", expect={"agent": "hello"}, within="first 2 turns")


class TestSays:
    def test_met_quotes_it_and_says_where_it_looked(self) -> None:
        finding = mark(GREETS, "agent: Oh, hello!\ncustomer: hello\nagent: x\nagent: y\ncustomer: z\nagent: w")
        assert finding == ("r", "met", "Done in turn 0.", finding.evidence, (0, 3), None, 0.0, 0.0)
        assert quoted(finding) == [(0, "hello")]

    def test_missed_says_where_it_looked(self) -> None:
        finding = mark(GREETS, "agent: x\ncustomer: hello\nagent: y\ncustomer: z\nagent: hello")
        assert (finding.outcome, finding.reason, finding.searched) == ("missed", "Not done in turns 0 to 2.", (0, 2))
        assert finding.evidence == ()

    def test_noises_are_no_turns(self) -> None:
        said = "agent: [noise]\ncustomer: x\nagent: (inaudible)\ncustomer: x\nagent: x\ncustomer: x\nagent: hello"
        assert mark(GREETS, said).outcome == "met"

    def test_no_word_of_the_agent_to_be_understood_cannot_tell(self) -> None:
        finding = mark(GREETS, "agent: [noise]\ncustomer: hello\nagent: [inaudible]")
        assert finding.outcome == "cannot_tell"
        assert finding.reason

    def test_the_occasion_decides_whether_it_applies(self) -> None:
        words = {"otherwise": "No fault.", "occasion": "A fault"}
        says = rule("says", when={"customer": "fault"}, expect={"agent": "sorry"}, **words)
        finding = mark(says, "customer: it works\nagent: fine")
        assert (finding.outcome, finding.reason, finding.evidence) == ("not_applicable", "No fault.", ())
        assert mark(says, "agent: so sorry\ncustomer: broken").outcome == "met"
        missed = mark(says, "customer: it is broken\nagent: fine")
        assert missed.reason == "A fault (turn 0); not done in turns 0 to 1."
        assert quoted(missed) == [(0, "broken")]

    def test_unless_lifts_it(self) -> None:
        says = rule(
            "says", expect={"agent": "bye"}, within="last 1 turn", unless={"agent": "refusal"}, otherwise="Refused."
        )
        assert mark(says, "agent: cannot do that\ncustomer: oh\nagent: hm").reason == "Refused."
        assert mark(says, "agent: x\ncustomer: oh\nagent: y").outcome == "missed"

    def test_an_occasion_has_its_own_window(self) -> None:
        says = rule("says", when={"customer": "fault", "within": "first 1 turn"}, expect={"agent": "sorry"})
        assert mark(says, "customer: x\nagent: y\ncustomer: broken").outcome == "not_applicable"

    def test_three_quotes_at_most(self) -> None:
        says = rule("says", expect={"any": "hello"})
        finding = mark(says, "\n".join(f"{side}: hello" for side in ("agent", "customer") * 3))
        assert quoted(finding) == [(0, "hello"), (1, "hello"), (2, "hello")]
        assert finding.reason == "Done in turns 0, 1 and 2."

    def test_what_is_said_without_the_occasion_counts_where_the_rule_says_so(self) -> None:
        keys = {"when": {"customer": "fault"}, "unless": {"any": "refusal"}, "expect": {"agent": "sorry"}}
        anyway = rule("says", **keys, counts_anyway=True)
        assert mark(anyway, "customer: x\nagent: so sorry").outcome == "met"
        assert mark(anyway, "customer: broken\nagent: so sorry, cannot do that").outcome == "met"
        assert mark(anyway, "customer: x\nagent: y").outcome == "not_applicable"
        assert mark(anyway, "customer: broken\nagent: y").outcome == "missed"
        assert mark(rule("says", **keys), "customer: x\nagent: so sorry").outcome == "not_applicable"


def test_a_window_in_which_nobody_speaks_is_searched_at_the_occasion() -> None:
    soon = rule("replies", when={"customer": "fault"}, expect={"agent": "sorry"}, within="5 s")
    finding = mark(soon, "0.0-2.0 agent: x\n2.0-5.0 customer: broken\n20.0-24.0 agent: so sorry")
    assert (finding.outcome, finding.searched) == ("missed", (1, 1))
    assert finding.reason.endswith("nobody spoke within 5 s.")


APOLOGISES = rule(
    "replies",
    when=[{"customer": "fault"}, {"agent": "refusal"}],
    expect={"agent": "sorry"},
    within="1 turn",
    occasion="something went wrong",
    otherwise="All was well.",
)


class TestReplies:
    @pytest.mark.parametrize(
        ("said", "outcome", "reason", "searched", "quotes"),
        [
            ("customer: broken\nagent: so sorry", "met", "(turn 0); done in turn 1.", (1, 1), [(1, "so sorry")]),
            ("customer: broken\nagent: oh\nagent: so sorry", "met", "done in turn 2.", (1, 2), [(2, "so sorry")]),
            ("customer: broken\nagent: oh", "missed", "(turn 0); not done in turn 1.", (1, 1), [(0, "broken")]),
            ("agent: so sorry\ncustomer: broken\nagent: oh", "missed", "not done in turn 2.", (2, 2), [(1, "broken")]),
            ("customer: broken\nagent: oh\ncustomer: x\nagent: so sorry", "missed", "turn 1.", (1, 1), [(0, "broken")]),
            ("customer: x\nagent: so sorry, cannot do that", "met", "done in turn 1.", (1, 1), [(1, "so sorry")]),
            ("customer: x\nagent: so sorry", "not_applicable", "All was well.", None, []),
            ("agent: x\ncustomer: broken", "not_applicable", "the call ends before that could be answered.", None, []),
            (
                "customer: broken\nagent: oh\ncustomer: broken\nagent: so sorry",
                "met",
                "(turn 2); done in turn 3.",
                (3, 3),
                [(3, "so sorry")],
            ),
            (
                "customer: broken\nagent: oh\ncustomer: so broken\nagent: no",
                "missed",
                "(turns 0 and 2); not done in turns 1 to 3.",
                (1, 3),
                [(0, "broken"), (2, "broken")],
            ),
        ],
    )
    def test_outcomes(
        self, said: str, outcome: str, reason: str, searched: tuple[int, int] | None, quotes: list[tuple[int, str]]
    ) -> None:
        finding = mark(APOLOGISES, said)
        assert finding.outcome == outcome
        assert finding.reason.endswith(reason)
        assert finding.reason[0].isupper()
        assert finding.searched == searched
        assert quoted(finding) == quotes

    def test_a_window_before_the_occasion(self) -> None:
        both = APOLOGISES.model_copy(update={"before": Window(turns=1)})
        finding = mark(both, "agent: so sorry\ncustomer: broken\nagent: oh")
        assert (finding.outcome, finding.searched) == ("met", (0, 2))

    def test_seconds(self) -> None:
        within = rule("replies", when={"customer": "fault"}, expect={"agent": "sorry"}, within="5 s")
        assert mark(within, "0.0-2.0 customer: broken\n6.0-8.0 agent: so sorry").outcome == "met"
        assert mark(within, "0.0-2.0 customer: broken\n7.5-8.0 agent: so sorry").outcome == "missed"

    def test_a_silence_is_an_occasion(self) -> None:
        quiet = Talk(silences=(Silence(2.0, 12.0, False, 0), Silence(30.0, 4.0, False, 1)))
        warns = rule("replies", when={"silence": 10}, expect={"agent": "sorry"}, within="1 turn")
        finding = mark(warns, "0.0-2.0 customer: x\n14.0-15.0 agent: so sorry", quiet)
        assert (finding.outcome, finding.searched) == ("met", (0, 1))
        missed = mark(warns, "0.0-2.0 customer: x\n14.0-15.0 agent: there", quiet)
        assert (missed.outcome, missed.evidence) == ("missed", ())
        assert mark(warns, "0.0-2.0 customer: x\n3.0-4.0 agent: y", Talk(silences=())).outcome == "not_applicable"


class TestNever:
    RUDE = rule("never", expect={"agent": "rude"})

    def test_missed_quotes_the_words(self) -> None:
        finding = mark(self.RUDE, "customer: shut up\nagent: You shut up!")
        assert (finding.outcome, finding.reason, finding.searched) == ("missed", "Not done in turn 1.", (0, 1))
        assert quoted(finding) == [(1, "shut up")]

    def test_met_where_none_falls(self) -> None:
        finding = mark(self.RUDE, "customer: shut up\nagent: no")
        assert (finding.outcome, finding.reason, finding.searched) == ("met", "Done.", (0, 1))

    def test_not_applicable(self) -> None:
        given = rule("never", expect={"agent": "rude"}, when={"customer": "fault"})
        assert mark(given, "agent: shut up").outcome == "not_applicable"
        lifted = rule("never", expect={"agent": "rude"}, unless={"customer": "rude"})
        assert mark(lifted, "customer: shut up\nagent: shut up").outcome == "not_applicable"

    def test_nothing_to_search_cannot_tell(self) -> None:
        assert mark(self.RUDE, Call("c", ())).outcome == "cannot_tell"
        opening = rule("never", expect={"agent": "rude"}, within="first 1 turn")
        assert mark(opening, "agent: [noise]\ncustomer: x").outcome == "cannot_tell"


TIMED = [
    ("never", {"unless": {"silence": 5}}),
    ("says", {"within": "first 20 s"}),
    ("says", {"when": {"silence": 5}}),
    ("replies", {"within": "20 s"}),
    ("replies", {"when": {"silence": 5}}),
    ("never", {"within": "20 s"}),
    ("never", {"within": "first 20 s"}),
]


@pytest.mark.parametrize(("check", "window"), TIMED)
@pytest.mark.parametrize("said", ["customer: broken\nagent: hello", "agent: so sorry"])
def test_seconds_without_times_cannot_tell(check: str, window: dict[str, Any], said: str) -> None:
    asks = rule(check, **{"when": {"any": ["fault", "sorry"]}, "expect": {"agent": "sorry"}, **window})
    finding = mark(asks, said)
    assert finding.outcome == "cannot_tell"
    assert "lacks times" in finding.reason


def test_seconds_with_starts_alone_cannot_tell() -> None:
    whole = call("0.0-2.0 customer: broken\n6.0-8.0 agent: so sorry")
    starts = Call("c", tuple(turn._replace(end=None) for turn in whole.turns))
    finding = mark(rule("replies", when={"customer": "fault"}, expect={"agent": "sorry"}, within="5 s"), starts)
    assert (finding.outcome, finding.reason) == (
        "cannot_tell",
        "The rule counts seconds, and the transcript lacks ends.",
    )


CUT = Talk(interruptions=(Interruption(1, 0, "agent", 1.0, 0.5), Interruption(2, 1, "customer", 2.0, 0.1)))
POLITE = rule("talk", figure={"name": "interruptions", "most": 0})


class TestTalk:
    def test_missed_quotes_who_was_cut_off(self) -> None:
        finding = mark(POLITE, "customer: well I\nagent: hello\ncustomer: as I said", CUT)
        assert (finding.outcome, finding.counted, finding.searched) == ("missed", 1, (0, 2))
        assert quoted(finding) == [(0, "well I")]
        assert finding.reason == "Not done once: turn 0 is marked as broken off before turn 1."

    def test_met(self) -> None:
        finding = mark(POLITE, "customer: x\nagent: y", Talk(interruptions=(CUT.interruptions or ())[1:]))
        assert (finding.outcome, finding.counted, finding.evidence) == ("met", 0, ())

    def test_cannot_tell_without_the_figure(self) -> None:
        finding = mark(POLITE, "customer: x\nagent: y")
        assert finding.outcome == "cannot_tell"
        assert "no times" in finding.reason
        timed = mark(POLITE, "0.0-1.0 customer: x\n1.0-2.0 agent: y")
        assert (timed.outcome, "no times" in timed.reason) == ("cannot_tell", False)

    def test_when_and_unless(self) -> None:
        given = rule("talk", figure={"name": "interruptions", "most": 0}, when={"customer": "fault"}, otherwise="No.")
        assert mark(given, "customer: x", CUT).reason == "No."
        lifted = rule("talk", figure={"name": "interruptions", "most": 0}, unless={"customer": "rude"})
        assert mark(lifted, "customer: shut up", CUT).outcome == "not_applicable"
        assert mark(lifted, "customer: x\nagent: y", CUT).outcome == "missed"

    @pytest.mark.parametrize(
        ("share", "outcome"), [(0.29, "missed"), (0.3, "met"), (0.5, "met"), (0.7, "met"), (0.71, "missed")]
    )
    def test_bounds_are_inside(self, share: float, outcome: str) -> None:
        fair = rule("talk", figure={"name": "agent_share", "most": 0.7, "least": 0.3})
        finding = mark(fair, "customer: x", Talk(agent_share=share))
        assert (finding.outcome, finding.counted) == (outcome, None)
        assert finding.reason.endswith("good is at most 0.7 and at least 0.3.")

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("interruptions", 1.0),
            ("talk_overs", 4),
            ("agent_share", 0.5),
            ("agent_wpm", 150.0),
            ("dead_air", 5.5),
            ("longest_wait", 5.5),
            ("longest_monologue", 40.0),
            ("response_gap", 1.5),
        ],
    )
    def test_every_figure_has_a_value_or_none(self, name: Any, value: float) -> None:
        full = Talk(
            agent_share=0.5,
            interruptions=CUT.interruptions,
            talk_overs=4,
            silences=(Silence(0.0, 5.5, False, 0), Silence(9.0, 4.0, True, 1)),
            agent_wpm=150.0,
            longest_monologue=Monologue(0, 40.0),
            response_gap=1.5,
        )
        assert value_of(Figure(name=name, most=1), full) == value
        assert value_of(Figure(name=name, most=1), Talk()) is None


class TestSentiment:
    LIFTS = rule("sentiment", rises=0.1)

    @pytest.mark.parametrize(
        ("mood", "outcome"),
        [
            ((-0.5, None, None, -0.4), "met"),
            ((0.0, 0.9, 0.9, 0.09), "missed"),
            ((None, -0.5, 0.5, None), "met"),
            ((None, 0.5, None, None), "cannot_tell"),
            ((), "cannot_tell"),
        ],
    )
    def test_from_the_first_mood_to_the_last(self, mood: tuple[float | None, ...], outcome: str) -> None:
        assert mark(self.LIFTS, "customer: x\nagent: y", mood=mood).outcome == outcome

    def test_the_reason_gives_both_moods(self) -> None:
        reason = mark(self.LIFTS, "customer: x", mood=(-0.5, 0.25)).reason
        assert reason == "The customer's mood goes from -0.50 to +0.25."

    def test_when_and_unless(self) -> None:
        moods = (0.0, 0.5)
        assert (
            mark(rule("sentiment", when={"customer": "fault"}), "customer: x", mood=moods).outcome == "not_applicable"
        )
        assert (
            mark(rule("sentiment", unless={"customer": "fault"}), "customer: broken", mood=moods).outcome
            == "not_applicable"
        )


RULES = (
    GREETS,
    APOLOGISES,
    TestNever.RUDE,
    rule("says", expect={"agent": "hello"}),
    rule("says", when={"customer": "fault"}, expect={"agent": "sorry"}, unless={"agent": "bye"}),
    rule("replies", when={"any": ["fault", "rude"]}, expect={"any": "sorry"}, within="call", before="2 turns"),
    rule("replies", when={"agent": "hello"}, expect={"customer": "hello"}, within="3 turns"),
)
SIDES: list[Role] = ["agent", "customer", "other"]
NOISE = st.sampled_from(["[noise]", "mm", "um", "[inaudible]", "(laughs)", "...", "", "yeah", "oh right", "sor-"])
SPOKEN = ["hello", "so sorry", "it is broken", "shut up", "bye", "cannot do that", "x"]
SPEECH = st.sampled_from([*SPOKEN, "mm", "[noise]"])


def turns_of(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[tuple[Role, str]]]:
    return st.lists(st.tuples(st.sampled_from(SIDES), texts), max_size=8)


@QUICK
@given(turns_of(NOISE))
def test_noise_is_never_met(turns: list[tuple[Role, str]]) -> None:
    said = heard(call_of_turns(turns))
    for each in RULES:
        if each.check != "never":
            assert judge(each, said).outcome != "met"


@QUICK
@given(turns_of(SPEECH))
def test_every_mark_can_be_defended(turns: list[tuple[Role, str]]) -> None:
    said = heard(call_of_turns(turns))
    for each in RULES:
        finding = judge(each, said)
        assert finding.outcome in OUTCOMES
        assert finding.reason[:1].isupper()
        assert finding.reason.endswith(".")
        for quote in finding.evidence:
            assert quote.text == turns[quote.turn][1][quote.start : quote.end] != ""
        if finding.outcome in ("met", "missed"):
            assert finding.searched is not None
            first, last = finding.searched
            assert 0 <= first <= last < len(turns)
            if finding.outcome == "met" and each.check != "never":
                assert finding.evidence
                assert all(first <= quote.turn <= last for quote in finding.evidence)
        else:
            assert finding.evidence == ()


@QUICK
@given(turns_of(st.sampled_from([*SPOKEN, "[noise]"])), st.integers(0, 8))
def test_a_noise_more_changes_no_outcome(turns: list[tuple[Role, str]], at: int) -> None:
    speaker = turns[min(at, len(turns) - 1)][0] if turns else "agent"
    noisy = [*turns[:at], (speaker, "[noise]"), *turns[at:]]
    for each in (*RULES[:2], *RULES[4:]):
        before = judge(each, heard(call_of_turns(turns))).outcome
        assert judge(each, heard(call_of_turns(noisy))).outcome == before


def test_words_for_turns() -> None:
    assert in_turns([4]) == "turn 4"
    assert in_turns([7, 2, 2]) == "turns 2 and 7"
    assert in_turns(range(9)) == "turns 0, 1 and 2"
    assert (stretch(4, 4), stretch(4, 7)) == ("turn 4", "turns 4 to 7")
    assert sentence("why", "not?") == "Why; not?"
    assert sentence("", "why?") == "Why?"
    assert sentence("why", "") == "Why."


@QUICK
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 20), st.integers(1, 6)), max_size=12))
def test_the_first_few_hits_apart_are_the_first_of_all(places: list[tuple[int, int, int]]) -> None:
    hits = sorted(Hit(turn, start, start + length) for turn, start, length in places)
    every = apart(hits)
    assert len({hit.turn for hit in hits}) <= len(every) <= len(set(hits))
    assert all(one.turn < other.turn or one.end <= other.start for one, other in pairwise(every))
    assert [apart(hits, most) for most in range(4)] == [every[:most] for most in range(4)]


def test_what_checks_read_of_a_rule_is_what_it_says() -> None:
    for one in RULES:
        plain = asked(one)
        for name in Asked.__slots__:
            if name not in ("when", "unless", "expect", "undone_by"):
                assert getattr(plain, name) == getattr(one, name)
        assert [clause.by_side for clause in plain.when] == [clause.by_side for clause in one.when]
    assert any(one.when for one in RULES)
