"""A dialogue as one text in a JSON object: lines that open with a speaker, under a usual key, as records keep calls.

It is what is left to try: only where no other shape knows a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from coach.readers.fields import at, head_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.texts.head import split_head
from coach.readers.texts.lines import cues_of, marked_lines
from coach.readers.texts.plain import looks_labelled
from coach.readers.vendor import Context, Shape

KEYS = (
    "transcript|transcription|transcript_text|transcriptText|full_transcript|call_transcript|conversation|dialogue"
    "|dialog|chat|text|body|content"
)
# Lines that are looked at, and what most of them open with: cheap to tell before the lines are weighed.
LOOKED_AT = 60
OPENING = re.compile(r"^[^:\n]{1,60}:", re.MULTILINE)
LEAST_OPENINGS = 2


class Labelled(Signature):
    """An object with a text, or a list of texts, of which most lines open with a speaker."""

    def fits(self, value: object) -> bool:
        """Tell whether ``value`` has such a text, by its first lines."""
        lines = _lines(value)[:LOOKED_AT] if isinstance(value, dict) else []
        return sum(bool(OPENING.match(line)) for line in lines) >= LEAST_OPENINGS and looks_labelled(lines)

    def __str__(self) -> str:
        """Return in words what is asked for."""
        return "a text of lines that open with a speaker, under a usual key, in an object that nothing else knows"


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call; what stands beside the text counts before what its own head says."""
    head, lines = split_head(_lines(value))
    cues, doubts = cues_of(marked_lines(lines))
    # Keys such as "conversation" may hold an id as well as the dialogue.
    known = head_at({"record": {key: each for key, each in value.items() if "\n" not in text_at(value, key)}}, "record")
    yield Heard(cues, {**head.facts, **known.facts}, {}, doubts, "label", what="line")


def _lines(value: object) -> list[str]:
    """Return the lines of the text in ``value``: those of a text, or a list of lines."""
    for key in KEYS.split("|"):
        text = text_at(value, key)
        found = at(value, key)
        if isinstance(found, list) and found and all(isinstance(line, str) for line in found):
            text = "\n".join(found)
        if "\n" in text:
            return text.replace("\r\n", "\n").split("\n")
    return []


SHAPES = (
    Shape(
        "json-dialogue",
        "a record with a dialogue",
        (Labelled("transcript|conversation|dialogue|text: text"),),
        heard,
        ("speakers", "times"),
        is_fallback=True,
        note="One record a call, also one a line.",
    ),
)
