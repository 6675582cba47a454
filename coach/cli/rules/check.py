"""``coach rules check``: check that every rule file can be read."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from coach.cli.failing import GATE_FAILED, tells_errors
from coach.cli.progress import printable
from coach.cli.rules.shared import rules_option, tell_replaced
from coach.cli.sums import counted
from coach.errors import CoachError

LINE_AND_COLUMN = re.compile(r"(?::\d+){1,2}$")


@click.command()
@rules_option
@tells_errors
def check(folders: tuple[Path, ...]) -> None:
    """Check that all rule files can be read; name file, line and column of each that cannot.

    \b
    Example:
      coach rules check --rules our-rules/
    """
    from coach.datafiles import rules_folder
    from coach.rule_yaml import InvalidFile
    from coach.rulebook import problems
    from coach.scoring import Scorer

    found: list[CoachError] = list(problems([rules_folder(), *folders]))
    if not found:
        try:
            scorer = Scorer.load(folders)
        except InvalidFile as error:
            found = list(error.mistakes)
        except CoachError as error:
            found = [error]
    for problem in found:
        click.echo("\n".join(map(printable, str(problem).splitlines())), err=True)
    if found:
        files = {LINE_AND_COLUMN.sub("", problem.where) for problem in found}
        click.echo(f"{counted(len(files), 'rule file')} to mend.", err=True)
        sys.exit(GATE_FAILED)
    click.echo(f"{len(scorer.rulebook.rules)} rules and {len(scorer.rulebook.moments)} moments can be read.")
    tell_replaced(scorer.rulebook)
