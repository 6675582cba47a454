"""A first guess at a map: the list that looks most like turns, its columns, and the facts around it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from coach.errors import TranscriptError
from coach.readers.fields import clock
from coach.readers.head import KNOWN, folded, key_of
from coach.readers.maps.mapping import ROWS, Unit
from coach.readers.maps.paths import Place, places, text_in, unpacked
from coach.readers.maps.sample import Sample
from coach.readers.maps.suggest_columns import (
    NO_STEP,
    Column,
    columns_of_rows,
    speaker_columns,
    stands_together,
    text_column,
    time_columns,
    unit_of,
    unit_of_durations,
)
from coach.readers.tables.columns import USUAL
from coach.readers.texts.plain import looks_labelled
from coach.readers.times import iso_moment

DEPTH = 7
ITEMS_LOOKED_AT = 20
KEYS_LOOKED_AT = 60
MOST_ROWS = 5000
# A list with speakers, or with times, is more like turns than one that only has more text.
SPEAKERS_COUNT, TIMES_COUNT = 1.6, 1.3
# Lists within a call; their items are no calls, however much text is in them.
WITHIN_A_CALL = frozenset(
    "channel channels leg legs track tracks speaker speakers participant participants party parties segment segments"
    " paragraph paragraphs monologue monologues utterance utterances turn turns transcript transcripts phrase phrases"
    " result results alternative alternatives section sections block blocks sentence sentences page pages"
    " chapter chapters topic topics chunk chunks line lines message messages".split()
)
CALLS = frozenset("calls conversations interactions contacts items records data sessions documents".split())
AROUND_FACTS = frozenset("call conversation interaction recording header head meta metadata info details data".split())
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
    guesses = [guess for path in _lists(sample.value, "", DEPTH) if (guess := _guess(whole, path))]
    best = max(guesses, key=lambda guess: guess.score, default=None)
    if best is None or _is_dialogue(best.text):
        return _dialogue(sample, best)
    return _of_turns(sample, best)


def _lists(value: Any, path: str, depth: int) -> Iterator[str]:
    """Yield the paths of all lists in ``value``."""
    value = unpacked(value)
    if depth < 0:
        return
    if isinstance(value, list) or _is_by_id(value):
        yield f"{path}[]"
        items = list(value.values()) if isinstance(value, dict) else value
        inside: dict[str, None] = {}
        for item in items[:ITEMS_LOOKED_AT]:
            inside.update(dict.fromkeys(_lists(item, f"{path}[]", depth - 1)))
        yield from inside
    elif isinstance(value, dict):
        for key in list(value)[:KEYS_LOOKED_AT]:
            if not NO_STEP.search(key):
                before = f"{path}.{key}" if path else key
                yield from _lists(value[key], before, depth - 1)


def _is_by_id(value: Any) -> bool:
    """Tell an object that stands for a list: its keys are ids and its values objects of one kind."""
    if not isinstance(value, dict) or len(value) < 2:
        return False
    first, *others = list(value.values())[:ITEMS_LOOKED_AT]
    are_ids = all(re.fullmatch(r"[\w-]*\d[\w-]*", key) for key in list(value)[:ITEMS_LOOKED_AT])
    return are_ids and isinstance(first, dict) and all(isinstance(item, dict) and item.keys() & first.keys()
        for item in others)  # fmt: skip


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
    calls, turns = _split(sample, best.path, role or speaker)
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
    taken = set(found.columns.values())
    for column in best.columns:
        if column.path in taken or column.path.startswith("^"):
            continue
        if column.name in PARTIAL and all(isinstance(value, bool) for value in column.values):
            found.skip[column.path] = PARTIAL[column.name]
        elif column.name in KIND_NAMES and 2 <= len(column.labels) <= 8:
            found.kinds[column.path] = dict(Counter(str(value) for value in column.values))
    if sample.is_table or (found.turns == ROWS and not found.calls):
        _facts_of_rows(best, found, "")
    else:
        _facts_of_call(sample, found)
        if "call_id" not in found.facts and not found.calls:
            _facts_of_rows(best, found, f"{found.turns}.")
    return found


def _split(sample: Sample, path: str, speaker: Column | None) -> tuple[str, str]:
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


def _are_calls(path: str, items: Sequence[Place]) -> bool:
    name = _last_word(path)
    keys = [key for item in items if isinstance(item.value, dict) for key in item.value]
    if any(key_of(key) == "call_id" and folded(key) != "id" for key in keys):
        return True
    return name in CALLS or (not name and path == ROWS) or (
        name not in WITHIN_A_CALL and any(key_of(key) in ("call_id", "agent_id", "started_at") for key in keys)
    )  # fmt: skip


def _are_talks(path: str, items: Sequence[Place], rest: str, speaker: Column | None) -> bool:
    """Tell whether several people talk in most of ``items``: those of a call have one of them each."""
    if speaker is None or len(items) < 2 or _last_word(path) in WITHIN_A_CALL:
        return False
    voices = (len({text_in(row, speaker.path) for row in places(item, rest)} - {""}) for item in items)
    return sum(count > 1 for count in voices) * 2 > len(items)


def _last_word(path: str) -> str:
    return (folded(path.rsplit(".", 1)[-1].replace("[]", "")).split() or [""])[-1]


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


def _facts_of_rows(best: _Guess, found: Suggestion, prefix: str) -> None:
    """Find the facts that rows repeat: a call id that several share, the agent, the start of the call."""
    taken = set(found.columns.values())
    for column in best.columns:
        if column.path in taken or column.path.startswith("^") or not column.values:
            continue
        name = _usual_fact(column.name)
        if name and (len(column.labels) < len(column.values) or len(best.rows) < 3):
            found.facts.setdefault(name, prefix + column.path)
    if prefix:
        return
    number = None if "call_id" in found.facts else _id_column(best.columns, {*taken, *found.facts.values()})
    if number:
        found.facts["call_id"] = number.path
    known = {*taken, *found.skip, *found.kinds, *found.facts.values()}
    for column in best.columns:
        if column.path not in known and not column.path.startswith("^"):
            found.others.setdefault(column.path, column.path)


def _id_column(columns: Sequence[Column], taken: Collection[str]) -> Column | None:
    """Return the column that looks most like a call's id: numbered values, each in many rows that stand together."""
    ids = [
        column
        for column in columns
        if column.path not in taken
        and _last_word(column.path) not in WITHIN_A_CALL
        and len(column.values) == column.rows
        and stands_together(column)
        and all(any(char.isdigit() for char in label) and len(label) <= 60 for label in column.labels)
    ]
    return max(ids, key=lambda column: len(column.labels), default=None)


