"""What is laid around the lines of a text: Markdown, line numbers, cells parted by tabs or bars."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from coach.readers.texts.stamps import STAMP

# Marks of direction, which WhatsApp puts in front of lines
UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
# **Ana:**, `[0:01]`; a row of stars that hides digits is none of these
PAIRED = re.compile(r"(?<![\w*])(\*\*|__|`)(?=[^\s*_`])([^*`]{1,80}?)(?<=[^\s*_`])\1(?![\w*])")
# *0:01*; but *sighs* is of the text
SLANTED = re.compile(r"(?<![\w*])([*_])(?=[\[(\d])([\d:.,\[\]()-]{4,30})\1(?![\w*])")
# > Ana: text, * Ana: text, + Ana: text
IN_FRONT = re.compile(r"^\s{0,3}(?:>(?!>)\s?|[*+]\s+(?=\S))+")
NUMBER = re.compile(r"^\s*\[?(?P<number>\d{1,5})(?:[.)\]:]\s+|\s{2,}|\t)(?=[^\W\d]|[\[(*])")
# @0:01 - Ana Ruiz
AT_TIME = re.compile(r"^\s*@(?=\d{1,3}:\d\d)")
# The run of blanks before a bar is bounded, or one without a bar behind it would be tried from each of its blanks.
CELLS = re.compile(r"\t+|\s{1,9}\|+\s+")
TIME = re.compile(rf"^(?:{STAMP}|(?:\d{{1,3}}:)?\d{{1,2}}:\d\d(?:[.,]\d{{1,6}})?|\d{{1,6}}\.\d{{1,6}})$")
LONGEST_NAME = 60
# So much of the text has to be laid out so, or it is the text's own. Our own choice.
LEAST_SHARE_NUMBERED = 0.8
LEAST_SHARE_CELLS = 0.5
LEAST_LINES = 3


def unlaid(lines: Sequence[str]) -> list[str]:
    """Return ``lines`` as a transcript without Markdown, line numbers and cells has them: ``[0:01] Ana: text``."""
    return _without_numbers(_from_cells([_bare(line) for line in lines]))


def _bare(line: str) -> str:
    line = IN_FRONT.sub("", UNSEEN.sub("", line))
    return AT_TIME.sub("", SLANTED.sub(r"\2", PAIRED.sub(r"\2", line)))


def _without_numbers(lines: list[str]) -> list[str]:
    """Return ``lines`` without the numbers in front of them, where nearly all have one and they count up."""
    found = [NUMBER.match(line) for line in lines]
    numbers = [int(each["number"]) for each in found if each]
    if not _are_most(len(numbers), lines, LEAST_SHARE_NUMBERED) or any(
        after <= before for before, after in pairwise(numbers)
    ):
        return lines
    return [line[each.end() :] if each else line for line, each in zip(lines, found, strict=True)]


def _from_cells(lines: list[str]) -> list[str]:
    """Return ``lines`` with a time in front and a name before a colon, where nearly all are cells with a time."""
    joined = [_joined([cell.strip() for cell in CELLS.split(line.strip(), maxsplit=2)]) for line in lines]
    if not _are_most(sum(each is not None for each in joined), lines, LEAST_SHARE_CELLS):
        return lines
    return [line if each is None else each for line, each in zip(lines, joined, strict=True)]


def _joined(cells: Sequence[str]) -> str | None:
    if len(cells) != 3 or not all(cells):
        return None
    first, second, text = cells
    if TIME.match(first) and TIME.match(second):
        return f"[{first} - {second}] {text}"
    time, name = (first, second) if TIME.match(first) else (second, first)
    if not TIME.match(time) or len(name) > LONGEST_NAME:
        return None
    return f"[{time}] {name.rstrip(':')}: {text}"


def _are_most(count: int, lines: Sequence[str], share: float) -> bool:
    return count >= LEAST_LINES and count >= sum(bool(line.strip()) for line in lines) * share
