"""What the commands about scorecards share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach.cli.progress import printable

if TYPE_CHECKING:
    from coach.scorecards import Scorecards


def tell_replaced(cards: Scorecards, folders: Sequence[Path]) -> None:
    """Say which cards stand in place of those of an earlier folder."""
    from coach.scorecards import files_of

    for card in cards:
        for path in files_of(card.id, folders)[:-1]:
            click.echo(f"{printable(str(cards.files[card.id]))} replaces {printable(str(path))}.")
