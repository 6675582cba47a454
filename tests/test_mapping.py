"""A house format read by a map: where things are found, in what unit, and what is said of what is not found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from reader_cases import assert_parts_are_slices, call_of, rejected_of, written

from coach.call import Call, Word
from coach.cli import main
from coach.errors import RuleError
from coach.readers import ReadOptions, Rejected, read
from coach.readers.maps.mapping import TranscriptMap, load_map
from coach.readers.maps.paths import Place, places, value_at

LEGS = {
    "header": {"ref": "K-7", "desk": {"who": "Ines Okafor", "no": "a17"}, "when": "2026-03-02T09:14:00Z"},
    "legs": [
        {
            "party": "R",
            "lines": [
                {"k": "talk", "txt": "Repairs, good morning.", "t": 0, "d": 2100},
                {"k": "note", "txt": "screen opened", "t": 2200, "d": 10},
                {"k": "talk", "txt": "Oh no, I'm sorry.", "t": 4800, "d": 900},
            ],
        },
        {"party": "K", "lines": [{"k": "talk", "txt": "My boiler drips.", "t": 2500, "d": 1500}]},
    ],
}
LEGS_MAP = """
name: acme
turns: legs[].lines[]
turn: {text: txt, speaker: ^.party, start: t, duration: d}
time: ms
where: {k: talk}
roles: {R: agent, K: customer}
call:
  call_id: header.ref
  agent_name: header.desk.who
  agent_id: header.desk.no
  started_at: header.when
  others: {shift: header.shift}
