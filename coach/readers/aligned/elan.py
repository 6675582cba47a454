"""ELAN annotation files (EAF): XML with tiers of annotations between time slots."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from xml.etree import ElementTree

from coach.call import Call
from coach.errors import TranscriptError
from coach.readers.aligned.tiers import Row, Tier, cues_of_tiers
from coach.readers.built import call_of_file
from coach.readers.cues import tidy
from coach.readers.fields import MILLIS, seconds
from coach.readers.options import ReadOptions
from coach.readers.rejected import Rejected
from coach.readers.source import Source

Slots = dict[str, float | None]
LETTER = re.compile(r"[^\W\d_]{2}")


class Elan:
    """Reads ELAN annotation files, a tier a speaker; one file is one call."""

    name = "elan"
    title = "an ELAN annotation file (EAF)"
    provides: tuple[str, ...] = ("speakers", "times")
    told_by = "`<ANNOTATION_DOCUMENT`"
    is_tried = False

    def recognises(self, source: Source, options: ReadOptions) -> float:
        """Return 1 where the root element says so."""
        return 1.0 if "<ANNOTATION_DOCUMENT" in source.head_text() else 0.0

    def read(self, source: Source, options: ReadOptions) -> Iterator[Call | Rejected]:
        """Yield the one call of the file."""
        text, warnings = source.text()
        told = list(warnings)
        cues, left_out = cues_of_tiers(list(tiers_of(document(text, source.name), told)))
        yield call_of_file(source, options, self.name, cues, warnings=(*told, *left_out), what="annotation")


def document(text: str, name: str) -> ElementTree.Element:
    """Return the root element of ``text``.

    Raises:
        TranscriptError: it is broken, or defines entities, which could be made to fill the memory.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise TranscriptError(
            "XML with a document type (DOCTYPE), which is not read",
            where=name,
            remedy="ELAN writes none: export the file from ELAN again.",
        )
    try:
        return ElementTree.fromstring(text.lstrip())  # noqa: S314 - see above
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise TranscriptError(f"not XML: {error}", where=name, remedy="Save the file in ELAN again.") from error


def tiers_of(root: ElementTree.Element, told: list[str]) -> Iterator[Tier]:
    """Yield the tiers with what is said; tiers below another one (words, translations) say it again and are left out.

    Where the upper one holds only numbers or references, the first below it that holds words takes its place.
    """
    slots = _slots(root, told)
    tiers = root.findall("TIER")
    times = {span[0]: span[1:] for tier in tiers for span in _spans(tier, slots)}
    parents = {_of(note, "ANNOTATION_ID"): _of(note, "ANNOTATION_REF") for note in root.iter("REF_ANNOTATION")}
    order = {id(note): number for number, note in enumerate(root.iter("ANNOTATION_VALUE"))}
    read = {id(tier): list(_rows(tier, times, parents, order)) for tier in tiers}
    below: dict[str, list[ElementTree.Element]] = {}
    for tier in tiers:
        below.setdefault(_of(tier, "PARENT_REF"), []).append(tier)
    for tier in below.get("", []):
        chosen = next((each for each in _with_those_below(tier, below) if _has_words(read[id(each)])), tier)
        yield Tier(_of(tier, "TIER_ID"), read[id(chosen)], _of(tier, "PARTICIPANT").strip() or None)


def _slots(root: ElementTree.Element, told: list[str]) -> Slots:
    """Return the time slots in seconds, ``None`` for one without a value."""
    units = root.find("HEADER")
    if units is not None and units.get("TIME_UNITS", "milliseconds") != "milliseconds":
        told.append("the times are not in milliseconds: read as absent")
        return {}
    return {_of(slot, "TIME_SLOT_ID"): seconds(slot.get("TIME_VALUE"), MILLIS) for slot in root.iter("TIME_SLOT")}


def _spans(tier: ElementTree.Element, slots: Slots) -> Iterator[tuple[str, float | None, float | None]]:
    """Yield id, start and end of the aligned annotations; slots without a value part the time between evenly."""
    notes = list(tier.iter("ALIGNABLE_ANNOTATION"))
    chain = list(dict.fromkeys(_of(note, key) for note in notes for key in ("TIME_SLOT_REF1", "TIME_SLOT_REF2")))
    filled = dict(zip(chain, _filled([slots.get(slot) for slot in chain]), strict=True))
    for note in notes:
        yield _of(note, "ANNOTATION_ID"), filled[_of(note, "TIME_SLOT_REF1")], filled[_of(note, "TIME_SLOT_REF2")]


def _filled(times: list[float | None]) -> list[float | None]:
    """Return ``times`` with gaps between two known ones parted evenly."""
    known = [place for place, time in enumerate(times) if time is not None]
    filled = list(times)
    for before, after in pairwise(known):
        first, last = times[before], times[after]
        if first is not None and last is not None:
            for place in range(before + 1, after):
                filled[place] = round(first + (last - first) * (place - before) / (after - before), 6)
    return filled


def _with_those_below(
    tier: ElementTree.Element, below: Mapping[str, Iterable[ElementTree.Element]]
) -> Iterator[ElementTree.Element]:
    """Yield a tier and all tiers below it, upper ones first, each name once."""
    waiting = [tier]
    seen = {""}
    for each in waiting:
        yield each
        if _of(each, "TIER_ID") not in seen:
            seen.add(_of(each, "TIER_ID"))
            waiting += below.get(_of(each, "TIER_ID"), ())


def _rows(
    tier: ElementTree.Element,
    times: Mapping[str, tuple[float | None, float | None]],
    parents: Mapping[str, str],
    order: Mapping[int, int],
) -> Iterator[Row]:
    """Yield the annotations of a tier; those that share a parent are one, with its time."""
    joined: dict[str, tuple[int, list[str]]] = {}
    for note in [*tier.iter("ALIGNABLE_ANNOTATION"), *tier.iter("REF_ANNOTATION")]:
        value = note.find("ANNOTATION_VALUE")
        if value is not None:
            timed = _timed(_of(note, "ANNOTATION_ID"), times, parents)
            joined.setdefault(timed, (order[id(value)], []))[1].append(tidy(value.text or ""))
    for timed, (number, texts) in joined.items():
        yield Row(number, tidy(" ".join(texts)), *times.get(timed, (None, None)))


def _timed(note: str, times: Mapping[str, object], parents: Mapping[str, str]) -> str:
    """Return the id of the nearest annotation above ``note`` that has a time, its own where none has."""
    seen: set[str] = set()
    above = note
    while above not in times and above in parents and above not in seen:
        seen.add(above)
        above = parents[above]
    return above if above in times else note


def _has_words(rows: Iterable[Row]) -> bool:
    return any(LETTER.search(row.text) for row in rows)


def _of(element: ElementTree.Element, name: str) -> str:
    return element.get(name, "")
