"""What the commands about rules share."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach.cli.progress import printable
from coach.errors import UsageError

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
        click.echo(printable(f"{name} replaces the built-in one (from {book.files[name]})."))


def check_known(ids: Iterable[str], book: Rulebook) -> None:
    """Raise a usage error for the first of ``ids`` that is no rule and no moment."""
    import difflib

    known = [rule.id for rule in book.rules] + [moment.id for moment in book.moments]
    for name in ids:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
            raise UsageError(
                f"there is no rule or moment {name!r}",
                remedy=f"Did you mean {' or '.join(close)}?" if close else "'coach rules list' shows the rules.",
            )


def one_line(text: str) -> str:
    """Return the lines of ``text`` as one, safe for a terminal."""
    return printable(" / ".join(text.strip().splitlines()))
