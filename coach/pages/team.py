"""The team page: what a team lead with five minutes needs to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from coach.behaviours import Places
from coach.insight import AgentInsight, TeamInsight
from coach.listed import MOST_OF_ALL, OfTeam, Some
from coach.pages import charts, words
from coach.pages.coaching import CoachNextView, coach_next_view
from coach.pages.shared import (
    AlikeLine,
    BehaviourLine,
    CallLine,
    Links,
    TrendView,
    alike_lines,
    behaviour_lines,
    by_scorecards,
    call_line,
    heard_lines,
    name_of,
    trend_view,
    trend_word,
)
from coach.quotes import TurnRow
from coach.rows import Rejection
from coach.scored import RuleCard
from coach.trend import LEAST_CALLS

MOST_LISTED = 10
# A table of more agents than a lead would read down is cut, and has a list by name beside it.
MANY_AGENTS = 40
MOST_AGENTS = 20
MOST_REJECTED = 100


class Figure(NamedTuple):
    """A headline figure: its label, the figure, and what to make of it."""

    label: str
    value: str
    note: str
    bar: charts.Bar | None


class AgentLine(NamedTuple):
    """An agent in the table. ``score`` is empty where there are too few calls."""

    name: str
    href: str
    team: str
    calls: str
    calls_in_words: str
    score: str
    probably: str
    bar: charts.Bar | None
    trend: str
    focus: str


class Finder(NamedTuple):
    """All agents by name, where they are too many to look for one in the table."""

    summary: str
    agents: tuple[AgentLine, ...]


class TeamLine(NamedTuple):
    """A team in the list of teams."""

    name: str
    href: str
    agents: str
    calls: str
    score: str
    probably: str
    bar: charts.Bar | None


class CallList(NamedTuple):
    """Some calls, and how many more there are."""

    lines: tuple[CallLine, ...]
    more: str


@dataclass(frozen=True, slots=True)
class TeamPage:
    """All that the template of a team shows."""

    title: str
    intro: str
    figures: tuple[Figure, ...]
    trend: TrendView
    coach_next: CoachNextView | None
    teams: tuple[TeamLine, ...]
    finder: Finder | None
    judged: tuple[AgentLine, ...]
    more_judged: tuple[AgentLine, ...]
    too_few: tuple[AgentLine, ...]
    too_few_note: str
    show_team: bool
    behaviours: tuple[BehaviourLine, ...]
    heard: tuple[BehaviourLine, ...]
    alike: tuple[AlikeLine, ...]
    more_alike: str
    for_a_person: CallList
    unscored: CallList
    lowest: CallList
    pages_note: str
    rejected: tuple[Rejection, ...]
    more_rejected: str


def team_page(
    insight: TeamInsight,
    listed: OfTeam,
    teams: Sequence[TeamInsight],
    rejected: tuple[Sequence[Rejection], int],
    cards: Sequence[RuleCard],
    places: Mapping[tuple[str, str], Places],
    turns: Mapping[str, Sequence[TurnRow]],
    links: Links,
) -> TeamPage:
    """Return the page of a team, or of everybody, who then stand in ``teams`` (empty where there is one team).

    ``rejected`` are transcripts that could not be read and how many there are; ``places`` what
    `coach.pages.coaching.wanted_places` asks for, and ``turns`` the turns of these calls.
    """
    titles = {card.id: card.title for card in cards}
    names = {agent.who.id: name_of(agent.who) for agent in insight.agents}
    many = any(agent.calls > MOST_OF_ALL for agent in insight.agents)

    def some(chosen: Some) -> CallList:
        lines = tuple(call_line(call, names[call.who], titles, links) for call in chosen.rows)
        return CallList(lines, _more(chosen.calls - len(lines), many))

    judged = tuple(_agent_line(agent, titles, links) for agent in insight.judged)
    too_few = tuple(_agent_line(agent, titles, links) for agent in insight.too_few)
    first = MOST_AGENTS if len(judged) > MANY_AGENTS else len(judged)
    alike = _alike(insight)
    more_rejected = rejected[1] - len(rejected[0])
    return TeamPage(
        title=insight.name or "All teams" if teams else insight.name or "Your team",
        intro=_intro(insight),
        figures=_figures(insight),
        trend=trend_view(insight.trend),
        coach_next=coach_next_view(insight.coach_next, {card.id: card for card in cards}, places, turns, links),
        teams=tuple(_team_line(team, links) for team in teams),
        finder=_finder((*judged, *too_few)),
        judged=judged[:first],
        more_judged=judged[first:],
        too_few=too_few,
        too_few_note=f"Fewer than {LEAST_CALLS} scored calls, or no agent named: listed, not judged.",
        show_team=bool(teams),
        behaviours=behaviour_lines(insight.behaviours, cards, {}, insight.scored),
        heard=heard_lines(insight.behaviours, cards, {}, insight.scored),
        alike=alike[:MOST_LISTED],
        more_alike=f"{len(alike) - MOST_LISTED:,} more like these: see the agents' own pages."
        if len(alike) > MOST_LISTED
        else "",
        for_a_person=some(listed.for_a_person),
        unscored=some(listed.unscored),
        lowest=some(listed.lowest),
        pages_note="" if links.calls.choice.worst is None else links.calls.choice.in_words,
        rejected=tuple(rejected[0]),
        more_rejected=f"{words.count(more_rejected, 'more transcript')}: all of them stand in the results, in the "
        "table of those rejected."
        if more_rejected
        else "",
    )


def _more(left: int, many: bool) -> str:
    if not left:
        return ""
    where = "each agent's page lists the lowest and the newest" if many else "each is on its agent's page"
    return f"{words.count(left, 'more call')}: {where}."


def _finder(agents: Sequence[AgentLine]) -> Finder | None:
    if len(agents) <= MANY_AGENTS:
        return None
    return Finder(f"All {len(agents):,} agents by name", tuple(sorted(agents, key=_by_name)))


def _by_name(line: AgentLine) -> tuple[str, str, str]:
    return line.name.casefold(), line.name, line.href


def _alike(insight: TeamInsight) -> tuple[AlikeLine, ...]:
    """Return the agents whose calls surely differ by kind of customer; others are on their own pages."""
    differing = [agent for agent in insight.judged if any(one.found.outcome == "missed" for one in agent.alike)]
    lines = (line for agent in differing for line in alike_lines(agent, name_of(agent.who)))
    return tuple(line for line in lines if line.mark == words.MARKS["missed"])


def _intro(insight: TeamInsight) -> str:
    named = sum(agent.who.id is not None for agent in insight.agents)
    cards = by_scorecards(insight.scorecards)
    parts = (words.count(named, "agent"), words.count(insight.calls, "call"), words.span(insight.days), cards)
    return ", ".join(part for part in parts if part)


def _figures(insight: TeamInsight) -> tuple[Figure, ...]:
    figures = []
    if insight.score:
        figures.append(
            Figure(
                "Mean score of a call",
                words.whole(insight.score),
                f"out of 100; probably {words.between_scores(insight.score)}",
                charts.bar(insight.score),
            )
        )
    if insight.passed:
        done = f"{round(insight.passed.value * insight.passed.n):,} of {words.count(round(insight.passed.n), 'call')}"
        figures.append(
            Figure(
                "Calls passed",
                words.percent(insight.passed.value),
                f"{done}; probably {words.between(insight.passed)}",
                charts.bar(insight.passed),
            )
        )
    unscored = insight.calls - insight.scored
    figures.append(
        Figure(
            "Calls scored",
            f"{insight.scored:,}",
            f"of {words.count(insight.calls, 'call')} counted here"
            + (f"; {unscored:,} not scored, for reasons given below" if unscored else ""),
            None,
        )
    )
    return tuple(figures)


def _agent_line(agent: AgentInsight, titles: Mapping[str, str], links: Links) -> AgentLine:
    score = agent.score if agent.judged else None
    focus = agent.focus
    return AgentLine(
        name_of(agent.who),
        links.agent(agent.who),
        agent.who.team or "",
        f"{agent.calls:,}",
        words.count(agent.calls, "call"),
        words.whole(score) if score else "",
        words.between_scores(score) if score else "",
        charts.bar(score),
        trend_word(agent.trend),
        titles[focus.behaviour.rule] if focus and focus.sure and agent.judged else "Nothing stands out",
    )


def _team_line(team: TeamInsight, links: Links) -> TeamLine:
    name = team.name or ""
    return TeamLine(
        name,
        links.team(name),
        words.count(sum(agent.who.id is not None for agent in team.agents), "agent"),
        words.count(team.calls, "call"),
        words.whole(team.score) if team.score else "\u2013",
        words.between_scores(team.score) if team.score else "",
        charts.bar(team.score),
    )
