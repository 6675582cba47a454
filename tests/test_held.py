"""Where in a JSON value the calls are: envelopes, lists, lines, texts of JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from format_cases import own
from reader_cases import call_of, rejected_of, written

from coach.call import Call
from coach.readers import Rejected, read
from coach.readers.held import held
from coach.readers.registry import json_readers

VENDOR: dict[str, Any] = json.loads(own("assemblyai/utterances.json").read_text("utf-8"))
NATIVE = {"call_id": "n", "turns": [{"role": "agent", "text": "Hello."}, {"role": "customer", "text": "Hi."}]}


def items_of(folder: Path, value: object, name: str = "x.json") -> list[Call | Rejected]:
    return list(read([written(folder, name, json.dumps(value))]))


@pytest.mark.parametrize("call", [VENDOR, NATIVE], ids=["vendor", "native"])
@pytest.mark.parametrize(
    "wrap",
    [
        lambda call: {"result": call},
        lambda call: {"response": {"body": call}},
        lambda call: {"status": "ok", "body": json.dumps(call)},
        lambda call: {"calls": [call]},
        lambda call: {"data": {"items": [call]}},
        lambda call: [{"result": call}],
        lambda call: [call],
    ],
)
def test_a_call_is_found_in_its_envelope(tmp_path: Path, call: dict[str, Any], wrap: Any) -> None:
    (found,) = items_of(tmp_path, wrap(call))
    assert isinstance(found, Call)
    assert len(found.turns) == len(call.get("turns") or call["utterances"])


def test_an_envelope_three_levels_deep_is_not_looked_through(tmp_path: Path) -> None:
    (item,) = items_of(tmp_path, {"a": {"b": {"c": {"d": VENDOR}}}})
    assert isinstance(item, Rejected)


def test_facts_of_the_envelope_count_where_the_call_itself_has_none(tmp_path: Path) -> None:
    bare = {key: value for key, value in VENDOR.items() if key not in ("id", "language_code")}
    (call,) = items_of(tmp_path, {"contact_id": "c-9", "agent_name": "Ines Okafor", "queue": "Repairs", "result": bare})
    assert isinstance(call, Call)
    assert (call.call_id, call.agent.name, call.metadata["queue"]) == ("c-9", "Ines Okafor", "Repairs")
    (call,) = items_of(tmp_path, {"contact_id": "c-9", "result": VENDOR})
    assert isinstance(call, Call)
    assert call.call_id == VENDOR["id"]


def test_the_outermost_call_counts_and_what_is_in_it_is_not_read_twice(tmp_path: Path) -> None:
    (call,) = items_of(tmp_path, {**NATIVE, "raw": VENDOR})
    assert isinstance(call, Call)
    assert call.format == "native"


def test_a_list_of_calls_of_several_formats_is_read_and_what_is_none_is_named(tmp_path: Path) -> None:
    first, second, third = items_of(tmp_path, [VENDOR, {"x": 1}, NATIVE])
    assert isinstance(first, Call)
    assert isinstance(third, Call)
    assert (first.format, third.format) == ("assemblyai", "native")
    assert isinstance(second, Rejected)
    assert second.place == "item 2"


def test_lines_of_several_formats_are_read(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps(value) for value in (VENDOR, NATIVE, {"result": VENDOR}))
    calls = list(read([written(tmp_path, "x.jsonl", lines)]))
    assert [call.format for call in calls if isinstance(call, Call)] == ["assemblyai", "native", "assemblyai"]


def test_an_unknown_object_is_told_what_it_is_most_like_and_what_it_lacks(tmp_path: Path) -> None:
    nearly = {**{key: value for key, value in VENDOR.items() if key != "words"}, "utterances": [{"start": 1}]}
    told = rejected_of(written(tmp_path, "x.json", json.dumps(nearly)))
    assert 'it looks most like an AssemblyAI transcript, but has no "words"' in told.cause
    assert "--suggest-map" in told.remedy


def test_a_shape_whose_file_holds_no_speech_is_no_turns_and_never_an_empty_call(tmp_path: Path) -> None:
    told = rejected_of(written(tmp_path, "x.json", json.dumps({**VENDOR, "utterances": [], "words": [], "text": ""})))
    assert told.cause == "no turns: it is an AssemblyAI transcript, but nobody says anything in it"


@pytest.mark.parametrize("depth", [900, 10_000])
def test_deep_nesting_ends_in_a_rejection(tmp_path: Path, depth: int) -> None:
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        content = opening * depth + "1" + closing * depth
        assert rejected_of(written(tmp_path, "x.json", content)).remedy


def test_a_wide_object_is_not_searched_to_its_last_key() -> None:
    assert held({**{f"k{number}": {} for number in range(500)}, "call": VENDOR}, json_readers()) == []


def test_vendors_own_samples_are_read_by_themselves() -> None:
    assert call_of(own("assemblyai/utterances.json")).format == "assemblyai"


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        ({"id": "7", "status": "processing"}, 'it says "status": "processing", so it may be the report on a job'),
        ({"Job": {"JobStatus": "COMPLETED", "Uri": "s3://x"}}, 'it says "JobStatus": "COMPLETED"'),
        ({"results": []}, 'it has no "turns"; its "results" is empty'),
    ],
)
def test_a_report_on_a_job_or_an_empty_reply_is_called_that_and_like_no_format(
    tmp_path: Path, value: object, cause: str
) -> None:
    told = rejected_of(written(tmp_path, "x.json", json.dumps(value)))
    assert cause in told.cause
    assert "looks most like" not in told.cause


def test_of_unknown_rows_beside_each_other_those_that_say_it_again_are_left_out(tmp_path: Path) -> None:
    said = [("Ines", "Repairs, good morning."), ("Vera", "My boiler drips."), ("Ines", "Oh no, it drips?")]
    rows = [{"speaker": who, "text": text} for who, text in said]
    words = [{"speaker": who, "text": word} for who, text in said for word in text.split()]
    (call,) = items_of(tmp_path, {"words": words, "lines": rows, "highlights": rows[1:2]})
    assert isinstance(call, Call)
    assert [(turn.speaker, turn.text) for turn in call.turns] == said
    assert sorted(warning for warning in call.warnings if "says again" in warning) == [
        '"highlights" is left out: it says again what "lines" says',
        '"words" is left out: it says again what "lines" says',
    ]


def test_unknown_rows_beside_each_other_that_say_different_things_are_calls_of_their_own(tmp_path: Path) -> None:
    first = [{"speaker": "A", "text": "The tap drips."}, {"speaker": "B", "text": "Since when?"}]
    second = [{"speaker": "A", "text": "My bill is wrong."}, {"speaker": "B", "text": "Which month?"}]
    assert len(items_of(tmp_path, {"monday": first, "tuesday": second})) == 2
