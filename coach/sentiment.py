"""How the customer's mood goes: VADER with the domain lexicon of ``rules/lexicon.yml``.

Only the customer's words are scored; an agent who says sorry is not unhappy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from srsly import ruamel_yaml
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from coach.call import Call, Turn
from coach.datafiles import rules_folder
from coach.errors import RuleError

STRONGEST = 4.0
Quarters = tuple[float | None, float | None, float | None, float | None]
WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


class Lexicon(NamedTuple):
    """``words``: valence, or ``None`` for a word that counts no longer; ``phrases``: valence of several words."""

    words: Mapping[str, float | None]
    phrases: Mapping[str, float]


def load_lexicon(path: Path) -> Lexicon:
    """Return the lexicon in the YAML file ``path``; raise ``RuleError`` naming file and line where it is wrong."""
    try:
        entries = ruamel_yaml.YAML().load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(f"the lexicon cannot be read: {error}", where=str(path)) from error
    except ruamel_yaml.error.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise RuleError(str(error.problem or error.context), where=where,
                        remedy="Write one word or phrase a line: `third time: -2`.") from error
    if not isinstance(entries, ruamel_yaml.comments.CommentedMap):
        raise RuleError("a lexicon is a list of `word: number`", where=f"{path}:1:1")
    words: dict[str, float | None] = {}
    phrases: dict[str, float] = {}
    for key, value in entries.items():
        line, column = entries.lc.key(key)
        entry = _checked(key, value, f"{path}:{line + 1}:{column + 1}")
        if " " in str(key) and entry is not None:
            phrases[str(key).lower()] = entry
        else:
            words[str(key).lower()] = entry
    return Lexicon(words, phrases)


def _checked(key: Any, value: Any, where: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -STRONGEST <= value <= STRONGEST:
        raise RuleError(f"the value of “{key}” is {value}", where=where,
                        remedy="Give a number from -4 (very bad) to 4 (very good), or null to take the word out.")
    return float(value)


class Mood:
    """Scores text with VADER and the lexicon in ``path`` (by default ``rules/lexicon.yml``)."""

    def __init__(self, path: Path | None = None) -> None:
        lexicon = load_lexicon(path or rules_folder() / "lexicon.yml")
        self._vader = SentimentIntensityAnalyzer()
        for word, valence in lexicon.words.items():
            if valence is None:
                self._vader.lexicon.pop(word, None)
            else:
                self._vader.lexicon[word] = valence
        self._tokens: dict[str, str] = {}
        for phrase, valence in lexicon.phrases.items():
            token = phrase.replace(" ", "_")
            self._tokens[phrase] = token
            self._vader.lexicon[token] = valence
        self._first = frozenset(phrase.split()[0] for phrase in lexicon.phrases)
        longest_first = sorted(lexicon.phrases, key=lambda phrase: (-len(phrase), phrase))
        self._phrases = re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")\b")

    def of(self, text: str) -> float:
        """Return the mood of ``text`` from -1 to 1 (VADER's compound); 0 where no word tells."""
        lowered = text.lower().replace("\u2019", "'")
        words = set(WORD.findall(lowered))
        if self._tokens and not words.isdisjoint(self._first):
            text = self._phrases.sub(lambda match: self._tokens[match[0]], lowered)
        elif words.isdisjoint(self._vader.lexicon):
            return 0.0
        compound: float = self._vader.polarity_scores(text)["compound"]
        return compound

    def quarters(self, call: Call) -> Quarters:
        """Return the customer's mean mood in each quarter of the call, ``None`` where they said nothing in it."""
        sums, counts = [0.0] * 4, [0] * 4
        for turn, quarter in zip(call.turns, quarters_of(call.turns), strict=True):
            if turn.role == "customer" and WORD.search(turn.text):
                sums[quarter] += self.of(turn.text)
                counts[quarter] += 1
        first, second, third, last = (round(s / n, 3) if n else None for s, n in zip(sums, counts, strict=True))
        return first, second, third, last


def quarters_of(turns: tuple[Turn, ...]) -> list[int]:
    """Return for each turn the quarter of the call (0 to 3) it starts in: by time, or else by words."""
    starts = [turn.start for turn in turns]
    if not starts or any(start is None for start in starts):
        lengths = [turn.text.count(" ") + 1 for turn in turns]
        starts = [float(sum(lengths[:index])) for index in range(len(turns))]
        span_end = float(sum(lengths))
    else:
        span_end = max(max(turn.start or 0.0, turn.end or 0.0) for turn in turns)
    known = [start or 0.0 for start in starts]
    begin = min(known, default=0.0)
    span = span_end - begin
    if not span > 0:
        return [0] * len(turns)
    return [min(3, int(4 * (start - begin) / span)) for start in known]
