"""What is read by nobody's mistake: a second copy of a call, a file that belongs to another one."""

from __future__ import annotations

import re
from typing import NamedTuple

from coach.call import Call

RAW_OR_REDACTED = frozenset(("raw", "redacted"))
TWIN = "raw and redacted twins of calls that were read"
SIDE_CHAT = "what was typed in the chat of a meeting, beside what was said"
# As Zoom saves it: "09:14:03<tab> From Ana to Everyone: text", the text often on the next line.
CHAT_LINE = re.compile(r"^\d{1,2}:\d\d:\d\d\s+From\s+\S.{0,200}?\s+to\s+\S.{0,200}?:(?:\s|$)", re.IGNORECASE)


class LeftOut(NamedTuple):
    """A file, or one call in it, that is left out on purpose and is no error.

    ``source`` is the file, with the place in it. ``what`` says of which kind such things are, in the plural, so that
    many of a kind can be told in one line. With a ``remedy`` it could be read if one did that (``{}`` stands for the
    file), and ``what`` is in the singular, for the kinds to be counted in one line.
    """

    source: str
    what: str
    remedy: str = ""


class Twins:
    """The calls met so far that exist raw and redacted; of the two the one that came first is kept.

    Only hashes are kept, for there may be a hundred thousand of them.
    """

    def __init__(self) -> None:
        self._contents: dict[int, str] = {}

    def has_met(self, call: Call) -> bool:
        """Tell whether the twin of ``call`` came before; remember ``call`` where it did not."""
        if not has_twin(call):
            return False
        content = str(call.metadata["content"]).lower()
        return self._contents.setdefault(hash(call.call_id), content) != content


def has_twin(call: Call) -> bool:
    """Tell whether ``call`` is a raw or a redacted one, of which there may be the other."""
    content = call.metadata.get("content")
    return isinstance(content, str) and content.lower() in RAW_OR_REDACTED


def is_side_chat(text: str) -> bool:
    """Tell whether ``text`` opens as the chat of a meeting does that Zoom saves beside the transcript."""
    return CHAT_LINE.match(text.lstrip().split("\n", 1)[0].rstrip()) is not None
