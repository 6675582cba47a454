"""The pages in a real browser: no serious finding of axe-core, nothing fetched, nothing wider than a phone."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from labelled_calls import comparison_of, write_calls, write_labels
from sample_results import entry, sample_entries, scored_call, write_sample

from coach.call import Agent
from coach.comparison import Comparison
from coach.datafiles import templates_folder
from coach.pages.chosen import Choice
from coach.render import write_agreement
from coach.results import Dataset
from coach.results_schema import Entry
from coach.site import write_site

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install -e .[dev]")
axe_api = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
CHROMIUM = Path("/usr/bin/chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}: apt-get install chromium"),
]

PAGES = ("index.html", "agents/a21.html", "agents/x*.html", "calls/a21-05.html", "calls/b02-05.html", "calls/x-02.html",
         "calls/xww*.html", "agreement.html", "many/index.html", "many/agents/a44.html")  # fmt: skip
WIDTHS = (390, 1280)
SCHEMES = ("light", "dark")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    wide = scored_call("X" + "W" * 300, Agent("X" * 200, "Wolfeschlegelsteinhausenberger" * 8, "T" * 120), "0 g---", 0)
    write_sample(folder / "results", [*sample_entries(), entry(wide)])
    write_agreement(long_comparison(folder), folder / "out" / "agreement.html")
    write_sample(folder / "many", many_calls())
    with Dataset.open(str(folder / "many")) as dataset:
        write_site(dataset, folder / "out" / "many", choice=Choice(1))
    with Dataset.open(str(folder / "results")) as dataset:
        return write_site(dataset, folder / "out").parent


def many_calls() -> list[Entry]:
    """Return calls of so many agents that their table is cut, and more of one than its page lists."""
    staff = [Agent(f"a{n}", f"Agent {n}", "North" if n % 2 else "South") for n in range(45)]
    made = [
        scored_call(f"c{n}-{agent.id}", agent, f"{n} ga-{'f' if n % 2 else '-'}", n)
        for agent in staff
        for n in range(5)
    ]
    return [entry(one) for one in (*made, *(scored_call(f"m{n}", staff[-1], "0 g--f", n % 40) for n in range(70)))]


def long_comparison(folder: Path) -> Comparison:
    """Return a comparison in which everything is there and names are long."""
    ids = [f"{'W' * 200}{number}" for number in range(6)]
    marks = {key: {"core.greeting": ["missed", [1]], "core.apology": ["met", [2]]} for key in ids}
    said = {call_id: {"greeting": ["met", [0, 99]], "apology": ["met", [0]]} for call_id in ids}
    said[ids[0]] = {"greeting": ["missed", [1]], "apology": "missed"}
    said["W" * 300] = {"greeting": "met"}
    calls = write_calls(folder / "labelled.jsonl", marks, ["W" * 300, "My router.", "Sorry " * 100])
    return comparison_of(write_labels(folder / "labels.jsonl", said), calls)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module", params=itertools.product(WIDTHS, SCHEMES), ids=lambda made: f"{made[0]}-{made[1]}")
def screen(request: pytest.FixtureRequest, browser: Any) -> Iterator[Any]:
    width, scheme = request.param
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    yield context
    context.close()


@pytest.fixture
def view(screen: Any) -> Iterator[Any]:
    page = screen.new_page()
    yield page
    page.close()


class Visit(NamedTuple):
    """What one look at a page showed: most of what a look costs is to open the page."""

    asked: list[str]
    said: list[str]
    too_wide: int
    serious: list[tuple[str, str]]


@pytest.fixture(scope="module")
def visits(site: Path, screen: Any) -> dict[str, Visit]:
    """Look at one page of every kind, by its address."""
    page = screen.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    found = {}
    for address in addresses(site):
        asked.clear()
        said.clear()
        page.goto(address)
        # Axe-core comes last: it may ask for something, or say something, itself.
        found[address] = Visit(list(asked), list(said), too_wide(page), serious(page))
    page.close()
    return found


def addresses(site: Path) -> list[str]:
    """Return the pages to look at: one of every kind, with the longest names."""
    found = [sorted(site.glob(pattern)) for pattern in PAGES]
    assert all(found)
    return [page.as_uri() for pages in found for page in pages]


def too_wide(page: Any) -> int:
    """Return by how many pixels a page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def serious(page: Any) -> list[tuple[str, str]]:
    """Return the serious findings of axe-core: the rule, and the first element that breaks it.

    What it finds in order is not described element by element: that would take most of its time. In the dark scheme
    the rules that ask for no colour would find what they find in the light one.
    """
    asked: dict[str, Any] = {"resultTypes": ["violations"]}
    if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"):
        asked["runOnly"] = ["cat.color"]
    found = axe_api.Axe().run(page, options=asked).response["violations"]
    return [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]


