"""A roster: the names and ids of the staff, by which a speaker's name tells an agent from a customer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from coach.call import Agent, Call

BRACKETED = re.compile(r"[(\[<{]([^()\[\]<>{}]*)[)\]>}]")
BETWEEN = re.compile(r"[|/]|\s[-\u2013\u2014]\s")
LAST_FIRST = re.compile(r"^\s*([^,]+?)\s*,\s*([^,]+?)\s*$")
# Recognisers call their speakers so, too: "1", "A".
NO_ID = re.compile(r"^(?:\d{1,2}|[^\W\d_])$")


class Staff(NamedTuple):
    """One of the staff; ``aliases`` are other labels under which they speak."""

    name: str = ""
    id: str = ""
    team: str = ""
    email: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """What to call them."""
        return self.name or self.email or self.id


@dataclass(frozen=True, slots=True)
class Roster:
    """The staff, by every folded label that is theirs; a label of several people has all of them.

    ``notes`` say what in its file is of no use.
    """

    by_label: Mapping[str, tuple[Staff, ...]] = field(default_factory=dict)
    by_id: Mapping[str, Staff] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def called(self, label: str) -> tuple[Staff, ...]:
        """Return who of the staff is called ``label`` as a whole: ``RUIZ, Ana (Support)`` is ``Ana Ruiz``."""
        bare = BRACKETED.sub(" ", label)
        swapped = LAST_FIRST.match(bare)
        for form in (label, bare, f"{swapped[2]} {swapped[1]}" if swapped else ""):
            if found := self.by_label.get(folded(form)):
                return found
        return ()

    def named_in(self, label: str) -> tuple[Staff, ...]:
        """Return who of the staff a piece of ``label`` names: ``Support (Ana Ruiz)``, ``Desk 2 <ana@x.example>``."""
        pieces = [*BRACKETED.findall(label), *BETWEEN.split(BRACKETED.sub(" ", label))]
        return next((found for piece in pieces if (found := self.called(piece))), ())

    def known_as(self, agent: Agent) -> Staff | None:
        """Return the one of the staff whom the file names as the agent, ``None`` where that is nobody or several."""
        if agent.id and (staff := self.by_id.get(folded(agent.id))):
            return staff
        for label in (agent.id, agent.name):
            found = self.called(label) if label else ()
            if len(found) == 1:
                return found[0]
        return None


def roster_of(staff: Iterable[Staff], notes: tuple[str, ...] = ()) -> Roster:
    """Return the roster of ``staff``; ``notes`` say what in its file is of no use."""
    by_label: dict[str, list[Staff]] = {}
    by_id: dict[str, Staff] = {}
    for each in staff:
        if each.id:
            by_id.setdefault(folded(each.id), each)
        swapped = LAST_FIRST.match(each.name)
        labels = [each.name, f"{swapped[2]} {swapped[1]}" if swapped else "", each.email, *each.aliases]
        labels += [] if NO_ID.match(each.id) else [each.id]
        for label in dict.fromkeys(map(folded, labels)):
            if label:
                by_label.setdefault(label, []).append(each)
    return Roster({label: tuple(found) for label, found in by_label.items()}, by_id, notes)


def is_met(call: Call, roster: Roster) -> bool:
    """Tell whether anybody on the roster is the agent of ``call`` or speaks in it."""
    if roster.known_as(call.agent):
        return True
    speakers = {turn.speaker for turn in call.turns if turn.speaker}
    return any(roster.called(speaker) or roster.named_in(speaker) for speaker in speakers)


def folded(label: str) -> str:
    """Return ``label`` without case, accents, punctuation and doubled blanks."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", label) if not unicodedata.combining(char))
    return " ".join(re.sub(r"[\W_]+", " ", plain).casefold().split())


def with_agent(call: Call, roster: Roster) -> Call:
    """Return ``call`` with what the roster says of its agent: the one whom the file names, or who speaks as the agent.

    Of several of the staff who speak as agents the one who says most counts.
    """
    staff = roster.known_as(call.agent)
    told: tuple[str, ...] = ()
    if staff is None and not (call.agent.id or call.agent.name):
        staff, told = _who_speaks(call, roster)
    if staff is None:
        return replace(call, warnings=(*call.warnings, *told)) if told else call
    agent = call.agent
    # Another id that the roster does not know may be theirs elsewhere: it stands.
    is_theirs = not agent.id or roster.by_id.get(folded(agent.id)) == staff or staff in roster.called(agent.id)
    filled = Agent(
        (staff.id if is_theirs else "") or agent.id or None,
        staff.name or agent.name or None,
        agent.team or staff.team or None,
    )
    return replace(call, agent=filled, warnings=(*call.warnings, *told))


def _who_speaks(call: Call, roster: Roster) -> tuple[Staff | None, tuple[str, ...]]:
    said: dict[tuple[Staff, ...], int] = {}
    for turn in call.turns:
        if turn.role == "agent" and turn.speaker:
            found = roster.called(turn.speaker) or roster.named_in(turn.speaker)
            if found:
                said[found] = said.get(found, 0) + turn.text.count(" ") + 1
    if not said:
        return None, ()
    most = max(said, key=lambda found: said[found])
    if len(most) > 1:
        return None, (f'{len(most)} people on the roster are called "{most[0].shown}": it is not known which of them',)
    if len(said) == 1:
        return most[0], ()
    return most[0], (f"{_listed(said)} are on the roster: {most[0].shown} says most and is taken for the agent",)


def _listed(found: Iterable[Sequence[Staff]]) -> str:
    names = [each[0].shown for each in found]
    return f"{', '.join(names[:-1])} and {names[-1]}"
