"""Numbers in options, refused in plain words."""

from __future__ import annotations

import math
from typing import Any

import click


class Score(click.FloatRange):
    """A score from 0 to 100, or to another ``most``."""

    def __init__(self, most: int = 100) -> None:
        super().__init__(0, most)
        self._most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return ``value`` as a number; ``nan`` is none, for nothing is under it."""
        try:
            number: float = super().convert(value, param, ctx)
        except click.BadParameter:
            number = math.nan
        if math.isnan(number):
            self.fail(f"{value!r} is not a number from 0 to {self._most}.", param, ctx)
        return number


class Count(click.IntRange):
    """A whole number, ``least`` or more."""

    def __init__(self, least: int) -> None:
        super().__init__(min=least)
        self._least = least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return ``value`` as a whole number."""
        try:
            number: int = super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is not a whole number, {self._least} or more.", param, ctx)
        return number
