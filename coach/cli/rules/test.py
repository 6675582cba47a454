"""``coach rules test``: the cases that rules and moments carry."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from coach.cli.failing import GATE_FAILED, tells_errors
from coach.cli.progress import printable
from coach.cli.rules.shared import check_known, one_line, rules_option, tell_replaced
from coach.errors import RuleError


@click.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@rules_option
@click.option("--pipeline", help="A trained spaCy pipeline, for rules that need one.")
@tells_errors
def test(ids: tuple[str, ...], folders: tuple[Path, ...], pipeline: str | None) -> None:
    """Run the cases that every rule and moment carries, or those of each ID.

    \b
    Example:
      coach rules test --rules our-rules/
      coach rules test core.apology apology
    """
    from coach.cases import CLOSED_GAP, verdicts
    from coach.datafiles import rules_folder
    from coach.rulebook import stacked
    from coach.scoring import Scorer

    stacked([rules_folder(), *folders])
    try:
        scorer = Scorer.load(folders, pipeline)
        check_known(ids, scorer.rulebook)
        went = list(verdicts(scorer, ids))
    except RuleError as error:
        # A rule that cannot be read does not pass its test.
        click.echo(str(error), err=True)
        sys.exit(GATE_FAILED)
    tell_replaced(scorer.rulebook)
    total = len(went)
    failed = [verdict for verdict in went if not verdict.passed]
    notes = [verdict for verdict in went if verdict.passed and verdict.said == CLOSED_GAP]
    for verdict in failed + notes:
        click.echo(f"{printable(verdict.owner)}\n  case: {one_line(verdict.case)}\n  {one_line(verdict.said)}")
    click.echo(f"{total - len(failed)} cases passed, {len(failed)} failed.")
    if failed:
        sys.exit(GATE_FAILED)
