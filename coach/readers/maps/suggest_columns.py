"""What stands in the rows of an unknown list, column by column: which is the text, who speaks, when."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, cast

from coach.readers.fields import clock, seconds
from coach.readers.head import folded
from coach.readers.lengths import unit_of_lengths
from coach.readers.maps.mapping import Unit
from coach.readers.maps.paths import OUT, Place, text_in, unpacked, value_at, with_point
from coach.readers.tables.columns import USUAL
from coach.readers.times import seconds_of
from coach.roles import role_word

ROWS_LOOKED_AT = 500
DEPTH = 3
KEYS_LOOKED_AT = 60
# Keys that a path cannot name in passing, for they look like a path themselves.
NO_STEP = re.compile(r"[.|\[\]]|^\^|^$")
ADDRESS = re.compile(r"://|^[\w.+-]+@[\w-]+\.|^[\da-f-]{16,}$", re.IGNORECASE)
MOST_SPEAKERS = 12
# In lists as short as this every turn may well be of somebody else.
FEW = 4
LEAST_STATING = 0.6
# The shortest talk has about so many turns.
LEAST_RUN = 2
# Columns with few values that say something else than who speaks.
NO_LABELS = frozenset(
    {
        name
        for fact in ("call_id", "agent_id", "agent_name", "agent_team", "language", "queue")
        for name in USUAL[fact].split("|")
    }
    | set(
        "type|kind|event type|category|message type|entry type|event|status|sentiment"
        "|emotion|intent|topic|source".split("|")
    )
)
PER_SECOND: Mapping[Unit, int] = {"s": 1, "ms": 1_000, "us": 1_000_000, "ticks": 10_000_000}
UNIT_WORDS: Mapping[str, Unit] = {
    **dict.fromkeys("ms msec msecs millis milli millisecond milliseconds".split(), "ms"),
    **dict.fromkeys("us usec micros microseconds".split(), "us"),
    **dict.fromkeys("s sec secs second seconds".split(), "s"),
    "ticks": "ticks",
}
# How fast people talk, pauses and holds included; the unit under which a call comes nearest to it is taken.
USUAL_PACE = 120.0
EPOCH = 1e9
MORE_NAMES: Mapping[str, str] = {
    "text": "display text|display|formatted text|punctuated|decorated text|txt|words|speech|value|payload",
    "speaker": "speaker tag|spk|sp|user|user id|actor|by|label|voice|channel|channel id|channel tag|channel label|track"
    "|leg",
    "role": "purpose|participant purpose|type of speaker|sender role|author role",
    "start": "start offset|begin offset|offset begin|start ts|ts|t|s|from|start at|begin at|date|at",
    "end": "end offset|end ts|e|to|end at|until|stop time",
    "duration": "dur|len|d|length|lasts",
}
TELLING: Mapping[str, frozenset[str]] = {
    "speaker": frozenset(("speaker", "spk", "channel", "participant", "party")),
    "start": frozenset(("start", "begin", "offset", "timestamp")),
    "end": frozenset(("end",)),
    "duration": frozenset(("duration", "length", "dur", "len")),
}
NAMES: Mapping[str, tuple[str, ...]] = {
    field: (*USUAL.get(field, "").split("|"), *more.split("|")) for field, more in MORE_NAMES.items()
}


@dataclass(slots=True)
class Column:
    """A path within rows and what was met there: ``values`` are those that are neither null nor empty."""

    path: str
    rows: int
    values: list[Any] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The folded name, without its unit: ``startMs`` is ``start``."""
        return self._name_and_unit()[0]

    @property
    def unit(self) -> Unit | None:
        """The unit of time that the name ends in."""
        return self._name_and_unit()[1]

    @property
    def words(self) -> float:
        """How much speech it holds: words, of which such that stand alone count little, as do repeated texts."""
        texts = [value for value in self.values if isinstance(value, str) and not ADDRESS.search(value)]
        texts = [text for text in texts if any(char.isalpha() for char in text) and clock(text) is None]
        if not texts:
            return 0.0
        count = sum(len(text.split()) for text in texts)
        alone = 0.3 if count < 1.5 * len(texts) else 1.0
        usual = self.name in NAMES["text"]
        return count * alone * (0.2 + 0.8 * len(set(texts)) / len(texts)) * (1.5 if usual else 1.0)

    @property
    def labels(self) -> list[str]:
        """The distinct values as texts, in the order in which they come."""
        return list(dict.fromkeys(str(value) for value in self.values))

    def _name_and_unit(self) -> tuple[str, Unit | None]:
        *words, last = folded(self.path.replace(OUT, "")).split() or [""]
        if words and last in UNIT_WORDS:
            return " ".join(words).removesuffix(" in"), UNIT_WORDS[last]
        if len(words) == 1 and len(words[0]) > 1 and words[0] in UNIT_WORDS:
            return last, UNIT_WORDS[words[0]]
        return " ".join((*words, last)), None


