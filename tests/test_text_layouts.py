"""How text is laid out: times and names in any order, Markdown, chats, line numbers, cells, what is no speech."""

from __future__ import annotations

from pathlib import Path

import pytest
from reader_cases import call_of, rejected_of, said, written

from coach.call import Call
from coach.readers import Rejected, read
from coach.readers.texts.stamps import has_unclear_day, seconds_of_stamp

SAID = [
    ("Ines Tavares", "Bike hire, good morning."),
    ("Bram Okoye", "The chain came off. It says: no signal."),
    ("Ines Tavares", "I am sorry."),
]
CLOCKS = ("0:03", "0:07", "1:02:30")
OFFSETS = [3.0, 7.0, 3750.0]
DATES = ("2026-05-11 09:14:03", "2026-05-11 09:14:07", "2026-05-11 09:15:12")
SINCE_FIRST = [0.0, 4.0, 69.0]


def laid_out(form: str, times: tuple[str, ...] = CLOCKS) -> str:
    """Return the conversation with each turn in ``form``."""
    return "".join(
        form.format(name=name, time=time, text=text, number=number)
        for number, ((name, text), time) in enumerate(zip(SAID, times, strict=True), 1)
    )


@pytest.mark.parametrize(
    "form",
    [
        "{name}: [{time}] {text}\n",
        "{name}: ({time})\n{text}\n\n",
        "{name}, {time}\n{text}\n\n",
        "@{time} - {name}\n{text}\n\n",
        "**[{time}] {name}:** {text}\n\n",
        "**{name}** *{time}*\n{text}\n\n",
        "**{name}** `[{time}]`\n\n{text}\n\n",
        "### {name} [{time}]\n{text}\n\n",
        "> **{name}** ({time}): {text}\n",
        "{number}. [{time}] {name}: {text}\n",
        "{time}\t{name}\t{text}\n",
        "{name}\t{time}\t{text}\n",
        "{time} | {name} | {text}\n",
        "[{time}] [{name}] {text}\n",
    ],
)
def test_time_and_name_are_found_in_any_layout(tmp_path: Path, form: str) -> None:
    call = call_of(written(tmp_path, "a.txt", laid_out(form)))
    assert said(call) == SAID
    assert [turn.start for turn in call.turns] == OFFSETS


@pytest.mark.parametrize(
    "form", ["### {name}\n{text}\n\n", "* {name}: {text}\n", "> {name}: {text}\n", "{number}  {name}: {text}\n"]
)
def test_layouts_without_times(tmp_path: Path, form: str) -> None:
    call = call_of(written(tmp_path, "a.md", laid_out(form)))
    assert said(call) == SAID
    assert [turn.start for turn in call.turns] == [None] * 3


@pytest.mark.parametrize(
    "form",
    ["[{time}] {name}: {text}\n", "{time} - {name}: {text}\n", "{name} ({time}): {text}\n", "{name} {time}\n{text}\n"],
)
def test_dates_with_times_are_counted_from_the_first(tmp_path: Path, form: str) -> None:
    call = call_of(written(tmp_path, "a.txt", laid_out(form, DATES)))
    assert said(call) == SAID
    assert [turn.start for turn in call.turns] == SINCE_FIRST
    assert call.started_at == "2026-05-11T09:14:03Z"


def test_of_an_unclear_date_only_the_times_between_are_read(tmp_path: Path) -> None:
    times = ("3/2/2026, 9:14:03 AM", "3/2/2026, 9:14:07 AM", "3/2/2026, 9:15:12 AM")
    call = call_of(written(tmp_path, "a.txt", laid_out("[{time}] {name}: {text}\n", times)))
    assert [turn.start for turn in call.turns] == SINCE_FIRST
    assert call.started_at is None
    assert "the dates are not clear (day or month first?): only the times between them are read" in call.warnings


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-01-01T00:00:10Z", 1767225610.0),
        ("2026-01-01 02:00:10.5+02:00", 1767225610.5),
        ("1/1/2026, 12:00:10 AM", 1767225610.0),
        ("31.12.25 23:59", 1767225540.0),
        ("2026-13-01 00:00", None),
        ("99/99/9999 25:61", None),
        ("0:10", None),
        ("2026-01-01", None),
    ],
)
def test_stamps_are_seconds_since_1970(text: str, seconds: float | None) -> None:
    assert seconds_of_stamp(text) == seconds


