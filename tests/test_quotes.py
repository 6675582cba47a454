"""Quotes: marked pieces make up the turn again, and an exchange finds the agent's answer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coach.behaviours import Place
from coach.quotes import (
    LONGEST_QUOTE,
    SENTENCE_WORDS,
    InContext,
    Piece,
    Span,
    TurnRow,
    exchange,
    in_sentence,
    pieces_of,
    quoted,
)
from coach.scored import Evidence

SPANS = st.lists(st.builds(Span, st.integers(-3, 40), st.integers(-3, 40), st.sampled_from("abc")), max_size=6)


def turn(number: int, role: str, text: str) -> TurnRow:
    """Return a turn without times."""
    return TurnRow(number, role, None, text, None, None)


CALL = [
    turn(0, "agent", "Hello?"),
    turn(1, "customer", "My router is broken."),
    turn(2, "customer", "Again."),
    turn(3, "agent", "Account number?"),
    turn(4, "customer", "Four two."),
    turn(5, "agent", "Okay, bye."),
]


@given(st.text(max_size=30), SPANS)
def test_pieces_make_up_the_text_and_carry_the_labels_over_them(text: str, spans: list[Span]) -> None:
    pieces = pieces_of(text, spans)
    assert "".join(piece.text for piece in pieces) == text
    place = 0
    for piece in pieces:
        for offset in range(place, place + len(piece.text)):
            assert set(piece.labels) == {span.label for span in spans if span.start <= offset < span.end}
        place += len(piece.text)


def test_overlapping_marks_are_split_where_they_overlap() -> None:
    assert pieces_of("abcdef", [Span(0, 4, "x"), Span(2, 6, "y")]) == (
        Piece("ab", ("x",)),
        Piece("cd", ("x", "y")),
        Piece("ef", ("y",)),
    )


def test_a_quoted_customer_is_answered_by_the_next_agent_turn() -> None:
    found = exchange(Place("k", (Evidence(1, 3, 19, "router is broken"),), (2, 4)), CALL)
    assert found.occasion is not None
    assert found.occasion.text == "My router is broken."
    assert found.occasion.pieces[1] == Piece("router is broken", ("quote",))
    assert found.answer is not None
    assert found.answer.text == "Account number?"


def test_a_quoted_agent_stands_for_themself() -> None:
    found = exchange(Place("k", (Evidence(5, 0, 4, "Okay"),), (0, 5)), CALL)
    assert found.answer is not None
    assert found.answer.turn == 5
    assert found.occasion is not None
    assert found.occasion.turn == 4


def test_without_a_quote_the_first_or_the_last_searched_agent_turn_is_shown() -> None:
    opening, closing = (exchange(Place("k", (), searched), CALL).answer for searched in ((0, 3), (3, 5)))
    assert opening is not None
    assert closing is not None
    assert (opening.text, closing.text) == ("Hello?", "Okay, bye.")


def test_an_occasion_that_nobody_answered_has_no_answer() -> None:
    assert exchange(Place("k", (Evidence(1, 0, 2, "My"),), None), CALL[:3]).answer is None


@given(st.text("ab ", min_size=300, max_size=900), st.data())
def test_a_long_turn_is_cut_down_around_its_evidence(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 20))
    said = quoted(turn(0, "agent", text), Evidence(0, start, start + 20, text[start : start + 20]))
    assert "".join(piece.text for piece in said.pieces if piece.labels) == text[start : start + 20]
    assert len(said.text) <= LONGEST_QUOTE + len("…  …") + 1


def quote_of(text: str, words: str) -> InContext:
    """Return the first ``words`` in ``text`` as a receipt shows them."""
    start = text.index(words)
    return in_sentence(text, Evidence(0, start, start + len(words), words))


def test_a_quote_of_one_word_stands_in_its_sentence() -> None:
    said = "Good morning. Oh, I'm sorry to hear that your line is down! Which number is it?"
    assert quote_of(said, "sorry") == ("Oh, I'm ", "sorry", " to hear that your line is down!")
    assert quote_of(said, "that your line is down!") == ("Oh, I'm sorry to hear ", "that your line is down!", "")


def test_a_sentence_of_one_word_stands_with_its_neighbours() -> None:
    assert quote_of("That's all done for you. Thanks. Bye.", "Thanks") == (
        "That's all done for you. ",
        "Thanks",
        ". Bye.",
    )


def test_without_full_stops_about_twelve_words_a_side_are_shown() -> None:
    said = " ".join(f"w{n}" for n in range(60))
    found = quote_of(said, "w30")
    assert (found.before[:6], found.after[-6:]) == ("… w19 ", " w41 …")
    assert quote_of(said, "w0 ").after.endswith(" w23 …")


def test_a_quote_that_fills_the_line_shows_that_more_stands_around_it() -> None:
    said = "and " + "word " * SENTENCE_WORDS + "and more"
    assert quote_of(said, ("word " * SENTENCE_WORDS).strip()) == ("… ", ("word " * SENTENCE_WORDS).strip(), " …")


def test_a_quote_that_is_not_in_its_turn_stands_alone() -> None:
    assert in_sentence("Hello", Evidence(0, 0, 3, "Bye")) == ("", "Bye", "")


@given(st.text("ab .?\n", max_size=200), st.data())
def test_the_words_around_a_quote_are_those_of_the_turn(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    before, quote, after = in_sentence(text, Evidence(0, start, end, text[start:end]))
    assert quote == text[start:end]
    assert text[:start].endswith(before.removeprefix("… "))
    assert text[end:].startswith(after.removesuffix(" …"))
    assert len(f"{before}{quote}{after}".split()) <= max(SENTENCE_WORDS, len(quote.split())) + 4
