"""What a caller may say about the transcripts to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coach.readers.maps.mapping import TranscriptMap
    from coach.readers.roster import Roster

UNITS = {"KB": 1024, "MB": 1024**2, "GB": 1024**3}
MAX_BYTES = 100 * UNITS["MB"]


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read: everything here is optional, and says what the file itself does not.

    ``agent_labels``: speaker labels that are the agent's. ``agent_channel``: the channel (as the file
    names or numbers it) on which the agent speaks. ``columns``: for tables, our name of a column
    (``text``, ``speaker``, ``start``, ``end``, ``call_id``, ``agent_id`` ...) to the file's.
    ``encoding``: the text encoding, where it is not to be found out. ``max_bytes``: the largest single
    document (a JSON value, a line, a caption or text file) to take into memory. ``companions``: files
    and folders with what vendors keep beside their transcripts, such as who the participants are.
    ``mapping``: where a house format keeps things. ``roster``: who the agents are.
    """

    agent_labels: tuple[str, ...] = ()
    agent_channel: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    max_bytes: int = MAX_BYTES
    companions: tuple[str, ...] = ()
    mapping: TranscriptMap | None = None
    roster: Roster | None = None


def shown_size(count: int) -> str:
    """Return a number of bytes for a person: ``100 MB``, ``1.5 GB``, ``900 bytes``."""
    unit = next((unit for unit in reversed(UNITS) if count >= UNITS[unit]), None)
    return f"{round(count / UNITS[unit], 1):,g} {unit}" if unit else f"{count} bytes"
