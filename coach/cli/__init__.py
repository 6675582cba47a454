"""The ``coach`` command. One file a command; each is imported only when it is asked for."""

from __future__ import annotations

import importlib

import click

from coach import __version__

COMMANDS = {
    "run": "Score transcripts and write the coaching reports.",
    "score": "Score transcripts into a results folder, or to JSON.",
    "report": "Write the coaching reports of a results folder.",
    "agree": "Compare the marks with those of reviewers.",
    "inspect": "Show how a transcript was read: turns, roles, gaps.",
    "convert": "Write transcripts in the native form.",
    "formats": "List the transcript formats that are read.",
    "rules": "List, show, check and test the rules.",
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command runs or shows its own help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which a newcomer needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command, or ``None`` where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(f"coach.cli.{cmd_name}"), cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that ``args`` name; of one that is not there, say which is near."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, n=1)
            ctx.fail(
                f"No such command {name!r}. "
                + (f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(COMMANDS)}.")
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing one of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="coach")
def main() -> None:
    """Coach agents from recorded calls: score transcripts, show the evidence, write the reports.

    \b
    Example:
      coach run calls/ -o site        score every transcript in calls/, write pages to site/
    """