def test_a_day_above_twelve_is_clear() -> None:
    assert has_unclear_day("[3/2/2026 9:14] Ines: hello")
    assert not has_unclear_day("[13/2/2026 9:14] Ines: hello")
    assert not has_unclear_day("[2026-02-03 9:14] Ines: hello")
    assert not has_unclear_day("[3/3/2026 9:14] Ines: hello")


def test_a_zoom_chat_names_who_writes_before_the_text(tmp_path: Path) -> None:
    text = (
        "09:14:03 From Ines Tavares to Everyone:\n\tBike hire, good morning.\n"
        "09:14:07\t From  Bram Okoye : Hello\n"
        "09:14:12 From Bram Okoye to Ines Tavares(Direct Message):\n\tHi: it broke.\n"
    )
    call = call_of(written(tmp_path, "chat.txt", text))
    assert said(call) == [("Ines Tavares", "Bike hire, good morning."), ("Bram Okoye", "Hello Hi: it broke.")]


def test_chat_times_in_minutes_and_seconds(tmp_path: Path) -> None:
    text = "( 5s ) Ines T: Good morning.\n( 12s ) Bram: It broke.\n( 1m 12s ) Ines T: Sorry.\n( 1h 2m 3s ) Bram: Bye.\n"
    call = call_of(written(tmp_path, "a.txt", text))
    assert [turn.start for turn in call.turns] == [5.0, 12.0, 72.0, 3723.0]


def test_word_documents_of_teams_begin_with_a_date_that_is_no_speaker(tmp_path: Path) -> None:
    text = (
        "Bike hire-20260511_091400-Meeting Transcript\nMay 11, 2026, 9:14AM\n27m 42s\n\n"
        "Ines Tavares started transcription\n\n"
        "Ines Tavares   0:03\nBike hire, good morning.\n\nBram Okoye   0:07\nIt broke.\nTwice.\n\n"
        "Ines Tavares stopped transcription\n"
    )
    call = call_of(written(tmp_path, "a.txt", text))
    assert said(call) == [("Ines Tavares", "Bike hire, good morning."), ("Bram Okoye", "It broke. Twice.")]


@pytest.mark.parametrize(
    "event",
    ["*** Bram left the chat ***", "--- END OF TRANSCRIPT ---", "[0:20] *** Bram left the chat ***", "End of call"],
)
def test_what_a_program_reports_is_no_speech(tmp_path: Path, event: str) -> None:
    call = call_of(
        written(tmp_path, "a.txt", laid_out("[{time}] {name}: {text}\n", ("0:03", "0:07", "0:12")) + f"{event}\n")
    )
    assert said(call) == SAID


def test_telephone_numbers_are_speakers(tmp_path: Path) -> None:
    text = "+1 415-555-0100: It broke.\nExt. 204: Sorry.\n+1 415-555-0100: Fine.\nExt. 204: Bye.\n"
    call = call_of(written(tmp_path, "a.txt", text))
    assert [turn.speaker for turn in call.turns] == ["+1 415-555-0100", "Ext. 204"] * 2


def test_names_in_brackets_are_speakers_and_sounds_are_not(tmp_path: Path) -> None:
    text = "[Ines] Bike hire.\n[laughter] Yes.\n[Bram Okoye] It broke.\n[Ines] Sorry.\n(pause)\n[Bram Okoye] Fine.\n"
    call = call_of(written(tmp_path, "a.txt", text))
    assert said(call) == [
        ("Ines", "Bike hire. [laughter] Yes."),
        ("Bram Okoye", "It broke."),
        ("Ines", "Sorry. (pause)"),
        ("Bram Okoye", "Fine."),
    ]


def test_hidden_digits_and_stage_directions_stay_as_they_are(tmp_path: Path) -> None:
    text = "Agent: The card ****1234, is it?\nCustomer: *sighs* Yes, **really** yes.\n"
    call = call_of(written(tmp_path, "a.txt", text))
    assert [turn.text for turn in call.turns] == ["The card ****1234, is it?", "*sighs* Yes, really yes."]


