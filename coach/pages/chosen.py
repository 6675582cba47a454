"""Which calls have a page of their own: all, none, or the lowest of each agent and what is quoted."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from coach.errors import UsageError
from coach.pages.slugs import Slugs

WRITTEN = re.compile(r"worst:([1-9][0-9]{0,8})")
# A page takes a few milliseconds and some ten thousand bytes: up to here nobody waits for them.
MOST_OF_ALL = 2000
USUAL_WORST = 20


class Choice(NamedTuple):
    """Which calls get a page: the ``worst`` so many of each agent, 0 for none, ``None`` for all."""

    worst: int | None

    @property
    def in_words(self) -> str:
        """Which calls have a page, in a sentence."""
        if self.worst is None:
            return "Each call has its transcript and a receipt of every point."
        if not self.worst:
            return "Calls have no pages of their own here."
        which = "lowest call" if self.worst == 1 else f"{self.worst:,} lowest calls"
        return f"The {which} of each agent, and those quoted, have a page with transcript and receipt."


def choice_of(written: str) -> Choice:
    """Return what ``worst:20``, ``all`` or ``none`` asks for.

    Raises:
        UsageError: it is none of these.
    """
    found = WRITTEN.fullmatch(written)
    if found:
        return Choice(int(found[1]))
    if written not in ("all", "none"):
        raise UsageError(
            f"--calls {written!r} says nothing about which calls get a page",
            remedy="Write --calls all, --calls none, or --calls worst:20 for the 20 lowest calls of each agent.",
        )
    return Choice(None if written == "all" else 0)


def usual_choice(calls: int) -> Choice:
    """Return which of so many calls get a page where nobody says."""
    return Choice(None if calls <= MOST_OF_ALL else USUAL_WORST)


class CallPages:
    """Knows which calls have a page, and under which name; a call that is quoted gets one, unless none has.

    ``worst`` are the keys of the lowest calls, where these are chosen; ``shared`` the ids that several calls have.
    """

    def __init__(self, choice: Choice, worst: Collection[str], shared: Collection[str]) -> None:
        self.choice = choice
        self._chosen = set(worst)
        self._names = Slugs(shared)
        self._new = dict.fromkeys(worst)

    def __len__(self) -> int:
        return len(self._chosen)

    def name(self, key: str, call_id: str) -> str:
        """Return the name of the page of a call, empty where it has none."""
        return self._names.of(key, call_id) if self.choice.worst is None or key in self._chosen else ""

    def quoted(self, key: str, call_id: str) -> str:
        """Return the name of the page of a call whose words are shown, empty where no call has a page."""
        if self.choice.worst and key not in self._chosen:
            self._chosen.add(key)
            self._new[key] = None
        return self.name(key, call_id)

    def new(self) -> list[str]:
        """Return the keys of the calls that were chosen since the last time."""
        new, self._new = list(self._new), {}
        return new
