"""Which calls a results dataset already holds, and under what key a call goes into it.

A call is the same call as one in the dataset if its id is the same and
- its content is the same, wherever it came from; or
- it came from the same place (file and line): then it was edited, and its new marks replace the old ones.
Otherwise it is another call, even if it bears the same id, and gets a key of its own.

The ledger is a private SQLite database on disk, so memory stays flat however many calls there are.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, Literal, NamedTuple

from coach.call import Call
from coach.digest import digest
from coach.errors import ResultsError
from coach.readers.rejected import Rejected

State = Literal["new", "again", "unchanged", "repeated"]

TABLE = """
CREATE TABLE ledger (
  key TEXT PRIMARY KEY, call_id TEXT, content TEXT, source TEXT, revision INTEGER, rules TEXT,
  score REAL, waiting INTEGER, seen INTEGER DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE inputs (number INTEGER PRIMARY KEY, path TEXT UNIQUE, told_by TEXT);
CREATE TABLE came (input INTEGER, key TEXT, revision INTEGER, source TEXT, place TEXT, cause TEXT, remedy TEXT);
"""
# For what the dataset holds: each of the calls of this run is found by its key.
INDEXES = """
CREATE INDEX by_content ON ledger (call_id, content);
CREATE INDEX by_source ON ledger (call_id, source);
"""
KNOWN_CALLS = """
SELECT key, call_id, content_hash, source, revision, rules_hash, score, roles_how = 'unknown' AS waiting FROM calls
"""
ADD = "INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
ADD_NEW = "INSERT OR IGNORE INTO ledger VALUES (?, ?, ?, ?, 0, ?, NULL, 0, 1)"
CAME = "INSERT INTO came VALUES (?, ?, ?, ?, ?, ?, ?)"
CAME_BY = """
SELECT path, told_by, key, revision, source, place, cause, remedy FROM came JOIN inputs ON number = input
ORDER BY came.rowid
"""
FIND = "SELECT key, revision, rules, score, waiting, seen FROM ledger"
# What came by is written down so many at a time.
NOTED_AT_A_TIME = 256


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
    """The calls of a dataset, as ``rows`` of ``KNOWN_CALLS`` name them, and those of this run.

    ``rows`` are asked for as the first call comes: where none does, none is needed. ``seen``: the keys of calls that
    came by already. ``notes_inputs``: note what comes of each input, for ``came``.

    Raises (all methods):
        ResultsError: there is no room for the database.
    """

    def __init__(
        self,
        rows: Iterable[dict[str, Any]],
        rules_hash: str,
        *,
        rescore: bool = False,
        seen: Iterable[str] = (),
        notes_inputs: bool = False,
    ) -> None:
        self._rows: Iterable[dict[str, Any]] | None = rows
        self._rules = rules_hash
        self._rescore = rescore
        self._seen = seen
        self._notes_inputs = notes_inputs
        self._input = 0
        self._kept = 0
        # A name that is not valid Unicode cannot be noted.
        self._is_odd = False
        self._to_note: list[tuple[Any, ...]] = []
        # Whether the dataset held no call at all.
        self._was_empty = False
        with ROOM:
            self._db = sqlite3.connect("", isolation_level=None)
            self._db.executescript(TABLE)
            self._db.execute("BEGIN")

    def claim(self, call: Call) -> Claim:
        """Return what to do with ``call``, and remember that it came by."""
        with ROOM:
            if self._rows is not None:
                self._fill(self._rows)
            claim = self._claim_first(call) if self._was_empty else self._claim(call)
            if self._notes_inputs:
                self._note((self._input, claim.key, claim.revision, None, None, None, None))
        return claim

    def reject(self, item: Rejected) -> None:
        """Remember that ``item`` came by."""
        if self._notes_inputs:
            try:
                "".join(item).encode()
            except UnicodeEncodeError:
                self._is_odd = True
                return
            with ROOM:
                self._note((self._input, None, None, *item))

    def end_input(self, path: str, told_by: str) -> None:
        """Note that all of the input at ``path`` came by; forget what did where nothing tells it or it came before."""
        if self._notes_inputs:
            with ROOM:
                self._write_notes()
                note = "INSERT OR IGNORE INTO inputs SELECT ?, ?, ? WHERE ? <> ''"
                told_by, self._is_odd = "" if self._is_odd else told_by, False
                if not self._db.execute(note, (self._input, path, told_by, told_by)).rowcount:
                    self._db.execute("DELETE FROM came WHERE rowid > ?", (self._kept,))
                self._kept = self._db.execute("SELECT coalesce(max(rowid), 0) FROM came").fetchone()[0]
        self._input += 1

    def paths(self) -> Iterator[str]:
        """Yield the paths of the inputs that were noted."""
        with ROOM:
            yield from (row[0] for row in self._db.execute("SELECT path FROM inputs ORDER BY number"))

    def came(self) -> Iterator[tuple[Any, ...]]:
        """Yield what came of the inputs that were noted, in that order.

        Of each: path and identity of its input, then key and revision of a call, or source, place, cause and remedy
        of what could not be read.
        """
        with ROOM:
            self._write_notes()
            yield from self._db.execute(CAME_BY)

    def close(self) -> None:
        """Forget everything."""
        self._db.close()

    def _fill(self, rows: Iterable[dict[str, Any]]) -> None:
        self._rows = None
        self._was_empty = not self._db.executemany(ADD, ((*row.values(), 0) for row in rows)).rowcount
        self._db.executemany("UPDATE ledger SET seen = 1 WHERE key = ?", ((key,) for key in self._seen))
        if not self._was_empty:
            for statement in INDEXES.strip().splitlines():
                self._db.execute(statement)

    def _note(self, row: tuple[Any, ...]) -> None:
        self._to_note.append(row)
        if len(self._to_note) >= NOTED_AT_A_TIME:
            self._write_notes()

    def _write_notes(self) -> None:
        self._db.executemany(CAME, self._to_note)
        self._to_note.clear()

    def _claim_first(self, call: Call) -> Claim:
        """Claim as ``_claim`` does where all calls that are known are of this run: no call can be the edit of another.

        Their keys follow from their contents, so that one statement finds out what takes three otherwise.
        """
        content = content_hash(call)
        key = _key(call.call_id, content)
        is_new = self._db.execute(ADD_NEW, (key, call.call_id, content, call.source, self._rules)).rowcount
        return Claim("new" if is_new else "repeated", key, 0, content)

    def _claim(self, call: Call) -> Claim:
        content = content_hash(call)
        known = self._one("WHERE call_id = ? AND content = ?", call.call_id, content)
        if known is not None:
            return self._claim_known(known, content)
        edited = self._one("WHERE call_id = ? AND source = ? AND seen = 0", call.call_id, call.source)
        if edited is not None:
            key, revision = edited[:2]
            change = "UPDATE ledger SET content = ?, revision = ?, seen = 1 WHERE key = ?"
            self._db.execute(change, (content, revision + 1, key))
            return Claim("again", key, revision + 1, content)
        key = self._new_key(call.call_id, content)
        self._db.execute(ADD, (key, call.call_id, content, call.source, 0, self._rules, None, 0, 1))
        return Claim("new", key, 0, content)

    def _claim_known(self, row: tuple[Any, ...], content: str) -> Claim:
        key, revision, rules, score, waiting, seen = row
        if seen:
            return Claim("repeated", key, revision, content)
        if rules == self._rules and not self._rescore:
            self._db.execute("UPDATE ledger SET seen = 1 WHERE key = ?", (key,))
            return Claim("unchanged", key, revision, content, score, bool(waiting))
        self._db.execute("UPDATE ledger SET revision = ?, seen = 1 WHERE key = ?", (revision + 1, key))
        return Claim("again", key, revision + 1, content)

    def _new_key(self, call_id: str, content: str) -> str:
        """Return the hash of the call; with a number where an edited call has kept that key."""
        number = 0
        while self._one("WHERE key = ?", key := _key(call_id, content, number)) is not None:
            number += 1
        return key

    def _one(self, where: str, *values: str) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._db.execute(f"{FIND} {where} ORDER BY key LIMIT 1", values).fetchone()
        return row


class _Room:
    """Turns an error of the database, which holds nothing but what we put in, into one that says what to do."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, sqlite3.Error):
            raise ResultsError(
                f"no room for a temporary file ({error})",
                where=tempfile.gettempdir(),
                remedy="Make room there, or set SQLITE_TMPDIR (on Windows TEMP) to another folder; "
                "what is scored is kept.",
            ) from error


# One for all: a context manager made for each call takes longer than what it watches.
ROOM = _Room()


def _key(call_id: str, content: str, number: int = 0) -> str:
    return digest([call_id, content, number])


def content_hash(call: Call) -> str:
    """Return a hash of all that was read, but for where it was read from and what the reader warns of.

    Raises:
        TypeError: a text is not valid Unicode.
    """
    # A tuple with names is what ``digest`` must be asked about one by one; there are a few dozen turns.
    return digest(
        [
            call.call_id,
            list(map(tuple, call.turns)),
            tuple(call.agent),
            tuple(call.roles),
            call.started_at,
            call.customer_type,
            call.language,
            dict(call.metadata),
        ]
    )
