"""Tables as programs and people export them: open quotes, lines of title, columns in other languages, two sides."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from reader_cases import call_of, said, written

from coach.call import Call
from coach.cli import main
from coach.readers import ReadOptions, read
from coach.readers.maps.mapping import load_map

OPEN = "line 2: a quote is opened and never closed; the cell is ended at its line"


def calls_of(folder: Path, text: str) -> list[Call]:
    items = list(read([written(folder, "a.csv", text)]))
    assert all(isinstance(item, Call) for item in items), items
    return [item for item in items if isinstance(item, Call)]


@pytest.mark.parametrize(
    "rows",
    [
        'c1,Agent,"Hello, ferry desk.\nc1,Caller,My ticket\nc2,Agent,Hi\n',
        'c1,Agent,"Hello, ferry desk.\nc1,Caller,"My ticket"\nc2,Agent,"Hi"\n',
        '"c1","Agent","Hello, ferry desk.\n"c1","Caller","My ticket"\n"c2","Agent","Hi"\n',
        'c1,Agent,"Hello, ferry desk.\nc1,Caller,My ticket\n\nc2,Agent,Hi"\n',
        'c1,Agent,"Hello, ferry desk.\nc1,Caller,"My\nticket"\nc2,Agent,Hi\n',
    ],
)
def test_a_quote_that_nobody_closed_swallows_no_other_rows(tmp_path: Path, rows: str) -> None:
    first, second = calls_of(tmp_path, f"call id,speaker,text\n{rows}")
    assert said(first) == [("Agent", "Hello, ferry desk."), ("Caller", "My ticket")]
    assert [turn.text.strip('"') for turn in second.turns] == ["Hi"]
    assert OPEN in first.warnings
    assert OPEN not in second.warnings


def test_every_open_quote_is_ended_and_named_by_its_line(tmp_path: Path) -> None:
    text = 'speaker,text\nAgent,"Hello\nCaller,Hi\nAgent,"And\nCaller,"yes,\nno"\n'
    call = call_of(written(tmp_path, "a.csv", text))
    assert said(call) == [("Agent", "Hello"), ("Caller", "Hi"), ("Agent", "And"), ("Caller", "yes, no")]
    assert [warning[:6] for warning in call.warnings if "quote" in warning] == ["line 2", "line 4"]


def test_an_open_quote_in_front_of_other_columns_ends_at_its_line(tmp_path: Path) -> None:
    text = 'speaker,text,start\nAgent,"Hello,0\nCaller,Hi,2\nAgent,"And you?",4\n'
    call = call_of(written(tmp_path, "a.csv", text))
    assert said(call) == [("Agent", "Hello,0"), ("Caller", "Hi"), ("Agent", "And you?")]


@pytest.mark.parametrize(
    ("cell", "rest"),
    [
        ("Hello\nthere", ",0.5,1.5"),
        ("Hello,\nyes, you", ",0.5,1.5"),
        ("One,\ntwo, three\nfour, five", ",0.5,1.5"),
        ('He said\n""no"" and, well', ",0.5,1.5"),
        ("I told them:\nAgent, you are wrong", ""),
    ],
)
def test_cells_of_several_lines_stay_whole(tmp_path: Path, cell: str, rest: str) -> None:
    header = "speaker,text,start,end" if rest else "speaker,text"
    text = f'{header}\nAgent,"{cell}"{rest}\nCaller,Hi{",2,3" if rest else ""}\n'
    call = call_of(written(tmp_path, "a.csv", text))
    assert said(call) == [("Agent", cell.replace("\n", " ").replace('""', '"')), ("Caller", "Hi")]
    assert not any("quote" in warning for warning in call.warnings)


def test_dialogues_in_cells_stay_whole(tmp_path: Path) -> None:
    dialogue = "Agent: Hello, ferry desk\nCaller: Hi, my ticket\nAgent: Oh, no"
    calls = calls_of(tmp_path, f'call id,transcript\nc1,"{dialogue}"\nc2,"{dialogue}"\n')
    assert [len(call.turns) for call in calls] == [3, 3]
    assert all(call.warnings == () for call in calls)


@pytest.mark.parametrize(
    "header",
    [
        "Anruf-ID;Sprecher;Äußerung;Beginn;Ende",
        "Gesprächs-ID;Sprecher;Transkript;Startzeit;Endzeit",
        "ID de llamada;Hablante;Texto;Inicio;Fin",
        "ID appel;Locuteur;Texte;Début;Fin",
        "ID da chamada;Falante;Transcrição;Início;Fim",
        "ID chiamata;Interlocutore;Testo;Inizio;Fine",
        "Gesprek-ID;Spreker;Tekst;Begintijd;Eindtijd",
    ],
)
def test_columns_are_found_by_their_usual_names_in_other_languages(tmp_path: Path, header: str) -> None:
    (call,) = calls_of(tmp_path, f"{header}\nx7;B;Moin.;0,5;1,5\nx7;A;Ahoi.;2;3,25\n")
    assert (call.call_id, said(call)) == ("x7", [("B", "Moin."), ("A", "Ahoi.")])
    assert [(turn.start, turn.end) for turn in call.turns] == [(0.5, 1.5), (2.0, 3.25)]
    assert not any("column" in warning for warning in call.warnings)


def test_the_agent_is_named_in_other_languages_too(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, "Anruf-ID;Mitarbeiter;Rolle;Text\n1;Jörg Hale;agent;Moin.\n1;Jörg Hale;customer;Hm.\n")
    assert (call.agent.name, call.turns[1].role) == ("Jörg Hale", "customer")


def test_columns_that_may_hold_what_is_missing_are_named(tmp_path: Path) -> None:
    text = "Lauf Nr;Wer;Text;Ton\n7;B;Moin.;ruhig\n7;A;Ahoi.;ruhig\n7;B;Was gibt es?;ruhig\n7;A;Regen.;laut\n"
    (call,) = calls_of(tmp_path, text)
    (warning,) = (warning for warning in call.warnings if "column" in warning)
    assert warning == (
        "columns not used: Lauf Nr, Wer, Ton; no column says who speaks: name it with --column speaker=Wer; "
        'if Lauf Nr tells calls apart, say --column call_id="Lauf Nr"'
    )
    named = ReadOptions(columns={"speaker": "Wer", "call_id": "Lauf Nr"})
    assert (call_of(written(tmp_path, "a.csv", text), named).call_id, len(call.turns)) == ("7", 1)


def test_columns_of_no_use_are_passed_over_where_nothing_is_missing(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, "call id,speaker,text,start,score\n1,Agent,Hello,0,5\n1,Caller,Hi,2,5\n")
    assert call.warnings == ()


def test_a_table_of_nothing_but_text_says_that_nobody_is_named(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, "call id,start,text\n1,0,Hello\n1,2,Hi\n")
    assert call.warnings == ("no column says who speaks",)


TABLE = 'call id;speaker;text\nc1;Agent;"Hello; ferry desk"\nc1;Caller;Hi\n'


@pytest.mark.parametrize(
    ("above", "titles"),
    [
        ("sep=;\n", 0),
        ("\ufeffsep=;\n\n", 0),
        ('"sep=;"\r\n', 0),
        ("Calls of March\n", 1),
        ("Calls of March;;\nBy: Bob;;\n\n", 2),
        ("sep=;\nCalls of March\n", 1),
        ("One\nTwo, it is\nThree\n \nFour: text\nFive\n", 5),
    ],
)
def test_what_spreadsheets_and_people_write_above_the_header_is_passed_over(
    tmp_path: Path, above: str, titles: int
) -> None:
    (call,) = calls_of(tmp_path, above + TABLE)
    assert (call.call_id, said(call)) == ("c1", [("Agent", "Hello; ferry desk"), ("Caller", "Hi")])
    told = [f"{titles} line{'s' if titles > 1 else ''} above the header left out"] if titles else []
    assert list(call.warnings) == told


def test_a_map_and_a_first_guess_at_one_pass_over_the_mark_of_a_delimiter(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "sep=;\r\nWer;Was\r\nB;Moin, moin.\r\nA;Ahoi, du.\r\nB;Gut, gut.\r\n")
    result = CliRunner().invoke(main, ["inspect", path, "--suggest-map"])
    assert ("text: Was" in result.stdout, "speaker: Wer" in result.stdout) == (True, True), result.output
    mapping = load_map(Path(written(tmp_path, "a.yml", result.stdout)))
    assert len(call_of(path, ReadOptions(mapping=mapping)).turns) == 3


def test_an_unknown_delimiter_is_read_where_the_file_names_it(tmp_path: Path) -> None:
    (call,) = calls_of(tmp_path, "sep=^\ncall id^speaker^text\nc1^Agent^Hello\nc1^Caller^Hi\n")
    assert said(call) == [("Agent", "Hello"), ("Caller", "Hi")]


def test_lines_are_counted_from_the_top_of_the_file(tmp_path: Path) -> None:
    text = 'sep=,\nCalls\n\nspeaker,text\nAgent,"Hello\nCaller,Hi\n'
    (call,) = calls_of(tmp_path, text)
    assert "line 5: a quote is opened and never closed; the cell is ended at its line" in call.warnings


def test_columns_named_by_the_user_are_found_below_titles(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "Calls of March\nWer;Was\nAgent;Moin.\nKundin;Ahoi.\n")
    assert said(call_of(path, ReadOptions(columns={"speaker": "wer", "text": "was"}))) == [
        ("Agent", "Moin."),
        ("Kundin", "Ahoi."),
    ]


def test_what_either_side_says_in_columns_of_its_own_is_two_speakers(tmp_path: Path) -> None:
    text = "call_id,start,Customer Text,agent_text\nc1,1,My ticket is lost,\nc1,4,Yes,Which one?\nc1,9,,I see\n"
    (call,) = calls_of(tmp_path, text)
    assert [(turn.role, turn.text, turn.start) for turn in call.turns] == [
        ("customer", "My ticket is lost Yes", 1.0),
        ("agent", "Which one? I see", None),
    ]
    assert call.roles.how == "given"
    assert call.warnings == ("Customer Text and agent_text are read as two speakers, in this order in each row",)


def test_one_text_column_counts_before_those_of_the_sides(tmp_path: Path) -> None:
    (call,) = calls_of(
        tmp_path, "call id,role,text,agent text,customer text\n1,agent,Hello,Hello,\n1,customer,Hi,,Hi\n"
    )
    assert [turn.text for turn in call.turns] == ["Hello", "Hi"]
