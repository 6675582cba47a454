"""Calls with the tool's marks, to be held against a reviewer's: scored now, or read from a results dataset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from coach.agreement import Label, Pair
from coach.quotes import TurnRow
from coach.rows import Results, quotes, searched, turns_of
from coach.scored import Finding, Scored

CALLS = "SELECT key, call_id FROM calls ORDER BY call_id, key"
FINDINGS = "SELECT * FROM findings WHERE key IN (SELECT unnest(?)) ORDER BY key, rule"


@dataclass(frozen=True, slots=True)
class JudgedCall:
    """A call with the tool's marks by rule id, and its turns."""

    call_id: str
    findings: Mapping[str, Finding]
    turns: tuple[TurnRow, ...]


class Matched(NamedTuple):
    """Labels beside marks: the ``pairs`` to compare, and what there is no pair for.

    ``not_found``: labelled calls that are not there. ``cannot_tell``: how many labels say that it cannot be told.
    ``unmarked``: how many labels are of a rule that the call has no mark of. ``odd_turns``: calls and checks whose
    label names a turn that the call does not have, with that turn.
    """

    pairs: tuple[Pair, ...]
    not_found: tuple[str, ...]
    cannot_tell: int
    unmarked: int
    odd_turns: tuple[tuple[str, str, int], ...]


def judged(scored: Scored) -> JudgedCall:
    """Return a call that was scored just now."""
    rows = (
        TurnRow(number, turn.role, turn.speaker, turn.text, turn.start, turn.end)
        for number, turn in enumerate(scored.call.turns)
    )
    # Points are left out: a results folder is compared with transcripts by the marks alone.
    marks = {finding.rule: finding._replace(points=0.0, possible=0.0, counted=None) for finding in scored.findings}
    return JudgedCall(scored.call.call_id, marks, tuple(rows))


def ids_in(results: Results) -> Iterator[str]:
    """Yield the ids of all calls of a results dataset."""
    return (row["call_id"] for row in results.rows(CALLS))


def judged_in(results: Results, wanted: Iterable[str]) -> Iterator[JudgedCall]:
    """Yield the calls of a results dataset whose ids are ``wanted``, in the order of ids."""
    chosen = set(wanted)
    ids = {row["key"]: row["call_id"] for row in results.rows(CALLS) if row["call_id"] in chosen}
    turns = turns_of(results, list(ids))
    findings: dict[str, dict[str, Finding]] = {key: {} for key in ids}
    for row in results.rows(FINDINGS, [sorted(ids)]):
        findings[row["key"]][row["rule"]] = Finding(
            row["rule"], row["outcome"], row["reason"], quotes(row["evidence"]), searched(row["searched"])
        )
    for key, call_id in ids.items():
        yield JudgedCall(call_id, findings[key], turns.get(key, ()))


def by_id(calls: Iterable[JudgedCall]) -> tuple[dict[str, JudgedCall], tuple[str, ...]]:
    """Return ``calls`` by id, and the ids that stand for calls that differ: which of them was labelled nobody can say.

    The same call met twice counts once.
    """
    found: dict[str, JudgedCall] = {}
    doubtful: dict[str, None] = {}
    for call in calls:
        if found.setdefault(call.call_id, call) != call:
            doubtful[call.call_id] = None
    return {call_id: call for call_id, call in found.items() if call_id not in doubtful}, tuple(doubtful)


def matched(labels: Mapping[str, Mapping[str, Label]], calls: Mapping[str, JudgedCall]) -> Matched:
    """Return the pairs of the reviewers' ``labels`` and the marks of ``calls``, both by call id."""
    pairs: list[Pair] = []
    cannot_tell = unmarked = 0
    found = [(calls[call_id], marks) for call_id, marks in labels.items() if call_id in calls]
    for call, marks in found:
        for rule, label in marks.items():
            if label.outcome == "cannot_tell":
                cannot_tell += 1
            elif rule not in call.findings:
                unmarked += 1
            else:
                pairs.append(Pair(call.call_id, label, call.findings[rule]))
    odd = (
        (call.call_id, rule, turn)
        for call, marks in found
        for rule, label in marks.items()
        for turn in label.turns
        if turn >= len(call.turns)
    )
    not_found = tuple(call_id for call_id in labels if call_id not in calls)
    return Matched(tuple(pairs), not_found, cannot_tell, unmarked, tuple(odd))


def texts_of(call: JudgedCall, numbers: Sequence[int]) -> tuple[TurnRow, ...]:
    """Return the turns of ``call`` that have these numbers; those that it does not have are left out."""
    return tuple(turn for turn in call.turns if turn.turn in numbers)
