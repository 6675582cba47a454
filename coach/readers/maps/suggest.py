"""A first guess at a map: the list that looks most like turns, its columns, and the facts around it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from coach.errors import TranscriptError
from coach.readers.maps.mapping import ROWS, Unit
from coach.readers.maps.paths import Place, places, text_in
from coach.readers.maps.sample import Sample
from coach.readers.maps.suggest_columns import (
    Column,
    columns_of_rows,
    speaker_columns,
    text_column,
    time_columns,
    unit_of,
    unit_of_durations,
)
from coach.readers.maps.suggest_facts import facts_of_call, facts_of_rows, repeated_facts, scalars
from coach.readers.maps.suggest_lists import calls_and_turns, lists_in
from coach.readers.texts.plain import looks_labelled

DEPTH = 7
MOST_ROWS = 5000
# A list with speakers, or with times, is more like turns than one that only has more text.
SPEAKERS_COUNT, TIMES_COUNT = 1.6, 1.3
KIND_NAMES = frozenset("type kind event event type category message type entry type".split())
PARTIAL = {"is partial": "true", "partial": "true", "interim": "true", "is final": "false", "final": "false"}


class Label(NamedTuple):
    """A speaker label met: how often, and the longest thing said under it."""

    name: str
    turns: int
    said: str


@dataclass(slots=True)
class Suggestion:
    """What a map may say; paths are those of ``maps.paths``, ``columns`` of a turn by our names."""

    calls: str = ""
    turns: str = ""
    dialogue: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    unit: Unit | None = None
    units: dict[str, Unit] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    labels: list[Label] = field(default_factory=list)
    kinds: dict[str, dict[str, int]] = field(default_factory=dict)
    skip: dict[str, str] = field(default_factory=dict)
    count: int = 0


class _Guess(NamedTuple):
    path: str
    rows: list[Place]
    columns: list[Column]
    text: Column
    score: float


def suggested(sample: Sample) -> Suggestion:
    """Return a first guess at a map for ``sample``.

    Raises:
        TranscriptError: nothing in it looks like turns or like a dialogue.
    """
    whole = Place(sample.value)
    guesses = [guess for path in lists_in(sample.value, "", DEPTH) if (guess := _guess(whole, path))]
    best = max(guesses, key=lambda guess: guess.score, default=None)
    if best is None or _is_dialogue(best.text):
        return _dialogue(sample, best)
    return _of_turns(sample, best)


def _guess(whole: Place, path: str) -> _Guess | None:
    rows = places(whole, path)[:MOST_ROWS]
    columns = columns_of_rows(rows, min(path.count("[]") - 1, 2))
    text = text_column([column for column in columns if not column.path.startswith("^")])
    if text is None or (text.path == "." and path.endswith(f"{ROWS}{ROWS}")):
        return None
    speaker, role = speaker_columns(columns, text)
    score = text.words * len(rows) / min(len(rows), text.rows)
    score *= SPEAKERS_COUNT if speaker or role else 1.0
    score *= TIMES_COUNT if time_columns(columns, text) else 1.0
    return _Guess(path, rows, columns, text, score)


def _of_turns(sample: Sample, best: _Guess) -> Suggestion:
    speaker, role = speaker_columns(best.columns, best.text)
    calls, turns = calls_and_turns(sample, best.path, role or speaker)
    found = Suggestion(calls, turns, count=len(best.rows))
    times = time_columns(best.columns, best.text)
    named = {"text": best.text, "speaker": speaker, "role": role, **times}
    found.columns = {ours: column.path for ours, column in named.items() if column}
    words = sum(len(text_in(row, best.text.path).split()) for row in best.rows)
    units = {ours: unit_of(column, words) for ours, column in times.items() if ours != "duration"}
    if "duration" in times:
        units["duration"] = unit_of_durations(times["duration"], best.rows, best.text)
    found.unit = units.get("start")
    found.units = {ours: unit for ours, unit in units.items() if unit != found.unit}
    found.labels = _labels(best, role or speaker)
    free = [column for column in best.columns if column.path not in found.columns.values()]
    own = [column for column in free if not column.path.startswith("^")]
    for column in own:
        if column.name in PARTIAL and all(isinstance(value, bool) for value in column.values):
            found.skip[column.path] = PARTIAL[column.name]
        elif column.name in KIND_NAMES and 2 <= len(column.labels) <= 8:
            found.kinds[column.path] = dict(Counter(str(value) for value in column.values))
    if sample.is_table or (found.turns == ROWS and not found.calls):
        found.facts = facts_of_rows(free, len(best.rows))
        known = {*found.skip, *found.kinds, *found.facts.values()}
        found.others = {column.path: column.path for column in own if column.path not in known}
        return found
    _add_facts_of_call(sample, found)
    if "call_id" not in found.facts and not found.calls:
        for name, path in repeated_facts(free, len(best.rows)).items():
            found.facts.setdefault(name, f"{found.turns}.{path}")
    return found


def _labels(best: _Guess, column: Column | None) -> list[Label]:
    if column is None:
        return []
    counts: Counter[str] = Counter()
    said: dict[str, str] = {}
    for row in best.rows:
        label, text = text_in(row, column.path).strip(), text_in(row, best.text.path).strip()
        if label and text:
            counts[label] += 1
            said[label] = max(said.get(label, ""), text, key=len)
    return [Label(name, count, said[name]) for name, count in counts.most_common(12)]


def _is_dialogue(column: Column) -> bool:
    texts = [value for value in column.values if isinstance(value, str)]
    labelled = sum("\n" in text and looks_labelled(text.split("\n")) for text in texts)
    return labelled * 2 > len(texts)


def _dialogue(sample: Sample, best: _Guess | None) -> Suggestion:
    """Return the suggestion where the whole talk is one text, in a call or in each row.

    Raises:
        TranscriptError: there is no such text.
    """
    if best and (sample.is_lines or sample.is_table or best.path == ROWS):
        found = Suggestion(dialogue=best.text.path, count=len(best.rows))
        if not (sample.is_lines or sample.is_table):
            found.calls = ROWS
        _add_facts_of_call(sample._replace(is_lines=True), found)
        return found
    if best:
        found = Suggestion(best.path, dialogue=best.text.path, count=len(best.rows))
        _add_facts_of_call(sample, found)
        return found
    for path, value in scalars(sample.value, (), 4):
        if isinstance(value, str) and "\n" in value and looks_labelled(value.split("\n")):
            found = Suggestion(dialogue=".".join(path), count=1)
            _add_facts_of_call(sample, found)
            return found
    raise TranscriptError(
        "nothing in it looks like turns: no list of objects with text, and no text with labelled lines",
        remedy="Look into the file; what is said may stand in another one.",
    )


def _add_facts_of_call(sample: Sample, found: Suggestion) -> None:
    """Add what the first call of ``sample`` says around its turns."""
    call: Place | None = Place(sample.value)
    if found.calls or sample.is_lines:
        call = next(iter(places(Place(sample.value), found.calls or ROWS)), None)
    if call is not None:
        found.facts, found.others = facts_of_call(call.value)
