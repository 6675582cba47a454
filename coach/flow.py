"""How the turns of a call follow each other: which are real, and where the speaker changes.

Windows such as "the agent's first three turns" or "within 3 turns" count changes of speaker: turns of one speaker in a
row count once, listening noises and inaudible turns not at all.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from coach.call import Role, Turn, sides
from coach.rule_models import Window


@dataclass(frozen=True, slots=True)
class Flow:
    """The turns of a call by stretch: ``stretch[i]`` numbers the stretch of one speaker that turn ``i`` belongs to.

    A turn that is no real turn has the number of the stretch before it (-1 at the start). ``edges`` keeps the windows
    at the ends of the call, which every match asks for, and ``sides`` the stretches of a side. ``roles`` are those of
    the stretches; ``turn_roles`` and ``who`` say of every turn who speaks.
    """

    turns: Sequence[Turn]
    real: tuple[bool, ...]
    stretch: tuple[int, ...]
    roles: tuple[Role, ...]
    turn_roles: list[Role]
    who: list[str]
    edges: dict[tuple[Window, Role | None], range] = field(default_factory=dict, compare=False, repr=False)
    sides: dict[Role | None, Sequence[int]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def of_side(self, side: Role | None) -> Sequence[int]:
        """Return the numbers of the stretches of ``side`` (of anyone where it is ``None``), in order."""
        if side not in self.sides:
            self.sides[side] = [number for number, role in enumerate(self.roles) if side is None or role == side]
        return self.sides[side]

    def turns_within(self, window: Window, side: Role | None) -> range:
        """Return the range of turns from the first to the last turn of ``side`` that ``window`` covers.

        Without an edge the window is the whole call; with no ``side`` everybody's turns count.
        """
        _, _, edge, of_call = window
        if edge is None:
            return range(len(self.turns))
        key = window, None if of_call else side
        found = self.edges.get(key)
        if found is None:
            found = self.edges[key] = self._edge(*key)
        return found

    def _edge(self, window: Window, side: Role | None) -> range:
        turns, seconds, edge, _ = window
        if seconds is not None:
            return self._timed_edge(window)
        stretches = self.of_side(side)
        count = turns or 0
        chosen = stretches[:count] if edge == "first" else stretches[-count:]
        if not chosen:
            return range(0)
        if edge == "first":
            # Everything up to the end of the last stretch, noises included: evidence may stand there.
            return range(0, bisect_right(self.stretch, chosen[-1]))
        return range(bisect_left(self.stretch, chosen[0]), len(self.turns))

    def turns_after(self, turn: int, window: Window, *, from_same: bool) -> range:
        """Return the turns that may reply to something in ``turn``.

        ``from_same``: the reply may stand in the stretch of ``turn`` itself (both are of one speaker).
        """
        first = turn if from_same else turn + 1
        turns, seconds, _, _ = window
        if seconds is not None:
            return range(first, self._timed_stop(turn, seconds))
        if turns is None:
            return range(first, len(self.turns))
        stop = bisect_right(self.stretch, self.stretch[turn] + turns)
        return range(first, stop if stop > first else first)

    def turns_from(self, turn: int, window: Window) -> range:
        """Return ``turn`` and the turns after it that ``window`` covers."""
        return self.turns_after(turn, window, from_same=True)

    def turns_before(self, turn: int, window: Window) -> range:
        """Return the turns before ``turn`` that ``window`` covers, ``turn`` not included."""
        if window.seconds is not None:
            return range(self._timed_start(turn, window.seconds), turn)
        if window.turns is None:
            return range(turn)
        return range(bisect_left(self.stretch, self.stretch[turn] - window.turns), turn)

    def _timed_stop(self, turn: int, seconds: float) -> int:
        end = self.turns[turn].end
        stop = turn + 1
        while stop < len(self.turns):
            start = self.turns[stop].start
            if end is None or start is None or start > end + seconds:
                break
            stop += 1
        return stop

    def _timed_start(self, turn: int, seconds: float) -> int:
        start = self.turns[turn].start
        first = turn
        while first > 0:
            end = self.turns[first - 1].end
            if start is None or end is None or end < start - seconds:
                break
            first -= 1
        return first

    def _timed_edge(self, window: Window) -> range:
        seconds = window.seconds or 0.0
        starts = [turn.start for turn in self.turns]
        ends = [turn.end for turn in self.turns if turn.end is not None]
        if window.edge == "first":
            return range(0, sum(1 for start in starts if start is not None and start <= seconds))
        limit = (max(ends) if ends else 0.0) - seconds
        later = [index for index, start in enumerate(starts) if start is not None and start >= limit]
        return range(later[0] if later else len(self.turns), len(self.turns))


def flow_of(turns: Sequence[Turn], noises: Collection[int]) -> Flow:
    """Return how ``turns`` follow each other; ``noises`` are the turns that are no real turns."""
    turn_roles, who = sides(turns)
    stretches: list[int] = []
    roles: list[Role] = []
    speaking, number = "", -1
    for index, side in enumerate(who):
        if side != speaking and index not in noises:
            roles.append(turn_roles[index])
            speaking = side
            number += 1
        stretches.append(number)
    real = [True] * len(who)
    for index in noises:
        real[index] = False
    return Flow(turns, tuple(real), tuple(stretches), tuple(roles), turn_roles, who)
