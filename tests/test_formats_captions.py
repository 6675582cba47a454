"""Captions of meeting tools and programs: Teams, Zoom, Webex, rolling lines, names above, dashes."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from format_cases import Expected, assert_read_as, own, sample, spoken
from reader_cases import call_of, said, written

from coach.call import Part
from coach.readers.texts.captions import blocks_of


def lines(*numbers: int, after: str = "") -> Callable[[str], str]:
    """Return what takes the lines ``numbers`` (from 1) out of a sample, without tags and what comes up to ``after``."""

    def taken(text: str) -> str:
        rows = [re.sub(r"<[^>]*>", "", text.splitlines()[number - 1]) for number in numbers]
        return " ".join(row.split(after, 1)[-1] if after else row for row in rows)

    return taken


SHARED = [
    Expected(
        "teams-vtt/teams.vtt",
        "webvtt",
        2,
        "unknown",
        ("Alice Chen", "Bob Ferreira"),
        ((0, 1.0, 9.2), (1, 9.2, 15.8)),
        ((0, lines(5, 9)), (1, lines(13, 17))),
    ),
    Expected(
        "zoom-vtt/zoom.vtt",
        "webvtt",
        3,
        "unknown",
        ("Priya Raman", "Tom Ableton", "Priya Raman"),
        ((0, 2.1, 5.4), (1, 5.4, 7.9), (2, 7.9, 11.2)),
        ((1, lines(9, after=": ")), (2, lines(13, after=": "))),
    ),
    Expected(
        "webvtt-voice-tags/voice-tags-unclosed.vtt",
        "webvtt",
        2,
        "unknown",
        ("Sarah", "Gillian"),
        ((0, 0.0, 18.63), (1, 19.08, 25.35)),
        ((1, lines(19, 22)),),
    ),
    Expected(
        "webvtt-voice-tags/header-style-block.vtt",
        "webvtt",
        1,
        "unknown",
        (None,),
        ((0, 0.5, 11.89),),
        ((0, lines(10, 13)),),
        language="en",
    ),
    Expected(
        "webvtt-escaped-and-rolling/youtube_auto_real_shape.vtt",
        "webvtt",
        1,
        "unknown",
        (None,),
        ((0, 0.0, 11.43),),
        ((0, lines(7, 18, 26, 31)),),
        words=15,
        language="en",
    ),
    Expected(
        "srt-speaker-prefix/podcast-speaker-on-change.srt",
        "srt",
        3,
        "unknown",
        ("Travis", "Sarah", "Travis"),
        ((0, 0.179, 50.34),),
    ),
]


@pytest.mark.parametrize("expected", SHARED, ids=str)
def test_real_samples_are_read_as_counted_by_hand(expected: Expected) -> None:
    assert_read_as(expected, sample(expected.file))


def test_escaped_brackets_are_text_and_unescaped_once() -> None:
    (turn,) = call_of(sample("webvtt-escaped-and-rolling/escaped_tags.vtt")).turns
    assert (turn.text.count("<"), turn.text.count(">"), "&" in turn.text) == (6, 5, False)


def test_teams_names_several_in_a_cue_with_entities() -> None:
    call = call_of(own("webvtt/teams-voices.vtt"))
    assert spoken(call) == [
        ("unknown", "Marta Lindqvist", "Harbour library, this is Marta. How can I help?", 2.14, 6.0),
        ("unknown", "Osei & Sons", "My card shows a fine of <two> euros.", 6.32, 9.87),
        ("unknown", "Marta Lindqvist", "Let me look.", 9.5, 14.2),
        ("unknown", "Osei & Sons", "Thank you.", 9.5, 14.2),
    ]
    assert call.turns[0].parts == (Part(0, 0, 31, 2.14, 4.61), Part(1, 32, 47, 4.61, 6.0))


def test_teams_metadata_tells_names_language_and_start_and_nobody_stays_nobody() -> None:
    call = call_of(own("webvtt/teams-metadata.vtt"))
    assert spoken(call) == [
        ("unknown", "Marta Lindqvist", "Harbour library: good morning.", 16.2, 18.1),
        ("unknown", None, "I lost my card.", 18.4, 20.0),
        ("unknown", "Marta Lindqvist", "Oh dear.", 21.0, 22.5),
    ]
    assert (call.language, call.started_at) == ("en-gb", "2026-03-02T09:14:00Z")


def test_zoom_goes_on_without_the_name_and_a_colon_is_no_name() -> None:
    call = call_of(own("webvtt/zoom-names.vtt"))
    assert spoken(call) == [
        ("agent", "Ines Tavares", "Bike hire, hello. the brakes, you said: both of them?", 1.23, 6.0),
        ("customer", "Caller 07", "Yes. It's 10:30: the rental ends at 11:00.", 6.1, 9.99),
        ("agent", "Ines Tavares", "I see.", 10.4, 11.0),
    ]
    assert "1 caption without a name: taken for the speaker before" in call.warnings


def test_webex_has_the_names_in_the_ids_also_where_no_blank_line_is_before_one() -> None:
    assert spoken(call_of(own("webvtt/webex-ids.vtt"))) == [
        ("unknown", "Ines Tavares", "Bike hire, hello. Note: we record.", 2.0, 4.0),
        ("unknown", "Bram Okoye", "My chain came off.", 4.5, 6.5),
        ("unknown", None, "Mhm.", 6.7, 7.1),
        ("unknown", "Ines Tavares", "Where are you?", 7.5, 9.0),
    ]


def test_one_line_that_rolls_is_enough_where_words_have_times() -> None:
    call = call_of(own("webvtt/rolling-once.vtt"))
    (turn,) = call.turns
    assert (turn.text, turn.start, turn.end) == ("the tide table is wrong", 0.5, 4.0)
    assert [(word.text, word.start, word.end) for word in turn.words] == [
        ("the", 0.5, 0.9),
        ("tide", 0.9, 1.4),
        ("table", 1.4, 2.11),
        ("is", 2.12, 2.6),
        ("wrong", 2.6, 4.0),
    ]


def test_webvtt_without_its_first_line_blank_lines_or_closed_tags() -> None:
    assert spoken(call_of(own("webvtt/no-header.vtt"))) == [
        ("unknown", "Ines", "Bike hire.", 1.0, 2.5),
        ("unknown", "Bram", "Hi there. Again.", 3602.5, 3604.0),
    ]


def test_srt_numbers_need_not_begin_at_one_and_position_marks_are_no_text() -> None:
    assert spoken(call_of(own("srt/names-on-change.srt"))) == [
        ("unknown", "Ines", "Bike hire, good morning. What can I do?", 0.3, 4.0),
        ("unknown", "Bram", "My lock code is 4471", 4.2, 6.9),
        ("unknown", "Ines", "Thanks.", 7.0, 8.0),
    ]


def test_names_above_in_brackets_count_and_dashes_are_people_whom_nobody_names() -> None:
    call = call_of(own("srt/dashes.srt"))
    assert spoken(call) == [
        ("unknown", "Ines", "Bike hire, hello.", 1.0, 3.0),
        ("unknown", None, "Is it open? Until six. so they say [Music]", 3.0, 7.0),
        ("unknown", "Ines", "We close at six, - sharp - on Sundays.", 7.0, 9.0),
    ]
    assert [part.cue for part in call.turns[1].parts] == [1, 1, 2, 3]


def test_chevrons_mark_a_change_of_voice_with_or_without_a_name() -> None:
    assert said(call_of(own("srt/no-numbers.srt"))) == [
        ("INES", "Bike hire."),
        ("BRAM", "Hi there: it broke."),
        (None, "May I? I am his son"),
    ]


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("(Agent)\nHello.", [("Agent", "Hello.")]),
        ("[Music]\nHello.", [(None, "[Music] Hello.")]),
        ("- Agent: Hello.\n- Caller: Hi.", [("Agent", "Hello."), ("Caller", "Hi.")]),
        ("-5 degrees\n- no, 6", [(None, "-5 degrees - no, 6")]),
        ("<v >Hello.</v>", [(None, "Hello.")]),
        ('{"a": 1}', [(None, '{"a": 1}')]),
        ('{"spokenText": 5, "speakerName": ["x"]}', [(None, "5")]),
        ("<v.a.b Ana>Hi <i.x>you</i> {\\an8}there", [("Ana", "Hi you there")]),
    ],
)
def test_one_cue(tmp_path: Path, text: str, turns: list[tuple[str | None, str]]) -> None:
    assert said(call_of(written(tmp_path, "a.vtt", f"WEBVTT\n\n00:01.000 --> 00:02.000\n{text}\n"))) == turns


def test_windows_line_ends_utf16_and_a_mark_in_front_change_nothing(tmp_path: Path) -> None:
    for name in ("webvtt/teams-voices.vtt", "srt/dashes.srt"):
        text = own(name).read_text("utf-8").replace("\n", "\r\n")
        for encoding in ("utf-8-sig", "utf-16"):
            again = call_of(written(tmp_path, Path(name).name, text.encode(encoding)))
            assert again.turns == call_of(own(name)).turns


def test_text_below_an_empty_line_is_of_the_caption_before(tmp_path: Path) -> None:
    text = (
        "WEBVTT\n\nNOTE made by hand\n\n1\n00:01.000 --> 00:02.000\nInes: Bike hire.\n\nHow can I help?\n\n"
        "NOTE not speech\nnor this\n\n2\n00:03.000 --> 00:04.000\nBram: It broke.\n\nTwice.\n"
    )
    call = call_of(written(tmp_path, "a.vtt", text))
    assert said(call) == [("Ines", "Bike hire. How can I help?"), ("Bram", "It broke. Twice.")]


def test_a_time_line_that_the_file_ends_in_is_no_speech(tmp_path: Path) -> None:
    rows = ("1\n00:00:01,000 --> 00:00:02,000\nInes: Bike hire.", "2\n00:00:03,000 --> 00:00:04,000\nBram: Hi.")
    text = "\n\n".join((*rows, "3\n00:00:05,0"))
    for end in ("", "00 --", "00 -->", "00 --> 00:00"):
        call = call_of(written(tmp_path, "a.srt", text + end))
        assert said(call)[0] == ("Ines", "Bike hire.")
        assert "-->" not in call.turns[-1].text


def test_where_nearly_all_captions_open_with_a_label_each_of_them_is_one(tmp_path: Path) -> None:
    names = [
        "Ines T (Bikes)",
        "bram okoye",
        "+14155550100",
        "Ines T (Bikes)",
        "Dr. Ana Maria Lopez Garcia",
        "iPhone (2)",
    ]
    text = "WEBVTT\n\n" + "".join(
        f"{number}\n00:0{number}.000 --> 00:0{number}.500\n{name}: the thing: {number}\n\n"
        for number, name in enumerate(names, 1)
    )
    call = call_of(written(tmp_path, "a.vtt", text))
    assert said(call) == [(name, f"the thing: {number}") for number, name in enumerate(names, 1)]


@pytest.mark.parametrize("mark", [">> {}: ", ">>{}: ", "- {}: "])
def test_a_name_after_a_mark_may_stand_on_any_line(tmp_path: Path, mark: str) -> None:
    ines, bram = mark.format("INES"), mark.format("BRAM")
    two = f"00:01.000 --> 00:02.000\n{ines}Bike hire.\n{bram}It broke."
    text = f"WEBVTT\n\n{two}\n\n00:03.000 --> 00:04.000\n{ines}Sorry.\n"
    call = call_of(written(tmp_path, "a.vtt", text))
    assert said(call) == [("INES", "Bike hire."), ("BRAM", "It broke."), ("INES", "Sorry.")]


@pytest.mark.parametrize("name", ["[{}] ", "({}) ", "[{}]\n", "{}\n"])
def test_names_in_brackets_or_alone_above_the_text(tmp_path: Path, name: str) -> None:
    rows = [("Ines Tavares", "Bike hire."), ("Bram Okoye", "It broke."), ("Ines Tavares", "Sorry.")]
    text = "".join(
        f"{number}\n00:00:0{number},000 --> 00:00:0{number},500\n{name.format(who)}{said}\n\n"
        for number, (who, said) in enumerate(rows, 1)
    )
    assert said(call_of(written(tmp_path, "a.srt", text))) == rows


def test_older_word_documents_of_teams_have_times_of_single_digits(tmp_path: Path) -> None:
    text = (
        "0:0:0.0 --> 0:0:3.250\nInes Tavares\nBike hire.\n0:0:3.310 --> 0:0:6.5\nBram Okoye\nIt broke.\n"
        "0:1:6.500 --> 0:1:9.0\nInes Tavares\nSorry.\n"
    )
    call = call_of(written(tmp_path, "a.txt", text))
    assert said(call) == [("Ines Tavares", "Bike hire."), ("Bram Okoye", "It broke."), ("Ines Tavares", "Sorry.")]
    assert [(turn.start, turn.end) for turn in call.turns] == [(0.0, 3.25), (3.31, 6.5), (66.5, 69.0)]


def test_sbv_has_a_comma_between_the_times(tmp_path: Path) -> None:
    text = "0:00:01.000,0:00:03.500\nInes: Bike hire.\n\n0:00:04.000,0:00:06.000\nBram: It broke.\n"
    call = call_of(written(tmp_path, "a.sbv", text))
    assert [(turn.speaker, turn.start, turn.end) for turn in call.turns] == [("Ines", 1.0, 3.5), ("Bram", 4.0, 6.0)]


@pytest.mark.parametrize("unit", [" ", "\t", "-", "-->", "0:01 ", "--> ", "0:0:0.0"])
def test_long_lines_of_one_mark_do_not_hold_up_reading(unit: str) -> None:
    began = time.perf_counter()
    list(blocks_of([unit * (60_000 // len(unit))] * 2))
    assert time.perf_counter() - began < 2
