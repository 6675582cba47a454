"""What cells of a table hold: a whole conversation as lines, captions or JSON, or an utterance with its label."""

from __future__ import annotations

import ast
from typing import Any

import orjson

from coach.readers.cues import Cue, tidy
from coach.readers.heard import Heard
from coach.readers.texts.captions import TIMED
from coach.readers.texts.inline import in_lines
from coach.readers.texts.labels import accepted, labelled
from coach.readers.texts.plain import looks_labelled
from coach.readers.vendors.shared.vcon_bodies import heard_in

LEAST_SHARE_LABELLED = 0.8
# Beyond this a list of Python is not parsed: it takes far more memory than JSON does.
LONGEST_LITERAL = 1_000_000


def is_conversation(cell: str) -> bool:
    """Tell whether ``cell`` holds a conversation, and not an utterance."""
    if _value_of(cell) is not None or _is_captions(cell):
        return True
    lines = in_lines(cell).strip().split("\n")
    return len(lines) > 1 and looks_labelled(lines)


def heard_in_cell(cell: str) -> Heard | None:
    """Return what is heard in a cell with captions or JSON, ``None`` for lines of text."""
    value = _value_of(cell)
    if value is not None:
        return heard_in(value, lambda _: None, ())
    return heard_in(cell.strip(), lambda _: None, ()) if _is_captions(cell) else None


def with_labels_of_texts(cues: list[Cue]) -> list[Cue]:
    """Return the cues with the labels that their texts open with, where nearly all do: ``Agent: hello``."""
    found = [labelled(cue.text) for cue in cues]
    names = accepted(found, [True] * len(found))
    count = sum(each is not None and each.name in names for each in found)
    if count < 2 or count < sum(bool(cue.text) for cue in cues) * LEAST_SHARE_LABELLED:
        return cues
    return [
        cue._replace(speaker=each.name, text=tidy(each.text)) if each and each.name in names else cue
        for cue, each in zip(cues, found, strict=True)
    ]


def _is_captions(cell: str) -> bool:
    return "-->" in cell and any(map(TIMED.match, cell.split("\n")))


def _value_of(cell: str) -> Any:
    """Return the list or object that is written in ``cell``, as JSON or as Python has it; ``None`` for other text."""
    text = cell.strip()
    if not text.startswith(("[{", "{")):
        return None
    value: Any = None
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        if len(text) <= LONGEST_LITERAL:
            try:
                value = ast.literal_eval(text)
            except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
                return None
    return value if _has_texts(value) else None


def _has_texts(value: Any) -> bool:
    return (
        any(cue.text for cue in heard_in(value, lambda _: None, ()).cues) if isinstance(value, (list, dict)) else False
    )
