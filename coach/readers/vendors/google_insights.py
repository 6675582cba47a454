"""Google's Conversational Insights: the conversations that it takes in, and those that it gives out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coach.call import HowRoles, Role
from coach.readers.cues import Cue, tidy
from coach.readers.fields import (
    MICROS,
    Row,
    at,
    clock,
    facts,
    label_at,
    moment_at,
    rows_at,
    seconds_at,
    text_at,
    words_at,
)
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape

# "ANY_AGENT" is a person or a bot, so it tells no role.
ROLES: dict[str, Role] = {
    "AGENT": "agent",
    "HUMAN_AGENT": "agent",
    "CUSTOMER": "customer",
    "END_USER": "customer",
    "AUTOMATED_AGENT": "other",
}
SEGMENTS = "transcript.transcriptSegments|transcript_segments"
PARTICIPANT = "segmentParticipant|segment_participant"
LABELS = ("userId|user_id", "obfuscatedExternalUserId|obfuscated_external_user_id")
RESOURCES = "dialogflowParticipantName|dialogflow_participant_name|dialogflowParticipant|dialogflow_participant"


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the conversation of a file to take in: starts in microseconds since 1970 or from 0, no ends."""
    told: list[str] = []
    cues = [
        Cue(
            number,
            label_at(row, "user_id"),
            tidy(text_at(row, "text")),
            seconds_at(row, "start_timestamp_usec", MICROS),
            role=role_at(row, "role"),
        )
        for number, row in rows_at(value, "entries", told)
    ]
    categories = [text_at(row, "display_name") for _, row in rows_at(value, "conversation_info.categories", told)]
    yield Heard(cues, {}, facts(category=", ".join(filter(None, categories))), told, what="entry")


def exported(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the conversation of an export.

    A segment's times are those of its words; one without words has a date and time, counted from the start of the
    conversation where the others are counted from there.
    """
    told: list[str] = []
    rows = rows_at(value, SEGMENTS, told)
    began = clock(at(value, "startTime|start_time"))
    has_words = any(_words(row) for _, row in rows)
    cues = [_segment(value, number, row, began, has_words) for number, row in rows]
    given = any(role_at(row, f"{PARTICIPANT}.role") != "unknown" for _, row in rows)
    how: HowRoles = "given" if given or not any(cue.role != "unknown" for cue in cues) else "channel"
    duration = seconds_at(value, "duration")
    yield Heard(
        cues,
        {
            **_agent(value),
            **facts(
                call_id=text_at(value, "name").rpartition("/")[2],
                started_at=moment_at(value, "startTime|start_time"),
                language=text_at(value, "languageCode|language_code"),
            ),
        },
        facts(medium=text_at(value, "medium"), duration=f"{duration:g} s" if duration else ""),
        told,
        how,
        began=began,
    )


def _segment(value: Any, number: int, row: Row, began: float | None, has_words: bool) -> Cue:
    words = _words(row)
    starts = [word.start for word in words if word.start is not None]
    ends = [word.end for word in words if word.end is not None]
    start = min(starts) if starts else None
    moment = clock(at(row, "messageTime|message_time"))
    if start is None and moment is not None and (began is not None or not has_words):
        start = round(moment - began, 6) if began is not None and has_words else moment
    channel = label_at(row, "channelTag|channel_tag")
    channel = channel if channel != "0" else None
    role = role_at(row, f"{PARTICIPANT}.role")
    if role == "unknown" and channel is not None:
        role = _of_channel(value, channel)
    end = max(ends) if ends else None
    return Cue(number, _label(row) or channel, tidy(text_at(row, "text")), start, end, words, role)


def _words(row: Row) -> tuple[Any, ...]:
    return words_at(row, "words", "word", "startOffset|start_offset", "endOffset|end_offset")


def _label(row: Row) -> str | None:
    participant = at(row, PARTICIPANT)
    named = next((label for path in LABELS if (label := label_at(participant, path))), None)
    return named or text_at(participant, RESOURCES).rpartition("/")[2].strip() or None


def role_at(row: object, path: str) -> Role:
    """Return the role that the word of Google's at ``path`` stands for, ``unknown`` for none and for any other."""
    return ROLES.get(text_at(row, path).strip().upper(), "unknown")


def _of_channel(value: Any, channel: str) -> Role:
    metadata = at(value, "callMetadata|call_metadata")
    agent, customer = (text_at(metadata, f"{side}Channel|{side}_channel") for side in ("agent", "customer"))
    if agent == customer:
        return "unknown"
    return "agent" if channel == agent else "customer" if channel == customer else "unknown"


def _agent(value: Any) -> dict[str, str]:
    """Return who the agent is: of several the first who is a person."""
    infos = [row for _, row in rows_at(value, "qualityMetadata|quality_metadata.agentInfo|agent_info", [])]
    people = [row for row in infos if role_at(row, "agentType|agent_type") != "other"]
    info = people[0] if people else None
    return facts(
        agent_id=text_at(value, "agentId|agent_id") or text_at(info, "agentId|agent_id"),
        agent_name=text_at(info, "displayName|display_name"),
        agent_team=text_at(info, "team") or text_at(info, "teams.0"),
    )


SHAPES = (
    Shape(
        "google-ccai-insights",
        "a conversation for Google's Conversational Insights",
        (Signature("entries[].start_timestamp_usec", "entries[].text: text"),),
        heard,
        ("roles", "speakers", "times"),
    ),
    Shape(
        "google-insights-export",
        "a conversation from Google's Conversational Insights",
        (Signature(f"{SEGMENTS}[].text: text"),),
        exported,
        ("roles", "speakers", "times", "words"),
        is_tried=False,
    ),
)
