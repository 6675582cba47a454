"""A map: where a house format keeps its calls, turns and facts, written as YAML. ``mapped`` reads by it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from coach.errors import RuleError
from coach.readers.maps.paths import ITSELF, steps_of
from coach.rule_yaml import Strict, parse

Unit = Literal["s", "ms", "us", "ticks", "clock", "iso", "epoch"]
Side = Literal["agent", "customer", "other"]
# The rows stand in a list of their own, or one on a line: nothing is around them.
ROWS = "[]"


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value) if isinstance(value, (int, float)) else value


def _as_texts(value: Any) -> Any:
    return tuple(_as_text(item) for item in value) if isinstance(value, list) else (_as_text(value),)


def _with_text_keys(value: Any) -> Any:
    if value is None:
        return {}
    return {_as_text(key): item for key, item in value.items()} if isinstance(value, dict) else value


def _side(value: Any) -> Any:
    side = value.strip().lower() if isinstance(value, str) else value
    if side not in get_args(Side):
        raise ValueError(f"{value!r} is no side: write agent, customer or other")
    return side


def _unit(value: Any) -> Any:
    if value is not None and value not in get_args(Unit):
        raise ValueError(f"{value!r} is no unit of time: write one of {', '.join(get_args(Unit))}")
    return value


def _checked(path: str) -> str:
    steps_of(path)
    return path


UnitName = Annotated[Unit, BeforeValidator(_unit)]
MapPath = Annotated[str, BeforeValidator(_as_text), AfterValidator(_checked)]
Values = Annotated[tuple[str, ...], BeforeValidator(_as_texts)]
Conditions = Annotated[dict[MapPath, Values], BeforeValidator(_with_text_keys)]
Sides = Annotated[dict[str, Annotated[Side, BeforeValidator(_side)]], BeforeValidator(_with_text_keys)]
Others = Annotated[dict[str, MapPath], BeforeValidator(_with_text_keys)]


class CallPaths(Strict):
    """Where the facts of a call stand, seen from the call."""

    call_id: MapPath = ""
    agent_id: MapPath = ""
    agent_name: MapPath = ""
    agent_team: MapPath = ""
    started_at: MapPath = ""
    customer_type: MapPath = ""
    language: MapPath = ""
    queue: MapPath = ""
    others: Others = Field(default_factory=dict)


class TimePaths(Strict):
    """Where the times stand, in a turn as in a word of it."""

    start: MapPath = ""
    end: MapPath = ""
    duration: MapPath = ""


class TurnPaths(TimePaths):
    """Where things stand in a turn."""

    text: MapPath = ""
    speaker: MapPath = ""
    role: MapPath = ""
    channel: MapPath = ""
    words: MapPath = ""


class WordPaths(TimePaths):
    """Where things stand in a word of a turn."""

    text: MapPath = "text|word"


class Units(Strict):
    """Units of single times, where they differ from ``time``."""

    start: UnitName | None = None
    end: UnitName | None = None
    duration: UnitName | None = None
    words: UnitName | None = None


class TranscriptMap(Strict):
    """The map as written; paths are those of ``maps.paths``, ``""`` is one that is not given.

    ``calls`` are seen from the file (or the line), ``turns`` and the paths of ``call`` from a call, those of ``turn``
    from a turn, those of ``word`` from a word. ``dialogue`` is a text that holds all turns as labelled lines.
    """

    name: str = "map"
    calls: MapPath = ""
    turns: MapPath = ROWS
    dialogue: MapPath = ""
    columns: tuple[str, ...] = ()
    call: CallPaths = CallPaths()
    turn: TurnPaths = TurnPaths()
    word: WordPaths = WordPaths()
    time: UnitName | None = None
    units: Units = Units()
    roles: Sides = Field(default_factory=dict)
    where: Conditions = Field(default_factory=dict)
    skip: Conditions = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _without_empty_lines(cls, written: Any) -> Any:
        # "roles:" with all its lines commented out is as good as no "roles:".
        return {key: value for key, value in written.items() if value is not None}

    @model_validator(mode="after")
    def _says_where_the_text_is(self) -> TranscriptMap:
        if not (self.turn.text or self.turn.words or self.dialogue):
            raise ValueError("does not say where the words are: add 'turn:' with 'text:' in it, or 'dialogue:'")
        return self

    @property
    def is_of_rows(self) -> bool:
        """Whether a file is a list of turns with nothing around them, as a table is."""
        return self.turns == ROWS and not self.dialogue and not self.calls

    def unit(self, of: str) -> Unit | None:
        """Return the unit of ``start``, ``end``, ``duration`` or ``words``; a duration is no date and no clock."""
        given: Unit | None = getattr(self.units, of)
        if given is None and of == "duration" and self.time in ("clock", "iso", "epoch"):
            return "s"
        return given or self.time

    def row_paths(self) -> Iterator[str]:
        """Yield every path that is looked up in a row of a table."""
        turn, call = self.turn, self.call
        yield from (getattr(turn, name) for name in TurnPaths.model_fields)
        yield self.dialogue
        yield from (getattr(call, name) for name in CallPaths.model_fields if name != "others")
        yield from (*call.others.values(), *self.where, *self.skip)

    def first_keys(self) -> set[str]:
        """Return the keys or columns with which these paths begin, and the paths as they stand."""
        paths = [path for path in self.row_paths() if path not in ("", ITSELF)]
        return {*paths, *(name for path in paths for step in steps_of(path)[1][:1] for name in step.names)}


def load_map(path: Path) -> TranscriptMap:
    """Read a map.

    Raises:
        RuleError: it cannot be read, or says what no map says; with line and column.
    """
    if is_blank(path):
        raise RuleError("is empty", where=str(path), remedy="coach inspect FILE --suggest-map begins a map.")
    return parse(path, TranscriptMap)


def is_blank(path: Path) -> bool:
    """Tell whether a file holds nothing but blanks and comments; one that cannot be read does not."""
    try:
        lines = path.read_bytes().removeprefix(codecs.BOM_UTF8).splitlines()
    except OSError:
        return False
    return all(not line.strip() or line.lstrip().startswith(b"#") for line in lines)
