"""Azure: batch, fast and real-time transcription, and the conversations given to conversation analysis."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from format_cases import Expected, assert_read_as, own, sample, spoken
from reader_cases import call_of, rejected_of, written

from coach.call import Call, Word
from coach.readers import ReadOptions, Rejected, read


def phrase(number: int) -> Any:
    return lambda value: str(value["recognizedPhrases"][number]["nBest"][0]["display"])


def result(number: int) -> Any:
    return lambda value: str(value[number]["NBest"][0]["Display"])


def item(*numbers: int) -> Any:
    def text(value: Any) -> str:
        items = value["analysisInput"]["conversations"][0]["conversationItems"]
        return " ".join(items[number]["text"].strip() for number in numbers)

    return text


SHARED = [
    Expected(
        "azure-batch-transcription/batch-v3.1-diarized.json",
        "azure-batch-transcription",
        4,
        "unknown",
        ("1", "2", "1", "2"),
        ((0, 0.13, 0.56), (1, 1.41, 2.99), (2, 3.87, 8.1), (3, 8.98, 12.31)),
        ((0, phrase(0)), (3, phrase(3))),
        call_id="batch-v3.1-diarized",
    ),
    Expected(
        "azure-realtime-detailed/realtime-results.json",
        "azure-realtime-detailed",
        2,
        "unknown",
        ("0", "1"),
        ((0, 0.09, 0.65), (1, 0.69, 1.7)),
        (
            (0, lambda value: str(value[0]["NBest"][0]["Display"])),
            (1, lambda value: str(value[1]["NBest"][0]["Display"])),
        ),
    ),
    # 17 items, of which the agent says the ninth to the eleventh in a row.
    Expected(
        "azure-conversation-analysis-input/call-center-conversation-items.json",
        "azure-conversation-analysis-input",
        15,
        "label",
        ("Agent", "Customer", "Agent"),
        ((0, None, None),),
        ((0, item(0)), (8, item(8, 9, 10)), (14, item(16))),
        ("agent", "customer", "agent", "customer", "agent", "customer", "agent", "customer", "agent"),
        call_id="2b601070-f418-4684-a3f8-e58b48f5d72e",
        language="en",
    ),
]


@pytest.mark.parametrize("expected", SHARED, ids=str)
def test_real_samples_are_read_as_counted_by_hand(expected: Expected) -> None:
    assert_read_as(expected, sample(expected.file))


def test_phrases_of_two_channels_are_in_order_of_time_and_the_first_of_the_best_counts() -> None:
    call = call_of(own("azure-batch-transcription/channels-with-words.json"))
    assert spoken(call) == [
        ("unknown", "1", "City Cars.", 0.5, 1.5),
        ("unknown", "0", "Where is my taxi? I ordered it at 10.", 2.0, 4.6),
        ("unknown", "1", "It is around the corner.", 4.4, 6.4),
    ]
    assert "1 phrase left out, not recognised: InitialSilenceTimeout" in call.warnings
    assert [part.cue for part in call.turns[1].parts] == [0, 1]


def test_words_are_those_displayed_where_there_are_some() -> None:
    call = call_of(own("azure-batch-transcription/channels-with-words.json"))
    words = call.turns[1].words
    assert [word.text for word in words] == ["where", "is", "my", "taxi", "I", "ordered", "it", "at", "10."]
    assert words[-1] == Word("10.", 4.2, 4.6)


def test_the_link_that_is_signed_is_not_kept_and_the_time_of_transcription_is_not_that_of_the_call() -> None:
    call = call_of(own("azure-batch-transcription/channels-with-words.json"))
    assert call.call_id == "taxi-12"
    assert call.metadata == {"recording": "taxi-12.wav", "transcribed": "2026-01-06T01:30:00Z", "duration": "9.6 s"}
    assert call.started_at is None
    assert "c2VjcmV0" not in str(call)


def test_times_in_milliseconds_of_speakers_and_a_text_that_is_not_displayed() -> None:
    call = call_of(own("azure-batch-transcription/milliseconds-diarized.json"))
    assert (call.language, call.metadata["duration"]) == ("en-GB", "7.3 s")
    assert spoken(call) == [
        ("unknown", "2", "Salon Eva.", 0.25, 1.15),
        ("unknown", "1", "i need a haircut", 1.5, 2.9),
        ("unknown", "2", "Sure.", 3.0, None),
    ]


def test_times_that_name_their_units_will_do() -> None:
    call = call_of(own("azure-batch-transcription/durations-only.json"))
    assert spoken(call) == [
        ("unknown", "1", "Are the tulips in?", 59.5, 60.5),
        ("unknown", "2", "They are.", 61.25, 63.25),
    ]
    assert (call.metadata["recording"], call.metadata["duration"]) == ("florist.wav", "64 s")


def test_a_link_to_a_host_alone_names_no_recording(tmp_path: Path) -> None:
    value = json.loads(own("azure-batch-transcription/durations-only.json").read_bytes())
    path = written(tmp_path, "host.json", json.dumps({**value, "source": "https://calls.example"}))
    assert "recording" not in call_of(path).metadata
    assert call_of(path).call_id == "host"


def test_a_batch_in_which_nothing_was_recognised_says_so(tmp_path: Path) -> None:
    value = json.loads(own("azure-batch-transcription/durations-only.json").read_bytes())
    value |= {"recognizedPhrases": [], "combinedRecognizedPhrases": []}
    assert "nobody says anything in it" in rejected_of(written(tmp_path, "silent.json", json.dumps(value))).cause


def test_version_2_has_a_call_for_each_recording() -> None:
    first, second = read([str(own("azure-batch-v2/two-files.json"))])
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert spoken(first) == [
        ("unknown", "0", "Bakery.", 0.3, 1.2),
        ("unknown", "1", "A loaf, please.", 2.2, 3.2),
    ]
    assert (spoken(second), second.call_id) == ([("unknown", "1", "Hello?", 0.1, 0.6)], "two-files-2")


def test_fast_transcription_of_speakers_who_overlap() -> None:
    call = call_of(own("azure-fast-transcription/diarized.json"))
    assert (call.language, call.metadata) == ("en-US", {"duration": "8.2 s"})
    assert spoken(call) == [
        ("unknown", "1", "Bike shop, hello.", 0.08, 1.28),
        ("unknown", "0", "My chain broke.", 1.1, 2.6),
        ("unknown", "1", "Bring it in.", 3.0, 3.8),
    ]
    assert call.turns[0].words[1] == Word("shop,", 0.4, 0.8)


def test_fast_transcription_of_channels_by_the_keys_of_the_preview() -> None:
    call = call_of(own("azure-fast-transcription/preview-channels.json"))
    assert spoken(call) == [
        ("unknown", "1", "Leisure centre.", 0.2, 1.3),
        ("unknown", "0", "Is the pool open?", 1.5, 2.5),
        ("unknown", "1", "It is.", 2.6, 3.1),
    ]


def test_real_time_results_where_nobody_is_a_customer_for_being_called_a_guest() -> None:
    call = call_of(own("azure-realtime-detailed/results.json"))
    assert spoken(call) == [
        ("unknown", "Guest-2", "Vet surgery.", 0.5, 1.7),
        ("unknown", "Guest-1", "My cat limps.", 1.8, 3.3),
        ("unknown", None, "Oh.", 3.4, 3.9),
    ]
    assert call.turns[0].words == (Word("vet", 0.5, 0.9), Word("surgery", 0.9, 1.7))
    assert "1 phrase left out, not recognised: NoMatch" in call.warnings


def test_real_time_results_may_stand_one_a_line_and_the_first_need_not_be_recognised(tmp_path: Path) -> None:
    rows = own("azure-realtime-detailed/one-a-line.jsonl").read_text("utf-8")
    expected = [
        ("unknown", "1", "Dry cleaning.", 0.2, 1.0),
        ("unknown", "0", "Is my coat ready?", 1.1, 2.0),
    ]
    assert spoken(call_of(own("azure-realtime-detailed/one-a-line.jsonl"))) == expected
    silence = '{"RecognitionStatus": "InitialSilenceTimeout", "Offset": 0, "Duration": 1000000}\n'
    assert spoken(call_of(written(tmp_path, "silence.jsonl", silence + rows))) == expected
    one = call_of(written(tmp_path, "one.json", rows.splitlines()[0]))
    assert spoken(one) == expected[:1]


def test_a_file_of_conversations_is_as_many_calls_with_the_roles_that_items_give() -> None:
    path = own("azure-conversation-analysis-input/two-conversations.json")
    first, second, empty = read([str(path)], ReadOptions())
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert (first.call_id, first.language, first.roles.how) == ("hotel-1", "en", "given")
    assert spoken(first) == [
        ("agent", "p_4", "Grand Hotel.", 0.5, 1.4),
        ("customer", "p_9", "Is breakfast included?", 2.1, 3.5),
        ("agent", "p_4", "It is, [PERSON].", 3.4, 3.9),
    ]
    assert (second.call_id, second.roles.how) == ("hotel-2", "label")
    assert spoken(second) == [
        ("agent", "Agent", "How can I help?", None, None),
        ("customer", "Customer", "I lost my key.", None, None),
    ]
    assert isinstance(empty, Rejected)
    assert empty.place == "call 3"


def test_conversations_without_the_request_around_them_have_no_times() -> None:
    call = call_of(own("azure-conversation-analysis-input/bare.json"))
    assert spoken(call) == [
        ("agent", "agent_1", "Hello, this is the gym.", None, None),
        ("customer", "customer_1", "are you open", None, None),
        ("agent", "agent_1", "We are.", None, None),
    ]
    assert "times" in call.lacks
