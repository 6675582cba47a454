"""vCon: parties and roles, messages, transcripts in any form, signatures, what is kept elsewhere."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import orjson
import pytest
from format_cases import Expected, assert_read_as, own, sample, spoken
from reader_cases import call_of, rejected_of, written

SHARED = [
    Expected(
        "vcon/synthetic-call.vcon.json",
        "vcon",
        11,
        "label",
        ("Agent", "Customer", "Agent"),
        ((0, None, None), (10, None, None)),
        tuple(
            (number, lambda value, number=number: str(value["analysis"][0]["body"][number]["message"]))
            for number in range(11)
        ),
        ("agent", "customer", "agent"),
        call_id="05cec3d4-0561-4010-9fb8-23cc7edef146",
        started_at="2024-03-16T16:09:20.701736",
        agent=(None, "Louis Anderson", None),
    )
]
UUID = "0195544a-0000-8000-8000-00000000000{}"


@pytest.mark.parametrize("expected", SHARED, ids=str)
def test_real_samples_are_read_as_counted_by_hand(expected: Expected) -> None:
    assert_read_as(expected, sample(expected.file))


def test_rows_of_a_transcript_are_of_the_parties_that_they_name() -> None:
    call = call_of(own("vcon/rows.vcon.json"))
    assert spoken(call) == [
        ("agent", "Kit Orr", "Pianos, Kit speaking.", None, None),
        ("customer", "Rosa Lind", "Mine sounds “flat”.", None, None),
        ("agent", "Kit Orr", "Oh dear, I'll come by.", None, None),
    ]
    assert (call.call_id, call.started_at, tuple(call.agent)) == (
        UUID.format(1),
        "2026-03-02T09:14:00Z",
        ("314", "Kit Orr", None),
    )
    assert (call.roles.how, call.metadata) == ("given", {"subject": "A piano to be tuned", "direction": "in"})
    assert call.warnings == ("a second transcript of the same dialog is left out",)


def test_addresses_are_neither_fetched_nor_kept() -> None:
    for name in ("rows", "messages"):
        assert "calls.example" not in repr(call_of(own(f"vcon/{name}.vcon.json")))


def test_transcripts_of_several_recordings_follow_each_other_in_whatever_form_they_are() -> None:
    call = call_of(own("vcon/vendor-as-text.vcon.json"))
    assert spoken(call) == [
        ("unknown", "A", "Pianos.", 0.5, 1.5),
        ("unknown", "B", "It is flat.", 1.4, 2.5),
        ("agent", "Agent(Kit)", "It is me again.", None, None),
        ("customer", "Customer(Rosa)", "Good.", None, None),
    ]
    assert call.turns[0].words == (("Pianos.", 0.5, 1.5),)


def test_messages_are_in_seconds_from_the_first_and_of_their_originator() -> None:
    call = call_of(own("vcon/messages.vcon.json"))
    assert spoken(call) == [
        ("other", "Helper", "Hi.", 0.0, None),
        ("customer", "Rosa Lind", "A string broke & hit me.", 9.0, None),
        ("agent", "Kit Orr", "Oh no!", None, None),
    ]
    assert any(warning.startswith("1 message left out") for warning in call.warnings)


def test_without_roles_the_direction_of_the_call_tells_the_two_sides_and_a_signature_is_not_checked() -> None:
    call = call_of(own("vcon/signed.vcon.json"))
    assert spoken(call) == [
        ("customer", "+15550100", "A key sticks.", None, None),
        ("agent", "Kit Orr", "I see.", None, None),
    ]
    assert call.warnings == ("it is signed: read without a check of the signature",)


def test_one_that_is_encrypted_is_refused_and_so_is_one_that_is_signed_and_no_vcon(tmp_path: Path) -> None:
    assert rejected_of(own("vcon/encrypted.vcon.json")).cause == "it is encrypted"
    for payload in ("!", "e30", base64.urlsafe_b64encode(own("vcon/encrypted.vcon.json").read_bytes()).decode()):
        signed = {"payload": payload, "signatures": [{"signature": "x"}]}
        cause = rejected_of(written(tmp_path, "s.json", orjson.dumps(signed))).cause
        assert cause in ("what is signed in it is no vCon", "it is encrypted")


def with_body(**row: Any) -> bytes:
    parties = [{"name": "Rosa", "role": "customer"}, {"name": "Kit", "role": "agent"}]
    recording = {"type": "recording", "start": "2026-03-02T09:14:00Z", "parties": [0, 1]}
    transcript = {"type": "transcript", "dialog": 0, **row}
    return orjson.dumps({"uuid": "u-1", "parties": parties, "dialog": [recording], "analysis": [transcript]})


ALTERNATIVE = {
    "transcript": "Pianos. It is flat.",
    "confidence": 0.9,
    "words": [
        {"word": "pianos", "punctuated_word": "Pianos.", "start": 0.5, "end": 1.0, "confidence": 0.9, "speaker": 1},
        {"word": "flat", "punctuated_word": "Flat.", "start": 1.5, "end": 2.0, "confidence": 0.9, "speaker": 0},
    ],
}
ROWS = [{"speaker": "Kit", "message": "Pianos."}, {"speaker": "Rosa", "message": "Flat."}]
TEXT = "[0:01] Kit: Pianos.\n[0:03] Rosa: Flat.\n"
TIMED_TURNS = [("agent", "Kit", "Pianos.", 0.5, 1.0), ("customer", "Rosa", "Flat.", 1.5, 2.0)]
WEBVTT = """WEBVTT

