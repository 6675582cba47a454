"""How an utterance sounds at its end: complete, or as if more should come.

Its last words, its length and its last clause decide. The words' classes are lists in ``rules/unfinished.yml``; how
much each such mark of an end speaks for an end is a table in ``rules/interruptions.json``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from coach.errors import RuleError
from coach.quick_yaml import read_yaml

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
    "comment": "M",
    "wants_more": "T",
}
NO_WORD, CUT_WORD, OTHER_WORD = "^", "-", "O"
AUXILIARY, LINK = "A", "C"
SIGN_LISTS = ("verbs", "asks", "objects", "never_last")
PHRASE_LISTS = ("takes_up_again",)
# Endings that tell a noun, a participle and an adverb apart as far as that can be told without a dictionary.
ENDINGS = ("ing", "ed", "ly", "tion", "s", "er", "al")
STEM = 3
# Longer utterances and clauses than these are no more likely to end.
LENGTHS, CLAUSE_LENGTHS = 8, 5
LOWEST, HIGHEST = -3.5, 1.0

# Longer turns than this always hold more than signs of listening.
LISTENING_WORDS_AT_MOST = 8
# Tags and comments, of a bounded length so that an unclosed bracket costs little; square brackets only where they name
# a sound: "[name]" and "[business]" stand for spoken words.
IN_BRACKETS = (
    r"\{[^}]{0,200}\}|<[^>]{0,200}>|\([^)]{0,200}\)"
    r"|\[[^\]]{0,80}(?:nois|laugh|cough|music|silence|pause|beep|breath|sigh|sneez|sniff|click"
    r"|applause|crosstalk|cross talk|overtalk|overlap|interrupt|cut|background|inaud|unint|unclear)[^\]]{0,80}\]"
)
BRACKETS = re.compile(IN_BRACKETS, re.IGNORECASE)
MARK = re.compile(rf"{IN_BRACKETS}|(?<!\S)%[A-Za-z_]+", re.IGNORECASE)
SENTENCE_ENDS = ".?!"
SENTENCE_END = re.compile(r"[.?!]\s+(?=\S)")
# Not after another full stop; said last, because a search for what follows something else takes several times as long.
CLOSED = re.compile(r"[.?!](?<!\.[.?!])[\s\"')\u2019\u201d]*$")
# Something was said that nobody can make out: a word, but none that tells anything.
INAUDIBLE = re.compile(r"[<\[({]\s{0,9}(?:un(?!sure)|inaud)[^>\])}]{0,80}[>\])}]", re.IGNORECASE)
INAUDIBLE_WORD = "_"
EDGES = " \t\r\n.,;:?!\"'()[]{}<>\u2018\u2019\u201c\u201d\u2026\u2013\u2014"


class WordLists(NamedTuple):
    """Words by class and the other lists of ``rules/unfinished.yml``, which says what each is for."""

    class_of: Mapping[str, str]
    listening: frozenset[str]
    verbs: frozenset[str]
    asks: frozenset[str]
    objects: frozenset[str]
    never_last: frozenset[str]
    takes_up_again: tuple[str, ...]


class Utterance(NamedTuple):
    """A turn's last sentence: its ``words``, and whether it is ``closed``.

    It is where the transcriber ends it with a full stop, question mark or exclamation mark (not after a word that no
    sentence ends in), or where it is no more than an "um" or "and" after a sentence that ends so.
    """

    words: tuple[str, ...]
    closed: bool

    @property
    def first(self) -> str:
        """The first word, or nothing."""
        return self.words[0] if self.words else ""

    @property
    def last(self) -> str:
        """The last word, or nothing."""
        return self.words[-1] if self.words else ""

    @property
    def before_last(self) -> str:
        """The last word but one, or nothing."""
        return self.words[-2] if len(self.words) > 1 else ""


def load_word_lists(path: Path) -> WordLists:
    """Return the word lists in ``path``; raise ``RuleError`` where it is not a file of such lists."""
    try:
        data = read_yaml(path)
    except (OSError, ValueError) as error:
        raise RuleError("this word list cannot be read", where=str(path), remedy=str(error)) from error
    wanted = {*CLASSES, *SIGN_LISTS, *PHRASE_LISTS}
    if not isinstance(data, dict) or set(data) != wanted or not all(isinstance(lines, list) for lines in data.values()):
        raise RuleError(
            f"a file of word lists holds exactly {', '.join(sorted(wanted))}",
            where=str(path),
            remedy="Write each as a list of lines of words.",
        )
    words = {name: " ".join(map(str, lines)).split() for name, lines in data.items()}
    class_of = {word: letter for name, letter in reversed(CLASSES.items()) for word in words[name]}
    listening = frozenset(words["listening"]) | frozenset(words["hesitation"]) | {INAUDIBLE_WORD}
    verbs, asks, objects, never_last = (frozenset(words[name]) for name in SIGN_LISTS)
    (takes_up_again,) = (tuple(map(str, data[name])) for name in PHRASE_LISTS)
    return WordLists(class_of, listening, verbs, asks, objects, never_last, takes_up_again)


def class_of(word: str, lists: WordLists) -> str:
    """Return the letter of the class of ``word``."""
    if not word:
        return NO_WORD
    return CUT_WORD if word.endswith("-") else lists.class_of.get(word, OTHER_WORD)


def is_verb(word: str, lists: WordLists) -> bool:
    """Return whether ``word`` can be the verb of a clause, as far as lists and endings tell ("it's" holds one)."""
    if word in lists.verbs or "'" in word:
        return True
    kind = class_of(word, lists)
    return kind == AUXILIARY or (kind == OTHER_WORD and word.endswith("ed") and len(word) >= len("ed") + STEM)


def ending_of(word: str, lists: WordLists) -> str:
    """Return the ending of a word that is in no list, else its class."""
    kind = class_of(word, lists)
    if kind != OTHER_WORD:
        return kind
    return next((end for end in ENDINGS if word.endswith(end) and len(word) >= len(end) + STEM), kind)


def plain_of(text: str) -> str:
    """Return ``text`` as the functions below read it: in lower case, without marks of the transcriber."""
    if may_hold_mark(text):
        text = without_marks(INAUDIBLE.sub(f" {INAUDIBLE_WORD} ", text))
    return text.lower().replace("\u2019", "'")


def without_marks(text: str) -> str:
    """Return ``text`` with a blank for each mark of the transcriber."""
    # A sign may stand anywhere that is no bracket: to look for one takes several times as long.
    return (MARK if "%" in text else BRACKETS).sub(" ", text)


def may_hold_mark(text: str) -> bool:
    """Return whether a mark of the transcriber can stand in ``text``."""
    # A regular expression for the five takes several times as long, and this is asked of every turn.
    return "[" in text or "<" in text or "(" in text or "{" in text or "%" in text


def count_of(plain: str) -> int:
    """Return about how many words the turn ``plain`` has: none where its last sentence has none."""
    end = plain.rstrip(EDGES)
    # What ends in a letter ends in a word; a dash may stand alone.
    if not end or (not end[-1].isalnum() and not _words(SENTENCE_END.split(end)[-1])):
        return 0
    return plain.count(" ") + 1


def is_listening(plain: str, count: int, lists: WordLists) -> bool:
    """Return whether the whole turn ``plain``, of ``count`` words, is a sign of listening."""
    if count > LISTENING_WORDS_AT_MOST:
        return False
    for token in plain.split() if count else ():
        word = token.strip(EDGES)
        # Mere dashes are no words.
        if word not in lists.listening and word.strip("-"):
            return False
    return True


def utterance_of(plain: str, lists: WordLists) -> Utterance:
    """Return how the turn ``plain`` ends."""
    sentences = SENTENCE_END.split(plain.rstrip(EDGES))
    words = _words(sentences[-1])
    if not words:
        return Utterance((), False)
    closed = (words[-1] not in lists.never_last and _is_closed(plain)) or (
        len(sentences) > 1 and all(word in lists.listening or class_of(word, lists) == LINK for word in words)
    )
    return Utterance(tuple(words), closed)


def _is_closed(plain: str) -> bool:
    """Return whether ``plain`` ends in a full stop, question mark or exclamation mark, quotes and blanks left out."""
    # Most turns end in a letter or in the mark itself.
    return not plain[-1:].isalnum() and bool(CLOSED.search(plain))


def finality_of(words: Sequence[str], lists: WordLists, ends: Mapping[str, float]) -> float:
    """Return how likely the last of ``words`` ends the utterance, as log odds from -3.5 to 1.

    ``ends`` holds the points of the marks that ``end_marks`` yields.
    """
    if class_of(words[-1], lists) == CUT_WORD:
        return LOWEST
    return max(LOWEST, min(HIGHEST, sum(ends.get(mark, 0.0) for mark in end_marks(words, lists))))


def end_marks(words: Sequence[str], lists: WordLists) -> Iterator[str]:
    """Yield what can be said of the end of ``words``, each as a key of the fitted table.

    ``any``; ``word``, ``words``, ``after``: the last word, the last two, and the one before with the class of the
    last; ``class``: the classes of the last two and three; ``ending``: that of the last; ``length``: words so far;
    ``clause``: how the last clause opens, whether it has a verb, how long it is. Only words of the lists are looked
    at as words: those of a conversation's subject say nothing about another's.
    """
    kinds = [NO_WORD, NO_WORD, *(class_of(word, lists) for word in words[-3:])][-3:]
    last, before = words[-1], words[-2] if len(words) > 1 else NO_WORD
    clause = clause_of(words, lists)
    verb = "verb" if any(is_verb(word, lists) for word in clause) else "no verb"
    link = clause[0] if class_of(clause[0], lists) == LINK else ""
    yield "any"
    yield f"class {kinds[1]}{kinds[2]}"
    yield f"class {kinds[0]}{kinds[1]}{kinds[2]}"
    yield f"ending {ending_of(last, lists)}"
    yield f"length {min(len(words), LENGTHS)}"
    yield f"clause {link} {verb}"
    yield f"clause {min(len(clause), CLAUSE_LENGTHS)} {verb}"
    yield f"clause {verb} {kinds[2]}"
    if asks_in(clause, lists):
        yield f"asks {kinds[2]}"
    if is_listed(last, lists):
        yield f"word {last}"
    if before == NO_WORD or is_listed(before, lists):
        yield f"after {before} {kinds[2]}"
        if is_listed(last, lists):
            yield f"words {before} {last}"


def asks_in(clause: Sequence[str], lists: WordLists) -> bool:
    """Return whether ``clause`` opens as a question does, after "and" or "so" too."""
    return clause[0] in lists.asks or (
        len(clause) > 1 and class_of(clause[0], lists) == LINK and clause[1] in lists.asks
    )


def is_listed(word: str, lists: WordLists) -> bool:
    """Return whether ``word`` is in a list of classes or verbs."""
    return word in lists.class_of or word in lists.verbs


def clause_of(words: Sequence[str], lists: WordLists) -> Sequence[str]:
    """Return ``words`` from the last link on ("and", "that", "where"); all of them where there is none."""
    for at in range(len(words) - 1, 0, -1):
        if class_of(words[at], lists) == LINK:
            return words[at:]
    return words


def words_of(text: str) -> list[str]:
    """Return the words of ``text`` in lower case without punctuation or marks; a cut word keeps its hyphen."""
    return _words(plain_of(text))


def first_words(plain: str, most: int) -> list[str]:
    """Return the first words of the turn ``plain``, ``most`` at the most."""
    tokens = plain.split()
    words = _stripped(tokens[:most])
    # Now and then one of them is a mere dash.
    return words if len(words) == most or len(tokens) <= most else _stripped(tokens)[:most]


def _words(plain: str) -> list[str]:
    return _stripped(plain.split())


def _stripped(tokens: Sequence[str]) -> list[str]:
    return [
        word
        for token in tokens
        # Most need no stripping, and to see that takes less time.
        if (word := token if token.isalnum() else token.strip(EDGES)) and (word[0] != "-" or word.strip("-"))
    ]
