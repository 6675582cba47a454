"""Believable calls from a grammar of phrases: agents with skills that differ and drift, and what they then say.

Nothing here is meant to be read by customers; examples/ holds calls that are. These are for measuring.
"""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

Phrases = Mapping[str, Sequence[str]]
Chance = Callable[[], float]

PHRASES = Path(__file__).resolve().parent / "phrases"
UNSAFE = re.compile(r'["\\\x00-\x1f<>&]|[^\x00-\x7f]')

SKILLS = (
    "opening",
    "acknowledge",
    "apology",
    "empathy",
    "hold",
    "own",
    "further help",
    "close",
    "courtesy",
    "patience",
)
# What even the weakest manage, and how much the best have on top; rudeness and cutting in are rare.
LEAST = {"courtesy": 0.93, "acknowledge": 0.6, "own": 0.6, "patience": 0.55}
LEAST_OTHERWISE = 0.2
MOST = 0.99
DRIFT_A_WEEK = 0.03

FIRST_NAMES = (
    "Amir Beth Carlos Dana Elif Fergus Gita Hannah Ivo Jodie Kemal Lena Moses Nadia Oscar Petra Quinn Rosa Sol Tess"
).split()
LAST_NAMES = (
    "Archer Bello Crane Dutta Ellis Foss Gill Hale Ivers Joshi Kerr Lowe Mensah Nash Orr Pike Rudd Shaw".split()
)
CUSTOMERS = "Mrs Abel,Mr Brandt,Miss Cole,Mr Desai,Mrs Eke,Ms Frost,Mr Grant,Mrs Hill,Mr Islam,Ms Jarvis".split(",")
STREETS = "Quay Street,Mill Road,Orchard Way,Castle Hill,Station Lane,Bakers Row,Elder Grove,High Street".split(",")
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday".split()
MONTHS = "January February March April May June July August September".split()
DIGITS = "oh one two three four five six seven eight nine".split()
COMPANIES = ("Northgate Broadband", "Northgate Home Cover", "Northgate Billing", "Northgate Sales")
CUSTOMER_TYPES = ("external",) * 8 + ("internal", "partner")
TRANSFERRED, CUT_OFF = 0.04, 0.06

OPENS, GAP, HOLD, CUTS_IN, DURING = range(5)


class Agent(NamedTuple):
    """An agent: ``skills`` maps a skill to the chance of it in the first week and its change a week."""

    id: str
    name: str
    team: str
    company: str
    skills: Mapping[str, tuple[float, float]]


class Said(NamedTuple):
    """A turn before it has times; ``how`` is one of ``OPENS`` to ``DURING``."""

    role: str
    text: str
    how: int = GAP


class MadeTurn(NamedTuple):
    """A turn; times are hundredths of a second, ``None`` and 0 where the call is to have none."""

    role: str
    text: str
    start: int | None
    end: int


class MadeCall(NamedTuple):
    """A call."""

    call_id: str
    agent: Agent
    started_at: str
    customer_type: str
    turns: list[MadeTurn]


class Topic(NamedTuple):
    """What a call is about; ``trouble`` calls for an apology."""

    trouble: bool
    reasons: Sequence[str]
    fixes: Sequence[str]


def sections_of(path: Path) -> dict[str, list[str]]:
    """Return the phrases of a file by section; ``ValueError`` where one would need escaping in JSON, CSV or WebVTT."""
    sections: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            if UNSAFE.search(line):
                raise ValueError(f"{path.name}: not plain text: {line}")
            current.append(line)
    return sections


def topics() -> list[Topic]:
    """Return what calls can be about."""
    sections = sections_of(PHRASES / "topics.txt")
    found: dict[tuple[str, str], dict[str, list[str]]] = {}
    for name, phrases in sections.items():
        topic, kind, part = name.split(" / ")
        found.setdefault((topic, kind), {})[part] = phrases
    return [Topic(kind == "trouble", parts["reason"], parts["fix"]) for (_, kind), parts in found.items()]


def chance_of(seed: str) -> Chance:
    """Return a source of numbers from 0 up to 1 that is the same for ``seed`` everywhere."""
    return random.Random(seed).random  # noqa: S311 (nothing secret: it has to be repeatable)


def one_of(options: Sequence[str], chance: Chance) -> str:
    """Return one of ``options``."""
    return options[int(chance() * len(options))]


def agents_of(count: int, seed: int) -> list[Agent]:
    """Return the staff: each with skills of their own, some of which get better or worse by the week."""
    chance = chance_of(f"agents {seed}")
    return [agent_of(number, chance) for number in range(count)]


