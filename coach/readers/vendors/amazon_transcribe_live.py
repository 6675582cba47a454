"""Amazon Transcribe, streaming: events with results that grow until they are final, by speaker or channel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coach.readers.cues import Cue, counted, tidy
from coach.readers.fields import Row, at, facts, label_at, rows_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.tokens import Token, cues_of_tokens
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.shared.voices import labels_apart

ITEMS, TEXT = "Alternatives.0.Items", "Alternatives.0.Transcript"


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call whose events stand in the list ``value``, or which is one event."""
    told: list[str] = []
    events = rows_at(value if isinstance(value, list) else [value], "", told)
    results = [row for _, event in events for row in _results(event)]
    final = [row for row in results if at(row, "IsPartial") is not True]
    if len(final) < len(results):
        told.append(f"{counted(len(results) - len(final), 'partial result')} left out, for the final ones say the same")
    items = {number: [item for _, item in rows_at(row, ITEMS, told)] for number, row in enumerate(final)}
    labels = labels_apart(
        (label_at(row, "ChannelId"), label_at(item, "Speaker"))
        for number, row in enumerate(final)
        for item in (*items[number], {})
    )
    cues: list[Cue] = []
    for number, row in enumerate(final):
        channel = label_at(row, "ChannelId")
        tokens = [
            Token(
                number,
                text_at(item, "Content"),
                labels[channel, label_at(item, "Speaker")],
                *span_at(item, "StartTime", "EndTime"),
                glued=text_at(item, "Type") == "punctuation",
            )
            for item in items[number]
        ]
        whole = Cue(number, labels[channel, None], tidy(text_at(row, TEXT)), *span_at(row, "StartTime", "EndTime"))
        cues += cues_of_tokens(tokens) or [whole]
    languages = {text_at(row, "LanguageCode") for row in final} - {""}
    language = languages.pop() if len(languages) == 1 else ""
    yield Heard(cues, facts(language=language), {}, told, what="result")


def _results(event: Row) -> list[Row]:
    """Return the results of an event, however much of what is around them was kept."""
    for path in ("TranscriptEvent.Transcript.Results", "Transcript.Results", "Results"):
        if rows := rows_at(event, path, []):
            return [row for _, row in rows]
    return []


SHAPES = (
    Shape(
        "amazon-transcribe-live",
        "events of Amazon Transcribe's live transcription",
        tuple(
            Signature(f"{root}{path}Results[].Alternatives[].Transcript: text", f"{root}{path}Results[].IsPartial")
            for root in ("", "[].")
            for path in ("", "Transcript.", "TranscriptEvent.Transcript.")
        ),
        heard,
        ("speakers", "times", "words"),
        is_tried=False,
        is_rows=True,
        note="Words that the stream marks as partial are left out.",
    ),
)
