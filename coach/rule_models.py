"""What a rule file may say: moments, rules, figures and cases."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from coach.rule_clauses import Clause as Clause
from coach.rule_clauses import Clauses, InWindow, Names, OneOrMore, Patterns, as_tuple
from coach.rule_clauses import Context as Context
from coach.rule_clauses import Window as Window
from coach.rule_yaml import Strict
from coach.scored import Outcome

# A turn of a case, with its times in seconds if it has any.
CASE_LINE = re.compile(
    r"(?:(?P<start>\d+(?:\.\d+)?)-(?P<end>\d+(?:\.\d+)?) )?(?P<role>agent|customer|other): ?(?P<text>.*)"
)
AT_AN_EDGE = "write 'first 3 turns', 'last 3 turns' or 'call'"


class Examples(Strict):
    """Turns (or short calls, a line a turn) in which a moment is and is not."""

    match: tuple[str, ...]
    """Turns that hold the moment, or short calls with a line a turn ('agent: …')."""
    no_match: tuple[str, ...]
    """Turns that look like it and do not."""
    known_gap: tuple[str, ...] = ()
    """Turns that hold it and are not found yet."""


class Moment(Strict):
    """What something sounds like."""

    id: str
    title: str
    """What it is, in a few words: 'The speaker says sorry'."""
    any_of: tuple[str, ...] = ()
    """Phrases: (a|b) one of, [a|b] optional, ... up to three words, * one word, ^ $ ends of the turn."""
    pattern: Patterns = ()
    """spaCy token patterns, for what no phrase can say."""
    but_not: tuple[str, ...] = ()
    """Phrases that veto a match which they overlap."""
    include: Names = ()
    """Other moments that count as this one."""
    exclude: Names = ()
    """Other moments that this one may not overlap."""
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
    """What no phrase can say: the guide to writing rules lists them."""
    within: InWindow = Window()
    """Where it may stand: 'first 3 turns', 'last 3 turns'."""
    after: Context | None = None
    """What must stand before it."""
    not_after: Context | None = None
    """What must not stand before it."""
    before: Context | None = None
    """What must stand after it."""
    not_before: Context | None = None
    """What must not stand after it."""
    side: Literal["agent", "customer"] | None = None
    """Whose moment it is, where only one side can have it."""
    examples: Examples
    """At least one turn that holds it and one that does not."""

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
        if self.within.is_after:
            raise ValueError(f"within: {self.within} counts from nothing; {AT_AN_EDGE}")
        return self


class Case(Strict):
    """One call in few lines with the mark that it must get."""

    name: str
    """What the case shows, in a few words."""
    call: str = ""
    """A short call, a line a turn: 'agent: …', 'customer: …', with times '0.0-2.5 agent: …'."""
    scores: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    """For a consistency: the scores of an agent's calls (0 to 100), by kind of customer."""
    expect: Outcome
    """The mark that it must get."""
    evidence: str | None = None
    """Words that the quote must hold."""
    known_gap: bool = False
    """It is not right yet, and may fail."""

    @property
    def lines(self) -> list[str]:
        """The case as it is shown: its call, or its scores by kind."""
        if self.scores:
            return [f"{kind}: {' '.join(f'{score:g}' for score in scores)}" for kind, scores in self.scores.items()]
        return self.call.strip().splitlines()

    @model_validator(mode="after")
    def _is_one_thing(self) -> Case:
        if bool(self.call) == bool(self.scores):
            raise ValueError("needs call: with a short call, or scores: for a check of kind 'consistency'; not both")
        for line in filter(None, map(str.strip, self.call.splitlines())):
            if not CASE_LINE.fullmatch(line):
                raise ValueError(f"this line is no turn: {line!r}; write 'agent: …' or '1.5-3.0 customer: …'")
        return self


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
    """Which figure of the talk analysis."""
    most: float | None = None
    """The most that is good."""
    least: float | None = None
    """The least that is good."""

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
    """What is asked for, in a few words: 'Thank the customer for waiting'."""
    source: str
    """Where the demand comes from: your standard, a guide, a law."""
    check: Literal["says", "replies", "never", "talk", "sentiment", "consistency"]
    """The kind: says, replies, never, talk, sentiment, consistency."""
    when: Clauses = ()
    """The occasion: without it, every call is one."""
    unless: Clauses = ()
    """What takes the occasion away."""
    otherwise: str = "The call gave no occasion for it."
    """What to say where there was no occasion."""
    occasion: str = "There was an occasion"
    """How a reason begins: 'The customer reported a fault'."""
    done: str = "the agent did it"
    """How a reason goes on where it is met: 'the agent apologised'."""
    not_done: str = "the agent did not do it"
    """How a reason goes on where it is missed."""
    occasions: Literal["any", "first", "each"] = "any"
    """Of several occasions: any (one reply is enough), first, or each."""
    most: Annotated[int, Field(ge=0)] = 0
    """How many may fall (never), or go without a reply where others get one (occasions: each)."""
    counts_anyway: bool = False
    """It counts without an occasion too."""
    expect: Clause | None = None
    """What to listen for."""
    before: InWindow | None = None
    """How far before the occasion it may stand too: '1 turn'."""
    within: InWindow = Window()
    """Where to listen: '3 turns' or '20 s' after the occasion, 'first 3 turns', 'last 3 turns', 'call'."""
    undone_by: Clause | None = None
    """Words that make it missed though it was met."""
    undone: str = "what was said besides undoes it"
    """How a reason ends where they fall."""
    figure: Annotated[tuple[Figure, ...], BeforeValidator(as_tuple), OneOrMore()] = ()
    """Figures of the talk analysis that have to be good."""
    rises: float | None = None
    """How far the customer's mood has to rise, of the two from -1 to 1."""
    by: str = ""
    """The metadata key whose values are compared, such as customer_type."""
    gap: Annotated[float, Field(gt=0, le=100)] | None = None
    """Means that differ by less than so many points are alike."""
    coach: str
    """What to tell the agent: one or two sentences."""
    say_instead: str = ""
    """A sentence that would have been better."""
    tests: tuple[Case, ...] = ()
    """Short calls with the mark that they must get: at least one met and one missed."""

    @cached_property
    def moments(self) -> tuple[str, ...]:
        """Every moment that the rule names."""
        clauses = self.when + self.unless + tuple(clause for clause in (self.expect, self.undone_by) if clause)
        return tuple(dict.fromkeys(name for clause in clauses for name in clause.moments))

    @cached_property
    def follows_occasion(self) -> bool:
        """Whether its window begins at each occasion; otherwise it is a part of the call, or all of it."""
        if self.check == "replies":
            return True
        may = self.check in ("never", "talk") and not self.counts_anyway
        return may and bool(self.when) and self.within.is_after

    @cached_property
    def rests_on_words(self) -> bool:
        """Whether what is said decides it, and not times alone: whether a silence was announced, words tell."""
        return self.check != "talk" or bool(self.moments) or any(figure.name == "dead_air" for figure in self.figure)

    @cached_property
    def counts_seconds(self) -> bool:
        """Whether one of its windows is so many seconds long."""
        undoing = (self.undone_by,) if self.undone_by else ()
        windows = (self.within, self.before, *(clause.within for clause in (*self.when, *self.unless, *undoing)))
        return any(window is not None and window.seconds is not None for window in windows)

    @cached_property
    def asks_silences(self) -> bool:
        """Whether it cannot be told without the silences: its only occasions, or what takes its occasion away."""
        only_silences = bool(self.when) and not any(clause.moments for clause in self.when)
        # What might take the occasion away has to be known; of several occasions the others may be.
        return only_silences or any(clause.silence is not None for clause in self.unless)

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
        if self.before and self.check != "replies":
            raise ValueError("before: is for checks of kind 'replies'")
        if self.rises is not None and self.check != "sentiment":
            raise ValueError("rises: is for checks of kind 'sentiment'")
        if self.expect and self.check in ("talk", "consistency"):
            raise ValueError(f"expect: is not for checks of kind '{self.check}'")
        if self.check == "replies" and self.within.edge:
            raise ValueError("within: counts from the occasion in a check of kind 'replies'; write '3 turns' or '20 s'")
        if self.within.is_after and not self.follows_occasion:
            raise ValueError(f"within: {self.within} counts from an occasion, and this rule from none; {AT_AN_EDGE}")
        if any(clause.within.is_after for clause in (*self.when, *self.unless)):
            raise ValueError(f"the within: of when: and unless: is a part of the call; {AT_AN_EDGE}")
        compares = self.check == "consistency"
        if compares != bool(self.by and self.gap):
            raise ValueError("a check of kind 'consistency' needs by: and gap:, and no other kind has them")
        if any(bool(case.scores) != compares for case in self.tests):
            raise ValueError("cases of a check of kind 'consistency' have scores:, those of other kinds have call:")
        return self
