"""Fireflies meeting transcripts, as its API answers: sentences of named speakers, times in seconds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coach.readers.cues import Cue, tidy
from coach.readers.fields import facts, label_at, moment_at, rows_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one meeting; its host is not for that the agent."""
    told: list[str] = []
    cues = [
        Cue(
            number,
            label_at(row, "speaker_name") or label_at(row, "speaker_id"),
            tidy(text_at(row, "text|raw_text")),
            *span_at(row, "start_time", "end_time"),
        )
        for number, row in rows_at(value, "sentences", told)
    ]
    yield Heard(
        cues,
        facts(call_id=text_at(value, "id"), started_at=moment_at(value, "date|dateString")),
        facts(title=text_at(value, "title")),
        told,
        what="sentence",
    )


SHAPES = (
    Shape(
        "fireflies",
        "a Fireflies transcript",
        (Signature("sentences[].speaker_name", "sentences[].text|raw_text: text", "sentences[].start_time"),),
        heard,
        ("speakers", "times"),
        is_tried=False,
    ),
)
