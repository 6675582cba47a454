"""Aircall transcriptions: utterances of participants who are internal (with a user id) or external (with a number)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from coach.call import Role
from coach.readers.companions import report
from coach.readers.cues import Cue, tidy
from coach.readers.fields import Row, facts, label_at, moment_at, rows_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.shared.staff import agent_facts

SIDES: Mapping[str, Role] = {"internal": "agent", "external": "customer", "ai_voice_agent": "other"}


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call."""
    told: list[str] = []
    rows = rows_at(value, "content.utterances", told)
    cues = [
        Cue(
            number,
            label_at(row, "user_id|phone_number|participant_type"),
            tidy(text_at(row, "text")),
            *span_at(row, "start_time", "end_time"),
            role=_role(row),
        )
        for number, row in rows
    ]
    yield Heard(
        cues,
        {
            **facts(
                call_id=text_at(value, "call_id|id"),
                started_at=moment_at(value, "call_created_at"),
                language=text_at(value, "content.language"),
            ),
            **agent_facts([(text_at(row, "user_id"), "") for _, row in rows if _role(row) == "agent"], told),
        },
        {},
        told,
        what="utterance",
    )


def _role(row: Row) -> Role:
    return SIDES.get(text_at(row, "participant_type").strip().casefold(), "unknown")


NOTICE = report(
    "an Aircall notice without a transcription in it",
    Signature("resource: text", "event: text", "token", "data: object", lacks=("data.content.utterances",)),
)

SHAPES = (
    Shape(
        "aircall",
        "an Aircall transcription",
        (Signature("content.utterances[].participant_type: text", "content.utterances[].text: text"),),
        heard,
        ("roles", "speakers", "times"),
        is_tried=False,
        companions=(NOTICE,),
    ),
)
