"""What the figures of the talk analysis are, for everybody who names one: in the order in which they are offered."""

from __future__ import annotations

from collections.abc import Mapping

FIGURES: Mapping[str, str] = {
    "dead_air": "seconds of silence that nobody announced, all together",
    "longest_wait": "seconds of the longest silence",
    "interruptions": "times the agent cuts the customer off",
    "talk_overs": "times the agent starts to talk over the customer",
    "agent_share": "the agent's share of the talk, from 0 to 1",
    "agent_wpm": "the agent's words a minute",
    "longest_monologue": "seconds for which the agent talks without a pause",
    "response_gap": "seconds before the agent answers, as a rule",
}
