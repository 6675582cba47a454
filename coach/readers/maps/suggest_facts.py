"""The facts of a call in an unknown file: in the objects around its turns, or repeated by its rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from coach.readers.fields import clock
from coach.readers.head import KNOWN, folded, key_of
from coach.readers.maps.paths import unpacked
from coach.readers.maps.suggest_columns import KEYS_LOOKED_AT, NO_STEP, Column, stands_together
from coach.readers.maps.suggest_lists import WITHIN_A_CALL, last_word
from coach.readers.tables.columns import USUAL
from coach.readers.times import iso_moment

AROUND_FACTS = frozenset("call conversation interaction recording header head meta metadata info details data".split())


def facts_of_call(call: Any) -> tuple[dict[str, str], dict[str, str]]:
    """Return the paths of what ``call`` says around its turns: of the facts by our names, of others by theirs."""
    facts: dict[str, str] = {}
    others: dict[str, str] = {}
    for path, value in scalars(call, (), 3):
        name = _fact(path, value)
        if name:
            facts.setdefault(name, ".".join(path))
        elif name is None:
            others.setdefault(path[-1], ".".join(path))
    return {name: facts[name] for name in KNOWN if name in facts}, others


def facts_of_rows(columns: Sequence[Column], count: int) -> dict[str, str]:
    """Return the paths of what ``count`` rows say of their calls; a column of numbers may do for the id of the call."""
    facts = repeated_facts(columns, count)
    number = None if "call_id" in facts else _id_column(columns, facts.values())
    return {**facts, "call_id": number.path} if number else facts


def repeated_facts(columns: Sequence[Column], count: int) -> dict[str, str]:
    """Return the paths of facts that rows repeat: a call id that several share, the agent, the start of the call."""
    facts: dict[str, str] = {}
    for column in columns:
        if column.path.startswith("^") or not column.values:
            continue
        name = _usual_fact(column.name)
        if name and (len(column.labels) < len(column.values) or count < 3):
            facts.setdefault(name, column.path)
    return facts


def scalars(value: Any, path: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], Any]]:
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
        yield from scalars(value[key], (*path, key), depth - 1)


def _id_column(columns: Sequence[Column], taken: Collection[str]) -> Column | None:
    """Return the column that looks most like a call's id: numbered values, each in many rows that stand together."""
    ids = [
        column
        for column in columns
        if column.path not in taken
        and last_word(column.path) not in WITHIN_A_CALL
        and len(column.values) == column.rows
        and stands_together(column)
        and all(any(char.isdigit() for char in label) and len(label) <= 60 for label in column.labels)
    ]
    return max(ids, key=lambda column: len(column.labels), default=None)


def _usual_fact(name: str) -> str:
    facts = ("call_id", "agent_id", "agent_name", "agent_team", "started_at", "customer_type", "language", "queue")
    return next((fact for fact in facts if name in USUAL[fact].split("|")), "") or (key_of(name) or "")


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
