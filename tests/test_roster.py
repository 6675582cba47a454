"""A roster of the staff: who is on it and speaks is an agent, and what it says of them goes into the call."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from reader_cases import call_of, written

from coach.call import Call
from coach.cli import main
from coach.errors import RuleError
from coach.readers import ReadOptions
from coach.readers.roster_file import load_roster

TABLE = """name,id,team,email,aliases
"Okafor, Inès",a17,Repairs,ines.okafor@northway.example,Ines;Desk 4
Tom Byrne,a18,Billing,,
"""
PEOPLE = [
    {"name": "Inès Okafor", "id": "a17", "team": "Repairs", "email": "ines.okafor@northway.example",
     "aliases": ["Ines", "Desk 4"]},
    {"name": "Tom Byrne", "id": "a18", "team": "Billing"},
]  # fmt: skip
AS_YAML = """- name: Inès Okafor
  id: a17
  team: Repairs
  email: ines.okafor@northway.example
  aliases: Ines; Desk 4
- Tom Byrne
"""


def read_with(folder: Path, text: str, roster: str = TABLE, name: str = "roster.csv") -> Call:
    options = ReadOptions(roster=load_roster(Path(written(folder, name, roster))))
    return call_of(written(folder, "call.txt", text), options)


def refused(folder: Path, roster: str, name: str = "roster.csv") -> str:
    path = Path(written(folder, name, roster))
    with pytest.raises(RuleError) as refusal:
        load_roster(path)
    return str(refusal.value).removeprefix(f"{folder}/").split("\n")[0]


@pytest.mark.parametrize(
    "label",
    [
        "Inès Okafor", "ines okafor", "INES  OKAFOR", "Okafor, Ines", "Ines Okafor (Support)", "Okafor, Ines [Repairs]",
        "Ines", "desk-4", "A17", "ines.okafor@northway.example", "Support (Ines Okafor)", "Ines Okafor | Northway",
        "Ines Okafor - Northway",
    ],
)  # fmt: skip
def test_any_form_of_a_name_is_the_agent_and_the_other_the_customer(tmp_path: Path, label: str) -> None:
    line = {"turns": [{"speaker": label, "text": "Good day."}, {"speaker": "Karl Hale", "text": "Hello."}]}
    options = ReadOptions(roster=load_roster(Path(written(tmp_path, "roster.csv", TABLE))))
    call = call_of(written(tmp_path, "call.json", json.dumps(line)), options)
    assert [turn.role for turn in call.turns] == ["agent", "customer"]
    assert call.roles == ("label", (label,), 1.0)
    assert (call.agent.id, call.agent.team) == ("a17", "Repairs")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("roster.csv", TABLE),
        ("roster.tsv", TABLE.replace('"Okafor, Inès"', "Inès Okafor").replace(",", "\t")),
        ("r.csv", "first,last,id,team\nInès,Okafor,a17,Repairs\nTom,Byrne,a18,Billing\n"),
        ("r.csv", "Employee Number;First name;Surname;Department;Notes\na17;Inès;Okafor;Repairs;x\na18;Tom;Byrne;;\n"),
        ("roster.json", json.dumps(PEOPLE)),
        ("roster.json", json.dumps({"version": 3, "staff": PEOPLE})),
        ("roster.yml", AS_YAML),
        ("roster.yaml", "staff:\n" + AS_YAML),
    ],
)
def test_tables_json_and_yaml_say_the_same(tmp_path: Path, name: str, content: str) -> None:
    call = read_with(tmp_path, "Ines Okafor: Good day.\nKarl Hale: Hello.\n", content, name)
    assert [turn.role for turn in call.turns] == ["agent", "customer"]
    assert (call.agent.id, call.agent.team) == ("a17", "Repairs")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("names.txt", "# the desk\nInes Okafor\nTom Byrne\n"),
        ("names.txt", "Okafor, Ines\nByrne, Tom\n"),
        ("names.json", '["Ines Okafor", "Tom Byrne"]'),
        ("names.yml", "- Ines Okafor\n- Tom Byrne\n"),
    ],
)
def test_a_plain_list_of_names_will_do(tmp_path: Path, name: str, content: str) -> None:
    call = read_with(tmp_path, "Karl Hale: Hello.\nInes Okafor: Good day.\n", content, name)
    assert [turn.role for turn in call.turns] == ["customer", "agent"]
    assert call.agent.id is None
    assert sorted((call.agent.name or "").replace(",", "").split()) == ["Ines", "Okafor"]


def test_two_of_the_staff_are_both_agents_and_who_says_most_is_the_agent(tmp_path: Path) -> None:
    call = read_with(tmp_path, "Ines: Hello.\nKarl Hale: Hi.\nTom Byrne: Now I take over this call.\n")
    assert [turn.role for turn in call.turns] == ["agent", "customer", "agent"]
    assert call.agent == ("a18", "Tom Byrne", "Billing")
    assert (
        "Okafor, Inès and Tom Byrne are on the roster: Tom Byrne says most and is taken for the agent" in call.warnings
    )


def test_several_who_are_not_on_the_roster_are_customers_with_a_doubt(tmp_path: Path) -> None:
    call = read_with(tmp_path, "Ines: Hello.\nKarl Hale: Hi.\nEva Hale: Hello.\n")
    assert [turn.role for turn in call.turns] == ["agent", "customer", "customer"]
    assert call.roles.confidence < 1.0
    assert "not on the roster, so taken for customers: Karl Hale, Eva Hale" in call.warnings


def test_nobody_on_the_roster_changes_nothing(tmp_path: Path) -> None:
    call = read_with(tmp_path, "Speaker 1: Hello.\nSpeaker 2: Hi.\n")
    assert call.roles.how == "unknown"
    assert call.agent == (None, None, None)


def test_what_the_file_says_of_roles_and_agent_stands_and_is_filled_up(tmp_path: Path) -> None:
    options = ReadOptions(roster=load_roster(Path(written(tmp_path, "roster.csv", TABLE))))
    turns = [{"role": "customer", "speaker": "Tom Byrne", "text": "Hi."}, {"role": "agent", "text": "Hello."}]
    value = {"call_id": "1", "agent": {"name": "Ines"}, "turns": turns}
    call = call_of(written(tmp_path, "call.json", json.dumps(value)), options)
    assert [turn.role for turn in call.turns] == ["customer", "agent"]
    assert call.roles.how == "given"
    assert call.agent == ("a17", "Okafor, Inès", "Repairs")


def test_the_agent_is_filled_in_where_the_file_gives_roles_and_labels(tmp_path: Path) -> None:
    options = ReadOptions(roster=load_roster(Path(written(tmp_path, "roster.csv", TABLE))))
    turns = [
        {"role": "customer", "speaker": "Karl", "text": "Hi."},
        {"role": "agent", "speaker": "a18", "text": "Yes."},
    ]
    call = call_of(written(tmp_path, "call.json", json.dumps({"call_id": "1", "turns": turns})), options)
    assert call.agent == ("a18", "Tom Byrne", "Billing")


def test_an_agent_named_by_option_comes_before_the_roster(tmp_path: Path) -> None:
    roster = load_roster(Path(written(tmp_path, "roster.csv", TABLE)))
    path = written(tmp_path, "call.txt", "Ines: Hello.\nTom Byrne: Hi.\n")
    call = call_of(path, ReadOptions(agent_labels=("Tom Byrne",), roster=roster))
    assert [turn.role for turn in call.turns] == ["customer", "agent"]
    assert call.agent.id == "a18"


def test_a_name_of_two_people_is_an_agent_but_not_known_which(tmp_path: Path) -> None:
    call = read_with(tmp_path, "Ana Ruiz: Hello.\nKarl: Hi.\n", "name,id\nAna Ruiz,a1\nAna Ruiz,a2\n")
    assert [turn.role for turn in call.turns] == ["agent", "customer"]
    assert call.agent.id is None
    assert '2 people on the roster are called "Ana Ruiz": it is not known which of them' in call.warnings


def test_a_short_number_as_an_id_is_no_speaker_label(tmp_path: Path) -> None:
    call = read_with(tmp_path, "Speaker 1: Hello.\n1: Hi.\n2: Yes.\n", "name,id\nAna,1\nBo,2\n")
    assert call.roles.how == "unknown"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("r.csv", "name,id\nAna,a1\nBo,a1\n", 'r.csv:3: the id "a1" stands for Ana and for Bo'),
        ("r.csv", "name,id\nAna,a1\n,\n,,\nBo,b2,x,y\n", "r.csv:5: 4 cells under 2 columns"),
        ("r.csv", "name,team\nAna,Gas\n,Gas\n", "r.csv:3: names nobody"),
        ("r.csv", "wer,nr\nAna,1\n", "r.csv:1: no column of the roster is called name, id or email: wer, nr"),
        ("r.csv", "name,id\n", "r.csv: the roster names nobody"),
        ("r.csv", "", "r.csv: is empty"),
        ("r.yml", "# nobody yet\n", "r.yml: is empty"),
        ("r.csv", "speaker,text\nAna,Hello.\n", "r.csv:1: it looks like a transcript"),
        ("r.txt", "Agent: Good day to you.\nCaller: I smell gas here.\n", "r.txt:1: it looks like a transcript"),
        ("r.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n", "r.vtt:1: it looks like a transcript"),
        ("r.json", '{"turns": [{"name": "Ana", "text": "Hi."}]}', "r.json:1:1: it looks like a transcript"),
        ("r.json", '[{"name": "Ana"},\n {"name": ["Bo"]}]', "r.json:2:3: name: a list where a text should be"),
        ("r.json", '[{"name": "Ana"},\n 7]', "r.json:2:2: a number where a person should be"),
        ("r.json", '[{"name": "Ana"},\n {"team": "Gas"}]', "r.json:2:2: names nobody"),
        ("r.json", '[{"name": "Ana"},\n', "r.json:2:1: is not JSON"),
        ("r.json", '{"a": 1}', "r.json:1:1: a roster is a list of people, and not an object"),
        ("r.yml", "- name: Ana\n- team: Gas\n", "r.yml:2:3: names nobody"),
        ("r.yml", "- name: [Ana\n", "r.yml:2:1: is not valid YAML"),
        ("r.yml", "just words\n", "r.yml:1:1: a roster is a list of people, and not a text"),
    ],
)
def test_a_broken_roster_is_refused_with_its_place(tmp_path: Path, name: str, content: str, told: str) -> None:
    assert refused(tmp_path, content, name).startswith(told)


def test_a_table_in_windows_1252_is_read_and_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes("name,id\nInès Müller,a1\n".encode("cp1252"))
    roster = load_roster(path)
    assert roster.called("ines muller")[0].name == "Inès Müller"
    assert roster.notes == ("not written in UTF-8: read as Windows-1252",)


def test_an_alias_or_an_id_given_for_the_agent_is_replaced_by_who_it_stands_for(tmp_path: Path) -> None:
    options = ReadOptions(roster=load_roster(Path(written(tmp_path, "roster.csv", TABLE))))
    turns = [{"role": "customer", "text": "Hi."}, {"role": "agent", "text": "Hello."}]
    for agent in ({"name": "Desk 4"}, {"id": "desk 4"}, {"id": "A17"}, {"id": "A17", "name": "I. O."}):
        value = {"call_id": "1", "agent": agent, "turns": turns}
        call = call_of(written(tmp_path, "call.json", json.dumps(value)), options)
        assert call.agent == ("a17", "Okafor, Inès", "Repairs")
    other = {"call_id": "1", "agent": {"id": "x9", "name": "Tom Byrne", "team": "Gas"}, "turns": turns}
    call = call_of(written(tmp_path, "call.json", json.dumps(other)), options)
    assert call.agent == ("x9", "Tom Byrne", "Gas")


def test_what_is_of_no_use_in_a_roster_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, "r.csv", "Mitarbeiter,idd,id,team\nAna,1,a1,Gas\nBo,2,a2,Gas\n")
    roster = load_roster(Path(path))
    assert roster.notes == (
        "not used: Mitarbeiter, idd (did you mean id?); known: name, id, team, email, aliases",
        "2 of 2 without a name: a1, a2",
    )
    call = written(tmp_path, "a.txt", "a1: Hello.\nKarl: Hi.\n")
    shown = CliRunner().invoke(main, ["inspect", call, "--roster", path])
    assert f"{path}: not used: Mitarbeiter" in shown.stderr


@pytest.mark.parametrize("command", [["inspect"], ["convert", "-o", "-"]])
def test_a_roster_that_names_nobody_in_any_call_is_said_once_at_the_end(tmp_path: Path, command: list[str]) -> None:
    roster = written(tmp_path, "r.csv", TABLE)
    for name in ("a", "b"):
        written(tmp_path, f"calls/{name}.txt", "Eva Hale: Hello.\nKarl: Hi.\n")
    shown = CliRunner().invoke(main, [*command, str(tmp_path / "calls"), "--roster", roster])
    assert shown.stderr.count("--roster names nobody who speaks in any of the 2 calls") == 1
    written(tmp_path, "calls/c.txt", "Tom Byrne: Hello.\nKarl: Hi.\n")
    shown = CliRunner().invoke(main, [*command, str(tmp_path / "calls"), "--roster", roster])
    assert "--roster names nobody" not in shown.stderr


def test_the_command_takes_a_roster(tmp_path: Path) -> None:
    roster, path = written(tmp_path, "r.csv", TABLE), written(tmp_path, "a.txt", "Tom Byrne: Hello.\nKarl: Hi.\n")
    shown = CliRunner().invoke(main, ["inspect", path, "--roster", roster])
    assert 'the agent is "Tom Byrne"' in shown.stdout
    assert "Tom Byrne (a18), Billing" in shown.stdout
    bad = CliRunner().invoke(main, ["inspect", path, "--roster", written(tmp_path, "b.csv", "name,team\n,Gas\n")])
    assert (bad.exit_code, "b.csv:2: names nobody" in bad.stderr) == (2, True)
