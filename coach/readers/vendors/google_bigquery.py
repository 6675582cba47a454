"""Google's Conversational Insights as its export to BigQuery writes them: a row is a conversation of sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coach.readers.cues import Cue, tidy
from coach.readers.fields import at, clock, facts, label_at, moment_at, rows_at, seconds_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.google_insights import role_at

NANOS = 1_000_000_000
STARTED = "startTimestamp|startTimestampUtc"


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one conversation: times from its start, or since 1970 where a chat has no others."""
    told: list[str] = []
    rows = rows_at(value, "sentences", told)
    spans = {number: span_at(row, "startOffsetNanos", "endOffsetNanos", NANOS) for number, row in rows}
    if not any(time for span in spans.values() for time in span):
        spans = {number: (seconds_at(row, "createTimeNanos", NANOS), None) for number, row in rows}
    cues = [
        Cue(
            number,
            label_at(row, "participantId") or label_at(row, "obfuscatedExternalUserId"),
            tidy(text_at(row, "sentence")),
            *spans[number],
            role=role_at(row, "participantRole"),
        )
        for number, row in rows
    ]
    duration = seconds_at(value, "durationNanos", NANOS)
    yield Heard(
        cues,
        facts(
            call_id=text_at(value, "conversationName").rpartition("/")[2],
            agent_id=text_at(value, "agentId") or text_at(value, "agents.0.agentId"),
            started_at=moment_at(value, STARTED),
            language=text_at(value, "languageCode"),
        ),
        facts(medium=text_at(value, "medium"), duration=f"{duration:g} s" if duration else ""),
        told,
        what="sentence",
        began=clock(at(value, STARTED)),
    )


SHAPES = (
    Shape(
        "google-insights-bigquery",
        "a conversation from Google's Conversational Insights in BigQuery",
        (Signature("conversationName: text", "sentences[].sentence: text"),),
        heard,
        ("roles", "speakers", "times"),
        is_tried=False,
    ),
)
