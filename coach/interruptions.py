"""Interruptions: somebody takes the floor while the other is mid-utterance, and that utterance stays unfinished.

With times, a scorecard of signs (an utterance left open, the other talking into it, who goes on) decides; its
points are fitted by ``python benchmarks/interruptions.py --fit`` and stand in ``rules/interruptions.json``.
Without times only the marks tell that transcribers put where an utterance breaks off.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import orjson

from coach.call import Turn
from coach.cuts import CLOSER, Cut, Signs, cut_at, looks
from coach.datafiles import rules_folder
from coach.errors import RuleError
from coach.floor import Conversation, is_cut_off, side_of
from coach.scored import Interruption
from coach.unfinished import WordLists, load_word_lists

# A full stop, question mark or exclamation mark is the transcriber's word that the utterance was finished, and only a
# cut word outweighs it. Set by hand: the conversations that the points are fitted on have no punctuation.
CLOSED_POINTS = -6.0
# The other way round: where the transcriber closes nearly every turn with such a mark, one left without was not
# finished where the other talks into it. Set by hand for the same reason, and checked on the example calls, whose cuts
# are known.
LEFT_OPEN_POINTS = 2.0
# Who says "let me finish" next was cut off, whatever else; too rare in the conversations at hand to be fitted.
TAKES_UP_AGAIN_POINTS = 3.0
# An utterance stopped in mid-sentence where so few end (log odds: one in eight).
RARELY_ENDS = -2.0
BY_HAND = {"closed": CLOSED_POINTS, "left_open": LEFT_OPEN_POINTS, "takes_up_again": TAKES_UP_AGAIN_POINTS}
# Sums of the same points in another order differ by less.
ROUNDING = 1e-6
# Seconds under which a mark says "just as".
SHORTEST_TOLD = 0.05


class Scale(NamedTuple):
    """The fitted figures: ``ends`` holds what each mark of an end says (log odds that an utterance ends there).

    ``points`` holds a sign's points; a turn is interrupted where ``base`` and its points reach ``threshold``.
    """

    ends: Mapping[str, float]
    points: Mapping[str, float]
    base: float
    threshold: float


def load_scale(path: Path) -> Scale:
    """Return the fitted figures in the JSON file ``path``; raise ``RuleError`` where it holds none."""
    try:
        return Scale(**orjson.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError) as error:
        raise RuleError(
            "the points of interruptions cannot be read",
            where=str(path),
            remedy="Write them again: python benchmarks/interruptions.py --fit",
        ) from error


@functools.cache
def built_in() -> tuple[WordLists, Scale]:
    """Return the word lists and figures of the built-in rules."""
    return load_word_lists(rules_folder() / "unfinished.yml"), load_scale(rules_folder() / "interruptions.json")


class Reach(NamedTuple):
    """How far a turn can get before all its signs are known: ``points`` holds the points of all signs.

    ``most`` holds the most points that each sign of ``CLOSER`` can give; ``best`` is what these and the base come to.
    """

    points: Mapping[str, float]
    most: Mapping[str, float]
    best: float


def reach_of(scale: Scale) -> Reach:
    """Return how far turns can get by ``scale`` and the points set by hand."""
    points = {**scale.points, **BY_HAND}
    most = {name: max(points.get(name, 0.0) * value for value in between) for name, between in CLOSER.items()}
    return Reach(points, most, scale.base + sum(most.values()))


@functools.cache
def built_in_reach() -> Reach:
    """Return how far turns can get by the figures of the built-in rules."""
    return reach_of(built_in()[1])


def interruptions_of(turns: Sequence[Turn], backchannels: Collection[int] = ()) -> tuple[Interruption, ...] | None:
    """Return the interruptions in ``turns``, or ``None`` where neither times nor marks can tell.

    Times count where every turn has a start and an end; ``backchannels`` are indexes of listening noises.
    """
    if not is_timed(turns):
        return _from_marks(turns, backchannels)
    scale = built_in()[1]
    points, most, best = built_in_reach()
    conversation = _conversation_of(turns, backchannels)
    found: list[Interruption] = []
    for place in conversation.places():
        seen: list[Signs] = []
        reach = best
        for look in looks(conversation, place, scale.ends):
            seen.append(look)
            for name, value in look.items():
                if value:
                    reach += points.get(name, 0.0) * value
                if name in most:
                    reach -= most[name]
            # Most places are out of the question at first glance.
            if reach < scale.threshold - ROUNDING:
                break
        else:
            cut = cut_at(place, *seen)
            if points_of(cut.signs, scale) >= scale.threshold:
                by = turns[cut.cutter].role
                found.append(Interruption(cut.cutter, cut.cut, by, round(cut.at, 3), round(cut.overlap, 3)))
    return tuple(found)


# The conversation looked at last, if any.
_LATEST: list[Conversation] = []


def _conversation_of(turns: Sequence[Turn], backchannels: Collection[int]) -> Conversation:
    """Return ``turns`` as a conversation: the latest again where it is the same.

    Why somebody was cut off is asked right after who was; to read all turns for that again takes as long as the first
    time.
    """
    latest, listening = _LATEST[:1], frozenset(backchannels)
    # A tuple that is the same object cannot have changed since.
    if latest and latest[0].turns is turns and isinstance(turns, tuple) and latest[0].backchannels == listening:
        return latest[0]
    conversation = Conversation(turns, listening, built_in()[0])
    _LATEST[:] = [conversation]
    return conversation


def why_cut_off(turns: Sequence[Turn], found: Sequence[Interruption], backchannels: Collection[int] = ()) -> list[str]:
    """Return in words why each of ``found``, out of ``interruptions_of(turns, backchannels)``, is an interruption.

    ``turn 6 stopped in mid-sentence at “the”, 0.4 s after turn 7 began, which went on for 12 words``
    """
    cuts: dict[tuple[int, int], Cut] = {}
    if any(one.overlap is not None for one in found) and is_timed(turns):
        ends = built_in()[1].ends
        asked = {(one.cut, one.turn) for one in found}
        conversation = _conversation_of(turns, backchannels)
        for place in conversation.places():
            pair = (place.cut.turn, place.spell.first.turn)
            if pair in asked:
                cuts[pair] = cut_at(place, *looks(conversation, place, ends))
    return [
        _told(cuts[one.cut, one.turn])
        if one.overlap is not None and (one.cut, one.turn) in cuts
        else f"turn {one.cut} is marked as broken off before turn {one.turn}"
        for one in found
    ]


def _told(cut: Cut) -> str:
    began = f"just as turn {cut.cutter} began"
    if abs(cut.late) >= SHORTEST_TOLD:
        after = f"{cut.late:.1f} s after turn {cut.cutter} began"
        began = after if cut.late > 0 else f"and turn {cut.cutter} began {-cut.late:.1f} s later"
    words = f"{cut.floor_words} words" if cut.floor_words != 1 else "one word"
    again = "; the speaker then started again" if cut.signs["starts_again"] or cut.signs["takes_up_again"] else ""
    return f"turn {cut.cut} {_how_it_stopped(cut)}, {began}, which went on for {words}{again}"


def _how_it_stopped(cut: Cut) -> str:
    quoted, signs = f"at “{cut.last}”", cut.signs
    if signs["breaks_off"]:
        return f"broke off {quoted}"
    if signs["subject_without_verb"]:
        return f"stopped {quoted}, before its verb"
    if signs["phrase_without_verb"]:
        return f"stopped {quoted}, without a verb"
    if signs["finality"] <= RARELY_ENDS:
        return f"stopped in mid-sentence {quoted}"
    return f"stopped {quoted}"


def is_timed(turns: Sequence[Turn]) -> bool:
    """Return whether there are turns and all of them have a start and an end not before it."""
    return bool(turns) and all(
        turn.start is not None and turn.end is not None and -math.inf < turn.start <= turn.end < math.inf
        for turn in turns
    )


def points_of(signs: Signs, scale: Scale) -> float:
    """Return the points of ``signs``: log odds of an interruption."""
    by_hand = sum([points * signs[name] for name, points in BY_HAND.items()])
    return scale.base + by_hand + sum([points * signs.get(name, 0.0) for name, points in scale.points.items()])


def _from_marks(turns: Sequence[Turn], backchannels: Collection[int]) -> tuple[Interruption, ...] | None:
    cut_off = [is_cut_off(turn.text) for turn in turns]
    if True not in cut_off:
        return None
    found: list[Interruption] = []
    for cut in range(len(turns) - 1):
        if not cut_off[cut] or cut in backchannels:
            continue
        turn = cut + 1
        if turn in backchannels and turn + 1 < len(turns):
            turn += 1
        if side_of(turns[turn]) != side_of(turns[cut]) and turn not in backchannels:
            found.append(Interruption(turn, cut, turns[turn].role, turns[turn].start, None))
    return tuple(found)
