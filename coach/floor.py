"""Who holds the floor: where one side starts to talk before the other has ended, and the signs of a cut.

A ``Conversation`` finds every such place and tells its signs, those that show at first glance before those that take
a closer look. ``coach.interruptions`` weighs them. Their points stand in ``rules/interruptions.json``.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import NamedTuple

from coach.call import Turn
from coach.unfinished import (
    CUT_WORD,
    HIGHEST,
    INAUDIBLE_WORD,
    LINK,
    LOWEST,
    OTHER_WORD,
    Utterance,
    WordLists,
    class_of,
    count_of,
    finality_of,
    first_words,
    is_listening,
    is_verb,
    plain_of,
    utterance_of,
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

# Words at the start of a turn among which its speaker may complain of having been cut off.
OPENING_WORDS = 8

Signs = Mapping[str, float]
SIGNS = (
    "breaks_off", "closed", "finality", "finality_before_um", "subject_without_verb", "phrase_without_verb",
    "hesitates_after_words", "ends_in_adverb", "ends_in_other_word", "only_listening", "one_word", "only_a_link",
    "left_open", "hurried", "overlap", "outlasts", "cutter_words", "cutter_listens_first", "cutter_objects",
    "goes_on_at_once", "resumes", "starts_again", "takes_up_again",
)  # fmt: skip
# The signs that do not show at first glance, with the least and the most that each can be.
CLOSER: Mapping[str, tuple[float, float]] = {
    "finality": (LOWEST, HIGHEST),
    "finality_before_um": (LOWEST, HIGHEST),
    "left_open": (0.0, 1.0),
    "hurried": (-MOST_OFF_PACE, MOST_OFF_PACE),
    "cutter_listens_first": (0.0, 1.0),
    "cutter_objects": (0.0, 1.0),
    "goes_on_at_once": (0.0, 1.0),
    "resumes": (0.0, 1.0),
    "starts_again": (0.0, 1.0),
    "takes_up_again": (0.0, 1.0),
}


class Heard(NamedTuple):
    """A turn with its times: ``turn`` counts the turns as read; ``plain`` is its text as ``plain_of`` returns it.

    ``words`` says how many it has; ``listening`` that all of it is a sign of listening.
    """

    turn: int
    side: str
    start: float
    end: float
    plain: str
    words: int
    listening: bool


class Spell(NamedTuple):
    """Turns of one side in a row: the first, the end of the last, and the words of all."""

    first: Heard
    end: float
    words: int


class Place(NamedTuple):
    """Where a spell of the other side begins before the turn ``cut`` has ended, or just after.

    ``at`` counts the turns in order of start, ``said`` is how the turn ends, ``overlap`` the seconds of both talking.
    """

    at: int
    cut: Heard
    said: Utterance
    spell: Spell
    overlap: float


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
    conversation = Conversation(turns, backchannels, lists)
    for place in conversation.places():
        yield conversation.cut_at(place, *conversation.looks(place, ends))


class Conversation:
    """The turns of a call in order of start, none looked at closer than it takes to answer what is asked.

    Args:
        turns: as read; all of them must be timed.
        backchannels: indexes of turns that count as signs of listening whatever they say.
        lists: the words by class.
    """

    def __init__(self, turns: Sequence[Turn], backchannels: Collection[int], lists: WordLists) -> None:
        self._turns = turns
        self._lists = lists
        self._heard = heard_of(turns, backchannels, lists)
        self._starts = [turn.start for turn in self._heard]
        self._said: dict[int, Utterance] = {}

    def places(self) -> Iterator[Place]:
        """Yield every place where one side starts a real turn before the other's turn has ended."""
        starts, count = self._starts, len(self._starts)
        for at, cut in enumerate(self._heard):
            # Mostly nobody else starts before the turn is over.
            if at + 1 == count or starts[at + 1] > cut.end + CUTS_IN_WITHIN or not cut.words:
                continue
            spell = self._spell_that_takes_over(at, cut)
            if spell is None:
                continue
            said = self._how_it_ends(cut)
            if said.last == INAUDIBLE_WORD:
                continue
            overlap = max(0.0, min(cut.end, spell.end) - spell.first.start)
            yield Place(at, cut, said, spell, overlap)

    def looks(self, place: Place, ends: Mapping[str, float]) -> Iterator[Signs]:
        """Yield the signs of ``place``, some at each look, those of ``CLOSER`` after the first.

        ``ends``: see ``finality_of``.
        """
        glance = self._signs_at_first_glance(place)
        yield glance
        yield self._signs_of_the_other(place)
        if "left_open" not in glance:
            yield {"left_open": self._is_punctuated}
        yield {"finality": finality_of(place.said.words, self._lists, ends)}
        if "finality_before_um" not in glance:
            yield {"finality_before_um": finality_of(self._before_um(place.said.words), self._lists, ends)}
        yield self._signs_of_resuming(place)

    def cut_at(self, place: Place, *looks: Signs) -> Cut:
        """Return what happens at ``place``, given the signs of all ``looks`` at it."""
        cut, spell = place.cut, place.spell
        signs = dict(chain.from_iterable(look.items() for look in looks))
        return Cut(
            cut.turn,
            spell.first.turn,
            spell.first.start,
            place.overlap,
            cut.end - spell.first.start,
            spell.words,
            place.said.last,
            {name: float(signs[name]) for name in SIGNS},
        )

    def _how_it_ends(self, turn: Heard) -> Utterance:
        said = self._said.get(turn.turn)
        if said is None:
            said = self._said[turn.turn] = utterance_of(turn.plain, self._lists)
        return said

    def _starting_by(self, at: int, latest: float) -> Sequence[Heard]:
        """Return the turns after the one at ``at`` that start by ``latest`` seconds."""
        stop = bisect_right(self._starts, latest, at + 1, min(at + 1 + STARTS_LOOKED_AT, len(self._starts)))
        return self._heard[at + 1 : stop]

    def _spell_that_takes_over(self, at: int, cut: Heard) -> Spell | None:
        """Return the other's first spell of talk that reaches the end of the turn ``cut``, give or take a second."""
        spells: list[Spell] = []
        newest: dict[str, int] = {}
        for turn in self._starting_by(at, cut.end + FLOOR_WITHIN):
            if turn.side == cut.side or turn.listening:
                continue
            joins = newest.get(turn.side)
            if joins is not None and turn.start - spells[joins].end <= JOINS_WITHIN:
                spell = spells[joins]
                spells[joins] = Spell(spell.first, max(spell.end, turn.end), spell.words + turn.words)
            elif turn.start <= cut.end + CUTS_IN_WITHIN:
                newest[turn.side] = len(spells)
                spells.append(Spell(turn, turn.end, turn.words))
            elif not spells:
                return None
        return next((spell for spell in spells if spell.end > cut.end - STOPS_BEFORE), None)

    def _signs_at_first_glance(self, place: Place) -> Signs:
        """Return what the last words and the times say; and which other signs there cannot be."""
        cut, said, lists = place.cut, place.said, self._lists
        kind = class_of(said.last, lists)
        breaks_off = kind == CUT_WORD or is_cut_off(self._turns[cut.turn].text)
        several = len(said.words) > 1
        signs: dict[str, float] = {
            "breaks_off": breaks_off,
            "closed": said.closed and not breaks_off,
            "subject_without_verb": kind == "S" and _waits_for_verb(said, lists),
            "phrase_without_verb": several and kind == OTHER_WORD and _is_link_without_verb(said, lists),
            "hesitates_after_words": kind == "H" and several,
            "ends_in_adverb": kind == "V",
            "ends_in_other_word": kind == OTHER_WORD,
            "only_listening": cut.listening,
            "one_word": not several,
            "only_a_link": not several and kind == LINK,
            "overlap": place.overlap > LEAST_OVERLAP,
            "outlasts": place.spell.end > cut.end,
            "cutter_words": math.log(1 + place.spell.words),
        }
        if not signs["hesitates_after_words"]:
            signs["finality_before_um"] = 0.0
        if said.closed or not signs["overlap"] or len(said.words) < WORDS_OF_A_CLAUSE:
            signs["left_open"] = False
        return signs

    def _signs_of_the_other(self, place: Place) -> Signs:
        """Return how the other's turn opens, and what takes a look at all turns."""
        first = self._how_it_ends(place.spell.first).first
        return {
            "cutter_listens_first": first in self._lists.listening,
            "cutter_objects": first in self._lists.objects,
            "hurried": self._hurry(place.cut),
        }

    def _before_um(self, words: Sequence[str]) -> Sequence[str]:
        """Return ``words`` up to the hesitation that they end in."""
        while len(words) > 1 and class_of(words[-1], self._lists) == "H":
            words = words[:-1]
        return words

    def _signs_of_resuming(self, place: Place) -> Signs:
        """Return whether and how the speaker goes on."""
        cut = place.cut
        own = [turn for turn in self._starting_by(place.at, cut.end + COMPLAINS_WITHIN) if turn.side == cut.side]
        real = next((turn for turn in own if not turn.listening), None)
        gap = real.start - cut.end if real else math.inf
        next_words = first_words(real.plain, OPENING_WORDS) if real else []
        opening = " ".join(next_words)
        return {
            "goes_on_at_once": bool(own) and own[0].start < cut.end + AT_ONCE,
            "resumes": gap < RESUMES_WITHIN,
            "starts_again": gap < REPEATS_WITHIN and next_words[:2] == list(place.said.words[:2]),
            "takes_up_again": any(phrase in opening for phrase in self._lists.takes_up_again),
        }

    @cached_property
    def _is_punctuated(self) -> bool:
        """Whether the transcriber closes utterances with full stops, question and exclamation marks."""
        said = map(self._how_it_ends, self._heard)
        long_enough = [utterance.closed for utterance in said if len(utterance.words) >= WORDS_OF_A_CLAUSE]
        return bool(long_enough) and sum(long_enough) >= PUNCTUATED_SHARE * len(long_enough)

    @cached_property
    def _pace(self) -> Mapping[str, float]:
        """The seconds a word that each side takes."""
        seconds: dict[str, float] = {}
        words: dict[str, int] = {}
        for turn in self._heard:
            seconds[turn.side] = seconds.get(turn.side, 0.0) + _seconds_spoken(self._turns[turn.turn])
            words[turn.side] = words.get(turn.side, 0) + turn.words
        return {side: seconds[side] / max(1, words[side]) for side in seconds}

    def _hurry(self, cut: Heard) -> float:
        """Return how much faster than usual the speaker was (log; below zero: slower).

        Speakers stretch the end of what they have finished (Klatt 1975, "Vowel lengthening is syntactically
        determined in a connected discourse"), and dwell on an "um"; who is cut off has no time for either.
        """
        usual = self._pace[cut.side]
        # Parts that end before they start must not make the speech shorter than nothing.
        own = (max(0.0, _seconds_spoken(self._turns[cut.turn])) + 0.05) / max(1, cut.words)
        return max(-MOST_OFF_PACE, min(MOST_OFF_PACE, math.log(usual / own))) if usual > 0 else 0.0


