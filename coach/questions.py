"""Which sentences of a call ask something."""

from __future__ import annotations

import re

from coach.language import Hit, Spoken

MARKED = re.compile(r"[?!.,;]")
# Every sentence with its mark: looking for those with a question mark alone would go over a long turn again and again.
SENTENCE = re.compile(r"([^.!?…]+)([.!?…]?)")
# "is it" is an echo, "can you" breaks off.
LEAST_ASKED = 3


def questions(spoken: Spoken) -> list[Hit]:
    """Return the sentences that ask: those before a question mark; without marks, those that open like a question.

    Only turns without any sentence mark are judged by how they open: where the transcriber set marks, a sentence
    without a question mark asks nothing.
    """
    found: list[Hit] = []
    openings = spoken.lists.signals["opens_question"]
    for index, turn in enumerate(spoken.call.turns):
        if "?" in turn.text:
            for sentence in SENTENCE.finditer(turn.text):
                words = sentence[1].lstrip()
                if words and sentence[2] == "?":
                    found.append(Hit(index, sentence.end(1) - len(words), sentence.end(2)))
            continue
        if MARKED.search(turn.text):
            continue
        first, last = spoken.firsts[index], spoken.lasts[index]
        words = spoken.norms[first:last]
        start = next((at for at, word in enumerate(words) if word not in spoken.lists.backchannels), len(words))
        if len(words) - start >= LEAST_ASKED and (
            words[start] in openings or " ".join(words[start : start + 2]) in openings
        ):
            found.append(spoken.hit(first + start, last))
    return found
