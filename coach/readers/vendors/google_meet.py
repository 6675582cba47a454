"""Google Meet: the entries of a transcript as its API lists them; speakers are ids, whose names another reply tells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coach.readers.companions import Companion
from coach.readers.cues import Cue, tidy
from coach.readers.fields import at, clock, facts, label_at, rows_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.vendor import Context, Shape

STARTS, ENDS = "startTime|start_time", "endTime|end_time"
ENTRIES = "transcriptEntries|transcript_entries"
USERS = ("signedinUser|signedin_user", "anonymousUser|anonymous_user", "phoneUser|phone_user")
CONFERENCE, TRANSCRIPT = 1, 3


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call: starts and ends are dates and times, names those of the participants where they are told."""
    told: list[str] = []
    rows = rows_at(value, "" if isinstance(value, list) else ENTRIES, told)
    # "conferenceRecords/{}/transcripts/{}/entries/{}"
    parts = next((name.split("/") for _, row in rows if (name := text_at(row, "name"))), [])
    conference = parts[CONFERENCE] if len(parts) > CONFERENCE else ""
    names = {**_names(context.companion(PARTICIPANTS, conference)), **_names(value)}
    cues = []
    for number, row in rows:
        speaker = label_at(row, "participant")
        label = names.get(speaker, speaker) if speaker else None
        cues.append(Cue(number, label, tidy(text_at(row, "text")), clock(at(row, STARTS)), clock(at(row, ENDS))))
    languages = {text_at(row, "languageCode|language_code") for _, row in rows} - {""}
    yield Heard(
        cues,
        facts(
            call_id=parts[TRANSCRIPT] if len(parts) > TRANSCRIPT else "",
            language=languages.pop() if len(languages) == 1 else "",
        ),
        facts(conference=conference),
        told,
        what="entry",
    )


def _names(value: Any) -> dict[str, str]:
    """Return the display names by the participants' ids."""
    found = {}
    for _, row in rows_at(value, "participants", []):
        named = next((name for user in USERS if (name := text_at(row, f"{user}.displayName|display_name").strip())), "")
        if named:
            found[text_at(row, "name")] = named
    return found


def _by_conference(value: Any) -> dict[str, dict[str, Any]]:
    """Return the participants of each conference by its id."""
    found: dict[str, dict[str, Any]] = {}
    for _, row in rows_at(value, "participants", []):
        parts = text_at(row, "name").split("/")
        if len(parts) > CONFERENCE:
            found.setdefault(parts[CONFERENCE], {"participants": []})["participants"].append(row)
    return found


PARTICIPANTS = Companion(
    "the list of a Google Meet conference's participants",
    (Signature(f"participants[].{'|'.join(USERS)}: object", "participants[].name: text", lacks=(ENTRIES,)),),
    _by_conference,
)

SHAPES = (
    Shape(
        "google-meet-api",
        "a Google Meet transcript",
        (
            Signature(f"{ENTRIES}[].participant: text", f"{ENTRIES}[].text: text"),
            Signature("[].participant: text", "[].text: text", f"[].{STARTS}: text", "[].name: text"),
        ),
        heard,
        ("speakers", "times"),
        is_tried=False,
        companions=(PARTICIPANTS,),
        note="The entries name speakers by id; put the list of participants beside the file for their names.",
    ),
)
