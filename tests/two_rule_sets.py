"""A small built-in folder, folders on top of it, and calls, for the tests of what a change of rules does."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import srsly
from small_rules import moment_file, rule_file, write

from coach.datafiles import rules_folder

BUILT_IN = {
    "moments/hello.yml": moment_file("(hello|good morning)"),
    "moments/sorry.yml": moment_file("[so] sorry", but_not=["sorry what"]),
    "moments/regret.yml": moment_file("i regret", include="sorry"),
    "moments/broken.yml": moment_file("is (broken|down)"),
    "moments/hold.yml": moment_file("one moment"),
    "moments/soft.yml": moment_file("oh dear", after={"other": "broken"}),
    "core/greeting.yml": rule_file(title="Greet"),
    "core/apology.yml": rule_file(
        title="Say sorry", check="replies", when={"customer": "broken"}, expect={"agent": "regret"}, within="2 turns"
    ),
    "core/feeling.yml": rule_file(title="Feel", expect={"agent": "soft"}),
    "core/courtesy.yml": rule_file(title="Stay polite", check="never", expect={"agent": "hello"}, within="last 1 turn"),
    "core/dead_air.yml": rule_file(
        title="Keep talking", check="talk", expect=None, figure={"name": "dead_air", "most": 5}
    ),
    "core/mood.yml": rule_file(title="Cheer up", check="sentiment", expect=None, rises=0.1),
    "scorecard.yml": srsly.yaml_dumps(
        {
            "name": "Small",
            "version": "1",
            "pass_mark": 60,
            "sections": [{"name": "All", "rules": {"core.greeting": 10, "core.apology": 20, "core.courtesy": 5}}],
            "auto_fail": ["core.courtesy"],
        }
    ),
    "lexicon.yml": "fine: 2\n",
    "roles.yml": "weights: {hello: 3.0, sorry: 2.0, broken: -3.0}\n",
}
TURNS = (
    "agent: Hello there\ncustomer: My line is down\nagent: I'm so sorry about that\ncustomer: Fine. Bye.",
    "agent: Yes?\ncustomer: My line is broken\nagent: I regret that\ncustomer: Bye.",
    "agent: Good morning\ncustomer: It is broken\nagent: Oh dear\ncustomer: Yes\nagent: One moment\nagent: Hello?",
    "agent: Ahoy\ncustomer: It is down again\nagent: Sorry what, pardon me\ncustomer: Bye\nagent: hello hello",
    "agent: Sorry what was that\ncustomer: Nothing\nagent: Right\ncustomer: So",
    "customer: Only me\ncustomer: My line is down",
)


def few_words(**variants: list[str]) -> str:
    """Return the text of a short ``words.yml``, with these spellings of words."""
    lists = _word_lists()
    short = {key: value[:9] if isinstance(value, list) else value for key, value in lists.items()}
    return srsly.yaml_dumps({**short, "variants": variants or {"okay": ["ok"]}})


@functools.cache
def _word_lists() -> dict[str, Any]:
    return dict(srsly.read_yaml(rules_folder() / "words.yml"))


def small_built_in(folder: Path, monkeypatch: pytest.MonkeyPatch, files: Mapping[str, str] | None = None) -> Path:
    """Write the small built-in folder, or one of ``files``, let it stand for the real one, and return it."""
    real = rules_folder()
    write(folder, {"words.yml": few_words(), **(files or BUILT_IN)})
    for module in ("scoring", "authoring.side_by_side", "datafiles"):
        monkeypatch.setattr(f"coach.{module}.rules_folder", lambda: folder)
    monkeypatch.setattr("coach.role_cues.rules_folder", lambda: real)
    return folder


def write_calls(path: Path, copies: int = 1) -> Path:
    """Write calls of several agents, with roles and without, with times and without, one of them French."""
    lines = []
    for number in range(copies * len(TURNS)):
        said = [line.split(": ", 1) for line in TURNS[number % len(TURNS)].splitlines()]
        for how in ("role", "speaker"):
            turns = [{how: role if how == "role" else f"voice {role[0]}", "text": text} for role, text in said]
            for place, turn in enumerate(turns if number in (2, 3) else ()):
                turn |= {"start": 9.0 * place, "end": 9.0 * place + 2}
            who = f"a{number % 3}"
            call = {"call_id": f"c-{number}-{how}", "turns": turns, "queue": "north"}
            agent = {"id": who, "name": f"Ana {who}", "team": "Lines"} if how == "role" else {"name": f"Ana {who}"}
            lines.append({**call, "agent": agent, **({"language": "fr"} if number == 4 else {})})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return path
