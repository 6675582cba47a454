"""VADER's compound, the same to the last digit, without the work that most texts do not need.

``polarity_scores`` looks at every character for emojis, and at all words anew for every word of the lexicon. Only the
three words before one and the two after it can change its valence, and few words can.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
    SentiText,
)

WORDS_BEFORE, WORDS_AFTER = 3, 2
# What changes the valence of a word near it: VADER's own lists, and the words that its code names.
CHANGES = frozenset(word for key in (*BOOSTER_DICT, *SPECIAL_CASES) for word in key.split()).union(
    NEGATE, ("no", "or", "nor", "never", "so", "this", "without", "doubt", "least", "at", "very")
)
NEGATES = "n't"
TURNS_ROUND = "but"


class Near(NamedTuple):
    """The words around one, as VADER wants them; ``is_cap_diff``: some words of the text are in capitals, not all."""

    words_and_emoticons: list[str]
    is_cap_diff: bool


class Valence:
    """VADER, of which ``lexicon`` may be changed."""

    def __init__(self) -> None:
        self._vader = SentimentIntensityAnalyzer()
        self.lexicon: dict[str, float] = self._vader.lexicon

    def compound(self, text: str) -> float:
        """Return the compound, -1 to 1, that ``polarity_scores`` gives of ``text``."""
        if not text.isascii() and not self._vader.emojis.keys().isdisjoint(text):
            compound: float = self._vader.polarity_scores(text)["compound"]
            return compound
        text = text.strip()
        split = SentiText(text)
        words: list[str] = split.words_and_emoticons
        lower = [word.lower() for word in words]
        sentiments: list[Any] = [0] * len(words)
        for at, word in enumerate(lower):
            if word in self.lexicon and word not in BOOSTER_DICT and lower[at : at + 2] != ["kind", "of"]:
                sentiments[at] = self._valence(words, lower, at, split.is_cap_diff)
        if TURNS_ROUND in lower:
            sentiments = self._vader._but_check(words, sentiments)
        # What is 0 adds nothing to the compound.
        compound = self._vader.score_valence([one for one in sentiments if one], text)["compound"]
        return compound

    def _valence(self, words: list[str], lower: list[str], at: int, is_cap_diff: bool) -> float:
        """Return the valence of word ``at`` of the lexicon, which its neighbours may change."""
        first, end = max(0, at - WORDS_BEFORE), at + WORDS_AFTER + 1
        around = lower[first:end]
        if CHANGES.isdisjoint(around) and NEGATES not in " ".join(around) and not (is_cap_diff and words[at].isupper()):
            return self.lexicon[lower[at]]
        near = Near(words[first:end], is_cap_diff)
        (valence,) = self._vader.sentiment_valence(0, near, words[at], at - first, [])
        return float(valence)
