"""Text that stays text in Markdown, whatever somebody said or is called."""

from __future__ import annotations

import re

# What can start a construct inside a line. A dot and a colon only matter in a bare address.
INLINE = re.compile(r"([\\`*_{}\[\]|~$])")
ADDRESS = re.compile(r"(?i)\b(https?|ftp|mailto|javascript|data|www)([:.])")
SPACES = re.compile(r"\s+")
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
# What makes a heading, list, quote, rule or formula of a line that starts with it.
LEADING = re.compile(r"^(\d+)([.)])(?=\s|$)|^([#+\-=>@])")


def markdown_text(value: object) -> str:
    """Return ``value`` on one line, every character that Markdown, HTML or a spreadsheet would act on escaped."""
    text = SPACES.sub(" ", CONTROLS.sub("", str(value)))
    text = INLINE.sub(r"\\\1", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = ADDRESS.sub(r"\1\\\2", text)
    return LEADING.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else f"\\{found[3]}", text)
