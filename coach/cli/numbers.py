"""Numbers in options, refused in plain words."""

from __future__ import annotations

import math
import re
from typing import Any

import click

from coach.readers.options import UNITS

SIZE = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s*([KMG]?)i?B?", re.IGNORECASE)


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
    """A whole number, ``least`` or more, up to ``most`` where that is given."""

    def __init__(self, least: int, most: int | None = None) -> None:
        super().__init__(min=least, max=most)
        self._range = f"{least} or more" if most is None else f"from {least} to {most}"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return ``value`` as a whole number."""
        try:
            number: int = super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is not a whole number, {self._range}.", param, ctx)
        return number


class Size(click.types.IntParamType):
    """A number of bytes, written as ``200MB``, ``1.5 GB`` or ``4096``."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return ``value`` in bytes."""
        if isinstance(value, int):
            return value
        found = SIZE.fullmatch(str(value).strip())
        count = int(float(found[1]) * UNITS.get(f"{found[2]}B".upper(), 1)) if found else 0
        if not count:
            self.fail(f"{value!r} is not a size such as 200MB, 1GB or a number of bytes.", param, ctx)
        return count
