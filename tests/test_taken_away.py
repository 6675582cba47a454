from __future__ import annotations

from typing import Any

from small_rules import LISTS, call, listener, moment

from coach.explaining.taken_away import TakenAway
from coach.language import Hit
from coach.moments import settle
from coach.rule_models import Moment
from coach.rulebook import Rulebook

NUMBER = moment("number", "the number")


def taken(*moments: Moment, said: str) -> TakenAway:
    language = listener(*moments)
    spoken = language.read(call(said))
    spans = language.spans(spoken)
    return TakenAway(Rulebook(moments, (), {}, (), ""), LISTS, spoken, spans, settle(moments, spans, spoken))


def lost(said: str, *others: Moment, **keys: Any) -> list[tuple[int, str]]:
    """Return turn and reason of what is taken away from a moment that is "sorry"."""
    asked = moment("sorry", "sorry", **keys)
    return [(one.hit.turn, one.why) for one in taken(*others, asked, said=said).of("sorry")]


def test_nothing_is_lost_where_all_counts() -> None:
    assert lost("agent: sorry", but_not=["not sorry"], side="agent") == []


def test_a_veto_is_named_with_its_phrase() -> None:
    why = "“not at all sorry” is left out (under but_not: “not ... sorry”)"
    assert lost("agent: sorry\ncustomer: x\nagent: not at all sorry", but_not=["not ... sorry"]) == [(2, why)]


def test_a_long_veto_is_shortened() -> None:
    ((_, why),) = lost("agent: not sorry", but_not=["(" + "|".join(["never", "hardly", "nobody"] * 6) + "|not) sorry"])
    assert why.endswith("…”)")


def test_the_side_is_named() -> None:
    assert lost("customer: sorry\nagent: x", side="agent") == [(0, "only the agent's words count")]


def test_the_window_is_named() -> None:
    said = "agent: x\ncustomer: x\nagent: sorry"
    assert lost(said, within="first 1 turn") == [(2, "it counts only in the agent's first turn")]


def test_what_it_is_taken_for_instead_is_named() -> None:
    asks = moment("asks", "sorry what")
    why = "it is “asks” (turn 0: “sorry what”), which does not count here"
    assert lost("agent: sorry what", asks, exclude="asks") == [(0, why)]


def test_a_context_that_lacks_is_named() -> None:
    why = "it counts only after “number”, and none of that stands in the 2 turns before it"
    assert lost("agent: sorry", NUMBER, after={"other": "number", "within": "2 turns"}) == [(0, why)]


def test_a_context_that_stands_in_the_way_is_named_with_its_place() -> None:
    said = "customer: the number\nagent: sorry"
    why = "after “number” (turn 0: “the number”) it does not count"
    assert lost(said, NUMBER, not_after={"other": "number"}) == [(1, why)]
    said = "agent: sorry\ncustomer: the number"
    why = "before “number” (turn 1: “the number”) it does not count"
    assert lost(said, NUMBER, not_before={"other": "number"}) == [(0, why)]


def test_what_an_included_moment_loses_is_lost_to_it_too() -> None:
    inner = moment("inner", "sorry", but_not=["not sorry"])
    outer = moment("outer", "pardon", include="inner")
    away = taken(inner, outer, said="agent: not sorry\ncustomer: x")
    assert [one.moment for one in away.of("outer")] == ["inner"]
    assert away.family("outer") == ("outer", "inner")


def test_the_phrase_of_a_match_is_told() -> None:
    away = taken(moment("hello", "hi there", "good (day|evening)"), said="agent: good evening")
    assert away.phrase_of("hello", Hit(0, 0, 12)) == "good (day|evening)"
    assert away.phrase_of("hello", Hit(0, 0, 4)) == ""
