"""Why a rule came out as it did on a call, or whether a moment is in it: every step, in words that need no code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from coach.call import Call, Roles
from coach.checks import CHECKS, OVER_MANY_CALLS
from coach.checks.occasion import occasions, side_of
from coach.checks.talk import bounds
from coach.explaining.measures import figures_step, lacking, mood_step
from coach.explaining.moment import moment_steps
from coach.explaining.search import Searcher
from coach.explaining.steps import (
    Step,
    exception_step,
    occasion_step,
    search_step,
    stretches_of,
    undone_step,
    window_step,
)
from coach.explaining.taken_away import Lost
from coach.explaining.words import clause_of, edge_of, listed, reach_of, size_of, stretch_of
from coach.figures import FIGURES
from coach.rule_models import Clause, Moment, Rule
from coach.scorecard import Scorecard, not_eligible
from coach.scored import Finding, finding_dict, roles_dict
from coach.scoring import Scorer


class Explanation(NamedTuple):
    """The steps from a call to a mark; ``finding`` is ``None`` for a moment, and for a rule over many calls.

    ``card`` says what the scorecard gives for the rule and which calls it takes; empty for a moment.
    """

    id: str
    title: str
    asks: str
    card: str
    call: Call
    steps: tuple[Step, ...]
    finding: Finding | None

    @property
    def roles(self) -> Roles:
        """How it is known who the agent is."""
        return self.call.roles

    def to_dict(self) -> dict[str, Any]:
        """Return it for machines; key order is fixed."""
        return {
            "id": self.id,
            "title": self.title,
            "asks": self.asks,
            "card": self.card,
            "call_id": self.call.call_id,
            "source": self.call.source,
            "roles": roles_dict(self.roles),
            "steps": [_step_dict(step, self.call) for step in self.steps],
            "finding": finding_dict(self.finding) if self.finding else None,
        }


def rule_explained(scorer: Scorer, rule: Rule, call: Call) -> Explanation:
    """Return why ``rule`` comes out on ``call`` as it does."""
    heard = scorer.hear(call)
    scored = scorer.score(call)
    finding = next((one for one in scored.findings if one.rule == rule.id), None)
    searcher = Searcher(scorer, heard)
    asks = " ".join(_asks(rule))
    if finding is None:
        steps = [Step("mark", "Can one call be marked?", "No", ("This rule compares many calls of one agent.",))]
    elif finding.outcome == "cannot_tell":
        steps = [_unmarked(rule, finding, searcher)]
    else:
        steps = list(_rule_steps(rule, searcher))
    card = _card(rule, scorer.scorecards.card_for(call), heard.spoken.call)
    return Explanation(rule.id, rule.title, asks, card, heard.spoken.call, tuple(steps), finding)


def moment_explained(scorer: Scorer, moment: Moment, call: Call) -> Explanation:
    """Return whether ``moment`` is in ``call``, where, and what stood in its way."""
    heard = scorer.hear(call)
    asks = "A moment: something that is said in a call, on which rules build."
    reason = heard.foreign or scorer.language.unavailable.get(moment.id, "")
    if reason:
        steps = [Step("search", "Is it in the call?", "Cannot tell", (reason,))]
    else:
        steps = moment_steps(moment, Searcher(scorer, heard))
    return Explanation(moment.id, moment.title, asks, "", heard.spoken.call, tuple(steps), None)


def _rule_steps(rule: Rule, searcher: Searcher) -> Iterator[Step]:
    heard = searcher.heard
    given = occasions(rule.when, heard)
    if rule.when:
        yield occasion_step(rule, searcher)
    elif rule.check not in OVER_MANY_CALLS and not rule.unless:
        yield Step("occasion", "Did the call give an occasion for it?", "Yes", ("It needs none: every call counts.",))
    against = bool(occasions(rule.unless, heard))
    if rule.unless and (given or not rule.when or rule.counts_anyway):
        yield exception_step(rule, searcher)
    comes = bool(given or not rule.when) and not against
    if not (comes or rule.counts_anyway):
        return
    if rule.expect:
        stretches = stretches_of(rule, rule.expect, searcher)
        if not stretches:
            yield Step("window", "Which turns count?", "None", ("The call ends before anybody could answer that.",))
            return
        yield window_step(rule, stretches)
        step = search_step(rule, rule.expect, stretches, searcher)
        if rule.counts_anyway and not comes:
            outcome = "missed" if rule.check == "never" else "met"
            note = f"For this rule it is {outcome} where it is said even without an occasion."
            step = step._replace(lines=(note, *step.lines))
        yield step
        if CHECKS[rule.check](rule, heard).outcome != "met" and rule.check != "sentiment":
            # What is missed as it is needs nothing to undo it, and no figure mends it.
            return
    if rule.check == "sentiment":
        yield mood_step(rule, heard)
    if rule.undone_by:
        yield undone_step(rule, rule.undone_by, searcher)
    if rule.figure:
        yield figures_step(rule, heard)


def _unmarked(rule: Rule, finding: Finding, searcher: Searcher) -> Step:
    lines = [finding.reason]
    heard = searcher.heard
    if heard.spoken.call.roles.how == "unknown":
        lines.append("Where you know who the agent is, say it with --agent-label LABEL or --roster FILE.")
    elif rule.check == "sentiment":
        lines += mood_step(rule, heard).lines
    elif rule.check == "talk" or "transcript lacks" in finding.reason:
        lines += [lack] if (lack := lacking(heard)) else []
    return Step("mark", "Can this call be marked by the rule?", "No", tuple(lines))


def _card(rule: Rule, card: Scorecard, call: Call) -> str:
    """Return what ``card`` gives for ``rule``, and whether it takes ``call``."""
    points = f"{card.points_of(rule.id):g} points" if card.points_of(rule.id) else "no points"
    if rule.id in card.auto_fail:
        points += ", critical (a call that misses it does not pass)"
    elif not card.points_of(rule.id):
        points += ", informational"
    gate = card.eligibility
    asked = [f"at least {gate.least_turns} turns"] if gate.least_turns else []
    asked += ["both sides speaking"] if gate.both_sides else []
    takes = f"; it takes calls with {listed(asked, 'and')}" if asked else ""
    fits = "; this call is not one of them" if not_eligible(call.turns, card) else ""
    return f"“{card.name}”: {points}{takes}{fits}"


def _asks(rule: Rule) -> Iterator[str]:
    """Yield what the rule asks, in sentences."""
    if rule.check in OVER_MANY_CALLS:
        yield f"Compares the marks that an agent gets by {rule.by}, over many calls."
        return
    if rule.when and rule.occasion != Rule.model_fields["occasion"].default:
        yield f"The occasion: {clause_of(rule.occasion)}."
    if rule.expect and rule.check == "never":
        yield f"Missed where {clause_of(rule.not_done)}, {_where(rule, rule.expect)}."
    elif rule.expect:
        yield f"Met where {clause_of(rule.done)}, {_where(rule, rule.expect)}."
    if rule.check == "replies" and rule.occasions == "each":
        yield f"Every occasion needs its own; {rule.most or 'none'} may go without."
    if rule.check == "never" and rule.most:
        yield f"Up to {rule.most} may fall."
    if rule.check == "sentiment" and (rule.rises is not None or not rule.expect):
        yield f"{'Also met' if rule.expect else 'Met'} where the customer's mood rises by at least {rule.rises or 0:g}"
        yield "from the first quarter of the call to the last."
    for figure in rule.figure:
        lead = "Measured" if rule.check == "talk" else "Measured besides"
        yield f"{lead}: {FIGURES[figure.name]}; {bounds(figure)}."
    if rule.check == "talk" and rule.follows_occasion:
        yield f"Interruptions count in the turn of the occasion and in {stretch_of(rule.within)} after it."
    if rule.undone_by:
        yield f"Missed all the same where {clause_of(rule.undone)}."


def _where(rule: Rule, expect: Clause) -> str:
    if rule.before:
        return f"from {size_of(rule.before)} before that {reach_of(rule.within)}"
    if not rule.follows_occasion:
        return f"in {edge_of(rule.within, side_of(expect))}"
    if rule.within.is_after:
        return f"in {stretch_of(rule.within)} after that"
    return "between that and the end of the call"


def _step_dict(step: Step, call: Call) -> dict[str, Any]:
    return {
        "step": step.name,
        "question": step.question,
        "answer": step.answer,
        "text": list(step.lines),
        "found": [
            {"moment": sounding.moment.id, "side": sounding.side, **_place_dict(hit, call)}
            for looked in step.looked
            for sounding in looked.soundings
            for hit in sounding.hits
        ],
        "not_found": [
            {"moment": sounding.moment.id, "side": sounding.side}
            for looked in step.looked
            for sounding in looked.soundings
            if not sounding.hits
        ],
        "not_counted": [_lost_dict(one, call) for looked in step.looked for one in (*looked.lost, *looked.elsewhere)],
        "near_misses": [
            {
                "moment": near.moment,
                "phrase": near.line,
                "wanted": near.wanted,
                "has": near.has,
                "of": near.of,
                "missing": list(near.missing),
                "why": near.why,
                **_place_dict(near.hit, call),
            }
            for looked in step.looked
            for near in looked.near
        ],
    }


def _lost_dict(lost: Lost, call: Call) -> dict[str, Any]:
    return {"moment": lost.moment, "why": lost.why, **_place_dict(lost.hit, call)}


def _place_dict(hit: Sequence[int], call: Call) -> dict[str, Any]:
    turn, start, end = hit
    return {"turn": turn, "start": start, "end": end, "text": call.turns[turn].text[start:end]}
