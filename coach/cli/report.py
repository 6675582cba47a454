"""``coach report``: a results folder in, coaching reports out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach.cli.failing import tells_errors
from coach.cli.progress import Bar, ends_cleanly, printable
from coach.cli.scoring import counted
from coach.errors import UsageError

if TYPE_CHECKING:
    from coach.results import Dataset

MARKS = "SELECT count(*) FROM findings WHERE outcome IN ('met', 'missed') AND possible > 0"
SCORES = "SELECT score / 100 AS score FROM calls WHERE score IS NOT NULL ORDER BY key"
# Calls that wait for a person are told of where they are counted.
UNSCORED = """
SELECT reason, count(*) AS calls
FROM (
  SELECT calls.key, mode(findings.reason ORDER BY findings.reason) AS reason
  FROM calls LEFT JOIN findings ON findings.key = calls.key AND findings.outcome = 'cannot_tell'
  WHERE calls.score IS NULL AND calls.roles_how <> 'unknown'
  GROUP BY calls.key
)
GROUP BY reason ORDER BY calls DESC, reason
"""
NOTHING_APPLIES = "Nothing that the scorecard counts applies."
STOPPED = "The reports are not complete: run the same command again."


@click.command()
@click.argument("results")
@click.option("-o", "--out", metavar="SITE", help="The folder to write the pages to.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing but what went wrong.")
@tells_errors
def report(results: str, out: str | None, quiet: bool) -> None:
    """Write the coaching reports of a results folder.

    RESULTS is what `coach score ... -o RESULTS` wrote: a folder, or an address such as s3://...
    Other files in SITE are left alone.

    \b
    Example:
      coach report results -o site        then open site/index.html
    """
    if out is None:
        raise UsageError("nowhere to write to", remedy="Give a folder for the pages: coach report results -o site")
    keep_foreign_page(Path(out) / "index.html")
    lines = write_reports(results, Path(out), quiet=quiet)
    if not quiet:
        click.echo("\n".join(lines))


def write_reports(results: str, out: Path, *, quiet: bool) -> list[str]:
    """Write the pages of the results at ``results`` into ``out``; return what to tell of them.

    Raises:
        ResultsError: the results cannot be read, or the pages not written.
    """
    from coach.render import write_site
    from coach.results import Dataset

    with Dataset.open(results) as dataset, ends_cleanly(lambda: STOPPED), Bar("Writing reports", quiet=quiet) as bar:
        page = write_site(dataset, out, on_progress=bar.update)
        return [
            mean_line(dataset),
            *unscored_lines(dataset),
            f"Results: {results}",
            f"Reports: {page.resolve().as_uri()}",
        ]


def keep_foreign_page(page: Path) -> None:
    """Do nothing if ``page`` can be written without writing over a file of someone else's.

    Raises:
        UsageError: there is a file that is no page of ours.
    """
    from coach.render import OURS

    if page.is_file() and OURS.encode() not in page.read_bytes():
        raise UsageError(
            "there is a file here already, and it is not one of coach's pages",
            where=str(page),
            remedy="Choose another place for the pages, or move that page away.",
        )


def mean_line(dataset: Dataset) -> str:
    """Return a sentence about the mean score of all calls in the results, with its interval."""
    from coach.statistics import mean_score

    scores = [row["score"] for row in dataset.rows(SCORES)]
    mean = mean_score(scores, dataset.value(MARKS))
    if mean is None:
        return "No call has a score yet."
    return (
        f"Mean score {100 * mean.value:.1f} of 100 over {counted(len(scores), 'scored call')} "
        f"(95% interval {100 * mean.low:.1f} to {100 * mean.high:.1f})."
    )


def unscored_lines(dataset: Dataset) -> list[str]:
    """Return a line for each reason why calls in the results have no score, the commonest first."""
    return [
        f"{counted(row['calls'], 'call')} {'has' if row['calls'] == 1 else 'have'} no score: "
        f"{printable(row['reason'] or NOTHING_APPLIES)}"
        for row in dataset.rows(UNSCORED)
    ]
