"""When Python looks for garbage: between batches, when hardly anything is there to be looked at.

A batch is some ten thousand small values, which go with it. To look through them while they are in use, as Python does
of its own accord, takes more time than to read them.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# The generations that hold what came since the last time, and is still there.
YOUNG = 1


@contextmanager
def between_batches() -> Iterator[None]:
    """Look for garbage where ``collect`` is called, and nowhere else; never among what is there already."""
    was_on = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        if was_on:
            gc.enable()


def collect() -> None:
    """Look through what came since this was last called, and is still there."""
    gc.collect(YOUNG)


def collect_no_more_than_asked() -> None:
    """Do as ``between_batches`` does for as long as this process lives."""
    gc.disable()
    gc.freeze()
