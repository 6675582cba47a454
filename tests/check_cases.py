"""A handful of moments, and short calls marked by rules made of them."""

from __future__ import annotations

from typing import Any

from small_rules import call, listener, moment

from coach.call import Call
from coach.checks import judge
from coach.checks.occasion import Heard
from coach.moments import settle
from coach.rule_models import Rule
from coach.scored import Finding, Talk

MOMENTS = (
    moment("hello", "hello"),
    moment("sorry", "so sorry"),
    moment("fault", "broken"),
    moment("refusal", "cannot do that"),
    moment("rude", "shut up"),
    moment("bye", "bye"),
)
LANGUAGE = listener(*MOMENTS)


def rule(check: str, **keys: Any) -> Rule:
    """Return a rule of one kind with these keys."""
    words = {"title": "t", "source": "s", "coach": "c", "done": "done", "not_done": "not done"}
    return Rule.model_validate({"id": "r", "check": check, **words, **keys})


def heard(said: str | Call, talk: Talk | None = None, mood: tuple[float | None, ...] = ()) -> Heard:
    """Return what is heard in a call of a few lines."""
    spoken = LANGUAGE.read(call(said) if isinstance(said, str) else said)
    return Heard(spoken, settle(MOMENTS, LANGUAGE.spans(spoken), spoken), talk or Talk(), mood)


def mark(rule: Rule, said: str | Call, talk: Talk | None = None, mood: tuple[float | None, ...] = ()) -> Finding:
    """Return the mark of a rule on a call of a few lines."""
    return judge(rule, heard(said, talk, mood))


def quoted(finding: Finding) -> list[tuple[int, str]]:
    """Return the quotes of a mark, each with its turn."""
    return [(quote.turn, quote.text) for quote in finding.evidence]
