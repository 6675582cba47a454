"""Which column of a table holds what: by the usual names, or by the user's word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from coach.errors import TranscriptError
from coach.readers.dates import day_first
from coach.readers.head import folded
from coach.readers.tables.languages import ABROAD

# Of several columns that would do, the name that stands first here is taken.
ENGLISH = {
    "text": "text|transcript|utterance|content|message|body|sentence|utterance text|transcript text|message text|"
    "transcript line|dialogue|dialog|conversation|phrase|caption|said|line",
    "speaker": "speaker|speaker label|speaker name|participant|participant name|author|sender|from|name|who|user name"
    "|display name|party|speaker id|participant id",
    "role": "role|speaker role|participant role|speaker type|participant type|sender type|side|party type",
    "channel": "channel|channel id|channel index|channel label|track|leg",
    "start": "start|start time|begin|begin time|offset|start offset|in|from time|time|timestamp|start timestamp"
    "|time start|sent at|created at|started|ts|start ts|timecode|time code|time stamp",
    "end": "end|end time|stop|out|to time|end offset|finish|end timestamp|time end|ended|end ts",
    "duration": "duration|length|turn duration",
    "turn": "turn|turn number|turn no|turn id|turn index|sequence|sequence number|seq|utterance index|utterance number"
    "|message index|message number|line number|segment index|segment number",
    "call_id": "call id|conversation id|contact id|interaction id|sid|call sid|session id|convo id|dialogue id"
    "|dialog id|conversation|call|recording id|chat id|ticket id|transcript id|case id|case number|case no|call number"
    "|call no|call reference|call ref|ticket number|interaction number|conversation number|interaction"
    "|contact session id|file|filename|file name",
    "agent_id": "agent id|advisor id|adviser id|rep id|employee id|staff id|operator id",
    "agent_name": "agent|agent name|rep|rep name|advisor|adviser|advisor name|adviser name|representative|handled by",
    "agent_team": "team|agent team|team name|agent group|department",
    "started_at": "started at|call start|call date|start date|date|recorded at|call start time|call time|date of call",
    "customer_type": "customer type|caller type|client type",
    "language": "language|lang|locale|language code",
    "queue": "queue|queue name|skill|line of business",
}
USUAL = {ours: f"{usual}|{ABROAD[ours]}" if ours in ABROAD else usual for ours, usual in ENGLISH.items()}
UNITS = {
    "ms": 0.001,
    "msec": 0.001,
    "millis": 0.001,
    "milliseconds": 0.001,
    "s": 1.0,
    "sec": 1.0,
    "secs": 1.0,
    "seconds": 1.0,
}
TIMES = ("start", "end", "duration")
DATED = ("started_at", "start", "end")
NUMBER = re.compile(r"^\s*-?\d+(?:[.:]\d+)*\s*$")


class Columns(NamedTuple):
    """Where things stand: ``at`` has column numbers by our names, ``units`` seconds where a header has a unit.

    ``is_day_first`` says how dates such as 03/04/2026 are written, ``None`` where nothing tells.
    """

    at: Mapping[str, int]
    units: Mapping[str, float]
    is_day_first: bool | None = None

    def cell(self, row: Sequence[str], name: str) -> str:
        """Return the cell of column ``name`` in ``row``, stripped; ``""`` where there is none."""
        index = self.at.get(name, -1)
        return row[index].strip() if 0 <= index < len(row) else ""

    def dated_by(self, rows: Iterable[Sequence[str]]) -> Columns:
        """Return these columns with how dates are written, where any date in ``rows`` tells."""
        names = [name for name in DATED if name in self.at]
        return self._replace(is_day_first=day_first(self.cell(row, name) for row in rows for name in names))


def columns_of(header: Sequence[str], first_row: Sequence[str], given: Mapping[str, str]) -> Columns | None:
    """Return the columns that ``header`` names, ``None`` where none holds text.

    Args:
        header: the cells of the first row.
        first_row: the cells of the second, which tell a speaker under ``from`` from a time.
        given: our names to the file's, as the user has them.

    Raises:
        TranscriptError: the user names a column that is not there, or a thing that no column is read for.
    """
    names, units = zip(*(_name_and_unit(cell) for cell in header), strict=True) if header else ((), ())
    at: dict[str, int] = {}
    for ours, theirs in given.items():
        at[_known(ours)] = _place_of(theirs, header)
    for ours, usual in USUAL.items():
        if ours in at:
            continue
        taken = set(at.values())
        place = next(
            (names.index(name) for name in usual.split("|") if name in names and names.index(name) not in taken), None
        )
        if place is not None:
            at[ours] = place
    if "to" in names and "from" in names and "end" not in at and NUMBER.match((*first_row, "")[names.index("from")]):
        at.update(start=names.index("from"), end=names.index("to"))
        if at.get("speaker") == names.index("from"):
            del at["speaker"]
            other = next((name for name in USUAL["speaker"].split("|") if name != "from" and name in names), None)
            if other is not None:
                at["speaker"] = names.index(other)
    if "text" not in at:
        return None
    return Columns(at, {name: unit for name in TIMES if name in at and (unit := units[at[name]]) is not None})


def _name_and_unit(cell: str) -> tuple[str, float | None]:
    """Return the folded name of a header cell and the seconds of its unit: ``Start (ms)`` is ``start`` and 0.001."""
    *words, last = folded(cell).split() or [""]
    if words and last in UNITS:
        return " ".join(words).removesuffix(" in"), UNITS[last]
    return " ".join((*words, last)), None


def _known(ours: str) -> str:
    name = folded(ours).replace(" ", "_")
    if name not in USUAL:
        raise TranscriptError(
            f'no column is read for "{ours}"', remedy=f"What can be named with --column: {', '.join(USUAL)}."
        )
    return name


def _place_of(theirs: str, header: Sequence[str]) -> int:
    for fold in (str.strip, folded):
        cells = [fold(cell) for cell in header]
        if fold(theirs) in cells:
            return cells.index(fold(theirs))
    raise TranscriptError(
        f'there is no column "{theirs}"',
        place="line 1",
        remedy=f"The columns are: {', '.join(cell.strip() for cell in header)[:200]}.",
    )
