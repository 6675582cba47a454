"""ABCD chats: pairs of who and what; an action is a step taken in the agent's system, and nobody's speech."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from coach.call import Role
from coach.readers.cues import Cue, tidy
from coach.readers.fields import at, facts, label_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape

SIDES: Mapping[str, Role] = {"agent": "agent", "customer": "customer", "action": "other"}


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one chat; ``delexed``, which says the same with masks, is not read."""
    told: list[str] = []
    cues = []
    pairs = at(value, "original")
    for number, pair in enumerate(pairs if isinstance(pairs, list) else []):
        if not isinstance(pair, list):
            told.append(f'item {number + 1} of "original" left out: no pair of a speaker and a text')
            continue
        label = label_at(pair, "0")
        cues.append(Cue(number, label, tidy(text_at(pair, "1")), role=SIDES.get((label or "").casefold(), "unknown")))
    yield Heard(
        cues,
        facts(call_id=text_at(value, "convo_id")),
        facts(flow=text_at(value, "scenario.flow"), subflow=text_at(value, "scenario.subflow")),
        told,
        how="label",
        what="utterance",
    )


SHAPES = (
    Shape(
        "abcd-dialogue-pairs",
        "a chat of the ABCD corpus",
        (Signature("convo_id", "original[][]: text"),),
        heard,
        ("roles", "speakers"),
    ),
)
