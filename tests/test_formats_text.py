"""Text and tables: Otter, Google Meet, Whisper's TSV, caption tables, corpora; and lists of keys, which are none."""

from __future__ import annotations

from pathlib import Path

import pytest
from format_cases import Expected, assert_read_as, own, sample, spoken
from reader_cases import SAMPLES, call_of, rejected_of, said, written

from coach.call import Call
from coach.readers import ReadOptions, read

SHARED = [
    Expected(
        "otter-txt/otter.txt",
        "text",
        2,
        "unknown",
        ("Alice Chen", "Bob Ferreira"),
        ((0, 1.0, None), (1, 9.0, None)),
        ((0, lambda text: " ".join(text.splitlines()[1:3])), (1, lambda text: text.splitlines()[5])),
    ),
    Expected(
        "text-bracketed-time/bracketed.txt",
        "text",
        2,
        "unknown",
        ("Alice", "Bob"),
        ((0, 1.0, None), (1, 4.0, None)),
        ((0, lambda text: text.splitlines()[0].split(": ", 1)[1]),),
    ),
    Expected(
        "caption-csv/caption-n-in-out-text.csv",
        "csv",
        1,
        "unknown",
        (None,),
        ((0, 13.02, 186.09),),
    ),
]


@pytest.mark.parametrize("expected", SHARED, ids=str)
def test_real_samples_are_read_as_counted_by_hand(expected: Expected) -> None:
    assert_read_as(expected, sample(expected.file))


def test_otter_wraps_lines_and_ends_with_a_footer() -> None:
    assert spoken(call_of(own("text/otter-lines.txt"))) == [
        ("unknown", "Ines Tavares", "Bike hire, hello. We are open until six.", 3.0, None),
        ("unknown", "Bram Okoye", "Note: the chain came off. At 10:30.", 9.0, None),
        ("unknown", "Ines Tavares", "Where are you?", 3725.0, None),
    ]


@pytest.mark.parametrize(
    "footer", ["Transcribed by https://otter.ai", "Transcribed by Otter.ai", "Transcript provided by Rev.com"]
)
def test_a_footer_is_no_speech(tmp_path: Path, footer: str) -> None:
    call = call_of(written(tmp_path, "a.txt", f"Ana Ruiz  0:01\nHello.\n\n{footer}\n"))
    assert said(call) == [("Ana Ruiz", "Hello.")]


def test_clock_times_past_noon_and_facts_above() -> None:
    call = call_of(own("text/clock-times.txt"))
    assert spoken(call) == [
        ("agent", "Ines Tavares", "Bike hire, hello.", 0.0, None),
        ("customer", "Bram Okoye", "My chain came off. See https://example.org: page two.", 300.0, None),
    ]
    assert (call.call_id, call.agent.id, call.started_at) == ("bike-12", "118", "2026-03-02")


def test_spans_overlap_and_marks_stay() -> None:
    assert spoken(call_of(own("text/spans.txt"))) == [
        ("agent", "AGENT", "Bike hire.", 1.5, 3.0),
        ("customer", "CUSTOMER", "The chain: it came off. [noise] Card [PII]. and the wheel too", 2.8, 5.25),
        ("agent", "AGENT", "Oh no.", 5.3, 6.0),
    ]


def test_a_google_meet_document_has_notes_above_and_a_notice_below_and_times_alone() -> None:
    call = call_of(own("google-meet-text/document.txt"))
    assert spoken(call) == [
        ("unknown", "Ines Tavares", "Bike hire, hello.", 0.0, None),
        ("unknown", "Bram Okoye", "Hi. My chain came off.", None, None),
        ("unknown", "Ines Tavares", "Mhm.", None, None),
        ("unknown", "Bram Okoye", "Are you still there?", 300.0, None),
    ]
    assert (call.format, call.started_at) == ("google-meet-text", "2026-03-02T09:14+01:00")


