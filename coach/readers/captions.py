"""What WebVTT and SRT share: timed blocks, who speaks in them, and captions that roll."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from coach.call import Word
from coach.readers.cues import Cue, counted, tidy
from coach.readers.labels import accepted, bracketed_role, is_name_like, labelled
from coach.readers.times import CLOCK, seconds_of
from coach.roles import role_word

TIMED = re.compile(rf"^\s*(?P<start>{CLOCK})\s*-->\s*(?P<end>{CLOCK})(?:\s.*)?$")
COUNTED = re.compile(r"^\s*(?:\d+|\{?[0-9a-fA-F]{8}-[0-9a-fA-F-]{20,}\}?[\w/-]*)\s*$")
VOICE = re.compile(r"<v(?:\.[^\s>]{0,100})?(?:\s+([^>]{0,200}))?>")
TAG = re.compile(
    r"</?(?:c|i|b|u|s|v|ruby|rt|lang|font|em|strong)(?:\.[^\s>.]{1,60}){0,8}(?:\s[^>]{0,200})?>", re.IGNORECASE
)
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

    An empty line ends a caption; lines after it that no time line claims are not part of one.
    """
    block: Block | None = None
    is_open = False
    before = ""
    for line in lines:
        found = TIMED.match(line)
        if found:
            if block is not None:
                if block.lines and block.lines[-1] == before and COUNTED.match(before):
                    block.lines.pop()
                yield block
            block = Block(before.strip(), seconds_of(found["start"]), seconds_of(found["end"]), [])
            before = ""
            is_open = True
        elif not line:
            is_open = False
            before = ""
        else:
            before = line
            if block is not None and is_open:
                block.lines.append(line)
    if block is not None:
        yield block


def spoken_cues(blocks: Sequence[Block]) -> tuple[list[Cue], list[str]]:
    """Return the cues of ``blocks`` with their speakers, and warnings about what was concluded."""
    warnings: list[str] = []
    cues = [cue for number, block in enumerate(blocks) for cue in _by_voice(number, block)]
    if not any(cue.speaker for cue in cues):
        cues = _by_prefix(cues) or _by_id(cues, blocks) or cues
    cues, rolled = unrolled(cues)
    if rolled:
        warnings.append("captions roll: lines shown again were read once")
    cues, carried = _carried(cues)
    if carried:
        warnings.append(f"{counted(carried, 'caption')} without a name: taken for the speaker before")
    return [cue._replace(text=tidy(cue.text)) for cue in cues], warnings


def plain(text: str) -> str:
    """Return ``text`` without caption tags, its entities unescaped once; other angle brackets are text."""
    return ENTITY.sub(lambda found: html.unescape(found[0]), TAG.sub("", TIME_TAG.sub("", text)))


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
    ``LEAST_REPEATS`` cues, and half of all, open with two or more of the words that the one before ended with.
    """
    shown = [cue.text.split() for cue in cues]
    filled = [index for index, words in enumerate(shown) if words]
    repeats = {
        index: _repeated(shown[before], shown[index])
        for before, index in pairwise(filled)
        if cues[before].speaker == cues[index].speaker
    }
    rolling = sum(count > 1 for count in repeats.values())
    if rolling < LEAST_REPEATS or rolling * 2 < len(filled):
        return cues, False
    return [
        cue._replace(text=" ".join(shown[index][repeats.get(index, 0) :]), words=cue.words[repeats.get(index, 0) :])
        for index, cue in enumerate(cues)
    ], True


def _repeated(before: Sequence[str], words: Sequence[str]) -> int:
    """Return how many of the first ``words`` the cue before ended with."""
    return next((size for size in range(min(len(before), len(words)), 0, -1) if before[-size:] == words[:size]), 0)


def _by_voice(number: int, block: Block) -> Iterator[Cue]:
    """Yield a cue for each voice tag of the block, one without a speaker for text before the first."""
    pieces = VOICE.split("\n".join(block.lines))
    for speaker, text in zip([None, *pieces[1::2]], pieces[::2], strict=True):
        if text.strip() or len(pieces) == 1:
            name = tidy(plain(speaker)) if speaker else None
            words = timed_words(text, block.start, block.end)
            yield Cue(number, name or None, plain(text).strip(), block.start, block.end, words)


def _by_prefix(cues: Sequence[Cue]) -> list[Cue] | None:
    """Return the cues with the names that their lines open with, ``None`` where no line opens with one.

    A name may also open a later line of a cue, which then holds two speakers.
    """
    lines = [(cue, line) for cue in cues for line in cue.text.split("\n")]
    openings = [index == 0 for cue in cues for index in range(cue.text.count("\n") + 1)]
    candidates = [labelled(line) or bracketed_role(line) for _, line in lines]
    names = accepted(candidates, openings)
    if not names:
        return None
    named: list[Cue] = []
    for (cue, line), found in zip(lines, candidates, strict=True):
        if found and found.name in names:
            named.append(cue._replace(speaker=found.name, text=found.text, words=()))
        elif named and named[-1].number == cue.number:
            named[-1] = named[-1]._replace(text=f"{named[-1].text}\n{line}")
        else:
            named.append(cue._replace(text=line))
    return named


def _by_id(cues: Sequence[Cue], blocks: Sequence[Block]) -> list[Cue] | None:
    """Return the cues with their ids for names, where ids are names: role words, or words with capitals that recur."""
    ids = [block.id for block in blocks]
    if len(set(ids)) == len(ids) or not all(name and is_name_like(name) and not name[-1].isdigit() for name in ids):
        if not all(role_word(name) for name in ids):
            return None
    return [cue._replace(speaker=ids[cue.number]) for cue in cues]


def _carried(cues: Sequence[Cue]) -> tuple[list[Cue], int]:
    """Return the cues with the name before carried on to those without one, and to how many it was."""
    carried: list[Cue] = []
    speaker: str | None = None
    count = 0
    for cue in cues:
        if cue.speaker is None and speaker is not None and cue.text:
            cue = cue._replace(speaker=speaker)
            count += 1
        speaker = cue.speaker or speaker
        carried.append(cue)
    return carried, count
