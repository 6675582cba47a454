from __future__ import annotations

import re

import pytest

from coach.regexes import explodes


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b",
        "((ab)*)*",
        r"(\w+\s?)*$",
        "(x{1,3})*",
        "(a|a)*b",
        "(?:.|a)+$",
        "^(?=(a+)+$)",
        "(?:aa|a)*b",
        "(?:a?a)*b",
        "(?:a?a?)*b",
        "(?:ba?(a|c))*d",
        r"(?:\w|\dx)*-",
    ],
)
def test_what_could_take_for_ever_is_told(pattern: str) -> None:
    assert explodes(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "^sorr?y+$",
        "^(?:colou?r|grey)s?$",
        "[a-z]+[0-9]+",
        "(a|b)*c",
        "(a|ab)*c",
        r"(?:\w-?)+",
        "(?:a?b)*c",
        "(?:[a-z][0-9]?)+",
        "^(re)?fund(s|ed|ing)?$",
        "[A-Z]{2}\\d{6}",
    ],
)
def test_what_cannot_is_left_alone(pattern: str) -> None:
    assert explodes(pattern) == ""


def test_what_is_no_regular_expression_is_an_error() -> None:
    with pytest.raises(re.error):
        explodes("(a")
