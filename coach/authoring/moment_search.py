"""Find the moment that somebody describes in a few words of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable

from coach.rule_models import Moment, Rule

WORDS = re.compile(r"[a-z']+")
# Words of every title and every sentence.
SAY_NOTHING = frozenset(
    "a an and are as at be but by do does for has have i in is it its me my not of on one or says say said so speaker "
    "that the their them they this to tells tell was we what when who will with you your agent customer other".split()
)
# Endings that change no meaning here: "asks", "asked" and "asking" are one word.
ENDING = re.compile(r"(?:ing|ed|es|s|e)$")
IN_TITLE, IN_EXAMPLE = 3, 1
MOST_SHOWN = 6


def near_moments(words: str, moments: Iterable[Moment]) -> tuple[Moment, ...]:
    """Return the moments whose title, name or examples hold most of ``words``, the nearest first."""
    wanted = sorted(_stems(words))
    held = [(moment, _stems(f"{moment.title} {moment.id.replace('_', ' ')}"), _said(moment)) for moment in moments]
    # A word that many moments hold tells little about the one that is meant.
    weight = {stem: 1 / (1 + sum(stem in title or stem in said for _, title, said in held)) for stem in wanted}
    ranked: list[tuple[float, str, Moment]] = []
    for moment, title, said in held:
        points = sum(weight[stem] * (IN_TITLE * (stem in title) + IN_EXAMPLE * (stem in said)) for stem in wanted)
        if points:
            ranked.append((-points, moment.id, moment))
    return tuple(moment for _, _, moment in sorted(ranked, key=lambda each: each[:2])[:MOST_SHOWN])


def _said(moment: Moment) -> set[str]:
    return _stems(" ".join(moment.examples.match))


def usual_side(name: str, key: str, moments: Iterable[Moment], rules: Iterable[Rule]) -> str:
    """Return who says the moment ``name`` where a rule names it under ``key`` (``when`` or ``expect``).

    It is the side that alone can say it, or the one that most rules listen to; where no rule names it, the customer
    gives occasions and the agent answers them.
    """
    alone = next((moment.side for moment in moments if moment.id == name and moment.side), None)
    if alone:
        return alone
    clauses = [clause for rule in rules for clause in (*rule.when, *((rule.expect,) if rule.expect else ()))]
    agent = sum(name in clause.agent for clause in clauses)
    customer = sum(name in clause.customer for clause in clauses)
    if agent == customer:
        return "customer" if key == "when" else "agent"
    return "agent" if agent > customer else "customer"


def _stems(text: str) -> set[str]:
    return {ENDING.sub("", word) for word in WORDS.findall(text.casefold()) if word not in SAY_NOTHING}
