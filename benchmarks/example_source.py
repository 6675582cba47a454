"""The written form of the example calls: read it, and lay the turns out in time.

A source file holds one call after another. A call starts with a line ``=== ID``; head lines follow (``agent: ben``),
then a blank line, then one line a turn::

    A +gr+id+of: Good morning, Ben speaking, how can I help?
    C <0.4: Hi, my router --

``A`` is the agent, ``C`` the customer, ``O`` anyone else. Marks stand before the colon:

- ``+gr`` / ``-ap``: our own reading of the call; the check is met, or missed, in this turn (codes in ``CHECKS``);
- ``<0.4``: starts 0.4 s before the speech so far ends; ``>12``: starts 12 s after it; ``~0.5``: a noise made
  while the other speaks, from the middle of that turn.

Times are whole hundredths of a second here, so that every machine works out the same ones.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

CHECKS = {
    "gr": "greeting",
    "id": "identification",
    "of": "offer_of_help",
    "ac": "acknowledgement",
    "ap": "apology",
    "em": "empathy",
    "ow": "ownership",
    "ho": "hold_courtesy",
    "tr": "transfer_courtesy",
    "fh": "further_help",
    "pc": "positive_close",
    "co": "courtesy",
}
LINE = re.compile(r"(?P<who>[ACO])(?P<marks>(?: [^:]+)?): (?P<text>.+)")
MARK = re.compile(r"\s*(?:(?P<label>[+-][a-z]{2})|(?P<time>[<>~]\d+(?:\.\d+)?))")
SPOKEN = re.compile(r"[\w'@£%&/\[\].-]*\w[\w'@£%&/\[\]-]*")


class Line(NamedTuple):
    """One turn as written; ``labels`` are pairs of a sign and a code, ``time`` a mark or ``""``."""

    who: str
    text: str
    labels: tuple[tuple[str, str], ...]
    time: str


class TimedWord(NamedTuple):
    """A word with its times in hundredths of a second."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Source:
    """A call as written: its head lines and its turns."""

    call_id: str
    head: Mapping[str, str]
    lines: tuple[Line, ...]


def sources(folder: Path) -> Iterator[Source]:
    """Yield every call of the ``*.txt`` files in ``folder``, in the order of file names."""
    for path in sorted(folder.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("\n=== ")[1:]:
            yield source_of(block, path.name)


def source_of(block: str, place: str) -> Source:
    """Return the call written in ``block``; ``ValueError`` names the place of a line that makes no sense."""
    head_text, _, body = block.partition("\n\n")
    call_id, *head_lines = head_text.splitlines()
    head = dict(line.split(": ", 1) for line in head_lines)
    style = head.get("style", "clean")
    lines = tuple(line_of(line, style, f"{place}, {call_id}") for line in body.strip().splitlines())
    return Source(call_id.strip(), head, lines)


def line_of(written: str, style: str, place: str) -> Line:
    """Return one turn."""
    found = LINE.fullmatch(written.rstrip())
    if not found:
        raise ValueError(f"{place}: not a turn: {written!r}")
    labels: list[tuple[str, str]] = []
    time = ""
    marks, at = found["marks"], 0
    while at < len(marks):
        mark = MARK.match(marks, at)
        if not mark:
            raise ValueError(f"{place}: not a mark: {marks[at:]!r}")
        if mark["label"]:
            labels.append((mark["label"][0], mark["label"][1:]))
        else:
            time = mark["time"]
        at = mark.end()
    return Line(found["who"], styled(found["text"], style), tuple(labels), time)


def styled(text: str, style: str) -> str:
    """Return ``text`` as such a transcript has it: ``clean``, ``asr`` (lower case, bare) or ``asr-bare`` (no ')."""
    if style == "clean":
        return text
    bare = " ".join(re.sub(r"[^\w'£%@/\[\]-]", " ", text.lower().replace("--", " ").replace("-", " ")).split())
    return bare.replace("'", "") if style == "asr-bare" else bare


def outcomes(source: Source) -> dict[str, tuple[str, list[int]]]:
    """Return our reading of the call: check -> outcome and turns (numbers of the lines as written)."""
    if source.head.get("unclear") == "yes":
        return {check: ("cannot_tell", []) for check in CHECKS.values()}
    read: dict[str, tuple[str, list[int]]] = {}
    for number, line in enumerate(source.lines):
        for sign, code in line.labels:
            outcome = "met" if sign == "+" else "missed"
            known = read.setdefault(CHECKS[code], (outcome, []))
            if known[0] != outcome:
                raise ValueError(f"{source.call_id}: {CHECKS[code]} is both met and missed")
            known[1].append(number)
    for key, outcome in (("na", "not_applicable"), ("missed", "missed")):
        for code in source.head.get(key, "").split():
            if CHECKS[code] in read:
                raise ValueError(f"{source.call_id}: {CHECKS[code]} has two outcomes")
            read[CHECKS[code]] = (outcome, [])
    read.setdefault("courtesy", ("met", []))
    if unread := [check for check in CHECKS.values() if check not in read]:
        raise ValueError(f"{source.call_id}: no outcome for {', '.join(unread)}")
    return {check: read[check] for check in CHECKS.values()}


def timed(source: Source) -> list[list[TimedWord]]:
    """Return the words of every turn with times: about 2.5 words a second, pauses at stops, gaps between turns."""
    laid: list[list[TimedWord]] = []
    last: list[TimedWord] = []
    floor = 40
    for number, line in enumerate(source.lines):
        words = spoken_at(line, begin_of(line, number, source.call_id, floor, last), source.call_id)
        laid.append(words)
        floor = max(floor, words[-1].end)
        if not line.time.startswith("~"):
            last = words
    return laid


def begin_of(line: Line, number: int, call_id: str, floor: int, last: list[TimedWord]) -> int:
    """Return when a turn starts; ``floor`` is the end of the speech so far, ``last`` the turn before."""
    if not line.time:
        return floor + (20 + varied(f"{call_id}/{number}", 55) if number else 0)
    amount = float(line.time[1:])
    if line.time[0] == "~":
        return last[0].start + int(amount * (last[-1].end - last[0].start))
    return floor + (int(amount * 100) if line.time[0] == ">" else -int(amount * 100))


def spoken_at(line: Line, start: int, call_id: str) -> list[TimedWord]:
    """Return the words of one turn with times; longer words and stops take longer, each speaker has a pace."""
    pace = 90 + varied(f"{call_id}/{line.who}", 25)
    words: list[TimedWord] = []
    for text in line.text.split():
        letters = len(SPOKEN.sub(lambda found: "x" * len(found[0]), text).replace(".", ""))
        end = start + (12 + 5 * letters) * pace // 100
        words.append(TimedWord(text, start, end))
        start = end + (38 if text[-1] in ".?!" else 20 if text[-1] in ",;:-" else 3)
    return words


def varied(key: str, below: int) -> int:
    """Return a number under ``below`` that looks arbitrary and is always the same for ``key``."""
    return zlib.crc32(key.encode()) % below
