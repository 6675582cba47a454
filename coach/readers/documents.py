"""Documents of office programs: what they are called, by their names and by what is found in them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable

from coach.errors import TranscriptError

WORD, EXCEL, SLIDES = "Word document", "Excel workbook", "PowerPoint presentation"
SUFFIXES = {
    ".doc": WORD,
    ".docx": WORD,
    ".docm": WORD,
    ".xls": EXCEL,
    ".xlsx": EXCEL,
    ".xlsm": EXCEL,
    ".xlsb": EXCEL,
    ".ppt": SLIDES,
    ".pptx": SLIDES,
    ".pdf": "PDF",
    ".rtf": "Rich Text document",
    ".odt": "OpenDocument text",
    ".ods": "OpenDocument table",
    ".odp": "OpenDocument presentation",
    ".pages": "Pages document",
    ".numbers": "Numbers table",
    ".epub": "e-book",
    ".msg": "Outlook message",
    ".eml": "e-mail",
}
SAVE_AS_TEXT = "save {} as text or CSV"


class DocumentError(TranscriptError):
    """The input is a document of an office program, and no text; ``what`` is "it is a PDF document, ..."."""

    @property
    def kind(self) -> str:
        """What it is, without the article."""
        return self.what.removeprefix("it is ").removesuffix(", not a transcript").split(" ", 1)[1]


def document_name(path: str) -> str:
    """Return which document a file is by its suffix, ``""`` for anything else."""
    return SUFFIXES.get(os.path.splitext(path)[1].lower(), "")


def numbered(kinds: Iterable[str]) -> str:
    """Return how many there are of each kind: ``1 Word document, 2 PDFs``."""
    counts = Counter(kinds)
    return ", ".join(f"{count:,} {kind}{'s' if count > 1 else ''}" for kind, count in counts.items())
