"""WebVTT and SRT: who speaks, cues into turns, rolling lines, what is text and what is markup."""

from __future__ import annotations

from pathlib import Path

import pytest
from reader_cases import SAMPLES, assert_parts_are_slices, call_of, rejected_of, said, written

from coach.call import Part, Word

VOICES = """WEBVTT

NOTE
made for a test

STYLE
::cue { color: red }

1
00:01.000 --> 00:02.500 align:start
<v Nadia Voss>Water board, good morning.</v>

00:00:02.500 --> 00:00:04.000
<v.loud Nadia Voss>How can I help?

00:00:09.000 --> 00:00:11.000
<v Caller>Our tap &amp; sink &lt;drip&gt;
<i>all</i> day.
"""


def test_cues_of_one_speaker_are_one_turn_and_keep_their_times(tmp_path: Path) -> None:
    call = call_of(written(tmp_path, "a.vtt", VOICES))
    assert call.format == "webvtt"
    first, second = call.turns
    assert first.text == "Water board, good morning. How can I help?"
    assert (first.speaker, first.start, first.end) == ("Nadia Voss", 1.0, 4.0)
    assert first.parts == (Part(0, 0, 26, 1.0, 2.5), Part(1, 27, 42, 2.5, 4.0))
    assert second.text == "Our tap & sink <drip> all day."
    assert_parts_are_slices(call)


def test_a_pause_does_not_end_a_turn(tmp_path: Path) -> None:
    text = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\nAgent: One moment.\n\n01:40.000 --> 01:41.000\nAgent: Thanks for waiting.\n"
    )
    (turn,) = call_of(written(tmp_path, "a.vtt", text)).turns
    assert [(part.start, part.end) for part in turn.parts] == [(1.0, 2.0), (100.0, 101.0)]


def test_entities_are_unescaped_once(tmp_path: Path) -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nOhm: five &amp;lt; six &copy me\n"
    assert call_of(written(tmp_path, "a.vtt", text)).turns[0].text == "five &lt; six &copy me"


def test_a_colon_in_the_text_is_no_name(tmp_path: Path) -> None:
    text = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\nIris Hale: I see\n"
        "\n00:02.000 --> 00:03.000\nso the problem is this: it leaks\n"
        "\n00:03.000 --> 00:04.000\nTom Okoro: at 10:30: yes\n"
    )
    call = call_of(written(tmp_path, "a.vtt", text))
    assert said(call) == [("Iris Hale", "I see so the problem is this: it leaks"), ("Tom Okoro", "at 10:30: yes")]
    assert "1 caption without a name: taken for the speaker before" in call.warnings


@pytest.mark.parametrize(
    "time",
    [
        "01:00:05.250 --> 01:00:06.000",
        "1:00:05,250 --> 1:00:06,000",
        "01:00:05.250 --> 01:00:06.000 line:0 position:20%",
    ],
)
def test_times_with_hours_comma_or_settings(tmp_path: Path, time: str) -> None:
    call = call_of(written(tmp_path, "a.vtt", f"WEBVTT\n\n{time}\nAgent: hello\n"))
    assert (call.turns[0].start, call.turns[0].end) == (3605.25, 3606.0)


def test_head_lines_and_notes_tell_language_and_agent(tmp_path: Path) -> None:
    text = "WEBVTT\nKind: captions\nLanguage: en\n\nNOTE Agent: Nadia\n\n00:01.000 --> 00:02.000\nNadia: hello\n"
    call = call_of(written(tmp_path, "a.vtt", text + "\n00:02.000 --> 00:03.000\nBram: hi\n"))
    assert call.language == "en"
    assert [turn.role for turn in call.turns] == ["agent", "customer"]


def test_rolling_captions_are_read_once_with_their_words(tmp_path: Path) -> None:
    text = "WEBVTT\n" + "".join(
        f"\n00:0{second}.000 --> 00:0{second + 1}.000\n{before}\n{new[0]}<00:00:0{second}.500><c> {new[1]}</c>\n"
        for second, before, new in [
            (1, " ", ("the", "pipe")),
            (2, "the pipe", ("under", "there")),
            (3, "under there", ("is", "old")),
            (4, "is old", ("and", "leaks")),
        ]
    )
    call = call_of(written(tmp_path, "a.vtt", text))
    assert call.turns[0].text == "the pipe under there is old and leaks"
    assert call.turns[0].words[2:4] == (Word("under", 2.0, 2.5), Word("there", 2.5, 3.0))
    assert "captions roll: lines shown again were read once" in call.warnings


