"""Where a moment stands: its place in the call, and what must and must not stand around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from coach.language import Hit, Spoken, hits_in
from coach.rule_models import Context, Moment
from coach.signals import SIGNALS

NONE_KNOWN: Mapping[str, tuple[Hit, ...]] = {}


def settle(
    moments: Sequence[Moment],
    spans: Mapping[str, Sequence[Hit]],
    spoken: Spoken,
    known: Mapping[str, tuple[Hit, ...]] = NONE_KNOWN,
) -> dict[str, tuple[Hit, ...]]:
    """Return the moments of a call.

    Args:
        moments: in order of need, as the rulebook gives them.
        spans: where each moment's own phrases stand.
        spoken: the call.
        known: moments of the call that are settled already, and on which others may rest.
    """
    found: dict[str, tuple[Hit, ...]] = dict(known)
    for moment in moments:
        hits = list(spans.get(moment.id, ()))
        if moment.signal:
            hits.extend(SIGNALS[moment.signal](spoken))
        for name in moment.include:
            hits = _joined(hits, found[name]) if name in found else hits
        for name in moment.exclude:
            hits = _free(hits, found[name]) if name in found else hits
        kept = tuple(hit for hit in sorted(hits) if _stands(moment, hit, found, spoken))
        if kept:
            found[moment.id] = kept
    return found


def _joined(hits: Sequence[Hit], more: Sequence[Hit]) -> list[Hit]:
    """Return ``hits`` and those of ``more`` that overlap none of them."""
    return [*hits, *_free(more, hits)]


def _free(hits: Sequence[Hit], others: Sequence[Hit]) -> list[Hit]:
    """Return those of ``hits`` that overlap none of ``others``."""
    if not hits or not others:
        return list(hits)
    by_turn: dict[int, list[Hit]] = {}
    for other in others:
        by_turn.setdefault(other.turn, []).append(other)
    return [
        hit
        for hit in hits
        if not any(hit.start < other.end and other.start < hit.end for other in by_turn.get(hit.turn, ()))
    ]


def _stands(moment: Moment, hit: Hit, found: Mapping[str, tuple[Hit, ...]], spoken: Spoken) -> bool:
    role = spoken.call.turns[hit.turn].role
    if moment.side is not None and role not in (moment.side, "unknown"):
        return False
    if moment.within.edge is not None and hit.turn not in spoken.flow.turns_within(moment.within, role):
        return False
    return (
        (moment.after is None or _near(moment.after, hit, found, spoken, later=False))
        and (moment.not_after is None or not _near(moment.not_after, hit, found, spoken, later=False))
        and (moment.before is None or _near(moment.before, hit, found, spoken, later=True))
        and (moment.not_before is None or not _near(moment.not_before, hit, found, spoken, later=True))
    )


def _near(context: Context, hit: Hit, found: Mapping[str, tuple[Hit, ...]], spoken: Spoken, *, later: bool) -> bool:
    """Say whether what ``context`` names stands before (or, ``later``, after) ``hit``, in the same turn or near it."""
    turns = spoken.call.turns
    who = turns[hit.turn].who
    window = context.within
    near = (
        spoken.flow.turns_after(hit.turn, window, from_same=True)
        if later
        else spoken.flow.turns_before(hit.turn, window)
    )

    reach = range(min(near.start, hit.turn), max(near.stop, hit.turn + 1))

    def stands(other: Hit) -> bool:
        if other.turn == hit.turn:
            return other.start >= hit.end if later else other.end <= hit.start
        return other.turn in near

    def said(names: Sequence[str], wanted: str) -> bool:
        return any(stands(other) and turns[other.turn].who == wanted for other in heard(names))

    def said_by_other(names: Sequence[str]) -> bool:
        return any(stands(other) and turns[other.turn].who != who for other in heard(names))

    def heard(names: Sequence[str]) -> Iterator[Hit]:
        return (other for name in names for other in hits_in(found.get(name, ()), reach))

    return (
        said(context.same, who)
        or said_by_other(context.other)
        or said(context.agent, "agent")
        or said(context.customer, "customer")
    )
