"""AssemblyAI transcripts: utterances by speaker or channel, times in milliseconds (only the duration is in seconds)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coach.readers.cues import Cue, tidy
from coach.readers.fields import MILLIS, facts, label_at, rows_at, seconds_at, span_at, text_at, words_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.tokens import Token, cues_of_tokens
from coach.readers.vendor import Context, Shape


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call; without utterances its words are put together, and without these its text is one cue."""
    told: list[str] = []
    cues = [
        Cue(
            number,
            label_at(row, "speaker|channel"),
            tidy(text_at(row, "text")),
            *span_at(row, "start", "end", MILLIS),
            words_at(row, "words", "text", "start", "end", MILLIS),
        )
        for number, row in rows_at(value, "utterances", told)
    ]
    if not cues:
        cues = cues_of_tokens(
            Token(number, text_at(row, "text"), label_at(row, "speaker|channel"), *span_at(row, "start", "end", MILLIS))
            for number, row in rows_at(value, "words", told)
        )
    if not cues and (text := tidy(text_at(value, "text"))):
        cues = [Cue(0, None, text)]
        told.append("neither utterances nor words in it: its whole text is one turn of nobody")
    duration = seconds_at(value, "audio_duration")
    yield Heard(
        cues,
        facts(call_id=text_at(value, "id"), language=text_at(value, "language_code")),
        {"duration": f"{duration:g} s"} if duration else {},
        told,
        what="utterance",
    )


SHAPES = (
    Shape(
        "assemblyai",
        "an AssemblyAI transcript",
        (
            Signature("utterances", "words", "status: text", "text", lacks=("results", "jobName")),
            Signature("utterances[].start: number", "utterances[].words", "words", "status: text"),
        ),
        heard,
        ("speakers", "times", "words"),
    ),
)
