"""``coach rules``: what the tool listens for. One file a command, imported only when it is asked for."""

from __future__ import annotations

import click

from coach.cli.lazy import LazyGroup

COMMANDS = {
    "list": "List the rules with their points on the scorecard.",
    "show": "Show a rule or a moment in plain words, with its cases.",
    "check": "Check that all rule files can be read.",
    "test": "Run the cases that every rule and moment carries.",
    "docs": "Write a page for each rule.",
    "explain": "Explain step by step why a rule came out as it did on one call.",
}


@click.group(cls=LazyGroup, commands_in=__name__, about=COMMANDS)
def rules() -> None:
    """List, show, check and test the rules.

    \b
    Example:
      coach rules show core.apology
      coach rules test --rules our-rules/
    """
