"""NIST CTM, STM and RTTM: columns, several recordings a file, alternatives, what has no words."""

from __future__ import annotations

from pathlib import Path

import pytest
from format_cases import own, sample, spoken
from reader_cases import call_of, rejected_of, written

from coach.call import Call
from coach.readers import Rejected, read
from coach.readers.aligned.nist_words import said_in

# Counted by hand: the recordings of each file as (call id, turns, words, speaker of the first turn, its times).
SHARED = [
    (
        "basic.ctm",
        "nist-ctm",
        [("SHOW_1", 2, 7, "1", (1.0, 5.2)), ("SHOW_2", 3, 9, "2", (1.0, 1.5)), ("SHOW_3", 1, 6, None, (1.0, 4.0))],
    ),
    ("fstalign-hyp.ctm", "nist-ctm", [("recording.wav", 1, 11, None, (1.0, 24.0))]),
    ("basic.stm", "nist-stm", [("SHOW_1", 2, 0, "CHRIS", (1.0, 6.0)), ("SHOW_2", 1, 0, "NICO", (1.0, 4.0))]),
    ("generic-1.rttm", "nist-rttm", [("VT_20051027-1400", 2, 9, "SYS1", (100.5, 103.5))]),
]


def calls_in(path: Path) -> list[Call]:
    items = list(read([str(path)]))
    assert not [item for item in items if isinstance(item, Rejected)]
    return [item for item in items if isinstance(item, Call)]


@pytest.mark.parametrize(("file", "format", "recordings"), SHARED, ids=[file for file, _, _ in SHARED])
def test_real_samples_are_read_as_counted_by_hand(
    file: str, format: str, recordings: list[tuple[str, int, int, str | None, tuple[float, float]]]
) -> None:
    calls = calls_in(sample(f"nist-ctm-stm-rttm/{file}"))
    assert {call.format for call in calls} == {format}
    assert [
        (
            call.call_id,
            len(call.turns),
            sum(len(turn.words) for turn in call.turns),
            call.turns[0].speaker,
            (call.turns[0].start, call.turns[0].end),
        )
        for call in calls
    ] == recordings


def test_a_ctm_of_speakers_instead_of_words_has_no_turns() -> None:
    items = list(read([str(sample("nist-ctm-stm-rttm/speechmatics-reference.ctm"))]))
    assert [(item.place, item.cause.split(":")[0]) for item in items if isinstance(item, Rejected)] == [
        ("line 1", "no turns"),
        ("line 6", "no turns"),
    ]


def test_ctm_channels_are_the_labels_where_nobody_is_named_and_only_the_first_alternative_is_read() -> None:
    first, second = calls_in(own("nist-ctm/two-channels.ctm"))
    assert spoken(first) == [
        ("unknown", "A", "Bike hire", 0.5, 1.2),
        ("unknown", "B", "<unk> my chain", 1.0, 3.5),
        ("unknown", "A", "oh no", 5.0, 5.4),
    ]
    assert [part.cue for part in first.turns[1].parts] == [2, 3]
    assert spoken(second) == [
        ("unknown", "ines", "hello", 10.0, 10.5),
        ("unknown", "bram", "hi there", 10.5, 11.5),
    ]
    assert (first.call_id, second.call_id) == ("bike-1", "bike-2")


def test_stm_labels_marks_and_gaps_are_no_speech() -> None:
    (call,) = calls_in(own("nist-stm/desk.stm"))
    assert spoken(call) == [
        ("unknown", "ines", "bike hire good morning ; hello", 0.5, 1.2),
        ("unknown", "bram", "uh my chain <noise> came off", 1.0, 3.5),
        ("unknown", "ines", "60 euros", 5.4, 6.0),
    ]


def test_rttm_words_are_read_and_laughs_and_empty_cells_are_not() -> None:
    (call,) = calls_in(own("nist-rttm/words.rttm"))
    assert spoken(call) == [
        ("unknown", "ines", "bike hire", 0.5, 1.2),
        ("unknown", "bram", "um chain", 1.0, 3.5),
        ("unknown", None, "off", 3.6, None),
    ]


def test_an_rttm_of_who_speaks_when_has_no_turns(tmp_path: Path) -> None:
    text = "SPEAKER a 1 0.5 0.7 <NA> <NA> ines <NA> <NA>\nSPEAKER a 1 1.5 0.7 <NA> <NA> bram <NA> <NA>\n"
    rejected = rejected_of(written(tmp_path, "a.rttm", text))
    assert rejected.cause == "no turns: it says who speaks when, and no words"
    assert rejected.remedy


def test_two_who_speak_at_once_do_not_take_turns_word_by_word(tmp_path: Path) -> None:
    rows = [f"a {'AB'[n % 2]} {n * 0.2:.1f} 0.3 w{n}" for n in range(6)]
    assert [turn.text for turn in call_of(written(tmp_path, "a.ctm", "\n".join(rows))).turns] == [
        "w0 w2 w4",
        "w1 w3 w5",
    ]


def test_a_few_broken_lines_are_left_out_and_named(tmp_path: Path) -> None:
    rows = [f"a A {n}.0 0.5 w{n}" for n in range(20)]
    rows[7] = "a A seven"
    call = call_of(written(tmp_path, "a.ctm", "\n".join(rows)))
    assert len(call.turns[0].words) == 19
    assert "1 line without the columns left out, the first is line 8" in call.warnings


@pytest.mark.parametrize(
    "text",
    [
        "just some words of prose\n" * 9,
        "a A 1 2\n" * 5,
        "2026-03-02 09:14:01 1.0 2.0 GET\n" * 5,
        "1 2 3.0 4.0 5.0\n",
        ";; only\n;; comments\n",
    ],
)
def test_what_has_other_columns_is_none_of_them(tmp_path: Path, text: str) -> None:
    assert "no transcript in it" in rejected_of(written(tmp_path, "a.txt", text)).cause


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{ a / b } c", "a c"),
        ("{ @ / b } c", "c"),
        ("{ { a / b } / c } d", "a d"),
        ("x { a / { b / c } e } y", "x a y"),
        (r"a\; \{ b \/ c \}", "a; { b / c }"),
        ("(uh) (%hesitation) ((", "uh %hesitation (("),
        ("a / b } c {", "a / b } c"),
        ("{ a", "a"),
    ],
)
def test_alternatives_and_escapes(text: str, said: str) -> None:
    assert said_in(text) == said
