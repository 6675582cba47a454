"""Writes the site of a results dataset: a page for the team, each agent and each call, every one self-contained."""

from __future__ import annotations

import contextlib
import html
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jinja2

from coach.behaviours import Behaviour
from coach.comparison import Comparison
from coach.datafiles import templates_folder
from coach.errors import CoachError
from coach.insight import AgentInsight, TeamInsight, agent_insight, team_insight
from coach.markdown import markdown_text
from coach.pages.agent import agent_page
from coach.pages.agent import needed_calls as calls_of_agent
from coach.pages.agreement import agreement_page
from coach.pages.call import call_page
from coach.pages.shared import Links, name_of
from coach.pages.slugs import slugs
from coach.pages.team import needed_calls as calls_of_team
from coach.pages.team import team_page
from coach.results import Dataset, RuleBook
from coach.rows import Person, findings_by_person, full_calls, people, rejections, turns_of
from coach.scored import RuleCard

OnProgress = Callable[[int, int], None]

# Every page says so of itself; only such pages are ever removed.
OURS = '<meta name="generator" content="call-coach">'
OVERVIEW = "All teams"
PATH_BREAK = re.compile(r"(?<=[/\\._-])(?=[^/\\._-])")


class Ready(str):
    """Text that is to stand in a page as it is: our own style sheet, and what is escaped already."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


class Step(NamedTuple):
    """A step of the trail at the top of a page; the page itself has no address."""

    name: str
    href: str


def write_site(dataset: Dataset, out: Path, *, on_progress: OnProgress | None = None) -> Path:
    """Write the pages of ``dataset`` below ``out`` and return the path of the team page.

    ``on_progress`` is told the number of pages written and the number of all. Pages are written whole or not
    at all; those that an earlier run left for calls, agents and teams no longer there are removed.

    Raises:
        CoachError: a page cannot be written.
    """
    site = _Site(dataset, Path(out), on_progress)
    site.write()
    return site.out / "index.html"


class _Site:
    """One run: what all pages need, and a page at a time."""

    def __init__(self, dataset: Dataset, out: Path, on_progress: OnProgress | None) -> None:
        self.dataset = dataset
        self.out = out
        self.on_progress = on_progress
        self.book: RuleBook = dataset.rule_book()
        self.people = people(dataset)
        self.insights = _insights(dataset, self.people, self.book)
        self.teams = _teams(self.insights)
        self.everyone = team_insight(self._only_team(), self.insights)
        self.html = html_environment({"coach": self.book.stamp.get("coach", ""), "rules": self.book.rules_hash})
        self.markdown = _markdown_environment()
        self.links = _links(self.people, self.teams)
        self.cards: dict[tuple[str, str], tuple[Sequence[RuleCard], str]] = {}
        self.written: set[Path] = set()

    def write(self) -> None:
        """Write all pages, the team page last, so that it is there when what it leads to is."""
        pages = self._call_pages(), self._agent_pages(), self._team_pages()
        calls = sum(len(person.calls) for person in self.people)
        total = calls + 2 * len(self.people) + len(self.teams) + 1
        for done, (path, text) in enumerate((page for kind in pages for page in kind), start=1):
            write_page(self.out / path, text)
            self.written.add(self.out / path)
            if self.on_progress:
                self.on_progress(done, total)
        self._remove_stale()

    def _only_team(self) -> str | None:
        names = {insight.who.team for insight in self.insights if insight.who.id is not None}
        return names.pop() if len(names) == 1 else None

    def _home(self, root: str) -> Step:
        return Step(OVERVIEW if self.teams else "Team", f"{root}index.html")

    def _trail(self, *steps: Step) -> dict[str, Sequence[Step]]:
        return {"trail": (*steps[:-1], steps[-1]._replace(href=""))}

    def _call_pages(self) -> Iterator[tuple[str, str]]:
        template = self.html.get_template("call.html")
        links = self.links._replace(root="../")
        agents = {call.key: person.who for person in self.people for call in person.calls}
        for call in full_calls(self.dataset):
            who = agents[call.row["key"]]
            cards, name = self._cards(call.row["rules_hash"], call.row["scorecard"])
            page = call_page(call, cards, name_of(who), links.agent(who), name)
            trail = self._trail(self._home("../"), Step(name_of(who), links.agent(who)), Step(page.call_id, ""))
            yield f"calls/{self.links.calls[page.key]}.html", template.render(page=page, **trail)

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

    def _agent_pages(self) -> Iterator[tuple[str, str]]:
        html, markdown = self.html.get_template("agent.html"), self.markdown.get_template("agent.md")
        links = self.links._replace(root="../")
        for insight, person in zip(self.insights, self.people, strict=True):
            team = self._compared_with(insight)
            turns = turns_of(self.dataset, calls_of_agent(insight, team))
            page = agent_page(insight, person, team, self.book.cards, turns, links)
            steps = [self._home("../")]
            if insight.who.team in self.links.teams:
                steps.append(Step(insight.who.team or "", links.team(insight.who.team or "")))
            slug = self.links.agents[insight.who.id]
            yield f"agents/{slug}.html", html.render(page=page, **self._trail(*steps, Step(page.name, "")))
            yield f"agents/{slug}.md", markdown.render(page=page)

    def _compared_with(self, insight: AgentInsight) -> Mapping[str, Behaviour]:
        """Return the behaviours of the agent's team; empty where they are the only one in it."""
        team = next((team for team in self.teams if team.name == insight.who.team), self.everyone)
        named = [agent for agent in team.agents if agent.who.id is not None]
        return team.behaviours if len(named) > 1 and insight.who.id is not None else {}

    def _team_pages(self) -> Iterator[tuple[str, str]]:
        template = self.html.get_template("team.html")
        for team in self.teams:
            mine = [person for person in self.people if person.who.id is not None and person.who.team == team.name]
            page = self._team_page(team, mine, root="../")
            trail = self._trail(self._home("../"), Step(page.title, ""))
            yield f"teams/{self.links.teams[team.name or '']}.html", template.render(page=page, **trail)
        trail = self._trail(self._home(""))
        yield "index.html", template.render(page=self._team_page(self.everyone, self.people, root=""), **trail)

    def _team_page(self, team: TeamInsight, members: Sequence[Person], root: str) -> Any:
        turns = turns_of(self.dataset, calls_of_team(team))
        whole = team is self.everyone
        teams, rejected = (self.teams, rejections(self.dataset)) if whole else ((), [])
        return team_page(team, members, teams, rejected, self.book.cards, turns, self.links._replace(root=root))

    def _remove_stale(self) -> None:
        """Remove our own pages of things that are gone, such as a call deleted for privacy."""
        for folder in ("agents", "calls", "teams"):
            for path in sorted((self.out / folder).glob("*.html")):
                if path not in self.written and OURS in path.read_text("utf-8", "replace")[:2000]:
                    path.unlink()
                    path.with_suffix(".md").unlink(missing_ok=True)


