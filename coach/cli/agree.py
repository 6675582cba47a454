"""``coach agree``: how far the tool's marks agree with those of reviewers, and where they differ."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach.cli.failing import GATE_FAILED, SOME_REJECTED, tells_errors
from coach.cli.named import is_results
from coach.cli.numbers import Score
from coach.cli.progress import Bar, ends_cleanly, printable
from coach.cli.reading import reading_options
from coach.cli.report import keep_foreign_page
from coach.cli.scoring import ScoringOptions, marking_options, some, to_score
from coach.cli.unread import told
from coach.errors import CoachError, TranscriptError, UsageError

if TYPE_CHECKING:
    from coach.agreement import CheckAgreement
    from coach.call import Call
    from coach.comparison import Comparison
    from coach.engines.marking import Scorer
    from coach.judged import JudgedCall
    from coach.readers import ReadOptions, Rejected
    from coach.results import Dataset
    from coach.scored import RuleCard

EVERY_CHECK = "all"


@click.command()
@click.argument("labels")
@click.argument("paths", nargs=-1, metavar="PATHS...")
@click.option(
    "--show",
    multiple=True,
    metavar="CHECK",
    help="Show each mark of a check that differs, with its words, e.g. apology; all: of every check. Repeatable.",
)
@click.option("--json", "as_json", is_flag=True, help="Write everything as one JSON object to standard output instead.")
@click.option("--html", metavar="FILE", help="Also write a page with the figures and each mark that differs.")
@click.option(
    "--fail-under",
    type=Score(1),
    metavar="KAPPA",
    help="Exit with 1 if the mean kappa, over the checks that have one, is under KAPPA (0 to 1).",
)
@marking_options
@reading_options
@tells_errors
def agree(
    labels: str,
    paths: tuple[str, ...],
    show: tuple[str, ...],
    as_json: bool,
    html: str | None,
    fail_under: float | None,
    scoring: ScoringOptions,
    reading: ReadOptions,
) -> None:
    """Compare the tool's marks with those of reviewers.

    LABELS is what reviewers say: JSON Lines, {"call_id": "c-1", "labels": {"apology": ["met", [2]]}}, or a table
    with the columns call_id, check, outcome and, if you like, turn. PATHS are the transcripts, which are scored
    for this, or a results folder, whose marks are taken as they are.

    Exit codes: 0 compared; 1 the mean kappa is under --fail-under; 2 wrong usage, or nothing to compare; 3 some
    labels or transcripts could not be used (the others are compared). Where both 1 and 3 apply, it is 1.

    \b
    Examples:
      coach agree labels.csv calls/
      coach agree labels.csv calls/ --show apology
      coach agree labels.jsonl results --html agreement.html --fail-under 0.8
    """
    if not paths:
        raise UsageError("no transcripts named", remedy="Name labels, then calls: coach agree labels.csv calls/")
    if as_json and show:
        raise UsageError("--json and --show do not go together", remedy="--json holds every mark that differs.")
    if html is not None:
        keep_foreign_page(Path(html))
    comparison = _compared(labels, paths, scoring, reading)
    chosen = _chosen(comparison, show)
    if as_json:
        import orjson

        sys.stdout.buffer.write(orjson.dumps(comparison.to_dict(), option=orjson.OPT_APPEND_NEWLINE))
        sys.stdout.buffer.flush()
    else:
        for line in _lines(comparison, chosen, quiet=scoring.quiet):
            click.echo(line)
    if html is not None:
        _write_page(comparison, Path(html), quiet=scoring.quiet or as_json)
    sys.exit(_exit_code(comparison, fail_under))


@dataclass(slots=True)
class _Marked:
    """What has been read and marked so far: labelled calls, ids of the others, what was rejected, the rules."""

    calls: list[JudgedCall] = field(default_factory=list)
    unlabelled: dict[str, None] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)


def _compared(labels: str, paths: tuple[str, ...], scoring: ScoringOptions, reading: ReadOptions) -> Comparison:
    """Return the comparison; say on standard error what cannot be used."""
    from contextlib import ExitStack

    from coach.comparison import compare
    from coach.judged import by_id
    from coach.labelled import read_labels
    from coach.readers import Rejected
    from coach.results import Dataset

    results, transcripts = [p for p in paths if is_results(p)], tuple(p for p in paths if not is_results(p))
    if not transcripts and (scoring.rules or scoring.pipeline):
        raise UsageError(
            "--rules and --pipeline make marks, and these are made already",
            where=", ".join(results),
            remedy="Name the transcripts instead of their results, or leave the options out.",
        )
    with ExitStack() as stack, Bar("Comparing", quiet=scoring.quiet) as bar:
        stack.enter_context(ends_cleanly(lambda: "Nothing is written."))
        datasets = [stack.enter_context(Dataset.open(path)) for path in results]
        scorer = scoring.scorer_maker()() if transcripts else None
        cards = _cards(scorer, datasets)
        said = read_labels(labels, [card.id for card in cards])
        for warning in said.warnings:
            bar.say(f"{printable(said.source)}: {warning}")
        for one in said.rejected:
            bar.say(told(one, "Not used"))
        marked = _Marked()
        for dataset in datasets:
            _take(dataset, said.marks, marked)
        if scorer is not None:
            calls = some(to_score(transcripts, reading, scoring), transcripts)
            for number, item in enumerate(calls, 1):
                _mark(item, scorer, said.marks, marked, bar)
                bar.update(number, note=f"{number:,} calls")
        calls_by_id, doubtful = by_id(marked.calls)
        for call_id in doubtful:
            cause = f"the call id {call_id} stands for calls that differ, so none of them is compared"
            marked.rejected.append(Rejected(", ".join(paths), "", cause, "Give each call an id of its own."))
            bar.say(told(marked.rejected[-1], "Not used"))
        stamp = scorer.stamp if scorer is not None else datasets[0].rule_book().stamp
        return compare(said, calls_by_id, list(marked.unlabelled), marked.rejected, cards, stamp)


def _cards(scorer: Scorer | None, datasets: Sequence[Dataset]) -> list[RuleCard]:
    """Return all rules that marks were made by, in the order of the scorecard."""
    cards = {card.id: card for card in (scorer.rule_cards() if scorer is not None else ())}
    for dataset in datasets:
        for card in dataset.rule_cards():
            cards.setdefault(card.id, card)
    return list(cards.values())


def _take(dataset: Dataset, wanted: Mapping[str, object], marked: _Marked) -> None:
    """Take the marks of the labelled calls from a results dataset."""
    from coach.judged import ids_in, judged_in

    marked.unlabelled.update(dict.fromkeys(call_id for call_id in ids_in(dataset) if call_id not in wanted))
    marked.calls.extend(judged_in(dataset, wanted))


def _mark(item: Call | Rejected, scorer: Scorer, wanted: Mapping[str, object], marked: _Marked, bar: Bar) -> None:
    """Score a call if it is labelled."""
    from coach.call import Call
    from coach.engines.marking import DEFECT, REPORT_IT
    from coach.judged import judged
    from coach.readers.rejected import Rejected, rejected

    if isinstance(item, Call):
        if item.call_id not in wanted:
            marked.unlabelled[item.call_id] = None
            return
        where = item.source or item.call_id
        try:
            marked.calls.append(judged(scorer.score(item)))
            return
        except TranscriptError as error:
            item = rejected(error, where)
        except CoachError:
            raise
        except Exception as error:
            item = Rejected(where, "", DEFECT.format(type(error).__name__, error), REPORT_IT)
    marked.rejected.append(item)
    bar.say(told(item))


def _chosen(comparison: Comparison, show: Sequence[str]) -> list[CheckAgreement]:
    """Return the checks to show one by one.

    Raises:
        UsageError: there is no such check among those compared.
    """
    from coach.labelled import rule_of

    checks = {check.rule: check for check in comparison.agreement.checks}
    if EVERY_CHECK in show:
        return list(checks.values())
    chosen: dict[str, None] = {}
    for name in show:
        try:
            chosen[rule_of(name, list(checks))] = None
        except TranscriptError as error:
            known = ", ".join(comparison.name(rule) for rule in checks)
            remedy = f"{error.remedy} Compared here: {known}." if "rules list" not in error.remedy else ""
            raise UsageError(f"--show: {error.what}", remedy=remedy or f"Compared here: {known}.") from None
    return [checks[rule] for rule in chosen]


def _lines(comparison: Comparison, chosen: Sequence[CheckAgreement], *, quiet: bool) -> Iterator[str]:
    """Yield what to print: the checks asked for, else the table."""
    from coach.cli.agree_lines import check_lines, summary_lines

    for number, check in enumerate(chosen):
        yield from ["", ""] if number else []
        yield from check_lines(comparison, check)
    if not chosen and not quiet:
        yield from summary_lines(comparison)


def _write_page(comparison: Comparison, page: Path, *, quiet: bool) -> None:
    from coach.render import write_agreement

    write_agreement(comparison, page)
    if not quiet:
        click.echo(f"Page: {page.resolve().as_uri()}")


def _exit_code(comparison: Comparison, least: float | None) -> int:
    """Return the exit code; a failed gate is said on standard error and comes before what was rejected."""
    mean = comparison.agreement.mean.value
    if least is not None and mean is None:
        click.echo(f"Gate failed: no check has a kappa to hold against --fail-under {least:g}.", err=True)
        return GATE_FAILED
    if least is not None and mean is not None and mean < least:
        under = [
            f"{printable(comparison.name(check.rule))} {check.kappa.value:.4f}"
            for check in comparison.agreement.in_mean
            if check.kappa.value is not None and check.kappa.value < least
        ]
        click.echo(f"Gate failed: the mean kappa, {mean:.4f}, is under {least:g}.", err=True)
        told_under = textwrap.wrap(f"Checks under it: {', '.join(under)}.", 78)
        click.echo(textwrap.indent("\n".join(told_under), "  "), err=True)
        return GATE_FAILED
    return SOME_REJECTED if comparison.rejected else 0
