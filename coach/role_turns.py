"""What kind of turn follows what: who asks and who answers, who dictates and who says "yeah" to it.

A turn is of one kind, told by its moments, its words and its length; two or three kinds in a row are an exchange. The
one who says "thank you" to a dictation is somebody else than the one who says it to an answer.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

# A thing done again and again says little more than once or twice.
MOST_COUNTED = 3
# Moments that make a kind by themselves, whatever the length of the turn; the first that is heard counts.
DOING = (
    ("hold", "hold"), ("looks_up", "hold"), ("makes_wait", "hold"),
    ("offer_of_help", "offer"), ("further_help", "offer"),
)  # fmt: skip
# Moments that make a kind only of turns that are nothing more definite.
SAYING = (
    ("asks_details", "asks details"), ("asks_to_be_served", "wants"), ("says_why_they_call", "wants"),
    ("tells_what_to_do", "tells"), ("acts_for_other", "tells"),
)  # fmt: skip
# What the kinds look at, all told.
KIND_MOMENTS = frozenset({name for name, _ in (*DOING, *SAYING)} | {"goodbye", "dictation"})
NUMBER = "{number}"
YES = frozenset("yes yeah yep yup no".split())
OKAY = frozenset("okay ok right alright fine lovely great good sure brilliant perfect".split())
MURMUR = frozenset("mm aha ah oh hm huh that is i see certainly course of uh um".split())
THANKS = frozenset("thank thanks cheers".split())
GOES_ON = frozenset("and but so because well or".split())
WHICH = frozenset("what which who when where how why".split())
AUXILIARY = frozenset(
    "do does did is are was were can could would will shall have has should may am".split()
)  # fmt: skip
SUBJECT = frozenset("you i it that there they we he she the this your my not".split())
# Words: the most that a turn of thanks, goodbye, a bare answer, a question and a stretch of a number may have.
LONGEST_THANKS, LONGEST_BYE, LONGEST_ACK, LONGEST_QUESTION, LONGEST_NUMBER = 6, 8, 3, 18, 6
LENGTHS = ((3, "tiny"), (10, "short"), (24, "middling"))


class Heard(NamedTuple):
    """One turn: who speaks, its comparable words, and the names of its moments, one for each time."""

    label: str
    words: Sequence[str]
    moments: Sequence[str]


def kind_of(turn: Heard) -> str:
    """Return what kind of turn it is."""
    words, moments, length = turn.words, set(turn.moments), len(turn.words)
    if not words:
        return "nothing"
    if "goodbye" in moments and length <= LONGEST_BYE:
        return "bye"
    if length <= LONGEST_THANKS and not THANKS.isdisjoint(words):
        return "thanks"
    if length <= LONGEST_ACK and all(word in YES or word in OKAY or word in MURMUR for word in words):
        return "yes" if words[0] in YES else "okay" if words[0] in OKAY else "mm"
    for name, kind in DOING:
        if name in moments:
            return kind
    if NUMBER in words and length <= LONGEST_NUMBER:
        return "number"
    asks = length <= LONGEST_QUESTION and _asks(words)
    if not asks and "dictation" in moments:
        return "number"
    return next((kind for name, kind in SAYING if name in moments), "asks" if asks else _shape(words))


def exchanges(turns: Sequence[Heard], common: Collection[str]) -> dict[str, dict[str, float]]:
    """Return by label how often each speaker does what in which place; words that are not ``common`` are left out.

    ``asks > yes`` is a yes of this speaker to the other's question, ``asks = yes`` one to their own; three kinds in a
    row are counted alike. With ``:`` follow the first word or two of the answer, which count once.
    """
    kinds = [kind_of(turn) for turn in turns]
    found: dict[str, dict[str, float]] = {turn.label: {} for turn in turns}
    counts: Counter[tuple[str, str]] = Counter()
    for place, turn in enumerate(turns):
        mine = found[turn.label]
        for depth in (1, 2):
            if place >= depth:
                counts[turn.label, _chain(turns, kinds, place, depth)] += 1
        if place:
            before = f"{kinds[place - 1]} {_relation(turns, place - 1, place)}"
            mine.update(dict.fromkeys((f"{before}: {first}" for first in _firsts(turn.words, common)), 1.0))
    for (label, name), count in counts.items():
        found[label][name] = float(min(count, MOST_COUNTED))
    for label, name, value in _places(turns, kinds):
        found[label][name] = value
    return found


def _places(turns: Sequence[Heard], kinds: Sequence[str]) -> Iterator[tuple[str, str, float]]:
    """Yield who ends the talk and how, who thanks and says goodbye first, and how many turns each has."""
    if turns:
        yield turns[-1].label, "ends", 1.0
        yield turns[-1].label, f"ends: {kinds[-1]}", 1.0
    for kind in ("thanks", "bye"):
        if kind in kinds:
            yield turns[kinds.index(kind)].label, f"first: {kind}", 1.0
    for label, count in Counter(turn.label for turn in turns).items():
        yield label, "turns", math.log1p(count)


def _chain(turns: Sequence[Heard], kinds: Sequence[str], place: int, depth: int) -> str:
    """Return the kinds up to a turn, each but the last with whether that speaker is the other one."""
    earlier = (f"{kinds[index]} {_relation(turns, index, place)} " for index in range(place - depth, place))
    return "".join(earlier) + kinds[place]


def _relation(turns: Sequence[Heard], earlier: int, place: int) -> str:
    return "=" if turns[earlier].label == turns[place].label else ">"


def _firsts(words: Sequence[str], common: Collection[str]) -> Iterator[str]:
    """Yield the first word and the first two, as far as there are as many."""
    told = [word if word in common else "*" for word in words[:2]]
    for length in range(1, len(told) + 1):
        yield " ".join(told[:length])


def _asks(words: Sequence[str]) -> bool:
    """Tell whether the words hold the beginning of a question: "what is", "do you"."""
    return any(
        (one in WHICH and two in AUXILIARY) or (one in AUXILIARY and two in SUBJECT) for one, two in pairwise(words)
    )


def _shape(words: Sequence[str]) -> str:
    """Return the kind of a turn of which nothing is known but how it begins and how long it is."""
    if words[0] in GOES_ON:
        return "goes on"
    if words[0] in YES:
        return "yes and more"
    if words[0] in OKAY:
        return "okay and more"
    return next((name for most, name in LENGTHS if len(words) <= most), "long")
