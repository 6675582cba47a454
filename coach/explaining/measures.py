"""The steps of an explanation that rest on figures: the timing of the talk, and the customer's mood."""

from __future__ import annotations

from collections.abc import Iterator

from coach.checks.occasion import Heard, occasions
from coach.checks.sentiment import change_of
from coach.checks.talk import bounds, cuts_that_count, is_good, value_of
from coach.explaining.lines import UNDER
from coach.explaining.steps import Step
from coach.explaining.words import capital, listed, some_turns
from coach.figures import FIGURES
from coach.interruptions import why_cut_off
from coach.rule_models import Rule
from coach.scored import Interruption

MOST_CUTS = 6
QUARTERS = ("first", "second", "third", "last")
LACKS = {
    "times": "the times of turns",
    "ends": "the ends of turns",
    "words": "the times of single words",
    "punctuation": "punctuation",
}


def figures_step(rule: Rule, heard: Heard) -> Step:
    """Return what the figures of ``rule`` are on the call, and what is good."""
    lines: list[str] = []
    good = True
    for figure in rule.figure:
        value = value_of(figure, heard.talk)
        if value is None:
            lines.append(f"{capital(FIGURES[figure.name])}: it cannot be told. {_lacks(heard)}")
            continue
        if figure.name == "interruptions" and rule.check == "talk":
            cuts = cuts_that_count(rule, occasions(rule.when, heard), heard)
            value = float(len(cuts))
            lines += _cut_lines(cuts, heard)
        is_fine = is_good(figure, value)
        good = good and is_fine
        verdict = "so this is good" if is_fine else "so this is not good"
        lines.append(f"{capital(FIGURES[figure.name])}: {value:g}; {bounds(figure)}, {verdict}.")
    question = "Is the figure good?" if len(rule.figure) == 1 else "Are the figures good?"
    return Step("figures", question, "Yes" if good else "No", tuple(lines))


def mood_step(rule: Rule, heard: Heard) -> Step:
    """Return how the customer's mood goes through the call."""
    told = [
        f"{quarter} quarter {mood:+.2f}" if mood is not None else f"{quarter} quarter: nothing said"
        for quarter, mood in zip(QUARTERS, heard.mood, strict=True)
    ]
    lines = [f"The mood of the customer's words, from -1 (bad) to +1 (good): {'; '.join(told)}."]
    change, least = change_of(heard.mood), rule.rises or 0.0
    if change is None:
        lines.append("The customer speaks in fewer than two quarters, so no change can be told.")
        return Step("mood", "Does the customer's mood rise?", "Cannot tell", tuple(lines))
    if rule.expect and rule.rises is None:
        lines.append("For this rule only words count; the mood is shown for information.")
        return Step("mood", "How does the customer's mood go?", "Shown only", tuple(lines))
    lines.append(f"From the first to the last it changes by {change:+.2f}; the rule asks for at least {least:+.2f}.")
    return Step("mood", "Does the customer's mood rise?", "Yes" if change >= least else "No", tuple(lines))


def lacking(heard: Heard) -> str:
    """Return in a sentence what the transcript lacks, or ``""``."""
    missing = [LACKS[lack] for lack in heard.spoken.call.lacks]
    return f"The transcript lacks {listed(missing, 'and')}." if missing else ""


def _cut_lines(cuts: list[Interruption], heard: Heard) -> Iterator[str]:
    every = [cut for cut in heard.talk.interruptions or () if cut.by == "agent"]
    shown = cuts[:MOST_CUTS]
    for why in why_cut_off(heard.spoken.call.turns, shown, heard.spoken.backchannels):
        yield UNDER + why
    if len(cuts) > len(shown):
        yield f"{UNDER}and {len(cuts) - len(shown)} more"
    left = [cut.cut for cut in every if cut not in cuts]
    if left:
        yield f"Not counted, for they are not near an occasion: {some_turns(left)}."


def _lacks(heard: Heard) -> str:
    return lacking(heard) or "There is too little timed speech."
