"""What no phrase can say of a turn: that it repeats, says back, asks back, dictates, puts a slip right.

Each signal gives places in a call. The lists that signals need stand in ``rules/words.yml``, under ``signals``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

from coach import native
from coach.english import stop_words
from coach.gaps import is_number
from coach.language import Hit, Spoken
from coach.own_names import named_customers
from coach.questions import questions
from coach.wording import WordLists

# "sorry?", "sorry, what was that": asking for a repeat takes few words.
LONGEST_QUERY = 6
# Figures make up this share of a turn that dictates, small words such as "it's" and "and" left out.
DICTATED = 0.6
# "hello, is that the billing team" is shorter than a reason to call.
LEAST_STATED = 9
# A dash with a space behind it may be the transcriber's mark of a new speaker.
CUT_IN = re.compile(r"\s*(?:[-–—]+(?=\w|')|(?:…|\.{2,})\s*\w)")
LONGEST_DESK = 3
BRACKETED = re.compile(r"[\[(<]([^\[\]()<>\n]{1,40})[\])>]")
LONGEST_ECHO = 10
# Before the "sorry" of a self-repair; the slip itself is a few words long.
LONGEST_SLIP = 3

# The lists that say something of a word for ``coach/_signals.c``, in the order of its bits.
TRAITS = (
    "around_figures", "asked_of_all", "asks_back", "around_echo", "editing", "before_a_name", "never_a_desk",
)  # fmt: skip
# The signals that ``coach/_signals.c`` finds, in its order.
IN_C = (
    "repetition", "restatement", "dictation", "echo", "repair", "statement", "nominal_opening", "nominal_turn",
    "question", "rings",
)  # fmt: skip


def repetitions(spoken: Spoken) -> list[Hit]:
    """Return the turns in which a speaker says again what they said in their last turn.

    Half of the content words of the shorter of the two turns have to be the same; the other's turn between them is
    short, for nobody repeats themselves after a long answer.
    """
    turns = spoken.call.turns
    found: list[Hit] = []
    for index in range(2, len(turns)):
        before, between = index - 2, index - 1
        if turns[index].who != turns[before].who or turns[between].who == turns[index].who:
            continue
        if spoken.lasts[between] - spoken.firsts[between] > LONGEST_QUERY:
            continue
        now, then = _contents(spoken)[index], _contents(spoken)[before]
        if now and then and 2 * len(now & then) >= min(len(now), len(then)):
            found.append(spoken.whole(index))
    return found


def restatements(spoken: Spoken) -> list[Hit]:
    """Return the turns that say back what the other has just said: a content word in common."""
    turns = spoken.call.turns
    found: list[Hit] = []
    said: set[str] = set()
    contents = _contents(spoken)
    for index in range(1, len(turns)):
        if turns[index].who != turns[index - 1].who:
            said = contents[index - 1] - spoken.lists.signals["asked_of_all"]
        if not contents[index].isdisjoint(said) and spoken.flow.real[index]:
            found.append(spoken.whole(index))
    return found


def dictations(spoken: Spoken) -> list[Hit]:
    """Return the turns that give a number or a spelling after a turn of the other that holds none.

    Who gives is rarely who asks; the turns that go on with the number, or read it back, are left out.
    """
    turns = spoken.call.turns
    found: list[Hit] = []
    figures_said = set(filter(_is_figure, set(spoken.norms)))
    before = _figures(spoken, 0, figures_said) if turns else 0
    for index in range(1, len(turns)):
        figures = _figures(spoken, index, figures_said)
        if figures and not before and turns[index].who != turns[index - 1].who:
            first, last = spoken.firsts[index], spoken.lasts[index]
            framing = sum(word in spoken.lists.signals["around_figures"] for word in spoken.norms[first:last])
            if figures >= DICTATED * (last - first - framing):
                found.append(spoken.hit(first, last))
        before = figures
    return found


def echoes(spoken: Spoken) -> list[Hit]:
    """Return the short turns that say "sorry" or "pardon" and otherwise only what the other has just said."""
    turns = spoken.call.turns
    found: list[Hit] = []
    for index in range(1, len(turns)):
        first, last = spoken.firsts[index], spoken.lasts[index]
        if turns[index].who == turns[index - 1].who or not 0 < last - first <= LONGEST_ECHO:
            continue
        words = spoken.norms[first:last]
        if not spoken.lists.signals["asks_back"] & {*words[:2], words[-1] if words[-2:-1] != ["am"] else ""}:
            continue
        now, then = _contents(spoken)[index] - spoken.lists.signals["around_echo"], _contents(spoken)[index - 1]
        if now <= then and (now or (_counts(spoken, index) and _counts(spoken, index - 1))):
            found.append(spoken.hit(first, last))
    return found


def repairs(spoken: Spoken) -> list[Hit]:
    """Return where "sorry" stands between a slip and its correction: "any names, sorry, any towns"; "five, sorry, six".

    The correction takes up a word of the slip, or both are figures (Levelt 1983 on self-repair: speakers start again
    at a word that the slip began with).
    """
    found: list[Hit] = []
    words = spoken.norms
    for at in (at for at, word in enumerate(words) if word == "sorry"):
        turn = spoken.turn_of(at)
        end = at - 2 if words[max(at - 2, 0) : at] == ["i", "am"] else at
        slip = [
            one
            for one in words[max(end - LONGEST_SLIP, spoken.firsts[turn]) : end]
            if one not in spoken.lists.signals["editing"]
        ]
        after = next(
            (one for one in words[at + 1 : spoken.lasts[turn]] if one not in spoken.lists.signals["editing"]), None
        )
        if slip and after and (after in slip or (_is_figure(after) and _is_figure(slip[-1]))):
            found.append(spoken.hit(at, at + 1))
    return found


def statements(spoken: Spoken) -> list[Hit]:
    """Return the turns long enough to say what somebody wants or what happened."""
    return [
        spoken.hit(first, last)
        for first, last in zip(spoken.firsts, spoken.lasts, strict=True)
        if last - first >= LEAST_STATED
    ]


def cut_ins(spoken: Spoken) -> list[Hit]:
    """Return the turns that are transcribed as the rest of a sentence: "-so that's done", "…and the other one"."""
    return [
        spoken.whole(index)
        for index, turn in enumerate(spoken.call.turns)
        if not turn.text[:1].isalnum() and CUT_IN.match(turn.text) and spoken.lasts[index] > spoken.firsts[index]
    ]


def nominal_openings(spoken: Spoken) -> list[Hit]:
    """Return the first turn of the call where it opens with a noun: "Billing, good morning", "Yes, Hartley's".

    Greetings and listening noises may come before it. Whoever answers so has said who they are: nobody opens with
    another noun.
    """
    name = _name_first(spoken, 0) if spoken.call.turns else None
    return [name] if name else []


def nominal_turns(spoken: Spoken) -> list[Hit]:
    """Return the turns that hold a noun or two and nothing else but a greeting: "Hello, dispensary", "Hardware"."""
    return [
        name
        for index, (first, last) in enumerate(zip(spoken.firsts, spoken.lasts, strict=True))
        if last - first <= LONGEST_DESK and (name := _name_first(spoken, index))
    ]


def rings(spoken: Spoken) -> list[Hit]:
    """Return the transcriber's marks of ringing, music and the like: "[ringing]", "(hold music)"."""
    found: list[Hit] = []
    rings = spoken.lists.signals["rings"]
    for index, turn in enumerate(spoken.call.turns):
        text = turn.text
        if not ("[" in text or "(" in text or "<" in text):
            continue
        for mark in BRACKETED.finditer(text):
            if _is_ring(mark[1], rings):
                found.append(Hit(index, mark.start(), mark.end()))
    return found