NOTE by nobody

00:00.500 --> 00:01.000
<v Kit>Pianos.</v>

00:01.500 --> 00:02.000
<v Rosa>Flat.</v>
"""
SRT = "1\r\n00:00:00,500 --> 00:00:01,000\r\nKit: Pianos.\r\n\r\n2\r\n00:00:01,500 --> 00:00:02,000\r\nRosa: Flat.\r\n"
BY_PARTY = [
    {"party": 1, "start": 0.5, "end": 1, "text": "Pianos."},
    {"party": 0, "start": 1.5, "end": 2, "text": "Flat."},
]
WORLD_FORMAT = {
    "transcript": {"text": "Pianos. Flat.", "language": "en", "duration": 2, "confidence": 0.9},
    "segments": [
        {"id": 0, "start": 0.5, "end": 1.0, "text": "Pianos.", "confidence": 0.9, "speaker": 7},
        {"id": 1, "start": 1.5, "end": 2.0, "text": "Flat.", "confidence": 0.9, "speaker": 8},
    ],
    "speakers": {"7": {"id": 7, "label": "Kit"}, "8": {"id": 8, "label": "Rosa"}},
    "metadata": {"provider": "none"},
}


@pytest.mark.parametrize(
    ("row", "turns"),
    [
        ({"body": ROWS}, [("agent", "Kit", "Pianos.", None, None), ("customer", "Rosa", "Flat.", None, None)]),
        (
            {"body": orjson.dumps(ROWS).decode(), "encoding": "json"},
            [("agent", "Kit", "Pianos.", None, None), ("customer", "Rosa", "Flat.", None, None)],
        ),
        (
            {"body": orjson.dumps(orjson.dumps(ROWS).decode()).decode(), "encoding": "none"},
            [("agent", "Kit", "Pianos.", None, None), ("customer", "Rosa", "Flat.", None, None)],
        ),
        (
            {"body": base64.urlsafe_b64encode(orjson.dumps(ROWS)).decode().rstrip("="), "encoding": "base64url"},
            [("agent", "Kit", "Pianos.", None, None), ("customer", "Rosa", "Flat.", None, None)],
        ),
        ({"body": TEXT}, [("agent", "Kit", "Pianos.", 1.0, None), ("customer", "Rosa", "Flat.", 3.0, None)]),
        (
            {"body": {"segments": [{"start": 0.5, "end": 1.0, "speaker": "Kit", "text": "Pianos."}]}},
            [("agent", "Kit", "Pianos.", 0.5, 1.0)],
        ),
        (
            {"body": "Just some prose without any speaker"},
            [("unknown", None, "Just some prose without any speaker", None, None)],
        ),
        (
            {"body": orjson.dumps(ALTERNATIVE).decode()},
            [("unknown", "1", "Pianos.", 0.5, 1.0), ("unknown", "0", "Flat.", 1.5, 2.0)],
        ),
        ({"body": WEBVTT, "mediatype": "text/vtt"}, TIMED_TURNS),
        ({"body": SRT}, TIMED_TURNS),
        ({"body": {"segments": BY_PARTY}}, TIMED_TURNS),
        ({"body": WORLD_FORMAT, "type": "wtf_transcription"}, TIMED_TURNS),
    ],
    ids=[
        "rows",
        "text of JSON",
        "text of a text of JSON",
        "base64url",
        "labelled text",
        "segments",
        "prose",
        "Deepgram",
        "WebVTT",
        "SRT",
        "numbers of parties",
        "World Transcription Format",
    ],
)
def test_bodies_of_transcripts(tmp_path: Path, row: dict[str, Any], turns: list[Any]) -> None:
    assert spoken(call_of(written(tmp_path, "x.vcon.json", with_body(**row)))) == turns


@pytest.mark.parametrize(
    "row", [{"url": "https://calls.example/t.json"}, {"body": None}, {"body": "", "encoding": "base64url"}, {"body": 7}]
)
def test_one_without_a_transcript_in_it_has_no_turns(tmp_path: Path, row: dict[str, Any]) -> None:
    assert rejected_of(written(tmp_path, "x.json", with_body(**row))).cause.startswith("no turns")


def test_messages_that_repeat_the_transcript_are_read_once(tmp_path: Path) -> None:
    value = orjson.loads(with_body(body=ROWS))
    value["dialog"] += [
        {"type": "text", "parties": 1, "body": "Pianos."},
        {"type": "text", "parties": 0, "body": "Flat."},
    ]
    call = call_of(written(tmp_path, "x.json", orjson.dumps(value)))
    assert [turn.text for turn in call.turns] == ["Pianos.", "Flat."]
    value["dialog"][1]["body"] = "Something else."
    assert len(call_of(written(tmp_path, "x.json", orjson.dumps(value))).turns) > 2


def test_a_message_that_lasts_no_time_has_no_end(tmp_path: Path) -> None:
    value = orjson.loads(with_body(body=None))
    value["dialog"] = [
        {"type": "text", "start": f"2026-03-02T09:14:0{second}Z", "duration": 0, "parties": [who], "body": "Hm."}
        for second, who in ((1, 1), (5, 0))
    ]
    assert [(turn.start, turn.end) for turn in call_of(written(tmp_path, "x.json", orjson.dumps(value))).turns] == [
        (0.0, None),
        (4.0, None),
    ]
