"""A first guess at a map: what it finds in house formats, and that it can be used at once."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from format_cases import OWN
from reader_cases import written

from coach.call import Call
from coach.cli import main
from coach.readers import ReadOptions, read
from coach.readers.maps.mapping import load_map

DESK = {
    "export": {"id": "K-7", "agent": {"name": "Ines Okafor", "id": "a17"}, "started_at": "2026-03-02T09:14:00Z"},
    "tags": ["repair", "urgent"],
    "summary": [{"para": "The customer reported a dripping boiler and the agent booked a visit for Tuesday."}],
    "legs": [
        {"party": "R", "lines": [{"txt": "Repairs, good morning.", "t": 0, "d": 2100},
                                 {"txt": "Oh no, I'm sorry to hear that.", "t": 4800, "d": 1700}]},
        {"party": "K", "lines": [{"txt": "My boiler drips all over the floor.", "t": 2500, "d": 2000}]},
    ],
}  # fmt: skip
TABLE = """Vorgang;Wer;Gesagt;Wann
17;B;Guten Morgen, Kundendienst.;00:01
17;A;Mein Boiler tropft.;00:04
17;B;Das tut mir leid.;00:07
18;B;Guten Tag.;00:01
18;A;Hallo, hier ist Hale.;00:03
"""
LINES = [
    {"call_id": f"c{number}", "messages": [
        {"from": "u_9", "body": "Good day, how can I help you?", "ts": 1772442840000 + number * 100_000},
        {"from": "c_3", "body": "My card was swallowed.", "ts": 1772442843500 + number * 100_000},
        {"from": "u_9", "body": "I see.", "ts": 1772442846000 + number * 100_000}]}
    for number in range(3)
]  # fmt: skip


def suggest(folder: Path, name: str, content: str) -> tuple[str, str, str]:
    """Return the map for a file, what was said besides, and the file's path."""
    path = written(folder, name, content)
    result = CliRunner().invoke(main, ["inspect", path, "--suggest-map"])
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr, path


def read_back(folder: Path, text: str, path: str) -> list[Call]:
    items = list(read([path], ReadOptions(mapping=load_map(Path(written(folder, "made.yml", text))))))
    assert all(isinstance(item, Call) for item in items), items
    return [item for item in items if isinstance(item, Call)]


def spoken(call: Call) -> list[tuple[str | None, str, float | None, float | None]]:
    return [(turn.speaker, turn.text, turn.start, turn.end) for turn in call.turns]


def test_nested_lists_are_found_with_speaker_around_times_unit_and_facts(tmp_path: Path) -> None:
    text, said, path = suggest(tmp_path, "desk.json", json.dumps(DESK))
    assert (
        text
        == """\
# A first guess at where desk.json keeps what is said. Look at what it finds with
#   coach inspect desk.json --map THIS-FILE.yml
# and mend what is wrong; docs/my-format.md says what may stand here.
name: my-format    # what reports call the format

turns: legs[].lines[]    # 3 in this file
turn:
  text: txt
  speaker: "^.party"
  start: t
  duration: d
time: ms    # s, ms, us, ticks, clock (0:04), iso (dates) or epoch (since 1970)
roles:    # agent, customer or other; take the # away from a line once you know
  # R: ?    # 2 turns, "Oh no, I'm sorry to hear that."
  # K: ?    # 1 turn, "My boiler drips all over the floor."
call:
  agent_id: export.agent.id
  agent_name: export.agent.name
  started_at: export.started_at
  # not found: call_id
  # there is also: export.id
"""
    )
    assert said == ""
    (call,) = read_back(tmp_path, text.replace("# R: ?", "R: agent").replace("# K: ?", "K: customer"), path)
    assert call.agent == ("a17", "Ines Okafor", None)
    assert [turn.role for turn in call.turns] == ["agent", "customer", "agent"]
    assert spoken(call) == [
        ("R", "Repairs, good morning.", 0.0, 2.1),
        ("K", "My boiler drips all over the floor.", 2.5, 4.5),
        ("R", "Oh no, I'm sorry to hear that.", 4.8, 6.5),
    ]


def test_a_table_with_foreign_headers_is_told_by_its_cells(tmp_path: Path) -> None:
    text, _, path = suggest(tmp_path, "anrufe.csv", TABLE)
    assert "  text: Gesagt\n" in text
    assert "  speaker: Wer\n" in text
    assert "  start: Wann\ntime: clock" in text
    assert "  call_id: Vorgang\n" in text
    one, two = read_back(tmp_path, text, path)
    assert (one.call_id, two.call_id) == ("17", "18")
    assert spoken(one)[0] == ("B", "Guten Morgen, Kundendienst.", 1.0, None)


