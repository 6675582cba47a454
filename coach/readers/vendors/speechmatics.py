"""Speechmatics transcripts: json-v2 of a batch job or of live messages, and the older v1; words, marks, entities."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from coach.readers.cues import Cue, counted
from coach.readers.fields import Row, at, facts, head_at, label_at, rows_at, seconds_at, span_at, text_at
from coach.readers.head import Head
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.tokens import Token, cues_of_tokens
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.shared.voices import labels_apart

SPEAKER, CONTENT = "alternatives.0.speaker", "alternatives.0.content"
LANGUAGES = ("metadata.transcription_config.language", "results.0.alternatives.0.language")
MARKS = frozenset(".,?!;:")
# Times in v1 are texts of three decimals, so that a word may miss the end of its speaker by less than this.
ROUNDING = 0.0005


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call of a batch job, or of live messages: one, or a list of them."""
    told: list[str] = []
    messages = [row for _, row in rows_at(value if isinstance(value, list) else [value], "", told)]
    final = [row for row in messages if text_at(row, "message") in ("", "AddTranscript")]
    partial = sum(text_at(row, "message") == "AddPartialTranscript" for row in messages)
    if partial:
        told.append(f"{counted(partial, 'partial transcript')} left out, for the final ones say the same")
    rows = [
        (label_at(row, "channel") or label_at(message, "channel"), row)
        for message in final
        for _, row in rows_at(message, "results", told)
    ]
    if any(text_at(row, "type") == "speaker_change" for _, row in rows):
        told.append("it marks where the speaker changes, but not who speaks")
    spoken = (text_at(row, path) for path in LANGUAGES for row in final)
    started = (text_at(row, "id") for row in messages if text_at(row, "message") == "RecognitionStarted")
    job = _job(at(value, "job"))
    about = facts(call_id=next(started, None), language=next((each for each in spoken if each), None))
    yield Heard(_cues(rows), {**about, **job.facts}, job.others, told, what="word")


def heard_v1(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call: its words, and by time the speakers, who stand beside them."""
    told: list[str] = []
    spans = [
        (start, end, label_at(row, "name"))
        for _, row in rows_at(value, "speakers", told)
        for start, end in [span_at(row, "time", "", length="duration")]
        if start is not None
    ]
    spans.sort(key=lambda span: span[0])
    starts = [start for start, _, _ in spans]

    def speaker_at(time: float | None) -> str | None:
        number = 0 if time is None else bisect_right(starts, time + ROUNDING)
        if not number or time is None:
            return None
        _, end, label = spans[number - 1]
        return label if end is None or time <= end + ROUNDING else None

    cues = cues_of_tokens(
        Token(number, name, speaker_at(start), start, end, glued=name in MARKS)
        for number, row in rows_at(value, "words", told)
        for name in [text_at(row, "name").strip()]
        for start, end in [span_at(row, "time", "", length="duration")]
    )
    job = _job(at(value, "job"))
    yield Heard(cues, {**facts(language=text_at(value, "job.lang")), **job.facts}, job.others, told, what="word")


def _cues(rows: list[tuple[str | None, Row]]) -> list[Cue]:
    labels = labels_apart((channel, label_at(row, SPEAKER)) for channel, row in rows)
    tokens: dict[str | None, list[Token]] = {}
    joins_next: dict[str | None, bool] = {}
    for number, (channel, row) in enumerate(rows):
        for piece in _written(row):
            joins = text_at(piece, "attaches_to") or ("previous" if text_at(piece, "type") == "punctuation" else "none")
            glued = joins in ("previous", "both") or joins_next.get(channel, False)
            joins_next[channel] = joins in ("next", "both")
            label = labels[channel, label_at(row, SPEAKER)]
            span = span_at(piece, "start_time", "end_time")
            token = Token(number, text_at(piece, CONTENT), label, *span, glued=glued)
            tokens.setdefault(channel, []).append(token)
    return [cue for each in tokens.values() for cue in cues_of_tokens(each)]


def _written(row: Row) -> list[Row]:
    """Return the words of an entity as they are written, for they are there as spoken too; else the row itself."""
    return [piece for _, piece in rows_at(row, "written_form", []) if text_at(piece, CONTENT)] or [row]


def _job(job: object) -> Head:
    """Return what the job says of the call, with what the user said of it on handing it in."""
    tracking, details = head_at(job, "tracking"), head_at(job, "tracking.details")
    duration, name = seconds_at(job, "duration"), text_at(job, "data_name|name").strip()
    others = {"duration": f"{duration:g} s"} if duration else {}
    others |= {"data_name": name} if name and "://" not in name else {}
    known = {**details.facts, **tracking.facts, **facts(call_id=text_at(job, "id"))}
    return Head(known, {**details.others, **tracking.others, **others})


SHAPES = (
    Shape(
        "speechmatics-json-v2",
        "a Speechmatics transcript (json-v2)",
        (
            Signature(
                "results[].alternatives[].content: text",
                "results[].type: text",
                "results[].start_time",
                lacks=("message = AddTranscript", "message = AddPartialTranscript"),
            ),
            Signature("job.id", "metadata.transcription_config", "results: list", lacks=("results[].alternatives",)),
        ),
        heard,
        ("speakers", "times", "words"),
    ),
    Shape(
        "speechmatics-json-v2",
        "messages of Speechmatics' live transcription",
        (
            Signature("message = AddTranscript", "results: list"),
            Signature("[].message = AddTranscript", "[].results: list"),
            Signature("[].message = AddPartialTranscript", "[].results: list", lacks=("[].message = AddTranscript",)),
            Signature("[].message = RecognitionStarted", "[].id", lacks=("[].message = AddTranscript",)),
        ),
        heard,
        ("speakers", "times", "words"),
        is_rows=True,
    ),
    Shape(
        "speechmatics-json-v1",
        "a Speechmatics transcript (json v1)",
        (Signature("words[].name: text", "words[].time", "words[].duration", "speakers: list"),),
        heard_v1,
        ("speakers", "times", "words"),
    ),
)
