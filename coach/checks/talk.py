"""``talk``: figures of the talk analysis stay within bounds."""

from __future__ import annotations

from collections.abc import Sequence

from coach.call import lack_of_times
from coach.checks.asked import AnyRule
from coach.checks.occasion import (
    MOST_QUOTES,
    Heard,
    Occasion,
    finding,
    not_applicable,
    occasions,
    reason,
    sentence,
    turns_after,
)
from coach.interruptions import why_cut_off
from coach.rule_models import Figure
from coach.scored import Evidence, Finding, Interruption, Outcome, Talk

WORDS = {
    "interruptions": "the agent cut the customer off {times}",
    "talk_overs": "the agent talked over the customer {times}",
    "agent_share": "the agent's share of the talk is {value} of 1",
    "agent_wpm": "the agent speaks {value} words a minute",
    "dead_air": "the silence that nobody announced is {seconds} in all",
    "longest_wait": "the longest silence is {seconds}",
    "longest_monologue": "the agent's longest stretch without a pause for the customer is {seconds}",
    "response_gap": "the agent answers after {seconds}, as a rule",
}
# A silence is one from 3 seconds on: none is not one of 0 seconds.
NONE = {"dead_air": "no silence was left unannounced", "longest_wait": "there was no silence of 3 seconds"}


def check(rule: AnyRule, heard: Heard) -> Finding:
    """Return the mark; ``cannot_tell`` where the transcript lacks what a figure needs, and no other figure is bad.

    With an occasion and a window that stands at no edge, only the interruptions near the occasions count.
    """
    given = occasions(rule.when, heard) if rule.when else ()
    if not rule.figure or (rule.when and not given) or (rule.unless and occasions(rule.unless, heard)):
        return not_applicable(rule)
    marks = [_figure(rule, figure, given, heard) for figure in rule.figure]
    if len(marks) == 1:
        return marks[0]
    bad = [mark for mark in marks if mark.outcome == "missed"]
    untold = [mark for mark in marks if mark.outcome == "cannot_tell"]
    chosen = bad or untold or marks
    why = " ".join(mark.reason for mark in chosen)
    evidence = tuple(quote for mark in chosen for quote in mark.evidence)
    counted = [mark.counted for mark in chosen if mark.counted is not None]
    if bad and len(counted) < len(bad):
        # A figure that no band grades is bad: no band may give points for the others.
        counted = []
    return chosen[0]._replace(reason=why, evidence=evidence, counted=counted[0] if counted else None)


def value_of(figure: Figure, talk: Talk) -> float | None:
    """Return the figure, or ``None`` where the transcript cannot tell."""
    if figure.name == "interruptions":
        cuts = talk.interruptions
        return None if cuts is None else float(sum(cut.by == "agent" for cut in cuts))
    if figure.name == "dead_air":
        gaps = talk.silences
        return None if gaps is None else round(sum(gap.seconds for gap in gaps if not gap.announced), 1)
    if figure.name == "longest_wait":
        gaps = talk.silences
        return None if gaps is None else max((gap.seconds for gap in gaps), default=0.0)
    if figure.name == "longest_monologue":
        return talk.longest_monologue.seconds if talk.longest_monologue else None
    value: float | int | None = getattr(talk, figure.name)
    return value


def is_good(figure: Figure, value: float) -> bool:
    """Say whether ``value`` is within the bounds of ``figure``."""
    return (figure.most is None or value <= figure.most) and (figure.least is None or value >= figure.least)


def bounds(figure: Figure) -> str:
    """Return the bounds of ``figure`` in words."""
    either = (("at most", figure.most), ("at least", figure.least))
    return "good is " + " and ".join(f"{word} {bound:g}" for word, bound in either if bound is not None)


def told(figure: Figure, value: float) -> str:
    """Return what ``figure`` came to, as a clause."""
    if not value and figure.name in NONE:
        return NONE[figure.name]
    seconds = f"{value:g} second{'' if value == 1 else 's'}"
    return WORDS[figure.name].format(value=f"{value:g}", seconds=seconds, times=_times(int(value)))


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _figure(rule: AnyRule, figure: Figure, given: Sequence[Occasion], heard: Heard) -> Finding:
    value = value_of(figure, heard.talk)
    if value is None:
        return finding(rule, "cannot_tell", _why_not(figure, heard))
    searched = (0, max(len(heard.spoken.call.turns) - 1, 0))
    if figure.name == "interruptions":
        cuts = cuts_that_count(rule, given, heard)
        outcome: Outcome = "met" if is_good(figure, len(cuts)) else "missed"
        why = reason(rule, given, _told(cuts, rule, heard))
        cut_off = _cut_off(cuts, heard) if outcome == "missed" else ()
        return finding(rule, outcome, why, cut_off, searched, len(cuts))
    outcome = "met" if is_good(figure, value) else "missed"
    why = sentence(told(figure, value), bounds(figure))
    return finding(rule, outcome, why, (), searched, int(value) if figure.name == "talk_overs" else None)


def cuts_that_count(rule: AnyRule, given: Sequence[Occasion], heard: Heard) -> list[Interruption]:
    """Return the interruptions by the agent that count: all, or those near the occasions ``given``."""
    cuts = [cut for cut in heard.talk.interruptions or () if cut.by == "agent"]
    if not rule.follows_occasion:
        return cuts
    stretches = turns_after(given, rule.within, heard)
    near = {turn for turns in stretches for turn in turns} | {one.turn for one in given}
    return [cut for cut in cuts if cut.cut in near]


def _told(cuts: Sequence[Interruption], rule: AnyRule, heard: Heard) -> str:
    if not cuts:
        return rule.done
    turns, backchannels = heard.spoken.call.turns, heard.spoken.backchannels
    why = "; ".join(why_cut_off(turns, cuts[:MOST_QUOTES], backchannels))
    return f"{rule.not_done} {_times(len(cuts))}: {why}{'; …' if len(cuts) > MOST_QUOTES else ''}"


def _cut_off(cuts: Sequence[Interruption], heard: Heard) -> tuple[Evidence, ...]:
    turns = heard.spoken.call.turns
    cut = sorted({cut.cut for cut in cuts})[:MOST_QUOTES]
    return tuple(Evidence(turn, 0, len(turns[turn].text), turns[turn].text) for turn in cut)


def _why_not(figure: Figure, heard: Heard) -> str:
    if lack_of_times(heard.spoken.call.turns) == "times":
        marks = ", and its text marks no interruption" if figure.name == "interruptions" else ""
        return f"The transcript holds no times{marks}."
    return "The transcript holds too little timed speech to tell."
