"""Which parts of coach run compiled: those of ``coach/_*.c``, where they were built when coach was installed.

Each does what a module in Python does, which says how and why, many times as fast; tests hold the two together.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from typing import Any

# Set to anything, this variable keeps the compiled parts from being used.
PLAIN = "CALL_COACH_PLAIN"
# Of what goes to the compiled parts and comes back; what an earlier install left behind is not used.
VERSION = 3
PARTS = ("_words", "_phrases", "_signals", "_settling", "_columns", "_mood", "_reading")


def load(part: str) -> Any | None:
    """Return the compiled module ``part``, one of ``PARTS``, or ``None`` where Python has to do."""
    if os.environ.get(PLAIN):
        return None
    try:
        module = importlib.import_module(f"coach.{part}")
    except ImportError:
        return None
    return module if getattr(module, "VERSION", None) == VERSION else None


def are_built() -> bool:
    """Say whether all parts were compiled, without loading them."""
    return all(importlib.util.find_spec(f"coach.{part}") for part in PARTS)
