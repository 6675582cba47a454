"""``coach formats``: which transcripts are read, and how they are told apart."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from coach.cli.failing import tells_errors
from coach.errors import UsageError

if TYPE_CHECKING:
    from coach.readers.known import Format

WIDTH = 78
INDENT = "    "
KINDS = ("roles", "speakers", "times", "words")


@click.command(short_help="List the transcript formats that are read.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a format, one a line, and nothing else.")
@tells_errors
def formats(names: tuple[str, ...], as_json: bool) -> None:
    """List the transcript formats that are read, how each is recognised, and what comes with it.

    NAME is a format, or part of what a format or the tool that writes it is called; then all is told of it. "roles":
    the file says itself who the agent is. Formats marked "untried" are read as their vendor describes them, and were
    never tried on a real file: look at the first ones with coach inspect.

    \b
    Examples:
      coach formats
      coach formats deepgram teams
      coach formats --json
    """
    import orjson

    from coach.readers.known import formats as known_formats

    listed = known_formats()
    chosen = [each for name in names for each in _called(name, listed)] if names else listed
    for each in dict.fromkeys(chosen):
        if as_json:
            click.echo(orjson.dumps({**each._asdict(), "provides": list(each.provides)}).decode())
        else:
            click.echo("\n".join(_in_full(each) if names else _in_short(each)))
    if not as_json and not names:
        untried = sum(not each.is_tried for each in listed)
        click.echo(
            f"\n{len(listed)} formats, {untried} of them untried. Any of them may be packed (gzip, zip, tar) or"
            "\nstand in an envelope, a list or JSON Lines. 'coach formats NAME' tells all"
            "\nof one. For others: coach inspect FILE --suggest-map."
        )


def _in_short(each: Format) -> list[str]:
    from textwrap import shorten

    told = _plain(each.told_by)
    return [_heading(each), INDENT + shorten(told, WIDTH - len(INDENT), placeholder=" ...")]


def _in_full(each: Format) -> list[str]:
    from textwrap import wrap

    body = [each.title, f"told by {_plain(each.told_by)}", *([each.note] if each.note else [])]
    return [
        _heading(each),
        *(f"{INDENT}{line}" for text in body for line in wrap(text, WIDTH - len(INDENT), break_on_hyphens=False)),
    ]


def _heading(each: Format) -> str:
    comes = ", ".join(kind for kind in KINDS if kind in each.provides) or "text alone"
    return f"{each.name}  ({comes}{'' if each.is_tried else '; untried'})"


def _plain(told_by: str) -> str:
    return told_by.replace("`", "")


def _called(name: str, listed: list[Format]) -> list[Format]:
    """Return the formats that ``name`` is the name of, or else a part of the name, of the title or of the note.

    Raises:
        UsageError: there is none.
    """
    wanted = name.casefold()
    exact = [each for each in listed if each.name == wanted]
    found = exact or [each for each in listed if wanted in f"{each.name} {each.title} {each.note}".casefold()]
    if not found:
        near = get_close_matches(wanted, [each.name for each in listed], n=3, cutoff=0.6)
        hint = f"Did you mean {' or '.join(near)}?" if near else "coach formats lists them all."
        raise UsageError(f'no format is called "{name}"', remedy=hint)
    return found
