"""``sentiment``: how the customer's mood moves from the first quarter of the call to the last."""

from __future__ import annotations

from coach.checks.occasion import Heard, not_applicable, occasions, sentence
from coach.rule_models import Rule
from coach.scored import Finding


def check(rule: Rule, heard: Heard) -> Finding:
    """Return the mark: ``met`` where the mood rises by at least ``rises`` (VADER's compound, -1 to 1)."""
    if (rule.when and not occasions(rule.when, heard)) or occasions(rule.unless, heard):
        return not_applicable(rule)
    heard_moods = [mood for mood in heard.mood if mood is not None]
    if len(heard_moods) < 2:
        return Finding(rule.id, "cannot_tell", "The customer says too little to follow their mood.")
    change = round(heard_moods[-1] - heard_moods[0], 3)
    good = change >= (rule.rises or 0.0)
    reason = sentence(f"the customer's mood goes from {heard_moods[0]:+.2f} to {heard_moods[-1]:+.2f}")
    return Finding(rule.id, "met" if good else "missed", reason, (), (0, max(len(heard.spoken.call.turns) - 1, 0)))
