"""Values that several pages show: links, quotes, rows of calls and behaviours, the trend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from coach.behaviours import Behaviour
from coach.consistency import in_words
from coach.insight import AgentInsight, Who
from coach.listed import CallRow
from coach.pages import charts, words
from coach.pages.chosen import CallPages
from coach.quotes import Said
from coach.scored import DEFAULT_CARD, RuleCard
from coach.statistics import Rate
from coach.trend import LEAST_CALLS, LEAST_WEEKS, Trend

SPEAKERS = {"agent": "You", "customer": "Customer", "other": "Other speaker", "unknown": "Speaker"}


class Links(NamedTuple):
    """Addresses of pages as seen from a page whose way back to the root is ``root`` (empty, or ``../``)."""

    agents: Mapping[str | None, str]
    calls: CallPages
    teams: Mapping[str, str]
    root: str

    def agent(self, who: Who) -> str:
        """Return the address of an agent's page."""
        return f"{self.root}agents/{self.agents[who.id]}.html"

    def call(self, key: str, call_id: str) -> str:
        """Return the address of a call's page, empty where it has none."""
        return self._call(self.calls.name(key, call_id))

    def quoted(self, key: str, call_id: str) -> str:
        """Return the address of the page of a call whose words are shown, empty where it has none."""
        return self._call(self.calls.quoted(key, call_id))

    def _call(self, name: str) -> str:
        return f"{self.root}calls/{name}.html" if name else ""

    def team(self, name: str) -> str:
        """Return the address of a team's page."""
        return f"{self.root}teams/{self.teams[name]}.html"


class QuotePiece(NamedTuple):
    """A stretch of a quote; ``marked`` where the mark points at it."""

    text: str
    marked: bool


class QuoteView(NamedTuple):
    """A quote, who said it, and where to read it in its call; ``href`` is empty where that has no page."""

    who: str
    pieces: tuple[QuotePiece, ...]
    text: str
    call_id: str
    href: str
    turn: int


class CallLine(NamedTuple):
    """A call in a list; ``href`` is empty where it has no page."""

    call_id: str
    href: str
    when: str
    agent: str
    score: str
    mark: words.Mark
    note: str


class BehaviourLine(NamedTuple):
    """A rule over many calls. ``often`` is ``11 of 12``; ``percent`` and ``probably`` are empty without a chance."""

    title: str
    rule: str
    often: str
    percent: str
    probably: str
    bar: charts.Bar | None
    team: str
    not_counted: str
    lost: str


class AlikeLine(NamedTuple):
    """How one agent's calls compare by kind of customer; ``name`` is empty on the agent's own page."""

    mark: words.Mark
    name: str
    sentence: str


class WeekLine(NamedTuple):
    """A week in words."""

    week: str
    calls: str
    score: str
    probably: str


class TrendView(NamedTuple):
    """The trend: one sentence, the chart where there is one, and the same as a table."""

    sentence: str
    chart: charts.TrendChart | None
    weeks: tuple[WeekLine, ...]


def name_of(who: Who) -> str:
    """Return what to call an agent."""
    return who.name or who.id or words.NOBODY


def quote_view(said: Said, key: str, call_id: str, links: Links) -> QuoteView:
    """Return a quote from the call of that key and id, with its place."""
    href = links.quoted(key, call_id)
    return QuoteView(
        SPEAKERS.get(said.role, "Speaker"),
        # A mark on everything marks nothing.
        tuple(QuotePiece(piece.text, bool(piece.labels) and len(said.pieces) > 1) for piece in said.pieces),
        said.text,
        call_id,
        f"{href}#turn-{said.turn}" if href else "",
        said.turn,
    )


def by_scorecards(ids: Sequence[str]) -> str:
    """Return by which scorecards calls were scored; empty where the default one alone did."""
    if list(ids) in ([], [DEFAULT_CARD]):
        return ""
    return f"scored by the scorecard{'s' if len(ids) > 1 else ''} {words.listed(ids)}"


