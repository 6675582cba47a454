"""``talk``: a figure of the talk analysis stays within bounds."""

from __future__ import annotations

from collections.abc import Sequence

from coach.checks.occasion import MOST_QUOTES, Heard, not_applicable, occasions, sentence
from coach.interruptions import why_cut_off
from coach.rule_models import Figure, Rule
from coach.scored import Evidence, Finding, Interruption, Outcome, Talk

WORDS = {
    "talk_overs": "talk-overs by the agent",
    "agent_share": "of the talk, from 0 to 1, is the agent's",
    "agent_wpm": "words a minute",
    "dead_air": "seconds of unannounced silence",
    "longest_monologue": "seconds without a pause for the customer",
    "response_gap": "seconds before the agent answers",
}


def check(rule: Rule, heard: Heard) -> Finding:
    """Return the mark; ``cannot_tell`` where the transcript lacks what the figure needs."""
    figure = rule.figure
    if figure is None or (rule.when and not occasions(rule.when, heard)) or occasions(rule.unless, heard):
        return not_applicable(rule)
    value = value_of(figure, heard.talk)
    if value is None:
        return Finding(rule.id, "cannot_tell", _why_not(figure, heard))
    last = max(len(heard.spoken.call.turns) - 1, 0)
    good = (figure.most is None or value <= figure.most) and (figure.least is None or value >= figure.least)
    outcome: Outcome = "met" if good else "missed"
    if figure.name == "interruptions":
        cuts = [cut for cut in heard.talk.interruptions or () if cut.by == "agent"]
        reason = sentence(_told(cuts, rule, heard))
        return Finding(rule.id, outcome, reason, _cut_off(cuts, heard) if not good else (), (0, last), len(cuts))
    reason = sentence(f"{value:g} {WORDS[figure.name]}", _bounds(figure))
    return Finding(rule.id, outcome, reason, (), (0, last), int(value) if figure.name == "talk_overs" else None)


def value_of(figure: Figure, talk: Talk) -> float | None:
    """Return the figure, or ``None`` where the transcript cannot tell."""
    if figure.name == "interruptions":
        cuts = talk.interruptions
        return None if cuts is None else float(sum(cut.by == "agent" for cut in cuts))
    if figure.name == "dead_air":
        gaps = talk.silences
        return None if gaps is None else round(sum(gap.seconds for gap in gaps if not gap.announced), 1)
    if figure.name == "longest_monologue":
        return talk.longest_monologue.seconds if talk.longest_monologue else None
    value: float | int | None = getattr(talk, figure.name)
    return value


def _told(cuts: Sequence[Interruption], rule: Rule, heard: Heard) -> str:
    if not cuts:
        return rule.done
    times = {1: "once", 2: "twice"}.get(len(cuts), f"{len(cuts)} times")
    turns, backchannels = heard.spoken.call.turns, heard.spoken.backchannels
    why = "; ".join(why_cut_off(turns, cuts[:MOST_QUOTES], backchannels))
    return f"{rule.not_done} {times}: {why}{'; …' if len(cuts) > MOST_QUOTES else ''}"


def _cut_off(cuts: Sequence[Interruption], heard: Heard) -> tuple[Evidence, ...]:
    turns = heard.spoken.call.turns
    cut = sorted({cut.cut for cut in cuts})[:MOST_QUOTES]
    return tuple(Evidence(turn, 0, len(turns[turn].text), turns[turn].text) for turn in cut)


def _bounds(figure: Figure) -> str:
    bounds = (("at most", figure.most), ("at least", figure.least))
    return "good is " + " and ".join(f"{word} {bound:g}" for word, bound in bounds if bound is not None)


def _why_not(figure: Figure, heard: Heard) -> str:
    if "times" in heard.spoken.call.lacks:
        marks = ", and its text marks no interruption" if figure.name == "interruptions" else ""
        return f"The transcript holds no times{marks}."
    return "The transcript holds too little timed speech to tell."
