"""The cases that rule files carry: small calls with the mark that they must get, turns with a moment or without."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple, cast

from coach.call import Call, Role, Roles, Turn
from coach.consistency import compare, in_words, kind_scores
from coach.errors import RuleError
from coach.rule_models import CASE_LINE, Case, Moment, Rule
from coach.scoring import Scorer

# What a call of the built-in scorecard usually stands on; cases of a consistency give scores alone.
MARKS_A_CALL = 10
CLOSED_GAP = "a known gap is closed: make this an ordinary case"


class Verdict(NamedTuple):
    """How one case went. ``said`` is what to tell the author where it went wrong (or a known gap has closed)."""

    owner: str
    case: str
    passed: bool
    said: str = ""


def call_of(lines: str, owner: str) -> Call:
    """Return the call that a case writes, a line a turn: ``agent: text`` or, in seconds, ``0.0-2.5 agent: text``.

    Raises:
        RuleError: a line is no turn.
    """
    turns = []
    for line in filter(None, map(str.strip, lines.splitlines())):
        found = CASE_LINE.fullmatch(line)
        if not found:
            raise RuleError(
                f"this line of a case is no turn: {line!r}",
                where=owner,
                remedy="Write 'agent: …' or '1.5-3.0 customer: …'.",
            )
        start, end = (float(found[key]) if found[key] else None for key in ("start", "end"))
        turns.append(Turn(cast(Role, found["role"]), found["text"], start, end))
    return Call("case", tuple(turns), roles=Roles("given", ("agent",), 1.0))


def verdicts(scorer: Scorer, only: Collection[str] = ()) -> Iterator[Verdict]:
    """Yield how every case of every moment and rule went; with ``only``, of those that it names."""
    for moment in sorted(scorer.rulebook.moments, key=lambda moment: moment.id):
        if not only or moment.id in only:
            yield from moment_verdicts(moment, scorer)
    for rule in scorer.rulebook.rules:
        if not only or rule.id in only:
            yield from rule_verdicts(rule, scorer)


def moment_verdicts(moment: Moment, scorer: Scorer) -> Iterator[Verdict]:
    """Yield how the examples of ``moment`` went."""
    owner = str(scorer.rulebook.files[moment.id])
    examples = moment.examples
    if not (examples.match and examples.no_match):
        yield Verdict(owner, "examples", False, "a moment needs an example that matches and one that does not")
    if moment.id in scorer.language.unavailable:
        return
    for wanted, texts in ((True, examples.match), (False, examples.no_match), (False, examples.known_gap)):
        for text in texts:
            heard = scorer.hear(_example_call(text, moment, owner))
            quotes = [heard.spoken.quote(hit).text for hit in heard.moments.get(moment.id, ())]
            if texts is examples.known_gap:
                yield Verdict(owner, text, True, CLOSED_GAP if quotes else "")
            elif wanted:
                yield Verdict(owner, text, bool(quotes), f"should be '{moment.id}', and nothing in it matched")
            else:
                matched = ", ".join(map(repr, quotes))
                yield Verdict(owner, text, not quotes, f"should not be '{moment.id}', but this matched: {matched}")


def rule_verdicts(rule: Rule, scorer: Scorer) -> Iterator[Verdict]:
    """Yield how the cases of ``rule`` went."""
    owner = str(scorer.rulebook.files[rule.id])
    outcomes = {case.expect for case in rule.tests}
    if "met" not in outcomes or "missed" not in outcomes:
        yield Verdict(owner, "tests", False, "a rule needs a case that is met and one that is missed")
    for case in rule.tests:
        said = _what_went_wrong(rule, case, scorer, owner)
        if case.known_gap:
            yield Verdict(owner, case.name, True, "" if said else CLOSED_GAP)
        else:
            yield Verdict(owner, case.name, not said, said)


def _what_went_wrong(rule: Rule, case: Case, scorer: Scorer, owner: str) -> str:
    if rule.check == "consistency":
        by_kind = {kind: kind_scores(scores, MARKS_A_CALL) for kind, scores in case.scores.items()}
        compared = compare(by_kind, rule.gap or 0.0)
        said = in_words(compared, rule.by)
        return "" if compared.outcome == case.expect else f"expected {case.expect}, came out {compared.outcome}: {said}"
    try:
        call = call_of(case.call, owner)
    except RuleError as error:
        return f"{error.what}. {error.remedy}"
    finding = scorer.finding(rule, scorer.hear(call))
    if finding.outcome != case.expect:
        return f"expected {case.expect}, came out {finding.outcome}: {finding.reason}"
    quotes = [quote.text for quote in finding.evidence]
    if case.evidence is not None and not any(case.evidence in quote for quote in quotes):
        return f"expected the quote {case.evidence!r}, came with {', '.join(map(repr, quotes)) or 'none'}"
    return ""


def _example_call(text: str, moment: Moment, owner: str) -> Call:
    if CASE_LINE.match(text):
        return call_of(text, owner)
    return Call("example", (Turn(moment.side or "agent", text),), roles=Roles("given", ("agent",), 1.0))
