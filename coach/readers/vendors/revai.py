"""Rev AI transcripts: monologues whose elements are words, and marks that hold the blanks between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from coach.readers.cues import Cue, counted
from coach.readers.fields import Row, facts, label_at, rows_at, span_at, text_at
from coach.readers.heard import Heard
from coach.readers.signature import Signature
from coach.readers.tokens import Token, cues_of_tokens
from coach.readers.vendor import Context, Shape


def heard(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the one call: the elements of all monologues, put together to sentences."""
    told: list[str] = []
    names = {label_at(row, "id"): label_at(row, "name") for _, row in rows_at(value, "speakers", told)}
    cues = []
    first = 0
    for _, monologue in rows_at(value, "monologues", told):
        elements = rows_at(monologue, "elements", told)
        label = label_at(monologue, "speaker")
        named = label_at(monologue, "speaker_info.display_name") or names.get(label) or label
        cues += cues_of_tokens(_tokens(elements, named, first))
        first += len(elements)
    yield Heard(cues, facts(language=text_at(value, "language")), {}, told, what="element")


def heard_live(value: Any, context: Context) -> Iterator[Heard]:
    """Yield the call whose messages stand in the list ``value``; partial ones say the same before and less well."""
    told: list[str] = []
    messages = rows_at(value, "", told)
    partial = sum(text_at(row, "type") == "partial" for _, row in messages)
    if partial:
        told.append(f"{counted(partial, 'partial message')} left out, for the final ones say the same")
    cues: list[Cue] = []
    for number, row in messages:
        if text_at(row, "type") == "final":
            tokens = _tokens(rows_at(row, "elements", told), label_at(row, "speaker_id|speaker"), 0)
            cues += cues_of_tokens(token._replace(number=number) for token in tokens)
    call_id = next((text for _, row in messages if (text := text_at(row, "id"))), "")
    yield Heard(cues, facts(call_id=call_id), {}, told, what="message")


def _tokens(elements: list[tuple[int, Row]], speaker: str | None, first: int) -> Iterator[Token]:
    """Yield the elements that are no blank; ``first`` is the number of the first among those of all monologues.

    What follows without a blank is glued on, but for a word that follows a word: there the blank was left out.
    """
    is_apart, was_word = True, False
    for number, row in elements:
        value, is_word = text_at(row, "value"), text_at(row, "type") == "text"
        if text := value.strip():
            is_apart = is_apart or value[0].isspace() or (is_word and was_word)
            span = span_at(row, "ts|timestamp", "end_ts|end_timestamp")
            yield Token(first + number, text, speaker, *span, glued=not is_apart)
            was_word = is_word
            is_apart = value[-1].isspace()
        else:
            is_apart = is_apart or bool(value)


SHAPES = (
    Shape(
        "revai-monologues",
        "a Rev AI transcript",
        (Signature("monologues[].elements[].value: text", "monologues[].elements[].type: text"),),
        heard,
        ("speakers", "times", "words"),
    ),
    Shape(
        "revai-live",
        "messages of Rev AI's live transcription",
        (
            Signature("[].type = final", "[].elements[].value: text", "[].elements[].type: text"),
            Signature("[].type = partial", "[].elements[].value: text", "[].elements[].type: text"),
        ),
        heard_live,
        ("times", "words"),
        is_tried=False,
        is_rows=True,
    ),
)
