"""Who holds the floor: where one side starts to talk before the other has ended, and the signs of a cut.

``cuts_of`` yields every such place with its signs; ``coach.interruptions`` weighs them. The points of the signs
stand in ``rules/interruptions.json``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from coach.call import Turn
from coach.unfinished import (
    CUT_WORD,
    INAUDIBLE_WORD,
    OTHER_WORD,
    Utterance,
    WordLists,
    class_of,
    finality_of,
    is_verb,
    utterance_of,
    words_of,
)

# What transcribers write where an utterance breaks off.
CUT_OFF = re.compile(
    r"(?:--|[\u2013\u2014\u2026]|\.\.\.|[\[(<](?:interrupted|interruption|interrupts|crosstalk|cross talk|overtalk"
    r"|overlapping|cut off|cuts off)/?[\])>])[\s\"'\u2019\u201d]*$",
    re.IGNORECASE,
)
# What a text ends in, blanks left out, that may hold such a mark at its end.
MAY_BE_CUT_OFF = ("-", "...", "\u2013", "\u2014", "\u2026", "]", ")", ">", '"', "'", "\u2019", "\u201d")
# A turn that starts this long after the other's end, or later, took a free floor (seconds). Gaps between speakers
# are about 0.2 s on average (Stivers et al. 2009, "Universals and cultural variation in turn-taking").
CUTS_IN_WITHIN = 0.5
# Turns of one side that follow each other this closely are one spell of talk (seconds), and only what is said so soon
# after the cut shows who kept the floor.
JOINS_WITHIN = 0.3
FLOOR_WITHIN = 6.0
# Who stops this long before the other does did not stop them (seconds): of 169 such turns in the meetings 7 were
# interrupted, of those where the other stopped later or not at all 207 of 1,540.
STOPS_BEFORE = 1.0
# Both talking for less than a syllable is how turns change hands (seconds).
LEAST_OVERLAP = 0.2
# How long after an utterance its speaker may still take it up again (seconds): at once, soon, with the same words,
# with words that complain of the cut.
AT_ONCE, RESUMES_WITHIN, REPEATS_WITHIN, COMPLAINS_WITHIN = 0.1, 1.0, 8.0, 15.0
# "I think I", "but you", "it it": a pronoun here is a subject that waits for its verb.
BEFORE_A_SUBJECT = frozenset({"mean", "think", "know", "guess"})
CLASSES_BEFORE_A_SUBJECT = frozenset("CLVH")
# Turns that may start within one utterance; more only in a broken transcript, which must not cost hours.
STARTS_LOOKED_AT = 50
PUNCTUATED_SHARE = 0.6
WORDS_OF_A_CLAUSE = 3
# Beyond half or twice-and-a-half the speaker's own pace it is the times that are in doubt (log).
MOST_OFF_PACE = 1.0

Signs = Mapping[str, float]


class Heard(NamedTuple):
    """A turn with its times and words: ``turn`` counts the turns as read, ``spoken`` is its seconds of speech."""

    turn: int
    side: str
    start: float
    end: float
    spoken: float
    said: Utterance


class Spell(NamedTuple):
    """Turns of one side in a row: the first, the end of the last, and the words of all."""

    first: Heard
    end: float
    words: int


class Cut(NamedTuple):
    """Turn ``cutter`` starts to talk before or just after the end of turn ``cut``: both count the turns as read.

    ``overlap`` is the seconds of both talking, ``late`` those from the cutter's start to the end of the cut turn
    (below zero: after it), ``floor_words`` the words that the cutter went on for, ``last`` the cut turn's last word.
    """

    cut: int
    cutter: int
    at: float
    overlap: float
    late: float
    floor_words: int
    last: str
    signs: Signs


def side_of(turn: Turn) -> str:
    """Return what tells the sides apart: agent and customer by role, anyone else by role and label."""
    return turn.role if turn.role in ("agent", "customer") else f"{turn.role} {turn.speaker}"


def is_cut_off(text: str) -> bool:
    """Return whether ``text`` ends in a transcriber's mark of an utterance that breaks off."""
    return text.rstrip().endswith(MAY_BE_CUT_OFF) and bool(CUT_OFF.search(text))


