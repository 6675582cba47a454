from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_rules import QUICK, listener

from coach.datafiles import rules_folder
from coach.errors import RuleError
from coach.wording import Wording, load_word_lists

WORDING: Wording = listener().wording
SORRY = ["i", "am", "so", "sorry"]


def words(text: str) -> list[str]:
    return [word.lower() for word in WORDING.words(text).texts]


def slices(text: str) -> list[str]:
    found = WORDING.words(text)
    return [text[begin:end] for begin, end in zip(found.begins, found.ends, strict=True)]


@pytest.mark.parametrize(
    "text",
    [
        "I'm so sorry.",
        "I’m so sorry!",
        "I´m so sorry",
        "I AM SO SORRY",
        "im so sorry",
        "i m so sorry",
        "i'm so, sorry",
        "I'm, uh, I'm s- so sorry",
        "I am, I am so so sorry",
        "So- I'm so um sorry",
        "i'm <laughs> so [noise] sorry",
        "I'm (laughs) so sorry (inaudible 00:12)",
        "I'm so sor- sorry",
    ],
)
def test_clean_verbatim_and_raw_spellings_give_the_same_words(text: str) -> None:
    assert words(text) == SORRY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("o k", ["okay"]),
        ("O.K. then", ["okay", "then"]),
        ("ok", ["okay"]),
        ("o_k", ["okay"]),
        ("look", ["look"]),
        ("can't", ["can", "not"]),
        ("can t do", ["can", "not", "do"]),
        ("CAN’T", ["can", "not"]),
        ("don t", ["do", "not"]),
        ("at six p m", ["at", "six", "p", "m"]),
        ("we ll see", ["we", "will", "see"]),
        ("i m-um", ["i", "m"]),
        ("thankyou", ["thank", "you"]),
        ("um", []),
        ("sor- ", []),
        ("well-known", ["well", "known"]),
        ("what? what?", ["what", "?"]),
        ("Sorry?", ["sorry", "?"]),
        ("", []),
        (" \t\n ", []),
        ("... -- !", []),
        ("snake_case", ["snake", "case"]),
        ("call 020 7946", ["call", "020", "7946"]),
        ("call 02079460000", ["call", "{number}"]),
        ("So so sorry", ["so", "sorry"]),
        ("thank you thank you thank you", ["thank", "you"]),
        ("no no no", ["no"]),
    ],
)
def test_words_as_they_are_compared(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[name]", ["{name}"]),
        ("[NAME]", ["{name}"]),
        ("[first name]", ["{name}"]),
        ("<name>", ["{name}"]),
        ("[business] here", ["{company}", "here"]),
        ("[number]", ["{number}"]),
        ("[PII]", ["{any}"]),
        ("[redacted]", ["{any}"]),
        ("[PII-Name]", ["{name}"]),
        ("[CREDIT_DEBIT_NUMBER]", ["{number}"]),
        ("<PERSON>", ["{name}"]),
        ("{NAME_1}", ["{name}"]),
        ("{{phone}}", ["{number}"]),
        ("{laughs} yes {noise loud}", ["yes"]),
        ("{well} yes", ["well", "yes"]),
        ("XXXX", ["{any}"]),
        ("%HESITATION yes", ["yes"]),
        ("50 % yes", ["50", "yes"]),
        ("*** yes", ["yes"]),
        ("[unheard-of thing]", ["{word}"]),
        ("[noise]", []),
        ("<sigh>", []),
        ("[]", []),
        ("[12]", []),
        ("(laughs, inaudible)", []),
        ("(laughs at him)", ["laughs", "at", "him"]),
        ("(thank goodness)", ["thank", "goodness"]),
        ("[" + "long " * 10 + "]", ["long"]),
    ],
)
def test_marks_of_the_transcriber(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_word_points_at_the_text_it_came_from() -> None:
    text = "Well, I’m  [noise] very sorry."
    assert slices(text) == ["Well", "I’m", "I’m", "very", "sorry"]


def test_a_repeated_word_covers_all_its_repeats() -> None:
    assert slices("so, so, so sorry") == ["so, so, so", "sorry"]


def test_a_repeated_pair_covers_all_its_repeats() -> None:
    assert slices("i am i am here") == ["i am i", "am i am", "here"]


def test_a_single_word_keeps_its_capital_to_tell_a_name() -> None:
    assert WORDING.words("This is Ana").texts == ["This", "is", "Ana"]


@pytest.mark.parametrize(
    "phrase", ["sorry.", "sorry,", "SORRY", "don’t", "ta-ra", "e-mail", "o.k.", "24/7", "Im", "um", "?"]
)
def test_a_phrase_is_read_as_a_transcript_is(phrase: str) -> None:
    assert list(WORDING.of_phrase(phrase)) == words(phrase)


def test_the_same_text_gives_the_same_words_twice() -> None:
    assert WORDING.words("Thankyou, I'm [name]") == WORDING.words("Thankyou, I'm [name]")


@QUICK
@given(st.one_of(st.text(max_size=60), st.text(st.sampled_from("ab IO'’mk.-?[]<>() \n²ßİ"), max_size=40)))
def test_offsets_lie_in_the_text_and_never_go_back(text: str) -> None:
    found = WORDING.words(text)
    assert len(found.texts) == len(found.begins) == len(found.ends)
    assert all(0 <= begin < end <= len(text) for begin, end in zip(found.begins, found.ends, strict=True))
    assert found.begins == sorted(found.begins)
    assert all(found.texts)
    lower = [word.lower() for word in found.texts]
    assert all(word != after for word, after in pairwise(lower))


@QUICK
@given(
    st.lists(st.sampled_from(["i", "am", "sorry", "the", "bill"]), max_size=8),
    st.sampled_from([" ", ", ", " um ", ". "]),
)
def test_fillers_and_punctuation_change_no_words(said: list[str], between: str) -> None:
    assert words(between.join(said)) == words(" ".join(said))


def test_the_built_in_lists_can_be_read() -> None:
    lists = load_word_lists(rules_folder() / "words.yml")
    assert lists.marks["name"] == "{name}"
    assert lists.variants["gonna"] == ("going", "to")
    assert "um" in lists.fillers


def test_missing_word_lists_are_named(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"words\.yml: the word lists are missing"):
        load_word_lists(tmp_path / "words.yml")


@pytest.mark.parametrize("text", ["fillers: [um]", "[a, b]", "variants: 3", "variants: {a: 3}", "variants: [", ""])
def test_broken_word_lists_are_named_with_what_they_need(tmp_path: Path, text: str) -> None:
    path = tmp_path / "words.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(RuleError, match=r"words\.yml: the word lists cannot be read .*(.|\n)*It needs variants"):
        load_word_lists(path)
