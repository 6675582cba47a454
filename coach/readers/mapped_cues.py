"""The turns of one call as a map finds them: from rows to cues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from coach.call import HowRoles, Role, Word
from coach.errors import TranscriptError
from coach.readers.clocks import unit_factor
from coach.readers.cues import Cue, counted, tidy
from coach.readers.fields import MICROS, MILLIS, NOBODY, SECONDS, TICKS, clock, seconds
from coach.readers.map_paths import Place, is_there, missing, places, text_in, value_at
from coach.readers.mapping import TranscriptMap, Unit
from coach.roles import role_word

PER_SECOND: Mapping[str | None, int] = {"s": SECONDS, "ms": MILLIS, "us": MICROS, "ticks": TICKS}
# Nobody talks so slowly or so fast, holds and silences included; outside it the unit of time is a mistake.
SLOWEST, FASTEST = 1.0, 1000.0
LOOKED_AT = 200


class HeardRows(NamedTuple):
    """The cues, and where the roles that they carry come from."""

    cues: list[Cue]
    how: HowRoles


def heard_rows(rows: Sequence[Place], numbers: Sequence[int], mapping: TranscriptMap, told: list[str]) -> HeardRows:
    """Return what ``mapping`` finds in the rows of a call; ``numbers`` are theirs in the input, from 0.

    ``told`` gets warnings.

    Raises:
        TranscriptError: no row has what the map gives for the text or for who speaks, or none is wanted.
    """
    _check(rows, mapping, told)
    unread: dict[str, list[str]] = {}
    cues = [
        _cue(number, row, mapping, unread)
        for number, row in zip(numbers, rows, strict=True)
        if _is_wanted(row, mapping)
    ]
    if not cues:
        left = f"where and skip of the map leave none of {counted(len(rows), 'turn')}"
        raise TranscriptError(f"the call has no turns: {left}", remedy="Mend the map, or leave out such calls.")
    for name, values in unread.items():
        shown = f'{counted(len(values), "turn")} whose {name} is no time, the first "{values[0][:40]}"'
        told.append(f"{shown}: read as absent")
    cues = _in_seconds(cues, mapping, told)
    return HeardRows(cues, "given" if mapping.turn.role else "label")


def _check(rows: Sequence[Place], mapping: TranscriptMap, told: list[str]) -> None:
    """Hold the paths of a turn against the first rows: without text or speakers there is nothing to read.

    Raises:
        TranscriptError: no row has what the map gives for the text or for who speaks.
    """
    turn = mapping.turn
    looked_at = rows[:LOOKED_AT]
    paths = {name: path for name in type(turn).model_fields if (path := getattr(turn, name))}
    absent = [name for name, path in paths.items() if not any(is_there(row, path) for row in looked_at)]
    needed = (("text", "words"), ("speaker", "role"))
    for names in needed:
        asked = [name for name in names if name in paths]
        if asked and all(name in absent for name in asked):
            raise missing(looked_at[0], f"turn: {asked[0]}", paths[asked[0]])
    told.extend(missing(looked_at[0], f"turn: {name}", paths[name]).what for name in absent)


def _is_wanted(row: Place, mapping: TranscriptMap) -> bool:
    return all(_is_one_of(row, path, values) for path, values in mapping.where.items()) and not any(
        _is_one_of(row, path, values) for path, values in mapping.skip.items()
    )


def _is_one_of(row: Place, path: str, values: Sequence[str]) -> bool:
    found = value_at(row, path)
    text = str(found).lower() if isinstance(found, bool) else text_in(row, path).strip().casefold()
    return text in {value.casefold() for value in values}


def _cue(number: int, row: Place, mapping: TranscriptMap, unread: dict[str, list[str]]) -> Cue:
    turn = mapping.turn
    words = tuple(_words(row, mapping))
    text = text_in(row, turn.text) or " ".join(word.text for word in words)
    start = _time(row, "start", turn.start, mapping.unit("start"), unread)
    end = _time(row, "end", turn.end, mapping.unit("end"), unread)
    if end is None and start is not None:
        lasts = _time(row, "duration", turn.duration, mapping.unit("duration"), unread)
        end = None if lasts is None else round(start + lasts, 6)
    label, stated = text_in(row, turn.speaker).strip(), text_in(row, turn.role).strip()
    role = _role(stated, label, mapping)
    speaker = label or stated
    is_nobody = not speaker or (speaker.casefold() in NOBODY and speaker not in mapping.roles)
    timed = words if any(word.start is not None for word in words) else ()
    return Cue(number, None if is_nobody else speaker, tidy(text), start, end, timed, role)


def _role(stated: str, label: str, mapping: TranscriptMap) -> Role:
    """Return the role by the map's table, then by what the file's role field says in words."""
    table = {name.strip().casefold(): side for name, side in mapping.roles.items()}
    for name in (stated, label):
        if name.casefold() in table:
            return table[name.casefold()]
    return (role_word(stated) if stated else None) or "unknown"


def _words(row: Place, mapping: TranscriptMap) -> Iterator[Word]:
    if not mapping.turn.words:
        return
    path, unit = mapping.word, mapping.unit("words")
    length = mapping.units.words or (mapping.unit("duration") if mapping.time in ("clock", "iso", "epoch") else unit)
    for place in places(row, mapping.turn.words):
        text = tidy(text_in(place, path.text))
        if text:
            start, end = _time(place, "start", path.start, unit, {}), _time(place, "end", path.end, unit, {})
            if end is None and start is not None:
                lasts = _time(place, "duration", path.duration, length, {})
                end = None if lasts is None else round(start + lasts, 6)
            yield Word(text, start, end)


def _time(row: Place, name: str, path: str, unit: Unit | None, unread: dict[str, list[str]]) -> float | None:
    """Return a time in seconds (moments: since 1970; without a unit as it stands); ``unread`` gets what is none."""
    if not path:
        return None
    value = value_at(row, path)
    if value is None or value == "":
        return None
    if unit in ("iso", "epoch"):
        time = clock(value)
    else:
        time = seconds(value, PER_SECOND.get(unit, SECONDS))
        if time is None and unit is None:
            time = clock(value)
    if time is None:
        unread.setdefault(name, []).append(str(value))
    return time


def _in_seconds(cues: list[Cue], mapping: TranscriptMap, told: list[str]) -> list[Cue]:
    """Return the cues in seconds where the map names no unit; warn where the unit named cannot be."""
    starts = [cue.start for cue in cues if cue.start is not None]
    words = sum(cue.text.count(" ") + 1 for cue in cues)
    if mapping.time is None and mapping.units.start is None:
        factor, warning = unit_factor(starts, words)
        if warning:
            told.append(warning)
            return [_scaled(cue, factor) for cue in cues]
    elif len(starts) > 1 and (lasts := max(starts) - min(starts)) > 0:
        pace = words * 60 / lasts
        if not SLOWEST <= pace <= FASTEST:
            told.append(f'{pace:,.1f} words a minute cannot be: is "time: {mapping.unit("start")}" in the map right?')
    return cues


def _scaled(cue: Cue, factor: float) -> Cue:
    def scaled(time: float | None) -> float | None:
        return None if time is None else round(time * factor, 6)

    words = tuple(Word(word.text, scaled(word.start), scaled(word.end)) for word in cue.words)
    return cue._replace(start=scaled(cue.start), end=scaled(cue.end), words=words)
