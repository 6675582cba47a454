"""What a rule file may say: moments, rules, their clauses, windows and cases."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, NamedTuple, cast

from pydantic import BeforeValidator, Field, model_validator

from coach.rule_yaml import Strict
from coach.scored import Outcome

Edge = Literal["first", "last"]


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


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str | dict) else value


def _sound_patterns(value: Any) -> Any:
    """Return token patterns with their attributes in capitals; spaCy takes both, and we ask which ones they need."""
    if not isinstance(value, list) or not all(isinstance(pattern, list) and pattern for pattern in value):
        raise ValueError("should be a list of token patterns, each a list of tokens such as {LOWER: sorry}")
    patterns = [
        [{key.upper(): asked for key, asked in token.items()} if isinstance(token, dict) else token for token in tokens]
        for tokens in value
    ]
    from spacy.matcher import Matcher
    from spacy.vocab import Vocab

    try:
        Matcher(Vocab(), validate=True).add("pattern", patterns)
    except Exception as error:  # spaCy's own, and those of regular expressions
        raise ValueError(f"spaCy cannot read it: {' '.join(str(error).split())}") from None
    return patterns


InWindow = Annotated[Window, BeforeValidator(_window)]
Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class Clause(Strict):
    """Something that occurs in a call: moments by a side, in a window; or a silence of so many seconds."""

    agent: Names = ()
    customer: Names = ()
    any: Names = ()
    within: InWindow = Window()
    silence: float | None = None

    @property
    def moments(self) -> tuple[str, ...]:
        """The moments named, whoever says them."""
        return self.agent + self.customer + self.any

    @model_validator(mode="after")
    def _names_something(self) -> Clause:
        if not self.moments and self.silence is None:
            raise ValueError("names no moment; write agent:, customer: or any: with moments, or silence: with seconds")
        return self


Clauses = Annotated[tuple[Clause, ...], BeforeValidator(_as_tuple)]


class Context(Strict):
    """What stands around a match: ``same`` is its speaker, ``other`` the other side."""

    same: Names = ()
    other: Names = ()
    agent: Names = ()
    customer: Names = ()
    within: InWindow = Window(turns=1)

    @property
    def moments(self) -> tuple[str, ...]:
        """The moments named, whoever says them."""
        return self.same + self.other + self.agent + self.customer


class Examples(Strict):
    """Turns (or short calls, a line a turn) in which a moment is and is not."""

    match: tuple[str, ...]
    no_match: tuple[str, ...]
    known_gap: tuple[str, ...] = ()


class Moment(Strict):
    """What something sounds like."""

    id: str
    title: str
    any_of: tuple[str, ...] = ()
    pattern: Annotated[tuple[tuple[dict[str, Any], ...], ...], BeforeValidator(_sound_patterns)] = ()
    but_not: tuple[str, ...] = ()
    include: Names = ()
    exclude: Names = ()
    signal: (
        Literal[
            "repetition",
            "restatement",
            "dictation",
            "echo",
            "repair",
            "statement",
            "cut_in",
            "nominal_opening",
            "nominal_turn",
            "rings",
            "question",
            "named_customer",
        ]
        | None
    ) = None
    within: InWindow = Window()
    after: Context | None = None
    not_after: Context | None = None
    before: Context | None = None
    not_before: Context | None = None
    side: Literal["agent", "customer"] | None = None
    examples: Examples

    @property
    def needs(self) -> tuple[str, ...]:
        """The moments that must be found before this one."""
        contexts = (self.after, self.not_after, self.before, self.not_before)
        around = tuple(name for context in contexts if context for name in context.moments)
        return self.include + self.exclude + around

    @model_validator(mode="after")
    def _says_something(self) -> Moment:
        if not (self.any_of or self.pattern or self.include or self.signal):
            raise ValueError("has neither any_of nor pattern nor include nor signal, so nothing could match")
        return self


class Case(Strict):
    """One call in few lines with the mark that it must get."""

    name: str
    call: str
    expect: Outcome
    evidence: str | None = None
    known_gap: bool = False


class Figure(Strict):
    """A figure of the talk analysis and the most (or least) of it that is good."""

    name: Literal[
        "interruptions",
        "talk_overs",
        "agent_share",
        "agent_wpm",
        "dead_air",
        "longest_wait",
        "longest_monologue",
        "response_gap",
    ]
    most: float | None = None
    least: float | None = None

    @model_validator(mode="after")
    def _has_a_bound(self) -> Figure:
        if self.most is None and self.least is None:
            raise ValueError("has neither most nor least, so any figure would be good")
        return self


class Rule(Strict):
    """What good service asks for.

    ``most`` is how many may fall of what ``never`` listens for, and how many occasions may go without a reply where
    ``replies`` asks for ``each``. ``undone_by`` turns ``met`` into ``missed``: its window counts from the occasions,
    without one it is the whole call. ``by`` and ``gap`` are the metadata key and the points of a ``consistency``.
    """

    id: str
    title: str
    source: str
    check: Literal["says", "replies", "never", "talk", "sentiment", "consistency"]
    when: Clauses = ()
    unless: Clauses = ()
    otherwise: str = "The call gave no occasion for it."
    occasion: str = "There was an occasion"
    done: str = "the agent did it"
    not_done: str = "the agent did not do it"
    occasions: Literal["any", "first", "each"] = "any"
    most: Annotated[int, Field(ge=0)] = 0
    counts_anyway: bool = False
    expect: Clause | None = None
    before: InWindow | None = None
    within: InWindow = Window()
    undone_by: Clause | None = None
    undone: str = "what was said besides undoes it"
    figure: Annotated[tuple[Figure, ...], BeforeValidator(_as_tuple)] = ()
    rises: float | None = None
    by: str = ""
    gap: Annotated[float, Field(gt=0, le=100)] | None = None
    coach: str
    say_instead: str = ""
    tests: tuple[Case, ...] = ()

    @property
    def moments(self) -> tuple[str, ...]:
        """Every moment that the rule names."""
        clauses = self.when + self.unless + tuple(clause for clause in (self.expect, self.undone_by) if clause)
        return tuple(dict.fromkeys(name for clause in clauses for name in clause.moments))

    @model_validator(mode="after")
    def _has_what_its_check_needs(self) -> Rule:
        if self.check in ("says", "replies", "never") and self.expect is None:
            raise ValueError(f"a check of kind '{self.check}' needs expect:, the moments to listen for")
        if self.expect and (self.expect.within != Window() or self.expect.silence is not None):
            raise ValueError("expect: names moments only; write within: for the rule as a whole")
        if self.check == "replies" and not self.when:
            raise ValueError("a check of kind 'replies' needs when:, the occasion to reply to")
        if self.counts_anyway and self.check not in ("says", "never"):
            raise ValueError("counts_anyway: is for checks of kind 'says' and 'never'")
        if self.check == "talk" and not self.figure:
            raise ValueError("a check of kind 'talk' needs figure:, with a name and most: or least:")
        if self.most and not (self.check == "never" or self.occasions == "each"):
            raise ValueError("most: is for checks of kind 'never', and of kind 'replies' with 'occasions: each'")
        if self.occasions != "any" and self.check != "replies":
            raise ValueError("occasions: is for checks of kind 'replies'")
        if self.undone_by and self.undone_by.within.is_after and not self.when:
            raise ValueError("the window of undone_by: counts from the occasion, and the rule has no when:")
        if (self.check == "consistency") != bool(self.by and self.gap):
            raise ValueError("a check of kind 'consistency' needs by: and gap:, and no other kind has them")
        return self
