"""Merging parts: the same rows for every reader before, after and at every moment between, whatever ends it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from stand_ins import StandIn, a_call

from coach import results_compact
from coach.call import Call
from coach.cli import main
from coach.engines import batches
from coach.engines.local import score_all
from coach.errors import ResultsError
from coach.results import Dataset, make_dataset
from coach.results_compact import Part, compact, groups_of, is_worth_it
from coach.results_lock import writing
from coach.results_parts import Store, write_part
from coach.results_schema import CALLS, FINDINGS, TURNS, Entry

EVERYTHING = "SELECT * EXCLUDE part FROM {} ORDER BY ALL"
TABLES = {"calls": CALLS, "findings": FINDINGS, "turns": TURNS}


class Killed(BaseException):
    """Ends the merging as a signal would."""


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_CALLS", 3)
    monkeypatch.setattr(results_compact, "CALLS_IN_A_PART", 10)


def scored_into(folder: Path, calls: list[Call], rules: str = "sha256:one") -> None:
    score_all(calls, lambda: StandIn(rules), str(folder), jobs=1)


@pytest.fixture(scope="module")
def twenty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty calls, some of them scored twice, in parts of three."""
    folder = tmp_path_factory.mktemp("twenty") / "results"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(batches, "BATCH_CALLS", 3)
        scored_into(folder, [a_call(number) for number in range(20)])
        scored_into(folder, [a_call(number) for number in range(5, 9)], "sha256:two")
    return folder


@pytest.fixture
def results(twenty: Path, tmp_path: Path) -> Path:
    """A copy of the twenty calls, to be changed."""
    return Path(shutil.copytree(twenty, tmp_path / "results"))


@pytest.fixture(scope="module")
def rows_of_twenty(twenty: Path) -> dict[str, list[Any]]:
    return rows(twenty)


def rows(folder: Path) -> dict[str, list[Any]]:
    with Dataset.open(str(folder)) as dataset:
        return {name: dataset.sql(EVERYTHING.format(name)) for name in TABLES}


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_readers_see_the_same_rows_in_fewer_parts(results: Path) -> None:
    before = rows(results)
    told = compact(str(results))
    assert rows(results) == before
    assert len(before["calls"]) == 20
    assert (told.parts_before, told.parts_after, told.dropped) == (9, 2, 4)
    assert told.bytes_after < told.bytes_before
    assert [len(list((results / name).glob("*.parquet"))) for name in TABLES] == [2, 2, 2]


def test_replaced_marks_are_gone_from_the_files(results: Path) -> None:
    compact(str(results))
    stored = duckdb.read_parquet(f"{results}/calls/*.parquet").aggregate("count(*), count(DISTINCT key)").fetchall()
    assert stored == [(20, 20)]


def test_a_second_time_there_is_nothing_to_do(results: Path) -> None:
    compact(str(results))
    before = files_in(results)
    told = compact(str(results))
    assert (told.parts_before, told.parts_after, told.dropped) == (2, 2, 0)
    assert files_in(results) == before


def test_the_same_results_make_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        scored_into(tmp_path / name, [a_call(number) for number in range(20)])
        compact(str(tmp_path / name))
    assert files_in(tmp_path / "one") == files_in(tmp_path / "two")


def test_merged_parts_have_the_columns_of_the_schema(results: Path) -> None:
    compact(str(results))
    for name, schema in TABLES.items():
        for path in (results / name).glob("*.parquet"):
            table = pq.read_table(path)
            assert table.schema.names == [*schema.names, "part"]
            assert table.schema.types[:-1] == schema.types
            assert set(table["part"].to_pylist()) == {path.stem.removeprefix("part-")}


def test_merged_calls_are_not_scored_again(results: Path) -> None:
    scored_into(results, [a_call(number) for number in range(20)], "sha256:two")
    compact(str(results))
    summary = score_all([a_call(number) for number in range(21)], lambda: StandIn("sha256:two"), str(results), jobs=1)
    assert (summary.scored, summary.unchanged) == (1, 20)


