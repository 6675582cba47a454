"""``replies``: an occasion is followed (or, where the rule says so, preceded) by what good service asks for."""

from __future__ import annotations

from coach.call import Role
from coach.checks.occasion import (
    Heard,
    Occasion,
    in_turns,
    not_applicable,
    occasions,
    sentence,
    side_of,
    stretch,
    untimed,
)
from coach.rule_models import Rule
from coach.scored import Finding


def check(rule: Rule, heard: Heard) -> Finding:
    """Return the mark: ``met`` where one of the occasions gets its reply within the window.

    One reply is enough: a reviewer who hears three complaints and one good apology marks the call as apologised for.
    An occasion with which the call breaks off is none: nobody had the chance to answer it.
    """
    if (unknown := untimed(rule, heard)) is not None:
        return unknown
    expect = rule.expect
    given = occasions(rule.when, heard)
    if rule.occasions == "first":
        given = given[:1]
    if expect is None or not given or occasions(rule.unless, heard):
        return not_applicable(rule)
    last_answer = _last_turn_of(side_of(expect), heard)
    answerable = [one for one in given if one.turn < last_answer or _may_answer_itself(one, heard)]
    if not answerable:
        where = f"{rule.occasion} ({in_turns(one.turn for one in given)})"
        return Finding(rule.id, "not_applicable", sentence(where, "the call ends before that could be answered"))
    first, last = len(heard.spoken.call.turns), -1
    for occasion in answerable:
        searched = _searched(rule, occasion, heard)
        hits = heard.said(expect, searched)
        if hits:
            quotes = heard.quotes(hits)
            heard_in = f"{rule.done} in {in_turns(quote.turn for quote in quotes)}"
            reason = sentence(f"{rule.occasion} (turn {occasion.turn})", heard_in)
            return Finding(rule.id, "met", reason, quotes, (searched.start, max(searched.stop - 1, searched.start)))
        first, last = min(first, searched.start), max(last, searched.stop - 1)
    where = f"{rule.occasion} ({in_turns(one.turn for one in answerable)})"
    quotes = heard.quotes(one.hit for one in answerable if one.hit)
    if last < first:
        at = answerable[-1].turn
        return Finding(rule.id, "missed", sentence(where, f"nobody spoke within {rule.within}"), quotes, (at, at))
    reason = sentence(where, f"{rule.not_done} in {stretch(first, last)}")
    return Finding(rule.id, "missed", reason, quotes, (first, last))


def _may_answer_itself(occasion: Occasion, heard: Heard) -> bool:
    """Say whether occasion and reply may be words of one turn of the agent: "I can't do that, I'm sorry"."""
    return occasion.hit is None or heard.spoken.call.turns[occasion.turn].role != "customer"


def _last_turn_of(side: Role | None, heard: Heard) -> int:
    """Return the last real turn of ``side``, -1 where it has none."""
    turns, flow = heard.spoken.call.turns, heard.spoken.flow
    real = (index for index, turn in enumerate(turns) if flow.real[index] and side in (None, turn.role))
    return max(real, default=-1)


def _searched(rule: Rule, occasion: Occasion, heard: Heard) -> range:
    flow = heard.spoken.flow
    near = flow.turns_after(occasion.turn, rule.within, from_same=_may_answer_itself(occasion, heard))
    start = flow.turns_before(occasion.turn, rule.before).start if rule.before else near.start
    return range(start, near.stop)
