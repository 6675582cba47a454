"""What the commands about results folders have in common."""

from __future__ import annotations


def shown_bytes(count: int) -> str:
    """Return a number of bytes for a person: ``1.5 MB``, ``900 bytes``."""
    from coach.readers.options import shown_size

    return shown_size(count)
