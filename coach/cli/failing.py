"""Turning errors into messages, in one place."""

from __future__ import annotations

import errno
import functools
import os
import select
import sys
from collections.abc import Callable
from typing import Any, TypeVar, cast

import click

from coach.cli.progress import printable
from coach.errors import CoachError, UsageError

Command = TypeVar("Command", bound=Callable[..., Any])

GATE_FAILED = 1
WRONG_USAGE = 2
SOME_REJECTED = 3
UNWRITABLE = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO)


def tells_errors(command: Command) -> Command:
    """Decorate a command: ``--debug`` shows tracebacks; without it a user sees a message and no more.

    Exit codes are those of the design: 2 for wrong usage and for rules, folders or options that cannot be
    used; 3 is left to the commands that go on after a broken transcript.
    """

    @click.option("--debug", is_flag=True, help="Show the traceback of an error.")
    @functools.wraps(command)
    def wrapped(*args: Any, debug: bool, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except click.exceptions.Exit:
            raise
        except click.ClickException:
            raise
        except CoachError as error:
            if debug:
                raise
            told = "\n".join(map(printable, str(error).split("\n")))
            click.echo(f"{'Usage error' if isinstance(error, UsageError) else 'Error'}: {told}", err=True)
            sys.exit(WRONG_USAGE)
        except Exception as error:
            if isinstance(error, BrokenPipeError) and _has_lost_its_reader():
                # The reader of our output went away (`| head`): not an error of the user's.
                _drop_output()
                sys.exit(0)
            if debug:
                raise
            # Files that cannot be written are named by those who write them; what has no name is our output.
            if isinstance(error, OSError) and error.filename is None and error.errno in UNWRITABLE:
                _drop_output()
                click.echo(
                    f"Error: standard output cannot be written: {error.strerror}\n"
                    "  Make room, or write somewhere else, and run the command again.",
                    err=True,
                )
                sys.exit(WRONG_USAGE)
            click.echo(
                f"Error: this is a defect of coach, not of your input: {type(error).__name__}: {error}\n"
                "  Run the command again with --debug and report what it prints.",
                err=True,
            )
            sys.exit(WRONG_USAGE)

    return cast(Command, wrapped)


def _has_lost_its_reader() -> bool:
    """Tell whether nobody reads our output or our messages any more; where the system does not say, it is so.

    Connections to stores, clusters and processes break with the same error, and then nothing may look finished.
    """
    if not hasattr(select, "poll"):
        return True
    outputs = select.poll()
    for stream in (sys.stdout, sys.stderr):
        outputs.register(stream.fileno(), 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in outputs.poll(0))


def _drop_output() -> None:
    """Let what is still to be written go nowhere, so that Python does not fail over it once more as it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
