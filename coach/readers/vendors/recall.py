"""Recall.ai meeting transcripts: a list of participants' words; who speaks before the bot has joined is nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from coach.readers.fields import Row, at, clock, facts, label_at, moment_at, rows_at, seconds_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.tokens import Token, cues_of_tokens
from coach.readers.vendor import Context, Shape

# Where the row stands in an event, and the kind of event whose words are no draft.
EVENT = "data.data"
FINAL = "transcript.data"


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the meetings; a host is not for that the agent."""
    told: list[str] = []
    for rows in _meetings(rows_at(value, "", told)):
        yield _heard(rows, told)


def _meetings(rows: Sequence[tuple[int, Row]]) -> Iterable[list[tuple[int, Row]]]:
    """Return the rows of each meeting; rows that came one by one as events are of many, and may be drafts."""
    meetings: dict[str, list[tuple[int, Row]]] = {}
    for number, row in rows:
        event = at(row, EVENT)
        if not isinstance(event, dict):
            meetings.setdefault("", []).append((number, row))
        elif text_at(row, "event") in ("", FINAL):
            id = text_at(row, "data.recording.id") or text_at(row, "data.bot.id")
            meetings.setdefault(id, []).append((number, {**event, "meeting": id}))
    return meetings.values()


def _heard(rows: Sequence[tuple[int, Row]], told: list[str]) -> Heard:
    # A row has words of one speaker; it is what a turn leads back to, so its words have its number.
    cues = [cue for number, row in rows for cue in cues_of_tokens(_tokens(number, row))]
    hosts = (text_at(row, "participant.name") for _, row in rows if at(row, "participant.is_host") is True)
    language = next((text for _, row in rows if (text := text_at(row, "language_code|language"))), "")
    call_id = next((text_at(row, "meeting") for _, row in rows), "")
    found = facts(call_id=call_id, language=language, started_at=_started(rows))
    return Heard(cues, found, facts(host=next(hosts, "")), list(told), what="row")


def _started(rows: Sequence[tuple[int, Row]]) -> str:
    """Return when the recording began: words are timed by the clock and from its start."""
    for _, row in rows:
        said = at(row, "words.0.start_timestamp")
        moment, seconds = clock(at(said, "absolute")), seconds_at(said, "relative")
        if moment is not None and seconds is not None:
            return moment_at([moment - seconds], "0")
    return ""


def _tokens(number: int, row: Row) -> Iterator[Token]:
    label = label_at(row, "participant.name") or label_at(row, "participant.id") or label_at(row, "speaker|speaker_id")
    for _, word in rows_at(row, "words", []):
        is_new = isinstance(at(word, "start_timestamp"), dict)
        path = (
            ("start_timestamp.relative", "end_timestamp.relative") if is_new else ("start_timestamp", "end_timestamp")
        )
        yield Token(number, text_at(word, "text"), label, *span_at(word, *path))


SHAPES = (
    Shape(
        "recall-ai",
        "a Recall.ai transcript",
        (
            Signature("[].participant: object", "[].words[].text: text", "[].words[].start_timestamp"),
            Signature(f"[].{EVENT}.participant: object", f"[].{EVENT}.words[].text: text"),
            Signature("[].speaker", "[].words[].text: text", "[].words[].start_timestamp: number"),
        ),
        heard,
        ("speakers", "times", "words"),
        is_tried=False,
        is_rows=True,
    ),
)
