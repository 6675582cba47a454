"""The kinds of checks: one file a kind. A kind knows logic over moments, turns and times, and never a phrase."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from coach.checks import never, replies, says, sentiment, talk
from coach.checks.occasion import Heard
from coach.rule_models import Rule
from coach.scored import Finding

CHECKS: Mapping[str, Callable[[Rule, Heard], Finding]] = {
    "says": says.check,
    "replies": replies.check,
    "never": never.check,
    "talk": talk.check,
    "sentiment": sentiment.check,
}
