"""What the checks share: the heard call, its occasions, and the turns to search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from coach.call import Role, lack_of_times
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

    def quotes(self, hits: Sequence[Hit]) -> tuple[Evidence, ...]:
        """Return the first few of ``hits`` as quotes; of two that overlap, the longer."""
        return self.spoken.quotes(apart(hits)[:MOST_QUOTES] if len(hits) > 1 else hits)

    def said(self, clause: Clause, turns: range | None = None) -> list[Hit]:
        """Return where what ``clause`` names is said by the side it names, within ``turns`` (``None``: anywhere)."""
        moments, every = self.moments, self.spoken.call.turns
        found: list[Hit] = []
        names = 0
        for name, side in clause.by_side:
            # Most of what rules name is not said in a call.
            if name in moments:
                hits = moments[name] if turns is None else hits_in(moments[name], turns)
                found += [hit for hit in hits if every[hit.turn].role == side] if side else hits
                names += 1
        # The hits of one moment are in order, and none is there twice.
        return sorted(set(found)) if names > 1 and len(found) > 1 else found

    def within(self, window: Window, side: Role | None) -> range | None:
        """Return the turns that ``window`` covers; ``None`` where that is the whole call: nothing need be looked up."""
        return self.spoken.flow.turns_within(window, side) if window.edge else None


def apart(hits: Iterable[Hit]) -> list[Hit]:
    """Return ``hits`` in order; of those that overlap, the longest."""
    found: list[Hit] = []
    last, until = -1, 0
    for hit in sorted(set(hits)):
        turn, start, end = hit
        if turn != last or start >= until:
            found.append(hit)
        elif end - start > until - found[-1].start:
            found[-1] = hit
        else:
            continue
        last, until = turn, end
    return found


class Occasion(NamedTuple):
    """Something that calls for a reply; ``hit`` is ``None`` where it is a silence."""

    turn: int
    hit: Hit | None


def occasions(clauses: Sequence[Clause], heard: Heard) -> list[Occasion]:
    """Return every occasion that one of ``clauses`` describes, in order."""
    hits: list[Hit] = []
    silences: list[Occasion] = []
    moments, new = heard.moments.keys(), tuple.__new__
    in_order = True
    for clause in clauses:
        # As it is with most clauses and calls.
        if clause.silence is None and moments.isdisjoint(clause.moments):
            continue
        turns = heard.within(clause.within, clause.side)
        in_order = not hits
        hits += heard.said(clause, turns)
        if clause.silence is not None:
            silences += [
                Occasion(gap.after, None)
                for gap in heard.talk.silences or ()
                if gap.seconds >= clause.silence and (turns is None or gap.after in turns)
            ]
    # A call may hold dozens: this way takes half the time of calling Occasion.
    found = [new(Occasion, (hit[0], hit)) for hit in (hits if in_order else sorted(set(hits)))]
    return sorted({*found, *silences}, key=_by_place) if silences else found


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
        lacking = lack_of_times(heard.spoken.call.turns)
        if lacking:
            return Finding(rule.id, "cannot_tell", f"The rule counts seconds, and the transcript lacks {lacking}.")
    if rule.asks_silences and heard.talk.silences is None:
        return Finding(rule.id, "cannot_tell", "The rule asks after silences, and the transcript lacks times.")
    return None


def deciding(rule: Rule, *, silences: bool) -> tuple[str, ...] | None:
    """Return the moments of which a call has to hold one, or ``rule`` is ``not_applicable``, whatever else it holds.

    ``silences``: the call has some. ``None`` where moments alone do not decide that: where there need be no occasion, a
    silence may be one, or it cannot be told for want of times. It holds for every kind of check and every call with
    turns: each asks first whether an occasion comes.
    """
    may_be_silence = silences and any(clause.silence is not None for clause in rule.when)
    if not rule.when or may_be_silence or rule.counts_seconds or rule.asks_silences:
        return None
    names = tuple(name for clause in rule.when for name in clause.moments)
    if not rule.counts_anyway:
        return names
    # What counts anyway is looked for without an occasion too; ``never`` asks whether anybody speaks there at all.
    if rule.expect is None or (rule.check == "never" and rule.within.edge):
        return None
    return *names, *rule.expect.moments


def not_applicable(rule: Rule) -> Finding:
    """Return the mark of a rule whose occasion did not come."""
    return Finding(rule.id, "not_applicable", rule.otherwise)


def sentence(*parts: str) -> str:
    """Return ``parts`` joined with ``; `` as one sentence: first letter large, a full stop at the end."""
    text = "; ".join(filter(None, parts))
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def in_turns(turns: Sequence[int]) -> str:
    """Return ``turn 4`` or ``turns 2, 4 and 7``; the first few."""
    if len(turns) == 1:
        return f"turn {turns[0]}"
    *before, last = sorted(set(turns))[:MOST_QUOTES]
    return f"turns {str(before)[1:-1]} and {last}" if before else f"turn {last}"


def came_in(rule: Rule, turns: Sequence[int]) -> str:
    """Return how a reason begins: what gave the occasion, and in which of ``turns``; ``""`` where there are none."""
    return f"{rule.occasion} ({in_turns(turns)})" if turns else ""


def stretch(first: int, last: int) -> str:
    """Return ``turn 4`` or ``turns 4 to 7``."""
    return f"turn {first}" if first == last else f"turns {first} to {last}"
