"""Cases for a rule that somebody begins: short calls made from the examples of the moments that it names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product

from coach.authoring.draft_text import DraftCase
from coach.rule_models import CASE_LINE, Clause, Figure, Moment, Rule
from coach.scored import Outcome

# Said by nobody for a reason, and without the small words of which phrases are made: no rule should hear them.
NOTHING = ("Snow covers seven green mountains.", "Long rivers fill valleys.", "Grey birds nest under oak trees.")
EXAMPLES_TRIED = 8
NAMES: Mapping[Outcome, str] = {
    "met": "done as it should be",
    "missed": "not done",
    "not_applicable": "no occasion for it",
}
NEAR_MISS = "words that come close"


def draft_cases(rule: Rule, moments: Mapping[str, Moment], outcome: Callable[[str], str]) -> tuple[DraftCase, ...]:
    """Return a case for each mark that ``rule`` can give, and one of words that come close.

    Args:
        rule: what the cases are for.
        moments: every moment by its id.
        outcome: gives the mark of the rule for the lines of a call.
    """
    wanted = [mark for mark in NAMES if mark != "not_applicable" or rule.when]
    tried: dict[str, str] = {}

    def first(calls: Iterable[str], mark: str) -> str:
        for call in calls:
            if call not in tried:
                tried[call] = outcome(call)
            if tried[call] == mark:
                return call
        return ""

    found: list[DraftCase] = []
    for mark in wanted:
        call = first(_calls(rule, moments, mark), mark)
        found.append(DraftCase(NAMES[mark], call or _lines(NOTHING, "customer"), mark, known_gap=not call))
    if rule.expect:
        near: Outcome = "met" if rule.check == "never" else "missed"
        call = first(_near_misses(rule, moments), near)
        if call:
            found.append(DraftCase(NEAR_MISS, call, near))
    return tuple(found)


def _calls(rule: Rule, moments: Mapping[str, Moment], mark: Outcome) -> Iterator[str]:
    if rule.check == "talk":
        yield from _timed_calls(rule)
        return
    occasions = list(_said(rule.when[0], moments)) if rule.when else [""]
    expected = list(_said(rule.expect, moments)) if rule.expect else []
    is_said = (mark == "met") != (rule.check == "never")
    if mark == "not_applicable":
        yield _lines(NOTHING, "customer")
        yield from expected
    elif is_said:
        for occasion, words in product(occasions, expected):
            yield from _together(occasion, words)
    else:
        yield from (_joined(occasion, _lines(NOTHING[:2], _answerer(occasion))) for occasion in occasions)


def _near_misses(rule: Rule, moments: Mapping[str, Moment]) -> Iterator[str]:
    occasions = list(_said(rule.when[0], moments)) if rule.when else [""]
    close = _said(rule.expect, moments, held=False) if rule.expect else ()
    short = [words for words in close if "\n" not in words and not words.endswith(NOTHING[0])]
    for occasion, words in product(occasions, short):
        yield from _together(occasion, words)


def _together(occasion: str, words: str) -> Iterator[str]:
    """Yield calls in which ``words`` follow ``occasion``."""
    other = _lines(NOTHING[:1], _answerer(words))
    if not occasion:
        yield _joined(words, other)
        yield _joined(other, words)
        return
    if _last_role(occasion) != _first_role(words):
        yield _joined(occasion, words)
        yield _joined(occasion, words, other)
        return
    yield _joined(occasion, _lines(NOTHING[:1], _answerer(occasion)), words)
    if "\n" not in words:
        yield f"{occasion} {words.partition(': ')[2]}"


def _said(clause: Clause, moments: Mapping[str, Moment], *, held: bool = True) -> Iterator[str]:
    """Yield calls in which what ``clause`` names is said (or, not ``held``, what comes close to it)."""
    if clause.silence is not None and not clause.moments:
        end = 2 + clause.silence + 1
        yield f"0.0-2.0 customer: {NOTHING[0]}\n{end:.1f}-{end + 2:.1f} customer: {NOTHING[1]}"
    sides = (("agent", clause.agent), ("customer", clause.customer), ("agent", clause.any))
    for side, names in sides:
        for name in names:
            examples = moments[name].examples
            texts = (examples.match if held else examples.no_match)[:EXAMPLES_TRIED]
            # Short ones show best what is meant; calls of several lines come last.
            for text in sorted(texts, key=lambda text: "\n" in text.strip()):
                lines = [line.strip() for line in text.strip().splitlines()]
                whole = all(CASE_LINE.fullmatch(line) for line in lines)
                yield "\n".join(lines) if whole else f"{side}: {' '.join(lines)}"


def _timed_calls(rule: Rule) -> Iterator[str]:
    """Yield calls with times in which the figures of the talk are small, great, or in between."""
    bounds = [bound for figure in rule.figure for bound in (figure.most, figure.least) if bound is not None]
    waits = {0.3, *(bound * 1.5 + 2 for bound in bounds), *(bound / 2 for bound in bounds)}
    for wait in sorted(wait for wait in waits if 0 <= wait < 3600):
        yield _timed(2.0, 2.0, wait)
        yield _timed(max(2.0, wait), 2.0, 0.3)
        yield _timed(2.0, max(2.0, wait), 0.3)
        yield _timed(0.5, 4.0, wait)
    yield from (_timed(9.0, 1.0, 0.3), _timed(1.0, 9.0, 0.3))
    yield from (_overlapping(times) for times in _counts(rule.figure))


def _counts(figures: Iterable[Figure]) -> Iterator[int]:
    for figure in figures:
        yield int(min(figure.most or figure.least or 0, 50)) + 1


def _timed(agent: float, customer: float, wait: float) -> str:
    lines: list[str] = []
    at = 0.0
    for number in range(6):
        role, length = (("customer", customer), ("agent", agent))[number % 2]
        lines.append(f"{at:.1f}-{at + length:.1f} {role}: {NOTHING[number % 3]}")
        at += length + wait
    return "\n".join(lines)


def _overlapping(times: int) -> str:
    lines: list[str] = []
    for number in range(times):
        at = number * 8.0
        lines += [
            f"{at:.1f}-{at + 4:.1f} customer: So what I was trying to tell you about the roof is that the",
            f"{at + 2:.1f}-{at + 6:.1f} agent: No, that has nothing to do with it, so please let me finish this now.",
            f"{at + 6.2:.1f}-{at + 7.5:.1f} customer: the roof has a hole.",
        ]
    return "\n".join(lines)


def _lines(texts: Iterable[str], first: str) -> str:
    other = "agent" if first == "customer" else "customer"
    return "\n".join(f"{(first, other)[number % 2]}: {text}" for number, text in enumerate(texts))


def _joined(*parts: str) -> str:
    return "\n".join(filter(None, parts))


def _answerer(call: str) -> str:
    """Return who speaks after ``call``; after nothing, the customer."""
    return "agent" if call and _last_role(call) == "customer" else "customer"


def _first_role(call: str) -> str:
    return _role(call.splitlines()[0])


def _last_role(call: str) -> str:
    return _role(call.splitlines()[-1])


def _role(line: str) -> str:
    found = CASE_LINE.fullmatch(line)
    return found["role"] if found else "agent"
