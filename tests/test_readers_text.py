"""Plain text: labels with and without times, what stands above the call, what is no transcript."""

from __future__ import annotations

from pathlib import Path

import pytest
from reader_cases import SAMPLES, assert_parts_are_slices, call_of, rejected_of, said, written

from coach.call import Agent
from coach.readers.texts.labels import is_possible, labelled


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("Agent: Hello.\nCaller: My heater: dead.\n", [None, None]),
        ("AGENT : Hello.\n\nCALLER : My heater: dead.\n", [None, None]),
        ("**Agent:** Hello.\n\n**Caller:** My heater: dead.\n", [None, None]),
        ("**Agent**: Hello.\n**Caller**: My heater: dead.\n", [None, None]),
        ("- Agent: Hello.\n- Caller: My heater: dead.\n", [None, None]),
        (">> Agent: Hello.\n>> Caller: My heater: dead.\n", [None, None]),
        ("[Agent]: Hello.\n[Caller]: My heater: dead.\n", [None, None]),
        ("[Agent] Hello.\n[Caller] My heater: dead.\n", [None, None]),
        ("Agent:\nHello.\n\nCaller:\nMy heater: dead.\n", [None, None]),
        ("Agent\nHello.\n\nCaller\nMy heater: dead.\n", [None, None]),
        ("[00:00:01] Agent: Hello.\n[00:00:04] Caller: My heater: dead.\n", [1.0, 4.0]),
        ("(0:01) Agent: Hello.\n(0:04) Caller: My heater: dead.\n", [1.0, 4.0]),
        ("[00:01.000 --> 00:03.000] Agent: Hello.\n[00:04.000 --> 00:05.000] Caller: My heater: dead.\n", [1.0, 4.0]),
        ("00:01 Agent: Hello.\n00:04 Caller: My heater: dead.\n", [1.0, 4.0]),
        ("00:01 - Agent: Hello.\n00:04 - Caller: My heater: dead.\n", [1.0, 4.0]),
        ("0:00:01.5 Agent: Hello.\n1:00:04 Caller: My heater: dead.\n", [1.5, 3604.0]),
        ("[1.5] Agent: Hello.\n[4.25] Caller: My heater: dead.\n", [1.5, 4.25]),
        ("[1.5s] Agent: Hello.\n[4.25s] Caller: My heater: dead.\n", [1.5, 4.25]),
        ("Agent [0:01]: Hello.\nCaller [0:04]: My heater: dead.\n", [1.0, 4.0]),
        ("Agent (0:01): Hello.\nCaller (0:04): My heater: dead.\n", [1.0, 4.0]),
        ("Agent  0:01\nHello.\n\nCaller  0:04\nMy heater:\ndead.\n", [1.0, 4.0]),
        ("Agent (00:01)\nHello.\n\nCaller (00:04)\nMy heater: dead.\n", [1.0, 4.0]),
        ("[0:01] Agent\nHello.\n\n[0:04] Caller\nMy heater: dead.\n", [1.0, 4.0]),
        ("0:01\nAgent: Hello.\n\n0:04\nCaller: My heater: dead.\n", [1.0, 4.0]),
        ("[09:00:01 AM] Agent: Hello.\n[09:00:04 AM] Caller: My heater: dead.\n", [0.0, 3.0]),
    ],
)
def test_layouts(tmp_path: Path, text: str, starts: list[float | None]) -> None:
    call = call_of(written(tmp_path, "a.txt", text))
    assert call.format == "text"
    assert [turn.text for turn in call.turns] == ["Hello.", "My heater: dead."]
    assert [(turn.speaker or "").casefold() for turn in call.turns] == ["agent", "caller"]
    assert [turn.role for turn in call.turns] == ["agent", "customer"]
    assert [turn.start for turn in call.turns] == starts


def test_lines_without_a_label_go_on_with_the_turn(tmp_path: Path) -> None:
    call = call_of(written(tmp_path, "a.txt", "Agent: Well\nNote: it says\n  the   valve is shut\nClient: ok\n"))
    assert said(call) == [("Agent", "Well Note: it says the valve is shut"), ("Client", "ok")]


def test_lines_of_one_speaker_in_a_row_are_one_turn(tmp_path: Path) -> None:
    call = call_of(written(tmp_path, "a.txt", "[0:01] Agent: Hello.\n[0:03] Agent: Who is it?\n[0:05] Guest: Me.\n"))
    assert said(call) == [("Agent", "Hello. Who is it?"), ("Guest", "Me.")]
    assert [part.start for part in call.turns[0].parts] == [1.0, 3.0]
    assert_parts_are_slices(call)


