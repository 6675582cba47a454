"""Chats in the form of OpenAI's chat messages, as in its training files: one conversation a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from coach.call import Role
from coach.readers.cues import Cue, counted, tidy
from coach.readers.fields import at, clock, facts, label_at, rows_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape

# Who speaks to a machine is the customer. The machine is "other": it is no agent to be coached.
MACHINE_CHAT: Mapping[str, Role] = {
    "user": "customer",
    "human": "customer",
    "assistant": "other",
    "bot": "other",
    "gpt": "other",
}
WHO = "role|from"
# These tell the machine what to do, or tell it what came of it, and nobody hears them.
NO_TURNS = frozenset(("system", "developer", "tool", "function"))


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one conversation; instructions and what tools answer are no turns."""
    told: list[str] = []
    rows = [(number, row, text_at(row, WHO).strip()) for number, row in rows_at(value, "messages|conversations", told)]
    spoken = [each for each in rows if each[2].casefold() not in NO_TURNS]
    if len(spoken) < len(rows):
        told.append(f"{counted(len(rows) - len(spoken), 'message')} left out: instructions and answers of tools")
    cues = [
        Cue(
            number,
            label_at(row, WHO),
            tidy(_content(at(row, "content|value"))),
            clock(at(row, "timestamp|created_at")),
            role=MACHINE_CHAT.get(role.casefold(), "unknown"),
        )
        for number, row, role in spoken
    ]
    yield Heard(cues, facts(call_id=text_at(value, "call_id|conversation_id|id")), {}, told, what="message")


def _content(content: object) -> str:
    """Return the text of a message: written as one, or as a list of parts, of which pictures and calls have none."""
    if isinstance(content, list):
        return " ".join(part if isinstance(part, str) else text_at(part, "text") for part in content)
    return text_at({"": content}, "")


SHAPES = (
    Shape(
        "openai-chat-jsonl",
        "a chat in the form of OpenAI's messages",
        (
            Signature("messages[].role = user", "messages[].content"),
            Signature("messages[].role = assistant", "messages[].content"),
        ),
        heard,
        ("roles", "speakers"),
        note='The assistant is a bot, so its role is "other"; where it was a person, say --agent-label assistant.',
    ),
    Shape(
        "sharegpt",
        "a chat in the form of ShareGPT",
        (
            Signature("conversations[].from = human", "conversations[].value: text"),
            Signature("conversations[].from = gpt", "conversations[].value: text"),
        ),
        heard,
        ("roles", "speakers"),
        is_tried=False,
        note='The "gpt" is a bot, so its role is "other"; where it was a person, say --agent-label gpt.',
    ),
)
