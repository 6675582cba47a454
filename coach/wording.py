"""From a turn as transcribed to words that can be compared: one spelling, no fillers, no stutter, no marks.

Transcripts come clean ("I'm sorry."), verbatim ("I'm, uh, I'm s- so sorry") and raw ("im so sorry"). All three give
the words ``i am so sorry`` here, each with the character offsets that it came from, so that evidence stays an exact
slice of the text. What counts as a filler, a variant spelling or a mark stands in ``rules/words.yml``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from coach.compiled import NOTHING_KEPT, Compiled
from coach.errors import RuleError
from coach.quick_yaml import read_yaml

# A tag, a mark in square brackets, a mark such as "%HESITATION", "o k" in its spellings, a word with its apostrophes (a
# trailing hyphen is a word cut short; a lone "m", "re", "t"… after a space is an apostrophe that a recogniser lost), or
# a question mark.
TOKEN = re.compile(
    r"<[^<>\n]{1,40}>"
    r"|\[[^\[\]\n]{1,40}\]"
    r"|%[A-Za-z_]+"
    r"|\b[oO][ ._]?[kK]\b\.?"
    r"|\b(?i:it|that|what|there|here|he|she|who|where|how|let) s(?![\w'’‘-])"
    r"|[^\W_]+(?:['’‘ʼ`´][^\W_]+)*(?:(?: (?:re|ve|ll|t)|(?<=\b[iI]) m)(?![\w'’‘-]))?(?:-(?=[\s,.]|$))?"
    r"|\?"
)
MARK = re.compile(r"[A-Za-z]+")
# Letters by which a name or a number is masked: "my card is XXXX".
MASK = re.compile(r"x{3,}", re.IGNORECASE)
ANYTHING = "{any}"
APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'"})
SIGNAL_LISTS = (
    "around_figures",
    "asked_of_all",
    "asks_back",
    "around_echo",
    "editing",
    "before_a_name",
    "never_a_desk",
    "rings",
    "opens_question",
    "before_own_name",
)
LONGEST_NUMBER = 4
MOST_KNOWN = 200_000
# Turns of a few words ("Yes, please.") come again and again; this many of the last ones are not taken apart anew.
SHORT_TURN = 30
SHORT_TURNS_KNOWN = 20_000


class Words(NamedTuple):
    """The comparable words of one turn; ``begins[i]`` and ``ends[i]`` are the character offsets of word ``i``.

    ``texts`` have the capitals of the turn, ``norms`` are the same in lower case.
    """

    texts: list[str]
    norms: list[str]
    begins: list[int]
    ends: list[int]


@dataclass(frozen=True, slots=True)
class WordLists:
    """The lists of ``rules/words.yml``."""

    variants: Mapping[str, tuple[str, ...]]
    fillers: frozenset[str]
    backchannels: frozenset[str]
    noises: frozenset[str]
    marks: Mapping[str, str]
    silent_marks: frozenset[str]
    names: frozenset[str]
    never_names: frozenset[str]
    signals: Mapping[str, frozenset[str]] = field(default_factory=dict)


def load_word_lists(path: Path, kept: Compiled = NOTHING_KEPT) -> WordLists:
    """Read ``words.yml``, or take what it held in an earlier run from ``kept``.

    Raises:
        RuleError: the file is missing or lacks a list.
    """
    if not path.is_file():
        raise RuleError("the word lists are missing", where=str(path), remedy="Restore words.yml.")
    try:
        data: Any = kept.made(path.read_bytes(), lambda: read_yaml(path))
        variants = {
            spelling: tuple(written.split())
            for written, spellings in data["variants"].items()
            for spelling in map(str, spellings)
        }
        return WordLists(
            variants=variants,
            fillers=frozenset(map(str, data["fillers"])),
            backchannels=frozenset(map(str, data["backchannels"])),
            noises=frozenset(map(str, data["noises"])),
            marks={word: "{" + slot + "}" for slot, words in data["marks"].items() for word in words},
            silent_marks=frozenset(data["silent_marks"]),
            names=frozenset(data["names"].split()),
            never_names=frozenset(data["never_names"].split()),
            signals={name: frozenset(map(str, data["signals"][name])) for name in SIGNAL_LISTS},
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise RuleError(
            f"the word lists cannot be read ({type(error).__name__}: {error})",
            where=str(path),
            remedy="It needs variants, fillers, backchannels, noises, marks, silent_marks, names, never_names and "
            f"signals with {', '.join(SIGNAL_LISTS)}.",
        ) from None


class Wording:
    """Turns text into comparable words.

    Args:
        lists: the word lists.
        split: gives the normal forms of one word's parts (``"i'm"`` → ``("i", "am")``); the tokenizer's exceptions.
    """

    def __init__(self, lists: WordLists, split: Callable[[str], Iterable[str]]) -> None:
        self.lists = lists
        self._split = split
        # The words of each token as written, with the same in lower case.
        self.known: dict[str, tuple[tuple[str, str], ...]] = {}
        self._phrase_words: dict[str, tuple[str, ...]] = {}
        marks = "|".join(map(re.escape, sorted(lists.silent_marks)))
        known = "|".join(map(re.escape, sorted(lists.silent_marks | lists.marks.keys())))
        # Round brackets hold marks and speech alike; a mark is what is nothing else: "(laughs)", "(inaudible 0:12)".
        # So do curly ones: "{laugh}", "{NAME}", but "{well} I do".
        bracketed = rf"\((?i:{marks})(?:[ ,/]+(?i:{marks}))*[\d\s:.]*\)|" if marks else ""
        bracketed += rf"\{{+(?i:{known})(?:[ _,/-]\w{{1,20}}){{0,3}}\}}+|" if known else ""
        self._token = re.compile(bracketed + TOKEN.pattern)
        self._short = lru_cache(maxsize=SHORT_TURNS_KNOWN)(self._taken_apart)

    def words(self, text: str) -> Words:
        """Return the comparable words of ``text`` with their character offsets.

        Fillers, words broken off, marks that are no speech, and the first of two equal words (or pairs of words) in a
        row are left out. The lists are shared: they are not to be changed.
        """
        return self._short(text) if len(text) <= SHORT_TURN else self._taken_apart(text)

    def _taken_apart(self, text: str) -> Words:
        texts: list[str] = []
        begins: list[int] = []
        ends: list[int] = []
        # What no word is, so that the first ones have words before them to be compared with.
        norms = ["", "", ""]
        known = self.known
        for found in self._token.finditer(text):
            begin, end = found.span()
            written = text[begin:end]
            forms = known.get(written)
            if forms is None:
                forms = self.learn(written)
            for form, norm in forms:
                if norm == norms[-1]:
                    ends[-1] = end
                elif norm == norms[-2] and norms[-1] == norms[-3]:
                    ends[-3:] = ends[-1], end
                    del texts[-1], norms[-1], begins[-1]
                else:
                    texts.append(form)
                    norms.append(norm)
                    begins.append(begin)
                    ends.append(end)
        return Words(texts, norms[3:], begins, ends)

    def of_phrase(self, word: str) -> tuple[str, ...]:
        """Return the comparable words of one word of a phrase, read as a transcript is, in lower case."""
        forms = self._phrase_words.get(word)
        if forms is None:
            forms = self._phrase_words[word] = tuple(self.words(word).norms)
        return forms

    def learn(self, written: str) -> tuple[tuple[str, str], ...]:
        """Return the words of the token ``written``, which from now on stand in ``known``."""
        if len(self.known) >= MOST_KNOWN:
            self.known.clear()
        forms = self.known[written] = tuple((form, form.lower()) for form in self._forms(written))
        return forms

    def _forms(self, written: str) -> tuple[str, ...]:
        if written == "?":
            return ("?",)
        if written[0] in "(%":
            return ()
        if written[0] in "[<{":
            return self._mark(written)
        if MASK.fullmatch(written):
            return (ANYTHING,)
        if written.endswith("-"):
            return ()
        word = written.lower().translate(APOSTROPHES).replace(" ", "'")
        if word in self.lists.fillers:
            return ()
        if word in self.lists.variants:
            return self.lists.variants[word]
        if word.isdigit() and len(word) > LONGEST_NUMBER:
            return ("{number}",)
        forms = tuple(self.lists.variants.get(form, (form,)) for form in self._split(word))
        flat = tuple(word for form in forms for word in form)
        # A single word keeps its capitals: they help to tell a name.
        return (written,) if flat == (written.lower(),) else flat

    def _mark(self, written: str) -> tuple[str, ...]:
        """Return the slot that a privacy mark stands for, or nothing for noises and markup."""
        words = [word.lower() for word in MARK.findall(written)]
        slots = [self.lists.marks[word] for word in words if word in self.lists.marks]
        if slots:
            return (next((slot for slot in slots if slot != ANYTHING), ANYTHING),)
        if written[0] in "<{" or not words or any(word in self.lists.silent_marks for word in words):
            return ()
        return ("{word}",)
