"""The page of a comparison with reviewers: its approved look, and text that stays text."""

from __future__ import annotations

from pathlib import Path

import pytest
from labelled_calls import comparison_of, write_calls, write_labels
from test_cli_agree import LABELS, MARKS
from test_render import HOSTILE, STYLE, Outline

from coach.render import write_agreement

HERE = Path(__file__).parent
GOLDEN = HERE / "golden" / "agreement.html"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    labels, calls = write_labels(tmp_path / "l.jsonl", LABELS), write_calls(tmp_path / "c.jsonl", MARKS)
    write_agreement(comparison_of(labels, calls), tmp_path / "agreement.html")
    return tmp_path / "agreement.html"


@pytest.fixture
def hostile_page(tmp_path: Path) -> Path:
    marks = {HOSTILE: {"core.greeting": ["missed", [1]]}, "c-2": {"core.greeting": ["met", [0]]}}
    said = {
        HOSTILE: {"greeting": ["met", [0, 7]]},
        "c-2": {"greeting": ["met", [1]]},
        f"{HOSTILE}2": {"greeting": "met"},
    }
    calls = write_calls(tmp_path / "c.jsonl", marks, [HOSTILE, f"My router {HOSTILE}"])
    write_agreement(comparison_of(write_labels(tmp_path / "l.jsonl", said), calls), tmp_path / "agreement.html")
    return tmp_path / "agreement.html"


def test_the_page_is_as_it_was_approved(page: Path, request: pytest.FixtureRequest) -> None:
    seen = STYLE.sub("<style></style>", page.read_text("utf-8"))
    if request.config.getoption("--update-golden"):
        GOLDEN.write_text(seen, "utf-8")
    if seen != GOLDEN.read_text("utf-8"):
        failed = HERE / "failed-pages" / GOLDEN.name
        failed.parent.mkdir(parents=True, exist_ok=True)
        failed.write_bytes(page.read_bytes())
    assert seen == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize("which", ["page", "hostile_page"])
def test_the_page_is_well_formed_and_asks_nothing_of_anyone(which: str, request: pytest.FixtureRequest) -> None:
    outline = Outline(request.getfixturevalue(which))
    assert (outline.open, outline.crossed) == ([], [])
    assert [source for source in outline.sources if source != "data:,"] == []
    assert outline.tags["script"] == outline.tags["img"] == outline.tags["iframe"] == 0
    assert len(outline.ids) == len(set(outline.ids))
    assert {link.removeprefix("#") for link in outline.links} <= {*outline.ids, "main"}
    assert outline.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(outline.headings, outline.headings[1:], strict=False))


def test_hostile_text_stays_text(hostile_page: Path) -> None:
    text = hostile_page.read_text("utf-8")
    assert "<script" not in text
    assert "<img" not in text
    assert "&lt;script&gt;" in text


def test_each_mark_to_settle_stands_on_the_page_with_both_sides(page: Path) -> None:
    text = page.read_text("utf-8")
    apology = text.partition('id="rule-core-apology"')[2]
    assert "1 mark to settle" in apology
    assert "Call c-2" in apology
    assert "“Sorry about that, let me look.”" in apology
    assert "My <mark>router is broken.</mark>" in apology
    assert "1 same mark on other turns" in text.partition('id="rule-core-greeting"')[2]
    assert "Labelled, but not among the calls read: c-9." in text