def _usual_fact(name: str) -> str:
    facts = ("call_id", "agent_id", "agent_name", "agent_team", "started_at", "customer_type", "language", "queue")
    return next((fact for fact in facts if name in USUAL[fact].split("|")), "") or (key_of(name) or "")


def _facts_of_call(sample: Sample, found: Suggestion) -> None:
    whole = Place(sample.value)
    call: Place | None = whole
    if found.calls or sample.is_lines:
        call = next(iter(places(whole, found.calls or ROWS)), None)
    if call is None:
        return
    facts: dict[str, str] = {}
    for path, value in _scalars(call.value, (), 3):
        name = _fact(path, value)
        if name:
            facts.setdefault(name, ".".join(path))
        elif name is None:
            found.others.setdefault(path[-1], ".".join(path))
    found.facts = {name: facts[name] for name in KNOWN if name in facts}


def _scalars(value: Any, path: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the texts and numbers in the objects of a call, those nearest to it first."""
    value = unpacked(value) if path else value
    if not isinstance(value, dict):
        return
    keys = [key for key in list(value)[:KEYS_LOOKED_AT] if not NO_STEP.search(key)]
    for key in keys:
        inside = value[key]
        if isinstance(inside, (str, int, float)) and not isinstance(inside, bool) and str(inside).strip():
            yield (*path, key), inside
    for key in keys if depth > 1 else ():
        yield from _scalars(value[key], (*path, key), depth - 1)


def _fact(path: tuple[str, ...], value: Any) -> str | None:
    """Return which fact stands at ``path``, ``""`` for none of use, ``None`` for what may be worth keeping."""
    if len(str(value)) > 100 or "://" in str(value):
        return ""
    name = key_of(" ".join(path[-2:]))
    if not name and (len(path) == 1 or folded(path[-2]) in AROUND_FACTS or len(folded(path[-1]).split()) > 1):
        name = key_of(path[-1])
    if name == "started_at" and clock(value) is None and iso_moment(str(value)) is None:
        return ""
    return name


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
        _facts_of_call(sample._replace(is_lines=True), found)
        return found
    if best:
        found = Suggestion(best.path, dialogue=best.text.path, count=len(best.rows))
        _facts_of_call(sample, found)
        return found
    for path, value in _scalars(sample.value, (), 4):
        if isinstance(value, str) and "\n" in value and looks_labelled(value.split("\n")):
            found = Suggestion(dialogue=".".join(path), count=1)
            _facts_of_call(sample, found)
            return found
    raise TranscriptError(
        "nothing in it looks like turns: no list of objects with text, and no text with labelled lines",
        remedy="Look into the file; what is said may stand in another one.",
    )