def _insights(dataset: Dataset, everyone: Sequence[Person], book: RuleBook) -> list[AgentInsight]:
    """Return the insight into each person, reading findings once and holding none."""
    found: dict[str | None, AgentInsight] = {}
    by_id = {person.who.id: person for person in everyone}
    for who, findings in findings_by_person(dataset):
        found[who] = agent_insight(by_id[who].who, by_id[who].calls, findings, book.cards)
    return [found.get(person.who.id) or agent_insight(person.who, person.calls, (), book.cards) for person in everyone]


def _teams(insights: Sequence[AgentInsight]) -> list[TeamInsight]:
    """Return the teams by name; none where there is only one."""
    names = {insight.who.team for insight in insights if insight.who.team and insight.who.id is not None}
    if len(names) < 2:
        return []
    return [team_insight(name, [one for one in insights if one.who.team == name]) for name in sorted(names)]


def _links(everyone: Sequence[Person], teams: Sequence[TeamInsight]) -> Links:
    # Nobody is "", which no agent id can be.
    agents = slugs({person.who.id or "": person.who.id or "not-named" for person in everyone})
    return Links(
        {person.who.id: agents[person.who.id or ""] for person in everyone},
        slugs({call.key: call.call_id for person in everyone for call in person.calls}),
        slugs({team.name or "": team.name or "" for team in teams}),
        "",
    )


def write_agreement(comparison: Comparison, path: Path) -> None:
    """Write the page of a comparison with reviewers.

    Raises:
        CoachError: it cannot be written.
    """
    template = html_environment(comparison.stamp).get_template("agreement.html")
    trail = [Step("Agreement with reviewers", "")]
    write_page(path, template.render(page=agreement_page(comparison), trail=trail))


def write_page(path: Path, text: str) -> None:
    """Write a page whole or not at all.

    Raises:
        CoachError: it cannot be written.
    """
    waiting = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        waiting.write_bytes(text.encode("utf-8", "replace"))
        os.replace(waiting, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            waiting.unlink()
        raise CoachError(
            f"this page cannot be written: {error.strerror or error}",
            where=str(path),
            remedy="Make room, or choose another folder that you may write to.",
        ) from error


def html_environment(stamp: Mapping[str, str]) -> jinja2.Environment:
    """Return the environment of the HTML pages; ``stamp`` names the version and the rules in their footer."""
    folder = templates_folder()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["breakable"] = breakable
    # Our own file, not input: it goes into <style> as it is.
    environment.globals["style"] = Ready((folder / "style.css").read_text("utf-8").strip())
    environment.globals["stamp"] = stamp
    return environment


def breakable(path: str) -> Ready:
    """Return a path escaped, with a place to break the line after each slash, dot, dash and underscore."""
    return Ready("<wbr>".join(html.escape(part) for part in PATH_BREAK.split(path)))


def _markdown_environment() -> jinja2.Environment:
    """Return the environment of ``agent.md``: everything that a template prints is escaped by `markdown_text`."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates_folder()),
        # Escaping stays on: whatever is not made Ready by `_ready_markdown` would still be escaped as HTML.
        autoescape=True,
        finalize=_ready_markdown,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _ready_markdown(value: object) -> Ready:
    return Ready(markdown_text(value))
