"""Texts in HTML, as messages are kept: what they say without it."""

from __future__ import annotations

import html
import re

TAG = re.compile(r"<[^<>]{0,2000}>")


def untagged(text: str) -> str:
    """Return ``text`` with a blank for each tag, and its entities unescaped once, which is after that."""
    return html.unescape(TAG.sub(" ", text))
