"""What to coach next across a team: for whom, what it costs, and how it sounds where it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from coach.behaviours import Behaviour, Places
from coach.insight import CoachNext, Pupil, TeamInsight
from coach.pages import charts, words
from coach.pages.shared import Links, QuoteView, name_of, quote_view
from coach.quotes import TurnRow, own_words
from coach.scored import RuleCard
from coach.trend import LEAST_CALLS

MOST_MODELS = 2
MOST_LEARNERS = 8
MOST_OF_IT = 0.5


class PupilLine(NamedTuple):
    """An agent and how often they do the behaviour to coach; ``quote`` shows how it sounds."""

    name: str
    href: str
    often: str
    bar: charts.Bar | None
    quote: QuoteView | None


class CoachNextView(NamedTuple):
    """What to coach next."""

    title: str
    rule: str
    sentence: str
    coach: str
    say_instead: str
    learners: tuple[PupilLine, ...]
    more_learners: str
    nameless: str
    differs: bool
    models: tuple[PupilLine, ...]


def wanted_places(insight: TeamInsight) -> tuple[tuple[str, str], ...]:
    """Return the agents and rules whose places the page of a team wants to quote: where it was done."""
    models = insight.coach_next.models[:MOST_MODELS] if insight.coach_next else ()
    return tuple((pupil.who.id, pupil.behaviour.rule) for pupil in models if pupil.who.id is not None)


def coach_next_view(
    chosen: CoachNext | None,
    cards: Mapping[str, RuleCard],
    places: Mapping[tuple[str, str], Places],
    turns: Mapping[str, Sequence[TurnRow]],
    links: Links,
) -> CoachNextView | None:
    """Return what to coach next, with how it sounds; `wanted_places` says which places that takes."""
    if chosen is None:
        return None
    behaviour, card = chosen.focus.behaviour, cards[chosen.focus.behaviour.rule]
    left = len(chosen.learners) - MOST_LEARNERS
    return CoachNextView(
        card.title,
        card.id,
        _cost(behaviour, chosen.focus.sure),
        card.coach,
        card.say_instead,
        tuple(_pupil_line(pupil, None, links) for pupil in chosen.learners[:MOST_LEARNERS]),
        f"and {left:,} more" if left > 0 else "",
        _nameless(chosen.nameless),
        chosen.differs,
        tuple(_pupil_line(pupil, _shown(pupil, places, turns, links), links) for pupil in chosen.models[:MOST_MODELS]),
    )


def _nameless(share: float) -> str:
    if share <= MOST_OF_IT:
        return ""
    return (
        "Most of these points were lost in calls that name no agent, or by agents with fewer than "
        f"{LEAST_CALLS} scored calls. Nobody is named for those."
    )


def _cost(behaviour: Behaviour, sure: bool) -> str:
    said = (
        f"Done in {behaviour.met:,} of the {words.count(behaviour.chances, 'call')} with an occasion for it. "
        f"It cost {words.lost(behaviour.lost)} points, more than anything else"
    )
    return f"{said}." if sure else f"{said}, though with so few calls that may be chance."


def _pupil_line(pupil: Pupil, quote: QuoteView | None, links: Links) -> PupilLine:
    behaviour = pupil.behaviour
    often = f"{behaviour.met:,} of {words.count(behaviour.chances, 'call')}"
    return PupilLine(name_of(pupil.who), links.agent(pupil.who), often, charts.bar(behaviour.rate), quote)


def _shown(
    pupil: Pupil,
    places: Mapping[tuple[str, str], Places],
    turns: Mapping[str, Sequence[TurnRow]],
    links: Links,
) -> QuoteView | None:
    for place in places.get((pupil.who.id or "", pupil.behaviour.rule), Places()).shown:
        said = own_words(place, turns)
        if said:
            return quote_view(said, place.key, place.call_id, links)._replace(who=name_of(pupil.who))
    return None