@functools.lru_cache(maxsize=10_000)
def _is_ring(mark: str, rings: frozenset[str]) -> bool:
    return not rings.isdisjoint(mark.lower().split())


def _name_first(spoken: Spoken, turn: int) -> Hit | None:
    first, last = spoken.firsts[turn], spoken.lasts[turn]
    words, lists = spoken.norms[first:last], spoken.lists.signals
    start = next((at for at, word in enumerate(words) if word not in lists["before_a_name"]), len(words))
    if start == len(words) or words[start] in stop_words() or words[start] in lists["never_a_desk"]:
        return None
    if _is_figure(words[start]):
        return None
    return spoken.hit(first + start, min(first + start + LONGEST_DESK, last))


def _figures(spoken: Spoken, turn: int, figures: Set[str]) -> int:
    words = spoken.norms[spoken.firsts[turn] : spoken.lasts[turn]]
    return 0 if figures.isdisjoint(words) else sum(word in figures for word in words)


def _counts(spoken: Spoken, turn: int) -> bool:
    words = spoken.norms[spoken.firsts[turn] : spoken.lasts[turn]]
    return any(word == "{number}" or is_number(word) for word in words)


@functools.lru_cache(maxsize=100_000)
def _is_figure(word: str) -> bool:
    return (len(word) == 1 and word not in "ai") or word[0] == "{" or is_number(word)


