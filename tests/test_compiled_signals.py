"""The signals that ``coach/_signals.c`` finds, against those of ``coach.signals``."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_rules import QUICK, call_of_turns, listener

from coach import native
from coach.language import Hit
from coach.signals import IN_C, SIGNALS, Signals, _is_ring, traits

LISTENER = listener()
LISTS = LISTENER.wording.lists
RINGS = functools.partial(_is_ring, rings=LISTS.signals["rings"])
# Of every list that a signal asks, and what sentences are made of.
WORDS = [
    *sorted({word for name in LISTS.signals for word in sorted(LISTS.signals[name])[:4]}),
    *("sorry", "i am sorry", "i", "am", "seven", "42", "42", "b", "{number}", "[number]", "yeah", "mm", "pardon"),
    *("table", "Billing", "hardware", "booking", "the", "an", "?", "?", ".", "…", "!", ",", "\u2003", "\u00a0", "\n"),
    *("[ringing]", "(music)", "<b>", "[", "]", "(", ">", "[Ringing tone", "r" * 45),
]
SAID = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
ROLES = st.sampled_from(["agent", "customer", "other", "unknown"])


@QUICK
@given(st.lists(st.tuples(ROLES, SAID), max_size=7))
def test_the_signals_in_c_are_those_in_python(turns: list[tuple[Any, str]]) -> None:
    spoken = LISTENER.read(call_of_turns(turns))
    signals = Signals(list(SIGNALS))
    found = signals.of(spoken, [turn.who for turn in spoken.call.turns])
    if signals._compiled is None:
        pytest.skip("coach was installed without a compiler")
    assert dict(zip(SIGNALS, found, strict=True)) == {name: signal(spoken) for name, signal in SIGNALS.items()}


LABELS = st.sampled_from(["A", "B", "C"])


@QUICK
@given(st.lists(st.tuples(LABELS, SAID), max_size=7))
def test_speakers_are_told_apart_by_what_their_labels_say(turns: list[tuple[str, str]]) -> None:
    plain = call_of_turns([("unknown", text) for _, text in turns])
    # Texts that are equal, and no two of them one object.
    told = [turn._replace(speaker=f"speaker {name}") for turn, (name, _) in zip(plain.turns, turns, strict=True)]
    spoken = LISTENER.read(replace(plain, turns=tuple(told)))
    found = made().of(
        [turn.text for turn in told], spoken.norms, spoken.begins, spoken.ends, spoken.firsts, spoken.lasts,
        [turn.who for turn in told], spoken.flow.real,
    )  # fmt: skip
    assert dict(zip(IN_C, found, strict=True)) == {name: SIGNALS[name](spoken) for name in IN_C}


def test_a_word_has_the_traits_that_its_lists_give_it() -> None:
    assert traits("yeah", LISTS) & 1 << 11
    assert traits("the", LISTS) & 1
    assert traits("{name}", LISTS) & 2
    assert traits("7", LISTS) & 12 == 12
    assert traits("hardware", LISTS) == 0
    assert traits("", LISTS) == 0


def made() -> Any:
    part = native.load("_signals")
    if part is None:
        pytest.skip("coach was installed without a compiler")
    return part.Signals(lambda word: traits(word, LISTS), LISTS.signals["opens_question"], RINGS, Hit)


CALL: dict[str, Any] = {
    "texts": ["Hardware"], "norms": ["hardware", "\n"], "begins": [0, 8], "ends": [8, 8], "firsts": [0], "lasts": [1],
    "sides": ["agent"], "real": (True,),
}  # fmt: skip


def test_what_it_finds_stands_in_the_order_of_its_names() -> None:
    found = dict(zip(IN_C, made().of(*CALL.values()), strict=True))
    assert {name: hits for name, hits in found.items() if hits} == {
        "nominal_opening": [Hit(0, 0, 8)],
        "nominal_turn": [Hit(0, 0, 8)],
    }


def test_a_place_made_in_c_is_kept_in_sets_as_any_other() -> None:
    (found,) = dict(zip(IN_C, made().of(*CALL.values()), strict=True))["nominal_turn"]
    assert type(found) is Hit
    assert hash(found) == hash((0, 0, 8))
    assert {found, Hit(0, 0, 8)} == {found}


@pytest.mark.parametrize(
    "wrong",
    [
        {"texts": []},
        {"texts": [None]},
        {"norms": ["hardware"]},
        {"norms": [None, 3]},
        {"begins": [0]},
        {"ends": 7},
        {"firsts": [0, 1]},
        {"firsts": [-1]},
        {"firsts": ["x"]},
        {"firsts": [2]},
        {"lasts": [3]},
        {"lasts": [2**70]},
        {"sides": []},
        {"sides": [None]},
        {"real": ()},
    ],
    ids=str,
)
def test_what_is_no_call_is_refused(wrong: dict[str, Any]) -> None:
    signals = made()
    with pytest.raises((TypeError, ValueError, OverflowError)):
        signals.of(*{**CALL, **wrong}.values())
    assert any(signals.of(*CALL.values()))


def test_signals_are_of_one_call_at_a_time_and_pass_errors_on() -> None:
    part = native.load("_signals")
    if part is None:
        pytest.skip("coach was installed without a compiler")

    def asks_meanwhile(word: str) -> int:
        if word == "hardware":
            with pytest.raises(RuntimeError, match="one call at a time"):
                signals.of(*CALL.values())
            raise LookupError(word)
        return 0

    signals = part.Signals(asks_meanwhile, frozenset(), bool, Hit)
    with pytest.raises(LookupError):
        signals.of(*CALL.values())
    with pytest.raises(RuntimeError, match="once"):
        signals.__init__(asks_meanwhile, frozenset(), bool, Hit)
    for wrong in ((asks_meanwhile, set(), bool, Hit), (asks_meanwhile, frozenset(), bool, int)):
        with pytest.raises(TypeError):
            part.Signals(*wrong)