"""


def mapped(folder: Path, text: str) -> ReadOptions:
    return ReadOptions(mapping=load_map(Path(written(folder, "map.yml", text))))


def as_read(folder: Path, value: Any, text: str, name: str = "a.json") -> Call:
    return call_of(written(folder, name, json.dumps(value)), mapped(folder, text))


def all_read(folder: Path, name: str, content: str, text: str) -> list[Call | Rejected]:
    return list(read([written(folder, name, content)], mapped(folder, text)))


def refused(folder: Path, value: Any, text: str) -> Rejected:
    return rejected_of(written(folder, "a.json", json.dumps(value)), mapped(folder, text))


def spoken(call: Call) -> list[tuple[str, str | None, str, float | None, float | None]]:
    return [(turn.role, turn.speaker, turn.text, turn.start, turn.end) for turn in call.turns]


def test_a_list_in_a_list_is_read_in_order_of_time_with_facts_from_elsewhere(tmp_path: Path) -> None:
    call = as_read(tmp_path, LEGS, LEGS_MAP)
    assert (call.call_id, call.agent, call.format) == ("K-7", ("a17", "Ines Okafor", None), "acme")
    assert call.started_at == "2026-03-02T09:14:00Z"
    assert spoken(call) == [
        ("agent", "R", "Repairs, good morning.", 0.0, 2.1),
        ("customer", "K", "My boiler drips.", 2.5, 4.0),
        ("agent", "R", "Oh no, I'm sorry.", 4.8, 5.7),
    ]
    assert call.roles == ("label", ("R",), 1.0)
    shift = '"header.shift", which the map gives for shift, finds nothing: in "header" are: ref, desk, when'
    assert call.warnings == (shift,)


def test_what_a_map_reads_is_never_given_to_another_reader(tmp_path: Path) -> None:
    known = {"call_id": "x", "turns": [{"role": "agent", "text": "no", "said": "yes"}]}
    call = as_read(tmp_path, known, "turns: turns[]\nturn: {text: said, role: role}")
    assert (call.format, call.turns[0].text, call.roles.how) == ("map", "yes", "given")
    assert call.call_id == "a"


def test_captions_and_plain_text_are_read_as_ever(tmp_path: Path) -> None:
    options = mapped(tmp_path, LEGS_MAP)
    assert call_of(written(tmp_path, "a.txt", "Agent: Good day.\nCaller: Hello.\n"), options).format == "text"
    caption = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>Good day.\n"
    assert call_of(written(tmp_path, "a.vtt", caption), options).format == "webvtt"


ROWS = [
    {"conv": "c1", "agent": "Ana", "who": "1", "say": "Good day.", "at": "2026-03-02T09:00:00Z"},
    {"conv": "c2", "agent": "Bo", "who": "1", "say": "Hello.", "at": "2026-03-02T09:00:01Z"},
    {"conv": "c1", "agent": "Ana", "who": "2", "say": "It leaks.", "at": "2026-03-02T09:00:02.5Z"},
    {"conv": "c2", "agent": "Bo", "who": "2", "say": "Hi.", "at": "2026-03-02T09:00:04Z"},
]
ROWS_MAP = """
turn: {text: say, speaker: who, start: at}
time: iso
call: {call_id: conv, agent_name: agent}
roles: {1: agent, 2: customer}
"""


def as_table(rows: list[dict[str, str]], delimiter: str) -> str:
    lines = [delimiter.join(rows[0]), *(delimiter.join(row.values()) for row in rows)]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("a.json", json.dumps(ROWS), "row 2"),
        ("a.jsonl", "\n".join(map(json.dumps, ROWS)), "row 2"),
        ("a.csv", as_table(ROWS, ","), "line 3"),
        ("a.tsv", as_table(ROWS, "\t"), "line 3"),
    ],
)
def test_rows_alone_are_grouped_by_call_id_whatever_the_file(
    tmp_path: Path, name: str, content: str, place: str
) -> None:
    one, two = all_read(tmp_path, name, content, ROWS_MAP)
    assert isinstance(one, Call)
    assert isinstance(two, Call)
    assert (one.call_id, one.agent.name, one.started_at) == ("c1", "Ana", "2026-03-02T09:00:00Z")
    assert (two.call_id, two.agent.name, two.source.split(", ")[-1]) == ("c2", "Bo", place)
    assert spoken(one) == [("agent", "1", "Good day.", 0.0, None), ("customer", "2", "It leaks.", 2.5, None)]
    assert spoken(two) == [("agent", "1", "Hello.", 0.0, None), ("customer", "2", "Hi.", 3.0, None)]


def test_rows_of_several_calls_in_one_list_are_grouped_by_an_id_within_them(tmp_path: Path) -> None:
    text = "turns: data.rows[]\nturn: {text: say, speaker: who}\ncall: {call_id: 'data.rows[].conv', queue: data.q}"
    calls = all_read(tmp_path, "a.json", json.dumps({"data": {"q": "gas", "rows": ROWS}}), text)
    assert [(call.call_id, call.metadata["queue"], len(call.turns)) for call in calls if isinstance(call, Call)] == [
        ("c1", "gas", 2),
        ("c2", "gas", 2),
    ]


CALL = {"id": "x1", "log": [{"by": "agent", "msg": "Hello."}, {"by": "customer", "msg": "Hi."}]}
CALL_MAP = "turns: log[]\nturn: {text: msg, speaker: by}\ncall: {call_id: id}\n"


@pytest.mark.parametrize(
    ("content", "calls"),
    [
        (json.dumps(CALL), ""),
        (json.dumps(CALL, indent=2), ""),
        (json.dumps([CALL]), ""),
        (json.dumps([CALL]), "calls: '[]'\n"),
        (json.dumps(CALL), "calls: '[]'\n"),
        (json.dumps({"data": {"items": [CALL]}}), "calls: data.items[]\n"),
        (json.dumps({"data": json.dumps([CALL])}), "calls: data[]\n"),
        (json.dumps({"by_id": {"x1": CALL}}), "calls: by_id[]\n"),
    ],
)
def test_the_same_call_is_found_in_any_wrapping(tmp_path: Path, content: str, calls: str) -> None:
    (call,) = all_read(tmp_path, "a.json", content, calls + CALL_MAP)
    assert isinstance(call, Call), call
    assert call.call_id == "x1"
    assert spoken(call) == [("agent", "agent", "Hello.", None, None), ("customer", "customer", "Hi.", None, None)]


def test_json_lines_are_a_call_each_and_a_bad_one_takes_nothing_with_it(tmp_path: Path) -> None:
    lines = [json.dumps(CALL), json.dumps({"id": "x2", "logs": []}), json.dumps({**CALL, "id": "x3"})]
    one, bad, three = all_read(tmp_path, "a.jsonl", "\n".join(lines), CALL_MAP)
    assert isinstance(bad, Rejected)
    assert (bad.place, bad.cause) == (
        "line 2",
        '"log[]", which the map gives for turns, finds nothing: there are: id, logs; should it be "logs[]"?',
    )
    assert [call.call_id for call in (one, three) if isinstance(call, Call)] == ["x1", "x3"]


def test_one_bad_call_of_a_list_is_named_and_the_others_read(tmp_path: Path) -> None:
    one, bad, three = all_read(tmp_path, "a.json", json.dumps([CALL, {"id": "x2", "log": []}, CALL]), CALL_MAP)
    assert isinstance(one, Call)
    assert isinstance(three, Call)
    assert bad == Rejected(bad.source, "call 2", "the call has no turns", "Leave out calls in which nobody speaks.")


def test_a_row_may_be_a_list_or_a_text_and_a_turn_may_be_its_words(tmp_path: Path) -> None:
    pairs = as_read(
        tmp_path, {"chat": [["agent", "Hello."], ["client", "Hi."]]}, "turns: chat[]\nturn: {text: 1, speaker: 0}"
    )
    assert [(turn.role, turn.text) for turn in pairs.turns] == [("agent", "Hello."), ("customer", "Hi.")]
    texts = as_read(tmp_path, {"chat": ["Hello.", "Hi."]}, "turns: chat[]\nturn: {text: .}")
    assert texts.turns[0].text == "Hello. Hi."
    tokens = [{"w": "Good", "s": 1000, "e": 1200}, {"w": "day.", "s": 1250, "e": 1500}, {"w": " "}]
    words = as_read(
        tmp_path,
        {"u": [{"s": 1000, "who": "Agent", "tokens": tokens}]},
        "turns: u[]\nturn: {words: 'tokens[]', speaker: who, start: s}\nword: {text: w, start: s, end: e}\ntime: ms",
    )
    assert words.turns[0].text == "Good day."
    assert words.turns[0].words == (Word("Good", 1.0, 1.2), Word("day.", 1.25, 1.5))


@pytest.mark.parametrize("wrap", [lambda row: json.dumps([row]), lambda row: as_table([row], ",")])
def test_a_dialogue_in_one_text_is_read_as_plain_text(tmp_path: Path, wrap: Any) -> None:
    row = {"ref": "d-1", "dialog text": '"Agent: Hello.\nCaller: My tap drips.\n"'}
    if wrap(row).startswith("["):
        row["dialog text"] = row["dialog text"].strip('"')
    options = mapped(tmp_path, "dialogue: dialog text\ncall: {call_id: ref}")
    call = call_of(written(tmp_path, "a.dat", wrap(row)), options)
    assert (call.call_id, call.format) == ("d-1", "map")
    assert [(turn.role, turn.text) for turn in call.turns] == [("agent", "Hello."), ("customer", "My tap drips.")]


@pytest.mark.parametrize(
    ("time", "start", "end"),
    [
        ("s", 1.5, "2.5"),
        ("ms", "1500", 2500),
        ("us", 1_500_000, 2_500_000),
        ("ticks", 15_000_000, 25_000_000),
        ("clock", "0:01.5", "00:00:02,500"),
        ("s", "PT1.5S", "PT2.5S"),
        ("iso", "2026-03-02T09:00:01.5Z", "2026-03-02T09:00:02.5Z"),
        ("iso", "2026-03-02 09:00:01.5", "2026-03-02 09:00:02.5"),
        ("epoch", 1772442001500, 1772442002500),
        ("epoch", "1772442001.5", 1772442002.5),
    ],
)
def test_every_unit_of_time_comes_out_in_seconds(tmp_path: Path, time: str, start: Any, end: Any) -> None:
    first = {"iso": "2026-03-02T09:00:00Z", "epoch": 1772442000}.get(time, 0)
    rows = [{"x": "a", "by": "A", "s": first}, {"x": "b", "by": "B", "s": start, "e": end}]
    call = as_read(tmp_path, {"r": rows}, f"turns: r[]\nturn: {{text: x, speaker: by, start: s, end: e}}\ntime: {time}")
    assert (call.turns[1].start, call.turns[1].end) == (1.5, 2.5)


def test_units_may_differ_and_moments_are_counted_from_the_start_of_the_recording(tmp_path: Path) -> None:
    value = {"began": 1772442000, "r": [{"x": "a b", "at": "2026-03-02T09:00:04Z", "len": 1500}]}
    text = (
        "turns: r[]\nturn: {text: x, start: at, duration: len}\ntime: iso\nunits: {duration: ms}\n"
        "call: {started_at: began}"
    )
    call = as_read(tmp_path, value, text)
    assert (call.started_at, call.turns[0].start, call.turns[0].end) == ("2026-03-02T09:00:00Z", 4.0, 5.5)


def test_without_a_unit_times_are_read_by_their_looks(tmp_path: Path) -> None:
    rows = [{"x": "so many words are said", "s": 1000, "e": 4000}, {"x": "and some more", "s": 900000, "e": 903000}]
    call = as_read(tmp_path, {"r": rows}, "turns: r[]\nturn: {text: x, start: s, end: e}")
    assert call.turns[0].parts[1].start == 900.0
    assert "times without a unit: read as milliseconds" in call.warnings


def test_a_unit_that_cannot_be_is_doubted_and_a_time_that_is_none_is_named(tmp_path: Path) -> None:
    rows = [{"x": "so many words", "s": 0}, {"x": "two more", "s": 7000}, {"x": "oh", "s": "soon"}]
    call = as_read(tmp_path, {"r": rows}, "turns: r[]\nturn: {text: x, start: s}\ntime: s")
    assert '0.1 words a minute cannot be: is "time: s" in the map right? "ms" is likelier' in call.warnings
    assert '1 turn whose start is no time, the first "soon": read as absent' in call.warnings


def test_labels_are_given_sides_by_the_table_and_words_of_a_role_field_without(tmp_path: Path) -> None:
    rows = [
        {"x": "a", "side": "AGENT", "who": "Ana"},
        {"x": "b", "side": "client", "who": "Bo"},
        {"x": "c", "side": "Robot", "who": "R2"},
        {"x": "d", "side": None, "who": "unknown"},
    ]
    text = "turns: r[]\nturn: {text: x, role: side, speaker: who}\nroles: {robot: other}"
    call = as_read(tmp_path, {"r": rows}, text)
    assert [(turn.role, turn.speaker) for turn in call.turns] == [
        ("agent", "Ana"),
        ("customer", "Bo"),
        ("other", "R2"),
        ("unknown", None),
    ]
    assert call.roles.how == "given"


def test_rows_are_left_out_by_skip_and_by_where_but_keep_their_numbers(tmp_path: Path) -> None:
    rows = [{"x": "a", "final": False}, {"x": "b", "final": True}, {"x": "c", "final": True}, {"x": "d", "final": "x"}]
    call = as_read(
        tmp_path, {"r": rows}, "turns: r[]\nturn: {text: x}\nwhere: {final: [true, false]}\nskip: {final: false}"
    )
    assert call.turns[0].text == "b c"
    assert [part.cue for part in call.turns[0].parts] == [1, 2]
    assert_parts_are_slices(call)
    nothing = refused(tmp_path, {"r": rows}, "turns: r[]\nturn: {text: x}\nwhere: {final: maybe}")
    assert nothing.cause == (
        'the call has no turns: where and skip of the map leave none of 4 turns; "final" is: false, true, x'
    )


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (
            "turns: legs[].line[]\nturn: {text: txt}",
            '"legs[].line[]", which the map gives for turns, finds nothing: in "legs[]" are: party, lines; should it be'
            ' "legs[].lines[]"?',
        ),
        (
            "turns: legs.lines[]\nturn: {text: txt}",
            '"legs.lines[]", which the map gives for turns, finds nothing: "legs" is a list; should it be'
            ' "legs[].lines[]"?',
        ),
        (
            "turns: header[].x[]\nturn: {text: txt}",
            '"header[].x[]", which the map gives for turns, finds nothing: "header[]" is a text',
        ),
        (
            "turns: legs[].party[]\nturn: {text: txt}",
            '"legs[].party[]", which the map gives for turns, finds nothing: "party" in "legs[]" is a text, not a list',
        ),
        (
            "turns: legs[].lines[]\nturn: {text: text}",
            '"text", which the map gives for turn: text, finds nothing: there are: k, txt, t, d; should it be "txt"?',
        ),
        (
            "turns: legs[].lines[]\nturn: {text: txt, speaker: party}",
            '"party", which the map gives for turn: speaker, finds nothing: there are: k, txt, t, d',
        ),
        (
            "calls: data[]\nturns: x[]\nturn: {text: txt}",
            '"data[]", which the map gives for calls, finds nothing: there are: header, legs',
        ),
        ("dialogue: talk\n", '"talk", which the map gives for dialogue, finds nothing: there are: header, legs'),
    ],
)
def test_a_path_that_finds_nothing_is_named_with_what_is_there(tmp_path: Path, text: str, cause: str) -> None:
    assert refused(tmp_path, LEGS, text).cause == cause


def test_a_column_that_is_not_there_is_named_with_the_columns(tmp_path: Path) -> None:
    (bad,) = all_read(tmp_path, "a.csv", "Who,Said\nA,hello there\nB,hi\n", "turn: {text: Say, speaker: Who}")
    assert isinstance(bad, Rejected)
    assert bad.cause == (
        '"Say", which the map gives for turn: text, finds nothing: there are: Who, Said; should it be "Said"?'
    )
    (bad,) = all_read(tmp_path, "a.csv", "Who;Said\nA;hello there\nB;hi\n", "turn: {text: x, speaker: y}")
    assert isinstance(bad, Rejected)
    assert bad.cause.startswith('"x", which the map gives for turn: text, finds nothing: there are: Who, Said')


def test_a_table_without_a_header_is_given_its_columns_by_the_map(tmp_path: Path) -> None:
    text = "columns: [at, who, said]\nturn: {text: said, speaker: who, start: at}\ntime: clock\n"
    (call,) = all_read(tmp_path, "a.csv", "0:01,Agent,Hello.\n0:03,Caller,Hi.\n", text)
    assert isinstance(call, Call)
    assert spoken(call) == [("agent", "Agent", "Hello.", 1.0, None), ("customer", "Caller", "Hi.", 3.0, None)]


def test_keys_with_dots_and_blanks_are_found_as_written(tmp_path: Path) -> None:
    rows = [{"Agent.Name": "Ana", "Said what": "Hello.", "Who": "agent"}]
    call = as_read(tmp_path, rows, "turn: {text: Said what, speaker: Who}\ncall: {agent_name: Agent.Name}")
    assert (call.agent.name, call.turns[0].text) == ("Ana", "Hello.")


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a.b", [1]),
        ("a.x|b", [1]),
        ("l[]", [{"k": 1}, {"k": None}, 3]),
        ("l[].k", [1, None]),
        ("l.0.k", [1]),
        ("m[][]", [1, 2, 3]),
        ("o[]", [5, 6]),
        ("json.k", [7]),
        ("z", []),
        ("l.9", []),
        (".", [None]),
        ("^.x", []),
    ],
)
def test_paths(path: str, found: list[Any]) -> None:
    value = {
        "a": {"b": 1, "x": None},
        "l": [{"k": 1}, {"k": None}, 3],
        "m": [[1, 2], [3]],
        "o": {"p": 5, "q": 6},
        "json": '{"k": 7}',
    }
    met = [place.value for place in places(Place(value), path)]
    assert met == ([value] if path == "." else found)


def test_a_path_goes_out_to_the_object_around() -> None:
    whole = Place({"id": 1, "legs": [{"party": "R", "lines": [{"t": 1}]}]})
    (line,) = places(whole, "legs[].lines[]")
    assert [value_at(line, path) for path in ("t", "^.party", "^.^.id", "^.^.^.id")] == [1, "R", 1, None]


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("turn:\n  txt: t\n", "2:3", "unknown key 'txt'\n  Did you mean 'text'?"),
        ("turn: {text: t}\nroles:\n  A: boss\n", "3:3", "roles.A: 'boss' is no side: write agent, customer or other"),
        ("turn: {text: t}\ntime: minutes\n", "2:1", "time: 'minutes' is no unit of time: write one of s, ms, us"),
        ("turns: a[]\n", "1:1", "does not say where the words are"),
        ("turn:\n  text: a..b\n", "2:3", "turn.text: 'a..b' is no path"),
        ("turn:\n  text: [a]\n", "2:3", "turn.text: should be text"),
        ("turn: [\n", "2:1", "is not valid YAML"),
        ("turn: {text: t, start: s}\nunits: {start: hours}\n", "2:9", "units.start: 'hours' is no unit of time"),
        ("- a\n", "1:1", "is not a list of 'key: value' lines"),
    ],
)
def test_a_wrong_map_is_refused_with_line_and_column(tmp_path: Path, text: str, where: str, what: str) -> None:
    path = Path(written(tmp_path, "map.yml", text))
    with pytest.raises(RuleError) as refusal:
        load_map(path)
    assert str(refusal.value).startswith(f"{path}:{where}: ")
    assert what in str(refusal.value)


def test_values_of_yaml_may_be_written_without_quotes(tmp_path: Path) -> None:
    path = written(
        tmp_path, "map.yml", "turn: {text: 1}\nroles:\n  1: Agent\n  no: customer\nwhere: {final: true}\ncall:\n"
    )
    mapping = load_map(Path(path))
    assert isinstance(mapping, TranscriptMap)
    assert (mapping.turn.text, mapping.roles) == ("1", {"1": "agent", "no": "customer"})
    assert mapping.where == {"final": ("true",)}


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, [[]], [None], {"legs": 1}, {"legs": [1, None, {"lines": 3}]}])
def test_whatever_the_json_holds_the_map_never_breaks(tmp_path: Path, value: Any) -> None:
    for text in (LEGS_MAP, ROWS_MAP, CALL_MAP, "dialogue: a.b\n", "calls: a[]\nturns: legs[]\nturn: {text: x}\n"):
        for item in all_read(tmp_path, "a.json", json.dumps(value), text):
            assert isinstance(item, Rejected)


def test_the_command_takes_a_map_and_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    path, text = written(tmp_path, "a.json", json.dumps(LEGS)), written(tmp_path, "m.yml", LEGS_MAP)
    shown = CliRunner().invoke(main, ["inspect", path, "--map", text, "--json"])
    assert json.loads(shown.stdout)["format"] == "acme"
    both = CliRunner().invoke(main, ["inspect", path, "--map", text, "--column", "text=x"])
    assert (both.exit_code, "put the columns into the map" in both.stderr) == (2, True)
    bad = CliRunner().invoke(main, ["inspect", path, "--map", written(tmp_path, "b.yml", "turn:\n  txt: t\n")])
    assert bad.exit_code == 2
    assert "b.yml:2:3: unknown key 'txt'" in bad.stderr
    assert CliRunner().invoke(main, ["inspect", path, "--map", "nowhere.yml"]).exit_code == 2


SPOKEN = [
    ("A", "Good morning, gas desk, how can I help you today?", 0.5, 4.0),
    ("B", "I smell gas in the hall and I do not know what to do.", 5.0, 5.25),
    ("A", "Please open the windows and go outside, we send somebody now.", 11.0, 4.5),
]
BEGAN = 1772442000


@pytest.mark.parametrize(("per_second", "unit"), [(1, "s"), (1000, "ms"), (1_000_000, "us")])
@pytest.mark.parametrize("name", ["a.json", "a.csv"])
def test_durations_beside_dates_are_read_in_the_unit_in_which_people_talk(
    tmp_path: Path, per_second: int, unit: str, name: str
) -> None:
    rows = [
        {"w": who, "x": text, "s": int((BEGAN + start) * 1000), "d": lasts * per_second}
        for who, text, start, lasts in SPOKEN
    ]
    content = as_table([{key: f'"{value}"' for key, value in row.items()} for row in rows], ",")
    text = "turn: {text: x, speaker: w, start: s, duration: d}\ntime: epoch\n"
    (call,) = all_read(tmp_path, name, content if name == "a.csv" else json.dumps(rows), text)
    assert isinstance(call, Call)
    assert [turn.end for turn in call.turns] == [4.0, 9.75, 15.0]
    assert (f"durations without a unit: read as {unit}" in call.warnings) is (unit != "s")


def test_a_unit_of_durations_that_cannot_be_is_doubted_and_the_likely_one_named(tmp_path: Path) -> None:
    rows = [{"w": who, "x": text, "s": BEGAN + start, "d": lasts * 1000} for who, text, start, lasts in SPOKEN]
    text = "turn: {text: x, speaker: w, start: s, duration: d}\ntime: epoch\nunits: {duration: s}\n"
    call = as_read(tmp_path, rows, text)
    told = (
        'turns that last 4500 s cannot be: is the unit of "duration" in the map, s, right? "duration: ms" is likelier'
    )
    assert told in call.warnings
    assert call.turns[0].end == 4000.0


def test_decimal_commas_are_times(tmp_path: Path) -> None:
    table = "w;x;s;d\nA;Good day to you.;0,5;1,25\nB;Hello there.;2,75;1\n"
    (call,) = all_read(tmp_path, "a.csv", table, "turn: {text: x, speaker: w, start: s, duration: d}\ntime: s")
    assert isinstance(call, Call)
    assert [(turn.start, turn.end) for turn in call.turns] == [(0.5, 1.75), (2.75, 3.75)]


@pytest.mark.parametrize(
    ("time", "start", "told"),
    [
        ("s", (BEGAN * 1000, 2000), 'are read as absent: is "time: s" in the map right? "epoch" is likelier'),
        ("ms", (0, 0.5), 'is "time: ms" in the map right? "s" is likelier'),
        ("epoch", (0, 10000), 'is "time: epoch" in the map right? "ms" is likelier'),
    ],
)  # fmt: skip
def test_a_wrong_unit_of_time_is_said_once_with_the_likely_one(
    tmp_path: Path, time: str, start: tuple[float, float], told: str
) -> None:
    rows = [{"w": "AB"[n % 2], "x": "as many words as people say", "s": start[0] + n * start[1]} for n in range(20)]
    call = as_read(tmp_path, rows, f"turn: {{text: x, speaker: w, start: s}}\ntime: {time}")
    about = [warning for warning in call.warnings if "no call id" not in warning and "counted from" not in warning]
    assert len(about) == 1, about
    assert about[0].endswith(told)


def test_dates_under_a_unit_of_numbers_are_named_as_such(tmp_path: Path) -> None:
    rows = [{"w": "A", "x": "hello", "s": "2026-03-02T09:00:00Z"}, {"w": "B", "x": "hi", "s": "2026-03-02T09:00:02Z"}]
    call = as_read(tmp_path, rows, "turn: {text: x, speaker: w, start: s}\ntime: ms")
    assert call.warnings[0].endswith(': read as absent; is "time: ms" in the map right? "iso" is likelier')


def several(ids: list[str]) -> dict[str, Any]:
    lines = [{"w": "A", "x": "Good day."}, {"w": "B", "x": "Hello."}]
    return {"rows": [{"m": {"id": ref, "desk": f"desk {ref}"}, "log": lines} for ref in ids], "desks": ["x", "y"]}


def test_a_call_id_with_several_values_parts_the_turns_into_calls(tmp_path: Path) -> None:
    text = "turns: rows[].log[]\nturn: {text: x, speaker: w}\ncall: {call_id: 'rows[].m.id', queue: 'rows[].m.desk'}\n"
    calls = all_read(tmp_path, "a.json", json.dumps(several(["c1", "c2", "c1"])), text)
    assert [(call.call_id, call.metadata["queue"], len(call.turns)) for call in calls if isinstance(call, Call)] == [
        ("c1", "desk c1", 4),
        ("c2", "desk c2", 2),
    ]
    assert not [warning for call in calls if isinstance(call, Call) for warning in call.warnings if "finds" in warning]


def test_a_fact_with_several_values_in_a_call_is_said(tmp_path: Path) -> None:
    text = "turns: rows[].log[]\nturn: {text: x, speaker: w}\ncall: {agent_name: 'desks[]', call_id: 'desks[]'}\n"
    call = as_read(tmp_path, several(["c1", "c2"]), text)
    assert '"desks[]", which the map gives for agent_name, has several values in this call, the first taken: x, y' in (
        call.warnings
    )
    assert '"desks[]", which the map gives for call_id, has 2 values in one call, the first taken' in call.warnings
    by_row = [{"c": "1", "a": "Ana", "x": "Hi."}, {"c": "1", "a": "Bo", "x": "Ho."}]
    call = as_read(tmp_path, by_row, "turn: {text: x}\ncall: {call_id: c, agent_name: a}")
    assert any("has several values in this call, the first taken: Ana, Bo" in warning for warning in call.warnings)


EVENTS = {"log": [
    {"kind": "talk", "leg": "L1", "ch": 0, "asr": {"best": "Good day.", "conf": 0.9}, "dur": 2000, "n": [1]},
    {"kind": "screenpop", "leg": "SYS", "ch": 2, "asr": {"best": "Screen opened.", "conf": 1}, "dur": 10, "n": [1]},
    {"kind": "talk", "leg": "EXT", "ch": 1, "asr": {"best": "Hello there.", "conf": 0.9}, "dur": 1500, "n": [1]},
]}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (
            "turns: log[]\nturn: {text: asr.best}\nwhere: {knd: talk}",
            '"knd", which the map gives for where, finds nothing: there are: kind, leg, ch, asr, dur, n; should it be'
            ' "kind"?',
        ),
        (
            "turns: log[]\nturn: {text: asr.best}\nwhere: {kind: utt}",
            'the call has no turns: where and skip of the map leave none of 3 turns; "kind" is: talk, screenpop',
        ),
        (
            "turns: log[]\nturn: {text: asr}",
            '"asr", which the map gives for turn: text, is an object with best, conf: name one of them: asr.best',
        ),
        (
            "turns: log[]\nturn: {text: asr.best, speaker: n}",
            '"n", which the map gives for turn: speaker, is a list, not a text',
        ),
        ("turns: log\nturn: {text: asr.best}", '"log", which the map gives for turns, is a list: write log[]'),
        (
            "calls: log\nturns: asr[]\nturn: {text: best}",
            '"log", which the map gives for calls, is a list: write log[]',
        ),
        (
            "turns: log[]\nturn: {text: dur}",
            '"dur", which the map gives for turn: text, holds numbers and no words, the first 2000',
        ),
        (
            "turns: log[]\nturn: {words: n}",
            '"n", which the map gives for turn: words, is a list: write n[]',
        ),
    ],
)
def test_a_path_that_finds_the_wrong_kind_of_thing_is_named_with_what_it_is(
    tmp_path: Path, text: str, cause: str
) -> None:
    assert refused(tmp_path, EVENTS, text).cause == cause


def test_labels_of_a_map_that_nobody_has_are_said_with_those_there_are(tmp_path: Path) -> None:
    start = "turns: log[]\nturn: {text: asr.best, speaker: leg}\nwhere: {kind: talk}\nroles: "
    call = as_read(tmp_path, EVENTS, start + "{A: agent}")
    assert 'the map\'s roles name "A", and nobody is called so; the speakers are: L1, EXT' in call.warnings
    call = as_read(tmp_path, EVENTS, start + "{L1: agent, EXT: customer, IVR: other}")
    assert not [warning for warning in call.warnings if "nobody is called so" in warning]


def test_a_channel_is_a_label(tmp_path: Path) -> None:
    text = "turns: log[]\nturn: {text: asr.best, channel: ch}\nwhere: {kind: talk}\nroles: {0: agent, 1: customer}"
    call = as_read(tmp_path, EVENTS, text)
    assert [(turn.role, turn.speaker) for turn in call.turns] == [("agent", "0"), ("customer", "1")]


def test_columns_are_said_to_be_of_no_use_for_json(tmp_path: Path) -> None:
    call = as_read(tmp_path, EVENTS, "columns: [a, b]\nturns: log[]\nturn: {text: asr.best}\nskip: {knd: x}")
    assert call.warnings[0].endswith("not used for JSON")
    assert '"knd", which the map gives for skip, finds nothing' in call.warnings[1]


@pytest.mark.parametrize("text", ["", " \n", "# only a comment\n\n"])
def test_an_empty_map_is_called_so(tmp_path: Path, text: str) -> None:
    with pytest.raises(RuleError, match="is empty"):
        load_map(Path(written(tmp_path, "map.yml", text)))


def test_a_file_that_the_map_does_not_fit_is_said_to_need_a_run_without_it(tmp_path: Path) -> None:
    assert "a file of another format is read in a run without it" in refused(tmp_path, EVENTS, LEGS_MAP).remedy
