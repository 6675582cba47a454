"""Azure Speech: results of batch transcription and replies of fast transcription, phrase by phrase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from coach.call import Word
from coach.readers.cues import Cue, counted, tidy
from coach.readers.fields import MILLIS, TICKS, Row, facts, label_at, moment_at, rows_at, seconds_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.shared.voices import Voice, labels_apart


class Keys(NamedTuple):
    """How a service writes a phrase.

    ``times``: keys of start and length with their unit, by version. ``texts`` and ``words``: paths in a phrase, what
    is displayed before what was recognised; ``word``: the path in a word.
    """

    times: tuple[tuple[str, str, int], ...]
    texts: tuple[str, ...]
    words: tuple[str, ...]
    word: str
    channel: str = "channel"
    speaker: str = "speaker"
    status: str = "recognitionStatus"


# Version 2024-11-15 added milliseconds; before there were ticks of 100 ns, and "PT1.5S".
BATCH = Keys(
    (
        ("offsetMilliseconds", "durationMilliseconds", MILLIS),
        ("offsetInTicks", "durationInTicks", TICKS),
        ("offset", "duration", TICKS),
    ),
    ("nBest.0.display", "nBest.0.itn", "nBest.0.lexical"),
    ("nBest.0.displayWords", "nBest.0.words"),
    "displayText|word",
)
# The first preview wrote milliseconds under the keys without a unit.
FAST = Keys(
    (("offsetMilliseconds", "durationMilliseconds", MILLIS), ("offset", "duration", MILLIS)),
    ("text",),
    ("words",),
    "text",
)
LENGTHS = (("durationMilliseconds", MILLIS), ("durationInTicks|durationTicks", TICKS), ("duration", TICKS))
# The status of a phrase is a word, or its number; a phrase that is recognised need not say so.
RECOGNISED = ("", "success", "0")


def batch(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the call of a batch transcription, named after its recording: the results are in files of one name.

    The moment in it is that of the transcription, not of the call.
    """
    recording = file_name(text_at(value, "source"))
    others = facts(
        recording=recording,
        transcribed=moment_at(value, "timestamp|timeStamp"),
        duration=_length(value, LENGTHS),
    )
    heard = heard_in(value, "recognizedPhrases", BATCH, others)
    heard.facts = {**heard.facts, **facts(call_id=PurePosixPath(recording).stem)}
    yield heard


def fast(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the call of a reply of fast transcription."""
    yield heard_in(value, "phrases", FAST, facts(duration=_length(value, (("durationMilliseconds|duration", MILLIS),))))


def heard_in(value: Any, path: str, keys: Keys, others: Mapping[str, str]) -> Heard:
    """Return what the phrases in the list at ``path`` say; those that were not recognised are left out."""
    told: list[str] = []
    rows = _recognised(rows_at(value, path, told), keys, told)
    labels = labels_apart(_voice(row, keys) for _, row in rows)
    cues = [
        Cue(number, labels[_voice(row, keys)], _text(row, keys), *_span(row, keys), _words(row, keys))
        for number, row in rows
    ]
    languages = {text_at(row, "locale") for _, row in rows} - {""}
    language = languages.pop() if len(languages) == 1 else ""
    return Heard(cues, facts(language=language), others, told, what="phrase")


def file_name(link: str) -> str:
    """Return the name of the file that ``link`` leads to, without what signs the link; ``""`` for a bare host."""
    path = link.split("?")[0].split("#")[0].replace("\\", "/")
    scheme, is_link, rest = path.partition("://")
    return (rest.partition("/")[2] if is_link else scheme).rpartition("/")[2]


def _recognised(rows: Sequence[tuple[int, Row]], keys: Keys, told: list[str]) -> list[tuple[int, Row]]:
    statuses = {number: text_at(row, keys.status).strip() for number, row in rows}
    failed = [number for number, status in statuses.items() if status.casefold() not in RECOGNISED]
    if failed:
        why = ", ".join(list(dict.fromkeys(statuses[number][:40] for number in failed))[:5])
        told.append(f"{counted(len(failed), 'phrase')} left out, not recognised: {why}")
    return [(number, row) for number, row in rows if statuses[number].casefold() in RECOGNISED]


def _voice(row: Row, keys: Keys) -> Voice:
    return label_at(row, keys.channel), label_at(row, keys.speaker)


def _text(row: Row, keys: Keys) -> str:
    return next((text for path in keys.texts if (text := tidy(text_at(row, path)))), "")


def _span(row: Row, keys: Keys) -> tuple[float | None, float | None]:
    spans = (span_at(row, start, "", unit, length=length) for start, length, unit in keys.times)
    return next((span for span in spans if span[0] is not None), (None, None))


def _words(row: Row, keys: Keys) -> tuple[Word, ...]:
    """Return the words as displayed, as recognised where there are no others."""
    lists = ([word for _, word in rows_at(row, path, [])] for path in keys.words)
    words = next((each for each in lists if each), [])
    return tuple(Word(said, *_span(word, keys)) for word in words if (said := text_at(word, keys.word).strip()))


def _length(value: Any, lengths: Sequence[tuple[str, int]]) -> str:
    found = next((lasts for key, unit in lengths if (lasts := seconds_at(value, key, unit))), None)
    return f"{found:g} s" if found else ""


SHAPES = (
    Shape(
        "azure-batch-transcription",
        "a result of Azure batch transcription",
        (
            Signature("recognizedPhrases[].nBest: list"),
            Signature("recognizedPhrases: list", "combinedRecognizedPhrases: list"),
        ),
        batch,
        ("speakers", "times", "words"),
    ),
    Shape(
        "azure-fast-transcription",
        "a reply of Azure fast transcription",
        (
            Signature("phrases[].offsetMilliseconds: number", "phrases[].text: text"),
            Signature("combinedPhrases: list", "phrases[].offset: number", "phrases[].text: text"),
        ),
        fast,
        ("speakers", "times", "words"),
    ),
)
