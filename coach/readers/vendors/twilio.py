"""Twilio Conversational Intelligence: sentences by channel; the transcript's resource tells who speaks on which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from coach.call import Role
from coach.readers.companions import Companion, Record, report
from coach.readers.cues import Cue, tidy
from coach.readers.fields import Row, at, facts, label_at, moment_at, rows_at, span_at, text_at, words_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape
from coach.roles import role_word

# The API's answers have names such as "media_channel", the JavaScript library's "mediaChannel".
CHANNEL, STARTS, ENDS = "media_channel|mediaChannel", "start_time|startTime", "end_time|endTime"
SENTENCE = (CHANNEL, "sentence_index|sentenceIndex: number", "transcript: text")
IN_URL = re.compile(r"/Transcripts/(GT\w+)")
IN_NAME = re.compile(r"GT[0-9a-f]{32}", re.IGNORECASE)
SEVERAL_PAGES = "one page of several: the others are not in this file, so the call is not whole"


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the call of a page of sentences or of a bare list of them, or the calls of a list of pages."""
    told: list[str] = []
    pages = [row for _, row in rows_at(value, "", told) if "sentences" in row] if isinstance(value, list) else [value]
    by_sid: dict[str, list[Row]] = {}
    for page in pages or [{"sentences": value}]:
        by_sid.setdefault(_sid(page, context), []).append(page)
    for sid, of_call in by_sid.items():
        yield _call(sid, of_call, context, told)


def _call(sid: str, pages: Sequence[Row], context: Context, told: Sequence[str]) -> Heard:
    warnings = list(told)
    around = [each for page in pages for each in (page, *page.values())]
    inside = [each for each in around if isinstance(each, dict) and RESOURCE.fits(each)]
    resource = inside[0] if inside else context.companion(RESOURCE, sid)
    if resource is None and not (context.options.agent_channel or context.options.agent_labels):
        warnings.append(RESOURCE.missing)
    people = {text_at(person, "channel_participant|channelParticipant"): person for person in _people(resource)}
    roles = {channel: _role(person) for channel, person in people.items()}
    rows = [row for page in pages for row in rows_at(page, "sentences", warnings)]
    others = "meta.next_page_url|previous_page_url|nextPageUrl|previousPageUrl"
    if len(pages) == 1 and (at(pages[0], others) or at(pages[0], "meta.page")):
        warnings.append(SEVERAL_PAGES)
    agents = [person for channel, person in people.items() if roles[channel] == "agent"]
    agent = agents[0] if len(agents) == 1 else {}
    return Heard(
        [_cue(number, row, roles) for number, row in (rows if len(pages) == 1 else _renumbered(rows))],
        facts(
            call_id=sid,
            agent_id=text_at(agent, "user_id|userId"),
            agent_name=text_at(agent, "full_name|fullName"),
            started_at=moment_at(resource, "media_start_time|mediaStartTime"),
            language=text_at(resource, "language_code|languageCode"),
        ),
        facts(customer_key=text_at(resource, "customer_key|customerKey")),
        warnings,
        how="channel",
        what="sentence",
    )


def _renumbered(rows: Sequence[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    """Yield the rows of several pages with numbers that go on from page to page."""
    return enumerate(row for _, row in rows)


def _cue(number: int, row: Row, roles: Mapping[str, Role]) -> Cue:
    channel = label_at(row, CHANNEL)
    words = words_at(row, "words", "word", STARTS, ENDS)
    text = tidy(text_at(row, "transcript"))
    return Cue(number, channel, text, *span_at(row, STARTS, ENDS), words, roles.get(channel or "", "unknown"))


def _sid(page: Row, context: Context) -> str:
    """Return the id of the transcript: from the page's addresses, or from the file's name; ``""`` for none."""
    written = text_at(page, "transcript_sid|transcriptSid")
    address = IN_URL.search(text_at(page, "meta.url|first_page_url"))
    named = IN_NAME.search(context.origin.fallback_id)
    return written or (address[1] if address else named[0] if named else "")


def _people(resource: Record | None) -> list[Row]:
    return [row for _, row in rows_at(resource, "channel.participants", [])]


def _role(person: Row) -> Role:
    return role_word(text_at(person, "role")) or "unknown"


def _records(value: Any) -> dict[str, Record]:
    rows = [row for _, row in rows_at(value, "transcripts", [])] or [value]
    return {sid: row for row in rows if (sid := text_at(row, "sid"))}


RESOURCE = Companion(
    "what Twilio keeps beside a transcript",
    (
        Signature("account_sid|accountSid: text", "service_sid|serviceSid: text", "sid: text", "channel: object"),
        Signature("transcripts[].service_sid|serviceSid: text", "transcripts[].channel: object"),
    ),
    _records,
)
OPERATOR_RESULT = report(
    "what Twilio's operators make of a transcript",
    Signature("operator_sid|operatorSid: text", "transcript_sid|transcriptSid: text", "operator_type|operatorType"),
    Signature("operator_results[].operator_sid|operatorSid: text"),
)

SHAPES = (
    Shape(
        "twilio-conversational-intelligence",
        "a page of a Twilio transcript's sentences",
        (
            Signature(*(f"sentences[].{path}" for path in SENTENCE)),
            Signature(*(f"[].{path}" for path in SENTENCE)),
            Signature(*(f"[].sentences[].{path}" for path in SENTENCE)),
        ),
        heard,
        ("roles", "speakers", "times", "words"),
        is_rows=True,
        companions=(RESOURCE, OPERATOR_RESULT),
        note="Who is the agent stands in the transcript's resource, a second file. Several pages of one call are"
        " read as one call only where they stand in one file.",
    ),
)
