"""Recall.ai meeting transcripts: a list of participants' words; who speaks before the bot has joined is nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coach.readers.fields import Row, at, clock, facts, label_at, rows_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.tokens import Token, cues_of_tokens
from coach.readers.vendor import Context, Shape


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one meeting; a host is not for that the agent."""
    told: list[str] = []
    rows = rows_at(value, "", told)
    # A row has words of one speaker; it is what a turn leads back to, so its words have its number.
    cues = [cue for number, row in rows for cue in cues_of_tokens(_tokens(number, row))]
    hosts = (text_at(row, "participant.name") for _, row in rows if at(row, "participant.is_host") is True)
    language = next((text for _, row in rows if (text := text_at(row, "language_code|language"))), "")
    began = next((moment for _, row in rows if (moment := clock(at(row, "words.0.start_timestamp.absolute")))), None)
    yield Heard(cues, facts(language=language), facts(host=next(hosts, "")), told, what="row", began=began)


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
            Signature("[].speaker", "[].words[].text: text", "[].words[].start_timestamp: number"),
        ),
        heard,
        ("speakers", "times", "words"),
        is_tried=False,
        is_rows=True,
    ),
)
