"""Dialpad AI transcripts: lines with a moment each, of which only those of the type "transcript" are speech."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coach.call import Role
from coach.readers.cues import Cue, counted, tidy
from coach.readers.fields import Row, at, clock, facts, label_at, rows_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.shared.staff import agent_facts


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call: a user of Dialpad is the agent, a contact the customer."""
    told: list[str] = []
    rows = rows_at(value, "lines", told)
    spoken = [(number, row) for number, row in rows if text_at(row, "type") == "transcript"]
    if len(spoken) < len(rows):
        told.append(f"{counted(len(rows) - len(spoken), 'line')} left out: moments and questions, not speech")
    cues = [
        Cue(
            number,
            label_at(row, "name|user_id|contact_id"),
            tidy(text_at(row, "content")),
            clock(at(row, "time")),
            role=_role(row),
        )
        for number, row in spoken
    ]
    staff = [(text_at(row, "user_id"), text_at(row, "name")) for _, row in spoken if _role(row) == "agent"]
    yield Heard(cues, {**facts(call_id=text_at(value, "call_id")), **agent_facts(staff, told)}, {}, told, what="line")


def _role(row: Row) -> Role:
    if text_at(row, "user_id"):
        return "agent"
    return "customer" if text_at(row, "contact_id") else "unknown"


SHAPES = (
    Shape(
        "dialpad",
        "a Dialpad transcript",
        (Signature("lines[].type: text", "lines[].content: text", "lines[].time"),),
        heard,
        ("roles", "speakers", "times"),
        is_tried=False,
    ),
)