def test_where_labels_have_times_a_word_before_a_colon_is_text(tmp_path: Path) -> None:
    text = "Ines Tavares  0:03\nGood morning.\nRules: helmets on.\n\nBram Okoye  0:07\nHi: it broke.\n"
    call = call_of(written(tmp_path, "a.txt", text))
    assert said(call) == [("Ines Tavares", "Good morning. Rules: helmets on."), ("Bram Okoye", "Hi: it broke.")]


@pytest.mark.parametrize(
    "text",
    [
        "[09:14:03] INFO: started worker\n[09:14:04] WARN: slow disk\n[09:14:05] INFO: stopped\n",
        "2026-05-11 09:14:03 INFO bikes: started\n2026-05-11 09:14:04 ERROR bikes: no chain\n",
        "# Changes\n\n## 1.2.0\n\nAdded: a bike.\nFixed: a chain.\n\n## 1.1.0\n\nAdded: a bell.\nFixed: a lamp.\n",
    ],
)
def test_logs_and_lists_of_changes_are_no_conversations(tmp_path: Path, text: str) -> None:
    assert rejected_of(written(tmp_path, "a.txt", text))


@pytest.mark.parametrize(
    "text",
    [
        "Agent: Bike hire. Customer: Hi, it broke: the chain. Agent: Sorry.",
        "[0:01] Agent: Bike hire. [0:04] Customer: Hi, it broke: the chain. [0:09] Agent: Sorry.",
        "Agent: Bike hire. | Customer: Hi, it broke: the chain. | Agent: Sorry.",
    ],
)
def test_a_conversation_on_one_line_is_taken_apart_at_its_labels(tmp_path: Path, text: str) -> None:
    call = call_of(written(tmp_path, "a.txt", text))
    assert said(call) == [("Agent", "Bike hire."), ("Customer", "Hi, it broke: the chain."), ("Agent", "Sorry.")]


def test_on_one_line_without_punctuation_only_words_for_roles_are_labels(tmp_path: Path) -> None:
    call = call_of(written(tmp_path, "a.txt", "agent: bike hire customer: hi the thing is: it broke agent: sorry"))
    assert said(call) == [("agent", "bike hire"), ("customer", "hi the thing is: it broke"), ("agent", "sorry")]


def test_calls_one_after_another_are_told_apart_by_their_ids(tmp_path: Path) -> None:
    text = (
        "Date: 2026-05-11\nCall ID: c1\nAgent: Bike hire.\nCustomer: It broke.\n\n"
        "Date: 2026-05-12\nCall ID: c2\nAgent: Good day.\nCustomer: Hello.\n\nCall ID: c3\nnobody speaks\n"
    )
    items = list(read([str(written(tmp_path, "a.txt", text))]))
    calls = [item for item in items if isinstance(item, Call)]
    assert [(call.call_id, call.started_at, said(call)) for call in calls] == [
        ("c1", "2026-05-11", [("Agent", "Bike hire."), ("Customer", "It broke.")]),
        ("c2", "2026-05-12", [("Agent", "Good day."), ("Customer", "Hello.")]),
    ]
    assert [item.place for item in items if isinstance(item, Rejected)] == ["call 3"]


@pytest.mark.parametrize("title", ["Summary: hire of bikes", "## Summary", "**Action items**", "Sentiment: negative"])
def test_a_summary_below_the_conversation_is_no_speech(tmp_path: Path, title: str) -> None:
    text = (
        f"Ines: Bike hire.\nBram: It broke.\nInes: Sorry.\n\n{title}\nBram called.\nOutcome: new chain\n- send a bill\n"
    )
    call = call_of(written(tmp_path, "a.txt", text))
    assert said(call) == [("Ines", "Bike hire."), ("Bram", "It broke."), ("Ines", "Sorry.")]
    assert any("below the conversation left out" in warning for warning in call.warnings)


def test_a_word_for_notes_within_a_conversation_is_speech(tmp_path: Path) -> None:
    text = "Ines: Bike hire.\nBram: It broke.\n\nNotes: none yet.\n\nInes: Sorry.\n"
    call = call_of(written(tmp_path, "a.txt", text))
    assert [turn.text for turn in call.turns][-1] == "Sorry."
    assert "none yet." in " ".join(turn.text for turn in call.turns)
