"""What a call is filed under: its own values and the keys of its metadata, compared alike everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# What the tool knows of a call by name: these keys are never looked up in its metadata where they are known.
OWN_KEYS = ("team", "agent_id", "agent_name", "customer_type", "language", "format")


def as_text(value: str | float) -> str:
    """Return a value of a call's metadata as cards compare it: ``1.0`` of one file is the ``1`` of another."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value).strip().casefold()


def values_under(own: Mapping[str, Any], metadata: Mapping[str, Any], key: str) -> frozenset[str]:
    """Return what a call holds under ``key``, in small letters; of a list each value.

    Args:
        own: what the tool knows of the call by name, such as its ``team``; it goes before the metadata.
        metadata: the other keys of the transcript; a key may stand within another (``routing.queue``).
        key: compared without regard to case.
    """
    found: Any = own.get(key.casefold())
    if found is None:
        found = _under(metadata, key)
    if found is None:
        found = metadata
        for part in key.split("."):
            found = _under(found, part)
    values = found if isinstance(found, list | tuple) else [found]
    return frozenset(as_text(value) for value in values if isinstance(value, str | int | float))


def _under(data: Any, key: str) -> Any:
    wanted = key.strip().casefold()
    pairs = data.items() if isinstance(data, Mapping) else ()
    return next((value for name, value in pairs if str(name).strip().casefold() == wanted), None)
