"""What a call is: words, turns, people, and what the transcript does not hold.

All values are immutable. Times are seconds from the start of the recording; a time that the
transcript lacks is ``None`` and never zero. Character offsets count into the turn's ``text``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Role = Literal["agent", "customer", "other", "unknown"]
HowRoles = Literal["given", "label", "channel", "content", "unknown"]

ROLES: tuple[Role, ...] = ("agent", "customer", "other", "unknown")

PUNCTUATION = ".?!,;"
# Fewer words than this may well hold no full stop even where the transcriber writes them.
WORDS_BEFORE_PUNCTUATION_IS_MISSED = 20


class Word(NamedTuple):
    """One timed word: ``start`` and ``end`` in seconds."""

    text: str
    start: float | None
    end: float | None


class Part(NamedTuple):
    """A cue, segment or utterance of the input that went into a turn.

    ``begin`` and ``stop`` are character offsets into the turn's text; ``start`` and ``end`` seconds;
    ``cue`` counts the cues of the input from 0.
    """

    cue: int
    begin: int
    stop: int
    start: float | None
    end: float | None


class Turn(NamedTuple):
    """What one speaker said before the other spoke.

    ``speaker`` is the label in the file, or ``None`` where the file gives a role and no label.
    ``parts`` is empty where the turn is one piece of the input.
    """

    role: Role
    text: str
    start: float | None = None
    end: float | None = None
    speaker: str | None = None
    words: tuple[Word, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def who(self) -> str:
        """What tells this turn's side from the other's: its role, or its label where the role is not known."""
        return self.role if self.role != "unknown" else self.speaker or "unknown"


class Agent(NamedTuple):
    """The agent of a call as the file names them; any field may be missing."""

    id: str | None = None
    name: str | None = None
    team: str | None = None


class Roles(NamedTuple):
    """How it is known who the agent is: ``agent`` lists the speaker labels taken for the agent."""

    how: HowRoles = "unknown"
    agent: tuple[str, ...] = ()
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Call:
    """One conversation, as read.

    ``source`` says where it came from in words for a person (``calls.jsonl, line 3``);
    ``metadata`` keeps every key that this tool has no use for; ``language`` is an ISO 639 code.
    """

    call_id: str
    turns: tuple[Turn, ...]
    agent: Agent = Agent()
    roles: Roles = Roles()
    started_at: str | None = None
    customer_type: str | None = None
    language: str | None = None
    format: str = "native"
    source: str = ""
    warnings: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def lacks(self) -> tuple[str, ...]:
        """What the transcript does not hold: ``times``, ``ends``, ``words``, ``punctuation``."""
        return lacks(self.turns)


def sides(turns: Sequence[Turn]) -> tuple[list[Role], list[str]]:
    """Return the role and ``who`` of each of ``turns``."""
    roles = [turn[0] for turn in turns]
    if "unknown" not in roles:
        return roles, list(roles)
    return roles, [turn.who for turn in turns]


def lack_of_times(turns: Sequence[Turn]) -> Literal["times", "ends", ""]:
    """Return ``times`` where one of ``turns`` has no start (or there are none), else ``ends`` where one has no end."""
    if not turns or None in [turn.start for turn in turns]:
        return "times"
    return "ends" if None in [turn.end for turn in turns] else ""


def lacks(turns: Sequence[Turn]) -> tuple[str, ...]:
    """Return what ``turns`` do not hold, in a fixed order.

    ``times``: a turn has no start (or none has). ``ends``: starts are there, ends are not.
    ``words``: no turn has timed words. ``punctuation``: none in a text long enough to need some.
    """
    if not turns:
        return ("times", "words")
    _, texts, _, _, _, words, _ = zip(*turns, strict=True)
    timing = lack_of_times(turns)
    missing: list[str] = [timing] if timing else []
    if not any(words):
        missing.append("words")
    # All texts at once, mark by mark: that takes a tenth of the time of a search in each.
    text = " ".join(texts)
    if not any(mark in text for mark in PUNCTUATION):
        if text.count(" ") + 1 >= WORDS_BEFORE_PUNCTUATION_IS_MISSED:
            missing.append("punctuation")
    return tuple(missing)