def test_google_meet_as_markdown() -> None:
    call = call_of(own("google-meet-text/export.md"))
    assert spoken(call) == [
        ("unknown", "Ines Tavares", "Bike hire, hello.", 0.0, None),
        ("unknown", "Bram Okoye", "My chain came off.", None, None),
        ("unknown", "Ines Tavares", "Where are you?", 190.0, None),
    ]
    assert call.metadata == {"title": "Bike hire"}


def test_whisper_tsv_is_in_milliseconds_and_quotes_are_text() -> None:
    call = call_of(own("whisper-tsv/bike.tsv"))
    (turn,) = call.turns
    assert (turn.text, turn.start, turn.end) == ('Bike hire, hello. My "chain" came off. Oh no.', 0.0, 6.3)
    assert [(part.cue, part.start, part.end) for part in turn.parts] == [
        (0, 0.0, 1.84),
        (1, 1.84, 4.2),
        (3, 5.5, 6.3),
    ]


def test_the_same_header_over_seconds_is_a_table(tmp_path: Path) -> None:
    call = call_of(written(tmp_path, "a.tsv", "start\tend\ttext\n0\t3\thello there\n3\t9\tmy chain came off\n"))
    assert (call.format, call.turns[0].end) == ("csv", 9.0)


def test_caption_tables_have_blanks_in_the_header_and_line_ends_in_cells() -> None:
    (turn,) = call_of(own("csv/captions.csv")).turns
    assert (turn.text, turn.start, turn.end) == ('Bike hire, hello. My chain "came off" today. Oh no.', 1.25, 6.75)
    assert [(part.start, part.end) for part in turn.parts] == [(1.25, 3.5), (3.4, 5.0), (5.1, 6.75)]


def test_rows_of_several_calls_are_parted_by_their_id() -> None:
    first, second = (item for item in read([str(own("csv/spaced.tsv"))]) if isinstance(item, Call))
    assert spoken(first) == [
        ("agent", "AGENT", "Bike hire.", 0.4, 1.2),
        ("customer", "Customer", 'My "chain" came off.', 1.1, 2.6),
    ]
    assert (first.call_id, second.call_id, first.roles.how) == ("b-1", "b-2", "given")


@pytest.mark.parametrize("name", ["Start Timestamp", "time_start", "sentAt"])
def test_more_names_of_starts(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, "a.csv", f"who,text,{name}\nAgent,hello,1\nCaller,hi,2\n")
    assert [turn.start for turn in call_of(path).turns] == [1.0, 2.0]


@pytest.mark.parametrize("name", ["dialogue_id", "Dialog ID", "convo_id"])
def test_more_names_of_calls(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, "a.csv", f"{name},who,text\nd1,Agent,hello\nd2,Caller,hi\n")
    assert [getattr(item, "call_id", "") for item in read([path])] == ["d1", "d2"]


def test_the_switchboard_corpus_without_its_marks() -> None:
    first, second = (item for item in read([str(own("dialogue-acts/switchboard.csv"))]) if isinstance(item, Call))
    assert said(first) == [
        ("A", "Uh, bike hire. What, what do you need?"),
        ("B", "Well, my chain came off, <laughter> today."),
    ]
    assert (first.call_id, said(second)) == ("7001", [("A", "Uh-huh.")])


def test_rows_of_dialogue_acts() -> None:
    assert said(call_of(own("dialogue-acts/rows.txt")))[:2] == [
        ("fe016", "Bike hire, good morning."),
        ("me011", "My chain: it came off."),
    ]


