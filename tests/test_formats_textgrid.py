"""Praat TextGrid: two layouts, which tiers are read, quotes and silences, damage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from format_cases import Expected, assert_read_as, own, sample, spoken
from reader_cases import call_of, rejected_of, said, written

from coach.call import Word

SHARED = [
    Expected(
        "praat-textgrid/mary-short.TextGrid",
        "praat-textgrid",
        1,
        "unknown",
        (None,),
        ((0, 0.3154201182247563, 1.5182538944627297),),
        ((0, lambda text: " ".join(text.splitlines()[line - 1].strip('"') for line in (71, 74, 77, 80))),),
        words=4,
    ),
    Expected(
        "praat-textgrid/bobby-long-newlines.TextGrid",
        "praat-textgrid",
        1,
        "unknown",
        (None,),
        ((0, 0.06469123242311078, 1.1171482864527198),),
        ((0, lambda text: text.splitlines()[55].split('"')[1]),),
    ),
]


@pytest.mark.parametrize("expected", SHARED, ids=str)
def test_real_samples_are_read_as_counted_by_hand(expected: Expected) -> None:
    assert_read_as(expected, sample(expected.file))


def test_a_tier_of_words_under_one_of_phrases_gives_the_words_their_times_and_is_not_read_twice() -> None:
    call = call_of(own("praat-textgrid/phrases-over-words.TextGrid"))
    assert spoken(call) == [
        ("agent", "Agent", "Bike hire, hello.", 0.4, 1.6),
        ("customer", "Customer", 'My chain came off! 1.5 " wide', 1.5, 3.25),
        ("agent", "Agent", 'He said "Where?" to me', 4.0, 5.5),
    ]
    assert call.turns[0].words == (Word("bike", 0.4, 0.7), Word("hire", 0.7, 1.1), Word("hello", 1.1, 1.6))
    assert call.turns[2].words == ()
    assert 'tiers that are not read as speech: "Agent - phones", "notes"' in call.warnings


def test_the_short_layout_in_utf16_with_windows_line_ends() -> None:
    assert spoken(call_of(own("praat-textgrid/short-utf16.TextGrid"))) == [
        ("unknown", "Inês", "Olá, Bram.", 0.5, 1.25),
        ("unknown", "Bram", 'It was "bent" – see?', 1.0, 3.0),
    ]


def grid(*tiers: tuple[str, list[tuple[float, float, str]]]) -> str:
    """Return a TextGrid in the short layout."""
    body = "".join(
        f'"IntervalTier"\n"{name}"\n0\n9\n{len(rows)}\n' + "".join(f'{a}\n{b}\n"{text}"\n' for a, b, text in rows)
        for name, rows in tiers
    )
    return f'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n9\n<exists>\n{len(tiers)}\n{body}'


def test_words_of_a_speaker_without_phrases_are_put_together_with_a_cue_at_a_pause(tmp_path: Path) -> None:
    rows = [(0, 1, "my"), (1, 2, "chain"), (2, 5, ""), (5, 6, "broke")]
    (turn,) = call_of(written(tmp_path, "a.TextGrid", grid(("Ana - words", rows)))).turns
    assert (turn.speaker, turn.text, turn.start, turn.end, len(turn.words)) == ("Ana", "my chain broke", 0.0, 6.0, 3)
    assert [(part.cue, part.start, part.end) for part in turn.parts] == [(0, 0.0, 2.0), (3, 5.0, 6.0)]


def test_where_tiers_are_called_by_roles_those_with_other_names_are_left_out(tmp_path: Path) -> None:
    text = grid(("Agent", [(0, 1, "hello")]), ("Caller", [(1, 2, "hi")]), ("Emotion", [(0, 2, "calm")]))
    call = call_of(written(tmp_path, "a.TextGrid", text))
    assert said(call) == [("Agent", "hello"), ("Caller", "hi")]
    assert 'tiers that are not read as speech: "Emotion"' in call.warnings


def test_people_who_are_called_by_one_name_all_count(tmp_path: Path) -> None:
    text = grid(("Ana Ruiz", [(0, 1, "hello")]), ("Bob", [(1, 2, "hi")]))
    assert said(call_of(written(tmp_path, "a.TextGrid", text))) == [("Ana Ruiz", "hello"), ("Bob", "hi")]


@pytest.mark.parametrize(
    ("damage", "cause"),
    [
        (lambda text: text[: text.index('"hi"')], "breaks off after 0 of 1"),
        (lambda text: text[: text.index('"Bob"')], "without a name or without its bounds"),
        (lambda text: text[: text.index('hi"')], "a text has no closing quote (line 23)"),
        (lambda text: text.replace('"Bob"\n0', '"Bob"\n"x"'), "without a name or without its bounds"),
        (lambda text: text.replace('"hello"', '"sil"').replace('"hi"', '"  "'), "no turns"),
        (lambda text: text[text.index('"IntervalTier"') :].replace("hello", '""').replace('"hi"', "7"), "breaks off"),
    ],
)
def test_a_damaged_file_is_refused_as_a_textgrid(tmp_path: Path, damage: Callable[[str], str], cause: str) -> None:
    text = grid(("Ana", [(0, 1, "hello")]), ("Bob", [(1, 2, "hi")]))
    assert cause in rejected_of(written(tmp_path, "a.TextGrid", damage(text))).cause


def test_a_piece_of_the_long_layout_is_no_labelled_text(tmp_path: Path) -> None:
    text = own("praat-textgrid/phrases-over-words.TextGrid").read_text("utf-8")
    lines = text.splitlines()
    rejected = rejected_of(written(tmp_path, "a.txt", "\n".join(lines[14:25])))
    assert "no turns" in rejected.cause
    assert "tier" in rejected.remedy


def test_a_tier_of_words_may_be_named_after_the_tier_of_phrases_with_a_blank(tmp_path: Path) -> None:
    text = grid(
        ("Ines", [(0.0, 1.0, "bike hire"), (1.0, 3.0, "")]),
        ("Ines words", [(0.0, 0.5, "bike"), (0.5, 1.0, "hire"), (1.0, 3.0, "")]),
        ("Bram", [(0.0, 2.0, ""), (2.0, 3.0, "it broke")]),
    )
    assert said(call_of(written(tmp_path, "a.TextGrid", text))) == [("Ines", "bike hire"), ("Bram", "it broke")]
