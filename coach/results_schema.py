"""The tables of the results dataset: their columns, and the rows that a scored call makes.

``docs/results.md`` says what each column means. Raise ``SCHEMA_VERSION`` with every change that an older
reader would misread.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, cast

import orjson
import pyarrow as pa

from coach.call import Turn
from coach.results_columns import Columns, moments_json, repeated
from coach.scored import DEFAULT_CARD, Finding, Interruption, Scored, Silence, talk_dict
from coach.talk import words_spoken

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
    tables = {
        "findings": pa.table(_finding_columns(entries), FINDINGS),
        "turns": pa.table(_turn_columns(entries), TURNS),
        "calls": table_of([_call_row(entry) for entry in entries], CALLS),
    }
    return {name: _with_part(tables[name], part) for name in PART_TABLES}


def table_of(rows: Iterable[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    """Return a table of ``rows``, whose values stand in the order of the columns of ``schema``."""
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)], schema)


def stored(schema: pa.Schema) -> pa.Schema:
    """Return ``schema`` as it is in the files of a part: with the name of the part as the last column."""
    return schema.append(pa.field("part", pa.string()))


def _with_part(table: pa.Table, part: str) -> pa.Table:
    return table.append_column(pa.field("part", pa.string()), pa.repeat(pa.scalar(part, pa.string()), len(table)))


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
        words_spoken([turn.text for turn in call.turns]),
        _duration(scored),
        talk.agent_share,
        _by_agent(talk.interruptions),
        talk.talk_overs,
        None if talk.silences is None else [gap._asdict() for gap in talk.silences],
        _longest(talk.silences),
        talk.agent_wpm,
        talk.customer_wpm,
        list(scored.mood),
        moments_json(scored.moments),
        _json(talk_dict(talk)),
        _json(dict(call.metadata)),
        entry.content,
        scored.stamp.get("rules", ""),
        scored.stamp.get("coach", ""),
        scored.stamp.get("scorecard", DEFAULT_CARD),
    )


# Findings and turns are many: their tables are made column by column, which takes a third of the time of rows.
OF_FINDING = Columns([FINDINGS.field(name).type for name in Finding._fields])
OF_TURN = Columns([None if name in ("words", "parts") else TURNS.field(name).type for name in Turn._fields])


def _finding_columns(entries: Sequence[Entry]) -> list[pa.Array]:
    counts = [len(entry.scored.findings) for entry in entries]
    rule, outcome, reason, evidence, searched, counted, points, possible = OF_FINDING.of(
        [finding for entry in entries for finding in entry.scored.findings]
    )
    calls = [entry.scored.call for entry in entries]
    keys = repeated([entry.key for entry in entries], counts)
    call_ids = repeated([call.call_id for call in calls], counts)
    agents = repeated([call.agent.id for call in calls], counts)
    return [keys, call_ids, agents, rule, outcome, points, possible, reason, counted, evidence, searched]


def _turn_columns(entries: Sequence[Entry]) -> list[pa.Array]:
    calls = [entry.scored.call for entry in entries]
    counts = [len(call.turns) for call in calls]
    role, text, start, end, speaker = OF_TURN.of([turn for call in calls for turn in call.turns])
    keys = repeated([entry.key for entry in entries], counts)
    call_ids = repeated([call.call_id for call in calls], counts)
    numbers = pa.array([number for count in counts for number in range(count)], pa.int32())
    return [keys, call_ids, numbers, role, speaker, text, start, end]


def _duration(scored: Scored) -> float | None:
    """Return the seconds from the start of the recording to the last known time, if every turn has a start."""
    times = [turn.start if turn.end is None else turn.end for turn in scored.call.turns]
    return max(cast("list[float]", times)) if times and None not in times else None


def _by_agent(interruptions: Sequence[Interruption] | None) -> int | None:
    return None if interruptions is None else sum(cut.by == "agent" for cut in interruptions)


def _longest(silences: Sequence[Silence] | None) -> float | None:
    return max((gap.seconds for gap in silences), default=None) if silences is not None else None


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=str).decode()
