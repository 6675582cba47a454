"""Transcripts that Google Meet leaves in a document, saved as text or Markdown.

Notes may stand above the transcript; a time stands alone on a line every few minutes, and a closing notice ends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from coach.call import Call
from coach.readers.head import Head
from coach.readers.options import ReadOptions
from coach.readers.rejected import Rejected
from coach.readers.source import Source
from coach.readers.texts.plain import call_of_text

MARKS = "#*_ \t"
# Markdown writes "5\\." and "\\-" where a full stop or a dash could be taken for a list.
ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>|~])")
ANCHOR = re.compile(r"\{#[^{}]*\}\s*$")
HEADING_TIME = re.compile(r"^\d{1,2}:\d{2}:\d{2}$")
TITLE = re.compile(r"^(?P<title>.*\S)\s+[-\u2013\u2014]\s+transcript$", re.IGNORECASE)
PEOPLE = re.compile(r"^(?:attendees|invited)\b", re.IGNORECASE)
CLOSING = re.compile(
    r"^(?:transcription ended after\b|this editable transcript was computer generated\b)", re.IGNORECASE
)
# (2026-03-02 at 10:02 GMT-7), 2026/03/02 10:02 CET
MOMENT = re.compile(r"(\d{4})[-/](\d{2})[-/](\d{2})(?:\s+at)?\s+(\d{2}:\d{2})(?:\s+GMT([+-]\d{1,2})(?::(\d{2}))?)?")


class MeetText:
    """Reads Google Meet's transcript documents; one file is one call."""

    name = "google-meet-text"
    title = "a Google Meet transcript document"
    provides: tuple[str, ...] = ("speakers", "times")
    told_by = (
        'times alone on lines under a title that ends in "- Transcript", or under "Attendees", or the closing notice'
    )
    is_tried = False
    note = "Only some turns have times."

    def recognises(self, source: Source, options: ReadOptions) -> float:
        """Return 0.8 where times stand alone, and a title, a list of people or the notice at the end is there."""
        lines = [_bare(line) for line in source.head_text().splitlines()]
        times = [place for place, line in enumerate(lines) if HEADING_TIME.match(line)]
        if not times:
            return 0.0
        above = lines[: times[0]]
        is_titled = any(TITLE.match(line) or PEOPLE.match(line) for line in above)
        return 0.8 if is_titled or any(CLOSING.match(line) for line in lines) else 0.0

    def read(self, source: Source, options: ReadOptions) -> Iterator[Call | Rejected]:
        """Yield the one call of the file."""
        text, warnings = source.text()
        lines = [ESCAPED.sub(r"\1", line) for line in text.split("\n")]
        plain = [_bare(line) for line in lines]
        first = next((place for place, line in enumerate(plain) if HEADING_TIME.match(line)), 0)
        last = next((place for place in range(first, len(plain)) if CLOSING.match(plain[place])), len(plain))
        body = [bare if HEADING_TIME.match(bare) else line for line, bare in zip(lines, plain, strict=True)]
        yield call_of_text(
            "\n".join(body[first:last]),
            source.name,
            source.stem,
            options,
            self.name,
            warnings,
            _head(plain[:first]),
        )


def _bare(line: str) -> str:
    """Return a line without what Markdown puts around and behind headings."""
    return ANCHOR.sub("", ESCAPED.sub(r"\1", line)).strip(MARKS)


def _head(lines: Sequence[str]) -> Head:
    """Return what the lines above say: the title's words, and the start where it has a date and a time."""
    titles = [found["title"].strip(MARKS) for line in lines if (found := TITLE.match(line))]
    moment = next((found for line in lines if (found := MOMENT.search(line))), None)
    facts = {"started_at": _iso(moment)} if moment else {}
    return Head(facts, {"title": titles[-1]} if titles else {})


def _iso(found: re.Match[str]) -> str:
    year, month, day, time, hours, minutes = found.groups()
    zone = f"{hours[0]}{int(hours[1:]):02d}:{minutes or '00'}" if hours else ""
    return f"{year}-{month}-{day}T{time}{zone}"
