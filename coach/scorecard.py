"""From findings to points. Score = 100 x points earned / points possible, over ``met`` and ``missed`` alone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field, WithJsonSchema

from coach.call import Turn
from coach.compiled import NOTHING_KEPT, Compiled
from coach.errors import RuleError
from coach.metadata import as_text
from coach.rule_extends import Layers, whole
from coach.rule_yaml import InvalidFile, Strict, checked, read
from coach.scorecard_mistakes import mistakes
from coach.scored import DEFAULT_CARD, Finding, Outcome

# What a card that extends another says for itself.
NOT_TAKEN_OVER = {"name", "version", "applies_to"}

# A rule with one of these outcomes counts for the score, where it is worth something.
COUNT: frozenset[Outcome] = frozenset(("met", "missed"))

# For editors: what ``_values`` takes.
VALUE = {"type": ["string", "number"]}
VALUES: dict[str, Any] = {"anyOf": [VALUE, {"type": "array", "items": VALUE, "minItems": 1}]}


def _values(value: Any) -> Any:
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(one, str | int | float) and as_text(one) for one in values):
        raise ValueError("should be one value or a list of values, each a text or a number")
    return tuple(one.strip() if isinstance(one, str) else as_text(one) for one in values)


class Band(Strict):
    """Up to ``most`` of something earns this ``share`` of the points."""

    most: int = Field(ge=0)
    share: float = Field(ge=0, le=1)


class Section(Strict):
    """Rules that belong together, with their points."""

    name: str
    rules: dict[str, float]


class Eligibility(Strict):
    """What a call must have to be scored at all."""

    least_turns: int = Field(default=0, ge=0)
    both_sides: bool = True


class Scorecard(Strict):
    """Sections with rules and points, bands for counted things, critical rules, pass mark, eligibility gate.

    ``applies_to``: which calls get the card, by the keys of their metadata; every key must hold.
    """

    id: str
    name: str
    version: str
    source: str = ""
    applies_to: dict[str, Annotated[tuple[str, ...], BeforeValidator(_values), WithJsonSchema(VALUES)]] = Field(
        default_factory=dict
    )
    pass_mark: float = Field(ge=0, le=100)
    sections: tuple[Section, ...]
    bands: dict[str, tuple[Band, ...]] = Field(default_factory=dict)
    auto_fail: tuple[str, ...] = ()
    eligibility: Eligibility = Eligibility()

    @property
    def rules(self) -> dict[str, float]:
        """The rules of all sections with their points, in the order of the card."""
        return {rule: points for section in self.sections for rule, points in section.rules.items()}

    # Asked for every finding: looked up, not looked for.
    @cached_property
    def worth(self) -> Mapping[str, float]:
        """The points of each rule; of one that stands in two sections those of the first."""
        return {rule: points for section in reversed(self.sections) for rule, points in section.rules.items()}

    @property
    def possible(self) -> float:
        """All the points that the card gives."""
        return math.fsum(self.rules.values())

    def points_of(self, rule: str) -> float:
        """Return the points that ``rule`` is worth; 0 where it is on no section (shown, not scored)."""
        return self.worth.get(rule, 0.0)

    def section_of(self, rule: str) -> str:
        """Return the name of the section of ``rule``, or ``""``."""
        return next((section.name for section in self.sections if rule in section.rules), "")


class Marks(NamedTuple):
    """A call's findings with their points, and what they come to."""

    findings: tuple[Finding, ...]
    score: float | None
    passed: bool | None
    auto_fail: tuple[str, ...]


def load(
    path: Path,
    known_rules: Iterable[str],
    card_id: str = DEFAULT_CARD,
    layers: Layers | None = None,
    kept: Compiled = NOTHING_KEPT,
) -> Scorecard:
    """Read a scorecard; ``layers`` are the files of every card that it may extend, ``kept`` what files held before.

    Raises:
        RuleError: with its place, for a broken file; an ``InvalidFile`` with every mistake where the file is YAML.
    """
    file = whole(card_id, path, layers or {card_id: [path]}, kept, kind="scorecard")
    card = checked(_own(file.data, read(path, kept), card_id), Scorecard, file.placed, id=card_id)
    found = [
        RuleError(what, where=file.placed(place), remedy=remedy)
        for what, place, remedy in mistakes(card, set(known_rules))
    ]
    found.sort(key=_by_place)
    if found:
        raise InvalidFile(found)
    return card


