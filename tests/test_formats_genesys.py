"""Genesys Cloud: purposes instead of roles, times since 1970 or from the start, several transcripts of one call."""

from __future__ import annotations

from format_cases import own, spoken
from reader_cases import call_of

from coach.readers import ReadOptions


def test_phrases_of_several_transcripts_are_read_once_and_counted_from_the_first_of_these() -> None:
    call = call_of(own("genesys-cloud/epoch-two-transcripts.json"))
    assert spoken(call) == [
        ("agent", "internal", "Roof repairs, good day.", 0.5, 2.0),
        ("customer", "external", "a tile fell on xxxx", 1.9, 3.9),
        ("other", "acd", "please hold", 4.0, 4.8),
        ("agent", "internal", "Oh dear.", 5.0, None),
    ]
    assert call.turns[0].words == (
        ("Roof", 0.5, 0.8),
        ("repairs,", 0.9, 1.4),
        ("good", 1.5, 1.7),
        ("day.", 1.7, 2.0),
    )
    assert (call.call_id, call.started_at, call.language) == ("c0ffee-1", "2026-03-02T09:14:00Z", "en-us")
    assert (tuple(call.agent), call.roles.how) == (("u-44", None, None), "given")
    assert call.metadata["queue"] == "q-roofs"
    assert any(warning.startswith("1 phrase left out") for warning in call.warnings)


def test_small_numbers_are_offsets_and_one_without_a_time_may_be_said_again() -> None:
    call = call_of(own("genesys-cloud/offsets.json"))
    assert spoken(call) == [
        ("customer", "customer", "hello", 1.2, 1.6),
        ("agent", "user", "roofs", 1.5, 2.0),
        ("customer", "customer", "hello", None, None),
    ]


def test_of_several_agents_none_is_the_call_s() -> None:
    call = call_of(own("genesys-cloud/offsets.json"))
    assert call.agent.id is None
    assert any("u-1, u-2" in warning for warning in call.warnings)


def test_the_record_of_the_conversation_tells_queue_and_name() -> None:
    options = ReadOptions(companions=(str(own("genesys-cloud/record-17.json")),))
    call = call_of(own("genesys-cloud/epoch-two-transcripts.json"), options)
    assert (tuple(call.agent), call.metadata["queue"]) == (("u-44", "Ulf Tegel", None), "q-roofs-north")
