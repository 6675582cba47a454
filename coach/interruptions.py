"""Interruptions: somebody takes the floor while the other is mid-utterance, and that utterance stays unfinished.

With times, a scorecard of signs (an utterance left open, the other talking into it, who goes on) decides; its
points are fitted by ``python benchmarks/interruptions.py --fit`` and stand in ``rules/interruptions.json``.
Without times only the marks tell that transcribers put where an utterance breaks off.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import srsly

from coach.call import Turn
from coach.datafiles import rules_folder
from coach.errors import RuleError
from coach.scored import Interruption
from coach.unfinished import CUT_WORD, OTHER_WORD, Utterance, WordLists, class_of, load_word_lists, utterance_of

# What transcribers write where an utterance breaks off.
CUT_OFF = re.compile(
    r"(?:--|[\u2013\u2014\u2026]|\.\.\.|[\[(<](?:interrupted|interruption|interrupts|crosstalk|cross talk|overtalk"
    r"|overlapping|cut off|cuts off)/?[\])>])[\s\"'\u2019\u201d]*$",
    re.IGNORECASE,
)
# A turn that starts this long after the other's end, or later, took a free floor (seconds). Gaps between speakers
# are about 0.2 s on average (Stivers et al. 2009, "Universals and cultural variation in turn-taking").
CUTS_IN_WITHIN = 0.5
# How long after an utterance its speaker may still take it up again (seconds).
RESUMES_WITHIN = 1.0
JUST_SPOKE_WITHIN = 1.0
# "I think I", "but you", "it it": a pronoun here is a subject that waits for its verb.
BEFORE_A_SUBJECT = frozenset({"mean", "think", "know", "guess"})
CLASSES_BEFORE_A_SUBJECT = frozenset("CLVH")
OBJECTS = frozenset({"but", "no", "well", "wait", "actually"})
# Turns that may start within one utterance; more only in a broken transcript, which must not cost hours.
STARTS_LOOKED_AT = 50
OPEN_CLASSES = frozenset("HDCPSAVT")
LOWEST, HIGHEST = -4.0, 1.0
# A full stop, question mark or exclamation mark is the transcriber's word that the utterance was finished; only a cut
# word outweighs it. Set by hand: the conversations that the points are fitted on have no punctuation.
CLOSED_POINTS = -3.5
# The other way round: where the transcriber closes nearly every turn with such a mark, one left without was not
# finished where the other talks into it. Set by hand for the same reason, and checked on the example calls, whose cuts
# are known.
LEFT_OPEN_POINTS = 5.0
PUNCTUATED_SHARE = 0.6
WORDS_OF_A_CLAUSE = 3
LEAST_OVERLAP = 0.2

Signs = dict[str, float]


class Scale(NamedTuple):
    """The fitted figures: ``pairs`` and ``words`` say (as log odds) how likely a word ends an utterance.

    ``pairs`` goes by the classes of the last two words, ``words`` adds what the last word does, ``before`` what the
    word before it does to one of the last word's class. ``points`` holds a sign's points; a turn is interrupted where
    ``base`` and its points reach ``threshold``.
    """

    pairs: Mapping[str, float]
    words: Mapping[str, float]
    before: Mapping[str, float]
    points: Mapping[str, float]
    base: float
    threshold: float


class Heard(NamedTuple):
    """A turn with its times: ``turn`` counts the turns as read."""

    turn: int
    side: str
    start: float
    end: float


class Cut(NamedTuple):
    """Turn ``cutter`` starts to talk before or just after the end of turn ``cut``: both count the turns as read."""

    cut: int
    cutter: int
    at: float
    overlap: float
    signs: Signs


def load_scale(path: Path) -> Scale:
    """Return the fitted figures in the JSON file ``path``; raise ``RuleError`` where it holds none."""
    try:
        return Scale(**srsly.read_json(path))
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


def interruptions_of(turns: Sequence[Turn], backchannels: Collection[int] = ()) -> tuple[Interruption, ...] | None:
    """Return the interruptions in ``turns``, or ``None`` where neither times nor marks can tell.

    Times count where every turn has a start and an end; ``backchannels`` are indexes of listening noises.
    """
    if not is_timed(turns):
        return _from_marks(turns, backchannels)
    lists, scale = built_in()
    return tuple(
        Interruption(cut.cutter, cut.cut, turns[cut.cutter].role, round(cut.at, 3), round(cut.overlap, 3))
        for cut in cuts_of(turns, backchannels, lists, scale)
        if points_of(cut.signs, scale) >= scale.threshold
    )


def is_timed(turns: Sequence[Turn]) -> bool:
    """Return whether there are turns and all of them have a start and an end not before it."""
    return bool(turns) and all(
        turn.start is not None and turn.end is not None and -math.inf < turn.start <= turn.end < math.inf
        for turn in turns
    )


def points_of(signs: Signs, scale: Scale) -> float:
    """Return the points of ``signs``: log odds of an interruption."""
    points = scale.base + CLOSED_POINTS * signs["closed"] + LEFT_OPEN_POINTS * signs["left_open"]
    return points + sum(value * scale.points.get(name, 0.0) for name, value in signs.items())


def _side(turn: Turn) -> str:
    return turn.role if turn.role in ("agent", "customer") else f"{turn.role} {turn.speaker}"


def _from_marks(turns: Sequence[Turn], backchannels: Collection[int]) -> tuple[Interruption, ...] | None:
    cut_off = [bool(CUT_OFF.search(turn.text)) for turn in turns]
    if not any(cut_off):
        return None
    found: list[Interruption] = []
    for cut in range(len(turns) - 1):
        if not cut_off[cut] or cut in backchannels:
            continue
        turn = cut + 1
        if turn in backchannels and turn + 1 < len(turns):
            turn += 1
        if _side(turns[turn]) != _side(turns[cut]) and turn not in backchannels:
            found.append(Interruption(turn, cut, turns[turn].role, turns[turn].start, None))
    return tuple(found)


def cuts_of(turns: Sequence[Turn], backchannels: Collection[int], lists: WordLists, scale: Scale) -> Iterator[Cut]:
    """Yield every place where one side starts a real turn before the other's turn has ended, with its signs.

    ``turns`` must all be timed. "Real" is more than a sign of listening.
    """
    heard = sorted(
        (Heard(index, _side(turn), turn.start or 0.0, turn.end or 0.0) for index, turn in enumerate(turns)),
        key=lambda turn: (turn.start, turn.turn),
    )
    said: dict[int, Utterance] = {}

    def utterance(turn: Heard) -> Utterance:
        if turn.turn not in said:
            found = utterance_of(turns[turn.turn].text, lists)
            said[turn.turn] = found._replace(listening=True) if turn.turn in backchannels else found
        return said[turn.turn]

    punctuated = _is_punctuated([utterance(turn) for turn in heard])
    spoke_until: dict[str, float] = {}
    for place, cut in enumerate(heard):
        if place:
            spoke_until[heard[place - 1].side] = heard[place - 1].end
        cutter = next(
            (
                place_of
                for place_of in _starting_by(heard, place, cut.end + CUTS_IN_WITHIN)
                if heard[place_of].side != cut.side and not utterance(heard[place_of]).listening
            ),
            None,
        )
        if cutter is None or not utterance(cut).words:
            continue
        signs = {
            **_signs_of_words(turns[cut.turn].text, utterance(cut), lists, scale),
            "left_open": punctuated
            and not utterance(cut).closed
            and utterance(cut).words >= WORDS_OF_A_CLAUSE
            and cut.end - heard[cutter].start > LEAST_OVERLAP,
            **_signs_of_cutter(cut, heard[cutter], utterance(heard[cutter]), lists),
            "resumes": any(
                heard[at].side == cut.side and not utterance(heard[at]).listening
                for at in _starting_by(heard, place, cut.end + RESUMES_WITHIN)
            ),
            "just_spoke": spoke_until.get(cut.side, -math.inf) > cut.start - JUST_SPOKE_WITHIN,
        }
        overlap = max(0.0, cut.end - heard[cutter].start)
        yield Cut(
            cut.turn,
            heard[cutter].turn,
            heard[cutter].start,
            overlap,
            {name: float(value) for name, value in signs.items()},
        )


def _is_punctuated(said: Sequence[Utterance]) -> bool:
    """Return whether the transcriber closes utterances with full stops, question and exclamation marks."""
    long_enough = [utterance.closed for utterance in said if utterance.words >= WORDS_OF_A_CLAUSE]
    return bool(long_enough) and sum(long_enough) >= PUNCTUATED_SHARE * len(long_enough)


def _starting_by(heard: Sequence[Heard], place: int, latest: float) -> Iterator[int]:
    """Yield the places after ``place`` of turns that start by ``latest`` seconds."""
    for at in range(place + 1, min(len(heard), place + 1 + STARTS_LOOKED_AT)):
        if heard[at].start > latest:
            return
        yield at


def _signs_of_words(text: str, said: Utterance, lists: WordLists, scale: Scale) -> dict[str, Any]:
    """Return what the words of the utterance say about its being unfinished."""
    kind = class_of(said.last, lists)
    breaks_off = kind == CUT_WORD or bool(CUT_OFF.search(text))
    finality = finality_of(said, lists, scale)
    return {
        "breaks_off": breaks_off,
        "closed": said.closed and not breaks_off,
        "open": breaks_off or kind in OPEN_CLASSES,
        "finality": finality,
        "finality_after_word": finality + scale.before.get(f"{said.before_last} {kind}", 0.0),
        "subject_without_verb": kind == "S" and _waits_for_verb(said, lists),
        "hesitates_after_words": kind == "H" and said.words > 1,
        "ends_in_adverb": kind == "V",
        "ends_in_listening_word": said.last in lists.listening,
        "only_listening": said.listening,
        "one_word": said.words == 1,
        "only_a_link": said.words == 1 and kind == "C",
        "opens_with_link": class_of(said.first, lists) == "C" or said.first == "well",
    }


def _waits_for_verb(said: Utterance, lists: WordLists) -> bool:
    """Return whether the pronoun at the end is a subject."""
    before = said.before_last
    return (
        not before
        or before == said.last
        or before in BEFORE_A_SUBJECT
        or class_of(before, lists) in CLASSES_BEFORE_A_SUBJECT
    )


def _signs_of_cutter(cut: Heard, cutter: Heard, said: Utterance, lists: WordLists) -> dict[str, Any]:
    """Return what the other's turn says about a wish for the floor."""
    overlap = cut.end - cutter.start
    return {
        "overlap_0.2s": overlap > LEAST_OVERLAP,
        "overlap_2s": overlap > 2,
        "overlap_share": max(0.0, min(1.0, overlap / max(0.1, cut.end - cut.start))),
        "outlasts": cutter.end > cut.end,
        "cutter_words": math.log(1 + said.turn_words),
        "cutter_listens_first": said.first in lists.listening,
        "cutter_asks": said.first in lists.asks,
        "cutter_objects": said.first in OBJECTS,
    }


def finality_of(said: Utterance, lists: WordLists, scale: Scale) -> float:
    """Return how likely the last two words end an utterance, as log odds from -4 to 1."""
    kind = class_of(said.last, lists)
    if kind == CUT_WORD:
        return -3.0
    pair = class_of(said.before_last, lists) + kind
    value = scale.pairs.get(pair, scale.pairs.get(OTHER_WORD * 2, 0.0)) + scale.words.get(said.last, 0.0)
    return max(LOWEST, min(HIGHEST, value))
