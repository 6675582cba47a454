"""The parts of a text file: several calls one after another, and what is written below a conversation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.readers.cues import counted
from coach.readers.head import NAMES, folded, key_of
from coach.readers.texts.head import FACT, is_speaker
from coach.readers.texts.lines import label_in

ID_WORDS = frozenset("id no number ref reference".split())
BELOW = frozenset(
    "summary|call summary|ai summary|conversation summary|overview|action items|next steps|key points|key takeaways"
    "|highlights|sentiment|overall sentiment|disposition|outcome|call outcome|resolution|notes|agent notes|call notes"
    "|keywords|topics|tags|score|qa score|wrap up|wrap up code|wrap up notes|follow up|follow ups".split("|")
)
TITLE = re.compile(r"^\s{0,8}(?:#{1,6}\s*|\*\*)?(?P<name>[A-Za-z][A-Za-z -]{2,30}?)\s{0,4}(?::.*|\*\*.*|)$")
# Who speaks above what is written below, at least: one label may be a key as well.
LEAST_SPEAKERS = 2
# More are not looked at: each takes a walk over all lines.
MOST_TITLES = 20


def texts_of_calls(text: str) -> list[str]:
    """Return the texts of the calls in ``text``, each from the facts above it: one, unless call ids tell them apart."""
    lines = text.split("\n")
    ids = [
        (place, found[2].strip())
        for place, line in enumerate(lines)
        if (found := FACT.match(line)) and _is_id(found[1])
    ]
    if len({id for _, id in ids}) < 2 or len({id for _, id in ids}) < len(ids):
        return [text]
    starts = [_first_fact(lines, place) for place, _ in ids]
    stops = [*starts[1:], len(lines)]
    starts[0] = 0
    return ["\n".join(lines[start:stop]) for start, stop in zip(starts, stops, strict=True)]


def without_notes_below(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return ``lines`` without the summary or notes that stand below the conversation, and a warning of it.

    They begin with a title under an empty line, and nobody of those who spoke above speaks again.
    """
    titles = [place for place, line in enumerate(lines) if place and not lines[place - 1].strip() and _is_title(line)]
    for place in titles[:MOST_TITLES]:
        above = {label for each in lines[:place] if (label := label_in(each))}
        below = {label for each in lines[place:] if (label := label_in(each))}
        if len(above) >= LEAST_SPEAKERS and not above & below:
            count = sum(bool(each.strip()) for each in lines[place:])
            told = f'{counted(count, "line")} below the conversation left out: "{lines[place].strip()[:40]}"'
            return list(lines[:place]), [told]
    return list(lines), []


def _is_title(line: str) -> bool:
    found = TITLE.match(line)
    return found is not None and folded(found["name"]) in BELOW


def _is_id(name: str) -> bool:
    words = folded(name).split()
    return NAMES.get(" ".join(words)) == "call_id" and len(words) > 1 and words[-1] in ID_WORDS


def _first_fact(lines: Sequence[str], place: int) -> int:
    """Return where the block of facts begins in which the line at ``place`` stands."""
    while (
        place and (found := FACT.match(lines[place - 1])) and key_of(found[1]) is not None and not is_speaker(found[1])
    ):
        place -= 1
    return place
