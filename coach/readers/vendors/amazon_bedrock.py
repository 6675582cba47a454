"""Amazon Bedrock Data Automation, audio: segments that name their words by number, in milliseconds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from coach.call import Word
from coach.readers.cues import Cue, tidy
from coach.readers.fields import MILLIS, Row, facts, label_at, rows_at, seconds_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.tokens import Token, words_of_tokens
from coach.readers.vendor import Context, Shape

LABELS = ("speaker.speaker_label", "channel.channel_label")
STARTS, ENDS = "start_timestamp_millis", "end_timestamp_millis"


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call, named after its recording: the results themselves are all in files of one name."""
    told: list[str] = []
    items: dict[object, Row] = {}
    for place, item in rows_at(value, "audio_items", told):
        number = item.get("item_index")
        items[number if isinstance(number, int) else place] = item
    rows = rows_at(value, "audio_segments", told)
    # One kind of label for all: a speaker who is "spk_1" here and "ch_1" there would be two.
    label = next((path for path in LABELS if all(label_at(row, path) for _, row in rows)), LABELS[0])
    cues = [_cue(number, row, label, items) for number, row in rows]
    named = facts(
        call_id=PurePosixPath(text_at(value, "metadata.s3_key")).stem,
        language=text_at(value, "metadata.dominant_asset_language").lower(),
    )
    duration = seconds_at(value, "metadata.duration_millis", MILLIS)
    yield Heard(cues, named, {"duration": f"{duration:g} s"} if duration else {}, told)


def _cue(number: int, row: Row, label: str, items: Mapping[object, Row]) -> Cue:
    words = _words(row, items)
    text = tidy(text_at(row, "text")) or " ".join(word.text for word in words)
    return Cue(number, label_at(row, label), text, *span_at(row, STARTS, ENDS, MILLIS), words)


def _words(row: Row, items: Mapping[object, Row]) -> tuple[Word, ...]:
    """Return the words that ``row`` names; an item without times is a mark that belongs to the word before."""
    numbers = row.get("audio_item_indices")
    tokens: list[Token] = []
    for number in numbers if isinstance(numbers, list) else ():
        item = items.get(number, {}) if isinstance(number, int) else {}
        start, end = span_at(item, STARTS, ENDS, MILLIS)
        text = text_at(item, "content")
        tokens.append(Token(number, text, None, start, end, glued=start is None and not any(map(str.isalnum, text))))
    return words_of_tokens(tokens)


SHAPES = (
    Shape(
        "amazon-bedrock-data-automation-audio",
        "an Amazon Bedrock Data Automation audio result",
        (
            Signature(
                "metadata.semantic_modality = AUDIO",
                "audio_segments[].audio_item_indices: list",
                "audio_segments[].text: text",
            ),
        ),
        heard,
        ("speakers", "times", "words"),
    ),
)
