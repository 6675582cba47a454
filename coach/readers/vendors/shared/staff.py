"""Which of the people on the company's side is the agent of the call, where the file names several people."""

from __future__ import annotations

from collections.abc import Iterable

from coach.readers.cues import shortened
from coach.readers.fields import facts

# An id and a name; either may be empty.
Person = tuple[str, str]


def agent_facts(people: Iterable[Person], told: list[str]) -> dict[str, str]:
    """Return ``agent_id`` and ``agent_name`` of the one agent who speaks; of several none is taken, with a warning.

    Args:
        people: who is on the company's side, as often as they speak.
        told: gets the warning.
    """
    met = list(dict.fromkeys((id.strip(), name.strip()) for id, name in people))
    agents = {id or name: (id, name) for id, name in met if id or name}
    if len(agents) == 1:
        (key,) = agents
        name = next((name for id, name in met if (id or name) == key and name), "")
        return facts(agent_id=agents[key][0], agent_name=name)
    if agents:
        told.append(f"several agents, of whom none is taken for the call's: {', '.join(shortened(list(agents)))}")
    return {}
