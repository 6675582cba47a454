"""Whether the workers of a cluster run the same software as this machine: other versions would give other marks."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from coach.errors import CoachError

PYTHON = "Python"
# What decides marks, hashes and the bytes of the parts, and what client and workers talk through.
PACKAGES = ("call-coach", "spacy", "vaderSentiment", "pyarrow", "orjson", "distributed")
# Of a thousand workers that all lack the same, a few make the point.
MOST_TOLD = 5

Versions = Mapping[str, str]


def versions_here(also: Iterable[str] = ()) -> dict[str, str]:
    """Return the version of Python (its minor one) and of each package here; those of ``also`` where installed."""
    found = {PYTHON: _minor(platform.python_version())} | {name: _version(name) for name in PACKAGES}
    return found | {name: here for name in also if (here := _version(name))}


def versions_there(client: Any, names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the versions of ``names`` by worker of ``client``; ``""`` where one is missing.

    Only functions of Python itself are sent: a worker may well lack ours.
    """
    found: dict[str, dict[str, str]] = {}
    for name in names:
        asked = (platform.python_version,) if name == PYTHON else (version, name)
        for worker, answer in client.run(*asked, on_error="return").items():
            known = found.setdefault(str(worker), {})
            if isinstance(answer, PackageNotFoundError):
                known[name] = ""
            elif isinstance(answer, str):
                known[name] = _minor(answer) if name == PYTHON else answer
    return found


def check_versions(here: Versions, there: Mapping[str, Versions], address: str) -> None:
    """Compare what this machine has with what each worker has, by its address.

    Raises:
        CoachError: a worker differs; it names what differs, and the command that mends it.
    """
    told = [f"{worker}: {said}" for worker, theirs in there.items() if (said := differences(here, theirs))]
    if told:
        raise CoachError(
            f"{len(told)} of {len(there)} workers of the cluster differ from this machine, and would give other marks:"
            + listed(told),
            where=address,
            remedy=remedy(here),
        )


def differences(here: Versions, there: Versions) -> str:
    """Return in words what differs ``there``: ``pyarrow 15.0.0 (here 16.1.0)``; ``""`` if nothing does."""
    return ", ".join(
        f"{name} {there[name] or 'is missing'} (here {mine or 'missing'})"
        for name, mine in here.items()
        if name in there and there[name] != mine
    )


def remedy(here: Versions) -> str:
    """Return what to do about workers that differ."""
    pinned = " ".join(
        f"'call-coach[cluster]=={mine}'" if name == "call-coach" else f"{name}=={mine}"
        for name, mine in here.items()
        if name != PYTHON
    )
    return f"Under Python {here[PYTHON]}, run this where the workers are, and start them again: pip install {pinned}"


def listed(lines: Sequence[str]) -> str:
    """Return the first few ``lines``, each on a line of its own, and how many there are besides."""
    more = [f"and {len(lines) - MOST_TOLD:,} more"] if len(lines) > MOST_TOLD else []
    return "".join(f"\n  {line}" for line in [*lines[:MOST_TOLD], *more])


def _version(package: str) -> str:
    try:
        return version(package)
    except (PackageNotFoundError, ValueError):
        return ""


def _minor(python: str) -> str:
    return ".".join(python.split(".")[:2])
