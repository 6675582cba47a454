"""From what the user names to the inputs to read: files, folders, patterns, addresses, standard input."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from coach.errors import UsageError
from coach.readers.addresses import is_address, normal, shown_address
from coach.readers.documents import document_name, numbered
from coach.readers.objects import Object, has_magic, in_folder, matching, single
from coach.readers.source import STDIN, SUFFIXES

# The records of a Mac about the files that it packs.
HIDDEN_FOLDERS = frozenset(("__MACOSX",))
# Archives may be of anything: one that holds no transcript is no error unless it is named.
ARCHIVES = re.compile(r"\.(?:zip|tar|tar\.gz|tgz)$", re.IGNORECASE)
# Found in folders beside transcripts, and never one: documents, pictures, sound, programs, tables of results.
NOT_TRANSCRIPTS = frozenset(
    ".md .rst .css .js .png .jpg .jpeg .gif .svg .wav .mp3 .ogg"
    " .flac .m4a .mp4 .py .pyc .ipynb .sh .toml .yml .yaml .ini .cfg .lock .log .parquet .db".split()
)

# The files at the top of a results folder of ours that are no Parquet.
HEADERS = frozenset(("dataset.json", "lock.json"))


class Found(NamedTuple):
    """An input to read. ``sure`` says that it is meant as a transcript, so that failing to be one is an error.

    ``is_named``: the user named it itself, and not only the folder, pattern or archive that it is in. ``size`` (in
    bytes) and ``mark`` (changes whenever it does) are what an object store told of it; a file is not asked for them.
    """

    path: str
    sure: bool
    is_named: bool = False
    size: int | None = None
    mark: str = ""


def found(paths: Sequence[str], documents: list[str] | None = None) -> list[Found]:
    """Return what is under ``paths``, in the order of ``paths``, sorted within a folder or a pattern, each once.

    The documents of office programs that lie in folders are not read; their paths are added to ``documents``.

    Raises:
        UsageError: one of ``paths`` does not exist or matches nothing.
    """
    inputs: dict[str, Found] = {}
    for path in paths:
        for item in _under(normal(os.fspath(path)), [] if documents is None else documents):
            known = inputs.setdefault(item.path, item)
            if item.is_named and not known.is_named:
                inputs[item.path] = known._replace(is_named=True)
    return list(inputs.values())


def _under(path: str, documents: list[str]) -> list[Found]:
    if path == STDIN:
        return [Found(STDIN, True, is_named=True)]
    if is_address(path):
        return _at_address(path, documents)
    if os.path.isdir(path):
        here: list[str] = []
        inside = list(_in_folder(path, here))
        if not inside:
            raise _no_transcripts(path, here)
        documents += here
        return inside
    if os.path.exists(path):
        return [Found(path, True, is_named=True)]
    matches = sorted(glob.glob(path, recursive=True)) if glob.has_magic(path) else []
    if not matches:
        raise _nothing(path, is_pattern=glob.has_magic(path))
    return [
        item
        for match in matches
        for item in (_in_folder(match, documents) if os.path.isdir(match) else [_matched(match)])
    ]


def _at_address(address: str, documents: list[str]) -> list[Found]:
    if one := single(address):
        return [Found(address, True, True, one.size, one.mark)]
    shown = shown_address(address)
    if has_magic(address):
        inputs: list[Found] = []
        matches = matching(address)
        for match in matches:
            inputs += [_seen(_matched(match.address), match)] if isinstance(match, Object) else _of(match, documents)
        if not matches:
            raise _nothing(shown, is_pattern=True)
        return inputs
    objects = in_folder(address)
    if not objects:
        raise _nothing(shown, is_pattern=False)
    here: list[str] = []
    inside = list(_of(objects, here))
    if not inside:
        raise _no_transcripts(shown, here)
    documents += here
    return inside


def _of(objects: Sequence[Object], documents: list[str]) -> Iterator[Found]:
    """Yield what may be a transcript among the ``objects`` of a folder, as it is with files."""
    folders = {path.rsplit("/", 2)[0] for path, *_ in objects if path.rsplit("/", 2)[-2:-1] == ["findings"]}
    for each in objects:
        folder, _, name = each.address.rpartition("/")
        if document_name(each.address):
            documents.append(each.address)
        elif (item := maybe(each.address)) and not (name in HEADERS and folder in folders):
            yield _seen(item, each)


def _seen(item: Found, found_object: Object) -> Found:
    return item._replace(size=found_object.size, mark=found_object.mark)


def _nothing(path: str, *, is_pattern: bool) -> UsageError:
    return UsageError(
        "no file matches this pattern" if is_pattern else "there is no such file or folder",
        where=path,
        remedy="Check the spelling; a pattern such as 'calls/*.json' may need quotes.",
    )


def _no_transcripts(folder: str, documents: Sequence[str]) -> UsageError:
    if not documents:
        return UsageError(
            "the folder holds no transcripts", where=folder, remedy="Name a folder with transcripts in it."
        )
    return UsageError(
        f"the folder holds no transcripts, but {numbered(map(document_name, documents))}",
        where=folder,
        remedy=f"{'Save it' if len(documents) == 1 else 'Save them'} as text or CSV.",
    )


def _in_folder(folder: str, documents: list[str]) -> Iterator[Found]:
    """Yield what may be a transcript under ``folder``, and what cannot be looked at, for opening to say why."""
    for path in files_under(folder):
        if not os.path.isfile(path):
            yield Found(path, True)
        elif document_name(path):
            documents.append(path)
        elif (item := maybe(path)) and not _heads_results(path):
            yield item


def _heads_results(path: str) -> bool:
    """Tell the JSON files at the top of a results folder of ours; all else in there is Parquet."""
    folder, name = os.path.split(path)
    return name in HEADERS and os.path.isdir(os.path.join(folder, "findings"))


def files_under(folder: str, above: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the files under ``folder`` in the order of their names; hidden ones left out.

    A folder that links to one of those ``above`` it is not entered again; one that cannot be listed is yielded
    itself, and so is a link that leads back to itself.
    """
    real = os.path.realpath(folder)
    if real in above:
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield folder
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        try:
            is_folder, is_file = entry.is_dir(), entry.is_file()
        except OSError:
            yield entry.path
            continue
        if is_folder:
            yield from files_under(entry.path, above | {real})
        elif is_file:
            yield entry.path


def maybe(path: str) -> Found | None:
    """Return what lies in a folder under ``path`` as an input, ``None`` where its name says that it is none."""
    none = document_name(path) or os.path.splitext(path)[1].lower() in NOT_TRANSCRIPTS
    return None if none else _matched(path)


def is_archive_name(path: str) -> bool:
    """Tell whether a file is called as archives are, so that it is looked into where it lies in a folder."""
    return ARCHIVES.search(path) is not None


def is_hidden(name: str) -> bool:
    """Tell whether the member ``name`` of an archive lies under a name that folders do not show."""
    return any(part in HIDDEN_FOLDERS or part.startswith(".") for part in name.split("/") if part.strip("."))


def _matched(path: str) -> Found:
    return Found(path, SUFFIXES.search(path) is not None and not is_archive_name(path))
