"""``coach scorecards show``: the scorecards in plain words, and which calls get which."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach.cli.failing import SOME_REJECTED, tells_errors
from coach.cli.progress import printable
from coach.cli.reading import reading_options
from coach.cli.rules.shared import rules_option
from coach.cli.scorecards.shared import tell_replaced
from coach.cli.scoring import ScoringOptions, some, to_score
from coach.cli.sums import counted
from coach.cli.unread import Unread

if TYPE_CHECKING:
    from coach.readers import ReadOptions
    from coach.scorecard import Scorecard
    from coach.scorecards import Scorecards

WIDTH = 78
INDENT = 14


@click.command()
@click.argument("card_id", metavar="[ID]", required=False)
@rules_option
@click.option(
    "--for",
    "paths",
    multiple=True,
    metavar="PATH",
    help="Say how many calls in PATH get each card. Repeatable.",
)
@reading_options
@tells_errors
def show(card_id: str | None, folders: tuple[Path, ...], paths: tuple[str, ...], reading: ReadOptions) -> None:
    """List the scorecards, or show one in plain words.

    Exit code 3 says that some transcripts of --for could not be read.

    \b
    Examples:
      coach scorecards show --rules our-rules/
      coach scorecards show default
      coach scorecards show --rules our-rules/ --for calls/
    """
    from coach.datafiles import rules_folder
    from coach.scorecards import load_all

    all_folders = [rules_folder(), *folders]
    cards = load_all(all_folders)
    for line in _whole(cards, cards.card(card_id), all_folders) if card_id else _listed(cards):
        click.echo(line)
    tell_replaced(cards, all_folders)
    if paths:
        _tell_calls(cards, paths, reading)


def _listed(cards: Scorecards) -> Iterable[str]:
    for card in cards:
        yield f"{card.id}: {printable(card.name)}, version {printable(card.version)}"
        yield f"    applies to {applies_to(card)}"
        points = f"{card.possible:g} points for {counted(len(card.rules), 'rule')}"
        yield f"    {points}; pass mark {card.pass_mark:g} of 100"


def applies_to(card: Scorecard) -> str:
    """Return for which calls a card is."""
    from coach.scored import DEFAULT_CARD

    if card.id == DEFAULT_CARD:
        return "every call that no other card is for"
    if not card.applies_to:
        return "no call, unless --scorecard asks for it"
    conditions = (f"{printable(key)} is {_either(values)}" for key, values in card.applies_to.items())
    return f"calls whose {' and '.join(conditions)}"


def _either(values: Sequence[str]) -> str:
    return " or ".join(printable(value) for value in values)


def _whole(cards: Scorecards, card: Scorecard, folders: Sequence[Path]) -> Iterable[str]:
    name = printable(card.name)
    yield from (name, "=" * len(name), "")
    yield from _field("id", f"{card.id}, version {card.version}")
    yield from _field("applies to", applies_to(card))
    critical = ", and no critical rule is missed" if card.auto_fail else ""
    yield from _field("passes", f"a call with a score of {card.pass_mark:g} of 100 or more{critical}")
    sides = ", if both sides speak" if card.eligibility.both_sides else ""
    yield from _field("judged", f"a call of {counted(max(1, card.eligibility.least_turns), 'turn')} or more{sides}")
    yield from _field("weights from", card.source or "the card does not say (source:)")
    for section in card.sections:
        points = sum(section.rules.values())
        yield f"\n{printable(section.name)}: {points:g} of {card.possible:g} points, {_share(points, card)}"
        for rule, worth in section.rules.items():
            note = ", critical" if rule in card.auto_fail else ""
            yield f"  {_share(worth, card):>6}  {worth:5g}  {rule}{note}"
    for rule, bands in card.bands.items():
        earned = [f"up to {band.most} earns {100 * band.share:g}%" for band in bands]
        yield f"\n{rule} is graded: {', '.join(earned)}, more earns none."
    shown = _without_points(card, folders)
    if shown:
        yield f"\n{counted(len(shown), 'rule')} without points, shown in the marks:"
        yield from textwrap.wrap(", ".join(shown), WIDTH, initial_indent="  ", subsequent_indent="  ")
    yield f"\nShares are of all {card.possible:g} points; what does not apply to a call leaves its sum."
    yield f"file: {printable(str(cards.files[card.id]))}"


def _share(points: float, card: Scorecard) -> str:
    return f"{100 * points / card.possible:.1f}%" if card.possible else "0.0%"


def _without_points(card: Scorecard, folders: Sequence[Path]) -> list[str]:
    from coach.scorecards import known_rules

    found = sorted(rule for rule in known_rules(folders) if not card.points_of(rule))
    return [f"{rule} (critical)" if rule in card.auto_fail else rule for rule in found]


def _tell_calls(cards: Scorecards, paths: tuple[str, ...], reading: ReadOptions) -> None:
    from coach.call import Call

    counts = dict.fromkeys((card.id for card in cards), 0)
    unread = Unread()
    for item in some(to_score(paths, reading, ScoringOptions()), paths):
        if isinstance(item, Call):
            counts[cards.card_for(item).id] += 1
        else:
            unread.add(item)
    unread.finish()
    click.echo()
    for card_id, number in counts.items():
        click.echo(f"{card_id}: {counted(number, 'call')}")
    if unread.places:
        raise click.exceptions.Exit(SOME_REJECTED)


def _field(name: str, text: str) -> list[str]:
    return textwrap.wrap(
        printable(text), WIDTH, initial_indent=f"{name + ': ':{INDENT}}", subsequent_indent=" " * INDENT
    )
