"""What a JSON value must hold to be of a vendor's shape, written as paths.

``results.channels[].alternatives`` is the key ``alternatives`` of an item of the list ``channels`` in the object
``results``. ``start|begin`` is either key. ``: list``, ``: text``, ``: number`` or ``: object`` asks for a kind of
value, ``= VOICE`` for one value; without either the key alone is enough. ``[].text`` begins with a list, and ``*`` is
any key.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

KINDS: dict[str, type | tuple[type, ...]] = {"list": list, "text": str, "number": (int, float), "object": dict}
WRITTEN = re.compile(r"^(?P<path>[^:=]+?)\s*(?::\s*(?P<kind>list|text|number|object)|=\s*(?P<value>\S.*))?$")
# Items of a list that are looked at: rows may differ, but one that tells comes early.
LOOKED_AT = 20


class Requirement(NamedTuple):
    """One path: each step is the keys that will do (none for the list at the root) and how many lists follow."""

    path: str
    steps: tuple[tuple[tuple[str, ...], int], ...]
    kind: str
    value: str

    def holds(self, value: object) -> bool:
        """Tell whether ``value`` has what the path asks for."""
        return _holds(value, self.steps, self)


class Signature:
    """What a value must hold (``has``) and must not (``lacks``), as paths; the texts themselves serve the docs."""

    def __init__(self, *has: str, lacks: Sequence[str] = ()) -> None:
        self.has = tuple(map(_requirement, has))
        self.lacks = tuple(map(_requirement, lacks))

    def fits(self, value: object) -> bool:
        """Tell whether ``value`` holds all that it must and nothing that it must not."""
        return all(each.holds(value) for each in self.has) and not any(each.holds(value) for each in self.lacks)

    def missing(self, value: object) -> tuple[str, ...]:
        """Return the paths that ``value`` lacks, without what they ask for."""
        return tuple(each.path for each in self.has if not each.holds(value))

    def __str__(self) -> str:
        told = ", ".join(map(_in_words, self.has))
        return f"{told}; without {', '.join(map(_in_words, self.lacks))}" if self.lacks else told


def _in_words(asked: Requirement) -> str:
    path = f"`{asked.path}`"
    if asked.value:
        return f"{path} is `{asked.value}`"
    return f"{path} (a {asked.kind})" if asked.kind in ("text", "number") else path


def _requirement(written: str) -> Requirement:
    found = WRITTEN.match(written)
    if found is None:
        raise ValueError(f"not a path: {written!r}")
    steps = []
    for step in found["path"].split("."):
        names = step.rstrip("[]")
        steps.append((tuple(names.split("|")) if names else (), step.count("[]")))
    return Requirement(found["path"], tuple(steps), found["kind"] or "", found["value"] or "")


def _holds(value: object, steps: tuple[tuple[tuple[str, ...], int], ...], asked: Requirement) -> bool:
    if not steps:
        return _is_asked(value, asked)
    (names, lists), *rest = steps
    if not names:
        return _in_lists(value, lists, tuple(rest), asked)
    if not isinstance(value, dict):
        return False
    keys = list(value)[:LOOKED_AT] if names == ("*",) else names
    return any(_in_lists(value[name], lists, tuple(rest), asked) for name in keys if name in value)


def _in_lists(value: object, lists: int, rest: tuple[tuple[tuple[str, ...], int], ...], asked: Requirement) -> bool:
    if not lists:
        return _holds(value, rest, asked)
    return isinstance(value, list) and any(_in_lists(item, lists - 1, rest, asked) for item in value[:LOOKED_AT])


def _is_asked(value: object, asked: Requirement) -> bool:
    if asked.value:
        return isinstance(value, (str, int)) and str(value) == asked.value
    if not asked.kind:
        return True
    return isinstance(value, KINDS[asked.kind]) and not isinstance(value, bool)
