"""The site: golden pages, hostile names, links that lead somewhere, the same bytes every time.

A golden page that differs is saved to ``tests/failed-pages/``, with its style, to be looked at in a browser.
``pytest tests/test_render.py --update-golden`` writes the golden pages anew.
"""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sample_results import CARDS, MONDAY, entry, sample_entries, scored_call, write_sample

from coach.call import Agent, Call, Roles, Turn
from coach.errors import CoachError
from coach.render import breakable
from coach.results import Dataset
from coach.scored import Evidence, Finding, Scored, Talk
from coach.site import write_site

HERE = Path(__file__).parent
GOLDEN = (
    "index.html",
    "teams/billing-3ac8bbca.html",
    "agents/a21.html",
    "agents/a21.md",
    "agents/b05.html",
    "agents/not-named.html",
    "calls/a21-05.html",
    "calls/b02-05.html",
    "calls/x-02.html",
)
STYLE = re.compile(r"<style>.*?</style>", re.S)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"
VOID = {"meta", "wbr", "link", "br", "hr", "img", "input", "line", "rect", "circle"}


def render(results: Path, out: Path) -> Path:
    """Write the site of ``results`` and return its folder."""
    with Dataset.open(str(results)) as dataset:
        return write_site(dataset, out).parent


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    return render(write_sample(folder / "results"), folder / "out")


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    text = f"=cmd() {HOSTILE} | a | [b](javascript:x) **c** # d"
    call = Call(
        "../../x", (Turn("agent", text), Turn("customer", text)),
        Agent("../../x", HOSTILE, f"../{HOSTILE}"), Roles("given", ("agent",), 1.0),
        source=HOSTILE, format=HOSTILE, started_at=HOSTILE, customer_type=HOSTILE, warnings=(HOSTILE,),
    )  # fmt: skip
    findings = tuple(
        Finding(card.id, outcome, HOSTILE, (Evidence(n % 2, 0, 30, text[:30]),), (0, 1), None, points, card.possible)
        for n, (card, (outcome, points)) in enumerate(
            zip(CARDS, [("met", 5.0), ("missed", 0.0), ("missed", 0.0), ("met", 5.0)], strict=False)
        )
    )
    scored = Scored(call, call.roles, findings, {}, Talk(), (None,) * 4, 50.0, False, (CARDS[4].id,))
    # A second agent whose name differs in case alone, so that names have to be told apart as files.
    other = scored_call("../../X", Agent("../../X", "x" * 300, "Other"), "0 gaef", 0)
    entries = [entry(scored, "k" * 40), entry(other), *sample_entries()[:3]]
    return render(write_sample(folder / "results", entries), folder / "out")


def pages(site: Path) -> list[Path]:
    """Return all HTML pages of a site."""
    return sorted(site.rglob("*.html"))


def contents(site: Path) -> dict[Path, bytes]:
    """Return the bytes of every file of a site."""
    return {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()}


