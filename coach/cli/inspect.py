"""``coach inspect``: how transcripts were read."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from coach.cli.failing import SOME_REJECTED, tells_errors
from coach.cli.numbers import Count
from coach.cli.progress import printable
from coach.cli.reading import reading_options, say_left_out, say_passed_over, say_unmet
from coach.cli.unread import Unread
from coach.errors import UsageError
from coach.readers.options import ReadOptions

if TYPE_CHECKING:
    from coach.call import Call
    from coach.readers import LeftOut
    from coach.scoring import Scorer

TURNS_OF_MANY = 6


@click.command(short_help="Show how a transcript was read: turns, roles, gaps.")
@click.argument("paths", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a call, one a line, and nothing else.")
@click.option("--limit", type=Count(0), metavar="N", help="Turns shown of a call (all of one call, 6 of many).")
@click.option(
    "--suggest-map", is_flag=True, help="Write a first guess at a map for --map, from one file of a house format."
)
@reading_options
@tells_errors
def inspect(paths: tuple[str, ...], as_json: bool, limit: int | None, suggest_map: bool, reading: ReadOptions) -> None:
    """Show how transcripts were read: format, call id, who is the agent and how that is known, turns, what is missing.

    PATHS are files, folders, patterns, or - for standard input. Nothing is scored.

    \b
    Examples:
      coach inspect call.vtt
      coach inspect call.srt --agent-label "Speaker 2"
      coach inspect calls.csv --column text=Utterance --json
      coach inspect house.json --suggest-map > house.yml
    """
    if suggest_map:
        click.echo(map_for(paths, reading), nl=False)
        return
    from itertools import chain, islice

    from rich.console import Console

    from coach.call import Call
    from coach.cli.call_page import show_call
    from coach.readers import read
    from coach.readers.roster import is_met

    say_passed_over(paths, reading)
    left_out: list[LeftOut] = []
    items = read(paths, reading, left_out.append)
    ahead = list(islice(items, 2))
    if limit is None and sum(isinstance(item, Call) for item in ahead) > 1:
        limit = TURNS_OF_MANY
    console = Console(highlight=False, emoji=False)
    resolve = content_roles()
    unread = Unread()
    calls = met = 0
    for item in chain(ahead, items):
        if isinstance(item, Call):
            calls += 1
            met += bool(reading.roster and is_met(item, reading.roster))
        if not isinstance(item, Call):
            unread.add(item)
        elif as_json:
            click.echo(json_line(resolve(item)))
        else:
            with console.capture() as page:
                show_call(console, resolve(item), limit)
            click.echo("\n".join(line.rstrip() for line in page.get().split("\n")), nl=False)
    unread.finish()
    say_left_out(left_out)
    say_unmet(calls, met, reading)
    if unread.places:
        click.echo(f"{unread.places:,} could not be read.", err=True)
        raise click.exceptions.Exit(SOME_REJECTED)


def map_for(paths: tuple[str, ...], reading: ReadOptions) -> str:
    """Return a first guess at a map for the one file in ``paths``; say on standard error if it is read without one.

    Raises:
        UsageError: there are several files.
        TranscriptError: no map can be guessed.
    """
    from coach.call import Call
    from coach.readers import read
    from coach.readers.maps.sample import is_archive, sample_of, unmapped
    from coach.readers.maps.suggest import suggested
    from coach.readers.maps.suggested import yaml_of
    from coach.readers.paths import found
    from coach.readers.source import opened

    files = found(paths)
    if len(files) != 1:
        raise UsageError(f"{len(files):,} files", remedy="Name one file: a map is guessed from one.")
    file = files[0].path
    without = replace(reading, mapping=None)
    if is_archive(file):
        raise unmapped(file, list(read([file], without)))
    with opened(file, reading) as source:
        written = yaml_of(suggested(sample_of(source, without)), os.path.basename(file))
    known = next((item for item in read([file], without) if isinstance(item, Call)), None)
    if known:
        click.echo(f"{printable(file)} is read without a map, as {known.format}.", err=True)
    return written


def content_roles() -> Callable[[Call], Call]:
    """Return what works out the roles of a call whose file does not give them; rules are loaded once.

    Like scoring it warns of a call that is not in English.
    """
    from coach.tongue import foreign

    scorer: list[Scorer] = []

    def resolved(call: Call) -> Call:
        if call.roles.how != "unknown":
            unread = foreign(call)
            return replace(call, warnings=(*call.warnings, unread.warning)) if unread else call
        if not scorer:
            from coach.scoring import Scorer

            scorer.append(Scorer.load())
        return scorer[0].with_roles(call)

    return resolved


def json_line(call: Call) -> str:
    """Return ``call`` as one line of JSON, as the design has it."""
    import orjson

    from coach.scored import roles_dict

    shown = {
        "format": call.format,
        "call_id": call.call_id,
        "roles": roles_dict(call.roles),
        "turns": [
            {"role": turn.role, "speaker": turn.speaker, "text": turn.text, "start": turn.start, "end": turn.end}
            for turn in call.turns
        ],
        "lacks": list(call.lacks),
        "warnings": list(call.warnings),
    }
    return orjson.dumps(shown).decode()
