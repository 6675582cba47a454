"""What is said of transcripts that could not be read: the first of a kind at once, the others in one line."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from reader_cases import written
from test_archives import zipped

from coach.cli import main
from coach.cli.progress import wrapped
from coach.cli.unread import Unread, told
from coach.readers import Rejected
from coach.results import Dataset

TEXT = "Agent: Lost property, good day.\nCaller: I left my umbrella on a tram.\nAgent: What colour is it?\n"


def junk(folder: Path, count: int = 40) -> str:
    return written(folder, "many.zip", zipped({f"{number:03}.txt": "x" for number in range(count)} | {"z.txt": TEXT}))


@pytest.mark.parametrize("command", [["inspect"], ["score", "--json"], ["score", "-o", "{}"], ["convert", "-o", "-"]])
def test_many_files_with_one_cause_are_told_in_few_lines(tmp_path: Path, command: list[str]) -> None:
    path = junk(tmp_path)
    result = CliRunner().invoke(main, [*(part.format(tmp_path / "out") for part in command), path])
    lines = [line for line in result.stderr.split("\n") if "no transcript in it" in line]
    assert [line.split(": ")[1] for line in lines] == [
        *(f"{path}, 00{number}.txt" for number in range(3)),
        f"{path}, 003.txt and 36 more",
    ]
    assert result.stderr.count("See docs/reading.md") == 1
    assert result.exit_code == 3


def test_what_could_not_be_read_is_counted_by_places(tmp_path: Path) -> None:
    good = '{"turns": [{"role": "agent", "text": "Hi."}, {"role": "customer", "text": "Hello."}]}\n'
    path = written(tmp_path, "a.jsonl", good + "{broken\n" * 5)
    result = CliRunner().invoke(main, ["inspect", path])
    assert "\n5 could not be read.\n" in result.stderr
    assert f"Not read: {path}, 2 more places: not JSON" in result.stderr
    assert "5 not read." in CliRunner().invoke(main, ["score", path, "-o", str(tmp_path / "out")]).stdout


def test_the_results_keep_each_of_many_on_its_own_row(tmp_path: Path) -> None:
    CliRunner().invoke(main, ["score", junk(tmp_path), "-o", str(tmp_path / "out")])
    with Dataset.open(str(tmp_path / "out")) as dataset:
        assert dataset.value("SELECT count(*) FROM rejected") == 40


def test_kinds_are_told_apart_by_cause_and_remedy() -> None:
    heard: list[str] = []
    unread = Unread(heard.append)
    for number in range(5):
        unread.add(Rejected(f"{number}.json", "line 2", "broken", "Mend it."))
        unread.add(Rejected(f"{number}.vtt", "", "empty", "Export it again."))
    unread.add(Rejected("9.json", "7 more places", "broken", "Mend it."))
    unread.finish()
    assert heard[0] == "Not read: 0.json, line 2: broken\n  Mend it."
    assert heard[2] == "Not read: 1.json, line 2: broken"
    assert heard[-2:] == [
        "Not read: 3.json, line 2 and 8 more: broken",
        "Not read: 3.vtt and 1 more: empty",
    ]
    assert unread.places == 17


def test_messages_are_broken_at_the_width_of_the_terminal_and_paths_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys.stderr, "fileno", lambda: 2, raising=False)
    monkeypatch.setattr(os, "get_terminal_size", lambda number: os.terminal_size((40, 24)))
    path = "march calls/a very long folder-name indeed/with a transcript.json"
    text = told(Rejected(path, "", "it is wrong in more ways than could be told in one line", "Mend it."))
    assert path in text
    assert all(len(line) <= 40 for line in text.split("\n") if "transcript.json" not in line)
    assert wrapped("short") == "short"


def test_messages_are_left_whole_where_no_terminal_shows_them() -> None:
    assert wrapped("a word " * 40) == "a word " * 40


def test_a_long_path_is_shown_in_one_piece(tmp_path: Path) -> None:
    path = written(tmp_path, f"{'a long folder name ' * 5}/call.txt", TEXT)
    assert path in CliRunner().invoke(main, ["inspect", path]).stdout


def test_a_file_that_names_no_agent_is_said_to(tmp_path: Path) -> None:
    text = '{"turns": [{"role": "customer", "text": "Hi."}, {"role": "customer", "text": "Is there somebody?"}]}'
    result = CliRunner().invoke(main, ["inspect", written(tmp_path, "a.json", text)])
    assert "the file names no agent" in result.stdout
