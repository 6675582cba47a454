"""What writes docs/performance.md: rows and verdicts from given figures; and that the page shows what was measured."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from bench_modules import bench_module

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "performance.md").read_text("utf-8")
MADE = {"calls": 1000, "words": 120_000, "customer_words": 66_000, "new_turns": 0.15}
# Two rounds, [seconds by the clock, seconds of the processor].
RUNS = {
    "made": MADE,
    "tokenizer": [[0.1, 0.1], [0.1, 0.1]],
    "vader": [[0.2, 0.2], [0.3, 0.2]],
    "start": [[1.0, 0.9], [1.2, 0.9]],
    "one": [[2.0, 1.5], [2.4, 1.5]],
    "two": [[1.0, 2.0], [1.2, 2.0]],
}
MEMORY = {
    "made": MADE,
    "peaks": {"1000": 200.0, "10000": 220.0, "100000": 230.0},
    "first": 200.0,
    "second": 9.0,
    "second_peak": 210.0,
}
CONDITIONS = {"cores": "2", "coach": "9.9.9", "rules": "`sha256:0123456789ab`"}
SECTIONS: dict[str, Any] = {
    "speed": {"conditions": CONDITIONS, "cores": 2, "repeated": RUNS, "distinct": RUNS},
    "memory": {"conditions": CONDITIONS, "jobs": 2, "repeated": MEMORY, "distinct": MEMORY},
    "startup": {"conditions": CONDITIONS, "warm": [1.0, 1.2, 1.1], "empty": [2.4, 2.7, 2.6]},
    "restart": {"conditions": CONDITIONS, "calls": 3000, "equal": True, "verdict": "10 kills: equal"},
    "report": {
        "conditions": CONDITIONS,
        "calls": 100_000,
        "agents": 200,
        "seconds": 59.9,
        "megabytes": 1000,
        "pages": 9,
    },
}


@pytest.fixture(scope="module")
def command() -> ModuleType:
    return bench_module("performance")


@pytest.fixture(scope="module")
def written(command: ModuleType) -> ModuleType:
    return sys.modules["performance_page"]


@pytest.fixture
def sections() -> dict[str, Any]:
    return json.loads(json.dumps(SECTIONS))


def verdicts(written: ModuleType, sections: dict[str, Any]) -> dict[str, bool]:
    return {bar.what: bar.met for bar in written.bars(sections)}


def test_ratios_are_of_medians_with_the_lowest_and_highest_of_a_round(written: ModuleType) -> None:
    ratio = written.against_baseline(RUNS)
    assert str(ratio) == "0.16 (0.15 to 0.17)"
    assert written.against_baseline(RUNS, 1).value == pytest.approx(0.2)
    assert written.once_started(RUNS).value == pytest.approx(0.5)


def test_each_bar_is_held_against_its_figure(written: ModuleType, sections: dict[str, Any]) -> None:
    assert [(bar.found, bar.met) for bar in written.bars(sections)] == [
        ("0.16 (0.15 to 0.17)", False),
        ("2.00 (2.00 to 2.00)", True),
        ("0.16 (0.15 to 0.17)", False),
        ("2.00 (2.00 to 2.00)", True),
        ("1.15 and 230 MB", True),
        ("4.5 %", True),
        ("1.15 and 230 MB", True),
        ("4.5 %", True),
        ("equal", True),
        ("59.9 s, 1,000 MB", False),
        ("1.10 s", True),
        ("2.60 s", False),
    ]


def test_much_memory_misses_its_bar_even_where_it_stays_flat(written: ModuleType, sections: dict[str, Any]) -> None:
    flat = {"1000": 600.0, "10000": 600.0, "100000": 600.0}
    growing = {"1000": 100.0, "10000": 110.0, "100000": 121.0}
    sections["memory"]["repeated"]["peaks"] = flat
    sections["memory"]["distinct"]["peaks"] = growing
    found = [bar for bar in written.bars({"memory": sections["memory"]}) if bar.what.startswith("peak")]
    assert [(bar.found, bar.met) for bar in found] == [("1.00 and 600 MB", False), ("1.21 and 121 MB", False)]


def test_one_difference_after_a_kill_misses_the_bar(written: ModuleType, sections: dict[str, Any]) -> None:
    sections["restart"] |= {"equal": False, "verdict": "10 kills: call c-7 differs"}
    assert list(verdicts(written, {"restart": sections["restart"]}).values()) == [False]
    assert "10 kills: call c-7 differs" in written.restart_sentence(sections["restart"])


def test_a_verdict_of_no_stands_out_in_the_table(written: ModuleType, sections: dict[str, Any]) -> None:
    rows = written.bars_table({"startup": sections["startup"]}).splitlines()
    assert rows[2:] == [
        "| start-up to first call scored, warm | under 2.5 s | 1.10 s | yes |",
        "| start-up to first call scored, with an empty cache | under 2.5 s | 2.60 s | **no** |",
    ]


def test_speed_is_in_words_per_second_for_both_kinds_of_calls(written: ModuleType, sections: dict[str, Any]) -> None:
    sections["speed"]["distinct"]["one"] = [[4.0, 3.0], [4.4, 3.0]]
    text = written.speed_table(sections["speed"])
    assert "| words per second | the same calls repeated | every turn different |" in text
    assert '| bare tokenizer, `spacy.blank("en")` | 1,200,000 | 1,200,000 |' in text
    assert "| whole tool, one core | 54,500 | 28,600 |" in text
    assert "| whole tool, one core, without start-up | 109,000 | 38,700 |" in text
    assert "1,000 calls, 120 words a call (55 % the customer's)" in text


def test_a_machine_of_one_core_has_no_rows_for_more(written: ModuleType, sections: dict[str, Any]) -> None:
    for variant in ("repeated", "distinct"):
        del sections["speed"][variant]["two"]
    assert "two processes" not in written.speed_table(sections["speed"])
    assert all("two processes" not in what for what in verdicts(written, sections))


def test_sections_measured_under_other_conditions_are_named(written: ModuleType, sections: dict[str, Any]) -> None:
    assert "Sections" not in written.machine_table({"sections": sections})
    sections["report"]["conditions"] = CONDITIONS | {"coach": "9.9.8"}
    text = written.machine_table({"sections": sections})
    assert (
        text.index("Sections speed, memory, startup, restart:") < text.index("9.9.9") < text.index("Sections report:")
    )


def test_what_was_not_measured_is_said(written: ModuleType) -> None:
    assert set(written.slots({"sections": {}}).values()) == {"Not measured yet.\n"}


def test_the_page_has_a_place_for_every_figure(written: ModuleType) -> None:
    names = {found[2] for found in sys.modules["page_slots"].SLOT.finditer(PAGE)}
    assert names == written.slots({"sections": {}}).keys()


def test_the_page_shows_what_was_measured_last(command: ModuleType) -> None:
    assert json.loads(command.MEASURED.read_text("utf-8"))["sections"]
    assert command.main(["--check"]) == 0


def test_the_page_names_its_command_and_rules_and_no_date(command: ModuleType) -> None:
    assert "The figures are written by `make bench`" in PAGE
    assert re.search(r"\| rules \| `sha256:[0-9a-f]{12}` \|", PAGE)
    assert not re.search(r"\b20\d\d-\d\d|\d\d:\d\d", PAGE)


def test_a_stale_page_is_named_and_not_written(
    command: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page, measured = tmp_path / "performance.md", tmp_path / "performance.json"
    old = "before\n<!-- measured: startup -->\nold\n<!-- end -->\nafter\n"
    page.write_text(old, "utf-8")
    measured.write_text(json.dumps({"sections": {"startup": SECTIONS["startup"]}}), "utf-8")
    monkeypatch.setattr(command, "PAGE", page)
    monkeypatch.setattr(command, "MEASURED", measured)
    assert command.main(["--check"]) == 1
    assert "docs/performance.md is stale: run `python benchmarks/performance.py --page`" in capsys.readouterr().err
    assert page.read_text("utf-8") == old
    assert command.main(["--page"]) == 0
    assert "| rules loaded before | 1.10 | 1.00 to 1.20 |" in page.read_text("utf-8")
    assert command.main(["--check"]) == 0


def test_an_unknown_section_is_refused(command: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["--only", "speed,colour"])
    assert "no such section: colour" in capsys.readouterr().err


class TestCalls:
    """The calls that are measured."""

    BASE = (
        {
            "call_id": "c",
            "turns": [
                {"role": "agent", "text": "Good morning, how can I help you today?"},
                {"role": "customer", "text": "my router is broken, it blinks [colour]", "start": 3.0, "end": 5.0},
                {"role": "agent", "text": "oh dear"},
            ],
        },
    )

    @pytest.fixture
    def made(self, command: ModuleType) -> ModuleType:
        return bench_module("performance_calls")

    def test_repeated_calls_differ_in_their_ids_alone(self, made: ModuleType) -> None:
        calls = list(made.many(self.BASE, 3, "repeated"))
        assert len({call["call_id"] for call in calls}) == 3
        assert all(call["turns"] == self.BASE[0]["turns"] for call in calls)

    def test_distinct_calls_share_no_long_turn_and_keep_all_else(self, made: ModuleType) -> None:
        calls = list(made.many(self.BASE, 200, "distinct"))
        for at, turn in enumerate(self.BASE[0]["turns"][:2]):
            texts = {call["turns"][at]["text"] for call in calls}
            assert len(texts) == 200
            assert turn["text"] not in texts
            assert {len(text.split()) for text in texts} == {len(turn["text"].split())}
        assert all("[colour]" in call["turns"][1]["text"] for call in calls)
        assert {call["turns"][1]["start"] for call in calls} == {3.0}
        assert {call["turns"][2]["text"] for call in calls} == {"oh dear"}
        assert calls == list(made.many(self.BASE, 200, "distinct"))

    def test_what_is_written_is_counted(self, made: ModuleType, tmp_path: Path) -> None:
        found = made.written(self.BASE, 10, "repeated", tmp_path / "calls.jsonl")
        assert {key: found[key] for key in ("calls", "turns", "words", "customer_words", "new_turns")} == {
            "calls": 10,
            "turns": 30,
            "words": 170,
            "customer_words": 70,
            "new_turns": 0.1,
        }
        assert len((tmp_path / "calls.jsonl").read_text("utf-8").splitlines()) == 10
