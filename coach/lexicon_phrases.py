"""The phrases of the lexicon of moods, found in a turn: a tree of words, one step a word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from coach import notation

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
        # Of each phrase the two words that are likely its rarest, with all: a turn that lacks one does not hold it.
        self._words: dict[str, dict[str, set[tuple[str, ...]]]] = {}

    def add(self, phrase: str, token: str) -> None:
        """Add ``phrase``, which is to be found as ``token``; the first of two phrases with the same words stays."""
        for way, words in _ways(phrase):
            real = tuple(word for word in words if word != ANY_WORD) if ANY_WORD in words else tuple(words)
            ranked = sorted(real, key=_rarity) or [ANY_WORD]
            second, rare = (ranked * 2)[-2:]
            self._words.setdefault(rare, {}).setdefault(second, set()).add(real)
            node = self._at_start if way.starts_turn else self._anywhere
            for word in words:
                node = node.following.setdefault(word, Node())
            if way.ends_turn:
                node.ends_turn = node.ends_turn or token
            else:
                node.token = node.token or token

    def may_be_among(self, words: set[str]) -> bool:
        """Say whether ``words``, plain, hold all words of a phrase."""
        for rare in words & self._words.keys():
            for second in words & self._words[rare].keys():
                if any([words.issuperset(phrase) for phrase in self._words[rare][second]]):
                    return True
        return False

    def replaced_in(self, text: str) -> tuple[str, bool]:
        """Return ``text`` with each phrase, from the left, the longest first, made one word; and if there was one."""
        pieces = text.split()
        spoken = _spoken(pieces)
        result: list[str] = []
        at = copied = 0
        openings = self._anywhere.following
        while at < len(spoken):
            if at and spoken[at].word not in openings and ANY_WORD not in openings:
                at += 1
                continue
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


def _spoken(pieces: Sequence[str]) -> list[Spoken]:
    """Return the words to compare: no hesitations, cut words, or words said twice in a row."""
    spoken: list[Spoken] = []
    before = ""
    for place, piece in enumerate(pieces):
        word = _plain(piece)
        last = piece[-1]
        if word and word != before and word not in HESITATIONS and (last != "-" or piece.endswith("--")):
            before = word
            spoken.append(Spoken(word, place, last in SENTENCE_ENDS and not piece.endswith("..")))
    return spoken
