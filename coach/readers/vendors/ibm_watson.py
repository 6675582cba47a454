"""IBM Watson Speech to Text: words as lists of text, start and end; who says them stands beside, by start.

A job holds the reply in a list of replies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from coach.readers.cues import Cue, counted, tidy
from coach.readers.fields import Row, at, facts, label_at, moment_at, rows_at, seconds, seconds_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.tokens import Token, cues_of_tokens, words_of_tokens
from coach.readers.vendor import Context, Shape

# A sound of thought is no word; marks are written in pointed brackets here.
HESITATION, MARK = "%HESITATION", "<hesitation>"
Speakers = Mapping[float, str | None]


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call of a reply or of a job, or those of the messages of a connection."""
    if isinstance(value, list):
        for replies in _calls(value):
            yield from heard({"results": replies}, context)
        return
    told: list[str] = []
    replies = [reply for _, reply in rows_at(value, "results", []) if isinstance(at(reply, "results"), list)]
    speakers = {
        start: label_at(row, "speaker")
        for reply in replies or [value]
        for _, row in rows_at(reply, "speaker_labels", told)
        if (start := seconds_at(row, "from")) is not None
    }
    results = list(enumerate(row for reply in replies or [value] for _, row in rows_at(reply, "results", told)))
    final = [(number, row) for number, row in results if at(row, "final") is not False]
    if final and len(final) < len(results):
        told.append(f"{counted(len(results) - len(final), 'result')} left out that later ones replace")
        results = final
    cues = [cue for number, row in results for cue in _cues(number, row, speakers, told)]
    created = moment_at(value, "created")
    yield Heard(cues, facts(call_id=text_at(value, "id")), facts(transcribed=created), told, what="result")


def _calls(messages: list[Any]) -> list[list[Row]]:
    """Return the replies of each call: one whose final results do not count on from those before begins a call."""
    calls: list[list[Row]] = [[]]
    last = -1.0
    for _, message in rows_at(messages, "", []):
        index = message.get("result_index")
        is_final = any(at(row, "final") is not False for _, row in rows_at(message, "results", []))
        if is_final and isinstance(index, (int, float)):
            if index <= last:
                calls.append([])
            last = index
        calls[-1].append({"results": [], **message})
    return calls


def _cues(number: int, result: Row, speakers: Speakers, told: list[str]) -> list[Cue]:
    """Return what one result says: as it is displayed where that differs from its words, and one speaker says it."""
    tokens = list(_tokens(number, result, speakers))
    text = tidy(text_at(result, "alternatives.0.transcript").replace(HESITATION, MARK))
    voices = {token.speaker for token in tokens}
    if not text or text == " ".join(token.text for token in tokens):
        return cues_of_tokens(tokens)
    if len(voices) > 1:
        told.append(f"result {number + 1} has several speakers: its numbers and dates are read as spoken")
        return cues_of_tokens(tokens)
    words = words_of_tokens(tokens)
    start = min((word.start for word in words if word.start is not None), default=None)
    end = max((word.end for word in words if word.end is not None), default=None)
    return [Cue(number, next(iter(voices), None), text, start, end, words)]


def _tokens(number: int, result: Row, speakers: Speakers) -> Iterator[Token]:
    timed = at(result, "alternatives.0.timestamps")
    for item in timed if isinstance(timed, list) else []:
        text = tidy(text_at(item, "0"))
        if text:
            start = seconds(at(item, "1"))
            # Programs around the service may write the speaker into the result, once it has been told.
            speaker = (speakers.get(start) if start is not None else None) or label_at(result, "speaker")
            yield Token(number, MARK if text == HESITATION else text, speaker, start, seconds(at(item, "2")))


SHAPES = (
    Shape(
        "ibm-watson-stt",
        "an IBM Watson Speech to Text reply",
        (
            Signature("results[].alternatives[].timestamps[]: list"),
            Signature("results[].alternatives[].transcript: text", "results[].final"),
            Signature("results[].results[].alternatives[].timestamps[]: list"),
            Signature("results[].results[].alternatives[].transcript: text", "results[].results[].final"),
            Signature("[].result_index: number", "[].results[].alternatives[].timestamps[]: list"),
            Signature("[].result_index: number", "[].results[].alternatives[].transcript: text", "[].results[].final"),
        ),
        heard,
        ("speakers", "times", "words"),
        is_rows=True,
    ),
)
