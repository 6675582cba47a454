"""Small rules explained on short calls."""

from __future__ import annotations

import functools
from typing import Any

from check_cases import rule
from small_rules import LISTS, call, moment

from coach.call import Call
from coach.datafiles import rules_folder
from coach.explaining.explanation import Explanation, moment_explained, rule_explained
from coach.explaining.steps import Step
from coach.language import Language
from coach.role_cues import RoleCues, load_role_cues
from coach.rule_models import Moment, Rule
from coach.rulebook import Rulebook
from coach.scorecard import Scorecard
from coach.scorecards import Scorecards
from coach.scoring import Scorer
from coach.sentiment import Mood

NAMES = tuple(path.stem for path in sorted((rules_folder() / "moments").glob("*.yml")))
MOOD = Mood()
MOMENTS = (
    moment("hello", "hello", "good (morning|evening)"),
    moment("sorry", "(i am|we are) [so] sorry about", but_not=["not ...2 sorry about"]),
    moment("fault", "it is (broken|faulty)"),
    moment("refusal", "(can not|cannot) do that"),
    moment("rude", "shut up"),
    moment("bye", "goodbye now"),
)


def scorer_of(*rules: Rule, moments: tuple[Moment, ...] = MOMENTS) -> Scorer:
    """Return a scorer with these rules and moments alone."""
    book = Rulebook(moments, rules, {}, (), "sha256:x")
    card = Scorecard(id="card", name="Card", version="1", pass_mark=50, sections=())
    return Scorer(book, Scorecards(card), _language(moments), MOOD, _cues())


@functools.cache
def _language(moments: tuple[Moment, ...]) -> Language:
    return Language(moments, LISTS)


@functools.cache
def _cues() -> RoleCues:
    return load_role_cues(rules_folder() / "roles.yml", NAMES)


def explained(check: str, said: str | Call, **keys: Any) -> Explanation:
    """Return why a rule with these keys comes out on a call as it does."""
    asked = rule(check, **{"occasion": "It broke", "otherwise": "Nothing broke.", **keys})
    return rule_explained(scorer_of(asked), asked, call(said) if isinstance(said, str) else said)


def explained_moment(name: str, said: str, *moments: Moment) -> Explanation:
    """Return whether the moment ``name`` is in a call."""
    scorer = scorer_of(moments=moments or MOMENTS)
    asked = next(one for one in scorer.rulebook.moments if one.id == name)
    return moment_explained(scorer, asked, call(said))


def step(explanation: Explanation, name: str) -> Step:
    """Return the step of that name."""
    return next(one for one in explanation.steps if one.name == name)


def told(explanation: Explanation, name: str) -> str:
    """Return the answer and all lines of the step of that name as one text."""
    found = step(explanation, name)
    return " | ".join((found.answer, *found.lines))
