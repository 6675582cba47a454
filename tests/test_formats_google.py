"""Google: Speech-to-Text, what Conversational Insights takes in and gives out, and transcripts of Meet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from format_cases import Expected, assert_read_as, own, sample, spoken
from reader_cases import call_of, rejected_of, written

from coach.call import Call, Word
from coach.readers import read


def joined(value: Any, begin: int, stop: int) -> str:
    words = value["results"][-1]["alternatives"][0]["words"][begin:stop]
    return " ".join(word["word"] for word in words)


SHARED = [
    Expected(
        "google-speech-to-text/gcp-stt-v1-diarization.json",
        "google-speech-to-text",
        3,
        "unknown",
        ("2", "1", "2"),
        ((0, 273.5, 319.1), (1, 321.3, 322.0), (2, 322.0, 333.2)),
        (
            (0, lambda value: joined(value, 0, 119)),
            (1, lambda value: joined(value, 119, 121)),
            (2, lambda value: joined(value, 121, 148)),
        ),
        words=148,
        language="en-us",
    ),
    Expected(
        "google-speech-to-text/two-speakers-string-durations.json",
        "google-speech-to-text",
        2,
        "unknown",
        ("1", "2"),
        ((0, 0.5, 1.4), (1, 2.0, 2.7)),
        ((0, lambda value: joined(value, 0, 2)), (1, lambda value: joined(value, 2, 5))),
        words=5,
    ),
    Expected(
        "google-ccai-insights/ccai-conversation.json",
        "google-ccai-insights",
        14,
        "given",
        ("2", "1", "2"),
        ((0, 0.0, None), (1, 15.0, None), (13, 195.0, None)),
        ((0, lambda value: str(value["entries"][0]["text"])), (13, lambda value: str(value["entries"][13]["text"]))),
        ("agent", "customer") * 7,
        started_at="2023-02-01T05:49:41Z",
    ),
]


@pytest.mark.parametrize("expected", SHARED, ids=str)
def test_real_samples_are_read_as_counted_by_hand(expected: Expected) -> None:
    assert_read_as(expected, sample(expected.file))


def test_of_a_diarized_reply_only_the_last_result_is_read() -> None:
    call = call_of(own("google-speech-to-text/diarized.json"))
    assert (call.call_id, call.language, call.warnings) == ("4471902233", "en-gb", ())
    assert spoken(call) == [
        ("unknown", "2", "Lost luggage desk, how can I help?", 0.4, 2.0),
        ("unknown", "1", "My suitcase is missing.", 2.5, 3.9),
    ]
    assert call.turns[1].words[1] == Word("suitcase", 2.7, 3.2)


def test_results_with_speakers_and_words_of_their_own_are_all_read_and_the_tag_0_is_nobody() -> None:
    call = call_of(own("google-speech-to-text/speakers-in-each-result.json"))
    assert spoken(call) == [
        ("unknown", "1", "Piano tuning.", 0.5, 1.4),
        ("unknown", None, "Hello, it is out of tune.", None, None),
        ("unknown", "1", "Right away.", 4.0, 4.3),
    ]
    assert call.turns[2].words == (Word("Right", 4.0, 4.3), Word("away.", None, None))
    assert call.language is None


def test_channels_are_interleaved_by_the_times_of_their_words() -> None:
    call = call_of(own("google-speech-to-text/channels-v2.json"))
    assert spoken(call) == [
        ("unknown", "2", "Ferry bookings, good morning.", 0.3, 2.0),
        ("unknown", "1", "I missed the boat on Friday.", 2.4, 5.3),
        ("unknown", "2", "Did you say Friday?", 5.2, 6.3),
    ]


def test_without_times_of_words_the_order_of_the_results_counts_and_the_first_alternative() -> None:
    call = call_of(own("google-speech-to-text/channels-without-words.json"))
    assert [(turn.speaker, turn.text) for turn in call.turns] == [
        ("2", "Cinema box office."),
        ("1", "Two tickets please."),
        ("2", "For which film?"),
    ]
    assert "times" in call.lacks


def test_what_later_results_of_a_stream_replace_is_left_out_and_named(tmp_path: Path) -> None:
    rows = [
        {"isFinal": False, "alternatives": [{"transcript": "two tick"}]},
        {"isFinal": True, "alternatives": [{"transcript": "two tickets"}]},
    ]
    call = call_of(written(tmp_path, "stream.json", json.dumps({"results": rows})))
    assert [turn.text for turn in call.turns] == ["two tickets"]
    assert "1 result left out that later ones replace" in call.warnings


def test_results_without_the_reply_around_them_are_one_call(tmp_path: Path) -> None:
    word = {"word": "hello", "startTime": {}, "endTime": {"nanos": 500000000}}
    rows = [{"alternatives": [{"transcript": "hello", "words": [word]}]}]
    call = call_of(written(tmp_path, "bare.json", json.dumps(rows)))
    assert spoken(call) == [("unknown", None, "hello", 0.0, 0.5)]


def test_a_reply_without_results_has_no_turns(tmp_path: Path) -> None:
    reply = {"results": [{"alternatives": [{"transcript": ""}]}]}
    assert "nobody says anything" in rejected_of(written(tmp_path, "empty.json", json.dumps(reply))).cause


def test_insights_entries_count_from_0_in_microseconds_and_say_who_is_who() -> None:
    call = call_of(own("google-ccai-insights/from-zero.json"))
    assert (call.started_at, call.metadata) == (None, {"category": "Heating, Repairs"})
    assert spoken(call) == [
        ("other", "9", "Welcome to the boiler line. This call is recorded.", 0.0, None),
        ("agent", "3", "Good morning, Tom speaking.", 6.5, None),
        ("customer", "1", "Hi, my radiator is cold. I'm on [PHONE_NUMBER].", 9.2, None),
        ("agent", "3", "Oh dear, let me see.", 15.0, None),
        ("customer", "1", "Thanks.", None, None),
    ]
    assert (call.roles.how, call.roles.agent) == ("given", ("3",))


def test_insights_entries_since_1970_count_from_the_first() -> None:
    call = call_of(own("google-ccai-insights/since-1970.json"))
    assert call.started_at == "2026-01-05T10:00:00.250000Z"
    assert spoken(call) == [
        ("customer", "2", "Hello, is that the theatre?", 0.0, None),
        ("agent", "1", "It is, what can I do for you?", 3.5, None),
    ]


def test_an_insights_export_names_roles_and_the_agent_who_is_a_person() -> None:
    call = call_of(own("google-insights-export/roles.json"))
    assert (call.call_id, call.language, call.started_at) == ("parcel-77", "en-GB", "2026-01-05T10:00:00Z")
    assert (tuple(call.agent), call.roles.how) == (("a-204", "Nadia Brook", "Parcels"), "given")
    assert spoken(call) == [
        ("other", "bot", "Which parcel is it?", 1.5, None),
        ("customer", "u-5", "An agent please.", 4.1, 5.2),
        ("agent", "a-204", "Nadia here.", 5.0, 6.0),
    ]
    assert "gs://" not in str(call)


def test_an_insights_export_without_roles_has_them_from_its_map_of_channels() -> None:
    call = call_of(own("google-insights-export/channels.json"))
    assert (call.roles.how, call.roles.agent) == ("channel", ("1",))
    assert spoken(call) == [
        ("customer", "2", "Where is my parcel?", 2.0, None),
        ("agent", "1", "It is on the van.", 5.25, None),
    ]


def test_a_map_of_channels_that_gives_both_sides_one_channel_tells_nothing(tmp_path: Path) -> None:
    value = json.loads(own("google-insights-export/channels.json").read_bytes())
    value["call_metadata"] = {"customer_channel": 1, "agent_channel": 1}
    call = call_of(written(tmp_path, "same.json", json.dumps(value)))
    assert {turn.role for turn in call.turns} == {"unknown"}


def test_rows_of_bigquery_are_calls_one_a_line_their_numbers_as_texts() -> None:
    voice, chat = read([str(own("google-insights-bigquery/rows.jsonl"))])
    assert isinstance(voice, Call)
    assert isinstance(chat, Call)
    assert (voice.call_id, voice.agent.id, voice.language) == ("gas-1", "a-9", "en-US")
    assert voice.started_at == "2026-01-05T12:00:00Z"
    assert spoken(voice) == [
        ("other", "bot-1", "How can I help you?", 0.5, 2.0),
        ("customer", "c-1", "I smell gas.", 2.25, 3.5),
        ("agent", "a-9", "Open the windows.", 3.0, 4.5),
    ]
    assert (chat.call_id, chat.started_at) == ("gas-2", "2026-01-05T13:00:00Z")
    assert spoken(chat) == [
        ("customer", "c-2", "Is my bill ready?", 4.0, None),
        ("agent", "a-9", "It is.", 9.5, None),
    ]


def test_meet_entries_have_dates_and_times_and_the_ids_of_speakers() -> None:
    call = call_of(own("google-meet-api/entries.json"))
    assert (call.call_id, call.language, call.metadata) == ("tr-8", "en-US", {"conference": "cr-1"})
    assert call.started_at == "2026-01-05T09:00:10.123456Z"
    assert spoken(call) == [
        ("unknown", "conferenceRecords/cr-1/participants/p-30", "Can you hear me?", 0.0, 1.876544),
        ("unknown", "conferenceRecords/cr-1/participants/p-12", "Yes, loud and clear. How may I help?", 1.5, 5.126544),
    ]


def test_meet_participants_in_the_file_name_the_speakers() -> None:
    call = call_of(own("google-meet-api/entries-with-participants.json"))
    assert spoken(call) == [
        ("unknown", "Ines Ferro", "Garden centre.", 0.0, 1.0),
        ("unknown", "+44 ••••• 12", "Do you have roses?", 2.0, None),
        ("unknown", None, "Hm.", 4.0, 5.0),
    ]


def test_meet_participants_beside_the_file_name_the_speakers_of_their_conference_only(tmp_path: Path) -> None:
    entries = own("google-meet-api/entries.json").read_text("utf-8")
    path = written(tmp_path, "call-8-transcript.json", entries)
    rows = [
        {"name": f"conferenceRecords/{conference}/participants/p-12", "signedinUser": {"displayName": name}}
        for conference, name in (("cr-9", "Somebody Else"), ("cr-1", "Lena Bauer"))
    ]
    written(tmp_path, "call-8-participants.json", json.dumps({"participants": rows}))
    speakers = [turn.speaker for turn in call_of(path).turns]
    assert speakers == ["conferenceRecords/cr-1/participants/p-30", "Lena Bauer"]


def test_replies_of_a_stream_are_one_call_without_what_may_still_change() -> None:
    call = call_of(own("google-speech-to-text/stream.jsonl"))
    assert (call.format, call.call_id, call.language) == ("google-speech-to-text", "stream", "en-gb")
    assert spoken(call) == [("unknown", None, "bicycle shop is my bell in", 0.2, 2.6)]
    assert "3 results left out that later ones replace" in call.warnings


def test_a_batch_in_one_reply_has_a_call_for_each_recording() -> None:
    first, second = read([str(own("google-speech-to-text/batch-of-two.json"))])
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    assert (first.call_id, second.call_id, first.language) == ("cheese-1", "cheese-2", "en-GB")
    assert spoken(first) == [
        ("unknown", "1", "Cheese counter.", 0.1, 1.0),
        ("unknown", "2", "Half a pound, please.", 1.4, 2.5),
    ]
    assert spoken(second) == [("unknown", "1", "Nobody here.", 0.3, 1.1)]


def test_japanese_words_are_without_their_readings_and_without_blanks() -> None:
    call = call_of(own("google-speech-to-text/japanese.json"))
    assert spoken(call) == [("unknown", None, "本屋です", 0.4, 1.2)]
    assert [word.text for word in call.turns[0].words] == ["本屋", "です"]


def test_the_language_is_that_of_any_result_where_the_last_one_names_none(tmp_path: Path) -> None:
    value = json.loads(own("google-speech-to-text/diarized.json").read_bytes())
    for result in value["results"]:
        result.pop("languageCode", None)
    value["results"][0]["languageCode"] = "en-nz"
    assert call_of(written(tmp_path, "language.json", json.dumps(value))).language == "en-nz"
