"""CSV and TSV: which column is what, units of time, one call or many in a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from reader_cases import SAMPLES, assert_parts_are_slices, call_of, rejected_of, said, written

from coach.call import Agent, Call, Roles
from coach.readers import ReadOptions, Rejected, read

PLAIN = "speaker,text,start,end\nAgent,Hello there,0.5,1.5\nCaller,Hi,2,2.5\nCaller,you,3,3.5\n"


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        PLAIN.replace(",", "\t"),
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", "|"),
        PLAIN.replace(",", ", "),
        PLAIN.replace("\n", "\r\n"),
        "Speaker Name,Utterance,Start Time (s),End Time (s)\n" + PLAIN.split("\n", 1)[1],
        "who,Content,in,out\n" + PLAIN.split("\n", 1)[1],
        PLAIN.replace("Hello there", '"Hello\nthere"'),
        "\ufeff" + PLAIN,
    ],
)
def test_columns_are_found_by_their_usual_names(tmp_path: Path, text: str) -> None:
    call = call_of(written(tmp_path, "a.csv", text))
    assert call.format == "csv"
    assert said(call) == [("Agent", "Hello there"), ("Caller", "Hi you")]
    assert [(turn.start, turn.end) for turn in call.turns] == [(0.5, 1.5), (2.0, 3.5)]
    assert_parts_are_slices(call)


def test_columns_can_be_named(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "Wer;Was;Wann\nAgent;Guten Tag;0:01\nKundin;Ja;0:04\n")
    assert "Wer, Was, Wann" in rejected_of(path).cause
    assert '--column text="Was"' in rejected_of(path).remedy
    call = call_of(path, ReadOptions(columns={"speaker": "Wer", "text": "was", "start": "Wann"}))
    assert [(turn.role, turn.text, turn.start) for turn in call.turns] == [
        ("agent", "Guten Tag", 1.0),
        ("customer", "Ja", 4.0),
    ]


def test_a_column_that_is_not_there_is_said_with_those_that_are(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", PLAIN)
    rejected = rejected_of(path, ReadOptions(columns={"text": "Words"}))
    assert 'no column "Words"' in rejected.cause
    assert "speaker, text, start, end" in rejected.remedy
    assert 'no column is read for "colour"' in rejected_of(path, ReadOptions(columns={"colour": "text"})).cause


@pytest.mark.parametrize(
    ("header", "first", "second", "starts"),
    [
        ("start_ms", "500", "2000", [0.5, 2.0]),
        ("Start (ms)", "500", "2000", [0.5, 2.0]),
        ("startMs", "500", "2000", [0.5, 2.0]),
        ("start_s", "500", "2000", [500.0, 2000.0]),
        ("start", "0", "600000", [0.0, 600.0]),
        ("start", "00:00:01.5", "1:02", [1.5, 62.0]),
        ("start", "2026-03-02T09:00:01Z", "2026-03-02T09:00:03.5Z", [0.0, 2.5]),
        ("timestamp", "1772442001", "1772442004", [0.0, 3.0]),
        ("timestamp", "1772442001000", "1772442004500", [0.0, 3.5]),
        ("start", "", "2", [None, 2.0]),
        ("start", "soon", "2", [None, 2.0]),
        ("start", "nan", "-2", [None, None]),
    ],
)
def test_units_of_time(tmp_path: Path, header: str, first: str, second: str, starts: list[float | None]) -> None:
    text = f"speaker,text,{header}\nAgent,good morning to you,{first}\nCaller,and to you,{second}\n"
    assert [turn.start for turn in call_of(written(tmp_path, "a.csv", text)).turns] == starts


def test_times_of_a_calendar_tell_when_the_call_was(tmp_path: Path) -> None:
    text = "speaker,text,timestamp\nAgent,hi,2026-03-02T09:00:01Z\nCaller,yes,2026-03-02T09:00:03Z\n"
    assert call_of(written(tmp_path, "a.csv", text)).started_at == "2026-03-02T09:00:01Z"


def test_many_calls_in_one_file_are_told_apart_by_their_id(tmp_path: Path) -> None:
    text = (
        "Call ID,Agent Name,Agent ID,Team,Role,Text\nc1,Milo,7,Water,agent,Hello\nc2,Vera,8,Gas,agent,Welcome\n"
        "c1,Milo,7,Water,customer,Hi\nc2,Vera,8,Gas,customer,Hm\n"
    )
    first, second = (item for item in read([written(tmp_path, "a.csv", text)]) if isinstance(item, Call))
    assert (first.call_id, first.agent, [turn.text for turn in first.turns]) == (
        "c1",
        Agent("7", "Milo", "Water"),
        ["Hello", "Hi"],
    )
    assert (second.call_id, second.agent.name) == ("c2", "Vera")
    assert first.roles == Roles("given", ("agent",), 1.0)


def test_a_row_may_be_a_whole_call(tmp_path: Path) -> None:
    text = 'conversation_id,agent,transcript\nx1,Milo,"Agent: Hello\nCustomer: Hi"\nx2,Vera,"Agent: Oh\nCustomer: Hm"\n'
    calls = [item for item in read([written(tmp_path, "a.csv", text)]) if isinstance(item, Call)]
    assert [(call.call_id, call.agent.name, len(call.turns)) for call in calls] == [
        ("x1", "Milo", 2),
        ("x2", "Vera", 2),
    ]


def test_a_call_without_words_is_rejected_and_the_others_read(tmp_path: Path) -> None:
    text = "call_id,speaker,text\nc1,Agent,Hello\nc2,Agent,\nc3,Agent,Hello\n"
    items = list(read([written(tmp_path, "a.csv", text)]))
    assert [type(item) for item in items] == [Call, Rejected, Call]
    assert isinstance(items[1], Rejected)
    assert items[1].place == "line 3"


def test_a_channel_is_a_label_and_an_option_makes_it_the_agents(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "channel,text\n0,hi\n1,hello\n")
    assert call_of(path).roles.how == "unknown"
    call = call_of(path, ReadOptions(agent_channel="1"))
    assert call.roles == Roles("channel", ("1",), 1.0)
    assert [turn.role for turn in call.turns] == ["customer", "agent"]


def test_text_with_commas_that_nobody_quoted_is_put_together(tmp_path: Path) -> None:
    call = call_of(written(tmp_path, "a.csv", "speaker,text\nAgent,Yes, of course, now\nCaller,ok\n"))
    assert call.turns[0].text == "Yes, of course, now"
    assert "1 row with more cells than the header: the rest is read as part of the text" in call.warnings


def test_from_and_to_with_numbers_are_times(tmp_path: Path) -> None:
    call = call_of(written(tmp_path, "a.csv", "from,to,speaker,text\n1,2,Agent,Hello\n3,4,Caller,Hi\n"))
    assert [(turn.speaker, turn.start, turn.end) for turn in call.turns] == [("Agent", 1.0, 2.0), ("Caller", 3.0, 4.0)]


def test_a_duration_gives_the_end(tmp_path: Path) -> None:
    call = call_of(written(tmp_path, "a.csv", "speaker,text,start,duration\nAgent,Hello,1.1,0.2\nCaller,Hi,3,1\n"))
    assert call.turns[0].end == 1.3


def test_the_real_sample() -> None:
    sample = SAMPLES / "caption-csv" / "caption-n-in-out-text.csv"
    if not sample.is_file():
        pytest.skip("the format samples are not here")
    (turn,) = call_of(sample).turns
    assert (turn.speaker, turn.start, turn.end, len(turn.parts)) == (None, 13.02, 186.09, 46)
    assert (turn.parts[2].start, turn.parts[2].end) == (16.28, 19.58)
    assert "\n" not in turn.text


@pytest.mark.parametrize(("first", "second", "read"), [("2,5", "1,75", "s"), ("2500", "1750", "")])
def test_durations_beside_moments_have_a_unit_of_their_own(tmp_path: Path, first: str, second: str, read: str) -> None:
    text = (
        f"speaker;text;timestamp;duration\nAgent;good morning to you all;1772442001000;{first}\n"
        f"Caller;and a good day to you;1772442004000;{second}\n"
    )
    call = call_of(written(tmp_path, "a.csv", text))
    assert [(turn.start, turn.end) for turn in call.turns] == [(0.0, 2.5), (3.0, 4.75)]
    assert ("durations without a unit: read as s" in call.warnings) is bool(read)


DIALOGUE = ("Agent: Bike hire, hello.", "Customer: Hi, the chain came off.", "Agent: I am sorry.")
DIALOGUE_SAID = [
    ("Agent", "Bike hire, hello."),
    ("Customer", "Hi, the chain came off."),
    ("Agent", "I am sorry."),
]


@pytest.mark.parametrize("mark", ["\n", " ", " | ", " || ", "\\n", "<br>", "<br/>", "\r\n"])
@pytest.mark.parametrize("header", ["call_id,transcript", "call_id,created_at,transcript"])
def test_a_cell_may_hold_a_whole_call_however_its_lines_are_parted(tmp_path: Path, mark: str, header: str) -> None:
    time = "2026-05-11T09:14:00Z," if "created_at" in header else ""
    rows = "".join(f'{name},{time}"{mark.join(DIALOGUE)}"\n' for name in ("c1", "c2"))
    calls = list(read([str(written(tmp_path, "a.csv", f"{header}\n{rows}"))]))
    assert [call.call_id for call in calls if isinstance(call, Call)] == ["c1", "c2"]
    for call in calls:
        assert isinstance(call, Call)
        assert said(call) == DIALOGUE_SAID
        assert call.started_at == (time.strip(",") or None)


@pytest.mark.parametrize(
    "cell",
    [
        '[{""speaker"": ""Agent"", ""text"": ""Hello.""}, {""speaker"": ""Customer"", ""text"": ""Hi.""}]',
        "[{'speaker': 'Agent', 'text': 'Hello.'}, {'speaker': 'Customer', 'text': 'Hi.'}]",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Agent>Hello.</v>\n\n00:02.000 --> 00:03.000\n<v Customer>Hi.</v>\n",
    ],
)
def test_a_cell_may_hold_json_or_captions(tmp_path: Path, cell: str) -> None:
    call = call_of(written(tmp_path, "a.csv", f'call_id,transcript\nc1,"{cell}"\n'))
    assert said(call) == [("Agent", "Hello."), ("Customer", "Hi.")]


def test_among_conversations_a_cell_without_one_is_rejected_with_its_line(tmp_path: Path) -> None:
    lines = "\n".join(DIALOGUE)
    path = written(tmp_path, "a.csv", f'call_id,transcript\nc1,"{lines}"\nc2,\nc3,nothing labelled\nc4,"{lines}"\n')
    items = list(read([str(path)]))
    assert [item.call_id for item in items if isinstance(item, Call)] == ["c1", "c4"]
    assert [item.place for item in items if isinstance(item, Rejected)] == ["line 5", "line 6"]


def test_a_single_column_of_conversations(tmp_path: Path) -> None:
    lines = "\n".join(DIALOGUE)
    items = list(read([str(written(tmp_path, "a.csv", f'transcript\n"{lines}"\n"{lines}"\n'))]))
    assert [said(item) for item in items if isinstance(item, Call)] == [DIALOGUE_SAID] * 2


def test_labels_in_front_of_the_texts_say_who_speaks_where_no_column_does(tmp_path: Path) -> None:
    rows = "".join(f'c1,"{line}"\n' for line in DIALOGUE)
    call = call_of(written(tmp_path, "a.csv", f"call_id,text\n{rows}"))
    assert said(call) == DIALOGUE_SAID
    assert "who speaks is read from the labels in front of the texts" in call.warnings


def test_an_empty_call_id_is_that_of_the_row_above(tmp_path: Path) -> None:
    text = "call_id,speaker,text\nc1,Agent,Hello\n,Caller,Hi\nc2,Agent,Good day\n,Caller,Yes\n"
    calls = [item for item in read([str(written(tmp_path, "a.csv", text))]) if isinstance(item, Call)]
    assert [(call.call_id, said(call)) for call in calls] == [
        ("c1", [("Agent", "Hello"), ("Caller", "Hi")]),
        ("c2", [("Agent", "Good day"), ("Caller", "Yes")]),
    ]
    assert "2 rows without a call id: taken for the call above" in calls[0].warnings


def test_a_header_that_comes_again_is_no_row(tmp_path: Path) -> None:
    call = call_of(written(tmp_path, "a.csv", PLAIN + PLAIN.split("\n", 1)[0] + "\n"))
    assert said(call) == [("Agent", "Hello there"), ("Caller", "Hi you")]


def test_rows_without_times_are_put_in_the_order_that_they_count(tmp_path: Path) -> None:
    text = "turn_number,speaker,text\n10,Caller,Bye\n2,Agent,Sorry\n1,Caller,Hi\n"
    assert said(call_of(written(tmp_path, "a.csv", text))) == [("Caller", "Hi"), ("Agent", "Sorry"), ("Caller", "Bye")]


def test_case_numbers_tell_calls_apart_and_a_timecode_is_a_start(tmp_path: Path) -> None:
    text = "Case Number,From,Timecode,Message\n0061,Agent,0:03,Hello\n0062,Agent,0:04,Hi\n"
    calls = [item for item in read([str(written(tmp_path, "a.csv", text))]) if isinstance(item, Call)]
    assert [(call.call_id, call.turns[0].start) for call in calls] == [("0061", 3.0), ("0062", 4.0)]
