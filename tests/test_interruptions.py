"""Interruptions: cut off by times and words, or by a transcriber's mark; everything else is ordinary turn-taking."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.call import Part, Turn
from coach.cuts import cuts_of
from coach.errors import RuleError
from coach.floor import CUT_OFF, is_cut_off
from coach.interruptions import built_in, interruptions_of, load_scale, why_cut_off
from coach.scored import Interruption
from coach.unfinished import count_of, finality_of, is_listening, load_word_lists, plain_of, utterance_of


def agent(text: str, start: float | None = None, end: float | None = None) -> Turn:
    return Turn("agent", text, start, end)


def customer(text: str, start: float | None = None, end: float | None = None) -> Turn:
    return Turn("customer", text, start, end)


def cuts(*turns: Turn, listening: set[int] | None = None) -> list[tuple[int, int]] | None:
    found = interruptions_of(turns, listening or set())
    return None if found is None else [(cut.turn, cut.cut) for cut in found]


TAKES_THE_FLOOR = agent("let me stop you there because we need the order number first", 4.4, 9.0)


@pytest.mark.parametrize(
    "said",
    [
        "so I rang them up and they told me that the",
        "and then I tried to call but it was th-",
        "well what I wanted was to um",
    ],
)
def test_an_utterance_left_open_under_the_others_turn_is_interrupted(said: str) -> None:
    found = interruptions_of((customer(said, 1.0, 5.0), TAKES_THE_FLOOR))
    assert found == (Interruption(1, 0, "agent", 4.4, 0.6),)


def test_either_side_can_interrupt() -> None:
    found = interruptions_of(
        (
            agent("what you need to do is go into the", 1.0, 5.0),
            customer("no but I have already done that twice this morning", 4.5, 8.0),
        )
    )
    assert found is not None
    assert [cut.by for cut in found] == ["customer"]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("can you tell me when the engineer comes", agent("he comes on Monday between eight and twelve", 4.4, 9.0)),
        ("so I rang them up and told them all of that.", TAKES_THE_FLOOR),
        ("so I rang them up and they told me that the", agent("mm-hmm", 4.4, 4.8)),
        ("so I rang them up and they told me that the", agent("yeah right okay", 3.0, 4.0)),
        ("so I rang them up and they told me that the", agent("hello are you still there at all", 9.0, 11.0)),
    ],
    ids=["finished", "closed by a full stop", "listening noise", "listening words", "after a pause"],
)
def test_ordinary_turn_taking_is_no_interruption(said: str, answer: Turn) -> None:
    assert cuts(customer(said, 1.0, 5.0), answer) == []


def test_what_the_caller_knows_to_be_listening_cuts_nobody_off() -> None:
    said = customer("so I rang them up and they told me that the", 1.0, 5.0)
    assert cuts(said, TAKES_THE_FLOOR, listening={1}) == []


def test_listening_does_not_hide_the_one_who_takes_the_floor() -> None:
    said = customer("so I rang them up and they told me that the", 1.0, 5.0)
    assert cuts(said, agent("mm", 2.0, 2.2), TAKES_THE_FLOOR) == [(2, 0)]


def test_two_speakers_of_one_side_do_not_interrupt_their_customer_for_each_other() -> None:
    first = Turn("unknown", "so they told me that the", 1.0, 5.0, "A")
    assert cuts(first, Turn("unknown", "and so it was that we had to go", 4.5, 9.0, "A")) == []
    assert cuts(first, Turn("unknown", "let me stop you there we need the number", 4.5, 9.0, "B")) == [(1, 0)]


@pytest.mark.parametrize(
    "mark",
    [
        "I was told--",
        "I was told \u2014",
        "I was told\u2026",
        "I was told...",
        "I was told [interrupted]",
        "I was told (crosstalk)",
        "I was told [Crosstalk]",
        '"I was told--"',
    ],
)
def test_without_times_a_mark_tells(mark: str) -> None:
    found = interruptions_of((customer(mark), agent("What is the number?")))
    assert found == (Interruption(1, 0, "agent", None, None),)


def test_without_times_and_marks_nothing_can_be_told() -> None:
    assert cuts(customer("I was told that the"), agent("What is the number?")) is None
    assert cuts() is None


def test_a_mark_within_a_turn_is_no_sign() -> None:
    assert cuts(customer("I was-- I was told so."), agent("I see...  I do see.")) is None


def test_a_mark_before_ones_own_turn_or_at_the_end_shows_the_convention_only() -> None:
    assert cuts(customer("I was told--"), customer("Well."), agent("Right--")) == []


def test_a_mark_before_a_listening_noise_waits_for_the_next_turn() -> None:
    turns = (customer("I was told--"), agent("mm"), customer("it was fine."), agent("Good."))
    assert cuts(*turns, listening={1}) == []
    assert cuts(turns[0], turns[1], agent("What number?"), listening={1}) == [(2, 0)]


def test_starts_alone_give_the_time_of_a_marked_interruption() -> None:
    found = interruptions_of((customer("I was told--", 3.0), agent("What number?", 5.0)))
    assert found == (Interruption(1, 0, "agent", 5.0, None),)


def test_order_of_turns_in_the_file_does_not_matter() -> None:
    said = customer("so I rang them up and they told me that the", 1.0, 5.0)
    assert cuts(said, TAKES_THE_FLOOR) == [(1, 0)]
    assert cuts(TAKES_THE_FLOOR, said) == [(0, 1)]


def signs(*turns: Turn) -> dict[str, float]:
    lists, scale = built_in()
    (cut, *_) = cuts_of(turns, (), lists, scale.ends)
    return dict(cut.signs)


UNFINISHED = customer("so I rang them up and they told me that the", 1.0, 5.0)


def test_the_overlap_is_what_both_say_at_the_same_time() -> None:
    (found,) = interruptions_of((UNFINISHED, agent("no wait we need the order number", 4.2, 4.7))) or ()
    assert (found.at, found.overlap) == (4.2, 0.5)


def test_who_stops_long_before_the_other_did_not_stop_them() -> None:
    assert cuts(customer(UNFINISHED.text, 1.0, 9.0), agent("no wait we need the order number", 4.4, 6.0)) == []


def test_turns_of_one_side_in_a_row_are_one_attempt_on_the_floor() -> None:
    pieces = (agent("let me stop you there", 4.4, 4.8), agent("because we need the order number first", 5.0, 9.0))
    assert cuts(UNFINISHED, *pieces) == [(1, 0)]


def test_a_third_person_who_cuts_in_is_neither_agent_nor_customer() -> None:
    turns = (UNFINISHED, Turn("other", TAKES_THE_FLOOR.text, 4.4, 9.0, "supervisor"))
    assert [found.by for found in interruptions_of(turns) or ()] == ["other"]


@pytest.mark.parametrize(
    ("next_words", "sign"),
    [
        ("so I rang them again as you said", "starts_again"),
        ("no please let me finish I rang them", "takes_up_again"),
        ("it was on Monday I think", ""),
    ],
)
def test_taking_up_what_was_cut_speaks_for_a_cut(next_words: str, sign: str) -> None:
    found = signs(UNFINISHED, TAKES_THE_FLOOR, customer(next_words, 9.5, 12.0))
    assert {name for name in ("starts_again", "takes_up_again") if found[name]} == ({sign} if sign else set())


def test_hurry_goes_by_the_speakers_own_pace_and_not_by_pauses_between_parts() -> None:
    before = customer("one two three four five six seven eight nine ten", 0.0, 5.0)
    cut = customer("one two three four the", 10.0, 20.0)
    floor = agent(TAKES_THE_FLOOR.text, 19.5, 24.0)
    parts = (Part(0, 0, 7, 10.0, 11.0), Part(1, 8, 22, 19.0, 20.0))
    lists, scale = built_in()

    def hurry(turn: Turn) -> float:
        found = cuts_of((before, turn, floor), (), lists, scale.ends)
        return next(cut.signs["hurried"] for cut in found if cut.cut == 1)

    assert hurry(cut) < hurry(cut._replace(parts=parts))


def test_parts_that_end_before_they_start_do_no_harm() -> None:
    backwards = customer(UNFINISHED.text, 1.0, 5.0)._replace(parts=(Part(0, 0, 9, 1.0, 4.0), Part(1, 9, 40, 9.0, 5.0)))
    assert cuts(UNFINISHED, TAKES_THE_FLOOR, backwards._replace(start=11.0, end=15.0), agent("so then", 14.8, 19.0))


@pytest.mark.parametrize(
    "said",
    [
        "I rang them on Monday. Um",
        "I rang them on Monday. So",
        "I rang them on Monday about the [inaudible]",
    ],
    ids=["um after a sentence", "link after a sentence", "nobody can tell how it ends"],
)
def test_an_end_that_shows_nothing_is_no_unfinished_utterance(said: str) -> None:
    assert cuts(customer(said, 1.0, 5.0), TAKES_THE_FLOOR) == []


def test_a_full_stop_after_an_article_is_the_machines() -> None:
    assert cuts(customer("So I rang them up and they told me that the.", 1.0, 5.0), TAKES_THE_FLOOR) == [(1, 0)]


def test_a_turn_without_length_is_read_like_any_other() -> None:
    assert cuts(customer("and the", 5.0, 5.0), agent("mm", 5.0, 5.0)) == []


def test_one_missing_end_leaves_only_the_marks_to_tell() -> None:
    assert cuts(UNFINISHED, TAKES_THE_FLOOR, agent("so", 12.0)) is None


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("so they told me that the", "turn 0 stopped in mid-sentence at \u201cthe\u201d"),
        ("and then it was th-", "turn 0 broke off at \u201cth-\u201d"),
        ("and I think I", "turn 0 stopped at \u201ci\u201d, before its verb"),
    ],
)
def test_each_mark_says_why(said: str, why: str) -> None:
    turns = (customer(said, 1.0, 5.0), TAKES_THE_FLOOR)
    (found,) = interruptions_of(turns) or ()
    assert why_cut_off(turns, [found]) == [f"{why}, 0.6 s after turn 1 began, which went on for 12 words"]


def test_a_mark_of_the_transcriber_is_the_reason_without_times() -> None:
    turns = (customer("I was told--"), agent("What is the number?"))
    (found,) = interruptions_of(turns) or ()
    assert why_cut_off(turns, [found]) == ["turn 0 is marked as broken off before turn 1"]


def test_words_that_want_more_are_less_final_than_others() -> None:
    lists, scale = built_in()

    def finality(text: str) -> float:
        return finality_of(utterance_of(plain_of(text), lists).words, lists, scale.ends)

    assert finality("they sent me the") < finality("they sent me about") < finality("they sent me bills")


@pytest.mark.parametrize(
    ("text", "last", "listening", "closed"),
    [
        ("Mm-hmm.", "mm-hmm", True, True),
        ("I said so. And then th-", "th-", False, False),
        ("it was <UNSURE>the</UNSURE> [noise]", "the", False, False),
        ("it was the [inaudible].", "_", False, True),
        ("<UNIN/>", "_", True, False),
        ("I called from [business]", "business", False, False),
        ("It\u2019s...", "it's", False, False),
        ("", "", True, False),
    ],
)
def test_an_utterance_is_read_by_its_last_sentence(text: str, last: str, listening: bool, closed: bool) -> None:
    lists, plain = built_in()[0], plain_of(text)
    said = utterance_of(plain, lists)
    assert (said.last, is_listening(plain, count_of(plain), lists), said.closed) == (last, listening, closed)


def test_broken_files_are_named(tmp_path: Path) -> None:
    words, scale = tmp_path / "unfinished.yml", tmp_path / "interruptions.json"
    words.write_text("listening: [yeah]\n", encoding="utf-8")
    scale.write_text("[1]", encoding="utf-8")
    with pytest.raises(RuleError, match=r"unfinished\.yml"):
        load_word_lists(words)
    with pytest.raises(RuleError, match=r"interruptions\.json"):
        load_scale(scale)
    with pytest.raises(RuleError, match=r"none\.yml"):
        load_word_lists(tmp_path / "none.yml")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("and then I --", True),
        ("I thought\u2014", True),
        ("so we...  ", True),
        ("so we\u2026\u201d \n", True),
        ("it was [Interrupted]", True),
        ("it was (crosstalk/)'", True),
        ("and so on.", False),
        ("a well-", False),
        ("yes [name]", False),
        ("wait -- no", False),
        ("", False),
    ],
)
def test_a_text_is_cut_off_by_a_mark_at_its_end_alone(text: str, expected: bool) -> None:
    assert is_cut_off(text) == bool(CUT_OFF.search(text)) == expected


def test_what_counts_as_listening_is_not_remembered_from_the_last_time() -> None:
    turns = (UNFINISHED, TAKES_THE_FLOOR)
    assert [interruptions_of(turns, listening) != () for listening in ((), {1}, ())] == [True, False, True]
