"""Amazon Transcribe, Call Analytics, Post-Call Analytics and Bedrock: words, labels, milliseconds, labels' meaning."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from format_cases import Expected, assert_read_as, own, sample, spoken
from reader_cases import call_of, rejected_of, written

from coach.call import Call
from coach.readers import ReadOptions, read

LIVE = own("amazon-transcribe-call-analytics-live/events.jsonl")
SHARED = [
    Expected(
        "amazon-transcribe-speaker-labels/transcribe-2019-items-without-speaker.json",
        "amazon-transcribe-speaker-labels",
        3,
        "unknown",
        ("spk_0", "spk_1", "spk_0"),
        ((0, 5.24, 18.25), (1, 27.97, 56.22), (2, 58.17, 75.75)),
        ((0, lambda value: str(value["results"]["transcripts"][0]["transcript"]).split("?")[0] + "?"),),
        words=179,
        call_id="todayinfocus_sample",
    ),
    Expected(
        "amazon-transcribe-speaker-labels/transcribe-current-items-with-speaker.json",
        "amazon-transcribe-speaker-labels",
        2,
        "unknown",
        ("spk_0", "spk_1"),
        ((0, 4.87, 6.88), (1, 8.49, 9.24)),
        ((1, lambda value: str(value["results"]["transcripts"][0]["transcript"]).split(". ")[1]),),
        words=10,
        call_id="my-first-transcription-job",
    ),
    Expected(
        "amazon-transcribe-channel-labels/transcribe-two-channels.json",
        "amazon-transcribe-channel-labels",
        2,
        "unknown",
        ("ch_0", "ch_1"),
        ((0, 4.86, 6.87), (1, 8.5, 9.25)),
        ((1, lambda value: str(value["results"]["transcripts"][0]["transcript"]).split(". ")[1]),),
        words=10,
        call_id="my-first-transcription-job",
    ),
    Expected(
        "amazon-transcribe-call-analytics/call-analytics-post-call.json",
        "amazon-transcribe-call-analytics",
        37,
        "given",
        ("AGENT", "CUSTOMER"),
        ((0, 0.04, 5.05), (2, 7.94, 11.38), (3, 11.04, 20.86), (36, 181.94, 182.89)),
        (
            (5, lambda value: str(value["Transcript"][5]["Content"])),
            (36, lambda value: str(value["Transcript"][36]["Content"])),
        ),
        ("agent", "customer", "agent"),
        words=462,
        call_id="example-call.wav",
        language="en-US",
    ),
    Expected(
        "amazon-post-call-analytics/pca-results.json",
        "amazon-post-call-analytics",
        12,
        "label",
        ("spk_0", "spk_1"),
        ((0, 0.04, 0.25), (2, 0.74, 5.84), (11, 27.04, 28.96)),
        ((3, lambda value: str(value["SpeechSegments"][3]["DisplayText"])),),
        ("agent", "customer"),
        words=94,
        call_id="stereo_std_1.mp3",
        started_at="2021-11-25 13:35:14.215558",
        language="en-US",
    ),
    Expected(
        "amazon-bedrock-data-automation-audio/bda-two-channel-call.json",
        "amazon-bedrock-data-automation-audio",
        18,
        "unknown",
        ("spk_1", "spk_0", "spk_1"),
        ((0, 1.62, 5.84), (3, 25.21, 37.9), (17, 132.33, 147.16)),
        (
            (1, lambda value: str(value["audio_segments"][1]["text"])),
            (4, lambda value: " ".join(str(value["audio_segments"][number]["text"]) for number in (6, 7))),
        ),
        words=362,
        call_id="test-audio",
        language="en",
    ),
]


@pytest.mark.parametrize("expected", SHARED, ids=str)
def test_real_samples_are_read_as_counted_by_hand(expected: Expected) -> None:
    assert_read_as(expected, sample(expected.file))


def test_a_word_says_itself_who_speaks_where_its_segment_goes_on_over_another_voice() -> None:
    call = call_of(own("amazon-transcribe-speaker-labels/segment-over-two-voices.json"))
    assert (call.call_id, call.language) == ("atlas-0412", "en-GB")
    assert spoken(call) == [
        ("unknown", "spk_1", "Library, hello.", 0.5, 1.4),
        ("unknown", "spk_0", "Is the atlas back?", 1.6, 2.8),
        ("unknown", "spk_1", "Sorry, no.", 4.2, 5.0),
    ]
    assert [word.text for word in call.turns[1].words] == ["Is", "the", "atlas", "back?"]


def test_words_without_a_speaker_find_theirs_by_start_then_by_segment_and_nobody_stays_nobody() -> None:
    call = call_of(own("amazon-transcribe-speaker-labels/items-without-speaker.json"))
    assert spoken(call) == [
        ("unknown", None, "Hm.", 0.15, 0.3),
        ("unknown", "spk_0", "My kite is torn.", 1.0, 2.3),
        ("unknown", "spk_1", "We mend kites.", 3.1, 4.0),
    ]


def test_words_without_a_speaker_find_theirs_by_number_in_the_audio_segments(tmp_path: Path) -> None:
    value = json.loads(own("amazon-transcribe-speaker-labels/segment-over-two-voices.json").read_text())
    value["results"]["speaker_labels"]["segments"] = None
    for item in value["results"]["items"]:
        del item["speaker_label"]
    call = call_of(written(tmp_path, "a.json", json.dumps(value)))
    assert [(turn.speaker, turn.text) for turn in call.turns] == [
        ("spk_1", "Library, hello. Is the atlas back? Sorry, no.")
    ]


def test_segments_serve_where_there_are_no_words() -> None:
    assert spoken(call_of(own("amazon-transcribe-speaker-labels/audio-segments.json"))) == [
        ("unknown", "spk_0", "My loom squeaks.", 0.2, 1.9),
        ("unknown", "spk_1", "Oil it.", 2.0, 2.7),
    ]


def test_channels_are_put_in_order_of_time_and_a_short_reply_does_not_cut_the_sentence_it_falls_in() -> None:
    call = call_of(own("amazon-transcribe-channel-labels/agent-on-the-second.json"))
    assert spoken(call) == [
        ("unknown", "ch_1", "Camping desk, good day.", 0.4, 2.0),
        ("unknown", "ch_0", "My tent leaks at night.", 3.0, 5.2),
        ("unknown", "ch_1", "Oh. Sorry.", 4.2, 6.0),
    ]
    assert [part.cue for part in call.turns[2].parts] == [12, 14]


def test_the_user_says_which_channel_the_agent_is_on() -> None:
    options = ReadOptions(agent_channel="1")
    call = call_of(own("amazon-transcribe-channel-labels/agent-on-the-second.json"), options)
    assert [turn.role for turn in call.turns] == ["agent", "customer", "agent"]
    assert call.roles.how == "channel"


def test_words_that_stand_under_their_channels_only_are_read_there() -> None:
    assert spoken(call_of(own("amazon-transcribe-channel-labels/items-under-channels-only.json"))) == [
        ("unknown", "ch_1", "Hi.", 0.5, 0.8),
        ("unknown", "ch_0", "Hello.", 2.0, 2.4),
    ]


def test_without_labels_all_is_said_by_nobody_and_pauses_stay() -> None:
    call = call_of(own("amazon-transcribe/one-voice.json"))
    assert (call.format, call.language) == ("amazon-transcribe", "en-AU")
    assert spoken(call) == [("unknown", None, "The bell is cracked. [PII] called.", 0.3, 5.0)]
    assert [(part.start, part.end) for part in call.turns[0].parts] == [(0.3, 1.6), (4.0, 5.0)]


def test_a_text_without_words_has_no_times() -> None:
    call = call_of(own("amazon-transcribe/text-only.json"))
    assert spoken(call) == [("unknown", None, "The bell rang.", None, None)]
    assert call.warnings == ("no single words in it: its whole text is one turn of nobody",)


def test_a_job_in_which_nobody_speaks_has_no_turns(tmp_path: Path) -> None:
    value = {"jobName": "a", "results": {"transcripts": [{"transcript": ""}], "items": []}, "status": "COMPLETED"}
    assert rejected_of(written(tmp_path, "a.json", json.dumps(value))).cause.startswith("no turns: it is an Amazon")


def test_call_analytics_gives_roles_and_words_with_their_marks_and_keeps_redaction() -> None:
    call = call_of(own("amazon-transcribe-call-analytics/redacted.json"))
    assert (call.call_id, call.language, call.roles.how) == ("piano-12", "en-US", "given")
    assert call.metadata == {"content": "Redacted", "duration": "9.9 s"}
    assert spoken(call) == [
        ("customer", "CUSTOMER", "Hi, this is [PII].", 0.3, 2.6),
        ("agent", "AGENT", "Piano shop, hello.", 2.4, 4.0),
        ("customer", "CUSTOMER", "It is flat. Very flat.", 4.2, 8.0),
        ("agent", "AGENT", "Oh, I'm sorry.", 8.1, 9.9),
    ]
    assert [tuple(word) for word in call.turns[0].words] == [
        ("Hi,", 0.3, 0.6),
        ("this", 0.7, 0.9),
        ("is", 0.9, 1.0),
        ("[PII].", 1.1, 2.6),
    ]
    assert [(part.cue, part.start, part.end) for part in call.turns[2].parts] == [(2, 4.2, 5.0), (3, 7.0, 8.0)]


def test_of_live_events_what_is_still_being_recognised_is_not_read() -> None:
    call = call_of(LIVE)
    assert (call.format, call.language) == ("amazon-transcribe-call-analytics-live", "en-US")
    assert spoken(call) == [
        ("agent", "AGENT", "Swim school, hello.", 0.1, 1.5),
        ("customer", "CUSTOMER", "My locker is jammed.", 1.4, 3.6),
        ("agent", "AGENT", "I'm sorry to hear that.", 3.0, 4.8),
    ]
    assert [word.text for word in call.turns[0].words] == ["Swim", "school,", "hello."]
    assert call.warnings[0] == "1 utterance left out: the stream ends before the end of it"


def test_live_events_of_two_calls_are_two_calls() -> None:
    calls = list(read([str(own("amazon-transcribe-call-analytics-live/events-of-two-calls.json"))]))
    assert all(isinstance(call, Call) for call in calls)
    assert [(call.call_id, len(call.turns)) for call in calls if isinstance(call, Call)] == [
        ("swim-1", 2),
        ("swim-2", 1),
    ]


def test_live_events_may_stand_without_a_name_around_them(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in LIVE.read_text().splitlines()]
    lines = [json.dumps(row["UtteranceEvent"]) for row in rows if "UtteranceEvent" in row]
    call = call_of(written(tmp_path, "a.jsonl", "\n".join(lines)))
    assert [turn.role for turn in call.turns] == ["agent", "customer", "agent"]


def test_post_call_analytics_says_itself_what_its_labels_stand_for() -> None:
    call = call_of(own("amazon-post-call-analytics/agent-is-second.json"))
    assert (call.call_id, call.started_at, tuple(call.agent)) == (
        "drum-21.wav",
        "2026-03-02 09:14:15.5",
        (None, "Rui Sa", None),
    )
    assert (call.roles.how, call.roles.agent) == ("label", ("spk_1",))
    assert spoken(call) == [
        ("agent", "spk_1", "Drum shop, hello.", 0.2, 1.9),
        ("customer", "spk_0", "My drum is split. [PII] sold it.", 1.8, 5.0),
        ("agent", "spk_1", "I'm sorry.", 5.5, 8.6),
    ]
    assert [tuple(word) for word in call.turns[0].words] == [
        ("Drum", 0.2, None),
        ("shop,", 0.6, None),
        ("hello.", 1.2, 1.9),
    ]


def test_post_call_analytics_may_number_its_agents() -> None:
    call = call_of(own("amazon-post-call-analytics/agent-number.json"))
    assert (call.call_id, tuple(call.agent), call.roles.how) == ("drum-22", ("A-204", None, None), "label")
    assert [turn.role for turn in call.turns] == ["agent", "customer"]


def test_bedrock_words_are_found_by_number_and_one_kind_of_label_serves_all() -> None:
    call = call_of(own("amazon-bedrock-data-automation-audio/agent-on-the-second.json"))
    assert (call.call_id, call.language, call.metadata) == ("canoe-31", "en", {"duration": "7.2 s"})
    assert spoken(call) == [
        ("unknown", "ch_1", "Canoe hire, hi.", 0.4, 1.5),
        ("unknown", "ch_0", "It sank.", 1.4, 2.3),
        ("unknown", "ch_1", "Oh. Is [PII] well?", 5.0, 7.2),
    ]
    assert [tuple(word) for word in call.turns[0].words] == [
        ("Canoe", 0.4, 0.8),
        ("hire,", 0.8, 1.2),
        ("hi.", 1.3, 1.5),
    ]


def test_channels_that_only_hold_their_words_label_them_too(tmp_path: Path) -> None:
    value = json.loads(own("amazon-transcribe-channel-labels/agent-on-the-second.json").read_bytes())
    before = spoken(call_of(own("amazon-transcribe-channel-labels/agent-on-the-second.json")))
    for item in value["results"]["items"]:
        item.pop("channel_label", None)
    for channel in value["results"]["channel_labels"]["channels"]:
        for item in channel["items"]:
            item.pop("channel_label", None)
    assert spoken(call_of(written(tmp_path, "old.json", json.dumps(value)))) == before


def test_of_a_live_transcription_only_final_results_are_read_their_words_by_speaker() -> None:
    call = call_of(own("amazon-transcribe-live/speakers.jsonl"))
    assert (call.format, call.language) == ("amazon-transcribe-live", "en-GB")
    assert spoken(call) == [
        ("unknown", "1", "Ferry office.", 0.3, 1.2),
        ("unknown", "0", "Two tickets, please.", 1.9, 3.4),
        ("unknown", "1", "Gladly.", 4.0, 4.6),
    ]
    assert "1 partial result left out, for the final ones say the same" in call.warnings


def test_a_live_transcription_of_channels_has_these_for_labels_and_its_text_where_there_are_no_words() -> None:
    call = call_of(own("amazon-transcribe-live/channels.json"))
    assert spoken(call) == [
        ("unknown", "ch_1", "Harbour master.", 0.5, 2.0),
        ("unknown", "ch_0", "A berth for [PII].", 1.8, 2.6),
    ]
