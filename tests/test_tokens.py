"""Words become cues: by speaker, broken at the end of a sentence and at a pause."""

from __future__ import annotations

from coach.call import Word
from coach.readers.cues import turns_of
from coach.readers.tokens import Token, cues_of_tokens


def test_a_cue_ends_with_the_speaker_the_sentence_or_a_pause() -> None:
    tokens = [
        Token(0, "Hello", "A", 0.0, 0.4),
        Token(1, ".", None, glued=True),
        Token(2, "My", "A", 0.5, 0.6),
        Token(3, "boiler", "A", 2.0, 2.4),
        Token(4, "Yes", "B", 2.5, 2.7),
    ]
    assert [(cue.number, cue.speaker, cue.text, cue.start, cue.end) for cue in cues_of_tokens(tokens)] == [
        (0, "A", "Hello.", 0.0, 0.4),
        (2, "A", "My", 0.5, 0.6),
        (3, "A", "boiler", 2.0, 2.4),
        (4, "B", "Yes", 2.5, 2.7),
    ]


def test_a_turn_of_several_sentences_leads_back_to_its_first_words() -> None:
    (turn,) = turns_of(
        cues_of_tokens([Token(7, "Hi", "A", 0.0, 0.2), Token(8, "!", "A", glued=True), Token(9, "So", "A")])
    )
    assert turn.text == "Hi! So"
    assert [(part.cue, turn.text[part.begin : part.stop]) for part in turn.parts] == [(7, "Hi!"), (9, "So")]
    assert turn.words == (Word("Hi!", 0.0, 0.2),)


def test_words_without_any_time_give_text_and_no_timed_words() -> None:
    (cue,) = cues_of_tokens([Token(0, "good", None), Token(1, "day", None)])
    assert (cue.text, cue.start, cue.end, cue.words) == ("good day", None, None, ())


def test_a_mark_at_the_very_start_and_empty_tokens_do_no_harm() -> None:
    (cue,) = cues_of_tokens([Token(0, ",", None, glued=True), Token(1, " ", "A"), Token(2, "well", None)])
    assert cue.text == ", well"


def test_nobody_knows_whose_words_stay_apart_from_those_of_the_speaker_before() -> None:
    cues = cues_of_tokens([Token(0, "yes", "A"), Token(1, "no", None)])
    assert [(cue.speaker, cue.text) for cue in cues] == [("A", "yes"), (None, "no")]


def test_words_of_a_script_without_blanks_are_written_without_them() -> None:
    words = ("お", "電話", "ありがとう", "SIM", "カード", "ไม่", "เป็นไร")
    (cue,) = cues_of_tokens(Token(number, word, None) for number, word in enumerate(words))
    assert cue.text == "お電話ありがとう SIM カードไม่เป็นไร"
    (cue,) = cues_of_tokens([Token(0, "네", None), Token(1, "안녕하세요", None)])
    assert cue.text == "네 안녕하세요"
