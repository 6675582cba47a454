"""Which calls a results dataset already holds, and under what key a call goes into it.

A call is the same call as one in the dataset if its id is the same and
- its content is the same, wherever it came from; or
- it came from the same place (file and line): then it was edited, and its new marks replace the old ones.
Otherwise it is another call, even if it bears the same id, and gets a key of its own.

The ledger is a private SQLite database on disk, so memory stays flat however many calls there are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from coach.call import Call
from coach.results_parts import digest

State = Literal["new", "again", "unchanged", "repeated"]

TABLE = """
CREATE TABLE ledger (
  key TEXT PRIMARY KEY, call_id TEXT, content TEXT, source TEXT, revision INTEGER, rules TEXT,
  score REAL, waiting INTEGER, seen INTEGER DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX by_content ON ledger (call_id, content);
CREATE INDEX by_source ON ledger (call_id, source);
"""
KNOWN_CALLS = """
SELECT key, call_id, content_hash, source, revision, rules_hash, score, roles_how = 'unknown' AS waiting FROM calls
"""
ADD = "INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
FIND = "SELECT key, revision, rules, score, waiting, seen FROM ledger"


class Claim(NamedTuple):
    """What to do with a call: score it (``new``, ``again``) or not (``unchanged``, ``repeated`` in this run).

    ``score`` and ``waiting`` (nobody knows who the agent is) are those of the marks it already has.
    """

    state: State
    key: str
    revision: int
    content: str
    score: float | None = None
    waiting: bool = False

    @property
    def to_score(self) -> bool:
        """Whether the call needs marks."""
        return self.state in ("new", "again")


class Ledger:
    """The calls of a dataset, as ``rows`` of ``KNOWN_CALLS`` name them, and those of this run."""

    def __init__(self, rows: Iterable[dict[str, Any]], rules_hash: str, *, rescore: bool = False) -> None:
        self._rules = rules_hash
        self._rescore = rescore
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(TABLE)
        self._db.execute("BEGIN")
        self._db.executemany(ADD, ((*row.values(), 0) for row in rows))

    def claim(self, call: Call) -> Claim:
        """Return what to do with ``call``, and remember that it came by."""
        content = content_hash(call)
        known = self._one("WHERE call_id = ? AND content = ?", call.call_id, content)
        if known is not None:
            return self._claim_known(known, content)
        edited = self._one("WHERE call_id = ? AND source = ? AND seen = 0", call.call_id, call.source)
        if edited is not None:
            key, revision = edited[:2]
            self._db.execute("UPDATE ledger SET content = ?, seen = 1 WHERE key = ?", (content, key))
            return Claim("again", key, revision + 1, content)
        key = self._new_key(call.call_id, content)
        self._db.execute(ADD, (key, call.call_id, content, call.source, 0, self._rules, None, 0, 1))
        return Claim("new", key, 0, content)

    def close(self) -> None:
        """Forget everything."""
        self._db.close()

    def _claim_known(self, row: tuple[Any, ...], content: str) -> Claim:
        key, revision, rules, score, waiting, seen = row
        if seen:
            return Claim("repeated", key, revision, content)
        self._db.execute("UPDATE ledger SET seen = 1 WHERE key = ?", (key,))
        if rules == self._rules and not self._rescore:
            return Claim("unchanged", key, revision, content, score, bool(waiting))
        return Claim("again", key, revision + 1, content)

    def _new_key(self, call_id: str, content: str) -> str:
        """Return the hash of the call; with a number where an edited call has kept that key."""
        number = 0
        while self._one("WHERE key = ?", key := digest([call_id, content, number])) is not None:
            number += 1
        return key

    def _one(self, where: str, *values: str) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._db.execute(f"{FIND} {where} ORDER BY key LIMIT 1", values).fetchone()
        return row


def content_hash(call: Call) -> str:
    """Return a hash of all that was read, but for where it was read from and what the reader warns of.

    Raises:
        TypeError: a text is not valid Unicode.
    """
    return digest(
        [
            call.call_id,
            call.turns,
            call.agent,
            call.roles,
            call.started_at,
            call.customer_type,
            call.language,
            dict(call.metadata),
        ]
    )
