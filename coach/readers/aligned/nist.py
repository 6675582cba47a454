"""NIST scoring files, one word (CTM), utterance (STM) or object (RTTM) a line, several recordings in a file."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from coach.call import Call
from coach.errors import TranscriptError
from coach.readers.aligned.nist_columns import FITS, LINES_LOOKED_AT, NUMBER, Line, form_of, lines_of
from coach.readers.aligned.nist_words import first_alternatives, plain_word, said_in
from coach.readers.built import built
from coach.readers.cues import Cue, counted
from coach.readers.head import Head
from coach.readers.options import ReadOptions
from coach.readers.rejected import Rejected, rejected
from coach.readers.source import Source
from coach.readers.stream import HEAD_BYTES
from coach.readers.tokens import Token, cues_of_tokens

NOBODY = frozenset(("", "<na>", "na", "unknow", "unknown", "null", "none"))
NOT_SCORED = "ignore_time_segment_in_scoring"
NO_SPEAKERS = frozenset(("inter_segment_gap", "excluded_region"))
# What stands for words where a file only says who speaks when.
SPEAKER = re.compile(r"^(?:spk|speaker|s)[_-]?\d{1,3}$", re.IGNORECASE)


class Nist:
    """Reads one of the three forms; each recording that the file names is a call."""

    is_tried = True

    def __init__(self, form: str, title: str, provides: tuple[str, ...], told_by: str) -> None:
        self.form = form
        self.name = f"nist-{form}"
        self.title = title
        self.provides = provides
        self.told_by = told_by

    def recognises(self, source: Source, options: ReadOptions) -> float:
        """Return 0.95 where nine lines in ten have the columns of this form."""
        text = source.head_text()
        if len(source.head) >= HEAD_BYTES:
            text = text[: text.rfind("\n") + 1]
        lines = list(islice(lines_of(text), LINES_LOOKED_AT))
        return 0.95 if form_of(lines) == self.form else 0.0

    def read(self, source: Source, options: ReadOptions) -> Iterator[Call | Rejected]:
        """Yield a call for each recording, in the order in which they come."""
        text, warnings = source.text()
        told = list(warnings)
        recordings: dict[str, list[Line]] = {}
        broken: list[Line] = []
        for line in lines_of(text):
            if FITS[self.form](line.cells):
                recordings.setdefault(_recording(line.cells, self.form), []).append(line)
            else:
                broken.append(line)
        if broken:
            told.append(
                f"{counted(len(broken), 'line')} without the columns left out, the first is line {broken[0].at}"
            )
        for name, lines in recordings.items():
            place = "" if len(recordings) == 1 else f"line {lines[0].at}"
            try:
                yield self._call(name, lines, source, options, told, place)
            except TranscriptError as error:
                yield rejected(error, source.name, place)

    def _call(
        self, name: str, lines: Sequence[Line], source: Source, options: ReadOptions, told: Sequence[str], place: str
    ) -> Call:
        cues = CUES[self.form](lines)
        if not cues:
            raise TranscriptError(
                "no turns: it says who speaks when, and no words",
                remedy="Give the transcript that belongs to it, with the words.",
            )
        return built(
            cues,
            Head({"call_id": name}),
            format=self.name,
            source=f"{source.name}, {place}" if place else source.name,
            fallback_id=source.stem,
            options=options,
            warnings=told,
            what="line",
        )


def _recording(cells: Sequence[str], form: str) -> str:
    return cells[1] if form == "rttm" else cells[0]


def _ctm(lines: Sequence[Line]) -> list[Cue]:
    """Return the cues of words: by the speaker where the last column names one, else by the channel."""
    lines = first_alternatives(lines, lambda line: line.cells[4])
    if all(SPEAKER.match(line.cells[4]) for line in lines):
        return []
    channels = {line.cells[1] for line in lines}
    tokens = []
    for line in lines:
        speaker = _label(line.cells[7]) if len(line.cells) > 7 else None
        if speaker is None and len(channels) > 1:
            speaker = line.cells[1]
        tokens.append(_token(line, line.cells[4], speaker, line.cells[2], line.cells[3]))
    return _by_speaker(tokens)


def _stm(lines: Sequence[Line]) -> list[Cue]:
    texts = {line.number: line.cells[5:] for line in lines}
    is_labelled = all(text[0].startswith("<") and text[0].endswith(">") for text in texts.values() if text)
    cues = []
    for line in lines:
        text = texts[line.number]
        if text and (is_labelled or (text[0].startswith("<") and "," in text[0])):
            text = text[1:]
        said = said_in(" ".join(text))
        if said and said.casefold() != NOT_SCORED and line.cells[2].casefold() not in NO_SPEAKERS:
            cues.append(Cue(line.number, _label(line.cells[2]), said, _time(line.cells[3]), _time(line.cells[4])))
    return cues


def _rttm(lines: Sequence[Line]) -> list[Cue]:
    words = [line for line in lines if line.cells[0] == "LEXEME" and _label(line.cells[5])]
    return _by_speaker(
        [_token(line, line.cells[5], _label(line.cells[7]), line.cells[3], line.cells[4]) for line in words]
    )


def _token(line: Line, word: str, speaker: str | None, start: str, length: str) -> Token:
    begin, lasts = _time(start), _time(length)
    end = None if begin is None or lasts is None else round(begin + lasts, 6)
    return Token(line.number, plain_word(word), speaker, begin, end)


def _by_speaker(tokens: Sequence[Token]) -> list[Cue]:
    """Return the cues of each speaker by themselves, for people who speak at once do not take turns word by word."""
    spoken: dict[str | None, list[Token]] = {}
    for token in tokens:
        spoken.setdefault(token.speaker, []).append(token)
    return [cue for each in spoken.values() for cue in cues_of_tokens(each)]


def _label(cell: str) -> str | None:
    return None if cell.casefold() in NOBODY else cell


def _time(cell: str) -> float | None:
    number = float(cell) if NUMBER.match(cell) else math.nan
    return number if math.isfinite(number) else None


CUES = {"ctm": _ctm, "stm": _stm, "rttm": _rttm}
NIST_READERS = (
    Nist(
        "ctm",
        "a NIST CTM file (a word a line)",
        ("speakers", "times", "words"),
        "nine lines in ten are `file channel start duration word [confidence] [type] [speaker]`",
    ),
    Nist(
        "stm",
        "a NIST STM file (an utterance a line)",
        ("speakers", "times"),
        "nine lines in ten are `file channel speaker begin end [<labels>] text`",
    ),
    Nist(
        "rttm",
        "a NIST RTTM file",
        ("speakers", "times", "words"),
        "nine lines in ten are `SPEAKER`, `LEXEME` or another of its types, with its nine or ten columns",
    ),
)
