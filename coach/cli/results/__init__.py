"""``coach results``: the results folder itself. One file a command, imported only when it is asked for."""

from __future__ import annotations

import click

from coach.cli.lazy import LazyGroup

COMMANDS = {
    "info": "Show what a results folder holds.",
    "compact": "Merge the parts of a results folder into fewer, larger ones.",
}


@click.group(cls=LazyGroup, commands_in=__name__, about=COMMANDS)
def results() -> None:
    """Show what a results folder holds, and keep it small.

    \b
    Example:
      coach results info results
      coach results compact results
    """
