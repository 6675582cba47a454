"""Calls and a scorer that stand in for the real ones in the tests of results, engine and commands."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from coach.call import Agent, Call, Roles, Turn
from coach.errors import RuleError, TranscriptError
from coach.scored import Evidence, Finding, RuleCard, Scored, Silence, StoredCard, Talk

CARD = RuleCard("core.greeting", "Greet the customer", "Opening", "Our handbook", "Say hello.", "Hello!", 5.0, "says")


def a_call(
    number: int = 0, *, said: str = "Hello, how can I help?", source: str | None = None, call_id: str = ""
) -> Call:
    return Call(
        call_id or f"c-{number}",
        (Turn("agent", said, 0.0, 2.0), Turn("customer", "My router is broken.", 2.5, 4.5)),
        agent=Agent(f"a{number % 3}", "Ana Ruiz", "Billing"),
        roles=Roles("given", ("agent",), 1.0),
        started_at="2026-03-02T09:14:00Z",
        source=f"calls.jsonl, line {number + 1}" if source is None else source,
        metadata={"queue": "north"},
    )


class CardHead(NamedTuple):
    name: str = "Stand-in"
    version: str = "3"
    pass_mark: float = 70.0


class StandIn:
    """Scores by the length of the first turn. What a call says can make it fail, wait, be short, or end the process."""

    def __init__(self, rules: str = "sha256:one") -> None:
        self.scorecard = CardHead()
        self.stamp = {"coach": "0.1.0", "rules": rules}

    @classmethod
    def load(cls, rules_dirs: Sequence[Path] = (), pipeline: str | None = None, card: str | None = None) -> StandIn:
        return cls("sha256:" + ",".join(folder.name for folder in rules_dirs) + (pipeline or "") + (card or ""))

    def rule_cards(self) -> tuple[RuleCard, ...]:
        return (CARD,)

    def other_scorecards(self) -> dict[str, StoredCard]:
        return {}

    def score_all(self, calls: Sequence[Call]) -> list[Scored]:
        return [self.score(call) for call in calls]

    def score(self, call: Call) -> Scored:
        said = call.turns[0].text
        if said == "raise":
            raise ZeroDivisionError("no calls to divide by")
        if said == "raise ours":
            raise TranscriptError("too strange", remedy="Look at it.")
        if said == "wrong rule":
            raise RuleError("no such moment", where="rules/core/greeting.yml:4:1", remedy="Mend the rule.")
        if said == "interrupt":
            raise KeyboardInterrupt
        if said == "exit":
            os._exit(9)
        quote = Evidence(0, 0, min(5, len(said)), said[:5])
        waiting = said == "wait"
        reason = "\ud800" if said == "unfit" else "The agent greeted."
        if said.startswith("short"):
            barred = Finding("core.greeting", "cannot_tell", f"Too few turns: {said}.")
            return Scored(call, call.roles, (barred,), {}, Talk(), (None, None, None, None), stamp=self.stamp)
        return Scored(
            call=call,
            roles=Roles() if waiting else call.roles,
            findings=(Finding("core.greeting", "met", reason, (quote,), (0, 1), None, 5.0, 5.0),),
            moments={"greeting": (quote,), "apology": ()},
            talk=Talk(0.5, (), 0, (Silence(2.0, 3.5, True, 0),), 120.0, None),
            mood=(None, 0.1, -0.2, 0.3),
            score=None if waiting else float(len(said) % 101),
            passed=None if waiting else len(said) > 10,
            stamp=self.stamp,
        )
