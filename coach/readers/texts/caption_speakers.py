"""Who speaks in captions: voice tags, names in front, ids that are names, JSON in place of text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from coach.readers.cues import Cue, counted, tidy
from coach.readers.fields import label_at, text_at
from coach.readers.texts.captions import Block, plain, timed_words, unrolled
from coach.readers.texts.labels import (
    SOUNDS,
    Labelled,
    accepted,
    bracketed_role,
    in_brackets,
    is_name_like,
    is_possible,
    is_sorted,
    labelled,
    names_in_brackets,
    unwrapped,
)
from coach.roles import role_word

VOICE = re.compile(r"<v(?:\.[^\s>]{0,100})?(?:\s+([^>]{0,200}))?>")
# 12 "Ana Ruiz" (3459012)
NAMED_ID = re.compile(r'^\d+\s+"(?P<name>[^"]*)"(?:\s*\(\d+\))?$')
BRACKETED_LINE = re.compile(r"^\s*(?:\[[^\]:\n]{1,48}\]|\([^):\n]{1,48}\))\s*:?\s*$")
# The voice changes: ">> Hello." Dashes do so only where a cue opens with one, for they also stand within sentences.
CHEVRONS = re.compile(r"^\s*>>+\s*")
DASH = re.compile(r"^\s*[-\u2013\u2014](?:\s+(?=\S)|(?=[^\W\d_]))")
# Where so many captions open with what may be a label, all of them do, and a name that comes once is one too.
LEAST_SHARE_LABELLED = 0.6
LEAST_LABELLED = 4
# Names stand above nearly all captions, or such lines are text.
LEAST_SHARE_ABOVE = 0.8
# Somebody speaks, and it is not the one before; who it is, nothing says.
ANOTHER = ""


def spoken_cues(blocks: Sequence[Block]) -> tuple[list[Cue], list[str]]:
    """Return the cues of ``blocks`` with their speakers, and warnings about what was concluded."""
    warnings: list[str] = []
    spoken = metadata_of(blocks)
    if spoken:
        cues = [_from_metadata(number, blocks[number], said) for number, said in spoken]
    else:
        cues = [cue for number, block in enumerate(blocks) for cue in _by_voice(number, block)]
    if not any(cue.speaker for cue in cues):
        cues = _by_named_id(cues, blocks) or _by_prefix(cues) or _by_id(cues, blocks) or _by_dash(cues)
    cues, rolled = unrolled(cues)
    if rolled:
        warnings.append("captions roll: lines shown again were read once")
    cues, carried = _carried(cues)
    if carried:
        warnings.append(f"{counted(carried, 'caption')} without a name: taken for the speaker before")
    return [cue._replace(text=tidy(cue.text)) for cue in cues], warnings


def metadata_of(blocks: Sequence[Block]) -> list[tuple[int, Mapping[str, Any]]]:
    """Return the JSON objects that stand in place of text (Teams' metadata), ``[]`` where any caption has text."""
    found: list[tuple[int, Mapping[str, Any]]] = []
    for number, block in enumerate(blocks):
        text = "\n".join(block.lines).strip()
        if not text:
            continue
        try:
            value = orjson.loads(text) if text.startswith("{") else None
        except orjson.JSONDecodeError:
            value = None
        if not isinstance(value, dict) or "spokenText" not in value:
            return []
        found.append((number, value))
    return found


def _from_metadata(number: int, block: Block, said: Mapping[str, Any]) -> Cue:
    speaker = label_at(said, "speakerName") or ANOTHER
    return Cue(number, speaker, text_at(said, "spokenText").strip(), block.start, block.end)


def _by_voice(number: int, block: Block) -> Iterator[Cue]:
    """Yield a cue for each voice tag of the block, one without a speaker for text before the first."""
    pieces = VOICE.split("\n".join(block.lines))
    names = [None, *(tidy(plain(name or "")) or ANOTHER for name in pieces[1::2])]
    for speaker, text in zip(names, pieces[::2], strict=True):
        if text.strip() or len(pieces) == 1:
            words = timed_words(text, block.start, block.end)
            yield Cue(number, speaker, plain(text).strip(), block.start, block.end, words)


def _by_named_id(cues: Sequence[Cue], blocks: Sequence[Block]) -> list[Cue] | None:
    """Return the cues with the names in their ids (Webex), ``None`` where not most of the ids hold one."""
    names = {
        number: found["name"].strip() for number, block in enumerate(blocks) if (found := NAMED_ID.match(block.id))
    }
    if len(names) * 2 <= len(blocks):
        return None
    return [cue._replace(speaker=names.get(cue.number) or ANOTHER) for cue in cues]


def _by_prefix(cues: Sequence[Cue]) -> list[Cue] | None:
    """Return the cues with the names that their lines open with, ``None`` where no line opens with one.

    A name may also open a later line of a cue, which then holds two speakers, or stand in brackets on a line above.
    """
    lines = [(cue, line) for cue in cues for line in cue.text.split("\n")]
    is_first = [index == 0 for cue in cues for index in range(cue.text.count("\n") + 1)]
    bracketed_names = names_in_brackets([line for _, line in lines])
    candidates = [labelled(line) or bracketed_role(line) or in_brackets(line, bracketed_names) for _, line in lines]
    names = accepted(
        candidates, [first or _opens(cue, line) for (cue, line), first in zip(lines, is_first, strict=True)]
    )
    names |= bracketed_names | _of_nearly_all(
        [found for found, first in zip(candidates, is_first, strict=True) if first]
    )
    above = _names_above(cues)
    if not names and not above:
        return None
    named: list[Cue] = []
    for (cue, line), found in zip(lines, candidates, strict=True):
        alone = unwrapped(line.strip().rstrip(":"))
        if found and found.name in names:
            named.append(cue._replace(speaker=found.name, text=found.text, words=()))
        elif alone in above:
            named.append(cue._replace(speaker=alone, text="", words=()))
        else:
            _go_on(named, cue, line)
    return named


def _by_dash(cues: Sequence[Cue]) -> list[Cue]:
    """Return the cues without the marks of a change of voice, one for each voice."""
    parted: list[Cue] = []
    for cue in cues:
        for line in cue.text.split("\n"):
            _go_on(parted, cue, line)
    return parted


def _go_on(parted: list[Cue], cue: Cue, line: str) -> None:
    """Add a line without a name: to its cue, or as one of its own where a mark says that the voice changes."""
    goes_on = bool(parted) and parted[-1].number == cue.number
    mark = CHEVRONS.match(line) or (DASH.match(line) if DASH.match(cue.text) else None)
    if mark:
        parted.append(cue._replace(speaker=ANOTHER, text=line[mark.end() :], words=()))
    elif goes_on:
        parted[-1] = parted[-1]._replace(text=f"{parted[-1].text}\n{line}".lstrip("\n"))
    else:
        parted.append(cue._replace(text=line))


def _opens(cue: Cue, line: str) -> bool:
    """Tell whether a mark says that the voice changes in ``line`` of ``cue``."""
    return bool(CHEVRONS.match(line) or (DASH.match(cue.text) and DASH.match(line)))


def _of_nearly_all(firsts: Sequence[Labelled | None]) -> frozenset[str]:
    """Return all the labels that captions may open with, where so many do that it is their form, as in Zoom's."""
    found = [label.name for label in firsts if label]
    enough = len(found) >= max(LEAST_LABELLED, len(firsts) * LEAST_SHARE_LABELLED) and len(set(found)) < len(found)
    return frozenset(found) if enough else frozenset()


def _names_above(cues: Sequence[Cue]) -> frozenset[str]:
    """Return the names that stand above the text of a cue: ``[Ana]``, and ``Ana Ruiz`` where nearly all cues have one.

    Sounds, ``[Music]``, are none.
    """
    firsts = [cue.text.split("\n", 1)[0].strip() for cue in cues if "\n" in cue.text]
    counts = Counter(unwrapped(line.rstrip(":")) for line in firsts if BRACKETED_LINE.match(line))
    names = {
        name
        for name, count in counts.items()
        if is_possible(name)
        and not SOUNDS.search(name)
        and (role_word(name) or is_sorted(name) or (is_name_like(name) and (count > 1 or " " in name)))
    }
    bare = Counter(line for line in firsts if is_possible(line) and (is_name_like(line) or is_sorted(line)))
    if 1 < len(bare) < bare.total() and bare.total() >= len(cues) * LEAST_SHARE_ABOVE:
        names.update(bare)
    return frozenset(names)


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
        if cue.speaker is None and speaker and cue.text:
            cue = cue._replace(speaker=speaker)
            count += 1
        speaker = speaker if cue.speaker is None else cue.speaker
        carried.append(cue._replace(speaker=cue.speaker or None))
    return carried, count
