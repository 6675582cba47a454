"""Deepgram: utterances, paragraphs, words; channels whose speakers are all called 0; live messages."""

from __future__ import annotations

from typing import Any

import pytest
from format_cases import Expected, assert_read_as, own, sample, spoken
from reader_cases import call_of, rejected_of, written

from coach.readers import ReadOptions


def utterances(first: int, last: int) -> Any:
    return lambda value: " ".join(row["transcript"] for row in value["results"]["utterances"][first : last + 1])


SHARED = [
    Expected(
        "deepgram/deepgram-utterances-diarized.json",
        "deepgram",
        4,
        "unknown",
        ("0", "1", "0", "1"),
        ((0, 3.04, 17.279999), (1, 17.66, 24.494999), (2, 24.875, 27.055), (3, 28.954998, 43.975)),
        ((0, utterances(0, 3)), (1, utterances(4, 5)), (2, utterances(6, 6)), (3, utterances(7, 10))),
        words=97,
        call_id="e4ac910d-2bd6-4e54-b656-4cb971284bad",
    ),
]


@pytest.mark.parametrize("expected", SHARED, ids=str)
def test_real_samples_are_read_as_counted_by_hand(expected: Expected) -> None:
    assert_read_as(expected, sample(expected.file))


def test_utterances_without_speakers_are_told_apart_by_channel_in_order_of_time() -> None:
    call = call_of(own("deepgram/utterances-multichannel.json"))
    assert (call.call_id, call.language, call.agent.id) == ("3f0c1d52-88aa-4f6e-9b0e-0d1e6a7c9001", "en", "a44")
    assert call.metadata == {"queue": "Lost property", "duration": "21.5 s"}
    assert spoken(call) == [
        ("unknown", "1", "Lost property, Priya speaking.", 0.5, 2.9),
        ("unknown", "0", "Hi, I left an umbrella on the tram. My card is [REDACTED].", 3.1, 6.4),
        ("unknown", "1", "Which line was it, please?", 6.2, 8.0),
    ]
    assert [word.text for word in call.turns[0].words] == ["Lost", "property,", "priya", "speaking."]
    assert [part.cue for part in call.turns[0].parts] == [0, 1]


def test_the_user_may_say_which_channel_is_the_agents() -> None:
    call = call_of(own("deepgram/utterances-multichannel.json"), ReadOptions(agent_channel="1"))
    assert [turn.role for turn in call.turns] == ["agent", "customer", "agent"]
    assert call.roles.how == "channel"


def test_without_utterances_sentences_of_paragraphs_are_read_with_their_words() -> None:
    call = call_of(own("deepgram/paragraphs.json"))
    assert spoken(call) == [
        ("unknown", "1", "Is the pool open?", 0.5, 1.6),
        ("unknown", "0", "Yes. Until nine.", 1.6, 4.8),
    ]
    assert [[word.text for word in turn.words] for turn in call.turns] == [
        ["Is", "the", "pool", "open?"],
        ["Yes.", "Until", "nine."],
    ]
    assert [(part.start, part.end) for part in call.turns[1].parts] == [(1.6, 2.0), (4.0, 4.8)]


def test_words_of_two_channels_are_put_together_by_channel_and_speaker_0_of_both_is_not_one_person() -> None:
    call = call_of(own("deepgram/words-on-two-channels.json"))
    assert spoken(call) == [
        ("unknown", "0", "museum desk", 0.2, 1.0),
        ("unknown", "1/0", "are you open", 1.2, 2.1),
        ("unknown", "0", "closed on monday", 3.0, 4.0),
        ("unknown", "1/1", "mum ask", 3.2, 3.6),
    ]


def test_a_single_alternative_is_read_too() -> None:
    assert spoken(call_of(own("deepgram/alternative.json"))) == [("unknown", None, "Your parcel is here.", 0.1, 1.2)]


def test_of_live_messages_the_final_ones_are_one_call() -> None:
    call = call_of(own("deepgram-live/messages.jsonl"))
    assert call.call_id == "live-4"
    assert "1 interim result left out, for the final ones say the same" in call.warnings
    assert spoken(call) == [
        ("unknown", "0", "Garden centre.", 0.2, 1.2),
        ("unknown", "1", "Any bulbs?", 1.6, 2.4),
    ]


def test_a_transcript_without_words_is_one_turn_a_channel_and_an_empty_one_no_call(tmp_path: Any) -> None:
    text = '{"results": {"channels": [{"alternatives": [{"transcript": "%s"}]}]}, "metadata": {"request_id": "x"}}'
    call = call_of(written(tmp_path, "text.json", text % "Hello there."))
    assert spoken(call) == [("unknown", None, "Hello there.", None, None)]
    assert any("whole text" in warning for warning in call.warnings)
    assert "nobody says anything" in rejected_of(written(tmp_path, "none.json", text % "")).cause
