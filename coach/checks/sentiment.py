"""``sentiment``: how the customer's mood moves through the call, by quarters, and what they say of it."""

from __future__ import annotations

from collections.abc import Sequence

from coach.checks.asked import AnyRule
from coach.checks.occasion import Heard, finding, not_applicable, occasions, sentence, side_of, turns_of
from coach.scored import Finding


def check(rule: AnyRule, heard: Heard) -> Finding:
    """Return the mark: ``met`` where the mood rises by at least ``rises`` (VADER's compound, -1 to 1).

    Where the rule expects words too, saying them within the window is enough, whatever the mood.
    """
    if (rule.when and not occasions(rule.when, heard)) or (rule.unless and occasions(rule.unless, heard)):
        return not_applicable(rule)
    searched = heard.spoken.flow.turns_within(rule.within, side_of(rule.expect) if rule.expect else None)
    hits = heard.said(rule.expect, searched) if rule.expect else []
    if hits:
        quotes = heard.quotes(hits)
        reason = sentence(f"{rule.done} in {turns_of(quotes)}")
        return finding(rule, "met", reason, quotes, (searched.start, searched.stop - 1))
    last = max(len(heard.spoken.call.turns) - 1, 0)
    if rule.expect and rule.rises is None:
        return finding(rule, "missed", sentence(rule.not_done), (), (0, last))
    heard_moods = [mood for mood in heard.mood if mood is not None]
    change = change_of(heard.mood)
    if change is None:
        return finding(rule, "cannot_tell", "The customer says too little to follow their mood.")
    good = change >= (rule.rises or 0.0)
    mood = f"the customer's mood goes from {heard_moods[0]:+.2f} to {heard_moods[-1]:+.2f}"
    reason = sentence(rule.not_done if rule.expect else "", mood) if not good else sentence(mood)
    return finding(rule, "met" if good else "missed", reason, (), (0, last))


def change_of(mood: Sequence[float | None]) -> float | None:
    """Return how far ``mood``, by quarters, goes from the first told to the last; ``None`` where one or none is."""
    told = [one for one in mood if one is not None]
    return round(told[-1] - told[0], 3) if len(told) > 1 else None