def columns_of_rows(rows: Sequence[Place], levels_out: int) -> list[Column]:
    """Return the columns of ``rows``, those of the objects around them too, ``levels_out`` levels of them."""
    looked_at = rows[:ROWS_LOOKED_AT]
    paths: dict[str, None] = {}
    for row in looked_at[:50]:
        paths.update(dict.fromkeys(_scalars(row.value, "", DEPTH)))
    for level in range(1, levels_out + 1):
        for row in looked_at[:50]:
            around = row
            for _ in range(level):
                around = around.around or around
            paths.update(dict.fromkeys(OUT * level + path for path in _scalars(around.value, "", 1)))
    return [_column(path, looked_at) for path in paths]


def text_column(columns: Sequence[Column]) -> Column | None:
    """Return the column with most speech in it, ``None`` where none has any."""
    best = max(columns, key=lambda column: column.words, default=None)
    return best if best and best.words > 0 else None


def speaker_columns(columns: Sequence[Column], text: Column) -> tuple[Column | None, Column | None]:
    """Return the columns of the speaker and of the role."""
    may_be = [column for column in columns if column is not text and _may_name_speakers(column)]
    stating = [column for column in may_be if _states_roles(column)]
    role = _named(stating, "role")
    others = [column for column in may_be if column is not role]
    speaker = _named(others, "speaker") or _with_word(others, "speaker")
    if speaker is None and role is None:
        speaker = next(iter(stating), None)
    if speaker is None and role is None:
        role = _named(others, "role")
    if speaker is None and role is None:
        alternating = [column for column in others if _alternates(column)]
        speaker = max(alternating, key=lambda column: (not stands_together(column), _changes(column)), default=None)
    return speaker, role


def stands_together(column: Column) -> bool:
    """Tell whether each of several values stands in rows one below the other, as the id of a call does."""
    labels = len(column.labels)
    runs = _changes(column) + 1
    return 1 < labels == runs and len(column.values) >= runs * LEAST_RUN


def _changes(column: Column) -> int:
    return sum(one != other for one, other in pairwise(map(str, column.values)))


def time_columns(columns: Sequence[Column], text: Column) -> dict[str, Column]:
    """Return the columns of ``start``, ``end`` and ``duration``, as far as there are such."""
    times = [
        column for column in columns if column is not text and not column.path.startswith(OUT) and _are_times(column)
    ]
    found: dict[str, Column] = {}
    for ours in ("start", "end", "duration"):
        rest = [column for column in times if column not in found.values()]
        column = _named(rest, ours) or _with_word(rest, ours)
        if column:
            found[ours] = column
    if "start" not in found:
        rising = (column for column in times if column not in found.values() and _rises(column))
        if column := next(rising, None):
            found["start"] = column
    return found if "start" in found else {}


def unit_of(column: Column, words: int) -> Unit:
    """Return the unit of the times in ``column``; ``words`` are said while they pass."""
    texts = [value for value in column.values if isinstance(value, str)]
    if texts and all(seconds_of(text) is not None for text in texts):
        return "clock"
    if texts and all(_number(text) is None and seconds(text) is None for text in texts):
        return "iso"
    numbers = [number for value in column.values if (number := _number(value)) is not None]
    if column.unit == "ticks" or (column.unit and max(numbers, default=0) < EPOCH):
        return column.unit
    if min(numbers, default=0) >= EPOCH and max(numbers) < min(numbers) * 1.01:
        return "epoch"
    if column.unit or not numbers:
        return column.unit or "s"
    if any(number != int(number) for number in numbers):
        return "s"
    # Where several calls stand one below the other, times fall back to the beginning at each.
    lasts = sum(later - earlier for earlier, later in pairwise(numbers) if later > earlier) or max(numbers)
    if lasts <= 0:
        return "s"
    return min(PER_SECOND, key=lambda unit: abs(math.log(words * 60 * PER_SECOND[unit] / lasts / USUAL_PACE)))


