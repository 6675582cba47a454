"""Taskmaster dialogues: a user and an assistant, without times; ``segments`` are notes about words, and no turns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coach.readers.cues import Cue, tidy
from coach.readers.fields import facts, label_at, rows_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.chat_messages import MACHINE_CHAT


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one dialogue."""
    told: list[str] = []
    cues = []
    for number, row in rows_at(value, "utterances", told):
        label = label_at(row, "speaker")
        role = MACHINE_CHAT.get((label or "").casefold(), "unknown")
        cues.append(Cue(number, label, tidy(text_at(row, "text")), role=role))
    yield Heard(
        cues,
        facts(call_id=text_at(value, "conversation_id")),
        facts(instruction_id=text_at(value, "instruction_id")),
        told,
        how="label",
        what="utterance",
    )


SHAPES = (
    Shape(
        "taskmaster-utterances",
        "a dialogue of the Taskmaster corpus",
        (
            Signature(
                "conversation_id",
                "utterances[].speaker: text",
                "utterances[].text: text",
                "utterances[].index: number",
                lacks=("utterances[].start", "utterances[].start_time"),
            ),
        ),
        heard,
        ("roles", "speakers"),
        note='The assistant is a bot, so its role is "other"; where it was a person, say --agent-label ASSISTANT.',
    ),
)
