"""Notes of keys and values, such as ``file: a.txt``: they look like labelled lines, and nobody says anything."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.readers.labels import is_sorted
from coach.roles import role_word

# A path, a number, a hash, an address: one word that is not made of letters alone.
CODE = re.compile(r"^(?=\S*[\d/_.@\\-])\S*[^\s.?!,]$")
SAID = re.compile(r"[.?!,]$|[a-z]\s+[a-z]+\s+[a-z]")
# Two labels take turns in a conversation; three or more that always come in the same order are keys. Our own choice.
LEAST_KEYS = 3
LEAST_SHARE_CODES = 0.3


def are_records(labels: Sequence[str], values: Sequence[str]) -> bool:
    """Tell records of keys and values from a conversation.

    Args:
        labels: the label of each labelled line.
        values: what follows each of them.
    """
    names = list(dict.fromkeys(labels))
    if len(names) < 2 or any(role_word(name) or is_sorted(name) for name in names):
        return False
    codes = sum(CODE.match(value.strip()) is not None for value in values)
    if codes >= max(2, len(values) * LEAST_SHARE_CODES):
        return True
    in_order = all(label == names[place % len(names)] for place, label in enumerate(labels))
    spoken = sum(SAID.search(value.strip()) is not None for value in values)
    return len(names) >= LEAST_KEYS and in_order and spoken * 2 < len(values)
