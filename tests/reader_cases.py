"""What the tests of the readers share: writing a file, and reading the one thing in it."""

from __future__ import annotations

from pathlib import Path

from coach.call import Call
from coach.readers import ReadOptions, Rejected, read

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "formats"


def written(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def call_of(path: str | Path, options: ReadOptions | None = None) -> Call:
    (item,) = read([str(path)], options or ReadOptions())
    assert isinstance(item, Call), item
    return item


def rejected_of(path: str | Path, options: ReadOptions | None = None) -> Rejected:
    (item,) = read([str(path)], options or ReadOptions())
    assert isinstance(item, Rejected), item
    return item


def said(call: Call) -> list[tuple[str | None, str]]:
    return [(turn.speaker, turn.text) for turn in call.turns]


def assert_parts_are_slices(call: Call) -> None:
    """Each part is a piece of its turn's text, in order, with one blank between."""
    for turn in call.turns:
        if turn.parts:
            assert " ".join(turn.text[part.begin : part.stop] for part in turn.parts) == turn.text
            assert all(turn.text[part.begin : part.stop].strip() for part in turn.parts)
