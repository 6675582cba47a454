"""Transcripts decoded as what they are not: mended where that is sure, else told or refused with what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from reader_cases import assert_parts_are_slices, call_of, rejected_of, said, written

from coach.readers import ReadOptions
from coach.readers.garbled import MENDED

PLAIN = "Agent: Café Noir, it’s Zoë — how can I help?\nCustomer: I was charged £5 too much.\nCustomer: Naïve me…\n"
TWICE = PLAIN.encode().decode("cp1252").encode()


def test_utf_8_that_was_encoded_twice_is_mended_and_said(tmp_path: Path) -> None:
    call, plain = call_of(written(tmp_path, "a.txt", TWICE)), call_of(written(tmp_path, "b.txt", PLAIN))
    assert call.turns == plain.turns
    assert call.warnings[-1] == MENDED
    assert MENDED not in plain.warnings
    assert_parts_are_slices(call)


def test_the_names_of_speakers_are_mended_too(tmp_path: Path) -> None:
    turns = [{"role": "agent", "speaker": "Zoë", "text": "Hello."}, {"role": "customer", "text": "It’s me."}]
    text = json.dumps({"call_id": "z", "agent": {"name": "Zoë"}, "turns": turns}, ensure_ascii=False)
    call = call_of(written(tmp_path, "a.json", text.encode().decode("cp1252").encode()))
    assert said(call) == [("Zoë", "Hello."), (None, "It’s me.")]
    assert call.agent.name == "Zoë"


def test_what_is_garbled_in_part_is_left_and_said(tmp_path: Path) -> None:
    call = call_of(written(tmp_path, "a.txt", "Agent: It â€™s the cafÃ© né here.\nCustomer: Thanks.\n"))
    assert call.turns[0].text == "It â€™s the cafÃ© né here."
    assert call.warnings[-1].startswith('garbled characters such as "')


@pytest.mark.parametrize("text", ["She said “CAFÉ” and “É…”.", "Über 5 € à l’été, çà et là: déjà vu.", "50 Å • Ø"])
def test_text_that_is_as_it_should_be_is_left_alone(tmp_path: Path, text: str) -> None:
    for encoding in ("utf-8", "cp1252"):
        call = call_of(written(tmp_path, "a.txt", f"Agent: {text}\nCustomer: Thanks.\n".encode(encoding)))
        assert call.turns[0].text == text
        assert not [warning for warning in call.warnings if "garbled" in warning or "--encoding" in warning]


@pytest.mark.parametrize(
    ("said", "encoding"),
    [
        ("Добрый день, чем могу помочь?", "koi8-r"),
        ("Добрый день, чем могу помочь?", "cp1251"),
        ("こんにちは、どうされましたか", "shift_jis"),
        ("שלום, איך אפשר לעזור", "cp1255"),
    ],
)
def test_what_is_mostly_unreadable_is_refused_until_its_encoding_is_said(
    tmp_path: Path, said: str, encoding: str
) -> None:
    path = written(tmp_path, "a.txt", f"Agent: {said}\nCustomer: {said}\n".encode(encoding))
    error = rejected_of(path)
    assert error.cause.startswith("mostly unreadable characters")
    assert "--encoding" in error.remedy
    assert call_of(path, ReadOptions(encoding=encoding)).turns[0].text.rstrip("?;") == said.rstrip("?;")


def test_what_is_unreadable_in_places_is_warned_of(tmp_path: Path) -> None:
    text = "Agent: The parcel is at the depot in town, and it is kept there for you until Friday.\nCustomer: Спасибо\n"
    call = call_of(written(tmp_path, "a.txt", text.encode("koi8-r")))
    assert "say with --encoding" in call.warnings[-1]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("text", [PLAIN, "Agent: Hello\nCustomer: Hi\n", '{"turns": []}'])
def test_an_encoding_that_does_not_fit_is_said(tmp_path: Path, encoding: str, text: str) -> None:
    error = rejected_of(written(tmp_path, "a.txt", text), ReadOptions(encoding=encoding))
    assert error.cause == f"it is not written in {encoding}, the encoding asked for, but in UTF-8"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_an_encoding_that_fits_is_taken(tmp_path: Path, encoding: str) -> None:
    path = written(tmp_path, "a.txt", PLAIN.encode(encoding))
    assert len(call_of(path, ReadOptions(encoding=encoding)).turns) == 2
