from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from small_rules import LISTS, built_in

from coach.call import Call, Turn
from coach.datafiles import rules_folder
from coach.errors import RuleError
from coach.language import Language
from coach.role_words import LONGEST_RUN, RoleWords, load_role_words, runs, words_of

LANGUAGE = Language((), LISTS)


def evidence(words: RoleWords, *turns: tuple[str, str]) -> dict[str, float]:
    call = Call("c", tuple(Turn("unknown", text, speaker=label) for label, text in turns))
    return words.evidence(LANGUAGE.read(call), {})


def test_runs_of_one_to_three_words_with_the_ends_of_the_turn() -> None:
    assert list(runs(["do", "you"], {"do", "you"})) == ["do", "you", "^ do", "do you", "you $", "^ do you", "do you $"]


def test_words_that_are_not_common_are_one_word() -> None:
    assert set(runs(["my", "hamster"], {"my"})) == set(runs(["my", "account"], {"my"}))


def test_an_empty_turn_has_no_runs() -> None:
    assert list(runs([], {"do"})) == []


def test_a_run_counts_once_a_speaker() -> None:
    words = RoleWords(frozenset({"do", "you"}), {"do you": 2.0})
    said = evidence(words, ("A", "do you"), ("B", "you do"), ("A", "do you do you know"))
    assert said == {"A": 2.0, "B": 0.0}


def test_who_says_more_is_weighed_by_the_logarithm() -> None:
    said = evidence(RoleWords(exchanges={"words": 2.0}), ("A", "one two three"), ("A", "four"), ("B", ""))
    assert said == {"A": pytest.approx(2.0 * math.log(5)), "B": 0.0}


def test_what_follows_what_is_weighed_for_who_does_it() -> None:
    words = RoleWords(exchanges={"asks > yes": 2.0, "asks >: *": 0.5, "turns": 0.0})
    assert evidence(words, ("A", "do you live there"), ("B", "yes")) == {"A": 0.0, "B": 2.5}


def test_question_marks_and_capitals_make_no_difference() -> None:
    spoken = LANGUAGE.read(Call("c", (Turn("unknown", "Do you? Yes?"), Turn("unknown", "do you yes"))))
    assert words_of(spoken, 0) == words_of(spoken, 1) == ["do", "you", "yes"]


def test_the_built_in_words_are_few_and_common() -> None:
    words = load_role_words(rules_folder() / "role_words.json")
    assert 1000 < len(words.runs) + len(words.exchanges) <= 3000
    assert not words.common & built_in().language.first_names
    marks = {"^", "$", "*"}
    for run in words.runs:
        pieces = run.split()
        assert len(pieces) <= LONGEST_RUN
        assert set(pieces) <= words.common | marks


@pytest.mark.parametrize(
    "content", ["", "[]", '{"common": "a"}', json.dumps({"common": "a", "runs": {"a": "much"}, "exchanges": {}})]
)
def test_a_broken_file_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "role_words.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RuleError, match="weights of words cannot be read"):
        load_role_words(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="weights of words cannot be read"):
        load_role_words(tmp_path / "role_words.json")
