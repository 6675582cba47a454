"""What WebVTT and SRT share: timed blocks, what in them is markup, and captions that roll."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from coach.call import Word
from coach.readers.cues import Cue
from coach.readers.times import CLOCK, seconds_of

# 0:0:3.31, as older Word documents of Teams have it, and what other writers have
TIME = rf"(?:{CLOCK}|\d{{1,2}}:\d{{1,2}}:\d{{1,2}}[.,]\d{{1,6}})"
# The comma alone is of SBV: 0:00:01.000,0:00:02.500
TIMED = re.compile(rf"^\s*(?P<start>{TIME})(?:\s*-->\s*|,(?=\d+:\d\d:\d\d\.\d{{3}}\s*$))(?P<end>{TIME})(?:\s.*)?$")
# A time line that is damaged: the file ends in it, or a time is none.
BROKEN = re.compile(rf"^\s*(?:(?P<start>{TIME})\s{{0,8}})?--{{1,9}}>\s{{0,8}}(?P<end>{TIME})?(?:\s.*)?$")
ONE_DIGIT = re.compile(r"(?<![\d.,])(\d)(?=[:.,]|$)")
ASIDE = re.compile(r"^(?:NOTE|STYLE|REGION)\b")
COUNTED = re.compile(r"^\s*(?:\d+|\{?[0-9a-fA-F]{8}-[0-9a-fA-F-]{20,}\}?[\w/-]*|\d+\s+\"[^\"]*\"\s*\(\d+\))\s*$")
TAG = re.compile(
    r"</?(?:c|i|b|u|s|v|ruby|rt|lang|font|em|strong)(?:\.[^\s>.]{1,60}){0,8}(?:\s[^>]{0,200})?>", re.IGNORECASE
)
# Where on the screen a line stands, as SRT files say it: {\an8}
POSITION = re.compile(r"\{\\[^{}]{1,60}\}")
TIME_TAG = re.compile(rf"<({CLOCK})>")
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# Three pairs are the least that can be told from people who repeat themselves; our own choice.
LEAST_REPEATS = 3


class Block(NamedTuple):
    """A caption as it stands in the file."""

    id: str
    start: float | None
    end: float | None
    lines: list[str]


def blocks_of(lines: Sequence[str]) -> Iterator[Block]:
    """Yield the captions in ``lines``; a line of numbers or a GUID before a time is an id, not text.

    Text below an empty line that no time line follows is of the caption before, except for notes and styles.
    """
    block: Block | None = None
    paragraph: list[str] = []
    is_cue = False
    for line in lines:
        found = TIMED.match(line) or BROKEN.match(line)
        if found or not line:
            has_id = found and paragraph and (COUNTED.match(paragraph[-1]) or not (is_cue or paragraph[1:]))
            name = paragraph.pop() if has_id else ""
            if block is not None:
                block.lines.extend(_said(paragraph, is_cue))
            paragraph, is_cue = [], False
        if found:
            if block is not None:
                yield block
            block = Block(name.strip(), _seconds(found["start"]), _seconds(found["end"]), [])
            is_cue = True
        elif line:
            paragraph.append(line)
    if block is not None:
        block.lines.extend(_said(paragraph, is_cue))
        yield block


def _said(paragraph: list[str], is_cue: bool) -> list[str]:
    """Return the lines of a paragraph, none of them where it is a note or a style."""
    return [] if paragraph and not is_cue and ASIDE.match(paragraph[0]) else paragraph


def _seconds(time: str | None) -> float | None:
    return seconds_of(ONE_DIGIT.sub(r"0\1", time)) if time else None


def plain(text: str) -> str:
    """Return ``text`` without caption tags, its entities unescaped once; other angle brackets are text."""
    return ENTITY.sub(lambda found: html.unescape(found[0]), TAG.sub("", TIME_TAG.sub("", POSITION.sub("", text))))


def timed_words(text: str, start: float | None, end: float | None) -> tuple[Word, ...]:
    """Return the words of a caption with times inside it, ``()`` where it has none; a word lasts to the next time."""
    pieces = TIME_TAG.split(text)
    if len(pieces) == 1:
        return ()
    times = [start, *(seconds_of(time) for time in pieces[1::2]), end]
    return tuple(
        Word(word, times[index], times[index + 1])
        for index, piece in enumerate(pieces[::2])
        for word in plain(piece).split()
    )


def unrolled(cues: list[Cue]) -> tuple[list[Cue], bool]:
    """Return the cues with only what each newly shows, and whether there was anything to take away.

    Rolling captions show the line before again, or grow word by word. A file rolls where at least
    ``LEAST_REPEATS`` cues, and half of all, open with two or more of the words that the one before ended with; where
    words have times, as only such captions do, one is enough.
    """
    shown = [cue.text.split() for cue in cues]
    filled = [index for index, words in enumerate(shown) if words]
    repeats = {
        index: _repeated(shown[before], shown[index])
        for before, index in pairwise(filled)
        if cues[before].speaker == cues[index].speaker
    }
    rolling = sum(count > 1 for count in repeats.values())
    least = 1 if any(cue.words for cue in cues) else max(LEAST_REPEATS, len(filled) / 2)
    if rolling < least:
        return cues, False
    return [
        cue._replace(text=" ".join(shown[index][repeats.get(index, 0) :]), words=cue.words[repeats.get(index, 0) :])
        for index, cue in enumerate(cues)
    ], True


def _repeated(before: Sequence[str], words: Sequence[str]) -> int:
    """Return how many of the first ``words`` the cue before ended with."""
    return next((size for size in range(min(len(before), len(words)), 0, -1) if before[-size:] == words[:size]), 0)
