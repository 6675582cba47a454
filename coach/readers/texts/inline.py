"""Conversations on one line, as cells of tables hold them: ``Agent: hello. Customer: hi. Agent: ...``."""

from __future__ import annotations

import re
from collections import Counter

from coach.readers.texts.labels import is_name_like, is_possible, is_sorted
from coach.roles import role_word

# Line ends that a program wrote as text
WRITTEN_ENDS = re.compile(r"\\r\\n|\\n|\\r|<br\s{0,3}/?>|</p>\s{0,3}<p>|</?p>", re.IGNORECASE)
TIME = r"(?:[\[(]?\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?[\])]?\s{1,3})"
LABEL = r"[^\W\d_][\w'\u2019-]{0,24}(?:\s[\w'\u2019-]{1,24}){0,2}"
# A label with its time: in front, after the end of a sentence, after a bar
INLINE = re.compile(
    rf"(?:^\s*|(?<=[.?!\u2026\"')\]>])\s{{1,4}}|\s{{0,4}}\|{{1,2}}\s{{0,4}})(?P<label>{TIME}?\[?(?P<name>{LABEL})\]?\s?:)(?=\s)"
)
# The same after any word, for text without punctuation
ROLE = r"agent|customer|caller|client|advisor|representative|rep|operator|bot|speaker \d"
AFTER_WORD = re.compile(rf"(?:^|\s)(?P<label>{TIME}?\[?(?P<name>{ROLE})\]?\s?:)(?=\s)", re.IGNORECASE)
LEAST_LABELS = 2


def in_lines(text: str) -> str:
    """Return ``text`` with a line for each label, where it is one line with two or more labels; else as it is."""
    if "\n" in text.strip():
        return text
    written = WRITTEN_ENDS.sub("\n", text)
    if "\n" in written.strip():
        return written
    found = [*INLINE.finditer(text), *AFTER_WORD.finditer(text)]
    places = {each.start("label"): each["name"] for each in found}
    counts = Counter(places.values())
    labels = {name for name, count in counts.items() if is_possible(name) and _is_label(name, count)}
    starts = sorted(place for place, name in places.items() if name in labels)
    if len(labels) < LEAST_LABELS or not starts or text[: starts[0]].strip():
        return text
    return "\n".join(text[start:stop].strip(" |") for start, stop in zip(starts, [*starts[1:], len(text)], strict=True))


def _is_label(name: str, count: int) -> bool:
    return role_word(name) is not None or is_sorted(name) or (count > 1 and is_name_like(name))
