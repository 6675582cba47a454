"""Twilio Conversational Intelligence: pages of sentences, roles in a second file, several pages, operator results."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest
from format_cases import Expected, assert_read_as, own, sample, spoken
from reader_cases import call_of, rejected_of, written

from coach.call import Call
from coach.readers import ReadOptions, read

FOLDER = "twilio-conversational-intelligence"
SID = "GT0f1e2d3c4b5a69788796a5b4c3d2e1f0"
RESOURCES = str(own(f"{FOLDER}/all-resources.json"))
SHARED = [
    Expected(
        f"{FOLDER}/sentences-page.json",
        FOLDER,
        1,
        "unknown",
        ("1",),
        ((0, None, None),),
        ((0, lambda value: str(value["sentences"][0]["transcript"])),),
        call_id=f"GT{'a' * 32}",
        language="en-US",
    )
]


def kettle(**changes: Any) -> Any:
    return {**orjson.loads(own(f"{FOLDER}/kettle-sentences.json").read_bytes()), **changes}


def saved(folder: Path, name: str, value: object) -> str:
    return written(folder, name, orjson.dumps(value))


@pytest.mark.parametrize("expected", SHARED, ids=str)
def test_real_samples_are_read_as_counted_by_hand(expected: Expected) -> None:
    assert_read_as(expected, sample(expected.file))


def test_sentences_are_by_channel_and_nobody_is_the_agent_without_the_resource() -> None:
    call = call_of(own(f"{FOLDER}/kettle-sentences.json"))
    assert (call.call_id, call.roles.how) == (SID, "unknown")
    assert spoken(call) == [
        ("unknown", "2", "Kettle care, this is Bea.", 0.52, 2.1),
        ("unknown", "1", "Mine won't boil. It's [PII]'s kettle.", 2.4, 4.0),
        ("unknown", "2", "Oh no.", 3.8, 5.0),
    ]
    assert [word.text for word in call.turns[0].words] == ["Kettle", "care,", "this", "is", "Bea."]
    assert any("--companion" in warning for warning in call.warnings)


def test_the_resource_says_who_speaks_on_which_channel() -> None:
    call = call_of(own(f"{FOLDER}/kettle-sentences.json"), ReadOptions(companions=(RESOURCES,)))
    assert [turn.role for turn in call.turns] == ["agent", "customer", "agent"]
    assert (call.roles.how, call.roles.agent) == ("channel", ("2",))
    assert tuple(call.agent) == ("bea-7", "Bea Lund", None)
    assert (call.started_at, call.language, call.metadata) == (
        "2026-03-02T09:14:00Z",
        "en-US",
        {"customer_key": "order-31"},
    )
    assert call.warnings == ()


@pytest.mark.parametrize(
    ("transcript", "resource"),
    [
        ("kettle-sentences.json", "kettle-resource.json"),
        ("sentences-page.json", "transcript-resource.json"),
        ("sentences/17.json", "resource/17.json"),
        (f"{SID}_sentences.json", f"{SID}.json"),
        ("17.json", "transcripts.json"),
    ],
)
def test_the_resource_is_found_beside_the_sentences(tmp_path: Path, transcript: str, resource: str) -> None:
    path = saved(tmp_path, transcript, kettle())
    written(tmp_path, resource, Path(RESOURCES).read_bytes())
    assert call_of(path).agent.id == "bea-7"


def test_the_resource_of_another_call_is_not_taken(tmp_path: Path) -> None:
    other = kettle(meta={"key": "sentences", "url": "https://x.example/v2/Transcripts/GT17/Sentences"})
    path = saved(tmp_path, "sentences-page.json", other)
    shutil.copy(RESOURCES, tmp_path / "transcript-resource.json")
    assert call_of(path).roles.how == "unknown"


def test_sentences_and_resource_in_one_file(tmp_path: Path) -> None:
    resource = orjson.loads(Path(RESOURCES).read_bytes())
    merged = call_of(saved(tmp_path, "a.json", {**resource, "sentences": kettle()["sentences"]}))
    side_by_side = call_of(saved(tmp_path, "b.json", {"transcript": resource, **kettle()}))
    assert (merged.agent.id, side_by_side.agent.id) == ("bea-7", "bea-7")


def test_times_that_are_null_are_no_times_and_words_without_any_are_none() -> None:
    call = call_of(own(f"{FOLDER}/bare-list-without-times.json"))
    assert spoken(call) == [("unknown", "1", "Hello?", None, None), ("unknown", "2", "Kettle care.", None, None)]
    assert call.lacks[:2] == ("times", "words")


def test_a_bare_list_finds_its_resource_by_the_id_in_its_name(tmp_path: Path) -> None:
    path = saved(tmp_path, f"sentences of {SID}.json", kettle()["sentences"])
    call = call_of(path, ReadOptions(companions=(RESOURCES,)))
    assert (call.call_id, call.agent.id) == (SID, "bea-7")


def test_a_channel_that_the_user_names_needs_no_resource() -> None:
    call = call_of(own(f"{FOLDER}/kettle-sentences.json"), ReadOptions(agent_channel="2"))
    assert ([turn.role for turn in call.turns], call.warnings) == (["agent", "customer", "agent"], ())


def test_pages_in_one_file_are_one_call_and_a_page_alone_says_that_there_are_more(tmp_path: Path) -> None:
    first, second = kettle(sentences=kettle()["sentences"][:2]), kettle(sentences=kettle()["sentences"][2:])
    together = call_of(saved(tmp_path, "pages.json", [first, second]))
    assert spoken(together) == spoken(call_of(own(f"{FOLDER}/kettle-sentences.json")))
    first["meta"]["next_page_url"] = "https://x.example/?Page=1"
    assert any("several" in warning for warning in call_of(saved(tmp_path, "first.json", first)).warnings)


def test_an_operator_result_is_no_transcript_and_no_error_beside_one(tmp_path: Path) -> None:
    result = own(f"{FOLDER}/operator-result.json")
    assert rejected_of(result).cause == "no turns: it is what Twilio's operators make of a transcript, not a transcript"
    shutil.copy(result, tmp_path / "operator-result.json")
    saved(tmp_path, "sentences.json", kettle())
    (only,) = read([str(tmp_path)])
    assert isinstance(only, Call)


def test_a_later_page_alone_says_that_there_are_others(tmp_path: Path) -> None:
    page = kettle(sentences=kettle()["sentences"][1:])
    page["meta"].update(page=1, next_page_url=None, previous_page_url=None)
    assert any("several" in warning for warning in call_of(saved(tmp_path, "page-1.json", page)).warnings)
