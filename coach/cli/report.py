"""``coach report``: a results folder in, coaching reports out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach.cli.failing import tells_errors
from coach.cli.progress import Bar, ends_cleanly, printable
from coach.cli.sums import counted
from coach.errors import UsageError

if TYPE_CHECKING:
    from coach.pages.chosen import Choice
    from coach.results import Dataset

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


calls_option = click.option(
    "--calls",
    metavar="worst:N|all|none",
    help="Which calls get a page: the N lowest of each agent, and those quoted; all; or none. Without it, all of up "
    "to 2,000 calls, and of more worst:20.",
)


@click.command()
@click.argument("results")
@click.option("-o", "--out", metavar="SITE", help="The folder to write the pages to.")
@calls_option
@click.option("--quiet", "-q", is_flag=True, help="Say nothing but what went wrong.")
@tells_errors
def report(results: str, out: str | None, calls: str | None, quiet: bool) -> None:
    """Write the coaching reports of a results folder.

    RESULTS is what `coach score ... -o RESULTS` wrote: a folder, or an address such as s3://...
    Other files in SITE are left alone.

    \b
    Example:
      coach report results -o site        then open site/index.html
    """
    if out is None:
        raise UsageError("nowhere to write to", remedy="Give a folder for the pages: coach report results -o site")
    refuse_address(out, "Give a folder of this machine; copy the pages to where they shall be afterwards.")
    choice = chosen_calls(calls)
    keep_foreign_page(Path(out) / "index.html")
    lines = write_reports(results, Path(out), choice, quiet=quiet)
    if not quiet:
        click.echo("\n".join(lines))


def chosen_calls(written: str | None) -> Choice | None:
    """Return which calls get a page, by the option ``--calls``; ``None`` where it is not given.

    Raises:
        UsageError: the option says nothing that can be done.
    """
    from coach.pages.chosen import choice_of

    return None if written is None else choice_of(written)


def write_reports(results: str, out: Path, choice: Choice | None, *, quiet: bool) -> list[str]:
    """Write the pages of the results at ``results`` into ``out``; return what to tell of them.

    ``choice`` says which calls get a page; what is usual for so many where it is ``None``.

    Raises:
        ResultsError: the results cannot be read, or the pages not written.
    """
    from coach.pages.chosen import usual_choice
    from coach.results import Dataset
    from coach.site import write_site

    with Dataset.open(results) as dataset, ends_cleanly(lambda: STOPPED), Bar("Writing reports", quiet=quiet) as bar:
        choice = choice or usual_choice(dataset.value("SELECT count(*) FROM calls"))
        page = write_site(dataset, out, choice=choice, on_progress=bar.update)
        return [
            mean_line(dataset),
            *unscored_lines(dataset),
            *pages_lines(choice),
            f"Results: {results}",
            f"Reports: {page.resolve().as_uri()}",
        ]


def pages_lines(choice: Choice) -> list[str]:
    """Return a line on which calls have a page, where not all do."""
    return [] if choice.worst is None else [f"{choice.in_words} Use --calls all for a page of every call."]


def refuse_address(out: str, remedy: str) -> None:
    """Do nothing if ``out`` is a path.

    Raises:
        UsageError: it is an address, such as ``s3://bucket/site``; ``remedy`` says what to do.
    """
    if "://" in out:
        raise UsageError("reports are written to a local folder", where=out, remedy=remedy)


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
    from coach.counts import scores_in
    from coach.statistics import mean_score

    scores = scores_in(dataset)
    mean = mean_score(scores)
    if mean is None:
        return "No call has a score yet."
    return (
        f"Mean score {100 * mean.value:.1f} of 100 over {counted(scores.calls, 'scored call')} "
        f"(95% interval {100 * mean.low:.1f} to {100 * mean.high:.1f})."
    )


def unscored_lines(dataset: Dataset) -> list[str]:
    """Return a line for each reason why calls in the results have no score, the commonest first."""
    return [
        f"{counted(row['calls'], 'call')} {'has' if row['calls'] == 1 else 'have'} no score: "
        f"{printable(row['reason'] or NOTHING_APPLIES)}"
        for row in dataset.rows(UNSCORED)
    ]
