"""The page of a comparison with reviewers: how far the marks agree, and each mark that differs, to be settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from coach.agreement import CheckAgreement, Kappa, Pair, Share
from coach.comparison import Comparison, percent
from coach.pages import charts, words
from coach.pages.receipt import anchor_of
from coach.pages.team import Figure
from coach.quotes import InContext, in_sentence
from coach.scored import OUTCOMES
from coach.statistics import Rate

IDS_SHOWN = 20


class CheckLine(NamedTuple):
    """A check in the table. ``kappa`` is empty where there is none, ``bar`` draws its interval."""

    title: str
    rule: str
    anchor: str
    calls: str
    same: str
    same_between: str
    kappa: str
    kappa_between: str
    bar: charts.Bar | None
    met: str
    missed: str


class Row(NamedTuple):
    """The marks for which the reviewers said ``mark``: how often the tool said what, and the CSS class of each."""

    mark: words.Mark
    cells: tuple[tuple[str, str], ...]


class TurnSaid(NamedTuple):
    """A turn that a reviewer named."""

    turn: int
    who: str
    text: str


class QuoteSaid(NamedTuple):
    """A quote of the tool's in its sentence."""

    turn: int
    who: str
    text: InContext


class Difference(NamedTuple):
    """One mark to settle: both sides with their words. ``absent`` says which turns named are not there."""

    call_id: str
    people: words.Mark
    turns: tuple[TurnSaid, ...]
    absent: str
    tool: words.Mark
    reason: str
    quotes: tuple[QuoteSaid, ...]


class CheckSection(NamedTuple):
    """All of one check; ``differing`` and ``elsewhere`` may be empty, and the lines above them then too."""

    title: str
    rule: str
    anchor: str
    sentence: str
    note: str
    columns: tuple[words.Mark, ...]
    rows: tuple[Row, ...]
    differing: tuple[Difference, ...]
    differing_line: str
    elsewhere: tuple[Difference, ...]
    elsewhere_line: str


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """All that the template shows."""

    intro: str
    figures: tuple[Figure, ...]
    lines: tuple[CheckLine, ...]
    sections: tuple[CheckSection, ...]
    left_out: tuple[str, ...]
    rejected: tuple[tuple[str, str, str, str], ...]


def agreement_page(comparison: Comparison) -> AgreementPage:
    """Return the page of ``comparison``."""
    checks = comparison.agreement.checks
    return AgreementPage(
        intro=f"{words.count(comparison.agreement.pooled.of, 'mark')} that reviewers gave on "
        f"{words.count(comparison.agreement.calls, 'call')}, beside the tool's",
        figures=_figures(comparison),
        lines=tuple(_line(comparison, check) for check in checks),
        sections=tuple(_section(comparison, check) for check in checks),
        left_out=_left_out(comparison),
        rejected=tuple((one.source, one.place, one.cause, one.remedy) for one in comparison.rejected),
    )


def _figures(comparison: Comparison) -> tuple[Figure, ...]:
    figures = comparison.agreement
    mean, lowest = figures.mean, figures.lowest
    among = f"over {words.count(len(figures.in_mean), 'check')}"
    found = [
        Figure(
            "Mean kappa",
            _two(mean.value),
            f"{among}{_probably(mean)}" if mean.value is not None else "No check has a kappa.",
            _bar(mean),
        )
    ]
    if lowest is not None:
        note = f"{comparison.title(lowest.rule)}{_probably(lowest.kappa)}"
        found.append(Figure("Lowest kappa", _two(lowest.kappa.value), note, _bar(lowest.kappa)))
    pooled = figures.pooled
    differ = pooled.of - pooled.part
    found.append(Figure("Marks that agree", percent(pooled.value or 0.0), f"{pooled.part:,} of {pooled.of:,}", None))
    found.append(Figure("Marks to settle", f"{differ:,}", "with their words, below" if differ else "", None))
    return tuple(found)


def _line(comparison: Comparison, check: CheckAgreement) -> CheckLine:
    kappa = check.kappa
    return CheckLine(
        title=comparison.title(check.rule),
        rule=check.rule,
        anchor=anchor_of(check.rule),
        calls=str(len(check.pairs)),
        same=percent(check.agreement.value),
        same_between=words.between(check.agreement),
        kappa=_two(kappa.value),
        kappa_between=_kappa_between(kappa),
        bar=_bar(kappa),
        met=_found(check.met.precision, check.met.recall),
        missed=_found(check.missed.precision, check.missed.recall),
    )


def _kappa_between(kappa: Kappa) -> str:
    if kappa.value is None:
        return "reviewers gave one outcome"
    if kappa.value == 1:
        return "all agree"
    if kappa.low is None or kappa.high is None:
        return "no interval: one outcome is too rare"
    return f"{_two(kappa.low)} to {_two(kappa.high)}"


