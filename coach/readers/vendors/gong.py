"""Gong: monologues of sentences by speaker id, many calls in one reply; who they are stands in another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from coach.call import Role
from coach.readers.companions import Companion, Record, report
from coach.readers.cues import Cue, tidy
from coach.readers.fields import MILLIS, Row, at, facts, label_at, moment_at, rows_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape

SIDES: Mapping[str, Role] = {"internal": "agent", "external": "customer"}
MONOLOGUE = ("transcript[].speakerId", "transcript[].sentences[].text: text", "transcript[].sentences[].start")
# Nobody speaks as fast as this: times that say so are seconds, as one description of the format has them.
MOST_WORDS_PER_SECOND = 15.0


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the calls; a participant whom Gong calls internal is an agent, an external one a customer."""
    told: list[str] = []
    for _, call in rows_at(value, "callTranscripts", told) or [(0, value)]:
        yield _call(call, context, told)


def _call(call: Row, context: Context, told: Sequence[str]) -> Heard:
    warnings = list(told)
    # Who takes both of Gong's replies may lay one into the other.
    joined = next((each for each in (call, at(call, "call")) if at(each, "metaData") and at(each, "parties")), None)
    call_id = text_at(call, "callId") or text_at(joined, "metaData.id")
    details = joined or context.companion(CALLS, call_id)
    if details is None:
        warnings.append(CALLS.missing)
    parties = {label: row for _, row in rows_at(details, "parties", []) if (label := label_at(row, "speakerId"))}
    said = [
        (label_at(monologue, "speakerId"), sentence)
        for _, monologue in rows_at(call, _monologues(call), warnings)
        for _, sentence in rows_at(monologue, "sentences", warnings)
    ]
    cues = [_cue(number, label, row, parties) for number, (label, row) in enumerate(said)]
    agent = _agent(details, [row for label, row in parties.items() if any(label == each for each, _ in said)])
    return Heard(
        _in_seconds(cues, warnings),
        facts(
            call_id=call_id,
            agent_id=text_at(agent, "userId"),
            agent_name=text_at(agent, "name"),
            started_at=moment_at(details, "metaData.started"),
            language=text_at(details, "metaData.language"),
        ),
        facts(title=text_at(details, "metaData.title"), direction=text_at(details, "metaData.direction")),
        warnings,
        what="sentence",
    )


def _monologues(call: Row) -> str:
    return "transcript" if isinstance(at(call, "transcript"), list) else "transcript.transcript"


def _cue(number: int, label: str | None, row: Row, parties: Mapping[str, Row]) -> Cue:
    party = parties.get(label or "", {})
    name = text_at(party, "name").strip() or label
    text = tidy(text_at(row, "text"))
    return Cue(number, name, text, *span_at(row, "start", "end", MILLIS), role=_role(party))


def _role(party: Row) -> Role:
    return SIDES.get(text_at(party, "affiliation").casefold(), "unknown")


def _agent(details: Record | None, speaking: Sequence[Row]) -> Row:
    """Return the internal participant who speaks; of several the one whose call it is, else none."""
    internal = [row for row in speaking if _role(row) == "agent"]
    owner = text_at(details, "metaData.primaryUserId")
    owners = [row for row in internal if owner and text_at(row, "userId") == owner]
    return internal[0] if len(internal) == 1 else owners[0] if owners else {}


def _in_seconds(cues: list[Cue], warnings: list[str]) -> list[Cue]:
    """Return the cues as they are, or a thousand times later where nobody could speak as fast as they say."""
    ends = [cue.end for cue in cues if cue.end is not None]
    words = sum(len(cue.text.split()) for cue in cues)
    if not ends or words <= max(ends) * MOST_WORDS_PER_SECOND or max(ends) <= 0:
        return cues
    warnings.append("times read as seconds: as milliseconds nobody could speak so fast")
    return [cue._replace(start=_times(cue.start), end=_times(cue.end)) for cue in cues]


def _times(time: float | None) -> float | None:
    return None if time is None else round(time * MILLIS, 6)


def _records(value: Any) -> dict[str, Record]:
    rows = [row for _, row in rows_at(value, "calls", [])] or [value]
    return {call_id: row for row in rows if (call_id := text_at(row, "metaData.id"))}


CALLS = Companion(
    "what Gong keeps beside transcripts",
    (
        Signature("calls[].metaData.id", "calls[].parties: list"),
        Signature("metaData.id", "parties: list", lacks=("transcript",)),
    ),
    _records,
)

NO_CALLS = report(
    "a Gong reply without calls", Signature("callTranscripts: list", "requestId", lacks=("callTranscripts[].callId",))
)

SHAPES = (
    Shape(
        "gong",
        "a Gong transcript",
        (
            Signature(*(f"callTranscripts[].{path}" for path in MONOLOGUE)),
            Signature("callId", *MONOLOGUE),
            Signature("metaData.id", "parties: list", *MONOLOGUE),
            Signature("call.metaData.id", "call.parties: list", *(f"transcript.{path}" for path in MONOLOGUE)),
        ),
        heard,
        ("roles", "speakers", "times"),
        is_tried=False,
        companions=(CALLS, NO_CALLS),
        note="Names and sides of the speakers stand in Gong's reply about the calls, a second file.",
    ),
)
