"""From single words to cues: what one speaker says in a row, broken where a sentence ends or a pause is made."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from coach.call import Role, Word
from coach.readers.cues import Cue, tidy

# A pause this long starts a new cue of the same turn, so that silences inside a turn are not lost; our own choice,
# well below any length that counts as dead air.
PAUSE_SECONDS = 1.0
SENTENCE_ENDS = (".", "?", "!")
# Scripts that write no blank between words: Thai to Lao, Burmese, Khmer, kana and Chinese characters with their marks.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff9f]"
)


class Token(NamedTuple):
    """A word or a mark of the input: ``number`` counts from 0, times in seconds.

    ``glued`` joins it to the token before without a blank, whoever is said to speak it: a full stop, or the second
    half of a word.
    """

    number: int
    text: str
    speaker: str | None
    start: float | None = None
    end: float | None = None
    role: Role = "unknown"
    glued: bool = False


def cues_of_tokens(tokens: Iterable[Token]) -> list[Cue]:
    """Return the cues that ``tokens`` make, in their order; a cue has the number of its first token."""
    cues: list[Cue] = []
    run: list[Token] = []
    for token in tokens:
        if not token.text.strip():
            continue
        if run and not token.glued and _is_break(run, token):
            cues.append(_cue(run))
            run = []
        run.append(token)
    return [*cues, _cue(run)] if run else cues


def _is_break(run: list[Token], token: Token) -> bool:
    first, before = run[0], run[-1]
    if (first.speaker, first.role) != (token.speaker, token.role) or before.text.rstrip().endswith(SENTENCE_ENDS):
        return True
    if token.start is None:
        return False
    ended = next((time for each in reversed(run) if (time := each.end or each.start) is not None), None)
    return ended is not None and not 0 <= token.start - ended < PAUSE_SECONDS


def words_of_tokens(tokens: Iterable[Token]) -> tuple[Word, ...]:
    """Return the words that ``tokens`` make, with what is glued to them."""
    words: list[Word] = []
    for token in tokens:
        text = token.text.strip()
        if token.glued and words:
            end = token.end if token.end is not None else words[-1].end
            words[-1] = Word(words[-1].text + text, words[-1].start, end)
        elif text:
            words.append(Word(text, token.start, token.end))
    return tuple(words)


def _written(words: list[str]) -> str:
    """Return ``words`` with blanks between them, but for those of a script that has none."""
    parts: list[str] = []
    for word in words:
        if parts and not (UNSPACED.match(word) and UNSPACED.match(parts[-1][-1])):
            parts.append(" ")
        parts.append(word)
    return "".join(parts)


def _cue(run: list[Token]) -> Cue:
    words = words_of_tokens(run)
    text = tidy(_written([word.text for word in words]))
    starts = [token.start for token in run if token.start is not None]
    ends = [token.end for token in run if token.end is not None]
    timed = words if starts else ()
    start = min(starts) if starts else None
    return Cue(run[0].number, run[0].speaker, text, start, max(ends) if ends else None, timed, run[0].role)
