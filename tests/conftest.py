"""Options of the test suite. ``pytest --update-golden`` writes the golden pages anew: look at the difference."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from coach import compiled, scoring
from coach.datafiles import rules_folder
from coach.scoring import Scorer

BUILT_IN = rules_folder()
LOAD: Callable[..., Scorer] = Scorer.load.__func__


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write tests/golden anew from what the code yields")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Keep what is made of rule files with what pytest keeps: the tests touch no folder of the user.

    All processes of a run share it, and so do the commands that they start. Hundreds of small rule folders push the
    built-in one out of what stays there.
    """
    compiled.MOST_FILES = 200
    if "CALL_COACH_CACHE" not in os.environ:
        os.environ["CALL_COACH_CACHE"] = str(Path(config.rootpath) / ".pytest_cache" / "d" / "compiled")


@pytest.fixture(scope="session", autouse=True)
def _built_in_rules_are_loaded_once() -> None:
    """Hand out one scorer wherever the built-in rules are asked for alone: it keeps nothing from call to call.

    Hundreds of tests run a command that would load them again.
    """
    built_in = functools.cache(functools.partial(LOAD, Scorer))

    def load(kind: type[Scorer], rules_dirs: Sequence[Path] = (), *given: Any, **named: Any) -> Scorer:
        if rules_dirs or any(given) or named or scoring.rules_folder() != BUILT_IN:
            return LOAD(kind, rules_dirs, *given, **named)
        return built_in()

    Scorer.load = classmethod(load)


@pytest.fixture
def loads_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ``Scorer.load`` load the built-in rules each time, for tests of the loading itself."""
    monkeypatch.setattr(Scorer, "load", classmethod(LOAD))
