"""How the customer's mood goes: VADER with the domain lexicon of ``rules/lexicon.yml``.

Only the customer's words are scored; an agent who says sorry is not unhappy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from srsly import ruamel_yaml
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from coach import notation
from coach.call import Call, Turn
from coach.compiled import NOTHING_KEPT, Compiled
from coach.datafiles import rules_folder
from coach.errors import RuleError

STRONGEST = 4.0
Quarters = tuple[float | None, float | None, float | None, float | None]

# These stand between the words of a phrase without breaking it.
HESITATIONS = frozenset({"uh", "um", "uhm", "umm", "er", "erm", "eh", "hm", "mm"})
SENTENCE_ENDS = (".", "?", "!")
EDGES = ".,;:?!\"'()\u2018\u201c\u201d\u2026-\u2013\u2014"
ANY_WORD = "*"
# Words of so many turns that they tell little about which phrase may be there.
COMMON = frozenset(
    "a about all and are as at back be been but call can did do for from get go going good got had has have"
    " her here him his i im in is it its just know like me my no not number of off oh okay on one or our out"
    " over phone really right she so some thank thanks that thats the them then there they thing this through"
    " time to up us very want was we well were what when which who why will with would yes you your youre".split()
)
MARK = re.compile(r"<[^>]{0,200}>|\{[^}]{0,200}\}|\[[^\]]{0,200}\]|(?<!\S)%[A-Za-z_]+")
SPOKEN = re.compile(r"\w")


class Lexicon(NamedTuple):
    """Valence from -4 to 4 of single words and of phrases; ``None`` for what counts for nothing."""

    words: Mapping[str, float | None]
    phrases: Mapping[str, float | None]


class Node:
    """A place in the tree of phrases: the words that may come next, and the token of the phrase that ends here."""

    __slots__ = ("ends_turn", "following", "token")

    def __init__(self) -> None:
        self.following: dict[str, Node] = {}
        self.token: str | None = None
        self.ends_turn: str | None = None


class Spoken(NamedTuple):
    """A word of a turn as it is compared: ``place`` counts the whitespace-separated pieces of the text."""

    word: str
    place: int
    ends_sentence: bool


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
    entries = _read(path)
    words: dict[str, float | None] = {}
    phrases: dict[str, float | None] = {}
    for key, value in entries.items():
        line, column = entries.lc.key(key)
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


def _plain(word: str) -> str:
    """Return ``word`` as it is compared: lower case, without edges and apostrophes."""
    return word.strip(EDGES).replace("'", "").lower()


def _rarity(word: str) -> tuple[bool, bool, int, str]:
    return word != ANY_WORD, word not in COMMON, len(word), word


def _ways(phrase: str) -> Iterator[tuple[notation.Phrase, list[str]]]:
    """Yield each way to say ``phrase`` as plain words, ``*`` for any."""
    for unfolded in notation.unfold(phrase):
        for way in unfolded.spelt_out():
            choices = [
                [[ANY_WORD] * count for count in range(atom.least, atom.most + 1)]
                if isinstance(atom, notation.Gap)
                else [[_plain(str(atom))]]
                for atom in way.atoms
            ]
            for chosen in product(*choices):
                yield way, [word for words in chosen for word in words]


class Phrases:
    """Finds the phrases of a lexicon in a turn: a tree of words, one step a word."""

    def __init__(self) -> None:
        self._anywhere, self._at_start = Node(), Node()
        # A turn without one of these words holds no phrase: of each phrase the word that is likely its rarest.
        self.triggers: set[str] = set()

    def add(self, phrase: str, token: str) -> None:
        """Add ``phrase``, which is to be found as ``token``; the first of two phrases with the same words stays."""
        for way, words in _ways(phrase):
            self.triggers.add(max(words, key=_rarity))
            node = self._at_start if way.starts_turn else self._anywhere
            for word in words:
                node = node.following.setdefault(word, Node())
            if way.ends_turn:
                node.ends_turn = node.ends_turn or token
            else:
                node.token = node.token or token

    def replaced_in(self, text: str) -> tuple[str, bool]:
        """Return ``text`` with each phrase, from the left, the longest first, made one word; and if there was one."""
        pieces = text.split()
        spoken = list(_spoken(pieces))
        result: list[str] = []
        at = copied = 0
        while at < len(spoken):
            end, token = self._longest(self._anywhere, spoken, at)
            if at == 0:
                end, token = max((end, token), self._longest(self._at_start, spoken, at))
            if not token:
                at += 1
                continue
            last = pieces[spoken[end - 1].place]
            result += [*pieces[copied : spoken[at].place], token + last[len(last.rstrip(EDGES)) :]]
            copied, at = spoken[end - 1].place + 1, end
        return (" ".join([*result, *pieces[copied:]]), True) if copied else (text, False)

    def _longest(self, node: Node, spoken: Sequence[Spoken], at: int) -> tuple[int, str]:
        """Return the end and the token of the longest phrase from ``at``, or ``(at, "")``."""
        best = (at, node.token or "")
        if at == len(spoken):
            return at, node.ends_turn or best[1]
        if at and node is not self._anywhere and spoken[at - 1].ends_sentence:
            return best
        for key in (spoken[at].word, ANY_WORD):
            following = node.following.get(key)
            if following:
                found = self._longest(following, spoken, at + 1)
                if found[1] and (not best[1] or found[0] > best[0]):
                    best = found
        return best


def _spoken(pieces: Sequence[str]) -> Iterator[Spoken]:
    """Yield the words to compare: no hesitations, cut words, or words said twice in a row."""
    before = ""
    for place, piece in enumerate(pieces):
        word = _plain(piece)
        cut = piece.endswith("-") and not piece.endswith("--")
        if word and word != before and word not in HESITATIONS and not cut:
            before = word
            yield Spoken(word, place, piece.endswith(SENTENCE_ENDS) and not piece.endswith(".."))


class Mood:
    """Scores text with VADER and the lexicon in ``path`` (by default ``rules/lexicon.yml``)."""

    def __init__(self, path: Path | None = None, kept: Compiled = NOTHING_KEPT) -> None:
        lexicon = load_lexicon(path or rules_folder() / "lexicon.yml", kept)
        self._vader = SentimentIntensityAnalyzer()
        self._set(lexicon.words)
        self._phrases = Phrases()
        for number, (phrase, valence) in enumerate(lexicon.phrases.items()):
            token = f"phrase_{number}"
            self._set({token: valence})
            self._phrases.add(phrase, token)
        # A set of its own: set.isdisjoint walks the whole of a dict.
        self._telling = frozenset(self._vader.lexicon)

    def _set(self, words: Mapping[str, float | None]) -> None:
        for word, valence in words.items():
            if valence is None:
                self._vader.lexicon.pop(word, None)
            else:
                self._vader.lexicon[word] = valence

    def of(self, text: str) -> float:
        """Return the mood of ``text`` from -1 to 1 (VADER's compound); 0 where no word tells."""
        text = text.replace("\u2019", "'")
        if "<" in text or "[" in text or "{" in text or "%" in text:
            text = MARK.sub(" ", text)
        # VADER knows "can't" and ":)" as they stand, phrases go without apostrophes and punctuation.
        raw = set(text.lower().split())
        words = raw | {_plain(word) for word in raw}
        found = False
        if not words.isdisjoint(self._phrases.triggers):
            text, found = self._phrases.replaced_in(text)
        if not found and words.isdisjoint(self._telling):
            return 0.0
        compound: float = self._vader.polarity_scores(text)["compound"]
        return compound

    def quarters(self, call: Call, silent: frozenset[int] = frozenset()) -> Quarters:
        """Return the customer's mean mood in each quarter of the call, ``None`` where they said nothing in it.

        ``silent`` are indexes of turns that say nothing: listening noises.
        """
        sums, counts = [0.0] * 4, [0] * 4
        for index, (turn, quarter) in enumerate(zip(call.turns, quarters_of(call.turns), strict=True)):
            if turn.role == "customer" and index not in silent and SPOKEN.search(MARK.sub("", turn.text)):
                sums[quarter] += self.of(turn.text)
                counts[quarter] += 1
        first, second, third, last = (
            round(total / count, 3) if count else None for total, count in zip(sums, counts, strict=True)
        )
        return first, second, third, last


def quarters_of(turns: Sequence[Turn]) -> list[int]:
    """Return for each turn the quarter of the call (0 to 3) that it starts in: by time, or else by words."""
    starts = [turn.start for turn in turns if turn.start is not None]
    if len(starts) == len(turns) and turns:
        begin, end = min(starts), max(max(turn.start or 0.0, turn.end or 0.0) for turn in turns)
    else:
        starts, said = [], 0
        for turn in turns:
            starts.append(float(said))
            said += turn.text.count(" ") + 1
        begin, end = 0.0, float(said)
    if not 0 < end - begin < float("inf"):
        return [0] * len(turns)
    return [min(3, max(0, int(4 * (start - begin) / (end - begin)))) for start in starts]
