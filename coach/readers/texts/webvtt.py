"""WebVTT: ``WEBVTT``, then captions with voice tags or names in front, as meeting tools write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from coach.call import Call
from coach.errors import TranscriptError
from coach.readers.built import call_of_file
from coach.readers.fields import clock, facts, text_at
from coach.readers.head import Head, head_of, key_of
from coach.readers.options import ReadOptions
from coach.readers.rejected import Rejected
from coach.readers.source import Source
from coach.readers.texts.caption_speakers import metadata_of, spoken_cues
from coach.readers.texts.captions import TIMED, Block, blocks_of

FACT = re.compile(r"^(?:NOTE\s+)?([^\W\d][\w /-]{0,30}?)\s*[:=]\s*(\S.*)$")
# Seconds since 1970 up to the year 9999, the last that there are dates for.
LATEST_MOMENT = 253_370_764_800.0


class WebVtt:
    """Reads WebVTT captions; one file is one call."""

    name = "webvtt"
    title = "WebVTT captions"
    provides: tuple[str, ...] = ("speakers", "times", "words")
    told_by = "`WEBVTT` in front, or time lines (`00:01.000 --> 00:02.500`) with full stops"
    is_tried = True
    note = (
        "Zoom, Teams, Webex, YouTube and many more write it. Who speaks: voice tags, names in front or in brackets"
        " above, ids that are names (Webex), JSON with speakerName and spokenText (Teams)."
    )

    def recognises(self, source: Source, options: ReadOptions) -> float:
        """Return 1 where the file says what it is, less where it only has such times."""
        text = source.head_text().lstrip()
        if text.startswith("WEBVTT"):
            return 1.0
        first = next((line for line in text.splitlines()[:40] if TIMED.match(line)), "")
        return 0.8 if first and "," not in first.split("-->")[0] else 0.0

    def read(self, source: Source, options: ReadOptions) -> Iterator[Call | Rejected]:
        """Yield the one call of the file."""
        text, warnings = source.text()
        lines = text.split("\n")
        blocks = list(blocks_of(lines))
        if not blocks:
            raise TranscriptError(
                "captions without a single time line",
                where=source.name,
                remedy="Export the captions again, with times.",
            )
        cues, doubts = spoken_cues(blocks)
        head = _with_metadata(facts_of(lines), blocks)
        yield call_of_file(source, options, self.name, cues, head, warnings=(*warnings, *doubts), what="caption")


def facts_of(lines: Sequence[str]) -> Head:
    """Return what header lines and one-line notes say: ``Language: en``, ``NOTE Agent: Ana``."""
    pairs: list[tuple[str, str]] = []
    in_header = True
    for line in lines:
        in_header = in_header and bool(line)
        found = FACT.match(line) if in_header or line.startswith("NOTE ") else None
        if found and key_of(found[1]):
            pairs.append((found[1], found[2].strip()))
    return head_of(pairs)


def _with_metadata(head: Head, blocks: Sequence[Block]) -> Head:
    """Return ``head`` with the language and the start of the recording, where JSON in the captions says them."""
    spoken = metadata_of(blocks)
    if not spoken:
        return head
    number, said = spoken[0]
    told = facts(language=text_at(said, "spokenLanguage"), started_at=_began(said, blocks[number].start))
    return Head({**told, **head.facts}, head.others)


def _began(said: Mapping[str, Any], start: float | None) -> str:
    """Return the moment at which the recording began: that of a caption, less the caption's time in it."""
    moment = clock(said.get("startDateTime"))
    if moment is None or start is None or not 0 < moment - start < LATEST_MOMENT:
        return ""
    began = datetime.fromtimestamp(round(moment - start, 3), timezone.utc)
    return began.isoformat(timespec="seconds").replace("+00:00", "Z")
