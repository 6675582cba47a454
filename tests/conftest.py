"""Options of the test suite. ``pytest --update-golden`` writes the golden pages anew: look at the difference."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import pytest

from coach import compiled, render, scoring, site
from coach.datafiles import rules_folder
from coach.scoring import Scorer

if TYPE_CHECKING:
    from jinja2.bccache import Bucket

BUILT_IN = rules_folder()
LONGEST = (
    "test_pages_browser", "test_docs", "test_restart", "test_object_store", "test_engine_cluster", "test_packaging",
    "test_report_scale", "test_results_compact", "test_formats", "test_engine_local", "test_side_by_side",
    "test_end_to_end", "test_taken_away",
)  # fmt: skip
LOAD: Callable[..., Scorer] = Scorer.load.__func__


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write tests/golden anew from what the code yields")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Keep what is made of rule files with what pytest keeps: the tests touch no folder of the user.

    All processes of a run share it, and so do the commands that they start. Hundreds of small rule folders push the
    built-in one out of what stays there.
    """
    if hasattr(config.option, "loadscopereorder"):
        # Else pytest-xdist would hand out the files of many tests first, and those of a few long ones last.
        config.option.loadscopereorder = False
    compiled.MOST_FILES = 200
    if "CALL_COACH_CACHE" not in os.environ:
        os.environ["CALL_COACH_CACHE"] = str(Path(config.rootpath) / ".pytest_cache" / "d" / "compiled")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files first that take longest, so that no process is left with one of them while the others are done."""
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(LONGEST)))


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


class _CompiledTemplates(jinja2.BytecodeCache):
    """Keeps what templates are compiled to, by their text."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (bucket.key, bucket.checksum) in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key, bucket.checksum])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def _templates_are_compiled_once() -> Iterator[None]:
    """Give all environments of the pages one memory of compiled templates: to compile them takes most of a small site.

    Each of the two kinds has its own, for they compile a template differently.
    """

    def remembering(make: Callable[..., jinja2.Environment]) -> Callable[..., jinja2.Environment]:
        kept = _CompiledTemplates()

        def made(*given: Any) -> jinja2.Environment:
            environment = make(*given)
            environment.bytecode_cache = kept
            return environment

        return made

    with pytest.MonkeyPatch.context() as patch:
        for name in ("html_environment", "markdown_environment"):
            once = remembering(getattr(render, name))
            for module in (render, site):
                if hasattr(module, name):
                    patch.setattr(module, name, once)
        yield


@pytest.fixture
def loads_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ``Scorer.load`` load the built-in rules each time, for tests of the loading itself."""
    monkeypatch.setattr(Scorer, "load", classmethod(LOAD))
