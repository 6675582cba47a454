"""The scorecards of a project, and which of them a call gets.

A card for some calls names keys of their metadata, and gets a call for which all of them hold. Of several such cards
the one that names more keys goes first. Two that name equally many and could both get a call are a mistake of the
cards; where only a call can show it (its metadata holds a list, with a value of each), the first by id goes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path

from coach.call import Call
from coach.compiled import NOTHING_KEPT, Compiled
from coach.errors import RuleError, UsageError
from coach.metadata import OWN_KEYS, as_text, values_under
from coach.rule_yaml import InvalidFile, nearest, placed
from coach.rulebook import SCORECARDS, last_with, stacked
from coach.scorecard import Scorecard, load
from coach.scored import DEFAULT_CARD

DEFAULT_FILE = "scorecard.yml"
Conditions = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Scorecards:
    """The default card, and the ``others`` by id; ``files`` says where each stands.

    ``every``: the id of the card that every call gets, whatever the cards say; empty where they say.
    """

    default: Scorecard
    others: tuple[Scorecard, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)
    every: str = ""

    def __iter__(self) -> Iterator[Scorecard]:
        """Yield all cards, the default one first."""
        yield from (self.default, *self.others)

    def card(self, card_id: str) -> Scorecard:
        """Return the card of that id.

        Raises:
            UsageError: there is none.
        """
        ids = [card.id for card in self]
        if card_id not in ids:
            remedy = nearest(card_id, ids) or f"There are: {', '.join(ids)}."
            raise UsageError(f"there is no scorecard {card_id!r}", remedy=remedy)
        return next(card for card in self if card.id == card_id)

    def for_every_call(self, card_id: str) -> Scorecards:
        """Return the same cards, of which every call gets the one of that id.

        Raises:
            UsageError: there is none.
        """
        return replace(self, every=self.card(card_id).id)

    def card_for(self, call: Call) -> Scorecard:
        """Return the card that ``call`` is scored by."""
        if self.every:
            return self.card(self.every)
        # max keeps the first of equals, and the cards stand by id.
        fitting = [card for card in self.others if applies(card, call)]
        return max(fitting, key=lambda card: len(card.applies_to), default=self.default)


def load_all(folders: Sequence[Path], kept: Compiled = NOTHING_KEPT) -> Scorecards:
    """Read the cards of stacked rule ``folders``; of two with one id that of the later folder stands.

    What their files held in an earlier run is taken from ``kept``.

    Raises:
        RuleError: a card is wrong, or two are for the same calls; an ``InvalidFile`` with every mistake of all cards.
    """
    files, _ = stacked(folders)
    known = _rules_of(files)
    standing = {DEFAULT_CARD: last_with(folders, DEFAULT_FILE)}
    standing |= {path.stem: path for name, path in sorted(files.items()) if name.startswith(f"{SCORECARDS}/")}
    layers = {card_id: files_of(card_id, folders) for card_id in standing}
    cards: list[Scorecard] = []
    wrong: list[RuleError] = []
    for card_id, path in standing.items():
        try:
            cards.append(load(path, known, card_id, layers, kept))
        except InvalidFile as error:
            wrong += error.mistakes
        except RuleError as error:
            wrong.append(error)
    wrong += _rivals([card for card in cards if card.applies_to], standing)
    if wrong:
        # A mistake of a card that others extend is one of theirs too.
        raise InvalidFile(list({str(mistake): mistake for mistake in wrong}.values()))
    return Scorecards(cards[0], tuple(cards[1:]), standing)


def known_rules(folders: Sequence[Path]) -> tuple[str, ...]:
    """Return the ids of the rules in stacked ``folders``, by their files alone."""
    return _rules_of(stacked(folders)[0])


def _rules_of(files: Mapping[str, Path]) -> tuple[str, ...]:
    return tuple(name for name in files if "." in name and not name.endswith(".yml"))


def files_of(card_id: str, folders: Sequence[Path]) -> tuple[Path, ...]:
    """Return every file with that card in stacked ``folders``: the last one stands, and replaces the others."""
    name = DEFAULT_FILE if card_id == DEFAULT_CARD else f"{SCORECARDS}/{card_id}.yml"
    return tuple(path for folder in folders if (path := folder / name).is_file())


def applies(card: Scorecard, call: Call) -> bool:
    """Tell whether ``card`` is for ``call``: it names keys, and all of them hold."""
    return bool(card.applies_to) and all(wanted & values_of(call, key) for key, wanted in _conditions(card).items())


def values_of(call: Call, key: str) -> frozenset[str]:
    """Return what ``call`` holds under ``key``, in small letters; of a list each value.

    ``team``, ``agent_id``, ``agent_name``, ``customer_type``, ``language`` and ``format`` are those of the results;
    any other key is one of the metadata, if need be one within another (``routing.queue``).
    """
    agent = call.agent
    told = (agent.team, agent.id, agent.name, call.customer_type, call.language, call.format)
    return values_under(dict(zip(OWN_KEYS, told, strict=True)), call.metadata, key)


def _conditions(card: Scorecard) -> Conditions:
    return {key.strip().casefold(): frozenset(map(as_text, values)) for key, values in card.applies_to.items()}


def _rivals(cards: Sequence[Scorecard], files: Mapping[str, Path]) -> Iterator[RuleError]:
    """Yield a mistake for each two cards that could both get a call, with nothing to say which goes first."""
    told = {card.id: _conditions(card) for card in cards}
    for one, other in combinations(cards, 2):
        both = _both(told[one.id], told[other.id])
        if len(told[one.id]) != len(told[other.id]) or both is None or _settled(both, told, len(told[one.id])):
            continue
        what = " and ".join(f"{key} {sorted(values)[0]!r}" for key, values in both.items())
        same = told[one.id].keys() == told[other.id].keys()
        remedy = "Leave the value to one of them." if same else f"Write a third card that names {' and '.join(both)}."
        yield RuleError(
            f"a call of {what} could get this card and {one.id!r} alike",
            where=placed(files[other.id], ("applies_to",)),
            remedy=f"{remedy} Of two cards the one that names more keys goes first.",
        )


def _both(one: Conditions, other: Conditions) -> Conditions | None:
    """Return what a call meets that gets two cards; ``None`` where no call can."""
    shared = {key: one[key] & other[key] for key in one.keys() & other.keys()}
    if not all(shared.values()):
        return None
    both = {**one, **other, **shared}
    return {key: both[key] for key in sorted(both)}


def _settled(both: Conditions, told: Mapping[str, Conditions], keys: int) -> bool:
    """Tell whether a card that goes before two others gets every call that both could get."""
    return any(
        len(wanted) > keys and all(key in both and both[key] <= values for key, values in wanted.items())
        for wanted in told.values()
    )
