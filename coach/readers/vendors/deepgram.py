"""Deepgram transcripts: utterances, paragraphs and words say the same thrice, and the richest that is there is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from coach.readers.cues import Cue, counted, tidy
from coach.readers.fields import Row, at, facts, head_at, label_at, rows_at, seconds_at, span_at, text_at, words_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.tokens import Token, cues_of_tokens
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.shared.voices import TimedWords, Voice, labels_apart

WORD = "punctuated_word|word"
# The best alternative of each channel, with the channel's number as its label.
Channels = Sequence[tuple[str, Row]]


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call: its utterances, without them its paragraphs, its words, or at last its text."""
    told: list[str] = []
    results = value if at(value, "results") is None else at(value, "results")
    channels = [(str(number), best) for number, row in rows_at(results, "channels", told) if (best := _best(row))]
    if not channels and at(results, "channels") is None and isinstance(results, dict):
        channels = [("0", results)]
    cues = _utterances(results, told) or _paragraphs(channels) or _words(channels) or _texts(channels, told)
    duration = seconds_at(value, "metadata.duration")
    extra = head_at(value, "metadata.extra")
    spoken = (label_at(row, "detected_language") for _, row in rows_at(results, "channels", []))
    yield Heard(
        cues,
        {
            **extra.facts,
            **facts(
                call_id=text_at(value, "metadata.request_id"), language=next((each for each in spoken if each), None)
            ),
        },
        {**({"duration": f"{duration:g} s"} if duration else {}), **extra.others},
        told,
        what="utterance",
    )


def heard_live(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the call whose final messages stand in the list ``value``; interim ones say the same before and less well.

    ``value`` may also be one message.
    """
    told: list[str] = []
    messages = rows_at(value if isinstance(value, list) else [value], "", told)
    interim = sum(at(row, "is_final") is False for _, row in messages)
    if interim:
        told.append(f"{counted(interim, 'interim result')} left out, for the final ones say the same")
    channels = [
        (text_at(row, "channel_index.0"), best)
        for _, row in messages
        if at(row, "is_final") is not False and (best := _best(at(row, "channel")))
    ]
    call_id = next((text for _, row in messages if (text := text_at(row, "metadata.request_id|request_id"))), "")
    yield Heard(_words(channels) or _texts(channels, told), facts(call_id=call_id), {}, told, what="word")


def _best(channel: object) -> Row:
    best = at(channel, "alternatives.0")
    return best if isinstance(best, dict) else {}


def _utterances(results: object, told: list[str]) -> list[Cue]:
    rows = rows_at(results, "utterances", told)
    labels = labels_apart(_voice(row) for _, row in rows)
    return [
        Cue(
            number,
            labels[_voice(row)],
            tidy(text_at(row, "transcript")),
            *span_at(row, "start", "end"),
            words_at(row, "words", WORD, "start", "end"),
        )
        for number, row in rows
    ]


def _paragraphs(channels: Channels) -> list[Cue]:
    found = [
        (channel, best, paragraph, sentence)
        for channel, best in channels
        for _, paragraph in rows_at(best, "paragraphs.paragraphs", [])
        for _, sentence in rows_at(paragraph, "sentences", [])
    ]
    labels = labels_apart((channel, label_at(paragraph, "speaker")) for channel, _, paragraph, _ in found)
    words = {channel: TimedWords(words_at(best, "words", WORD, "start", "end")) for channel, best in channels}
    cues = []
    for number, (channel, _, paragraph, sentence) in enumerate(found):
        span = span_at(sentence, "start", "end")
        label = labels[channel, label_at(paragraph, "speaker")]
        cues.append(Cue(number, label, tidy(text_at(sentence, "text")), *span, words[channel].within(*span)))
    return cues


def _words(channels: Channels) -> list[Cue]:
    found = [(channel, word) for channel, best in channels for _, word in rows_at(best, "words", [])]
    labels = labels_apart((channel, label_at(word, "speaker")) for channel, word in found)
    tokens: dict[str, list[Token]] = {}
    for number, (channel, word) in enumerate(found):
        label = labels[channel, label_at(word, "speaker")]
        token = Token(number, text_at(word, WORD), label, *span_at(word, "start", "end"))
        tokens.setdefault(channel, []).append(token)
    return [cue for each in tokens.values() for cue in cues_of_tokens(each)]


def _texts(channels: Channels, told: list[str]) -> list[Cue]:
    said = [(channel, text) for channel, best in channels if (text := tidy(text_at(best, "transcript")))]
    labels = labels_apart((channel, None) for channel, _ in said)
    if said:
        told.append("neither utterances nor words in it: the whole text of a channel is one turn")
    return [Cue(number, labels[channel, None], text) for number, (channel, text) in enumerate(said)]


def _voice(row: Row) -> Voice:
    return label_at(row, "channel"), label_at(row, "speaker")


SHAPES = (
    Shape(
        "deepgram",
        "a Deepgram transcript",
        (
            Signature("results.channels[].alternatives[].transcript: text"),
            Signature("results.utterances[].transcript: text", "results.utterances[].start", "metadata.request_id"),
            Signature("channels[].alternatives[].transcript: text", lacks=("results",)),
            Signature(
                "transcript: text", "words[].word: text", "words[].start: number", "words[].confidence", lacks=("type",)
            ),
        ),
        heard,
        ("speakers", "times", "words"),
    ),
    Shape(
        "deepgram-live",
        "messages of Deepgram's live transcription",
        (
            Signature("[].channel.alternatives[].transcript: text", "[].is_final"),
            Signature("[].type = Metadata", "[].request_id: text"),
            Signature("[].type = SpeechStarted", "[].channel: list"),
            Signature("channel.alternatives[].transcript: text", "is_final"),
        ),
        heard_live,
        ("speakers", "times", "words"),
        is_tried=False,
        is_rows=True,
    ),
)
