"""Small moments, rules, word lists and calls, so that tests do not depend on the phrases of the built-in rules."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import srsly
from hypothesis import settings

from coach.call import Call, Role, Roles, Turn
from coach.cases import call_of
from coach.datafiles import rules_folder
from coach.language import Language, Spoken
from coach.moments import settle
from coach.rule_models import Examples, Moment
from coach.rulebook import load
from coach.scoring import Scorer
from coach.wording import load_word_lists

QUICK = settings(max_examples=40, deadline=None, derandomize=True)

LISTS = replace(
    load_word_lists(rules_folder() / "words.yml"),
    variants={
        "ok": ("okay",),
        "o'k": ("okay",),
        "o_k": ("okay",),
        "o.k.": ("okay",),
        "o.k": ("okay",),
        "im": ("i", "am"),
        "can't": ("can", "not"),
        "thankyou": ("thank", "you"),
    },
    fillers=frozenset({"um", "uh"}),
    backchannels=frozenset({"mm", "yeah", "right", "okay", "oh"}),
    noises=frozenset({"mm"}),
    marks={
        **dict.fromkeys(("name", "person"), "{name}"),
        **dict.fromkeys(("business", "company"), "{company}"),
        **dict.fromkeys(("number", "phone"), "{number}"),
        **dict.fromkeys(("pii", "redacted"), "{any}"),
    },
    silent_marks=frozenset({"noise", "laughter", "laughs", "inaudible"}),
    names=frozenset({"ana", "tom"}),
    never_names=frozenset({"hello", "sorry", "good"}),
)


def moment(name: str, *phrases: str, **keys: Any) -> Moment:
    """Return a moment of these phrases."""
    return Moment.model_validate(
        {"id": name, "title": name, "any_of": phrases, "examples": Examples(match=(), no_match=()), **keys}
    )


def moment_file(*phrases: str, **keys: Any) -> str:
    """Return the text of a moment file."""
    given = {"any_of": list(phrases)} if phrases else {}
    return srsly.yaml_dumps(
        {"title": "A moment", **given, "examples": {"match": ["hello"], "no_match": ["a hat"]}, **keys}
    )


def rule_file(**keys: Any) -> str:
    """Return the text of a rule file: by default the agent has to say the moment ``hello``."""
    return srsly.yaml_dumps(
        {"title": "A rule", "source": "a book", "check": "says", "expect": {"agent": "hello"}, "coach": "Do.", **keys}
    )


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write ``files`` by their path under ``folder``; return the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def rulebook_error(*folders: Path) -> str:
    """Return what loading a stack of ``folders`` says is wrong, the last folder left out."""
    from coach.errors import RuleError

    try:
        load(folders)
    except RuleError as error:
        return str(error).replace(f"{folders[-1]}/", "")
    raise AssertionError("the rules load")


def call(lines: str) -> Call:
    """Return the call of these lines, roles given."""
    return call_of(lines, "test")


def call_of_turns(turns: Sequence[tuple[Role, str]]) -> Call:
    """Return a call of these turns, roles given."""
    return Call("c", tuple(Turn(role, text) for role, text in turns), roles=Roles("given", ("agent",), 1.0))


def listener(*moments: Moment) -> Language:
    """Return what listens for ``moments``, with the small word lists."""
    return Language(moments, LISTS)


def quotes(language: Language, spoken: Spoken, name: str) -> list[tuple[int, str]]:
    """Return turn and text of the places where the phrases of ``name`` stand."""
    found = [spoken.quote(hit) for hit in language.spans(spoken).get(name, [])]
    return [(quote.turn, quote.text) for quote in found]


def settled(moments: Sequence[Moment], lines: str) -> dict[str, list[tuple[int, str]]]:
    """Return turn and text of every moment of the call of ``lines``, context asked."""
    language = _language_of(tuple((moment.id, moment.any_of) for moment in moments))
    spoken = language.read(call(lines))
    found = settle(moments, language.spans(spoken), spoken)
    return {name: [(hit.turn, spoken.quote(hit).text) for hit in hits] for name, hits in found.items()}


@functools.cache
def _language_of(phrases: tuple[tuple[str, tuple[str, ...]], ...]) -> Language:
    """Return what listens for these phrases; conditions on their context are none of its business."""
    return Language([moment(name, *any_of, include="x") for name, any_of in phrases], LISTS)


@functools.cache
def built_in() -> Scorer:
    """Return a scorer with the built-in rules; loading it once takes a second or two."""
    return Scorer.load()
