"""``coach convert``: transcripts of any form, written in the native form."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from coach.cli.failing import SOME_REJECTED, tells_errors
from coach.cli.progress import Bar, ends_cleanly, printable
from coach.cli.reading import reading_options
from coach.cli.scoring import ScoringOptions, quiet_option, some, to_score
from coach.cli.sums import counted
from coach.cli.unread import Unread
from coach.readers.options import ReadOptions

if TYPE_CHECKING:
    from coach.call import Call
    from coach.cli.converted import Write


@click.command(short_help="Write transcripts in the native form.")
@click.argument("paths", nargs=-1, required=True, metavar="PATHS...")
@click.option(
    "-o",
    "--out",
    required=True,
    metavar="OUT",
    help="A file that ends in .jsonl or .jsonl.gz for one call a line, - for standard output, or else a folder, for one"
    " file a call.",
)
@click.option("--force", is_flag=True, help="Overwrite files that are there already.")
@quiet_option
@reading_options
@tells_errors
def convert(paths: tuple[str, ...], out: str, force: bool, quiet: bool, reading: ReadOptions) -> None:
    """Write transcripts in the native form (JSON), as they were read.

    PATHS are files, folders, patterns, or - for standard input. Scoring what is written gives the same marks as scoring
    what was read. A role is written where the file, its labels or your options say it; where it would be worked out
    from what is said, it is left to be worked out.

    Exit codes: 0 all calls written; 2 wrong usage; 3 some could not be read or written (the others are written).

    \b
    Examples:
      coach convert calls/ -o native
      coach convert export.zip -o calls.jsonl.gz
      coach convert call.vtt --agent-label "Speaker 2" -o -
    """
    from coach.call import Call
    from coach.cli.converted import kept, not_from, writer

    written = failed = 0
    target = writer(out, force)
    calls = some(not_from(out, to_score(paths, reading, ScoringOptions(quiet=quiet))), paths)
    with ends_cleanly(lambda: kept(out)), Bar("Converting", quiet=quiet) as bar, target as write:
        unread = Unread(bar.say)
        for call in calls:
            if not isinstance(call, Call):
                unread.add(call)
            elif error := rejection(call, write):
                bar.say(error)
                failed += 1
            else:
                written += 1
            bar.update(written + failed + unread.places, note=f"{written:,} calls")
        unread.finish()
    failed += unread.places
    if not quiet:
        where = f" to {printable(out)}" if written and out != "-" else ""
        click.echo(f"{counted(written, 'call')} written{where}{f', {failed:,} not' if failed else ''}.", err=True)
    sys.exit(SOME_REJECTED if failed else 0)


def rejection(call: Call, write: Write) -> str:
    """Write ``call``, and return what to say where that is not possible, else ``""``."""
    import orjson

    from coach.errors import TranscriptError
    from coach.readers.native_form import native_form

    try:
        write(call, orjson.dumps(native_form(call)))
    except orjson.JSONEncodeError as error:
        return f"Not written: {printable(call.source)}: it cannot be written as JSON ({error})"
    except TranscriptError as error:
        return f"Not written: {printable(call.source)}: {error}"
    return ""
