"""The questions that ``coach rules new`` asks in a terminal, in the words of somebody who writes no programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from coach.errors import UsageError

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


def asked(name: str, wish: Wish, book: Rulebook) -> Wish:
    """Return ``wish`` with the answers to what the rule or moment ``name`` still needs."""
    click.echo(f"{name}: a few questions. Enter takes what stands in [brackets]; Ctrl-C stops, and nothing is written.")
    if "." not in name:
        title = wish.title or _text("What is it, in a few words (such as: Names a price)")
        return wish._replace(title=title, say=wish.say or _phrases(_text_of_phrases()))
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
    if not wish.expect:
        never = wish.check == "never"
        question = "What should not be said? A few words" if never else "What should the agent say? A few words"
        wish = wish._replace(expect=_moments(f"{question} (such as: names a price)", "agent", book, new))
    if not wish.within and wish.check == "says":
        wish = wish._replace(within=_choice("Where in the call?", PLACES, default=0))
    if not wish.within and wish.check == "replies":
        wish = wish._replace(within=_choice("How soon?", SOON, default=1))
    return wish._replace(new_moments=new)


def _talk(wish: Wish) -> Wish:
    from coach.authoring.pages import FIGURES

    if not wish.figure:
        wish = wish._replace(figure=_choice("Which figure?", list(FIGURES.items()), default=0))
    if wish.most is None and wish.least is None:
        bounds = (("most", "there should not be more than so much"), ("least", "there should not be less"))
        which = _choice("What is good?", bounds, default=0)
        share = wish.figure == "agent_share"
        question = "How much, from 0 to 1 (0.6 is six words of ten)" if share else "How much"
        bound = click.prompt(question, type=click.FloatRange(0, 1 if share else None))
        wish = wish._replace(most=bound) if which == "most" else wish._replace(least=bound)
    return wish


def _moments(question: str, side: str, book: Rulebook, new: dict[str, Sequence[str]]) -> str:
    """Ask for moments until some are chosen, or described; return them as ``customer: a, b``."""
    from coach.authoring.moment_search import near_moments

    words = _text(question)
    near = near_moments(words, book.moments)
    known = {moment.id for moment in book.moments}
    names = [words] if words in known else _chosen(near)
    if not names:
        names = [_name_for(words, known | new.keys())]
        new[names[0]] = _parsed(_phrases(_text_of_phrases()))
    default = [each for each, _ in WHO].index(_side(names[0], side, book))
    return f"{_choice('Who says it?', WHO, default=default)}: {', '.join(names)}"


def _side(name: str, otherwise: str, book: Rulebook) -> str:
    from coach.authoring.moment_search import usual_side

    return usual_side(name, "when" if otherwise == "customer" else "expect", book.moments, book.rules)


def _chosen(near: Sequence[Moment]) -> list[str]:
    if not near:
        click.echo("Nothing like it is known yet.")
        return []
    click.echo("These are known already:")
    for number, moment in enumerate(near, 1):
        said = next((text for text in moment.examples.match if "\n" not in text.strip()), "")
        click.echo(f"  {number}  {moment.title}{f', as in: {said.strip()}' if said else ''}")
    click.echo("  0  none of these: I give the words myself")

    def numbers(text: str) -> list[int]:
        found = [int(part) for part in text.replace(",", " ").split() if part.isdecimal()]
        if not found or not all(0 <= number <= len(near) for number in found):
            raise click.UsageError(f"Write numbers from 0 to {len(near)}.")
        return found

    picked = click.prompt("Number, or several: 1, 2", value_proc=numbers)
    return [near[number - 1].id for number in dict.fromkeys(picked) if number]


def _name_for(words: str, taken: set[str]) -> str:
    """Ask for the id of a new moment."""
    import re

    from coach.authoring.draft_text import place_of

    def free(text: str) -> str:
        try:
            place_of(text)
        except UsageError as error:
            raise click.UsageError(str(error)) from None
        if "." in text or text in taken:
            raise click.UsageError("There is one of that name already." if text in taken else "Leave the dot out.")
        return text

    default = re.sub(r"[^a-z0-9]+", "_", words.casefold())[:40].strip("_0123456789") or None
    name: str = click.prompt("A short name for it, with _ between words", default=default, value_proc=free)
    return name


def _text_of_phrases() -> str:
    return "How is it said? Some ways, with ; between them (such as: it costs; the price is)"


def _phrases(question: str) -> str:
    def sound(text: str) -> str:
        _parsed(text)
        return text

    text: str = click.prompt(question, value_proc=sound)
    return text


def _parsed(text: str) -> tuple[str, ...]:
    from coach.authoring.draft_text import phrases_of

    try:
        return phrases_of(text)
    except UsageError as error:
        raise click.UsageError(str(error)) from None


def _text(question: str) -> str:
    def something(text: str) -> str:
        if not text.strip():
            raise click.UsageError("Write a few words.")
        return text.strip()

    text: str = click.prompt(question, value_proc=something)
    return text


def _choice(question: str, choices: Sequence[tuple[str, str]], default: int) -> str:
    click.echo(question)
    for number, (_, words) in enumerate(choices, 1):
        click.echo(f"  {number}  {words}")
    number = click.prompt("Number", type=click.IntRange(1, len(choices)), default=default + 1)
    return choices[number - 1][0]
