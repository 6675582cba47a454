"""What a vCon carries in its bodies: texts, and transcripts in whatever form the transcriber wrote."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any

import orjson

from coach.readers.clocks import from_first
from coach.readers.cues import Cue, tidy
from coach.readers.fields import Row, at, label_at, rows_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.texts.caption_speakers import spoken_cues
from coach.readers.texts.captions import TIMED, blocks_of
from coach.readers.texts.head import split_head
from coach.readers.texts.lines import cues_of, marked_lines
from coach.readers.vendors.shared.markup import untagged

OPENINGS = ("{", "[", '"')
WRITTEN_IN = 2
ROWS = "segments|utterances|turns|messages|entries|transcript"
SPEAKER, SAID = "speaker|speaker_label|role|participant|name", "message|text|content|utterance|transcript|body"


def text_of(row: Row) -> str:
    """Return what a message says, without tags; ``""`` where it says nothing or what it says is kept elsewhere."""
    body = _decoded(row)
    if text_at(row, "encoding").casefold() == "json":
        body = _parsed(body)
    text = body if isinstance(body, str) else text_at(body, SAID)
    if "html" in text_at(row, "mediatype|mimetype").casefold():
        text = untagged(text)
    return tidy(text)


def value_of(row: Row) -> Any:
    """Return what a transcript holds: parsed where it is JSON, also where that is written as a text."""
    value = _decoded(row)
    for _ in range(WRITTEN_IN):
        value = _parsed(value)
    return value


def json_of_base64url(text: str) -> Any:
    """Return the JSON value in ``text``, ``None`` where there is none."""
    decoded = _of_base64url(text)
    return None if decoded is None else _parsed(decoded)


def heard_in(body: Any, inner: Callable[[object], Heard | None], parties: Sequence[str]) -> Heard:
    """Return what is heard in the body of a transcript, in seconds from its start.

    Args:
        body: a text with speaker labels; captions; a list of rows, or an object with such a list; a vendor's own JSON.
        inner: reads a vendor's JSON.
        parties: what those who take part are called, by whose numbers rows may name them.
    """
    if isinstance(body, str):
        return _of_text(body)
    found = Heard(_of_rows(body, parties)) if _has_parties(body) else inner(body) or inner(_as_reply(body))
    if found is None:
        return Heard(_of_rows(body, parties))
    cues, _, _ = from_first(found.cues, found.began)
    return Heard(_named(cues, body), found.facts, found.others, found.warnings, found.how)


def _named(cues: list[Cue], body: Any) -> list[Cue]:
    """Return the cues with the labels that a table of speakers has for their ids, as in World Transcription Format."""
    table = at(body, "speakers")
    rows = table.values() if isinstance(table, dict) else table if isinstance(table, list) else ()
    labels = {id: label for row in rows if (id := label_at(row, "id")) and (label := label_at(row, "label|name"))}
    return [cue._replace(speaker=labels.get(cue.speaker or "", cue.speaker)) for cue in cues]


def _as_reply(body: Any) -> Any:
    """Return one alternative of a Deepgram reply as the reply that it was taken from."""
    results = {"channels": [{"alternatives": [body]}]}
    return {"metadata": {"request_id": ""}, "results": results} if isinstance(at(body, "words"), list) else None


def _of_text(text: str) -> Heard:
    lines = text.replace("\r\n", "\n").split("\n")
    if any(map(TIMED.match, lines)):
        return Heard(*_of_captions(lines))
    _, lines = split_head(lines)
    cues, doubts = cues_of(marked_lines(lines))
    cues, _, _ = from_first(cues)
    if not cues and tidy(text):
        return Heard([Cue(0, None, tidy(text))], warnings=["the transcript names no speaker: it is one turn of nobody"])
    return Heard(cues, warnings=doubts)


def _of_captions(lines: Sequence[str]) -> tuple[list[Cue], dict[str, str], dict[str, str], list[str]]:
    # In WebVTT an empty line ends a caption, in SRT it may stand anywhere.
    is_webvtt = any(line.startswith("WEBVTT") for line in lines[:1])
    cues, doubts = spoken_cues(list(blocks_of(lines if is_webvtt else [line for line in lines if line.strip()])))
    return cues, {}, {}, doubts


def _rows(body: Any) -> list[tuple[int, Row]]:
    return rows_at(body, "" if isinstance(body, list) else ROWS, [])


def _has_parties(body: Any) -> bool:
    return any(_number(row) is not None for _, row in _rows(body))


def _number(row: Row) -> int | None:
    party = row.get("party")
    return party if isinstance(party, int) and not isinstance(party, bool) else None


def _label(row: Row, parties: Sequence[str]) -> str | None:
    number = _number(row)
    if number is not None and 0 <= number < len(parties):
        return parties[number]
    return label_at(row, SPEAKER)


def _of_rows(body: Any, parties: Sequence[str]) -> list[Cue]:
    rows = _rows(body)
    return [
        Cue(
            number,
            _label(row, parties),
            tidy(text_at(row, SAID)),
            *span_at(row, "start|start_time|startTime", "end|end_time|endTime"),
        )
        for number, row in rows
    ]


def _decoded(row: Row) -> Any:
    body = row.get("body")
    if isinstance(body, str) and text_at(row, "encoding").casefold() in ("base64url", "base64"):
        return _of_base64url(body)
    return body


def _of_base64url(text: str) -> str | None:
    packed = "".join(text.split()).translate({43: "-", 47: "_"}).rstrip("=")
    try:
        return base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode("utf-8")
    except (binascii.Error, ValueError):
        return None


def _parsed(value: Any) -> Any:
    if isinstance(value, str) and value.lstrip()[:1] in OPENINGS:
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value