def _own(data: Mapping[str, Any], said: Mapping[str, Any], card_id: str) -> dict[str, Any]:
    """Return ``data``, all that a card says and takes over, without what holds for the extended card alone.

    That is its name and version and the calls that it is for, and its bands and critical rules where they are of rules
    that this card has not. ``said`` is what the card's own file says.
    """
    own = dict(data)
    if said.get("extends", card_id) == card_id:
        return own
    for key in NOT_TAKEN_OVER - said.keys():
        own.pop(key, None)
    sections = own.get("sections")
    kept = {
        rule
        for section in (sections if isinstance(sections, list) else ())
        if isinstance(section, dict)
        for rule in _named(section.get("rules"))
    }
    for key in ("bands", "auto_fail"):
        kept_here = kept.union(_named(said.get(key)), _named(said.get(f"{key}+")))
        value = own.get(key)
        if isinstance(value, dict):
            own[key] = {rule: bands for rule, bands in value.items() if rule in kept_here}
        elif isinstance(value, list):
            own[key] = [rule for rule in value if str(rule) in kept_here]
    return own


def _named(value: Any) -> Iterable[str]:
    return map(str, value) if isinstance(value, list | dict) else ()


def _by_place(mistake: RuleError) -> tuple[str, int, int]:
    path, line, column = mistake.where.rsplit(":", 2)
    return path, int(line), int(column)


def mark(findings: Sequence[Finding], card: Scorecard) -> Marks:
    """Return ``findings`` with points, the score, and whether the call passed.

    A critical rule (``auto_fail``) that is missed fails the call whatever its score. Where nothing counted, score and
    passed are ``None``.
    """
    worth, critical, new = card.worth, card.auto_fail, tuple.__new__
    marked: list[Finding] = []
    gained: list[float] = []
    all_of: list[float] = []
    failed: list[str] = []
    for finding in findings:
        rule, outcome, reason, evidence, searched, number, given, out_of = finding
        most = None
        if outcome in COUNT:
            most = worth.get(rule)
            if outcome == "missed" and rule in critical:
                failed.append(rule)
        if most:
            share = 1.0 if outcome == "met" else 0.0
            if number is not None and (bands := card.bands.get(rule)):
                share = _share(number, bands)
            points = round(most * share, 2)
            # A dozen in every call: this way takes half the time of calling Finding.
            finding = new(Finding, (rule, outcome, reason, evidence, searched, number, points, float(most)))
            gained.append(points)
            all_of.append(most)
        elif given or out_of:
            # Nearly always a finding comes with no points yet.
            finding = finding._replace(points=0.0, possible=0.0)
        marked.append(finding)
    # fsum, so that the order of the rules cannot change the last digit.
    earned, possible = math.fsum(gained), math.fsum(all_of)
    score = round(100 * earned / possible, 1) if possible else None
    passed = None if score is None else score >= card.pass_mark and not failed
    return Marks(tuple(marked), score, passed, tuple(failed))


def not_eligible(turns: Sequence[Turn], card: Scorecard) -> str | None:
    """Return why a call cannot be judged at all, or ``None`` if it can."""
    spoken = [turn for turn in turns if turn.text and not turn.text.isspace()]
    if len(spoken) < card.eligibility.least_turns:
        turns_spoken = "1 turn" if len(spoken) == 1 else f"{len(spoken)} turns"
        return f"The call has {turns_spoken}; the scorecard asks for at least {card.eligibility.least_turns}."
    roles = {turn.role for turn in spoken}
    if card.eligibility.both_sides and "unknown" not in roles and not {"agent", "customer"} <= roles:
        return "Only one side speaks in this transcript."
    return None


def _share(number: int, bands: Sequence[Band]) -> float:
    """Return the share of the points that ``bands`` give where so many were counted."""
    return next((band.share for band in bands if number <= band.most), 0.0)
