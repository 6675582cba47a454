"""``coach results compact``: the parts of a results folder merged into fewer, larger ones."""

from __future__ import annotations

import click

from coach.cli.failing import tells_errors
from coach.cli.progress import Bar, ends_cleanly
from coach.cli.results.shared import shown_bytes
from coach.cli.scoring import quiet_option
from coach.cli.sums import counted

KEPT = "Nothing is lost: the same command finishes the rest."


@click.command()
@click.argument("results", metavar="RESULTS")
@quiet_option
@tells_errors
def compact(results: str, quiet: bool) -> None:
    """Merge the parts of a results folder into fewer, larger ones.

    Every run adds parts of a few hundred calls, and marks that were replaced stay in theirs. This writes the marks
    that count into parts of some 20,000 calls and removes the old ones. Reports say the same before and after. It may
    be stopped at any moment; no run may write into the folder meanwhile.

    \b
    Examples:
      coach results compact results
      coach results compact s3://bucket/results
    """
    from coach.results_compact import compact as compacted

    with (
        ends_cleanly(lambda: KEPT),
        Bar("Merging", quiet=quiet) as bar,
    ):
        told = compacted(results, lambda done, total: bar.update(done, total, f"{done:,} of {total:,} parts"))
    if quiet:
        return
    if told.parts_before == told.parts_after and not told.dropped:
        click.echo(f"{counted(told.parts_before, 'part')}: nothing to merge.")
        return
    dropped = f", {told.dropped:,} replaced marks dropped" if told.dropped else ""
    click.echo(
        f"{counted(told.parts_before, 'part')} merged into {told.parts_after:,}"
        f" ({shown_bytes(told.bytes_before)} to {shown_bytes(told.bytes_after)}){dropped}."
    )
