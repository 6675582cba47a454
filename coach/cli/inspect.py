"""``coach inspect``: how transcripts were read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from coach.cli.failing import SOME_REJECTED, tells_errors
from coach.cli.numbers import Count
from coach.cli.reading import reading_options, say_left_out, say_passed_over
from coach.cli.scoring import told
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
@reading_options
@tells_errors
def inspect(paths: tuple[str, ...], as_json: bool, limit: int | None, reading: ReadOptions) -> None:
    """Show how transcripts were read: format, call id, who is the agent and how that is known, turns, what is missing.

    PATHS are files, folders, patterns, or - for standard input. Nothing is scored.

    \b
    Examples:
      coach inspect call.vtt
      coach inspect call.srt --agent-label "Speaker 2"
      coach inspect calls.csv --column text=Utterance --json
    """
    from itertools import chain, islice

    from rich.console import Console

    from coach.call import Call
    from coach.cli.call_page import show_call
    from coach.readers import read

    say_passed_over(paths, reading)
    left_out: list[LeftOut] = []
    items = read(paths, reading, left_out.append)
    ahead = list(islice(items, 2))
    if limit is None and sum(isinstance(item, Call) for item in ahead) > 1:
        limit = TURNS_OF_MANY
    console = Console(highlight=False, emoji=False)
    resolve = content_roles()
    rejected = 0
    for item in chain(ahead, items):
        if not isinstance(item, Call):
            rejected += 1
            click.echo(told(item, "Not read"), err=True)
        elif as_json:
            click.echo(json_line(resolve(item)))
        else:
            with console.capture() as page:
                show_call(console, resolve(item), limit)
            click.echo("\n".join(line.rstrip() for line in page.get().split("\n")), nl=False)
    say_left_out(left_out)
    if rejected:
        click.echo(f"{rejected} could not be read.", err=True)
        raise click.exceptions.Exit(SOME_REJECTED)


def content_roles() -> Callable[[Call], Call]:
    """Return what works out the roles of a call whose file does not give them; rules are loaded once."""
    scorer: list[Scorer] = []

    def resolved(call: Call) -> Call:
        if call.roles.how != "unknown":
            return call
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
