"""What turns tell of a mood as ``coach/_mood.c`` tells it, against ``coach.sentiment`` and ``coach.valence``."""

from __future__ import annotations

import functools
import string
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SPECIAL_CASES

from coach import native
from coach.lexicon_phrases import EDGES, HESITATIONS
from coach.sentiment import Mood
from coach.valence import Valence

OFTEN = settings(max_examples=600, deadline=None, derandomize=True)
# Two places where phrases begin, and no phrase.
NO_PHRASES = [(0, "", "", ""), (0, "", "", "")]


@functools.cache
def both() -> tuple[Mood, Mood]:
    """Return the same moods, told in C and in Python."""
    if native.load("_mood") is None:
        pytest.skip("coach was installed without a compiler")
    in_c, in_python = Mood(), Mood()
    in_python._compiled = None
    return in_c, in_python


def assert_told_alike(text: str) -> None:
    in_c, in_python = both()
    assert repr(in_c._said(text)) == repr(in_python._said(text))


def told_in_c(text: object) -> Any:
    compiled: Any = both()[0]._compiled
    return compiled.of(text)


def is_told_in_c(text: str) -> bool:
    return told_in_c(text) is not None


# Words of the lexicon, of its phrases, and all that changes a valence; then few of them, which meet more often.
PHRASE_WORDS = sorted({word for _, word, _, _ in Mood()._phrases.tree()} - {""})
CHANGING = [*BOOSTER_DICT, *NEGATE, *SPECIAL_CASES, "no", "so", "this", "least", "but", "kind of", "nor", "isn't", "*"]
FACES = [":)", ":-(", ":D", "<3", "8-)", "x", "%)", "(-:", "'", "-", "--", "...", "!", "?", "!!!!!", "????", "_", "um"]
MARKS = ["<noise>", "[name]", "{pii}", "%hes", "%hes!", "<a [b] c>", "[", "{", "<", "%", "x%hes", "<" + "a" * 200 + ">"]
ODD = ["\u2019", "can\u2019t", "\u00df", "\u0130", "\u00a0", "\u2014", "\ud800", "\x00", "\x1c", "\U0001f601", "\u0663"]
WORDS = st.one_of(
    st.sampled_from(sorted(Valence().lexicon)),
    st.sampled_from(PHRASE_WORDS),
    st.sampled_from(CHANGING),
    st.sampled_from([*FACES, *MARKS]),
).flatmap(lambda word: st.sampled_from([word, word, word.upper(), f"({word}),", f"{word}!", f"*{word}*", f"{word}?."]))
FEW = st.sampled_from(
    "good BAD no or nor never so this without doubt at very least but kind of the bomb SO isn't x yeah right good! bad?"
    " great (sad) VERY sort to just enough stop die for".split()
)
IN_PHRASES = st.sampled_from(
    "the third third-- time um uh I've called time, no thank thanks so much for nothing. over the moon it doesn't work"
    " still hasn't come not good enough that's just at all wait waiting hours been on hold a an hour formal but GREAT"
    " bad".split()
)


@OFTEN
@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_moods_told_in_c_are_those_told_in_python(text: str) -> None:
    assert_told_alike(text)
    assert is_told_in_c(text) == text.isascii()


@OFTEN
@given(st.lists(st.one_of(FEW, FEW, IN_PHRASES), max_size=10).map(" ".join))
def test_words_that_change_each_other_change_alike(text: str) -> None:
    assert is_told_in_c(text)
    assert_told_alike(text)


@OFTEN
@given(st.lists(IN_PHRASES, max_size=14).map(" ".join))
def test_phrases_are_found_alike(text: str) -> None:
    assert is_told_in_c(text)
    assert_told_alike(text)


def test_each_phrase_is_found_in_c() -> None:
    (in_c, in_python), tree = both(), both()[0]._phrases.tree()

    def words_to(number: int) -> list[str]:
        before, word, _, _ = tree[number]
        return [*words_to(before), word] if number > 1 else []

    ends = [number for number, (_, _, token, ends_turn) in enumerate(tree) if token or ends_turn]
    assert len(ends) > 200
    for number in ends:
        # A gap may be any word, and what stands at the start of a turn is not found behind another word.
        text = " ".join(words_to(number)).replace("*", "xyz")
        for said in (text, f"xyz {text}", f"{text}. xyz", f"{text}! very {text}"):
            assert repr(in_c._said(said)) == repr(in_python._said(said)), said
    assert any(in_c._said(" ".join(words_to(number))) for number in ends)


@OFTEN
@given(st.lists(st.one_of(FEW, IN_PHRASES, st.sampled_from([*MARKS, *ODD, *FACES])), max_size=10), st.data())
def test_odd_texts_are_told_alike(pieces: list[str], data: st.DataObject) -> None:
    gaps = st.sampled_from([" ", " ", "", "\t", "\n", "\x1c", "\x85", "\u2003", "  "])
    assert_told_alike("".join(piece + data.draw(gaps) for piece in pieces))


