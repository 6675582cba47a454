"""Genesys Cloud: phrases with the purpose of who speaks, internal or external; times in milliseconds, often since 1970.

A conversation may hold several transcripts, and a phrase may stand in more than one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from coach.call import Role
from coach.readers.companions import Companion, Record
from coach.readers.cues import Cue, counted, tidy
from coach.readers.fields import (
    MILLIS,
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
from coach.roles import role_word

# A "user" is one of the centre's own here; what is no person (queue, flow, mailbox) is neither side.
PURPOSES: Mapping[str, Role] = {"internal": "agent", "user": "agent", "external": "customer"}


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call; the agent's id is that of the only user on the inner side."""
    told: list[str] = []
    cues = _cues(value, told)
    record = context.companion(CONVERSATION, text_at(value, "conversationId"))
    people = [row for _, row in rows_at(value, "participants", [])]
    agents = list(dict.fromkeys(filter(None, (text_at(row, "userId") for row in people if _is_agent(row)))))
    if len(agents) > 1:
        told.append(f"several agents, of whom none is taken for the call's: {', '.join(agents)}")
    agent = agents[0] if len(agents) == 1 else ""
    languages = [text_at(row, "language") for row in _transcripts(value, [])]
    starts = [moment for row in _transcripts(value, []) if (moment := clock(row.get("startTime")))]
    yield Heard(
        cues,
        facts(
            call_id=text_at(value, "conversationId|communicationId"),
            agent_id=agent,
            agent_name=_name(record, agent),
            queue=_queue(record) or next((queue for row in people if (queue := text_at(row, "queueId"))), ""),
            started_at=moment_at(value, "startTime|conversationStartTime"),
            language=next(filter(None, languages), ""),
        ),
        facts(communication=text_at(value, "communicationId"), media=text_at(value, "mediaType")),
        told,
        what="phrase",
        began=min(starts, default=None) or clock(at(value, "startTime")),
    )


def _cues(value: Any, told: list[str]) -> list[Cue]:
    phrases = [phrase for each in _transcripts(value, told) for _, phrase in rows_at(each, "phrases", told)]
    kept: dict[object, Cue] = {}
    for number, phrase in enumerate(phrases):
        cue = _cue(number, phrase)
        # Without a time the same words may well be said twice.
        kept.setdefault((cue.start, cue.speaker, cue.text) if cue.start is not None else cue.number, cue)
    if len(kept) < len(phrases):
        told.append(f"{counted(len(phrases) - len(kept), 'phrase')} left out: said in another transcript too")
    return list(kept.values())


def _transcripts(value: Any, told: list[str]) -> list[Row]:
    """Return the transcripts of a communication, or the one that ``value`` is itself."""
    return [row for _, row in rows_at(value, "transcripts", told)] if at(value, "phrases") is None else [value]


def _cue(number: int, row: Row) -> Cue:
    label = label_at(row, "participantPurpose")
    start = seconds_at(row, "startTimeMs", MILLIS)
    start = start if start is not None else seconds_at(row, "offset.milliseconds", MILLIS)
    lasts = seconds_at(row, "duration.milliseconds", MILLIS)
    end = round(start + lasts, 6) if start is not None and lasts is not None else None
    words = words_at(row, "decoratedWords|words", "word", "startTimeMs", "", MILLIS, length="duration.milliseconds")
    return Cue(number, label, tidy(text_at(row, "decoratedText|text")), start, end, words, _role(label))


def _role(purpose: str | None) -> Role:
    if purpose is None:
        return "unknown"
    return PURPOSES.get(purpose.casefold()) or role_word(purpose) or "other"


def _is_agent(row: Row) -> bool:
    return _role(label_at(row, "participantPurpose")) == "agent"


def _name(record: Record | None, agent: str) -> str:
    people = [row for _, row in rows_at(record, "participants", []) if agent and text_at(row, "userId") == agent]
    return next((name for row in people if (name := text_at(row, "participantName|name"))), "")


def _queue(record: Record | None) -> str:
    for _, person in rows_at(record, "participants", []):
        if queue := text_at(person, "queueName|queueId"):
            return queue
        for _, session in rows_at(person, "sessions", []):
            for _, segment in rows_at(session, "segments", []):
                if queue := text_at(segment, "queueName|queueId"):
                    return queue
    return ""


def _records(value: Any) -> dict[str, Record]:
    rows = [row for _, row in rows_at(value, "conversations", [])] or [value]
    return {call_id: row for row in rows if (call_id := text_at(row, "conversationId|id"))}


CONVERSATION = Companion(
    "what Genesys Cloud keeps beside a transcript",
    (
        Signature("conversationId: text", "participants[].sessions: list", lacks=("transcripts",)),
        Signature("conversations[].conversationId: text", "conversations[].participants[].sessions: list"),
        # As the conversations' own address answers, not that of the analytics.
        Signature("id: text", "participants[].purpose: text", "participants[].calls|chats|messages: list"),
    ),
    _records,
)

SHAPES = (
    Shape(
        "genesys-cloud",
        "a Genesys Cloud transcript",
        (
            Signature("transcripts[].phrases[].participantPurpose: text", "transcripts[].phrases[].text: text"),
            Signature("phrases[].participantPurpose: text", "phrases[].text: text"),
        ),
        heard,
        ("roles", "times", "words"),
        is_tried=False,
        companions=(CONVERSATION,),
        note="Queue and agent's name are taken from the conversation's record, where one lies beside it.",
    ),
)
