"""Calls of known roles, as evidence: what each turn says while nobody's role is known.

They come from several sources of different kinds, so that what is learnt from one can be tried on another: the two
sets of real calls, calls written by people who have not seen the rules, the calls of ``examples/``, the pieces of
``role_talks.txt``, the cases of the rules, and calls from the grammar of phrases.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from accuracy import half_of
from generated_calls import agents_of
from generated_calls import calls_of as made_calls

from coach.call import Call, Roles, Turn
from coach.cases import call_of
from coach.moments import settle
from coach.readers import Rejected, read
from coach.role_turns import Heard
from coach.role_words import heard_in
from coach.scoring import Scorer

HERE = Path(__file__).resolve().parent
REAL = ("operator", "telehealth")
UNSEEN = ("unseen_a", "unseen_b", "unseen_c")
GENERATED = 120


class Talk(NamedTuple):
    """One call as evidence."""

    source: str
    call_id: str
    turns: list[Heard]


def hidden(call: Call, dropped: int) -> Call:
    """Return ``call`` without its first turns and with labels that say nothing."""
    flip = hashlib.md5(f"{call.call_id}-{dropped}".encode(), usedforsecurity=False).digest()[0] % 2
    label = {"agent": f"spk_{flip}", "customer": f"spk_{1 - flip}"}
    turns = tuple(turn._replace(role="unknown", speaker=label[turn.role]) for turn in call.turns[dropped:])
    return replace(call, turns=turns, roles=Roles())


def calls_in(path: Path) -> Iterator[Call]:
    """Yield the calls of a file or folder."""
    return (call for call in read([str(path)]) if not isinstance(call, Rejected))


def real(folder: Path, name: str, half: str) -> Iterator[Call]:
    """Yield the calls of one half of a set."""
    return (call for call in calls_in(folder / f"{name}.jsonl") if half in ("both", half_of(call.call_id)))


def two_sided(calls: Iterable[Call]) -> Iterator[Call]:
    """Yield the calls in which both sides speak, turns of anybody else left out."""
    for call in calls:
        turns = tuple(turn for turn in call.turns if turn.role in ("agent", "customer"))
        if len({turn.role for turn in turns}) == 2:
            yield replace(call, turns=turns)


def sources(folder: Path, scorer: Scorer) -> Iterator[tuple[str, Call]]:
    """Yield every call to learn from, with where it is from."""
    for name in REAL:
        yield from ((name, call) for call in two_sided(real(folder, name, "both")))
    for name in UNSEEN:
        for path in sorted((HERE / "unseen" / "calls").glob(f"{name.removeprefix('unseen_')}-*.jsonl")):
            yield from ((name, call) for call in two_sided(calls_in(path)))
    yield from (("examples", call) for call in two_sided(calls_in(HERE.parent / "examples" / "calls")))
    yield from (("talks", call) for call in two_sided(talks()))
    yield from (("cases", call) for call in two_sided(cases(scorer)))
    yield from (("generated", call) for call in two_sided(generated()))


def is_kept_back(talk: Talk) -> bool:
    """Tell whether a call is only for trying, never for learning: the half of the unseen calls that nobody looks at."""
    return talk.source in UNSEEN and half_of(talk.call_id) == "check"


def talks() -> Iterator[Call]:
    """Yield the pieces of ``role_talks.txt``."""
    text = (HERE / "role_talks.txt").read_text("utf-8").partition("\n\n")[2]
    for number, piece in enumerate(text.split("\n\n")):
        lines = [line.replace("A: ", "agent: ", 1).replace("C: ", "customer: ", 1) for line in piece.splitlines()]
        yield replace(call_of("\n".join(lines), "role_talks.txt"), call_id=f"talk-{number}")


def cases(scorer: Scorer) -> Iterator[Call]:
    """Yield the small calls that rules carry as cases."""
    for rule in scorer.rulebook.rules:
        for number, case in enumerate(rule.tests):
            yield replace(call_of(case.call, rule.id), call_id=f"{rule.id}-{number}")


def generated() -> Iterator[Call]:
    """Yield calls from the grammar of phrases."""
    first_day = datetime.date(2026, 1, 5)
    for call in made_calls(agents_of(200, 1), GENERATED, 1, 12, first_day, times=False):
        turns = tuple(Turn("agent" if said.role == "agent" else "customer", said.text) for said in call.turns)
        yield Call(call.call_id, turns, roles=Roles("given", ("agent",), 1.0))


def talk_of(source: str, call: Call, scorer: Scorer, names: Collection[str]) -> Talk:
    """Return what is heard in ``call`` while nobody's role is known; ``names`` are the moments that count."""
    spoken = scorer.language.read(hidden(call, 0))
    moments = settle(scorer.rulebook.moments, scorer.language.spans(spoken), spoken)
    turns = heard_in(spoken, moments, names)
    return Talk(
        source, call.call_id, [turn._replace(label=said.role) for turn, said in zip(turns, call.turns, strict=True)]
    )
