"""Figures in pages that people write: what stands between two markers is a command's to write."""

from __future__ import annotations

import re
from collections.abc import Mapping

SLOT = re.compile(r"(<!-- measured: ([\w-]+) -->\n).*?(<!-- end -->)", re.S)


def filled(page: str, figures: Mapping[str, str]) -> str:
    """Return ``page`` with ``figures`` in their slots; the slots of others stay as they are."""
    return SLOT.sub(lambda found: found[1] + figures[found[2]] + found[3] if found[2] in figures else found[0], page)