RECORDS = [
    "file: a.vtt\nrepo: x/y\npath: b/c.vtt\ncommit: 1e9dee88\nlicence: MIT\nchanges: none\n\n"
    "file: d.vtt\nrepo: x/z\npath: b/e.vtt\ncommit: 15a680b5\nlicence: MIT\nchanges: none\n",
    "Name: bike-hire\nVersion: 1.2\nHomepage: example.org\nAuthor: Ines\n",
    "Host: example.org\nUser: ines\nPort: 22\n\nHost: other.example.org\nUser: bram\nPort: 2222\n",
    "Colour: red\nSize: large\nWheel: front\n\nColour: blue\nSize: small\nWheel: rear\n",
    "Processor: 0\nModel: 12\nMemory: 640\n",
    "".join(f"Classifier: Kind {n}\n" for n in range(9)) + "License: MIT\nKeywords: bike hire\nPlatform: any one\n"
    "Maintainer: Ines Tavares\nSummary: hire of bikes\n",
    "The bikes are here.\nWe hire them out.\nuse: a bike\nOne more line of words.\nuse: a lock\nAnd another one.\n",
]


@pytest.mark.parametrize("text", RECORDS)
def test_keys_and_values_are_no_conversation(tmp_path: Path, text: str) -> None:
    assert "no transcript in it" in rejected_of(written(tmp_path, "a.txt", text)).cause


@pytest.mark.parametrize(
    "text",
    [
        "Ana: Hello, who is this?\nBob: It's me.\nCara: And me.\n",
        "Ana: hello who is this please\nBob: it is me again\nCara: and me as well\n"
        "Ana: fine so we start\nBob: yes we do\nCara: good to hear\n",
        "Ana: 4471\nBob: ok\nAna: thanks\nBob: bye\n",
        "Agent: file\nCaller: path\nAgent: 12\nCaller: 13\n",
        "[0:01] Ana: a.b\n[0:02] Bob: c.d\n[0:03] Cara: e.f\n",
        "ana: hi\nbob: hi\nana: where\nbob: there\n",
    ],
)
def test_conversations_of_few_words_are_conversations(tmp_path: Path, text: str) -> None:
    assert call_of(written(tmp_path, "a.txt", text)).format == "text"


def test_notes_on_the_samples_are_refused() -> None:
    notes = sorted(SAMPLES.glob("*/SOURCE.txt"))
    if not notes:
        pytest.skip("the shared samples are not here")
    assert {rejected_of(note).cause.split(":")[0] for note in notes} == {"no transcript in it"}


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("12:04 PM Ana: Hello.\n12:05 PM Bob: Hi.\n", [("Ana", "Hello."), ("Bob", "Hi.")]),
        (
            "ANA\nHello.\n\nBOB\nHi.\n\nANA\nBye.\n\nBOB\nBye.\n",
            [("ANA", "Hello."), ("BOB", "Hi."), ("ANA", "Bye."), ("BOB", "Bye.")],
        ),
        (">> ANA: Hello.\n>> BOB: Hi.\n", [("ANA", "Hello."), ("BOB", "Hi.")]),
        ("SPEAKER_00 [00:01]: Hello.\nSPEAKER_01 [00:02]: Hi.\n", [("SPEAKER_00", "Hello."), ("SPEAKER_01", "Hi.")]),
        ("Ana Ruiz (00:01):\nHello.\n\nBob Lee (00:02):\nHi.\n", [("Ana Ruiz", "Hello."), ("Bob Lee", "Hi.")]),
        ("\ufeffAna:\tHello.\r\nBob:\tHi.\r\n", [("Ana", "Hello."), ("Bob", "Hi.")]),
        ("Subject: a call\nAna: Hello.\nBob: Hi.\n", [("Ana", "Hello."), ("Bob", "Hi.")]),
        ("Ana: Hello.\nRe: nothing.\nBob: Hi.\n", [("Ana", "Hello. Re: nothing."), ("Bob", "Hi.")]),
    ],
)
def test_shapes_of_lines(tmp_path: Path, text: str, turns: list[tuple[str, str]]) -> None:
    assert said(call_of(written(tmp_path, "a.txt", text))) == turns


@pytest.mark.parametrize("options", [ReadOptions(columns={"text": "text", "start": "start", "end": "end"})])
def test_named_columns_make_a_table_of_what_would_be_more_exact(options: ReadOptions) -> None:
    assert call_of(own("whisper-tsv/bike.tsv"), options).format == "csv"
