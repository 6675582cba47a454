"""Texts that were decoded as what they are not: known by the characters that then come out, and mended where sure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from coach.call import Call, Part, Turn, Word
from coach.errors import TranscriptError

GUESSED = "not written in UTF-8: read as {}"
WAS_GUESSED = GUESSED.format("")
MENDED = "UTF-8 that was taken for Windows-1252 and written as UTF-8 again: undone"
MIXED = 'garbled characters such as "{}": export it again as UTF-8'
PARTLY = "many unreadable characters: say with --encoding what it is written in"
# The characters of Windows-1252 by their bytes; five bytes have none, and come out as control characters.
CHARS = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0x100)}
BYTES = {char: byte for byte, char in CHARS.items()}
NEXT = f"[{re.escape(''.join(CHARS[byte] for byte in range(0x80, 0xC0)))}]"
# What UTF-8 looks like as Windows-1252: a character of two, three or four bytes.
PAIR = re.compile(f"[\xc2-\xdf]{NEXT}|[\xe0-\xef]{NEXT}{{2}}|[\xf0-\xf4]{NEXT}{{3}}")
# Those that begin the accented letters and signs of Western languages, the quotation marks and the dashes. Text that
# is as it should be has an "É…" now and then, and none of these.
PLAIN_PAIR = re.compile(f"[\xc2\xc3]{NEXT}|\xe2\u20ac{NEXT}|\xe2\u201a\xac")
SURE_PAIRS = 3
# A word of a Western language has an accented letter or two among plain ones.
MARKS = "“”‘’«»„–—…¡¿()[]{}<>.,;:!?'\"*-_/"
SHORTEST = 4
# Shares of all characters that stand in words of nothing but strange ones. Our own choice.
MOSTLY = 0.3
PARTS = 0.05


def readable(call: Call, encoding: str | None) -> Call:
    """Return ``call`` with garbled text mended where that is certain, else with a warning about it.

    Args:
        call: as it was read.
        encoding: what it was read as because the user said so.

    Raises:
        TranscriptError: most of it is unreadable.
    """
    call = _undone(call)
    if encoding is None and not any(warning.startswith(WAS_GUESSED) for warning in call.warnings):
        return call
    if encoding is not None and encoding.lower().replace("_", "-") not in ("cp1252", "windows-1252", "latin-1"):
        return call
    share = _strange_share(call)
    if share >= MOSTLY:
        raise TranscriptError(
            "mostly unreadable characters: it is not written in what it was read as",
            where=call.source,
            remedy="Say with --encoding what it is written in, e.g. --encoding shift_jis, or save it as UTF-8.",
        )
    return replace(call, warnings=(*call.warnings, PARTLY)) if share >= PARTS else call


def undone(text: str) -> str | None:
    """Return ``text`` as it was before its UTF-8 was taken for Windows-1252, ``None`` where it was not."""
    if text.isascii():
        return text
    try:
        return bytes(ord(char) if char < "\x80" else BYTES[char] for char in text).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return None


def _undone(call: Call) -> Call:
    garbled = [turn.text for turn in call.turns if not turn.text.isascii() and PAIR.search(turn.text)]
    if not garbled:
        return call
    first = next((found[0] for text in garbled if (found := PLAIN_PAIR.search(text))), "")
    if not (first or sum(len(PAIR.findall(text)) for text in garbled) >= SURE_PAIRS):
        return call
    if any(undone(text) is None for text in _texts(call)):
        return replace(call, warnings=(*call.warnings, MIXED.format(first))) if first else call
    agent = call.agent._replace(name=_mended(call.agent.name), team=_mended(call.agent.team))
    return replace(
        call,
        turns=tuple(map(_mended_turn, call.turns)),
        agent=agent,
        metadata={key: _sure(value) if isinstance(value, str) else value for key, value in call.metadata.items()},
        roles=call.roles._replace(agent=tuple(map(_sure, call.roles.agent))),
        warnings=(*call.warnings, MENDED),
    )


def _texts(call: Call) -> Iterator[str]:
    for turn in call.turns:
        yield turn.text
        yield turn.speaker or ""


def _mended_turn(turn: Turn) -> Turn:
    def at(offset: int) -> int:
        return len(_sure(turn.text[:offset]))

    if turn.text.isascii() and (turn.speaker or "").isascii():
        return turn
    parts = tuple(Part(part.cue, at(part.begin), at(part.stop), part.start, part.end) for part in turn.parts)
    words = tuple(Word(_sure(word.text), word.start, word.end) for word in turn.words)
    return turn._replace(text=_sure(turn.text), speaker=_mended(turn.speaker), words=words, parts=parts)


def _mended(text: str | None) -> str | None:
    return None if text is None else _sure(text)


def _sure(text: str) -> str:
    mended = undone(text)
    return text if mended is None else mended


def _strange_share(call: Call) -> float:
    words = [word.strip(MARKS) for turn in call.turns for word in turn.text.split()]
    total = sum(map(len, words))
    strange = sum(len(word) for word in words if _is_strange(word))
    return strange / total if total else 0.0


def _is_strange(word: str) -> bool:
    plain = sum(char < "\x80" for char in word)
    marks = sum(char in MARKS for char in word if char >= "\x80")
    return len(word) >= SHORTEST and len(word) - plain - marks > plain
