"""The Whisper family: segments of text with times; who speaks only where another program has added it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from coach.call import Word
from coach.readers.cues import Cue, counted, tidy
from coach.readers.fields import MILLIS, Row, at, facts, label_at, rows_at, seconds_at, span_at, text_at, words_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.tokens import Token, cues_of_tokens, words_of_tokens
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.shared.voices import TimedWords

# Above this Whisper itself takes a stretch for silence, where it is not sure of its words either.
NO_SPEECH = 0.6
# Tokens that stand for no word: [_BEG_], [_TT_150], <|endoftext|>.
SPECIAL = re.compile(r"^(?:\[_.*\]|<\|.*\|>)$")
WORDS = ("word|text", "start", "end")
# The service names languages in English, where the programs write codes.
LANGUAGES = {
    "arabic": "ar", "chinese": "zh", "dutch": "nl", "english": "en", "french": "fr", "german": "de", "hindi": "hi",
    "italian": "it", "japanese": "ja", "korean": "ko", "polish": "pl", "portuguese": "pt", "russian": "ru",
    "spanish": "es", "turkish": "tr", "ukrainian": "uk",
}  # fmt: skip


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call, whose segments are in ``value`` or are its items; words and text say the same again."""
    told: list[str] = []
    rows = rows_at(value, "" if isinstance(value, list) else "segments", told)
    timed = TimedWords(words_at(value, "words|word_segments", *WORDS))
    cues = []
    for number, row in rows:
        span = span_at(row, "start", "end")
        words = _spoken(row) or timed.within(*span)
        cues.append(Cue(number, label_at(row, "speaker"), tidy(text_at(row, "text")), *span, words))
    if again := _said_again(rows):
        told.append(f"said again where hardly any speech was heard, so perhaps invented: {counted(again, 'segment')}")
    if not cues:
        cues = cues_of_tokens(
            Token(number, text_at(row, "word"), label_at(row, "speaker"), *span_at(row, "start", "end"))
            for number, row in rows_at(value, "words|word_segments", told)
        )
    yield _heard(value, cues, text_at(value, "language"), told)


