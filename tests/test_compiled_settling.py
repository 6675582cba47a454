"""Where moments stand as ``coach/_settling.c`` settles them, against ``coach.moments``."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_rules import QUICK, call_of_turns, listener, moment

from coach import native
from coach.language import Hit, Spoken
from coach.moments import Settling
from coach.rule_models import Moment
from coach.scored import Evidence, Quoted

LANGUAGE = listener()
NAMES = ("a", "b", "c", "d", "e", "f")
WINDOWS = ("call", "1 turn", "2 turns", "5 turns", "3 s", "30 s")
EDGES = ("call", "first 1 turn", "last 2 turns", "first 1 turn of the call", "last 10 s", "first 5 seconds")
SAID = st.sampled_from(["yeah", "I want to book a table for two people today please", "sorry?", "-so that is it", "mm"])


@st.composite
def contexts(draw: st.DrawFn, names: list[str]) -> dict[str, Any]:
    who = draw(st.lists(st.sampled_from(["same", "other", "agent", "customer"]), min_size=1, max_size=2, unique=True))
    said = {one: draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)) for one in who}
    return {**said, "within": draw(st.sampled_from(WINDOWS))}


@st.composite
def moments(draw: st.DrawFn) -> list[Moment]:
    made: list[Moment] = []
    for at, name in enumerate(NAMES):
        keys: dict[str, Any] = {"within": draw(st.sampled_from(EDGES))}
        before = list(NAMES[:at])
        for key in ("include", "exclude"):
            if before and draw(st.booleans()):
                keys[key] = draw(st.lists(st.sampled_from(before), min_size=1, max_size=2, unique=True))
        for key in ("after", "not_after", "before", "not_before"):
            if before and draw(st.integers(0, 3)) == 0:
                keys[key] = draw(contexts(before))
        side, signal = (
            draw(st.sampled_from([None, None, "agent", "customer"])),
            draw(st.sampled_from([None, "statement"])),
        )
        keys |= {"side": side} if side else {}
        keys |= {"signal": signal} if signal else {}
        made.append(moment(name, f"phrase of {name}", **keys))
    return made


@st.composite
def calls(draw: st.DrawFn) -> Spoken:
    roles = st.sampled_from(["agent", "customer", "other", "unknown"])
    return LANGUAGE.read(call_of_turns(draw(st.lists(st.tuples(roles, SAID), min_size=1, max_size=7))))


@st.composite
def places(draw: st.DrawFn, turns: int) -> dict[str, list[Hit]]:
    hit = st.builds(
        lambda turn, start, length: Hit(turn, start, start + length),
        st.integers(0, turns - 1),
        st.integers(0, 12),
        st.integers(1, 6),
    )
    found = draw(st.dictionaries(st.sampled_from([*NAMES, "unheard of"]), st.lists(hit, min_size=1, max_size=5)))
    return {name: sorted(hits) for name, hits in found.items()}


@QUICK
@given(st.data())
def test_moments_settled_in_c_are_those_in_python(data: st.DataObject) -> None:
    settling, spoken = Settling(data.draw(moments())), data.draw(calls())
    if settling._compiled is None:
        pytest.skip("coach was installed without a compiler")
    spans = data.draw(places(len(spoken.call.turns)))
    known = {name: tuple(hits) for name, hits in data.draw(places(len(spoken.call.turns))).items()}
    in_c = settling.of(spans, spoken, known)
    settling._compiled = None
    in_python = settling.of(spans, spoken, known)
    assert in_c == in_python
    assert list(in_c) == list(in_python)


def of(spans: Any = None, roles: Any = ("agent",), **changed: Any) -> Any:
    part = native.load("_settling")
    if part is None:
        pytest.skip("coach was installed without a compiler")
    settling = part.Settling([("a", None, (), (), None, None, ())], ["statement"])
    given = {"signalled": [[]], "known": {}, "sides": list(roles), "stretch": tuple(range(len(roles))), **changed}
    spans = {"a": [Hit(0, 1, 2)]} if spans is None else spans
    return settling.of(spans, given["signalled"], given["known"], list(roles), given["sides"], given["stretch"], None)


def test_a_moment_stands_where_its_phrases_do() -> None:
    assert of() == {"a": (Hit(0, 1, 2),)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"spans": {"a": [Hit(1, 1, 2)]}},
        {"spans": {"a": [Hit(-1, 1, 2)]}},
        {"spans": {"a": [(0, 1)]}},
        {"spans": {"a": [("x", 1, 2)]}},
        {"spans": {"a": [(0, 1, 2**70)]}},
        {"spans": {"a": {}}},
        {"spans": {"a": 5}},
        {"spans": []},
        {"roles": (None,)},
        {"sides": []},
        {"sides": [3]},
        {"stretch": ()},
        {"stretch": ("x",)},
        {"signalled": []},
        {"known": {"a": 7}},
        {"known": {"a": (Hit(9, 1, 2),)}},
    ],
    ids=str,
)
def test_what_is_no_call_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError, OverflowError)):
        of(**wrong)


SOUND = ("a", None, (), (), None, None, ())
AROUND = (True, False, (("same", "a"),), None, 3)


@pytest.mark.parametrize(
    "places",
    [
        None,
        [5],
        [SOUND[:6]],
        [("a", "unheard of", *SOUND[2:])],
        [(7, *SOUND[1:])],
        [("a", None, [], *SOUND[3:])],
        [(*SOUND[:6], (AROUND[:4],))],
        [(*SOUND[:6], ((*AROUND[:2], (("same",),), *AROUND[3:]),))],
        [(*SOUND[:6], (("x",),))],
    ],
    ids=str,
)
def test_what_is_no_moment_is_refused(places: Any) -> None:
    part = native.load("_settling")
    if part is None:
        pytest.skip("coach was installed without a compiler")
    with pytest.raises((TypeError, ValueError)):
        part.Settling(places, ["statement"])


def test_the_flow_of_a_call_is_asked_by_names_that_python_has_already() -> None:
    part = native.load("_settling")
    if part is None:
        pytest.skip("coach was installed without a compiler")
    asked: list[str] = []

    class Flow:
        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            return lambda *_: range(2)

    around = ((True, True, (("same", "a"),), None, -2), (True, False, (("same", "a"),), None, -2))
    settling = part.Settling([("a", None, (), (), None, "edge", ()), ("b", None, (), (), None, None, around)], [])
    hits = [Hit(0, 0, 1), Hit(1, 0, 1)]
    settling.of({"a": hits, "b": hits}, [], {}, ["agent"] * 2, ["agent"] * 2, (0, 1), Flow())
    assert set(asked) == {"turns_within", "turns_from", "turns_before"}
    # Texts made for each time would crowd others out of what Python remembers of types.
    assert all(name is sys.intern(name) for name in asked)


def quoted(moments: Any, texts: Any = ("one two",), kind: Any = Evidence) -> Any:
    part = native.load("_settling")
    if part is None:
        pytest.skip("coach was installed without a compiler")
    return part.quoted(moments, list(texts), kind)


def test_moments_are_quoted_in_c_as_in_python() -> None:
    spoken = LANGUAGE.read(call_of_turns([("agent", "héllo wörld"), ("customer", "one two 😀 three")]))
    moments = {"a": (Hit(0, 0, 5), Hit(1, 4, 9)), "b": (Hit(1, 8, 99),), "c": ()}
    texts = [turn.text for turn in spoken.call.turns]
    assert quoted(moments, texts) == {name: spoken.quotes(hits) for name, hits in moments.items()}
    assert Quoted(dict(moments), texts) == quoted(moments, texts)
    first = quoted(moments, texts)["a"][0]
    assert type(first) is Evidence
    assert hash(first) == hash((0, 0, 5, "héllo"))


@pytest.mark.parametrize(
    "wrong",
    [
        ({"a": [Hit(0, 0, 1)]},),
        ({"a": (Hit(1, 0, 1),)},),
        ({"a": (Hit(-1, 0, 1),)},),
        ({"a": (Hit(0, -1, 1),)},),
        ({"a": ((0, 1),)},),
        ({"a": (Hit(0, 0, 1),)}, [None]),
        ({"a": (Hit(0, 0, 1),)}, ["x"], int),
        ([],),
    ],
    ids=str,
)
def test_what_stands_nowhere_is_not_quoted(wrong: tuple[Any, ...]) -> None:
    with pytest.raises((TypeError, IndexError)):
        quoted(*wrong)
