"""What scoring a call yields. ``Scored.to_dict`` is the JSON contract of ``coach score --json``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from coach import native
from coach.call import Call, Roles

SETTLING = native.load("_settling")

Outcome = Literal["met", "missed", "not_applicable", "cannot_tell"]
# The scorecard of every call that no other card is for.
DEFAULT_CARD = "default"
OUTCOMES: tuple[Outcome, ...] = ("met", "missed", "not_applicable", "cannot_tell")


class Evidence(NamedTuple):
    """A quote: ``text`` is ``call.turns[turn].text[start:end]``, always."""

    turn: int
    start: int
    end: int
    text: str


class Finding(NamedTuple):
    """One rule's mark on one call.

    ``evidence`` of a ``met`` quotes where it happened; of a ``missed`` it quotes the occasion (or the
    words that broke the rule). ``searched`` is the first and last turn searched, both included.
    ``counted`` is the number that the scorecard's bands grade (interruptions), else ``None``.
    ``points`` and ``possible`` are set by the scorecard and are 0 where the rule does not count.
    """

    rule: str
    outcome: Outcome
    reason: str
    evidence: tuple[Evidence, ...] = ()
    searched: tuple[int, int] | None = None
    counted: int | None = None
    points: float = 0.0
    possible: float = 0.0


class Interruption(NamedTuple):
    """Turn ``turn`` cut in on turn ``cut``; ``at`` and ``overlap`` in seconds, ``None`` without times."""

    turn: int
    cut: int
    by: str
    at: float | None
    overlap: float | None


class Silence(NamedTuple):
    """Nobody speaks for ``seconds`` from ``start``; ``announced`` if the agent said that it would be so."""

    start: float
    seconds: float
    announced: bool
    after: int


class Monologue(NamedTuple):
    """The longest uninterrupted stretch of speech of the agent: ``turn`` is its first turn."""

    turn: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Talk:
    """Who talked how much, when, and over whom. ``None`` is "the transcript cannot tell", never zero.

    ``agent_share``: agent's speech over both sides' speech, 0 to 1. ``silences``: three seconds and more.
    ``response_gap``: median seconds from the end of a customer turn to the agent's next. ``wpm``: words a
    minute of speech.
    """

    agent_share: float | None = None
    interruptions: tuple[Interruption, ...] | None = None
    talk_overs: int | None = None
    silences: tuple[Silence, ...] | None = None
    agent_wpm: float | None = None
    customer_wpm: float | None = None
    longest_monologue: Monologue | None = None
    response_gap: float | None = None


class Quoted(Mapping[str, tuple[Evidence, ...]]):
    """What is said at places of a call, by moment; cut out of its turns when somebody asks for it.

    Most calls go into a dataset, for which nobody does.

    Args:
        places: by moment the places where it stands, as turn, start and end (character offsets in the turn's text).
        texts: what each turn says.
    """

    __slots__ = ("_quotes", "places", "texts")

    def __init__(self, places: dict[str, tuple[tuple[int, int, int], ...]], texts: list[str]) -> None:
        self.places = places
        self.texts = texts
        self._quotes: Mapping[str, tuple[Evidence, ...]] | None = None

    def __getitem__(self, moment: str) -> tuple[Evidence, ...]:
        if self._quotes is None:
            self._quotes = _quoted(self.places, self.texts)
        return self._quotes[moment]

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)


def _quoted(
    places: dict[str, tuple[tuple[int, int, int], ...]], texts: list[str]
) -> Mapping[str, tuple[Evidence, ...]]:
    if SETTLING is not None:
        quoted: dict[str, tuple[Evidence, ...]] = SETTLING.quoted(places, texts, Evidence)
        return quoted
    return {
        moment: tuple([Evidence(turn, start, end, texts[turn][start:end]) for turn, start, end in stands])
        for moment, stands in places.items()
    }


@dataclass(frozen=True, slots=True)
class Scored:
    """A call with its marks. ``score`` is ``None`` where nothing on the scorecard applied or could be told."""

    call: Call
    roles: Roles
    findings: tuple[Finding, ...]
    moments: Mapping[str, tuple[Evidence, ...]]
    talk: Talk
    mood: tuple[float | None, ...]
    score: float | None = None
    passed: bool | None = None
    auto_fail: tuple[str, ...] = ()
    stamp: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the contract's object; key order is fixed, so the same call gives the same bytes."""
        call = self.call
        return {
            "call_id": call.call_id,
            "agent_id": call.agent.id,
            "score": self.score,
            "passed": self.passed,
            "auto_fail": list(self.auto_fail),
            "roles": roles_dict(self.roles),
            "lacks": list(call.lacks),
            "findings": [finding_dict(finding) for finding in self.findings],
            "moments": {name: [quote._asdict() for quote in quotes] for name, quotes in sorted(self.moments.items())},
            "talk": talk_dict(self.talk),
            "sentiment": {"customer": list(self.mood)},
            "stamp": dict(self.stamp),
        }


def roles_dict(roles: Roles) -> dict[str, Any]:
    """Return ``roles`` as the contract writes it."""
    return {"how": roles.how, "agent": list(roles.agent), "confidence": roles.confidence}


def finding_dict(finding: Finding) -> dict[str, Any]:
    """Return one finding as the contract writes it."""
    return {
        "rule": finding.rule,
        "outcome": finding.outcome,
        "points": finding.points,
        "possible": finding.possible,
        "reason": finding.reason,
        "evidence": [quote._asdict() for quote in finding.evidence],
        "searched": list(finding.searched) if finding.searched else None,
    }


def talk_dict(talk: Talk) -> dict[str, Any]:
    """Return the talk figures as the contract writes them."""
    return {
        "agent_share": talk.agent_share,
        "interruptions": None if talk.interruptions is None else [cut._asdict() for cut in talk.interruptions],
        "talk_overs": talk.talk_overs,
        "silences": None
        if talk.silences is None
        else [{"start": gap.start, "seconds": gap.seconds, "announced": gap.announced} for gap in talk.silences],
        "agent_wpm": talk.agent_wpm,
        "customer_wpm": talk.customer_wpm,
        "longest_monologue": talk.longest_monologue._asdict() if talk.longest_monologue else None,
        "response_gap": talk.response_gap,
    }


class StoredCard(NamedTuple):
    """What a report needs to know of a scorecard for some calls: ``rules`` holds section and points by rule."""

    name: str
    version: str
    pass_mark: float
    rules: Mapping[str, tuple[str, float]]


class RuleCard(NamedTuple):
    """What a report needs to know of a rule; kept with the results, so that pages need no rule files."""

    id: str
    title: str
    section: str
    source: str
    coach: str
    say_instead: str
    possible: float
    kind: str
    by: str = ""
    gap: float = 0.0
