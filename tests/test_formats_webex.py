"""Webex Contact Center: a vCon of messages, and the older list of what was recognised."""

from __future__ import annotations

from format_cases import own, spoken
from reader_cases import call_of


def test_messages_are_those_of_their_first_party_and_a_bot_is_no_agent() -> None:
    call = call_of(own("webex-contact-center/messages.json"))
    assert spoken(call) == [
        ("other", "Tide bot", "Which boat is it about?", 0.0, None),
        ("customer", "User", "The blue one leaks.", 4.5, None),
        ("agent", "Ora Nils", "Boat yard, Ora speaking.", 19.0, 21.5),
    ]
    assert (call.started_at, tuple(call.agent)) == ("2026-03-02T09:14:01.000Z", (None, "Ora Nils", None))


def test_of_the_older_form_the_best_guess_of_final_results_is_read() -> None:
    call = call_of(own("webex-contact-center/older.json"))
    assert spoken(call) == [
        ("agent", "AGENT", "Boat yard, hello.", 0.5, 2.0),
        ("customer", "CALLER", "My mast broke.", None, None),
    ]
    assert call.turns[0].words == (("Boat", 0.5, 0.9), ("yard,", 0.9, 1.3), ("hello.", 1.5, 2.0))
    assert (call.call_id, call.language) == ("task-8", "en-US")
    assert call.warnings == ("1 result left out: not final",)
