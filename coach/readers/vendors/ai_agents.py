"""Logs of voice robots (ElevenLabs, Retell, Vapi, Bland): what they call the agent or assistant is a machine.

A machine is "other", for it is not to be coached, and its id is no agent's. What tools are asked and answer is no turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coach.readers.companions import report
from coach.readers.cues import Cue, tidy
from coach.readers.fields import (
    MILLIS,
    at,
    clock,
    facts,
    moment_at,
    rows_at,
    seconds_at,
    span_at,
    text_at,
    words_at,
)
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.shared.robots import spoken, written

# The same three times, with tools in the second, and without what was masked in the third; any may be missing.
RETELL_ROWS = "transcript_object|transcript_with_tool_calls|scrubbed_transcript_with_tool_calls"


def heard_elevenlabs(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one conversation; it has starts in whole seconds, and no ends."""
    told: list[str] = []
    cues = [
        Cue(number, row_label, tidy(text_at(row, "message")), seconds_at(row, "time_in_call_secs"), role=role)
        for number, row, row_label, role in spoken(value, "transcript", "role", told)
    ]
    yield Heard(
        cues,
        facts(
            call_id=text_at(value, "conversation_id"),
            started_at=moment_at(value, "metadata.start_time_unix_secs"),
            language=text_at(value, "metadata.main_language"),
        ),
        facts(bot=text_at(value, "agent_name|agent_id")),
        told,
        what="message",
    )


def heard_retell(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call; the list with tool calls says the same once more, and is read where it stands alone."""
    told: list[str] = []
    cues = []
    for number, row, label, role in spoken(value, RETELL_ROWS, "role", told):
        words = words_at(row, "words", "word", "start", "end")
        starts = [word.start for word in words if word.start is not None]
        ends = [word.end for word in words if word.end is not None]
        text = tidy(text_at(row, "content"))
        cues.append(Cue(number, label, text, min(starts, default=None), max(ends, default=None), words, role))
    yield Heard(
        cues or written(value, "transcript", told),
        facts(call_id=text_at(value, "call_id"), started_at=moment_at(value, "start_timestamp")),
        facts(
            bot=text_at(value, "agent_name|agent_id"),
            direction=text_at(value, "direction"),
            disconnection_reason=text_at(value, "disconnection_reason"),
        ),
        told,
        what="utterance",
    )


def heard_vapi(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call; moments of a message are since 1970, so only their difference is used."""
    told: list[str] = []
    path = "messages" if rows_at(value, "messages", []) else "artifact.messages"
    cues = []
    for number, row, label, role in spoken(value, path, "role", told):
        start = seconds_at(row, "secondsFromStart")
        began, ended = span_at(row, "time", "endTime", MILLIS)
        end = None if start is None or began is None or ended is None else round(start + ended - began, 6)
        cues.append(Cue(number, label, tidy(text_at(row, "message")), start, end, role=role))
    cues = cues or written(value, "transcript", told) or written(value, "artifact.transcript", told)
    yield Heard(
        cues,
        facts(
            call_id=text_at(value, "id") or text_at(value, "call.id"),
            started_at=moment_at(value, "startedAt") or moment_at(value, "call.startedAt"),
        ),
        facts(ended_reason=text_at(value, "endedReason")),
        told,
        what="message",
    )


def heard_bland(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call; its lines have the moment at which they were said."""
    told: list[str] = []
    cues = [
        Cue(number, label, tidy(text_at(row, "text")), clock(at(row, "created_at")), role=role)
        for number, row, label, role in spoken(value, "transcripts", "user", told)
    ] or written(value, "concatenated_transcript", told)
    began = moment_at(value, "started_at")
    found = facts(call_id=text_at(value, "call_id|c_id"), started_at=began)
    yield Heard(cues, found, {}, told, what="line", began=clock(began))


ELEVENLABS_LIST = report(
    "an ElevenLabs list or recording, without transcripts",
    Signature("conversations[].conversation_id: text", "conversations[].call_duration_secs"),
    Signature("type = post_call_audio", "data.conversation_id"),
)
VAPI_EVENT = report("a Vapi event that is no end of a call", Signature("message.type = status-update"))
NOTE = 'The "agent" of these logs is a bot, so its role is "other".'
TIMED = ("roles", "speakers", "times")
SHAPES = (
    Shape(
        "elevenlabs",
        "an ElevenLabs conversation",
        (Signature("transcript[].role: text", "transcript[].message", "transcript[].time_in_call_secs"),),
        heard_elevenlabs,
        TIMED,
        is_tried=False,
        companions=(ELEVENLABS_LIST,),
        note=NOTE,
    ),
    Shape(
        "retell",
        "a Retell call",
        (
            Signature(f"{RETELL_ROWS}[].role: text", f"{RETELL_ROWS}[].content"),
            Signature(
                "transcript: text",
                "call_id: text",
                "agent_id: text",
                "call_status|disconnection_reason",
                lacks=(f"{RETELL_ROWS}[].content",),
            ),
        ),
        heard_retell,
        (*TIMED, "words"),
        is_tried=False,
        note=NOTE,
    ),
    Shape(
        "vapi",
        "a Vapi call",
        (
            Signature("messages[].role: text", "messages[].message", "messages[].secondsFromStart"),
            Signature(*(f"artifact.messages[].{key}" for key in ("role: text", "message", "secondsFromStart"))),
            Signature("artifact.transcript: text", lacks=("artifact.messages[].role", "messages[].role")),
            Signature(
                "transcript: text",
                "assistantId: text",
                "startedAt|endedReason",
                "type|status",
                lacks=("artifact", "messages[].role"),
            ),
        ),
        heard_vapi,
        TIMED,
        is_tried=False,
        companions=(VAPI_EVENT,),
        note=NOTE,
    ),
    Shape(
        "bland",
        "a Bland call",
        (
            Signature("transcripts[].user: text", "transcripts[].text: text"),
            Signature("concatenated_transcript: text", "call_id: text", lacks=("transcripts[].user",)),
        ),
        heard_bland,
        TIMED,
        is_tried=False,
        note=NOTE,
    ),
)
