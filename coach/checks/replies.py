"""``replies``: an occasion is followed (or, where the rule says so, preceded) by what good service asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from coach.checks.asked import AnyClause, AnyRule
from coach.checks.occasion import (
    Heard,
    Occasion,
    finding,
    may_answer_itself,
    not_applicable,
    occasions,
    reason,
    side_of,
    stretch,
    turns_of,
    words_of,
)
from coach.language import Hit, hits_in
from coach.scored import Finding


def check(rule: AnyRule, heard: Heard) -> Finding:
    """Return the mark: ``met`` where one of the occasions gets its reply within the window.

    One reply is enough: a reviewer who hears three complaints and one good apology marks the call as apologised for.
    Where the rule asks for a reply to ``each``, no more than ``most`` occasions may go without.
    An occasion with which the call breaks off is none: nobody had the chance to answer it.
    """
    expect = rule.expect
    given = asking(rule, heard)
    if expect is None or not given or (rule.unless and occasions(rule.unless, heard)):
        return not_applicable(rule)
    found: list[Reply] = []
    for reply in _tries(rule, expect, given, heard):
        if reply.hits and rule.occasions != "each":
            return _met(rule, [reply], heard)
        found.append(reply)
    if not found:
        why = reason(rule, given, "the call ends before that could be answered")
        return finding(rule, "not_applicable", why)
    answered = [reply for reply in found if reply.hits]
    unanswered = [reply for reply in found if not reply.hits]
    enough = answered and len(unanswered) <= rule.most
    return _met(rule, answered, heard) if enough else _missed(rule, unanswered, heard)


class Reply(NamedTuple):
    """An occasion, the turns that were searched for the reply to it, and where one stands."""

    to: Occasion
    searched: range
    hits: Sequence[Hit]


def asking(rule: AnyRule, heard: Heard) -> Sequence[Occasion]:
    """Return the occasions that ask for a reply: all of them, or the first alone."""
    given = occasions(rule.when, heard)
    return given[:1] if rule.occasions == "first" else given


def tried(rule: AnyRule, expect: AnyClause, given: Sequence[Occasion], heard: Heard) -> list[Reply]:
    """Return what became of those occasions out of ``given`` that the call leaves time to answer."""
    return list(_tries(rule, expect, given, heard))


def _tries(rule: AnyRule, expect: AnyClause, given: Sequence[Occasion], heard: Heard) -> Iterator[Reply]:
    flow, within, before = heard.spoken.flow, rule.within, rule.before
    last_answer = heard.last_turn_of(side_of(expect))
    # This way takes half the time of calling Reply.
    said, new = heard.said(expect), tuple.__new__
    for one in given:
        from_same = may_answer_itself(one, heard)
        if from_same or one.turn < last_answer:
            searched = flow.turns_after(one.turn, within, from_same=from_same)
            if before:
                searched = range(flow.turns_before(one.turn, before).start, searched.stop)
            yield new(Reply, (one, searched, hits_in(said, searched) if said else said))


def _met(rule: AnyRule, replies: Sequence[Reply], heard: Heard) -> Finding:
    hits = replies[0].hits if len(replies) == 1 else sorted([reply.hits[0] for reply in replies])
    quotes = heard.quotes(hits)
    why = reason(rule, [reply.to for reply in replies], f"{rule.done} in {turns_of(quotes)}")
    return finding(rule, "met", why, quotes, _span(replies))


def _missed(rule: AnyRule, replies: Sequence[Reply], heard: Heard) -> Finding:
    given = [reply.to for reply in replies]
    quotes = heard.quotes(words_of(given))
    in_reach = [reply for reply in replies if reply.searched]
    if not in_reach:
        at = replies[-1].to.turn
        return finding(rule, "missed", reason(rule, given, f"nobody spoke within {rule.within}"), quotes, (at, at))
    span = _span(in_reach)
    return finding(rule, "missed", reason(rule, given, f"{rule.not_done} in {stretch(*span)}"), quotes, span)


def _span(replies: Sequence[Reply]) -> tuple[int, int]:
    """Return the first and the last turn searched."""
    if len(replies) == 1:
        start, stop = replies[0].searched.start, replies[0].searched.stop
        return start, max(stop - 1, start)
    searched = [reply.searched for reply in replies]
    return min([one.start for one in searched]), max([max(one.stop - 1, one.start) for one in searched])
