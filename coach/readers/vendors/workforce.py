"""Interaction exports of a workforce suite: one JSON file a call, the transcript thrice, and words read from the last.

The keys of a word: ``p`` its place from 1, ``c`` confidence, ``s`` and ``e`` start and end in milliseconds, ``w`` the
word or words, ``sp`` the speaker.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from coach.call import Role
from coach.readers.fields import MILLIS, facts, label_at, rows_at, seconds_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.tokens import Token, cues_of_tokens
from coach.readers.vendor import Context, Shape

# "Simultaneous" is both at once, so it has the role of neither.
SIDES: Mapping[str, Role] = {"agent": "agent", "customer": "customer"}


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call; ``plainText`` and ``plainTextTime`` say the same as the words and are not read."""
    told: list[str] = []
    tokens = []
    for number, row in rows_at(value, "transcript_detailed", told):
        label = label_at(row, "sp")
        role = SIDES.get((label or "").casefold(), "unknown")
        tokens.append(Token(number, text_at(row, "w"), label, *span_at(row, "s", "e", MILLIS), role))
    length = seconds_at(value, "length")
    yield Heard(
        cues_of_tokens(tokens),
        facts(call_id=text_at(value, "mediaId")),
        {"duration": f"{length:g} s"} if length is not None and length > 0 else {},
        told,
        how="label",
        what="word",
    )


SHAPES = (
    Shape(
        "workforce-suite-interaction-export",
        "an interaction export of a workforce suite",
        (Signature("transcript_detailed[].w: text", "transcript_detailed[].sp", "transcript_detailed[].s"),),
        heard,
        ("roles", "speakers", "times", "words"),
        is_tried=False,
    ),
)
