"""The results dataset: a folder of Parquet parts, read through DuckDB.

A report opens it and asks in SQL::

    with Dataset.open("results") as dataset:
        for row in dataset.rows("SELECT agent_id, avg(score) AS mean FROM calls GROUP BY 1 ORDER BY 1"):
            print(row["agent_id"], row["mean"])

The views ``calls``, ``findings``, ``turns`` and ``rejected`` hold current rows only: of a call that was
scored again, its last marks. ``key`` joins them: it is unique in ``calls``, where ``call_id`` need not be.
``start``, ``end`` and ``turn`` of a quote are those of the contract; columns ``end`` must be quoted in SQL.
The columns are in ``coach.results_schema``, their meaning in ``docs/results.md``.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from coach.errors import ResultsError
from coach.results_copies import LocalCopies
from coach.results_parts import Store, damage_of, damaged_part, read_header, write_header
from coach.results_schema import ADDED, PART_TABLES, REJECTED, SCHEMA_VERSION, stored
from coach.scored import RuleCard, StoredCard

ROWS_AT_A_TIME = 256

# Of a call with several rows the last revision counts; where two runs at once wrote the same revision, either
# does, but always the same one. Most datasets have few such calls or none, so only those are kept in memory.
TWICE = "CREATE TABLE twice AS SELECT key FROM all_calls GROUP BY key HAVING count(*) > 1"
STALE = """
CREATE TABLE stale AS SELECT key, part FROM all_calls SEMI JOIN twice USING (key)
QUALIFY row_number() OVER (PARTITION BY key ORDER BY revision DESC, part DESC) > 1
"""
VIEW = "CREATE VIEW {name} AS SELECT rows_of.* FROM all_{name} AS rows_of ANTI JOIN stale USING (key, part)"
PARTS = "CREATE VIEW {name} AS SELECT * FROM read_parquet([{files}])"
# The parts of an earlier schema lack columns; to take all by name costs a look into every file at every query.
MIXED_PARTS = "CREATE VIEW {name} AS SELECT {columns} FROM read_parquet([{files}], union_by_name = true)"
COLUMNS = "DESCRIBE SELECT * FROM read_parquet([{files}], union_by_name = true)"
KEEP = "CREATE OR REPLACE TABLE {name} AS SELECT * FROM given"
NO_PARTS = "CREATE TABLE {name} AS SELECT * FROM nothing"


class RuleBook(NamedTuple):
    """The rules that marks were made by: enough for a report without the rule files.

    ``scorecard`` holds its ``name``, ``version`` and ``pass_mark`` (0 to 100); it is empty where the hash is unknown.
    ``others``: the scorecards beside the default one, by id.
    """

    rules_hash: str
    stamp: Mapping[str, str]
    cards: tuple[RuleCard, ...]
    scorecard: Mapping[str, Any]
    others: Mapping[str, StoredCard] = {}

    def cards_of(self, scorecard: str) -> tuple[RuleCard, ...]:
        """Return the cards of the rules as the scorecard of that id (`calls.scorecard`) has them, in its order."""
        other = self.others.get(scorecard)
        if other is None:
            return self.cards
        order = {rule: place for place, rule in enumerate(other.rules)}
        cards = sorted(self.cards, key=lambda card: (order.get(card.id, len(order)), card.id))
        marks = {card.id: other.rules.get(card.id, ("", 0.0)) for card in cards}
        return tuple(card._replace(section=marks[card.id][0], possible=marks[card.id][1]) for card in cards)

    def worth_of(self, scorecard: str) -> float:
        """Return what a point of that scorecard is worth in points of the default one: the same share of all points."""
        other = self.others.get(scorecard)
        possible = math.fsum(points for _, points in other.rules.values()) if other else 0
        return math.fsum(card.possible for card in self.cards) / possible if possible else 1.0


class Dataset:
    """Reads a results dataset. Use it as a context manager, or ``close`` it."""

    def __init__(self, store: Store, header: Mapping[str, Any]) -> None:
        self._store = store
        self._header = header
        self._parts: dict[str, list[str]] = {}
        self._copies = None if store.local else LocalCopies(store)
        self._db = duckdb.connect()
        try:
            if self._copies:
                self._db.register_filesystem(self._copies)
            with _named(self):
                self._make_views()
        except BaseException:
            self.close()
            raise

    @classmethod
    def open(cls, address: str) -> Dataset:
        """Open the results at ``address``, a folder or an fsspec address.

        Raises:
            ResultsError: there are none, a part is damaged, or a newer coach wrote them.
        """
        store = Store(str(address))
        header = read_header(store)
        if header is None:
            raise ResultsError(
                "no results here (there is no dataset.json)",
                where=store.shown,
                remedy="Give the folder that `coach score ... -o FOLDER` wrote; "
                "of `coach run ... -o OUT` that is OUT/results.",
            )
        return cls(store, header)

    @property
    def address(self) -> str:
        """The address that the dataset was opened by."""
        return self._store.address

    def rows(self, query: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> Iterator[dict[str, Any]]:
        """Yield the rows of a query as dictionaries, a few hundred in memory at a time.

        Lists and structs come as Python lists and dictionaries. ``params`` fill ``?`` (a sequence) or
        ``$name`` (a mapping). Several iterations may go on side by side.
        """
        with _named(self):
            cursor = self._db.cursor()
            cursor.execute(query, params or None)
            names = [column[0] for column in cursor.description or ()]
            while batch := cursor.fetchmany(ROWS_AT_A_TIME):
                yield from (dict(zip(names, row, strict=True)) for row in batch)

    def keep(self, name: str, table: pa.Table) -> None:
        """Let queries name ``table``; it is kept with the connection, not in the dataset."""
        self._db.register("given", table)
        self._db.execute(KEEP.format(name=name))
        self._db.unregister("given")

    def run(self, statement: str, params: Mapping[str, Any] | None = None) -> None:
        """Run a statement that makes a table for later queries.

        Raises:
            duckdb.Error: it cannot be done.
        """
        self._db.execute(statement, params)

    def sql(self, query: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[dict[str, Any]]:
        """Return the rows of a query at once; for answers known to be small."""
        return list(self.rows(query, params))

    def value(self, query: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
        """Return the first column of the first row of a query, or ``None`` where there is no row."""
        return next((next(iter(row.values())) for row in self.sql(query, params)), None)

    def rule_cards(self) -> tuple[RuleCard, ...]:
        """Return the cards of the rules that calls were scored by last, in the order of the scorecard."""
        return self.rule_book().cards

    def rule_book(self, rules_hash: str | None = None) -> RuleBook:
        """Return the rules of ``rules_hash`` (a value of ``calls.rules_hash``), or the last used."""
        chosen = rules_hash or str(self._header.get("latest", ""))
        book = self._header["rules"].get(chosen)
        if book is None:
            return RuleBook(chosen, {}, (), {})
        cards = tuple(RuleCard(**card) for card in book["cards"])
        others = {name: StoredCard(**card) for name, card in book.get("scorecards", {}).items()}
        return RuleBook(chosen, book["stamp"], cards, book["scorecard"], others)

    def close(self) -> None:
        """Let go of the database; the files stay as they are."""
        self._db.close()
        if self._copies:
            self._copies.close()

    def __enter__(self) -> Dataset:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _make_views(self) -> None:
        parts = self._parts["calls"] = self._store.parts("calls")
        for name, schema in PART_TABLES.items():
            self._make_view(f"all_{name}", name, parts, stored(schema))
        self._db.execute(TWICE)
        self._db.execute(STALE)
        for name in PART_TABLES:
            self._db.execute(VIEW.format(name=name))
        self._make_view("rejected", "rejected", self._store.parts("rejected"), REJECTED)

    def _make_view(self, view: str, folder: str, parts: Sequence[str], schema: pa.Schema) -> None:
        if not parts:
            self._db.register("nothing", schema.empty_table())
            self._db.execute(NO_PARTS.format(name=view))
            self._db.unregister("nothing")
            return
        files = ", ".join(_quoted(self._store.url(folder, f"part-{part}.parquet")) for part in parts)
        if folder != "calls" or oldest_schema(self._header) == SCHEMA_VERSION:
            self._db.execute(PARTS.format(name=view, files=files))
            return
        there = {row[0] for row in self._db.execute(COLUMNS.format(files=files)).fetchall()}
        columns = ", ".join(_column(name, there) for name in schema.names)
        self._db.execute(MIXED_PARTS.format(name=view, columns=columns, files=files))


def make_dataset(
    address: str,
    stamp: Mapping[str, str],
    cards: Sequence[RuleCard],
    scorecard: Mapping[str, Any] | None = None,
    others: Mapping[str, StoredCard] | None = None,
) -> Store:
    """Make the dataset at ``address`` ready for marks made by these rules, and return its folder of parts.

    ``scorecard`` is the default one, ``others`` those beside it. An existing dataset keeps its calls and its earlier
    rules.
    """
    store = Store(str(address))
    header = read_header(store) or {"schema": SCHEMA_VERSION, "rules": {}}
    rules_hash = stamp.get("rules", "")
    book = {"stamp": dict(stamp), "scorecard": dict(scorecard or {}), "cards": [card._asdict() for card in cards]}
    if others:
        book["scorecards"] = {name: card._asdict() for name, card in others.items()}
    if oldest_schema(header) < SCHEMA_VERSION:
        header["oldest"] = oldest_schema(header)
    header["schema"] = SCHEMA_VERSION
    header["rules"] = {**header["rules"], rules_hash: book}
    header["latest"] = rules_hash
    write_header(store, header)
    return store


class _named:
    """Turns an error of DuckDB into one that names the damaged part, where there is one."""

    def __init__(self, dataset: Dataset) -> None:
        self.store = dataset._store
        self.parts = dataset._parts

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not isinstance(error, (duckdb.Error, OSError)):
            return
        if isinstance(error, duckdb.OutOfMemoryException):
            raise ResultsError(
                f"there is not enough memory or room for temporary files to add these results up: {error}",
                where=self.store.shown,
                remedy="Make room in the folder for temporary files (TMPDIR names another), or end other programs.",
            ) from error
        damaged = damaged_part(self.store)
        if damaged is None:
            if not set(self.parts.get("calls", ())) <= set(self.store.parts("calls")):
                raise ResultsError(
                    "parts of the results were merged, or deleted, while they were read",
                    where=self.store.shown,
                    remedy="Nothing is lost: run the same command again.",
                ) from error
            if isinstance(error, duckdb.IOException | OSError):
                raise ResultsError(
                    f"cannot be read: {error}",
                    where=self.store.shown,
                    remedy="Check that the folder is complete and that you may read it.",
                ) from error
            return
        raise damage_of(self.store, damaged) from error


def oldest_schema(header: Mapping[str, Any]) -> int:
    """Return the schema of the oldest parts of a dataset."""
    oldest = header.get("oldest")
    return oldest if isinstance(oldest, int) else int(header["schema"])


def _column(name: str, there: Collection[str]) -> str:
    """Return how to ask for a column of parts of any schema; ``there`` are those that one part or more holds."""
    if name not in ADDED:
        return f'"{name}"'
    value = f'coalesce("{name}", {_quoted(ADDED[name])})' if name in there else _quoted(ADDED[name])
    return f'{value} AS "{name}"'


def _quoted(path: str) -> str:
    return "'" + path.replace("'", "''") + "'"
