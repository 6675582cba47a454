"""Amazon Post-Call Analytics: results with segments by label, a table of what the labels stand for, and "None"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coach.call import Role, Word
from coach.readers.cues import Cue, tidy
from coach.readers.fields import Row, facts, label_at, moment_at, rows_at, seconds_at, span_at, text_at, words_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape
from coach.roles import role_word

JOB = "ConversationAnalytics.SourceInformation.0.TranscribeJobInfo.TranscriptionJobName"


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call; the roles are those that the file's own table of labels names."""
    told: list[str] = []
    roles: dict[str | None, Role] = {
        label_at(row, "Speaker"): role_word(text_at(row, "DisplayText")) or "unknown"
        for _, row in rows_at(value, "ConversationAnalytics.SpeakerLabels", told)
    }
    cues = [_cue(number, row, roles) for number, row in rows_at(value, "SpeechSegments", told)]
    agent = _given(value, "ConversationAnalytics.Agent")
    has_digit = any(sign.isdigit() for sign in agent)
    named = facts(
        call_id=_given(value, "ConversationAnalytics.GUID") or _given(value, JOB),
        agent_id=agent if has_digit else "",
        agent_name="" if has_digit else agent,
        started_at=moment_at(value, "ConversationAnalytics.ConversationTime"),
        language=_given(value, "ConversationAnalytics.LanguageCode"),
    )
    duration = seconds_at(value, "ConversationAnalytics.Duration")
    yield Heard(cues, named, {"duration": f"{duration:g} s"} if duration else {}, told, how="label")


def _cue(number: int, row: Row, roles: dict[str | None, Role]) -> Cue:
    label = label_at(row, "SegmentSpeaker")
    text = tidy(text_at(row, "DisplayText")) or tidy(text_at(row, "OriginalText"))
    span = span_at(row, "SegmentStartTime", "SegmentEndTime")
    return Cue(number, label, text, *span, _words(row), roles.get(label, "unknown"))


def _words(row: Row) -> tuple[Word, ...]:
    """Return the words; an end that is the start again says nothing of when the word ends."""
    words = words_at(row, "WordConfidence", "Text", "StartTime", "EndTime")
    return tuple(word._replace(end=None) if word.end == word.start else word for word in words)


def _given(value: Any, path: str) -> str:
    """Return the text at ``path``; what was not known when the file was made is the text "None"."""
    text = text_at(value, path).strip()
    return "" if text == "None" else text


SHAPES = (
    Shape(
        "amazon-post-call-analytics",
        "an Amazon Post-Call Analytics result",
        (
            Signature(
                "ConversationAnalytics: object",
                "SpeechSegments[].SegmentSpeaker",
                "SpeechSegments[].DisplayText|OriginalText: text",
            ),
        ),
        heard,
        ("roles", "speakers", "times", "words"),
    ),
)
