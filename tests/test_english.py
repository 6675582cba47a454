"""What is told of a word without spaCy is what spaCy's blank English pipeline makes of it."""

from __future__ import annotations

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from small_rules import QUICK
from spacy.lang.en.lex_attrs import like_num
from spacy.lang.en.stop_words import STOP_WORDS

from coach import english
from coach.datafiles import rules_folder
from coach.gaps import NUMBER_WORDS, is_number

NLP = spacy.blank("en")
WORDS_OF_RULES = sorted(
    {
        word
        for path in rules_folder().rglob("*.yml")
        for line in path.read_text("utf-8").splitlines()
        for word in line.lower().replace("|", " ").split()
        if word.replace("'", "").isalnum()
    }
)
WORDS = st.from_regex(r"[a-zéñßж]{1,8}('[a-zé]{1,4}){0,2}|[0-9]{1,4}[a-z]{0,3}|[a-z]{1,3}[0-9]{1,3}", fullmatch=True)


def parted(word: str) -> tuple[str, ...]:
    return tuple(token.norm_.lower() for token in NLP.tokenizer(word))


def test_the_words_of_the_rules_are_told_and_parted_as_by_spacy() -> None:
    told = {word: english.told(word) for word in WORDS_OF_RULES}
    assert len(told) > 4_000
    assert [word for word, parts in told.items() if parts is None and "'" not in word] == []
    assert {word: parts for word, parts in told.items() if parts is not None and parts != parted(word)} == {}


def test_exceptions_are_parted_as_by_spacy() -> None:
    words = [word for word in NLP.tokenizer.rules if word == word.lower()]
    assert len(words) > 500
    assert [word for word in words if english.norms(word) != parted(word)] == []


@pytest.mark.parametrize("word", ["i'm", "dont", "mother's", "o'clock", "15", "3rd", "1990s", "b12", "café", "gonna"])
def test_of_common_words_spacy_need_not_be_asked(word: str) -> None:
    assert english.told(word) == parted(word)


@pytest.mark.parametrize("word", ["5km", "10mb", "don't's", "o'neil's", "a'b'c", "½", "12²"])
def test_of_odd_words_spacy_is_asked(word: str) -> None:
    assert english.told(word) is None
    assert english.norms(word) == parted(word)


@QUICK
@given(WORDS)
def test_any_word_is_parted_as_by_spacy(word: str) -> None:
    assert english.norms(word) == parted(word)


def test_stop_words_are_those_of_spacy() -> None:
    assert english.stop_words() == STOP_WORDS


@QUICK
@given(st.one_of(WORDS, st.sampled_from(sorted(NUMBER_WORDS)), st.sampled_from(WORDS_OF_RULES)))
def test_numbers_are_those_of_spacy(word: str) -> None:
    assert is_number(word) == like_num(word)
