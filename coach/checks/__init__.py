"""The kinds of checks: one file a kind. A kind knows logic over moments, turns and times, and never a phrase."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from coach.checks import besides, never, replies, says, sentiment, talk
from coach.checks.asked import AnyRule, asked
from coach.checks.occasion import Heard, deciding, not_applicable, untimed
from coach.rule_models import Rule
from coach.scored import Finding

CHECKS: Mapping[str, Callable[[AnyRule, Heard], Finding]] = {
    "says": says.check,
    "replies": replies.check,
    "never": never.check,
    "talk": talk.check,
    "sentiment": sentiment.check,
}
# A kind that looks at many calls of one agent: a single call has no mark for it.
OVER_MANY_CALLS = ("consistency",)


def judge(rule: AnyRule, heard: Heard) -> Finding:
    """Return the mark of ``rule``, points not yet set; the rule's kind must be one that marks single calls."""
    if (rule.counts_seconds or rule.asks_silences) and (unknown := untimed(rule, heard)) is not None:
        return unknown
    finding = CHECKS[rule.check](rule, heard)
    if (rule.undone_by or rule.figure) and finding.outcome == "met":
        return besides.check(rule, heard, finding)
    return finding


class Panel:
    """Judges calls by the same rules again and again: most give most rules no occasion, and one look tells which."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = tuple(map(asked, rules))
        self._with_silences, self._without = (
            [(rule, _set(deciding(rule, silences=silences)), not_applicable(rule)) for rule in self._rules]
            for silences in (True, False)
        )

    def judge(self, heard: Heard) -> list[Finding]:
        """Return the mark of each rule, as ``judge`` gives it."""
        if not heard.spoken.call.turns:
            return [judge(rule, heard) for rule in self._rules]
        # Two sets are compared in a fourth of the time that names and keys take.
        said = set(heard.moments)
        return [
            judge(rule, heard) if names is None or not names.isdisjoint(said) else without_occasion
            for rule, names, without_occasion in (self._with_silences if heard.talk.silences else self._without)
        ]


def _set(names: tuple[str, ...] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)
