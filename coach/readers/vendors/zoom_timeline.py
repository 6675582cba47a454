"""Zoom's JSON transcripts: a timeline of who is heard when, and, where there is a transcript, of what they say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coach.call import Role
from coach.readers.cues import Cue, counted, tidy
from coach.readers.fields import Row, at, facts, label_at, moment_at, rows_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.shared.staff import agent_facts

# What stands for the id of somebody without an account.
STRANGER = "unknown speaker"
TIMELINE = "timeline|content"


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call; rows without a text only tell who is heard, and are no turns."""
    told: list[str] = []
    rows = [
        (number, row, [user for _, user in rows_at(row, "users", [])]) for number, row in rows_at(value, TIMELINE, told)
    ]
    everyone = [user for _, row, users in rows if text_at(row, "text").strip() for user in users]
    # Where all have an account, or none has, this tells nobody apart.
    tells = len({bool(_account(user)) for user in everyone}) == 2
    cues = [
        Cue(
            number,
            label_at(users[0], "username|user_id") if len(users) == 1 else None,
            tidy(text_at(row, "text")),
            *span_at(row, "ts", "end_ts"),
            role=_role(users) if tells else "unknown",
        )
        for number, row, users in rows
    ]
    shared = sum(bool(cue.text) and len(users) > 1 for cue, (_, _, users) in zip(cues, rows, strict=True))
    if shared:
        told.append(f"{counted(shared, 'row')} of several people at once, without a speaker: the file says of none who")
    staff = [(_account(user), text_at(user, "username")) for user in everyone if tells and _account(user)]
    yield Heard(
        cues,
        {
            **facts(
                call_id=text_at(value, "recording_id|meeting_id"),
                started_at=moment_at(value, "recording_start|start_time"),
            ),
            **agent_facts(staff, told),
        },
        {},
        told,
        what="row",
    )


def _account(user: Row) -> str:
    id = text_at(user, "zoom_userid").strip()
    return "" if id.casefold() == STRANGER else id


def _role(users: list[Row]) -> Role:
    """Return the agent for people with an account, the customer for people without, and neither for a crowd."""
    if any(at(user, "multiple_people") is True for user in users):
        return "unknown"
    sides = {bool(_account(user)) for user in users}
    return "agent" if sides == {True} else "customer" if sides == {False} else "unknown"


SHAPES = (
    Shape(
        "zoom-timeline",
        "a Zoom timeline",
        (Signature(f"{TIMELINE}[].users: list", f"{TIMELINE}[].ts: text"),),
        heard,
        ("roles", "speakers", "times"),
        is_tried=False,
        note="People with a Zoom account are taken for the agent where others have none.",
    ),
)
