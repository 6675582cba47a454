"""``coach rules health``: rules that tell nothing, and rules that reviewers overturn."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach.cli.failing import SOME_REJECTED, tells_errors
from coach.cli.progress import printable
from coach.cli.rules.shared import rules_option
from coach.cli.unread import told

if TYPE_CHECKING:
    from coach.agreement import Pair
    from coach.authoring.health import Health
    from coach.results import Dataset


@click.command()
@click.argument("results")
@click.option(
    "--labels",
    metavar="FILE",
    help="What reviewers say of the same calls, as for coach agree: which marks they overturn.",
)
@click.option("--json", "as_json", is_flag=True, help="Write everything as one JSON object to standard output instead.")
@rules_option
@tells_errors
def health(results: str, labels: str | None, as_json: bool, folders: tuple[Path, ...]) -> None:
    """Find the rules that tell nothing, and those that reviewers overturn most.

    RESULTS is what `coach score ... -o RESULTS` wrote. A rule that never fires, or comes out the same way on every
    call, tells no agent from another; of too few calls nothing is said. With --labels it is told how often reviewers
    overturn each rule's marks. With the --rules that the calls were scored by, moments that never occur are listed.

    Exit codes: 0 told; 2 wrong usage; 3 some labels could not be used.

    \b
    Examples:
      coach rules health results
      coach rules health results --labels labels.csv
    """
    from coach.results import Dataset

    with Dataset.open(results) as dataset:
        pairs, unused = _pairs(dataset, labels)
        found = _health(dataset, pairs, folders)
    if as_json:
        import orjson

        sys.stdout.buffer.write(orjson.dumps(found.to_dict(), option=orjson.OPT_APPEND_NEWLINE))
        sys.stdout.buffer.flush()
    else:
        from coach.cli.rules.health_lines import lines_of

        for line in lines_of(found, with_labels=labels is not None):
            click.echo(line)
    sys.exit(SOME_REJECTED if unused else 0)


def _pairs(dataset: Dataset, labels: str | None) -> tuple[list[Pair], int]:
    """Return the reviewers' marks beside those of the latest rules, and how many labels cannot be used."""
    if labels is None:
        return [], 0
    from coach.authoring.health import ids_marked_by
    from coach.judged import by_id, judged_in, matched
    from coach.labelled import read_labels

    book = dataset.rule_book()
    said = read_labels(labels, [card.id for card in book.cards])
    for warning in said.warnings:
        click.echo(f"{printable(said.source)}: {warning}", err=True)
    for one in said.rejected:
        click.echo(told(one, "Not used"), err=True)
    wanted = ids_marked_by(dataset, book.rules_hash) & said.marks.keys()
    calls, doubtful = by_id(judged_in(dataset, wanted))
    for call_id in doubtful:
        click.echo(f"Not used: the call id {printable(call_id)} stands for calls that differ.", err=True)
    beside = matched(said.marks, calls)
    if not beside.pairs:
        click.echo(f"{printable(said.source)}: no label is of a call in these results.", err=True)
    return list(beside.pairs), len(said.rejected) + len(doubtful)


def _health(dataset: Dataset, pairs: list[Pair], folders: tuple[Path, ...]) -> Health:
    from coach.authoring.health import Health, marked_calls, moments_never_heard, rules_health
    from coach.datafiles import rules_folder
    from coach.rulebook import load

    book = dataset.rule_book()
    calls, earlier = marked_calls(dataset, book.rules_hash)
    at_hand = load([rules_folder(), *folders])
    same = at_hand.hash == book.rules_hash
    unheard = moments_never_heard(dataset, book.rules_hash, at_hand) if same else None
    return Health(rules_health(dataset, book.rules_hash, book.cards, pairs), calls, earlier, unheard)
