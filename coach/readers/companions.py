"""Files that say about a call what its transcript does not: found beside it by name, or given by option."""

from __future__ import annotations

import functools
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any, NamedTuple

import orjson

from coach.readers.signature import Signature

# What file names add to the name of a call: "metadata-17.json" and "transcript-17.json" are of one call.
ADDED = re.compile(
    r"transcriptions?|transcripts?|sentences?|metadata|meta|resource|parties|participants|conversations?|details?"
    r"|analytics|calls?|pages?|infos?|extensive",
    re.IGNORECASE,
)
BESIDE = ("metadata", "meta", "resource", "resources", "calls", "parties", "participants", "conversations", "details")
JSON_NAME = re.compile(r"\.json$", re.IGNORECASE)
# A companion is a page of facts; what is larger is looked at by nobody.
LARGEST = 16 * 1024 * 1024
FOLDERS_KEPT = 8


class Companion(NamedTuple):
    """A kind of file that goes with a transcript.

    ``pick`` takes the parsed file and the id by which the transcript names its call (``""``: by none), and returns
    what the file says about that call, ``None`` where it is about another.
    """

    title: str
    signature: Signature
    pick: Callable[[Any, str], Mapping[str, Any] | None]


def found_companion(
    companion: Companion, transcript: str, call_id: str, given: Sequence[str]
) -> Mapping[str, Any] | None:
    """Return what a companion file says of the call ``call_id``, ``None`` where there is none.

    Args:
        companion: the kind of file.
        transcript: the path of the transcript.
        call_id: by what the transcript names its call, ``""`` for nothing.
        given: files and folders that the user names; they come before what stands beside the transcript.
    """
    for path in (*_given(tuple(given)), *_beside(transcript)):
        value = _parsed(path)
        if companion.signature.fits(value) and (picked := companion.pick(value, call_id)) is not None:
            return picked
    return None


def name_key(path: str) -> str:
    """Return what a file's name says of the call: without folders, suffixes, and what names add."""
    stem = PurePath(path).name.split(".")[0]
    return re.sub(r"[\W_]+", " ", ADDED.sub("", stem)).strip().casefold()


def _given(given: tuple[str, ...]) -> Iterator[str]:
    for path in given:
        if os.path.isdir(path):
            yield from (found for paths in _by_key(path).values() for found in paths)
        else:
            yield path


def _beside(transcript: str) -> Iterator[str]:
    folder = os.path.dirname(transcript) or "."
    key = name_key(transcript)
    above = os.path.dirname(os.path.abspath(folder))
    for each in (folder, *(os.path.join(above, name) for name in BESIDE)):
        for path in _by_key(each).get(key, ()):
            if not _is_same(path, transcript):
                yield path


def _is_same(one: str, other: str) -> bool:
    return os.path.abspath(one) == os.path.abspath(other)


@functools.lru_cache(maxsize=FOLDERS_KEPT * (len(BESIDE) + 1))
def _by_key(folder: str) -> Mapping[str, Sequence[str]]:
    paths: dict[str, list[str]] = defaultdict(list)
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return {}
    for entry in entries:
        if JSON_NAME.search(entry.name) and entry.is_file():
            paths[name_key(entry.name)].append(entry.path)
    return paths


@functools.lru_cache(maxsize=64)
def _parsed(path: str) -> Any:
    """Return the JSON value of a file, ``None`` for whatever is none or too large."""
    try:
        if os.path.getsize(path) > LARGEST:
            return None
        with open(path, "rb") as file:
            return orjson.loads(file.read())
    except (OSError, orjson.JSONDecodeError):
        return None
