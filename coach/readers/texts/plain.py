"""Plain text: one line a turn with a label in front, or a label and a time on a line of their own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from coach.call import Call
from coach.errors import TranscriptError
from coach.readers.built import NOTHING_KNOWN, built
from coach.readers.clocks import from_first
from coach.readers.head import Head
from coach.readers.options import ReadOptions
from coach.readers.rejected import Rejected, rejected
from coach.readers.source import Source
from coach.readers.texts.head import split_head
from coach.readers.texts.inline import in_lines
from coach.readers.texts.labels import is_sorted
from coach.readers.texts.lines import cues_of, marked_lines
from coach.readers.texts.parts import texts_of_calls, without_notes_below
from coach.readers.texts.records import are_records
from coach.readers.texts.stamps import has_unclear_day
from coach.readers.times import LATEST
from coach.roles import role_word

LINES_LOOKED_AT = 400
# A line in this many has to be marked by a speaker or a time; below it the text is prose with a colon in it.
LEAST_SHARE_MARKED = 0.05
# The same where nothing but names marks them, and how many names there must be: one alone talks to nobody.
LEAST_SHARE_NAMED = 0.2
LEAST_NAMES = 2
# Of more names than this at least half come again, where they are people and not keys.
MOST_MET_ONCE = 4
# What programs write of themselves, with a time in front
LOGGED = re.compile(r"^\W{0,3}(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE)\b")
LEAST_SHARE_LOGGED = 0.5
MARKUP = re.compile(r"\s*<(?:[!?]|/?[a-zA-Z][\w:-]*[\s/>])")


class PlainText:
    """Reads labelled lines of text; one file is one call, or several with their ids above each."""

    name = "text"
    title = "plain text with speaker labels"
    note = "Otter, Rev and other services export it, and people write it."
    provides: tuple[str, ...] = ("speakers", "times")
    told_by = "lines that open with a speaker, a time or both (`[0:01] Agent: ...`), where nothing more exact fits"
    is_tried = True

    def recognises(self, source: Source, options: ReadOptions) -> float:
        """Return 0.5 where lines are labelled, so that every more exact form comes first."""
        text = source.head_text()
        if MARKUP.match(text):
            return 0.0
        return 0.5 if looks_labelled(in_lines(text).splitlines()[:LINES_LOOKED_AT]) else 0.0

    def read(self, source: Source, options: ReadOptions) -> Iterator[Call | Rejected]:
        """Yield the calls of the file."""
        text, warnings = source.text()
        texts = texts_of_calls(text)
        if len(texts) == 1:
            yield call_of_text(text, source.name, source.stem, options, self.name, warnings)
            return
        for number, each in enumerate(texts, 1):
            try:
                yield call_of_text(each, source.name, f"{source.stem}-{number}", options, self.name, warnings)
            except TranscriptError as error:
                yield rejected(error, source.name, f"call {number}")


def looks_labelled(lines: list[str]) -> bool:
    """Tell whether ``lines`` are a labelled transcript, and not prose or a list of keys and values.

    Where lines have times, or are labelled by roles or numbers, a few of them do. Names alone must be two or more and
    open more of the lines, for prose too has words before colons.
    """
    _, body = split_head(lines)
    marked = [line for line in marked_lines(body) if line.text or line.is_marked]
    count = sum(line.is_marked for line in marked)
    if not count or count < len(marked) * LEAST_SHARE_MARKED:
        return False
    if any(line.start is not None for line in marked):
        if not any(line.speaker for line in marked) and any((line.start or 0) > LATEST for line in marked):
            # Dates with times and nobody who speaks: the log of a program.
            return False
        return sum(LOGGED.match(line.text) is not None for line in marked) < count * LEAST_SHARE_LOGGED
    counts = Counter(line.speaker for line in marked if line.speaker is not None)
    by_role = sum(times for name, times in counts.items() if role_word(name) is not None or is_sorted(name))
    if by_role < count * LEAST_SHARE_NAMED:
        again = sum(times > 1 for times in counts.values())
        is_crowd = len(counts) > MOST_MET_ONCE and again * 2 < len(counts)
        if len(counts) < LEAST_NAMES or is_crowd or count < len(marked) * LEAST_SHARE_NAMED:
            return False
    stand_alone = sum(line.speaker is not None and not line.text for line in marked)
    return stand_alone * 2 > count or not are_records([(line.speaker, line.text) for line in marked])


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
    head, body = split_head(in_lines(text).split("\n"))
    body, below = without_notes_below(body)
    cues, doubts = cues_of(marked_lines(body))
    if not cues:
        raise TranscriptError("no line names a speaker or a time", remedy='Write "Agent: ..." lines.')
    moved, started_at, clock = from_first(cues)
    if started_at and has_unclear_day(text):
        started_at = None
        clock = ["the dates are not clear (day or month first?): only the times between them are read"]
    return built(
        moved,
        Head({**head.facts, **known.facts}, {**head.others, **known.others}),
        format=format,
        source=source,
        fallback_id=fallback_id,
        options=options,
        warnings=(*warnings, *doubts, *below, *clock),
        what="utterance",
        started_at=started_at,
    )
