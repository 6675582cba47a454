"""Groups of commands that import one only when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command runs or shows its own help.

    Args:
        commands_in: the package that holds a module of its name for each command.
        about: the commands in the order in which a newcomer needs them, each with what it does.
    """

    def __init__(self, *args: Any, commands_in: str, about: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._commands_in = commands_in
        self._about = about

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which a newcomer needs them."""
        return list(self._about)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command, or ``None`` where there is none of that name."""
        if cmd_name not in self._about:
            return None
        module = importlib.import_module(f"{self._commands_in}.{cmd_name}")
        # A command named like a builtin has a function with an underscore behind its name.
        command: click.Command = getattr(module, cmd_name, None) or getattr(module, f"{cmd_name}_")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that ``args`` name; of one that is not there, say which is near."""
        name = args[0]
        if name not in self._about and not name.startswith("-") and not ctx.resilient_parsing:
            from difflib import get_close_matches

            near = get_close_matches(name, self._about, n=1)
            ctx.fail(
                f"No such command {name!r}. "
                + (f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(self._about)}.")
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing one of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._about.items()))
