"""Reports of many calls: sums by the database, pages for chosen calls, and no link to a page that is not there."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from added_up import Mark, Marked, counted
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_results import CARDS, STAMP, entry, sample_entries, scored_call, write_sample

from coach.behaviours import LONGEST_PRAISE
from coach.call import Agent
from coach.cli import main
from coach.counts import people, scores_in
from coach.errors import UsageError
from coach.insight import Counted, Who, agent_insight
from coach.listed import MOST_OCCASIONS, MOST_OF_ALL, MOST_OF_SOME, MOST_SHOWN, calls_of_agents, places_of, worst_calls
from coach.pages.chosen import MOST_OF_ALL as MOST_PAGES
from coach.pages.chosen import USUAL_WORST, Choice, choice_of, usual_choice
from coach.pages.team import MOST_REJECTED
from coach.results import Dataset, make_dataset
from coach.results_parts import Store, write_part, write_rejected
from coach.results_schema import Entry
from coach.scored import Evidence, Finding, RuleCard
from coach.site import write_site
from coach.statistics import Scores
from coach.trend import by_week

LINK = re.compile(r'href="((?:\.\./)?calls/[^"#]*)')
# A hundred calls of one agent and a few of others, in parts of thirty.
PLANS = ("gaef", "ga-f", "g--f", "--ef", "g---", "----")
BY_TYPE = RuleCard("service.alike", "Everyone alike", "Care", "", "", "", 0, "consistency", "customer_type", 10.0)


def many_entries() -> list[Entry]:
    """Return calls of one agent with more than a page lists, and of two with few."""
    busy, calm = Agent("a1", "Ana Ruiz", "North"), Agent("b1", "Ben Okafor", "South")
    made = [
        scored_call(f"busy-{n:03}", busy, f"{n % 9} {PLANS[n % len(PLANS)]}", n % 40) for n in range(MOST_OF_ALL + 40)
    ]
    made += [scored_call(f"calm-{n}", calm, f"{n} {PLANS[n]}", n) for n in range(5)]
    made += [
        scored_call("rude", Agent("c1", "Cleo Park", "South"), "3 gaef R", 0),
        scored_call("who", Agent(), "1 ga-f", 2),
    ]
    return [entry(one) for one in made]


def write_in_parts(folder: Path, entries: Sequence[Entry], size: int = 30) -> Path:
    """Write a dataset of several parts."""
    store = make_dataset(str(folder), STAMP, CARDS)
    for start in range(0, len(entries), size):
        write_part(store, entries[start : start + size])
    return folder


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_in_parts(tmp_path_factory.mktemp("many") / "results", many_entries())


def site_of(results: Path, out: Path, choice: Choice | None = None) -> Path:
    """Write the site of ``results`` into ``out``."""
    with Dataset.open(str(results)) as dataset:
        write_site(dataset, out, choice=choice)
    return out


@pytest.fixture(scope="module")
def site_of_many(many: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Choice | None], Path]:
    """Return what writes the site of many calls, once for each choice: to be looked at, not changed."""

    @functools.cache
    def made(choice: Choice | None) -> Path:
        return site_of(many, tmp_path_factory.mktemp("chosen") / "out", choice)

    return made


def linked(site: Path) -> set[str]:
    """Return the names of the call pages that the pages of ``site`` lead to."""
    pages = (page for page in site.rglob("*.html"))
    return {Path(link).name for page in pages for link in LINK.findall(page.read_text("utf-8"))}


def written(site: Path) -> set[str]:
    """Return the names of the call pages that are there."""
    return {path.name for path in (site / "calls").glob("*.html")}


def contents(site: Path) -> dict[str, bytes]:
    """Return the bytes of every file of a site."""
    return {str(path.relative_to(site)): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def section(page: Path, name: str) -> str:
    """Return one section of a page."""
    return page.read_text("utf-8").partition(f'<h2 id="{name}">')[2].partition("</section>")[0]


QUOTES = st.sampled_from(
    ["", "hello", "good morning there", "x" * LONGEST_PRAISE, "y" * (LONGEST_PRAISE + 1), "é🙂" * 20]
)
MARKS = st.tuples(
    st.sampled_from(["met", "missed", "not_applicable", "cannot_tell"]), st.sampled_from([0, 2.5, 10]), QUOTES
)
CALLS = st.lists(
    st.tuples(
        st.sampled_from(["a1", "a2", None]),
        st.sampled_from(["2026-02-02T09:00:00Z", "2026-02-10", "soon", None]),
        st.one_of(st.none(), st.floats(0, 100)),
        st.sampled_from(["external", "internal", None]),
        st.lists(MARKS, min_size=len(CARDS), max_size=len(CARDS)),
    ),
    max_size=14,
)


def entry_of(number: int, made: tuple[object, ...]) -> Entry:
    """Return a drawn call as the dataset keeps it."""
    who, started_at, score, kind, marks = made
    base = scored_call(f"c{number:02}", Agent(who, None, None), "0 gaef", 0)
    findings = tuple(
        Finding(
            card.id, outcome, "", (Evidence(0, 0, len(quote), quote),) if quote else (), None, None,
            points if outcome == "met" else 0.0, points if outcome in ("met", "missed") else 0.0,
        )
        for card, (outcome, points, quote) in zip(CARDS, marks, strict=True)
    )  # fmt: skip
    call = replace(base.call, started_at=started_at, customer_type=kind)
    passed = None if score is None else score >= 70
    return entry(replace(base, call=call, findings=findings, score=score, passed=passed))


def by_hand(entries: Sequence[Entry], who: str | None) -> Counted:
    """Return the sums of one agent's calls, added up one call at a time."""
    mine = [one.scored for one in entries if one.scored.call.agent.id == who]
    calls = [
        Marked(
            one.call.call_id, one.call.started_at, one.score, one.passed,
            kinds={"customer_type": one.call.customer_type} if one.call.customer_type else {},
        )
        for one in mine
    ]  # fmt: skip
    marks = [
        Mark(
            one.call.call_id, finding.rule, finding.outcome, finding.points, finding.possible,
            finding.evidence[0].text if finding.evidence else "",
        )
        for one in mine
        for finding in one.findings
    ]  # fmt: skip
    cards = (*CARDS, BY_TYPE)
    found = counted(Who(who, None, None), calls, marks, cards)
    return replace(found, scored=by_week(found.scored))


