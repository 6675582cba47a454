"""The steps from a rule to its mark on one call, each a question with its answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from coach.checks import besides, never, replies
from coach.checks.occasion import Occasion, apart, may_answer_itself, occasions, side_of
from coach.explaining.lines import UNDER, found_lines, missed_lines
from coach.explaining.search import Looked, Searcher
from coach.explaining.words import (
    capital,
    counted,
    edge_of,
    listed,
    reach_of,
    size_of,
    some_turns,
    stretch_of,
    turns_in_words,
)
from coach.rule_models import Clause, Rule

MOST_OCCASIONS = 4


class Step(NamedTuple):
    """One question on the way to the mark, its short answer, and what there is to say; ``looked`` are the facts.

    A line that begins with a dash belongs under the line before it.
    """

    name: str
    question: str
    answer: str
    lines: tuple[str, ...] = ()
    looked: tuple[Looked, ...] = ()


class Stretch(NamedTuple):
    """Turns that are searched, and in words which they are; ``to`` is the occasion that they follow."""

    turns: range
    words: str
    to: Occasion | None = None


def occasion_step(rule: Rule, searcher: Searcher) -> Step:
    """Return whether the call gave the occasion that the rule asks for."""
    given = occasions(rule.when, searcher.heard)
    looked, lines = _all_looked_for(rule.when, searcher, closest=not given)
    if rule.occasions == "first" and len(given) > 1:
        lines.append(f"Only the first of them counts: the one in turn {given[0].turn}.")
    answer = f"Yes, in {some_turns(one.turn for one in given)}" if given else "No"
    return Step("occasion", "Did the call give an occasion for it?", answer, tuple(lines), tuple(looked))


def exception_step(rule: Rule, searcher: Searcher) -> Step:
    """Return whether something makes the rule not apply."""
    against = occasions(rule.unless, searcher.heard)
    looked, lines = _all_looked_for(rule.unless, searcher, closest=False)
    answer = f"Yes, in {some_turns(one.turn for one in against)}" if against else "No"
    return Step("exception", "Does something make it not apply?", answer, tuple(lines), tuple(looked))


def window_step(rule: Rule, stretches: Sequence[Stretch]) -> Step:
    """Return which turns are searched."""
    told = list(dict.fromkeys(f"{UNDER}{turns_in_words(one.turns)}: {one.words}" for one in stretches if one.turns))
    lines = told[:MOST_OCCASIONS]
    if len(told) > len(lines):
        lines.append(f"{UNDER}and those of {counted(len(told) - len(lines), 'more occasion')}")
    counts_turns = rule.within.turns is not None or (rule.before is not None and rule.before.turns is not None)
    if told and counts_turns:
        lines.append(
            "What one speaker says in a row counts as one turn here; listening noises such as “mm” and turns without "
            "a word do not count."
        )
    answer = capital(_joined(stretches)) or "None: nobody speaks there"
    return Step("window", "Which turns count?", answer, tuple(lines))


def search_step(rule: Rule, expect: Clause, stretches: Sequence[Stretch], searcher: Searcher) -> Step:
    """Return whether what the rule listens for was said in ``stretches``."""
    turns = [turn for one in stretches for turn in one.turns]
    edge = rule.within.edge and not any(one.to for one in stretches)
    outside = stretches[0].words if edge else _joined(stretches) or "the turns that count"
    looked = searcher.look(expect, turns, f"it is outside {outside}")
    unanswered = [one for one in stretches if one.to and not searcher.heard.said(expect, one.turns)]
    each = rule.occasions == "each" and unanswered
    if not looked.hits or each:
        searched = [turn for one in unanswered for turn in one.turns] if each else turns
        looked = searcher.missed(looked, searched)
    lines = list(found_lines(looked, searcher))
    if rule.check == "never" and rule.most:
        lines.append(f"They fall {counted(len(apart(looked.hits)), 'time')}; the rule lets up to {rule.most} pass.")
    if rule.check == "replies" and looked.hits:
        lines += _answered_lines(rule, expect, stretches, searcher)
    if rule.check == "never":
        # What must not fall is not missing: only what sounds like it needs a word.
        looked = looked._replace(near=())
    if (not looked.hits or each) and (rule.check != "never" or looked.lost or looked.elsewhere):
        lines += missed_lines([looked], searcher)
    question = "Did words fall that should not?" if rule.check == "never" else "Was it said there?"
    return Step("search", question, _yes(bool(looked.hits)), tuple(lines), (looked,))


def undone_step(rule: Rule, clause: Clause, searcher: Searcher) -> Step:
    """Return whether something else that was said undoes what was done."""
    is_after = clause.within.is_after
    words = f"{size_of(clause.within)} from each occasion on" if is_after else edge_of(clause.within, side_of(clause))
    turns = [turn for stretch in besides.searched(rule, clause, searcher.heard) for turn in stretch]
    looked = searcher.look(clause, turns, "it is outside the turns that count")
    if not looked.hits:
        looked = searcher.missed(looked, turns)._replace(near=())
    lines = [f"Listened for in {words}.", *found_lines(looked, searcher)]
    lines += missed_lines([looked], searcher) if looked.lost or looked.elsewhere else ()
    return Step(
        "undone", "Does something else that was said undo it?", _yes(bool(looked.hits)), tuple(lines), (looked,)
    )


def stretches_of(rule: Rule, expect: Clause, searcher: Searcher) -> list[Stretch]:
    """Return the turns in which ``rule`` listens for ``expect``."""
    heard = searcher.heard
    if rule.check == "replies":
        tried = replies.tried(rule, expect, replies.asking(rule, heard), heard)
        return [Stretch(one.searched, _from_where(rule, one.to, searcher), one.to) for one in tried]
    if rule.follows_occasion:
        given = occasions(rule.when, heard)
        after = zip(given, never.searched(rule, given, heard), strict=True)
        return [Stretch(turns, _from_where(rule, one, searcher), one) for one, turns in after]
    side = side_of(expect)
    return [Stretch(heard.spoken.flow.turns_within(rule.within, side), edge_of(rule.within, side))]


def _from_where(rule: Rule, occasion: Occasion, searcher: Searcher) -> str:
    at, window = f"the occasion in turn {occasion.turn}", rule.within
    if rule.before:
        return f"from {size_of(rule.before)} before {at} {reach_of(window)}"
    if may_answer_itself(occasion, searcher.heard):
        return f"from {at} {reach_of(window)}"
    if window.is_after:
        return f"{stretch_of(window)} after {at}"
    return f"from the turn after {at} {reach_of(window)}"


def _joined(stretches: Sequence[Stretch]) -> str:
    """Return the turns of ``stretches`` in words: ``turns 2 to 5 and turn 9``."""
    joined: list[range] = []
    for turns in sorted((one.turns for one in stretches if one.turns), key=lambda turns: (turns.start, turns.stop)):
        if joined and turns.start <= joined[-1].stop:
            joined[-1] = range(joined[-1].start, max(joined[-1].stop, turns.stop))
        else:
            joined.append(turns)
    return listed([turns_in_words(turns) for turns in joined], "and")


def _answered_lines(rule: Rule, expect: Clause, stretches: Sequence[Stretch], searcher: Searcher) -> Iterator[str]:
    to = [one.to.turn for one in stretches if one.to and searcher.heard.said(expect, one.turns)]
    without = [one.to.turn for one in stretches if one.to and one.to.turn not in to]
    if rule.occasions == "each":
        yield f"The rule asks for a reply to every occasion; {rule.most or 'none'} may go without."
    elif len(stretches) > 1:
        yield "One reply to one of the occasions is enough."
    if without and (rule.occasions == "each"):
        yield f"Without a reply: the occasion{'s' if len(set(without)) > 1 else ''} in {some_turns(without)}."


def _all_looked_for(clauses: Sequence[Clause], searcher: Searcher, *, closest: bool) -> tuple[list[Looked], list[str]]:
    """Return how each of ``clauses`` fares in its own window, with the lines that say so."""
    every: list[Looked] = []
    lines: list[str] = []
    where = ""
    for clause in clauses:
        side = side_of(clause)
        turns = searcher.heard.spoken.flow.turns_within(clause.within, side)
        edge = edge_of(clause.within, side)
        covered = f", {turns_in_words(turns)}" if clause.within.edge and turns else ""
        lines += [f"Listened for in {edge}{covered}:"] if edge != where else []
        where = edge
        lines += _silence_lines(clause, searcher) if clause.silence is not None else []
        if clause.moments:
            looked = searcher.look(clause, turns, f"it is outside {edge}")
            looked = searcher.missed(looked, turns) if closest else looked
            lines += found_lines(looked, searcher)
            every.append(looked)
    return every, [*lines, *(missed_lines(every, searcher) if closest and every else ())]


def _silence_lines(clause: Clause, searcher: Searcher) -> Iterator[str]:
    gaps = searcher.heard.talk.silences
    least = f"a silence of {clause.silence:g} seconds or more"
    if gaps is None:
        yield f"{UNDER}{least}: cannot be told, for the transcript lacks times"
        return
    long = [gap for gap in gaps if gap.seconds >= (clause.silence or 0)]
    if long:
        shown = [f"after turn {gap.after} ({gap.seconds:.1f} s)" for gap in long[:MOST_OCCASIONS]]
        yield f"{UNDER}{listed(shown, 'and')} – {least}"
    else:
        longest = max((gap.seconds for gap in gaps), default=None)
        yield f"{UNDER}not found: {least}; " + (
            f"the longest lasts {longest:.1f}" if longest is not None else "none lasts even 3"
        )


def _yes(is_so: bool) -> str:
    return "Yes" if is_so else "No"
