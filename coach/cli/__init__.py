"""The ``coach`` command. One file a command; each is imported only when it is asked for."""

from __future__ import annotations

import atexit
import gc
import os
import sys

import click

from coach import __version__
from coach.cli.lazy import LazyGroup
from coach.native import are_built

COMMANDS = {
    "run": "Score transcripts and write the coaching reports.",
    "score": "Score transcripts into a results folder, or to JSON.",
    "report": "Write the coaching reports of a results folder.",
    "agree": "Compare the marks with those of reviewers.",
    "inspect": "Show how a transcript was read: turns, roles, gaps.",
    "convert": "Write transcripts in the native form.",
    "formats": "List the transcript formats that are read.",
    "rules": "List, show, check and test the rules.",
    "results": "Show what a results folder holds, and keep it small.",
    "scorecards": "Show and check what the rules are worth, and for which calls.",
}
# New values before Python looks for garbage among them, and how often it then looks at older ones. What a start loads
# is a few hundred thousand values that stay; by default Python would look through them a hundred times.
GARBAGE_AFTER = (100_000, 10, 10)


def _built() -> str:
    """Say whether coach is compiled, without loading anything."""
    return "compiled" if are_built() else "not compiled: slower; see docs/developer-guide.md"


@click.group(
    cls=LazyGroup,
    commands_in=__name__,
    about=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="coach", message=f"%(prog)s, version %(version)s ({_built()})")
def main() -> None:
    """Coach agents from recorded calls: score transcripts, show the evidence, write the reports.

    \b
    Example:
      coach run calls/ -o site        score every transcript in calls/, write pages to site/
    """
    atexit.register(_look_for_no_garbage)
    gc.set_threshold(*GARBAGE_AFTER)
    # Arrow loads numpy, whose library for matrices starts a thread for each core; nothing here multiplies any.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _look_for_no_garbage() -> None:
    """Keep Python from looking for garbage among all that the rules were made into, before it goes."""
    gc.disable()
    # DuckDB complains of what is left of its own.
    if "duckdb" not in sys.modules:
        gc.freeze()
