"""The words in which explanations speak of places, windows and sides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coach.call import Role
from coach.rule_models import Window
from coach.scored import Evidence

LONGEST_QUOTE = 70
LONGEST_PHRASE = 60
SIDES = {"agent": "the agent", "customer": "the customer", "other": "somebody else", None: "either side"}


def the_side(side: str | None) -> str:
    """Return who ``side`` is: ``the agent``, ``either side``."""
    return SIDES.get(side, "a speaker whose side is not known")


def trimmed(text: str) -> str:
    """Return ``text`` on one line, and only its beginning and end where it is long."""
    text = " ".join(text.split())
    if len(text) <= LONGEST_QUOTE:
        return text
    words = text.split(" ")
    begin, end = "", ""
    for word in words:
        if len(begin) + len(word) > LONGEST_QUOTE * 2 // 3:
            break
        begin += word + " "
    for word in reversed(words):
        if len(end) + len(word) > LONGEST_QUOTE // 3:
            break
        end = f" {word}{end}"
    return f"{begin or text[:LONGEST_QUOTE]}...{end}"


def shortened(phrase: str) -> str:
    """Return the beginning of a ``phrase`` in the notation of rule files."""
    return phrase if len(phrase) <= LONGEST_PHRASE else phrase[:LONGEST_PHRASE] + "…"


def place_of(quote: Evidence, role: str = "") -> str:
    """Return ``turn 4 (agent): “I am sorry”``; without the brackets where there is no ``role``."""
    return f"turn {quote.turn}{f' ({role})' if role else ''}: “{trimmed(quote.text)}”"


def listed(items: Sequence[str], word: str = "or") -> str:
    """Return ``a``, ``a or b``, ``a, b or c``."""
    return f"{', '.join(items[:-1])} {word} {items[-1]}" if len(items) > 1 else "".join(items)


def counted(number: int, thing: str) -> str:
    """Return ``1 turn``, ``2 turns``."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def turns_in_words(turns: range) -> str:
    """Return ``turn 4`` or ``turns 4 to 7``."""
    return f"turn {turns.start}" if len(turns) == 1 else f"turns {turns.start} to {turns.stop - 1}"


def some_turns(turns: Iterable[int], most: int = 6) -> str:
    """Return ``turn 4``, ``turns 2, 4 and 7``; of many the first, and how many more."""
    numbers = [str(turn) for turn in sorted(set(turns))]
    if len(numbers) > most:
        numbers = [*numbers[:most], f"{len(numbers) - most} more"]
    return f"turn{'s' if len(numbers) > 1 else ''} {listed(numbers, 'and')}"


def size_of(window: Window) -> str:
    """Return how large ``window`` is: ``3 turns``, ``20 seconds``."""
    return counted(window.turns, "turn") if window.turns is not None else f"{window.seconds or 0:g} seconds"


def stretch_of(window: Window) -> str:
    """Return ``window`` as a stretch: ``the 3 turns``, ``the turn``."""
    return "the turn" if window.turns == 1 else f"the {size_of(window)}"


def edge_of(window: Window, side: Role | None) -> str:
    """Return a window at an edge of the call in words: ``the agent's first 3 turns``."""
    if window.edge is None:
        return "the call"
    if window.seconds is not None:
        return f"the {window.edge} {window.seconds:g} seconds of the call"
    whose = "the call's" if window.of_call or side is None else f"{the_side(side)}'s"
    return f"{whose} {window.edge} {counted(window.turns or 0, 'turn') if window.turns != 1 else 'turn'}"


def reach_of(window: Window) -> str:
    """Return how far ``window`` reaches from an occasion on: ``up to 3 turns later``."""
    if window.seconds is not None:
        return f"to {window.seconds:g} seconds after it"
    if window.turns is not None:
        return f"to {counted(window.turns, 'turn')} after it"
    return "to the end of the call"


def places_after(window: Window, kind: str) -> str:
    """Return the stretch ``window`` before a match (``kind`` ``after``), or behind it (``before``)."""
    way = "before it" if kind == "after" else "after it"
    if window.seconds is not None:
        return f"in {stretch_of(window)} {way}"
    return f"in {stretch_of(window)} {way}" if window.turns is not None else way


def first_sentence(text: str | None) -> str:
    """Return the first line of ``text``, a docstring that says what a function returns, as what it finds."""
    line = (text or "").strip().split("\n")[0].removeprefix("Return ").rstrip(".")
    return small(line)


def capital(text: str) -> str:
    """Return ``text`` with a capital at its start."""
    return text[:1].upper() + text[1:]


def clause_of(text: str) -> str:
    """Return ``text``, a piece of a reason, so that a sentence can go on with it."""
    return small(text.strip(" ,;.").removeprefix("but "))


def small(text: str) -> str:
    """Return ``text`` without a capital at its start."""
    return text[:1].lower() + text[1:]
