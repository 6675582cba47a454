"""How the customer's mood goes: VADER with the domain lexicon of ``rules/lexicon.yml``.

Only the customer's words are scored; an agent who says sorry is not unhappy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from coach import notation
from coach.call import Call, Turn
from coach.compiled import NOTHING_KEPT, Compiled
from coach.datafiles import rules_folder
from coach.errors import RuleError
from coach.lexicon_phrases import HESITATIONS, Phrases, plain_words
from coach.quick_yaml import NotPlainError, quickly_loaded
from coach.valence import Valence
from coach.wording import SHORT_TURN, SHORT_TURNS_KNOWN

STRONGEST = 4.0
Quarters = tuple[float | None, float | None, float | None, float | None]

MARK = re.compile(r"<[^>]{0,200}>|\{[^}]{0,200}\}|\[[^\]]{0,200}\]|(?<!\S)%[A-Za-z_]+")
SPOKEN = re.compile(r"\w")


class Lexicon(NamedTuple):
    """Valence from -4 to 4 of single words and of phrases; ``None`` for what counts for nothing."""

    words: Mapping[str, float | None]
    phrases: Mapping[str, float | None]


def load_lexicon(path: Path, kept: Compiled = NOTHING_KEPT) -> Lexicon:
    """Return the lexicon in the YAML file ``path``, or what it held in an earlier run.

    Raises:
        RuleError: the file cannot be read, a line is no ``word: number``, a value is beyond -4 to 4, a word occurs
            twice, or a phrase cannot be read; it names the line.
    """
    try:
        source = path.read_bytes()
    except OSError as error:
        raise RuleError(f"the lexicon cannot be read: {error}", where=str(path)) from error
    return Lexicon(*kept.made(b"lexicon: " + source, lambda: list(_lexicon(path))))


def _lexicon(path: Path) -> Lexicon:
    try:
        entries = quickly_loaded(path.read_text("utf-8"))
        if isinstance(entries, dict):
            return _checked(entries, path, lambda _: (0, 0))
    except (NotPlainError, OSError, UnicodeDecodeError, RuleError):
        # Something may be wrong with it; the slower reader knows in which line.
        pass
    entries = _read(path)
    return _checked(entries, path, entries.lc.key)


def _checked(entries: Mapping[Any, Any], path: Path, place_of: Callable[[Any], tuple[int, int]]) -> Lexicon:
    words: dict[str, float | None] = {}
    phrases: dict[str, float | None] = {}
    for key, value in entries.items():
        line, column = place_of(key)
        where = f"{path}:{line + 1}:{column + 1}"
        entry, valence = _entry(key, where), _valence(key, value, where)
        kind = phrases if re.search(r"[\s(|\[]", entry) else words
        if entry in kind:
            raise RuleError(f"“{entry}” is in the lexicon twice", where=where, remedy="Keep one of the two lines.")
        kind[entry] = valence
        if kind is phrases:
            _check_phrase(entry, where, column)
    return Lexicon(words, phrases)


def _read(path: Path) -> Any:
    from srsly import ruamel_yaml

    try:
        entries = ruamel_yaml.YAML().load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"the lexicon cannot be read: {error}", where=str(path)) from error
    except (ruamel_yaml.error.MarkedYAMLError, ruamel_yaml.constructor.DuplicateKeyError) as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        cause = str(error.problem or error.context).splitlines()[0]
        raise RuleError(cause, where=where, remedy="Write one word or phrase a line: `third time: -2`.") from error
    if not isinstance(entries, ruamel_yaml.comments.CommentedMap):
        raise RuleError("a lexicon is made of lines such as `third time: -2`", where=f"{path}:1:1")
    return entries


def _entry(key: Any, where: str) -> str:
    if not isinstance(key, str) or not key.strip():
        raise RuleError(f"{key!r} is not a word", where=where, remedy=f'Put it in quotes: "{key}".'.lower())
    return " ".join(key.lower().replace("\u2019", "'").split())


def _valence(key: str, value: Any, where: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not -STRONGEST <= value <= STRONGEST:
        raise RuleError(
            f"the value of “{key}” is {value}",
            where=where,
            remedy="Give a number from -4 (very bad) to 4 (very good), or null to count it for nothing.",
        )
    return float(value)


def _check_phrase(phrase: str, where: str, column: int) -> None:
    try:
        sequences = notation.unfold(phrase)
    except notation.NotationError as error:
        place = f"{where.rsplit(':', 1)[0]}:{column + error.column + 1}"
        raise RuleError(error.what, where=place, remedy="Look up the notation of phrases in the rule guide.") from error
    if any(isinstance(atom, notation.Slot) for sequence in sequences for atom in sequence.atoms):
        raise RuleError("a phrase of the lexicon has no slots such as {name}", where=where)


class Mood:
    """Scores text with VADER and the lexicon in ``path`` (by default ``rules/lexicon.yml``)."""

    def __init__(self, path: Path | None = None, kept: Compiled = NOTHING_KEPT) -> None:
        lexicon = load_lexicon(path or rules_folder() / "lexicon.yml", kept)
        self._vader = Valence()
        self._set(lexicon.words)
        self._phrases = Phrases()
        for number, (phrase, valence) in enumerate(lexicon.phrases.items()):
            token = f"phrase_{number}"
            self._set({token: valence})
            self._phrases.add(phrase, token)
        # A set of its own: set.isdisjoint walks the whole of a dict.
        self._telling = frozenset(self._vader.lexicon)
        self._compiled = self._vader.compiled(HESITATIONS, self._phrases.tree())
        self._of_short = lru_cache(maxsize=SHORT_TURNS_KNOWN)(self._of)

    def _set(self, words: Mapping[str, float | None]) -> None:
        for word, valence in words.items():
            if valence is None:
                self._vader.lexicon.pop(word, None)
            else:
                self._vader.lexicon[word] = valence

    def of(self, text: str) -> float:
        """Return the mood of ``text`` from -1 to 1 (VADER's compound); 0 where no word tells."""
        return self._of(_unmarked(text))

    def _of(self, text: str) -> float:
        text = text.replace("\u2019", "'")
        # VADER knows "can't" and ":)" as they stand, phrases go without apostrophes and punctuation.
        pieces = text.lower().split()
        plain = plain_words(pieces)
        among = set(plain)
        beginnings = self._phrases.beginnings(among)
        found = False
        if beginnings:
            text, found = self._phrases.replaced_in(text, plain, beginnings)
        telling = self._telling
        if not found and telling.isdisjoint(among) and telling.isdisjoint(pieces):
            return 0.0
        return self._vader.compound(text)

    def quarters(self, call: Call, silent: frozenset[int] = frozenset()) -> Quarters:
        """Return the customer's mean mood in each quarter of the call, ``None`` where they said nothing in it.

        ``silent`` are indexes of turns that say nothing: listening noises.
        """
        turns = call.turns
        sums, counts = [0.0] * 4, [0] * 4
        quarters = quarters_of(turns)
        for index, turn in enumerate(turns):
            if turn.role == "customer" and index not in silent and (mood := self._said(turn.text)) is not None:
                sums[quarters[index]] += mood
                counts[quarters[index]] += 1
        first, second, third, last = [
            round(total / count, 3) if count else None for total, count in zip(sums, counts, strict=True)
        ]
        return first, second, third, last

    def _said(self, text: str) -> float | None:
        """Return the mood of a turn, ``None`` where it says nothing."""
        told = self._compiled.of(text) if self._compiled else None
        if told is not None:
            return (self._vader.summed(*told) if told[0] else 0.0) if told else None
        text = _unmarked(text)
        if not SPOKEN.search(text):
            return None
        return self._of_short(text) if len(text) <= SHORT_TURN else self._of(text)


def _unmarked(text: str) -> str:
    """Return ``text`` without the transcriber's marks."""
    return MARK.sub(" ", text) if "<" in text or "[" in text or "{" in text or "%" in text else text


def quarters_of(turns: Sequence[Turn]) -> list[int]:
    """Return for each turn the quarter of the call (0 to 3) that it starts in: by time, or else by words."""
    starts = [turn.start for turn in turns if turn.start is not None]
    if len(starts) == len(turns) and turns:
        begin, end = min(starts), max([max(turn.start or 0.0, turn.end or 0.0) for turn in turns])
        length = end - begin
        if not 0 < length < float("inf"):
            return [0] * len(turns)
        # In this order no start is too odd: max(0, nan) is 0.
        return [int(min(3, max(0, 4 * (start - begin) / length))) for start in starts]
    *words_before, said = accumulate([turn.text.count(" ") + 1 for turn in turns], initial=0)
    # Every turn starts before the last word.
    return [4 * before // said for before in words_before]
