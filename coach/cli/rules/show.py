"""``coach rules show``: one rule or moment in plain words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach.cli.failing import tells_errors
from coach.cli.progress import printable
from coach.cli.rules.shared import check_known, one_line, rules_option, tell_replaced

if TYPE_CHECKING:
    from coach.rule_models import Clause, Context, Moment, Rule
    from coach.scorecard import Scorecard

WIDTH = 78


@click.command()
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
    from coach.datafiles import rules_folder
    from coach.rulebook import load
    from coach.scorecards import load_all

    all_folders = [rules_folder(), *folders]
    book = load(all_folders)
    card = load_all(all_folders).default
    check_known([rule_id], book)
    rule = book.rule(rule_id)
    moment = next((moment for moment in book.moments if moment.id == rule_id), None)
    for line in _rule_lines(rule, card) if rule else _moment_lines(moment):
        click.echo("\n".join(map(printable, line.split("\n"))))
    click.echo(f"\nfile: {printable(str(book.files[rule_id]))}")
    tell_replaced(book)


def _rule_lines(rule: Rule, card: Scorecard) -> list[str]:
    from coach.checks.talk import bounds

    points = card.points_of(rule.id)
    lines = [rule.title, "=" * len(rule.title), ""]
    lines += _field("id", rule.id)
    worth = f"{points:g} in the section {card.section_of(rule.id)}" if points else "none"
    if rule.id in card.auto_fail:
        worth += ", critical: a call that misses it does not pass"
    elif not points:
        worth += ": informational"
    lines += _field("points", worth)
    lines += _field("why", rule.source)
    lines += _field("kind", rule.check)
    for clause in rule.when:
        lines += _field("when", _clause(clause))
    for clause in rule.unless:
        lines += _field("unless", _clause(clause))
    if rule.expect:
        lines += _field("expect", _clause(rule.expect))
    if rule.undone_by:
        lines += _field("undone by", _clause(rule.undone_by))
    for figure in rule.figure:
        lines += _field("figure", f"{figure.name}: {bounds(figure)}")
    if rule.by and rule.gap:
        lines += _field("compares", f"calls by {rule.by}; means less than {rule.gap:g} points apart are alike")
    if rule.check in ("says", "replies", "never"):
        lines += _field("within", str(rule.within))
    if rule.occasions != "any":
        lines += _field("occasions", f"{rule.occasions} of them")
    if rule.most:
        lines += _field("allowed", f"up to {rule.most}")
    lines += _field("otherwise", rule.otherwise)
    lines += _field("coach", rule.coach)
    if rule.say_instead:
        lines += _field("say instead", f"“{rule.say_instead}”")
    lines.append("\ncases")
    for case in rule.tests:
        lines.append(f"  {case.expect}: {case.name}{' (known gap)' if case.known_gap else ''}")
        lines += [f"      {line}" for line in case.lines]
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
    lines += [f"  yes: {one_line(text)}" for text in moment.examples.match]
    lines += [f"  no:  {one_line(text)}" for text in moment.examples.no_match]
    lines += [f"  gap: {one_line(text)}" for text in moment.examples.known_gap]
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
    where = (
        f" (in {clause.within})"
        if clause.within.edge
        else f" (within {clause.within})"
        if clause.within.is_after
        else ""
    )
    return "; ".join(parts) + where


def _field(name: str, text: str) -> list[str]:
    import textwrap

    return textwrap.wrap(text, WIDTH, initial_indent=f"{name + ': ':13}", subsequent_indent=" " * 13)