def unit_of_durations(column: Column, rows: Sequence[Place], text: Column) -> Unit:
    """Return the unit in which ``rows`` say how long they last: what its name says, or what suits what is said."""
    if any(isinstance(value, str) and seconds_of(value) is not None for value in column.values):
        return "clock"
    if column.unit:
        return column.unit
    lengths = [(number, text_in(row, text.path)) for row in rows if (number := _number(value_at(row, column.path)))]
    return cast(Unit, unit_of_lengths(lengths) or "s")


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        number = float(with_point(value))
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _column(path: str, rows: Sequence[Place]) -> Column:
    found = (value_at(row, path) for row in rows)
    return Column(path, len(rows), [value for value in found if value is not None and value != ""])


def _scalars(value: Any, prefix: str, depth: int) -> Iterator[str]:
    """Yield the paths of texts, numbers and nulls in ``value``; of a list its first item counts."""
    value = unpacked(value) if depth < DEPTH else value
    if isinstance(value, dict):
        for key in list(value)[:KEYS_LOOKED_AT]:
            is_plain = not NO_STEP.search(key)
            inside = value[key]
            if isinstance(inside, (dict, list)):
                if is_plain and depth > 1:
                    yield from _scalars(inside, f"{prefix}{key}.", depth - 1)
            elif is_plain or not prefix:
                yield f"{prefix}{key}"
    elif isinstance(value, list):
        numbered = list(enumerate(value)) if not prefix else list(enumerate(value[:1]))
        for number, item in numbered[:4]:
            if isinstance(item, dict) and depth > 1:
                yield from _scalars(item, f"{prefix}{number}.", depth - 1)
            elif not isinstance(item, (dict, list)):
                yield f"{prefix}{number}"
    elif not prefix and isinstance(value, str):
        yield "."


def _named(columns: Sequence[Column], ours: str) -> Column | None:
    """Return the column that is called as ``ours`` usually is; those of the row itself come before those around it."""
    near = sorted(columns, key=lambda column: column.path.count(OUT))
    for name in NAMES[ours]:
        for column in near:
            if name and column.name == name:
                return column
    return None


def _with_word(columns: Sequence[Column], ours: str) -> Column | None:
    return next((column for column in columns if not TELLING[ours].isdisjoint(column.name.split())), None)


def _may_name_speakers(column: Column) -> bool:
    """Tell whether the values are few and short enough to say who speaks; of a short list any are."""
    if not column.values or any(isinstance(value, (bool, dict, list)) for value in column.values):
        return False
    labels = column.labels
    is_few = len(labels) <= MOST_SPEAKERS and (len(labels) < len(column.values) or len(labels) <= FEW)
    is_short = all(len(label) <= 60 and len(label.split()) <= 6 for label in labels)
    return is_few and is_short and not any("://" in label for label in labels)


def _states_roles(column: Column) -> bool:
    """Tell whether most of the values are words for a role."""
    stating = sum(role_word(str(value)) is not None for value in column.values)
    return stating >= max(1.0, LEAST_STATING * len(column.values))


def _alternates(column: Column) -> bool:
    """Tell whether a column without a telling name looks like labels: two or more short texts, each met again."""
    labels = column.labels
    return (
        not column.path.startswith(OUT)
        and column.name not in NO_LABELS
        and 2 <= len(labels) <= max(2, len(column.values) / 2) < len(column.values)
        and all(isinstance(value, str) and any(char.isalpha() for char in value) for value in column.values)
    )


def _are_times(column: Column) -> bool:
    if len(column.values) * 2 < column.rows or not column.values:
        return False
    return all(not isinstance(value, bool) and (seconds(value) is not None or clock(value) is not None)
               for value in map(with_point, column.values))  # fmt: skip


def _rises(column: Column) -> bool:
    """Tell whether a column without a telling name looks like times: clocks, dates, or numbers that mostly go up."""
    if all(isinstance(value, str) and ":" in value for value in column.values):
        return True
    times = [time for value in column.values if (time := _as_time(value)) is not None]
    steps = [round(later - earlier, 6) for earlier, later in pairwise(times)]
    # Row numbers rise by one each; a number of the call stays the same for many rows.
    return len(times) > 1 and min(steps) >= 0 and len(set(steps)) > 1 and len(set(times)) * 2 > len(times)


def _as_time(value: Any) -> float | None:
    time = seconds(with_point(value))
    return clock(value) if time is None else time
