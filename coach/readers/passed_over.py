"""Files that a folder is read without, although they hold a transcript: for saying so."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence

from coach.errors import TranscriptError
from coach.readers.options import ReadOptions
from coach.readers.paths import files_under
from coach.readers.reading import PLAIN, recognised
from coach.readers.source import opened

# Documents by their names. Prose may quote a dialogue, so none is read unless it is named.
DOCUMENTS = (".md", ".rst", ".log")


def passed_over(paths: Sequence[str], options: ReadOptions = PLAIN) -> list[str]:
    """Return the documents in the folders among ``paths`` that look like transcripts and are not named themselves."""
    named = [match for path in paths for match in (path, *glob.glob(path, recursive=True))]
    folders = [path for path in dict.fromkeys(named) if os.path.isdir(path)]
    documents = dict.fromkeys(path for folder in folders for path in _documents(folder))
    return [path for path in documents if path not in named and _is_transcript(path, options)]


def _documents(folder: str) -> Iterator[str]:
    return (path for path in files_under(folder) if path.lower().endswith(DOCUMENTS))


def _is_transcript(path: str, options: ReadOptions) -> bool:
    try:
        with opened(path, options) as source:
            return recognised(source, options) is not None
    except TranscriptError:
        return False
