"""``coach formats``: which transcripts are read, and how they are told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from coach.cli.failing import tells_errors
from coach.errors import UsageError

if TYPE_CHECKING:
    from coach.readers.known import Format

WIDTH = 78
INDENT = "    "
KINDS = ("speakers", "times", "words")


@click.command(short_help="List the transcript formats that are read.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a format, one a line, and nothing else.")
@tells_errors
def formats(names: tuple[str, ...], as_json: bool) -> None:
    """List the transcript formats that are read, how each is recognised, and what comes with it.

    "roles": the file says itself who the agent is. Formats marked "untried" are read as their vendor describes them,
    and were never tried on a real file: look at the first ones with coach inspect.

    \b
    Examples:
      coach formats
      coach formats deepgram webvtt
      coach formats --json
    """
    import orjson

    from coach.readers.known import formats as known_formats

    listed = known_formats()
    chosen = [each for each in listed if not names or each.name in names]
    for name in names:
        if name not in [each.name for each in listed]:
            raise UsageError(f'no format is called "{name}"', remedy=_near(name, listed))
    for each in chosen:
        if as_json:
            click.echo(orjson.dumps({**each._asdict(), "provides": list(each.provides)}).decode())
        else:
            click.echo("\n".join(_lines(each)))
    if not as_json and not names:
        untried = sum(not each.is_tried for each in listed)
        click.echo(
            f"{len(listed)} formats, {untried} of them untried. Any of them may be packed (gzip, zip, tar) or stand in"
            f"\nan envelope, a list or JSON Lines. For others: coach inspect FILE --suggest-map."
        )


def _lines(each: Format) -> list[str]:
    from textwrap import wrap

    comes = ", ".join((*(["roles"] if "roles" in each.provides else []), *(k for k in KINDS if k in each.provides)))
    untried = "" if each.is_tried else ", untried"
    told = [f"told by {each.told_by}".replace("`", "")] if each.told_by else []
    body = [each.title, *told, *([each.note] if each.note else [])]
    return [
        f"{each.name}  ({comes or 'text alone'}{untried})",
        *(f"{INDENT}{line}" for text in body for line in wrap(text, WIDTH - len(INDENT), break_long_words=False)),
    ]


def _near(name: str, listed: list[Format]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, [each.name for each in listed], n=3, cutoff=0.4)
    return f"Did you mean {' or '.join(near)}?" if near else "coach formats lists them all."
