"""The matcher of phrases against the plainest possible reading of the notation."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from small_rules import QUICK

from coach.gaps import BREAK, STOPS, Names
from coach.native import PLAIN
from coach.notation import Atom, Gap, NotationError, Phrase, unfold
from coach.phrase_table import table_of
from coach.phrases import EITHER, Finder, Hit, Phrases, finder

NOBODY = Names(frozenset(), frozenset())
FORMS = {"don't": ("do", "not")}


def forms(word: str) -> tuple[str, ...]:
    return FORMS.get(word, (word,))


def found(phrase: str, words: Sequence[str]) -> set[tuple[int, int]]:
    phrases = Phrases(NOBODY)
    phrases.add("m", table_of([phrase], [], forms), EITHER)
    texts = [*words, BREAK]
    return {(match.start, match.end) for match in phrases.find(texts, texts)}


def plainly_found(phrase: str, words: Sequence[str]) -> set[tuple[int, int]]:
    spans: set[tuple[int, int]] = set()
    for sequence in unfold(phrase):
        for way in sequence.spelt_out():
            atoms = [form for atom in way.atoms for form in (forms(atom) if isinstance(atom, str) else (atom,))]
            spans |= {(start, end) for start in range(len(words)) for end in ends(atoms, words, start)}
    return spans


def ends(atoms: Sequence[Atom], words: Sequence[str], at: int) -> set[int]:
    if not atoms:
        return {at}
    first, rest = atoms[0], atoms[1:]
    if isinstance(first, Gap):
        reach = range(at + first.least, min(at + first.most, len(words)) + 1)
        return {end for stop in reach if not STOPS & set(words[at:stop]) for end in ends(rest, words, stop)}
    return ends(rest, words, at + 1) if words[at : at + 1] == [first] else set()


def ends_in_doubt(phrase: Phrase) -> bool:
    """Say whether a gap stands next to an optional end: how far such a phrase reaches is not laid down."""
    return any(
        (isinstance(one, Gap) and not isinstance(other, str)) or (isinstance(other, Gap) and not isinstance(one, str))
        for one, other in pairwise(phrase.atoms)
    )


def phrases() -> st.SearchStrategy[str]:
    words = st.sampled_from(["a", "b", "c", "don't"])
    choice = st.lists(st.one_of(words, st.just("b c"), st.just("d a")), min_size=2, max_size=3, unique=True)
    pieces = st.one_of(
        words,
        words,
        choice.map(lambda ways: f"({'|'.join(ways)})"),
        choice.map(lambda ways: f"[{'|'.join(ways)}]"),
        st.sampled_from(["...", "...1", "*", "(d|e|f|g|h|i|j|k|l|m|n|o|p|q|r|s|t|u|v|w|x|y|z)"]),
    )
    return st.lists(pieces, min_size=1, max_size=5).map(" ".join)


@QUICK
@given(phrases(), st.lists(st.sampled_from(["a", "b", "c", "d", "do", "not", "e", "?"]), max_size=9))
def test_phrases_stand_where_a_plain_reading_finds_them(phrase: str, words: list[str]) -> None:
    try:
        sequences = unfold(phrase)
    except NotationError:
        assume(False)
        raise
    assume(not any(ends_in_doubt(sequence) for sequence in sequences))
    for sequence in sequences:
        for way in sequence.spelt_out():
            assume(all(one != other for one, other in pairwise(way.atoms)))
    assert found(phrase, words) == plainly_found(phrase, words)


# Words of every kind that a phrase may ask for, or a gap pass over or stop at.
SPOKEN = st.sampled_from(["a", "b", "c", "d", "do", "not", "e", "?", "Ana", "Bo", "seven", "{name}", "{any}", "{word}"])
PEOPLE = Names(frozenset({"ana"}), frozenset({"a", "b"}))


def any_phrase() -> st.SearchStrategy[str]:
    slots = st.sampled_from(["{name}", "{number}", "...5 d", "* * *", "[a|b] ...1"])
    ends = st.tuples(st.sampled_from(["", "", "^ "]), phrases() | slots, st.sampled_from(["", "", " $"]))
    return ends.map("".join).filter(is_phrase)


def is_phrase(phrase: str) -> bool:
    try:
        list(unfold(phrase))
    except NotationError:
        return False
    return True


def hits_of(
    found_by: Finder, moments: Sequence[tuple[list[str], list[str]]], turns: Sequence[list[str]]
) -> dict[str, list[Hit]]:
    for number, (any_of, but_not) in enumerate(moments):
        found_by.add(f"m{number}", table_of(any_of, but_not, forms), number)
    texts: list[str] = []
    firsts: list[int] = []
    lasts: list[int] = []
    for turn in turns:
        firsts.append(len(texts))
        texts += turn
        lasts.append(len(texts) - (turn[-1:] == ["?"]))
        texts.append(BREAK)
    places = list(range(len(texts)))
    norms = [text.lower() for text in texts]
    roles = [number % 4 for number in range(len(turns))]
    return found_by.hits(texts, norms, places, [place + 1 for place in places], firsts, lasts, roles)


@QUICK
@given(
    st.lists(st.tuples(st.lists(any_phrase(), min_size=1, max_size=3), st.lists(any_phrase(), max_size=2)), max_size=3),
    st.lists(st.lists(SPOKEN, max_size=9), max_size=4),
)
def test_the_compiled_search_finds_what_the_plain_one_does(
    moments: list[tuple[list[str], list[str]]], turns: list[list[str]]
) -> None:
    compiled = finder(PEOPLE)
    if isinstance(compiled, Phrases):
        pytest.skip("coach was installed without a compiler")
    assert hits_of(compiled, moments, turns) == hits_of(Phrases(PEOPLE), moments, turns)


def test_the_compiled_search_can_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLAIN, "1")
    assert isinstance(finder(PEOPLE), Phrases)


@pytest.mark.skipif(shutil.which("cc") is None, reason="there is no C compiler here")
def test_the_compiled_search_was_built_where_there_is_a_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PLAIN, raising=False)
    assert not isinstance(finder(PEOPLE), Phrases)


def test_the_compiled_search_makes_named_tuples_alone() -> None:
    part = pytest.importorskip("coach._phrases", reason="coach was installed without a compiler")
    for wrong in (Hit._make, int, 5):
        with pytest.raises(TypeError, match="named tuple"):
            part.Phrases([BREAK, "?"], lambda *_: True, wrong)


SOUND = {"literal": {"a": [0]}, "gapped": {"a": [0]}, "gaps": [[0, [0], []]], "steps": [[["b"], 1, 1, ""]]}
BROKEN = [
    {"literal": []},
    {"literal": {"a": 3}},
    {"literal": {"a": [8]}},
    {"literal": {"a": [-80_000_000]}},
    {"literal": {"a": [2**40]}},
    {"literal": {"a": [2**70]}},
    {"literal": {"a": [None]}},
    {"literal": {5: [0]}},
    {"gapped": {"a": [1]}},
    {"gapped": {"a": [-1]}},
    {"gaps": [7]},
    {"gaps": [[0]]},
    {"gaps": [[0, 5, 6]]},
    {"gaps": [[99_999, [0], []]]},
    {"gaps": [[0, [1], []]]},
    {"gaps": [[0, [-5], []]]},
    {"steps": [5]},
    {"steps": [[["b"]]]},
    {"steps": [[5, 1, 1, ""]]},
    {"steps": [[["b"], 1, 1, None]]},
    {"steps": [[["b"], -3, 1, ""]]},
    {"steps": [[["b"], 1, 2**40, ""]]},
    {"steps": [[[["b"]], 1, 1, ""]]},
]


@pytest.mark.parametrize("broken", [*BROKEN, None], ids=str)
def test_the_compiled_search_takes_no_broken_table(broken: dict[str, object] | None) -> None:
    compiled = finder(PEOPLE)
    if isinstance(compiled, Phrases):
        pytest.skip("coach was installed without a compiler")
    with pytest.raises((TypeError, ValueError, OverflowError)):
        compiled.add("m", {} if broken is None else {**SOUND, **broken}, EITHER)  # type: ignore[typeddict-item]
    # What was added of it leads nowhere.
    compiled.add("sound", SOUND, EITHER)  # type: ignore[arg-type]
    assert "sound" in compiled.hits(["b", "a", BREAK], ["b", "a", BREAK], [0, 2, 3], [1, 3, 3], [0], [2], [EITHER])


def test_the_compiled_search_wants_words_to_be_in_a_turn() -> None:
    compiled = finder(PEOPLE)
    if isinstance(compiled, Phrases):
        pytest.skip("coach was installed without a compiler")
    assert compiled.hits([], [], [], [], [], [], []) == {}
    with pytest.raises(ValueError, match="as many"):
        compiled.hits(["a", BREAK], ["a", BREAK], [0, 1], [1, 1], [], [], [])


def test_the_compiled_search_is_for_one_call_at_a_time() -> None:
    Compiled = pytest.importorskip("coach._phrases", reason="coach was installed without a compiler").Phrases
    words = ["a", BREAK]
    told: list[str] = []

    def asks_meanwhile(slot: str, text: str, norm: str) -> bool:
        with pytest.raises(RuntimeError, match="one call at a time") as error:
            compiled.hits(words, words, [0, 1], [1, 1], [0], [1], [EITHER])
        told.append(str(error.value))
        return False

    compiled = Compiled([BREAK, "?"], asks_meanwhile, Hit)
    compiled.add("m", {**SOUND, "gaps": [[0, [], [0]]], "steps": [[[], 1, 1, "name"]]}, EITHER)
    assert compiled.hits(["a", "a", BREAK], ["a", "b", BREAK], [0, 1, 2], [1, 2, 2], [0], [2], [EITHER])
    assert told
