"""What the checks share: the heard call, its occasions, and the turns to search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from coach.call import Role
from coach.language import Hit, Spoken, hits_in
from coach.rule_models import Clause, Rule, Window
from coach.scored import Evidence, Finding, Talk

# More quotes than these add nothing to a defence of the mark.
MOST_QUOTES = 3


@dataclass(frozen=True, slots=True)
class Heard:
    """Everything that a check may look at; ``foreign`` says why the words count for nothing, where they do."""

    spoken: Spoken
    moments: Mapping[str, tuple[Hit, ...]]
    talk: Talk
    mood: tuple[float | None, ...]
    foreign: str = ""

    def quotes(self, hits: Iterable[Hit]) -> tuple[Evidence, ...]:
        """Return the first few of ``hits`` as quotes; of two that overlap, the longer."""
        return tuple([self.spoken.quote(hit) for hit in apart(hits)[:MOST_QUOTES]])

    def said(self, clause: Clause, turns: range) -> list[Hit]:
        """Return where what ``clause`` names is said by the side that it names, within ``turns``."""
        found: list[Hit] = []
        moments = self.moments
        # Most of what rules name is not said in a call.
        for name, side in clause.by_side:
            if name in moments:
                found += self._said_by(side, hits_in(moments[name], turns))
        return sorted(set(found)) if len(found) > 1 else found

    def _said_by(self, side: Role | None, hits: Sequence[Hit]) -> Iterable[Hit]:
        turns = self.spoken.call.turns
        return [hit for hit in hits if turns[hit.turn].role == side] if side else hits


def apart(hits: Iterable[Hit]) -> list[Hit]:
    """Return ``hits`` in order; of those that overlap, the longest."""
    found: list[Hit] = []
    several = set(hits)
    if len(several) < 2:
        return list(several)
    for hit in sorted(several):
        if found and hit.turn == found[-1].turn and hit.start < found[-1].end:
            found[-1] = max(found[-1], hit, key=lambda either: either.end - either.start)
        else:
            found.append(hit)
    return found


class Occasion(NamedTuple):
    """Something that calls for a reply; ``hit`` is ``None`` where it is a silence."""

    turn: int
    hit: Hit | None


def occasions(clauses: Sequence[Clause], heard: Heard) -> list[Occasion]:
    """Return every occasion that one of ``clauses`` describes, in order."""
    if not clauses:
        return []
    found: set[Occasion] = set()
    for clause in clauses:
        # As it is with most clauses and calls.
        if clause.silence is None and heard.moments.keys().isdisjoint(clause.moments):
            continue
        turns = heard.spoken.flow.turns_within(clause.within, clause.side)
        found.update([Occasion(hit.turn, hit) for hit in heard.said(clause, turns)])
        if clause.silence is not None:
            found.update(
                Occasion(gap.after, None)
                for gap in heard.talk.silences or ()
                if gap.seconds >= clause.silence and gap.after in turns
            )
    return sorted(found, key=_by_place) if len(found) > 1 else list(found)


def _by_place(occasion: Occasion) -> tuple[int, Hit | tuple[()]]:
    return occasion.turn, occasion.hit or ()


def may_answer_itself(occasion: Occasion, heard: Heard) -> bool:
    """Say whether occasion and reply may be words of one turn of the agent: "I can't do that, I'm sorry"."""
    return occasion.hit is None or heard.spoken.call.turns[occasion.turn].role != "customer"


def turns_after(given: Sequence[Occasion], window: Window, heard: Heard) -> list[range]:
    """Return the turns that ``window`` covers after each of the occasions ``given``."""
    flow = heard.spoken.flow
    return [flow.turns_after(one.turn, window, from_same=may_answer_itself(one, heard)) for one in given]


def side_of(clause: Clause) -> Role | None:
    """Return the one side that ``clause`` speaks of, or ``None`` for both."""
    return clause.side


def untimed(rule: Rule, heard: Heard) -> Finding | None:
    """Return ``cannot_tell`` where ``rule`` asks for times that the transcript lacks, else ``None``."""
    if rule.counts_seconds:
        lacking = [lack for lack in heard.spoken.call.lacks if lack in ("times", "ends")]
        if lacking:
            return Finding(rule.id, "cannot_tell", f"The rule counts seconds, and the transcript lacks {lacking[0]}.")
    if rule.asks_silences and heard.talk.silences is None:
        return Finding(rule.id, "cannot_tell", "The rule asks after silences, and the transcript lacks times.")
    return None


def not_applicable(rule: Rule) -> Finding:
    """Return the mark of a rule whose occasion did not come."""
    return Finding(rule.id, "not_applicable", rule.otherwise)


def sentence(*parts: str) -> str:
    """Return ``parts`` joined with ``; `` as one sentence: first letter large, a full stop at the end."""
    text = "; ".join([part for part in parts if part])
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def in_turns(turns: Iterable[int]) -> str:
    """Return ``turn 4`` or ``turns 2, 4 and 7``; the first few."""
    numbers = sorted(set(turns))[:MOST_QUOTES]
    if len(numbers) == 1:
        return f"turn {numbers[0]}"
    return f"turns {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def stretch(first: int, last: int) -> str:
    """Return ``turn 4`` or ``turns 4 to 7``."""
    return f"turn {first}" if first == last else f"turns {first} to {last}"
