"""VADER's compound, the same to the last digit, without the work that most texts do not need.

``polarity_scores`` looks at every character for emojis, and at all words anew for every word of the lexicon. Only the
three words before one and the two after it can change its valence, and few words can. What follows here is its own
reckoning, step by step in its order, for the words that tell something; tests hold it against VADER's.
"""

from __future__ import annotations

import string
from collections.abc import Collection, Sequence
from typing import Any

from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    C_INCR,
    N_SCALAR,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
    allcap_differential,
    normalize,
    scalar_inc_dec,
)

from coach import native

WORDS_BEFORE, WORDS_AFTER = 3, 2
# What turns a valence round multiplies it by this.
TURNED: float = N_SCALAR
# A booster counts for less the further away it stands: one word, two, or three before.
FADING = (1.0, 0.95, 0.9)
NEGATING = frozenset(NEGATE)
# What changes the valence of a word near it by itself: VADER's own lists, and the words that its code names.
CHANGES = NEGATING.union(BOOSTER_DICT, ("no", "so", "this", "least"))
NEGATES = "n't"
# Of all words in a row that change a valence, or stand in for it, the longest: without it they are not there.
OF_IDIOMS = frozenset(max(key.split(), key=len) for key in (*SPECIAL_CASES, *BOOSTER_DICT) if " " in key)
TURNS_ROUND = "but"
BEFORE_IT, AFTER_IT = 0.5, 1.5
# A shorter word is left with its punctuation: it may be a face.
LONGEST_FACE = 2


class Valence:
    """VADER, of which ``lexicon`` may be changed."""

    def __init__(self) -> None:
        self._vader = SentimentIntensityAnalyzer()
        self.lexicon: dict[str, float] = self._vader.lexicon

    def compound(self, text: str) -> float:
        """Return the compound, -1 to 1, that ``polarity_scores`` gives of ``text``."""
        is_ascii = text.isascii()
        if not is_ascii and not self._vader.emojis.keys().isdisjoint(text):
            compound: float = self._vader.polarity_scores(text)["compound"]
            return compound
        words = [
            word if word.isalpha() or len(bare := word.strip(string.punctuation)) <= LONGEST_FACE else bare
            for word in text.split()
        ]
        lower = words if is_ascii and text.islower() else [word.lower() for word in words]
        places, valences = self._told(words, lower)
        if not valences:
            return 0.0
        if TURNS_ROUND in lower:
            _turn_round(valences, places, lower.index(TURNS_ROUND))
        return self.summed(valences, text)

    def summed(self, valences: Sequence[float], text: str) -> float:
        """Return the compound, -1 to 1, of the ``valences`` of words; of ``text`` only each ! and ? counts."""
        total = float(sum(valences))
        if total and ("!" in text or "?" in text):
            emphasis = self._vader._punctuation_emphasis(text)
            total += emphasis if total > 0 else -emphasis
        normal: float = normalize(total)
        return round(normal, 4)

    def compiled(self, hesitations: Collection[str], tree: list[tuple[int, str, str, str]]) -> Any | None:
        """Return what tells in C what turns tell, with the lexicon as it is now; ``None`` where Python has to do.

        ``hesitations`` and ``tree`` are of the phrases of a lexicon: see ``coach.lexicon_phrases``.
        """
        part = native.load("_mood")
        if part is None:
            return None
        lists = [sorted(words) for words in (NEGATING, OF_IDIOMS, hesitations)]
        return part.Told(self.lexicon, BOOSTER_DICT, SPECIAL_CASES, *lists, tree)

    def _told(self, words: Sequence[str], lower: list[str]) -> tuple[list[int], list[float]]:
        """Return which of ``words`` tell something, and what each tells; ``lower`` are the words in lower case."""
        lexicon = self.lexicon
        places: list[int] = []
        valences: list[float] = []
        for at in [at for at, word in enumerate(lower) if word in lexicon]:
            if lower[at] in BOOSTER_DICT or lower[at : at + 2] == ["kind", "of"]:
                continue
            # What is 0 adds nothing to the compound.
            if valence := self._valence(words, lower, at):
                places.append(at)
                valences.append(valence)
        return places, valences

    def _valence(self, words: Sequence[str], lower: list[str], at: int) -> float:
        """Return the valence of word ``at`` of the lexicon, which its neighbours may change."""
        around = lower[max(0, at - WORDS_BEFORE) : at + WORDS_AFTER + 1]
        has_idiom = not OF_IDIOMS.isdisjoint(around)
        is_changed = has_idiom or not CHANGES.isdisjoint(around) or NEGATES in " ".join(around)
        if not is_changed and not words[at].isupper():
            return self.lexicon[lower[at]]
        is_cap_diff = allcap_differential(words)
        valence = self._own_valence(lower, at)
        if is_cap_diff and words[at].isupper():
            valence += C_INCR if valence > 0 else -C_INCR
        return self._changed(valence, words, lower, at, is_cap_diff, has_idiom) if is_changed else valence

    def _own_valence(self, lower: Sequence[str], at: int) -> float:
        """Return the valence of word ``at``, which a "no" may turn; the "no" then has none of its own."""
        lexicon = self.lexicon
        valence = lexicon[lower[at]]
        before = lower[max(0, at - WORDS_BEFORE) : at]
        if "no" in before[-2:] or (before[:-2] == ["no"] and before[-1] in ("or", "nor")):
            return valence * TURNED
        return 0.0 if lower[at] == "no" and at + 1 < len(lower) and lower[at + 1] in lexicon else valence

    def _changed(
        self, valence: float, words: Sequence[str], lower: list[str], at: int, is_cap_diff: bool, has_idiom: bool
    ) -> float:
        """Return ``valence`` of word ``at`` as the words around it change it, the nearest of those before it first."""
        lexicon = self.lexicon
        for back in range(1, min(at, WORDS_BEFORE) + 1):
            if lower[at - back] in lexicon:
                continue
            if lower[at - back] in BOOSTER_DICT:
                valence += scalar_inc_dec(words[at - back], valence, is_cap_diff) * FADING[back - 1]
            valence *= _negation(lower, at, back)
            if back == WORDS_BEFORE and has_idiom:
                valence = self._vader._special_idioms_check(valence, lower, at)
        is_least = at > 0 and lower[at - 1] == "least" and "least" not in lexicon
        return valence * TURNED if is_least and lower[at - 2 : at - 1] not in (["at"], ["very"]) else valence


def _negation(lower: Sequence[str], at: int, back: int) -> float:
    """Return by what the word ``back`` words before word ``at`` multiplies its valence."""
    word = lower[at - back]
    nearer = lower[at - back + 1 : at]
    if back == 2 and word == "never" and nearer[0] in ("so", "this"):
        return 1.25
    # VADER's "or" takes a bare "so" in for "never so".
    if back == 3 and ((word == "never" and nearer[0] in ("so", "this")) or nearer[1] in ("so", "this")):
        return 1.25
    if back > 1 and word == "without" and "doubt" in nearer:
        return 1.0
    return TURNED if word in NEGATING or NEGATES in word else 1.0


def _turn_round(valences: list[float], places: Sequence[int], turn: int) -> None:
    """Weaken what stands before the word ``turn`` and strengthen what stands after it, as VADER does.

    Of equal valences it is the first that changes: VADER looks them up by value.
    """
    for valence in [*valences]:
        first = valences.index(valence)
        if places[first] != turn:
            valences[first] = valence * (BEFORE_IT if places[first] < turn else AFTER_IT)
