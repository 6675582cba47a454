"""Talk figures: what they are where times allow, and ``None`` where they do not."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_rules import QUICK

from coach.call import Call, Part, Role, Turn
from coach.scored import Monologue
from coach.talk import talk_of, words_spoken


def call_of(*turns: Turn, **more: Any) -> Call:
    return Call("c", tuple(turns), **more)


def agent(start: float | None, end: float | None, text: str = "all of it is here.", **more: Any) -> Turn:
    return Turn("agent", text, start, end, **more)


def customer(start: float | None, end: float | None, text: str = "that is what I said.", **more: Any) -> Turn:
    return Turn("customer", text, start, end, **more)


def test_share_is_of_speech_not_of_the_call() -> None:
    talk = talk_of(call_of(agent(0, 3), customer(60, 61)))
    assert talk.agent_share == 0.75


def test_speech_said_twice_at_once_counts_once() -> None:
    talk = talk_of(call_of(agent(0, 4), agent(2, 4), customer(4, 8)))
    assert talk.agent_share == 0.5


def test_a_third_party_is_on_neither_side() -> None:
    talk = talk_of(call_of(agent(0, 2), Turn("other", "press one", 2, 30), customer(30, 32)))
    assert talk.agent_share == 0.5


def test_pauses_between_the_parts_of_a_turn_are_no_speech() -> None:
    merged = agent(0, 20, "one two", parts=(Part(0, 0, 3, 0, 2), Part(1, 4, 7, 18, 20)))
    talk = talk_of(call_of(merged, customer(20, 24)))
    assert talk.agent_share == 0.5
    assert talk.silences is not None
    assert [(gap.start, gap.seconds, gap.after) for gap in talk.silences] == [(2, 16, 0)]


@pytest.mark.parametrize(("gap", "count"), [(2.999, 0), (3.0, 1), (3.001, 1)])
def test_silence_starts_at_three_seconds(gap: float, count: int) -> None:
    talk = talk_of(call_of(agent(0, 1), customer(1 + gap, 9)))
    assert talk.silences is not None
    assert len(talk.silences) == count


def test_a_turn_that_spans_another_leaves_no_silence() -> None:
    talk = talk_of(call_of(agent(0, 20), customer(1, 2), customer(19, 22)))
    assert talk.silences == ()


def test_silence_before_the_first_word_is_ringing() -> None:
    talk = talk_of(call_of(agent(30, 31), customer(31, 32)))
    assert talk.silences == ()


@pytest.mark.parametrize(
    ("holds", "listening", "announced"),
    [({0}, (), True), ({1}, (), True), ((), (), False), ({0}, {1}, True), ({3}, (), False)],
)
def test_a_hold_announces_the_silence_soon_after_it(holds: Any, listening: Any, announced: bool) -> None:
    call = call_of(agent(0, 2), customer(2, 3), customer(30, 31), agent(31, 32))
    silences = talk_of(call, holds, listening).silences
    assert silences is not None
    assert [gap.announced for gap in silences] == [announced]


def test_a_hold_of_long_ago_announces_nothing() -> None:
    call = call_of(agent(0, 2), customer(2, 3), agent(3, 4), customer(4, 5), agent(30, 31))
    silences = talk_of(call, {0}).silences
    assert silences is not None
    assert not silences[0].announced


def test_talk_over_is_the_agents_start_into_the_customers_speech() -> None:
    over = call_of(customer(0, 5), agent(4, 7))
    assert talk_of(over).talk_overs == 1
    assert talk_of(call_of(agent(0, 5), customer(4, 7))).talk_overs == 0
    assert talk_of(call_of(customer(0, 5), agent(4.5, 7))).talk_overs == 0
    assert talk_of(over, backchannels={1}).talk_overs == 0


def test_pace_counts_words_by_time_of_speech() -> None:
    talk = talk_of(call_of(agent(0, 6, "one two three four five six [noise] -- <UNIN/>"), customer(6, 8)))
    assert talk.agent_wpm == 60.0
    assert talk.customer_wpm is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("hello [name] your number is [number] [laughter] {cough} <UNSURE>yes</UNSURE> ...", 5),
        ("[PII] [NAME_1] [REDACTED]", 0),
        ("my card is XXXX xxxx **** ####", 3),
        ("%HESITATION i <unk> see <crosstalk> *** 50 % of it", 5),
        ("it's [a (cough] here] _ - caf\u00e9", 3),
        ("[unclosed noise and so on", 5),
        ("xXx is a word where no mark is", 8),
        ("xXx is none with [name]", 3),
    ],
)
def test_what_was_removed_and_noises_are_no_words(text: str, count: int) -> None:
    assert words_spoken([text]) == count


def test_words_of_several_texts_are_counted_as_if_one_by_one() -> None:
    texts = ["the [laughter", "bill] xXx", "", "no (cough)", "- [name]", "XXX 12", "<a", "b>"]
    assert words_spoken(texts) == sum(words_spoken([text]) for text in texts) == 8


def test_a_listening_noise_does_not_end_a_monologue_but_a_word_does() -> None:
    call = call_of(agent(0, 10), customer(10, 10.4, "mm"), agent(10.5, 20), customer(20, 22), agent(22, 25))
    assert talk_of(call, backchannels={1}).longest_monologue == Monologue(0, 20)
    assert talk_of(call).longest_monologue == Monologue(0, 10)


def test_a_silence_ends_a_monologue() -> None:
    assert talk_of(call_of(agent(0, 4), agent(30, 35))).longest_monologue == Monologue(1, 5)


def test_response_gap_is_the_median_and_never_below_zero() -> None:
    call = call_of(customer(0, 2), agent(1, 3), customer(3, 5), agent(6, 7), customer(7, 8), agent(12, 13))
    assert talk_of(call).response_gap == 1.0
    assert talk_of(call_of(customer(0, 2), agent(1, 3))).response_gap == 0.0
    assert talk_of(call_of(agent(0, 2))).response_gap is None


FIGURES = ("agent_share", "talk_overs", "silences", "agent_wpm", "customer_wpm", "longest_monologue", "response_gap")


@pytest.mark.parametrize(
    "turns",
    [
        (),
        (agent(None, None), customer(None, None)),
        (agent(0, None), customer(5, None)),
        (agent(0, 1), customer(None, None)),
        (agent(5, 1), customer(5, 6)),
        (agent(0, float("nan")), customer(5, 6)),
    ],
)
def test_without_times_no_figure_is_told(turns: tuple[Turn, ...]) -> None:
    talk = talk_of(call_of(*turns))
    assert [getattr(talk, name) for name in FIGURES] == [None] * len(FIGURES)
    assert talk.interruptions is None


def test_where_the_agent_is_unknown_only_silences_and_interruptions_are_told() -> None:
    talk = talk_of(call_of(Turn("unknown", "hello there", 0, 9, "A"), Turn("unknown", "oh hello", 20, 29, "B")))
    told = {name for name in FIGURES if getattr(talk, name) is not None}
    assert told == {"silences"}
    assert talk.interruptions == ()


ODD = st.sampled_from([0.0, 1.0, 1.0, -2.0, 5.5, 1e9, float("nan"), float("inf")])
WHEN = st.one_of(st.none(), ODD, st.floats(0, 60))
WORDS = st.sampled_from(["", "and the", "yeah", "I was going to--", "no.", "it's a", "[noise]", "what is it ...", "-"])
ROLES: list[Role] = ["agent", "customer", "other", "unknown"]
PARTS = st.lists(st.builds(Part, st.integers(0, 3), st.just(0), st.just(0), WHEN, WHEN), max_size=2).map(tuple)
ANY_TURNS = st.lists(
    st.builds(Turn, st.sampled_from(ROLES), WORDS, WHEN, WHEN, st.sampled_from([None, "A", "B"]), st.just(()), PARTS),
    max_size=9,
)
SECONDS = st.floats(0, 30)
TIMED_TURNS = st.lists(
    st.builds(
        lambda role, text, start, more: Turn(role, text, start, start + more),
        st.sampled_from(ROLES),
        WORDS,
        SECONDS,
        SECONDS,
    ),
    max_size=9,
)
INDEXES = st.sets(st.integers(-1, 9), max_size=4)


@given(st.one_of(ANY_TURNS, TIMED_TURNS), INDEXES, INDEXES)
def test_any_call_has_sound_figures(turns: list[Turn], holds: set[int], listening: set[int]) -> None:
    talk = talk_of(call_of(*turns), holds, listening)
    assert talk.agent_share is None or 0 <= talk.agent_share <= 1
    assert talk.talk_overs is None or 0 <= talk.talk_overs <= len(turns) + sum(len(turn.parts) for turn in turns)
    for cut in talk.interruptions or ():
        assert cut.turn != cut.cut
        assert 0 <= min(cut.turn, cut.cut) <= max(cut.turn, cut.cut) < len(turns)
        assert cut.by == turns[cut.turn].role
        assert cut.overlap is None or cut.overlap >= 0
    for gap in talk.silences or ():
        assert gap.seconds >= 3
        assert 0 <= gap.after < len(turns)
    assert talk.longest_monologue is None or talk.longest_monologue.seconds >= 0
    assert talk.response_gap is None or talk.response_gap >= 0


@QUICK
@given(TIMED_TURNS, st.permutations(["one", "two", "three"]))
def test_metadata_changes_nothing(turns: list[Turn], keys: list[str]) -> None:
    plain = call_of(*turns)
    dressed = dataclasses.replace(plain, call_id="x", metadata={key: 1 for key in keys}, started_at="2026-01-01")
    assert talk_of(plain) == talk_of(dressed)
