"""The Harper Valley corpus: spoken turns with roles, written down by a person and by a machine; times in milliseconds.

Of the times of a turn only ``offset_ms`` is on the clock of the call: ``start_ms`` may run seconds early.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from coach.call import Word
from coach.readers.companions import Companion, Record
from coach.readers.cues import Cue, tidy
from coach.readers.fields import MILLIS, Row, at, facts, label_at, moment_at, rows_at, seconds, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape
from coach.roles import role_word


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call; who the agent is, when it began and what it was about is told by its metadata."""
    told: list[str] = []
    rows = rows_at(value, "", told)
    metadata = context.companion(METADATA)
    cues = [_cue(number, row) for number, row in rows]
    if metadata is None:
        told.append(f"{METADATA.title} is not found: it names the agent and the start of the call")
    tasks = [text_at(row, "task_type") for _, row in rows_at(metadata, "tasks", [])]
    yield Heard(
        cues,
        facts(
            call_id=text_at(metadata, "sid"),
            agent_id=text_at(metadata, "agent.speaker_id"),
            agent_name=text_at(metadata, "agent.metadata.agent_name"),
            started_at=moment_at(metadata, "start_time_ms") or _start(rows),
        ),
        facts(task=", ".join(filter(None, tasks))),
        told,
        what="turn",
    )


def _cue(number: int, row: Row) -> Cue:
    label = label_at(row, "speaker_role")
    start, end = span_at(row, "offset_ms", "", MILLIS, length="duration_ms")
    text = tidy(text_at(row, "human_transcript|transcript"))
    return Cue(number, label, text, start, end, _words(row, text, start), role_word(label or "") or "unknown")


def _words(row: Row, text: str, start: float | None) -> tuple[Word, ...]:
    """Return the timed words; they are the machine's, so there are none where a person heard something else."""
    words, begins, lasts = text.split(), at(row, "word_offsets_ms"), at(row, "word_durations_ms")
    if text != tidy(text_at(row, "transcript")) or start is None or not isinstance(begins, list):
        return ()
    if len(begins) != len(words):
        return ()
    ends = zip_longest(map(_seconds, begins), map(_seconds, lasts if isinstance(lasts, list) else ()))
    times = [(_sum(start, begin), _sum(start, begin, length)) for begin, length in ends]
    return tuple(Word(word, *span) for word, span in zip(words, times, strict=False))


def _seconds(value: object) -> float | None:
    return seconds(value, MILLIS)


def _sum(*times: float | None) -> float | None:
    known = [time for time in times if time is not None]
    return round(sum(known), 6) if len(known) == len(times) else None


def _start(rows: list[tuple[int, Row]]) -> str:
    """Return the moment from which ``offset_ms`` counts, which is the same for all turns of a call."""
    for _, row in rows:
        moment, offset = seconds(at(row, "start_timestamp_ms")), seconds(at(row, "offset_ms"))
        if moment is not None and offset is not None:
            return moment_at({"start": moment - offset}, "start")
    return ""


def _records(value: Any) -> dict[str, Record]:
    sid = text_at(value, "sid")
    return {sid: value} if sid else {}


METADATA = Companion(
    "what the Harper Valley corpus keeps beside a transcript",
    (Signature("sid: text", "agent.speaker_id", "caller: object", "start_time_ms: number"),),
    _records,
)

SHAPES = (
    Shape(
        "harper-valley",
        "a transcript of the Harper Valley corpus",
        (Signature("[].speaker_role: text", "[].human_transcript: text", "[].offset_ms: number"),),
        heard,
        ("roles", "times", "words"),
        is_rows=True,
        companions=(METADATA,),
        note="The agent's name and id stand in the metadata, a second file of the same name.",
    ),
)
