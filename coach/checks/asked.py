"""Rules as the checks read them, hundreds of times a call: plain objects, for an attribute of a model takes longer."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from coach.call import Role
from coach.rule_models import Clause, Figure, Rule, Window


@dataclass(frozen=True, slots=True)
class AskedClause:
    """What checks read of a ``Clause``, under the same names."""

    moments: tuple[str, ...]
    by_side: tuple[tuple[str, Role | None], ...]
    side: Role | None
    within: Window
    silence: float | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What checks read of a ``Rule``, under the same names."""

    id: str
    check: str
    when: tuple[AskedClause, ...]
    unless: tuple[AskedClause, ...]
    expect: AskedClause | None
    undone_by: AskedClause | None
    otherwise: str
    occasion: str
    done: str
    not_done: str
    undone: str
    occasions: str
    most: int
    counts_anyway: bool
    before: Window | None
    within: Window
    figure: tuple[Figure, ...]
    rises: float | None
    follows_occasion: bool
    counts_seconds: bool
    asks_silences: bool


# Checks take either: what judges a call or two need not prepare anything.
AnyClause = Clause | AskedClause
AnyRule = Rule | Asked


def asked(rule: Rule) -> Asked:
    """Return ``rule`` as the checks read it quickest."""
    return Asked(**{one.name: _plain(getattr(rule, one.name)) for one in fields(Asked)})


def _plain(value: Any) -> Any:
    if isinstance(value, Clause):
        return AskedClause(**{one.name: getattr(value, one.name) for one in fields(AskedClause)})
    # A window is a tuple too, and is plain already.
    return tuple(map(_plain, value)) if type(value) is tuple else value
