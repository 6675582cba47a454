"""The compiled search for phrases: ``coach/_phrases.c``."""

from collections.abc import Callable

from coach.phrase_table import Table
from coach.phrases import Hit

VERSION: int

class Phrases:
    def __init__(
        self,
        first_words: list[str],
        fills: Callable[[str, str, str], bool],
        hit: Callable[[tuple[int, int, int]], Hit],
        /,
    ) -> None: ...
    def add(self, moment: str, table: Table, side: int, /) -> None: ...
    def hits(
        self,
        texts: list[str],
        norms: list[str],
        begins: list[int],
        ends: list[int],
        firsts: list[int],
        lasts: list[int],
        roles: list[int],
        /,
    ) -> dict[str, list[Hit]]: ...
