"""``extends:``: a rule file that says only how it differs from another.

``KEY`` replaces what the other says, ``KEY+`` adds to its list, ``KEY-`` takes away from it; where the value is made of
lists by name (``examples``, ``expect``), each of them. Cases are taken away by their name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from coach.compiled import NOTHING_KEPT, Compiled
from coach.errors import RuleError
from coach.rule_yaml import Place, nearest, placed, read

Layers = Mapping[str, Sequence[Path]]
KEY = "extends"
ADDS, TAKES = "+", "-"


class Whole(NamedTuple):
    """A rule file with what it inherits; ``origins`` says in which file, and where in it, a part of it stands."""

    path: Path
    data: dict[str, Any]
    origins: Mapping[Place, tuple[Path, Place]]

    def placed(self, place: Place, offset: int = 0) -> str:
        """Return ``path:line:column`` of ``place`` in the file that says it, ``offset`` characters on."""
        for length in range(len(place), 0, -1):
            origin = self.origins.get(tuple(place[:length]))
            if origin:
                path, start = origin
                return placed(path, (*start, *place[length:]), offset)
        return placed(self.path, place, offset)


def whole(
    name: str,
    path: Path,
    layers: Layers,
    kept: Compiled = NOTHING_KEPT,
    trail: tuple[Path, ...] = (),
    kind: str = "",
) -> Whole:
    """Return the file ``path`` of the rule, moment or scorecard ``name``, with what it extends.

    Args:
        name: the id that the file stands for.
        path: the file.
        layers: the files of every id, those of later folders last: a file that extends its own id extends the one
            that it replaces.
        kept: what the files held in an earlier run.
        trail: the files that extend this one.
        kind: what the file is, where its id does not tell: cards look for empty lists themselves.

    Raises:
        RuleError: the file is no YAML, extends or takes away what is not there, or extends itself by a detour.
    """
    data = read(path, kept)
    changes = [key for key in data if _parted(key)[1]]
    if KEY not in data:
        if changes:
            remedy = f"Write 'extends:' with the id of what it changes, or {changes[0][:-1]!r} without the sign."
            raise RuleError(
                f"{changes[0]!r} changes a list of another file", where=placed(path, (changes[0],)), remedy=remedy
            )
        if not kind:
            _check_nothing_is_empty(path, data)
        return Whole(path, data, {})
    parent_name = data[KEY]
    parent_path = _extended(name, path, parent_name, layers, kind or ("rule" if "." in name else "moment"))
    if parent_path in (*trail, path):
        circle = [*trail, path][[*trail, path].index(parent_path) :]
        first = circle.index(min(circle))
        names = [each.stem for each in (*circle[first:], *circle[:first], circle[first])]
        raise RuleError(
            f"the files extend each other in a circle: {' → '.join(names)}",
            where=placed(path, (KEY,)),
            remedy="Let one of them say everything itself, without 'extends:'.",
        )
    parent = whole(parent_name, parent_path, layers, kept, (*trail, path), kind)
    return _changed(parent, path, {key: value for key, value in data.items() if key != KEY})


def _check_nothing_is_empty(path: Path, data: Any, place: tuple[str | int, ...] = ()) -> None:
    """Raise an error for a list that holds nothing; where a file extends another, it may stand for taking all away."""
    if isinstance(data, list) and not data:
        name = ".".join(map(str, place))
        raise RuleError(
            f"{name}: is empty", where=placed(path, place), remedy="Put something in it, or leave the key out."
        )
    inner = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in inner:
        if isinstance(value, dict | list):
            _check_nothing_is_empty(path, value, (*place, key))


def _extended(name: str, path: Path, parent: Any, layers: Layers, kind: str) -> Path:
    """Return the file that ``path`` extends."""
    where = placed(path, (KEY,))
    alike = [other for other in layers if ("." in other) == ("." in name)]
    if not isinstance(parent, str) or parent not in alike:
        near = nearest(str(parent), alike)
        raise RuleError(
            f"there is no {kind} {parent!r} to extend", where=where, remedy=near or f"Write the id of a {kind}."
        )
    files = layers[parent]
    if parent != name:
        return files[-1]
    earlier = files[: list(files).index(path)]
    if not earlier:
        remedy = "A file extends its own id only where an earlier folder has one; or name another id."
        raise RuleError(f"no earlier folder has {name!r}, so there is nothing to extend", where=where, remedy=remedy)
    return earlier[-1]


def _changed(parent: Whole, path: Path, changes: Mapping[str, Any]) -> Whole:
    data = dict(parent.data)
    origins: dict[Place, tuple[Path, Place]] = {
        (key,): parent.origins.get((key,), (parent.path, (key,))) for key in data
    }
    origins |= parent.origins
    for key, value in changes.items():
        base, sign = _parted(key)
        if not sign:
            data[key] = value
            origins = {place: origin for place, origin in origins.items() if place[0] != key}
            origins[(key,)] = (path, (key,))
            continue
        before = data.get(base, {} if isinstance(value, dict) and base != "when" else [])
        for sub, items in _lists(value) if isinstance(before, dict) else [((), _as_list(value))]:
            place: Place = (base, *sub)
            old = _as_list(_inner(before, sub))
            if sign == ADDS:
                new = [*old, *items]
                for number in range(len(items)):
                    origins[(*place, len(old) + number)] = (path, (key, *sub, number))
            else:
                new = _without(old, items, path, (key, *sub))
            if sub:
                before = {**before, sub[0]: new}
            else:
                before = new
        data[base] = before
        origins.setdefault((base,), (path, (key,)))
    return Whole(path, data, origins)


def _parted(key: Any) -> tuple[Any, str]:
    """Return the key that ``key`` changes, and its sign, or nothing in its place; YAML has keys that are no text."""
    return (key[:-1], key[-1]) if isinstance(key, str) and key[-1:] in (ADDS, TAKES) else (key, "")


def _lists(value: Any) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    """Yield the lists of a change: one, or where it is made of lists by name, each with its name."""
    if isinstance(value, dict) and all(isinstance(items, list | str) for items in value.values()):
        for name, items in value.items():
            yield (name,), _as_list(items)
    else:
        yield (), _as_list(value)


def _inner(value: Any, sub: tuple[str, ...]) -> Any:
    return value.get(sub[0], []) if sub and isinstance(value, dict) else value


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def _without(old: Sequence[Any], items: Sequence[Any], path: Path, place: Place) -> list[Any]:
    kept = list(old)
    for number, item in enumerate(items):
        same = [one for one in kept if one == item or (isinstance(one, dict) and one.get("name") == item)]
        if not same:
            names = [str(one.get("name", one)) if isinstance(one, dict) else str(one) for one in kept]
            remedy = nearest(str(item), names) or "'coach rules show ID' shows what is there."
            raise RuleError(
                f"there is no {str(item)!r} to take away", where=placed(path, (*place, number)), remedy=remedy
            )
        kept.remove(same[0])
    return kept
