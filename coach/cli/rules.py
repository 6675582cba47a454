"""``coach rules``: list, show, check and test what the tool listens for."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach.cli.failing import GATE_FAILED, tells_errors
from coach.cli.scoring import counted
from coach.errors import CoachError, RuleError, UsageError

if TYPE_CHECKING:
    from coach.rule_models import Clause, Context, Moment, Rule
    from coach.rulebook import Rulebook
    from coach.scorecard import Scorecard

WIDTH = 78
LINE_AND_COLUMN = re.compile(r"(?::\d+){1,2}$")

rules_option = click.option(
    "--rules",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A folder of rules on top of the built-in ones; repeatable.",
)


@click.group()
def rules() -> None:
    """List, show, check and test the rules.

    \b
    Example:
      coach rules show core.apology
      coach rules test --rules our-rules/
    """


@rules.command("list")
@rules_option
@tells_errors
def list_rules(folders: tuple[Path, ...]) -> None:
    """List the rules with their points on the scorecard.

    \b
    Example:
      coach rules list
    """
    from coach.datafiles import rules_folder
    from coach.rulebook import load
    from coach.scorecard import load as load_scorecard

    all_folders = [rules_folder(), *folders]
    book = load(all_folders)
    card = load_scorecard(_scorecard_path(all_folders), [rule.id for rule in book.rules])
    click.echo(f"{card.name}, version {card.version}: pass mark {card.pass_mark:g} of 100")
    order = [rule for section in card.sections for rule in section.rules]
    for rule in sorted(
        book.rules, key=lambda rule: (order.index(rule.id) if rule.id in order else len(order), rule.id)
    ):
        points = f"{card.points_of(rule.id):g} points" if card.points_of(rule.id) else "shown only"
        critical = ", critical" if rule.id in card.auto_fail else ""
        click.echo(f"{rule.id:28} {points}{critical}")
        click.echo(f"    {rule.title}")
    _tell_replaced(book)
    click.echo(f"{len(book.rules)} rules, {len(book.moments)} moments. 'coach rules show ID' shows one of either.")


@rules.command()
@click.argument("rule_id", metavar="ID")
@rules_option
@tells_errors
def show(rule_id: str, folders: tuple[Path, ...]) -> None:
    """Show a rule or a moment in plain words, with its cases.

    \b
    Example:
      coach rules show core.apology
      coach rules show apology
    """
    import difflib

    from coach.datafiles import rules_folder
    from coach.rulebook import load
    from coach.scorecard import load as load_scorecard

    all_folders = [rules_folder(), *folders]
    book = load(all_folders)
    card = load_scorecard(_scorecard_path(all_folders), [rule.id for rule in book.rules])
    rule = book.rule(rule_id)
    moment = next((moment for moment in book.moments if moment.id == rule_id), None)
    if rule is None and moment is None:
        known = [rule.id for rule in book.rules] + [moment.id for moment in book.moments]
        close = difflib.get_close_matches(rule_id, known, n=3, cutoff=0.4)
        raise UsageError(
            f"there is no rule or moment {rule_id!r}",
            remedy=f"Did you mean {' or '.join(close)}?" if close else "'coach rules list' shows the rules.",
        )
    for line in _rule_lines(rule, card) if rule else _moment_lines(moment):
        click.echo(line)
    click.echo(f"\nfile: {book.files[rule_id]}")
    _tell_replaced(book)


@rules.command()
@rules_option
@tells_errors
def check(folders: tuple[Path, ...]) -> None:
    """Check that all rule files can be read; name file, line and column of each that cannot.

    \b
    Example:
      coach rules check --rules our-rules/
    """
    from coach.datafiles import rules_folder
    from coach.rulebook import problems
    from coach.scoring import Scorer

    found: list[CoachError] = list(problems([rules_folder(), *folders]))
    if not found:
        try:
            scorer = Scorer.load(folders)
        except CoachError as error:
            found = [error]
    for problem in found:
        click.echo(str(problem), err=True)
    if found:
        files = {LINE_AND_COLUMN.sub("", problem.where) for problem in found}
        click.echo(f"{counted(len(files), 'rule file')} to mend.", err=True)
        sys.exit(GATE_FAILED)
    click.echo(f"{len(scorer.rulebook.rules)} rules and {len(scorer.rulebook.moments)} moments can be read.")
    _tell_replaced(scorer.rulebook)


@rules.command()
@rules_option
@click.option("--pipeline", help="A trained spaCy pipeline, for rules that need one.")
@tells_errors
def test(folders: tuple[Path, ...], pipeline: str | None) -> None:
    """Run the cases that every rule and moment carries.

    \b
    Example:
      coach rules test --rules our-rules/
    """
    from coach.cases import CLOSED_GAP, verdicts
    from coach.datafiles import rules_folder
    from coach.rulebook import stacked
    from coach.scoring import Scorer

    stacked([rules_folder(), *folders])
    try:
        scorer = Scorer.load(folders, pipeline)
        went = list(verdicts(scorer))
    except RuleError as error:
        # A rule that cannot be read does not pass its test.
        click.echo(str(error), err=True)
        sys.exit(GATE_FAILED)
    _tell_replaced(scorer.rulebook)
    total = len(went)
    failed = [verdict for verdict in went if not verdict.passed]
    notes = [verdict for verdict in went if verdict.passed and verdict.said == CLOSED_GAP]
    for verdict in failed + notes:
        click.echo(f"{verdict.owner}\n  case: {_one_line(verdict.case)}\n  {verdict.said}")
    click.echo(f"{total - len(failed)} cases passed, {len(failed)} failed.")
    if failed:
        sys.exit(GATE_FAILED)


def _tell_replaced(book: Rulebook) -> None:
    for name in book.replaced:
        click.echo(f"{name} replaces the built-in one (from {book.files[name]}).")


def _scorecard_path(folders: list[Path]) -> Path:
    from coach.rulebook import last_with

    return last_with(folders, "scorecard.yml")


def _rule_lines(rule: Rule, card: Scorecard) -> list[str]:
    points = card.points_of(rule.id)
    lines = [rule.title, "=" * len(rule.title), ""]
    lines += _field("id", rule.id)
    lines += _field("points", f"{points:g} in the section {card.section_of(rule.id)}" if points else "none: shown only")
    lines += _field("why", rule.source)
    lines += _field("kind", rule.check)
    for clause in rule.when:
        lines += _field("when", _clause(clause))
    for clause in rule.unless:
        lines += _field("unless", _clause(clause))
    if rule.expect:
        lines += _field("expect", _clause(rule.expect))
    if rule.figure:
        bounds = [f"at most {rule.figure.most:g}" if rule.figure.most is not None else ""]
        bounds += [f"at least {rule.figure.least:g}" if rule.figure.least is not None else ""]
        lines += _field("figure", f"{rule.figure.name}: {' '.join(filter(None, bounds))}")
    if rule.check in ("says", "replies", "never"):
        lines += _field("within", str(rule.within))
    lines += _field("otherwise", rule.otherwise)
    lines += _field("coach", rule.coach)
    if rule.say_instead:
        lines += _field("say instead", f"“{rule.say_instead}”")
    lines.append("\ncases")
    for case in rule.tests:
        lines.append(f"  {case.expect}: {case.name}{' (known gap)' if case.known_gap else ''}")
        lines += [f"      {line}" for line in case.call.strip().splitlines()]
    return lines


def _moment_lines(moment: Moment | None) -> list[str]:
    if moment is None:
        return []
    lines = [moment.title, "=" * len(moment.title), ""]
    for name, phrases in (("any of", moment.any_of), ("but not", moment.but_not)):
        for phrase in phrases:
            lines += _field(name, phrase)
    if moment.include:
        lines += _field("and all of", ", ".join(moment.include))
    for pattern in moment.pattern:
        lines += _field("pattern", str(list(pattern)))
    if moment.signal:
        lines += _field("signal", moment.signal)
    if moment.side:
        lines += _field("side", f"the {moment.side} only")
    if moment.within.edge:
        lines += _field("within", str(moment.within))
    contexts = {
        "after": moment.after,
        "not after": moment.not_after,
        "before": moment.before,
        "not before": moment.not_before,
    }
    for name, context in contexts.items():
        if context:
            lines += _field(name, _context(context))
    lines.append("\nexamples")
    lines += [f"  yes: {_one_line(text)}" for text in moment.examples.match]
    lines += [f"  no:  {_one_line(text)}" for text in moment.examples.no_match]
    lines += [f"  gap: {_one_line(text)}" for text in moment.examples.known_gap]
    return lines


def _context(context: Context) -> str:
    sides = (
        ("the same speaker", context.same),
        ("the other", context.other),
        ("agent", context.agent),
        ("customer", context.customer),
    )
    parts = [f"{side}: {', '.join(names)}" for side, names in sides if names]
    return f"{'; '.join(parts)} (within {context.within})"


def _clause(clause: Clause) -> str:
    sides = (("agent", clause.agent), ("customer", clause.customer), ("either", clause.any))
    parts = [f"{side}: {', '.join(names)}" for side, names in sides if names]
    if clause.silence is not None:
        parts.append(f"a silence of {clause.silence:g} s")
    where = f" (in {clause.within})" if clause.within.edge else ""
    return "; ".join(parts) + where


def _field(name: str, text: str) -> list[str]:
    import textwrap

    return textwrap.wrap(text, WIDTH, initial_indent=f"{name + ': ':13}", subsequent_indent=" " * 13)


def _one_line(text: str) -> str:
    return " / ".join(text.strip().splitlines())
