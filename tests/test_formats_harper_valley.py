"""The Harper Valley corpus: what a person heard, the clock of the call, metadata in a second file."""

from __future__ import annotations

import shutil
from pathlib import Path

import orjson
import pytest
from format_cases import Expected, assert_read_as, own, sample, spoken
from reader_cases import call_of, written

from coach.readers import ReadOptions

SHARED = [
    Expected(
        "harper-valley/transcript-0002f70f7386445b.json",
        "harper-valley",
        10,
        "given",
        ("agent", "caller", "agent"),
        ((0, 3.72, 9.75), (1, 12.89, 20.0), (2, 23.59, 25.42), (9, 48.82, 50.61)),
        (
            (2, lambda value: str(value[7]["human_transcript"])),
            (9, lambda value: " ".join(row["human_transcript"] for row in value[16:])),
        ),
        ("agent", "customer", "agent"),
        words=55,
        call_id="0002f70f7386445b",
        started_at="2020-06-02T00:13:03.191000Z",
        agent=("46", "Elizabeth", None),
    )
]
TELLER = own("harper-valley/teller-call.json")
METADATA = own("harper-valley/metadata-of-teller.json")


@pytest.mark.parametrize("expected", SHARED, ids=str)
def test_real_samples_are_read_as_counted_by_hand(expected: Expected) -> None:
    assert_read_as(expected, sample(expected.file))


def test_turns_are_what_a_person_heard_on_the_clock_of_the_call() -> None:
    call = call_of(TELLER)
    assert spoken(call) == [
        ("agent", "agent", "good morning this is tove", 2.1, 3.6),
        ("customer", "caller", "i need cheques [noise]", 3.4, 5.2),
        ("agent", "agent", "of course", 5.6, 6.2),
    ]
    assert (call.roles.how, call.started_at) == ("given", "2020-06-01T08:26:40Z")


def test_words_have_times_only_where_the_machine_heard_the_same() -> None:
    call = call_of(TELLER)
    assert [turn.words for turn in call.turns] == [
        (),
        (("i", 3.4, 3.55), ("need", 3.55, 3.8), ("cheques", 3.8, 4.3), ("[noise]", 5.0, 5.2)),
        (("of", 5.6, 5.8), ("course", 5.8, 6.2)),
    ]


def test_metadata_names_the_agent_and_the_start(tmp_path: Path) -> None:
    for name in ("transcript", "metadata"):
        (tmp_path / name).mkdir()
    path = shutil.copy(TELLER, tmp_path / "transcript" / "teller-call.json")
    shutil.copy(METADATA, tmp_path / "metadata" / "teller-call.json")
    call = call_of(path)
    assert (call.call_id, tuple(call.agent)) == ("teller-call", ("12", "Tove", None))
    assert (call.started_at, call.metadata, call.warnings) == (
        "2020-06-01T08:26:39.900000Z",
        {"task": "order checks"},
        (),
    )


def test_metadata_that_is_named_is_found_by_the_name_of_the_transcript(tmp_path: Path) -> None:
    options = ReadOptions(companions=(str(METADATA),))
    assert call_of(TELLER, options).agent.name is None, "its name is of no transcript"
    path = shutil.copy(TELLER, tmp_path / "17.json")
    folder = tmp_path / "elsewhere"
    written(folder, "17.json", METADATA.read_bytes())
    assert call_of(path, ReadOptions(companions=(str(folder),))).agent.name == "Tove"


def test_lists_of_words_that_do_not_fit_give_no_words(tmp_path: Path) -> None:
    rows = orjson.loads(TELLER.read_bytes())
    rows[1]["word_offsets_ms"] = [0]
    rows[3]["word_durations_ms"] = [200]
    call = call_of(written(tmp_path, "odd.json", orjson.dumps(rows)))
    assert [word.text for word in call.turns[1].words] == ["[noise]"]
    assert call.turns[2].words == (("of", 5.6, 5.8), ("course", 5.8, None))
