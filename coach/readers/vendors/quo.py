"""Quo (once OpenPhone) call transcripts: dialogue by phone number; whoever has a user id is of the company."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from coach.readers.companions import report
from coach.readers.cues import Cue, tidy
from coach.readers.fields import Row, at, facts, label_at, rows_at, seconds_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.shared.staff import agent_facts

# How the ids of users begin; those of calls and numbers begin otherwise.
USER = "US"
NUMBER = re.compile(r"^\+?[\d() .-]{3,}$")
# Where the transcript stands in what Quo sends when it is done; there it may be two envelopes deep.
NOTICE = "data.object|resource"


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call."""
    told: list[str] = []
    value = at(value, NOTICE) or value
    rows = [(number, row, _user(row)) for number, row in rows_at(value, "dialogue", told)]
    has_users = any(user for _, _, user in rows)
    cues = [
        Cue(
            number,
            label_at(row, "identifier|userId|actorId"),
            tidy(text_at(row, "content")),
            *span_at(row, "start", "end"),
            role="agent" if user else "customer" if has_users and _is_number(row) else "unknown",
        )
        for number, row, user in rows
    ]
    duration = seconds_at(value, "duration")
    yield Heard(
        cues,
        {
            **facts(call_id=text_at(value, "callId|id")),
            **agent_facts([(user, "") for _, _, user in rows if user], told),
        },
        {"duration": f"{duration:g} s"} if duration else {},
        told,
        what="line",
    )


def _is_number(row: Row) -> bool:
    """Tell whether the row is a telephone number's: where users have ids, one without an id is somebody outside."""
    return bool(NUMBER.match(text_at(row, "identifier").strip()))


def _user(row: Row) -> str:
    """Return the id of the user who speaks, ``""`` for anybody else; an actor may be one, or the machine."""
    actor = text_at(row, "actorId")
    return text_at(row, "userId") or (actor if actor.startswith(USER) else "")


PLACES = ("data", "data.object", "data.resource")
WITHOUT_DIALOGUE = report(
    "a Quo summary, or its report that there is no dialogue",
    *(Signature(f"{place}.callId: text", f"{place}.summary|nextSteps") for place in PLACES),
    *(
        Signature(f"{place}.callId: text", f"{place}.dialogue", lacks=(f"{place}.dialogue[].content",))
        for place in PLACES
    ),
)

SHAPES = (
    Shape(
        "quo",
        "a Quo (OpenPhone) call transcript",
        (
            Signature("dialogue[].content: text", "dialogue[].identifier"),
            Signature(f"{NOTICE}.dialogue[].content: text", f"{NOTICE}.dialogue[].identifier"),
        ),
        heard,
        ("roles", "speakers", "times"),
        is_tried=False,
        companions=(WITHOUT_DIALOGUE,),
    ),
)
