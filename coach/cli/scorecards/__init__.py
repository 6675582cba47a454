"""``coach scorecards``: what each rule is worth, and for which calls. One file a command, imported when asked for."""

from __future__ import annotations

import click

from coach.cli.lazy import LazyGroup

COMMANDS = {
    "show": "List the scorecards, or show one in plain words.",
    "check": "Check every scorecard; name the place of each mistake.",
}


@click.group(cls=LazyGroup, commands_in=__name__, about=COMMANDS)
def scorecards() -> None:
    """Show and check the scorecards: what each rule is worth, and for which calls.

    \b
    Example:
      coach scorecards show
      coach scorecards check --rules our-rules/
    """
