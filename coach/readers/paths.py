"""From what the user names to the inputs to read: files, folders, patterns, standard input."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from coach.errors import UsageError
from coach.readers.source import STDIN, SUFFIXES

# Found in folders beside transcripts, and never one: documents, pictures, sound, programs, tables of results.
NOT_TRANSCRIPTS = frozenset(
    ".md .rst .html .htm .css .js .pdf .doc .docx .xls .xlsx .png .jpg .jpeg .gif .svg .wav .mp3 .ogg .flac .m4a .mp4"
    " .py .pyc .ipynb .sh .toml .yml .yaml .ini .cfg .lock .log .parquet .db .zip .tar .xml".split()
)


class Found(NamedTuple):
    """An input to read. ``sure`` says that it is meant as a transcript, so that failing to be one is an error."""

    path: str
    sure: bool


def found(paths: Sequence[str]) -> list[Found]:
    """Return what is under ``paths``, in the order of ``paths``, sorted within a folder or a pattern, each once.

    Raises:
        UsageError: one of ``paths`` does not exist or matches nothing.
    """
    inputs: dict[str, Found] = {}
    for path in paths:
        for item in _under(os.fspath(path)):
            inputs.setdefault(item.path, item)
    return list(inputs.values())


def _under(path: str) -> list[Found]:
    if path == STDIN:
        return [Found(STDIN, True)]
    if os.path.isdir(path):
        inside = list(_in_folder(path))
        if not inside:
            raise UsageError(
                "the folder holds no transcripts", where=path, remedy="Name a folder with transcripts in it."
            )
        return inside
    if os.path.exists(path):
        return [Found(path, True)]
    matches = sorted(glob.glob(path, recursive=True)) if glob.has_magic(path) else []
    if not matches:
        raise UsageError(
            "no file matches this pattern" if glob.has_magic(path) else "there is no such file or folder",
            where=path,
            remedy="Check the spelling; a pattern such as 'calls/*.json' may need quotes.",
        )
    return [item for match in matches for item in (_in_folder(match) if os.path.isdir(match) else [_maybe(match)])]


def _in_folder(folder: str) -> Iterator[Found]:
    """Yield what may be a transcript under ``folder``, and a folder that cannot be listed, for opening to say why."""
    for path in files_under(folder):
        if os.path.isdir(path):
            yield Found(path, True)
        elif os.path.splitext(path)[1].lower() not in NOT_TRANSCRIPTS and not _heads_results(path):
            yield _maybe(path)


def _heads_results(path: str) -> bool:
    """Tell the JSON file at the top of a results folder of ours; all else in there is Parquet."""
    folder, name = os.path.split(path)
    return name == "dataset.json" and os.path.isdir(os.path.join(folder, "findings"))


def files_under(folder: str, above: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the files under ``folder`` in the order of their names; hidden ones left out.

    A folder that links to one of those ``above`` it is not entered again; one that cannot be listed is yielded
    itself.
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
        if entry.is_dir():
            yield from files_under(entry.path, above | {real})
        elif entry.is_file():
            yield entry.path


def _maybe(path: str) -> Found:
    return Found(path, SUFFIXES.search(path) is not None)
