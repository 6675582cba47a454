"""``replies``: an occasion is followed (or, where the rule says so, preceded) by what good service asks for."""

from __future__ import annotations

from collections.abc import Sequence
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

_new = tuple.__new__


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
    every = rule.occasions == "each"
    found = tried(rule, expect, given, heard, until_answered=not every)
    if not found:
        why = reason(rule, given, "the call ends before that could be answered")
        return finding(rule, "not_applicable", why)
    if not every:
        last = found[-1]
        return _met(rule, [last.to], last.hits, _span([last]), heard) if last.hits else _missed(rule, found, heard)
    answered = [reply for reply in found if reply.hits]
    unanswered = [reply for reply in found if not reply.hits]
    if not answered or len(unanswered) > rule.most:
        return _missed(rule, unanswered, heard)
    # Of one reply everything is quoted, of several the first words of each.
    hits = answered[0].hits if len(answered) == 1 else sorted([reply.hits[0] for reply in answered])
    return _met(rule, [reply.to for reply in answered], hits, _span(answered), heard)


class Reply(NamedTuple):
    """An occasion, the turns that were searched for the reply to it, and where one stands."""

    to: Occasion
    searched: range
    hits: Sequence[Hit]


def asking(rule: AnyRule, heard: Heard) -> Sequence[Occasion]:
    """Return the occasions that ask for a reply: all of them, or the first alone."""
    given = occasions(rule.when, heard)
    return given[:1] if rule.occasions == "first" else given


def tried(
    rule: AnyRule, expect: AnyClause, given: Sequence[Occasion], heard: Heard, *, until_answered: bool = False
) -> list[Reply]:
    """Return what became of those occasions out of ``given`` that the call leaves time to answer.

    ``until_answered``: those after the first that is answered are left out.
    """
    flow, within, before = heard.spoken.flow, rule.within, rule.before
    said, last_answer = heard.said(expect), heard.last_turn_of(side_of(expect))
    found: list[Reply] = []
    for one in given:
        turn = one[0]
        from_same = may_answer_itself(one, heard)
        if from_same or turn < last_answer:
            searched = flow.turns_after(turn, within, from_same=from_same)
            if before:
                searched = range(flow.turns_before(turn, before).start, searched.stop)
            hits = hits_in(said, searched) if said else said
            # This way takes half the time of calling Reply.
            found.append(_new(Reply, (one, searched, hits)))
            if hits and until_answered:
                break
    return found


def _met(rule: AnyRule, given: Sequence[Occasion], hits: Sequence[Hit], span: tuple[int, int], heard: Heard) -> Finding:
    quotes = heard.quotes(hits)
    return finding(rule, "met", reason(rule, given, f"{rule.done} in {turns_of(quotes)}"), quotes, span)


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
        searched = replies[0].searched
        return searched.start, max(searched.stop - 1, searched.start)
    every = [reply.searched for reply in replies]
    return min([one.start for one in every]), max([max(one.stop - 1, one.start) for one in every])
