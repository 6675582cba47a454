"""What a vendor's JSON says of one call, before it becomes a ``Call``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from coach.call import HowRoles
from coach.readers.cues import Cue


@dataclass(slots=True)
class Heard:
    """What a file says of one call.

    ``cues`` have times in seconds, or moments in seconds since 1970, then counted from ``began`` or from the first.
    ``facts`` are those of ``head.KNOWN`` by name, ``others`` what else is worth keeping. ``how`` tells where the
    roles of the cues come from, and ``what`` is the vendor's word for a cue.
    """

    cues: list[Cue]
    facts: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    how: HowRoles = "given"
    what: str = "segment"
    began: float | None = None
