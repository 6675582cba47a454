"""Regular expressions of rule files that could hold up a run: those that try the same text in ever more ways.

Python's ``re`` backtracks. A repeat of no fixed length inside an endless one ("(a+)+b"), or an endless repeat whose
alternatives can begin alike ("(a.|ab)*d", "(a?a)*d"), doubles the tries with every letter of a word that fails
(Kirrage, Rathnayake and Thielecke 2013, "Static analysis for regular expression denial-of-service attacks").
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from itertools import combinations
from typing import Any

# The parser of ``re`` itself, by the names that it has in this Python.
NAMES = ("re._constants", "re._parser") if sys.version_info >= (3, 11) else ("sre_constants", "sre_parse")
sre: Any = import_module(NAMES[0])
sre_parser: Any = import_module(NAMES[1])
# Letters to tell what an alternative can begin with.
ALPHABET = "".join(map(chr, range(32, 127))) + "éß’"
# Kinds of letters; of others (the negated ones) every letter may be one.
CATEGORIES: Mapping[Any, Callable[[str], bool]] = {
    sre.CATEGORY_DIGIT: str.isdigit,
    sre.CATEGORY_SPACE: str.isspace,
    sre.CATEGORY_WORD: lambda letter: letter.isalnum() or letter == "_",
}
REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT)


def explodes(pattern: str) -> str:
    """Return why matching ``pattern`` could take endlessly long, or nothing where it cannot.

    Raises:
        re.error: it is no regular expression.
    """
    re.compile(pattern)
    return next(_faults(sre_parser.parse(pattern)), "")


def _faults(items: Any) -> Iterator[str]:
    for operator, argument in items:
        if operator in REPEATS and argument[1] is sre.MAXREPEAT:
            if any(_varies(inner) for inner in _inside(argument[2])):
                yield "a repeat stands inside an endless one (+ or *)"
            if _is_unclear(argument[2], _first(argument[2]) - {""}):
                yield "the alternatives of an endless repeat can begin alike"
        for inner in _parts(operator, argument):
            yield from _faults(inner)


def _inside(items: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the items of a group, and of the groups in it."""
    for operator, argument in items:
        yield operator, argument
        for inner in _parts(operator, argument):
            yield from _inside(inner)


def _parts(operator: Any, argument: Any) -> Sequence[Any]:
    """Return the groups that an item is made of."""
    if operator in REPEATS:
        return [argument[2]]
    if operator is sre.BRANCH:
        return list(argument[1])
    if operator is sre.SUBPATTERN:
        return [argument[3]]
    if operator in (sre.ASSERT, sre.ASSERT_NOT):
        return [argument[1]]
    return []


def _varies(item: tuple[Any, Any]) -> bool:
    """Say whether an item is a repeat that can take the same letters in several ways: "a+", "a{1,3}", and not "a?"."""
    operator, argument = item
    return operator in REPEATS and argument[0] != argument[1] and argument[1] > 1


def _is_unclear(items: Any, after: set[str]) -> bool:
    """Say whether the next letter leaves open which part of a group takes it; ``after`` are those that can follow."""
    for index, (operator, argument) in enumerate(items):
        follow = _or_after(_first(items[index + 1 :]), after)
        ways = [_or_after(_first(inner), follow) for inner in _choices(operator, argument)]
        if any(one & other for one, other in combinations(ways, 2)):
            return True
        if any(_is_unclear(inner, follow) for inner in _parts(operator, argument)):
            return True
    return False


def _choices(operator: Any, argument: Any) -> Sequence[Any]:
    """Return what an item lets choose between: the alternatives, or what may be left out and nothing."""
    if operator is sre.BRANCH:
        return list(argument[1])
    return [argument[2], ()] if operator in REPEATS and argument[0] != argument[1] else []


def _or_after(letters: set[str], after: set[str]) -> set[str]:
    """Return ``letters``, and where they may be none (""), those that come ``after``."""
    return (letters - {""}) | after if "" in letters else letters


def _first(items: Any) -> set[str]:
    """Return the letters of ``ALPHABET`` that a group can begin with, and "" where it can be empty.

    Where that cannot be told exactly, it is all of them.
    """
    letters = {""}
    for operator, argument in items:
        letters = _or_after(letters, _first_of(operator, argument))
        if "" not in letters:
            break
    return letters


def _first_of(operator: Any, argument: Any) -> set[str]:
    if operator is sre.LITERAL:
        return {chr(argument)}
    if operator in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
        return {""}
    if operator in REPEATS:
        return _first(argument[2]) | ({""} if argument[0] == 0 else set())
    if operator is sre.IN and all(kind in (sre.LITERAL, sre.RANGE, sre.CATEGORY) for kind, _ in argument):
        return {letter for letter in ALPHABET for part in argument if _takes(part, letter)}
    parts = _parts(operator, argument)
    return {letter for inner in parts for letter in _first(inner)} if parts else {"", *ALPHABET}


def _takes(part: tuple[Any, Any], letter: str) -> bool:
    operator, argument = part
    if operator is sre.CATEGORY:
        return CATEGORIES.get(argument, bool)(letter)
    return bool(ord(letter) == argument if operator is sre.LITERAL else argument[0] <= ord(letter) <= argument[1])
