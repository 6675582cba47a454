"""VADER's compound without the work that most texts do not need: the same to the last digit."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SPECIAL_CASES, SentimentIntensityAnalyzer

from coach.valence import Valence

VADER = SentimentIntensityAnalyzer()
OURS = Valence()
TELLING = st.sampled_from(sorted(VADER.lexicon))
CHANGING = st.sampled_from(
    [*BOOSTER_DICT, *NEGATE, *SPECIAL_CASES, "no", "so", "this", "least", "but", "kind of", "nor"]
)
PLAIN = st.sampled_from(
    ["the", "phone", "Bill", "PHONE", "hasn't", "\u00df", "\u0130", ":)", "!", "!!!", "??", "-", "\n"]
)
EMOJIS = st.sampled_from([*list(VADER.emojis)[:20], "fine\U0001f601", "\U0001f601"])
WORDS = st.one_of(TELLING, CHANGING, PLAIN, EMOJIS).flatmap(
    lambda word: st.sampled_from([word, word.upper(), f"({word}),"])
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_compound_is_vaders_own(text: str) -> None:
    assert repr(OURS.compound(text)) == repr(VADER.polarity_scores(text)["compound"])


# Each of these is a step of VADER's that plain words seldom take; in a row of few kinds of words they meet.
FEW = st.sampled_from(
    "good BAD no or nor never so this without doubt at very least but kind of the bomb SO isn't x yeah right good! bad?"
    " great (sad) VERY sort to".split()
)


@settings(max_examples=600, deadline=None, derandomize=True)
@given(st.lists(FEW, max_size=9).map(" ".join))
def test_compound_is_vaders_own_where_many_words_change_few(text: str) -> None:
    assert repr(OURS.compound(text)) == repr(VADER.polarity_scores(text)["compound"])


def test_equal_valences_on_both_sides_of_a_but_are_vaders_own() -> None:
    for text in ("good x but good", "good but good good", "bad bad but bad bad", "good bad but x bad good but good"):
        assert OURS.compound(text) == VADER.polarity_scores(text)["compound"] != 0.0


def test_words_near_a_telling_one_change_it_and_others_do_not() -> None:
    plain = OURS.compound("the help was good")
    assert plain > 0
    for text in (
        "the help was not good",
        "the help was very good",
        "the help was the least good",
        "good but slow help",
    ):
        assert OURS.compound(text) == VADER.polarity_scores(text)["compound"] != plain
    assert OURS.compound("not that there was any other help, good") == plain


def test_changes_of_the_lexicon_count() -> None:
    ours = Valence()
    ours.lexicon["router"] = -3.0
    assert OURS.compound("my router") == 0.0 > ours.compound("my router")
