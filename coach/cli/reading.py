"""The options of every command that reads transcripts."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from coach.cli.numbers import Size
from coach.cli.progress import printable
from coach.errors import CoachError
from coach.readers.options import MAX_BYTES, ReadOptions, shown_size

if TYPE_CHECKING:
    from coach.readers import LeftOut
    from coach.readers.maps.mapping import TranscriptMap
    from coach.readers.roster import Roster

Command = TypeVar("Command", bound=Callable[..., Any])
PASSED_SHOWN = 3


class Loaded(click.Path):
    """A file that is read at once; ``load`` takes its path and returns what it holds."""

    def __init__(self, load: Callable[[Path], object]) -> None:
        super().__init__(exists=True, dir_okay=False)
        self._load = load

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return what the file ``value`` holds; what is wrong in it is wrong usage."""
        try:
            return self._load(Path(os.fsdecode(super().convert(value, param, ctx))))
        except CoachError as error:
            self.fail(str(error), param, ctx)


def _map_in(path: Path) -> object:
    from coach.readers.maps.mapping import load_map

    return load_map(path)


def _roster_in(path: Path) -> object:
    from coach.readers.roster_file import load_roster

    roster = load_roster(path)
    for note in roster.notes:
        click.echo(f"{printable(str(path))}: {printable(note)}", err=True)
    return roster


def say_unmet(calls: int, met: int, reading: ReadOptions) -> None:
    """Say on standard error where the roster names nobody in any of ``calls`` (``met``: in how many it does)."""
    if reading.roster and calls and not met:
        click.echo(
            f"--roster names nobody who speaks in {'the call' if calls == 1 else f'any of the {calls:,} calls'}, nor an"
            " agent.\n  `coach inspect PATH` shows the speakers; they may be its aliases.",
            err=True,
        )


def reading_options(command: Command) -> Command:
    """Decorate a command with the options that say how to read; it is given ``reading``, a ``ReadOptions``."""

    @click.option(
        "--agent-label", "agent_labels", multiple=True, metavar="LABEL", help="A speaker label that is the agent's."
    )
    @click.option("--agent-channel", metavar="CHANNEL", help="The channel on which the agent speaks.")
    @click.option(
        "--column",
        "columns",
        multiple=True,
        metavar="OURS=THEIRS",
        help="Name a column of a table, e.g. text=Utterance. Ours: text, speaker, role, start, end, call_id, ...",
    )
    @click.option("--encoding", metavar="NAME", help="The text encoding, where it is not to be found out.")
    @click.option(
        "--companion",
        "companions",
        multiple=True,
        metavar="PATH",
        type=click.Path(exists=True),
        help="A file or folder with what a vendor keeps beside its transcripts, such as who takes part. Repeatable.",
    )
    @click.option(
        "--max-bytes",
        type=Size(),
        default=MAX_BYTES,
        metavar="SIZE",
        help=f"The largest single document to take into memory, e.g. 200MB; by default {shown_size(MAX_BYTES)}. JSON"
        " Lines may be of any size.",
    )
    @click.option(
        "--map",
        "mapping",
        type=Loaded(_map_in),
        metavar="FILE",
        help="A YAML file that says where a house format keeps its turns; coach inspect --suggest-map begins one.",
    )
    @click.option(
        "--roster",
        type=Loaded(_roster_in),
        metavar="FILE",
        help="Names and ids of the staff (CSV, JSON, YAML): who is called so in a transcript is the agent.",
    )
    @functools.wraps(command)
    def wrapped(
        *args: Any,
        agent_labels: tuple[str, ...],
        agent_channel: str | None,
        columns: tuple[str, ...],
        encoding: str | None,
        max_bytes: int,
        companions: tuple[str, ...],
        mapping: TranscriptMap | None,
        roster: Roster | None,
        **kwargs: Any,
    ) -> Any:
        if mapping and columns:
            raise click.UsageError("--column and --map: put the columns into the map.")
        named, known = named_columns(columns), known_encoding(encoding)
        reading = ReadOptions(agent_labels, agent_channel, named, known, max_bytes, companions, mapping, roster)
        return command(*args, reading=reading, **kwargs)

    return cast(Command, wrapped)


def say_passed_over(paths: tuple[str, ...], reading: ReadOptions) -> None:
    """Say on standard error which files in the folders among ``paths`` hold a transcript and are not read."""
    from coach.readers import passed_over

    files = passed_over(paths, reading)
    if files:
        shown = ", ".join(map(printable, files[:PASSED_SHOWN])) + (", ..." if len(files) > PASSED_SHOWN else "")
        count, them = ("1 file", "it") if len(files) == 1 else (f"{len(files):,} files", "them")
        click.echo(f"{count} passed over: {shown} (not a transcript's suffix; name {them} to read {them})", err=True)


def say_left_out(items: Sequence[LeftOut]) -> None:
    """Say on standard error what was left out on purpose, one line for each kind; documents in one line."""
    from coach.readers.documents import numbered

    for remedy in dict.fromkeys(item.remedy for item in items if item.remedy):
        kinds = [item.what for item in items if item.remedy == remedy]
        count, them = ("1 file", "it") if len(kinds) == 1 else (f"{len(kinds):,} files", "them")
        click.echo(f"{count} left out: {numbered(kinds)}; {remedy.format(them)}", err=True)
    for what in dict.fromkeys(item.what for item in items if not item.remedy):
        sources = [item.source for item in items if item.what == what]
        shown = ", ".join(map(printable, sources[:PASSED_SHOWN])) + (", ..." if len(sources) > PASSED_SHOWN else "")
        click.echo(f"{len(sources):,} left out: {shown} ({what})", err=True)


def named_columns(pairs: tuple[str, ...]) -> dict[str, str]:
    """Return ``("text=Utterance",)`` as ``{"text": "Utterance"}``.

    Raises:
        click.BadParameter: a pair has no ``=`` or an empty side.
    """
    columns: dict[str, str] = {}
    for pair in pairs:
        ours, _, theirs = pair.partition("=")
        if not ours.strip() or not theirs.strip():
            raise click.BadParameter(
                f"{pair!r} is not of the form OURS=THEIRS, e.g. text=Utterance", param_hint="--column"
            )
        columns[ours.strip()] = theirs.strip()
    return columns


def known_encoding(name: str | None) -> str | None:
    """Return ``name`` if Python knows such a text encoding.

    Raises:
        click.BadParameter: it does not.
    """
    if name is None:
        return None
    try:
        "".encode(name)
    except (LookupError, UnicodeError) as error:
        raise click.BadParameter(f"{name!r} is not an encoding known here", param_hint="--encoding") from error
    return name
