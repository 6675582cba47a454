"""File names for pages: safe on every system, one name a thing, the same name every time."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping

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
    kept = {name for name, count in wanted.items() if count == 1 and _is_safe(name)}
    taken = set(kept)
    made: dict[str, str] = {}
    for key, name in names.items():
        made[key] = name if name in kept else _hashed(key, name, taken)
        taken.add(made[key])
    return made


def _is_safe(name: str) -> bool:
    return len(name) <= LONGEST and CLEAN.fullmatch(name) is not None and RESERVED.fullmatch(name) is None


def _hashed(key: str, name: str, taken: set[str]) -> str:
    """Return a readable stem with the hash of ``key``, longer where that is taken."""
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    stem = UNSAFE.sub("-", name.lower())[:LONGEST].strip("-_") or "x"
    lengths = (length for length in range(DIGITS, len(digest) + 1) if f"{stem}-{digest[:length]}" not in taken)
    return f"{stem}-{digest[: next(lengths, len(digest))]}"