def approximately(found: Counted) -> tuple[object, ...]:
    """Return the sums with the figures that may differ by rounding made comparable."""

    def rounded(scores: Scores) -> Scores:
        return scores._replace(total=round(scores.total, 9), squares=round(scores.squares, 9))

    weeks = [(week.day, rounded(week.scores)) for week in by_week(found.scored)]
    kinds = {key: {kind: rounded(each) for kind, each in of_key.items()} for key, of_key in found.kinds.items()}
    marks = {
        rule: replace(one, possible=round(one.possible, 6), lost=round(one.lost, 6))
        for rule, one in found.behaviours.items()
        if one != type(one)(rule)
    }
    return replace(found, scored=(), kinds={}, behaviours={}), weeks, kinds, marks


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CALLS)
def test_the_database_adds_up_what_one_would_add_up_by_hand(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[object, ...]]
) -> None:
    entries = [entry_of(number, one) for number, one in enumerate(made)]
    folder = tmp_path_factory.mktemp("drawn")
    store = make_dataset(str(folder), STAMP, (*CARDS, BY_TYPE))
    for start in range(0, len(entries), 4):
        write_part(store, entries[start : start + 4])
    with Dataset.open(str(folder)) as dataset:
        found = people(dataset)
        whole = scores_in(dataset)
    ids = {one.scored.call.agent.id for one in entries}
    assert [one.who.id for one in found] == sorted(ids - {None}) + ([None] if None in ids else [])
    for one in found:
        assert approximately(one) == approximately(by_hand(entries, one.who.id))
    assert whole.calls == sum(one.scored.score is not None for one in entries)