def test_lines_that_are_calls_are_told_from_lines_that_are_turns(tmp_path: Path) -> None:
    text, _, path = suggest(tmp_path, "chats.jsonl", "\n".join(map(json.dumps, LINES)))
    assert "turns: messages[]" in text
    assert "time: epoch" in text
    assert "  call_id: call_id\n" in text
    calls = read_back(tmp_path, text, path)
    assert [call.call_id for call in calls] == ["c0", "c1", "c2"]
    assert spoken(calls[0]) == [
        ("u_9", "Good day, how can I help you?", 0.0, None),
        ("c_3", "My card was swallowed.", 3.5, None),
        ("u_9", "I see.", 6.0, None),
    ]
    rows = [{"conversation_id": line["call_id"], **message} for line in LINES for message in line["messages"]]
    for name, content in (("rows.jsonl", "\n".join(map(json.dumps, rows))), ("rows.json", json.dumps(rows))):
        text, _, path = suggest(tmp_path, name, content)
        assert "turns:" not in text
        assert "  call_id: conversation_id\n" in text
        assert [spoken(call) for call in read_back(tmp_path, text, path)] == [spoken(call) for call in calls]


@pytest.mark.parametrize(
    ("value", "calls"),
    [
        ({"data": {"conversations": LINES}}, "calls: data.conversations[]"),
        (LINES, 'calls: "[]"'),
        ({line["call_id"]: line for line in LINES}, 'calls: "[]"'),
    ],
)
def test_lists_of_calls_are_told_from_lists_in_a_call(tmp_path: Path, value: Any, calls: str) -> None:
    text, _, path = suggest(tmp_path, "a.json", json.dumps(value))
    assert f"{calls}\nturns: messages[]" in text
    assert [call.call_id for call in read_back(tmp_path, text, path)] == ["c0", "c1", "c2"]


@pytest.mark.parametrize(
    ("rows", "unit"),
    [
        ([0.0, 2.5, 6.0], "s"),
        ([0, 2500, 6000], "ms"),
        ([0, 2_500_000, 6_000_000], "us"),
        ([0, 25_000_000, 60_000_000], "ticks"),
        (["0:00", "0:02.5", "0:06"], "clock"),
        (["PT0S", "PT2.5S", "PT6S"], "s"),
        (["2026-03-02T09:00:00Z", "2026-03-02T09:00:02.500Z", "2026-03-02T09:00:06Z"], "iso"),
        ([1772442840, 1772442842.5, 1772442846], "epoch"),
        ([1772442840000000, 1772442842500000, 1772442846000000], "epoch"),
    ],
)
def test_the_unit_of_time_is_told_by_the_pace_of_the_talk(tmp_path: Path, rows: list[Any], unit: str) -> None:
    texts = ["Good day, how can I help you?", "Hello, my parcel has not come.", "Let me have a look at that."]
    value = [
        {"p": "AB"[i % 2], "said": text, "when": row} for i, (text, row) in enumerate(zip(texts, rows, strict=True))
    ]
    text, _, path = suggest(tmp_path, "a.json", json.dumps(value))
    assert f"time: {unit} " in text
    (call,) = read_back(tmp_path, text, path)
    assert [turn.start for turn in call.turns] == [0.0, 2.5, 6.0]


def test_a_unit_in_a_name_counts_and_units_may_differ(tmp_path: Path) -> None:
    rows = [
        {"speaker": "A", "text": "Good day to you.", "start_time": "2026-03-02T09:00:00Z", "duration_ms": 1500},
        {"speaker": "B", "text": "My parcel is late.", "start_time": "2026-03-02T09:00:02Z", "duration_ms": 1000},
    ]
    text, _, path = suggest(tmp_path, "a.json", json.dumps({"r": rows}))
    assert "time: iso" in text
    assert "units:\n  duration: ms\n" in text
    (call,) = read_back(tmp_path, text, path)
    assert (call.turns[0].end, call.turns[1].end) == (1.5, 3.0)


def test_known_words_for_roles_stand_as_they_are_and_kinds_of_rows_are_offered(tmp_path: Path) -> None:
    rows = [
        {"type": "speech", "who": "Advisor", "say": "Good day, gas desk."},
        {"type": "event", "who": "System", "say": "The call is being recorded."},
        {"type": "speech", "who": "Caller", "say": "I smell gas in the hall."},
        {"type": "speech", "who": "Advisor", "say": "Please go outside."},
    ]
    text, _, path = suggest(tmp_path, "a.json", json.dumps({"log": rows}))
    assert "  Advisor: agent    # 2 turns" in text
    assert "# where:    # only turns with these values; type is: speech (3), event (1)\n#   type: speech\n" in text
    used = text.replace("# where:", "where:").replace("#   type", "  type")
    (call,) = read_back(tmp_path, used, path)
    assert [turn.role for turn in call.turns] == ["agent", "customer", "agent"]


