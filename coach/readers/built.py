"""A call put together from cues and from what the file says besides them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coach.call import Call, HowRoles
from coach.errors import TranscriptError
from coach.readers.cues import Cue, sound_times, turns_of
from coach.readers.head import Head
from coach.readers.options import ReadOptions
from coach.readers.source import Source
from coach.roles import roles_of

NOTHING_KNOWN = Head()


def call_of_file(
    source: Source,
    options: ReadOptions,
    format: str,
    cues: Iterable[Cue],
    head: Head = NOTHING_KNOWN,
    *,
    warnings: Sequence[str],
    what: str,
    started_at: str | None = None,
) -> Call:
    """Return the one call of a file; see ``built``."""
    return built(
        cues,
        head,
        format=format,
        source=source.name,
        fallback_id=source.stem,
        options=options,
        warnings=warnings,
        what=what,
        started_at=started_at,
    )


def built(
    cues: Iterable[Cue],
    head: Head,
    *,
    format: str,
    source: str,
    fallback_id: str,
    options: ReadOptions,
    warnings: Sequence[str] = (),
    what: str = "cue",
    started_at: str | None = None,
    how: HowRoles = "given",
) -> Call:
    """Return the call that ``cues`` and ``head`` make; ``what`` the format calls a cue.

    ``started_at`` serves where ``head`` does not say it, ``how`` says where roles that the cues carry come from.

    Raises:
        TranscriptError: nobody says anything.
    """
    sound, odd = sound_times(cues, what)
    turns = turns_of(sound)
    if not turns:
        raise TranscriptError("the call has no turns", remedy="Leave out calls in which nobody speaks.")
    told = [*warnings, *odd]
    call_id = head.facts.get("call_id", "").strip()
    if not call_id:
        call_id = fallback_id
        told.append(f'no call id: called "{fallback_id}" after the file')
    started_at = head.started_at(told) or started_at
    decided, roles, doubts = roles_of(turns, head.agent, options)
    if roles.how == "given":
        roles = roles._replace(how=how)
    queue = {"queue": head.facts["queue"]} if "queue" in head.facts else {}
    return Call(
        call_id,
        decided,
        head.agent,
        roles,
        started_at,
        head.facts.get("customer_type"),
        head.facts.get("language"),
        format,
        source,
        (*told, *doubts),
        {**queue, **head.others},
    )