def call_line(call: CallRow, agent: str, titles: Mapping[str, str], links: Links) -> CallLine:
    """Return a call as a list shows it."""
    note = ""
    if call.roles_how == "unknown":
        note = call.unscored or "Nobody could tell who the agent is"
    elif call.auto_fail:
        note = f"Critical: {words.listed([titles.get(rule, rule) for rule in call.auto_fail])}"
    elif call.score is None:
        note = call.unscored or "No rule had an occasion in it"
    return CallLine(
        call.call_id,
        links.call(call.key, call.call_id),
        words.when(call.started_at),
        agent,
        words.one_decimal(call.score),
        words.passed_mark(call.passed if call.score is not None else None),
        note,
    )


def behaviour_lines(
    found: Mapping[str, Behaviour], cards: Sequence[RuleCard], team: Mapping[str, Behaviour], calls: int
) -> tuple[BehaviourLine, ...]:
    """Return the rules with points in the order of the scorecard; ``lost`` is points over ``calls``."""
    return _lines(found, [card for card in cards if card.id in found and card.possible], team, calls)


def heard_lines(
    found: Mapping[str, Behaviour], cards: Sequence[RuleCard], team: Mapping[str, Behaviour], calls: int
) -> tuple[BehaviourLine, ...]:
    """Return the rules that are shown without points, those that had an occasion."""
    heard = [card for card in cards if card.id in found and not card.possible and found[card.id].chances]
    return _lines(found, heard, team, calls)


def _lines(
    found: Mapping[str, Behaviour], cards: Sequence[RuleCard], team: Mapping[str, Behaviour], calls: int
) -> tuple[BehaviourLine, ...]:
    return tuple(
        _behaviour_line(found[card.id], card, team[card.id].rate if card.id in team else None, calls) for card in cards
    )


def _behaviour_line(behaviour: Behaviour, card: RuleCard, team: Rate | None, calls: int) -> BehaviourLine:
    rate = behaviour.rate
    aside = [
        text
        for number, text in ((behaviour.not_applicable, "no occasion"), (behaviour.cannot_tell, "could not be told"))
        if number
        for text in [f"{number:,} {text}"]
    ]
    return BehaviourLine(
        card.title,
        card.id,
        f"{behaviour.met:,} of {behaviour.chances:,}" if rate else "No occasion",
        words.percent(rate.value) if rate else "",
        words.between(rate) if rate else "",
        charts.bar(rate, team),
        words.percent(team.value) if team else "",
        ", ".join(aside),
        words.one_decimal(behaviour.lost / calls) if calls and behaviour.lost else "0",
    )


def alike_lines(insight: AgentInsight, name: str = "") -> tuple[AlikeLine, ...]:
    """Return how an agent's calls compare by kinds of customer, where there is more than one kind."""
    return tuple(
        AlikeLine(words.MARKS[one.found.outcome], name, in_words(one.found, one.by))
        for one in insight.alike
        if one.found.outcome != "not_applicable"
    )


def trend_view(trend: Trend) -> TrendView:
    """Return a trend in words and pixels."""
    weeks = tuple(
        WeekLine(words.day(week.monday), f"{week.calls:,}", words.whole(week.score), words.between_scores(week.score))
        for week in trend.weeks
    )
    return TrendView(_trend_sentence(trend), charts.trend_chart(trend), weeks)


def _trend_sentence(trend: Trend) -> str:
    undated = f" {words.count(trend.undated, 'call')} without a date left out." if trend.undated else ""
    if trend.change is None:
        return (
            f"Too few calls to judge a trend: that takes {LEAST_CALLS} scored calls in at least {LEAST_WEEKS} weeks."
            + undated
        )
    points = round(abs(trend.change.value) * 100)
    low, high = round(trend.change.low * 100), round(trend.change.high * 100)
    said = {
        "up": f"Going up: the later weeks are {words.count(points, 'point')} higher than the earlier ones",
        "down": f"Going down: the later weeks are {words.count(points, 'point')} lower than the earlier ones",
    }.get(trend.direction)
    if said is None:
        return f"No clear change: between {_signed(low)} and {_signed(high)} points, which may be chance.{undated}"
    return f"{said} (probably {_signed(low)} to {_signed(high)}).{undated}"


def _signed(points: int) -> str:
    return f"+{points}" if points > 0 else f"\u2212{-points}" if points < 0 else "0"


def trend_word(trend: Trend) -> str:
    """Return a trend in two words, for a table."""
    return {"up": "↑ Going up", "down": "↓ Going down", "no clear change": "→ No clear change"}.get(
        trend.direction, "Too few calls"
    )