def test_partial_results_are_skipped(tmp_path: Path) -> None:
    rows = [
        {"is_final": False, "spk": 0, "txt": "good"},
        {"is_final": True, "spk": 0, "txt": "good day to you"},
        {"is_final": True, "spk": 1, "txt": "hello there my friend"},
    ]
    text, _, path = suggest(tmp_path, "a.json", json.dumps({"log": rows}))
    assert "skip:\n  is_final: false\n" in text
    (call,) = read_back(tmp_path, text, path)
    assert [turn.text for turn in call.turns] == ["good day to you", "hello there my friend"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", json.dumps({"ref": "d1", "body": {"dialog": "Agent: Hello.\nCaller: My tap drips."}})),
        ("a.jsonl", json.dumps({"ref": "d1", "dialog": "Agent: Hello.\nCaller: My tap drips."})),
        ("a.csv", 'ref,dialog\nd1,"Agent: Hello.\nCaller: My tap drips."\n'),
        ("a.json", json.dumps({"calls": [{"dialog": "Agent: Hello.\nCaller: My tap drips."}]})),
    ],
)
def test_a_dialogue_in_one_text_is_found(tmp_path: Path, name: str, content: str) -> None:
    text, _, path = suggest(tmp_path, name, content)
    assert "dialogue: " in text
    (call,) = read_back(tmp_path, text, path)
    assert [(turn.role, turn.text) for turn in call.turns] == [("agent", "Hello."), ("customer", "My tap drips.")]


def test_odd_keys_are_written_so_that_yaml_reads_them_back(tmp_path: Path) -> None:
    rows = [{"No": "no", "Said: text": "Good day to you.", "a.b": 1.5}, {"No": "1", "Said: text": "Hello.", "a.b": 3}]
    text, _, path = suggest(tmp_path, "a.json", json.dumps({"yes": rows}))
    assert "turns: yes[]" in text or 'turns: "yes[]"' in text
    (call,) = read_back(tmp_path, text, path)
    assert spoken(call)[0][1] in ("Good day to you.", "Good day to you. Hello.")


def test_a_file_that_is_read_without_a_map_is_named_and_mapped_all_the_same(tmp_path: Path) -> None:
    turns = [{"role": "agent", "text": "Good day."}, {"role": "customer", "text": "Hello, I have a question."}]
    text, said, path = suggest(tmp_path, "a.json", json.dumps({"call_id": "n1", "turns": turns}))
    assert said == f"{path} is read without a map, as native.\n"
    (call,) = read_back(tmp_path, text, path)
    assert (call.call_id, call.roles.how, len(call.turns)) == ("n1", "given", 2)


@pytest.mark.parametrize(
    "file",
    [
        "aircall/piano.json",
        "assemblyai/utterances.json",
        "csv/spaced.tsv",
        "elevenlabs/conversation.json",
        "google-ccai-insights/from-zero.json",
        "google-meet-api/entries.json",
        "hubspot/created.json",
        "intercom/labels-only.json",
        "json-rows/two-calls.json",
        "podcast-json/sentences.json",
        "quo/transcript.json",
        "retell/call.json",
        "ringcentral-ringsense/webhook.json",
        "taskmaster-utterances/ferry.json",
        "whisperx/diarized.json",
    ],
)
def test_a_guess_reads_known_formats_as_their_own_readers_do(tmp_path: Path, file: str) -> None:
    path = OWN / file
    own = [call for call in read([str(path)]) if isinstance(call, Call)]
    text, _, copy = suggest(tmp_path, path.name, path.read_text("utf-8"))
    mapped = read_back(tmp_path, text, copy)
    for mine, theirs in zip(own, mapped, strict=True):
        assert [(turn.text, turn.start) for turn in mine.turns] == [(turn.text, turn.start) for turn in theirs.turns]


