"""The page of one agent: what went well, one thing to work on, their own words, the trend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from coach.behaviours import Behaviour, Focus, Strength, strengths_of
from coach.insight import AgentInsight
from coach.pages import charts, words
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
    quote_view,
    trend_view,
)
from coach.quotes import Exchange, TurnRow, exchange, own_words
from coach.rows import Person
from coach.scored import RuleCard
from coach.trend import LEAST_CALLS, day_of

MOST_PAIRS = 2
# An answer shorter than this ("okay") says little about what could be said instead.
TELLING = 12


class StrengthView(NamedTuple):
    """One thing that went well."""

    title: str
    rule: str
    sentence: str
    quote: QuoteView | None


class Pair(NamedTuple):
    """What was said on one occasion."""

    occasion: QuoteView | None
    answer: QuoteView | None


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
    calls: tuple[CallLine, ...]


def needed_calls(insight: AgentInsight, team: Mapping[str, Behaviour]) -> list[str]:
    """Return the keys of the calls whose turns `agent_page` wants to quote."""
    shown = [place for strength in strengths_of(insight.behaviours, team) for place in strength.behaviour.shown]
    missed = insight.focus.behaviour.missed_in if insight.focus else ()
    return [place.key for place in (*shown, *missed)]


def agent_page(
    insight: AgentInsight,
    person: Person,
    team: Mapping[str, Behaviour],
    cards: Sequence[RuleCard],
    turns: Mapping[str, Sequence[TurnRow]],
    links: Links,
) -> AgentPage:
    """Return the page of one agent; ``team`` is empty where there is nobody to compare with."""
    named = insight.who.id is not None
    by_id = {card.id: card for card in cards}
    call_ids = {call.key: call.call_id for call in person.calls}
    titles = {card.id: card.title for card in cards}
    name = name_of(insight.who)
    quotes = _Quotes(turns, call_ids, links)
    return AgentPage(
        name=name,
        team=insight.who.team or "",
        named=named,
        intro=_intro(person),
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
        behaviours=behaviour_lines(insight.behaviours, cards, team, len(insight.scored)),
        heard=heard_lines(insight.behaviours, cards, team, len(insight.scored)),
        alike=alike_lines(insight) if named else (),
        has_team=bool(team),
        calls=tuple(call_line(call, name, titles, links) for call in person.calls),
    )


class _Quotes:
    """Finds words in the calls at hand."""

    def __init__(self, turns: Mapping[str, Sequence[TurnRow]], call_ids: Mapping[str, str], links: Links) -> None:
        self.turns = turns
        self.call_ids = call_ids
        self.links = links
        self.quoted: set[tuple[str, int]] = set()

    def praise(self, behaviour: Behaviour) -> QuoteView | None:
        """Return the agent's own words that met the rule best and have not been quoted yet."""
        said = [(place.key, praise) for place in behaviour.shown if (praise := own_words(place, self.turns))]
        fresh = next((one for one in said if (one[0], one[1].turn) not in self.quoted), None)
        if fresh is None:
            return None
        self.quoted.add((fresh[0], fresh[1].turn))
        return quote_view(fresh[1], fresh[0], self.call_ids, self.links)

    def pairs(self, behaviour: Behaviour) -> tuple[Pair, ...]:
        """Return up to two occasions, those with the most telling words first, then the newest."""
        found = [exchange(place, self.turns.get(place.key, ())) for place in behaviour.missed_in]
        found.sort(key=_by_telling)
        return tuple(self._pair(one) for one in found[:MOST_PAIRS] if one.answer or one.occasion)

    def _pair(self, one: Exchange) -> Pair:
        occasion, answer = (
            quote_view(said, one.key, self.call_ids, self.links) if said else None
            for said in (one.occasion, one.answer)
        )
        return Pair(occasion, answer)


def _by_telling(one: Exchange) -> tuple[bool, bool, bool]:
    return one.answer is None, one.occasion is None, one.answer is not None and len(one.answer.text) < TELLING


def _intro(person: Person) -> str:
    days = [day for call in person.calls if (day := day_of(call.started_at))]
    parts = (words.count(len(person.calls), "call"), words.span(days), by_scorecards(person.calls))
    return ", ".join(part for part in parts if part)


def _too_few(insight: AgentInsight) -> str:
    if insight.enough:
        return ""
    return (
        f"Too few calls to judge. There {'is' if len(insight.scored) == 1 else 'are'} "
        f"{words.count(len(insight.scored), 'scored call')} here, and it takes {LEAST_CALLS} before a score says more "
        "than the luck of the calls."
    )


def _strength_view(
    strength: Strength, team: Mapping[str, Behaviour], cards: Mapping[str, RuleCard], quotes: _Quotes
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
        times = "both" if behaviour.chances == 2 else f"all {behaviour.chances}"
        often = "You did this in the one call that" if behaviour.chances == 1 else f"You did this in {times} calls that"
    else:
        often = f"You did this in {behaviour.met} of the {behaviour.chances} calls that"
    said = f"{often} called for it."
    if strength.ahead and team and team.rate:
        return f"{said} Across the team it is {words.percent(team.rate.value)}; yours is higher by more than chance."
    return said if strength.sure else f"{said} Too few to call it a habit yet, and a good start."


def _focus_view(focus: Focus, enough: bool, cards: Mapping[str, RuleCard], quotes: _Quotes) -> FocusView:
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
    lost = words.plain(words.exact(behaviour.lost))
    often = f"Done in {behaviour.met} of the {behaviour.chances} calls with an occasion for it."
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
        f"{round(passed.value * passed.n)} of {words.count(round(passed.n), 'call')} passed "
        f"(probably {words.between(passed)})."
        if passed
        else "",
    )


def _critical(calls: int) -> str:
    if not calls:
        return ""
    return f"{words.count(calls, 'call')} failed on a critical rule, whatever the score; see the list of calls."
