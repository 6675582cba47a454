"""``coach rules list``."""

from __future__ import annotations

from pathlib import Path

import click

from coach.cli.failing import tells_errors
from coach.cli.progress import printable
from coach.cli.rules.shared import rules_option, tell_replaced


@click.command("list")
@rules_option
@tells_errors
def list_(folders: tuple[Path, ...]) -> None:
    """List the rules with their points on the scorecard.

    \b
    Example:
      coach rules list
    """
    from coach.datafiles import rules_folder
    from coach.rulebook import load
    from coach.scorecards import load_all

    all_folders = [rules_folder(), *folders]
    book = load(all_folders)
    card = load_all(all_folders).default
    click.echo(f"{printable(card.name)}, version {printable(card.version)}: pass mark {card.pass_mark:g} of 100")
    order = [rule for section in card.sections for rule in section.rules]
    for rule in sorted(
        book.rules, key=lambda rule: (order.index(rule.id) if rule.id in order else len(order), rule.id)
    ):
        points = card.points_of(rule.id)
        worth = [f"{points:g} points"] if points else []
        worth += ["critical"] if rule.id in card.auto_fail else []
        click.echo(f"{printable(rule.id):28} {', '.join(worth) or 'informational'}")
        click.echo(f"    {printable(rule.title)}")
    tell_replaced(book)
    click.echo(f"{len(book.rules)} rules, {len(book.moments)} moments. 'coach rules show ID' shows one of either.")
