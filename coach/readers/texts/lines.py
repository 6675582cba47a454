"""The lines of a plain-text transcript: which of them open a turn, by whom, and when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from coach.readers.cues import Cue, counted, tidy
from coach.readers.texts.labels import (
    Labelled,
    accepted,
    bracketed_role,
    in_brackets,
    is_name_like,
    is_possible,
    is_sorted,
    labelled,
    names_in_brackets,
    openings,
    unwrapped,
)
from coach.readers.texts.layout import unlaid
from coach.readers.texts.stamps import STAMP, seconds_of_stamp
from coach.readers.times import seconds_of
from coach.roles import role_word

CLOCK_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,6})?(?:\s*[AaPp]\.?[Mm]\.?)?"
TIME = rf"(?:{STAMP}|{CLOCK_TIME}|\d+(?:\.\d+)?\s?s(?:ec)?)"
# 75.3, and ( 1m 15s ) as chats have it
IN_BRACKETS = rf"(?:{TIME}|(?:\d{{1,2}}h\s?)?\d{{1,2}}m\s?\d{{1,2}}s|\d+\.\d+)"
SPAN = rf"(?P<start>{IN_BRACKETS})(?:\s*(?:-->|[-\u2013\u2014]|to)\s*(?P<end>{IN_BRACKETS}))?"
# [00:01] Name: text, (0:01 - 0:04) Name: text
BRACKETED_TIME = re.compile(rf"^\s*[\[(<]\s*{SPAN}\s*[\])>]\s*(?:[-\u2013\u2014|]\s*)?(?P<rest>.*)$")
# 00:01 Name: text, 12:04 PM - Name: text
LEADING_TIME = re.compile(
    rf"^\s*(?P<start>{TIME})(?:\s*(?:-->|[-\u2013\u2014])\s*(?P<end>{TIME}))?\s*(?:[-\u2013\u2014|]\s*)?(?P<rest>\s.*|)$"
)
# Name [0:01]: text, Name (0:01 - 0:04), Name  0:01
TRAILING_TIME = re.compile(
    rf"^\s*(?:\*\*|__)?(?P<name>[^\s\[(<:*][^\[(<:\t]{{0,60}}?)(?:\*\*|__)?"
    rf"(?:\s*[\[(<]\s*{SPAN}\s*[\])>]|(?:\s{{1,8}}|\s{{1,8}}-\s{{1,8}})(?P<bare>{STAMP}|{CLOCK_TIME}))"
    r"\s*(?:\*\*|__)?(?P<colon>:?)(?:\*\*|__)?\s*(?P<rest>.*)$"
)
# Ana Ruiz: [0:01] text
TIME_BEHIND = re.compile(rf"^[\[(]\s*{SPAN}\s*[\])]\s*[:-]?\s*(?P<rest>.*)$", re.DOTALL)
# 09:14:03 From Ana Ruiz to Everyone: text
CHAT = re.compile(r"^From\s+(?P<name>[^:\t]{1,48}?)(?:\s+to\s+[^:\t]{1,60}?)?\s*:\s*(?P<text>.*)$", re.DOTALL)
# March 2, 2026, 9:14AM: a date, and nobody's name
DATED = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s+\d{1,2}\b|\d+[hm]$",
    re.IGNORECASE,
)
RULE = re.compile(r"^\s*[-=_*#~]{3,}$")
HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(?P<rest>.*?)\s*#*$")
# *** Ana Ruiz joined the chat ***, --- END OF TRANSCRIPT ---, Ana Ruiz stopped transcription
EVENT = re.compile(
    r"^\s*(?:([*=~-])\1\1+(?=[^*=~-]).{1,80}?\1{3,}"
    r"|\W{0,5}end of (?:the )?(?:transcript|transcription|call|recording|chat|conversation)\W{0,5}"
    r"|(?:(?-i:[A-Z])[\w'.-]*\s+){1,4}(?:started|stopped) (?:transcription|recording))\s*$",
    re.IGNORECASE,
)
LEAST_TIMED = 2
LEAST_SHARE_NAMES = 0.8
SENTENCE_ENDS = (".", "?", "!", ",", "\u2026")
FOOTER = re.compile(
    r"^\s*(?:transcribed|transcript|transcript provided|transcription|generated) by"
    r" (?:\S*(?:otter|https?:)|[\w-]+(?:\.[\w-]+){0,3}\.[a-z]{2,4}\W?\s*$)",
    re.IGNORECASE,
)

NO_SPEECH = (RULE, FOOTER, EVENT)


class Marked(NamedTuple):
    """A line with what it is marked by; ``speaker`` and times are ``None`` where it has none."""

    speaker: str | None
    text: str
    start: float | None = None
    end: float | None = None

    @property
    def is_marked(self) -> bool:
        """Whether the line opens an utterance."""
        return self.speaker is not None or self.start is not None


class _Timed(NamedTuple):
    start: float | None
    end: float | None
    found: Labelled | None
    rest: str
    alone: str = ""


def marked_lines(lines: Sequence[str]) -> list[Marked]:
    """Return the lines with the speakers and times that they open with; empty lines and rules are left out."""
    kept = [line for line in unlaid(lines) if line.strip() and not any(each.match(line) for each in NO_SPEECH)]
    timed = [item for line in kept if not EVENT.match((item := _timed_or_headed(line)).rest)]
    bracketed = names_in_brackets([item.rest for item in timed])
    timed = [item._replace(found=item.found or in_brackets(item.rest, bracketed)) for item in timed]
    candidates = [item.found for item in timed]
    opened = openings(candidates, [item.rest for item in timed]) if timed else []
    if _have_times(timed):
        opened = [opens and item.start is not None for opens, item in zip(opened, timed, strict=True)]
    names = accepted(candidates, opened) | bracketed
    alone = _names_alone(timed)
    named = [item.start is not None and unwrapped(item.alone) in names for item in timed]
    return [
        _marked(item, names, alone | names if is_name else alone) for item, is_name in zip(timed, named, strict=True)
    ]


def label_in(line: str) -> str | None:
    """Return the label that ``line`` opens with, after a time if there is one; ``None`` where there is none."""
    found = _timed(line).found
    return found.name if found else None


def cues_of(lines: Sequence[Marked]) -> tuple[list[Cue], list[str]]:
    """Return the utterances: a marked line and the unmarked ones after it; and warnings.

    A marked line without a speaker goes on with the one before, one with a time and nothing else lends that time to
    the next line.
    """
    cues: list[Cue] = []
    unheard: list[str] = []
    waiting: Marked | None = None
    for line in lines:
        if waiting is not None and line.start is None:
            line = line._replace(start=waiting.start, end=waiting.end, speaker=line.speaker or waiting.speaker)
        waiting = None
        if line.is_marked and line.speaker is None and not line.text:
            waiting = line
        elif line.is_marked:
            speaker = line.speaker or (cues[-1].speaker if cues else None)
            cues.append(Cue(len(cues), speaker, line.text, line.start, line.end))
        elif cues:
            cues[-1] = cues[-1]._replace(text=f"{cues[-1].text} {line.text}")
        elif line.text:
            unheard.append(line.text)
    left_out = (
        f'{counted(len(unheard), "line")} before the first speaker left out: "{unheard[0][:40]}"' if unheard else ""
    )
    return [cue._replace(text=tidy(cue.text)) for cue in cues], [left_out] if left_out else []


def _timed_or_headed(line: str) -> _Timed:
    """Return a line with its time; a heading is no speech, but may be the name of who speaks below it."""
    heading = HEADING.match(line)
    if not heading:
        return _timed(line)
    item = _timed(heading["rest"])
    return item._replace(found=item.found if item.found and not item.found.text else None, rest="")


def _have_times(timed: Sequence[_Timed]) -> bool:
    """Tell whether labels come with times, so that words before colons in lines without one are the text's own."""
    labels = [item.start is not None for item in timed if item.found]
    return sum(labels) >= LEAST_TIMED and sum(labels) * 2 >= len(labels)


