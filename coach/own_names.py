"""Which names customers give themselves, and where the agent uses them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from coach.english import stop_words
from coach.language import Hit, Spoken

# First name, middle name, last name.
LONGEST_NAME = 3
# With these any capital begins a name; after "it's" only what is known as one, for medicines have capitals too.
NAMES_ITSELF = {"name", "surname", "mister", "missus", "miss", "doctor", "called"}
AFTER_NAME = (["here"], ["speaking"], ["calling"])


def named_customers(spoken: Spoken) -> list[Hit]:
    """Return where the agent says a name by which the customer has called themselves before in the call.

    A mark of a removed name ("[name]") that the agent says after one that the customer said counts too.
    """
    given: set[str] = set()
    found: list[Hit] = []
    norms = spoken.norms
    frames, signs = _by_first_word(spoken.lists.signals["before_own_name"]), _signs(spoken.lists.names)
    for role, first, last in zip(spoken.flow.turn_roles, spoken.firsts, spoken.lasts, strict=True):
        if role == "customer":
            # Most turns are too short for a name with what leads to it, or hold neither.
            if last - first > 1 and not signs.isdisjoint(words := norms[first:last]):
                given.update(_names_given(spoken, words, first, frames))
        elif given and role == "agent":
            if not given.isdisjoint(norms[first:last]):
                found.extend(spoken.hit(at, at + 1) for at in range(first, last) if norms[at] in given)
    return found


def _names_given(
    spoken: Spoken, words: Sequence[str], first: int, frames: Mapping[str, Sequence[list[str]]]
) -> set[str]:
    """Return the words after "my name is", "it's", "this is" and the like that can be names, in lower case.

    ``words`` are those of a turn, of which the first stands at ``first`` in the call.
    """
    names: set[str] = set()
    if frames.keys().isdisjoint(words):
        return names
    for at, word in enumerate(words):
        if word not in frames:
            continue
        for frame in frames[word]:
            if words[at : at + len(frame)] == frame:
                names.update(_name_at(spoken, words, first, at + len(frame), firm=not NAMES_ITSELF.isdisjoint(frame)))
    return names


@lru_cache(maxsize=8)
def _by_first_word(frames: frozenset[str]) -> Mapping[str, Sequence[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for frame in sorted(frames):
        found.setdefault(frame.split()[0], []).append(frame.split())
    return found


@lru_cache(maxsize=8)
def _signs(names: frozenset[str]) -> frozenset[str]:
    """Return the words of which a turn holds one wherever ``_name_at`` is sure of a name in it."""
    return names | NAMES_ITSELF | {"{name}", *(word for words in AFTER_NAME for word in words)}


def _name_at(spoken: Spoken, words: Sequence[str], first: int, at: int, *, firm: bool) -> Sequence[str]:
    """Return the words of the name at place ``at``; where nothing ``firm`` leads to it, only one that is surely one."""
    stop = at
    while stop < min(at + LONGEST_NAME, len(words)) and _may_be_name(spoken, spoken.texts[first + stop], words[stop]):
        stop += 1
    is_known = any(word in spoken.lists.names or word == "{name}" for word in words[at:stop])
    is_sure = firm or is_known or words[stop : stop + 1] in AFTER_NAME
    return words[at:stop] if is_sure else ()


def _may_be_name(spoken: Spoken, text: str, word: str) -> bool:
    if word in spoken.lists.names or word == "{name}":
        return True
    # A single capital is a letter that somebody spells.
    is_word = len(word) > 1 and text.istitle()
    lists = spoken.lists
    return is_word and not (word in stop_words() or word in lists.never_names or word in lists.backchannels)
