"""Speechmatics: marks, entities that stand twice, channels, live messages, and v1, whose speakers stand apart."""

from __future__ import annotations

from typing import Any

import pytest
from format_cases import Expected, assert_read_as, own, sample, spoken
from reader_cases import call_of, rejected_of, written


def content(*numbers: int) -> Any:
    return lambda value: " ".join(row["alternatives"][0]["content"] for row in at(value, numbers)).replace(" .", ".")


def at(value: Any, numbers: tuple[int, ...]) -> list[Any]:
    return [value["results"][number] for number in numbers]


SHARED = [
    Expected(
        "speechmatics-json-v2/batch-job-transcript.json",
        "speechmatics-json-v2",
        1,
        "unknown",
        (None,),
        ((0, 1.41, 12.3),),
        ((0, content(*range(22))),),
        words=17,
        call_id="p8t3dcrign",
        language="en",
    ),
    Expected(
        "speechmatics-json-v2/entity.json",
        "speechmatics-json-v2",
        1,
        "unknown",
        ("S1",),
        ((0, 8.441504, 10.169486),),
        ((0, content(0, 1)),),
        words=1,
        language="en",
    ),
    Expected(
        "speechmatics-json-v2/two-speakers-final-message.json",
        "speechmatics-json-v2",
        2,
        "unknown",
        ("S1", "S2"),
        ((0, 0.03, 2.04), (1, 3.0, 3.2)),
        ((0, content(0, 1, 2)), (1, content(3, 4))),
        words=4,
        language="en",
    ),
]


@pytest.mark.parametrize("expected", SHARED, ids=str)
def test_real_samples_are_read_as_counted_by_hand(expected: Expected) -> None:
    assert_read_as(expected, sample(expected.file))


def test_marks_join_words_entities_are_read_as_written_and_an_unknown_speaker_is_nobody() -> None:
    call = call_of(own("speechmatics-json-v2/job.json"))
    assert spoken(call) == [
        ("unknown", "S2", "Renewals, hello.", 0.4, 1.5),
        ("unknown", "S1", "My book is late.", 2.0, 3.3),
        ("unknown", None, "um", 3.9, 4.2),
        ("unknown", "S2", "That is GBP 3.50. (today)", 7.0, 9.9),
    ]
    assert [word.text for word in call.turns[3].words] == ["That", "is", "GBP", "3.50.", "(today)"]
    assert call.turns[3].parts[1].cue == 15


def test_a_job_says_its_id_and_language_and_what_the_user_said_of_it() -> None:
    call = call_of(own("speechmatics-json-v2/job.json"))
    assert (call.call_id, call.language, call.agent.id) == ("lib0job12", "en", "a3")
    assert call.metadata == {
        "queue": "renewals",
        "title": "Library desk",
        "reference": "ref-9",
        "duration": "19 s",
        "data_name": "library-12.wav",
    }


def test_words_of_channels_that_overlap_are_put_together_by_channel_and_its_name_is_the_label() -> None:
    call = call_of(own("speechmatics-json-v2/channels.json"))
    assert spoken(call) == [
        ("agent", "Agent", "Harbour office.", 0.2, 1.2),
        ("customer", "Caller", "Is the ferry in?", 1.0, 2.0),
        ("agent", "Agent", "Not yet.", 2.6, 3.3),
    ]
    assert call.roles.how == "label"


def test_final_live_messages_one_a_line_are_one_call() -> None:
    call = call_of(own("speechmatics-json-v2/live.jsonl"))
    assert (call.call_id, call.language) == ("sess-55", "en")
    assert spoken(call) == [
        ("unknown", "S1", "Vets here.", 0.3, 1.0),
        ("unknown", "S2", "My cat fell.", 1.5, 2.7),
    ]
    assert "1 partial transcript left out, for the final ones say the same" in call.warnings


def test_live_messages_are_one_call_whichever_comes_first_and_as_a_list(tmp_path: Any) -> None:
    lines = own("speechmatics-json-v2/live.jsonl").read_text().splitlines()
    whole = spoken(call_of(own("speechmatics-json-v2/live.jsonl")))
    for first in (2, 3):
        assert spoken(call_of(written(tmp_path, f"{first}.jsonl", "\n".join(lines[first:])))) == whole
    assert spoken(call_of(written(tmp_path, "list.json", f"[{','.join(lines)}]"))) == whole


def test_words_of_v1_get_the_speaker_who_speaks_at_their_time() -> None:
    call = call_of(own("speechmatics-json-v1/words.json"))
    assert (call.call_id, call.language) == ("771", "en")
    assert spoken(call) == [
        ("unknown", "F1", "Bakery desk.", 0.1, 1.4),
        ("unknown", "M2", "One cake.", 2.0, 3.1),
        ("unknown", None, "oh hm", 3.5, 4.4),
    ]


def test_a_job_without_results_is_no_call(tmp_path: Any) -> None:
    text = '{"format": "2.9", "job": {"id": "e"}, "metadata": {"transcription_config": {}}, "results": []}'
    assert "nobody says anything" in rejected_of(written(tmp_path, "empty.json", text)).cause
