"""Signs of a cut: what an utterance looks like that was left unfinished because the other took the floor.

``coach.interruptions`` weighs the signs; their points stand in ``rules/interruptions.json``.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from coach.call import Turn
from coach.floor import WORDS_OF_A_CLAUSE, Conversation, Heard, Place, is_cut_off
from coach.unfinished import (
    CUT_WORD,
    HIGHEST,
    LINK,
    LOWEST,
    OTHER_WORD,
    Utterance,
    WordLists,
    class_of,
    finality_of,
    first_words,
    is_verb,
)

# Both talking for less than a syllable is how turns change hands (seconds).
LEAST_OVERLAP = 0.2
# How long after an utterance its speaker may still take it up again (seconds): at once, soon, with the same words,
# with words that complain of the cut.
AT_ONCE, RESUMES_WITHIN, REPEATS_WITHIN, COMPLAINS_WITHIN = 0.1, 1.0, 8.0, 15.0
# "I think I", "but you", "it it": a pronoun here is a subject that waits for its verb.
BEFORE_A_SUBJECT = frozenset({"mean", "think", "know", "guess"})
CLASSES_BEFORE_A_SUBJECT = frozenset("CLVH")
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
    "cutter_listens_first": (0.0, 1.0),
    "cutter_objects": (0.0, 1.0),
    "goes_on_at_once": (0.0, 1.0),
    "resumes": (0.0, 1.0),
    "starts_again": (0.0, 1.0),
    "takes_up_again": (0.0, 1.0),
}


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


def cuts_of(
    turns: Sequence[Turn], backchannels: Collection[int], lists: WordLists, ends: Mapping[str, float]
) -> Iterator[Cut]:
    """Yield every place where one side starts a real turn before the other's turn has ended, with its signs.

    ``turns`` must all be timed. "Real" is more than a sign of listening. ``ends``: see ``finality_of``.
    """
    conversation = Conversation(turns, backchannels, lists)
    for place in conversation.places():
        yield cut_at(place, *looks(conversation, place, ends))


def looks(conversation: Conversation, place: Place, ends: Mapping[str, float]) -> Iterator[Signs]:
    """Yield the signs of ``place`` in ``conversation``, some at each look: first those that cost little.

    ``ends``: see ``finality_of``.
    """
    words, lists = place.said.words, conversation.lists
    glance = _signs_at_first_glance(conversation, place)
    yield glance
    first = conversation.said_in(place.spell.first).first
    yield {"cutter_listens_first": first in lists.listening, "cutter_objects": first in lists.objects}
    yield {"finality": finality_of(words, lists, ends)}
    if "finality_before_um" not in glance:
        yield {"finality_before_um": finality_of(_before_um(words, lists), lists, ends)}
    yield _signs_of_resuming(conversation, place)
    if "left_open" not in glance:
        yield {"left_open": conversation.is_punctuated}


def cut_at(place: Place, *looks: Signs) -> Cut:
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


def _signs_at_first_glance(conversation: Conversation, place: Place) -> Signs:
    """Return what the last words and the times say; and which other signs there cannot be."""
    cut, said, lists = place.cut, place.said, conversation.lists
    kind = class_of(said.last, lists)
    breaks_off = kind == CUT_WORD or is_cut_off(conversation.turns[cut.turn].text)
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
        "hurried": _hurry(conversation, cut),
    }
    if not signs["hesitates_after_words"]:
        signs["finality_before_um"] = 0.0
    is_clause = len(said.words) >= WORDS_OF_A_CLAUSE
    if said.closed or not is_clause or not signs["overlap"] or not conversation.has_sentence_ends:
        signs["left_open"] = False
    return signs


def _before_um(words: Sequence[str], lists: WordLists) -> Sequence[str]:
    """Return ``words`` up to the hesitation that they end in."""
    while len(words) > 1 and class_of(words[-1], lists) == "H":
        words = words[:-1]
    return words


def _signs_of_resuming(conversation: Conversation, place: Place) -> Signs:
    """Return whether and how the speaker goes on."""
    cut = place.cut
    following = conversation.starting_by(place.at, cut.end + COMPLAINS_WITHIN)
    own = next((turn for turn in following if turn.side == cut.side), None)
    real = own and next((turn for turn in following if turn.side == cut.side and not turn.listening), None)
    gap = real.start - cut.end if real else math.inf
    next_words = first_words(real.plain, OPENING_WORDS) if real else []
    opening = " ".join(next_words)
    return {
        "goes_on_at_once": own is not None and own.start < cut.end + AT_ONCE,
        "resumes": gap < RESUMES_WITHIN,
        "starts_again": gap < REPEATS_WITHIN and next_words[:2] == list(place.said.words[:2]),
        "takes_up_again": any(phrase in opening for phrase in conversation.lists.takes_up_again),
    }


def _hurry(conversation: Conversation, cut: Heard) -> float:
    """Return how much faster than usual the speaker was (log; below zero: slower).

    Speakers stretch the end of what they have finished (Klatt 1975, "Vowel lengthening is syntactically
    determined in a connected discourse"), and dwell on an "um"; who is cut off has no time for either.
    """
    usual = conversation.pace[cut.side]
    # Parts that end before they start must not make the speech shorter than nothing.
    own = (max(0.0, cut.spoken) + 0.05) / max(1, cut.words)
    return max(-MOST_OFF_PACE, min(MOST_OFF_PACE, math.log(usual / own))) if usual > 0 else 0.0


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