def agent_of(number: int, chance: Chance) -> Agent:
    """Return one agent."""
    skills: dict[str, tuple[float, float]] = {}
    for skill in SKILLS:
        least = LEAST.get(skill, LEAST_OTHERWISE)
        skills[skill] = (least + chance() * (MOST - least), (chance() * 2 - 0.7) * DRIFT_A_WEEK)
    name = f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {LAST_NAMES[number // len(FIRST_NAMES) % len(LAST_NAMES)]}"
    company = COMPANIES[number % len(COMPANIES)]
    return Agent(f"g{number:04}", name, f"{company.split(' ', 1)[1]} {number % 20 // 4 + 1}", company, skills)


def calls_of(
    staff: Sequence[Agent], count: int, seed: int, weeks: int, first_day: datetime.date, *, times: bool
) -> Iterator[MadeCall]:
    """Yield ``count`` calls in the order of their starts, spread over the working days of ``weeks``."""
    chance = chance_of(f"calls {seed}")
    phrases = sections_of(PHRASES / "agent.txt")
    phrases.update({f"customer {name}": lines for name, lines in sections_of(PHRASES / "customer.txt").items()})
    about = topics()
    days = [str(first_day + datetime.timedelta(days=7 * week + day)) for week in range(weeks) for day in range(5)]
    for number in range(count):
        place = number * len(days) * 600 // count
        day, minute = divmod(place, 600)
        agent = staff[int(chance() * len(staff))]
        topic = about[int(chance() * len(about))]
        said = Conversation(agent, day // 5, phrases, chance).about(topic)
        started_at = f"{days[day]}T{8 + minute // 60:02}:{minute % 60:02}:00Z"
        turns = timed(said, chance) if times else [MadeTurn(turn.role, turn.text, None, 0) for turn in said]
        yield MadeCall(f"gen-{seed}-{number:07}", agent, started_at, one_of(CUSTOMER_TYPES, chance), turns)


class Conversation:
    """One call as it is made up: what was said so far, and chances from the agent's skills in that week."""

    def __init__(self, agent: Agent, week: int, phrases: Phrases, chance: Chance) -> None:
        self.agent = agent
        self.week = week
        self.phrases = phrases
        self.chance = chance
        self.said: list[Said] = []
        self.facts = facts_of(agent, chance)

    def does(self, skill: str) -> bool:
        """Return whether the agent shows ``skill`` this time."""
        first, change = self.agent.skills[skill]
        return self.chance() < first + change * self.week

    def phrase(self, section: str) -> str:
        """Return one phrase of ``section`` with its slots filled."""
        return self.filled(one_of(self.phrases[section], self.chance))

    def filled(self, phrase: str) -> str:
        """Return ``phrase`` with its slots filled."""
        return phrase.format_map(self.facts) if "{" in phrase else phrase

    def agent_says(self, text: str, how: int = GAP) -> None:
        """Add a turn of the agent."""
        self.said.append(Said("agent", text, how))

    def customer_says(self, text: str, how: int = GAP) -> None:
        """Add a turn of the customer."""
        self.said.append(Said("customer", text, how))

    def about(self, topic: Topic) -> list[Said]:
        """Return the whole conversation."""
        self.open(topic)
        self.look_up()
        ending = self.chance()
        if ending < TRANSFERRED:
            self.transfer()
            return self.said
        self.deal_with(topic)
        if ending < CUT_OFF:
            return self.said
        self.close()
        return self.said

    def open(self, topic: Topic) -> None:
        """Say who is there, why the customer calls, and how the agent takes it."""
        if self.does("opening"):
            self.agent_says(self.phrase("opening good"), OPENS)
        else:
            self.agent_says(self.phrase("opening no offer" if self.chance() < 0.6 else "opening bare"), OPENS)
        upset = topic.trouble and self.chance() < 0.5
        hello = f"{self.phrase('customer hello')} {self.phrase('customer name')}"
        reason = f"{hello} {self.filled(one_of(topic.reasons, self.chance))}"
        self.customer_says(f"{reason} {self.phrase('customer upset')}" if upset else reason)
        heard = [self.phrase("acknowledge")] if self.does("acknowledge") else []
        if topic.trouble and self.does("apology"):
            heard.append(self.phrase("apology"))
        if upset and self.does("empathy"):
            heard.append(self.phrase("empathy"))
        self.agent_says(" ".join([*heard, self.phrase("ask")]))
        self.customer_says(self.phrase("customer account"))

    def look_up(self) -> None:
        """Keep the customer waiting, with a word or without; two in three calls."""
        if self.chance() < 0.35:
            self.agent_says(self.phrase("small talk"))
            return
        polite = self.does("hold")
        self.agent_says(self.phrase("hold good" if polite else "hold none"))
        if polite:
            self.customer_says(self.phrase("customer wait"))
        self.agent_says(self.phrase("back good" if polite else "back none"), HOLD)

    def deal_with(self, topic: Topic) -> None:
        """Explain and act, with a question or two from the customer, who may be cut off or brushed off."""
        self.agent_says(self.filled(one_of(topic.fixes, self.chance)))
        questions = self.phrases["customer question"]
        first = int(self.chance() * len(questions))
        for at in range(1 + int(self.chance() * 4)):
            self.ask(*questions[(first + at) % len(questions)].split(" | "))
        if not self.does("courtesy"):
            self.agent_says(self.phrase("courtesy missed"))
            self.customer_says(self.phrase("customer cross"))
        self.agent_says(self.phrase("own" if self.does("own") else "own none"))
        self.customer_says(self.phrase("customer answer heard"))

    def ask(self, question: str, answer: str) -> None:
        """Let the customer ask something and be answered; where the agent lacks patience, be cut off first."""
        if not self.does("patience"):
            self.customer_says(self.phrase("customer cut off"))
            self.agent_says(self.phrase("acknowledge"), CUTS_IN)
        self.customer_says(question)
        self.agent_says(self.filled(answer))
        if self.chance() < 0.3:
            self.customer_says(self.phrase("backchannel"), DURING)
        self.customer_says(self.phrase("customer answer heard"))

    def transfer(self) -> None:
        """Pass the customer on."""
        self.agent_says(self.phrase("transfer good" if self.does("hold") else "transfer bare"))
        self.customer_says(self.phrase("customer wait"))

    def close(self) -> None:
        """Bring the call to its end."""
        if self.does("further help"):
            self.agent_says(self.phrase("further help"))
            self.customer_says(self.phrase("customer no more"))
        self.agent_says(self.phrase("close good" if self.does("close") else "close bare"))
        self.customer_says(self.phrase("customer bye"))


def facts_of(agent: Agent, chance: Chance) -> dict[str, str]:
    """Return what fills the slots of phrases in one call."""
    first, second = int(chance() * 1000), int(chance() * 1000)
    return {
        "agent": agent.name.split()[0],
        "company": agent.company,
        "customer": one_of(CUSTOMERS, chance),
        "street": one_of(STREETS, chance),
        "day": one_of(DAYS, chance),
        "month": one_of(MONTHS, chance),
        "year": str(2012 + int(chance() * 12)),
        "amount": f"{3 + int(chance() * 90)} pounds",
        "account": f"{spoken(first)}, {spoken(second)}",
        "desk": "billing" if chance() < 0.5 else "technical",
    }


def spoken(number: int) -> str:
    """Return the three digits of ``number`` as they are said."""
    return f"{DIGITS[number // 100]} {DIGITS[number // 10 % 10]} {DIGITS[number % 10]}"


def timed(said: Sequence[Said], chance: Chance) -> list[MadeTurn]:
    """Return turns with times: seven hundredths of a second a letter, which is about 2.5 words a second."""
    turns: list[MadeTurn] = []
    floor, begun = 40, 40
    paces = {"agent": 6 + chance() * 2, "customer": 6 + chance() * 2}
    for role, text, how in said:
        if how == DURING:
            start = begun + (floor - begun) // 2
        elif how == CUTS_IN:
            start = floor - 40 - int(chance() * 80)
        elif how == HOLD:
            start = floor + 600 + int(chance() * 3000)
        elif how == OPENS:
            start = floor
        else:
            start = floor + 15 + int(chance() * 90)
        end = start + 20 + int(len(text) * paces[role])
        turns.append(MadeTurn(role, text, start, end))
        if how != DURING:
            begun = start
        floor = max(floor, end)
    return turns


def json_line(call: MadeCall) -> str:
    """Return the call in the native form, as a line.

    The phrases hold no quote, backslash or line break (a test sees to it): to escape nothing makes writing several
    times faster than a general encoder.
    """
    turns = ", ".join(
        f'{{"role": "{turn.role}", "text": "{turn.text}"}}'
        if turn.start is None
        else f'{{"role": "{turn.role}", "text": "{turn.text}", "start": {turn.start / 100}, "end": {turn.end / 100}}}'
        for turn in call.turns
    )
    who = call.agent
    return (
        f'{{"call_id": "{call.call_id}", "agent": {{"id": "{who.id}", "name": "{who.name}", "team": "{who.team}"}}, '
        f'"started_at": "{call.started_at}", "customer_type": "{call.customer_type}", "turns": [{turns}]}}\n'
    )
