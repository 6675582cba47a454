"""Who holds the floor: where one side starts to talk before the other has ended.

A ``Conversation`` finds every such place; ``coach.cuts`` tells the signs of a cut that there are.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from coach.call import Part, Turn
from coach.unfinished import (
    INAUDIBLE_WORD,
    SENTENCE_ENDS,
    Utterance,
    WordLists,
    count_of,
    is_listening,
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
# Turns that may start within one utterance; more only in a broken transcript, which must not cost hours.
STARTS_LOOKED_AT = 50
PUNCTUATED_SHARE = 0.6
WORDS_OF_A_CLAUSE = 3


class Heard(NamedTuple):
    """A turn with its times: ``turn`` counts the turns as read; ``plain`` is its text as ``plain_of`` returns it.

    ``spoken`` is its seconds of speech, ``words`` how many it has; ``listening`` says that all of it is a sign of
    listening.
    """

    turn: int
    side: str
    start: float
    end: float
    spoken: float
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


def side_of(turn: Turn) -> str:
    """Return what tells the sides apart: agent and customer by role, anyone else by role and label."""
    return turn.role if turn.role in ("agent", "customer") else f"{turn.role} {turn.speaker}"


def is_cut_off(text: str) -> bool:
    """Return whether ``text`` ends in a transcriber's mark of an utterance that breaks off."""
    return text.rstrip().endswith(MAY_BE_CUT_OFF) and bool(CUT_OFF.search(text))


class Conversation:
    """The turns of a call in order of start, none looked at closer than it takes to answer what is asked.

    Args:
        turns: as read; all of them must be timed.
        backchannels: indexes of turns that count as signs of listening whatever they say.
        lists: the words by class.
    """

    def __init__(self, turns: Sequence[Turn], backchannels: Collection[int], lists: WordLists) -> None:
        self.turns = turns
        self.backchannels = frozenset(backchannels)
        self.lists = lists
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
            said = self.said_in(cut)
            if said.last == INAUDIBLE_WORD:
                continue
            overlap = max(0.0, min(cut.end, spell.end) - spell.first.start)
            yield Place(at, cut, said, spell, overlap)

    def said_in(self, turn: Heard) -> Utterance:
        """Return how ``turn`` ends."""
        said = self._said.get(turn.turn)
        if said is None:
            said = self._said[turn.turn] = utterance_of(turn.plain, self.lists)
        return said

    def starting_by(self, at: int, latest: float) -> Sequence[Heard]:
        """Return the turns after the one at ``at`` that start by ``latest`` seconds."""
        stop = bisect_right(self._starts, latest, at + 1, min(at + 1 + STARTS_LOOKED_AT, len(self._starts)))
        return self._heard[at + 1 : stop]

    def _spell_that_takes_over(self, at: int, cut: Heard) -> Spell | None:
        """Return the other's first spell of talk that reaches the end of the turn ``cut``, give or take a second."""
        spells: list[Spell] = []
        newest: dict[str, int] = {}
        for turn in self.starting_by(at, cut.end + FLOOR_WITHIN):
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

    @cached_property
    def has_sentence_ends(self) -> bool:
        """Whether there is any full stop, question mark or exclamation mark: without, no utterance is closed."""
        everything = "".join([turn.plain for turn in self._heard])
        return any(mark in everything for mark in SENTENCE_ENDS)

    @cached_property
    def is_punctuated(self) -> bool:
        """Whether the transcriber closes utterances with full stops, question and exclamation marks."""
        said = map(self.said_in, self._heard)
        long_enough = [utterance.closed for utterance in said if len(utterance.words) >= WORDS_OF_A_CLAUSE]
        return bool(long_enough) and sum(long_enough) >= PUNCTUATED_SHARE * len(long_enough)

    @cached_property
    def pace(self) -> Mapping[str, float]:
        """The seconds a word that each side takes."""
        seconds: dict[str, float] = {}
        words: dict[str, int] = {}
        for turn in self._heard:
            side = turn.side
            seconds[side] = seconds.get(side, 0.0) + turn.spoken
            words[side] = words.get(side, 0) + turn.words
        return {side: seconds[side] / max(1, words[side]) for side in seconds}


def heard_of(turns: Sequence[Turn], backchannels: Collection[int], lists: WordLists) -> list[Heard]:
    """Return ``turns`` in order of start; the turns ``backchannels`` count as signs of listening whatever they say."""
    heard: list[Heard] = []
    for index, turn in enumerate(turns):
        start, end = turn.start or 0.0, turn.end or 0.0
        spoken = _seconds_of_parts(turn.parts, end - start) if turn.parts else end - start
        plain = plain_of(turn.text)
        words = count_of(plain)
        listening = index in backchannels or is_listening(plain, words, lists)
        heard.append(Heard(index, side_of(turn), start, end, spoken, plain, words, listening))
    heard.sort(key=attrgetter("start"))
    return heard


def _seconds_of_parts(parts: Sequence[Part], otherwise: float) -> float:
    """Return the seconds of speech in ``parts``, without the pauses between them, if all of them are timed."""
    spoken = [part.end - part.start for part in parts if part.start is not None and part.end is not None]
    return sum(spoken) if len(spoken) == len(parts) else otherwise
