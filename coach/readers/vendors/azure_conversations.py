"""Azure's conversation analysis: the conversations that are given to it, many in a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coach.call import Role
from coach.readers.cues import Cue, tidy
from coach.readers.fields import TICKS, Row, facts, label_at, rows_at, text_at, words_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape

ROLES: dict[str, Role] = {"agent": "agent", "customer": "customer"}
TEXTS = ("text", "itn", "lexical", "maskedItn")


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the conversations; an item is timed where it has the times of its words, which are ticks of 100 ns."""
    told: list[str] = []
    path = "analysisInput.conversations" if "analysisInput" in value else "conversations"
    for _, row in rows_at(value, path, told):
        items = rows_at(row, "conversationItems", told)
        yield Heard(
            [_cue(number, item) for number, item in items],
            facts(call_id=text_at(row, "id"), language=text_at(row, "language")),
            facts(modality=text_at(row, "modality")),
            told,
            what="item",
        )
        told = []


def _cue(number: int, item: Row) -> Cue:
    words = words_at(item, "audioTimings", "word", "offset", "", TICKS, length="duration")
    starts = [word.start for word in words if word.start is not None]
    ends = [word.end for word in words if word.end is not None]
    return Cue(
        number,
        label_at(item, "participantId"),
        next((text for key in TEXTS if (text := tidy(text_at(item, key)))), ""),
        min(starts) if starts else None,
        max(ends) if ends else None,
        words,
        ROLES.get(text_at(item, "role").strip().casefold(), "unknown"),
    )


SHAPES = (
    Shape(
        "azure-conversation-analysis-input",
        "conversations for Azure's conversation analysis",
        (
            Signature("analysisInput.conversations[].conversationItems[].text|itn|lexical: text"),
            Signature("conversations[].conversationItems[].participantId", "conversations[].conversationItems[].text"),
        ),
        heard,
        ("roles", "speakers", "times", "words"),
    ),
)