class Outline(HTMLParser):
    """Reads a page: its links, its ids, its headings, and tags left open."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.sources: list[str] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.tags: Counter[str] = Counter()
        self.open: list[str] = []
        self.crossed: list[str] = []
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        for name, value in attrs:
            if name == "href" and tag == "a":
                self.links.append(value or "")
            elif name in ("src", "href", "action", "srcset"):
                self.sources.append(value or "")
            elif name == "id":
                self.ids.append(value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)


@pytest.mark.parametrize("name", GOLDEN)
def test_pages_are_as_they_were_approved(site: Path, name: str, request: pytest.FixtureRequest) -> None:
    page = (site / name).read_text("utf-8")
    # The style sheet is a file of its own and the same on every page; its changes would drown all others here.
    seen = STYLE.sub("<style></style>", page)
    golden = HERE / "golden" / name
    if request.config.getoption("--update-golden"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(seen, "utf-8")
    if not golden.is_file() or golden.read_text("utf-8") != seen:
        failed = HERE / "failed-pages" / name
        failed.parent.mkdir(parents=True, exist_ok=True)
        failed.write_text(page, "utf-8")
        assert golden.is_file(), f"no golden page; see {failed}, then run pytest --update-golden"
    assert seen == golden.read_text("utf-8")


def test_every_page_carries_the_style_sheet(site: Path) -> None:
    style = (HERE.parent / "reports" / "templates" / "style.css").read_text("utf-8").strip()
    assert all(style in page.read_text("utf-8") for page in pages(site))


def test_the_same_results_give_the_same_bytes(site: Path, tmp_path: Path) -> None:
    again = render(write_sample(tmp_path / "results"), tmp_path / "out")
    assert contents(site) == contents(again)


@pytest.mark.parametrize("which", ["site", "hostile_site"])
def test_pages_are_well_formed_and_ask_nothing_of_anyone(which: str, request: pytest.FixtureRequest) -> None:
    for page in pages(request.getfixturevalue(which)):
        outline = Outline(page)
        assert (outline.open, outline.crossed) == ([], []), page
        assert [source for source in outline.sources if source != "data:,"] == [], page
        assert outline.tags["script"] == outline.tags["img"] == outline.tags["iframe"] == 0, page
        assert len(outline.ids) == len(set(outline.ids)), page
        assert outline.headings.count(1) == 1, page
        assert all(after - before <= 1 for before, after in zip(outline.headings, outline.headings[1:], strict=False))


@pytest.mark.parametrize("which", ["site", "hostile_site"])
def test_every_link_leads_to_a_page_and_a_place_on_it(which: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(which)
    ids = {page: set(Outline(page).ids) for page in pages(folder)}
    for page in ids:
        for link in Outline(page).links:
            path, _, place = link.partition("#")
            target = (page.parent / path).resolve() if path else page
            assert target in ids, (page, link)
            assert not place or place in ids[target], (page, link)


def test_hostile_names_stay_text_and_inside_the_folder(hostile_site: Path) -> None:
    outside = [path for path in hostile_site.parent.rglob("*") if path.name.startswith("x") and "out" not in path.parts]
    assert outside == []
    assert {path.name for path in hostile_site.iterdir()} == {"index.html", "agents", "calls", "teams"}
    assert all(re.fullmatch(r"[a-z0-9._-]{1,80}", path.name) for path in hostile_site.rglob("*"))
    for page in pages(hostile_site):
        text = page.read_text("utf-8")
        assert "<script" not in text
        assert "<img" not in text
        assert "49" not in re.sub(STYLE, "", text).replace("&#", "")
    page = next(page for page in pages(hostile_site / "calls") if "=cmd()" in page.read_text("utf-8"))
    assert "=cmd() &lt;script&gt;" in page.read_text("utf-8").replace('<mark class="missed"', "").replace("</mark>", "")


def test_hostile_names_stay_text_in_markdown(hostile_site: Path) -> None:
    text = next(path for path in (hostile_site / "agents").glob("x-*.md") if "script" in path.read_text()).read_text()
    assert "<" not in text
    assert "](" not in text.replace("\\](", "")
    assert r"\*\*c\*\*" in text


def test_a_file_differing_in_case_alone_has_a_page_of_its_own(hostile_site: Path) -> None:
    names = [path.name.lower() for path in (hostile_site / "agents").glob("*.html")]
    assert len(names) == len(set(names)) == 3


def test_progress_counts_up_to_all_pages(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    with Dataset.open(str(write_sample(tmp_path / "results"))) as dataset:
        write_site(dataset, tmp_path / "out", on_progress=lambda done, total: seen.append((done, total)))
    written = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert [done for done, _ in seen] == list(range(1, len(written) + 1))
    assert {total for _, total in seen} == {len(written)}


def test_pages_of_calls_that_are_gone_are_removed_and_nothing_else(tmp_path: Path) -> None:
    out = render(write_sample(tmp_path / "before"), tmp_path / "out")
    (out / "calls" / "mine.html").write_text("<p>my own notes</p>")
    render(write_sample(tmp_path / "after", sample_entries()[:2]), out)
    assert {path.name for path in (out / "calls").iterdir()} == {"a17-01.html", "a17-02.html", "mine.html"}
    assert {path.name for path in (out / "agents").iterdir()} == {"a17.html", "a17.md"}


def test_a_page_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "calls").write_text("a file where a folder should be")
    with pytest.raises(CoachError, match="calls"):
        render(write_sample(tmp_path / "results"), tmp_path / "out")
    assert not list((tmp_path / "out").rglob("*.tmp"))


def test_results_without_a_call_make_a_page_that_says_so(tmp_path: Path) -> None:
    page = render(write_sample(tmp_path / "results", []), tmp_path / "out") / "index.html"
    text = page.read_text("utf-8")
    assert "No call has a score yet." in text
    assert "calls/<wbr>broken.<wbr>json" in text


def test_a_call_with_a_name_and_no_id_joins_the_one_agent_of_that_name(tmp_path: Path) -> None:
    entries = [
        entry(scored_call("one", Agent("a1", "Ana Ruiz", "T"), "0 gaef", 0)),
        entry(scored_call("two", Agent(None, "ana ruiz ", None), "0 gaef", 1)),
        entry(scored_call("three", Agent(None, "Someone Else", None), "0 gaef", 2)),
    ]
    out = render(write_sample(tmp_path / "results", entries), tmp_path / "out")
    made = sorted(path.name for path in (out / "agents").glob("*.html"))
    assert [re.sub("-[0-9a-f]{8}", "", name) for name in made] == ["a1.html", "someone-else.html"]
    assert "calls/two.html" in (out / "agents" / "a1.html").read_text("utf-8")


def test_the_agent_page_opens_with_what_went_well_then_names_one_thing(site: Path) -> None:
    text = (site / "agents" / "a21.html").read_text("utf-8")
    headings = re.findall(r"<h2[^>]*>([^<]*)</h2>", text)
    assert headings[:2] == ["What went well", "One thing to work on"]
    assert text.count('class="card focus"') == 1
    assert "I&#39;m sorry your router has failed" in text


def test_too_few_calls_are_said_to_be_too_few(site: Path) -> None:
    text = (site / "agents" / "b05.html").read_text("utf-8")
    assert "Too few calls to judge" in text
    assert "One thing to work on" not in text


def test_the_sample_spans_the_weeks_it_says() -> None:
    days = {entry.scored.call.started_at or "" for entry in sample_entries()}
    assert min(days)[:10] == MONDAY.isoformat()


def test_a_call_without_a_score_is_listed_with_its_reason(tmp_path: Path) -> None:
    why = "The call has 2 turns; the scorecard asks for at least 3."
    call = Call("short", (Turn("agent", "Hello?"), Turn("customer", "Wrong number.")), Agent("a1", "Ana Ruiz", "T"),
                Roles("given", ("agent",), 1.0))  # fmt: skip
    findings = tuple(Finding(card.id, "cannot_tell", why) for card in CARDS)
    short = Scored(call, call.roles, findings, {}, Talk(), (None,) * 4, None, None, ())
    out = render(write_sample(tmp_path / "results", [entry(short), *sample_entries()]), tmp_path / "out")
    text = (out / "index.html").read_text("utf-8")
    listed = text.partition('<h2 id="unscored">')[2].partition("</section>")[0]
    assert "calls/short.html" in listed
    assert "Ana Ruiz" in listed
    assert why in listed
    assert "2 not scored, for reasons given below" in text
    # The one whose agent is unknown has a list of its own.
    assert "x-02" not in listed
    assert "Nobody could tell who the agent is." in text.partition('<h2 id="person">')[2].partition("</section>")[0]


def test_the_team_page_claims_no_more_than_the_calls_at_hand(tmp_path: Path) -> None:
    text = (render(write_sample(tmp_path / "r", sample_entries()[:9]), tmp_path / "out") / "index.html").read_text(
        "utf-8"
    )
    assert "of 9 calls counted here" in text
    assert 'id="unscored"' not in text


def test_nobody_is_named_to_coach_on_one_call(tmp_path: Path) -> None:
    calls = [entry(scored_call(f"c{n}", Agent(f"a{n}", f"Agent {n}", "T"), "0 ----", n)) for n in range(3)]
    text = (render(write_sample(tmp_path / "results", calls), tmp_path / "out") / "index.html").read_text("utf-8")
    card = text.partition('<div class="card focus">')[2].partition("</section>")[0]
    assert "agents/" not in card
    assert "Nobody is named for those." in card


def test_a_path_may_break_after_its_signs_and_stays_text() -> None:
    assert breakable("bad/nest-<i>.json") == "bad/<wbr>nest-<wbr>&lt;i&gt;.<wbr>json"
    assert breakable("a//b..c") == "a//<wbr>b..<wbr>c"


def test_a_silence_says_whether_the_agent_announced_it(site: Path) -> None:
    assert "Silence of 4\u00a0s, not announced" in (site / "calls" / "a21-05.html").read_text("utf-8")
