"""Imports go one way: read → call → doc → moments → findings → scorecard → results → insight → report."""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from graphlib import TopologicalSorter
from pathlib import Path

import click
import pytest

import coach
from coach.cli import COMMANDS, main

PACKAGE = Path(coach.__file__).parent
MARKING_TWICE = ("authoring.changes", "authoring.side_by_side", "authoring.shared_language", "authoring.compared_call")
DRAFTING = ("authoring.moment_search", "authoring.draft_text", "authoring.draft_cases", "authoring.drafting")
# Upstream first. Values and rules are what every stage speaks in; a module imports from its own stage or from above.
STAGES = (
    (
        "values",
        (
            "",
            "authoring",
            "figures",
            "errors",
            "datafiles",
            "metadata",
            "statistics",
            "call",
            "scored",
            "compiled",
            "digest",
            "native",
            "quick_yaml",
            "rule_yaml",
        ),
    ),
    ("read", ("readers", "readers.*", "roles", "tongue")),
    ("rules", ("notation", "regexes", "rule_clauses", "rule_models", "rule_extends", "rulebook")),
    ("doc", ("english", "wording", "flow", "gaps", "phrase_table", "phrases", "language")),
    ("moments", ("signals", "questions", "own_names", "moments", "role_turns", "role_words", "role_cues")),
    ("talk", ("unfinished", "floor", "cuts", "interruptions", "talk", "valence", "lexicon_phrases", "sentiment")),
    ("findings", ("checks", "checks.*")),
    ("scorecard", ("consistency", "authoring.schema", "scorecard", "scorecard_mistakes", "scorecards")),
    ("scoring", ("scoring", "cases", *MARKING_TWICE, *DRAFTING)),
    ("explaining", ("explaining", "explaining.*")),
    ("results", ("results", "results_*", "engines", "engines.*")),
    (
        "insight",
        (
            "insight",
            "behaviours",
            "quotes",
            "trend",
            "rows",
            "counts",
            "listed",
            "authoring.difference",
            "authoring.stored_calls",
        ),
    ),
    ("agreement", ("agreement", "judged", "labelled", "labelled_files", "comparison", "authoring.health")),
    ("report", ("authoring.pages", "render", "site", "markdown", "pages", "pages.*")),
    ("commands", ("cli", "cli.*")),
)
HEAVY = ("spacy", "distributed", "duckdb", "pyarrow", "vaderSentiment", "rich", "pydantic", "jinja2", "srsly", "orjson")


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def stages_of(module: str) -> list[int]:
    name = module.removeprefix("coach").removeprefix(".")
    return [number for number, (_, patterns) in enumerate(STAGES) if any(fnmatch(name, each) for each in patterns)]


@functools.cache
def imports(module: str, *, for_types: bool) -> tuple[str, ...]:
    """Return what ``module`` imports; names from a package that are modules of it count as these."""
    tree = ast.parse(MODULES[module].read_text("utf-8"))
    if not for_types:
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                node.body = [ast.Pass()]
    return tuple(_imported(module, tree))


def _imported(module: str, tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            base = node.module or ""
            for alias in node.names:
                yield f"{base}.{alias.name}" if f"{base}.{alias.name}" in MODULES else base


@pytest.mark.parametrize("module", MODULES)
def test_nothing_imports_upstream(module: str) -> None:
    (own,) = stages_of(module) or pytest.fail(f"say in STAGES where {module} stands")
    later = sorted({name for name in imports(module, for_types=True) if name in MODULES and stages_of(name)[0] > own})
    assert not later, f"{module} ({STAGES[own][0]}) imports what comes after it"


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = {
        module: {name for name in imports(module, for_types=False) if name in MODULES and name != module}
        for module in MODULES
    }
    assert list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("module", [module for module in MODULES if not module.startswith("coach.cli")])
def test_only_the_commands_import_click(module: str) -> None:
    assert "click" not in {name.split(".")[0] for name in imports(module, for_types=True)}


@pytest.mark.parametrize("arguments", [[], ["--help"], ["--version"]])
def test_help_needs_nothing_heavy(arguments: list[str]) -> None:
    script = (
        "import sys; from coach.cli import main\n"
        f"if {arguments}: main({arguments}, standalone_mode=False)\n"
        f"print(sorted(set({HEAVY}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_resolves_and_has_help_with_an_example(name: str) -> None:
    context = click.Context(main)
    command = main.get_command(context, name)
    assert command is not None
    assert command.name == name
    assert f"coach {name} " in command.get_help(click.Context(command))


def test_an_unknown_command_is_none() -> None:
    assert main.get_command(click.Context(main), "nonsense") is None
