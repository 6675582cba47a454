"""``coach rules``: what the tool listens for. One file a command, imported only when it is asked for."""

from __future__ import annotations

import click

from coach.cli.lazy import LazyGroup

COMMANDS = {
    "list": "List the rules with their points on the scorecard.",
    "show": "Show a rule or a moment in plain words, with its cases.",
    "new": "Begin a rule or a moment, with cases to fill.",
    "check": "Check that all rule files can be read.",
    "test": "Run the cases that every rule and moment carries.",
    "docs": "Write a page for each rule.",
    "schema": "Print what an editor needs to complete and check rule files.",
    "explain": "Explain step by step why a rule came out as it did on one call.",
    "diff": "Show which calls and agents change with a change of rules.",
    "health": "Find the rules that tell nothing, and those most overturned.",
}


@click.group(cls=LazyGroup, commands_in=__name__, about=COMMANDS)
def rules() -> None:
    """List, show, check and test the rules.

    \b
    Example:
      coach rules show core.apology
      coach rules test --rules our-rules/
    """
