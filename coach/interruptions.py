"""Interruptions: somebody takes the floor while the other is mid-utterance, which stays unfinished.

With times, an overlap (or no gap at all) and an utterance left open; without, only the transcriber's marks.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import srsly

from coach.call import Turn
from coach.datafiles import rules_folder
from coach.errors import RuleError
from coach.scored import Interruption

# What transcribers write where an utterance breaks off.
CUT_OFF = re.compile(
    r"(?:--|[\u2013\u2014\u2026]|\.\.\.|[\[(<](?:interrupted|interruption|crosstalk|cross talk|overtalk|cut off|cuts off)/?[\])>])"
    r"[\s\"'\u2019\u201d]*$",
    re.IGNORECASE,
)
CUTS_WITHIN_SECONDS = 0.3
WORD = re.compile(r"[a-z0-9_'.-]*[a-z0-9_]-?")


class WordLists(NamedTuple):
    """The words of ``rules/unfinished.yml``."""

    leaves_open: frozenset[str]
    hesitates: frozenset[str]
    listening: frozenset[str]


def load_word_lists(path: Path) -> WordLists:
    """Return the word lists of ``path``; raise ``RuleError`` where it is not a file of such lists."""
    try:
        data = srsly.read_yaml(path)
    except (OSError, ValueError) as error:
        raise RuleError("this word list cannot be read", where=str(path), remedy=str(error)) from error
    if not isinstance(data, dict) or set(data) != set(WordLists._fields):
        raise RuleError(f"a word list file has the keys {', '.join(WordLists._fields)}", where=str(path))
    return WordLists(*(frozenset(" ".join(map(str, data[name])).split()) for name in WordLists._fields))


@functools.cache
def _word_lists() -> WordLists:
    return load_word_lists(rules_folder() / "unfinished.yml")


def interruptions_of(turns: Sequence[Turn], backchannels: Collection[int] = ()) -> tuple[Interruption, ...] | None:
    """Return the interruptions in ``turns``, or ``None`` where neither times nor marks can tell.

    Times count where every turn has a start and an end; ``backchannels`` are indexes of listening noises.
    """
    if turns and all(_is_time(turn.start) and _is_time(turn.end) for turn in turns):
        return _from_times(turns, backchannels)
    return _from_marks(turns, backchannels)


def _is_time(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _side(turn: Turn) -> str:
    return turn.role if turn.role in ("agent", "customer") else f"{turn.role} {turn.speaker}"


def _from_marks(turns: Sequence[Turn], backchannels: Collection[int]) -> tuple[Interruption, ...] | None:
    if not any(CUT_OFF.search(turn.text) for turn in turns):
        return None
    found: list[Interruption] = []
    for cut in range(len(turns) - 1):
        if not CUT_OFF.search(turns[cut].text):
            continue
        turn = cut + 1
        while turn < len(turns) and turn in backchannels and _side(turns[turn]) != _side(turns[cut]):
            turn += 1
        if turn < len(turns) and _side(turns[turn]) != _side(turns[cut]):
            found.append(Interruption(turn, cut, turns[turn].role, turns[turn].start, None))
    return tuple(found)


def _from_times(turns: Sequence[Turn], backchannels: Collection[int]) -> tuple[Interruption, ...]:
    lists = _word_lists()
    order = sorted(range(len(turns)), key=lambda index: (turns[index].start or 0.0, index))
    found: list[Interruption] = []
    for place, cut in enumerate(order):
        ends = turns[cut].end or 0.0
        words = WORD.findall(turns[cut].text.lower())
        if cut in backchannels or not words or all(word in lists.listening for word in words):
            continue
        if not (_left_open(words[-1], lists) or CUT_OFF.search(turns[cut].text)):
            continue
        for turn in order[place + 1 :]:
            starts = turns[turn].start or 0.0
            if starts > ends + CUTS_WITHIN_SECONDS:
                break
            if _side(turns[turn]) == _side(turns[cut]) or turn in backchannels or (turns[turn].end or 0.0) < ends:
                continue
            others = WORD.findall(turns[turn].text.lower())
            if all(word in lists.listening for word in others):
                continue
            overlap = round(max(0.0, ends - starts), 3)
            found.append(Interruption(turn, cut, turns[turn].role, round(starts, 3), overlap))
            break
    return tuple(found)


def _left_open(word: str, lists: WordLists) -> bool:
    return word.endswith("-") or word in lists.leaves_open or word in lists.hesitates
