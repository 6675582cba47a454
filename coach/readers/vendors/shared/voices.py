"""Who speaks where a file has channels and speakers, and which timed words fall into a sentence."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping

from coach.call import Word

# A channel and a speaker on it, as the file writes them.
Voice = tuple[str | None, str | None]


def labels_apart(voices: Iterable[Voice]) -> Mapping[Voice, str | None]:
    """Return a label for each voice that no voice on another channel has, for recognisers number speakers anew on each.

    On a single channel that is the speaker's label. On several it is the channel's where nobody shares it, else the
    speaker's where all have one that is found on one channel only, else both: ``1/0`` is speaker 0 on channel 1.
    """
    met = set(voices)
    speakers: dict[str, set[str]] = defaultdict(set)
    channels: dict[str, set[str]] = defaultdict(set)
    for channel, speaker in met:
        if channel is not None:
            speakers[channel] |= {speaker} if speaker is not None else set()
            channels[speaker or ""].add(channel)
    if len(speakers) < 2:
        return {voice: voice[1] for voice in met}
    is_shared = any(len(each) > 1 for each in speakers.values())
    if is_shared and "" not in channels and all(len(each) == 1 for each in channels.values()):
        return {voice: voice[1] for voice in met}
    return {voice: _label(*voice, speakers) for voice in met}


def _label(channel: str | None, speaker: str | None, speakers: Mapping[str, set[str]]) -> str | None:
    if channel is None:
        return speaker
    return channel if speaker is None or len(speakers[channel]) < 2 else f"{channel}/{speaker}"


class TimedWords:
    """The words of a file that keeps them beside its sentences, found by time."""

    def __init__(self, words: Iterable[Word]) -> None:
        timed = ((word.start, word) for word in words if word.start is not None)
        self._words = sorted(timed, key=lambda pair: pair[0])
        self._starts = [start for start, _ in self._words]

    def within(self, start: float | None, end: float | None) -> tuple[Word, ...]:
        """Return the words that start at or after ``start`` and before ``end``, none where either is unknown."""
        if start is None or end is None:
            return ()
        return tuple(word for _, word in self._words[bisect_left(self._starts, start) : bisect_left(self._starts, end)])
