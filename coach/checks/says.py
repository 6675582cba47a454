"""``says``: the agent says something, in a part of the call."""

from __future__ import annotations

from coach.checks.asked import AnyRule
from coach.checks.occasion import (
    Heard,
    finding,
    not_applicable,
    occasions,
    reason,
    side_of,
    stretch,
    turns_of,
    words_of,
)
from coach.scored import Finding


def check(rule: AnyRule, heard: Heard) -> Finding:
    """Return the mark: ``met`` where it is said within the window, if the occasion came.

    Where the rule says ``counts_anyway``, saying it is ``met`` without the occasion too.
    """
    expect = rule.expect
    given = occasions(rule.when, heard) if rule.when else ()
    comes = bool(given or not rule.when) and not (rule.unless and occasions(rule.unless, heard))
    if expect is None or not (comes or rule.counts_anyway):
        return not_applicable(rule)
    within = rule.within
    turns = heard.spoken.flow.turns_within(within, side_of(expect))
    hits = heard.said(expect, turns if within.edge else None)
    if not (comes or hits):
        return not_applicable(rule)
    if not turns:
        return finding(rule, "cannot_tell", "Nobody says anything there that can be understood.")
    searched = (turns.start, turns.stop - 1)
    if hits:
        quotes = heard.quotes(hits)
        why = reason(rule, given, f"{rule.done} in {turns_of(quotes)}")
        return finding(rule, "met", why, quotes, searched)
    why = reason(rule, given, f"{rule.not_done} in {stretch(*searched)}")
    return finding(rule, "missed", why, heard.quotes(words_of(given)) if given else (), searched)
