"""The turns of one call as a map finds them: from rows to cues."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from coach.call import HowRoles, Role, Word
from coach.errors import TranscriptError
from coach.readers.clocks import EPOCH_SECONDS, LAST_DATE, unit_factor
from coach.readers.cues import Cue, counted, shortened, tidy
from coach.readers.fields import MICROS, MILLIS, NOBODY, SECONDS, TICKS, clock, seconds
from coach.readers.lengths import off_by, unit_after
from coach.readers.maps.mapping import TimePaths, TranscriptMap, Unit
from coach.readers.maps.paths import REMEDY, Place, is_there, leads_to, missing, places, text_in, value_at, with_point
from coach.readers.times import LATEST, seconds_of
from coach.roles import role_word

PER_SECOND: Mapping[str | None, int] = {"s": SECONDS, "ms": MILLIS, "us": MICROS, "ticks": TICKS}
# Nobody talks so slowly or so fast, holds and silences included; outside it the unit of time is a mistake.
SLOWEST, FASTEST, USUAL_PACE = 1.0, 1000.0, 120.0
WHO_SAYS_WHAT = ("text", "speaker", "role", "channel")
UNITS_TRIED = ("s", "ms", "us")
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
    lasting: set[int] = set()
    cues = [
        _cue(number, row, mapping, unread, lasting)
        for number, row in zip(numbers, rows, strict=True)
        if _is_wanted(row, mapping)
    ]
    if not cues:
        left = f"where and skip of the map leave none of {counted(len(rows), 'turn')}"
        there = _values_there(rows, mapping)
        raise TranscriptError(f"the call has no turns: {left}{there}", remedy="Mend the map, or leave out such calls.")
    _check_labels(cues, mapping, told)
    for name, values in unread.items():
        shown = f'{counted(len(values), "turn")} whose {name} is no time, the first "{values[0][:40]}"'
        told.append(f"{shown}: read as absent{_likelier(name, values[0], mapping)}")
    cues = _in_seconds(cues, lasting, mapping, told)
    return HeardRows(cues, "given" if mapping.turn.role else "label")


def _check(rows: Sequence[Place], mapping: TranscriptMap, told: list[str]) -> None:
    """Hold the paths of a turn against the first rows: without text or speakers there is nothing to read.

    Raises:
        TranscriptError: no row has what the map gives for the text or for who speaks.
    """
    turn = mapping.turn
    looked_at = rows[:LOOKED_AT]
    names_asked = (*WHO_SAYS_WHAT, *TimePaths.model_fields, "words")
    paths = {name: path for name in names_asked if (path := getattr(turn, name))}
    absent = [name for name, path in paths.items() if not any(is_there(row, path) for row in looked_at)]
    for names in (("text", "words"), ("speaker", "role", "channel")):
        asked = [name for name in names if name in paths]
        if asked and all(name in absent for name in asked):
            raise missing(looked_at[0], f"turn: {asked[0]}", paths[asked[0]])
    wanted = [row for row in looked_at if _is_wanted(row, mapping)]
    for name in (*WHO_SAYS_WHAT, "words"):
        if paths.get(name) and not (name == "words" and paths[name].endswith("[]")):
            _check_kind(wanted, name, paths[name])
    for path in mapping.where:
        if not any(is_there(row, path) for row in rows):
            raise missing(looked_at[0], "where", path)
    told.extend(missing(looked_at[0], "skip", path).what for path in mapping.skip
                if not any(is_there(row, path) for row in rows))  # fmt: skip
    told.extend(missing(looked_at[0], f"turn: {name}", paths[name]).what for name in absent)


def _check_kind(rows: Sequence[Place], name: str, path: str) -> None:
    """Hold what stands at ``path`` against what can be text or a label.

    Raises:
        TranscriptError: it is nothing but objects or lists, or the text is nothing but numbers.
    """
    found = [value for row in rows if (value := value_at(row, path)) is not None]
    if not found:
        return
    errors = [leads_to(f"turn: {name}", path, value) for value in found]
    if errors[0] and all(errors):
        raise errors[0]
    if name != "text" or len(found) < 2:
        return
    numbers = [value for value in found if seconds(with_point(value)) is not None]
    if len(numbers) == len(found):
        what = f'"{path}", which the map gives for turn: text, holds numbers and no words, the first {numbers[0]}'
        raise TranscriptError(what, remedy=REMEDY)


def _values_there(rows: Sequence[Place], mapping: TranscriptMap) -> str:
    """Return in words which values there are where the map wants or skips some: ``; "kind" is: talk, note``."""
    told = []
    for path in (*mapping.where, *mapping.skip):
        values = dict.fromkeys(text for row in rows if (text := _as_written(row, path)))
        told.append(f'; "{path}" is: {", ".join(shortened([value[:40] for value in values])) or "always empty"}')
    return "".join(told)


def _check_labels(cues: Sequence[Cue], mapping: TranscriptMap, told: list[str]) -> None:
    """Warn of labels in the map's table of roles that nobody has, where somebody's label is not in it."""
    met = {label.strip().casefold(): label for cue in cues if (label := cue.speaker)}
    unmet = [name for name in mapping.roles if name.strip().casefold() not in met]
    is_open = any(cue.speaker and cue.role == "unknown" and role_word(cue.speaker) is None for cue in cues)
    if unmet and is_open and not mapping.turn.role:
        named = ", ".join(f'"{name}"' for name in unmet)
        there = ", ".join(shortened([label[:40] for label in met.values()]))
        told.append(f"the map's roles name {named}, and nobody is called so; the speakers are: {there}")


def _is_wanted(row: Place, mapping: TranscriptMap) -> bool:
    return all(_is_one_of(row, path, values) for path, values in mapping.where.items()) and not any(
        _is_one_of(row, path, values) for path, values in mapping.skip.items()
    )


def _is_one_of(row: Place, path: str, values: Sequence[str]) -> bool:
    return _as_written(row, path).casefold() in {value.casefold() for value in values}


def _as_written(row: Place, path: str) -> str:
    found = value_at(row, path)
    return str(found).lower() if isinstance(found, bool) else text_in(row, path).strip()


def _cue(number: int, row: Place, mapping: TranscriptMap, unread: dict[str, list[str]], lasting: set[int]) -> Cue:
    """Return the cue of a row; ``lasting`` gets its number where its end is told by how long it lasts."""
    turn = mapping.turn
    words = tuple(_words(row, mapping))
    text = text_in(row, turn.text) or " ".join(word.text for word in words)
    start = _time(row, "start", turn.start, mapping.unit("start"), unread)
    end = _time(row, "end", turn.end, mapping.unit("end"), unread)
    if end is None and start is not None:
        lasts = _time(row, "duration", turn.duration, mapping.unit("duration"), unread)
        if lasts is not None:
            end = round(start + lasts, 6)
            lasting.add(number)
    label, stated = text_in(row, turn.speaker).strip(), text_in(row, turn.role).strip()
    speaker = label or stated or text_in(row, turn.channel).strip()
    role = _role(stated, speaker, mapping)
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
    value = with_point(value_at(row, path))
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


def _likelier(name: str, value: str, mapping: TranscriptMap) -> str:
    """Return which unit ``value``, which is no time in the unit of the map, is of; ``""`` for no idea."""
    if mapping.unit(name) is None or name == "duration":
        return ""
    unit = "clock" if seconds_of(value) is not None else "iso" if clock(value) is not None else ""
    return f'; is "time: {mapping.unit(name)}" in the map right? "{unit}" is likelier' if unit else ""


def _in_seconds(cues: list[Cue], lasting: Collection[int], mapping: TranscriptMap, told: list[str]) -> list[Cue]:
    """Return the cues in seconds where the map names no unit; warn where the unit named cannot be.

    ``lasting`` are the numbers of those whose end is told by how long they last.
    """
    starts = [cue.start for cue in cues if cue.start is not None]
    words = sum(cue.text.count(" ") + 1 for cue in cues)
    if mapping.time is None and mapping.units.start is None:
        factor, warning = unit_factor(starts, words)
        if warning:
            told.append(warning)
            cues = [_scaled(cue, factor) for cue in cues]
    elif odd := _odd_starts(starts, words, mapping):
        told.append(odd)
        impossible = sum(not _can_be(start) for start in starts)
        return [cue._replace(start=None, end=None, words=()) for cue in cues] if impossible * 2 > len(starts) else cues
    return _with_likely_ends(cues, lasting, mapping, told)


def _odd_starts(starts: Sequence[float], words: int, mapping: TranscriptMap) -> str:
    """Return the warning that starts, in seconds, cannot be in the unit of the map, ``""`` where they can."""
    unit = mapping.unit("start")
    doubt = f'is "time: {unit}" in the map right?'
    impossible = [start for start in starts if not _can_be(start)]
    if len(impossible) * 2 > len(starts):
        factor = PER_SECOND.get(unit, SECONDS)
        better = ' "epoch" is likelier' if _can_be(clock(impossible[0] * factor) or 0.0) else ""
        return f"starts such as {impossible[0]:g} s cannot be, and are read as absent: {doubt}{better}"
    lasts = max(starts) - min(starts) if starts else 0.0
    pace = words * 60 / lasts if lasts > 0 else SLOWEST
    if SLOWEST <= pace <= FASTEST:
        return ""
    factor = 1 if unit == "epoch" else PER_SECOND.get(unit, SECONDS)
    likely = min(UNITS_TRIED, key=lambda tried: abs(math.log(pace * PER_SECOND[tried] / factor / USUAL_PACE)))
    better = f' "{likely}" is likelier' if likely != unit else ""
    return f"{pace:,.1f} words a minute cannot be: {doubt}{better}"


def _can_be(start: float) -> bool:
    """Tell whether ``start`` is within a recording, or a date."""
    return 0 <= start <= LATEST or EPOCH_SECONDS <= start < LAST_DATE


def _with_likely_ends(cues: list[Cue], lasting: Collection[int], mapping: TranscriptMap, told: list[str]) -> list[Cue]:
    """Return the cues with ends in the likely unit where durations have none in the map; else warn of an unlikely one.

    A start says nothing of the unit of a duration: beside dates, clocks and moments since 1970 it has one of its own.
    """
    is_stated = mapping.units.duration is not None or mapping.time not in (None, "clock", "iso", "epoch")
    for name in ("duration", "end"):
        ours = {cue.number for cue in cues if (cue.number in lasting) == (name == "duration")}
        factor = off_by(_lengths(cues, ours))
        if factor == 1.0:
            continue
        unit = mapping.unit(name) or "s"
        better = unit_after(unit, factor)
        if name == "duration" and not is_stated:
            told.append(f"durations without a unit: read as {better or f'{factor:g} s'}")
            cues = [_lasting(cue, factor) if cue.number in ours else cue for cue in cues]
        else:
            likelier = f' "{name}: {better}" is likelier' if better and better != unit else ""
            what = f"turns that last {_middle(_lengths(cues, ours)):g} s cannot be"
            told.append(f'{what}: is the unit of "{name}" in the map, {unit}, right?{likelier}')
    return cues


def _lengths(cues: Iterable[Cue], numbers: Collection[int]) -> list[tuple[float, str]]:
    return [
        (cue.end - cue.start, cue.text)
        for cue in cues
        if cue.number in numbers and cue.start is not None and cue.end is not None
    ]


def _middle(lengths: Sequence[tuple[float, str]]) -> float:
    return sorted(length for length, _ in lengths)[len(lengths) // 2]


def _lasting(cue: Cue, factor: float) -> Cue:
    if cue.start is None or cue.end is None:
        return cue
    return cue._replace(end=round(cue.start + (cue.end - cue.start) * factor, 6))


def _scaled(cue: Cue, factor: float) -> Cue:
    def scaled(time: float | None) -> float | None:
        return None if time is None else round(time * factor, 6)

    words = tuple(Word(word.text, scaled(word.start), scaled(word.end)) for word in cue.words)
    return cue._replace(start=scaled(cue.start), end=scaled(cue.end), words=words)
