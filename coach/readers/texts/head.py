"""The lines above a plain-text transcript: ``Call ID: 17``, ``Agent: Ana Ruiz``, ``Date: 2 March 2026``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.readers.head import Head, folded, head_of, key_of
from coach.readers.texts.labels import SENTENCE_WORDS, is_name_like
from coach.readers.texts.lines import label_in
from coach.roles import role_word

FACT = re.compile(
    r"^\s*(?:[-*]\s+)?(?:\*\*)?([^\W\d_][\w ./#'-]{0,38}?)\s{0,8}(?:\*\*)?\s{0,8}[:=](?!//)(?:\*\*)?(.*)$"
)
FACT_WORDS = frozenset(("id", "name", "number", "no", "type", "team"))
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
        elif found and key_of(found[1]) is not None and (not is_speaker(found[1]) or _is_value(found[2].strip())):
            block.append((found[1], found[2].strip()))
            certain = certain or not is_speaker(found[1])
            stop = index + 1
        elif block or not _is_title(line):
            break
    if not block:
        return Head(), list(lines)
    later = {folded(label) for line in lines[stop:] if (label := label_in(line))}
    kept = [pair for pair in block if _is_fact(pair, later, certain and closed)]
    if len(kept) == len(block):
        return head_of(kept), list(lines[stop:])
    turn = next(pair for pair in block if pair not in kept)
    above = block[: block.index(turn)]
    first = next(
        index
        for index, line in enumerate(lines)
        if (found := FACT.match(line)) and (found[1], found[2].strip()) == turn
    )
    return head_of(above), list(lines[first:])


def is_speaker(name: str) -> bool:
    """Tell ``Agent``, which may open a turn, from ``Agent ID``, which cannot."""
    return role_word(name) is not None and folded(name).split()[-1] not in FACT_WORDS


def _is_fact(pair: tuple[str, str], later: set[str], in_closed_block: bool) -> bool:
    """Tell whether ``Agent: Ana`` says who the agent is, and not what the agent said.

    It does where that side speaks again below a block of facts, where Ana speaks below, or where those who speak
    below are called otherwise ("Speaker 1").
    """
    name, value = pair
    if not is_speaker(name):
        return True
    if in_closed_block and any(role_word(label) == role_word(name) for label in later):
        return True
    if folded(name) in later:
        return False
    if later & {folded(value), folded(value.split()[0])}:
        return True
    return len(later) > 1 and not any(role_word(label) for label in later)


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
