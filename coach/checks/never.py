"""``never``: words that should not fall."""

from __future__ import annotations

from collections.abc import Sequence

from coach.checks.asked import AnyRule
from coach.checks.occasion import (
    Heard,
    Occasion,
    apart,
    finding,
    not_applicable,
    occasions,
    reason,
    side_of,
    turns_after,
    turns_of,
)
from coach.scored import Finding


def check(rule: AnyRule, heard: Heard) -> Finding:
    """Return the mark: ``missed`` where more than ``most`` of the words fall, with them; ``met`` where not.

    With an occasion and a window that stands at no edge, only the turns after the occasions are searched. Where the
    rule says ``counts_anyway``, the words are ``missed`` without an occasion too, wherever they fall.
    """
    expect = rule.expect
    given = occasions(rule.when, heard) if rule.when else ()
    comes = bool(given or not rule.when) and not (rule.unless and occasions(rule.unless, heard))
    if expect is None or not (comes or rule.counts_anyway):
        return not_applicable(rule)
    stretches = [one for one in searched(rule, given, heard) if one]
    if not stretches:
        if rule.follows_occasion:
            return finding(rule, "not_applicable", reason(rule, given, "the call ends there"))
        return finding(rule, "cannot_tell", "Nobody says anything there that can be understood.")
    first, *others = stretches
    span = (first.start, first.stop - 1)
    if others:
        span = (min([one.start for one in stretches]), max([one.stop for one in stretches]) - 1)
    is_call = not (rule.follows_occasion or rule.within.edge)
    hits = heard.said(expect) if is_call else [hit for one in stretches for hit in heard.said(expect, one)]
    if len(hits) > 1:
        hits = apart(sorted(hits) if others else hits)
    counted = len(hits) if rule.most else None
    occasion = given if comes else ()
    if len(hits) > rule.most:
        quotes = heard.quotes(hits)
        times = f" {len(hits)} times," if rule.most else ""
        why = reason(rule, occasion, f"{rule.not_done}{times} in {turns_of(quotes)}")
        return finding(rule, "missed", why, quotes, span, counted)
    if not comes:
        return not_applicable(rule)
    return finding(rule, "met", reason(rule, occasion, rule.done), (), span, counted)


def searched(rule: AnyRule, given: Sequence[Occasion], heard: Heard) -> list[range]:
    """Return the turns in which the words count: those after each of the occasions ``given``, or a part of the call."""
    if rule.follows_occasion:
        return turns_after(given, rule.within, heard)
    side = side_of(rule.expect) if rule.expect else None
    return [heard.spoken.flow.turns_within(rule.within, side)]
