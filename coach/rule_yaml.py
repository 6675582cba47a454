"""One rule file: YAML in, a checked value out; every mistake with file, line, column and the nearest known key."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from coach.compiled import NOTHING_KEPT, Compiled
from coach.errors import RuleError
from coach.quick_yaml import read_yaml

if TYPE_CHECKING:
    from typing_extensions import Self

QUOTES = ("'", '"')
# The longest of the built-in files has a thirtieth of it.
MOST_BYTES = 1_000_000
ALIAS = re.compile(r"(?:^|[\s,\[:-])(\*\w+)")
# What the YAML parser calls the commonest slips.
YAML_SLIPS = {
    "found character '\\t' that cannot start any token": "a tab stands at the start of a line; use spaces",
    "but found another document": "it holds more than one document; '---' parts them",
}
# What pydantic calls a mistake, in words for an author of rules.
PLAIN_WORDS = {
    "string_type": "should be text; put quotes around it",
    "tuple_type": "should be a list: '- ' before each item, or [one, two]",
    "model_type": "should be 'key: value' lines",
    "model_attributes_type": "should be 'key: value' lines",
    "dict_type": "should be 'key: value' lines",
    "invalid_key": "this key should be text",
    "float_parsing": "should be a number",
    "float_type": "should be a number",
    "finite_number": "should be a number",
    "int_parsing": "should be a whole number",
    "int_type": "should be a whole number",
    "int_from_float": "should be a whole number",
}

Model = TypeVar("Model", bound=BaseModel)
Place = Sequence[int | str]


class Strict(BaseModel):
    """Unknown keys are mistakes; the texts below keys are what editors show (see ``coach.authoring.schema``)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy; what was worked out of the fields and kept is worked out anew."""
        copy = super().model_copy(update=update, deep=deep)
        for name in copy.__dict__.keys() - type(self).model_fields.keys():
            del copy.__dict__[name]
        return copy


class InvalidFile(RuleError):
    """One file with one mistake or more: it shows as the first of ``mistakes``."""

    def __init__(self, mistakes: Sequence[RuleError]) -> None:
        first = mistakes[0]
        super().__init__(first.what, where=first.where, remedy=first.remedy)
        self.mistakes = tuple(mistakes)


def parse(path: Path, model: type[Model], kept: Compiled = NOTHING_KEPT, /, **given: str) -> Model:
    """Read one YAML file into ``model``: ``read`` and ``checked`` in one.

    Raises:
        RuleError: with line and column, the cause, and the nearest known key where one was mistyped. It is an
            ``InvalidFile`` where the file is YAML, but not what ``model`` asks for.
    """
    return checked(read(path, kept), model, partial(placed, path), **given)


def read(path: Path, kept: Compiled = NOTHING_KEPT) -> dict[str, Any]:
    """Return what one YAML file says; what it held in an earlier run is taken from ``kept`` where it has not changed.

    Raises:
        RuleError: there is no such file, or it is no YAML with keys.
    """
    if not os.path.isfile(path):
        what = "is a folder, not a file" if path.is_dir() else "there is no such file"
        raise RuleError(what, where=str(path), remedy="A link that leads nowhere is none either." * path.is_symlink())
    content = path.read_bytes()
    if len(content) > MOST_BYTES:
        remedy = "Split it: a rule or a moment a file, with phrases that stand for many, such as (a|b) [c]."
        raise RuleError(f"has {len(content):,} bytes; {MOST_BYTES:,} are allowed", where=str(path), remedy=remedy)
    try:
        data = kept.made(content, lambda: _loaded(path))
    except RuleError:
        raise
    except Exception as error:
        raise broken_yaml(path, error) from None
    if not isinstance(data, dict):
        remedy = "Begin it with 'title: …'; 'coach rules new' writes one to start from."
        raise RuleError("is not a list of 'key: value' lines", where=f"{path}:1:1", remedy=remedy)
    return data


def _loaded(path: Path) -> Any:
    """Return what a file says; one that says the same thing in several places by an alias is refused.

    A few lines of aliases can stand for more values than any machine can hold, or for values within themselves.
    """
    data = read_yaml(path)
    seen: set[int] = set()
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict | list) and value:
            if id(value) in seen:
                raise RuleError(
                    "uses an alias (& and *)", where=placed_alias(path), remedy="Write the value out in each place."
                )
            seen.add(id(value))
            waiting.extend(value.values() if isinstance(value, dict) else value)
    return data


def placed_alias(path: Path) -> str:
    """Return ``path:line:column`` of the first alias in a file."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        found = ALIAS.search(line)
        if found:
            return f"{path}:{number}:{found.start(1) + 1}"
    return f"{path}:1:1"


