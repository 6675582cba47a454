"""What is wrong in a scorecard that can be read: each mistake with its place in the file and a remedy."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from coach.rule_yaml import Place, nearest
from coach.scored import DEFAULT_CARD

if TYPE_CHECKING:
    from coach.scorecard import Scorecard

# Sums of points stay exact below this, and no card needs more.
MOST_POINTS = 1_000_000


Mistake = tuple[str, Place, str]


def mistakes(card: Scorecard, known: Collection[str]) -> Iterator[Mistake]:
    """Yield what is wrong in ``card``, where, and what to do about it; ``known`` are the rules that there are."""
    yield from _of_names(card, known)
    yield from _of_sections(card)
    yield from _of_bands(card)
    for number, rule in enumerate(card.auto_fail):
        if rule in known and rule not in card.rules:
            what = f"the critical rule {rule} stands in no section"
            yield what, ("auto_fail", number), "Put it into a section; with 0 points it is critical and no more."
    yield from _of_conditions(card)


def _of_names(card: Scorecard, known: Collection[str]) -> Iterator[Mistake]:
    places: list[tuple[str, Place]] = [
        (rule, ("sections", number, "rules", rule))
        for number, section in enumerate(card.sections)
        for rule in section.rules
    ]
    places += [(rule, ("bands", rule)) for rule in card.bands]
    places += [(rule, ("auto_fail", number)) for number, rule in enumerate(card.auto_fail)]
    for rule, place in places:
        if rule not in known:
            yield f"there is no rule {rule!r}", place, nearest(rule, known) or "'coach rules list' shows the rules."


def _of_sections(card: Scorecard) -> Iterator[Mistake]:
    seen: set[str] = set()
    for number, section in enumerate(card.sections):
        sound = True
        for rule, points in section.rules.items():
            place = ("sections", number, "rules", rule)
            if rule in seen:
                yield f"the rule {rule} stands in two sections", place, "Leave it in one of them."
            seen.add(rule)
            if not 0 <= points <= MOST_POINTS:
                sound = False
                most = f", and no more than {MOST_POINTS:,}" if points > 0 else ""
                yield f"the rule {rule} needs 0 points or more{most}", place, "Write a number such as 10."
        if not section.rules:
            yield f"the section {section.name!r} holds no rule", ("sections", number), "Give it rules, or leave it out."
        elif sound and not any(section.rules.values()) and not set(section.rules) <= set(card.auto_fail):
            yield (
                f"the section {section.name!r} is worth 0 points",
                ("sections", number),
                "Give a rule of it points, or leave it out: a rule on no section is shown without points.",
            )
    if not card.rules:
        yield "the card gives no points, so no call would have a score", ("sections",), "Add a section with rules."


def _of_bands(card: Scorecard) -> Iterator[Mistake]:
    for rule, bands in card.bands.items():
        place = ("bands", rule)
        if any(later.most <= band.most for band, later in pairwise(bands)):
            yield f"the bands of {rule} are not in rising order", place, "Begin with the band of the smallest 'most'."
        if not bands:
            yield f"{rule} has no band", place, "Write one, such as {most: 0, share: 1}, or leave the rule out."
        if rule not in card.rules:
            yield f"{rule} has bands, and stands in no section", place, "Put it into a section with points."


def _of_conditions(card: Scorecard) -> Iterator[Mistake]:
    place = ("applies_to",)
    if card.id == DEFAULT_CARD:
        if card.applies_to:
            what = "this is the default card, for every call that no other card is for"
            yield what, place, "Leave applies_to out, or put this card into scorecards/."
    elif "applies_to" not in card.model_fields_set:
        yield (
            "lacks 'applies_to'",
            place,
            "Say which calls it is for, such as {queue: billing}; {} is a card for --scorecard alone.",
        )
    if len({key.strip().casefold() for key in card.applies_to}) < len(card.applies_to):
        yield "a key stands twice, in capitals and not", place, "Put all its values into one list."
