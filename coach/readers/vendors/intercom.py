"""Intercom's transcripts of calls: turns with a label, and the type of speaker where speech was attributed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from coach.call import Role
from coach.readers.companions import report
from coach.readers.cues import Cue, counted, tidy
from coach.readers.fields import Row, at, clock, facts, label_at, moment_at, rows_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.shared.markup import untagged
from coach.readers.vendors.shared.staff import agent_facts

PARTS = "conversation_parts.conversation_parts"
# What colleagues write to each other in a conversation, and the customer never sees.
NOTE = "note"
SIDES: Mapping[str, Role] = {
    "admin": "agent",
    "user": "customer",
    "contact": "customer",
    "lead": "customer",
    "bot": "other",
    "fin": "other",
    "workflow": "other",
}


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the call whose turns ``value`` is, or which holds them under ``transcript``."""
    told: list[str] = []
    rows = rows_at(value, "" if isinstance(value, list) else "transcript", told)
    cues = [
        Cue(
            number,
            label_at(row, "speaker_label|speaker"),
            tidy(text_at(row, "content")),
            *span_at(row, "start_time", "end_time"),
            role=_role(row),
        )
        for number, row in rows
    ]
    staff = [(text_at(row, "speaker_id"), "") for _, row in rows if _role(row) == "agent"]
    yield Heard(
        cues,
        {
            **facts(
                call_id=text_at(value, "id"),
                started_at=moment_at(value, "answered_at|initiated_at|created_at"),
                agent_id=text_at(value, "admin_id"),
            ),
            **agent_facts(staff, told),
        },
        facts(direction=text_at(value, "direction")),
        told,
    )


def heard_conversation(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one conversation by text: its first message, and the parts in which somebody says something to it."""
    told: list[str] = []
    parts = rows_at(value, PARTS, told)
    said = [(number, row) for number, row in parts if text_at(row, "body").strip()]
    spoken = [(number, row) for number, row in said if text_at(row, "part_type") != NOTE]
    if len(spoken) < len(said):
        told.append(f"{counted(len(said) - len(spoken), 'note')} among colleagues left out")
    source = at(value, "source")
    first = [(0, {**source, "created_at": at(value, "created_at")})] if text_at(source, "body").strip() else []
    rows = [*first, *((number + len(first), row) for number, row in spoken)]
    staff = [
        (text_at(row, "author.id"), text_at(row, "author.name"))
        for _, row in rows
        if _side(row, "author.type") == "agent"
    ]
    cues = [
        Cue(
            number,
            label_at(row, "author.name") or label_at(row, "author.type"),
            tidy(untagged(text_at(row, "body"))),
            clock(at(row, "created_at")),
            role=_side(row, "author.type"),
        )
        for number, row in rows
    ]
    started = moment_at(value, "created_at")
    found = facts(call_id=text_at(value, "id"), started_at=started)
    yield Heard(cues, {**found, **agent_facts(staff, told)}, {}, told, what="message", began=clock(started))


def _role(row: Row) -> Role:
    return _side(row, "speaker_type")


def _side(row: Row, path: str) -> Role:
    return SIDES.get(text_at(row, path).strip().casefold(), "unknown")


NO_TRANSCRIPT = report(
    "an Intercom call without a transcript",
    Signature("type = call", "id", "admin_id|contact_id", "state|initiated_at", lacks=("transcript[].content",)),
)

SHAPES = (
    Shape(
        "intercom",
        "an Intercom call transcript",
        (
            Signature("[].speaker_label", "[].content: text", "[].start_time"),
            Signature("transcript[].speaker_label", "transcript[].content: text", "transcript[].start_time"),
        ),
        heard,
        ("roles", "speakers", "times"),
        is_tried=False,
        is_rows=True,
        companions=(NO_TRANSCRIPT,),
    ),
    Shape(
        "intercom-conversation",
        "an Intercom conversation",
        (Signature(f"{PARTS}[].author.type: text", f"{PARTS}[].part_type: text"),),
        heard_conversation,
        ("roles", "speakers", "times"),
        is_tried=False,
    ),
)
