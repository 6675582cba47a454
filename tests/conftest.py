"""Options of the test suite. ``pytest --update-golden`` writes the golden pages anew: look at the difference."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write tests/golden anew from what the code yields")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Keep what is made of rule files with what pytest keeps: the tests touch no folder of the user."""
    if "CALL_COACH_CACHE" not in os.environ:
        os.environ["CALL_COACH_CACHE"] = str(Path(config.rootpath) / ".pytest_cache" / "d" / "compiled")