@OFTEN
@example("good<" + "a" * 200 + ">bad")
@example("good<" + "a" * 201 + ">bad")
@given(st.text(st.sampled_from("<>[]{}% a!'\u2019_gobd"), max_size=24))
def test_marks_are_left_out_alike(text: str) -> None:
    assert_told_alike(text)
    assert_told_alike(f"good {text} bad")


@pytest.mark.parametrize("character", [*map(chr, range(128)), *EDGES])
def test_every_character_around_a_word_counts_alike(character: str) -> None:
    for word in ("great", "third time", "ok", "isn't bad", "BAD day"):
        for text in (character, f"{character}{word}", f"{word}{character}", f"a {character}{word}{character} b", word):
            assert_told_alike(text)
    assert all(mark in string.punctuation for mark in EDGES if mark.isascii())


@pytest.mark.parametrize("text", ["", " ", "...", "[name]", "<a> %hes", "-- ?!"])
def test_what_says_nothing_tells_nothing(text: str) -> None:
    in_c, _ = both()
    assert told_in_c(text) == ()
    assert in_c._said(text) is None


def test_moods_are_told_in_c_with_their_marks() -> None:
    in_c, in_python = both()
    valences, marks = told_in_c("this is GREAT! really? not bad!!")
    assert len(valences) == 2
    assert marks == "!?!!"
    assert in_python._said("this is GREAT! really? not bad!!") == in_c._vader.summed(valences, marks) > 0
    assert told_in_c("the third time! it is")[1] == "!"
    assert told_in_c("my phone number") == ([], "")


@pytest.mark.parametrize("text", [None, 1, b"good", ["good"]])
def test_what_is_no_text_is_refused(text: object) -> None:
    with pytest.raises(TypeError):
        told_in_c(text)
    assert_told_alike("good")


def told(**changes: Any) -> Any:
    part = native.load("_mood")
    if part is None:
        pytest.skip("coach was installed without a compiler")
    given = {"lexicon": {"good": 2.0}, "boosters": {"kind of": 1}, "idioms": {"to die for": 3}}
    given |= {"negating": ["not"], "of_idioms": ["die"], "hesitations": ["um"], "tree": NO_PHRASES} | changes
    return part.Told(*given.values())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lexicon", None),
        ("lexicon", {"good": "2"}),
        ("lexicon", {"good": None}),
        ("lexicon", {1: 2.0}),
        ("boosters", []),
        ("boosters", {"really": b""}),
        ("boosters", {"really": 10**400}),
        ("idioms", {"a b c d": 1}),
        ("idioms", {"\ud800 b": 1}),
        ("negating", ("not",)),
        ("of_idioms", [None]),
        ("hesitations", [2]),
        ("tree", []),
        ("tree", NO_PHRASES[:1]),
        ("tree", [*NO_PHRASES, None]),
        ("tree", [*NO_PHRASES, (0, "a", "b")]),
        ("tree", [*NO_PHRASES, ("0", "a", "b", "")]),
        ("tree", [*NO_PHRASES, (2, "a", "b", "")]),
        ("tree", [*NO_PHRASES, (-1, "a", "b", "")]),
        ("tree", [(0, "", "b", ""), NO_PHRASES[1]]),
    ],
)
def test_broken_lexicons_are_refused(name: str, value: object) -> None:
    assert told().of("good") == ([2.0], "")
    with pytest.raises((TypeError, ValueError, OverflowError)):
        told(**{name: value})


def test_a_lexicon_is_made_once_and_before_it_tells() -> None:
    found = told()
    with pytest.raises(RuntimeError, match="once"):
        found.__init__({}, {}, {}, [], [], [], NO_PHRASES)
    assert found.of("good") == ([2.0], "")
    kind: Any = type(found)
    empty = kind.__new__(kind)
    with pytest.raises(RuntimeError, match="first"):
        empty.of("good")


def test_words_beyond_ascii_in_a_lexicon_are_for_python_alone() -> None:
    tree = [*NO_PHRASES, (0, "caf\u00e9", "p", ""), (2, "good", "p", ""), (0, "really", "", "p")]
    found = told(lexicon={"caf\u00e9": 1.0, "good": 2.0, "p": -1.0}, tree=tree)
    assert found.of("caf\u00e9 good") is None
    assert found.of("good") == ([2.0], "")
    assert found.of("good really") == ([2.0, -1.0], "")
    assert found.of("really good") == ([2.0], "")


@pytest.mark.parametrize("root", [0, 1])
def test_a_phrase_may_begin_with_any_word(root: int) -> None:
    tree = [*NO_PHRASES, (root, "*", "", ""), (2, "time", "p", "")]
    found = told(lexicon={"p": -1.0}, tree=tree)
    assert found.of("next time") == found.of("good time") == ([-1.0], "")
    assert found.of("so next time") == ([] if root else [-1.0], "")
    assert found.of("time") == ([], "")


def test_more_words_than_there_is_room_for_at_first_are_all_known() -> None:
    words = {f"w{number}": float(number) for number in range(1, 30_000)}
    found = told(lexicon=words)
    assert found.of(" ".join(words)) == (list(words.values()), "")


def test_hesitations_do_not_break_a_phrase() -> None:
    assert HESITATIONS
    assert_told_alike("the um third uh time")
    assert both()[0]._said("the um third uh time") != 0.0
