"""Which names customers give themselves, and where the agent uses them."""

from __future__ import annotations

from spacy.lang.en.stop_words import STOP_WORDS

from coach.language import Hit, Spoken

# First name, middle name, last name.
LONGEST_NAME = 3


def named_customers(spoken: Spoken) -> list[Hit]:
    """Return where the agent says a name by which the customer has called themselves before in the call.

    A mark of a removed name ("[name]") that the agent says after one that the customer said counts too.
    """
    given: set[str] = set()
    found: list[Hit] = []
    for index, turn in enumerate(spoken.call.turns):
        first, last = spoken.firsts[index], spoken.lasts[index]
        if turn.role == "customer":
            given.update(_names_given(spoken, first, last))
        elif turn.role == "agent":
            found.extend(spoken.hit(at, at + 1) for at in range(first, last) if spoken.texts[at].lower() in given)
    return found


def _names_given(spoken: Spoken, first: int, last: int) -> set[str]:
    """Return the words after "my name is", "it's", "this is" and the like that can be names, in lower case."""
    words = [text.lower() for text in spoken.texts[first:last]]
    names: set[str] = set()
    for at in range(len(words)):
        for frame in spoken.lists.signals["before_own_name"]:
            parts = frame.split()
            if words[at : at + len(parts)] != parts:
                continue
            for place in range(at + len(parts), min(at + len(parts) + LONGEST_NAME, len(words))):
                text, word = spoken.texts[first + place], words[place]
                if word not in spoken.lists.names and word != "{name}" and not _is_name_like(text, word, spoken):
                    break
                names.add(word)
    return names


def _is_name_like(text: str, word: str, spoken: Spoken) -> bool:
    return text.istitle() and word not in STOP_WORDS | spoken.lists.never_names | spoken.lists.backchannels
