"""Amazon Transcribe: single words, with the speaker or channel on each, beside them by their start, or not at all."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from coach.readers.cues import Cue, tidy
from coach.readers.fields import Row, at, facts, label_at, rows_at, seconds_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.tokens import Token, cues_of_tokens
from coach.readers.vendor import Context, Shape

WHOLE = "results.transcripts[].transcript: text"
CHANNELS = "results.channel_labels.channels: list"
SPEAKERS = "results.speaker_labels: object"


class Labels(NamedTuple):
    """Who speaks a word that does not say so itself: by its start, by its number, by the segment that it lies in.

    A segment tells last, for it may span a change of speaker.
    """

    by_start: Mapping[float, str | None]
    by_number: Mapping[int, str | None]
    segments: list[tuple[float, float, str]]

    def of(self, number: int, start: float | None) -> str | None:
        """Return the label for the word ``number`` that starts at ``start`` seconds, ``None`` where nothing tells."""
        if start is not None and start in self.by_start:
            return self.by_start[start]
        if number in self.by_number:
            return self.by_number[number]
        place = bisect_right(self.segments, start, key=lambda segment: segment[0]) - 1 if start is not None else -1
        if start is None or place < 0 or start >= self.segments[place][1]:
            return None
        return self.segments[place][2]


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call: its words put together, the text of its segments where it has none, else its whole text."""
    told: list[str] = []
    tokens = _tokens(value, told)
    voices = _by_channel(tokens) if at(value, "results.channel_labels") else [tokens]
    cues = [cue for voice in voices for cue in cues_of_tokens(voice)] or _segments(value, told)
    if not cues and (text := tidy(text_at(value, "results.transcripts.0.transcript"))):
        cues = [Cue(0, None, text)]
        told.append("no single words in it: its whole text is one turn of nobody")
    language = text_at(value, "results.language_code") or text_at(value, "results.language_identification.0.code")
    yield Heard(cues, facts(call_id=text_at(value, "jobName"), language=language), {}, told, what="item")


def _tokens(value: Any, told: list[str]) -> list[Token]:
    """Return the words and marks of ``items``; those under ``channels`` say the same again.

    They serve where there are no others, or where the others do not name their channel.
    """
    rows = rows_at(value, "results.items", told)
    if not any(label_at(row, _label_key(value)) for _, row in rows):
        channels = rows_at(value, "results.channel_labels.channels", told)
        items = [
            {"channel_label": label_at(channel, "channel_label"), **item}
            for _, channel in channels
            for _, item in rows_at(channel, "items", told)
        ]
        rows = list(enumerate(items)) if items else rows
    labels, key = _labels(value), _label_key(value)
    return [_token(number, row, key, labels) for number, row in rows]


def _label_key(value: Any) -> str:
    return "channel_label" if at(value, "results.channel_labels") else "speaker_label"


def _token(number: int, row: Row, key: str, labels: Labels) -> Token:
    start, end = span_at(row, "start_time", "end_time")
    named = row.get("id")
    speaker = label_at(row, key) or labels.of(named if isinstance(named, int) else number, start)
    is_mark = text_at(row, "type") == "punctuation"
    return Token(number, text_at(row, "alternatives.0.content"), speaker, start, end, glued=is_mark)


def _labels(value: Any) -> Labels:
    by_start: dict[float, str | None] = {}
    segments: list[tuple[float, float, str]] = []
    for _, segment in rows_at(value, "results.speaker_labels.segments", []):
        whose = label_at(segment, "speaker_label")
        for _, item in rows_at(segment, "items", []):
            if (start := seconds_at(item, "start_time")) is not None:
                by_start[start] = label_at(item, "speaker_label") or whose
        begin, stop = span_at(segment, "start_time", "end_time")
        if whose and begin is not None and stop is not None:
            segments.append((begin, stop, whose))
    by_number = {
        number: label_at(segment, _label_key(value))
        for _, segment in rows_at(value, "results.audio_segments", [])
        for number in _list(segment.get("items"))
        if isinstance(number, int)
    }
    return Labels(by_start, by_number, sorted(segments))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _by_channel(tokens: list[Token]) -> Iterable[list[Token]]:
    """Return the words of each channel apart, for words said at one time must not cut each other's sentences."""
    apart: dict[str | None, list[Token]] = {}
    channel: str | None = None
    for token in tokens:
        channel = channel if token.glued else token.speaker
        apart.setdefault(token.speaker or channel, []).append(token)
    return apart.values()


def _segments(value: Any, told: list[str]) -> list[Cue]:
    return [
        Cue(
            number,
            label_at(row, _label_key(value)),
            tidy(text_at(row, "transcript")),
            *span_at(row, "start_time", "end_time"),
        )
        for number, row in rows_at(value, "results.audio_segments", told)
    ]


SHAPES = (
    Shape(
        "amazon-transcribe-speaker-labels",
        "an Amazon Transcribe transcript with speaker labels",
        (Signature(WHOLE, SPEAKERS, "results.items: list", lacks=(CHANNELS,)),),
        heard,
        ("speakers", "times", "words"),
    ),
    Shape(
        "amazon-transcribe-channel-labels",
        "an Amazon Transcribe transcript with channel labels",
        (Signature(WHOLE, CHANNELS),),
        heard,
        ("speakers", "times", "words"),
        note="Say which channel the agent is on with --agent-channel.",
    ),
    Shape(
        "amazon-transcribe",
        "an Amazon Transcribe transcript without speakers",
        (Signature(WHOLE, "results.items: list", lacks=(CHANNELS, SPEAKERS)),),
        heard,
        ("times", "words"),
        is_tried=False,
    ),
)
