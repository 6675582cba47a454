"""What the commands about rules share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from coach.rulebook import Rulebook

rules_option = click.option(
    "--rules",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A folder of rules on top of the built-in ones; repeatable.",
)


def tell_replaced(book: Rulebook) -> None:
    """Say which built-in files the folders of the user replace."""
    for name in book.replaced:
        click.echo(f"{name} replaces the built-in one (from {book.files[name]}).")


def scorecard_path(folders: list[Path]) -> Path:
    """Return the scorecard that stands, of stacked ``folders``."""
    from coach.rulebook import last_with

    return last_with(folders, "scorecard.yml")


def one_line(text: str) -> str:
    """Return the lines of ``text`` as one."""
    return " / ".join(text.strip().splitlines())