@pytest.mark.parametrize("path", sorted(OWN.glob("*/*.*s*")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_guess_at_any_sample_is_a_map_that_can_be_used(tmp_path: Path, path: Path) -> None:
    result = CliRunner().invoke(main, ["inspect", str(path), "--suggest-map"])
    if result.exit_code:
        assert result.exit_code == 2
        assert "defect" not in result.output
        return
    mapping = load_map(Path(written(tmp_path, "made.yml", result.stdout)))
    assert any(isinstance(item, Call) for item in read([str(path)], ReadOptions(mapping=mapping)))


@pytest.mark.parametrize(
    "content", ["{}", "[]", "7", '{"a": [1, 2]}', '{"a": [{"b": null}]}', "[[[]]]", "just words\n"]
)
def test_where_nothing_looks_like_turns_that_is_said(tmp_path: Path, content: str) -> None:
    result = CliRunner().invoke(main, ["inspect", written(tmp_path, "a.json", content), "--suggest-map"])
    assert result.exit_code == 2
    assert "nothing in it looks like turns" in result.stderr or "no transcript in it" in result.stderr


def test_one_file_at_a_time(tmp_path: Path) -> None:
    written(tmp_path, "f/a.json", "{}")
    written(tmp_path, "f/b.json", "{}")
    result = CliRunner().invoke(main, ["inspect", str(tmp_path / "f"), "--suggest-map"])
    assert (result.exit_code, "Name one file" in result.stderr) == (2, True)


@pytest.mark.parametrize(("per_second", "unit"), [(1, "s"), (1000, "ms")])
@pytest.mark.parametrize("calls", [1, 4])
def test_the_unit_of_durations_is_told_by_itself_and_always_written_beside_dates(
    tmp_path: Path, per_second: int, unit: str, calls: int
) -> None:
    texts = ["Good day, how can I help you?", "Hello, my parcel has not come.", "Let me have a look at that."]
    logs: list[dict[str, Any]] = [
        {"conversation_id": f"c{k}", "log": [
            {"p": "AB"[i % 2], "said": text, "at": 1772442840000 + k * 3_600_000 + i * 3000, "len": 2 * per_second}
            for i, text in enumerate(texts)]}
        for k in range(calls)
    ]  # fmt: skip
    table = "p;said;at;len;id\n" + "".join(
        f"{row['p']};{row['said']};{row['at']};{row['len']:.2f};{log['conversation_id']}\n".replace(".00", ",0")
        for log in logs
        for row in log["log"]
    )
    for name, content in (("a.json", json.dumps({"calls": logs})), ("a.csv", table)):
        text, _, path = suggest(tmp_path, name, content)
        assert f"units:\n  duration: {unit}\n" in text
        if name == "a.json":
            for call in read_back(tmp_path, text, path):
                assert [(turn.start, turn.end) for turn in call.turns] == [(0.0, 2.0), (3.0, 5.0), (6.0, 8.0)]


def test_a_list_whose_items_are_talks_of_several_people_is_the_list_of_calls(tmp_path: Path) -> None:
    rows = [
        {"meta": {"uid": f"LK/{k}", "t0": 1772442840 + k * 3600, "grp": "Repairs"},
         "stream": {"events": [{"p": "L1", "said": "Good day, how can I help you?"},
                               {"p": "EXT", "said": "My parcel has not come."}, {"p": "L1", "said": "I see."}]}}
        for k in range(3)
    ]  # fmt: skip
    text, _, path = suggest(tmp_path, "a.json", json.dumps({"exportVersion": 3, "rows": rows}))
    assert "calls: rows[]\nturns: stream.events[]" in text
    assert "  # there is also: meta.uid, meta.t0, meta.grp\n" in text
    assert [len(call.turns) for call in read_back(tmp_path, text, path)] == [3, 3, 3]


def test_a_column_that_stays_the_same_is_the_call_and_one_that_alternates_the_speaker(tmp_path: Path) -> None:
    lines = ["vid,ep,len,wer,was,desk"]
    for k in range(3):
        for n, text in enumerate(
            ("Good day from the gas desk.", "I smell gas.", "Please go outside now.", "I will do so.")
        ):
            lines.append(f"c/{k},{1772442840000 + k * 3_600_000 + n * 3000},2000,{'RK'[n % 2]},{text},{'44'[k % 2]}")
    text, _, path = suggest(tmp_path, "a.csv", "\n".join(lines) + "\n")
    assert "  speaker: wer\n" in text
    assert "  call_id: vid\n" in text
    assert "  # there is also: desk\n" in text
    assert [call.call_id for call in read_back(tmp_path, text, path)] == ["c/0", "c/1", "c/2"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.txt", "Agent: Good day, gas desk, hello.\nCaller: Hello, I smell gas.\n", "plain text with speaker labels"),
        ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>Good day, all.\n", "WebVTT captions"),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nGood day.\n", "SRT captions"),
        ("a.txt", "Dear all, this is a letter.\nIt says nothing, or little, of use.\n", "no transcript in it"),
    ],
)
def test_no_map_is_made_of_what_is_no_json_and_no_table(tmp_path: Path, name: str, content: str, told: str) -> None:
    result = CliRunner().invoke(main, ["inspect", written(tmp_path, name, content), "--suggest-map"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


@pytest.mark.parametrize(
    ("member", "told"), [("a.png", "the archive holds no transcripts"), ("a.json", "it is an archive")]
)
def test_no_map_is_made_of_an_archive(tmp_path: Path, member: str, told: str) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, json.dumps({"call_id": "1", "turns": [{"role": "agent", "text": "Hello."}]}))
    result = CliRunner().invoke(main, ["inspect", str(path), "--suggest-map"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
