from __future__ import annotations

import pytest
from small_rules import call, listener, moment

from coach.explaining.near_misses import NearMiss, NearMisses
from coach.language import Hit
from coach.rule_models import Moment

SORRY = moment("sorry", "i am sorry about", "we are sorry for", "deeply sorry")


def near(said: str, *moments: Moment, known: tuple[Hit, ...] = ()) -> tuple[NearMiss, ...]:
    language = listener(*moments)
    spoken = language.read(call(said))
    return NearMisses(moments, language.wording).closest(spoken, range(len(spoken.call.turns)), known)


def test_the_turn_that_holds_most_of_a_phrase_comes_first_and_says_what_is_missing() -> None:
    found = near("agent: hm sorry\ncustomer: what\nagent: well sorry about the wait", SORRY)
    assert [(one.hit.turn, one.has, one.of) for one in found] == [(2, 2, 4), (0, 1, 4)]
    first = found[0]
    assert (first.wanted, first.missing, first.line) == ("i am sorry about", ("“i”", "“am”"), "i am sorry about")


def test_what_would_fill_a_choice_is_named() -> None:
    (found,) = near("agent: it is completely gone", moment("fault", "completely (broken|faulty|dead|ruined) gone"))
    assert found.missing == ("“broken”, “faulty”, “dead” or the like",)
    assert found.wanted == "completely broken gone"


def test_a_slot_is_named_in_words() -> None:
    (found,) = near("agent: my name is grumble", moment("name", "my name is {name}"))
    assert found.missing == ("a name",)


def test_a_phrase_that_stands_in_the_wrong_place_of_a_turn_is_told() -> None:
    (found,) = near("agent: well good morning", moment("hello", "^ good morning"))
    assert (found.missing, found.why) == ((), "it counts only at the start of a turn")
    (found,) = near("agent: thank you kindly sir", moment("thanks", "thank you $"))
    assert found.why == "it counts only at the end of a turn"


def test_words_that_stand_too_far_apart_are_told() -> None:
    (found,) = near("agent: thank all of you kindly", moment("thanks", "thank you kindly"))
    assert (found.has, found.of, found.why) == (3, 3, "other words stand between these")


def test_words_in_a_gap_of_the_phrase_are_no_fault() -> None:
    assert near("agent: thank all you kindly", moment("thanks", "thank ... you kindly")) == ()


@pytest.mark.parametrize(
    "said", ["agent: the weather is nice", "agent: i am here", "agent: we are about done", "agent: [noise]"]
)
def test_small_words_alone_are_no_near_miss(said: str) -> None:
    assert near(said, SORRY) == ()


def test_small_words_count_where_the_phrase_has_no_others_and_one_is_missing() -> None:
    (found,) = near("agent: is there anything", moment("further", "is there anything else"))
    assert (found.has, found.of, found.missing) == (3, 4, ("“else”",))


def test_what_is_accounted_for_is_left_out() -> None:
    assert near("agent: sorry about that", SORRY, known=(Hit(0, 0, 5),)) == ()


def test_a_phrase_of_one_word_has_no_near_misses() -> None:
    assert near("agent: hullo", moment("hello", "hello")) == ()
