"""Rev NLP: a word a row, its punctuation and case, times that may be empty."""

from __future__ import annotations

from pathlib import Path

import pytest
from format_cases import Expected, assert_read_as, own, sample, spoken
from reader_cases import call_of, rejected_of, said, written

from coach.call import Word

HEADER = "token|speaker|ts|endTs|punctuation|case|tags\n"


def test_the_real_sample_is_read_as_counted_by_hand() -> None:
    expected = Expected(
        "rev-nlp/short.ref.nlp",
        "rev-nlp",
        4,
        "unknown",
        ("2", "1", "3", "1"),
        texts=((0, lambda text: text.splitlines()[1].split("|")[0]),),
        call_id="short.ref",
    )
    call = assert_read_as(expected, sample(expected.file))
    assert [turn.text.count(" ") + 1 for turn in call.turns] == [1, 9, 9, 13]
    assert "times" in call.lacks


def test_case_and_punctuation_are_put_back_and_a_mark_stays_one() -> None:
    call = call_of(own("rev-nlp/bike.nlp"))
    assert spoken(call) == [
        ("unknown", "1", "Bike hire. OK? <crosstalk>", 0.4, None),
        ("unknown", "2", "My iPhone fell.", 1.4, 2.4),
        ("unknown", "1", "Oh no...", None, None),
    ]
    assert call.turns[0].words == (Word("Bike", 0.4, 0.7), Word("hire.", 0.7, 1.1), Word("OK?", 1.2, 1.5))
    assert "1 row without the columns left out" in call.warnings


def test_newer_files_have_more_columns_and_windows_line_ends(tmp_path: Path) -> None:
    text = HEADER.replace("tags", "tags|wer_tags|ali_comment") + "hello|1|||.|UC|[]|[]|x\nhi|2||||LC|[]|[]|\n"
    call = call_of(written(tmp_path, "a.nlp", text.replace("\n", "\r\n")))
    assert said(call) == [("1", "Hello."), ("2", "hi")]


@pytest.mark.parametrize(("skip", "format"), [(0, "rev-nlp"), (1, "rev-nlp"), (5, "rev-nlp")])
def test_rows_without_their_header_are_known_all_the_same(tmp_path: Path, skip: int, format: str) -> None:
    rows = own("rev-nlp/bike.nlp").read_text("utf-8").splitlines(keepends=True)
    assert call_of(written(tmp_path, "a.nlp", "".join(rows[skip:]))).format == format


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (HEADER, "no turns"),
        ("that|1|||:|LC|[]\n", "no transcript in it"),
        ("token|speaker|what\na|b|c\n", "no column holds text"),
    ],
)
def test_what_holds_no_words_is_refused(tmp_path: Path, text: str, cause: str) -> None:
    assert cause in rejected_of(written(tmp_path, "a.nlp", text)).cause


def test_newer_files_have_more_columns(tmp_path: Path) -> None:
    text = (
        "token|speaker|ts|endTs|punctuation|prepunctuation|case|tags|wer_tags\n"
        "bike|1|0.5|0.9|||UC|[]|[]\nhire|1|0.9|1.2|.|(|LC|[]|[]\nhello|2|2.0|2.4|!||UC|[]|[]\n"
    )
    call = call_of(written(tmp_path, "a.nlp", text))
    assert [(turn.speaker, turn.text, turn.start) for turn in call.turns] == [
        ("1", "Bike hire.", 0.5),
        ("2", "Hello!", 2.0),
    ]
