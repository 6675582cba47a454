"""Rule files: YAML in, checked values out; every mistake with file, line, column and the nearest known key."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, cast

import orjson
import srsly
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator
from srsly import ruamel_yaml

from coach.errors import RuleError
from coach.notation import NotationError, unfold
from coach.scored import Outcome

FOLDERS = ("moments", "core", "service")
SIDES = ("agent", "customer")


Edge = Literal["first", "last"]


class Window(NamedTuple):
    """How far to look: ``turns`` (changes of speaker) or ``seconds``, at an ``edge``; all ``None``: the call."""

    turns: int | None = None
    seconds: float | None = None
    edge: Edge | None = None

    def __str__(self) -> str:
        if self.turns is None and self.seconds is None:
            return "the call"
        size = f"{self.turns} turn{'s' if self.turns != 1 else ''}" if self.turns else f"{self.seconds:g} s"
        return f"the {self.edge} {size}" if self.edge else size


WINDOW = re.compile(r"(?:(first|last) )?(\d+(?:\.\d+)?) (turns?|s|seconds)")


def _window(value: Any) -> Any:
    if isinstance(value, Window):
        return value
    if value == "call":
        return Window()
    found = WINDOW.fullmatch(str(value))
    if not found:
        raise ValueError(f"{value!r} is no window; write '3 turns', '20 s', 'first 3 turns', 'last 3 turns' or 'call'")
    edge = cast(Edge | None, found[1])
    size, unit = found[2], found[3]
    if unit.startswith("turn"):
        return Window(turns=int(float(size)), edge=edge)
    return Window(seconds=float(size), edge=edge)


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str | dict) else value


InWindow = Annotated[Window, BeforeValidator(_window)]
Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class Strict(BaseModel):
    """Unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Clause(Strict):
    """Something that occurs in a call: moments by a side, in a window; or a silence of so many seconds."""

    agent: Names = ()
    customer: Names = ()
    any: Names = ()
    within: InWindow = Window()
    silence: float | None = None

    @property
    def moments(self) -> tuple[str, ...]:
        """The moments named, whoever says them."""
        return self.agent + self.customer + self.any

    @model_validator(mode="after")
    def _names_something(self) -> Clause:
        if not self.moments and self.silence is None:
            raise ValueError("names no moment; write agent:, customer: or any: with moments, or silence: with seconds")
        return self


Clauses = Annotated[tuple[Clause, ...], BeforeValidator(_as_tuple)]


class Context(Strict):
    """What stands around a match: ``same`` is its speaker, ``other`` the other side."""

    same: Names = ()
    other: Names = ()
    agent: Names = ()
    customer: Names = ()
    within: InWindow = Window(turns=1)

    @property
    def moments(self) -> tuple[str, ...]:
        """The moments named, whoever says them."""
        return self.same + self.other + self.agent + self.customer


class Examples(Strict):
    """Turns (or short calls, a line a turn) in which a moment is and is not."""

    match: tuple[str, ...]
    no_match: tuple[str, ...]
    known_gap: tuple[str, ...] = ()


class Moment(Strict):
    """What something sounds like."""

    id: str
    title: str
    any_of: tuple[str, ...] = ()
    pattern: tuple[tuple[dict[str, Any], ...], ...] = ()
    but_not: tuple[str, ...] = ()
    include: Names = ()
    signal: Literal["repetition"] | None = None
    within: InWindow = Window()
    after: Context | None = None
    not_after: Context | None = None
    before: Context | None = None
    not_before: Context | None = None
    side: Literal["agent", "customer"] | None = None
    examples: Examples

    @property
    def needs(self) -> tuple[str, ...]:
        """The moments that must be found before this one."""
        contexts = (self.after, self.not_after, self.before, self.not_before)
        return self.include + tuple(name for context in contexts if context for name in context.moments)

    @model_validator(mode="after")
    def _says_something(self) -> Moment:
        if not (self.any_of or self.pattern or self.include or self.signal):
            raise ValueError("has neither any_of nor pattern nor include nor signal, so nothing could match")
        return self


class Case(Strict):
    """One call in few lines with the mark that it must get."""

    name: str
    call: str
    expect: Outcome
    evidence: str | None = None
    known_gap: bool = False


class Figure(Strict):
    """A figure of the talk analysis and the most (or least) of it that is good."""

    name: Literal[
        "interruptions", "talk_overs", "agent_share", "agent_wpm", "dead_air", "longest_monologue", "response_gap"
    ]
    most: float | None = None
    least: float | None = None


