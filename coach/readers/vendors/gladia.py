"""Gladia transcripts: utterances by channel and speaker, in the answer to a job, in a callback, or live messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from coach.readers.cues import Cue, counted, tidy
from coach.readers.fields import Row, at, facts, head_at, label_at, rows_at, seconds_at, span_at, text_at, words_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.shared.voices import labels_apart


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call: the utterances, or where there are none the whole text; sentences say the same again."""
    told: list[str] = []
    result = at(value, "result|payload") or value
    said = at(result, "transcription") or result
    cues = _cues(rows_at(said, "utterances", told))
    if not any(cue.text for cue in cues) and (text := tidy(text_at(said, "full_transcript"))):
        cues = [Cue(0, None, text)]
        told.append("no utterances in it: its whole text is one turn of nobody")
    own = head_at(value, "custom_metadata")
    duration = seconds_at(result, "metadata.audio_duration")
    yield Heard(
        cues,
        {**own.facts, **facts(call_id=text_at(value, "id"), language=text_at(said, "languages.0"))},
        {**own.others, **({"duration": f"{duration:g} s"} if duration else {})},
        told,
        what="utterance",
    )


def heard_live(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the call whose final messages stand in the list ``value``."""
    told: list[str] = []
    messages = rows_at(value, "", told)
    interim = sum(at(row, "data.is_final") is False for _, row in messages)
    if interim:
        told.append(f"{counted(interim, 'interim message')} left out, for the final ones say the same")
    final = [
        (number, utterance)
        for number, row in messages
        if at(row, "data.is_final") is not False and isinstance(utterance := at(row, "data.utterance"), dict)
    ]
    about = facts(
        call_id=next((text for _, row in messages if (text := text_at(row, "session_id"))), None),
        language=next((text for _, row in final if (text := text_at(row, "language"))), None),
    )
    yield Heard(_cues(final), about, {}, told, what="message")


def _cues(rows: Sequence[tuple[int, Row]]) -> list[Cue]:
    labels = labels_apart((label_at(row, "channel"), label_at(row, "speaker")) for _, row in rows)
    return [
        Cue(
            number,
            labels[label_at(row, "channel"), label_at(row, "speaker")],
            tidy(text_at(row, "text")),
            *span_at(row, "start", "end"),
            words_at(row, "words", "word", "start", "end"),
        )
        for number, row in rows
    ]


SHAPES = (
    Shape(
        "gladia",
        "a Gladia transcript",
        (
            Signature("result|payload.transcription.utterances: list", "result|payload.transcription.full_transcript"),
            Signature("transcription.utterances: list", "transcription.full_transcript", lacks=("result", "payload")),
            Signature("full_transcript: text", "utterances[].text: text", "utterances[].channel|words"),
        ),
        heard,
        ("speakers", "times", "words"),
    ),
    Shape(
        "gladia",
        "messages of Gladia's live transcription",
        (Signature("[].data.utterance.text: text", "[].data.is_final", "[].type = transcript"),),
        heard_live,
        ("speakers", "times", "words"),
        is_tried=False,
        is_rows=True,
    ),
)
