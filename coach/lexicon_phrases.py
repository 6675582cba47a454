"""The phrases of the lexicon of moods, found in a turn: a tree of words, one step a word."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise, product
from typing import NamedTuple

from coach import notation

# These stand between the words of a phrase without breaking it.
HESITATIONS = frozenset({"uh", "um", "uhm", "umm", "er", "erm", "eh", "hm", "mm"})
SENTENCE_ENDS = (".", "?", "!")
EDGES = ".,;:?!\"'()\u2018\u201c\u201d\u2026-\u2013\u2014"
ANY_WORD = "*"
# Words of so many turns that they tell little about which phrase may be there.
COMMON = frozenset(
    "a about all alright and are as at back be been but call can did do dont double for from get go going good got"
    " had has have her here him his i if im in is it its just know like me morning my no not now number of off oh okay"
    " on one or our out over phone really right she so some thank thanks that thats the them then there they thing"
    " this through time to up us very want was we well were what when which who why will with would yeah yes you your"
    " youre".split()
)


class Node:
    """A place in the tree of phrases: the words that may come next, and the token of the phrase that ends here."""

    __slots__ = ("ends_turn", "following", "token")

    def __init__(self) -> None:
        self.following: dict[str, Node] = {}
        self.token: str | None = None
        self.ends_turn: str | None = None


def plain_words(pieces: Sequence[str]) -> list[str]:
    """Return ``pieces`` of a text in lower case as they are compared: without edges and apostrophes."""
    # Most are letters alone, and to ask takes half the time of stripping.
    return [piece if piece.isalpha() else piece.strip(EDGES).replace("'", "") for piece in pieces]


def _rarity(word: str) -> tuple[bool, bool, int, str]:
    return word != ANY_WORD, word not in COMMON, len(word), word


def _ways(phrase: str) -> Iterator[tuple[notation.Phrase, list[str]]]:
    """Yield each way to say ``phrase`` as plain words, ``*`` for any."""
    for unfolded in notation.unfold(phrase):
        for way in unfolded.spelt_out():
            if notation.Gap not in map(type, way.atoms):
                yield way, plain_words([str(atom).lower() for atom in way.atoms])
                continue
            choices = [
                [[ANY_WORD] * count for count in range(atom.least, atom.most + 1)]
                if isinstance(atom, notation.Gap)
                else [plain_words((str(atom).lower(),))]
                for atom in way.atoms
            ]
            for chosen in product(*choices):
                yield way, [word for words in chosen for word in words]


class Phrases:
    """Finds the phrases of a lexicon in a turn: a tree of words, one step a word."""

    def __init__(self) -> None:
        self._anywhere, self._at_start = Node(), Node()
        # Of each phrase the two words that are likely its rarest: a turn that lacks one does not hold it.
        self._rare: set[str] = set()
        self._second: dict[str, set[str]] = {}
        self._words: dict[tuple[str, str], set[tuple[str, ...]]] = {}
        # The words that a phrase of just these words begins with.
        self._begins: dict[tuple[str, ...], set[str]] = {}

    def add(self, phrase: str, token: str) -> None:
        """Add ``phrase``, which is to be found as ``token``; the first of two phrases with the same words stays."""
        for way, words in _ways(phrase):
            real = tuple(word for word in words if word != ANY_WORD) if ANY_WORD in words else tuple(words)
            ranked = sorted(real, key=_rarity) or [ANY_WORD]
            second, rare = (ranked * 2)[-2:]
            self._rare.add(rare)
            self._second.setdefault(rare, set()).add(second)
            self._words.setdefault((rare, second), set()).add(real)
            self._begins.setdefault(real, set()).update(words[:1])
            node = self._at_start if way.starts_turn else self._anywhere
            for word in words:
                node = node.following.setdefault(word, Node())
            if way.ends_turn:
                node.ends_turn = node.ends_turn or token
            else:
                node.token = node.token or token

    def tree(self) -> list[tuple[int, str, str, str]]:
        """Return the places of the tree, those of phrases anywhere and at the start of a turn first.

        Each is the number of the place before it, the word that leads here, and the tokens of the phrases that end
        here, anywhere and at the end of a turn (or "").
        """
        rows = [(0, "", self._anywhere), (0, "", self._at_start)]
        for number, (_, _, node) in enumerate(rows):
            # More are added on the way, each behind the place that leads to it.
            rows += [(number, word, following) for word, following in node.following.items()]
        return [(before, word, node.token or "", node.ends_turn or "") for before, word, node in rows]

    def beginnings(self, words: set[str]) -> set[str]:
        """Return the first words of those phrases all of whose words are among ``words``, plain; as a rule none."""
        found: set[str] = set()
        for rare in words & self._rare:
            if not self._second[rare].isdisjoint(words):
                for second in words & self._second[rare]:
                    for phrase in self._words[rare, second]:
                        if words.issuperset(phrase):
                            found |= self._begins[phrase]
        return found

    def replaced_in(self, text: str, words: Sequence[str], beginnings: Collection[str]) -> tuple[str, bool]:
        """Return ``text`` with each phrase, from the left, the longest first, made one word; and if there was one.

        ``words`` are its whitespace-separated pieces, plain; ``beginnings`` are those that a phrase in it may begin
        with, ``*`` for any.
        """
        pieces = text.split()
        spoken = _spoken(pieces, words)
        is_any = ANY_WORD in beginnings
        starts = [at for at, word in enumerate(spoken.words) if is_any or word in beginnings]
        result: list[str] = []
        copied = until = 0
        for at in starts:
            if at < until:
                continue
            end, token = self._longest(self._anywhere, spoken, at)
            if at == 0:
                end, token = max((end, token), self._longest(self._at_start, spoken, at))
            if token:
                last = pieces[spoken.places[end - 1]]
                result += [*pieces[copied : spoken.places[at]], token + last[len(last.rstrip(EDGES)) :]]
                copied, until = spoken.places[end - 1] + 1, end
        return (" ".join([*result, *pieces[copied:]]), True) if copied else (text, False)

    def _longest(self, node: Node, spoken: Spoken, at: int) -> tuple[int, str]:
        """Return the end and the token of the longest phrase from ``at``, or ``(at, "")``."""
        best = (at, node.token or "")
        if at == len(spoken.words):
            return at, node.ends_turn or best[1]
        if at and node is not self._anywhere and spoken.ends_sentence(at - 1):
            return best
        for key in (spoken.words[at], ANY_WORD):
            following = node.following.get(key)
            if following:
                found = self._longest(following, spoken, at + 1)
                if found[1] and (not best[1] or found[0] > best[0]):
                    best = found
        return best


class Spoken(NamedTuple):
    """The words of a turn that are compared; ``places`` are their places among the ``pieces`` of its text."""

    words: Sequence[str]
    places: Sequence[int]
    pieces: Sequence[str]

    def ends_sentence(self, at: int) -> bool:
        """Say whether a sentence ends with word ``at``."""
        piece = self.pieces[self.places[at]]
        return piece[-1] in SENTENCE_ENDS and not piece.endswith("..")


def _spoken(pieces: Sequence[str], words: Sequence[str]) -> Spoken:
    """Return the words to compare: no hesitations, cut words, or words said twice in a row."""
    places = [
        place
        for place, word in enumerate(words)
        if word and word not in HESITATIONS and (pieces[place][-1] != "-" or pieces[place].endswith("--"))
    ]
    places[1:] = [place for before, place in pairwise(places) if words[before] != words[place]]
    return Spoken([words[place] for place in places], places, pieces)
