"""Who talked how much, when, and over whom: a call's timing in figures.

Everything here is arithmetic over times and roles; the words count only for pace. A figure that the
transcript cannot give is ``None``, never zero. ``docs/talk.md`` defines each figure and names the source
of each threshold.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Sequence
from operator import itemgetter
from statistics import median
from typing import NamedTuple

from coach import native
from coach.call import Call, Role, Turn
from coach.interruptions import interruptions_of
from coach.scored import Monologue, Silence, Talk
from coach.unfinished import may_hold_mark, without_marks

# Pauses between speakers last 0.2 s on average and trouble is felt after 1 s; docs/talk.md names the sources.
SILENCE_SECONDS = 3.0
# Both talking for longer than this is talking over: shorter overlaps are ordinary turn-taking.
TALK_OVER_SECONDS = 0.5
# A rate over less speech than this says more about one word than about the speaker.
PACE_NEEDS_SECONDS = 5.0
# Figures of seconds are told to the thousandth, and judged so.
ROUNDED_BY = 0.001
# A hold announced this many real turns before the silence, or fewer, announces it.
HOLD_REACHES_BACK = 2
# "[NAME]" stands for words, but nobody knows for how many: a long number would pass for one.
REMOVED = re.compile(r"\[[^\]\n]{0,80}\]")
OTHER_MARK = re.compile(r"[<{(%]")
CROSSED_OUT = re.compile(r"\bx{3,}\b", re.IGNORECASE)
IN_ORDER = itemgetter(0, 2, 1)
# A word from its first letter or digit on.
WORD = re.compile(r"[^\W_]\S*")
# For ASCII: with these gone, what stands between blanks is what the expression finds, in a third of the time.
NO_LETTER_OR_DIGIT = {code: None for code in range(128) if not (chr(code).isalnum() or chr(code).isspace())}

# Counts words many times as fast, where it was built when coach was installed.
COMPILED = native.load("_columns")


class Stretch(NamedTuple):
    """Somebody speaks from ``start`` to ``end`` (seconds) in turn ``turn``."""

    start: float
    end: float
    turn: int


def talk_of(call: Call, hold_turns: Collection[int] = (), backchannels: Collection[int] = ()) -> Talk:
    """Return the talk figures of ``call``.

    Args:
        call: the call, with roles filled in where they are known.
        hold_turns: indexes of agent turns that ask the customer to wait.
        backchannels: indexes of turns that are mere listening noises.

    Where one turn has no start, only what the words show is told; where one has no (possible) end, no
    figure that needs durations is. Share, pace and the like need to know who the agent is.
    """
    turns = call.turns
    listening = frozenset(backchannels)
    found = interruptions_of(turns, listening)
    stretches = stretches_of(turns)
    if stretches is None:
        return Talk(interruptions=found)
    told = all([turn.role != "unknown" for turn in turns])
    agent = _seconds(_joined([s for s in stretches if turns[s.turn].role == "agent"]))
    customer = _seconds(_joined([s for s in stretches if turns[s.turn].role == "customer"]))
    return Talk(
        agent_share=_share(agent, customer) if told else None,
        interruptions=found,
        talk_overs=_talk_overs(turns, stretches, listening) if told else None,
        silences=silences_of(stretches, _holds_before(len(turns), hold_turns, listening)),
        agent_wpm=_pace(turns, agent, "agent") if told else None,
        customer_wpm=_pace(turns, customer, "customer") if told else None,
        longest_monologue=_longest_monologue(turns, stretches, listening) if told else None,
        response_gap=_response_gap(turns, stretches, listening) if told else None,
    )


def stretches_of(turns: Sequence[Turn]) -> list[Stretch] | None:
    """Return every stretch of speech in order of start, or ``None`` where a turn lacks its times.

    A turn made of several parts gives one stretch a part, so that the pauses between them count as such.
    """
    stretches: list[Stretch] = []
    new = tuple.__new__
    for index, turn in enumerate(turns):
        parts = _timed([(part.start, part.end) for part in turn.parts]) if turn.parts else []
        # Nearly always a turn is of one piece.
        for start, end in parts or ((turn.start, turn.end),):
            if not _is_timed(start, end):
                return None
            stretches.append(new(Stretch, (start, end, index)))
    stretches.sort(key=IN_ORDER)
    return stretches or None


def _timed(spans: Sequence[tuple[float | None, float | None]]) -> Sequence[tuple[float | None, float | None]]:
    """Return ``spans`` if all of them have a start and an end not before it, else nothing."""
    return spans if all([_is_timed(start, end) for start, end in spans]) else []


def _is_timed(start: float | None, end: float | None) -> bool:
    return start is not None and end is not None and -math.inf < start <= end < math.inf


def silences_of(stretches: Sequence[Stretch], announced: Sequence[bool]) -> tuple[Silence, ...]:
    """Return the stretches in which nobody speaks, of ``SILENCE_SECONDS`` and more, after the first word.

    ``announced`` tells for each turn whether a silence after it was announced.
    """
    silences: list[Silence] = []
    spoken_until, last = stretches[0].end, stretches[0].turn
    for start, end, turn in stretches:
        gap = start - spoken_until
        if gap > SILENCE_SECONDS - ROUNDED_BY and round(gap, 3) >= SILENCE_SECONDS:
            silences.append(Silence(round(spoken_until, 3), round(gap, 3), announced[last], last))
        if end >= spoken_until:
            spoken_until, last = end, turn
    return tuple(silences)


def _holds_before(count: int, hold_turns: Collection[int], listening: Collection[int]) -> list[bool]:
    """Return for each of ``count`` turns whether it or the real turn before it announces a wait."""
    if not hold_turns:
        return [False] * count
    announced: list[bool] = []
    recent: list[bool] = []
    for index in range(count):
        if index in listening and index not in hold_turns:
            announced.append(any(recent))
            continue
        recent = [*recent, index in hold_turns][-HOLD_REACHES_BACK:]
        announced.append(any(recent))
    return announced


def _seconds(spans: Iterable[tuple[float, float]]) -> float:
    return sum([end - start for start, end in spans])


def _joined(stretches: Iterable[Stretch]) -> list[tuple[float, float]]:
    """Return the start and end of ``stretches`` (in order of start), those that overlap or touch made one."""
    joined: list[tuple[float, float]] = []
    begun, until = 0.0, -math.inf
    for start, end, _ in stretches:
        if start > until:
            begun, until = start, end
            joined.append((begun, until))
        elif end > until:
            until = end
            joined[-1] = (begun, until)
    return joined


def _share(agent: float, customer: float) -> float | None:
    both = agent + customer
    return round(agent / both, 3) if both > 0 else None


def _talk_overs(turns: Sequence[Turn], stretches: Sequence[Stretch], listening: Collection[int]) -> int:
    """Return how often the agent starts to talk while the customer does, both for long enough to count.

    Listening noises of either side do not count; nor does a customer who starts while the agent talks.
    """
    customer = _joined([s for s in stretches if turns[s.turn].role == "customer" and s.turn not in listening])
    agent = _joined([s for s in stretches if turns[s.turn].role == "agent" and s.turn not in listening])
    count = at = 0
    for start, end in agent:
        while at < len(customer) and customer[at][1] <= start:
            at += 1
        if at < len(customer) and customer[at][0] < start:
            count += min(end, customer[at][1]) - start > TALK_OVER_SECONDS
    return count


def _pace(turns: Sequence[Turn], seconds: float, role: Role) -> float | None:
    """Return words a minute of speech, or ``None`` where there is too little of it."""
    if seconds < PACE_NEEDS_SECONDS:
        return None
    words = words_spoken([turn.text for turn in turns if turn.role == role])
    return round(words * 60 / seconds, 1)


def words_spoken(texts: Iterable[str]) -> int:
    """Return how many words ``texts`` hold: marks of sounds and of what was removed are none, nor is punctuation."""
    said = [*texts]
    if COMPILED is not None:
        try:
            count: int = COMPILED.words_of(said, _count)
        except UnicodeEncodeError:
            return _count(*said)
        return count
    return _count(*said)


def _count(*said: str) -> int:
    text = "\n".join(said)
    # Where all of them together hold no mark, none of them need be looked at.
    if _may_hold_no_word(text):
        text = "\n".join([_without_marks(one) for one in said])
    return len(text.translate(NO_LETTER_OR_DIGIT).split()) if text.isascii() else len(WORD.findall(text))


def _may_hold_no_word(text: str) -> bool:
    """Return whether ``text`` may hold what is no word: a mark, or what was crossed out."""
    return may_hold_mark(text) or "xxx" in text or "XXX" in text


def _without_marks(text: str) -> str:
    """Return ``text`` without what is no word."""
    if not _may_hold_no_word(text):
        return text
    if may_hold_mark(text):
        plain = "" if OTHER_MARK.search(text) else REMOVED.sub(" ", text)
        # Where these are all its marks, those of sounds are among them, and need no search, which takes long.
        text = plain if plain and "[" not in plain else REMOVED.sub(" ", without_marks(text))
    return CROSSED_OUT.sub(" ", text) if "xxx" in text.lower() else text


def _longest_monologue(
    turns: Sequence[Turn], stretches: Sequence[Stretch], listening: Collection[int]
) -> Monologue | None:
    """Return the agent's longest stretch without a word of anyone else and without a silence.

    Listening noises of the others do not end it.
    """
    longest: Monologue | None = None
    begun: Stretch | None = None
    until = 0.0
    for stretch in stretches:
        if turns[stretch.turn].role != "agent":
            if stretch.turn not in listening:
                begun = None
            continue
        if begun is None or stretch.start - until >= SILENCE_SECONDS:
            begun, until = stretch, stretch.end
        until = max(until, stretch.end)
        seconds = until - begun.start
        if longest is None or (seconds > longest.seconds and round(seconds, 3) > longest.seconds):
            longest = Monologue(begun.turn, round(seconds, 3))
    return longest


def _response_gap(turns: Sequence[Turn], stretches: Sequence[Stretch], listening: Collection[int]) -> float | None:
    """Return the median seconds from the customer's last word to the agent's first; 0 where they overlap."""
    gaps: list[float] = []
    asked: float | None = None
    for stretch in stretches:
        if stretch.turn in listening:
            continue
        role = turns[stretch.turn].role
        if role == "customer":
            asked = stretch.end if asked is None else max(asked, stretch.end)
        else:
            if role == "agent" and asked is not None:
                gaps.append(max(0.0, stretch.start - asked))
            asked = None
    return round(median(gaps), 3) if gaps else None