def _timed(line: str) -> _Timed:
    for pattern in (BRACKETED_TIME, LEADING_TIME):
        found = pattern.match(line)
        if found:
            start, end = _seconds(found["start"]), _seconds(found["end"])
            if start is not None:
                rest = found["rest"].strip()
                chat = CHAT.match(rest)
                if chat and is_possible(chat["name"]):
                    return _Timed(start, end, Labelled(chat["name"], chat["text"]), rest)
                return _Timed(start, end, labelled(rest) or bracketed_role(rest), rest, rest)
    found = TRAILING_TIME.match(line)
    if found and (found["colon"] or not found["rest"]):
        name = found["name"].rstrip(" ,|-\u2013\u2014")
        start = _seconds(found["start"] or found["bare"])
        if start is not None and is_possible(name) and not DATED.search(name):
            return _Timed(start, _seconds(found["end"]), Labelled(name, found["rest"]), line)
    return _Timed(None, None, labelled(line) or bracketed_role(line), line.strip(), line.strip())


def _names_alone(timed: Sequence[_Timed]) -> frozenset[str]:
    """Return the names that stand on lines of their own, without a colon: role words, and names that recur.

    Where nearly all that stands behind times or in headings is a name, one that comes once is one too.
    """
    lines = [unwrapped(item.alone) for item in timed if item.found is None and item.alone]
    apart = [
        unwrapped(item.alone) for item in timed if item.found is None and (item.start is not None or not item.rest)
    ]
    like_names = [
        name
        for name in apart
        if name and is_possible(name) and (is_name_like(name) or is_sorted(name)) and "," not in name
    ]
    if 1 < len(set(like_names)) < len(like_names) and len(like_names) >= len(apart) * LEAST_SHARE_NAMES:
        return frozenset(like_names)
    return frozenset(
        name
        for name in dict.fromkeys(lines)
        if is_possible(name)
        and "," not in name
        and (
            (role_word(name) and lines.count(name) > 0 and _says_little(name))
            or (lines.count(name) > 1 and is_name_like(name) and not name.endswith(SENTENCE_ENDS))
        )
        and len(lines) > lines.count(name)
    )


def _says_little(name: str) -> bool:
    """Tell ``AGENT`` and ``Agent 2`` from a short sentence that happens to hold the word."""
    return is_sorted(name) or (name[:1].isupper() and not name.endswith(SENTENCE_ENDS) and len(name.split()) <= 3)


def _marked(item: _Timed, names: frozenset[str], alone: frozenset[str]) -> Marked:
    if item.found and item.found.name in names:
        behind = TIME_BEHIND.match(item.found.text) if item.start is None else None
        if behind and (start := _seconds(behind["start"])) is not None:
            return Marked(item.found.name, behind["rest"].strip(), start, _seconds(behind["end"]))
        return Marked(item.found.name, item.found.text.strip(), item.start, item.end)
    bare = unwrapped(item.alone)
    if bare and bare in alone:
        return Marked(bare, "", item.start, item.end)
    return Marked(None, item.rest, item.start, item.end)


def _seconds(text: str | None) -> float | None:
    if not text:
        return None
    short = text.strip().removesuffix("sec").removesuffix("s").strip()
    *longer, short = re.split(r"\s*[hm]\s*", short)
    try:
        if ":" in text:
            return seconds_of(text) if seconds_of(text) is not None else seconds_of_stamp(text)
        return sum(60.0**power * int(part) for power, part in enumerate(reversed(longer), 1)) + float(short)
    except ValueError:
        return None
