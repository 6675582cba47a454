"""Options of the test suite. ``pytest --update-golden`` writes the golden pages anew: look at the difference."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write tests/golden anew from what the code yields")
