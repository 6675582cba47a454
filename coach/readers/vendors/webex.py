"""Webex Contact Center: the newer form is a vCon of messages, the older one a list of what was recognised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coach.readers.cues import Cue, counted, tidy
from coach.readers.fields import Row, at, facts, label_at, rows_at, span_at, text_at, words_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.vcon import heard as heard_as_vcon
from coach.roles import role_word

RESULT = "recognitionResult|recognition_result"
WHO = "roleType|role|participantRole|speakerRole|participant|channelTag|channel_tag"


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call; what was recognised for the moment and then again is left out."""
    told: list[str] = []
    rows = rows_at(value, "responseContents", told)
    is_final = {number for number, row in rows if _is_final(row)}
    cues = [_cue(number, row) for number, row in rows if number in is_final or not is_final]
    if is_final and len(is_final) < len(rows):
        told.append(f"{counted(len(rows) - len(is_final), 'result')} left out: not final")
    languages = [text_at(row, f"{RESULT}.languageCode|language_code") for _, row in rows]
    yield Heard(
        cues,
        facts(
            call_id=text_at(value, "taskId|interactionId|conversationId"),
            language=next(filter(None, languages), ""),
        ),
        {},
        told,
        what="result",
    )


def _cue(number: int, row: Row) -> Cue:
    result = at(row, RESULT)
    best = at(result, "alternatives.0")
    words = words_at(best, "words", "word", "startTime|start_time", "endTime|end_time")
    start, end = span_at(result, "startTime|start_time", "endTime|end_time|resultEndTime|result_end_time")
    start = words[0].start if words else start
    end = words[-1].end if words and words[-1].end is not None else end
    label = label_at(row, WHO) or label_at(result, WHO)
    return Cue(number, label, tidy(text_at(best, "transcript")), start, end, words, role_word(label or "") or "unknown")


def _is_final(row: Row) -> bool:
    return at(row, f"{RESULT}.isFinal|is_final") is True


SHAPES = (
    Shape(
        "webex-contact-center",
        "a Webex Contact Center transcript",
        (Signature("parties: list", "dialog[].type: text", "dialog[].body", lacks=("uuid", "vcon")),),
        heard_as_vcon,
        ("roles", "speakers", "times"),
        is_tried=False,
    ),
    Shape(
        "webex-contact-center",
        "a Webex Contact Center transcript of the older form",
        (Signature(f"responseContents[].{RESULT}.alternatives: list"),),
        heard,
        ("roles", "speakers", "times", "words"),
        is_tried=False,
    ),
)
