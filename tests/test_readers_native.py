"""The native form: turns as given, odd values named, broken lines rejected, the rest read."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from coach.call import Agent, Call, Part, Roles, Turn, Word
from coach.readers import ReadOptions, Rejected, read
from coach.readers.stream import HEAD_BYTES

Write = Callable[[str, str | bytes], str]

CALL: dict[str, Any] = {
    "call_id": "n-1",
    "agent": {"id": "a7", "name": "Ines Okafor", "team": "Repairs"},
    "started_at": "2026-03-02T09:14:00Z",
    "customer_type": "external",
    "language": "en",
    "queue": "boilers",
    "turns": [
        {"role": "agent", "text": "Repairs, good morning.", "start": 0.4, "end": 2},
        {"role": "agent", "text": " Are you there?\n", "start": 2.5, "end": 3.0},
        {"role": "customer", "text": "The boiler leaks.", "start": 1.9, "end": 4.1, "extra": [1]},
    ],
}


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, content: str | bytes) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return written


def only_call(path: str, options: ReadOptions | None = None) -> Call:
    (item,) = read([path], options or ReadOptions())
    assert isinstance(item, Call), item
    return item


def only_rejected(path: str, options: ReadOptions | None = None) -> Rejected:
    (item,) = read([path], options or ReadOptions())
    assert isinstance(item, Rejected), item
    return item


def with_turns(*turns: Any) -> str:
    return json.dumps({"call_id": "c", "turns": list(turns)})


def test_a_call_is_read_as_given(write: Write) -> None:
    call = only_call(write("a.json", json.dumps(CALL)))
    assert call.call_id == "n-1"
    assert call.agent == Agent("a7", "Ines Okafor", "Repairs")
    assert (call.started_at, call.customer_type, call.language) == ("2026-03-02T09:14:00Z", "external", "en")
    assert call.metadata == {"queue": "boilers"}
    assert call.roles == Roles("given", ("agent",), 1.0)
    assert call.warnings == ()
    assert call.format == "native"


def test_turns_are_never_merged_moved_or_trimmed(write: Write) -> None:
    call = only_call(write("a.json", json.dumps(CALL)))
    assert call.turns == (
        Turn("agent", "Repairs, good morning.", 0.4, 2.0),
        Turn("agent", " Are you there?\n", 2.5, 3.0),
        Turn("customer", "The boiler leaks.", 1.9, 4.1),
    )


def test_timed_words_are_kept(write: Write) -> None:
    words = [{"text": "Good", "start": 0, "end": 0.5}, {"text": "day", "start": 0.5, "end": 1}]
    call = only_call(write("a.json", with_turns({"role": "agent", "text": "Good day", "words": words})))
    assert call.turns[0].words == (Word("Good", 0.0, 0.5), Word("day", 0.5, 1.0))
    assert "words" not in call.lacks


def test_the_cues_of_a_turn_are_kept(write: Write) -> None:
    parts = [
        {"begin": 0, "stop": 4, "start": 0, "end": 0.5, "cue": 3},
        {"begin": 5, "stop": 8, "start": None, "end": None, "cue": 1},
    ]
    for more in ({}, {"start": "odd"}):  # Also where something else asks for a closer look.
        call = only_call(write("a.json", with_turns({"role": "agent", "text": "Good day", "parts": parts, **more})))
        assert call.turns[0].parts == (Part(3, 0, 4, 0.0, 0.5), Part(1, 5, 8, None, None))


@pytest.mark.parametrize(
    "parts",
    [
        None,
        {},
        "parts",
        [None],
        [[]],
        [{}],
        [{"begin": 0, "stop": 9, "cue": 0}],
        [{"begin": -1, "stop": 4, "cue": 0}],
        [{"begin": 4, "stop": 0, "cue": 0}],
        [{"begin": 0.0, "stop": 4, "cue": 0}],
        [{"begin": 0, "stop": True, "cue": 0}],
        [{"begin": 0, "stop": 4, "cue": -1}],
        [{"begin": 0, "stop": 4, "cue": 0, "start": "1"}],
        [{"begin": 0, "stop": 4, "cue": 0, "start": -1}],
        [{"begin": 0, "stop": 4, "cue": 0, "end": 1e12}],
        [{"begin": 3, "stop": 4, "cue": 0}, {"begin": 0, "stop": 2, "cue": 1}],
    ],
)
def test_cues_that_do_not_go_with_the_text_are_named(write: Write, parts: Any) -> None:
    call = only_call(write("a.json", with_turns({"role": "agent", "text": "Good day", "parts": parts})))
    assert call.turns[0].parts == ()
    assert "turn 0: its parts do not go with its text; read as absent" in call.warnings


@pytest.mark.parametrize("speaker", [{}, {"speaker": "Ines"}, {"speaker": None}])
@pytest.mark.parametrize("start", [1, 1.0, None])
def test_whole_seconds_labels_and_missing_times_make_no_difference_to_the_rest(
    write: Write, speaker: dict[str, Any], start: float | None
) -> None:
    row = {"role": "customer", "text": "Hi", "start": start, "end": None if start is None else 2.5, **speaker}
    call = only_call(write("a.json", with_turns(CALL["turns"][0], row)))
    assert call.turns[1] == Turn("customer", "Hi", start, row["end"], speaker.get("speaker"))
    assert all(time is None or type(time) is float for time in (call.turns[1].start, call.turns[1].end))
    assert len(call.warnings) == 0


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(CALL),
        json.dumps(CALL, indent=2),
        "\n\n  " + json.dumps(CALL) + "\n\n",
        json.dumps([CALL]),
        json.dumps([CALL], indent=1),
        "[\n" + json.dumps(CALL) + "\n]",
        json.dumps(CALL, indent=2).replace("\n", "\r\n"),
    ],
    ids=["one line", "indented", "blank lines", "array", "indented array", "array by line", "CRLF"],
)
def test_json_layouts_make_no_difference(write: Write, content: str) -> None:
    assert only_call(write("a.txt", content)).turns[0].text == "Repairs, good morning."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_encodings_are_told_by_their_marks(write: Write, encoding: str) -> None:
    lines = [
        json.dumps({"call_id": name, "turns": [{"role": "agent", "text": "Café \u2014 très bien"}]}, ensure_ascii=False)
        for name in ("c", "d")
    ]
    calls = list(read([write("a.jsonl", "\n".join(lines).encode(encoding))]))
    assert [call.turns[0].text for call in calls if isinstance(call, Call)] == ["Café \u2014 très bien"] * 2


def test_an_encoding_that_was_guessed_is_named(write: Write) -> None:
    content = (
        b'{"call_id": "c", "turns": [{"role": "agent", "text": "Caf\xe9 \x80 5"}, {"role": "customer", "text": "b"}]}'
    )
    call = only_call(write("a.json", content))
    assert call.turns[0].text == "Café € 5"
    assert call.warnings == ("not written in UTF-8: read as Windows-1252",)


def test_calls_of_json_lines_come_in_order_and_know_their_line(write: Write) -> None:
    lines = "\n".join(json.dumps({**CALL, "call_id": f"c{number}"}) for number in range(5))
    path = write("many.ndjson", lines)
    calls = [item for item in read([path]) if isinstance(item, Call)]
    assert [call.call_id for call in calls] == ["c0", "c1", "c2", "c3", "c4"]
    assert calls[3].source == f"{path}, line 4"


@pytest.mark.parametrize("broken", [0, 1, 2])
def test_a_broken_line_takes_no_other_with_it(write: Write, broken: int) -> None:
    lines = [json.dumps({**CALL, "call_id": f"c{number}"}) for number in range(3)]
    lines[broken] = lines[broken][:40]
    path = write("many.jsonl", "\n".join(lines) + "\n")
    items = list(read([path]))
    assert [isinstance(item, Call) for item in items] == [number != broken for number in range(3)]
    rejected = items[broken]
    assert isinstance(rejected, Rejected)
    assert rejected.source == path
    assert rejected.place.startswith(f"line {broken + 1}, column ")
    assert "not JSON" in rejected.cause
    assert rejected.remedy


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        ('{"call_id": "c", "turns": [', "not JSON"),
        ('{"call_id": NaN, "turns": []}', "not JSON: NaN is no JSON number"),
        ('{"call_id": "c", "turns": [{"start":-Infinity}]}', "not JSON: -Infinity is no JSON number"),
        ("[1, 2, 3]", "a list of 3 whose items are not calls; the first is a number"),
        (
            '{"call_id": "c", "turns": [{"role": "agent", "text": "\\ud800"}]}',
            "not JSON: half a character",
        ),
        ("[" * 5000, "not JSON"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "not JSON: nested too deeply"),
        ('{"call_id": "c", "turns": []}', "no turns"),
        ('{"call_id": "c", "turns": {"role": "agent"}}', '"turns" is an object, not a list'),
        ('{"call_id": "c", "turns": ["hello"]}', "turn 0 is a text"),
        ('{"call_id": "c", "turns": [{"role": "agent", "text": ["hi"]}]}', "the text of turn 0 is a list"),
        ('{"call_id": "c", "turns": [{"role": "agent"}, {"role": "customer"}]}', 'no turn has a "text"'),
        ('{"role": "agent", "text": "hello"}', "a single turn"),
        ('{"status": "done", "id": 4}', 'the keys "status", "id"; it has no "turns"'),
        ("[]", "an empty list"),
        ("{}", "an object without keys"),
        ("", "empty"),
        (" \n \n", "nothing but blanks"),
    ],
)
def test_what_cannot_be_read_says_why(write: Write, content: str, cause: str) -> None:
    rejected = only_rejected(write("a.json", content))
    assert cause in rejected.cause
    assert rejected.remedy


def test_a_value_that_is_no_call_is_rejected_by_its_place_in_an_array(write: Write) -> None:
    items = list(read([write("a.json", json.dumps([CALL, 5, {**CALL, "call_id": "n-2"}]))]))
    assert [type(item) for item in items] == [Call, Rejected, Call]
    assert isinstance(items[1], Rejected)
    assert items[1].place == "item 2"


@pytest.mark.parametrize(
    ("turn", "warning", "read_as"),
    [
        ({"role": "agent", "text": "a", "start": 5, "end": 4}, "ends (4 s) before it starts (5 s)", (5.0, None)),
        ({"role": "agent", "text": "a", "start": -1, "end": 4}, "start -1 is not seconds", (None, None)),
        ({"role": "agent", "text": "a", "start": 1.7e9}, "start 1700000000.0 is not seconds", (None, None)),
        ({"role": "agent", "text": "a", "start": "0:04"}, "start '0:04' is not seconds", (None, None)),
        ({"role": "agent", "text": "a", "start": True}, "start True is not seconds", (None, None)),
        ({"role": "agent", "text": "a", "start": [1]}, "start a list is not seconds", (None, None)),
        ({"role": "agent", "text": "a", "end": 4}, "an end and no start", (None, None)),
    ],
)
def test_times_that_cannot_be_are_absent_and_named(
    write: Write, turn: dict[str, Any], warning: str, read_as: tuple[float | None, float | None]
) -> None:
    call = only_call(write("a.json", with_turns(turn, {"role": "customer", "text": "b"})))
    assert warning in " ".join(call.warnings)
    assert (call.turns[0].start, call.turns[0].end) == read_as


@pytest.mark.parametrize(
    ("turn", "warning", "text"),
    [
        ({"role": "agent", "text": None}, "turn 0 has no text", ""),
        ({"role": "agent"}, "turn 0 has no text", ""),
        ({"role": "agent", "text": 42}, "the number 42", "42"),
    ],
)
def test_a_turn_without_words_keeps_its_number(write: Write, turn: dict[str, Any], warning: str, text: str) -> None:
    call = only_call(write("a.json", with_turns(turn, {"role": "customer", "text": "b"})))
    assert warning in " ".join(call.warnings)
    assert [turn.text for turn in call.turns] == [text, "b"]


def test_a_role_in_other_words_is_read_as_a_label(write: Write) -> None:
    call = only_call(write("a.json", with_turns({"role": "Advisor", "text": "a"}, {"role": "caller", "text": "b"})))
    assert [(turn.role, turn.speaker) for turn in call.turns] == [("agent", "Advisor"), ("customer", "caller")]
    assert call.roles == Roles("label", ("Advisor",), 1.0)


def test_an_unknown_role_word_stays_unknown(write: Write) -> None:
    call = only_call(write("a.json", with_turns({"role": "zig", "text": "a"}, {"role": "zag", "text": "b"})))
    assert [turn.role for turn in call.turns] == ["unknown", "unknown"]
    assert call.roles == Roles()


@pytest.mark.parametrize("value", [None, "", " ", ["x"], {}])
def test_a_missing_call_id_comes_from_the_file_name(write: Write, value: Any) -> None:
    content = json.dumps({**CALL, "call_id": value})
    call = only_call(write("night shift.json", content))
    assert call.call_id == "night shift"
    assert any('called "night shift" after the file' in warning for warning in call.warnings)


def test_calls_without_id_in_one_file_are_counted(write: Write) -> None:
    line = json.dumps({"turns": CALL["turns"]})
    calls = [item for item in read([write("b.jsonl.gz", gzip.compress(f"{line}\n{line}\n".encode()))])]
    assert [call.call_id for call in calls if isinstance(call, Call)] == ["b", "b-2"]


def test_a_number_for_a_call_id_is_read_as_its_digits(write: Write) -> None:
    assert only_call(write("a.json", json.dumps({**CALL, "call_id": 17}))).call_id == "17"


@pytest.mark.parametrize(
    ("key", "value", "warning"),
    [
        ("agent", "a7", '"agent" is the text "a7"'),
        ("agent", 7.5, '"agent" is a number'),
        ("agent", {"id": ["x"]}, "agent id is a list"),
        ("started_at", "last Tuesday", 'started_at "last Tuesday" is no ISO 8601 time'),
        ("started_at", 1700000000, "started_at a number is no ISO 8601 time"),
        ("language", [], "language is a list"),
    ],
)
def test_head_values_of_the_wrong_kind_are_named(write: Write, key: str, value: Any, warning: str) -> None:
    call = only_call(write("a.json", json.dumps({**CALL, key: value})))
    assert warning in " ".join(call.warnings)


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ('{"call_id": "a", "call_id": "b", "turns": [{"role": "agent", "text": "x"}]}', "call_id"),
        ('{"call_id": "a", "turns": [{"role": "agent", "role": "customer", "text": "x"}]}', "role"),
        ('{"call_id": "a", "turns": [{"role": "agent", "text": "x", "text": "y"}]}', "text"),
        ('[{"call_id": "a", "turns": [{"role": "agent", "text": "x", "text": "y"}]}]', "text"),
        (
            '{"call_id": "a", "turns": [{"role": "agent", "text": "x"}], "turns": [{"role": "agent", "text": "y"}]}',
            "turns",
        ),
    ],
)
def test_a_repeated_key_is_named(write: Write, content: str, key: str) -> None:
    call = only_call(write("a.json", content))
    assert any(f'the key "{key}" stands twice' in warning for warning in call.warnings)


def test_the_word_text_in_words_and_metadata_is_no_repeated_key(write: Write) -> None:
    words = [{"text": "text", "start": 0, "end": 1}]
    content = json.dumps(
        {"call_id": "c", "note": {"text": 1}, "turns": [{"role": "agent", "text": "x", "words": words}]}
    )
    assert not [warning for warning in only_call(write("a.json", content)).warnings if "twice" in warning]


def test_a_call_id_that_came_before_is_kept_and_named(write: Write) -> None:
    paths = [write("a.json", json.dumps(CALL)), write("b.json", json.dumps(CALL))]
    first, second = (item for item in read(paths) if isinstance(item, Call))
    assert first.call_id == second.call_id == "n-1"
    assert first.warnings == ()
    assert second.warnings == ('the call id "n-1" came before',)


def test_many_warnings_are_shortened(write: Write) -> None:
    call = only_call(write("a.json", with_turns(*({"role": "agent", "text": "x", "end": 1} for _ in range(30)))))
    assert "and 20 more of this kind" in call.warnings
    assert len(call.warnings) == 12  # ten, the rest, and that nobody but the agent speaks


def test_a_document_too_large_is_refused_before_it_is_taken_in(write: Write) -> None:
    path = write("a.json", json.dumps(CALL, indent=1))
    assert "larger than" in only_rejected(path, ReadOptions(max_bytes=100)).cause


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_a_file_whose_first_line_is_too_long_is_refused_at_once(write: Write, packed: Callable[[bytes], bytes]) -> None:
    long = with_turns(*(CALL["turns"] * 600)).encode()
    limit = ReadOptions(max_bytes=len(long) - 10)
    for content in (long, long + b"\n" + long, json.dumps([CALL] * 1000).encode()):
        assert "--max-bytes" in only_rejected(write("a.json", packed(content)), limit).cause


@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_lines_that_fit_are_read_however_large_the_file(write: Write, packed: Callable[[bytes], bytes]) -> None:
    long = with_turns(*(CALL["turns"] * 600)).encode()
    assert len(long) > 2 * HEAD_BYTES
    items = list(read([write("a.jsonl", packed(b"\n".join([long] * 4)))], ReadOptions(max_bytes=len(long) + 1)))
    assert [type(item) for item in items] == [Call] * 4


def test_of_lines_refused_for_one_reason_the_first_are_shown_and_the_rest_counted(write: Write) -> None:
    items = list(read([write("labels.jsonl", '{"call_id": "c", "labels": {}}\n' * 50 + with_turns(*CALL["turns"]))]))
    assert [type(item) for item in items] == [Rejected, Rejected, Rejected, Call, Rejected]
    assert [item.place for item in items if isinstance(item, Rejected)] == [
        "line 1",
        "line 2",
        "line 3",
        "47 more places",
    ]


def test_a_line_too_long_is_refused_and_the_others_read(write: Write) -> None:
    short = with_turns({"role": "agent", "text": "hi"})
    lines = f"{short}\n{json.dumps(CALL)}\n{short}\n"
    for content in (lines, lines.encode("utf-16")):
        items = list(read([write("a.jsonl", content)], ReadOptions(max_bytes=100)))
        assert [type(item) for item in items] == [Call, Rejected, Call]
