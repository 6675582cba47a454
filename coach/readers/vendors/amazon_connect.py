"""Amazon Connect: voice and chat as Contact Lens keeps them, chats as exported, and Contact Lens while a call lasts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from coach.readers.cues import Cue, counted, tidy
from coach.readers.fields import MILLIS, Row, at, clock, facts, label_at, rows_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.amazon_call_analytics import Rows, by_call, content_and_duration, role_at
from coach.roles import role_word

People = Mapping[str, Row]
VOICE_ROW = ("Transcript[].ParticipantId: text", "Transcript[].BeginOffsetMillis: number")
CHAT_ROW = ("Transcript[].ParticipantRole: text", "Transcript[].AbsoluteTime: text")


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call or chat; the rows of a call name people whose roles stand in a table, those of a chat both."""
    told: list[str] = []
    people = {text_at(person, "ParticipantId"): person for _, person in rows_at(value, "Participants", told)}
    rows = rows_at(value, "Transcript", told)
    named = facts(
        call_id=text_at(value, "CustomerMetadata.ContactId") or text_at(value, "ContactId|InitialContactId"),
        language=text_at(value, "LanguageCode"),
        agent_name=_agent_name([*people.values(), *(row for _, row in rows)], told),
    )
    told += _without_text(rows)
    # Rows without text are left out at once, for a chat's times count from the first that is said.
    cues = [cue for number, row in rows if (cue := _cue(number, row, people)).text]
    yield Heard(cues, named, content_and_duration(value), told, what="row")


def heard_live(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call that the service tells the segments of, as far as it has gone."""
    told: list[str] = []
    segments = rows_at(value, "Segments", told)
    yield Heard(_live_cues(segments), facts(call_id=text_at(value, "ContactId")), {}, told)


def heard_stream(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the calls of a stream of events, each with some segments of one call."""
    told: list[str] = []
    for name, rows in by_call(rows_at(value, "", told), "ContactId").items():
        segments = [(number, segment) for number, row in rows for _, segment in rows_at(row, "Segments", told)]
        language = next((text for _, row in rows if (text := text_at(row, "LanguageCode"))), "")
        yield Heard(_live_cues(segments), facts(call_id=name, language=language), {}, told)
        told = []


def _live_cues(segments: Rows) -> list[Cue]:
    """Return the cues of those segments that are finished text; of one that is told twice, the first."""
    found: dict[object, tuple[int, Row]] = {}
    for place, (number, segment) in enumerate(segments):
        row = at(segment, "Transcript")
        if isinstance(row, dict):
            found.setdefault(text_at(row, "Id") or place, (number, row))
    return [_cue(number, row, {}) for number, row in found.values()]


def _cue(number: int, row: Row, people: People) -> Cue:
    person = people.get(text_at(row, "ParticipantId"), {})
    role = role_at(row)
    role = role_at(person) if role == "unknown" else role
    name = label_at(row, "DisplayName") or label_at(person, "DisplayName") or label_at(row, "ParticipantId")
    start, end = span_at(row, "BeginOffsetMillis", "EndOffsetMillis", MILLIS)
    if start is None:
        start = clock(at(row, "AbsoluteTime") or at(row, "Time.AbsoluteTime"))
    return Cue(number, name, _said(row), start, end, role=role)


def _said(row: Row) -> str:
    """Return what a row says; of a menu or a form, which is JSON in a text, the title that is shown."""
    text = text_at(row, "Content")
    if "interactive" in text_at(row, "ContentType"):
        try:
            text = text_at(orjson.loads(text), "data.content.title")
        except orjson.JSONDecodeError:
            pass
    return tidy(text)


def _agent_name(rows: Iterable[Row], told: list[str]) -> str:
    """Return the name that the one agent goes by, ``""`` where there are several or the name only says "Agent"."""
    shown = (label_at(row, "DisplayName") for row in rows if role_at(row) == "agent")
    names = list(dict.fromkeys(name for name in shown if name and role_word(name) is None))
    if len(names) > 1:
        told.append(f"{len(names)} agents in it, so none is taken for the agent of the call: {', '.join(names)}")
    return names[0] if len(names) == 1 else ""


def _without_text(rows: Rows) -> list[str]:
    """Return a warning where files were sent; of other rows without text, such as joining, nothing is lost."""
    count = sum(text_at(row, "Type") == "ATTACHMENT" for _, row in rows)
    return [f"{counted(count, 'attachment')} left out"] if count else []


SHAPES = (
    Shape(
        "amazon-connect-contact-lens",
        "an Amazon Connect Contact Lens analysis",
        (
            Signature("Transcript[].Content: text", *VOICE_ROW),
            Signature("Channel = CHAT", *CHAT_ROW),
        ),
        heard,
        ("roles", "speakers", "times"),
    ),
    Shape(
        "amazon-connect-chat",
        "an Amazon Connect chat transcript",
        (
            Signature(
                "ContactId|InitialContactId: text",
                "Transcript[].ParticipantRole: text",
                "Transcript[].Type: text",
                lacks=("Channel = CHAT", "Transcript[].BeginOffsetMillis"),
            ),
        ),
        heard,
        ("roles", "speakers", "times"),
        is_tried=False,
    ),
    Shape(
        "amazon-connect-contact-lens-live",
        "an Amazon Connect Contact Lens real-time analysis",
        (
            Signature(
                "Segments[].Transcript.ParticipantRole: text",
                "Segments[].Transcript.Content: text",
                lacks=("EventType",),
            ),
        ),
        heard_live,
        ("roles", "speakers", "times"),
        is_tried=False,
    ),
    Shape(
        "amazon-connect-contact-lens-live",
        "a stream of Amazon Connect Contact Lens events",
        (Signature("[].EventType: text", "[].ContactId: text", "[].Channel: text", "[].LanguageCode: text"),),
        heard_stream,
        ("roles", "speakers", "times"),
        is_tried=False,
        is_rows=True,
    ),
)
