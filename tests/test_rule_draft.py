"""The text of rules that somebody begins, and the search for moments by a few words."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import pytest
import srsly
from hypothesis import given
from hypothesis import strategies as st
from small_rules import QUICK, moment

from coach.authoring.draft_cases import draft_cases
from coach.authoring.draft_text import (
    DraftCase,
    example_of,
    extending_text,
    flow,
    moment_text,
    one_line,
    phrases_of,
    place_of,
    rule_keys,
    rule_text,
    scalar,
)
from coach.authoring.moment_search import near_moments, usual_side
from coach.errors import UsageError
from coach.rule_models import Examples, Moment, Rule

CASE = DraftCase("done", "customer: how much\nagent: ten: or so # more", "met")


def rule(**keys: Any) -> Rule:
    return Rule.model_validate({"id": "a.b", "title": "t", "source": "s", "coach": "c", "check": "says", **keys})


def known(name: str, title: str, *said: str, side: str | None = None) -> Moment:
    return moment(name, "x").model_copy(
        update={"title": title, "side": side, "examples": Examples(match=said or ("x",), no_match=("a hat",))}
    )


@pytest.mark.parametrize(
    ("name", "place"), [("house.price_check", "house/price_check.yml"), ("names_price", "moments/names_price.yml")]
)
def test_an_id_is_a_place(name: str, place: str) -> None:
    assert place_of(name) == PurePosixPath(place)


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "../x", "/etc/x", "a/b", "a\\b", "a.b.c", "a..b", ".a", "a.", "A.b", "a b.c", "a.b\n", "é.x",
        "aux", "nul.x", "moments.x", "scorecards.x", "-a.b", "a.-rf", "1a.b", "~.x", "a" * 61, "a.\u202eb", "a.\x00b",
        "$(x).y", "a.con",
    ],
)  # fmt: skip
def test_what_is_no_id_is_refused(name: str) -> None:
    with pytest.raises(UsageError):
        place_of(name)


def test_the_id_that_was_meant_is_suggested() -> None:
    with pytest.raises(UsageError, match=r"such as house\.price_check"):
        place_of("House.Price check")


@QUICK
@given(st.text())
def test_any_text_comes_back_from_yaml(text: str) -> None:
    line = one_line(text)
    assert srsly.yaml_loads(f"title: {scalar(line)}\n") == {"title": line}
    assert srsly.yaml_loads(f"x: {flow([line, {'a': line}])}\n") == {"x": [line, {"a": line}]}


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "Yes",
        "null",
        "1:30",
        "a: b",
        "a #b",
        "- a",
        "[a]",
        "*a",
        "'a",
        '"',
        "👩‍👧 ok",
        "x\ufeffy",
        "a,",
        "1e3",
        "~",
    ],
)
def test_awkward_text_stays_text(text: str) -> None:
    assert srsly.yaml_loads(f"- {scalar(text)}\n- {flow({'a': text})}\n") == [text, {"a": text}]


def test_plain_text_needs_no_quotes() -> None:
    assert [scalar(text) for text in ("Say hello, twice", "3 turns", "you're welcome")] == [
        "Say hello, twice",
        "3 turns",
        "you're welcome",
    ]


def test_lines_and_control_characters_become_one_line() -> None:
    assert one_line(" a\n b\t\x1b[31mc\x00 ") == "a b [31mc"


def test_phrases_stand_between_semicolons() -> None:
    assert phrases_of("it costs; (a|b) fee;\n that is") == ("it costs", "(a|b) fee", "that is")


@pytest.mark.parametrize("text", ["", " ; ", "(a", "a | ]", "... "])
def test_what_is_no_phrase_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        phrases_of(text)


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("it costs", "It costs"),
        ("[so|very] sorry ... wait", "Sorry wait"),
        ("(the|your) price is {number} ?", "The price is twelve?"),
        ("^ {name} from {company} $", "Ana from [company]"),
        ("that is *", "That is so"),
    ],
)
def test_an_example_is_the_shortest_way_to_say_a_phrase(phrase: str, said: str) -> None:
    assert example_of(phrase) == said


def test_a_new_moment_is_what_it_should_be() -> None:
    said = srsly.yaml_loads(moment_text("costs", "Says: it costs", ["it costs", "[it] costs"], "dry"))
    assert said == {
        "title": "Says: it costs",
        "any_of": ["it costs", "[it] costs"],
        "examples": {"match": ["It costs", "Costs"], "no_match": ["dry"]},
    }


def test_a_new_rule_is_what_it_should_be() -> None:
    keys = rule_keys("Say: why", "p. 2", "replies", "Do.", {"customer": ["a", "b"]}, {"agent": ["c"]})
    said = srsly.yaml_loads(rule_text("house.why", keys, [CASE, CASE._replace(known_gap=True)]))
    assert said["when"] == {"customer": ["a", "b"]}
    assert said["within"] == "3 turns"
    assert said["tests"] == [
        {"name": "done", "call": "customer: how much\nagent: ten: or so # more\n", "expect": "met"},
        {"name": "done", "call": "customer: how much\nagent: ten: or so # more\n", "expect": "met", "known_gap": True},
    ]
    assert Rule.model_validate({"id": "house.why", **said}).title == "Say: why"


def test_a_rule_on_a_figure_needs_no_words() -> None:
    keys = rule_keys("Talk less", "p. 3", "talk", "Ask.", figure={"name": "agent_share", "most": 0.6})
    assert srsly.yaml_loads(rule_text("house.talk", keys, ()))["figure"] == {"name": "agent_share", "most": 0.6}


def test_an_extending_file_says_only_what_differs() -> None:
    text = extending_text("hello", "greeting", {"any_of+": ["ahoy: you"], "examples+": {"match": ["Ahoy"]}}, ())
    assert srsly.yaml_loads(text) == {
        "extends": "greeting",
        "any_of+": ["ahoy: you"],
        "examples+": {"match": ["Ahoy"]},
    }


class TestCases:
    """Calls made from the examples of moments."""

    MOMENTS = {  # noqa: RUF012
        "asks": known("asks", "Asks", "how much"),
        "costs": known("costs", "Costs", "agent: wait\nagent: it costs", "it costs ten"),
    }

    def outcome(self, call: str) -> str:
        """Return the mark of a rule by which 'how much' is followed by 'it costs'."""
        if "how much" not in call:
            return "not_applicable"
        return "met" if "it costs" in call.partition("how much")[2] else "missed"

    def test_each_mark_gets_a_case_that_comes_out_so(self) -> None:
        asked = rule(check="replies", when={"customer": "asks"}, expect={"agent": "costs"})
        cases = draft_cases(asked, self.MOMENTS, self.outcome)
        assert [case.expect for case in cases] == ["met", "missed", "not_applicable", "missed"]
        assert [self.outcome(case.call) for case in cases] == [case.expect for case in cases]
        assert cases[0].call == "customer: how much\nagent: it costs ten"
        assert cases[-1].call == "customer: how much\nagent: a hat"
        assert not any(case.known_gap for case in cases)

    def test_what_no_example_shows_is_left_to_be_filled(self) -> None:
        cases = draft_cases(rule(expect={"agent": "costs"}), self.MOMENTS, lambda call: "missed")
        assert [(case.expect, case.known_gap) for case in cases[:2]] == [("met", True), ("missed", False)]


class TestSearch:
    """Moments by what somebody calls them."""

    MOMENTS = (
        known("apology", "The speaker says sorry", "i do apologise"),
        known("asks_price", "Asks what something costs", "how much is it", side="customer"),
        known("hold", "Asks for a moment, or puts the other on hold", "one moment"),
    )

    @pytest.mark.parametrize(
        ("words", "first"),
        [("asking the price", "asks_price"), ("apologises", "apology"), ("how much", "asks_price"), ("hold", "hold")],
    )
    def test_the_nearest_comes_first(self, words: str, first: str) -> None:
        assert near_moments(words, self.MOMENTS)[0].id == first

    def test_nothing_is_near_to_other_words(self) -> None:
        assert near_moments("the of x", self.MOMENTS) == ()

    def test_who_says_it_is_as_in_other_rules(self) -> None:
        rules = [rule(check="replies", when={"agent": "hold"}, expect={"customer": "apology"})]
        sides = [usual_side(name, "when", self.MOMENTS, rules) for name in ("asks_price", "hold", "apology", "new")]
        assert sides == ["customer", "agent", "customer", "customer"]
        assert usual_side("new", "expect", self.MOMENTS, rules) == "agent"
