"""Google Speech-to-Text: results of alternatives with timed words, by speaker or channel, of version 1 and 2.

In a diarized reply the last result says all words once more, and only there with their speakers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter
from pathlib import PurePosixPath
from typing import Any

from coach.readers.cues import Cue, counted, tidy
from coach.readers.fields import Row, at, facts, rows_at, seconds_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.tokens import Token, cues_of_tokens
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.shared.voices import labels_apart

Result = tuple[int, Row]
STARTS, ENDS = "startTime|startOffset|start_time|start_offset", "endTime|endOffset|end_time|end_offset"
WORDS = "alternatives.0.words"


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call; a result without timed words is one cue without a time."""
    yield _heard(value, rows_at(value, "" if isinstance(value, list) else "results", []))


def heard_stream(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the call of the replies of a stream: a list of them, or one."""
    replies = rows_at(value if isinstance(value, list) else [value], "", [])
    yield _heard(value, list(enumerate(row for _, reply in replies for _, row in rows_at(reply, "results", []))))


def heard_batch(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the calls of a batch that is answered in one reply, by the link of each recording; named after that."""
    files = at(value, "results")
    for link, file in files.items() if isinstance(files, dict) else ():
        reply = at(file, "inlineResult|inline_result.transcript") or at(file, "transcript")
        heard = _heard(reply, rows_at(reply, "results", []))
        heard.facts = {**heard.facts, **facts(call_id=PurePosixPath(link).stem)}
        yield heard


def _heard(value: Any, rows: Sequence[Result]) -> Heard:
    told: list[str] = []
    results = _read(rows, told)
    words = {number: [word for _, word in rows_at(row, WORDS, told)] for number, row in results}
    labels = labels_apart((_channel(row), _speaker(word)) for number, row in results for word in words[number] or [{}])
    cues: list[Cue] = []
    for number, row in results:
        channel = _channel(row)
        tokens = [
            Token(number, _word(word), labels[channel, _speaker(word)], *span_at(word, STARTS, ENDS))
            for word in words[number]
        ]
        text = tidy(text_at(row, "alternatives.0.transcript"))
        cues += cues_of_tokens(tokens) or [Cue(number, labels.get((channel, None)), text)]
    request = text_at(value, "requestId|request_id")
    languages = {text_at(row, "languageCode|language_code") for _, row in rows} - {""}
    return Heard(
        cues,
        facts(
            call_id=request if request != "0" else "",
            language=languages.pop() if len(languages) == 1 else "",
        ),
        {},
        told,
        what="result",
    )


def _read(rows: Sequence[Result], told: list[str]) -> list[Result]:
    """Return the results to read: none that later ones replace or say once more."""
    filled = [(number, row) for number, row in rows if at(row, "alternatives.0")]
    # Interim results of a stream may say that they are not final, or nothing.
    final = [(number, row) for number, row in filled if at(row, "isFinal|is_final") is True]
    if final and len(final) < len(filled):
        told.append(f"{counted(len(filled) - len(final), 'result')} left out that later ones replace")
        filled = final
    channels = dict.fromkeys(_channel(row) for _, row in filled)
    if len([channel for channel in channels if channel]) < 2:
        groups = [filled]
    else:
        groups = [[each for each in filled if _channel(each[1]) == channel] for channel in channels]
    chosen = [each for group in groups for each in (group[-1:] if _says_all_again(group) else group)]
    return sorted(chosen, key=itemgetter(0))


def _says_all_again(results: Sequence[Result]) -> bool:
    """Tell whether the last result repeats those before it.

    It has speakers, and these have none; or it begins where the first of them does. Where each result has its own
    words and speakers, it does neither.
    """
    if len(results) < 2:
        return False
    *before, last = [[word for _, word in rows_at(row, WORDS, [])] for _, row in results]
    if not any(map(_speaker, last)):
        return False
    earlier = [word for words in before for word in words]
    if not any(map(_speaker, earlier)):
        return True
    starts = [start for word in earlier if (start := seconds_at(word, STARTS)) is not None]
    begun = next((start for word in last if (start := seconds_at(word, STARTS)) is not None), None)
    return begun is not None and bool(starts) and begun <= min(starts)


def _speaker(word: Row) -> str | None:
    """Return the word's speaker: the number 0 and an empty label say that none is told."""
    tag = text_at(word, "speakerTag|speaker_tag")
    return (tag if tag != "0" else "") or text_at(word, "speakerLabel|speaker_label").strip() or None


def _word(word: Row) -> str:
    """Return the word as written: in Japanese its reading stands behind a stroke."""
    text = text_at(word, "word")
    return text.partition("|")[0].strip() or text


def _channel(row: Row) -> str | None:
    """Return the result's channel: they count from 1, and 0 says that there is only one."""
    tag = text_at(row, "channelTag|channel_tag")
    return tag if tag not in ("", "0") else None


# Watson's results say whether they are final, and its timed words are lists.
NOT_WATSON = ("result_index", "results[].final", "results[].alternatives[].timestamps", "speaker_labels")

# In a stream a result says that it is final, or else how sure it is to stay.
STREAMED = "isFinal|is_final|stability"

SHAPES = (
    Shape(
        "google-speech-to-text",
        "a Google Speech-to-Text reply",
        (
            Signature("results[].alternatives[].transcript: text", lacks=(*NOT_WATSON, f"results[].{STREAMED}")),
            Signature(
                f"results[].alternatives[].words[].{STARTS}",
                "results[].alternatives[].words[].word: text",
                lacks=(*NOT_WATSON, "results[].alternatives[].transcript: text", f"results[].{STREAMED}"),
            ),
            Signature(f"[].alternatives[].words[].{STARTS}", "[].alternatives[].words[].word: text"),
        ),
        heard,
        ("speakers", "times", "words"),
        note="The last result of a diarized reply repeats all words, and is then read alone.",
    ),
    Shape(
        "google-speech-to-text",
        "replies of Google's streaming Speech-to-Text",
        (
            Signature("results[].alternatives[].transcript: text", f"results[].{STREAMED}", lacks=NOT_WATSON),
            Signature("[].results[].alternatives[].transcript: text", f"[].results[].{STREAMED}"),
        ),
        heard_stream,
        ("speakers", "times", "words"),
        is_tried=False,
        is_rows=True,
    ),
    Shape(
        "google-speech-to-text",
        "a reply of Google's batch Speech-to-Text",
        (
            Signature("results.*.transcript.results[].alternatives: list"),
            Signature("results.*.inlineResult|inline_result.transcript.results[].alternatives: list"),
        ),
        heard_batch,
        ("speakers", "times", "words"),
        is_tried=False,
    ),
)
