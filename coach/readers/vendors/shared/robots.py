"""What is said in the logs of voice robots, and by whom: rows with a role, or a text whose lines open with one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coach.call import Role
from coach.readers.cues import Cue, counted
from coach.readers.fields import Row, label_at, rows_at, text_at
from coach.readers.texts.lines import cues_of, marked_lines

# A call that is handed over goes on with a person ("transfer_target"), and this one is an agent.
SIDES: Mapping[str, Role] = {
    "agent": "other",
    "assistant": "other",
    "bot": "other",
    "robot": "other",
    "ai": "other",
    "user": "customer",
    "human": "customer",
    "caller": "customer",
    "customer": "customer",
    "transfer_target": "agent",
}


def written(value: Any, path: str, told: list[str]) -> list[Cue]:
    """Return what is said in a text whose lines open with who says it, which is all that some settings keep."""
    cues, doubts = cues_of(marked_lines(text_at(value, path).split("\n")))
    told += doubts
    return [cue._replace(role=SIDES.get((cue.speaker or "").casefold(), "unknown")) for cue in cues]


def spoken(value: Any, path: str, who: str, told: list[str]) -> list[tuple[int, Row, str | None, Role]]:
    """Return the rows that somebody says, with their numbers, labels and roles; ``who`` is the key of the label."""
    rows = [(number, row, label_at(row, who)) for number, row in rows_at(value, path, told)]
    spoken = [(*each, SIDES[each[2].casefold()]) for each in rows if each[2] and each[2].casefold() in SIDES]
    if len(spoken) < len(rows):
        told.append(f"{counted(len(rows) - len(spoken), 'row')} left out: instructions, tools, or nobody's")
    return spoken