def cuts_of(
    turns: Sequence[Turn], backchannels: Collection[int], lists: WordLists, ends: Mapping[str, float]
) -> Iterator[Cut]:
    """Yield every place where one side starts a real turn before the other's turn has ended, with its signs.

    ``turns`` must all be timed. "Real" is more than a sign of listening. ``ends``: see ``finality_of``.
    """
    heard = heard_of(turns, backchannels, lists)
    punctuated = _is_punctuated([turn.said for turn in heard])
    pace = _pace_of_sides(heard)
    for place, cut in enumerate(heard):
        if not cut.said.words or cut.said.last == INAUDIBLE_WORD:
            continue
        spell = _spell_that_takes_over(heard, place)
        if spell is None:
            continue
        overlap = max(0.0, min(cut.end, spell.end) - spell.first.start)
        signs = {
            **_signs_of_words(turns[cut.turn].text, cut.said, lists, ends),
            "left_open": punctuated
            and not cut.said.closed
            and len(cut.said.words) >= WORDS_OF_A_CLAUSE
            and overlap > LEAST_OVERLAP,
            "hurried": _hurry(cut, pace[cut.side]),
            "overlap": overlap > LEAST_OVERLAP,
            "outlasts": spell.end > cut.end,
            "cutter_words": math.log(1 + spell.words),
            "cutter_listens_first": spell.first.said.first in lists.listening,
            "cutter_objects": spell.first.said.first in lists.objects,
            **_signs_of_resuming(turns, heard, place, lists),
        }
        yield Cut(
            cut.turn,
            spell.first.turn,
            spell.first.start,
            overlap,
            cut.end - spell.first.start,
            spell.words,
            cut.said.last,
            {name: float(value) for name, value in signs.items()},
        )


def heard_of(turns: Sequence[Turn], backchannels: Collection[int], lists: WordLists) -> list[Heard]:
    """Return ``turns`` in order of start; the turns ``backchannels`` count as signs of listening whatever they say."""
    heard: list[Heard] = []
    for index, turn in enumerate(turns):
        said = utterance_of(turn.text, lists)
        listening = said.listening or index in backchannels
        heard.append(
            Heard(
                index,
                side_of(turn),
                turn.start or 0.0,
                turn.end or 0.0,
                _seconds_spoken(turn),
                said._replace(listening=listening),
            )
        )
    return sorted(heard, key=lambda turn: (turn.start, turn.turn))


def _seconds_spoken(turn: Turn) -> float:
    """Return the seconds of speech in ``turn``: without the pauses between its parts, where those are timed."""
    parts = [part.end - part.start for part in turn.parts if part.start is not None and part.end is not None]
    return sum(parts) if parts and len(parts) == len(turn.parts) else (turn.end or 0.0) - (turn.start or 0.0)


def _is_punctuated(said: Sequence[Utterance]) -> bool:
    """Return whether the transcriber closes utterances with full stops, question and exclamation marks."""
    long_enough = [utterance.closed for utterance in said if len(utterance.words) >= WORDS_OF_A_CLAUSE]
    return bool(long_enough) and sum(long_enough) >= PUNCTUATED_SHARE * len(long_enough)


def _pace_of_sides(heard: Sequence[Heard]) -> dict[str, float]:
    """Return the seconds a word that each side takes."""
    seconds: dict[str, float] = {}
    words: dict[str, int] = {}
    for turn in heard:
        seconds[turn.side] = seconds.get(turn.side, 0.0) + turn.spoken
        words[turn.side] = words.get(turn.side, 0) + turn.said.turn_words
    return {side: seconds[side] / max(1, words[side]) for side in seconds}


