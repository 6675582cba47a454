"""What the tests of the vendors' formats share: samples of our own, real ones where they are present, expectations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest
from reader_cases import SAMPLES, assert_parts_are_slices, call_of

from coach.call import Call, HowRoles, Role, Turn
from coach.readers import ReadOptions

OWN = Path(__file__).with_name("formats")


class Expected(NamedTuple):
    """What is to be read in a sample, counted by hand; ``text`` finds the text of a turn in the parsed sample itself.

    ``spans`` has (number of the turn, start, end), and ``texts`` (number of the turn, where its text stands), for the
    real samples must not be quoted here.
    """

    file: str
    format: str
    turns: int
    how: HowRoles
    speakers: tuple[str | None, ...]
    spans: tuple[tuple[int, float | None, float | None], ...] = ()
    texts: tuple[tuple[int, Callable[[Any], str]], ...] = ()
    roles: tuple[Role, ...] = ()
    words: int = 0
    call_id: str | None = None
    started_at: str | None = None
    language: str | None = None
    agent: tuple[str | None, str | None, str | None] = (None, None, None)

    def __str__(self) -> str:
        return self.file


def sample(file: str) -> Path:
    """Return the path of a real sample; the test is skipped where there is none."""
    path = SAMPLES / file
    if not path.exists():
        pytest.skip("the shared samples are not here")
    return path


def own(file: str) -> Path:
    """Return the path of a sample of ours, under ``tests/formats``."""
    return OWN / file


def assert_read_as(expected: Expected, path: Path, options: ReadOptions | None = None) -> Call:
    """Read the one call in ``path`` and hold it against what is expected; ``speakers`` are those of the first turns."""
    call = call_of(path, options)
    assert_parts_are_slices(call)
    assert (call.format, call.roles.how, len(call.turns)) == (expected.format, expected.how, expected.turns)
    assert tuple(turn.speaker for turn in call.turns[: len(expected.speakers)]) == expected.speakers
    assert tuple(turn.role for turn in call.turns[: len(expected.roles)]) == expected.roles
    for number, start, end in expected.spans:
        assert (call.turns[number].start, call.turns[number].end) == (start, end), f"turn {number}"
    if expected.texts:
        value = orjson.loads(path.read_bytes()) if path.suffix == ".json" else path.read_text("utf-8")
        for number, text in expected.texts:
            assert call.turns[number].text == text(value), f"turn {number}"
    assert sum(len(turn.words) for turn in call.turns) == expected.words
    assert call.call_id == (expected.call_id or path.stem.split(".")[0])
    assert (call.started_at, call.language, tuple(call.agent)) == (
        expected.started_at,
        expected.language,
        expected.agent,
    )
    timed = [turn.start for turn in call.turns if turn.start is not None]
    assert timed == sorted(timed)
    return call


def spoken(call: Call) -> list[tuple[Role, str | None, str, float | None, float | None]]:
    """Return the turns of ``call`` as role, speaker, text, start and end, for comparing with a list written by hand."""
    return [_row(turn) for turn in call.turns]


def _row(turn: Turn) -> tuple[Role, str | None, str, float | None, float | None]:
    return turn.role, turn.speaker, turn.text, turn.start, turn.end
