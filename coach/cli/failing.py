"""Turning errors into messages, in one place."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import Any, TypeVar, cast

import click

from coach.errors import CoachError, UsageError

Command = TypeVar("Command", bound=Callable[..., Any])

GATE_FAILED = 1
WRONG_USAGE = 2
SOME_REJECTED = 3


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
        except BrokenPipeError:
            # The reader of our output went away (`| head`): not an error of the user's.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except CoachError as error:
            if debug:
                raise
            click.echo(f"{'Usage error' if isinstance(error, UsageError) else 'Error'}: {error}", err=True)
            sys.exit(WRONG_USAGE)
        except Exception as error:
            if debug:
                raise
            click.echo(
                f"Error: this is a defect of coach, not of your input: {type(error).__name__}: {error}\n"
                "  Run the command again with --debug and report what it prints.",
                err=True,
            )
            sys.exit(WRONG_USAGE)

    return cast(Command, wrapped)
