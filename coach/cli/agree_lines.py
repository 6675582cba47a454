"""A comparison with reviewers, laid out for a person at a terminal 80 columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from coach.agreement import CheckAgreement, Found, Kappa, Pair, Share
from coach.cli.progress import printable
from coach.cli.sums import counted
from coach.comparison import Comparison, percent
from coach.quotes import TurnRow, in_sentence
from coach.scored import OUTCOMES

WIDTH = 80
NAME_WIDTH = 18
IDS_SHOWN = 5
# Of a longer turn the rest is left to the page and to --json.
LONGEST_TEXT = 600
HEAD = (
    f"{'':{NAME_WIDTH}}          same            95%               met         missed",
    f"{'check':{NAME_WIDTH}}  calls   mark  kappa  interval         prec   rec  prec   rec",
)
HOW_TO_READ = (
    "Kappa: 1 is full agreement, 0 no more than chance. Precision (prec): of the tool's marks, those that the "
    "reviewers gave too. Recall (rec): of the reviewers' marks, those that the tool found."
)


def summary_lines(comparison: Comparison) -> Iterator[str]:
    """Yield the table of the checks, where they differ, and the figures over all checks."""
    figures = comparison.agreement
    yield from HEAD
    for check in figures.checks:
        yield from _row(comparison.name(check.rule), check)
    yield ""
    yield from _wrapped(HOW_TO_READ)
    notes: dict[str, list[str]] = {}
    for check in figures.checks:
        notes.setdefault(check.kappa.note, []).append(printable(comparison.name(check.rule)))
    for note, names in notes.items():
        yield from _wrapped(f"{', '.join(names)}: {note}.", hang="  ") if note else ()
    differing = [check for check in figures.checks if check.differing]
    if differing:
        yield from ["", "Where they differ, reviewer→tool:"]
        for check in differing:
            yield from _wrapped(f"{printable(comparison.name(check.rule))}: {_differences(check)}", "  ", "    ")
    elsewhere = [
        f"{printable(comparison.name(check.rule))} {len(check.elsewhere)} of {check.evidence.of}"
        for check in figures.checks
        if check.elsewhere
    ]
    if elsewhere:
        yield ""
        yield from _wrapped(f"Same mark, on other turns than those the reviewer names: {', '.join(elsewhere)}.")
    yield ""
    yield from overall_lines(comparison)
    if differing:
        most = max(differing, key=lambda check: len(check.differing))
        yield f"To see the marks that differ, one by one: --show {printable(comparison.name(most.rule))}"


def overall_lines(comparison: Comparison) -> Iterator[str]:
    """Yield the figures over all checks, and what could not be compared."""
    figures = comparison.agreement
    yield f"{_of(figures.pooled)} marks agree, on {counted(figures.calls, 'call')}."
    if figures.mean.value is None:
        yield "No check has a kappa: that takes two outcomes from the reviewers."
    elif figures.lowest is not None:
        lowest = f"{printable(comparison.name(figures.lowest.rule))}, {_two(figures.lowest.kappa.value or 0.0)}"
        checks = counted(len(figures.in_mean), "check")
        said = f"Mean kappa {_two(figures.mean.value)} over {checks}{_interval(figures.mean)}; lowest: {lowest}."
        yield from _wrapped(said)
    outside = [printable(comparison.name(check.rule)) for check in figures.checks if check.kappa.value is None]
    if outside and figures.mean.value is not None:
        yield from _wrapped(f"Not in the mean, for reviewers gave one outcome: {', '.join(outside)}.")
    yield from _left_out(comparison)


def check_lines(comparison: Comparison, check: CheckAgreement) -> Iterator[str]:
    """Yield all of one check: its figures, every outcome against every outcome, and each difference with its words."""
    yield f"{printable(comparison.name(check.rule))}: {printable(comparison.title(check.rule))}"
    kappa = check.kappa
    said = f"{check.agreed} of {len(check.pairs)} marks agree"
    said += f", kappa {_two(kappa.value)}{_interval(kappa)}." if kappa.value is not None else "."
    yield from _wrapped(f"{said} {_sentence(kappa.note)}".rstrip())
    yield ""
    yield from _confusion(check)
    for number, pair in enumerate(check.differing, 1):
        yield ""
        yield f"{number} of {len(check.differing)} that differ: call {printable(pair.call_id)}"
        yield from _pair_lines(comparison, pair)
    for number, pair in enumerate(check.elsewhere, 1):
        yield ""
        yield f"{number} of {len(check.elsewhere)} that rest on other turns: call {printable(pair.call_id)}"
        yield from _pair_lines(comparison, pair)


def _row(name: str, check: CheckAgreement) -> Iterator[str]:
    shown = printable(name)
    if len(shown) > NAME_WIDTH:
        yield from textwrap.wrap(shown, WIDTH)
        shown = ""
    kappa = check.kappa
    value = "–" if kappa.value is None else _two(kappa.value)
    interval = "" if kappa.low is None or kappa.high is None else f"{_two(kappa.low)} to {_two(kappa.high)}"
    same = percent(check.agreement.value)
    row = f"{shown:{NAME_WIDTH}}  {len(check.pairs):5}  {same:>5}  {value:>5}  {interval:13}"
    yield f"{row}    {_found(check.met)}  {_found(check.missed)}".rstrip()


def _found(found: Found) -> str:
    return f"{_figure(found.precision)}  {_figure(found.recall)}"


def _figure(share: Share) -> str:
    return f"{'–' if share.value is None else f'{share.value:.2f}':>4}"


def _two(value: float) -> str:
    """Return a figure with two digits; what rounds to zero has no sign."""
    return f"{round(value, 2) + 0.0:.2f}"


def _interval(kappa: Kappa) -> str:
    if kappa.low is None or kappa.high is None:
        return ""
    return f" (95% interval {_two(kappa.low)} to {_two(kappa.high)})"


def _of(share: Share) -> str:
    return f"{share.part:,} of {share.of:,} ({percent(share.value or 0.0)})"


def _differences(check: CheckAgreement) -> str:
    off = [(count, cell) for cell, count in check.confusion.items() if cell[0] != cell[1]]
    off.sort(key=lambda one: -one[0])
    return ", ".join(f"{people}→{tool} {count}" for count, (people, tool) in off)


def _confusion(check: CheckAgreement) -> Iterator[str]:
    tool = [outcome for outcome in OUTCOMES if any(cell[1] == outcome for cell in check.confusion)]
    people = [outcome for outcome in OUTCOMES if any(cell[0] == outcome for cell in check.confusion)]
    yield f"  {'reviewer':16}tool: " + "  ".join(tool)
    for said in people:
        counts = "  ".join(f"{check.confusion.get((said, outcome), 0):>{len(outcome)}}" for outcome in tool)
        yield f"  {said:16}      {counts}"


def _pair_lines(comparison: Comparison, pair: Pair) -> Iterator[str]:
    yield f"  reviewer: {pair.label.outcome}"
    named = comparison.turns(pair)
    for turn in named:
        yield from _turn(turn)
    missing = sorted(set(pair.label.turns) - {turn.turn for turn in named})
    if missing:
        yield f"    turn {', '.join(map(str, missing))}: the call has no such turn"
    finding = pair.finding
    yield from _wrapped(f"tool: {finding.outcome}. {_plain(finding.reason)}", "  ", "    ")
    for quote in finding.evidence:
        turn = comparison.turn(pair, quote.turn)
        context = in_sentence(turn.text, quote)
        around = _plain("".join(context))
        within = f" in “{around}”" if context.before or context.after else ""
        yield from _wrapped(f"turn {turn.turn}, {turn.role}: “{_plain(quote.text)}”{within}", "    ", "      ")


def _turn(turn: TurnRow) -> Iterator[str]:
    shown = _plain(turn.text)
    if len(shown) > LONGEST_TEXT:
        shown = f"{shown[:LONGEST_TEXT]} … (and {len(shown) - LONGEST_TEXT:,} more characters)"
    yield from _wrapped(f"turn {turn.turn}, {turn.role}: “{shown}”", "    ", "      ")


def _left_out(comparison: Comparison) -> Iterator[str]:
    found = comparison.matched
    if found.not_found:
        number = len(found.not_found)
        what = counted(number, "labelled call")
        is_ = "is" if number == 1 else "are"
        yield from _wrapped(f"{what} {is_} not among the calls read: {_ids(found.not_found)}.")
    if comparison.unlabelled:
        number = len(comparison.unlabelled)
        has = "has" if number == 1 else "have"
        yield from _wrapped(f"{counted(number, 'call')} read {has} no label.")
    if found.cannot_tell:
        yield f"{counted(found.cannot_tell, 'label')} left out: the reviewer could not tell."
    if found.unmarked:
        yield f"{counted(found.unmarked, 'label')} left out: the tool made no mark by that rule."
    if comparison.labels.repeated:
        yield f"{counted(comparison.labels.repeated, 'label')} given twice with the same outcome, counted once."
    for call_id, rule, turn in found.odd_turns[:IDS_SHOWN]:
        name = printable(comparison.name(rule))
        yield from _wrapped(f"Call {printable(call_id)}, {name}: the label names turn {turn}, which is not there.")
    if len(found.odd_turns) > IDS_SHOWN:
        yield f"{len(found.odd_turns) - IDS_SHOWN:,} more labels name turns that are not there; --json lists them."


def _ids(ids: Sequence[str]) -> str:
    shown = ", ".join(map(printable, ids[:IDS_SHOWN]))
    more = len(ids) - IDS_SHOWN
    return f"{shown} and {more:,} more (--json lists them)" if more > 0 else shown


def _plain(text: str) -> str:
    return printable(" ".join(text.split()))


def _sentence(note: str) -> str:
    return f"{note[0].upper()}{note[1:]}." if note else ""


def _wrapped(text: str, first: str = "", hang: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=hang, break_on_hyphens=False)
