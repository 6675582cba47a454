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

from coach.errors import TranscriptError, UsageError
from coach.readers.addresses import WEB, is_address, protocol_of
from coach.readers.objects import names_in, opened_object
from coach.readers.paths import files_under
from coach.readers.signature import Signature

Record = Mapping[str, Any]
# What file names add to the name of a call: "metadata-17.json" and "transcript-17.json" are of one call.
ADDED = frozenset(
    "transcription transcriptions transcript transcripts sentence sentences metadata meta resource resources party"
    " parties participant participants conversation conversations detail details analytics call calls page pages info"
    " infos extensive".split()
)
BETWEEN_WORDS = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")
BESIDE = ("metadata", "meta", "resource", "resources", "calls", "parties", "participants", "conversations", "details")
JSON_NAME = re.compile(r"\.json$", re.IGNORECASE)
# A companion is a page of facts; what is larger is looked at by nobody.
LARGEST = 16 * 1024 * 1024
FOLDERS_KEPT = 64
FILES_KEPT = 16


class Companion(NamedTuple):
    """A kind of file that goes with transcripts.

    ``title`` reads after "it is ...": "what Twilio keeps beside a transcript". A file of this kind fits one of
    ``signatures``, or is a list of what does. ``records`` returns what such a value says of each call, by the id by
    which transcripts name the call.
    """

    title: str
    signatures: tuple[Signature, ...]
    records: Callable[[Any], Mapping[str, Record]]

    @property
    def missing(self) -> str:
        """The warning for a transcript that is read without it."""
        return f"{self.title} is not here, and it tells who speaks: lay it beside, or name it by --companion"

    def fits(self, value: object) -> bool:
        """Tell whether ``value`` is of this kind."""
        values = value if isinstance(value, list) else [value]
        return bool(values) and all(any(signature.fits(each) for signature in self.signatures) for each in values)

    def records_in(self, value: object) -> dict[str, Record]:
        """Return what ``value`` says of each call; nothing where it is not of this kind."""
        if not self.fits(value):
            return {}
        values = value if isinstance(value, list) else [value]
        return {call_id: record for each in values for call_id, record in self.records(each).items()}


def report(title: str, *signatures: Signature) -> Companion:
    """Return the kind of file that tells of calls without what is said in them: it helps no transcript."""
    return Companion(title, signatures, lambda value: {})


def found_companion(kind: Companion, transcript: str, call_id: str, given: Sequence[str]) -> Record | None:
    """Return what a file of ``kind`` says of a call, ``None`` where there is none.

    Args:
        kind: the kind of file.
        transcript: the path or address of the transcript; only files beside one that exists are looked for.
        call_id: by what the transcript names its call, ``""`` for nothing: then the names of the files must agree.
        given: files and folders that the user names; they come before what stands beside the transcript.
    """
    key = name_key(transcript)
    for path in (*_given(given, key), *_beside(transcript, key, bool(call_id))):
        records = _records(kind, path, _stamp(path))
        if call_id in records:
            return records[call_id]
        if not call_id and len(records) == 1:
            return next(iter(records.values()))
    index = _index(kind, tuple(given), tuple(map(_stamp, given))) if given else {}
    path = index.get(call_id or key, "")
    return _records(kind, path, _stamp(path)).get(call_id or key) if path else None


def name_key(path: str) -> str:
    """Return what a file's name says of the call: without folders, suffixes, and what names add."""
    words = BETWEEN_WORDS.split(PurePath(path).name.split(".")[0])
    return " ".join(word for word in map(str.casefold, words) if word and word not in ADDED)


def _given(given: Sequence[str], key: str) -> Iterator[str]:
    """Yield the files that are named and belong to ``key`` by their names; the index knows the others by their ids."""
    for path in given:
        if os.path.isdir(path):
            yield from _of_key(path, key)
        elif name_key(path) == key:
            yield path


def _beside(transcript: str, key: str, has_id: bool) -> Iterator[str]:
    """Yield the files of ``key`` in the transcript's folder and in those next to it, then those named after no call."""
    if is_address(transcript):
        if protocol_of(transcript) in WEB:  # A page is not listed.
            return
        own = transcript
    elif os.path.isfile(transcript):
        own = os.path.abspath(transcript)
    else:
        return
    folder = os.path.dirname(own)
    above = os.path.dirname(folder)
    folders = (folder, *(os.path.join(above, name) for name in BESIDE))
    for each in (key, "") if has_id and key else (key,):
        for place in folders:
            yield from (path for path in _of_key(place, each) if path != own)


def _of_key(folder: str, key: str) -> Iterator[str]:
    stamp = _stamp(folder)
    if stamp:
        yield from (os.path.join(folder, name) for name in _by_key(folder, stamp).get(key, ()))


def _stamp(path: str) -> int:
    """Return when a file or folder was last changed, 0 where there is none: what is remembered holds until then.

    An object store is asked but once: what is at an address is taken not to change while its transcripts are read.
    """
    if is_address(path):
        return 1
    try:
        return os.stat(path).st_mtime_ns
    except (OSError, ValueError):
        return 0


@functools.lru_cache(maxsize=FOLDERS_KEPT)
def _by_key(folder: str, stamp: int) -> Mapping[str, Sequence[str]]:
    names: dict[str, list[str]] = defaultdict(list)
    try:
        for name in names_in(folder) if is_address(folder) else _files_in(folder):
            if JSON_NAME.search(name):
                names[name_key(name)].append(name)
    except (OSError, UsageError):
        return {}
    return {key: tuple(sorted(of_key)) for key, of_key in names.items()}


def _files_in(folder: str) -> Iterator[str]:
    return (entry.name for entry in os.scandir(folder) if JSON_NAME.search(entry.name) and entry.is_file())


@functools.lru_cache(maxsize=FOLDERS_KEPT)
def _index(kind: Companion, given: tuple[str, ...], stamps: tuple[int, ...]) -> Mapping[str, str]:
    """Return for the id of each call the file, among those given, that tells of it; every file is read once."""
    paths = (path for each in given for path in (files_under(each) if os.path.isdir(each) else [each]))
    index: dict[str, str] = {}
    for path in paths:
        if JSON_NAME.search(path) or path in given:
            for call_id in kind.records_in(_parsed(path)):
                index.setdefault(call_id, path)
    return index


@functools.lru_cache(maxsize=FILES_KEPT)
def _records(kind: Companion, path: str, stamp: int) -> Mapping[str, Record]:
    return kind.records_in(_parsed(path)) if stamp else {}


def _parsed(path: str) -> Any:
    """Return the JSON value of a file, ``None`` for whatever is none or too large."""
    try:
        with opened_object(path) if is_address(path) else open(path, "rb") as file:
            data = file.read(LARGEST + 1)
        return orjson.loads(data.removeprefix(b"\xef\xbb\xbf")) if len(data) <= LARGEST else None
    except (OSError, TranscriptError, orjson.JSONDecodeError):
        return None