def test_several_threads_add_up_to_the_same_sums_every_time(many: Path) -> None:
    with Dataset.open(str(many)) as dataset:
        first = people(dataset)
        assert all(people(dataset) == first for _ in range(5))


def test_the_newest_misses_and_the_fullest_quotes_are_found(many: Path) -> None:
    rule = "core.apology"
    with Dataset.open(str(many)) as dataset:
        places = places_of(dataset, [("a1", rule), ("b1", rule)], [("a1", rule)])
    missed, shown = places["a1", rule].missed_in, places["a1", rule].shown
    calls = [one.scored for one in many_entries() if one.scored.call.agent.id == "a1"]
    marks = {one.call.call_id: next(each for each in one.findings if each.rule == rule) for one in calls}
    newest = sorted(calls, key=lambda one: one.call.call_id)
    newest.sort(key=lambda one: one.call.started_at or "", reverse=True)
    assert [place.call_id for place in missed] == [
        one.call.call_id for one in newest if marks[one.call.call_id].outcome == "missed"
    ][:MOST_OCCASIONS]
    longest = max(len(mark.evidence[0].text) for mark in marks.values() if mark.outcome == "met")
    assert [len(place.evidence[0].text) for place in shown] == [longest] * MOST_SHOWN
    assert places["b1", rule].missed_in == ()


def test_the_worst_calls_are_the_critical_ones_then_the_lowest(tmp_path: Path) -> None:
    agent = Agent("a1", "Ana Ruiz", "North")
    plans = {"good": "0 gaef", "poor": "1 ----", "rude": "2 gaef R", "fair": "3 g--f"}
    made = [entry(scored_call(name, agent, plan, 0)) for name, plan in plans.items()]
    keys = {one.key: one.scored.call.call_id for one in made}
    with Dataset.open(str(write_sample(tmp_path, made))) as dataset:
        chosen = [{keys[key] for key in worst_calls(dataset, most)["a1"]} for most in (1, 2, 3, 9)]
    assert chosen == [{"rude"}, {"rude", "poor"}, {"rude", "poor", "fair"}, set(plans)]


@pytest.mark.parametrize("choice", [Choice(None), Choice(0), Choice(1), Choice(7), None])
def test_links_lead_only_to_pages_that_are_there(
    site_of_many: Callable[[Choice | None], Path], choice: Choice | None
) -> None:
    site = site_of_many(choice)
    assert linked(site) <= written(site)
    assert bool(linked(site)) == bool(written(site)) == (choice != Choice(0))


def test_every_call_that_is_quoted_has_a_page_where_calls_have_pages(
    site_of_many: Callable[[Choice | None], Path],
) -> None:
    site = site_of_many(Choice(1))
    page = (site / "agents" / "a1.html").read_text("utf-8")
    footers = re.findall(r"<blockquote>.*?<footer>(.*?)</footer>", page, re.S)
    assert footers
    assert all(LINK.search(footer) for footer in footers)


def test_each_agent_has_pages_of_so_many_of_the_lowest_calls(
    many: Path, site_of_many: Callable[[Choice | None], Path]
) -> None:
    site = site_of_many(Choice(3))
    with Dataset.open(str(many)) as dataset:
        lowest = worst_calls(dataset, 3)
        ids = {row["key"]: row["call_id"] for row in dataset.rows("SELECT key, call_id FROM calls")}
    names = {f"{ids[key]}.html" for keys in lowest.values() for key in keys}
    assert Counter(len(keys) for keys in lowest.values()) == {3: 2, 1: 2}
    assert names <= written(site)
    # What is quoted comes on top: a few calls of an agent at most.
    assert len(written(site) - names) <= 4 * 7