class Rule(Strict):
    """What good service asks for."""

    id: str
    title: str
    source: str
    check: Literal["says", "replies", "never", "talk", "sentiment"]
    when: Clauses = ()
    unless: Clauses = ()
    otherwise: str = "The call gave no occasion for it."
    occasion: str = "There was an occasion"
    done: str = "the agent did it"
    not_done: str = "the agent did not do it"
    expect: Clause | None = None
    before: InWindow | None = None
    within: InWindow = Window()
    figure: Figure | None = None
    rises: float | None = None
    coach: str
    say_instead: str = ""
    tests: tuple[Case, ...] = ()

    @property
    def moments(self) -> tuple[str, ...]:
        """Every moment that the rule names."""
        clauses = self.when + self.unless + ((self.expect,) if self.expect else ())
        return tuple(dict.fromkeys(name for clause in clauses for name in clause.moments))

    @model_validator(mode="after")
    def _has_what_its_check_needs(self) -> Rule:
        if self.check in ("says", "replies", "never") and self.expect is None:
            raise ValueError(f"a check of kind '{self.check}' needs expect:, the moments to listen for")
        if self.check == "replies" and not self.when:
            raise ValueError("a check of kind 'replies' needs when:, the occasion to reply to")
        if self.check == "talk" and self.figure is None:
            raise ValueError("a check of kind 'talk' needs figure:, with a name and most: or least:")
        return self


