"""What a caller may say about the transcripts to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_BYTES = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read: everything here is optional, and says what the file itself does not.

    ``agent_labels``: speaker labels that are the agent's. ``agent_channel``: the channel (as the file
    names or numbers it) on which the agent speaks. ``columns``: for tables, our name of a column
    (``text``, ``speaker``, ``start``, ``end``, ``call_id``, ``agent_id`` ...) to the file's.
    ``encoding``: the text encoding, where it is not to be found out. ``max_bytes``: the largest single
    document (a JSON value, a line, a caption or text file) to take into memory. ``companions``: files
    and folders with what vendors keep beside their transcripts, such as who the participants are.
    """

    agent_labels: tuple[str, ...] = ()
    agent_channel: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    max_bytes: int = MAX_BYTES
    companions: tuple[str, ...] = ()
