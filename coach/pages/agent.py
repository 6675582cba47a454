"""The page of one agent: what went well, one thing to work on, their own words, the trend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from coach.behaviours import Behaviour, Focus, Places, Strength, strengths_of
from coach.insight import AgentInsight
from coach.listed import MOST_OF_SOME, OfAgent
from coach.pages import charts, words
from coach.pages.quoting import Pair, Quotes
from coach.pages.shared import (
    AlikeLine,
    BehaviourLine,
    CallLine,
    Links,
    QuoteView,
    TrendView,
    alike_lines,
    behaviour_lines,
    by_scorecards,
    call_line,
    heard_lines,
    name_of,
    trend_view,
)
from coach.quotes import TurnRow
from coach.scored import RuleCard
from coach.trend import LEAST_CALLS


class StrengthView(NamedTuple):
    """One thing that went well."""

    title: str
    rule: str
    sentence: str
    quote: QuoteView | None


class FocusView(NamedTuple):
    """The one behaviour to work on; the ``heading`` is a milder one where it may be chance."""

    heading: str
    title: str
    rule: str
    sentence: str
    coach: str
    say_instead: str
    source: str
    pairs: tuple[Pair, ...]


class ScoreView(NamedTuple):
    """A mean score: the figure, the sentence with its interval, and the bar."""

    value: str
    probably: str
    bar: charts.Bar | None
    passed: str


class Listing(NamedTuple):
    """Some calls in a table; without a ``heading`` they are all there are."""

    heading: str
    caption: str
    lines: tuple[CallLine, ...]


@dataclass(frozen=True, slots=True)
class AgentPage:
    """All that the templates of an agent show."""

    name: str
    team: str
    named: bool
    intro: str
    too_few: str
    strengths: tuple[StrengthView, ...]
    focus: FocusView | None
    score: ScoreView | None
    critical: str
    trend: TrendView
    behaviours: tuple[BehaviourLine, ...]
    heard: tuple[BehaviourLine, ...]
    alike: tuple[AlikeLine, ...]
    has_team: bool
    calls: tuple[Listing, ...]
    calls_note: str
    has_receipts: bool


class Wanted(NamedTuple):
    """The agents and rules whose places `agent_page` wants to quote: where it was done, and where it was missed."""

    shown: tuple[tuple[str, str], ...]
    missed: tuple[tuple[str, str], ...]


def wanted_places(insight: AgentInsight, team: Mapping[str, Behaviour]) -> Wanted:
    """Return what the page of one agent quotes; nothing where the calls name nobody."""
    who = insight.who.id
    if who is None:
        return Wanted((), ())
    strengths = tuple((who, strength.behaviour.rule) for strength in strengths_of(insight.behaviours, team))
    return Wanted(strengths, ((who, insight.focus.behaviour.rule),) if insight.focus else ())


def agent_page(
    insight: AgentInsight,
    calls: OfAgent,
    team: Mapping[str, Behaviour],
    cards: Sequence[RuleCard],
    places: Mapping[str, Places],
    turns: Mapping[str, Sequence[TurnRow]],
    links: Links,
) -> AgentPage:
    """Return the page of one agent.

    ``team`` is empty where there is nobody to compare with; ``places`` holds what `wanted_places` asks for, by rule,
    and ``turns`` the turns of these calls.
    """
    named = insight.who.id is not None
    by_id = {card.id: card for card in cards}
    titles = {card.id: card.title for card in cards}
    name = name_of(insight.who)
    quotes = Quotes(places, turns, links)
    return AgentPage(
        name=name,
        team=insight.who.team or "",
        named=named,
        intro=_intro(insight),
        too_few=_too_few(insight),
        strengths=tuple(
            _strength_view(strength, team, by_id, quotes)
            for strength in strengths_of(insight.behaviours, team)
            if named
        ),
        focus=_focus_view(insight.focus, insight.enough, by_id, quotes) if insight.focus and named else None,
        score=_score_view(insight),
        critical=_critical(insight.critical),
        trend=trend_view(insight.trend),
        behaviours=behaviour_lines(insight.behaviours, cards, team, insight.scored),
        heard=heard_lines(insight.behaviours, cards, team, insight.scored),
        alike=alike_lines(insight) if named else (),
        has_team=bool(team),
        calls=_listings(calls, name, titles, links),
        calls_note=_calls_note(calls),
        has_receipts=links.calls.choice.worst != 0,
    )


def _listings(calls: OfAgent, name: str, titles: Mapping[str, str], links: Links) -> tuple[Listing, ...]:
    newest = tuple(call_line(call, name, titles, links) for call in calls.newest)
    if len(newest) == calls.calls:
        return (Listing("", f"Newest first. {links.calls.choice.in_words}", newest),)
    lowest = tuple(call_line(call, name, titles, links) for call in calls.lowest)
    first = Listing(
        "The lowest", f"Critical errors first, then the lowest scores. {links.calls.choice.in_words}", lowest
    )
    last = Listing("The newest", "Newest first.", newest)
    return (first, last) if lowest else (last,)


def _calls_note(calls: OfAgent) -> str:
    if len(calls.newest) == calls.calls:
        return ""
    return (
        f"Of the {calls.calls:,} calls, listed are the {MOST_OF_SOME} with the lowest scores and the {MOST_OF_SOME} "
        "newest. The figures above are of all of them."
    )


def _intro(insight: AgentInsight) -> str:
    parts = (words.count(insight.calls, "call"), words.span(insight.days), by_scorecards(insight.scorecards))
    return ", ".join(part for part in parts if part)


def _too_few(insight: AgentInsight) -> str:
    if insight.enough:
        return ""
    return (
        f"Too few calls to judge. There {'is' if insight.scored == 1 else 'are'} "
        f"{words.count(insight.scored, 'scored call')} here, and it takes {LEAST_CALLS} before a score says more "
        "than the luck of the calls."
    )


def _strength_view(
    strength: Strength, team: Mapping[str, Behaviour], cards: Mapping[str, RuleCard], quotes: Quotes
) -> StrengthView:
    behaviour = strength.behaviour
    return StrengthView(
        cards[behaviour.rule].title,
        behaviour.rule,
        _praise(strength, team.get(behaviour.rule)),
        quotes.praise(behaviour),
    )


def _praise(strength: Strength, team: Behaviour | None) -> str:
    behaviour = strength.behaviour
    if behaviour.missed == 0:
        times = "both" if behaviour.chances == 2 else f"all {behaviour.chances:,}"
        often = "You did this in the one call that" if behaviour.chances == 1 else f"You did this in {times} calls that"
    else:
        often = f"You did this in {behaviour.met:,} of the {behaviour.chances:,} calls that"
    said = f"{often} called for it."
    if strength.ahead and team and team.rate:
        return f"{said} Across the team it is {words.percent(team.rate.value)}; yours is higher by more than chance."
    return said if strength.sure else f"{said} Too few to call it a habit yet, and a good start."


def _focus_view(focus: Focus, enough: bool, cards: Mapping[str, RuleCard], quotes: Quotes) -> FocusView:
    behaviour, card = focus.behaviour, cards[focus.behaviour.rule]
    heading = "One thing to work on" if focus.sure and enough else "One thing to listen for"
    return FocusView(
        heading,
        card.title,
        card.id,
        _need(focus),
        card.coach,
        card.say_instead,
        card.source,
        quotes.pairs(behaviour),
    )


def _need(focus: Focus) -> str:
    behaviour = focus.behaviour
    lost = words.lost(behaviour.lost)
    often = f"Done in {behaviour.met:,} of the {behaviour.chances:,} calls with an occasion for it."
    if behaviour.chances == 1:
        often = "One call had an occasion for it, and it was not done there."
    if focus.sure:
        return f"{often} This is where most points are to be won, {lost} in these calls."
    return f"{often} That may be chance, so take it as a hint: nothing else cost more points ({lost})."


def _score_view(insight: AgentInsight) -> ScoreView | None:
    if insight.score is None:
        return None
    passed = insight.passed
    return ScoreView(
        words.whole(insight.score),
        words.between_scores(insight.score),
        charts.bar(insight.score),
        f"{round(passed.value * passed.n):,} of {words.count(round(passed.n), 'call')} passed "
        f"(probably {words.between(passed)})."
        if passed
        else "",
    )


def _critical(calls: int) -> str:
    if not calls:
        return ""
    return f"{words.count(calls, 'call')} failed on a critical rule, whatever the score; see the list of calls."
