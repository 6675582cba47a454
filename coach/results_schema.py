"""The tables of the results dataset: their columns, and the rows that a scored call makes.

``docs/results.md`` says what each column means. Raise ``SCHEMA_VERSION`` with every change that an older
reader would misread.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, cast

import orjson
import pyarrow as pa

from coach.scored import DEFAULT_CARD, Evidence, Interruption, Scored, Silence, talk_dict
from coach.talk import spoken_words

SCHEMA_VERSION = 2

QUOTE = pa.struct([("turn", pa.int32()), ("start", pa.int32()), ("end", pa.int32()), ("text", pa.string())])
SILENCE = pa.struct(
    [("start", pa.float64()), ("seconds", pa.float64()), ("announced", pa.bool_()), ("after", pa.int32())]
)

CALLS = pa.schema(
    [
        ("key", pa.string()),
        ("revision", pa.int32()),
        ("call_id", pa.string()),
        ("source", pa.string()),
        ("format", pa.string()),
        ("agent_id", pa.string()),
        ("agent_name", pa.string()),
        ("team", pa.string()),
        ("started_at", pa.string()),
        ("customer_type", pa.string()),
        ("language", pa.string()),
        ("score", pa.float64()),
        ("passed", pa.bool_()),
        ("auto_fail", pa.list_(pa.string())),
        ("roles_how", pa.string()),
        ("roles_agent", pa.list_(pa.string())),
        ("roles_confidence", pa.float64()),
        ("lacks", pa.list_(pa.string())),
        ("warnings", pa.list_(pa.string())),
        ("turns", pa.int32()),
        ("words", pa.int32()),
        ("duration", pa.float64()),
        ("agent_share", pa.float64()),
        ("interruptions_by_agent", pa.int32()),
        ("talk_overs", pa.int32()),
        ("silences", pa.list_(SILENCE)),
        ("longest_silence", pa.float64()),
        ("agent_wpm", pa.float64()),
        ("customer_wpm", pa.float64()),
        ("mood", pa.list_(pa.float64())),
        ("moments", pa.string()),
        ("talk", pa.string()),
        ("metadata", pa.string()),
        ("content_hash", pa.string()),
        ("rules_hash", pa.string()),
        ("coach", pa.string()),
        ("scorecard", pa.string()),
    ]
)
# Columns of `calls` that parts of schema 1 lack, and what stood for them then.
ADDED = {"scorecard": DEFAULT_CARD}

FINDINGS = pa.schema(
    [
        ("key", pa.string()),
        ("call_id", pa.string()),
        ("agent_id", pa.string()),
        ("rule", pa.string()),
        ("outcome", pa.string()),
        ("points", pa.float64()),
        ("possible", pa.float64()),
        ("reason", pa.string()),
        ("counted", pa.int32()),
        ("evidence", pa.list_(QUOTE)),
        ("searched", pa.list_(pa.int32())),
    ]
)

TURNS = pa.schema(
    [
        ("key", pa.string()),
        ("call_id", pa.string()),
        ("turn", pa.int32()),
        ("role", pa.string()),
        ("speaker", pa.string()),
        ("text", pa.string()),
        ("start", pa.float64()),
        ("end", pa.float64()),
    ]
)

REJECTED = pa.schema([("source", pa.string()), ("place", pa.string()), ("cause", pa.string()), ("remedy", pa.string())])

# In the order in which they are written: a call exists once its row in `calls` does.
PART_TABLES = {"findings": FINDINGS, "turns": TURNS, "calls": CALLS}
TABLES = {**PART_TABLES, "rejected": REJECTED}


class Entry(NamedTuple):
    """A scored call with what identifies it in the dataset.

    ``key`` names the call for good; ``revision`` counts from 0 how often it was scored anew; ``content``
    is the hash of the call as read.
    """

    key: str
    revision: int
    content: str
    scored: Scored


def tables_of(entries: Sequence[Entry], part: str) -> dict[str, pa.Table]:
    """Return the tables of one part, by name, in the order in which they must be written."""
    rows: dict[str, list[tuple[Any, ...]]] = {
        "findings": [row for entry in entries for row in _finding_rows(entry)],
        "turns": [row for entry in entries for row in _turn_rows(entry)],
        "calls": [_call_row(entry) for entry in entries],
    }
    return {name: _with_part(table_of(rows[name], schema), part) for name, schema in PART_TABLES.items()}


def table_of(rows: Iterable[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    """Return a table of ``rows``, whose values stand in the order of the columns of ``schema``."""
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema)


def stored(schema: pa.Schema) -> pa.Schema:
    """Return ``schema`` as it is in the files of a part: with the name of the part as the last column."""
    return schema.append(pa.field("part", pa.string()))


def _with_part(table: pa.Table, part: str) -> pa.Table:
    return table.append_column(pa.field("part", pa.string()), pa.array([part] * len(table), pa.string()))


def _call_row(entry: Entry) -> tuple[Any, ...]:
    scored = entry.scored
    call, talk, roles = scored.call, scored.talk, scored.roles
    return (
        entry.key,
        entry.revision,
        call.call_id,
        call.source,
        call.format,
        call.agent.id,
        call.agent.name,
        call.agent.team,
        call.started_at,
        call.customer_type,
        call.language,
        scored.score,
        scored.passed,
        list(scored.auto_fail),
        roles.how,
        list(roles.agent),
        roles.confidence,
        list(call.lacks),
        list(call.warnings),
        len(call.turns),
        sum(spoken_words(turn.text) for turn in call.turns),
        _duration(scored),
        talk.agent_share,
        _by_agent(talk.interruptions),
        talk.talk_overs,
        None if talk.silences is None else [gap._asdict() for gap in talk.silences],
        _longest(talk.silences),
        talk.agent_wpm,
        talk.customer_wpm,
        list(scored.mood),
        _json({name: [quote._asdict() for quote in quotes] for name, quotes in sorted(scored.moments.items())}),
        _json(talk_dict(talk)),
        _json(dict(call.metadata)),
        entry.content,
        scored.stamp.get("rules", ""),
        scored.stamp.get("coach", ""),
        scored.stamp.get("scorecard", DEFAULT_CARD),
    )


def _finding_rows(entry: Entry) -> list[tuple[Any, ...]]:
    call = entry.scored.call
    return [
        (
            entry.key,
            call.call_id,
            call.agent.id,
            finding.rule,
            finding.outcome,
            finding.points,
            finding.possible,
            finding.reason,
            finding.counted,
            _quotes(finding.evidence),
            None if finding.searched is None else list(finding.searched),
        )
        for finding in entry.scored.findings
    ]


def _turn_rows(entry: Entry) -> list[tuple[Any, ...]]:
    call = entry.scored.call
    return [
        (entry.key, call.call_id, number, turn.role, turn.speaker, turn.text, turn.start, turn.end)
        for number, turn in enumerate(call.turns)
    ]


def _quotes(evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    return [quote._asdict() for quote in evidence]


def _duration(scored: Scored) -> float | None:
    """Return the seconds from the start of the recording to the last known time, if every turn has a start."""
    times = [turn.end if turn.end is not None else turn.start for turn in scored.call.turns]
    if not times or any(time is None for time in times):
        return None
    return max(cast("list[float]", times))


def _by_agent(interruptions: Sequence[Interruption] | None) -> int | None:
    return None if interruptions is None else sum(cut.by == "agent" for cut in interruptions)


def _longest(silences: Sequence[Silence] | None) -> float | None:
    return max((gap.seconds for gap in silences), default=None) if silences is not None else None


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=str).decode()