def test_the_dark_scheme_changes_colours_alone() -> None:
    texts = [path.read_text("utf-8") for path in templates_folder().iterdir() if path.is_file()]
    (dark,) = (part for text in texts for part in text.split("@media (prefers-color-scheme: dark)")[1:])
    ((root, _),) = re.findall(r"^ \{\s*:root \{((\s*--[\w-]+: #[0-9a-f]+;)+)\s*\}\s*\}", dark)
    assert "--paper" in root
    assert sum(text.count("prefers-color-scheme") for text in texts) == 1


def test_pages_have_no_serious_accessibility_violation(visits: dict[str, Visit]) -> None:
    assert {address: seen.serious for address, seen in visits.items() if seen.serious} == {}


def test_axe_sees_what_is_wrong_with_a_page(view: Any) -> None:
    pale = "<p style='color: #aaa; background: #bbb'>Hardly to be read</p><img src='data:,'>"
    view.set_content(f"<html lang='en'><title>A page</title><main><h1>A page</h1>{pale}</main>")
    dark = view.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert [rule for rule, _ in serious(view)] == ["color-contrast", *(() if dark else ("image-alt",))]


def test_pages_fit_the_screen_and_log_nothing(visits: dict[str, Visit]) -> None:
    assert {address: seen.too_wide for address, seen in visits.items() if seen.too_wide} == {}
    assert {address: seen.said for address, seen in visits.items() if seen.said} == {}


def test_pages_fetch_nothing_but_themselves(visits: dict[str, Visit]) -> None:
    asked = {address: [url for url in seen.asked if not url.startswith("data:")] for address, seen in visits.items()}
    assert asked == {address: [address] for address in visits}


def test_the_first_tab_stop_skips_to_the_content(site: Path, view: Any) -> None:
    view.goto((site / "index.html").as_uri())
    view.keyboard.press("Tab")
    assert view.evaluate("document.activeElement.textContent") == "Skip to the content"
    view.keyboard.press("Enter")
    assert view.evaluate("document.activeElement.id") == "main"


def test_a_quote_on_the_receipt_leads_to_its_turn(site: Path, view: Any) -> None:
    view.goto((site / "calls" / "a21-05.html").as_uri())
    view.click("#rule-core-apology .quotes a")
    assert view.url.endswith("#turn-1")
    assert view.locator(".turn:target").get_attribute("id") == "turn-1"


def test_links_and_summaries_are_large_enough_to_tap(site: Path, view: Any) -> None:
    # WCAG 2.2, 2.5.8: 24 by 24 CSS pixels; links within a sentence are exempt.
    view.goto((site / "agents" / "a21.html").as_uri())
    sizes = view.evaluate(
        "[...document.querySelectorAll('nav a, table a, blockquote footer a, summary')].map(e => [e.textContent, "
        "e.getBoundingClientRect().width, e.getBoundingClientRect().height])"
    )
    assert sizes
    assert [one for one in sizes if min(one[1], one[2]) < 24] == []


def test_what_is_folded_away_is_printed(site: Path, browser: Any) -> None:
    page = browser.new_page()
    page.goto((site / "calls" / "a21-05.html").as_uri())
    tip = page.locator("#rule-core-apology details p")
    assert not tip.is_visible()
    page.emulate_media(media="print")
    tip.wait_for(state="visible", timeout=5000)
    page.close()


def test_the_transcript_is_one_tap_away(site: Path, view: Any) -> None:
    view.emulate_media(reduced_motion="reduce")
    view.goto((site / "calls" / "a21-05.html").as_uri())
    view.click("text=To the transcript")
    assert 0 <= view.evaluate("document.querySelector('#transcript').getBoundingClientRect().top") < 844


def test_a_call_without_a_score_shows_the_reasons_unfolded(site: Path, view: Any) -> None:
    view.goto((site / "calls" / "x-02.html").as_uri())
    assert view.locator("#rule-core-apology").is_visible()


def test_marks_to_settle_fold_out_without_a_violation(site: Path, view: Any) -> None:
    view.goto((site / "agreement.html").as_uri())
    view.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert view.locator(".settle li").count() > 10
    assert too_wide(view) == 0
    assert serious(view) == []


def test_the_agents_folded_away_are_there_and_fit(site: Path, view: Any) -> None:
    view.goto((site / "many" / "index.html").as_uri())
    view.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert view.locator(".finder a").count() == 45
    assert view.locator("section[aria-labelledby=agents] tbody tr").count() == 45
    assert too_wide(view) == 0
    sizes = view.evaluate("[...document.querySelectorAll('.finder a')].map(e => e.getBoundingClientRect().height)")
    assert min(sizes) >= 24
    assert serious(view) == []
