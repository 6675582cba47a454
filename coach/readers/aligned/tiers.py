"""Tiers of time-aligned annotation: which of them are what somebody says, and by whom.

An annotation file holds words, sounds, notes and translations side by side; reading all of them would say everything
several times.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from coach.call import Word
from coach.readers.cues import Cue, tidy
from coach.readers.head import folded
from coach.readers.texts.labels import is_name_like, is_sorted
from coach.readers.tokens import Token, cues_of_tokens
from coach.roles import role_word

SPEECH = frozenset(
    "utterance utterances utt utts phrase phrases sentence sentences transcription transcript text speech orthography"
    " ort orthographic turn turns segments default txt ipu".split()
)
WORDS = frozenset(("word", "words", "wrd", "token", "tokens", "ort mau"))
ELSE = frozenset(
    "phone phones phoneme phonemes phon mau kan syllable syllables syl pitch tone tones breaks intensity"
    " segment note notes comment comments noise noises sound sounds silence silences event events gesture gestures pos"
    " gloss glosses translation morph morphs lemma ipa topic topics background music vad misc id ref points".split()
)
# Ana - words, Ana_words, Ana:words, Ana words
NAME_AND_LEVEL = re.compile(r"^(?P<name>.+?)\s*(?:\s[-\u2013]\s|[-_:/@]|\s)\s*(?P<level>[A-Za-z]+)$")
# One tier named "Speaker 1" may be chance; two say that the tiers are people. Our own choice.
LEAST_CERTAIN = 2
SILENCES = frozenset(("sil", "sp", "<sil>", "<sp>", "<p:>", "<p>", "#", "##", "<silence>", "xxsil"))


class Row(NamedTuple):
    """One annotation: ``number`` counts those of the file from 0, times in seconds."""

    number: int
    text: str
    start: float | None
    end: float | None


class Tier(NamedTuple):
    """A tier under its name; ``speaker`` where the file names one besides."""

    name: str
    rows: Sequence[Row]
    speaker: str | None = None


class _Kind(NamedTuple):
    speaker: str | None
    level: str


def cues_of_tiers(tiers: Sequence[Tier]) -> tuple[list[Cue], list[str]]:
    """Return what is said in ``tiers``, one tier a speaker, and a warning that names the others."""
    spoken = {place: _kind(tier) for place, tier in enumerate(tiers) if any(map(is_said, tier.rows))}
    kinds = {place: kind for place, kind in spoken.items() if kind.level in ("speech", "words")}
    named = {place: kind for place, kind in kinds.items() if kind.speaker is not None}
    kinds = _somebodys(named) or named or kinds
    cues: list[Cue] = []
    taken: set[int] = set()
    by_speaker: dict[str | None, dict[str, list[int]]] = {}
    for place, kind in kinds.items():
        by_speaker.setdefault(kind.speaker, {}).setdefault(kind.level, []).append(place)
    for speaker, levels in by_speaker.items():
        speech, words = levels.get("speech", []), levels.get("words", [])
        taken.update((*speech[:1], *words[:1]))
        words_of = tiers[words[0]].rows if words else ()
        cues += _phrases(tiers[speech[0]].rows, words_of, speaker) if speech else _from_words(words_of, speaker)
    left_out = [tiers[place].name for place in spoken if place not in taken]
    names = ", ".join(f'"{tidy(name)[:40]}"' for name in left_out)
    return cues, [f"tiers that are not read as speech: {names}"] if left_out else []


def is_said(row: Row) -> bool:
    """Tell an annotation of speech from an empty one or a mark of silence."""
    return bool(row.text.strip()) and row.text.strip().casefold() not in SILENCES


def _kind(tier: Tier) -> _Kind:
    name = tier.name.strip().strip('"').strip()
    level = _level(name)
    if level or not name:
        return _Kind(tier.speaker, level or "speech")
    found = NAME_AND_LEVEL.match(name)
    level = _level(found["level"]) if found else ""
    if found and level:
        return _Kind(tier.speaker or found["name"].strip(), level)
    return _Kind(tier.speaker or name, "speech")


def _level(name: str) -> str:
    name = folded(name)
    return "speech" if name in SPEECH else "words" if name in WORDS else "else" if name in ELSE else ""


def _somebodys(named: Mapping[int, _Kind]) -> dict[int, _Kind]:
    """Return the tiers that are certain to be people, where two or more are called by a role or a number."""
    counted = sum(_is_role(kind.speaker or "") for kind in named.values())
    if counted < LEAST_CERTAIN:
        return {}
    return {place: kind for place, kind in named.items() if _is_role(name := kind.speaker or "") or _is_full(name)}


def _is_role(name: str) -> bool:
    return role_word(name) is not None or is_sorted(name)


def _is_full(name: str) -> bool:
    return " " in name and is_name_like(name)


def _phrases(rows: Iterable[Row], words: Sequence[Row], speaker: str | None) -> list[Cue]:
    timed = sorted((row.start, row) for row in words if row.start is not None and is_said(row))
    return [
        Cue(row.number, speaker, tidy(row.text), row.start, row.end, _words_in(row, timed))
        for row in rows
        if is_said(row)
    ]


def _words_in(phrase: Row, words: Sequence[tuple[float, Row]]) -> tuple[Word, ...]:
    """Return the words of a phrase where the tier of words says the same, ``()`` where it says anything else."""
    if phrase.start is None or phrase.end is None:
        return ()
    first, stop = (bisect_left(words, time, key=itemgetter(0)) for time in (phrase.start, phrase.end))
    inside = [Word(tidy(row.text), row.start, row.end) for _, row in words[first:stop]]
    same = [word.text.casefold() for word in inside] == [_bare(word) for word in phrase.text.split()]
    return tuple(inside) if same else ()


def _bare(word: str) -> str:
    return word.casefold().strip('.,?!;:"')


def _from_words(rows: Iterable[Row], speaker: str | None) -> list[Cue]:
    return cues_of_tokens(
        Token(row.number, tidy(row.text), speaker, row.start, row.end) for row in rows if is_said(row)
    )
