"""Which readers there are: those built in, and those that other packages register."""

from __future__ import annotations

import functools
from importlib.metadata import EntryPoint, entry_points

from coach.errors import CoachError
from coach.readers.aligned.elan import Elan
from coach.readers.aligned.nist import NIST_READERS
from coach.readers.aligned.rev_nlp import RevNlp
from coach.readers.aligned.textgrid import TextGrid
from coach.readers.aligned.whisper_tsv import WhisperTsv
from coach.readers.base import JsonReader, Reader
from coach.readers.json_values import JsonValues
from coach.readers.native import Native
from coach.readers.tables.dialogue_acts import DialogueActs
from coach.readers.tables.table import Table
from coach.readers.texts.html_page import HtmlPage
from coach.readers.texts.meet_text import MeetText
from coach.readers.texts.plain import PlainText
from coach.readers.texts.srt import Srt
from coach.readers.texts.webvtt import WebVtt
from coach.readers.vendors import vendor_shapes

GROUP = "coach.readers"


@functools.cache
def readers() -> tuple[Reader, ...]:
    """Return the readers of whole inputs, built-in ones first."""
    return (
        JsonValues(json_readers),
        WebVtt(),
        Srt(),
        *NIST_READERS,
        TextGrid(),
        Elan(),
        RevNlp(),
        WhisperTsv(),
        HtmlPage(),
        MeetText(),
        DialogueActs(),
        Table(),
        PlainText(),
        *(reader for reader in registered() if isinstance(reader, Reader)),
    )


@functools.cache
def json_readers() -> tuple[JsonReader, ...]:
    """Return the readers of single JSON values, built-in ones first."""
    return (Native(), *vendor_shapes(), *(reader for reader in registered() if isinstance(reader, JsonReader)))


@functools.cache
def standing_alone() -> frozenset[str]:
    """Return the formats, as ``Call.format`` names them, of which a file is read the same whatever lies beside it.

    Of the readers that other packages register nothing is known.
    """
    foreign = {getattr(reader, "name", "") for reader in registered()}
    known: tuple[Reader | JsonReader, ...] = (*readers(), *json_readers())
    own = {reader.name for reader in known if not getattr(reader, "companions", ())}
    return frozenset(own - foreign)


@functools.cache
def plugins() -> tuple[EntryPoint, ...]:
    """Return the entry points of group ``coach.readers``, in the order of their names.

    To ask for them is to look into every package that is installed.
    """
    return tuple(sorted(entry_points(group=GROUP), key=lambda entry: entry.name))


@functools.cache
def registered() -> tuple[object, ...]:
    """Return what the entry points of group ``coach.readers`` give, in the order of their names.

    An entry point names a reader class, called without arguments, or a reader.

    Raises:
        CoachError: one cannot be loaded, or is no reader.
    """
    made: list[object] = []
    for entry in plugins():
        try:
            thing = entry.load()
            reader = thing() if isinstance(thing, type) else thing
        except Exception as error:
            raise CoachError(
                f"the reader {entry.name!r} cannot be loaded ({type(error).__name__}: {error})",
                where=entry.value,
                remedy="Update or remove the package that it comes from.",
            ) from error
        if not isinstance(reader, (Reader, JsonReader)):
            raise CoachError(
                f"the reader {entry.name!r} is not one: it lacks name, title, provides or its methods",
                where=entry.value,
                remedy="See docs/reading.md for what a reader has.",
            )
        made.append(reader)
    return tuple(made)
