"""``coach run``: transcripts in, coaching reports out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach.cli.failing import tells_errors
from coach.cli.reading import reading_options
from coach.cli.report import calls_option, chosen_calls, keep_foreign_page, refuse_address, write_reports
from coach.cli.scoring import ScoringOptions, score_into, scoring_options
from coach.cli.sums import exit_code, summed_up
from coach.errors import UsageError

if TYPE_CHECKING:
    from coach.readers import ReadOptions

RESULTS = "results"


@click.command()
@click.argument("paths", nargs=-1, metavar="PATHS...")
@click.option("-o", "--out", metavar="OUT", help="The folder to write: reports in OUT, results in OUT/results.")
@click.option("--rescore", is_flag=True, help="Score calls again that are scored by the same rules already.")
@calls_option
@scoring_options
@reading_options
@tells_errors
def run(
    paths: tuple[str, ...],
    out: str | None,
    rescore: bool,
    calls: str | None,
    scoring: ScoringOptions,
    reading: ReadOptions,
) -> None:
    """Score transcripts and write the coaching reports.

    PATHS are files, folders, patterns, or - for standard input. Run it again with more transcripts: calls
    scored already are not scored again, and the reports cover them all. Other files in OUT are left alone.

    Exit codes: 0 all calls scored; 2 wrong usage; 3 some transcripts could not be read (the others are scored).

    \b
    Example:
      coach run calls/ -o site        then open site/index.html
    """
    if not paths:
        raise UsageError("no transcripts named", remedy="Name files or folders: coach run calls/ -o site")
    if out is None:
        raise UsageError("nowhere to write to", remedy="Give a folder for the reports: coach run calls/ -o site")
    refuse_address(out, f"Use `coach score PATHS -o {out}`, then `coach report {out} -o site`.")
    choice = chosen_calls(calls)
    keep_foreign_page(Path(out) / "index.html")
    results = str(Path(out) / RESULTS)
    summary = score_into(results, paths, reading, scoring, rescore=rescore)
    lines = write_reports(results, Path(out), choice, quiet=scoring.quiet)
    if not scoring.quiet:
        click.echo("\n".join([*summed_up(summary), *lines]))
    sys.exit(exit_code(summary))
