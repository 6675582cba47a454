"""How an utterance sounds at its end: complete, or as if more should come.

The last two words decide. Their classes are lists in ``rules/unfinished.yml``; how likely a word is to end
an utterance after a word of some class is a table in ``rules/interruptions.json``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import srsly

from coach.errors import RuleError

# The first class that holds a word is its class; the letters are those of the fitted table.
CLASSES = {
    "hesitation": "H",
    "listening": "L",
    "determiner": "D",
    "link": "C",
    "preposition": "P",
    "pronoun": "S",
    "auxiliary": "A",
    "adverb": "V",
    "wants_more": "T",
}
NO_WORD, CUT_WORD, OTHER_WORD = "^", "-", "O"
SIGN_LISTS = ("asks",)

# Longer turns than this always hold more than signs of listening.
LISTENING_WORDS_AT_MOST = 8
# Tags and comments; square brackets only where they name a sound: "[name]" and "[business]" stand for spoken words.
MARK = re.compile(
    r"\{[^}]*\}|<[^>]*>|\([^)]*\)|\[[^\]]*(?:nois|laugh|cough|music|silence|pause|beep|breath|sigh|sneez|sniff|click"
    r"|applause|crosstalk|cross talk|overtalk|overlap|interrupt|cut|background|inaud|unint|unclear)[^\]]*\]",
    re.IGNORECASE,
)
MAY_HOLD_MARK = re.compile(r"[<{\[(]")
SENTENCE_END = re.compile(r"[.?!]\s+(?=\S)")
CLOSED = re.compile(r"(?<!\.)[.?!][\s\"')\u2019\u201d]*$")
# Something was said that nobody can make out: a word, but none that tells anything.
INAUDIBLE = re.compile(r"[<\[({]\s*(?:un(?!sure)|inaud)[^>\])}]*[>\])}]", re.IGNORECASE)
INAUDIBLE_WORD = "_"
EDGES = " \t\r\n.,;:?!\"'()[]{}<>\u2018\u2019\u201c\u201d\u2026\u2013\u2014"


class WordLists(NamedTuple):
    """Words by class, and those that open a question."""

    class_of: Mapping[str, str]
    listening: frozenset[str]
    asks: frozenset[str]


class Utterance(NamedTuple):
    """What the words of a turn's last sentence show; ``turn_words`` counts the whole turn's.

    ``closed``: the transcriber ends it with a full stop, question mark or exclamation mark.
    """

    words: int
    turn_words: int
    first: str
    last: str
    before_last: str
    listening: bool
    closed: bool


def load_word_lists(path: Path) -> WordLists:
    """Return the word lists in ``path``; raise ``RuleError`` where it is not a file of such lists."""
    try:
        data = srsly.read_yaml(path)
    except (OSError, ValueError) as error:
        raise RuleError("this word list cannot be read", where=str(path), remedy=str(error)) from error
    wanted = {*CLASSES, *SIGN_LISTS}
    if not isinstance(data, dict) or set(data) != wanted or not all(isinstance(lines, list) for lines in data.values()):
        raise RuleError(
            f"a file of word lists holds exactly {', '.join(sorted(wanted))}",
            where=str(path),
            remedy="Write each as a list of lines of words.",
        )
    words = {name: " ".join(map(str, lines)).split() for name, lines in data.items()}
    class_of = {word: letter for name, letter in reversed(CLASSES.items()) for word in words[name]}
    listening = frozenset(words["listening"]) | frozenset(words["hesitation"]) | {INAUDIBLE_WORD}
    return WordLists(class_of, listening, frozenset(words["asks"]))


def class_of(word: str, lists: WordLists) -> str:
    """Return the letter of the class of ``word``."""
    if not word:
        return NO_WORD
    return CUT_WORD if word.endswith("-") else lists.class_of.get(word, OTHER_WORD)


def utterance_of(text: str, lists: WordLists) -> Utterance:
    """Return what the words of ``text`` show; marks of the transcriber are no words."""
    text = _plain(text)
    turn_words = text.count(" ") + 1
    words = _words(SENTENCE_END.split(text.rstrip(EDGES))[-1])
    if not words:
        return Utterance(0, 0, "", "", "", True, False)
    short = turn_words <= LISTENING_WORDS_AT_MOST
    listening = short and all(word in lists.listening for word in _words(text))
    before_last = words[-2] if len(words) > 1 else ""
    return Utterance(len(words), turn_words, words[0], words[-1], before_last, listening, bool(CLOSED.search(text)))


def words_of(text: str) -> list[str]:
    """Return the words of ``text`` in lower case without punctuation or marks; a cut word keeps its hyphen."""
    return _words(_plain(text))


def _plain(text: str) -> str:
    if MAY_HOLD_MARK.search(text):
        text = MARK.sub(" ", INAUDIBLE.sub(f" {INAUDIBLE_WORD} ", text))
    return text.lower().replace("\u2019", "'")


def _words(text: str) -> list[str]:
    stripped = (word.strip(EDGES) for word in text.split())
    return [word for word in stripped if word.strip("-")]
