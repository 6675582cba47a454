"""Moments and rules: what a rule file may say, and how folders of them make one rulebook."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, cast

import orjson
from pydantic import BeforeValidator, model_validator

from coach.errors import RuleError
from coach.notation import NotationError, unfold
from coach.rule_yaml import Strict as Strict
from coach.rule_yaml import nearest, placed, placed_word
from coach.rule_yaml import parse as parse
from coach.scored import Outcome

# Files beside the rules that a later folder may replace.
STACKING = ("scorecard.yml", "words.yml", "lexicon.yml", "roles.yml")

Edge = Literal["first", "last"]


class Window(NamedTuple):
    """How far to look: ``turns`` (changes of speaker) or ``seconds``, at an ``edge``; all ``None``: the call."""

    turns: int | None = None
    seconds: float | None = None
    edge: Edge | None = None

    def __str__(self) -> str:
        if self.turns is None and self.seconds is None:
            return "the call"
        size = f"{self.turns} turn{'s' if self.turns != 1 else ''}" if self.turns is not None else f"{self.seconds:g} s"
        return f"the {self.edge} {size}" if self.edge else size


WINDOW = re.compile(r"(?:(first|last) )?(?:(\d+) turns?|(\d+(?:\.\d+)?) (?:s|seconds))", re.ASCII)


def _window(value: Any) -> Any:
    if isinstance(value, Window):
        return value
    if value == "call":
        return Window()
    found = WINDOW.fullmatch(str(value))
    if not found:
        raise ValueError(f"{value!r} is no window; write '3 turns', '20 s', 'first 3 turns', 'last 3 turns' or 'call'")
    edge = cast(Edge | None, found[1])
    window = Window(int(found[2]), edge=edge) if found[2] else Window(seconds=float(found[3]), edge=edge)
    if edge and not (window.turns or window.seconds):
        raise ValueError(f"{value!r} covers nothing")
    return window


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str | dict) else value


def _sound_patterns(value: Any) -> Any:
    """Return token patterns with their attributes in capitals; spaCy takes both, and we ask which ones they need."""
    if not isinstance(value, list) or not all(isinstance(pattern, list) and pattern for pattern in value):
        raise ValueError("should be a list of token patterns, each a list of tokens such as {LOWER: sorry}")
    patterns = [
        [{key.upper(): asked for key, asked in token.items()} if isinstance(token, dict) else token for token in tokens]
        for tokens in value
    ]
    from spacy.matcher import Matcher
    from spacy.vocab import Vocab

    try:
        Matcher(Vocab(), validate=True).add("pattern", patterns)
    except Exception as error:  # spaCy's own, and those of regular expressions
        raise ValueError(f"spaCy cannot read it: {' '.join(str(error).split())}") from None
    return patterns


InWindow = Annotated[Window, BeforeValidator(_window)]
Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


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
    pattern: Annotated[tuple[tuple[dict[str, Any], ...], ...], BeforeValidator(_sound_patterns)] = ()
    but_not: tuple[str, ...] = ()
    include: Names = ()
    signal: Literal["repetition", "dictation"] | None = None
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

    @model_validator(mode="after")
    def _has_a_bound(self) -> Figure:
        if self.most is None and self.least is None:
            raise ValueError("has neither most nor least, so any figure would be good")
        return self


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
        if self.expect and (self.expect.within != Window() or self.expect.silence is not None):
            raise ValueError("expect: names moments only; write within: for the rule as a whole")
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


def load(folders: Sequence[Path]) -> Rulebook:
    """Read rule folders; a later folder adds to, or by the same id replaces, what the earlier ones hold.

    Raises:
        RuleError: for the first file that is wrong, with its place.
    """
    files: dict[str, Path] = {}
    lists: dict[str, Path] = {}
    replaced: dict[str, None] = {}
    for folder in folders:
        found = rule_files(folder)
        found_lists = _list_files(folder, folders[0])
        if not (found or found_lists):
            raise RuleError(
                "holds no rule file", where=str(folder), remedy="Put *.yml into moments/, core/ or service/."
            )
        replaced |= dict.fromkeys([*(files.keys() & found), *(lists.keys() & found_lists)])
        files |= found
        lists |= found_lists
    moments = {rule_id: _moment(rule_id, path) for rule_id, path in files.items() if "." not in rule_id}
    rules = tuple(_rule(rule_id, path) for rule_id, path in sorted(files.items()) if "." in rule_id)
    for name, moment in moments.items():
        _check_names(moment.needs, moments, files[name])
    for rule in rules:
        _check_names(rule.moments, moments, files[rule.id])
    return Rulebook(
        _in_order_of_need(moments, files),
        rules,
        {**files, **lists},
        tuple(sorted(replaced)),
        _hash(moments.values(), rules, folders),
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
    for path in sorted([*folder.rglob("*.yml"), *folder.rglob("*.yaml")]):
        if path.suffix == ".yaml":
            raise RuleError("rule files end in .yml", where=str(path), remedy=f"Name it {path.stem}.yml.")
        parts = path.relative_to(folder).with_suffix("").parts
        if parts[0] == "moments" and (len(parts) > 2 or "." in parts[-1]):
            raise RuleError("a moment's name is one word", where=str(path), remedy="Put it into moments/, as name.yml.")
        if len(parts) > 1:
            found[".".join(parts[-1:] if parts[0] == "moments" else parts)] = path
    return found


def _list_files(folder: Path, built_in: Path) -> dict[str, Path]:
    """Return the files of ``folder`` that are no rule and no moment by name: those that stack, if it is not ours."""
    found = {path.name: path for path in sorted(folder.glob("*.yml"))}
    for name, path in found.items():
        if folder != built_in and name not in STACKING:
            raise RuleError(
                "nothing reads this file here",
                where=str(path),
                remedy=f"Rules stand in core/ or service/, moments in moments/; next to them {', '.join(STACKING)}.",
            )
    return found


def _moment(name: str, path: Path) -> Moment:
    moment = parse(path, Moment, id=name)
    for key, phrases in (("any_of", moment.any_of), ("but_not", moment.but_not)):
        for number, phrase in enumerate(phrases):
            try:
                unfold(phrase)
            except NotationError as error:
                raise RuleError(
                    f"in the phrase {phrase!r}: {error.what}",
                    where=placed(path, (key, number), error.column),
                    remedy="(a|b) one of, [a|b] optional, ... up to three words, * one word, ^ $ ends of the turn.",
                ) from None
    return moment


def _rule(rule_id: str, path: Path) -> Rule:
    return parse(path, Rule, id=rule_id)


def _check_names(names: Iterable[str], moments: Mapping[str, Moment], path: Path) -> None:
    for name in names:
        if name not in moments:
            raise RuleError(
                f"there is no moment {name!r}",
                where=placed_word(path, name),
                remedy=nearest(name, moments) or "Write moments/" + name + ".yml.",
            )


def _in_order_of_need(moments: Mapping[str, Moment], files: Mapping[str, Path]) -> tuple[Moment, ...]:
    done: dict[str, Moment] = {}

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            raise RuleError(
                f"the moments need each other in a circle: {' → '.join((*trail[trail.index(name) :], name))}",
                where=placed_word(files[name], (*trail, name)[trail.index(name) + 1]),
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
        for path in sorted([*folder.glob("*.yml"), *folder.glob("*.json")]):
            digest.update(path.name.encode() + path.read_bytes())
    return "sha256:" + digest.hexdigest()