def test_captions_that_grow_word_by_word_are_read_once(tmp_path: Path) -> None:
    shown = ["we will", "we will send", "we will send someone", "we will send someone today"]
    text = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n + 1},000\n{line}\n\n" for n, line in enumerate(shown, 1))
    assert call_of(written(tmp_path, "a.srt", text)).turns[0].text == shown[-1]


def test_people_who_repeat_themselves_are_left_alone(tmp_path: Path) -> None:
    text = "".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n + 1},000\n{line}\n\n"
        for n, line in enumerate(["Agent: hello hello", "Agent: hello hello", "Caller: hi", "Agent: fine"], 1)
    )
    assert call_of(written(tmp_path, "a.srt", text)).turns[0].text == "hello hello hello hello"


def test_srt_carries_the_name_forward_and_needs_no_blank_lines(tmp_path: Path) -> None:
    text = (
        "7\n00:00:01,000 --> 00:00:02,000\nAgent: good day\n8\n00:00:02,000 --> 00:00:03,000\nyour number is\n60\n"
        "9\n00:00:03,000 --> 00:00:04,000\nCustomer: thanks\n"
    )
    call = call_of(written(tmp_path, "a.srt", text))
    assert call.format == "srt"
    assert said(call) == [("Agent", "good day your number is 60"), ("Customer", "thanks")]


def test_overlapping_captions_stay_and_order_is_by_start_then_end(tmp_path: Path) -> None:
    text = (
        "1\n00:00:05,000 --> 00:00:09,000\nAgent: third\n\n2\n00:00:01,000 --> 00:00:06,000\nCustomer: first\n\n"
        "3\n00:00:05,000 --> 00:00:07,000\nBot: second\n"
    )
    call = call_of(written(tmp_path, "a.srt", text))
    assert [(turn.text, turn.start, turn.end) for turn in call.turns] == [
        ("first", 1.0, 6.0),
        ("second", 5.0, 7.0),
        ("third", 5.0, 9.0),
    ]


def test_an_end_before_its_start_is_dropped_and_named(tmp_path: Path) -> None:
    call = call_of(written(tmp_path, "a.srt", "1\n00:00:05,000 --> 00:00:04,000\nAgent: hello\n"))
    assert (call.turns[0].start, call.turns[0].end) == (5.0, None)
    assert "caption 1 ends (4 s) before it starts (5 s); its end is read as absent" in call.warnings


def test_windows_line_ends_and_a_mark_in_front_change_nothing(tmp_path: Path) -> None:
    plain = call_of(written(tmp_path, "a.vtt", VOICES))
    other = call_of(written(tmp_path, "b.vtt", b"\xef\xbb\xbf" + VOICES.replace("\n", "\r\n").encode()))
    assert other.turns == plain.turns


def test_captions_without_times_or_words_are_rejected(tmp_path: Path) -> None:
    assert "time line" in rejected_of(written(tmp_path, "a.vtt", "WEBVTT\n\nhello\n")).cause
    assert "no turns" in rejected_of(written(tmp_path, "b.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n\n")).cause


@pytest.mark.parametrize(
    ("sample", "format", "speakers", "cues"),
    [
        ("teams-vtt/teams.vtt", "webvtt", ["Alice Chen", "Bob Ferreira"], 4),
        ("zoom-vtt/zoom.vtt", "webvtt", ["Priya Raman", "Tom Ableton", "Priya Raman"], 3),
        ("webvtt-voice-tags/voice-tags-unclosed.vtt", "webvtt", ["Sarah", "Gillian"], 7),
        ("webvtt-voice-tags/header-style-block.vtt", "webvtt", [None], 2),
        ("webvtt-escaped-and-rolling/escaped_tags.vtt", "webvtt", [None], 3),
        ("webvtt-escaped-and-rolling/youtube_auto_real_shape.vtt", "webvtt", [None], 4),
        ("srt-speaker-prefix/podcast-speaker-on-change.srt", "srt", ["Travis", "Sarah", "Travis"], 60),
    ],
)
def test_real_samples(sample: str, format: str, speakers: list[str | None], cues: int) -> None:
    if not (SAMPLES / sample).is_file():
        pytest.skip("the format samples are not here")
    call = call_of(SAMPLES / sample)
    assert call.format == format
    assert [turn.speaker for turn in call.turns] == speakers
    assert sum(len(turn.parts) or 1 for turn in call.turns) == cues
    assert all(turn.start is not None and turn.end is not None for turn in call.turns)
    assert_parts_are_slices(call)
