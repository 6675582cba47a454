"""``coach score``: transcripts in, marks out, as a results folder or as JSON."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from coach.cli.failing import tells_errors
from coach.cli.meter import Meter
from coach.cli.numbers import Score
from coach.cli.progress import Bar, ends_cleanly
from coach.cli.reading import reading_options
from coach.cli.report import unscored_lines
from coach.cli.scoring import ScoringOptions, score_into, scoring_options, some, to_score_with
from coach.cli.sums import counted, exit_code, summed_up, waiting_line
from coach.cli.unread import Unread
from coach.errors import UsageError

if TYPE_CHECKING:
    from coach.engines.batches import Summary
    from coach.readers import ReadOptions


@click.command()
@click.argument("paths", nargs=-1, metavar="PATHS...")
@click.option("-o", "--results", metavar="RESULTS", help="The results folder to write, or an address such as s3://...")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object a call to standard output instead.")
@click.option(
    "--fail-under",
    type=Score(),
    metavar="N",
    help="Exit with 1 if the mean score of the calls named is under N.",
)
@click.option("--rescore", is_flag=True, help="Score calls again that are scored by the same rules already.")
@scoring_options
@reading_options
@tells_errors
def score(
    paths: tuple[str, ...],
    results: str | None,
    as_json: bool,
    fail_under: float | None,
    rescore: bool,
    scoring: ScoringOptions,
    reading: ReadOptions,
) -> None:
    """Score transcripts into a results folder, or to JSON.

    PATHS are files, folders, patterns, or - for standard input. A results folder may be written to again: only
    calls that are new, or whose content or rules changed, are scored.

    Exit codes: 0 all calls scored; 1 the mean score is under --fail-under; 2 wrong usage; 3 some transcripts
    could not be read (the others are scored). Where both 1 and 3 apply, it is 1.

    \b
    Examples:
      coach score calls/ -o results
      coach score march.jsonl.gz --json > march-scored.jsonl
      coach score calls/ -o results --fail-under 70
    """
    if not paths:
        raise UsageError("no transcripts named", remedy="Name files or folders: coach score calls/ -o results")
    if as_json == (results is not None):
        what = "--json and -o do not go together" if as_json else "nowhere to write to"
        raise UsageError(what, remedy="Give either -o RESULTS, for a results folder, or --json, for standard output.")
    if results is None:
        summary = _to_json(paths, reading, scoring)
        for line in [] if scoring.quiet else [*waiting_line(summary), *_unscored_line(summary)]:
            click.echo(line, err=True)
    else:
        summary = score_into(results, paths, reading, scoring, rescore=rescore)
        for line in [] if scoring.quiet else [*summed_up(summary), *_unscored_in(results), f"Results: {results}"]:
            click.echo(line)
    sys.exit(exit_code(summary, fail_under))


def _unscored_in(results: str) -> list[str]:
    """Return a line for each reason why calls in ``results`` have no score."""
    from coach.results import Dataset

    with Dataset.open(results) as dataset:
        return unscored_lines(dataset)


def _unscored_line(summary: Summary) -> list[str]:
    """Return a line about calls that have no score although it is known who the agent is, if there are any."""
    number = summary.scored - summary.marked - summary.waiting
    if not number:
        return []
    has, its = ("has", "its") if number == 1 else ("have", "their")
    return [f"{counted(number, 'call')} {has} no score; {its} findings say why."]


def _to_json(paths: tuple[str, ...], reading: ReadOptions, scoring: ScoringOptions) -> Summary:
    """Write the calls to standard output and return how it went."""
    from coach.engines.batches import Summary
    from coach.engines.lines import score_lines
    from coach.readers import Passed
    from coach.readers.passed import NO_MEMORY

    meter = Meter(NO_MEMORY)
    items = to_score_with(meter, paths, reading, scoring)
    calls = some((item for item in items if not isinstance(item, Passed)), paths)
    summary = Summary()
    meter.progress(summary)
    out = sys.stdout.buffer
    with ends_cleanly(lambda: "What is written so far is whole lines."), Bar("Scoring", quiet=scoring.quiet) as bar:
        unread = Unread(bar.say)
        with scoring.engine(bar.say) as engine:
            for report in score_lines(calls, scoring.scorer_maker(), jobs=scoring.jobs, engine=engine):
                out.write(report.lines)
                for rejected in report.rejected:
                    unread.add(rejected)
                summary = summary.plus(report.summary)
                bar.show(*meter.progress(summary))
        unread.finish()
        out.flush()
    return summary
