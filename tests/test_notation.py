from __future__ import annotations

import re
from itertools import pairwise
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_rules import QUICK

from coach.notation import Choice, Gap, NotationError, Phrase, Slot, unfold


def shown(sequence: Phrase) -> str:
    """Return a sequence without choices as one line."""
    words = [
        atom if isinstance(atom, str) else f"<{atom.least}-{atom.most}>" if isinstance(atom, Gap) else f"{{{atom[0]}}}"
        for atom in sequence.atoms
    ]
    return " ".join([*(["^"] if sequence.starts_turn else []), *words, *(["$"] if sequence.ends_turn else [])])


def ways(phrase: str) -> set[str]:
    return {shown(way) for sequence in unfold(phrase) for way in sequence.spelt_out()}


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("so sorry", {"so sorry"}),
        ("(i am|we are) sorry", {"i am sorry", "we are sorry"}),
        ("i [do] apologise", {"i do apologise", "i apologise"}),
        ("[so|really] sorry", {"so sorry", "really sorry", "sorry"}),
        ("[very much|so] sorry", {"very much sorry", "so sorry", "sorry"}),
        ("my ... apologies", {"my <0-3> apologies"}),
        ("my ...5 apologies", {"my <0-5> apologies"}),
        ("through to *", {"through to <1-1>"}),
        ("a * * b", {"a <2-2> b"}),
        ("a ... * b", {"a <1-4> b"}),
        ("... a ...", {"a"}),
        ("* a", {"<1-1> a"}),
        ("^ sorry $", {"^ sorry $"}),
        ("^ sorry", {"^ sorry"}),
        ("sorry $", {"sorry $"}),
        ("this is {name} from {company}", {"this is {name} from {company}"}),
        ("room {number}", {"room {number}"}),
        ("a|b c", {"a", "b c"}),
        ("a (b|(c d|e)) [f [g]]", {f"a {m}{e}" for m in ("b", "c d", "e") for e in ("", " f", " f g")}),
        ("(a b)", {"a b"}),
        ("sorry ?", {"sorry ?"}),
        ("  spaced    out  ", {"spaced out"}),
    ],
)
def test_a_phrase_stands_for_its_sequences(phrase: str, expected: set[str]) -> None:
    assert ways(phrase) == expected


def test_choices_between_single_words_stay_choices() -> None:
    (sequence,) = unfold("(a|b) [c|d] e")
    assert sequence.atoms == (Choice(("a", "b"), False), Choice(("c", "d"), True), "e")
    assert len(list(sequence.spelt_out())) == 6


@pytest.mark.parametrize("phrase", ["a ... b", "a * b", "{name} here"])
def test_gaps_and_slots_are_not_literal(phrase: str) -> None:
    (sequence,) = unfold(phrase)
    assert {Gap, Slot} & set(map(type, sequence.atoms))


def test_sequences_come_in_the_order_written_and_once() -> None:
    assert [shown(sequence) for sequence in unfold("(z y|b c|z y)")] == ["z y", "b c"]


@pytest.mark.parametrize(
    ("phrase", "column", "what"),
    [
        ("(a|b", 0, "not closed"),
        ("so [a", 3, "not closed"),
        ("a (b]", 2, "not closed"),
        ("a)", 1, "closes nothing"),
        ("a b]", 3, "closes nothing"),
        ("so ()", 3, "empty choice"),
        ("(a|)", 0, "empty choice"),
        ("is {nam}", 3, "unknown slot {nam}"),
        ("a { b", 2, "cannot read '{'"),
        ("a }", 2, "cannot read '}'"),
        ("a ^ b", 2, "'^' can only come first"),
        ("a $ b", 2, "'$' can only come last"),
        ("(^ a|b)", 1, "can only come first"),
        ("a ...0 b", 2, "1 to 20 words"),
        ("a ...21 b", 2, "1 to 20 words"),
        ("a ..." + "9" * 5000 + " b", 2, "1 to 20 words"),
        ("...", 0, "at least one word"),
        ("", 0, "at least one word"),
        ("^ $", 0, "at least one word"),
        ("[a]", 0, "at least one word"),
        ("* ... *", 0, "at least one word"),
        ("(a|b c)" * 12, 0, "4096 sequences"),
    ],
)
def test_a_mistake_is_told_with_its_column(phrase: str, column: int, what: str) -> None:
    with pytest.raises(NotationError) as caught:
        unfold(phrase)
    assert caught.value.column == column
    assert what in caught.value.what


def phrases() -> st.SearchStrategy[str]:
    """Phrases that are well formed or nearly so."""
    pieces = st.sampled_from(["a", "b", "don't", "...", "...5", "*", "{name}", "?"])

    def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        several = st.lists(inner, min_size=1, max_size=3)
        return st.one_of(
            several.map(" ".join),
            several.map(lambda parts: f"({'|'.join(parts)})"),
            several.map(lambda parts: f"[{'|'.join(parts)}]"),
        )

    return st.tuples(
        st.sampled_from(["", "^ "]), st.recursive(pieces, grown, max_leaves=12), st.sampled_from(["", " $"])
    ).map("".join)


@QUICK
@given(phrases())
def test_what_is_spelt_out_holds_words_of_the_phrase_only(phrase: str) -> None:
    try:
        sequences = unfold(phrase)
    except NotationError:
        return
    written = set(re.findall(r"[^\s()\[\]|^$*{}]+", phrase))
    for sequence in sequences:
        spelt = list(sequence.spelt_out())
        choices = [atom for atom in sequence.atoms if isinstance(atom, Choice)]
        assert len(spelt) == prod(len(choice.words) + choice.optional for choice in choices)
        for way in spelt:
            assert not any(isinstance(atom, Choice) for atom in way.atoms)
            assert any(isinstance(atom, str | Slot) for atom in way.atoms)
            assert {atom for atom in way.atoms if isinstance(atom, str)} <= written
            assert (way.starts_turn, way.ends_turn) == (phrase.startswith("^"), phrase.endswith("$"))
            assert not any(isinstance(a, Gap) and isinstance(b, Gap) for a, b in pairwise(way.atoms))


@QUICK
@given(st.text(st.sampled_from("ab ()[]|.*^${}5é\n"), max_size=25))
def test_any_text_is_read_or_refused_with_a_column_inside_it(phrase: str) -> None:
    column = 0
    try:
        unfold(phrase)
    except NotationError as error:
        column = error.column
    assert 0 <= column <= len(phrase)
