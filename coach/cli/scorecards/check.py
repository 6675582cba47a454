"""``coach scorecards check``: every mistake in every scorecard."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from coach.cli.failing import GATE_FAILED, tells_errors
from coach.cli.progress import printable
from coach.cli.rules.shared import rules_option
from coach.cli.scorecards.shared import tell_replaced
from coach.cli.sums import counted
from coach.errors import CoachError, RuleError


@click.command()
@rules_option
@tells_errors
def check(folders: tuple[Path, ...]) -> None:
    """Check every scorecard; name file, line and column of each mistake, and what to do.

    A run refuses cards with mistakes. Rules are looked at by name alone: `coach rules check` reads them.

    \b
    Example:
      coach scorecards check --rules our-rules/
    """
    from coach.datafiles import rules_folder
    from coach.rule_yaml import InvalidFile
    from coach.scorecards import load_all

    found: tuple[CoachError, ...] = ()
    try:
        cards = load_all([rules_folder(), *folders])
    except InvalidFile as error:
        found = error.mistakes
    except RuleError as error:
        found = (error,)
    for mistake in found:
        click.echo("\n".join(map(printable, str(mistake).splitlines())), err=True)
    if found:
        click.echo(f"{counted(len(found), 'mistake')} in the scorecards.", err=True)
        sys.exit(GATE_FAILED)
    ids = [card.id for card in cards]
    click.echo(f"{counted(len(ids), 'scorecard')} without a mistake: {', '.join(ids)}.")
    tell_replaced(cards, [rules_folder(), *folders])
