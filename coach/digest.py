"""Names that follow from what they stand for."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson


def digest(value: Any) -> str:
    """Return 32 hexadecimal digits that stand for ``value``."""
    packed = orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=_plain)
    return hashlib.blake2b(packed, digest_size=16).hexdigest()


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else str(value)
