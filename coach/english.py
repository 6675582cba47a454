"""What spaCy's blank English pipeline makes of single words, without loading it wherever that can be told before.

spaCy parts the words of transcripts: "I'm" becomes ``i am``. Loading it takes longer than scoring hundreds of calls,
and of nearly all words it can be told what it makes of them: its exceptions are kept from an earlier run, and a word
of letters alone that is none of them stays whole.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from coach.compiled import Compiled
from coach.datafiles import PACKAGE

if TYPE_CHECKING:
    from spacy.language import Language

# 15, 3rd, 1990s, b12; of "5km" and "10am" spaCy makes two.
FIGURES = re.compile(r"[0-9]+(?:st|nd|rd|th|s)?|[a-z]+[0-9]+")
POSSESSIVE = "'s"


class Lists(NamedTuple):
    """``parts``: the normal forms of what an exception is parted into; ``stop_words``: those of spaCy."""

    parts: dict[str, tuple[str, ...]]
    stop_words: frozenset[str]


@functools.cache
def pipeline() -> Language:
    """Return the blank English pipeline; the first call loads spaCy."""
    import spacy

    return spacy.blank("en")


def norms(word: str) -> tuple[str, ...]:
    """Return the normal forms of what the blank pipeline parts ``word``, in lower case, into."""
    known = told(word)
    return _norms(word) if known is None else known


def told(word: str) -> tuple[str, ...] | None:
    """Return what ``norms`` gives where spaCy need not be asked, ``None`` elsewhere."""
    exceptions = _lists().parts
    if word in exceptions:
        return exceptions[word]
    if word.isalpha() or FIGURES.fullmatch(word):
        return (word,)
    before, apostrophe, after = word.partition("'")
    if not (apostrophe and before.isalpha() and after.isalpha()):
        return None
    if apostrophe + after != POSSESSIVE:
        return (word,)
    return None if before in exceptions else (before, POSSESSIVE)


def stop_words() -> frozenset[str]:
    """Return the words of English that say little by themselves."""
    return _lists().stop_words


@functools.cache
def _lists() -> Lists:
    kept = Compiled.of("english", [PACKAGE])
    data = kept.made(b"", _asked)
    kept.save()
    return Lists({word: tuple(parts) for word, parts in data["parts"].items()}, frozenset(data["stop_words"]))


def _asked() -> dict[str, Any]:
    """Return the exceptions that are words, and the stop words: their lists load sooner than a pipeline is made."""
    from spacy.lang.en import English
    from spacy.strings import StringStore

    norm, text = map(StringStore().__getitem__, ("NORM", "ORTH"))
    rules = English.Defaults.tokenizer_exceptions
    parts = {
        word: [str(token.get(norm) or token[text]).lower() for token in tokens]
        for word, tokens in rules.items()
        if word == word.lower() and word[0].isalnum()
    }
    return {"parts": parts, "stop_words": sorted(English.Defaults.stop_words)}


def _norms(word: str) -> tuple[str, ...]:
    return tuple(token.norm_.lower() for token in pipeline().tokenizer(word))
