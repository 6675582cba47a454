"""Who takes part in a vCon, and how what is said there names them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from coach.call import Role
from coach.readers.cues import Cue
from coach.readers.fields import Row, at, text_at
from coach.roles import OTHER_SIDE, role_word

KNOWN_BY = ("name", "tel", "mailto", "email", "sip")


class Party(NamedTuple):
    """Someone who took part: ``names`` are all by which a transcript may call them."""

    label: str
    names: frozenset[str]
    role: Role
    row: Row


def parties_of(value: Any, dialogs: Iterable[Row]) -> list[Party]:
    """Return who took part; of two without roles the direction of the call tells who is who."""
    parties = [_party(number, row) for number, row in enumerate(at(value, "parties"))]
    if len(parties) != 2 or any(party.role != "unknown" for party in parties):
        return parties
    for dialog in dialogs:
        direction, caller = text_at(dialog, "meta.direction").casefold(), speaking_in(dialog)
        if caller in (0, 1) and direction.startswith(("in", "out")):
            side: Role = "customer" if direction.startswith("in") else "agent"
            roles = {caller: side, 1 - caller: OTHER_SIDE[side]}
            return [party._replace(role=roles[number]) for number, party in enumerate(parties)]
    return parties


def speaking_in(dialog: Row) -> int | None:
    """Return the number of the party that began the dialog or sent the message, ``None`` where it is not said."""
    said = at(dialog, "originator")
    said = at(dialog, "parties") if said is None else said
    while isinstance(said, list):
        said = said[0] if said else None
    return said if isinstance(said, int) and not isinstance(said, bool) else None


def with_role(cue: Cue, parties: Sequence[Party]) -> Cue:
    """Return the cue with the role of the party that its label names."""
    label = (cue.speaker or "").casefold()
    roles = {party.role for party in parties if label and label in party.names}
    return cue._replace(role=roles.pop()) if cue.role == "unknown" and len(roles) == 1 else cue


def _party(number: int, row: Any) -> Party:
    written = text_at(row, "role") or text_at(row, "meta.role") or text_at(row, "type")
    names = [name for key in KNOWN_BY if (name := text_at(row, key).strip())]
    label = names[0] if names else written.strip() or f"party {number}"
    known = frozenset(name.casefold() for name in names)
    return Party(label, known, role_word(written) or "unknown", row if isinstance(row, dict) else {})
