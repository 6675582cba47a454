"""What processes inherit from the one that they are forked from: the rules, loaded once for all of them.

That one (the server of ``multiprocessing``) imports modules that it is told of, and nothing else can be asked of it: so
it imports this one, and finds in its environment what to make.
"""

from __future__ import annotations

import base64
import gc
import os
import pickle
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

VARIABLE = "CALL_COACH_INHERITED"
# In bytes. Systems bound what may stand in the environment.
LONGEST = 60_000
# Python's own, since 3.11.
SAFE_PATH = "PYTHONSAFEPATH"
WARNINGS = "PYTHONWARNINGS"


@dataclass(frozen=True, slots=True)
class Inheritable:
    """Makes what ``make`` makes, and says that a process can inherit it.

    That is so of plain data: a library with threads of its own may not work any more in a process that is forked.
    """

    make: Callable[[], Any]

    def __call__(self) -> Any:
        """Return what ``make`` returns."""
        return self.make()


class _Made(NamedTuple):
    token: str
    value: Any


_made: _Made | None = None


@contextmanager
def asked_for(make: Callable[[], Any]) -> Iterator[str]:
    """Let the server make ``make()`` if it starts meanwhile, and give the token for ``inherited``."""
    token = uuid.uuid4().hex
    told = ""
    if isinstance(make, Inheritable):
        with suppress(Exception):
            told = base64.b64encode(pickle.dumps((token, make))).decode()
    if not 0 < len(told) <= LONGEST:
        yield token
        return
    with _environment({VARIABLE: told}):
        yield token


@contextmanager
def helpers_alone() -> Iterator[None]:
    """Let the helpers that ``multiprocessing`` starts meanwhile keep to themselves.

    They import nothing from the folder that they are started in, for there may be another coach; and the one that
    clears up behind a run that was killed does not say so.
    """
    warnings = ",".join(filter(None, (os.environ.get(WARNINGS), "ignore:resource_tracker")))
    with _environment({SAFE_PATH: "1", WARNINGS: warnings}):
        yield


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def inherited(token: str, make: Callable[[], Any]) -> Any:
    """Return what was made under ``token`` before this process was forked, else what ``make`` makes now."""
    return _made.value if _made is not None and _made.token == token else make()


def _make(told: str) -> None:
    global _made
    # What cannot be made is made again by every process, which can say why not.
    with suppress(Exception):
        token, make = pickle.loads(base64.b64decode(told))  # noqa: S301
        _made = _Made(token, make())
        # Whoever looks through it for garbage copies it.
        gc.freeze()


if VARIABLE in os.environ:
    _make(os.environ.pop(VARIABLE))
