"""File names for pages: safe on every system, one name a thing, the same name every time."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Mapping

LONGEST = 60
DIGITS = 8
# No dot: what stands before one may be a reserved name.
UNSAFE = re.compile(r"[^a-z0-9_-]+")
CLEAN = re.compile(r"[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?")
# Names that Windows keeps for devices, with or without an extension.
RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")


def slugs(names: Mapping[str, str]) -> dict[str, str]:
    """Return a file name without extension for each key of ``names``, which holds what it should look like.

    ASCII, lower case, at most 70 characters, never a path, never a reserved name, and all different. A name
    that is safe as it stands is kept; otherwise, and where two keys want the same name, the key's hash is
    added, so that a page keeps its address when other pages come and go.
    """
    wanted = Counter(names.values())
    made = Slugs({name for name, count in wanted.items() if count > 1})
    # Those that keep their names first, so that no hash can take one of them.
    for key, name in names.items():
        if made.keeps(name):
            made.of(key, name)
    return {key: made.of(key, name) for key, name in names.items()}


class Slugs:
    """Hands out file names like `slugs`, one at a time; ``shared`` are the names that several keys want."""

    def __init__(self, shared: Collection[str]) -> None:
        self._shared = shared
        self._made: dict[str, str] = {}
        self._taken: set[str] = set()

    def keeps(self, name: str) -> bool:
        """Say whether a key that wants ``name`` has it as it is."""
        return name not in self._shared and _is_safe(name)

    def of(self, key: str, name: str) -> str:
        """Return the file name of ``key``, which wants to be called ``name``: the same every time."""
        if key not in self._made:
            free = self.keeps(name) and name not in self._taken
            self._made[key] = name if free else _hashed(key, name, self._taken)
            self._taken.add(self._made[key])
        return self._made[key]


def _is_safe(name: str) -> bool:
    return len(name) <= LONGEST and CLEAN.fullmatch(name) is not None and RESERVED.fullmatch(name) is None


def _hashed(key: str, name: str, taken: Collection[str]) -> str:
    """Return a readable stem with the hash of ``key``, longer where that is taken."""
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    stem = UNSAFE.sub("-", name.lower())[:LONGEST].strip("-_") or "x"
    lengths = (length for length in range(DIGITS, len(digest) + 1) if f"{stem}-{digest[:length]}" not in taken)
    return f"{stem}-{digest[: next(lengths, len(digest))]}"
