"""Where a moment stands: its place in the call, and what must and must not stand around it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from coach import native
from coach.call import Turn
from coach.language import Hit, Spoken, hits_in
from coach.rule_clauses import Window
from coach.rule_models import Context, Moment
from coach.signals import Signals

Found = Mapping[str, tuple[Hit, ...]]
NONE_KNOWN: Found = {}
# In a turn of a hundred thousand words every hit must not be held against every other.
FEW_PAIRS = 10_000


def settle(
    moments: Sequence[Moment], spans: Mapping[str, Sequence[Hit]], spoken: Spoken, known: Found = NONE_KNOWN
) -> dict[str, tuple[Hit, ...]]:
    """Return the moments of one call: see ``Settling.of``, which is made ready once for many."""
    return Settling(moments).of(spans, spoken, known)


class Settling:
    """Moments, in order of need (as the rulebook gives them), ready to be settled in calls."""

    def __init__(self, moments: Iterable[Moment]) -> None:
        self._places = list(map(_place, moments))
        names = list(dict.fromkeys(place.signal for place in self._places if place.signal))
        self._names, self._signals = names, Signals(names)
        part = native.load("_settling")
        self._compiled = part.Settling(self._places, names) if part else None

    def of(
        self, spans: Mapping[str, Sequence[Hit]], spoken: Spoken, known: Found = NONE_KNOWN
    ) -> dict[str, tuple[Hit, ...]]:
        """Return the moments of a call.

        Args:
            spans: where each moment's own phrases stand, in order.
            spoken: the call.
            known: moments of the call that are settled already, and on which others may rest.
        """
        flow = spoken.flow
        signalled = self._signals.of(spoken, flow.who)
        if self._compiled is None:
            return self._found(spans, dict(zip(self._names, signalled, strict=True)), spoken, known)
        moments: dict[str, tuple[Hit, ...]] = self._compiled.of(
            _as_dict(spans), signalled, _as_dict(known), flow.turn_roles, flow.who, flow.stretch, flow
        )
        return moments

    def _found(
        self,
        spans: Mapping[str, Sequence[Hit]],
        signalled: Mapping[str, Sequence[Hit]],
        spoken: Spoken,
        known: Found,
    ) -> dict[str, tuple[Hit, ...]]:
        """Return the moments of a call; ``coach/_settling.c`` does the same."""
        found = dict(known)
        turns = spoken.call.turns
        for name, signal, include, exclude, side, edge, around in self._places:
            hits: Sequence[Hit] = spans.get(name, ())
            if signal:
                # A phrase may stand where the signal does.
                hits = sorted({*hits, *signalled[signal]})
            for other in include:
                if other in found:
                    hits = _joined(hits, found[other])
            if not hits:
                continue
            # By their turns first: most hits that go are said by the other side.
            if side:
                hits = [hit for hit in hits if turns[hit.turn].role in (side, "unknown")]
            if edge and hits:
                hits = _at_edge(edge, hits, spoken)
            for other in exclude:
                if other in found:
                    hits = _free(hits, found[other])
            for context in around:
                if hits:
                    hits = context.kept(hits, found, spoken)
            if hits:
                found[name] = tuple(hits)
        return found


def _as_dict(given: Mapping[str, Sequence[Hit]]) -> dict[str, Sequence[Hit]]:
    """Return what ``coach/_settling.c`` reads, and leaves as it is: no copy of it where none is needed."""
    return given if isinstance(given, dict) else dict(given)


# What stands for a window in turns where it has none: it reaches to the end of the call, or counts seconds.
TO_THE_END, BY_SECONDS = -1, -2


class _Around(NamedTuple):
    """What must (``wanted``) or must not stand before a hit, or after it (``later``): moments, and who says them.

    ``turns`` is how many changes of speaker ``window`` covers, ``TO_THE_END`` or ``BY_SECONDS``.
    """

    wanted: bool
    later: bool
    said_by: tuple[tuple[str, str], ...]
    window: Window
    turns: int

    def kept(self, hits: Sequence[Hit], found: Found, spoken: Spoken) -> Sequence[Hit]:
        """Return those of ``hits`` that have around them what they should."""
        near = [(who, found[name]) for who, name in self.said_by if name in found]
        if not near:
            # Nothing of the kind is said in the whole call.
            return () if self.wanted else hits
        return [hit for hit in hits if self._stands_near(hit, near, spoken) == self.wanted]

    def _stands_near(self, hit: Hit, near: Iterable[tuple[str, Sequence[Hit]]], spoken: Spoken) -> bool:
        turns, later = spoken.call.turns, self.later
        if later:
            window = spoken.flow.turns_after(hit.turn, self.window, from_same=True)
        else:
            window = spoken.flow.turns_before(hit.turn, self.window)
        reach = range(min(window.start, hit.turn), max(window.stop, hit.turn + 1))
        side = turns[hit.turn].who
        for who, heard in near:
            for other in hits_in(heard, reach):
                if other.turn == hit.turn:
                    if other.start < hit.end if later else other.end > hit.start:
                        continue
                elif other.turn not in window:
                    continue
                if _is_said_by(who, turns[other.turn], side):
                    return True
        return False


def _is_said_by(who: str, turn: Turn, side: str) -> bool:
    if who == "same":
        return turn.who == side
    return turn.who != side if who == "other" else turn.who == who


class _Place(NamedTuple):
    """A moment as it is settled: ``side`` is the role that alone may say it, ``edge`` the end of the call it is at."""

    id: str
    signal: str | None
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    side: str | None
    edge: Window | None
    around: tuple[_Around, ...]


def _place(moment: Moment) -> _Place:
    contexts = (
        (moment.after, True, False),
        (moment.not_after, False, False),
        (moment.before, True, True),
        (moment.not_before, False, True),
    )
    return _Place(
        moment.id,
        moment.signal,
        moment.include,
        moment.exclude,
        moment.side,
        moment.within if moment.within.edge is not None else None,
        tuple(_around(context, wanted, later) for context, wanted, later in contexts if context is not None),
    )


def _around(context: Context, wanted: bool, later: bool) -> _Around:
    said = {"same": context.same, "other": context.other, "agent": context.agent, "customer": context.customer}
    said_by = tuple((who, name) for who, names in said.items() for name in names)
    window = context.within
    turns = BY_SECONDS if window.seconds is not None else TO_THE_END if window.turns is None else window.turns
    return _Around(wanted, later, said_by, window, turns)


def _at_edge(edge: Window, hits: Sequence[Hit], spoken: Spoken) -> Sequence[Hit]:
    turns, flow = spoken.call.turns, spoken.flow
    return [hit for hit in hits if hit.turn in flow.turns_within(edge, turns[hit.turn].role)]


def _joined(hits: Sequence[Hit], more: Sequence[Hit]) -> Sequence[Hit]:
    """Return ``hits`` and those of ``more`` that overlap none of them, in order."""
    return sorted([*hits, *_free(more, hits)]) if hits else more


def _free(hits: Sequence[Hit], others: Sequence[Hit]) -> Sequence[Hit]:
    """Return those of ``hits`` that overlap none of ``others``, which are in order."""
    if len(hits) * len(others) > FEW_PAIRS:
        return _free_of_many(hits, others)
    free: list[Hit] = []
    for hit in hits:
        turn, start, end = hit
        at = bisect_left(others, (turn,))
        while at < len(others) and others[at][0] == turn:
            if start < others[at][2] and others[at][1] < end:
                break
            at += 1
        else:
            free.append(hit)
    return free


def _free_of_many(hits: Sequence[Hit], others: Sequence[Hit]) -> Sequence[Hit]:
    """Return what ``_free`` does, in a time that grows with the number of hits alone."""
    # How far the hits of a turn reach, up to each of them: they may lie within each other.
    reach: list[int] = []
    turn = -1
    for other in others:
        reach.append(max(reach[-1], other.end) if other.turn == turn else other.end)
        turn = other.turn
    free: list[Hit] = []
    for hit in hits:
        last = bisect_left(others, (hit.turn, hit.end)) - 1
        if last < 0 or others[last].turn != hit.turn or reach[last] <= hit.start:
            free.append(hit)
    return free
