"""Notes of keys and values, such as ``file: a.txt``: they look like labelled lines, and nobody says anything."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.readers.texts.labels import is_sorted
from coach.roles import role_word

# A path, a number, a hash, an address: one word that is not made of letters alone.
CODE = re.compile(r"^(?=\S*[\d/_.@\\-])\S*[^\s.?!,]$")
SAID = re.compile(r"[.?!,]$|[a-z]\s+[a-z]+\s+[a-z]")
# Two labels take turns in a conversation; three or more that always come in the same order are keys. Our own choice.
LEAST_KEYS = 3
KEY = re.compile(r"^\s*(?P<key>[^\W\d_][\w .-]{0,38}?)\s{0,4}:(?!//)\s*(?P<value>\S.*)$")
LEAST_SHARE_CODES = 0.3


def are_records(lines: Sequence[tuple[str | None, str]]) -> bool:
    """Tell records of keys and values from a conversation; ``lines`` are its lines with their labels, if any."""
    pairs = [pair for label, text in lines if (pair := _pair(label, text))]
    labels, values = [label for label, _ in pairs], [value for _, value in pairs]
    names = list(dict.fromkeys(labels))
    people = sum(role_word(name) is not None or is_sorted(name) for name in names)
    if len(names) < 2 or people * 2 >= len(names):
        return False
    codes = sum(CODE.match(value.strip()) is not None for value in values)
    if codes >= max(2, len(values) * LEAST_SHARE_CODES):
        return True
    in_order = all(label == names[place % len(names)] for place, label in enumerate(labels))
    spoken = sum(SAID.search(value.strip()) is not None for value in values)
    return len(names) >= LEAST_KEYS and in_order and spoken * 2 < len(values)


def _pair(label: str | None, text: str) -> tuple[str, str] | None:
    """Return label and text of a line, or key and value of one whose key was not taken for a label."""
    if label is not None:
        return label, text
    found = KEY.match(text)
    return (found["key"], found["value"]) if found else None
