"""Whether a call is in English: what its file says of the language, or else the words themselves.

All that looks at words was written for English. In another language it would find nothing, or false friends.

``coach/_reading.c`` counts small words of English as ``small_words`` does; it is used where it was built when coach was
installed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from coach import native
from coach.call import Call, Turn
from coach.datafiles import rules_folder
from coach.errors import CoachError

COMPILED = native.load("_reading")
# "en", "eng", "en-US", "en_us", "English (UK)".
ENGLISH_NAME = re.compile(r"^(?:en|eng|english|anglais|englisch|inglés|ingles)(?![^\W\d_])", re.IGNORECASE)
# Names of no language: what a file says that does not know.
UNTOLD = frozenset(
    ("", "und", "undetermined", "unknown", "auto", "mul", "multi", "none", "null", "n/a", "zxx", "mis", "xx")
)
# A longer call is looked at in places: this many characters tell as much as all of it.
MOST_LOOKED_AT = 3000
# Fewer words prove nothing: a dozen may be all names and numbers.
LEAST_WORDS = 20
# Of English talk a third to two thirds are such small words, of talk in other languages hardly any. In real calls no
# stretch of any length reads like another language under these figures; of mixed talk the greater part decides.
PLAINLY_ENGLISH = 0.3
LEAST_OTHER = 0.1
# Of a language that is none of ours: next to no English words among enough.
NO_ENGLISH = 0.05
WORDS_FOR_NO_ENGLISH = 40
# Letters beyond the Latin ones (and their accents): Devanagari, Cyrillic, Chinese, Arabic ...
BEYOND_LATIN = re.compile(r"[\u0370-\u1dff\u2c00-\ua7ff\ua800-\ufaff\ufb1d-\ufeff\U00010000-\U0003ffff]")
LEAST_BEYOND = 10
MARKS = re.compile(r"<[^<>\n]{0,60}>|\[[^\[\]\n]{0,60}\]|\{[^{}\n]{0,60}\}|%\w+|\*{2,}")
WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


class Lists(NamedTuple):
    """The words of ``rules/languages.yml``."""

    english: frozenset[str]
    neutral: frozenset[str]
    others: Mapping[str, frozenset[str]]


class Foreign(NamedTuple):
    """Why a call is not read as English: ``what`` it does or is, and what shows it (``""``: the file says so)."""

    what: str
    shown_by: str = ""

    @property
    def reason(self) -> str:
        """A sentence for a mark that cannot be given."""
        return f"The call {self.what}; only its timing is scored."

    @property
    def warning(self) -> str:
        """What to warn of."""
        return f"it {self.what}{f': {self.shown_by}' if self.shown_by else ''}; only its timing is scored"


def foreign(call: Call) -> Foreign | None:
    """Return why ``call`` is not to be read as English, ``None`` where it is."""
    stated = (call.language or "").strip()
    if stated.casefold() not in UNTOLD and not ENGLISH_NAME.match(stated):
        return Foreign(f"is in another language ({stated})")
    # Exports often say "en" of whatever they hold.
    shown_by = unlike_english(call.turns)
    return Foreign("does not read like English", shown_by) if shown_by else None


def unlike_english(turns: Sequence[Turn]) -> str:
    """Return what shows that ``turns`` are not in English; ``""`` where they are, or are too few words to tell."""
    texts = _looked_at(turns)
    lists = languages()
    pieces, english_pieces = small_words(texts)
    # As it is with nearly every call.
    if english_pieces >= PLAINLY_ENGLISH * pieces:
        return ""
    text = MARKS.sub(" ", " ".join(texts).lower())
    if not text.isascii() and (letters := len(BEYOND_LATIN.findall(text))) >= LEAST_BEYOND:
        if letters * 2 > sum(map(str.isalpha, text)):
            return "it is not written in Latin letters"
    words = [word for word in WORDS.findall(text.replace("’", "'")) if word not in lists.neutral]
    if len(words) < LEAST_WORDS:
        return ""
    english = sum(map(lists.english.__contains__, words)) / len(words)
    shares = {name: sum(map(own.__contains__, words)) / len(words) for name, own in lists.others.items()}
    name = max(shares, key=lambda name: shares[name])
    if shares[name] >= max(LEAST_OTHER, english):
        return f"{shares[name]:.0%} of its words are small words of {name}"
    if english < NO_ENGLISH and len(words) >= WORDS_FOR_NO_ENGLISH:
        return f"only {english:.0%} of its words are small words of English"
    return ""


def small_words(texts: list[str]) -> tuple[int, int]:
    """Return how many pieces between blanks ``texts`` have, and how many of these are small words of English."""
    pieces, english, left = 0, 0, texts
    if COMPILED is not None and (table := _table(COMPILED)) is not None:
        pieces, english, left = COMPILED.found(texts, table)
    if left:
        words = " ".join(left).lower().split()
        pieces += len(words)
        english += len(list(filter(languages().english.__contains__, words)))
    return pieces, english


@functools.cache
def _table(compiled: Any) -> bytes | None:
    """Return the small words of English as the compiled part wants them; ``None`` where one is too long for it."""
    try:
        table: bytes = compiled.table_of(sorted(languages().english))
    except ValueError:
        return None
    return table


@functools.cache
def languages() -> Lists:
    """Return the words of ``rules/languages.yml``.

    Raises:
        CoachError: the file is broken.
    """
    from coach.quick_yaml import read_yaml

    path = rules_folder() / "languages.yml"
    try:
        data = read_yaml(path)
        others = {str(name): frozenset(words.split()) for name, words in data["others"].items()}
        english = frozenset(data["english"].split())
        return Lists(english, frozenset(data["neutral"].split()), others)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CoachError(
            f"the words of languages cannot be read ({error})", where=str(path), remedy="Restore the file."
        ) from error


def _looked_at(turns: Sequence[Turn]) -> list[str]:
    """Return the texts to look at: of a long call every second turn, or every third, and so on."""
    texts = [turn.text for turn in turns]
    size = sum(map(len, texts))
    if size < MOST_LOOKED_AT * 2:
        return texts
    step = size // MOST_LOOKED_AT
    return [text[: MOST_LOOKED_AT * 2] for text in texts[::step]]
