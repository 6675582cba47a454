"""Telephone systems and workforce suites: who has a user id or an extension is the agent, and nobody by number."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from format_cases import own, spoken
from reader_cases import call_of, rejected_of, written


def test_dialpad_reads_what_is_said_and_not_what_is_noted() -> None:
    call = call_of(own("dialpad/vet.json"))
    assert (call.format, call.call_id, call.roles.how) == ("dialpad", "5500112233", "given")
    assert tuple(call.agent) == ("901", "Lena Brook", None)
    assert call.started_at == "2026-03-02T09:14:00.100000Z"
    assert spoken(call) == [
        ("agent", "Lena Brook", "Vet practice, Lena speaking.", 0.0, None),
        ("customer", "(555) 010-7788", "My cat will not eat. Since [REDACTED].", 4.5, None),
        ("agent", "Lena Brook", "Bring her in at noon.", 10.0, None),
    ]
    assert [part.cue for part in call.turns[1].parts] == [2, 4]
    assert any("2 lines left out" in warning for warning in call.warnings)


def test_dialpad_moments_alone_are_no_call(tmp_path: Path) -> None:
    rows = [{"type": "moment", "content": "greeting", "time": "2026-03-02T09:14:00Z"}]
    path = written(tmp_path, "moments.json", orjson.dumps({"call_id": "1", "lines": rows}))
    assert "nobody says anything" in rejected_of(path).cause


def test_of_several_agents_none_is_the_one_of_the_call(tmp_path: Path) -> None:
    rows = [
        {"type": "transcript", "name": name, "content": "Hello.", "time": None, "user_id": user}
        for name, user in (("Ana", "1"), ("Ben", "2"))
    ]
    call = call_of(written(tmp_path, "two.json", orjson.dumps({"call_id": "1", "lines": rows})))
    assert tuple(call.agent) == (None, None, None)
    assert [turn.role for turn in call.turns] == ["agent", "agent"]
    assert any("several agents" in warning and "1, 2" in warning for warning in call.warnings)


def test_ringsense_joins_speakers_to_their_extensions_and_leaves_strangers_unknown() -> None:
    call = call_of(own("ringcentral-ringsense/webhook.json"))
    assert (call.format, call.call_id, call.roles.how) == ("ringcentral-ringsense", "sess-31", "given")
    assert tuple(call.agent) == ("6402", "Ivy Lund", None)
    assert (call.started_at, call.metadata["direction"]) == ("2026-03-02T10:00:00Z", "Inbound")
    assert spoken(call) == [
        ("customer", "Sam Teal", "Hello, do you clean windows?", 0.5, 2.0),
        ("agent", "Ivy Lund", "We do. Which floor?", 1.8, 5.0),
        ("unknown", "2", "The second.", 5.1, 6.0),
    ]


def test_ringcentral_speech_has_speakers_by_number_and_says_where_two_say_the_same() -> None:
    call = call_of(own("ringcentral-speech-to-text/utterances.json"))
    assert (call.format, call.call_id, call.roles.how) == ("ringcentral-speech-to-text", "job-8", "unknown")
    assert spoken(call) == [
        ("unknown", "1", "good evening stadium tickets two for sunday", 0.2, 2.4),
        ("unknown", "0", "two for sunday", 1.6, 2.5),
    ]
    assert [word.text for word in call.turns[0].words] == ["good", "evening", "stadium", "tickets"]
    assert any("1 utterance of several speakers in the same words" in warning for warning in call.warnings)
    insights = call_of(own("ringcentral-speech-to-text/insights.json"))
    assert spoken(insights) == [
        ("unknown", "0", "Stadium tickets.", 0.1, 1.0),
        ("unknown", "1", "One for Monday.", 1.2, 2.2),
    ]


def test_aircall_tells_internal_from_external_and_both_from_a_robot() -> None:
    call = call_of(own("aircall/piano.json"))
    assert (call.format, call.call_id, call.language) == ("aircall", "990017", "en")
    assert (call.agent.id, call.started_at) == ("314", "2026-03-02T11:00:00.000Z")
    assert spoken(call) == [
        ("customer", "+15550142", "Hi, my piano is out of tune.", 1.2, 3.0),
        ("agent", "314", "Then we come and tune it.", 2.8, 4.9),
        ("customer", "+15550142", "Lovely.", 5.2, 6.0),
        ("other", "ai_voice_agent", "This is our assistant, is Friday right?", 7.0, 8.5),
    ]


def test_a_workforce_suite_says_it_thrice_and_it_is_read_once() -> None:
    call = call_of(own("workforce-suite-interaction-export/6900000000123.json"))
    assert (call.call_id, call.roles.how, call.metadata) == ("6900000000123", "label", {"duration": "9 s"})
    assert spoken(call) == [
        ("agent", "Agent", "good morning", 0.2, 0.9),
        ("customer", "Customer", "hi", 1.1, 1.6),
        ("unknown", "Simultaneous", "yes", 1.7, 1.9),
        ("customer", "Customer", "um [PII]", 4.0, 4.6),
    ]
    assert call.turns[0].words[1] == ("morning", 0.52, 0.9)


def test_intercom_has_times_as_texts_or_numbers_and_roles_where_speech_was_attributed() -> None:
    call = call_of(own("intercom/attributed.json"))
    assert (call.format, call.call_id, call.agent.id, call.roles.how) == ("intercom", "c-88", "789", "given")
    assert call.started_at == "2026-03-02T09:00:00Z"
    assert spoken(call) == [
        ("agent", "Teammate 1", "Climbing hall, hello.", 0.0, 3.0),
        ("customer", "Contact 1", "Do you rent shoes?", 2.5, 5.1),
        ("customer", "Contact 2", "Small ones too?", 5.2, None),
    ]
    labels = call_of(own("intercom/labels-only.json"))
    assert labels.roles.how == "label"
    assert spoken(labels) == [
        ("agent", "Teammate 1", "Climbing hall.", 0.0, 1.5),
        ("customer", "Contact 1", "Are you open?", 1.6, 3.0),
        ("agent", "Teammate 1", "Until ten.", 3.1, 4.0),
    ]


def test_quo_knows_its_users_by_their_ids() -> None:
    call = call_of(own("quo/transcript.json"))
    assert (call.format, call.call_id, call.agent.id, call.started_at) == ("quo", "AC77", "US7", None)
    assert spoken(call) == [
        ("customer", "+15550155", "Hello, I need a locksmith.", 0.8, 2.9),
        ("agent", "+15550156", "Locksmith, yes, where are you?", 3.1, 5.0),
        ("customer", "+15550155", "At the old mill.", 4.8, 6.0),
    ]
    webhook = call_of(own("quo/webhook-with-actors.json"))
    assert (webhook.call_id, webhook.agent.id) == ("AC78", "US7")
    assert [(turn.role, turn.speaker) for turn in webhook.turns] == [
        ("unknown", "Sona"),
        ("customer", "+15550155"),
        ("agent", "+15550156"),
    ]


def test_hubspot_names_speakers_and_no_roles() -> None:
    call = call_of(own("hubspot/created.json"))
    assert (call.format, call.call_id, call.language, call.roles.how) == ("hubspot", "512", "en-GB", "unknown")
    assert spoken(call) == [
        ("unknown", "Noor", "Canoe hire, Noor here.", 0.3, 2.1),
        ("unknown", "Kit Marsh", "Two canoes for Saturday. All day.", 2.0, None),
    ]
    back = call_of(own("hubspot/read-back.json"))
    assert (back.call_id, back.metadata["transcript_id"]) == ("513", "tr-5")
    assert spoken(back) == [
        ("agent", "1", "Canoe hire.", 0.0, 0.9),
        ("customer", "Customer", "Good day.", 1.0, 1.5),
    ]


def test_ringsense_without_its_table_of_speakers_has_labels_and_no_roles(tmp_path: Path) -> None:
    value = orjson.loads(own("ringcentral-ringsense/webhook.json").read_bytes())["body"]
    del value["speakerInfo"]
    value["insights"]["Highlights"] = value["insights"]["Transcript"][:1]
    call = call_of(written(tmp_path, "plain.json", orjson.dumps(value)))
    assert (call.format, call.roles.how) == ("ringcentral-ringsense", "unknown")
    assert call.turns[0].speaker == value["insights"]["Transcript"][0]["speakerId"]


def test_a_workforce_suite_may_write_times_as_texts(tmp_path: Path) -> None:
    sample = own("workforce-suite-interaction-export/6900000000123.json")
    value = orjson.loads(sample.read_bytes())
    for row in value["transcript_detailed"]:
        row.update(s=str(row["s"]), e=str(row["e"]))
    assert spoken(call_of(written(tmp_path, "texts.json", orjson.dumps(value)))) == spoken(call_of(sample))


def test_intercoms_robot_is_neither_side(tmp_path: Path) -> None:
    rows = [
        {"start_time": number, "end_time": number + 1, "speaker_label": kind, "content": "Hm.", "speaker_type": kind}
        for number, kind in enumerate(("fin", "user", "bot", "admin", "workflow"))
    ]
    call = call_of(written(tmp_path, "call.json", orjson.dumps(rows)))
    assert [turn.role for turn in call.turns] == ["other", "customer", "other", "agent", "other"]


def test_hubspots_utterances_may_be_called_just_that(tmp_path: Path) -> None:
    rows = [
        {"speaker": {"name": name}, "text": "Hm.", "startTimeMillis": start, "endTimeMillis": None}
        for name, start in (("Ana", "250"), ("Ben", 900))
    ]
    call = call_of(written(tmp_path, "call.json", orjson.dumps({"engagementId": 5, "utterances": rows})))
    assert (call.format, call.call_id) == ("hubspot", "5")
    assert spoken(call) == [("unknown", "Ana", "Hm.", 0.25, None), ("unknown", "Ben", "Hm.", 0.9, None)]


@pytest.mark.parametrize("envelopes", [("resource",), ("object",), ("object", "data", "object")], ids=str)
def test_quos_notice_may_lay_the_transcript_into_envelopes(tmp_path: Path, envelopes: tuple[str, ...]) -> None:
    *outer, innermost = envelopes
    rows = [
        {"userId": "US7", "identifier": None, "content": "Locks.", "start": 0, "end": 1},
        {"userId": None, "identifier": "+1 (555) 015-5555", "content": "Hi.", "start": 1, "end": 2},
        {"userId": None, "identifier": "(555) 015-6666", "content": "Hi too.", "start": 2, "end": 3},
        {"userId": None, "identifier": "Sona", "content": "Bye.", "start": 3, "end": 4},
    ]
    value: dict[str, object] = {"data": {innermost: {"callId": "AC7", "dialogue": rows}}}
    if outer:
        value = {"object": {"object": "event", **value}}
    call = call_of(written(tmp_path, "notice.json", orjson.dumps(value)))
    assert (call.call_id, call.agent.id) == ("AC7", "US7")
    assert [turn.role for turn in call.turns] == ["agent", "customer", "customer", "unknown"]
