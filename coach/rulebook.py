"""Folders of rule files make one rulebook."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from coach.compiled import NOTHING_KEPT, Compiled
from coach.errors import RuleError
from coach.notation import NotationError, unfold
from coach.rule_extends import Layers, whole
from coach.rule_models import Moment, Rule
from coach.rule_yaml import InvalidFile, checked, nearest, placed_word
from coach.scored import DEFAULT_CARD

# Files beside the rules that a later folder may replace.
STACKING = ("scorecard.yml", "words.yml", "lexicon.yml", "roles.yml")
# The folder of the cards for some calls; those ids that every file system and page can hold.
SCORECARDS = "scorecards"
# Rules are named in terminals, pages and addresses.
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")
CARD_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
# The files of a folder by the ids of their rules and moments.
RuleFiles = Mapping[str, Path]


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
    found = [rule_files(folder) for folder in folders]
    files, replaced = _stacked(folders, found)
    ids = [name for name in files if not name.endswith(".yml")]
    layers = _layers(found)
    kept = Compiled.of("rules", folders)
    moments = {name: _moment(name, files[name], layers, kept) for name in ids if "." not in name}
    rules = tuple(_rule(name, files[name], layers, kept) for name in sorted(ids) if "." in name)
    for name, moment in moments.items():
        _check_names(moment.needs, moments, files[name])
    for rule in rules:
        _check_names(rule.moments, moments, files[rule.id])
    ordered = _in_order_of_need(moments, files)
    kept.save()
    return Rulebook(
        ordered,
        rules,
        files,
        replaced,
        _hash(moments.values(), rules, folders),
    )


def stacked(folders: Sequence[Path]) -> tuple[dict[str, Path], tuple[str, ...]]:
    """Return which file stands for each id (and for each list, by its file name), and which of them a folder replaces.

    Raises:
        RuleError: a folder is missing or holds nothing of ours.
    """
    return _stacked(folders, [rule_files(folder) for folder in folders])


def _stacked(folders: Sequence[Path], rules: Sequence[RuleFiles]) -> tuple[dict[str, Path], tuple[str, ...]]:
    """Return what ``stacked`` does; ``rules`` are the files of each folder by id."""
    files: dict[str, Path] = {}
    replaced: set[str] = set()
    for folder, own in zip(folders, rules, strict=True):
        found = {**own, **_list_files(folder, folders[0]), **_card_files(folder)}
        if not found:
            raise RuleError(
                "holds no rule file", where=str(folder), remedy="Put *.yml into moments/, core/ or service/."
            )
        replaced |= files.keys() & found.keys()
        files |= found
    return files, tuple(sorted(replaced))


def needed_moments(rule: Rule, book: Rulebook) -> tuple[str, ...]:
    """Return every moment that ``rule`` rests on: those that it names, and those that these need in turn."""
    by_id = {moment.id: moment for moment in book.moments}
    found: dict[str, None] = {}
    waiting = list(rule.moments)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = None
            waiting.extend(by_id[name].needs)
    return tuple(sorted(found))


def problems(folders: Sequence[Path]) -> list[RuleError]:
    """Return what is wrong in the rule files: every mistake of each file, or of how the files fit together."""
    found: list[RuleError] = []
    files = [rule_files(folder) for folder in folders]
    layers = _layers(files)
    kept = Compiled.of("rules", folders)
    for own in files:
        for rule_id, path in own.items():
            try:
                (_rule if "." in rule_id else _moment)(rule_id, path, layers, kept)
            except InvalidFile as error:
                found += error.mistakes
            except RuleError as error:
                # A circle is one mistake, whichever of its files is read first.
                found += [] if any(error.what == other.what for other in found) else [error]
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
    if folder.is_file():
        raise RuleError("this is a file, not a rule folder", where=str(folder), remedy="Name the folder that holds it.")
    if not folder.is_dir():
        raise RuleError("there is no such rule folder", where=str(folder), remedy="Name a folder with moments/.")
    found: dict[str, Path] = {}
    for within in sorted(_yaml_within(folder)):
        path = folder.joinpath(*within)
        if path.suffix == ".yaml":
            raise RuleError("rule files end in .yml", where=str(path), remedy=f"Name it {path.stem}.yml.")
        parts = (*within[:-1], path.stem)
        if parts[0] == "moments" and (len(parts) > 2 or "." in parts[-1]):
            raise RuleError("a moment's name is one word", where=str(path), remedy="Put it into moments/, as name.yml.")
        if len(parts) > 1 and parts[0] != SCORECARDS:
            name = ".".join(parts[-1:] if parts[0] == "moments" else parts)
            if not all(map(NAME.fullmatch, parts)):
                raise RuleError(
                    f"{name!r} is no name for a rule or moment",
                    where=repr(str(path))[1:-1],
                    remedy="Name files and folders with letters, digits, - and _, such as house/asks_the_price.yml.",
                )
            if name in found:
                raise RuleError(
                    f"{name!r} is the id of {found[name].relative_to(folder)} too",
                    where=str(path),
                    remedy="Rename one of them: the path is the id, with a dot between its parts.",
                )
            found[name] = path
    return found


def _yaml_within(folder: Path) -> Iterator[tuple[str, ...]]:
    """Yield what ends like YAML in ``folder`` and below, as the names on the way to it; links are not followed."""
    # Several times as fast as Path.rglob, for what is asked several times before the first call is scored.
    for place, folders, files in os.walk(folder):
        above = Path(place).relative_to(folder).parts
        for name in (*folders, *files):
            if os.path.normcase(name).endswith((".yml", ".yaml")):
                yield (*above, name)


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


def _card_files(folder: Path) -> dict[str, Path]:
    """Return the scorecards of ``folder`` beside its default one, by ``scorecards/<id>.yml``."""
    found: dict[str, Path] = {}
    for path in sorted((folder / SCORECARDS).rglob("*.yml")):
        if path.parent.name != SCORECARDS or path.parent.parent != folder:
            raise RuleError(
                "a scorecard stands in scorecards/ itself", where=str(path), remedy="Move it up: scorecards/name.yml."
            )
        if not CARD_ID.fullmatch(path.stem) or path.stem.casefold() == DEFAULT_CARD:
            raise RuleError(
                f"{path.stem!r} is no name for a scorecard",
                where=str(path),
                remedy="Name it with letters, digits, - and _, such as billing.yml; scorecard.yml is the default card.",
            )
        found[f"{SCORECARDS}/{path.name}"] = path
    return found


def _layers(found: Sequence[RuleFiles]) -> dict[str, list[Path]]:
    """Return the files of every rule and moment, those of later folders last; ``found`` are those of each folder."""
    layers: dict[str, list[Path]] = {}
    for files in found:
        for name, path in files.items():
            layers.setdefault(name, []).append(path)
    return layers


def _moment(name: str, path: Path, layers: Layers, kept: Compiled = NOTHING_KEPT) -> Moment:
    said = whole(name, path, layers, kept)
    moment = checked(said.data, Moment, said.placed, id=name)
    lines = {"any_of": moment.any_of, "but_not": moment.but_not}
    mistakes = [
        RuleError(
            f"in the phrase {lines[key][number]!r}: {what}",
            where=said.placed((key, number), column),
            remedy="(a|b) one of, [a|b] optional, ... up to three words, * one word, ^ $ ends of the turn.",
        )
        for key, number, what, column in kept.made(orjson.dumps(lines), lambda: _unreadable(lines))
    ]
    if mistakes:
        raise InvalidFile(mistakes)
    return moment


def _unreadable(lines: Mapping[str, Sequence[str]]) -> list[list[Any]]:
    """Return the lines that are no phrases: key, number, what is wrong, and at which column."""
    found: list[list[Any]] = []
    for key, phrases in lines.items():
        for number, phrase in enumerate(phrases):
            try:
                unfold(phrase)
            except NotationError as error:
                found.append([key, number, error.what, error.column])
    return found


def _rule(rule_id: str, path: Path, layers: Layers, kept: Compiled = NOTHING_KEPT) -> Rule:
    said = whole(rule_id, path, layers, kept)
    return checked(said.data, Rule, said.placed, id=rule_id)


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
        for name, path in _card_files(folder).items():
            digest.update(name.encode() + path.read_bytes())
    return "sha256:" + digest.hexdigest()
