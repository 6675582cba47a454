"""The words of calls as ``coach/_words.c`` tells them apart, against those of ``coach.wording``."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_rules import QUICK, listener

from coach import native
from coach.datafiles import PACKAGE
from coach.gaps import BREAK
from coach.native import PARTS, PLAIN, are_built
from coach.wording import Wording

LISTENER = listener()
# All that a token can be made of, and what ends one, is taken for one, or is not told apart in C.
PIECES = [
    *("it", "That", "he", "Let", "how", "we", "you", "i", "I", "o", "O", "k", "K", "s", "m", "t", "re", "ve", "ll"),
    *("hi", "ok", "sorry", "so", "um", "a", "b", "x", "xxx", "12", "123456", "0", "_", "'", "’", "‘", "`", "´", "ʼ"),
    *("-", "–", ".", ",", "?", "!", "…", " ", " ", " ", " ", "\n", "\t", "\r", "\x1c", "\x00", "\u00a0", "<", ">"),
    *("[", "]", "(", ")", "{", "}", "%", "%hes", "<name>", "[name]", "[noise]", "(laughs)", "{name}", "é", "\u017f"),
    *("世", "\U0001f600", "²", "£", "€", "“", "”", "—", "can't", "thankyou", "yeah", "A" * 45, "\u212a"),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


def in_c(turns: list[str]) -> object:
    part = native.load("_words")
    if part is None:
        pytest.skip("coach was installed without a compiler")
    wording = LISTENER.wording
    return part.Words(wording.known, wording.learn, wording.words, BREAK).of(turns)


@QUICK
@given(st.lists(TEXTS, max_size=4))
def test_the_words_in_c_are_those_in_python(turns: list[str]) -> None:
    assert in_c(turns) == LISTENER._words_of(turns)


@pytest.mark.parametrize("turns", [[], [""], ["?"], ["so so so"], ["a b a b a b", "a b"], ["it s", "i m s"], ["O.K."]])
def test_the_words_in_c_are_those_in_python_at_the_edges(turns: list[str]) -> None:
    assert in_c(turns) == LISTENER._words_of(turns)


def test_words_met_before_are_forgotten_in_the_middle_of_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coach.wording.MOST_KNOWN", 2)
    turns = ["one two three four one two three five", "five six seven"]
    assert in_c(turns) == LISTENER._words_of(turns)
    assert len(LISTENER.wording.known) <= 2


@pytest.mark.parametrize("turns", ["text", [1], [None], ("a",)])
def test_what_is_no_list_of_texts_is_refused(turns: object) -> None:
    with pytest.raises(TypeError):
        in_c(turns)  # type: ignore[arg-type]
    assert in_c(["a"]) == LISTENER._words_of(["a"])


@pytest.mark.parametrize("learnt", [None, ("a",), (("a",),), ((1, 2),), ()])
def test_what_is_learnt_has_to_be_words(learnt: object) -> None:
    part = native.load("_words")
    if part is None:
        pytest.skip("coach was installed without a compiler")
    known: dict[str, object] = {}

    def learn(written: str) -> None:
        known[written] = learnt

    found = part.Words(known, learn, LISTENER.wording.words, BREAK)
    if learnt == ():
        assert found.of(["a"]) == ([BREAK], [BREAK], [1], [1], [0], [0])
    else:
        with pytest.raises(TypeError):
            found.of(["a"])


def test_an_error_on_the_way_is_passed_on_and_the_next_call_is_read() -> None:
    part = native.load("_words")
    if part is None:
        pytest.skip("coach was installed without a compiler")
    known: dict[str, tuple[tuple[str, str], ...]] = {"a": (("a", "a"),)}

    def learn(written: str) -> None:
        raise LookupError(written)

    found = part.Words(known, learn, Wording.words, BREAK)
    with pytest.raises(LookupError, match="b"):
        found.of(["a", "a b"])
    assert found.of(["a"]) == (["a", BREAK], ["a", BREAK], [0, 1], [1, 1], [0], [1])
    with pytest.raises(RuntimeError, match="once"):
        found.__init__(known, learn, Wording.words, BREAK)


def test_words_are_of_one_call_at_a_time() -> None:
    part = native.load("_words")
    if part is None:
        pytest.skip("coach was installed without a compiler")
    known: dict[str, tuple[tuple[str, str], ...]] = {}

    def learn(written: str) -> None:
        with pytest.raises(RuntimeError, match="one call at a time"):
            found.of(["c"])
        known[written] = ((written, written),)

    found = part.Words(known, learn, Wording.words, BREAK)
    assert found.of(["a"])[0] == ["a", BREAK]


def test_every_source_in_c_is_a_part() -> None:
    assert sorted(PARTS) == sorted(path.stem for path in PACKAGE.glob("_*.c"))


def test_no_part_is_compiled_where_it_is_not_wanted_or_of_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    if not are_built():
        pytest.skip("coach was installed without a compiler")
    monkeypatch.delenv(PLAIN, raising=False)
    for part in PARTS:
        assert native.load(part) is not None
        with monkeypatch.context() as patch:
            patch.setattr(f"coach.{part}.VERSION", -1)
            assert native.load(part) is None
        with monkeypatch.context() as patch:
            patch.setenv(PLAIN, "1")
            assert native.load(part) is None
