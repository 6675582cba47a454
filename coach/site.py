"""Writes the site of a results dataset: a page for the team, each agent and the chosen calls, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from coach.behaviours import Behaviour, Place, Places
from coach.counts import people
from coach.insight import AgentInsight, TeamInsight, Who, agent_insight, team_insight
from coach.listed import OfAgent, OfTeam, calls_of_agents, calls_of_all, calls_of_teams, places_of, worst_calls
from coach.pages.agent import AgentPage, agent_page
from coach.pages.agent import wanted_places as places_on_agent
from coach.pages.call import call_page
from coach.pages.chosen import CallPages, Choice, usual_choice
from coach.pages.coaching import wanted_places as places_on_team
from coach.pages.shared import Links, name_of
from coach.pages.slugs import slugs
from coach.pages.team import MOST_LISTED, MOST_REJECTED, TeamPage, team_page
from coach.render import OURS, Step, html_environment, markdown_environment, write_page
from coach.results import Dataset, RuleBook
from coach.rows import bounded, full_calls, owners, rejections, shared_ids, turns_of
from coach.scored import RuleCard

OnProgress = Callable[[int, int], None]

OVERVIEW = "All teams"
# What is quoted is read for so many agents at once: one look through the results serves them all.
AGENTS_AT_A_TIME = 100


def write_site(
    dataset: Dataset, out: Path, *, choice: Choice | None = None, on_progress: OnProgress | None = None
) -> Path:
    """Write the pages of ``dataset`` below ``out`` and return the path of the team page.

    ``choice`` says which calls have a page; what is usual for so many calls where it is not given. ``on_progress`` is
    told the number of pages written and the number of all. Pages are written whole or not at all; those that an
    earlier run left for calls, agents and teams no longer there, or no longer chosen, are removed.

    Raises:
        CoachError: a page cannot be written.
    """
    with bounded(dataset):
        _Site(dataset, Path(out), choice, on_progress).write()
    return Path(out) / "index.html"


class _Site:
    """One run: what all pages need, and a page at a time."""

    def __init__(self, dataset: Dataset, out: Path, choice: Choice | None, on_progress: OnProgress | None) -> None:
        self.dataset = dataset
        self.out = out
        self.on_progress = on_progress
        self.book: RuleBook = dataset.rule_book()
        self.insights = [agent_insight(counted, self.book.cards) for counted in people(dataset)]
        self.who = {insight.who.id: insight.who for insight in self.insights}
        self.owners = owners(dataset)
        self.teams = _teams(self.insights)
        self.everyone = team_insight(self._only_team(), self.insights)
        self.html = html_environment({"coach": self.book.stamp.get("coach", ""), "rules": self.book.rules_hash})
        self.markdown = markdown_environment()
        self.choice = choice or usual_choice(self.everyone.calls)
        self.calls = self._chosen()
        self.links = _links(self.insights, self.teams, self.calls)
        self.cards: dict[tuple[str, str], tuple[Sequence[RuleCard], str]] = {}
        self.written: set[str] = set()

    def write(self) -> None:
        """Write all pages, each after those that it leads to, the team page last."""
        for path, text in self._pages():
            write_page(self.out / path, text)
            self.written.add(path)
            if self.on_progress:
                self.on_progress(len(self.written), self._total())
        self._remove_stale()

    def _total(self) -> int:
        calls = self.everyone.calls if self.choice.worst is None else len(self.calls)
        return calls + 2 * len(self.insights) + len(self.teams) + 1

    def _chosen(self) -> CallPages:
        worst = worst_calls(self.dataset, self.choice.worst) if self.choice.worst else {}
        keys = [key for of_agent in worst.values() for key in of_agent]
        return CallPages(self.choice, keys, shared_ids(self.dataset))

    def _only_team(self) -> str | None:
        names = {insight.who.team for insight in self.insights if insight.who.id is not None}
        return names.pop() if len(names) == 1 else None

    def _home(self, root: str) -> Step:
        return Step(OVERVIEW if self.teams else "Team", f"{root}index.html")

    def _trail(self, *steps: Step) -> dict[str, Sequence[Step]]:
        return {"trail": (*steps[:-1], steps[-1]._replace(href=""))}

    def _pages(self) -> Iterator[tuple[str, str]]:
        if self.choice.worst is None:
            yield from self._call_pages(None)
        for start in range(0, len(self.insights), AGENTS_AT_A_TIME):
            made = self._made_of_agents(self.insights[start : start + AGENTS_AT_A_TIME])
            yield from self._call_pages(self.calls.new())
            yield from self._agent_pages(made)
        of_teams = self._made_of_teams()
        yield from self._call_pages(self.calls.new())
        yield from self._team_pages(of_teams)

    def _call_pages(self, keys: Sequence[str] | None) -> Iterator[tuple[str, str]]:
        template = self.html.get_template("call.html")
        links = self.links._replace(root="../")
        for call in full_calls(self.dataset, keys):
            row = call.row
            who = self.who[self.owners[row["agent_id"], row["agent_name"]]]
            cards, name = self._cards(row["rules_hash"], row["scorecard"])
            page = call_page(call, cards, name_of(who), links.agent(who), name)
            trail = self._trail(self._home("../"), Step(name_of(who), links.agent(who)), Step(page.call_id, ""))
            yield f"calls/{self.calls.name(page.key, page.call_id)}.html", template.render(page=page, **trail)

    def _cards(self, rules_hash: str, scorecard: str) -> tuple[Sequence[RuleCard], str]:
        """Return the cards of the rules that a call was scored by, which need not be the latest.

        With them comes the name of its scorecard; empty where it is the default one.
        """
        if (rules_hash, scorecard) not in self.cards:
            book = self.book if rules_hash == self.book.rules_hash else self.dataset.rule_book(rules_hash)
            other = book.others.get(scorecard)
            name = f"{other.name}, version {other.version}" if other else ""
            self.cards[rules_hash, scorecard] = (book.cards_of(scorecard) or self.book.cards, name)
        return self.cards[rules_hash, scorecard]

    def _made_of_agents(self, insights: Sequence[AgentInsight]) -> list[tuple[Who, AgentPage]]:
        """Return the pages of a few agents, with one look through the results for all of them."""
        links = self.links._replace(root="../")
        teams = [self._compared_with(insight) for insight in insights]
        listed = calls_of_agents(self.dataset, [insight.who.id for insight in insights])
        wanted = [places_on_agent(insight, team) for insight, team in zip(insights, teams, strict=True)]
        shown, missed = ([pair for one in wanted for pair in one[side]] for side in (0, 1))
        places = places_of(self.dataset, shown, missed)
        turns = turns_of(self.dataset, _keys(places.values()))
        of_agent: dict[str | None, dict[str, Places]] = {}
        for (who, rule), found in places.items():
            of_agent.setdefault(who, {})[rule] = found
        return [
            (
                insight.who,
                agent_page(
                    insight,
                    listed.get(insight.who.id, OfAgent(0, (), ())),
                    team,
                    self.book.cards,
                    of_agent.get(insight.who.id, {}),
                    turns,
                    links,
                ),
            )
            for insight, team in zip(insights, teams, strict=True)
        ]

    def _agent_pages(self, made: Iterable[tuple[Who, AgentPage]]) -> Iterator[tuple[str, str]]:
        html, markdown = self.html.get_template("agent.html"), self.markdown.get_template("agent.md")
        links = self.links._replace(root="../")
        for who, page in made:
            steps = [self._home("../")]
            if who.team in self.links.teams:
                steps.append(Step(who.team or "", links.team(who.team or "")))
            slug = self.links.agents[who.id]
            yield f"agents/{slug}.html", html.render(page=page, **self._trail(*steps, Step(page.name, "")))
            yield f"agents/{slug}.md", markdown.render(page=page)

    def _compared_with(self, insight: AgentInsight) -> Mapping[str, Behaviour]:
        """Return the behaviours of the agent's team; empty where they are the only one in it."""
        team = next((team for team in self.teams if team.name == insight.who.team), self.everyone)
        named = [agent for agent in team.agents if agent.who.id is not None]
        return team.behaviours if len(named) > 1 and insight.who.id is not None else {}

    def _made_of_teams(self) -> list[tuple[str, TeamPage]]:
        """Return the pages of the teams and of everybody, with their paths, that of everybody last."""
        everyone = (*self.teams, self.everyone)
        places = places_of(self.dataset, [pair for team in everyone for pair in places_on_team(team)], ())
        turns = turns_of(self.dataset, _keys(places.values()))
        listed = calls_of_teams(self.dataset, MOST_LISTED) if self.teams else {}
        cards = self.book.cards
        made = [
            (
                f"teams/{self.links.teams[team.name or '']}.html",
                team_page(team, listed.get(team.name, OfTeam()), (), ([], 0), cards, places, turns, self._from("../")),
            )
            for team in self.teams
        ]
        of_all = calls_of_all(self.dataset, MOST_LISTED)
        rejected = rejections(self.dataset, MOST_REJECTED)
        home = team_page(self.everyone, of_all, self.teams, rejected, cards, places, turns, self._from(""))
        return [*made, ("index.html", home)]

    def _from(self, root: str) -> Links:
        return self.links._replace(root=root)

    def _team_pages(self, made: Iterable[tuple[str, TeamPage]]) -> Iterator[tuple[str, str]]:
        template = self.html.get_template("team.html")
        for path, page in made:
            home = path == "index.html"
            steps = [self._home("")] if home else [self._home("../"), Step(page.title, "")]
            yield path, template.render(page=page, **self._trail(*steps))

    def _remove_stale(self) -> None:
        """Remove our own pages of things that are gone, such as a call deleted for privacy, or not chosen now."""
        for folder in ("agents", "calls", "teams"):
            for path in sorted((self.out / folder).glob("*.html")):
                if f"{folder}/{path.name}" not in self.written and _is_ours(path):
                    path.unlink()
                    path.with_suffix(".md").unlink(missing_ok=True)


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        return OURS in file.read(8000).decode("utf-8", "replace")[:2000]


def _keys(found: Iterable[Places]) -> list[str]:
    places: Iterator[Place] = (place for one in found for place in (*one.shown, *one.missed_in))
    return [place.key for place in places]


def _teams(insights: Sequence[AgentInsight]) -> list[TeamInsight]:
    """Return the teams by name; none where there is only one."""
    by_name: dict[str, list[AgentInsight]] = {}
    for insight in insights:
        if insight.who.team and insight.who.id is not None:
            by_name.setdefault(insight.who.team, []).append(insight)
    return [team_insight(name, by_name[name]) for name in sorted(by_name)] if len(by_name) > 1 else []


def _links(insights: Sequence[AgentInsight], teams: Sequence[TeamInsight], calls: CallPages) -> Links:
    # Nobody is "", which no agent id can be.
    agents = slugs({insight.who.id or "": insight.who.id or "not-named" for insight in insights})
    return Links(
        {insight.who.id: agents[insight.who.id or ""] for insight in insights},
        calls,
        slugs({team.name or "": team.name or "" for team in teams}),
        "",
    )
