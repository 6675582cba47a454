"""Who is the agent, as far as the file, its speaker labels or the user say; content is asked elsewhere, and later.

Confidence is 1.0 where the file gives the roles, where the user names the agent, and where every speaker's label is a
role word or the agent's full name. It is ``INFERRED`` where one of two speakers is known and the other is therefore
the other side, or where a first name stands for a full one: nearly always so, but a conclusion and not a statement.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from coach.call import Agent, Call, HowRoles, Role, Roles, Turn
from coach.datafiles import rules_folder
from coach.errors import CoachError

if TYPE_CHECKING:
    from coach.readers.options import ReadOptions
    from coach.readers.roster import Roster

# A conclusion from one known speaker to the other; our own choice, below certain and above content's best.
INFERRED = 0.9
SIDES: tuple[Role, ...] = ("agent", "customer", "other")
OTHER_SIDE: Mapping[Role, Role] = {"agent": "customer", "customer": "agent"}
IN_BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*$")
BETWEEN_PIECES = re.compile(r"[()\[\]{}/|:;,*]|\s[-\u2013\u2014]\s")
LETTERS = re.compile(r"[^\W\d_]+")
# What some recognisers call each voice that they do not know, the agent's as well.
NUMBERED_GUEST = re.compile(r"^\s*guest[\s_-]*\d+\s*$", re.IGNORECASE)
CHANNEL = re.compile(r"^(?:(?:channel|chan|chn|ch)(?=[\s_#\d-]))?[\s_#-]*(\w+)$")
# Labels that count: "spk_0", "SPEAKER_01", "S1", "ch_1", "2".
COUNTED = re.compile(r"^(?P<kind>[^\W\d_]{0,11})[\s_#-]*(?P<number>\d{1,3})$")
KINDS = {
    **dict.fromkeys("speaker spkr spk sp s participant person voice user party guest".split(), "speaker"),
    **dict.fromkeys("channel chan chn ch".split(), "channel"),
    "": "",
}
MOST_WORDS = 4
NO_SPEAKER = "no speaker is called"
NO_CHANNEL = "no channel is called"
voice_of = itemgetter(0, 4)


class Verdict(NamedTuple):
    """The role of each label, how it was found, and what is doubtful about it."""

    roles: dict[str | None, Role]
    how: HowRoles
    confidence: float
    warnings: tuple[str, ...] = ()


def by_label(call: Call, options: ReadOptions) -> Call:
    """Return ``call`` with the roles that the file, its labels or ``options`` give; ``unknown`` where none does."""
    turns, roles, warnings = roles_of(call.turns, call.agent, options)
    return replace(call, turns=turns, roles=roles, warnings=(*call.warnings, *warnings))


def roles_of(
    turns: Sequence[Turn], agent: Agent, options: ReadOptions
) -> tuple[tuple[Turn, ...], Roles, tuple[str, ...]]:
    """Return the turns with their roles, how these were found, and warnings."""
    voices = dict.fromkeys(map(voice_of, turns))
    named = bool(options.agent_labels or options.agent_channel)
    given = None if named else _given(tuple(voices))
    if given:
        return tuple(turns), *given
    labels = list(dict.fromkeys(speaker for _, speaker in voices))
    others = {speaker for role, speaker in voices if role == "other"}
    verdict, warnings = _chosen(labels, others, options) if named else (None, ())
    if verdict is None:
        if all(role != "unknown" for role, _ in voices):
            return tuple(turns), Roles("given", _agent_labels(voices), 1.0), (*warnings, *_one_sided(voices))
        verdict = _from_given(voices, agent, options.roster) or _from_words(labels, agent, options.roster)
        decided = tuple(
            turn if turn.role != "unknown" else turn._replace(role=verdict.roles.get(turn.speaker, "unknown"))
            for turn in turns
        )
    else:
        decided = tuple(turn._replace(role=verdict.roles.get(turn.speaker, turn.role)) for turn in turns)
    voices = dict.fromkeys(map(voice_of, decided))
    agents = _agent_labels(voices)
    told = all(role != "unknown" for role, _ in voices)
    roles = Roles(verdict.how, agents, verdict.confidence) if agents or (told and verdict.how == "given") else Roles()
    return decided, roles, (*warnings, *verdict.warnings, *_one_sided(voices))


@functools.lru_cache(maxsize=1024)
def _given(voices: tuple[tuple[Role, str | None], ...]) -> tuple[Roles, tuple[str, ...]] | None:
    """Return the roles that the file gives, and warnings; ``None`` where it does not give all of them.

    Remembered, for most calls have two voices that are called as in the call before.
    """
    if any(role == "unknown" for role, _ in voices):
        return None
    heard = dict.fromkeys(voices)
    return Roles("given", _agent_labels(heard), 1.0), _one_sided(heard)


def named_after_label(call: Call, first_names: Collection[str]) -> Call:
    """Return ``call`` with the agent's name taken from their speaker label, where the file names no agent.

    The label must look like a person's name: one known first name (``first_names``, lower case), or two to four words
    with capitals, and no word for a role. "(Support)" behind it is left off, "Ruiz, Ana" is turned round.
    """
    if call.agent.id or call.agent.name or len(call.roles.agent) != 1:
        return call
    label = call.roles.agent[0].strip()
    last, comma, first = IN_BRACKETS.sub("", label).strip().partition(",")
    name = f"{first.strip()} {last.strip()}" if comma else last
    words = name.split()
    is_name = name.lower() in first_names or (
        1 < len(words) <= MOST_WORDS and all(word.replace("-", "").replace("'", "").isalpha() for word in words)
    )
    if not is_name or not name.istitle() or role_word(name) is not None:
        return call
    warning = f'no agent is named: "{name}" is taken from the speaker label'
    return replace(call, agent=call.agent._replace(name=name), warnings=(*call.warnings, warning))


def names_nobody(call: Call) -> bool:
    """Tell whether what the user said of the agent fits nobody in ``call``."""
    return any(warning.startswith((NO_SPEAKER, NO_CHANNEL)) for warning in call.warnings)


@functools.lru_cache(maxsize=4096)
def role_word(label: str) -> Role | None:
    """Return the role that ``label`` itself states, or ``None`` where it is a name, a number or anything else."""
    for piece in BETWEEN_PIECES.split(label):
        words = tuple(LETTERS.findall(piece.casefold()))
        if not 0 < len(words) <= MOST_WORDS or NUMBERED_GUEST.match(piece):
            continue
        tails = (words[start:] for start in range(len(words)))
        heads = (words[:stop] for stop in range(len(words) - 1, 0, -1))
        for phrase in (*tails, *heads):
            if role := label_words().get(phrase):
                return role
    return None


@functools.cache
def label_words() -> Mapping[tuple[str, ...], Role]:
    """Return the phrases of ``rules/labels.yml``, as words, with the role that each stands for.

    Raises:
        CoachError: the file is broken.
    """
    from coach.quick_yaml import read_yaml

    path = rules_folder() / "labels.yml"
    try:
        lists = read_yaml(path)
        return {tuple(phrase.casefold().split()): side for side in SIDES for phrase in lists[side]}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CoachError(
            f"the label words cannot be read ({error})", where=str(path), remedy="It holds three lists of phrases."
        ) from error


def _chosen(
    labels: Sequence[str | None], others: Collection[str | None], options: ReadOptions
) -> tuple[Verdict | None, tuple[str, ...]]:
    """Return the verdict of the user's own choice, ``None`` and a warning where no speaker answers to it.

    ``others`` are those of ``labels`` of whom the file says that they are neither agent nor customer.
    """
    there = [label for label in labels if label is not None]
    chosen = {label for wanted in options.agent_labels for label in _called(wanted, there)}
    how: HowRoles = "label"
    if not chosen and options.agent_channel is not None:
        chosen = {label for label in labels if label is not None and _same_channel(label, options.agent_channel)}
        how = "channel"
    if not chosen:
        return None, (_nobody(labels, options),)
    roles: dict[str | None, Role] = {}
    for label in labels:
        if label is not None:
            word = "other" if label in others else role_word(label)
            roles[label] = "agent" if label in chosen else word if word in ("other", "customer") else "unknown"
    rest = [label for label, role in roles.items() if role == "unknown"]
    if len(rest) == 1 and "customer" not in roles.values():
        roles[rest[0]] = "customer"
        rest = []
    return Verdict(roles, how, 1.0, _undecided(rest)), ()


def _nobody(labels: Sequence[str | None], options: ReadOptions) -> str:
    """Return the warning that no speaker and no channel is called what the user says, and what there is."""
    asked = [(NO_SPEAKER, label) for label in options.agent_labels]
    asked += [(NO_CHANNEL, options.agent_channel)] if options.agent_channel is not None else []
    said = " and ".join(f'{what} "{name}"' for what, name in asked)
    there = ", ".join(f'"{label}"' for label in labels if label is not None)
    if not options.agent_labels:
        return f"{said}; the channels or speakers are: {there}" if there else f"{said}; the file names no channel"
    return f"{said}; the speakers are: {there}" if there else f"{said}; the file names no speaker"


def _called(wanted: str, labels: Sequence[str]) -> list[str]:
    """Return the labels that ``wanted`` means: those that equal it but for case, else the one that counts as it does.

    ``1`` is ``spk_1``, ``Speaker 1`` is ``SPEAKER_01``, but no speaker is a channel.
    """
    same = [label for label in labels if label.strip().casefold() == wanted.strip().casefold()]
    near = [label for label in labels if _counts_alike(label, wanted)]
    return same or (near if len(near) == 1 else [])


def _counts_alike(one: str, other: str) -> bool:
    mine, theirs = (COUNTED.match(label.strip().casefold()) for label in (one, other))
    if not mine or not theirs or int(mine["number"]) != int(theirs["number"]):
        return False
    kinds = KINDS.get(mine["kind"]), KINDS.get(theirs["kind"])
    return None not in kinds and (kinds[0] == kinds[1] or "" in kinds)


def _same_channel(label: str, channel: str) -> bool:
    """Tell whether ``label`` is ``channel``, or somebody on it: ``ch_1`` and ``1/0`` are on channel 1."""
    label = label.split("/")[0] if label.count("/") == 1 else label
    mine, theirs = (CHANNEL.match(name.strip().casefold()) for name in (label, channel))
    if not mine or not theirs:
        return False
    return mine[1] == theirs[1] or (mine[1].isdigit() and theirs[1].isdigit() and int(mine[1]) == int(theirs[1]))


def _from_given(voices: Mapping[tuple[Role, str | None], None], agent: Agent, roster: Roster | None) -> Verdict | None:
    """Return the verdict where the file gives roles for some turns and not for others, else ``None``."""
    known: dict[str | None, Role] = {speaker: role for role, speaker in voices if role != "unknown"}
    if not known:
        return None
    open_labels = [speaker for role, speaker in voices if role == "unknown"]
    roles: dict[str | None, Role] = {
        label: known.get(label) or _stated(label, agent, roster)[0] for label in open_labels if label is not None
    }
    missing = list(dict.fromkeys(label for label in open_labels if roles.get(label, "unknown") == "unknown"))
    sides = {role for role in (*roles.values(), *(role for role, _ in voices)) if role in OTHER_SIDE}
    if len(sides) == 1 and len(missing) == 1:
        # Of two who speak one is known, so the other is the other side.
        roles[missing[0]] = OTHER_SIDE[sides.pop()]
        return Verdict(roles, "given", INFERRED)
    told = ("some turns have no role, and nothing to tell it by",) if missing else ()
    return Verdict(roles, "given", 1.0, told)


def _from_words(labels: Sequence[str | None], agent: Agent, roster: Roster | None) -> Verdict:
    """Return the verdict of the labels themselves: role words, the names of staff and agent, and who remains of two."""
    roles: dict[str | None, Role] = {}
    confidence = 1.0
    by_first_name: list[str] = []
    for label in labels:
        if label is not None:
            roles[label], sure = _stated(label, agent, roster)
            confidence = min(confidence, sure)
            by_first_name += [label] if sure < 1.0 else []
    if len(by_first_name) > 1:
        roles.update(dict.fromkeys(by_first_name, "unknown"))
    humans = [label for label, role in roles.items() if role != "other"]
    rest = [label for label in humans if roles[label] == "unknown"]
    if roster and rest and any(_is_staff(label, roster) for label in humans):
        return _without_staff(roles, rest)
    if len(humans) == 2 and len(rest) == 1:
        known = next(roles[label] for label in humans if label != rest[0])
        roles[rest[0]] = OTHER_SIDE[known]
        return Verdict(roles, "label", INFERRED)
    return Verdict(roles, "label", confidence, _undecided(rest) if "agent" in roles.values() else ())


def _without_staff(roles: dict[str | None, Role], rest: Sequence[str | None]) -> Verdict:
    """Return the verdict where some are on the roster: ``rest`` are not: customers, of several less sure."""
    roles.update(dict.fromkeys(rest, "customer"))
    if len(rest) == 1:
        return Verdict(roles, "label", 1.0)
    told = f"not on the roster, so taken for customers: {', '.join(map(str, rest))}"
    return Verdict(roles, "label", INFERRED, (told,))


def _is_staff(label: str | None, roster: Roster | None) -> bool:
    if not roster or not label:
        return False
    return bool(roster.called(label) or (role_word(label) in (None, "agent") and roster.named_in(label)))


def _stated(label: str, agent: Agent, roster: Roster | None) -> tuple[Role, float]:
    """Return the role that ``label`` states by a role word or a name of staff or agent, and how sure that is."""
    if _is_staff(label, roster):
        return "agent", 1.0
    if word := role_word(label):
        return word, 1.0
    pieces = {" ".join(piece.casefold().split()) for piece in BETWEEN_PIECES.split(label)} - {""}
    names = {" ".join(name.casefold().split()) for name in (agent.name, agent.id) if name} - {""}
    if pieces & names:
        return "agent", 1.0
    first_name = agent.name.casefold().split()[:1] if agent.name else []
    return ("agent", INFERRED) if pieces.intersection(first_name) else ("unknown", 1.0)


def _agent_labels(voices: Mapping[tuple[Role, str | None], None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(speaker or "agent" for role, speaker in voices if role == "agent"))


def _undecided(labels: Sequence[str | None]) -> tuple[str, ...]:
    if not labels:
        return ()
    return (f"neither agent nor customer by their labels: {', '.join(str(label) for label in labels)}",)


def _one_sided(voices: Mapping[tuple[Role, str | None], None]) -> tuple[str, ...]:
    """Return a warning where the roles contradict what a call is: two sides who talk."""
    sides = {role for role, _ in voices}
    if "unknown" in sides or {"agent", "customer"} <= sides:
        return ()
    if "agent" in sides:
        return ("the roles say that only the agent speaks",)
    if "customer" in sides:
        return ("the roles say that only the customer speaks",)
    return ("the roles say that neither an agent nor a customer speaks",)
