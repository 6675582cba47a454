"""HubSpot call transcripts, as sent to it or got back: utterances of named speakers, times in milliseconds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coach.readers.cues import Cue, tidy
from coach.readers.fields import MILLIS, facts, label_at, moment_at, rows_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape

UTTERANCES = "transcriptCreateUtterances|transcriptUtterances|utterances"


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call; nothing in it says who is of the company, for mail addresses do not."""
    told: list[str] = []
    rows = rows_at(value, UTTERANCES, told)
    cues = [
        Cue(
            number,
            label_at(row, "speaker.name|email|id"),
            tidy(text_at(row, "text")),
            *span_at(row, "startTimeMillis", "endTimeMillis", MILLIS),
        )
        for number, row in rows
    ]
    language = next((text for _, row in rows if (text := text_at(row, "languageCode"))), "")
    yield Heard(
        cues,
        facts(call_id=text_at(value, "engagementId|id"), language=language),
        facts(transcript_id=text_at(value, "id"), transcribed_at=moment_at(value, "createdAt")),
        told,
        what="utterance",
    )


SHAPES = (
    Shape(
        "hubspot",
        "a HubSpot call transcript",
        (
            Signature(
                f"{UTTERANCES}[].speaker: object", f"{UTTERANCES}[].text: text", f"{UTTERANCES}[].startTimeMillis"
            ),
        ),
        heard,
        ("speakers", "times"),
        is_tried=False,
    ),
)
