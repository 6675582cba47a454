"""Plain text: one line a turn with a label in front, or a label and a time on a line of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coach.call import Call
from coach.errors import TranscriptError
from coach.readers.built import built
from coach.readers.clocks import from_first
from coach.readers.head import Head
from coach.readers.options import ReadOptions
from coach.readers.records import are_records
from coach.readers.rejected import Rejected
from coach.readers.source import Source
from coach.readers.text_head import split_head
from coach.readers.text_lines import cues_of, marked_lines

NOTHING_KNOWN = Head()
LINES_LOOKED_AT = 400
# A line in this many has to be marked by a speaker or a time; below it the text is prose with a colon in it.
LEAST_SHARE_MARKED = 0.05
MARKUP = re.compile(r"\s*<(?:[!?]|/?[a-zA-Z][\w:-]*[\s/>])")


class PlainText:
    """Reads labelled lines of text; one file is one call."""

    name = "text"
    title = "plain text with speaker labels"
    provides: tuple[str, ...] = ("speakers", "times")
    told_by = "lines that open with a speaker, a time or both (`[0:01] Agent: ...`), where nothing more exact fits"
    is_tried = True

    def recognises(self, source: Source, options: ReadOptions) -> float:
        """Return 0.5 where lines are labelled, so that every more exact form comes first."""
        text = source.head_text()
        if MARKUP.match(text):
            return 0.0
        return 0.5 if looks_labelled(text.splitlines()[:LINES_LOOKED_AT]) else 0.0

    def read(self, source: Source, options: ReadOptions) -> Iterator[Call | Rejected]:
        """Yield the one call of the file."""
        text, warnings = source.text()
        yield call_of_text(text, source.name, source.stem, options, self.name, warnings)


def looks_labelled(lines: list[str]) -> bool:
    """Tell whether ``lines`` are a labelled transcript, and not prose or a list of keys and values."""
    _, body = split_head(lines)
    marked = [line for line in marked_lines(body) if line.text or line.is_marked]
    count = sum(line.is_marked for line in marked)
    if not count or count < len(marked) * LEAST_SHARE_MARKED:
        return False
    return any(line.start is not None for line in marked) or not are_records(
        [(line.speaker, line.text) for line in marked]
    )


def call_of_text(
    text: str,
    source: str,
    fallback_id: str,
    options: ReadOptions,
    format: str,
    warnings: tuple[str, ...] = (),
    known: Head = NOTHING_KNOWN,
) -> Call:
    """Return the call that ``text`` holds; what is ``known`` of it counts before what its head says.

    Raises:
        TranscriptError: no line names a speaker or a time.
    """
    head, body = split_head(text.split("\n"))
    cues, doubts = cues_of(marked_lines(body))
    if not cues:
        raise TranscriptError("no line names a speaker or a time", where=source, remedy='Write "Agent: ..." lines.')
    moved, started_at, clock = from_first(cues)
    return built(
        moved,
        Head({**head.facts, **known.facts}, {**head.others, **known.others}),
        format=format,
        source=source,
        fallback_id=fallback_id,
        options=options,
        warnings=(*warnings, *doubts, *clock),
        what="utterance",
        started_at=started_at,
    )
