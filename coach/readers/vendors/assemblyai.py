"""AssemblyAI transcripts: utterances by speaker or channel, times in milliseconds (only the duration is in seconds)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from coach.readers.cues import Cue, tidy
from coach.readers.fields import MILLIS, Row, at, facts, label_at, rows_at, seconds_at, span_at, text_at, words_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.tokens import Token, cues_of_tokens
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.shared.voices import Voice, labels_apart

# Where the speakers are told by name or role, this says which label became which.
RENAMED = "speech_understanding.response.speaker_identification.mapping"


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call; without utterances its words are put together, and without these its text is one cue."""
    told: list[str] = []
    rows = rows_at(value, "utterances", told)
    words = [] if rows else rows_at(value, "words", told)
    label_of = _labels(value, [row for _, row in (*rows, *words)])
    cues = [
        Cue(
            number,
            label_of(row),
            tidy(text_at(row, "text")),
            *span_at(row, "start", "end", MILLIS),
            words_at(row, "words", "text", "start", "end", MILLIS),
        )
        for number, row in rows
    ]
    tokens: dict[str | None, list[Token]] = {}
    for number, row in words:
        token = Token(number, text_at(row, "text"), label_of(row), *span_at(row, "start", "end", MILLIS))
        tokens.setdefault(label_at(row, "channel"), []).append(token)
    cues += [cue for each in tokens.values() for cue in cues_of_tokens(each)]
    if not cues and (text := tidy(text_at(value, "text"))):
        cues = [Cue(0, None, text)]
        told.append("neither utterances nor words in it: its whole text is one turn of nobody")
    duration = seconds_at(value, "audio_duration")
    yield Heard(
        cues,
        facts(call_id=text_at(value, "id"), language=text_at(value, "language_code")),
        {"duration": f"{duration:g} s"} if duration else {},
        told,
        what="utterance",
    )


def heard_live(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the call whose messages stand in the list ``value``: of each turn the last, for it grows until it ends."""
    told: list[str] = []
    messages = rows_at(value, "", told)
    turns: dict[str, tuple[int, Row]] = {}
    for number, row in messages:
        if text_at(row, "message_type") != "PartialTranscript" and isinstance(at(row, "words"), list):
            turns[text_at(row, "turn_order") or f"final {number}"] = (number, row)
    cues = []
    for number, row in turns.values():
        words = words_at(row, "words", "text", "start", "end", MILLIS)
        span = (words[0].start, words[-1].end) if words else span_at(row, "audio_start", "audio_end", MILLIS)
        cues.append(Cue(number, label_at(row, "speaker_label"), tidy(text_at(row, "transcript|text")), *span, words))
    call_id = next((text for _, row in messages if (text := text_at(row, "session_id|id"))), "")
    yield Heard(cues, facts(call_id=call_id), {}, told, what="message")


def _labels(value: object, rows: Sequence[Row]) -> Callable[[Row], str | None]:
    """Return what gives the label of a row: by name or role where the file tells it, else apart by channel."""
    renamed = at(value, RENAMED)
    pairs = renamed.items() if isinstance(renamed, dict) else ()
    names = {name: named.strip() for name, named in pairs if isinstance(named, str) and named.strip()}
    apart = labels_apart(map(_voice, rows))

    def label_of(row: Row) -> str | None:
        label = apart[_voice(row)]
        return label if label is None else names.get(label, label)

    return label_of


def _voice(row: Row) -> Voice:
    return label_at(row, "channel"), label_at(row, "speaker")


SHAPES = (
    Shape(
        "assemblyai",
        "an AssemblyAI transcript",
        (
            Signature("utterances", "words", "status: text", "text", lacks=("results", "jobName")),
            Signature("utterances[].start: number", "utterances[].words", "words", "status: text"),
            Signature(
                "utterances[].start: number",
                "utterances[].text: text",
                "utterances[].words: list",
                "words[].text: text",
                "words[].confidence",
                lacks=("status",),
            ),
        ),
        heard,
        ("speakers", "times", "words"),
    ),
    Shape(
        "assemblyai-live",
        "messages of AssemblyAI's live transcription",
        (
            Signature("[].turn_order: number", "[].transcript: text", "[].words: list"),
            Signature("[].message_type: text", "[].audio_start: number", "[].words: list"),
        ),
        heard_live,
        ("times", "words"),
        is_tried=False,
        is_rows=True,
    ),
)
