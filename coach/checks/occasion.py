"""What the checks share: the heard call, its occasions, and the turns to search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from coach.call import Role, lack_of_times
from coach.checks.asked import AnyClause, AnyRule
from coach.language import Hit, Spoken, hits_in
from coach.rule_models import Window
from coach.scored import Evidence, Finding, Outcome, Talk

_new = tuple.__new__
# More quotes than these add nothing to a defence of the mark.
MOST_QUOTES = 3
# A sentence ends with one of them.
STOPS = frozenset(".?!")


@dataclass(frozen=True, slots=True)
class Heard:
    """Everything that a check may look at; ``foreign`` says why the words count for nothing, where they do."""

    spoken: Spoken
    moments: Mapping[str, tuple[Hit, ...]]
    talk: Talk
    mood: tuple[float | None, ...]
    foreign: str = ""
    # The role of each turn, and the last real turn of each side asked after: most rules ask for the same.
    roles: tuple[Role, ...] = field(init=False, compare=False, repr=False)
    last_turns: dict[Role | None, int] = field(init=False, compare=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", tuple([turn.role for turn in self.spoken.call.turns]))

    def quotes(self, hits: Sequence[Hit]) -> tuple[Evidence, ...]:
        """Return the first few of ``hits``, which are in order, as quotes; of two that overlap, the longer."""
        if len(hits) != 1:
            return self.spoken.quotes(apart(hits, MOST_QUOTES)) if hits else ()
        # Most often there is one, and this way takes a third of the time.
        turn, start, end = hits[0]
        return (_new(Evidence, (turn, start, end, self.spoken.call.turns[turn].text[start:end])),)

    def said(self, clause: AnyClause, turns: range | None = None) -> Sequence[Hit]:
        """Return where what ``clause`` names is said by the side it names, within ``turns`` (``None``: anywhere)."""
        moments, roles = self.moments, self.roles
        found: Sequence[Hit] = ()
        names = 0
        for name, side in clause.by_side:
            # Most of what rules name is not said in a call.
            if name not in moments:
                continue
            hits: Sequence[Hit] = moments[name]
            if turns is not None:
                hits = hits_in(hits, turns)
            # A comprehension takes as long as all the rest, and most often there is one hit.
            if side and not (len(hits) == 1 and roles[hits[0][0]] == side):
                hits = [hit for hit in hits if roles[hit[0]] == side]
            if hits:
                found = [*found, *hits] if found else hits
                names += 1
        # The hits of one moment are in order, and none is there twice.
        return sorted(set(found)) if names > 1 else found

    def last_turn_of(self, side: Role | None) -> int:
        """Return the last real turn of ``side`` (of anyone where it is ``None``), -1 where it has none."""
        if side not in self.last_turns:
            real, roles = self.spoken.flow.real, self.roles
            own = (turn for turn in range(len(roles) - 1, -1, -1) if real[turn] and side in (None, roles[turn]))
            self.last_turns[side] = next(own, -1)
        return self.last_turns[side]


def apart(hits: Iterable[Hit], most: int | None = None) -> list[Hit]:
    """Return ``hits``, which are in order; of those that overlap, the longest. No more than the first ``most``."""
    found: list[Hit] = []
    last, until = -1, 0
    for hit in hits:
        turn, start, end = hit
        if turn != last or start >= until:
            if len(found) == most:
                break
            found.append(hit)
        elif end - start > until - found[-1].start:
            found[-1] = hit
        else:
            continue
        last, until = turn, end
    return found


# Something that calls for a reply stands where it is said. A silence stands at the turn before it, ahead of all that is
# said there, and is told by ``NO_WORDS`` for its start.
Occasion = Hit
NO_WORDS = -1


def occasions(clauses: Sequence[AnyClause], heard: Heard) -> Sequence[Occasion]:
    """Return every occasion that one of ``clauses`` describes, in order."""
    found: Sequence[Occasion] = ()
    moments = heard.moments.keys()
    for clause in clauses:
        # As it is with most clauses and calls.
        if clause.silence is None and moments.isdisjoint(clause.moments):
            continue
        # The whole call need not be looked up.
        turns = heard.spoken.flow.turns_within(clause.within, clause.side) if clause.within.edge else None
        hits = heard.said(clause, turns)
        if clause.silence is not None:
            hits = [*_silences(clause.silence, turns, heard), *hits]
        if hits:
            found = sorted({*found, *hits}) if found or clause.silence is not None else hits
    return found


def _silences(least: float, turns: range | None, heard: Heard) -> list[Occasion]:
    return [
        Occasion(gap.after, NO_WORDS, NO_WORDS)
        for gap in heard.talk.silences or ()
        if gap.seconds >= least and (turns is None or gap.after in turns)
    ]


def words_of(given: Sequence[Occasion]) -> Sequence[Hit]:
    """Return those of the occasions ``given`` that are words, not silences."""
    return [one for one in given if one.start != NO_WORDS]


def may_answer_itself(occasion: Occasion, heard: Heard) -> bool:
    """Say whether occasion and reply may be words of one turn of the agent: "I can't do that, I'm sorry"."""
    turn, start, _ = occasion
    return start == NO_WORDS or heard.roles[turn] != "customer"


def turns_after(given: Sequence[Occasion], window: Window, heard: Heard) -> list[range]:
    """Return the turns that ``window`` covers after each of the occasions ``given``."""
    flow = heard.spoken.flow
    return [flow.turns_after(one.turn, window, from_same=may_answer_itself(one, heard)) for one in given]


def side_of(clause: AnyClause) -> Role | None:
    """Return the one side that ``clause`` speaks of, or ``None`` for both."""
    return clause.side


def untimed(rule: AnyRule, heard: Heard) -> Finding | None:
    """Return ``cannot_tell`` where ``rule`` asks for times that the transcript lacks, else ``None``."""
    if rule.counts_seconds:
        lacking = lack_of_times(heard.spoken.call.turns)
        if lacking:
            return finding(rule, "cannot_tell", f"The rule counts seconds, and the transcript lacks {lacking}.")
    if rule.asks_silences and heard.talk.silences is None:
        return finding(rule, "cannot_tell", "The rule asks after silences, and the transcript lacks times.")
    return None


def deciding(rule: AnyRule, *, silences: bool) -> tuple[str, ...] | None:
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


def finding(
    rule: AnyRule,
    outcome: Outcome,
    why: str,
    evidence: tuple[Evidence, ...] = (),
    searched: tuple[int, int] | None = None,
    counted: int | None = None,
) -> Finding:
    """Return the mark of ``rule``, points not yet set: a ``Finding`` in half the time that calling it takes."""
    return _new(Finding, (rule.id, outcome, why, evidence, searched, counted, 0.0, 0.0))


def not_applicable(rule: AnyRule) -> Finding:
    """Return the mark of a rule whose occasion did not come."""
    return finding(rule, "not_applicable", rule.otherwise)


def sentence(first: str, second: str = "") -> str:
    """Return what is given joined with ``; `` as one sentence: first letter large, a full stop at the end."""
    text = f"{first}; {second}" if first and second else first or second
    if not text[:1].isupper():
        text = text[:1].upper() + text[1:]
    return text if text[-1:] in STOPS else f"{text}."


def in_turns(turns: Sequence[int]) -> str:
    """Return ``turn 4`` or ``turns 2, 4 and 7``; the first few."""
    match sorted(set(turns))[:MOST_QUOTES]:
        case [only]:
            return f"turn {only}"
        case [first, second]:
            return f"turns {first} and {second}"
        case few:
            return f"turns {', '.join(map(str, few[:-1]))} and {few[-1]}"


def turns_of(places: Sequence[Hit | Evidence]) -> str:
    """Return in which turns ``places`` are, as ``in_turns`` does."""
    return f"turn {places[0][0]}" if len(places) == 1 else in_turns([place[0] for place in places])


def reason(rule: AnyRule, given: Sequence[Occasion], what: str) -> str:
    """Return the reason of a mark as a sentence: what the occasion was and where it was ``given``, then ``what``."""
    return sentence(f"{rule.occasion} ({turns_of(given)})", what) if given else sentence(what)


def stretch(first: int, last: int) -> str:
    """Return ``turn 4`` or ``turns 4 to 7``."""
    return f"turn {first}" if first == last else f"turns {first} to {last}"
