"""Transcripts of the podcast namespace: segments of a sentence or of a single word, with the speaker's name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coach.readers.cues import Cue, tidy
from coach.readers.fields import facts, label_at, rows_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.tokens import Token, cues_of_tokens
from coach.readers.vendor import Context, Shape


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call; where every segment is a word, words are put together to sentences."""
    told: list[str] = []
    cues = [
        Cue(number, label_at(row, "speaker"), tidy(text_at(row, "body")), *span_at(row, "startTime", "endTime"))
        for number, row in rows_at(value, "segments", told)
    ]
    if not any(" " in cue.text for cue in cues):
        cues = cues_of_tokens(Token(cue.number, cue.text, cue.speaker, cue.start, cue.end) for cue in cues)
    yield Heard(cues, facts(language=text_at(value, "language")), {}, told)


SHAPES = (
    Shape(
        "podcast-json",
        "a podcast transcript (JSON)",
        (Signature("segments[].body: text", "segments[].startTime"),),
        heard,
        ("speakers", "times", "words"),
    ),
)
