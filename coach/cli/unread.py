"""Saying what could not be read: the first of a kind as they come, how many more of it there are at the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from coach.cli.progress import printable, wrapped

if TYPE_CHECKING:
    from coach.readers import Rejected

# Of one cause so many are told one by one, whatever files they are in.
SHOWN_OF_A_KIND = 3


def echo(text: str) -> None:
    """Write ``text`` to standard error."""
    click.echo(text, err=True)


class Unread:
    """Tells of transcripts that cannot be read, by ``say``; ``places`` counts them. ``finish`` tells of the rest."""

    def __init__(self, say: Callable[[str], object] = echo) -> None:
        self.places = 0
        self._say = say
        self._shown: dict[tuple[str, str], int] = {}
        self._held: dict[tuple[str, str], tuple[Rejected, int]] = {}

    def add(self, item: Rejected) -> None:
        """Tell of ``item``, or keep it for the end where others with the same cause and remedy were told."""
        kind = (item.cause, item.remedy)
        self.places += item.places
        shown = self._shown.get(kind, 0)
        if shown >= SHOWN_OF_A_KIND:
            first, count = self._held.get(kind, (item, 0))
            self._held[kind] = first, count + item.places
            return
        self._shown[kind] = shown + 1
        # What to do is the same for all of a kind: once is enough.
        self._say(told(item._replace(remedy="") if shown else item))

    def finish(self) -> None:
        """Tell how many more there were of each kind, in one line."""
        for first, count in self._held.values():
            more = count - first.places
            place = f"{first.place} and {more:,} more" if first.place else f"and {more:,} more"
            if more and not first.place:
                first = first._replace(source=f"{first.source} {place}")
            elif more:
                first = first._replace(place=place)
            self._say(told(first._replace(remedy="")))
        self._held.clear()


def told(rejected: Rejected, word: str = "Not read") -> str:
    """Return what to say of a rejected transcript: file, place, cause and remedy, at the width of the terminal."""
    where = ", ".join(printable(part) for part in (rejected.source, rejected.place) if part)
    first = f"{word}: {where}: {printable(rejected.cause)}"
    return wrapped(f"{first}\n  {printable(rejected.remedy)}" if rejected.remedy else first, where)
