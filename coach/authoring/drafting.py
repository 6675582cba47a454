"""From what somebody asks for to the files of a new rule or moment, with cases that come out as they should."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from coach.authoring.draft_cases import NOTHING, draft_cases
from coach.authoring.draft_text import (
    example_of,
    extending_text,
    moment_text,
    one_line,
    phrases_of,
    place_of,
    rule_keys,
    rule_text,
)
from coach.authoring.moment_search import near_moments, usual_side
from coach.cases import Verdict, call_of, verdicts
from coach.errors import RuleError, UsageError
from coach.rule_models import Rule
from coach.rule_yaml import checked, nearest
from coach.rulebook import Rulebook
from coach.scoring import Scorer

SIDES = {"agent": "agent", "customer": "customer", "any": "any", "either": "any"}
EXPECTING = ("says", "replies", "never")


class Wish(NamedTuple):
    """What is asked for, as it was typed; ``new_moments`` are the phrases of moments that are not there yet."""

    title: str = ""
    source: str = ""
    check: str = ""
    when: str = ""
    expect: str = ""
    say: str = ""
    within: str = ""
    figure: str = ""
    most: float | None = None
    least: float | None = None
    coach: str = ""
    extends: str = ""
    new_moments: Mapping[str, Sequence[str]] = {}

    def missing(self, name: str) -> tuple[str, ...]:
        """Return the keys that the rule or moment ``name`` still needs."""
        if self.extends:
            return ()
        if "." not in name:
            return tuple(key for key in ("title", "say") if not getattr(self, key))
        needed = ["title", "source", "check"]
        needed += ["when"] if self.check == "replies" else []
        needed += ["expect"] if self.check in EXPECTING else []
        needed += ["figure"] if self.check == "talk" else []
        lacking = [key for key in (*needed, "coach") if not getattr(self, key)]
        if self.check == "talk" and self.most is None and self.least is None:
            lacking.append("most")
        return tuple(lacking)


class Draft(NamedTuple):
    """The files to write, by id; how many cases each holds, and how these came out."""

    files: Mapping[str, str]
    verdicts: Sequence[Verdict]


def draft(name: str, wish: Wish, book: Rulebook, folders: Sequence[Path]) -> Draft:
    """Return the files of the rule or moment ``name``.

    Args:
        name: its id.
        wish: what is asked for; nothing that it needs is missing.
        book: every rule and moment that there is.
        folders: where these stand, on top of the built-in ones.

    Raises:
        UsageError: what is asked for makes no rule.
    """
    wish = wish._replace(title=one_line(wish.title), source=one_line(wish.source), coach=one_line(wish.coach))
    if "." not in name:
        files = {name: _moment(name, wish, book)}
        return Draft(files, list(verdicts(_tried(files, folders), files)))
    clauses = {key: said(getattr(wish, key), key, book, wish) for key in ("when", "expect")}
    new = _new_moments(clauses, wish, book)
    files = {moment: moment_text(moment, _title_of(phrases), phrases, NOTHING[0]) for moment, phrases in new.items()}
    if wish.extends:
        _check_parent(name, wish.extends, book)
        files[name] = extending_text(name, wish.extends, _changes(wish, clauses), ())
        return Draft(files, list(verdicts(_tried(files, folders), files)))
    keys = _as_others_say_it(_keys(wish, clauses), name, book)
    rule = checked(keys, Rule, lambda place: f"--{place[0]}" if place else name, id=name)
    scorer = _tried({**files, name: rule_text(name, keys, ())}, folders)
    moments = {moment.id: moment for moment in scorer.rulebook.moments}
    cases = draft_cases(rule, moments, lambda lines: scorer.finding(rule, scorer.hear(call_of(lines, name))).outcome)
    # The rule's own cases were chosen by how they come out.
    tested = list(verdicts(scorer, files)) if files else []
    return Draft({**files, name: rule_text(name, keys, cases)}, tested)


def said(text: str, key: str, book: Rulebook, wish: Wish) -> dict[str, list[str]]:
    """Return the moments of ``customer: problem, complaint; agent: hold`` by the side that says them.

    Raises:
        UsageError: a moment is not there, and no phrases are given for it.
    """
    by_side: dict[str, list[str]] = {}
    known = {moment.id for moment in book.moments}
    for part in filter(None, map(str.strip, text.split(";"))):
        side, colon, names = part.partition(":")
        if colon and side.strip() not in SIDES:
            raise UsageError(
                f"--{key}: nobody is called {side.strip()!r}", remedy="Write customer:, agent: or any: before a moment."
            )
        for name in (names if colon else part).replace(",", " ").split():
            if name not in known and name not in wish.new_moments and not wish.say:
                _unknown(name, part, key, book)
            place_of(name)
            if "." in name:
                raise UsageError(f"--{key}: {name!r} is a rule", remedy="Name moments: words without a dot.")
            who = SIDES[side.strip()] if colon else usual_side(name, key, book.moments, book.rules)
            by_side.setdefault(who, []).append(name)
    return by_side


def _unknown(name: str, words: str, key: str, book: Rulebook) -> None:
    near = [f"{moment.id} ({moment.title})" for moment in near_moments(words.replace("_", " "), book.moments)][:4]
    meant = nearest(name, [moment.id for moment in book.moments]) if not near else f"There is {'; '.join(near)}."
    raise UsageError(
        f"--{key}: there is no moment {name!r}",
        remedy=" ".join(filter(None, [meant, 'Or give its words: --say "a phrase; another".'])),
    )


def _new_moments(
    clauses: Mapping[str, Mapping[str, Sequence[str]]], wish: Wish, book: Rulebook
) -> dict[str, Sequence[str]]:
    """Return the moments to be written beside the rule, with their phrases."""
    known = {moment.id for moment in book.moments}
    named = dict.fromkeys(name for clause in clauses.values() for names in clause.values() for name in names)
    new = {name: wish.new_moments[name] for name in named if name not in known and name in wish.new_moments}
    open_ones = [name for name in named if name not in known and name not in new]
    if wish.say and len(open_ones) != 1:
        what = f"there are {len(open_ones)}: {', '.join(open_ones)}" if open_ones else "all that are named are there"
        raise UsageError(
            f"--say gives the words of one new moment, and {what}",
            remedy="Begin each other with 'coach rules new NAME', or leave --say out.",
        )
    return new | {name: phrases_of(wish.say) for name in open_ones}


def _moment(name: str, wish: Wish, book: Rulebook) -> str:
    for key in ("source", "check", "when", "expect", "within", "figure", "most", "least", "coach"):
        if getattr(wish, key):
            raise UsageError(
                f"--{key} is for rules, and {name!r} is a moment", remedy=f"A rule has a dot: house.{name}."
            )
    phrases = phrases_of(wish.say) if wish.say else ()
    if not wish.extends:
        return moment_text(name, wish.title, phrases, NOTHING[0])
    _check_parent(name, wish.extends, book)
    changes: dict[str, Any] = {"title": wish.title} if wish.title else {}
    if phrases:
        changes |= {"any_of+": phrases, "examples+": {"match": list(dict.fromkeys(map(example_of, phrases)))}}
    return extending_text(name, wish.extends, changes, ())


def _check_parent(name: str, parent: str, book: Rulebook) -> None:
    kind = "rule" if "." in name else "moment"
    alike = [each.id for each in (book.rules if "." in name else book.moments)]
    if parent not in alike:
        raise UsageError(
            f"--extends: there is no {kind} {parent[:80]!r}",
            remedy=nearest(parent, alike) or f"Name the id of a {kind}; 'coach rules list' shows the rules.",
        )


def _changes(wish: Wish, clauses: Mapping[str, Mapping[str, Sequence[str]]]) -> dict[str, Any]:
    """Return what an extending rule says anew."""
    if wish.check:
        raise UsageError("--check: a rule that extends another is of its kind", remedy="Leave --check out.")
    whole = rule_keys(
        wish.title, wish.source, "says", wish.coach, clauses["when"], clauses["expect"], wish.within, _figure(wish)
    )
    changed = {"title", "source", "coach", "when", "expect", "within", "figure"}
    changes = {key: value for key, value in whole.items() if key in changed and value and getattr(wish, key)}
    if wish.within:
        changes["within"] = wish.within
    if wish.most is not None and not wish.figure:
        changes["most"] = wish.most
    return changes


def _keys(wish: Wish, clauses: Mapping[str, Mapping[str, Sequence[str]]]) -> dict[str, Any]:
    if wish.figure and wish.check != "talk":
        raise UsageError("--figure is for --check talk", remedy="Leave it out, or write --check talk.")
    most = wish.most if wish.check == "never" and wish.most else 0
    return rule_keys(
        wish.title,
        wish.source,
        wish.check,
        wish.coach,
        clauses["when"],
        clauses["expect"],
        wish.within,
        _figure(wish),
        most,
    )


def _as_others_say_it(keys: dict[str, Any], name: str, book: Rulebook) -> dict[str, Any]:
    """Return ``keys`` with the halves of reasons that rules with the same occasion, or the same reply, have."""
    drafted = checked(keys, Rule, lambda place: f"--{place[0]}" if place else name, id=name)
    said: dict[str, Any] = {}
    for rule in book.rules if drafted.expect else ():
        if drafted.when and rule.when == drafted.when and _says(rule, "occasion"):
            said = {"occasion": rule.occasion, "otherwise": rule.otherwise} | said
        if drafted.expect == rule.expect and drafted.check == rule.check and _says(rule, "done"):
            said = {"done": rule.done, "not_done": rule.not_done} | said
    return keys | said


def _says(rule: Rule, key: str) -> bool:
    return key in rule.model_fields_set


def _figure(wish: Wish) -> dict[str, str | float]:
    if not wish.figure:
        return {}
    bounds = {key: value for key, value in (("most", wish.most), ("least", wish.least)) if value is not None}
    return {"name": wish.figure, **bounds}


def _title_of(phrases: Sequence[str]) -> str:
    return f"Says '{example_of(phrases[0])}' or the like"


def _tried(files: Mapping[str, str], folders: Sequence[Path]) -> Scorer:
    """Return what scores with ``files`` on top of ``folders``, without writing into these."""
    with tempfile.TemporaryDirectory(prefix="call-coach-") as name:
        trial = Path(name)
        for file_id, text in files.items():
            path = trial / place_of(file_id)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        try:
            return Scorer.load([*folders, trial])
        except RuleError as error:
            raise RuleError(error.what, where=error.where.removeprefix(f"{trial}/"), remedy=error.remedy) from None
