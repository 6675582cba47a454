"""ELAN: slots without a time, tiers below others, what XML must not do."""

from __future__ import annotations

from pathlib import Path

import pytest
from format_cases import own, spoken
from reader_cases import call_of, rejected_of, written

from coach.readers import read

TWO = own("elan/two-people.eaf").read_text("utf-8")


def test_roots_are_read_translations_are_not_and_slots_without_a_value_part_the_time() -> None:
    call = call_of(own("elan/two-people.eaf"))
    assert spoken(call) == [
        ("unknown", "Ines Tavares", "Bike hire & repair, hello.", 0.4, 1.6),
        ("unknown", "Bram", "My chain came off today again.", 1.5, 4.5),
    ]
    # The slots between 1.5 and 4.5 have no value; two annotations below one share its time.
    assert [(part.start, part.end) for part in call.turns[1].parts] == [(1.5, 2.5), (2.5, 3.5), (3.5, 4.5)]
    assert [part.cue for part in call.turns[1].parts] == [6, 7, 9]
    assert "token" not in repr(call)


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "file:///etc/hostname">',
    ],
)
def test_a_document_that_could_define_entities_is_refused(tmp_path: Path, head: str) -> None:
    text = TWO.replace("<ANNOTATION_DOCUMENT", f"{head}<ANNOTATION_DOCUMENT", 1).replace("&amp;", "&b;")
    rejected = rejected_of(written(tmp_path, "a.eaf", text))
    assert "DOCTYPE" in rejected.cause
    assert rejected.remedy


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("</ANNOTATION_DOCUMENT>", "", "not XML"),
        ("&amp;", "&nothere;", "not XML"),
        ("<TIER ", "<TIERS ", "not XML"),
    ],
)
def test_broken_xml_is_said_to_be_so(tmp_path: Path, old: str, new: str, cause: str) -> None:
    assert cause in rejected_of(written(tmp_path, "a.eaf", TWO.replace(old, new))).cause


def test_any_encoding_that_the_bytes_tell(tmp_path: Path) -> None:
    again = TWO.replace('encoding="UTF-8"', 'encoding="UTF-16"').replace("hello", "olá")
    call = call_of(written(tmp_path, "a.eaf", again.encode("utf-16")))
    assert call.turns[0].text == "Bike hire & repair, olá."


def test_tiers_that_name_each_other_and_annotations_without_ids_end_somewhere(tmp_path: Path) -> None:
    round_about = TWO.replace('TIER_ID="Bram"', 'PARENT_REF="Bram-txt" TIER_ID="Bram"').replace('"b2"', '"c2"')
    assert [turn.speaker for turn in call_of(written(tmp_path, "a.eaf", round_about)).turns] == ["Ines Tavares"]
    nameless = TWO.replace("ANNOTATION_ID", "NO_ID").replace("TIME_VALUE", "NO_VALUE")
    assert call_of(written(tmp_path, "b.eaf", nameless)).turns[0].start is None


def test_times_in_frames_are_absent(tmp_path: Path) -> None:
    call = call_of(written(tmp_path, "a.eaf", TWO.replace('"milliseconds"', '"PAL-frames"')))
    assert [turn.start for turn in call.turns] == [None, None]
    assert "the times are not in milliseconds: read as absent" in call.warnings


def test_a_folder_is_read_for_eaf_and_passes_over_other_xml(tmp_path: Path) -> None:
    written(tmp_path, "a.eaf", TWO)
    written(tmp_path, "b.xml", "<?xml version='1.0'?>\n<config>\n<a>Agent: x</a>\n</config>\n")
    written(tmp_path, "c.html", "<html><body><p>Agent: hello</p><p>words</p></body></html>\n")
    assert [getattr(item, "call_id", "rejected") for item in read([str(tmp_path)])] == ["a"]