def _section(comparison: Comparison, check: CheckAgreement) -> CheckSection:
    kappa = check.kappa
    said = f"{check.agreed} of {words.count(len(check.pairs), 'mark')} agree"
    if kappa.value is not None:
        said += f"; kappa {_two(kappa.value)}{_probably(kappa)}"
    tool = [outcome for outcome in OUTCOMES if any(cell[1] == outcome for cell in check.confusion)]
    people = [outcome for outcome in OUTCOMES if any(cell[0] == outcome for cell in check.confusion)]
    rows = tuple(
        Row(words.MARKS[one], tuple(_cell(check.confusion.get((one, other), 0), one == other) for other in tool))
        for one in people
    )
    differing = tuple(_difference(comparison, pair) for pair in check.differing)
    elsewhere = tuple(_difference(comparison, pair) for pair in check.elsewhere)
    return CheckSection(
        title=comparison.title(check.rule),
        rule=check.rule,
        anchor=anchor_of(check.rule),
        sentence=f"{said}.",
        note=f"{kappa.note[0].upper()}{kappa.note[1:]}." if kappa.note else "",
        columns=tuple(words.MARKS[outcome] for outcome in tool),
        rows=rows,
        differing=differing,
        differing_line=f"{words.count(len(differing), 'mark')} to settle" if differing else "",
        elsewhere=elsewhere,
        elsewhere_line=f"{words.count(len(elsewhere), 'same mark', 'same marks')} on other turns" if elsewhere else "",
    )


def _cell(count: int, same: bool) -> tuple[str, str]:
    return str(count), ("met" if same else "missed") if count else "soft"


def _difference(comparison: Comparison, pair: Pair) -> Difference:
    named = comparison.turns(pair)
    absent = sorted(set(pair.label.turns) - {turn.turn for turn in named})
    quotes = [(comparison.turn(pair, quote.turn), quote) for quote in pair.finding.evidence]
    return Difference(
        call_id=pair.call_id,
        people=words.MARKS[pair.label.outcome],
        turns=tuple(TurnSaid(turn.turn, words.ROLES[turn.role], turn.text) for turn in named),
        absent=f"The call has no turn {words.listed([str(turn) for turn in absent])}." if absent else "",
        tool=words.MARKS[pair.finding.outcome],
        reason=pair.finding.reason,
        quotes=tuple(
            QuoteSaid(quote.turn, words.ROLES[turn.role], in_sentence(turn.text, quote)) for turn, quote in quotes
        ),
    )


def _left_out(comparison: Comparison) -> tuple[str, ...]:
    """Return a sentence for each kind of label or call that is in no figure."""
    found = comparison.matched
    outside = [comparison.title(check.rule) for check in comparison.agreement.checks if check.kappa.value is None]
    lines = [
        f"Not in the mean kappa, for reviewers gave one outcome throughout: {'; '.join(outside)}." if outside else "",
        f"Labelled, but not among the calls read: {_ids(found.not_found)}." if found.not_found else "",
        f"Read, and not labelled: {words.count(len(comparison.unlabelled), 'call')}." if comparison.unlabelled else "",
        f"{words.count(found.cannot_tell, 'label')} left out: the reviewer could not tell."
        if found.cannot_tell
        else "",
        f"{words.count(found.unmarked, 'label')} left out: no mark by that rule." if found.unmarked else "",
        f"{words.count(comparison.labels.repeated, 'label')} given twice with the same outcome, counted once."
        if comparison.labels.repeated
        else "",
    ]
    return tuple(filter(None, lines))


def _ids(ids: tuple[str, ...]) -> str:
    more = len(ids) - IDS_SHOWN
    return ", ".join(ids[:IDS_SHOWN]) + (f" and {words.count(more, 'more call')}" if more > 0 else "")


def _bar(kappa: Kappa) -> charts.Bar | None:
    """Return the bar of kappa from 0 to 1; less than chance stands at 0."""
    if kappa.value is None or kappa.low is None or kappa.high is None:
        return None
    return charts.bar(Rate(max(0.0, kappa.value), max(0.0, kappa.low), max(0.0, kappa.high), 0))


def _probably(kappa: Kappa) -> str:
    if kappa.low is None or kappa.high is None:
        return ""
    return f", 95% interval {_two(kappa.low)} to {_two(kappa.high)}"


def _found(precision: Share, recall: Share) -> str:
    return f"{_two(precision.value)} / {_two(recall.value)}" if precision.of or recall.of else ""


def _two(value: float | None) -> str:
    return "\u2013" if value is None else f"{round(value, 2) + 0.0:.2f}".replace("-", "\u2212")
