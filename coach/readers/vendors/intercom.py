"""Intercom's transcripts of calls: turns with a label, and the type of speaker where speech was attributed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from coach.call import Role
from coach.readers.cues import Cue, tidy
from coach.readers.fields import Row, facts, label_at, moment_at, rows_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.staff import agent_facts
from coach.readers.vendor import Context, Shape

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


def _role(row: Row) -> Role:
    return SIDES.get(text_at(row, "speaker_type").strip().casefold(), "unknown")


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
    ),
)