def test_without_call_pages_the_rest_is_the_same_but_for_the_links(
    site_of_many: Callable[[Choice | None], Path],
) -> None:
    all_pages, none = (site_of_many(Choice(most)) for most in (None, 0))
    assert not written(none)
    for name in ("index.html", "agents/a1.html", "agents/b1.html"):
        words = [re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", (site / name).read_text())) for site in (all_pages, none)]
        said = [text.partition("ver the weeks")[0] for text in words]
        assert said[0] == said[1]
        assert "Calls have no pages of their own here." in words[1]
        assert "Open the call" not in words[1]


def test_pages_of_calls_no_longer_chosen_are_removed(many: Path, tmp_path: Path) -> None:
    site = site_of(many, tmp_path / "out", Choice(None))
    (site / "calls" / "mine.html").write_text("<p>my own notes</p>")
    before = len(written(site))
    site_of(many, site, Choice(2))
    assert 0 < len(written(site)) < before / 2
    assert linked(site) <= written(site)
    site_of(many, site, Choice(0))
    assert written(site) == {"mine.html"}


@pytest.mark.parametrize("most", [None, 0, 4])
def test_the_same_results_give_the_same_bytes_whatever_is_chosen(
    many: Path, site_of_many: Callable[[Choice | None], Path], tmp_path: Path, most: int | None
) -> None:
    assert contents(site_of(many, tmp_path / "again", Choice(most))) == contents(site_of_many(Choice(most)))


def test_a_call_keeps_its_address_whatever_is_chosen(tmp_path: Path) -> None:
    agents = [Agent("a1", "Ana Ruiz", "T"), Agent("a2", "Ben Okafor", "T")]
    made = [entry(scored_call("same", agent, "0 g---", 0), f"k{agent.id}") for agent in agents]
    made.append(entry(scored_call("Other One", agents[0], "0 ----", 1)))
    results = write_sample(tmp_path / "results", made)
    every, some = (site_of(results, tmp_path / name, Choice(most)) for name, most in (("all", None), ("some", 1)))
    assert written(some) <= written(every)
    assert len(written(every)) == 3


def test_an_agent_with_many_calls_has_the_lowest_and_the_newest_listed(
    site_of_many: Callable[[Choice | None], Path],
) -> None:
    site = site_of_many(Choice(None))
    listed = section(site / "agents" / "a1.html", "calls")
    assert f"Of the {MOST_OF_ALL + 40} calls, listed are the {MOST_OF_SOME}" in listed
    assert listed.count("<tbody") == 2
    assert listed.count('<tr role="row"><th scope="row"') == 2 * MOST_OF_SOME
    scores = [float(score) for score in re.findall(r'data-label="Score">([\d.]+)<', listed.partition("The newest")[0])]
    assert scores == sorted(scores)
    few = section(site / "agents" / "b1.html", "calls")
    assert few.count('<tr role="row"><th scope="row"') == 5
    assert "Newest first. Each call has its transcript and a receipt of every point." in few
    text = (site / "agents" / "a1.md").read_text("utf-8")
    assert text.count("| busy-") == 2 * MOST_OF_SOME


def test_an_agent_with_as_many_calls_as_are_listed_has_all_of_them_listed(tmp_path: Path) -> None:
    agent = Agent("a1", "Ana Ruiz", "T")
    made = [entry(scored_call(f"c{n:02}", agent, f"{n % 9} gaef", n % 40)) for n in range(MOST_OF_ALL)]
    with Dataset.open(str(write_in_parts(tmp_path, made))) as dataset:
        found = calls_of_agents(dataset, ["a1"])["a1"]
    assert (found.calls, len(found.newest), found.lowest) == (MOST_OF_ALL, MOST_OF_ALL, ())


def test_a_page_of_many_agents_is_cut_and_finds_them_by_name(tmp_path: Path) -> None:
    made = [
        entry(scored_call(f"c{who}-{n}", Agent(f"a{who:02}", f"Agent {99 - who}", "T"), f"{n} {PLANS[who % 6]}", n))
        for who in range(45)
        for n in range(5)
    ]
    site = site_of(write_in_parts(tmp_path / "results", made, 100), tmp_path / "out")
    agents = section(site / "index.html", "agents")
    shown, _, folded = agents.partition("25 more agents")
    assert "All 45 agents by name" in shown
    finder, _, table = shown.partition("</details>")
    assert re.findall(r">(Agent \d+)</a>", finder) == sorted(re.findall(r">(Agent \d+)</a>", finder))
    assert (table.count("<tr role"), folded.count("<tr role")) == (1 + 20, 1 + 25)


def test_a_small_team_reads_as_ever(tmp_path: Path) -> None:
    site = site_of(write_sample(tmp_path / "results"), tmp_path / "out")
    text = (site / "index.html").read_text("utf-8")
    assert "by name" not in text
    assert "more agents" not in text
    assert "have a page with transcript" not in text


def test_of_many_transcripts_that_could_not_be_read_some_are_listed(tmp_path: Path) -> None:
    results = write_sample(tmp_path / "results", sample_entries()[:2], rejected=False)
    rows = [(f"calls/{n:03}.json", "", "this is not JSON", "Export it again.") for n in range(MOST_REJECTED + 30)]
    write_rejected(Store(str(results)), rows)
    listed = section(site_of(results, tmp_path / "out") / "index.html", "rejected")
    assert listed.count("Export it again.") == MOST_REJECTED
    assert "30 more transcripts" in listed


def test_what_to_choose_is_read_or_refused_in_plain_words() -> None:
    assert [choice_of(text).worst for text in ("all", "none", "worst:1", "worst:20")] == [None, 0, 1, 20]
    for text in ("", "some", "worst", "worst:", "worst:0", "worst:-1", "worst:x", "worst:1.5", "WORST:3", "all "):
        with pytest.raises(UsageError, match="worst:20"):
            choice_of(text)


def test_all_calls_have_pages_up_to_a_number_that_nobody_waits_for() -> None:
    assert usual_choice(MOST_PAGES) == Choice(None)
    assert usual_choice(MOST_PAGES + 1) == Choice(USUAL_WORST)


def test_report_takes_the_choice_and_says_which_calls_have_pages(many: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = CliRunner().invoke(main, ["report", str(many), "-o", str(out), "--calls", "worst:2"])
    assert result.exit_code == 0, result.stderr
    assert "The 2 lowest calls of each agent, and those quoted, have a page" in result.stdout
    assert "--calls all" in result.stdout
    assert "The 2 lowest calls of each agent" in (out / "index.html").read_text("utf-8")
    result = CliRunner().invoke(main, ["report", str(many), "-o", str(out), "--calls", "all"])
    assert "--calls" not in result.stdout


def test_report_refuses_a_choice_that_makes_no_sense_before_anything_is_written(many: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["report", str(many), "-o", str(tmp_path / "out"), "--calls", "worst"])
    assert result.exit_code == 2
    assert "--calls 'worst'" in result.stderr
    assert not (tmp_path / "out").exists()


def test_insight_of_the_sample_is_that_of_its_calls_one_by_one(tmp_path: Path) -> None:
    with Dataset.open(str(write_sample(tmp_path))) as dataset:
        found = {one.who.id: agent_insight(one, CARDS) for one in people(dataset)}
    assert {who: one.calls for who, one in found.items()} == {"a17": 9, "a21": 10, "b02": 6, "b05": 2, None: 2}
    assert found["a21"].who.name == "Ben Okafor"
    assert found["a21"].focus is not None
    assert found["a21"].focus.behaviour.rule == "core.apology"
    assert found[None].unknown_roles == 1
    assert found["b02"].critical == 1
