"""The steps that tell whether a moment is in a call, where, and what stood in its way."""

from __future__ import annotations

from collections.abc import Iterator

from coach.explaining.lines import UNDER, has_phrases, lost_in_words, named, near_in_words
from coach.explaining.search import Looked, Searcher, Sounding
from coach.explaining.steps import Step
from coach.explaining.words import counted, edge_of, first_sentence, listed, place_of, places_after, shortened, the_side
from coach.rule_models import Context, Moment
from coach.signals import SIGNALS

MOST_FOUND = 12


def moment_steps(moment: Moment, searcher: Searcher) -> list[Step]:
    """Return what the moment is known by, where it is, and what sounds like it and is not."""
    turns = range(len(searcher.heard.spoken.call.turns))
    hits = searcher.heard.moments.get(moment.id, ())
    lost = searcher.taken.of(moment.id)
    near = searcher.near([moment.id], turns, {*hits, *(one.hit for one in lost)})
    looked = Looked((Sounding(moment, moment.side, hits),), (), lost, near)
    found = [UNDER + _found_in_words(moment, number, searcher) for number in range(min(len(hits), MOST_FOUND))]
    found += [f"{UNDER}and {counted(len(hits) - MOST_FOUND, 'more place')}"] if len(hits) > MOST_FOUND else []
    steps = [
        Step("known_by", "What is it known by?", "", tuple(_known_by(moment, searcher))),
        Step("search", "Is it in the call?", "Yes" if hits else "No", tuple(found), (looked,)),
    ]
    if lost:
        lines = tuple(UNDER + lost_in_words(one, searcher) for one in lost[:MOST_FOUND])
        steps.append(Step("not_counted", "What sounds like it, and does not count?", "", lines))
    if near:
        lines = tuple(UNDER + near_in_words(one, searcher) for one in near)
        steps.append(Step("near", "What else came close?", "", lines))
    elif not (hits or lost) and has_phrases(moment, searcher):
        steps.append(Step("near", "What came close?", "Nothing", ()))
    return steps


def _found_in_words(moment: Moment, number: int, searcher: Searcher) -> str:
    hit = searcher.heard.moments[moment.id][number]
    said = place_of(searcher.heard.spoken.quote(hit), searcher.role(hit.turn))
    source = next(
        (name for name in moment.include if hit in searcher.heard.moments.get(name, ())),
        "",
    )
    if source:
        return f"{said} – as {named(searcher.moment(source))}"
    phrase = searcher.taken.phrase_of(moment.id, hit)
    return f"{said} – by the phrase “{shortened(phrase)}”" if phrase else said


def _known_by(moment: Moment, searcher: Searcher) -> Iterator[str]:
    if moment.any_of:
        yield f"{UNDER}{counted(len(moment.any_of), 'phrase')} of its own"
    if moment.signal:
        yield UNDER + first_sentence(SIGNALS[moment.signal].__doc__)
    if moment.pattern:
        yield UNDER + counted(len(moment.pattern), "token pattern")
    if moment.include:
        yield f"{UNDER}everything that counts as {listed([named(searcher.moment(name)) for name in moment.include])}"
    if moment.but_not:
        yield f"{UNDER}but not where one of {counted(len(moment.but_not), 'phrase')} stands that {_mean(moment)} else"
    if moment.exclude:
        yield f"{UNDER}but not what is {listed([named(searcher.moment(name)) for name in moment.exclude])}"
    if moment.side:
        yield f"{UNDER}only from {the_side(moment.side)}"
    if moment.within.edge:
        yield f"{UNDER}only in {edge_of(moment.within, moment.side)}"
    for words, kind, context in (
        ("only after", "after", moment.after),
        ("not after", "after", moment.not_after),
        ("only before", "before", moment.before),
        ("not before", "before", moment.not_before),
    ):
        if context:
            yield f"{UNDER}{words} {_context(context, searcher)}, {places_after(context.within, kind)}"


def _mean(moment: Moment) -> str:
    return "means something" if len(moment.but_not) == 1 else "mean something"


def _context(context: Context, searcher: Searcher) -> str:
    sides = (
        ("the same speaker", context.same),
        ("the other side", context.other),
        ("the agent", context.agent),
        ("the customer", context.customer),
    )
    return listed([f"{named(searcher.moment(name))} from {side}" for side, names in sides for name in names])
