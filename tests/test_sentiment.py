"""The customer's mood: the lexicon's file, what VADER alone gets wrong, and the quarters of a call."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from coach.call import Call, Turn
from coach.errors import RuleError
from coach.lexicon_phrases import ANY_WORD, plain_words
from coach.sentiment import Mood, load_lexicon, quarters_of

TURNS = Path(__file__).parent / "mood_turns.jsonl"
THRESHOLD = 0.05


@pytest.fixture(scope="module")
def mood() -> Mood:
    return Mood()


def call_of(*turns: Turn) -> Call:
    return Call("c", tuple(turns))


@pytest.mark.parametrize(
    "text",
    [
        "can I have your credit card number please",
        "Yes, okay, sure, thanks, no problem.",
        "um well it was like the third one",
        "could you help me",
        "[laughter] <great/> the ninth",
        "",
        "...",
    ],
)
def test_routine_talk_is_neutral(mood: Mood, text: str) -> None:
    assert mood.of(text) == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "thanks for nothing",
        "this is the third time I've called",
        "This is, um, the third-- the third time!",
        "it doesn\u2019t work",
        "it doesnt work",
        "it still hasn't come",
        "I want to make a formal complaint",
        "that's just not good enough",
    ],
)
def test_complaints_without_a_bad_word_are_negative(mood: Mood, text: str) -> None:
    assert mood.of(text) <= -THRESHOLD


@pytest.mark.parametrize("text", ["I'm over the moon", "That's a weight off my mind.", "you have been so kind"])
def test_praise_in_a_figure_of_speech_is_positive(mood: Mood, text: str) -> None:
    assert mood.of(text) >= THRESHOLD


def test_a_phrase_does_not_run_across_the_end_of_a_sentence(mood: Mood) -> None:
    assert mood.of("it was the third. Time to go") == 0.0


def test_a_negated_phrase_turns(mood: Mood) -> None:
    assert mood.of("I'm not over the moon") < 0 < mood.of("I'm over the moon")


def test_own_turns_are_named_far_better_than_by_vader_alone(mood: Mood) -> None:
    turns = [json.loads(line) for line in TURNS.read_text(encoding="utf-8").splitlines()]
    vader = SentimentIntensityAnalyzer()

    def named(compound: float) -> str:
        return "positive" if compound >= THRESHOLD else "negative" if compound <= -THRESHOLD else "neutral"

    kept_back = turns[1::2]
    right = sum(named(mood.of(turn["text"])) == turn["mood"] for turn in kept_back)
    alone = sum(named(vader.polarity_scores(turn["text"])["compound"]) == turn["mood"] for turn in kept_back)
    assert len(kept_back) >= 90
    assert right - alone >= 0.15 * len(kept_back)


def test_only_the_customer_counts(mood: Mood) -> None:
    call = call_of(Turn("customer", "it's a nightmare"), Turn("agent", "I am over the moon, wonderful, brilliant"))
    first, *rest = mood.quarters(call)
    assert first is not None
    assert first < 0
    assert rest == [None, None, None]


def test_quarters_go_by_time_where_there_are_times(mood: Mood) -> None:
    call = call_of(
        Turn("customer", "it's terrible", 0.0, 2.0),
        Turn("agent", "let me see", 2.0, 45.0),
        Turn("customer", "that is brilliant", 45.0, 80.0),
    )
    first, second, third, last = mood.quarters(call)
    assert first is not None
    assert third is not None
    assert first < 0 < third
    assert second is None
    assert last is None


def test_marks_change_no_mood(mood: Mood) -> None:
    plain = mood.of("it was awful")
    for text in ("it was %HESITATION awful", "it was [PII] awful", "it was <unk> awful", "[NAME] it was awful"):
        assert mood.of(text) == plain


def test_turns_without_words_do_not_count(mood: Mood) -> None:
    call = call_of(Turn("customer", "[noise]", 0, 1), Turn("customer", "--", 1, 2), Turn("customer", "<UNIN/>", 2, 3))
    assert mood.quarters(call) == (None, None, None, None)
    call = call_of(*(Turn("customer", text, 0, 1) for text in ("[PII] [NAME]", "%HESITATION", "***", "<crosstalk>")))
    assert mood.quarters(call) == (None, None, None, None)


def test_listening_noises_do_not_count_where_they_are_told(mood: Mood) -> None:
    call = call_of(Turn("customer", "awful"), Turn("customer", "lovely"))
    assert mood.quarters(call, frozenset({1}))[2] is None


def test_a_call_without_turns_has_no_mood(mood: Mood) -> None:
    assert mood.quarters(call_of()) == (None, None, None, None)


TIME = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True), st.floats(-5, 100))


@given(st.lists(st.builds(Turn, st.sampled_from(["agent", "customer"]), st.text(max_size=30), TIME, TIME), max_size=8))
def test_quarters_are_four_and_within_bounds(turns: list[Turn]) -> None:
    assert all(0 <= quarter <= 3 for quarter in quarters_of(turns))
    assert len(quarters_of(turns)) == len(turns)


@given(text=st.text(alphabet=st.sampled_from("the third time no't . ! ? , - \u2019 great [x] < {"), max_size=60))
def test_mood_is_within_bounds(mood: Mood, text: str) -> None:
    assert -1 <= mood.of(text) <= 1


IN_PHRASES = (
    "the third third-- time um uh I've called time, no thank thanks so much for nothing. over the moon it doesn't work"
    " still hasn't come not good enough that's just at all wait waiting hours been on hold a for an hour formal"
).split()


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(IN_PHRASES), max_size=12))
def test_phrases_are_found_from_their_first_words_as_from_every_word(mood: Mood, pieces: list[str]) -> None:
    text, words = " ".join(pieces), plain_words([piece.lower() for piece in pieces])
    phrases = mood._phrases
    anywhere = phrases.replaced_in(text, words, {ANY_WORD})
    assert phrases.replaced_in(text, words, phrases.beginnings(set(words))) == anywhere


def test_some_phrases_are_found_from_their_first_words(mood: Mood) -> None:
    words = "well this is the third time".split()
    beginnings = mood._phrases.beginnings(set(words))
    assert beginnings
    assert beginnings < set(words)
    text, found = mood._phrases.replaced_in(" ".join(words), words, beginnings)
    assert found
    assert len(text.split()) < len(words)
    assert not mood._phrases.beginnings({"well", "this", "is"})


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        ("good: 1\nbad: 7\n", 2, "7"),
        ("good: lots\n", 1, "lots"),
        ("good: 1\n\nno: -1\ngood: 2\n", 4, "good"),
        ("good: 1\n(third time: -2\n", 2, "not closed"),
        ("{number} times: -2\n", 1, ""),
        ("- good\n", 1, "lines such as"),
        ("good: [1\n", 2, ""),
        ("good: true\n", 1, "True"),
    ],
)
def test_a_broken_lexicon_is_named_by_line(tmp_path: Path, content: str, line: int, says: str) -> None:
    path = tmp_path / "lexicon.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RuleError) as raised:
        load_lexicon(path)
    assert raised.value.where.startswith(f"{path}:{line}")
    assert says in raised.value.what


def test_a_lexicon_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError) as raised:
        Mood(tmp_path / "none.yml")
    assert "none.yml" in raised.value.where


def test_a_lexicon_of_ones_own_replaces_the_built_in_one(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.yml"
    path.write_text("gurning: -3\nthe (big|red) light [is] on: 2\ngreat: null\n", encoding="utf-8")
    mine = Mood(path)
    assert mine.of("gurning") < 0 < mine.of("the red light on")
    assert mine.of("great") == 0.0
