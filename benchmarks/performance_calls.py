"""Make many calls of few, for measurements of speed: the same calls repeated, or with other words in every turn.

    python benchmarks/performance_calls.py repeated calls.jsonl 20000 -o many.jsonl
    python benchmarks/performance_calls.py distinct calls.jsonl 20000 -o many.jsonl

``calls.jsonl`` holds calls in the native form, one a line. "Repeated" changes nothing but the ids, so that whoever
remembers a turn meets it again. "Distinct" puts other words in place of the rarer ones: words of these calls, as often
as they occur there, and figures, until nobody has said the turn before. Turns of fewer than four words stay, for those
("okay", "yes please") real calls share too; so do placeholders such as ``[number]``. Roles, times and the number of
words stay. The same arguments give the same bytes. What was written is printed as JSON.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import orjson

REPEATED, DISTINCT = "repeated", "distinct"
SEED = 7
# Words that occur most make up the grammar, and most of what phrases listen for.
KEPT_WORDS = 200
SWAPPED = 0.15
# A figure nobody has said before, among the words put in: account numbers, prices.
FIGURES = 0.04
LEAST_WORDS = 4
TRIES = 8
CORE = re.compile(r"([^\w\[<%]*)(\w[\w'’-]*)(\W*)")
Call = dict[str, Any]


class Swap:
    """Puts other words into turns, and remembers which turns there were."""

    def __init__(self, texts: Iterable[str], seed: int = SEED) -> None:
        counts = Counter(core for text in texts for word in text.split() if (core := core_of(word)))
        ranked = [word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
        self._kept = frozenset(ranked[:KEPT_WORDS])
        self._others = ranked[KEPT_WORDS:] or ranked
        self._up_to = list(accumulate(counts[word] for word in self._others))
        self._random = random.Random(seed).random  # noqa: S311 (nothing secret: it has to be repeatable)
        self._seen: set[int] = set()

    def words(self, words: Sequence[str]) -> list[str]:
        """Return ``words`` with some of them swapped: at least one, and more until nobody has said so before."""
        if len(words) < LEAST_WORDS:
            return list(words)
        new = [self._other(word) if self._may_go(word) else word for word in words]
        for _ in range(TRIES):
            known = hash(tuple(new)) in self._seen
            if not known and new != list(words):
                break
            place = int(self._random() * len(new))
            new[place] = self._other(new[place])
        self._seen.add(hash(tuple(new)))
        return new

    def _may_go(self, word: str) -> bool:
        core = core_of(word)
        return bool(core) and core not in self._kept and self._random() < SWAPPED

    def _other(self, word: str) -> str:
        """Return another word between the same marks, with a capital where there was one."""
        found = CORE.fullmatch(word)
        if found is None:
            return word
        before, core, after = found.groups()
        if core.isdigit():
            other = "".join(str(int(self._random() * 10)) for _ in core)
        elif self._random() < FIGURES:
            other = str(1000 + int(self._random() * 90_000))
        else:
            other = self._others[bisect(self._up_to, self._random() * self._up_to[-1])]
        return before + (other[:1].upper() + other[1:] if core[:1].isupper() else other) + after


def core_of(word: str) -> str:
    """Return ``word`` without the marks around it, in small letters; nothing for placeholders such as ``[name]``."""
    found = CORE.fullmatch(word)
    return found[2].lower() if found else ""


def many(base: Sequence[Call], count: int, variant: str) -> Iterator[Call]:
    """Yield ``count`` calls made of ``base``."""
    swap = Swap(turn["text"] for call in base for turn in call["turns"]) if variant == DISTINCT else None
    for number in range(count):
        call = base[number % len(base)]
        turns = call["turns"] if swap is None else [swapped(turn, swap) for turn in call["turns"]]
        yield call | {"call_id": f"{call.get('call_id', 'call')}-{number:06}", "turns": turns}


def swapped(turn: Call, swap: Swap) -> Call:
    """Return a turn that says something else; timed words say the same as the text, or are left out."""
    before = turn["text"].split()
    after = swap.words(before)
    new = turn | {"text": " ".join(after)}
    if "words" in turn:
        timed = turn["words"] if len(turn["words"]) == len(after) else []
        new["words"] = [one | {"text": text} for one, text in zip(timed, after, strict=False)]
    return new


def written(base: Sequence[Call], count: int, variant: str, path: Path) -> dict[str, Any]:
    """Write ``count`` calls and return how many words, and how many of their turns nobody said before."""
    words = customer = turns = long = new = 0
    seen: set[int] = set()
    with path.open("wb") as out:
        for call in many(base, count, variant):
            out.write(orjson.dumps(call) + b"\n")
            for turn in call["turns"]:
                said = len(turn["text"].split())
                turns += 1
                words += said
                customer += said if turn.get("role") == "customer" else 0
                if said >= LEAST_WORDS:
                    key = hash(turn["text"])
                    long += 1
                    new += key not in seen
                    seen.add(key)
    return {
        "calls": count,
        "turns": turns,
        "words": words,
        "customer_words": customer,
        "new_turns": round(new / long, 4) if long else 0.0,
        "bytes": path.stat().st_size,
    }


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("variant", choices=[REPEATED, DISTINCT])
    parser.add_argument("base", type=Path, metavar="CALLS", help="calls in the native form, one a line")
    parser.add_argument("count", type=int, help="how many calls to write")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the file to write")
    asked = parser.parse_args()
    base = [orjson.loads(line) for line in asked.base.read_bytes().splitlines() if line.strip()]
    if not base or not all(call.get("turns") for call in base):
        sys.exit(f"{asked.base}: calls in the native form are needed here, one a line, each with turns")
    print(orjson.dumps(written(base, asked.count, asked.variant, asked.output)).decode())


if __name__ == "__main__":
    main()
