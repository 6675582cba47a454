"""What writes docs/accuracy.md: slots, tables and intervals, and that no text of real calls can get there."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from bench_modules import bench_module
from labelled_calls import AskedFor, write_labels

ROOT = Path(__file__).resolve().parent.parent
PAGE = (
    "before\n<!-- measured: real -->\nold\n<!-- end -->\nbetween\n<!-- measured: own -->\nolder\n<!-- end -->\nafter\n"
)


@pytest.fixture(scope="module")
def written() -> ModuleType:
    return bench_module("accuracy_page")


def test_slots_without_new_figures_stay_as_they_are(written: ModuleType) -> None:
    assert written.filled(PAGE, {"own": "new\n"}) == PAGE.replace("older", "new")
    assert written.filled(PAGE, {}) == PAGE


@pytest.mark.usefixtures("written")
def test_the_page_has_both_slots_and_they_are_filled() -> None:
    slot = sys.modules["page_slots"].SLOT
    slots = {found[2]: found[0] for found in slot.finditer((ROOT / "docs" / "accuracy.md").read_text("utf-8"))}
    assert slots.keys() == {"real", "own"}
    assert all(text.count("|") > 100 for text in slots.values())


def test_check_names_a_stale_page_and_writes_nothing(
    written: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "accuracy.md"
    page.write_text(PAGE, "utf-8")
    monkeypatch.setattr(written, "PAGE", page)
    monkeypatch.setattr(written, "Scorer", AskedFor)
    monkeypatch.setattr(written, "own_figures", lambda scorer: "new\n")
    assert written.main(["--check"]) == 1
    assert capsys.readouterr().err == "docs/accuracy.md is stale: run `make docs`\n"
    assert page.read_text("utf-8") == PAGE
    assert written.main([]) == 0
    assert "measured by other rules" in capsys.readouterr().err
    assert written.main(["--check"]) == 0


def test_a_folder_without_the_sets_is_refused(written: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"there is no operator\.jsonl here"):
        written.main([str(tmp_path)])


def test_two_reviewers_are_compared_like_the_tool(written: ModuleType, tmp_path: Path) -> None:
    first = write_labels(
        tmp_path / "first.jsonl",
        {f"c-{n}": {"greeting": "met" if n < 6 else "missed", "apology": "cannot_tell"} for n in range(10)},
    )
    second = write_labels(
        tmp_path / "second.jsonl",
        {f"c-{n}": {"greeting": "met" if n < 5 else "missed", "apology": "met"} for n in range(9)},
    )
    found = written.between_people([first], second, AskedFor())
    assert [(check.rule, check.agreed, len(check.pairs)) for check in found.checks] == [("core.greeting", 8, 9)]


def test_the_interval_of_f1_holds_it(written: ModuleType) -> None:
    calls = [Counter(tp=2, fn=1), Counter(tp=3), Counter(fp=1, tp=1), Counter(tn=9)] * 5
    low, high = written.f1_interval(calls)
    assert 0 < low < written.f1_of(sum(calls, Counter())) < high <= 1


def test_tables_are_markdown(written: ModuleType) -> None:
    assert written.table(["a", "b"], [["1", "2"]]) == "| a | b |\n|---|---|\n| 1 | 2 |"
