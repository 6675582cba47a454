"""What README and docs show is what the tool does: commands and their output, links, make targets, generated pages.

Where a page is stale, ``make docs`` writes it anew; look at the difference before you commit it.
"""

from __future__ import annotations

import functools
import importlib.util
import pickle
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from coach.call import Call
from coach.scored import Scored
from coach.scoring import Scorer

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"(?<!`)\[[^\]\n]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.M)
FILE = re.compile(r"`((?:coach|rules|reports|benchmarks|docs|tests|examples)/[\w./*-]+)`")
FENCED = re.compile(r"^```.*?^```", re.M | re.S)


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    sys.modules[name] = found
    spec.loader.exec_module(found)
    return found


consoles = module("consoles")
PAGES = consoles.pages()
SHOWING = [page for page in PAGES if "```console" in page.read_text("utf-8")]


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def prose(page: Path) -> str:
    return FENCED.sub("", page.read_text("utf-8"))


@functools.cache
def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings, made as GitHub makes them."""
    return {
        re.sub(r"[^\w\- ]", "", heading.replace("`", "").strip().lower()).replace(" ", "-")
        for heading in HEADING.findall(prose(page))
    }


@pytest.fixture(scope="module")
def _each_call_is_scored_once() -> Iterator[None]:
    """Keep the marks of a call: nearly every page scores the example calls, and the same call gets the same marks."""
    score = Scorer.score
    kept: dict[tuple[Scorer, bytes], Scored] = {}

    def kept_or_scored(scorer: Scorer, call: Call) -> Scored:
        key = scorer, pickle.dumps(call)
        if key not in kept:
            kept[key] = score(scorer, call)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Scorer, "score", kept_or_scored)
        yield


@pytest.mark.usefixtures("_each_call_is_scored_once")
@pytest.mark.parametrize("page", SHOWING, ids=named)
def test_commands_print_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    now = consoles.refreshed(page, tmp_path)
    assert page.read_text("utf-8") == now, consoles.REFRESH


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(prose(page)):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        goal = (page.parent / path).resolve() if path else page
        assert goal.exists(), f"{target} leads nowhere"
        if anchor and goal.suffix == ".md":
            assert anchor in anchors(goal), f"{target}: there is no such heading"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_files_that_the_page_names_exist(page: Path) -> None:
    missing = [name for name in FILE.findall(prose(page)) if not any(ROOT.glob(name.rstrip("/")))]
    assert missing == []


def test_every_page_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        links = (target.partition("#")[0] for target in LINK.findall(prose(page)) if "://" not in target)
        goals = ((page.parent / link).resolve() for link in links if link)
        waiting += [goal for goal in goals if goal.suffix == ".md" and goal.exists()]
    assert [named(page) for page in PAGES if page not in reached] == []


def test_make_targets_that_the_pages_name_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    for page in PAGES:
        for target in re.findall(r"\bmake ([a-z][a-z-]*)`|^make ([a-z-]+)", page.read_text("utf-8"), re.M):
            assert "".join(target) in targets, f"{named(page)} names `make {''.join(target)}`"


def test_every_snippet_of_the_worked_guide_is_run() -> None:
    """Each is a session, or a file that a later command names by itself or by its folder."""
    blocks = list(consoles.blocks((ROOT / "docs" / "writing-rules.md").read_text("utf-8")))
    for number, block in enumerate(blocks):
        later = "\n".join(line.given for each in blocks[number:] for line in consoles.commands(each))
        named = block.title.partition("/")[0]
        assert block.language == "console" or (named and named in later), f"nothing runs {block.body[:40]!r}"


def test_generated_pages_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    status = module("generate").main(["--check"])
    assert (status, capsys.readouterr().err) == (0, "")


def test_a_stale_generated_page_is_named_with_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    generate = module("generate")
    docs = tmp_path / "docs"
    shutil.copytree(ROOT / "docs", docs)
    (docs / "cli.md").write_text("old", "utf-8")
    (docs / "rules" / "core.gone.md").write_text("a rule that is no more", "utf-8")
    monkeypatch.setattr(generate, "DOCS", docs)

    assert generate.main(["--check"]) == 1
    assert capsys.readouterr().err == (
        "docs/cli.md is stale: run `make docs`\ndocs/rules/core.gone.md is stale: run `make docs`\n"
    )
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0


class TestConsoles:
    """What runs the pages."""

    @pytest.fixture
    def page(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr(consoles, "ROOT", tmp_path)
        return tmp_path / "page.md"

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = tmp_path / "run"
        folder.mkdir()
        return folder

    def test_output_is_replaced_and_text_around_it_kept(self, page: Path, folder: Path) -> None:
        page.write_text("Before\n\n```console\n$ echo new\nold\n$ printf 'a\\nb'\n```\n\nAfter\n", "utf-8")
        assert consoles.refreshed(page, folder) == (
            "Before\n\n```console\n$ echo new\nnew\n$ printf 'a\\nb'\na\nb\n```\n\nAfter\n"
        )

    def test_titled_files_are_there_for_the_commands_and_are_not_changed(self, page: Path, folder: Path) -> None:
        text = '```console\n$ cat a/b.yml\nkey: 1\n```\n\n```yaml title="a/b.yml"\nkey: 1\n```\n'
        page.write_text(text, "utf-8")
        assert consoles.refreshed(page, folder) == text

    def test_an_edited_file_is_written_where_it_stands(self, page: Path, folder: Path) -> None:
        edited = '```yaml title="b.yml" edited\nkey: 2\n```\n'
        text = f"```console\n$ echo key: 1 > b.yml\n```\n{edited}```console\n$ cat b.yml\nkey: 2\n```\n"
        page.write_text(text, "utf-8")
        assert consoles.refreshed(page, folder) == text

    def test_a_failing_command_is_shown_with_its_code(self, page: Path, folder: Path) -> None:
        page.write_text("```console\n$ (exit 3)\n$ echo $?\n```\n", "utf-8")
        assert consoles.refreshed(page, folder) == "```console\n$ (exit 3)\n$ echo $?\n3\n```\n"

    def test_a_script_with_modules_beside_it_says_what_it_does_as_a_process(self, page: Path, folder: Path) -> None:
        script = (
            "import sys\nimport beside\nimport coach.errors\nprint(beside.NAME, sys.argv)\n"
            "print('told', file=sys.stderr)\nsys.exit(3)\n"
        )
        text = "".join(
            f'```python title="{name}"\n{body}```\n' for name, body in (("beside.py", "NAME = 1\n"), ("say.py", script))
        )
        text += "```console\n$ python say.py a b\ntold\n1 ['say.py', 'a', 'b']\n$ echo $?\n3\n```\n"
        page.write_text(text, "utf-8")
        assert consoles.refreshed(page, folder) == text
        assert "beside" not in sys.modules

    def test_a_script_that_breaks_is_an_error(self, page: Path, folder: Path) -> None:
        page.write_text(
            '```python title="say.py"\nimport coach.errors\nnothing\n```\n```console\n$ python say.py\n```\n', "utf-8"
        )
        with pytest.raises(consoles.DocsError, match="NameError"):
            consoles.refreshed(page, folder)

    def test_a_command_that_fails_unmentioned_is_an_error(self, page: Path, folder: Path) -> None:
        page.write_text("```console\n$ ls nowhere\n```\n", "utf-8")
        with pytest.raises(consoles.DocsError, match="`ls nowhere` ended with"):
            consoles.refreshed(page, folder)

    def test_folders_of_the_run_are_shown_under_one_name(self, page: Path, folder: Path) -> None:
        page.write_text("```console\n$ pwd\n```\n", "utf-8")
        assert consoles.refreshed(page, folder) == "```console\n$ pwd\n/home/you/call-coach\n```\n"

    def test_a_command_goes_on_after_a_backslash(self, page: Path, folder: Path) -> None:
        text = "```console\n$ echo one \\\n    two\none two\n```\n"
        page.write_text(text, "utf-8")
        assert consoles.refreshed(page, folder) == text

    def test_files_outside_the_folder_are_refused(self, page: Path, folder: Path) -> None:
        page.write_text('```text title="../out"\nx\n```\n', "utf-8")
        with pytest.raises(consoles.DocsError, match="outside"):
            consoles.refreshed(page, folder)
