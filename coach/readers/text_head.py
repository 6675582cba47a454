"""The lines above a plain-text transcript: ``Call ID: 17``, ``Agent: Ana Ruiz``, ``Date: 2 March 2026``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.readers.head import Head, folded, head_of, key_of
from coach.readers.labels import SENTENCE_WORDS, is_name_like
from coach.roles import role_word

FACT = re.compile(r"^\s*(?:[-*]\s+)?(?:\*\*)?([^\W\d_][\w ./#'-]{0,38}?)\s*(?:\*\*)?\s*[:=](?!//)(?:\*\*)?\s*(.*?)\s*$")
GREETINGS = frozenset(
    "hello hi hey hiya good morning afternoon evening thanks thank welcome yes no okay ok bye goodbye".split()
)


def split_head(lines: Sequence[str]) -> tuple[Head, list[str]]:
    """Return what the lines above the first turn say, and the lines from there on.

    ``Agent: Ana`` there is the agent's name and not a turn, where the value reads as a name and either nobody is called
    "Agent" below, or it stands in a block of such facts with an empty line under it.
    """
    block: list[tuple[str, str]] = []
    stop = 0
    certain = closed = False
    for index, line in enumerate(lines):
        found = FACT.match(line)
        if not line.strip():
            closed = bool(block)
            if closed:
                break
        elif found and key_of(found[1]) is not None and (not role_word(found[1]) or _is_value(found[2])):
            block.append((found[1], found[2]))
            certain = certain or not role_word(found[1])
            stop = index + 1
        elif block or not _is_title(line):
            break
    if not block:
        return Head(), list(lines)
    later = {folded(found[1]) for line in lines[stop:] if (found := FACT.match(line))}
    kept = [pair for pair in block if not role_word(pair[0]) or (certain and closed) or folded(pair[0]) not in later]
    if len(kept) < len(block):
        return _up_to_first_turn(lines, stop, later)
    if not certain and not later:
        return Head(), list(lines)
    return head_of(kept), list(lines[stop:])


def _up_to_first_turn(lines: Sequence[str], stop: int, later: set[str]) -> tuple[Head, list[str]]:
    """Return the head above the first line whose label speaks again below."""
    pairs: list[tuple[str, str]] = []
    for index, line in enumerate(lines[:stop]):
        found = FACT.match(line)
        if found and role_word(found[1]) and folded(found[1]) in later:
            return head_of(pairs), list(lines[index:])
        if found:
            pairs.append((found[1], found[2]))
    return head_of(pairs), list(lines[stop:])


def _is_value(value: str) -> bool:
    """Tell a name or number (``Ana Ruiz``, ``a17``) from something said."""
    words = value.split()
    if not 0 < len(words) <= 4 or value.endswith((".", "?", "!", ",")) or "," in value:
        return False
    plain = [word.casefold().strip(".,'") for word in words]
    if any(word in GREETINGS or word in SENTENCE_WORDS - {"de", "la", "a"} for word in plain):
        return False
    return is_name_like(value) or any(letter.isdigit() for letter in value)


def _is_title(line: str) -> bool:
    """Tell a heading above the facts: short, and no sentence."""
    return len(line) <= 60 and ":" not in line
