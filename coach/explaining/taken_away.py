"""What sounds like a moment and does not count as one: the places that a moment's file takes away again, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from coach.explaining.words import edge_of, listed, place_of, places_after, shortened, the_side
from coach.language import Hit, Language, Spoken
from coach.moments import settle
from coach.rule_models import Context, Moment, Window
from coach.rulebook import Rulebook
from coach.wording import WordLists

# The conditions of a moment, lifted one and all to see what they take away.
LIFTED: Mapping[str, Any] = {
    "exclude": (),
    "side": None,
    "within": Window(),
    "after": None,
    "not_after": None,
    "before": None,
    "not_before": None,
}


class Lost(NamedTuple):
    """A place that sounds like ``moment`` and does not count; ``why`` goes on after "because"."""

    hit: Hit
    moment: str
    why: str


class TakenAway:
    """Tells what is taken away from moments in one call.

    Args:
        book: the rules.
        lists: spelling, fillers and marks.
        spoken: the call.
        spans: where the moments' own phrases stand, as ``Language.spans`` gives them.
        found: the moments of the call.
    """

    def __init__(
        self,
        book: Rulebook,
        lists: WordLists,
        spoken: Spoken,
        spans: Mapping[str, list[Hit]],
        found: Mapping[str, tuple[Hit, ...]],
    ) -> None:
        self._book = book
        self._by_id = {moment.id: moment for moment in book.moments}
        self._lists = lists
        self._spoken = spoken
        self._spans = spans
        self._found = found

    def of(self, name: str) -> tuple[Lost, ...]:
        """Return what was taken away from the moment ``name``, and from those that it includes, in order of place."""
        moments = [self._by_id[each] for each in self.family(name)]
        kept = self._found.get(name, ())
        lost = [
            one
            for moment in moments
            for one in (*self._vetoed(moment), *self._out_of_place(moment))
            if not any(_overlap(one.hit, hit) for hit in kept)
        ]
        apart: list[Lost] = []
        for one in sorted(lost, key=lambda one: (one.hit.turn, one.hit.start - one.hit.end)):
            if not any(_overlap(one.hit, other.hit) for other in apart):
                apart.append(one)
        return tuple(sorted(apart))

    def family(self, name: str) -> tuple[str, ...]:
        """Return ``name`` and the moments that it includes, and those that these include."""
        found: dict[str, None] = {}
        waiting = [name]
        while waiting:
            one = waiting.pop(0)
            if one not in found:
                found[one] = None
                waiting += self._by_id[one].include
        return tuple(found)

    def phrase_of(self, name: str, hit: Hit) -> str:
        """Return the phrase of the moment ``name`` that ``hit`` is a match of, as its file writes it, or ``""``."""
        for each in self.family(name):
            lines = self._by_id[each].any_of
            for line, hits in self._matches(each, lines):
                if hit in hits:
                    return line
        return ""

    def _matches(self, name: str, lines: tuple[str, ...]) -> Iterator[tuple[str, list[Hit]]]:
        """Yield each of ``lines`` that stands somewhere in the call, with the places."""
        if not lines:
            return
        moment = self._by_id[name]
        alone = {"but_not": (), "pattern": (), "signal": None}
        single = [
            moment.model_copy(update={**alone, "id": str(number), "any_of": (line,)})
            for number, line in enumerate(lines)
        ]
        spans = Language(single, self._lists).spans(self._spoken)
        for number, line in enumerate(lines):
            if spans.get(str(number)):
                yield line, spans[str(number)]

    def _vetoed(self, moment: Moment) -> Iterator[Lost]:
        vetoes = list(self._matches(moment.id, moment.but_not))
        if not vetoes:
            return
        kept = self._spans.get(moment.id, ())
        for _, hits in self._matches(moment.id, moment.any_of):
            for hit in hits:
                if any(_overlap(hit, one) for one in kept):
                    continue
                line, veto = next(
                    ((line, one) for line, ones in vetoes for one in ones if _overlap(hit, one)), ("", hit)
                )
                if line:
                    words = self._spoken.quote(veto).text
                    which = "it" if words == self._spoken.quote(hit).text else f"“{words}”"
                    yield Lost(hit, moment.id, f"{which} is left out (under but_not: “{shortened(line)}”)")

    def _out_of_place(self, moment: Moment) -> Iterator[Lost]:
        ways = dict(self._conditions(moment))
        if not ways:
            return
        changed: dict[str, Moment] = {"open": moment.model_copy(update={**LIFTED, "id": "moment, lifted"})}
        for number, condition in enumerate(ways):
            changed[condition] = moment.model_copy(update={**LIFTED, **ways[condition], "id": f"moment, {number}"})
        own = self._spans.get(moment.id, [])
        spans = {**self._spans, **{variant.id: own for variant in changed.values()}}
        found = settle([*self._book.moments, *changed.values()], spans, self._spoken)
        kept = self._found.get(moment.id, ())
        for hit in found.get("moment, lifted", ()):
            if hit in kept:
                continue
            reason = next((each for each in ways if hit not in found.get(changed[each].id, ())), None)
            if reason:
                yield Lost(hit, moment.id, self._why(moment, reason, ways[reason], hit))

    def _conditions(self, moment: Moment) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield each condition of ``moment`` by itself, under a name of its own."""
        for name in moment.exclude:
            yield f"exclude {name}", {"exclude": (name,)}
        if moment.side:
            yield "side", {"side": moment.side}
        if moment.within.edge:
            yield "within", {"within": moment.within}
        for key, context in (("after", moment.after), ("before", moment.before)):
            if context:
                yield key, {key: context}
        for key, context in (("not_after", moment.not_after), ("not_before", moment.not_before)):
            for side, name in _named(context) if context else ():
                alone = {"same": (), "other": (), "agent": (), "customer": (), side: (name,)}
                yield f"{key} {side} {name}", {key: context.model_copy(update=alone) if context else None}

    def _why(self, moment: Moment, condition: str, only: Mapping[str, Any], hit: Hit) -> str:
        kind, *rest = condition.split(" ")
        if kind == "exclude":
            others = (one for one in self._found.get(rest[0], ()) if _overlap(one, hit))
            return f"it is {self._title(rest[0])}{self._place(next(others, None))}, which does not count here"
        if kind == "side":
            return f"only {the_side(moment.side)}'s words count"
        if kind == "within":
            return f"it counts only in {edge_of(moment.within, self._spoken.call.turns[hit.turn].role)}"
        context: Context = only[kind]
        if kind in ("after", "before"):
            titles = listed([self._title(name) for name in dict.fromkeys(context.moments)])
            return f"it counts only {kind} {titles}, and none of that stands {places_after(context.within, kind)}"
        place = self._nearest(rest[1], hit, later=kind == "not_before")
        return f"{'before' if kind == 'not_before' else 'after'} {self._title(rest[1])}{place} it does not count"

    def _nearest(self, name: str, hit: Hit, *, later: bool) -> str:
        hits = [
            one
            for one in self._found.get(name, ())
            if (one.turn, one.start) != (hit.turn, hit.start) and (one > hit if later else one < hit)
        ]
        nearest = (min(hits) if later else max(hits)) if hits else None
        return self._place(nearest)

    def _place(self, hit: Hit | None) -> str:
        return f" ({place_of(self._spoken.quote(hit))})" if hit else ""

    def _title(self, name: str) -> str:
        return f"“{self._by_id[name].title}”"


def _named(context: Context) -> Iterator[tuple[str, str]]:
    for side in ("same", "other", "agent", "customer"):
        for name in getattr(context, side):
            yield side, name


def _overlap(one: Hit, other: Hit) -> bool:
    return one.turn == other.turn and one.start < other.end and other.start < one.end