def checked(data: Mapping[str, Any], model: type[Model], at: Callable[[Place], str], **given: str) -> Model:
    """Return ``data`` as a ``model``.

    Args:
        data: what a file says.
        model: what it should say.
        at: gives the file, line and column of a place in ``data``.
        given: the values that the file's place decides, such as its id.

    Raises:
        InvalidFile: with every mistake.
    """
    for key in given.keys() & data.keys():
        remedy = f"Leave it out: the file's place and name say that it is {given[key]!r}."
        raise RuleError(f"unknown key {key!r}", where=at((key,)), remedy=remedy)
    try:
        return model.model_validate({**data, **given})
    except ValidationError as error:
        raise InvalidFile(_mistakes(at, error, model, given.keys())) from None


def placed(path: Path, place: Place, offset: int = 0) -> str:
    """Return ``path:line:column`` of the deepest part of ``place`` that the file holds, ``offset`` characters on."""
    from srsly import ruamel_yaml

    text = path.read_text("utf-8")
    node: Any = ruamel_yaml.YAML().load(text)
    line, column = 0, 0
    for part in place:
        if isinstance(part, int) and not isinstance(node, list):
            continue  # a single value where a list could stand
        try:
            line, column = node.lc.item(part) if isinstance(part, int) else node.lc.key(part)
            node = node[part]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    if offset and text.splitlines()[line][column : column + 1] in QUOTES:
        column += 1
    return f"{path}:{line + 1}:{column + 1 + offset}"


def placed_word(path: Path, word: str) -> str:
    """Return ``path:line:column`` of the first ``word`` in the file."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        found = re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w.-])", line.split("#")[0])
        if found:
            return f"{path}:{number}:{found.start() + 1}"
    return f"{path}:1:1"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``Did you mean 'x'?``, or nothing where no known word is near ``word``."""
    near = near_word(word, known)
    return f"Did you mean {near!r}?" if near else ""


def near_word(word: str, known: Iterable[str]) -> str:
    """Return the known word that is nearest to ``word``, or nothing where none is near."""
    by_lower = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower(), list(by_lower), n=1, cutoff=0.5)
    return by_lower[close[0]] if close else ""


def broken_yaml(path: Path, error: Exception) -> RuleError:
    """Return the error for a file that ``error`` says is no YAML, with line and column."""
    cause = error.__cause__ or error.__context__ or error
    mark = getattr(cause, "problem_mark", None) or getattr(error, "problem_mark", None)
    problem = getattr(cause, "problem", None) or getattr(error, "problem", None)
    if mark is None:
        from srsly import ruamel_yaml

        try:
            ruamel_yaml.YAML().load(path.read_text("utf-8"))
        except UnicodeDecodeError:
            return RuleError("is not UTF-8 text", where=str(path), remedy="Save the file as UTF-8.")
        except Exception as again:
            mark, problem = getattr(again, "problem_mark", None), getattr(again, "problem", None) or str(again)
    where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
    return RuleError(
        f"is not valid YAML: {YAML_SLIPS.get(str(problem), problem or error)}",
        where=where,
        remedy="Check the indentation, and quote a value that holds ': ' or starts with [, {, *, & or @.",
    )


def _mistakes(
    at: Callable[[Place], str], error: ValidationError, model: type[BaseModel], given: Iterable[str]
) -> list[RuleError]:
    """Return every mistake of the file, unknown keys first.

    A mistyped key shows as one that is unknown and one that is missing; only the first says how to mend it.
    """
    errors = sorted(error.errors(), key=lambda mistake: mistake["type"] != "extra_forbidden")
    found: dict[str, RuleError] = {}
    meant: set[Place] = set()
    for mistake in errors:
        place = mistake["loc"]
        key = str(place[-1]) if place else ""
        remedy = ""
        if mistake["type"] == "extra_forbidden":
            what = f"unknown key {key!r}"
            known = sorted(set(_model_at(model, place[:-1]).model_fields) - set(given))
            near = near_word(key, known)
            meant.add((*place[:-1], near))
            remedy = f"Did you mean {near!r}?" if near else f"Known here: {', '.join(known)}."
        elif mistake["type"] == "missing":
            if place in meant:
                continue
            what = f"lacks {key!r}"
            remedy = f"Add '{key}:'."
        else:
            message = PLAIN_WORDS.get(mistake["type"]) or mistake["msg"].removeprefix("Value error, ")
            message = message.replace("Input should", "should")
            what = f"{'.'.join(map(str, place))}: {message}" if place else message
            if mistake["type"] == "literal_error":
                remedy = nearest(str(mistake["input"]), re.findall("'([^']+)'", mistake["ctx"]["expected"]))
        told = RuleError(what, where=at(place), remedy=remedy)
        found.setdefault(str(told), told)
    return list(found.values())


def _model_at(model: type[BaseModel], place: Place) -> type[BaseModel]:
    """Return the model that says which keys may stand at ``place``."""
    for part in place:
        if isinstance(part, str) and part in model.model_fields:
            model = next(_models_in(model.model_fields[part].annotation), model)
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