def test_facts_above_the_call_are_no_turns(tmp_path: Path) -> None:
    text = (
        "Call transcript\n===============\nCall ID: v-9\nAgent: Milo Brandt\nAgent ID: 77\nTeam: Water\n"
        "Date: 2 March 2026\nQueue: Leaks\nLanguage: en\n\nAgent: Hello.\nCustomer: Hi.\n"
    )
    call = call_of(written(tmp_path, "a.txt", text))
    assert call.call_id == "v-9"
    assert call.agent == Agent("77", "Milo Brandt", "Water")
    assert (call.started_at, call.language) == ("2026-03-02", "en")
    assert call.metadata["queue"] == "Leaks"
    assert said(call) == [("Agent", "Hello."), ("Customer", "Hi.")]
    assert call.warnings == ()


@pytest.mark.parametrize(
    ("text", "turns", "agent"),
    [
        ("Agent: Hello\nCustomer: Hi\nAgent: Bye\n", 3, None),
        ("Agent: Oh\nCustomer: Hi\n", 2, None),
        ("Agent: Hello\n\nCustomer: Hi\n\nAgent: Bye\n", 3, None),
        ("Agent: Milo\nMilo: Hello\nSpeaker 2: Hi\n", 2, "Milo"),
        ("Agent: Milo\nCustomer: Vera\nSpeaker 1: Hello\nSpeaker 2: Hi\n", 2, "Milo"),
        ("Call ID: 4\nAgent: Milo Brandt\nAgent ID: 7\n\n[0:01] Agent: Hello\n[0:02] Customer: Hi\n", 2, "Milo Brandt"),
        ("Call ID: 4\nAgent: Milo Brandt\n\nAdvisor: Hello\n\nCustomer: Hi\n", 2, "Milo Brandt"),
        ("Call ID: 4\nAgent: Sure\nCustomer: Hi\nAgent: Bye\n", 3, None),
    ],
)
def test_the_first_line_is_the_agents_name_only_where_the_rest_says_so(
    tmp_path: Path, text: str, turns: int, agent: str | None
) -> None:
    call = call_of(written(tmp_path, "a.txt", text))
    assert (len(call.turns), call.agent.name) == (turns, agent)


def test_the_agents_name_above_finds_the_agent_below(tmp_path: Path) -> None:
    call = call_of(written(tmp_path, "a.txt", "Agent: Milo Brandt\nDate: 2026-03-02\n\nMilo: Hello\nVera: Hi\n"))
    assert [turn.role for turn in call.turns] == ["agent", "customer"]


@pytest.mark.parametrize("date", ["03/04/2026", "tomorrow", "2026-13-02"])
def test_a_date_that_is_not_clear_is_not_guessed(tmp_path: Path, date: str) -> None:
    call = call_of(written(tmp_path, "a.txt", f"Date: {date}\n\nAgent: Hello\nCustomer: Hi\n"))
    assert call.started_at is None
    assert any("no clear date" in warning for warning in call.warnings)


def test_lines_before_the_first_speaker_are_named(tmp_path: Path) -> None:
    call = call_of(
        written(tmp_path, "a.txt", "this was taken down by hand,\nso be kind.\nAgent: Hello\nCustomer: Hi\n")
    )
    assert said(call) == [("Agent", "Hello"), ("Customer", "Hi")]
    assert any(warning.startswith("2 lines before the first speaker left out") for warning in call.warnings)


@pytest.mark.parametrize(
    "text",
    [
        "Dear all,\nthis is what happened: nothing.\nRegards\n",
        "just some words\n",
        "https://example.org: a page\nmore\n",
        "Wer,Gesagt,Wann\nB,Guten Morgen,0:01\nA,Hallo,0:04\n",
        "12:30\n",
    ],
)
def test_prose_is_no_transcript(tmp_path: Path, text: str) -> None:
    rejected = rejected_of(written(tmp_path, "a.txt", text))
    assert "no " in rejected.cause
    assert rejected.remedy


@pytest.mark.parametrize(
    "line", ["https://example.org/x", "it is 10:30 now", "so here's the thing: no", "Re: bill", ": x"]
)
def test_what_is_no_label(line: str) -> None:
    assert labelled(line) is None


@pytest.mark.parametrize("name", ["Ana de la Cruz", "O'Neil", "Dr. Voss", "Speaker 1", "Jean-Luc", "李雷", "agent_2"])
def test_what_can_be_a_label(name: str) -> None:
    assert is_possible(name)


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ("otter-txt/otter.txt", [("Alice Chen", 1.0, 0), ("Bob Ferreira", 9.0, 0)]),
        ("text-bracketed-time/bracketed.txt", [("Alice", 1.0, 0), ("Bob", 4.0, 2)]),
    ],
)
def test_real_samples(sample: str, expected: list[tuple[str, float, int]]) -> None:
    if not (SAMPLES / sample).is_file():
        pytest.skip("the format samples are not here")
    call = call_of(SAMPLES / sample)
    assert [(turn.speaker, turn.start, len(turn.parts)) for turn in call.turns] == expected
    assert_parts_are_slices(call)
