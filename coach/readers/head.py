"""What a file says of a call besides its turns: ``Call ID: 17``, ``Agent: Ana``, a column, a note."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from coach.call import Agent
from coach.readers.times import iso_moment

KNOWN = {
    "call_id": "call id|call|call no|call number|call ref|call reference|conversation id|conversation|contact id"
    "|interaction id|interaction|recording id|session id|ticket id|case id|sid|id",
    "agent_id": "agent id|advisor id|adviser id|rep id|operator id|employee id|staff id|agent number",
    "agent_name": "agent|agent name|advisor|adviser|advisor name|adviser name|rep|rep name|representative"
    "|representative name|operator|operator name|csr|handled by",
    "agent_team": "team|agent team|team name|department|group",
    "started_at": "date|start|started|started at|start time|start date|call date|call start|call time|date time"
    "|datetime|chat started|chat start|recorded|recorded at|recorded on|date of call",
    "customer_type": "customer type|caller type|client type",
    "language": "language|lang|locale",
    "queue": "queue|skill|line|queue name",
}
NAMES = {name: key for key, names in KNOWN.items() for name in names.split("|")}
UNIMPORTANT = frozenset(
    "duration|length|customer|customer name|caller|client|customer id|account|account number|phone|phone number|from|to"
    "|subject|re|topic|title|note|notes|summary|disposition|outcome|status|channel|direction|type|source|file|time"
    "|participants|attendees|transcript|transcribed by|version|kind|style|location|campaign|product|category|reason"
    "|wrap up|score|reviewer|qa|format|region|origin|chat origin".split("|")
)


@dataclass(frozen=True, slots=True)
class Head:
    """The facts found: keys are those of ``KNOWN``, ``others`` are names and values that have no field of their own."""

    facts: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)

    @property
    def agent(self) -> Agent:
        """The agent, as far as the head names one."""
        facts = self.facts
        return Agent(facts.get("agent_id"), facts.get("agent_name"), facts.get("agent_team"))

    def started_at(self, warnings: list[str]) -> str | None:
        """Return the start in ISO 8601; where it is not clear, ``None`` and a warning."""
        written = self.facts.get("started_at")
        moment = iso_moment(written) if written else None
        if written and moment is None:
            warnings.append(f'the start "{written[:40]}" is no clear date (write 2026-03-02T09:14); read as absent')
        return moment


def folded(name: str) -> str:
    """Return a key's name without case, punctuation or doubled blanks: ``Call-ID`` and ``call_id`` are ``call id``."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return " ".join(re.sub(r"[\W_]+", " ", spaced).casefold().split())


def key_of(name: str) -> str | None:
    """Return which fact ``name`` names, ``""`` for a fact of no use here, ``None`` where it is no fact at all."""
    name = folded(name)
    return NAMES.get(name, "" if name in UNIMPORTANT else None)


def head_of(pairs: Iterable[tuple[str, str]]) -> Head:
    """Return the facts in ``pairs`` of name and value; of a fact told twice the first counts."""
    head = Head()
    for name, value in pairs:
        key = key_of(name)
        if key:
            head.facts.setdefault(key, value)
        else:
            head.others.setdefault(name, value)
    return head
