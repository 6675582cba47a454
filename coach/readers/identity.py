"""What tells an input that did not change since it was read, without reading it."""

from __future__ import annotations

import os

from coach.errors import UsageError
from coach.readers.addresses import is_address
from coach.readers.objects import single
from coach.readers.paths import Found
from coach.readers.source import STDIN


def identity_of(item: Found | str) -> str | None:
    """Return a string that differs as soon as an input does, as far as its size, time or tag tells.

    Of a file it is made of its size and time of change (nanoseconds), of an object of its size and of the tag
    or time that its store gives it; where a listing found it, nothing is asked again, else that is one request.
    Compare it for the same path or address only. ``None``: nothing is known (standard input, nothing there, a store
    that tells no more than a size), and the input is to be read.

    Args:
        item: what ``coach.readers.found`` returned, or a path or address.
    """
    path = item.path if isinstance(item, Found) else item
    if path == STDIN:
        return None
    if is_address(path):
        return _of_object(item if isinstance(item, Found) else None, path)
    try:
        stat = os.stat(path)
    except (OSError, ValueError):
        return None
    return f"{stat.st_size}-{stat.st_mtime_ns}"


def _of_object(item: Found | None, address: str) -> str | None:
    size, mark = (item.size, item.mark) if item else (None, "")
    if size is None:
        try:
            known = single(address)
        except UsageError:
            return None
        size, mark = (known.size, known.mark) if known else (None, "")
    return f"{size}-{mark}" if size is not None and mark else None
