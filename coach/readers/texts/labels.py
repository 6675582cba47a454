"""Speaker labels in running text: telling ``Ana Ruiz: hello`` from ``Here's the thing: it broke``.

A label is short and made of words as names are; it recurs in the file, or looks like a name or a role. What decides
is the file as a whole, so candidates are gathered first and judged together.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from coach.roles import role_word

LONGEST = 48
MOST_WORDS = 4
MOST_NAMES = 6
CACHED = 4096
# A name, then a colon that is no part of a time or an address. Brackets and asterisks around it belong to the layout.
LABELLED = re.compile(
    r"^\s*(?:>>+\s*|[-\u2013\u2014\u2022]\s+)?(?:\*\*|__)?(?P<name>\+?[^\W_](?:[^:\n\t<>?!;\"]{0,60}[^\s:<>?!;\"*,])?|\[[^\]:\n]{1,60}\]|\([^):\n]{1,60}\))"
    r"\s{0,8}(?:\*\*|__)?\s{0,8}:(?!//)(?!(?<=\d:)\d)(?:\*\*|__)?\s*(?P<text>.*)$",
    re.DOTALL,
)
BRACKETED = re.compile(
    r"^\s*(?:\[(?P<square>[^\]:\n]{1,48})\]|\((?P<round>[^):\n]{1,48})\))\s+(?P<text>\S.*)$", re.DOTALL
)
SOUNDS = re.compile(
    r"\b(?:music|applause|laugh\w*|noise|silence|inaudible|unintelligible|cross-?talk|cough\w*|sigh\w*|pause|beep\w*"
    r"|static|tone|tones|sound|sounds|foreign|redacted|pii|\w+ing)\b",
    re.IGNORECASE,
)
LEAST_BRACKETED = 2
# Words that sentences are made of and names are not.
SENTENCE_WORDS = frozenset(
    "a am and are as at be because but by can do does for from had has have he her here his how i if in into is it"
    " its just me my no not on or our out she so than that the their them then there these they thing things this"
    " those to us was we were what when where which who why will with you your yes okay ok".split()
)
# Words that stand before a colon without being anyone.
NO_LABELS = frozenset(
    "note notes nb ps re fw fwd subject http https ftp file mailto warning example remember question answer summary tip"
    " date time duration total ie eg transcript recording chapter page www update important attention result basically"
    " look listen first second third next finally also options steps price cost address email phone number name order"
    " added fixed changed removed deprecated warn fatal critical trace"
    " reason problem issue error info debug step meaning plus today tomorrow monday tuesday wednesday thursday friday"
    " saturday sunday".split()
)
NO_NAME = re.compile(r"\|\||[;=\"?!<>\t]|,\S|//|@\w+\.\w|\d:\d")
SORTED = re.compile(r"^(?:[A-Z]|(?:speaker|spk|participant|person|voice|channel|ch)[\s_#-]*\w{1,3})$", re.IGNORECASE)
# +14155550100, 0161 496 0000: whoever calls from there
TELEPHONE = re.compile(r"^(?:\+(?=(?:\D?\d){7})|(?=(?:\D?\d){10}))[\d ().-]{7,24}$")
ENDS = re.compile(r"[.?!\u2026\])\"'\u201d*-]\s*$")
PARTICLES = frozenset("de da di do dos van von der den la le el al bin ibn y e o of the".split())


class Labelled(NamedTuple):
    """A line that may open with a label: ``name`` and what follows it."""

    name: str
    text: str


def labelled(line: str) -> Labelled | None:
    """Return the label that ``line`` may open with, ``None`` where it cannot be one at all."""
    found = LABELLED.match(line)
    if not found:
        return None
    name = unwrapped(found["name"])
    return Labelled(name, found["text"]) if is_possible(name) else None


def unwrapped(name: str) -> str:
    """Return ``name`` without the brackets or asterisks around the whole of it."""
    name = name.strip("*_ \t")
    return name[1:-1].strip() if (name[:1], name[-1:]) in (("[", "]"), ("(", ")")) else name


def names_in_brackets(lines: Sequence[str]) -> frozenset[str]:
    """Return the names in brackets in front of ``lines``, as in ``[Ana Ruiz] hello``: two or more of which one recurs.

    Sounds stand so too (``[laughter] Yes.``), wherefore most of what stands there has to be such names.
    """
    fronts = [(found["square"] or found["round"]).strip() for line in lines if (found := BRACKETED.match(line))]
    counts = Counter(name for name in fronts if is_possible(name) and not SOUNDS.search(name))
    names = {name: count for name, count in counts.items() if is_sorted(name) or is_name_like(name)}
    total = sum(names.values())
    enough = LEAST_BRACKETED <= len(names) < total and total * 2 > len(fronts)
    return frozenset(names) if enough else frozenset()


def in_brackets(line: str, names: frozenset[str]) -> Labelled | None:
    """Return the label of ``[Ana Ruiz] hello`` where Ana Ruiz is one of ``names``."""
    found = BRACKETED.match(line) if names else None
    name = (found["square"] or found["round"]).strip() if found else ""
    return Labelled(name, found["text"]) if found and name in names else None


def bracketed_role(line: str) -> Labelled | None:
    """Return the label of ``[Agent] hello`` or ``(Caller) hello``; only role words count, for ``[noise]`` is no one."""
    found = BRACKETED.match(line)
    name = (found["square"] or found["round"]).strip() if found else ""
    return Labelled(name, found["text"]) if found and is_possible(name) and role_word(name) else None


@functools.lru_cache(maxsize=CACHED)
def is_possible(name: str) -> bool:
    """Tell whether ``name`` can be a label at all, whatever the rest of the file says."""
    if len(name) > LONGEST or NO_NAME.search(name):
        return False
    words = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", name).split()
    if not words or name.casefold().rstrip(".") in NO_LABELS:
        return False
    if len(words) > (MOST_NAMES if is_name_like(" ".join(words)) else MOST_WORDS):
        return False
    return (
        role_word(name) is not None
        or is_sorted(name)
        or not any(
            word.casefold().strip(".,'") in SENTENCE_WORDS - PARTICLES or "'s" in word or "\u2019s" in word
            for word in words
        )
    )


def is_sorted(name: str) -> bool:
    """Tell a label that only counts speakers, such as ``A``, ``Speaker 1``, ``spk_0`` or a telephone number."""
    return SORTED.match(name) is not None or TELEPHONE.match(name) is not None


def is_name_like(name: str) -> bool:
    """Tell whether each word has a capital or is a particle: ``Ana de la Cruz``, ``BOB``, ``O'Neil``."""
    words = name.split()
    return words[0][:1].isupper() and all(
        word[:1].isupper() or not word[:1].isalpha() or word in PARTICLES or "." in word for word in words
    )


def accepted(candidates: Sequence[Labelled | None], may_open: Sequence[bool]) -> frozenset[str]:
    """Return which of the candidates are labels; there is one candidate, or ``None``, for each line.

    A single capitalised word that comes once may as well be the text's own ("Remember: ..."), so it counts only
    where ``may_open`` says that a turn can begin in that line.
    """
    counts = Counter(found.name for found in candidates if found)
    labels = {name for name, count in counts.items() if _is_plain(name, count)}
    labels.update(
        found.name
        for found, opens in zip(candidates, may_open, strict=True)
        if found and opens and is_name_like(found.name)
    )
    return frozenset(labels)


def openings(candidates: Sequence[Labelled | None], lines: Sequence[str]) -> list[bool]:
    """Return for each line whether a turn can begin in it: the first, or one after a labelled or finished line.

    None begins below a label that stands alone, for that has its text there.
    """
    finished = [
        (found is not None and bool(found.text.strip())) or ENDS.search(line) is not None
        for found, line in zip(candidates, lines, strict=True)
    ]
    return [True, *finished[:-1]]


def _is_plain(name: str, count: int) -> bool:
    return role_word(name) is not None or is_sorted(name) or count > 1 or (" " in name and is_name_like(name))
