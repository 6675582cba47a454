"""The calls of a results dataset, as they were read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from stand_ins import StandIn

from coach.authoring.stored_calls import NAME_IT, stored_calls
from coach.call import Call
from coach.engines.ledger import content_hash
from coach.engines.local import score_all
from coach.readers import Rejected, read
from coach.results import Dataset

TURNS = [{"role": "agent", "text": "Hello there, how can I help?"}, {"role": "customer", "text": "My line is down."}]


def write(path: Path, *calls: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps({"turns": TURNS, **call}) + "\n" for call in calls), "utf-8")
    return path


def scored_into(results: Path, *paths: Path) -> dict[str, str]:
    """Score what is under ``paths``; return the hash of each call by id."""
    calls = [call for call in read([str(path) for path in paths]) if isinstance(call, Call)]
    score_all(calls, StandIn, str(results))
    return {call.call_id: content_hash(call) for call in calls}


def stored(results: Path) -> tuple[list[Call], list[Rejected], list[str]]:
    """Return the calls, what cannot be had, and the files that were read again."""
    again: list[str] = []

    def noted(paths: Sequence[str]) -> Iterator[Call | Rejected]:
        again.extend(paths)
        return read(paths)

    with Dataset.open(str(results)) as dataset:
        items = list(stored_calls(dataset, noted))
    calls = [item for item in items if isinstance(item, Call)]
    return calls, [item for item in items if isinstance(item, Rejected)], again


def test_calls_are_put_together_from_the_dataset_alone(tmp_path: Path) -> None:
    agent = {"id": "a1", "name": "Ana", "team": "Lines"}
    timed = [{**turn, "start": 2 * n, "end": 2 * n + 1.5} for n, turn in enumerate(TURNS)]
    path = write(
        tmp_path / "calls.jsonl",
        {"call_id": "c-1", "agent": agent, "queue": {"name": "north", "tags": ["a", 1, None]}},
        {"call_id": "c-2", "turns": timed, "language": "en", "customer_type": "internal"},
        {"call_id": "c-3", "turns": [{"speaker": turn["role"][:3], "text": turn["text"]} for turn in TURNS]},
    )
    hashes = scored_into(tmp_path / "results", path)
    path.unlink()
    calls, gone, again = stored(tmp_path / "results")
    assert {call.call_id: content_hash(call) for call in calls} == hashes
    assert (gone, again) == ([], [])


def test_a_call_with_timed_words_is_read_again_from_its_file(tmp_path: Path) -> None:
    words = [{"text": "Hello", "start": 0.0, "end": 0.5}, {"text": "there", "start": 0.5, "end": 0.9}]
    turns = [{"role": "agent", "text": "Hello there", "start": 0.0, "end": 0.9, "words": words}, TURNS[1]]
    path = write(tmp_path / "calls.jsonl", {"call_id": "c-1"}, {"call_id": "c-2", "turns": turns})
    hashes = scored_into(tmp_path / "results", path)
    calls, gone, again = stored(tmp_path / "results")
    assert {call.call_id: content_hash(call) for call in calls} == hashes
    assert (gone, again) == ([], [str(path)])


@pytest.mark.parametrize("after", ["gone", "changed"])
def test_a_call_that_is_no_more_to_be_had_is_rejected(tmp_path: Path, after: str) -> None:
    words = [{"text": "Hello", "start": 0.0, "end": 0.5}]
    turns = [{"role": "agent", "text": "Hello", "start": 0.0, "end": 0.9, "words": words}, TURNS[1]]
    path = write(tmp_path / "calls.jsonl", {"call_id": "c-1", "turns": turns})
    scored_into(tmp_path / "results", path)
    path.unlink()
    if after == "changed":
        write(path, {"call_id": "c-1"})
    calls, gone, _ = stored(tmp_path / "results")
    assert calls == []
    assert [(one.source, one.remedy) for one in gone] == [(str(path), NAME_IT)]
