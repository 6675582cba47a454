"""The sentences of an explanation about one search: what was found, what did not count, what came closest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coach.checks.occasion import MOST_QUOTES
from coach.explaining.near_misses import MOST_SHOWN, NearMiss, closest_first
from coach.explaining.search import Looked, Searcher
from coach.explaining.taken_away import Lost
from coach.explaining.words import counted, first_sentence, listed, place_of, the_side, trimmed
from coach.language import Hit
from coach.rule_models import Moment
from coach.signals import SIGNALS

# Words of a line that belong under the one before it.
UNDER = "- "


def named(moment: Moment) -> str:
    """Return ``moment`` as explanations name it: ``“Says sorry” (says_sorry)``."""
    return f"“{moment.title}” ({moment.id})"


def found_lines(looked: Looked, searcher: Searcher) -> Iterator[str]:
    """Yield what was listened for and where it is found; what is not, all together."""
    absent: dict[str, list[str]] = {}
    for moment, side, hits in looked.soundings:
        if hits:
            yield f"{UNDER}{places(hits, searcher)} – {named(moment)}"
        else:
            absent.setdefault(the_side(side), []).append(named(moment))
    for who, names in absent.items():
        yield f"{UNDER}not found, said by {who}: {listed(names)}"


def missed_lines(every: Sequence[Looked], searcher: Searcher) -> Iterator[str]:
    """Yield what sounds like it and does not count, and what came closest, of ``every`` search together."""
    not_counted = sorted({one for looked in every for one in (*looked.lost, *looked.elsewhere)})
    near = closest_first(one for looked in every for one in looked.near)[:MOST_SHOWN]
    absent = [sounding.moment for looked in every for sounding in looked.soundings if not sounding.hits]
    if not_counted:
        yield "Heard, but not counted:"
        yield from (UNDER + lost_in_words(one, searcher) for one in not_counted)
    if near:
        yield "Came closest:"
        yield from (UNDER + near_in_words(one, searcher) for one in near)
    elif not not_counted and any(has_phrases(moment, searcher) for moment in absent):
        yield "Nothing that was said there comes close to its phrases."
    for name in dict.fromkeys(moment.id for moment in absent):
        moment = searcher.moment(name)
        if not has_phrases(moment, searcher):
            yield f"{named(moment)} is known by {how_known(moment)}."


def lost_in_words(lost: Lost, searcher: Searcher) -> str:
    """Return a place that does not count, with the reason."""
    return f"{place_of(searcher.heard.spoken.quote(lost.hit), searcher.role(lost.hit.turn))} – {lost.why}"


def near_in_words(near: NearMiss, searcher: Searcher) -> str:
    """Return a near miss in words: ``turn 4: “sorry about” – 2 of the 3 words of “am sorry about”; ...``."""
    quote = place_of(searcher.heard.spoken.quote(near.hit), searcher.role(near.hit.turn))
    moment = searcher.moment(near.moment)
    if near.missing:
        share = f"{near.has} of the {near.of} words of “{near.wanted}”; missing: {', '.join(near.missing)}"
    else:
        share = f"the words of “{near.wanted}”, but {near.why}"
    return f"{quote} – {share} – for {named(moment)}"


def places(hits: Sequence[Hit], searcher: Searcher) -> str:
    """Return the first few of ``hits`` with their words, and how many more there are."""
    by_turn: dict[int, list[str]] = {}
    for hit in hits[:MOST_QUOTES]:
        by_turn.setdefault(hit.turn, []).append(f"“{trimmed(searcher.heard.spoken.quote(hit).text)}”")
    quotes = [f"turn {turn} ({searcher.role(turn)}): {', '.join(said)}" for turn, said in by_turn.items()]
    more = f" and {counted(len(hits) - MOST_QUOTES, 'more place')}" if len(hits) > MOST_QUOTES else ""
    return "; ".join(quotes) + more


def how_known(moment: Moment) -> str:
    """Return how a moment without phrases is known."""
    if moment.signal:
        return f"how the turns follow each other, not by phrases: {first_sentence(SIGNALS[moment.signal].__doc__)}"
    return "token patterns, for which there are no near misses"


def has_phrases(moment: Moment, searcher: Searcher) -> bool:
    """Say whether ``moment``, or one that it includes, has phrases that words can come close to."""
    return any(searcher.moment(name).any_of for name in searcher.taken.family(moment.id))