class Rulebook(NamedTuple):
    """All moments (each after those that it needs) and rules, where they came from, and their hash."""

    moments: tuple[Moment, ...]
    rules: tuple[Rule, ...]
    files: Mapping[str, Path]
    replaced: tuple[str, ...]
    hash: str

    def rule(self, rule_id: str) -> Rule | None:
        """Return the rule of that id, or ``None``."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)


Model = TypeVar("Model", bound=BaseModel)


def load(folders: Sequence[Path]) -> Rulebook:
    """Read rule folders; a later folder adds to, or by the same id replaces, what the earlier ones hold.

    Raises:
        RuleError: for the first file that is wrong, with its place.
    """
    files: dict[str, Path] = {}
    replaced: list[str] = []
    for folder in folders:
        found = rule_files(folder)
        if not found:
            raise RuleError(
                "holds no rule file", where=str(folder), remedy="Put *.yml into moments/, core/ or service/."
            )
        replaced += [rule_id for rule_id in found if rule_id in files]
        files.update(found)
    moments = {rule_id: _moment(rule_id, path) for rule_id, path in files.items() if "." not in rule_id}
    rules = tuple(_rule(rule_id, path) for rule_id, path in sorted(files.items()) if "." in rule_id)
    for name, moment in moments.items():
        _check_names(moment.needs, moments, files[name])
    for rule in rules:
        _check_names(rule.moments, moments, files[rule.id])
    return Rulebook(
        _in_order_of_need(moments, files), rules, files, tuple(replaced), _hash(moments.values(), rules, folders)
    )


def problems(folders: Sequence[Path]) -> list[RuleError]:
    """Return what is wrong in the rule files: the first mistake of each file, or of how the files fit together."""
    found: list[RuleError] = []
    for folder in folders:
        for rule_id, path in rule_files(folder).items():
            try:
                (_rule if "." in rule_id else _moment)(rule_id, path)
            except RuleError as error:
                found.append(error)
    if not found:
        try:
            load(folders)
        except RuleError as error:
            found.append(error)
    return found


def last_with(folders: Sequence[Path], name: str) -> Path:
    """Return the file ``name`` of the last folder that has one: rule folders stack."""
    return next((path for folder in reversed(folders) if (path := folder / name).is_file()), folders[0] / name)


def rule_files(folder: Path) -> dict[str, Path]:
    """Return the files of ``folder`` by id: ``moments/apology.yml`` is ``apology``, ``core/x.yml`` is ``core.x``."""
    if not folder.is_dir():
        raise RuleError("there is no such rule folder", where=str(folder), remedy="Name a folder with moments/.")
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.yml")):
        parts = path.relative_to(folder).with_suffix("").parts
        if len(parts) > 1:
            found[".".join(parts[1:] if parts[0] == "moments" else parts)] = path
    return found


def parse(path: Path, model: type[Model], **extra: str) -> Model:
    """Read one YAML file into ``model``.

    Raises:
        RuleError: with line and column, the cause, and the nearest known key where one was mistyped.
    """
    try:
        data = srsly.read_yaml(path)
    except FileNotFoundError:
        raise RuleError("the file is missing", where=str(path)) from None
    except Exception as error:
        raise _broken_yaml(path, error) from None
    if not isinstance(data, dict):
        raise RuleError("is not a list of 'key: value' lines", where=f"{path}:1:1")
    try:
        return model.model_validate({**data, **extra})
    except ValidationError as error:
        raise _invalid(path, error, model) from None


def _moment(name: str, path: Path) -> Moment:
    moment = parse(path, Moment, id=name)
    for key, phrases in (("any_of", moment.any_of), ("but_not", moment.but_not)):
        for number, phrase in enumerate(phrases):
            try:
                unfold(phrase)
            except NotationError as error:
                line, column = _position(path, (key, number))
                raise RuleError(
                    f"in the phrase {phrase!r}: {error.what}",
                    where=f"{path}:{line}:{column + error.column}",
                    remedy="(a|b) one of, [a|b] optional, ... up to three words, * one word, ^ $ ends of the turn.",
                ) from None
    return moment


def _rule(rule_id: str, path: Path) -> Rule:
    return parse(path, Rule, id=rule_id)


def _check_names(names: Iterable[str], moments: Mapping[str, Moment], path: Path) -> None:
    for name in names:
        if name not in moments:
            line, column = _find_word(path, name)
            raise RuleError(
                f"there is no moment {name!r}",
                where=f"{path}:{line}:{column}",
                remedy=_nearest(name, moments) or "Write moments/" + name + ".yml.",
            )


def _in_order_of_need(moments: Mapping[str, Moment], files: Mapping[str, Path]) -> tuple[Moment, ...]:
    done: dict[str, Moment] = {}

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            raise RuleError(
                f"the moments need each other in a circle: {' → '.join((*trail[trail.index(name) :], name))}",
                where=str(files[name]),
                remedy="Let one of them do without include, after or before.",
            )
        if name not in done:
            for needed in sorted(moments[name].needs):
                visit(needed, (*trail, name))
            done[name] = moments[name]

    for name in sorted(moments):
        visit(name, ())
    return tuple(done.values())


def _hash(moments: Iterable[Moment], rules: Iterable[Rule], folders: Sequence[Path]) -> str:
    """Hash what decides a mark; titles, coaching words and cases are left in, so that pages are stamped too."""
    digest = hashlib.sha256()
    items: list[Moment | Rule] = [*moments, *rules]
    for item in sorted(items, key=lambda item: item.id):
        digest.update(orjson.dumps(item.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS))
    for folder in folders:
        for path in sorted(folder.glob("*.yml")):
            digest.update(path.name.encode() + path.read_bytes())
    return "sha256:" + digest.hexdigest()


def _broken_yaml(path: Path, error: Exception) -> RuleError:
    cause = error.__cause__ or error.__context__ or error
    mark = getattr(cause, "problem_mark", None) or getattr(error, "problem_mark", None)
    problem = getattr(cause, "problem", None) or getattr(error, "problem", None)
    if mark is None:
        try:
            ruamel_yaml.YAML().load(path.read_text("utf-8"))
        except UnicodeDecodeError:
            return RuleError("is not UTF-8 text", where=str(path), remedy="Save the file as UTF-8.")
        except Exception as again:
            mark, problem = getattr(again, "problem_mark", None), getattr(again, "problem", None) or str(again)
    where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
    return RuleError(
        f"is not valid YAML: {problem or error}",
        where=where,
        remedy="Check the indentation, and quote a value that holds ': ' or starts with [, {, *, & or @.",
    )


def _invalid(path: Path, error: ValidationError, model: type[BaseModel]) -> RuleError:
    first = error.errors()[0]
    place = tuple(part for part in first["loc"] if isinstance(part, int) or not str(part)[:1].isupper())
    line, column = _position(path, place)
    key = str(place[-1]) if place else ""
    remedy = ""
    if first["type"] == "extra_forbidden":
        what = f"unknown key {key!r}"
        known = _keys_at(model, place[:-1])
        remedy = _nearest(key, known) or f"Known here: {', '.join(sorted(known))}."
    elif first["type"] == "missing":
        what = f"lacks {key!r}"
        remedy = f"Add '{key}:'."
    else:
        message = first["msg"].removeprefix("Value error, ")
        what = f"{'.'.join(map(str, place))}: {message}" if place else message
    return RuleError(what, where=f"{path}:{line}:{column}", remedy=remedy)


def _keys_at(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    nested: dict[str, type[BaseModel]] = {
        "when": Clause,
        "unless": Clause,
        "expect": Clause,
        "after": Context,
        "before": Context,
        "not_after": Context,
        "not_before": Context,
        "examples": Examples,
        "tests": Case,
        "figure": Figure,
    }
    names = [part for part in place if isinstance(part, str)]
    inner: type[BaseModel] = nested.get(names[-1], model) if names else model
    return [key for key in inner.model_fields if key != "id"]


def _nearest(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"Did you mean {close[0]!r}?" if close else ""


def _position(path: Path, place: Sequence[int | str]) -> tuple[int, int]:
    """Return line and column (from 1) of the deepest part of ``place`` that the file holds."""
    node: Any = ruamel_yaml.YAML().load(path.read_text("utf-8"))
    line, column = 0, 0
    for part in place:
        try:
            line, column = node.lc.item(part) if isinstance(part, int) else node.lc.key(part)
            node = node[part]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line + 1, column + 1


def _find_word(path: Path, word: str) -> tuple[int, int]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        found = re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w.-])", line.split("#")[0])
        if found:
            return number, found.start() + 1
    return 1, 1
