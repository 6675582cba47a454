"""``replies``: an occasion is followed (or, where the rule says so, preceded) by what good service asks for."""

from __future__ import annotations

from coach.checks.occasion import Heard, in_turns, not_applicable, occasions, sentence, stretch, untimed
from coach.rule_models import Rule
from coach.scored import Finding


def check(rule: Rule, heard: Heard) -> Finding:
    """Return the mark: ``met`` where one of the occasions gets its reply within the window.

    One reply is enough: a reviewer who hears three complaints and one good apology marks the call as apologised for.
    """
    if (unknown := untimed(rule, heard)) is not None:
        return unknown
    expect = rule.expect
    given = occasions(rule.when, heard)
    if rule.occasions == "first":
        given = given[:1]
    if expect is None or not given or occasions(rule.unless, heard):
        return not_applicable(rule)
    turns = heard.spoken.call.turns
    flow = heard.spoken.flow
    first, last = len(turns), -1
    for occasion in given:
        # The agent's own words may be occasion and reply in one turn: "I can't do that, I'm sorry".
        from_same = occasion.hit is None or turns[occasion.turn].role != "customer"
        near = flow.turns_after(occasion.turn, rule.within, from_same=from_same)
        start = flow.turns_before(occasion.turn, rule.before).start if rule.before else near.start
        searched = range(start, near.stop)
        hits = heard.said(expect, searched)
        if hits:
            quotes = heard.quotes(hits)
            heard_in = f"{rule.done} in {in_turns(quote.turn for quote in quotes)}"
            reason = sentence(f"{rule.occasion} (turn {occasion.turn})", heard_in)
            return Finding(rule.id, "met", reason, quotes, (searched.start, max(searched.stop - 1, searched.start)))
        first, last = min(first, searched.start), max(last, searched.stop - 1)
    where = f"{rule.occasion} ({in_turns(o.turn for o in given)})"
    quotes = heard.quotes(o.hit for o in given if o.hit)
    if last < first:
        end = given[-1].turn
        return Finding(rule.id, "missed", sentence(where, "the call ends there"), quotes, (end, end))
    reason = sentence(where, f"{rule.not_done} in {stretch(first, last)}")
    return Finding(rule.id, "missed", reason, quotes, (first, last))
