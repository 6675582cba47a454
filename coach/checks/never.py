"""``never``: words that should not fall."""

from __future__ import annotations

from coach.checks.occasion import Heard, in_turns, not_applicable, occasions, sentence, side_of, untimed
from coach.rule_models import Rule
from coach.scored import Finding


def check(rule: Rule, heard: Heard) -> Finding:
    """Return the mark: ``missed`` with the words, ``met`` where none fell."""
    if (unknown := untimed(rule, heard)) is not None:
        return unknown
    expect = rule.expect
    if expect is None or (rule.when and not occasions(rule.when, heard)) or occasions(rule.unless, heard):
        return not_applicable(rule)
    turns = heard.spoken.flow.turns_within(rule.within, side_of(expect))
    if not turns:
        return Finding(rule.id, "cannot_tell", "Nobody says anything there that can be understood.")
    searched = (turns[0], turns[-1])
    hits = heard.said(expect, turns)
    if hits:
        quotes = heard.quotes(hits)
        reason = sentence(f"{rule.not_done} in {in_turns(quote.turn for quote in quotes)}")
        return Finding(rule.id, "missed", reason, quotes, searched)
    return Finding(rule.id, "met", sentence(rule.done), (), searched)
