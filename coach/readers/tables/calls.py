"""A call from the rows of a table, or from one cell that holds all of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import NamedTuple

from coach.call import Call, Role
from coach.readers.built import built
from coach.readers.clocks import from_first, unit_factor
from coach.readers.cues import Cue, counted, tidy
from coach.readers.dates import unclear_day
from coach.readers.head import Head
from coach.readers.heard import Heard
from coach.readers.lengths import off_by, unit_after
from coach.readers.options import ReadOptions
from coach.readers.tables.cells import heard_in_cell, with_labels_of_texts
from coach.readers.tables.columns import Columns
from coach.readers.texts.inline import in_lines
from coach.readers.texts.plain import call_of_text
from coach.readers.times import for_old_python, iso_moment, seconds_of
from coach.roles import role_word

GIVEN: dict[str, Role] = {"agent": "agent", "customer": "customer", "other": "other"}
FACTS = ("call_id", "agent_id", "agent_name", "agent_team", "started_at", "customer_type", "language", "queue")
FORMAT = "csv"
LONGEST_COUNT = 9


class _Clock(NamedTuple):
    """How dates with times are read, and the moment (seconds since 1970) from which they are counted."""

    is_day_first: bool | None = None
    began: float = 0.0


def call_of_rows(
    rows: Sequence[tuple[int, list[str]]],
    columns: Columns,
    source: str,
    fallback_id: str,
    options: ReadOptions,
    warnings: tuple[str, ...],
) -> Call:
    """Return the call whose utterances ``rows`` are.

    Raises:
        TranscriptError: no row has any text.
    """
    cues, told = cues_of_rows(list(enumerate(row for _, row in _in_turn(rows, columns))), columns)
    moved, started_at, clock = from_first(cues)
    return built(
        moved,
        Head(facts_of_rows([row for _, row in rows], columns)),
        format=FORMAT,
        source=source,
        fallback_id=fallback_id,
        options=options,
        warnings=(*warnings, *told, *clock),
        what="row",
        started_at=started_at,
    )


def _in_turn(rows: Sequence[tuple[int, list[str]]], columns: Columns) -> Sequence[tuple[int, list[str]]]:
    """Return ``rows`` in the order of the column that counts them, where they have one and no times."""
    counts = [columns.cell(row, "turn") for _, row in rows]
    if "start" in columns.at or len(set(counts)) < len(counts) or not all(map(is_count, counts)):
        return rows
    return [row for _, row in sorted(zip(counts, rows, strict=True), key=lambda pair: int(pair[0]))]


def is_count(cell: str) -> bool:
    """Tell whether ``cell`` is a number that counts something."""
    return cell.isascii() and cell.isdecimal() and len(cell) <= LONGEST_COUNT


def call_of_cell(
    row: list[str], columns: Columns, source: str, fallback_id: str, options: ReadOptions, warnings: tuple[str, ...]
) -> Call:
    """Return the call whose whole dialogue is the text of ``row``; what other cells say counts before its own head.

    Raises:
        TranscriptError: no line of it names a speaker.
    """
    facts = facts_of_rows([row], columns)
    if "started_at" not in facts and iso_moment(start := columns.cell(row, "start")):
        facts["started_at"] = start
    head = Head(facts)
    cell = columns.cell(row, "text")
    heard = heard_in_cell(cell) if cell else Heard([])
    if heard is None:
        return call_of_text(in_lines(cell), source, fallback_id, options, FORMAT, warnings, head)
    moved, started_at, clock = from_first(heard.cues)
    return built(
        moved,
        head,
        format=FORMAT,
        source=source,
        fallback_id=fallback_id,
        options=options,
        warnings=(*warnings, *heard.warnings, *clock),
        what="utterance",
        started_at=started_at,
    )


def cues_of_rows(rows: Sequence[tuple[int, list[str]]], columns: Columns) -> tuple[list[Cue], list[str]]:
    """Return a cue for each of ``rows``, which come with their numbers, and warnings; times are in seconds."""
    told: list[str] = []
    clock = _clock_of([row for _, row in rows], columns, told)
    cues = [_cue(number, row, columns, clock) for number, row in rows]
    if not any(name in columns.at for name in ("speaker", "role", "channel")):
        labelled = with_labels_of_texts(cues)
        if labelled is not cues:
            told.append("who speaks is read from the labels in front of the texts")
        cues = labelled
    factor = _same_unit(cues, columns, told)
    _with_durations(cues, [row for _, row in rows], columns, factor, told)
    unread = sum(
        cue.start is None and bool(cell := columns.cell(row, "start")) and not unclear_day(cell)
        for cue, (_, row) in zip(cues, rows, strict=True)
    )
    if unread:
        told.append(f"{counted(unread, 'row')} with a start that is no time: read as absent")
    return cues, told


def facts_of_rows(rows: Sequence[list[str]], columns: Columns) -> dict[str, str]:
    """Return the facts of the call: of each column the first cell that holds anything."""
    facts = {name: next((cell for row in rows if (cell := columns.cell(row, name))), "") for name in FACTS}
    if facts["started_at"] and columns.is_day_first is not None:
        facts["started_at"] = iso_moment(facts["started_at"], columns.is_day_first) or facts["started_at"]
    return {name: value for name, value in facts.items() if value}


def _clock_of(rows: Sequence[list[str]], columns: Columns, told: list[str]) -> _Clock:
    """Return how the dates in the times of ``rows`` are read; ``told`` gets a warning where they have two readings.

    Of times on one day, whichever it is, those between them are known.
    """
    if columns.is_day_first is not None:
        return _Clock(columns.is_day_first)
    cells = [cell for row in rows for name in ("start", "end") if (cell := columns.cell(row, name))]
    days = {day for cell in cells if (day := unclear_day(cell))}
    if not days:
        return _Clock()
    advice = "(day or month first? write 2026-03-02T09:14:03)"
    if len(days) > 1 or not all(unclear_day(cell) for cell in cells):
        told.append(f"the dates are not clear {advice}: read as absent")
        return _Clock()
    told.append(f"the dates are not clear {advice}: only the times between them are read")
    return _Clock(True, min((moment for cell in cells if (moment := _moment(cell, True)) is not None), default=0.0))


def _cue(number: int, row: list[str], columns: Columns, clock: _Clock) -> Cue:
    stated = columns.cell(row, "role")
    speaker = columns.cell(row, "speaker")
    role: Role = GIVEN.get(stated.casefold(), "unknown")
    if role == "unknown" and stated and speaker:
        # The label will be the speaker's, so this is where the role's word is heard.
        role = role_word(stated) or "unknown"
    label = speaker or stated or columns.cell(row, "channel") or None
    start, end = (_time(columns.cell(row, name), columns.units.get(name), clock) for name in ("start", "end"))
    return Cue(number, label, tidy(columns.cell(row, "text")), start, end, role=role)


def _time(cell: str, unit: float | None, clock: _Clock) -> float | None:
    """Return a cell in seconds: a number, a clock such as ``0:04``, or a date and time as seconds since 1970."""
    if not cell:
        return None
    try:
        number = float(cell.replace(",", ".") if cell.count(",") == 1 and "." not in cell else cell)
    except ValueError:
        seconds = seconds_of(cell)
        if seconds is not None:
            return seconds
        moment = _moment(cell, clock.is_day_first)
        return None if moment is None else round(moment - clock.began, 6)
    if number != number or abs(number) == float("inf"):
        return None
    return round(number * unit, 6) if unit is not None and unit != 1.0 else number


def _moment(cell: str, is_day_first: bool | None) -> float | None:
    moment = iso_moment(cell, is_day_first)
    if moment is None or ":" not in moment:
        return None
    read = datetime.fromisoformat(for_old_python(moment))
    return (read if read.tzinfo else read.replace(tzinfo=timezone.utc)).timestamp()


def _same_unit(cues: list[Cue], columns: Columns, told: list[str]) -> float:
    """Bring times without a unit in the header to seconds, in place; return by what they were multiplied."""
    if "start" in columns.units:
        return 1.0
    words = sum(cue.text.count(" ") + 1 for cue in cues)
    factor, warning = unit_factor([cue.start for cue in cues if cue.start is not None], words)
    if warning:
        told.append(warning)
        cues[:] = [cue._replace(start=_times(cue.start, factor), end=_times(cue.end, factor)) for cue in cues]
    return factor


def _with_durations(
    cues: list[Cue], rows: Sequence[list[str]], columns: Columns, factor: float, told: list[str]
) -> None:
    """Give the cues that have no end one by how long they last, in place.

    Durations without a unit in the header are in that of the starts (``factor``), unless nobody talks like that.
    """
    if "duration" not in columns.at:
        return
    lasts = [_time(columns.cell(row, "duration"), columns.units.get("duration"), _Clock()) for row in rows]
    if "duration" not in columns.units:
        in_starts = [(length * factor, cue.text) for length, cue in zip(lasts, cues, strict=True) if length is not None]
        better = off_by(in_starts)
        if better != 1.0:
            factor *= better
            unit = unit_after("s", factor)
            told.append(f"durations without a unit: read as {unit}" if unit else "durations in a unit of their own")
        lasts = [_times(length, factor) for length in lasts]
    for number, (cue, length) in enumerate(zip(cues, lasts, strict=True)):
        if cue.end is None and cue.start is not None and length is not None:
            cues[number] = cue._replace(end=round(cue.start + length, 6))


def _times(time: float | None, factor: float) -> float | None:
    return None if time is None else round(time * factor, 6)
