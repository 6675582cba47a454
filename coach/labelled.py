"""What reviewers say of calls, read and checked.

JSON Lines, a call a line: ``{"call_id": "c-1", "labels": {"apology": ["met", [2]], "greeting": "missed"}}``.
A table with the header ``call_id, check, outcome`` and, if turns are named, ``turn``; several turns are several rows.
A line that cannot be used is listed, and takes no other line with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from coach.agreement import Label
from coach.errors import CoachError, TranscriptError
from coach.labelled_files import FORMS, written
from coach.readers.options import ReadOptions
from coach.readers.reading import shortened
from coach.readers.rejected import Rejected, rejected
from coach.readers.shapes import kind_of
from coach.readers.source import opened
from coach.rule_yaml import nearest
from coach.scored import OUTCOMES, Outcome

# What people write for an outcome besides its name; nothing that may be meant otherwise ("yes", "1", "ok").
SYNONYMS: Mapping[str, Outcome] = {
    "na": "not_applicable", "n/a": "not_applicable", "n.a": "not_applicable", "can't_tell": "cannot_tell",
    "can’t_tell": "cannot_tell", "cant_tell": "cannot_tell",
}  # fmt: skip
BLANKS = re.compile(r"[\s_-]+")
TURNS = re.compile(r"[\s,;|]+")
# Spreadsheets write a column of whole numbers with gaps as 3.0.
TURN = re.compile(r"(\d{1,9})(?:\.0+)?")


@dataclass(frozen=True, slots=True)
class Labels:
    """The marks of reviewers by call id and rule id, in the order of the file.

    ``rejected``: what could not be used. ``repeated``: marks given twice with the same outcome, counted once.
    ``warnings``: what had to be guessed about the file.
    """

    source: str
    marks: Mapping[str, Mapping[str, Label]]
    rejected: tuple[Rejected, ...]
    repeated: int
    warnings: tuple[str, ...]


class _Entry(NamedTuple):
    place: str
    outcome: Outcome
    turns: tuple[int, ...]


def read_labels(path: str, rules: Sequence[str]) -> Labels:
    """Return the labels in the file at ``path`` (``-``: standard input); ``rules`` are the ids of the rules known.

    Raises:
        CoachError: nothing in the file can be used.
    """
    text, name, warnings = _text_of(path)
    entries: dict[tuple[str, str], list[_Entry]] = {}
    unused: list[Rejected] = []
    for item in written(text, name):
        if isinstance(item, Rejected):
            unused.append(item)
            continue
        try:
            key = item.call_id, rule_of(item.check, rules)
            entry = _Entry(item.place, outcome_of(item.outcome), turns_of(item.turns))
        except TranscriptError as error:
            unused.append(rejected(error, name, item.place))
        else:
            entries.setdefault(key, []).append(entry)
    contradicted = {key: found for key, found in entries.items() if len({entry.outcome for entry in found}) > 1}
    unused += [_contradiction(*key, found, name) for key, found in contradicted.items()]
    marks: dict[str, dict[str, Label]] = {}
    repeated = 0
    for key, found in entries.items():
        if key not in contradicted:
            turns = {turn for entry in found for turn in entry.turns}
            marks.setdefault(key[0], {})[key[1]] = Label(found[0].outcome, tuple(sorted(turns)))
            repeated += _repeats(found)
    if not marks:
        raise _of_no_use(unused, name)
    few = tuple(one for one in shortened(iter(unused)) if isinstance(one, Rejected))
    return Labels(name, marks, few, repeated, warnings)


def _text_of(path: str) -> tuple[str, str, tuple[str, ...]]:
    try:
        with opened(path, ReadOptions()) as source:
            text, warnings = source.text()
            if source.stream.damage:
                warnings = (*warnings, f"{source.stream.damage}; what was whole before it was read")
            return text, source.name, warnings
    except TranscriptError as error:
        cause = error.what.removesuffix(", not a transcript")
        remedy = error.remedy if "opened" in cause else f"{FORMS} A spreadsheet program saves a table as CSV."
        raise CoachError(cause, where=error.where, remedy=remedy) from error


def rule_of(check: str, rules: Sequence[str]) -> str:
    """Return the id of the rule that ``check`` names, in full or by its last part.

    Raises:
        TranscriptError: there is none, or more than one.
    """
    name = BLANKS.sub("_", check.strip().lower())
    found = [rule for rule in rules if name in (rule.lower(), rule.lower().rsplit(".", 1)[-1])]
    if len(found) == 1:
        return found[0]
    if found:
        which = " or ".join(found)
        raise TranscriptError(f'"{check}" may be {which}', remedy="Write the rule's id in full.")
    near = nearest(name, [*(rule.rsplit(".", 1)[-1] for rule in rules), *rules])
    raise TranscriptError(f'there is no check "{check}"', remedy=near or "`coach rules list` shows the rules.")


def outcome_of(said: object) -> Outcome:
    """Return the outcome that ``said`` stands for: its name, in any case, with blanks for underscores, or ``n/a``.

    Raises:
        TranscriptError: it stands for none.
    """
    if not isinstance(said, str):
        what = f"{kind_of(said)} instead of an outcome"
        raise TranscriptError(what, remedy='Write "met", or ["met", [2]] with the turns.')
    word = BLANKS.sub("_", said.strip().lower()).strip(".")
    for outcome in OUTCOMES:
        if word == outcome:
            return outcome
    if word in SYNONYMS:
        return SYNONYMS[word]
    near = nearest(word, OUTCOMES)
    raise TranscriptError(f'"{said}" is no outcome', remedy=near or f"The outcomes are {', '.join(OUTCOMES)}.")


def turns_of(said: object) -> tuple[int, ...]:
    """Return turn numbers from a list, a number, or a text such as ``3, 5``.

    Raises:
        TranscriptError: something in it is no turn number.
    """
    parts = said if isinstance(said, list) else TURNS.split(said.strip(" []")) if isinstance(said, str) else [said]
    turns = []
    for part in parts:
        if part == "":
            continue
        found = TURN.fullmatch(str(part).strip())
        if found is None or isinstance(part, bool):
            shown = f'"{part}"' if isinstance(part, (str, int, float)) else kind_of(part)
            raise TranscriptError(
                f"{shown} is no turn number",
                remedy="Turns are whole numbers from 0, as `coach inspect` shows them; several as 3, 5.",
            )
        turns.append(int(found[1]))
    return tuple(turns)


def _repeats(found: Sequence[_Entry]) -> int:
    """Return how many of the entries of one mark say nothing new: no turn, or none that was not named before."""
    seen: set[int] = set()
    repeats = 0
    for number, entry in enumerate(found):
        repeats += number > 0 and seen.issuperset(entry.turns)
        seen.update(entry.turns)
    return repeats


def _contradiction(call_id: str, rule: str, found: Sequence[_Entry], name: str) -> Rejected:
    said = ", ".join(f"{entry.outcome} ({entry.place})" for entry in found)
    cause = f"{rule} of call {call_id} has more than one outcome: {said}"
    return Rejected(name, found[0].place, cause, "Keep the one that holds; until then neither is compared.")


def _of_no_use(unused: Sequence[Rejected], name: str) -> CoachError:
    """Return the error of a file without a single mark to compare: the first mistake, and how many more there are."""
    if not unused:
        return CoachError("there are no labels in it", where=name, remedy=FORMS)
    first = unused[0]
    more = f" (and {len(unused) - 1} more mistakes)" if len(unused) > 1 else ""
    where = f"{name}, {first.place}" if first.place else name
    return CoachError(f"no label can be used: {first.cause}{more}", where=where, remedy=first.remedy)
