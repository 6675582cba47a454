"""Amazon Transcribe Call Analytics: one document after the call, events while it lasts; roles are given in both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from coach.call import Role, Word
from coach.readers.cues import Cue, counted, tidy
from coach.readers.fields import MILLIS, Row, at, facts, label_at, rows_at, seconds_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.tokens import Token, words_of_tokens
from coach.readers.vendor import Context, Shape

ROLES: Mapping[str, Role] = {
    "AGENT": "agent",
    "CUSTOMER": "customer",
    "SYSTEM": "other",
    "CUSTOM_BOT": "other",
    "SUPERVISOR": "other",
}
Rows = list[tuple[int, Row]]


def role_at(row: object) -> Role:
    """Return the role that ``ParticipantRole`` names."""
    return ROLES.get(text_at(row, "ParticipantRole").strip().upper(), "unknown")


def content_and_duration(value: object) -> dict[str, str]:
    """Return whether the document is the raw or the redacted one of two twins, and how long the call was."""
    content = text_at(value, "ContentMetadata.Output").strip()
    duration = seconds_at(value, "ConversationCharacteristics.TotalConversationDurationMillis", MILLIS)
    found = {"content": content} if content else {}
    return {**found, "duration": f"{duration:g} s"} if duration else found


def by_call(rows: Rows, *paths: str) -> dict[str, Rows]:
    """Return the rows of each call, by the first of ``paths`` that names one; rows that name none are together."""
    calls: dict[str, Rows] = {}
    for number, row in rows:
        name = next((text for path in paths if (text := text_at(row, path).strip())), "")
        calls.setdefault(name, []).append((number, row))
    return calls


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call of a document."""
    told: list[str] = []
    cues = [_cue(number, row, "Content") for number, row in rows_at(value, "Transcript", told)]
    named = facts(call_id=text_at(value, "JobName"), language=text_at(value, "LanguageCode"))
    yield Heard(cues, named, content_and_duration(value), told)


def heard_live(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the calls of a stream of events; what was still being recognised comes again when it is done."""
    told: list[str] = []
    for name, rows in by_call(rows_at(value, "", told), "CallId|callId", "metadata.callId").items():
        events = [(number, at(row, "UtteranceEvent") or row) for number, row in rows]
        events = [(number, event) for number, event in events if text_at(event, "UtteranceId")]
        done = [(number, event) for number, event in events if at(event, "IsPartial") is not True]
        cut = {text_at(event, "UtteranceId") for _, event in events} - {
            text_at(event, "UtteranceId") for _, event in done
        }
        if cut:
            told.append(f"{counted(len(cut), 'utterance')} left out: the stream ends before the end of it")
        cues = [_cue(number, event, "Transcript") for number, event in done]
        language = next((text for _, event in done if (text := text_at(event, "LanguageCode"))), "")
        yield Heard(cues, facts(call_id=name, language=language), {}, told, what="event")
        told = []


def _cue(number: int, row: Row, text: str) -> Cue:
    span = span_at(row, "BeginOffsetMillis", "EndOffsetMillis", MILLIS)
    label = label_at(row, "ParticipantRole")
    return Cue(number, label, tidy(text_at(row, text)), *span, _words(row), role_at(row))


def _words(row: Row) -> tuple[Word, ...]:
    return words_of_tokens(
        Token(
            number,
            text_at(item, "Content"),
            None,
            *span_at(item, "BeginOffsetMillis", "EndOffsetMillis", MILLIS),
            glued=text_at(item, "Type|ItemType").lower() == "punctuation",
        )
        for number, item in rows_at(row, "Items", [])
    )


SHAPES = (
    Shape(
        "amazon-transcribe-call-analytics",
        "an Amazon Transcribe Call Analytics transcript",
        (
            Signature(
                "JobStatus|JobName: text",
                "Transcript[].ParticipantRole: text",
                "Transcript[].BeginOffsetMillis: number",
                lacks=("Transcript[].ParticipantId", "Transcript[].AbsoluteTime"),
            ),
        ),
        heard,
        ("roles", "times", "words"),
    ),
    Shape(
        "amazon-transcribe-call-analytics-live",
        "a stream of Amazon Transcribe Call Analytics events",
        (
            Signature("[].UtteranceEvent.UtteranceId: text", "[].UtteranceEvent.ParticipantRole: text"),
            Signature("[].UtteranceId: text", "[].ParticipantRole: text", "[].Transcript: text"),
        ),
        heard_live,
        ("roles", "times", "words"),
        is_tried=False,
        is_rows=True,
    ),
)