def _contents(spoken: Spoken) -> list[set[str]]:
    """Return the content words of each turn."""
    contents: list[set[str]] | None = spoken.memo.get("contents")
    if contents is None:
        contents = spoken.memo["contents"] = []
        for first, last in zip(spoken.firsts, spoken.lasts, strict=True):
            words = set(spoken.norms[first:last]) - stop_words()
            contents.append({word for word in words if word[0] != "{"})
    return contents


def traits(word: str, lists: WordLists) -> int:
    """Return what the lists say of ``word``, a bit for each of ``TRAITS``."""
    signals = lists.signals
    opens = any(opening == word or opening.startswith(f"{word} ") for opening in signals["opens_question"])
    said = (
        word in stop_words(),
        word[:1] == "{",
        bool(word) and _is_figure(word),
        word == "{number}" or is_number(word),
        *(word in signals[name] for name in TRAITS),
        word in lists.backchannels,
        opens,
    )
    return sum(1 << bit for bit, holds in enumerate(said) if holds)


class Signals:
    """Finds the signals of these ``names`` in calls, most of them in ``coach/_signals.c`` where that was built."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = tuple(names)
        # Where each of them stands among those found in C, or what finds it in Python.
        self._found_by = [(IN_C.index(name), None) if name in IN_C else (-1, SIGNALS[name]) for name in names]
        self._lists: WordLists | None = None
        self._compiled: Any = None

    def of(self, spoken: Spoken, sides: list[str]) -> list[list[Hit]]:
        """Return where each of the signals stands; ``sides`` has ``who`` of each turn."""
        if self._lists is not spoken.lists:
            self._compiled, self._lists = _compiled(spoken.lists), spoken.lists
        if self._compiled is None:
            return [SIGNALS[name](spoken) for name in self._names]
        texts = [turn.text for turn in spoken.call.turns]
        words = spoken.norms, spoken.begins, spoken.ends, spoken.firsts, spoken.lasts
        found = self._compiled.of(texts, *words, sides, spoken.flow.real)
        return [in_python(spoken) if in_python else found[at] for at, in_python in self._found_by]


def _compiled(lists: WordLists) -> Any:
    part = native.load("_signals")
    if part is None:
        return None
    signals = lists.signals
    rings = functools.partial(_is_ring, rings=signals["rings"])
    return part.Signals(functools.partial(traits, lists=lists), signals["opens_question"], rings, Hit)


SIGNALS: Mapping[str, Callable[[Spoken], list[Hit]]] = {
    "repetition": repetitions,
    "restatement": restatements,
    "dictation": dictations,
    "echo": echoes,
    "repair": repairs,
    "statement": statements,
    "cut_in": cut_ins,
    "nominal_opening": nominal_openings,
    "nominal_turn": nominal_turns,
    "rings": rings,
    "question": questions,
    "named_customer": named_customers,
}
