"""What differs between two rulebooks and their scorecards, before a single call is marked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import orjson

from coach.rule_models import Moment, Rule
from coach.rulebook import Rulebook, needed_moments
from coach.scorecard import Scorecard

How = Literal["added", "removed", "changed", "reworded"]
# What people read of a rule, a moment or a scorecard and no mark depends on. Whatever is not named here may decide one.
WORDS_ONLY = frozenset(
    {"title", "source", "coach", "say_instead", "tests", "examples", "otherwise", "occasion", "done", "not_done"}
    | {"undone", "name", "version"}
)
NOTHING = "–"


class Change(NamedTuple):
    """A rule or a moment that is not the same: ``reworded`` changes no mark.

    ``fields`` are its own keys that differ; ``moments`` are the moments it rests on whose marks may differ.
    """

    id: str
    how: How
    fields: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()

    @property
    def decides(self) -> bool:
        """Whether a mark may differ for it."""
        return self.how != "reworded"


class Setting(NamedTuple):
    """Something of the scorecard that differs, in words."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RuleChanges:
    """Everything that differs. ``lists`` are the files beside the rules, such as ``words.yml``."""

    rules: tuple[Change, ...]
    moments: tuple[Change, ...]
    lists: tuple[str, ...]
    scorecard: tuple[Setting, ...]

    @property
    def decide(self) -> bool:
        """Whether a mark or a score may differ."""
        return bool(self.lists or self.scorecard or any(one.decides for one in (*self.rules, *self.moments)))

    def to_dict(self) -> dict[str, Any]:
        """Return it as ``coach rules diff --json`` writes it."""
        return {
            "rules": [_listed(one) for one in self.rules],
            "moments": [_listed(one) for one in self.moments],
            "lists": list(self.lists),
            "scorecard": [one._asdict() for one in self.scorecard],
        }


def changes_between(
    old: Rulebook,
    new: Rulebook,
    old_cards: Iterable[Scorecard],
    new_cards: Iterable[Scorecard],
    lists: Iterable[str],
) -> RuleChanges:
    """Return what differs between two rulebooks and their scorecards; ``lists`` are the other files that differ."""
    moments = changed_moments(old.moments, new.moments)
    deciding = {one.id for one in moments if one.decides}
    return RuleChanges(
        tuple(_changed_rules(old, new, deciding)), moments, tuple(sorted(lists)), tuple(_settings(old_cards, new_cards))
    )


def changed_moments(old: Iterable[Moment], new: Iterable[Moment]) -> tuple[Change, ...]:
    """Return the moments that are not the same, by name; one that needs a changed one counts as changed itself."""
    own = _changed({moment.id: moment for moment in old}, {moment.id: moment for moment in new})
    moved = {name for name, one in own.items() if one.decides}
    # In order of need: what a moment needs has been looked at before it.
    for moment in new:
        needed = tuple(sorted(set(moment.needs) & moved))
        if needed and (moment.id not in own or own[moment.id].how in ("changed", "reworded")):
            fields = own[moment.id].fields if moment.id in own else ()
            own[moment.id] = Change(moment.id, "changed", fields, needed)
            moved.add(moment.id)
    return tuple(own[name] for name in sorted(own))


def _changed_rules(old: Rulebook, new: Rulebook, moved: set[str]) -> Iterable[Change]:
    own = _changed({rule.id: rule for rule in old.rules}, {rule.id: rule for rule in new.rules})
    for rule in new.rules:
        needed = tuple(sorted(set(needed_moments(rule, new)) & moved))
        if needed and (rule.id not in own or own[rule.id].how in ("changed", "reworded")):
            fields = own[rule.id].fields if rule.id in own else ()
            own[rule.id] = Change(rule.id, "changed", fields, needed)
    return (own[name] for name in sorted(own))


def _changed(old: Mapping[str, Moment | Rule], new: Mapping[str, Moment | Rule]) -> dict[str, Change]:
    found = {name: Change(name, "removed") for name in old.keys() - new.keys()}
    found |= {name: Change(name, "added") for name in new.keys() - old.keys()}
    for name in old.keys() & new.keys():
        fields = differing_fields(old[name], new[name])
        if fields:
            found[name] = Change(name, "changed" if set(fields) - WORDS_ONLY else "reworded", fields)
    return found


def differing_fields(old: Moment | Rule, new: Moment | Rule) -> tuple[str, ...]:
    """Return the keys of which the two say something else."""
    before, after = old.model_dump(mode="json"), new.model_dump(mode="json")
    return tuple(sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key)))


def _settings(old_cards: Iterable[Scorecard], new_cards: Iterable[Scorecard]) -> Iterable[Setting]:
    """Yield what differs between the scorecards and may change a score."""
    old, new = ({card.id: card for card in cards} for cards in (old_cards, new_cards))
    for card_id in dict.fromkeys([*old, *new]):
        of_card = f"scorecard {card_id}: " if len(old) > 1 or len(new) > 1 else ""
        if card_id not in old or card_id not in new:
            yield Setting(f"scorecard {card_id}", *((NOTHING, "added") if card_id in new else ("there", "removed")))
            continue
        before, after = _card_settings(old[card_id]), _card_settings(new[card_id])
        for what in dict.fromkeys([*before, *after]):
            if before.get(what) != after.get(what):
                yield Setting(of_card + what, before.get(what, NOTHING), after.get(what, NOTHING))


def _card_settings(card: Scorecard) -> dict[str, str]:
    """Return everything on a scorecard that may decide a score, by what it is, as text."""
    settings = {
        f"points of {rule}": f"{points:g}" for section in card.sections for rule, points in section.rules.items()
    }
    for rule, bands in sorted(card.bands.items()):
        settings[f"bands of {rule}"] = "; ".join(f"up to {band.most}: {band.share:g}" for band in bands)
    settings["pass mark"] = f"{card.pass_mark:g}"
    settings["auto-fail"] = ", ".join(sorted(card.auto_fail)) or NOTHING
    told = WORDS_ONLY | {"id", "sections", "bands", "pass_mark", "auto_fail"}
    for key, value in sorted(card.model_dump(mode="json").items()):
        if key not in told:
            settings[key] = orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    return settings


def _listed(one: Change) -> dict[str, Any]:
    return {"id": one.id, "how": one.how, "fields": list(one.fields), "moments": list(one.moments)}