def heard_of(turns: Sequence[Turn], backchannels: Collection[int], lists: WordLists) -> list[Heard]:
    """Return ``turns`` in order of start; the turns ``backchannels`` count as signs of listening whatever they say."""
    heard: list[Heard] = []
    for index, turn in enumerate(turns):
        plain = plain_of(turn.text)
        words = count_of(plain)
        listening = index in backchannels or is_listening(plain, words, lists)
        heard.append(Heard(index, side_of(turn), turn.start or 0.0, turn.end or 0.0, plain, words, listening))
    heard.sort(key=attrgetter("start"))
    return heard


def _seconds_spoken(turn: Turn) -> float:
    """Return the seconds of speech in ``turn``: without the pauses between its parts, where those are timed."""
    parts = [part.end - part.start for part in turn.parts if part.start is not None and part.end is not None]
    return sum(parts) if parts and len(parts) == len(turn.parts) else (turn.end or 0.0) - (turn.start or 0.0)


def _is_link_without_verb(said: Utterance, lists: WordLists) -> bool:
    """Return whether the utterance opens with a link, or "well", and has no verb."""
    opens_with_link = class_of(said.first, lists) == LINK or said.first == "well"
    return opens_with_link and not any(is_verb(word, lists) for word in said.words)


def _waits_for_verb(said: Utterance, lists: WordLists) -> bool:
    """Return whether the pronoun at the end is a subject."""
    before = said.before_last
    return (
        not before
        or before == said.last
        or before in BEFORE_A_SUBJECT
        or class_of(before, lists) in CLASSES_BEFORE_A_SUBJECT
    )
