"""The Whisper family: whole segments, words by several names, speakers that others add, milliseconds of whisper.cpp."""

from __future__ import annotations

import json
from typing import Any

import pytest
from format_cases import Expected, assert_read_as, own, sample, spoken
from reader_cases import call_of, written

from coach.call import Word


def segments(first: int, last: int) -> Any:
    return lambda value: " ".join(row["text"].strip() for row in value["segments"][first : last + 1])


SHARED = [
    Expected(
        "openai-whisper/whisper-segments.json",
        "openai-whisper",
        1,
        "unknown",
        (None,),
        ((0, 0.0, 135.36),),
        ((0, segments(0, 24)),),
        language="en",
    ),
    Expected(
        "whisper-timestamped/whisper-timestamped.json",
        "whisper-timestamped",
        1,
        "unknown",
        (None,),
        ((0, 0.12, 25.32),),
        ((0, segments(0, 3)),),
        words=59,
        language="en",
    ),
    Expected(
        "whisperx/whisperx-diarized.json",
        "whisperx",
        2,
        "unknown",
        ("SPEAKER_00", "SPEAKER_01"),
        ((0, 0.5, 9.1), (1, 9.1, 12.6)),
        ((0, segments(0, 1)), (1, segments(2, 2))),
        language="en",
    ),
]


@pytest.mark.parametrize("expected", SHARED, ids=str)
def test_real_samples_are_read_as_counted_by_hand(expected: Expected) -> None:
    assert_read_as(expected, sample(expected.file))


def test_segments_are_one_turn_of_nobody_and_what_is_said_again_in_silence_is_told() -> None:
    call = call_of(own("openai-whisper/segments.json"))
    text = "Ferry office. Is the ten o'clock running? Thank you. Thank you. Thank you."
    assert spoken(call) == [("unknown", None, text, 0.0, 16.0)]
    assert [(part.cue, part.start) for part in call.turns[0].parts] == [(0, 0.0), (1, 1.6), (2, 10), (3, 12), (4, 14)]
    assert [word.text for word in call.turns[0].words] == ["Ferry", "office."]
    assert any("perhaps invented: 2 segments" in warning for warning in call.warnings)


def test_words_alone_are_put_together_and_the_language_is_a_code() -> None:
    call = call_of(own("openai-whisper/service-words.json"))
    assert spoken(call) == [("unknown", None, "Garage hello Flat tyre", 0.2, 4.0)]
    assert (call.language, call.metadata, len(call.turns[0].parts)) == ("en", {"duration": "5.5 s"}, 2)


def test_words_beside_the_segments_belong_to_the_segment_of_their_time(tmp_path: Any) -> None:
    value = json.loads(own("openai-whisper/service-words.json").read_text())
    value["segments"] = [
        {"start": 0.2, "end": 1.1, "text": " Garage, hello.", "no_speech_prob": 0.1},
        {"start": 3.0, "end": 4.0, "text": " Flat tyre.", "no_speech_prob": 0.1},
    ]
    call = call_of(written(tmp_path, "both.json", json.dumps(value)))
    assert spoken(call) == [("unknown", None, "Garage, hello. Flat tyre.", 0.2, 4.0)]
    assert [word.text for word in call.turns[0].words] == ["Garage", "hello", "Flat", "tyre"]


def test_segments_one_a_line_are_one_call() -> None:
    call = call_of(own("openai-whisper/segments.jsonl"))
    assert spoken(call) == [("unknown", None, "Taxi rank. To the station, please.", 0.0, 4.0)]


def test_words_of_whisper_timestamped_are_called_text() -> None:
    call = call_of(own("whisper-timestamped/words.json"))
    assert spoken(call) == [("unknown", None, "Cinema, good evening. Two seats.", 0.3, 3.4)]
    assert [(word.text, word.start) for word in call.turns[0].words] == [
        ("Cinema,", 0.3),
        ("good", 0.9),
        ("evening.", 1.2),
    ]


def test_a_segment_of_whisperx_without_speaker_is_nobodys_and_a_word_without_time_is_kept() -> None:
    call = call_of(own("whisperx/diarized.json"))
    assert spoken(call) == [
        ("unknown", "SPEAKER_01", "Bus line 42.", 0.4, 2.2),
        ("unknown", "SPEAKER_00", "I lost my hat.", 2.0, 3.9),
        ("unknown", None, "Mhm.", 5.0, 5.6),
        ("unknown", "SPEAKER_00", "A red one.", 6.0, 7.0),
    ]
    assert call.turns[0].words[2] == ("42.", None, None)
    assert [word.text for word in call.turns[3].words] == ["red"]


def test_whisper_cpp_counts_in_milliseconds_and_its_special_tokens_are_no_words() -> None:
    call = call_of(own("whisper-cpp/full.json"))
    assert (call.language, call.lacks) == ("en", ())
    assert spoken(call) == [
        ("unknown", "1", "Swimming pool.", 0.3, 1.9),
        ("unknown", "0", "Are you open?", 2.0, 3.0),
        ("unknown", None, "Mm.", 3.5, 4.0),
    ]
    assert call.turns[0].words == (("Swimming", 0.3, 1.0), ("pool.", 1.0, 1.9))


def test_segments_of_a_piece_of_a_word_are_put_together() -> None:
    call = call_of(own("whisper-cpp/short-segments.json"))
    assert spoken(call) == [("unknown", None, "Library desk. Hi", 0.0, 2.9)]
    assert call.turns[0].words[0] == ("Library", 0.0, 0.6)
    assert "it marks where the speaker changes, but not who speaks" in call.warnings


def test_a_known_speaker_of_the_service_may_be_a_word_for_a_role() -> None:
    call = call_of(own("openai-diarized/segments.json"))
    assert spoken(call) == [
        ("agent", "agent", "Gym, hello.", 0.2, 1.4),
        ("customer", "A", "My locker is stuck.", 1.8, 4.0),
    ]


def test_chunks_are_read_by_speaker_where_there_is_one_and_once() -> None:
    assert spoken(call_of(own("whisper-chunks/speakers.json"))) == [
        ("unknown", "SPEAKER_01", "Tickets.", 0.0, 1.0),
        ("unknown", "SPEAKER_00", "For tonight?", 1.5, None),
    ]
    call = call_of(own("whisper-chunks/words.json"))
    assert spoken(call) == [("unknown", None, "Tickets for tonight?", 0.0, 1.2)]
    assert len(call.turns[0].words) == 3


def test_segments_that_no_known_program_wrote_are_read_where_nothing_else_fits() -> None:
    assert spoken(call_of(own("whisper-segments/speakers.json"))) == [
        ("unknown", "SPEAKER_00", "Pharmacy.", 0.1, 1.0),
        ("unknown", "SPEAKER_01", "Do you sell plasters?", 1.2, 2.8),
    ]


def test_a_word_that_is_written_in_pieces_is_one_word(tmp_path: Any) -> None:
    pieces = [(" That", 0.1, 0.4), ("'s", 0.4, 0.5), (" fine", 0.6, 0.9), (".", 0.9, 0.9)]
    words = [{"word": text, "start": start, "end": end, "probability": 0.9} for text, start, end in pieces]
    segment = {"id": 0, "text": " That's fine.", "start": 0.1, "end": 0.9, "no_speech_prob": 0.1, "words": words}
    call = call_of(written(tmp_path, "server.json", json.dumps({"text": " That's fine.", "segments": [segment]})))
    assert call.turns[0].words == (Word("That's", 0.1, 0.5), Word("fine.", 0.6, 0.9))