def _hurry(cut: Heard, pace: float) -> float:
    """Return how much faster than usual the speaker was (log; below zero: slower).

    Speakers stretch the end of what they have finished (Klatt 1975, "Vowel lengthening is syntactically determined
    in a connected discourse"), and dwell on an "um"; who is cut off has no time for either.
    """
    usual, own = pace, (cut.spoken + 0.05) / max(1, cut.said.turn_words)
    return max(-MOST_OFF_PACE, min(MOST_OFF_PACE, math.log(usual / own))) if usual > 0 else 0.0


def _starting_by(heard: Sequence[Heard], place: int, latest: float) -> Iterator[Heard]:
    """Yield the turns after ``place`` that start by ``latest`` seconds."""
    for turn in heard[place + 1 : place + 1 + STARTS_LOOKED_AT]:
        if turn.start > latest:
            return
        yield turn


def _spell_that_takes_over(heard: Sequence[Heard], place: int) -> Spell | None:
    """Return the other's first spell of talk that reaches the end of the turn at ``place``, give or take a second."""
    cut = heard[place]
    spells: list[Spell] = []
    newest: dict[str, int] = {}
    for turn in _starting_by(heard, place, cut.end + FLOOR_WITHIN):
        if turn.side == cut.side or turn.said.listening:
            continue
        at = newest.get(turn.side)
        if at is not None and turn.start - spells[at].end <= JOINS_WITHIN:
            spell = spells[at]
            spells[at] = Spell(spell.first, max(spell.end, turn.end), spell.words + turn.said.turn_words)
        elif turn.start <= cut.end + CUTS_IN_WITHIN:
            newest[turn.side] = len(spells)
            spells.append(Spell(turn, turn.end, turn.said.turn_words))
    return next((spell for spell in spells if spell.end > cut.end - STOPS_BEFORE), None)


def _signs_of_words(text: str, said: Utterance, lists: WordLists, ends: Mapping[str, float]) -> dict[str, float]:
    """Return what the words of the utterance say about its being unfinished."""
    kind = class_of(said.last, lists)
    breaks_off = kind == CUT_WORD or is_cut_off(text)
    several = len(said.words) > 1
    words = said.words
    while len(words) > 1 and class_of(words[-1], lists) == "H":
        words = words[:-1]
    opens_with_link = class_of(said.first, lists) == "C" or said.first == "well"
    return {
        "breaks_off": breaks_off,
        "closed": said.closed and not breaks_off,
        "finality": finality_of(said.words, lists, ends),
        "finality_before_um": finality_of(words, lists, ends) if len(words) < len(said.words) else 0.0,
        "subject_without_verb": kind == "S" and _waits_for_verb(said, lists),
        "phrase_without_verb": several
        and opens_with_link
        and kind == OTHER_WORD
        and not any(is_verb(word, lists) for word in said.words),
        "hesitates_after_words": kind == "H" and several,
        "ends_in_adverb": kind == "V",
        "ends_in_other_word": kind == OTHER_WORD,
        "only_listening": said.listening,
        "one_word": not several,
        "only_a_link": not several and kind == "C",
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


def _signs_of_resuming(turns: Sequence[Turn], heard: Sequence[Heard], place: int, lists: WordLists) -> dict[str, float]:
    """Return whether and how the speaker of the turn at ``place`` goes on."""
    cut = heard[place]
    own = [turn for turn in _starting_by(heard, place, cut.end + COMPLAINS_WITHIN) if turn.side == cut.side]
    real = next((turn for turn in own if not turn.said.listening), None)
    gap = real.start - cut.end if real else math.inf
    next_words = words_of(turns[real.turn].text) if real else []
    opening = " ".join(next_words[:8])
    return {
        "goes_on_at_once": bool(own) and own[0].start < cut.end + AT_ONCE,
        "resumes": gap < RESUMES_WITHIN,
        "starts_again": gap < REPEATS_WITHIN and next_words[:2] == list(cut.said.words[:2]),
        "takes_up_again": any(phrase in opening for phrase in lists.takes_up_again),
    }
