"""How the tables of a part of the results are written as Parquet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

# How each table is written, of which a run writes a part several times a second. By default a fifth of the time goes
# into what gains nothing. Bounds help where they let readers pass over a part: no key, rule or speaker is in few parts
# only. Dictionaries are for what repeats; and of calls what is small or has no pattern is not packed.
PACKED_OF_CALLS = (
    *("call_id", "source", "warnings.list.element", "moments", "talk", "metadata"),
    *("silences.list.element.start", "silences.list.element.seconds"),
)
REPEATED_IN_CALLS = (
    *("format", "agent_id", "agent_name", "team", "started_at", "customer_type", "language", "auto_fail.list.element"),
    *("roles_how", "roles_agent.list.element", "lacks.list.element", "warnings.list.element"),
    *("rules_hash", "coach", "scorecard", "part"),
)
WAYS: Mapping[str, Mapping[str, Any]] = {
    "calls": {
        "compression": dict.fromkeys(PACKED_OF_CALLS, "zstd"),
        "use_dictionary": list(REPEATED_IN_CALLS),
        "write_statistics": ["agent_id", "team", "started_at", "score", "rules_hash", "part"],
    },
    "findings": {"compression": "zstd", "write_statistics": ["part"]},
    "turns": {
        "compression": "zstd",
        "use_dictionary": ["key", "call_id", "role", "speaker", "part"],
        "write_statistics": ["part"],
    },
    "rejected": {"compression": "zstd"},
}


def parquet(table: pa.Table, name: str) -> bytes:
    """Return the table of that name as the bytes of a Parquet file, which hold no time and no place of writing."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **WAYS[name])
    data: bytes = sink.getvalue().to_pybytes()
    return data
