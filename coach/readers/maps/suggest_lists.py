"""The lists in an unknown JSON value: where they stand, which hold calls, and which the parts of a call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from coach.readers.head import folded, key_of
from coach.readers.maps.mapping import ROWS
from coach.readers.maps.paths import Place, places, text_in, unpacked
from coach.readers.maps.sample import Sample
from coach.readers.maps.suggest_columns import KEYS_LOOKED_AT, NO_STEP, Column

ITEMS_LOOKED_AT = 20
# Lists within a call; their items are no calls, however much text is in them.
WITHIN_A_CALL = frozenset(
    "channel channels leg legs track tracks speaker speakers participant participants party parties segment segments"
    " paragraph paragraphs monologue monologues utterance utterances turn turns transcript transcripts phrase phrases"
    " result results alternative alternatives section sections block blocks sentence sentences page pages"
    " chapter chapters topic topics chunk chunks line lines message messages".split()
)
CALLS = frozenset("calls conversations interactions contacts items records data sessions documents".split())


def lists_in(value: Any, path: str, depth: int) -> Iterator[str]:
    """Yield the paths of all lists in ``value``, ``depth`` steps down; ``path`` is that of ``value``."""
    value = unpacked(value)
    if depth < 0:
        return
    if isinstance(value, list) or _is_by_id(value):
        yield f"{path}[]"
        items = list(value.values()) if isinstance(value, dict) else value
        inside: dict[str, None] = {}
        for item in items[:ITEMS_LOOKED_AT]:
            inside.update(dict.fromkeys(lists_in(item, f"{path}[]", depth - 1)))
        yield from inside
    elif isinstance(value, dict):
        for key in list(value)[:KEYS_LOOKED_AT]:
            if not NO_STEP.search(key):
                before = f"{path}.{key}" if path else key
                yield from lists_in(value[key], before, depth - 1)


def calls_and_turns(sample: Sample, path: str, speaker: Column | None) -> tuple[str, str]:
    """Return the paths of the calls and of the turns in them, which may stand in lists that are no calls."""
    at = [found.end() for found in re.finditer(r"\[\]", path)]
    if sample.is_lines and len(at) > 1:
        return "", path[at[0] :].lstrip(".") or ROWS
    whole = Place(sample.value)
    for end in at[:-1]:
        head, rest = path[:end], path[end:].lstrip(".")
        items = places(whole, head)[:ITEMS_LOOKED_AT]
        if rest.startswith("[") or _are_calls(head, items) or _are_talks(head, items, rest, speaker):
            return head, rest
    return "", path


def last_word(path: str) -> str:
    """Return the last word of the name that ``path`` ends in, folded."""
    return (folded(path.rsplit(".", 1)[-1].replace("[]", "")).split() or [""])[-1]


def _is_by_id(value: Any) -> bool:
    """Tell an object that stands for a list: its keys are ids and its values objects of one kind."""
    if not isinstance(value, dict) or len(value) < 2:
        return False
    first, *others = list(value.values())[:ITEMS_LOOKED_AT]
    are_ids = all(re.fullmatch(r"[\w-]*\d[\w-]*", key) for key in list(value)[:ITEMS_LOOKED_AT])
    return are_ids and isinstance(first, dict) and all(isinstance(item, dict) and item.keys() & first.keys()
        for item in others)  # fmt: skip


def _are_calls(path: str, items: Sequence[Place]) -> bool:
    name = last_word(path)
    keys = [key for item in items if isinstance(item.value, dict) for key in item.value]
    if any(key_of(key) == "call_id" and folded(key) != "id" for key in keys):
        return True
    return name in CALLS or (not name and path == ROWS) or (
        name not in WITHIN_A_CALL and any(key_of(key) in ("call_id", "agent_id", "started_at") for key in keys)
    )  # fmt: skip


def _are_talks(path: str, items: Sequence[Place], rest: str, speaker: Column | None) -> bool:
    """Tell whether several people talk in most of ``items``: those of a call have one of them each."""
    if speaker is None or len(items) < 2 or last_word(path) in WITHIN_A_CALL:
        return False
    voices = (len({text_in(row, speaker.path) for row in places(item, rest)} - {""}) for item in items)
    return sum(count > 1 for count in voices) * 2 > len(items)
