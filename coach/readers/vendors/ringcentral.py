"""RingCentral: RingSense transcripts, whose table of speakers tells who has an extension, and plain speech-to-text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from coach.call import Role
from coach.readers.companions import report
from coach.readers.cues import Cue, counted, tidy
from coach.readers.fields import Row, at, clock, facts, label_at, moment_at, rows_at, span_at, text_at, words_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape
from coach.readers.vendors.shared.staff import agent_facts


def heard_ringsense(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call: who has an account or an extension here is the agent, the others are customers."""
    told: list[str] = []
    speakers = {text_at(row, "speakerId"): row for _, row in rows_at(value, "speakerInfo", told)}
    rows = rows_at(value, "insights.Transcript", told)
    cues = []
    for number, row in rows:
        speaker = speakers.get(text_at(row, "speakerId"), {})
        label = label_at(speaker, "name") or label_at(row, "speakerId")
        cues.append(Cue(number, label, tidy(text_at(row, "text")), *span_at(row, "start", "end"), role=_role(speaker)))
    met = [speakers.get(text_at(row, "speakerId"), {}) for _, row in rows]
    staff = [(text_at(row, "extensionId|accountId"), text_at(row, "name")) for row in met if _role(row) == "agent"]
    yield Heard(
        cues,
        {
            **facts(
                call_id=text_at(value, "sourceSessionId|sourceRecordId"),
                started_at=moment_at(value, "recordingStartTime"),
            ),
            **(facts(agent_id=text_at(value, "ownerExtensionId")) if not staff else agent_facts(staff, told)),
        },
        facts(direction=text_at(value, "callDirection"), title=text_at(value, "title")),
        told,
        what="line",
        began=clock(at(value, "recordingStartTime")),
    )


def _role(speaker: Row) -> Role:
    if not speaker:
        return "unknown"
    return "agent" if text_at(speaker, "accountId") or text_at(speaker, "extensionId") else "customer"


def heard_speech(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call; speakers are numbers, and nobody is known to be the agent by them."""
    told: list[str] = []
    response = value if at(value, "response") is None else at(value, "response")
    rows = rows_at(response, "utterances", told) or rows_at(response, "utteranceInsights", told)
    cues = [
        Cue(
            number,
            label_at(row, "speakerId"),
            tidy(text_at(row, "text")),
            *span_at(row, "start", "end"),
            words_at(row, "wordTimings", "word", "start", "end"),
        )
        for number, row in rows
    ]
    _tell_of_repeats(cues, told)
    yield Heard(cues, facts(call_id=text_at(value, "jobId")), {}, told, what="utterance")


def _tell_of_repeats(cues: list[Cue], told: list[str]) -> None:
    """Warn of what two speakers are said to say at one time in the same words: one of them did not."""
    speakers: dict[tuple[str, float | None], set[str | None]] = defaultdict(set)
    for cue in cues:
        speakers[cue.text, cue.start].add(cue.speaker)
    repeats = sum(len(each) > 1 for each in speakers.values())
    if repeats:
        told.append(f"{counted(repeats, 'utterance')} of several speakers in the same words at the same time")


JOB = report(
    "a RingCentral report on a job, without its result",
    Signature("jobId: text", "api: text", "status: text", lacks=("response", "utteranceInsights")),
)
ANALYSED = report(
    "a RingSense record without a transcript",
    Signature("rsRecordId|sourceRecordId: text", "insights: object", lacks=("insights.Transcript[].text",)),
)

SHAPES = (
    Shape(
        "ringcentral-ringsense",
        "a RingCentral RingSense transcript",
        (Signature("insights.Transcript[].text: text", "insights.Transcript[].speakerId"),),
        heard_ringsense,
        ("roles", "speakers", "times"),
        is_tried=False,
        companions=(ANALYSED,),
    ),
    Shape(
        "ringcentral-speech-to-text",
        "a RingCentral speech-to-text result",
        (
            Signature(
                "response.utterances|utteranceInsights[].speakerId",
                "response.utterances|utteranceInsights[].text: text",
                "response.utterances|utteranceInsights[].start: number",
            ),
            Signature("utteranceInsights[].speakerId", "utteranceInsights[].text: text"),
        ),
        heard_speech,
        ("speakers", "times"),
        is_tried=False,
        companions=(JOB,),
        note="Fragments may overlap and repeat across speakers: look at the first ones with coach inspect.",
    ),
)
