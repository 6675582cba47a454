"""Words as NIST scoring files write them: alternatives, words that may be left out, escapes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
ALTERNATIVES_BEGIN, ALTERNATIVE, ALTERNATIVES_END = "<alt_begin>", "<alt>", "<alt_end>"
ESCAPED = re.compile(r"\\(.)")
PIECES = re.compile(r"\\.|[{}/]|[^\\{}/]+|\\", re.DOTALL)
# Nothing said, as one of several alternatives.
NULL_WORD = "@"


def first_alternatives(rows: Iterable[T], word: Callable[[T], str]) -> list[T]:
    """Return the rows of words without marks of alternatives, and of each choice only the first alternative."""
    kept: list[T] = []
    is_inside = is_left_out = False
    for row in rows:
        mark = word(row).casefold()
        if mark in (ALTERNATIVES_BEGIN, ALTERNATIVES_END):
            is_inside, is_left_out = mark == ALTERNATIVES_BEGIN, False
        elif mark == ALTERNATIVE:
            is_left_out = is_inside
        elif not is_left_out:
            kept.append(row)
    return kept


def said_in(text: str) -> str:
    """Return an utterance without its marks: ``{ a / b }`` is ``a``, ``(uh)`` is ``uh``, an escaped mark itself."""
    kept: list[str] = []
    # For each level of braces whether its first alternative is over, and on how many levels it is.
    over: list[bool] = []
    hidden = 0
    for piece in PIECES.findall(text):
        if piece == "{":
            over.append(False)
        elif piece == "}" and over:
            hidden -= over.pop()
        elif piece == "/" and over:
            hidden += not over[-1]
            over[-1] = True
        elif not hidden:
            kept.append(piece)
    return " ".join(word for each in "".join(kept).split() if (word := plain_word(each)))


def plain_word(word: str) -> str:
    """Return one word without the round brackets of a word that may be left out, and without escapes."""
    if word == NULL_WORD:
        return ""
    if len(word) > 2 and word.startswith("(") and word.endswith(")"):
        word = word[1:-1]
    return ESCAPED.sub(r"\1", word)
