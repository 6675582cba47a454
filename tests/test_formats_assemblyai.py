"""AssemblyAI: utterances, words where there are none, milliseconds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from format_cases import Expected, assert_read_as, own, sample, spoken
from reader_cases import call_of, written

SHARED = [
    Expected(
        "assemblyai/assemblyai-utterances.json",
        "assemblyai",
        1,
        "unknown",
        ("A",),
        ((0, 0.17, 25.14),),
        ((0, lambda value: str(value["text"])),),
        words=60,
        call_id="6a9zvzyx8u-f8fd-4bf4-9614-9497d76c6891",
        language="en",
    ),
    Expected(
        "assemblyai/two-speakers-empty-words.json",
        "assemblyai",
        2,
        "unknown",
        ("A", "B"),
        ((0, 2.1, 5.4), (1, 5.4, 7.9)),
        ((1, lambda value: str(value["utterances"][1]["text"])),),
        call_id="abc-123",
    ),
]


@pytest.mark.parametrize("expected", SHARED, ids=str)
def test_real_samples_are_read_as_counted_by_hand(expected: Expected) -> None:
    assert_read_as(expected, sample(expected.file))


def test_utterances_are_turns_in_seconds_and_the_duration_is_not_in_milliseconds() -> None:
    call = call_of(own("assemblyai/utterances.json"))
    assert (call.call_id, call.language, call.metadata) == ("boiler-7f2a", "en_us", {"duration": "12 s"})
    assert spoken(call) == [
        ("unknown", "B", "Repairs, good morning.", 0.4, 1.9),
        ("unknown", "A", "My boiler has stopped.", 2.1, 4.3),
        ("unknown", "B", "Oh no, I'm sorry.", 4.25, 6.0),
    ]
    assert [word.text for word in call.turns[0].words] == ["Repairs,", "good", "morning."]


def test_without_utterances_words_are_put_together_and_nobody_stays_nobody() -> None:
    call = call_of(own("assemblyai/words-only.json"))
    assert spoken(call) == [("unknown", "A", "Good day.", 0.1, 0.6), ("unknown", None, "My boiler.", 2.0, 2.5)]


def test_channels_are_interleaved_and_their_speakers_kept_apart() -> None:
    assert spoken(call_of(own("assemblyai/multichannel.json"))) == [
        ("unknown", "2A", "Repairs.", 0.2, 0.9),
        ("unknown", "1A", "It's cold.", 1.0, 2.5),
        ("unknown", "1B", "Ask him.", 2.6, 3.5),
        ("unknown", "2A", "Right.", 3.4, 3.9),
    ]


def test_words_that_two_channels_say_at_once_are_put_together_by_channel() -> None:
    assert spoken(call_of(own("assemblyai/words-on-two-channels.json"))) == [
        ("unknown", "2", "Repairs here.", 0.2, 0.9),
        ("unknown", "1", "It leaks.", 1.0, 1.9),
        ("unknown", "2", "So sorry.", 1.1, 1.8),
    ]


def test_a_role_told_for_a_label_is_taken_whether_or_not_the_utterance_has_it() -> None:
    call = call_of(own("assemblyai/renamed.json"))
    assert spoken(call) == [
        ("agent", "Technician", "Repairs.", 0.2, 0.9),
        ("customer", "Customer", "Hello.", 1.0, 1.5),
    ]
    assert call.roles.how == "label"


def test_utterances_are_read_once_where_the_status_was_not_kept(tmp_path: Path) -> None:
    value = json.loads(own("assemblyai/utterances.json").read_bytes())
    del value["status"]
    value["words"] = [word for utterance in value["utterances"] for word in utterance["words"]]
    call = call_of(written(tmp_path, "kept.json", json.dumps(value)))
    assert (call.format, spoken(call)) == ("assemblyai", spoken(call_of(own("assemblyai/utterances.json"))))


def test_of_each_turn_of_a_live_transcription_the_last_message_is_read() -> None:
    call = call_of(own("assemblyai-live/turns.jsonl"))
    assert (call.format, call.call_id) == ("assemblyai-live", "sess-4")
    assert spoken(call) == [
        ("unknown", None, "Pottery class.", 0.24, 1.1),
        ("unknown", "B", "Is Tuesday full?", 1.5, 2.5),
    ]


def test_of_the_older_live_messages_the_final_ones_are_read() -> None:
    call = call_of(own("assemblyai-live/finals.jsonl"))
    assert (call.format, call.call_id) == ("assemblyai-live", "sess-9")
    assert spoken(call) == [("unknown", None, "Choir practice.", 0.1, 1.3)]
