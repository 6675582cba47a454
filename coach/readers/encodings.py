"""What the bytes of a text are written in: told by their mark, by their NULs, or found by trying."""

from __future__ import annotations

import codecs
import unicodedata

from coach.errors import TranscriptError
from coach.readers.garbled import GUESSED

UNMARKED = "no byte order mark: read as {}"
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Which bytes of each character are zero in Latin letters, blanks and signs.
ZEROS = {"utf-32-le": (1, 2, 3), "utf-32-be": (0, 1, 2), "utf-16-le": (1,), "utf-16-be": (0,)}
# The least share of such characters: also a text in another script has blanks, signs and the keys of its JSON.
LEAST_LATIN = 0.1
BLANKS = "\t\n\r\f"


def marked_encoding(head: bytes) -> str:
    """Return the encoding of which ``head`` bears the byte order mark, ``""`` where it bears none."""
    return next((encoding for mark, encoding in BOMS if head.startswith(mark)), "")


def unmarked_encoding(head: bytes, is_whole: bool) -> str:
    """Return the UTF-16 or UTF-32 that ``head`` is plainly written in without a mark, ``""`` where it is not.

    ``is_whole``: nothing comes after ``head``, so that no character is cut off at its end.
    """
    for encoding, zeros in ZEROS.items():
        width = 4 if "32" in encoding else 2
        units = len(head) // width
        latin = sum(_are_zero(head[at : at + width], zeros) for at in range(0, units * width, width))
        if units and latin >= units * LEAST_LATIN and _is_plain(head, encoding, is_whole):
            return encoding
    return ""


def decoded(data: bytes, encoding: str, name: str) -> tuple[str, tuple[str, ...]]:
    """Return ``data`` as text, and a warning where its encoding had to be guessed.

    Without an encoding UTF-8 is tried, then Windows-1252, then Latin-1, which never fails.

    Raises:
        TranscriptError: ``data`` is not in ``encoding``.
    """
    if encoding:
        try:
            return data.decode(encoding), ()
        except UnicodeError as error:
            raise TranscriptError(
                f"not readable as {encoding} ({error})",
                where=name,
                remedy="Give the encoding it was written in with --encoding, or save it as UTF-8.",
            ) from error
    for guess in ("utf-8", "cp1252"):
        try:
            text = data.decode(guess)
        except UnicodeDecodeError:
            continue
        return text, () if guess == "utf-8" else (GUESSED.format("Windows-1252"),)
    return data.decode("latin-1"), (GUESSED.format("Latin-1"),)


def misfit(head: bytes, encoding: str, is_whole: bool) -> bool:
    """Tell whether ``encoding``, which the user asks for, is UTF-16 or UTF-32 and ``head`` is plainly UTF-8."""
    if not codecs.lookup(encoding).name.startswith(("utf-16", "utf-32")) or b"\0" in head:
        return False
    return not marked_encoding(head).startswith(("utf-16", "utf-32")) and _is_plain(head, "utf-8", is_whole)


def nul_error(data: bytes, shown: str) -> TranscriptError:
    """Return the error for NUL bytes, which no text holds."""
    line = data[: data.find(b"\0")].count(b"\n") + 1
    return TranscriptError(
        "it holds NUL bytes, so it is no text",
        where=shown,
        place=f"line {line}",
        remedy="Export the transcript again; if it is UTF-16, say so with --encoding utf-16-le.",
    )


def _are_zero(unit: bytes, zeros: tuple[int, ...]) -> bool:
    """Tell whether a character is of the first 256: zero where its upper bytes are, and only there."""
    return not any(unit[at] for at in zeros) and unit.count(0) == len(zeros)


def _is_plain(head: bytes, encoding: str, is_whole: bool) -> bool:
    """Tell whether ``head`` is readable in ``encoding`` and then holds nothing but text."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head, is_whole)
    except UnicodeError:
        return False
    return all(char in BLANKS or unicodedata.category(char) not in ("Cc", "Cn") for char in text)
