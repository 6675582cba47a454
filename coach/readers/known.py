"""What can be read, told about for people: the formats of every registered reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from coach.readers.base import JsonReader, Reader
from coach.readers.json_values import JsonValues
from coach.readers.registry import json_readers, readers


class Format(NamedTuple):
    """A format that is read: ``told_by`` how it is recognised, ``provides`` what its transcripts may hold.

    ``is_tried`` is false where only the vendor's description was at hand, and never a real file.
    """

    name: str
    title: str
    told_by: str
    provides: tuple[str, ...]
    is_tried: bool
    note: str


def formats() -> list[Format]:
    """Return the formats: the native one first, the others in the order of their names."""
    native, *shapes = json_readers()
    whole = [reader for reader in readers() if not isinstance(reader, JsonValues)]
    found: list[JsonReader | Reader] = [*shapes, *whole]
    others = sorted(map(_format, found), key=lambda each: each.name)
    return [_format(native), *_merged(others)]


def _format(reader: JsonReader | Reader) -> Format:
    told_by = getattr(reader, "told_by", "")
    signatures = getattr(reader, "signatures", ())
    if signatures:
        told_by = "; or ".join(map(str, signatures))
    return Format(
        reader.name,
        reader.title,
        told_by,
        tuple(reader.provides),
        bool(getattr(reader, "is_tried", True)),
        str(getattr(reader, "note", "")),
    )


def _merged(listed: list[Format]) -> Iterator[Format]:
    """Yield ``listed`` with several shapes of one name as one format."""
    names = dict.fromkeys(each.name for each in listed)
    for name in names:
        same = [each for each in listed if each.name == name]
        yield same[0]._replace(
            title="; ".join(dict.fromkeys(each.title for each in same)),
            told_by="; or ".join(dict.fromkeys(each.told_by for each in same if each.told_by)),
            provides=tuple(dict.fromkeys(kind for each in same for kind in each.provides)),
            is_tried=all(each.is_tried for each in same),
            note=" ".join(dict.fromkeys(each.note for each in same if each.note)),
        )
