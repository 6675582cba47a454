"""``coach results info``: what a results folder holds."""

from __future__ import annotations

import click

from coach.cli.failing import tells_errors
from coach.cli.results.shared import shown_bytes
from coach.cli.sums import counted

# Of a hash so much tells it from others.
SHORT = 19
BY_RULES = "SELECT rules_hash, coach, count(*) AS calls FROM calls GROUP BY ALL ORDER BY calls DESC, rules_hash, coach"


@click.command()
@click.argument("results", metavar="RESULTS")
@tells_errors
def info(results: str) -> None:
    """Show what a results folder holds: calls, by which rules, in how many parts, and what was not read.

    \b
    Example:
      coach results info results
    """
    from coach.results import Dataset
    from coach.results_compact import bytes_in, is_worth_it, parts_of
    from coach.results_parts import Store

    with Dataset.open(results) as dataset:
        parts = parts_of(dataset)
        replaced = sum(part.replaced for part in parts)
        calls = sum(part.rows for part in parts) - replaced
        click.echo(
            f"{counted(calls, 'call')} in {counted(len(parts), 'part')}, {shown_bytes(bytes_in(Store(results)))}."
        )
        for row in dataset.rows(BY_RULES):
            book = dataset.rule_book(row["rules_hash"])
            card = f", scorecard {book.scorecard['name']} {book.scorecard['version']}" if book.scorecard else ""
            is_last = " (the last)" if row["rules_hash"] == dataset.rule_book().rules_hash else ""
            click.echo(f"{row['calls']:,} by rules {row['rules_hash'][:SHORT]}{is_last}, coach {row['coach']}{card}.")
        if rejected := dataset.value("SELECT count(*) FROM rejected"):
            click.echo(f"{rejected:,} not read by the last finished run.")
        if replaced:
            click.echo(f"{replaced:,} marks that later ones replaced are kept.")
        if is_worth_it(parts):
            click.echo(f"`coach results compact {results}` makes it smaller.")