def heard_cpp(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call that whisper.cpp heard; segments may be asked for so short that each is a piece of a word."""
    told: list[str] = []
    rows = rows_at(value, "transcription", told)
    cues = [
        Cue(number, label_at(row, "speaker"), tidy(text_at(row, "text")), *_offsets(row), _words_of(row))
        for number, row in rows
    ]
    if any(at(row, "speaker_turn_next") is True for _, row in rows):
        told.append("it marks where the speaker changes, but not who speaks")
    texts = [text_at(row, "text") for _, row in rows]
    yield _heard(value, _joined(cues, texts), text_at(value, "result.language"), told)


def heard_chunks(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call: what is said by speaker, or where that is not there, the chunks that say the same."""
    told: list[str] = []
    rows = rows_at(value, "speakers", told) or rows_at(value, "chunks", told)
    texts = [text_at(row, "text") for _, row in rows]
    cues = [
        Cue(number, label_at(row, "speaker"), tidy(text), *span_at(row, "timestamp.0", "timestamp.1"))
        for (number, row), text in zip(rows, texts, strict=True)
    ]
    yield _heard(value, _joined(cues, texts), text_at(value, "language"), told)


def _heard(value: object, cues: Sequence[Cue], language: str, told: list[str]) -> Heard:
    if not cues and (text := tidy(text_at(value, "text"))):
        cues = [Cue(0, None, text)]
        told.append("neither segments nor words in it: its whole text is one turn of nobody")
    duration = seconds_at(value, "duration")
    about = facts(language=LANGUAGES.get(language.casefold(), language))
    return Heard(list(cues), about, {"duration": f"{duration:g} s"} if duration else {}, told)


def _said_again(rows: Sequence[tuple[int, Row]]) -> int:
    """Return how many segments repeat the one before them while they are most likely silence."""
    again, before = 0, ""
    for _, row in rows:
        text, silence = tidy(text_at(row, "text")).casefold(), seconds_at(row, "no_speech_prob")
        again += bool(text) and text == before and silence is not None and silence > NO_SPEECH
        before = text
    return again


def _joined(cues: list[Cue], texts: Sequence[str]) -> list[Cue]:
    """Return cues of whole sentences where each of ``cues`` is a word or less, told by the blank before each word."""
    if any(" " in cue.text for cue in cues) or not any(text.startswith(" ") for text in texts):
        return cues
    return cues_of_tokens(
        Token(cue.number, cue.text, cue.speaker, cue.start, cue.end, glued=not text.startswith(" "))
        for cue, text in zip(cues, texts, strict=True)
    )


def _words_of(row: Row) -> tuple[Word, ...]:
    tokens = ((number, text_at(token, "text"), token) for number, token in rows_at(row, "tokens", []))
    return words_of_tokens(
        Token(number, text, None, *_offsets(token), glued=not text.startswith(" "))
        for number, text, token in tokens
        if not SPECIAL.match(text.strip())
    )


def _spoken(row: Row) -> tuple[Word, ...]:
    """Return the timed words of a segment; where words begin with a blank, what begins with none is a piece of one."""
    pieces = [
        (number, text_at(piece, WORDS[0]), span_at(piece, *WORDS[1:])) for number, piece in rows_at(row, "words", [])
    ]
    has_blanks = any(text.startswith(" ") for _, text, _ in pieces)
    words = words_of_tokens(
        Token(number, text, None, *span, glued=has_blanks and not text.startswith(" "))
        for number, text, span in pieces
        if text.strip()
    )
    return words if any(word.start is not None for word in words) else ()


def _offsets(row: Row) -> tuple[float | None, float | None]:
    return span_at(row, "offsets.from", "offsets.to", MILLIS)


SHAPES = (
    Shape(
        "openai-whisper",
        "a Whisper transcript",
        (
            Signature(
                "segments[].no_speech_prob|avg_logprob",
                "segments[].text: text",
                lacks=("word_segments", "segments[].words[].text", "segments[].words[].score"),
            ),
            Signature("[].no_speech_prob|avg_logprob", "[].text: text", "[].start"),
            Signature(
                "language|task: text", "text: text", "words[].word: text", "words[].start", lacks=("segments[].text",)
            ),
        ),
        heard,
        ("times", "words"),
        is_rows=True,
    ),
    Shape(
        "whisper-timestamped",
        "a whisper-timestamped transcript",
        (
            Signature(
                "segments[].words[].text: text",
                "segments[].words[].confidence",
                "segments[].text: text",
                lacks=("word_segments",),
            ),
        ),
        heard,
        ("times", "words"),
    ),
    Shape(
        "whisperx",
        "a WhisperX transcript",
        (
            Signature("segments[].text: text", "word_segments: list"),
            Signature("segments[].words[].score", "segments[].text: text", lacks=("word_segments",)),
        ),
        heard,
        ("speakers", "times", "words"),
    ),
    Shape(
        "openai-diarized",
        "a diarized transcript of OpenAI's service",
        (Signature("segments[].type = transcript.text.segment", "segments[].text: text"),),
        heard,
        ("speakers", "times"),
        is_tried=False,
    ),
    Shape(
        "whisper-cpp",
        "a whisper.cpp transcript",
        (Signature("transcription[].offsets.from", "transcription[].text: text"),),
        heard_cpp,
        ("speakers", "times", "words"),
        is_tried=False,
    ),
    Shape(
        "whisper-chunks",
        "a Whisper transcript in chunks",
        (Signature("chunks[].timestamp: list", "chunks[].text: text"),),
        heard_chunks,
        ("speakers", "times", "words"),
        is_tried=False,
    ),
    Shape(
        "whisper-segments",
        "segments as programs around Whisper write them",
        (Signature("segments[].start: number", "segments[].text: text"),),
        heard,
        ("speakers", "times", "words"),
        is_tried=False,
        is_fallback=True,
    ),
)
