"""Who is the agent, as far as the file, its labels or the user say; what content tells comes later.

Confidence is 1.0 where the file gives roles or every label is a role word or the user's choice; see ``Verdict``
for what lowers it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from coach.call import Call, Roles

if TYPE_CHECKING:
    from coach.readers.options import ReadOptions


def by_label(call: Call, options: ReadOptions) -> Call:
    """Return ``call`` with roles."""
    if all(turn.role != "unknown" for turn in call.turns):
        labels = dict.fromkeys(turn.speaker or "agent" for turn in call.turns if turn.role == "agent")
        return replace(call, roles=Roles("given", tuple(labels), 1.0))
    return call
