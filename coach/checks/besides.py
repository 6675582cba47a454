"""What a rule asks besides: words that undo what was done well, and figures that have to be good too."""

from __future__ import annotations

from coach.checks.asked import AnyClause, AnyRule
from coach.checks.occasion import Heard, apart, occasions, sentence, side_of, turns_after, turns_of
from coach.checks.talk import bounds, is_good, told, value_of
from coach.language import Hit
from coach.scored import Finding


def check(rule: AnyRule, heard: Heard, finding: Finding) -> Finding:
    """Return ``finding``, or ``missed`` in place of ``met`` where something undoes it.

    A figure that the transcript cannot tell is passed over: the words alone decide then.
    """
    if finding.outcome != "met" or not (rule.undone_by or rule.figure):
        return finding
    if rule.undone_by and (undoing := _said(rule, rule.undone_by, heard)):
        quotes = heard.quotes(undoing)
        undone = f"{rule.undone} in {turns_of(quotes)}"
        return _missed(finding, undone)._replace(evidence=quotes)
    if rule.check == "talk":
        return finding
    for figure in rule.figure:
        value = value_of(figure, heard.talk)
        if value is not None and not is_good(figure, value):
            return _missed(finding, f"but {told(figure, value)}", bounds(figure))
    return finding


def _missed(finding: Finding, *why: str) -> Finding:
    # What was counted is good, or the mark would not be met: by it a scorecard's bands would give points all the same.
    return finding._replace(
        outcome="missed", counted=None, reason=sentence("; ".join((finding.reason.rstrip("."), *why)))
    )


def searched(rule: AnyRule, clause: AnyClause, heard: Heard) -> list[range]:
    """Return the turns in which ``clause`` undoes what was done: those after each occasion, or a part of the call."""
    if clause.within.is_after:
        return turns_after(occasions(rule.when, heard), clause.within, heard)
    return [heard.spoken.flow.turns_within(clause.within, side_of(clause))]


def _said(rule: AnyRule, clause: AnyClause, heard: Heard) -> list[Hit]:
    found = {hit for stretch in searched(rule, clause, heard) for hit in heard.said(clause, stretch)}
    return apart(sorted(found))
