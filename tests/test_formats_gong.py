"""Gong: many calls in one reply, who they are in another, milliseconds unless nobody could speak so fast."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from format_cases import own, spoken
from reader_cases import call_of, written

from coach.call import Call
from coach.readers import ReadOptions, read

TWO_CALLS = own("gong/two-calls.json")
WITH_PARTIES = ReadOptions(companions=(str(own("gong/week-9-calls.json")),))


def calls_of(path: Path | str, options: ReadOptions) -> list[Call]:
    calls = [item for item in read([str(path)], options) if isinstance(item, Call)]
    assert len(calls) == 2
    return calls


def test_speakers_are_ids_without_the_parties() -> None:
    first, second = calls_of(TWO_CALLS, ReadOptions())
    assert (first.call_id, second.call_id) == ("7782342274025937895", "7782342274025937896")
    assert spoken(first) == [
        ("unknown", "6432345678555530067", "Seeds and Co, how may I help?", 1.2, 3.4),
        ("unknown", "901", "My order of beans never came. It was [REDACTED].", 3.3, 6.1),
        ("unknown", "6432345678555530067", "I'm sorry about that.", 6.2, None),
    ]
    assert any("--companion" in warning for warning in first.warnings)


def test_parties_give_names_sides_and_the_agent_of_each_call() -> None:
    first, second = calls_of(TWO_CALLS, WITH_PARTIES)
    assert [(turn.role, turn.speaker) for turn in first.turns] == [
        ("agent", "Mel Roe"),
        ("customer", "Io Berg"),
        ("agent", "Mel Roe"),
    ]
    assert (tuple(first.agent), first.started_at, first.language) == (
        ("234", "Mel Roe", None),
        "2026-03-02T09:14:00Z",
        "eng",
    )
    assert (first.roles.how, first.metadata) == ("given", {"title": "Beans", "direction": "Inbound"})
    assert [(turn.role, turn.speaker) for turn in second.turns] == [("unknown", "Una")]


def test_times_in_seconds_are_told_by_how_fast_one_would_have_to_speak() -> None:
    _, second = calls_of(TWO_CALLS, WITH_PARTIES)
    assert [(turn.start, turn.end) for turn in second.turns] == [(0.4, 3.0)]
    assert any("read as seconds" in warning for warning in second.warnings)


def test_one_call_alone_and_one_party_reply_alone(tmp_path: Path) -> None:
    call = orjson.loads(TWO_CALLS.read_bytes())["callTranscripts"][0]
    parties = orjson.loads(own("gong/week-9-calls.json").read_bytes())["calls"][0]
    path = written(tmp_path, "beans-transcript.json", orjson.dumps(call))
    written(tmp_path, "beans-parties.json", orjson.dumps(parties))
    assert call_of(path).agent.id == "234"


def test_of_several_inside_the_one_whose_call_it_is_is_the_agent(tmp_path: Path) -> None:
    reply = orjson.loads(own("gong/week-9-calls.json").read_bytes())
    reply["calls"][0]["parties"][0].update(affiliation="Internal", userId="999")
    written(tmp_path, "calls.json", orjson.dumps(reply))
    first, _ = calls_of(written(tmp_path, "transcripts.json", TWO_CALLS.read_bytes()), ReadOptions())
    assert (first.agent.id, {turn.role for turn in first.turns}) == ("234", {"agent"})


@pytest.mark.parametrize("is_nested", [False, True])
def test_both_replies_may_be_laid_into_one_file(tmp_path: Path, is_nested: bool) -> None:
    transcript = orjson.loads(TWO_CALLS.read_bytes())["callTranscripts"][0]
    details = orjson.loads(own("gong/week-9-calls.json").read_bytes())["calls"][0]
    value = {"call": details, "transcript": transcript} if is_nested else {**transcript, **details}
    if not is_nested:
        del value["callId"]
    call = call_of(written(tmp_path, "joined.json", orjson.dumps(value)))
    assert (call.call_id, call.agent.id, call.warnings) == ("7782342274025937895", "234", ())
    assert [turn.role for turn in call.turns] == ["agent", "customer", "agent"]
