"""The questions that ``coach rules new`` asks in a terminal, in the words of somebody who writes no programs."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

from coach.cli.progress import printable
from coach.errors import UsageError
from coach.figures import FIGURES

if TYPE_CHECKING:
    from coach.authoring.drafting import Wish
    from coach.rule_models import Moment
    from coach.rulebook import Rulebook

KINDS = (
    ("says", "always: it belongs into every call"),
    ("replies", "after something that the customer or the agent says"),
    ("never", "never: there are words that should not fall"),
    ("talk", "it is about timing: waits, interruptions, who talks how much"),
)
PLACES = (("call", "anywhere in the call"), ("first 3 turns", "at the start"), ("last 3 turns", "at the end"))
SOON = (("1 turn", "in the very next turn"), ("3 turns", "within three turns"), ("call", "at any time after it"))
WHO = (("customer", "the customer"), ("agent", "the agent"), ("any", "either"))
WIDTH = 78
Answer = TypeVar("Answer")


def asked(name: str, wish: Wish, book: Rulebook) -> Wish:
    """Return ``wish`` with the answers to what the rule or moment ``name`` still needs."""
    _say(f"{name}: a few questions. Enter takes what stands in [brackets]; Ctrl-C stops, and nothing is written.")
    if "." not in name:
        title = wish.title or _text("What is it, in a few words (such as: Names a price)")
        return wish._replace(title=title, say=wish.say or "; ".join(_phrases()))
    title = wish.title or _text("What is asked of the agent, in a few words (such as: Name the price before booking)")
    wish = wish._replace(title=title, source=wish.source or _text("Where does that stand (your standard, a law)"))
    if not wish.check:
        wish = wish._replace(check=_choice("When should the agent do it?", KINDS, default=1))
    wish = _talk(wish) if wish.check == "talk" else _words(wish, book)
    return wish._replace(coach=wish.coach or _text("What do you tell an agent who missed it"))


def _words(wish: Wish, book: Rulebook) -> Wish:
    new = dict(wish.new_moments)
    if wish.check == "replies" and not wish.when:
        when = _moments("What is the occasion? A few words (such as: asks the price)", "customer", book, new)
        wish = wish._replace(when=when)
    if not wish.expect and wish.check == "never":
        question = "What should not be said? Its words, with ; between them (such as: calm down; not my job)"
        wish = wish._replace(expect=_moments(question, "agent", book, new, is_said=True))
    elif not wish.expect:
        question = "What should the agent say? A few words (such as: names a price)"
        wish = wish._replace(expect=_moments(question, "agent", book, new))
    if not wish.within and wish.check == "says":
        wish = wish._replace(within=_choice("Where in the call?", PLACES, default=0))
    if not wish.within and wish.check == "replies":
        wish = wish._replace(within=_choice("How soon?", SOON, default=1))
    return wish._replace(new_moments=new)


def _talk(wish: Wish) -> Wish:
    if not wish.figure:
        wish = wish._replace(figure=_choice("Which figure?", tuple(FIGURES.items()), default=0))
    if wish.most is None and wish.least is None:
        bounds = (("most", "there should not be more than so much"), ("least", "there should not be less"))
        which = _choice("What is good?", bounds, default=0)
        share = wish.figure == "agent_share"
        question = "How much, from 0 to 1 (0.6 is six words of ten)" if share else "How much"
        bound = _answer(question, lambda text: _bound(text, 1 if share else math.inf))
        wish = wish._replace(most=bound) if which == "most" else wish._replace(least=bound)
    return wish


def _bound(text: str, most: float) -> float:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = math.nan
    if not (0 <= number <= most) or math.isinf(number):
        raise UsageError("Write a number from 0 to 1, such as 0.6." if most == 1 else "Write a number, such as 60.")
    return number


def _moments(question: str, side: str, book: Rulebook, new: dict[str, Sequence[str]], *, is_said: bool = False) -> str:
    """Ask for moments until some are chosen, or described; return them as ``customer: a, b``.

    Where the answer ``is_said`` as it stands, it gives the phrases of a new moment too.
    """
    from coach.authoring.moment_search import near_moments

    words = _text(question)
    near = near_moments(words, book.moments)
    known = {moment.id for moment in book.moments}
    names = [words] if words in known else _chosen(near)
    if not names:
        # Phrases first: who was asked for words that are said thinks of no name yet.
        phrases = _phrases(words if is_said or ";" in words else "")
        names = [_name_for(phrases[0] if is_said else words.partition(";")[0], known | new.keys())]
        new[names[0]] = phrases
    default = [each for each, _ in WHO].index(_side(names[0], side, book))
    return f"{_choice('Who says it?', WHO, default=default)}: {', '.join(names)}"


def _side(name: str, otherwise: str, book: Rulebook) -> str:
    from coach.authoring.moment_search import usual_side

    return usual_side(name, "when" if otherwise == "customer" else "expect", book.moments, book.rules)


def _chosen(near: Sequence[Moment]) -> list[str]:
    if not near:
        _say("Nothing like it is known yet.")
        return []
    _say("These are known already:")
    for number, moment in enumerate(near, 1):
        said = next((text for text in moment.examples.match if "\n" not in text.strip()), "")
        _say(f"  {number}  {moment.title}{f', as in: {said.strip()}' if said else ''}", "     ")
    _say("  0  none of these: I give the words myself")

    def numbers(text: str) -> list[int]:
        parts = text.replace(",", " ").split()
        found = [int(part) for part in parts if part.isdecimal() and len(part) < 3]
        if not found or len(found) < len(parts) or not all(0 <= number <= len(near) for number in found):
            raise UsageError(f"Write numbers from 0 to {len(near)}, such as: 1, 2")
        return found

    picked = _answer("Number, or several: 1, 2", numbers)
    return [near[number - 1].id for number in dict.fromkeys(picked) if number]


def _name_for(words: str, taken: set[str]) -> str:
    """Ask for the id of a new moment."""
    import re

    from coach.authoring.draft_text import place_of

    def free(text: str) -> str:
        place_of(text)
        if "." in text or text in taken:
            raise UsageError("There is one of that name already." if text in taken else "Leave the dot out.")
        return text

    default = re.sub(r"[^a-z0-9]+", "_", words.casefold())[:40].strip("_0123456789")
    return _answer("A short name for it, with _ between words", free, default)


def _text_of_phrases() -> str:
    return "How is it said? Some ways, with ; between them (such as: it costs; the price is)"


def _phrases(default: str = "") -> tuple[str, ...]:
    from coach.authoring.draft_text import phrases_of

    return _answer(_text_of_phrases(), phrases_of, default)


def _text(question: str) -> str:
    return _answer(question, str)


def _choice(question: str, choices: Sequence[tuple[str, str]], default: int) -> str:
    def number(text: str) -> int:
        found = int(text) if text.isdecimal() and len(text) < 3 else 0
        if not 1 <= found <= len(choices):
            raise UsageError(f"Write a number from 1 to {len(choices)}.")
        return found

    _say(question)
    for place, (_, words) in enumerate(choices, 1):
        _say(f"  {place}  {words}", "     ")
    return choices[_answer("Number", number, str(default + 1)) - 1][0]


def _answer(question: str, understood: Callable[[str], Answer], default: str = "") -> Answer:
    """Ask until there is an answer that is ``understood``: what is wrong with one is a usage error."""
    *before, last = textwrap.wrap(printable(question), WIDTH - len(default) if len(default) < 20 else WIDTH)
    for line in before:
        click.echo(line)
    while True:
        text: str = click.prompt(last, default=default, show_default=bool(default))
        # The end of a long question alone says nothing when it is asked again.
        last = "Your answer" if before else last
        if not text.strip():
            _say("This needs an answer. (Ctrl-C stops, and nothing is written.)")
            continue
        try:
            return understood(text.strip())
        except UsageError as error:
            for line in str(error).splitlines():
                _say(line.strip())


def _say(text: str, hang: str = "") -> None:
    for line in textwrap.wrap(printable(text), WIDTH, subsequent_indent=hang, break_on_hyphens=False):
        click.echo(line)
