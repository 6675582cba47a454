from __future__ import annotations

import pytest
from small_rules import moment, settled

REPEAT = moment("again", signal="repetition")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("customer: book a table friday\nagent: sorry\ncustomer: a table for friday please", [2]),
        ("customer: book a table friday\nagent: sorry\ncustomer: my dog is ill", []),
        (
            "customer: book a table friday\nagent: we have many tables on that day\ncustomer: book a table friday",
            [],
        ),
        ("customer: book a table\ncustomer: book a table", []),
        ("customer: book a table\nagent: what\nagent: book a table", []),
        ("customer: is it\nagent: what\ncustomer: is it", []),
        ("customer: [name]\nagent: what\ncustomer: [name]", []),
    ],
)
def test_the_signal_of_saying_it_again(lines: str, expected: list[int]) -> None:
    assert [turn for turn, _ in settled([REPEAT], lines).get("again", [])] == expected


def test_a_signal_quotes_the_turn_from_its_first_word_to_its_last() -> None:
    found = settled([REPEAT], "customer: book a table\nagent: sorry?\ncustomer: Book a table, please.")
    assert found["again"] == [(2, "Book a table, please")]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("customer: can i book a taxi to the airport\nagent: a taxi to the airport, when", [1]),
        ("customer: can i book a taxi to the airport\nagent: mm\nagent: taxi to the airport, when", [2]),
        ("customer: can i book a taxi to the airport\nagent: what's your name", []),
        ("customer: can i book a taxi\ncustomer: a taxi i want to book", []),
    ],
)
def test_the_signal_of_saying_back_what_the_other_said(lines: str, expected: list[int]) -> None:
    said_back = REPEAT.model_copy(update={"signal": "restatement"})
    assert [turn for turn, _ in settled([said_back], lines).get("again", [])] == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("customer: i want a red kettle\nagent: sorry a red kettle", [1]),
        ("customer: i want a red kettle\nagent: a red kettle sorry", [1]),
        ("customer: i want a red kettle\nagent: a red kettle", []),
        ("customer: i want a red kettle\nagent: sorry the kettles are gone", []),
        ("customer: four four two\nagent: sorry four two", [1]),
        ("customer: [name] here\nagent: sorry [name]", []),
        ("customer: is that all you can tell me\nagent: that is all i can tell you i am sorry", []),
        ("agent: a red kettle\nagent: sorry a red kettle", []),
    ],
)
def test_the_signal_of_asking_back(lines: str, expected: list[int]) -> None:
    echo = REPEAT.model_copy(update={"signal": "echo"})
    assert [turn for turn, _ in settled([echo], lines).get("again", [])] == expected


@pytest.mark.parametrize(
    ("line", "repairs"),
    [
        ("is it a pink form sorry a blue form", True),
        ("the third no sorry the fourth", True),
        ("double four sorry five", True),
        ("i can not do that i am sorry i can not", False),
        ("we sold the last one sorry", False),
        ("sorry the shop is closed", False),
    ],
)
def test_the_signal_of_putting_a_slip_right(line: str, repairs: bool) -> None:
    repair = REPEAT.model_copy(update={"signal": "repair"})
    assert settled([repair], f"agent: {line}").get("again", []) == ([(0, "sorry")] if repairs else [])


def test_the_signal_of_saying_enough() -> None:
    statement = REPEAT.model_copy(update={"signal": "statement"})
    lines = "customer: hello is that the hat shop\ncustomer: i bought a hat from you and it came without its ribbon"
    assert [turn for turn, _ in settled([statement], lines)["again"]] == [1]


def test_what_every_caller_is_asked_for_is_not_said_back() -> None:
    lines = "customer: i have lost my account number and the card\nagent: have you got your account number"
    assert "again" not in settled([REPEAT.model_copy(update={"signal": "restatement"})], lines)


def test_a_number_is_dictated_whatever_small_words_frame_it() -> None:
    dictation = REPEAT.model_copy(update={"signal": "dictation"})
    lines = "agent: what is the number\ncustomer: yeah it is [number] [number]\nagent: and the time\ncustomer: one day"
    assert [turn for turn, _ in settled([dictation], lines)["again"]] == [1]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("agent: -so that is the old hat\ncustomer: x", [0]),
        ("agent: …the old hat\ncustomer: x", [0]),
        ("agent: ... and the hat\ncustomer: x", [0]),
        ("agent: - hello\ncustomer: x", []),
        ("agent: a well-made hat…\ncustomer: x", []),
        ("agent: —\ncustomer: x", []),
    ],
)
def test_the_signal_of_the_rest_of_a_sentence(lines: str, expected: list[int]) -> None:
    cut_in = REPEAT.model_copy(update={"signal": "cut_in"})
    assert [turn for turn, _ in settled([cut_in], lines).get("again", [])] == expected


@pytest.mark.parametrize(
    ("opening", "named"),
    [
        ("Hats.", "Hats"),
        ("yeah hats good morning", "hats good morning"),
        ("Good morning, hats and caps, Bo", "hats and caps"),
        ("hello what size is it", None),
        ("go ahead caller", None),
        ("[number]", None),
        ("hello", None),
    ],
)
def test_the_signal_of_a_noun_to_open_with(opening: str, named: str | None) -> None:
    desk = REPEAT.model_copy(update={"signal": "nominal_opening"})
    found = settled([desk], f"agent: {opening}\ncustomer: caps").get("again", [])
    assert found == ([(0, named)] if named else [])


QUESTION = moment("asks", signal="question")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("What time do you close? I can come now.", ["What time do you close?"]),
        ("I see. And is it free? And how long?", ["And is it free?", "And how long?"]),
        ("I can come now, thanks.", []),
        ("can you tell me when you close", ["can you tell me when you close"]),
        ("yeah okay what time do you close", ["what time do you close"]),
        ("have a nice day", []),
        ("can you", []),
        ("when i rang last week they said so", []),
        ("Why, that is kind of you.", []),
    ],
)
def test_the_signal_of_a_question(said: str, expected: list[str]) -> None:
    assert [text for _, text in settled([QUESTION], f"customer: {said}").get("asks", [])] == expected


NAMED = moment("named", signal="named_customer")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("customer: Hi, my name is Ola Quist.\nagent: Thank you, Ola.", ["Ola"]),
        ("customer: This is Maria calling.\nagent: Right, Maria.", ["Maria"]),
        ("customer: this is [name] speaking\nagent: okay [name] one moment", ["[name]"]),
        ("agent: Hello Maria.\ncustomer: It's Maria.", []),
        ("customer: It is Salbutamol that I take.\nagent: Salbutamol, right.", []),
        ("customer: It is T F.\nagent: T F, thank you.", []),
        ("customer: my name is not on it\nagent: not on it", []),
        ("agent: My name is Ola.\nagent: Ola again.", []),
    ],
)
def test_the_signal_of_a_name_that_the_customer_gave(lines: str, expected: list[str]) -> None:
    assert [text for _, text in settled([NAMED], lines).get("named", [])] == expected
