"""NICE CXone Interaction Analytics: the analysed transcript of a segment, in blocks by channel.

The published schema gives no unit for the times of speech, so it is worked out; a chat has moments.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coach.call import Role
from coach.readers.clocks import unit_factor
from coach.readers.companions import report
from coach.readers.cues import Cue, tidy
from coach.readers.fields import Row, at, clock, facts, label_at, rows_at, seconds_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.shared.staff import agent_facts
from coach.roles import role_word

# Both have been seen, and a list that is woven together from the channels under a third name.
BLOCKS = "transcriptBlocks|transcriptBlock|interwovenTranscript"
START, END = "voiceMetadata.startTime", "voiceMetadata.endTime"


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the call of the one segment; a contact may have several, each in an answer of its own."""
    told: list[str] = []
    rows = rows_at(value, BLOCKS, told)
    starts = [start for _, row in rows if (start := seconds_at(row, START)) is not None]
    factor, warning = unit_factor(starts, sum(len(text_at(row, "text").split()) for _, row in rows))
    told += [warning] if warning else []
    staff = [
        (text_at(row, "userId"), text_at(value, "metrics.agentname|agentName"))
        for _, row in rows
        if _role(row) == "agent"
    ]
    yield Heard(
        [_cue(number, row, factor) for number, row in rows],
        {
            **facts(
                call_id=text_at(value, "metrics.contactid|contactId|acdcontactid"),
                agent_team=text_at(value, "metrics.teamname|teamName"),
                queue=text_at(value, "metrics.skillname|skillName"),
                language=text_at(value, "language"),
            ),
            **agent_facts(staff, told),
        },
        facts(direction=text_at(value, "metrics.directiontype|directionType")),
        told,
        what="block",
    )


def _cue(number: int, row: Row, factor: float) -> Cue:
    start, end = (_times(seconds_at(row, path), factor) for path in (START, END))
    if start is None:
        start = clock(at(row, "chatMetadata.timestamp"))
    return Cue(number, label_at(row, "channelName|userType"), tidy(text_at(row, "text")), start, end, role=_role(row))


def _times(time: float | None, factor: float) -> float | None:
    return None if time is None else round(time * factor, 6)


def _role(row: Row) -> Role:
    """Return the role of a block; the kind of user tells a bot from the agent on whose channel it is."""
    return role_word(text_at(row, "userType")) or role_word(text_at(row, "channelName")) or "unknown"


INTERACTIONS = report(
    "a NICE CXone list of analysed interactions, without their transcripts",
    Signature(
        "interactions[].segmentId: text", "interactions[].channels|mediaType", lacks=(f"interactions[].{BLOCKS}",)
    ),
)

SHAPES = (
    Shape(
        "nice-cxone",
        "a NICE CXone analysed transcript",
        (Signature(f"{BLOCKS}[].channelName", f"{BLOCKS}[].text: text"),),
        heard,
        ("roles", "speakers", "times"),
        is_tried=False,
        companions=(INTERACTIONS,),
        note="Times have no unit in NICE's schema: whether they are seconds or milliseconds is worked out.",
    ),
)