@pytest.mark.parametrize("after", range(14))
def test_killed_at_any_moment_readers_see_the_same_and_the_next_time_finishes(
    results: Path, rows_of_twenty: dict[str, list[Any]], monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    before = rows_of_twenty
    assert before["calls"]
    steps = 0

    def step(*args: Any) -> None:
        nonlocal steps
        steps += 1
        if steps > after:
            raise Killed

    write, remove = Store.writing, Store.remove
    with monkeypatch.context() as patched:
        patched.setattr(Store, "writing", lambda store, *names: (step(), write(store, *names))[1])
        patched.setattr(Store, "remove", lambda store, *names: (remove(store, *names), step())[0])
        with pytest.raises(Killed):
            compact(str(results))
    assert rows(results) == before
    compact(str(results))
    assert rows(results) == before
    parts = [{path.name for path in (results / name).iterdir()} for name in TABLES]
    assert parts[0] == parts[1] == parts[2]
    assert len(parts[0]) == 2


def test_a_full_disk_leaves_what_was_there(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files_in(results)

    def full(*args: Any, **kwargs: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    with pytest.raises(ResultsError, match="No space left on device") as caught:
        compact(str(results))
    assert caught.value.remedy
    assert files_in(results) == before


def test_a_damaged_part_is_named_and_nothing_is_removed(results: Path) -> None:
    damaged = sorted((results / "turns").iterdir())[1]
    damaged.write_bytes(b"PAR1 and no more")
    before = files_in(results)
    with pytest.raises(ResultsError, match="damaged") as caught:
        compact(str(results))
    assert caught.value.where == str(damaged)
    kept = files_in(results)
    assert {name: kept[name] for name in before} == before


def test_what_a_killed_run_left_goes(results: Path) -> None:
    (results / "findings" / "part-0123.parquet").write_bytes(b"PAR1")
    (results / "turns" / ".part-0123.parquet.99.tmp").write_bytes(b"PAR1")
    compact(str(results))
    left = {path.name for path in results.rglob("*") if "0123.parquet" in path.name and path.stem.endswith("0123")}
    assert left == set()


def test_parts_without_the_last_columns_are_merged_with_what_stood_for_them(tmp_path: Path) -> None:
    scorer = StandIn()
    store = make_dataset(str(tmp_path), scorer.stamp, scorer.rule_cards())
    for number in range(2):
        part = write_part(store, [Entry(f"k{number}", 0, "h", scorer.score(a_call(number)))])
    path = tmp_path / "calls" / f"part-{part}.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["scorecard"]), path)
    compact(str(tmp_path))
    assert pq.read_table(tmp_path / "calls")["scorecard"].to_pylist() == ["default", "default"]


def test_large_parts_are_left_alone_unless_something_in_them_was_replaced() -> None:
    large, small, replaced = Part("a", 9, 0), Part("b", 2, 0), Part("c", 10, 1)
    assert list(groups_of([large, small])) == []
    assert list(groups_of([large, small, small])) == [[small, small]]
    assert list(groups_of([large, replaced])) == [[replaced]]
    assert list(groups_of([small, replaced])) == [[small], [replaced]]


def test_reading_while_parts_are_merged_says_to_read_again(results: Path) -> None:
    with Dataset.open(str(results)) as dataset:
        compact(str(results))
        with pytest.raises(ResultsError, match="merged") as caught:
            dataset.sql("FROM turns")
    assert "again" in caught.value.remedy


def test_merging_waits_for_nobody_and_says_who_writes(results: Path) -> None:
    with writing(Store(str(results))), pytest.raises(ResultsError, match="another run writes"):
        compact(str(results))


@pytest.mark.parametrize(
    ("parts", "is_worth"),
    [
        ([Part(str(number), 256, 0) for number in range(10)], False),
        ([Part(str(number), 256, 0) for number in range(80)], True),
        ([Part(str(number), 20_000, 0) for number in range(80)], False),
        ([Part("a", 20_000, 1), Part("b", 20_000, 0)], False),
        ([Part("a", 20_000, 5_000), Part("b", 20_000, 0)], True),
        ([], False),
    ],
)
def test_merging_is_worth_it_for_many_small_parts_or_much_that_was_replaced(
    parts: list[Part], is_worth: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results_compact, "CALLS_IN_A_PART", 20_000)
    assert is_worth_it(parts) is is_worth


def test_results_elsewhere_are_merged_too() -> None:
    address = "memory://compact-test/results"
    score_all([a_call(number) for number in range(8)], StandIn, address, jobs=1)
    assert compact(address).parts_after == 1
    with Dataset.open(address) as dataset:
        assert dataset.value("SELECT count(*) FROM calls") == 8


def test_the_commands_say_what_there_is_and_what_was_done(results: Path, tmp_path: Path) -> None:
    def coach(*args: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["results", *args])
        return done.exit_code, done.output

    code, told = coach("info", str(results))
    assert code == 0
    assert told.startswith("20 calls in 9 parts, ")
    assert "16 by rules sha256:one, coach 0.1.0, scorecard Stand-in 3." in told
    assert "4 by rules sha256:two (the last), coach 0.1.0" in told
    assert "4 marks that later ones replaced are kept." in told
    assert f"`coach results compact {results}`" in told
    code, told = coach("compact", str(results))
    assert code == 0
    assert told.startswith("9 parts merged into 2 (")
    assert told.endswith(", 4 replaced marks dropped.\n")
    assert coach("compact", str(results)) == (0, "2 parts: nothing to merge.\n")
    assert coach("compact", str(results), "--quiet") == (0, "")
    assert "compact" not in coach("info", str(results))[1]
    code, told = coach("compact", str(tmp_path / "nowhere"))
    assert code == 2
    assert "no results here" in told
    assert not (tmp_path / "nowhere").exists()
