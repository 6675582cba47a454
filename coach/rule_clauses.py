"""The parts that rule files are made of: windows, clauses, what stands around a match, and token patterns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Literal, NamedTuple, cast

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, WithJsonSchema, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from coach.call import Role
from coach.regexes import explodes
from coach.rule_yaml import Strict

Edge = Literal["first", "last"]
# Shorter pauses are no silences to the talk analysis (coach.talk.SILENCE_SECONDS).
SHORTEST_SILENCE = 3.0
# Each doubles the ways in which spaCy's Matcher can read the same words.
MOST_ENDLESS = 3


class Window(NamedTuple):
    """How far to look: ``turns`` (changes of speaker) or ``seconds``, at an ``edge``; all ``None``: the call.

    Turns at an edge are those of one speaker, or of the call (``of_call``) whoever speaks.
    """

    turns: int | None = None
    seconds: float | None = None
    edge: Edge | None = None
    of_call: bool = False

    @property
    def is_after(self) -> bool:
        """Whether it is a stretch that begins at an occasion: it has a size and stands at no edge of the call."""
        return self.edge is None and not (self.turns is None and self.seconds is None)

    def __str__(self) -> str:
        if self.turns is None and self.seconds is None:
            return "the call"
        size = f"{self.turns} turn{'s' if self.turns != 1 else ''}" if self.turns is not None else f"{self.seconds:g} s"
        return f"the {self.edge} {size}{' of the call' if self.of_call else ''}" if self.edge else size


WINDOW = re.compile(r"(?:(first|last) )?(?:(\d+) turns?|(\d+(?:\.\d+)?) (?:s|seconds))( of the call)?", re.ASCII)


def _window(value: Any) -> Any:
    if isinstance(value, Window):
        return value
    if value == "call":
        return Window()
    found = WINDOW.fullmatch(str(value))
    if not found:
        raise ValueError(f"{value!r} is no window; write '3 turns', '20 s', 'first 3 turns', 'last 3 turns' or 'call'")
    edge = cast(Edge | None, found[1])
    of_call = found[4] is not None
    if of_call and not (edge and found[2]):
        raise ValueError(f"{value!r} is no window; 'of the call' goes with 'first 1 turn' or 'last 1 turn'")
    window = Window(int(found[2]), None, edge, of_call) if found[2] else Window(seconds=float(found[3]), edge=edge)
    if edge and not (window.turns or window.seconds):
        raise ValueError(f"{value!r} covers nothing")
    return window


def as_tuple(value: Any) -> Any:
    """Return a single value as the only one of its kind: a list may be left out where it holds one thing."""
    return (value,) if isinstance(value, str | dict) else value


class OneOrMore:
    """Tells editors that a list may also be written as its only item."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Return the schema of the list, or of its item."""
        listed = handler(schema)
        return {"anyOf": [listed["items"], listed]}


InWindow = Annotated[
    Window, BeforeValidator(_window), WithJsonSchema({"type": "string", "pattern": f"^(call|{WINDOW.pattern})$"})
]
Names = Annotated[tuple[str, ...], BeforeValidator(as_tuple), OneOrMore()]


class Clause(Strict):
    """Something that occurs in a call: moments by a side, in a window; or a silence of so many seconds."""

    agent: Names = ()
    """Moments that count where the agent says them."""
    customer: Names = ()
    """Moments that count where the customer says them."""
    any: Names = ()
    """Moments that count whoever says them."""
    within: InWindow = Window()
    """Where: 'first 3 turns', 'last 3 turns', 'first 20 s'; without it, the call."""
    silence: Annotated[float, Field(ge=SHORTEST_SILENCE)] | None = None
    """A silence of so many seconds or more, from 3 on: shorter pauses are part of talking."""

    # Checks ask for what follows for every rule of every call: it is worked out once.
    @cached_property
    def moments(self) -> tuple[str, ...]:
        """The moments named, whoever says them."""
        return self.agent + self.customer + self.any

    @cached_property
    def by_side(self) -> tuple[tuple[str, Role | None], ...]:
        """The moments named, each with the side that has to say it: ``None`` for either."""
        sides: tuple[tuple[tuple[str, ...], Role | None], ...] = (
            (self.agent, "agent"),
            (self.customer, "customer"),
            (self.any, None),
        )
        return tuple((name, side) for names, side in sides for name in names)

    @cached_property
    def side(self) -> Role | None:
        """The one side that it speaks of, or ``None`` for both."""
        if self.agent and not (self.customer or self.any):
            return "agent"
        return "customer" if self.customer and not (self.agent or self.any) else None

    @model_validator(mode="after")
    def _names_something(self) -> Clause:
        if not self.moments and self.silence is None:
            raise ValueError("names no moment; write agent:, customer: or any: with moments, or silence: with seconds")
        return self


Clauses = Annotated[tuple[Clause, ...], BeforeValidator(as_tuple), OneOrMore()]


class Context(Strict):
    """What stands around a match: ``same`` is its speaker, ``other`` the other side."""

    same: Names = ()
    """Moments said by the speaker of the match."""
    other: Names = ()
    """Moments said by the other side."""
    agent: Names = ()
    """Moments said by the agent."""
    customer: Names = ()
    """Moments said by the customer."""
    within: InWindow = Window(turns=1)
    """How far away: '1 turn' is the same turn and the next (or last) of either side; '20 s'."""

    @property
    def moments(self) -> tuple[str, ...]:
        """The moments named, whoever says them."""
        return self.same + self.other + self.agent + self.customer

    @model_validator(mode="after")
    def _is_near(self) -> Context:
        if self.within.edge:
            raise ValueError("the within: of what stands around a match counts from it; write '3 turns' or '20 s'")
        return self


def _sound_patterns(value: Any) -> Any:
    """Return token patterns with their attributes in capitals; spaCy takes both, and we ask which ones they need."""
    if not isinstance(value, list) or not all(isinstance(pattern, list) and pattern for pattern in value):
        raise ValueError("should be a list of token patterns, each a list of tokens such as {LOWER: sorry}")
    patterns = [
        [{key.upper(): asked for key, asked in token.items()} if isinstance(token, dict) else token for token in tokens]
        for tokens in value
    ]
    for regex in _regexes(patterns):
        try:
            fault = explodes(regex)
        except re.error as error:
            raise ValueError(f"the regular expression {regex!r} cannot be read: {error}") from None
        if fault:
            raise ValueError(f"the regular expression {regex!r} could take for ever: {fault}; write it plainer")
    if any(sum(map(_is_endless, tokens)) > MOST_ENDLESS for tokens in patterns):
        raise ValueError(f"more than {MOST_ENDLESS} tokens with OP * or + in one pattern could take for ever")
    from spacy.matcher import Matcher
    from spacy.vocab import Vocab

    try:
        Matcher(Vocab(), validate=True).add("pattern", patterns)
    except Exception as error:  # spaCy's own, and those of regular expressions
        raise ValueError(f"spaCy cannot read it: {' '.join(str(error).split())}") from None
    return patterns


def _is_endless(token: Any) -> bool:
    operator = str(token.get("OP", "")) if isinstance(token, dict) else ""
    return operator in ("*", "+") or operator.endswith(",}")


def _regexes(value: Any) -> Iterator[str]:
    """Yield every regular expression in token patterns, however deep."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "REGEX" and isinstance(inner, str):
                yield inner
            else:
                yield from _regexes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _regexes(inner)


Patterns = Annotated[tuple[tuple[dict[str, Any], ...], ...], BeforeValidator(_sound_patterns)]
