"""``coach run`` and ``coach report``: transcripts or results in, pages out, and what is said about it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result
from stand_ins import StandIn

from coach.cli import main
from coach.cli.progress import Bar, printable
from coach.pages.chosen import Choice
from coach.results import Dataset


def write_site(
    dataset: Dataset, out: Path, *, choice: Choice | None = None, on_progress: Callable[[int, int], None] | None = None
) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    page = out / "index.html"
    number = dataset.value("SELECT count(*) FROM calls")
    page.write_text(f"<!-- ours -->{number} calls")
    if on_progress is not None:
        on_progress(1, 1)
    return page


@pytest.fixture(autouse=True)
def _stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    render, site = ModuleType("coach.render"), ModuleType("coach.site")
    render.__dict__.update(OURS="<!-- ours -->")
    site.__dict__.update(write_site=write_site)
    monkeypatch.setitem(sys.modules, "coach.render", render)
    monkeypatch.setitem(sys.modules, "coach.site", site)
    monkeypatch.setattr("coach.scoring.Scorer", StandIn)


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    folder = tmp_path / "calls"
    folder.mkdir()
    for number in range(3):
        turns = [{"role": "agent", "text": "Hello " * (number + 4)}, {"role": "customer", "text": "Hi."}]
        (folder / f"{number}.json").write_text(json.dumps({"call_id": f"c-{number}", "turns": turns}))
    return folder


def coach(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


def test_run_writes_results_and_pages_and_says_where(calls: Path, tmp_path: Path) -> None:
    out = tmp_path / "my site"
    result = coach("run", calls, "-o", out)
    assert result.exit_code == 0, result.stderr
    first, mean, results, reports = result.stdout.splitlines()
    assert first == "3 calls scored."
    assert mean.startswith("Mean score 30.0 of 100 over 3 scored calls (95% interval ")
    assert results == f"Results: {out / 'results'}"
    assert reports == f"Reports: {(out / 'index.html').as_uri()}"
    assert (out / "index.html").read_text() == "<!-- ours -->3 calls"


def test_run_goes_on_with_the_others_after_a_broken_file(calls: Path, tmp_path: Path) -> None:
    (calls / "broken.json").write_text("{")
    result = coach("run", calls, "-o", tmp_path / "site")
    assert result.exit_code == 3
    assert "broken.json" in result.stderr
    assert "3 calls scored, 1 not read." in result.stdout
    assert (tmp_path / "site" / "index.html").is_file()


def test_a_second_run_adds_to_the_first_and_leaves_other_files_alone(calls: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    coach("run", calls / "0.json", "-o", out)
    (out / "notes.txt").write_text("mine")
    (out / "results" / "calls" / "notes.txt").write_text("mine too")
    result = coach("run", calls, "-o", out)
    assert "2 calls scored, 1 unchanged since an earlier run." in result.stdout
    assert (out / "index.html").read_text() == "<!-- ours -->3 calls"
    assert (out / "notes.txt").read_text() == "mine"
    assert (out / "results" / "calls" / "notes.txt").read_text() == "mine too"


@pytest.mark.parametrize("command", ["run", "report"])
def test_a_page_of_someone_else_is_not_written_over(calls: Path, tmp_path: Path, command: str) -> None:
    coach("score", calls, "-o", tmp_path / "results")
    (tmp_path / "index.html").write_text("my home page")
    result = coach(command, calls if command == "run" else tmp_path / "results", "-o", tmp_path)
    assert result.exit_code == 2
    assert "move that page away" in result.stderr
    assert (tmp_path / "index.html").read_text() == "my home page"


def test_output_inside_the_folder_of_transcripts_is_not_read_as_transcripts(calls: Path) -> None:
    for scored in ("3 calls scored.", "0 calls scored, 3 unchanged since an earlier run."):
        result = coach("run", calls, "-o", calls / "site")
        assert result.exit_code == 0, result.stderr
        assert scored in result.stdout


def test_transcripts_may_lie_where_the_pages_go(calls: Path) -> None:
    (calls / "agents").mkdir()
    (calls / "agents" / "a1.md").write_text("**Agent:** Hello\n**Caller:** Hi\n")
    for scored in ("3 calls scored.", "0 calls scored, 3 unchanged since an earlier run."):
        result = coach("run", calls, "-o", calls)
        assert result.exit_code == 0, result.stderr
        assert scored in result.stdout
    assert "Rejected" not in coach("score", calls, "--json").stderr


def test_nothing_is_written_where_there_is_nothing_to_score(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("Buy milk")
    assert coach("run", tmp_path, "-o", tmp_path).exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["notes"]


def test_report_writes_the_pages_of_results(calls: Path, tmp_path: Path) -> None:
    coach("score", calls, "-o", tmp_path / "results")
    result = coach("report", tmp_path / "results", "-o", tmp_path / "site")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == f"Reports: {(tmp_path / 'site' / 'index.html').as_uri()}"
    assert (tmp_path / "site" / "index.html").read_text() == "<!-- ours -->3 calls"


def test_quiet_says_nothing(calls: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for args in (("run", calls, "-o", out), ("report", out / "results", "-o", out)):
        result = coach(*args, "--quiet")
        assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("args", "hint"),
    [
        (["run"], "coach run calls/ -o site"),
        (["run", "{calls}"], "coach run calls/ -o site"),
        (["run", "{calls}", "-o", "s3://bucket/site"], "coach score"),
        (["run", "{calls}/none", "-o", "{calls}/site"], "no such file"),
        (["report", "{calls}"], "coach report results -o site"),
        (["report", "{calls}", "-o", "{calls}/site"], "no results here"),
        (["report", "{calls}", "-o", "s3://bucket/site"], "written to a local folder"),
        (["report", "{calls}/none", "-o", "{calls}/site"], "no results here"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_to_do(calls: Path, args: list[str], hint: str) -> None:
    result = coach(*(arg.format(calls=calls) for arg in args))
    assert result.exit_code == 2
    assert hint in result.stderr


@pytest.mark.parametrize("command", ["run", "score", "report"])
def test_help_shows_an_example_and_fits_a_terminal(command: str) -> None:
    result = CliRunner().invoke(main, [command, "--help"], terminal_width=80)
    assert f"coach {command} " in result.stdout.split("Example")[1]
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_no_bar_is_shown_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with Bar("Scoring") as bar:
        bar.update(1, 2)
        bar.say("Rejected: x")
    assert capsys.readouterr() == ("", "Rejected: x\n")


@pytest.mark.parametrize("quiet", [True, False])
def test_a_bar_is_shown_on_a_terminal_unless_quiet(
    quiet: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("coach.cli.progress.SECONDS_BEFORE_SHOWN", 0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    with Bar("Scoring", quiet=quiet) as bar:
        if not quiet:
            bar.wait_shown()
        bar.update(1, 2, "1 call")
        bar.say("Rejected: [bold]x")
    shown = capsys.readouterr().err
    assert ("Scoring" in shown) == (not quiet)
    assert "Rejected: [bold]x" in shown


def test_control_characters_show_as_codes() -> None:
    assert printable("a b\x1b[31m\n\u202e é") == "a b\\x1b[31m\\n\\u202e é"


def test_run_says_which_calls_have_pages_and_refuses_a_choice_before_it_scores(calls: Path, tmp_path: Path) -> None:
    wrong = coach("run", calls, "-o", tmp_path / "wrong", "--calls", "worst:0")
    assert wrong.exit_code == 2
    assert "--calls worst:20" in wrong.stderr
    assert not (tmp_path / "wrong").exists()
    chosen = coach("run", calls, "-o", tmp_path / "site", "--calls", "none")
    assert chosen.exit_code == 0, chosen.stderr
    assert "Calls have no pages of their own here." in chosen.stdout
