"""What a run finds of earlier ones: unchanged inputs are not read, killed runs are finished, nothing is there twice."""

from __future__ import annotations

import functools
import gzip
import importlib.util
import json
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from stand_ins import StandIn, a_call

from coach.call import Part, Word
from coach.cli import main
from coach.engines import batches, inputs
from coach.engines.batches import Batch, Item, Summary
from coach.engines.inputs import NAME, InputMemory, way_of_reading
from coach.engines.ledger import Claim
from coach.engines.lines import score_lines
from coach.engines.local import score_all
from coach.engines.marking import Report
from coach.engines.packing import packed, unpacked
from coach.engines.parts import IntoParts
from coach.engines.processes import Processes, _shared_out
from coach.errors import ResultsError, RuleError
from coach.readers import LeftOut, ReadOptions, Rejected, found, read_with
from coach.readers.roster import Roster, Staff
from coach.results import Dataset

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _files_are_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that has only just changed is read once more: here all have stood for a while."""
    monkeypatch.setattr(inputs, "STEP", 0)
    monkeypatch.setattr(inputs, "COARSE_STEP", 0)
    monkeypatch.setattr(batches, "BATCH_CALLS", 4)


class Run:
    """Scores what is under a folder, as the command does, and sees what was opened."""

    def __init__(self, calls: Path, results: Path) -> None:
        self.calls = calls
        self.results = results
        self.address = str(results)
        self.opened: list[str] = []
        self.left_out: list[LeftOut] = []
        self.rejected: list[str] = []

    def __call__(self, *paths: Path, rules: str = "r", rescore: bool = False, **options: Any) -> Summary:
        self.opened.clear()
        self.left_out.clear()
        self.rejected.clear()
        reading = ReadOptions(**options)
        memory = InputMemory(self.address, way_of_reading(reading))
        opens = memory.opens

        def seen(item: Any) -> None:
            self.opened.append(os.path.basename(item.path))
            opens(item)

        memory.opens = seen  # type: ignore[method-assign]
        named = [str(path) for path in paths or (self.calls,)]
        calls = read_with(memory, named, reading, self.left_out.append)
        return score_all(
            calls,
            lambda: StandIn(rules),
            self.address,
            jobs=1,
            rescore=rescore,
            memory=memory,
            on_rejected=lambda item: self.rejected.append(str(item)),
        )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with Dataset.open(str(self.results)) as dataset:
            return [tuple(row.values()) for row in dataset.rows(query)]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (tmp_path / "calls").mkdir()
    return Run(tmp_path / "calls", tmp_path / "results")


def call(number: int, said: str = "Hello", **others: Any) -> dict[str, Any]:
    turns = [{"role": "agent", "text": said}, {"role": "customer", "text": "My router is broken."}]
    return {"call_id": f"c-{number}", "turns": turns, **others}


def write(path: Path, *calls: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(each) + "\n" for each in calls))
    return path


def test_files_that_did_not_change_are_not_opened_and_count_as_before(run: Run) -> None:
    write(run.calls / "a.jsonl", *(call(number) for number in range(5)), call(9, "wait"))
    write(run.calls / "b.jsonl", call(7, "Hi"), call(1))
    first = run()
    assert run.opened == ["a.jsonl", "b.jsonl"]
    assert first == Summary(scored=7, repeated=1, waiting=1, marked=6, total=27.0)
    second = run()
    assert run.opened == []
    assert second == Summary(unchanged=7, repeated=1, waiting=1, marked=6, total=27.0)
    assert second.mean == first.mean


def test_a_second_run_changes_no_file(run: Run) -> None:
    write(run.calls / "a.jsonl", call(0), call(1))
    run()
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in run.results.rglob("*.parquet")}
    run()
    after = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in run.results.rglob("*.parquet")}
    assert after == before
    assert len(before) == 4


def test_only_new_and_changed_files_are_opened(run: Run) -> None:
    for number in range(3):
        write(run.calls / f"{number}.json", call(number))
    run()
    write(run.calls / "1.json", call(1, "Hello again"))
    write(run.calls / "3.json", call(3))
    summary = run()
    assert run.opened == ["1.json", "3.json"]
    assert (summary.scored, summary.unchanged) == (2, 2)
    assert run.rows("SELECT call_id, revision FROM calls ORDER BY 1") == [
        ("c-0", 0),
        ("c-1", 1),
        ("c-2", 0),
        ("c-3", 0),
    ]
    run()
    assert run.opened == []


def test_a_file_that_is_touched_is_read_and_its_calls_are_not_scored(run: Run) -> None:
    path = write(run.calls / "a.jsonl", call(0), call(1))
    run()
    os.utime(path, ns=(1, 1))
    summary = run()
    assert run.opened == ["a.jsonl"]
    assert (summary.scored, summary.unchanged) == (0, 2)


def test_a_file_of_the_same_size_with_the_time_of_the_old_one_is_read(run: Run) -> None:
    path = write(run.calls / "a.jsonl", call(0, "Hello"))
    run()
    stat = path.stat()
    write(path, call(0, "Howdy"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert path.stat().st_size == stat.st_size
    assert run().scored == 1
    assert run.rows("SELECT text FROM turns WHERE turn = 0") == [("Howdy",)]


def test_a_file_that_has_only_just_changed_is_read_once_more(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "STEP", 10**15)
    monkeypatch.setattr(inputs, "COARSE_STEP", 10**15)
    write(run.calls / "a.jsonl", call(0))
    run()
    run()
    assert run.opened == ["a.jsonl"]


def test_a_file_that_is_gone_is_forgotten_and_its_calls_stay(run: Run) -> None:
    paths = [write(run.calls / f"{name}.jsonl", call(number)) for number, name in enumerate("abc")]
    run()
    paths[0].unlink()
    write(paths[1], call(1, said="Hi"))
    run()
    noted = pq.read_table(run.results / NAME).column("path").to_pylist()
    assert sorted(map(os.path.basename, noted)) == ["b.jsonl", "c.jsonl"]
    assert len(run.rows("FROM calls")) == 3


def test_a_file_that_grew_is_read_and_only_what_is_new_is_scored(run: Run) -> None:
    path = write(run.calls / "a.jsonl", *(call(number) for number in range(5)))
    run()
    with path.open("a") as file:
        file.write(json.dumps(call(5)) + "\n")
    summary = run()
    assert (summary.scored, summary.unchanged) == (1, 5)


@pytest.mark.parametrize("how", ["rules", "rescore"])
def test_other_rules_and_rescoring_open_every_file_and_are_remembered(run: Run, how: str) -> None:
    write(run.calls / "a.jsonl", call(0), call(1))
    run()
    summary = run(rules="other") if how == "rules" else run(rescore=True)
    assert summary.scored == 2
    assert run.opened == ["a.jsonl"]
    assert run(rules="other" if how == "rules" else "r") == Summary(unchanged=2, marked=2, total=10.0)
    assert run.opened == []


@pytest.mark.parametrize(
    "options",
    [
        {"agent_labels": ("Ana",)},
        {"agent_channel": "1"},
        {"columns": {"text": "Utterance"}},
        {"encoding": "utf-8"},
        {"max_bytes": 10**6},
        {"roster": Roster({"ana": (Staff("Ana"),)})},
    ],
)
def test_files_read_in_another_way_are_opened(run: Run, options: dict[str, Any]) -> None:
    write(run.calls / "a.jsonl", call(0))
    run()
    run(**options)
    assert run.opened == ["a.jsonl"]
    run(**options)
    assert run.opened == []


def test_another_version_of_a_plugin_is_another_way_of_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def way(version: str | None) -> str:
        dist = SimpleNamespace(version=version) if version else None
        plugin = SimpleNamespace(name="vendor", value="vendor:Reader", dist=dist)
        monkeypatch.setattr("coach.engines.inputs.plugins", lambda: (plugin,))
        return way_of_reading(ReadOptions())

    assert way("1.0") == way("1.0")
    assert len({way("1.0"), way("1.1"), way(None)}) == 3


def test_another_map_is_another_way_of_reading() -> None:
    from coach.readers.maps.mapping import TranscriptMap

    maps = [TranscriptMap.model_validate({"turns": "turns[]", "turn": {"text": text}}) for text in ("said", "words")]
    ways = {way_of_reading(ReadOptions(mapping=mapping)) for mapping in (*maps, None)}
    assert len(ways) == 3
    assert way_of_reading(ReadOptions(mapping=maps[0])) == way_of_reading(ReadOptions(mapping=maps[0]))


def test_what_could_not_be_read_is_told_again_without_reading(run: Run) -> None:
    write(run.calls / "a.jsonl", call(0), call(1))
    with (run.calls / "a.jsonl").open("a") as file:
        file.write("{broken\n")
    (run.calls / "b.json").write_text("{")
    run()
    told, stored = list(run.rejected), run.rows("FROM rejected ORDER BY ALL")
    assert len(told) == 2
    summary = run()
    assert run.opened == []
    assert (summary.unchanged, summary.rejected) == (2, 2)
    assert run.rejected == told
    assert run.rows("FROM rejected ORDER BY ALL") == stored


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are Unicode")
def test_files_whose_names_are_not_unicode_are_listed_as_not_read(run: Run) -> None:
    write(run.calls / "a.jsonl", call(0))
    write(run.calls / os.fsdecode(b"b\xff.json"), call(1))
    (run.calls / os.fsdecode(b"c\xff.json")).write_text("{")
    for _ in range(2):
        summary = run()
        assert summary.rejected == 2
        assert summary.scored + summary.unchanged == 1
        names = [row[0].rsplit("/", 1)[-1] for row in run.rows("SELECT source FROM rejected ORDER BY 1")]
        assert names == ["b\\udcff.json", "c\\udcff.json"]
    assert len(run.opened) == 2


def test_a_file_with_a_call_that_could_not_be_scored_is_read_again(run: Run) -> None:
    write(run.calls / "a.jsonl", call(0), call(1, "raise"))
    for _ in range(2):
        summary = run()
        assert run.opened == ["a.jsonl"]
        assert summary.rejected == 1
    assert summary.unchanged == 1


def test_a_file_whose_marks_are_gone_is_read_again(run: Run) -> None:
    for number in range(2):
        write(run.calls / f"{number}.jsonl", *(call(4 * number + line) for line in range(4)))
    run()
    next((run.results / "calls").iterdir()).unlink()
    summary = run()
    assert len(run.opened) == 1
    assert (summary.scored, summary.unchanged) == (4, 4)


@pytest.mark.parametrize("damage", [b"", b"PAR1 and no more", None])
def test_without_what_is_known_of_the_inputs_all_are_read(run: Run, damage: bytes | None) -> None:
    write(run.calls / "a.jsonl", call(0), call(1))
    run()
    path = run.results / NAME
    path.unlink() if damage is None else path.write_bytes(damage)
    assert run() == Summary(unchanged=2, marked=2, total=10.0)
    assert run.opened == ["a.jsonl"]
    run()
    assert run.opened == []


def test_a_call_id_that_came_before_in_a_file_that_is_not_read_is_warned_of(run: Run) -> None:
    write(run.calls / "a.jsonl", call(0, "Hello"))
    write(run.calls / "z.jsonl", call(1, "Hello"))
    run()
    write(run.calls / "m.jsonl", call(0, "Other"), call(1, "Other"), call(2))
    run()
    assert run.opened == ["m.jsonl"]
    warned = run.rows("SELECT call_id FROM calls WHERE source LIKE '%m.jsonl%' AND len(warnings) > 0")
    assert warned == [("c-0",)]


def test_a_copy_of_a_call_in_a_file_that_is_not_read_counts_once(run: Run) -> None:
    write(run.calls / "a.jsonl", call(0), call(1))
    run()
    write(run.calls / "b.jsonl", call(1), call(2))
    assert run() == Summary(scored=1, unchanged=2, repeated=1, marked=3, total=15.0)
    assert run.opened == ["b.jsonl"]


def test_an_edited_call_elsewhere_with_the_same_source_is_not_lost(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, said in (("one", "Hello"), ("two", "Howdy")):
        (tmp_path / name).mkdir()
        write(tmp_path / name / "a.jsonl", call(0, said))
    for name, said in (("one", "Hello"), ("two", "Howdy"), ("one", "Hello")):
        monkeypatch.chdir(tmp_path / name)
        run(Path("a.jsonl"))
        assert run.opened == ["a.jsonl"]
        assert run.rows("SELECT text FROM turns WHERE turn = 0") == [(said,)]


def test_raw_and_redacted_twins_are_read_each_time(run: Run) -> None:
    write(run.calls / "a.jsonl", call(0, content="raw"))
    run()
    write(run.calls / "b.jsonl", call(0, "[redacted]", content="redacted"))
    summary = run()
    assert run.opened == ["a.jsonl", "b.jsonl"]
    assert (summary.unchanged, summary.scored) == (1, 0)
    assert len(run.left_out) == 1


def test_what_a_file_beside_decides_is_read_each_time(run: Run) -> None:
    formats = ROOT / "tests" / "formats"
    source = next(
        path for path in sorted(formats.rglob("*.json")) if "twilio" in str(path) and "sentences" in path.name
    )
    (run.calls / source.name).write_bytes(source.read_bytes())
    for _ in range(2):
        run()
        assert run.opened == [source.name]


def test_companions_that_are_named_let_nothing_be_passed_over(run: Run, tmp_path: Path) -> None:
    write(run.calls / "a.jsonl", call(0))
    (tmp_path / "beside").mkdir()
    for _ in range(2):
        run(companions=(str(tmp_path / "beside"),))
        assert run.opened == ["a.jsonl"]


def test_archives_and_packed_files_are_known_too(run: Run) -> None:
    (run.calls / "a.jsonl.gz").write_bytes(gzip.compress(json.dumps(call(0)).encode()))
    run()
    assert run().unchanged == 1
    assert run.opened == []


def test_inputs_of_other_runs_are_kept_in_mind(run: Run) -> None:
    for name in ("monday", "tuesday"):
        (run.calls / name).mkdir()
        write(run.calls / name / "a.jsonl", call(len(name)))
        run(run.calls / name)
    assert run().unchanged == 2
    assert run.opened == []


def test_results_elsewhere_know_their_inputs_too(run: Run) -> None:
    write(run.calls / "a.jsonl", call(0), call(1))
    run.address = "memory://restart-test/results"
    assert run().scored == 2
    assert run() == Summary(unchanged=2, marked=2, total=10.0)
    assert run.opened == []


def test_a_file_named_twice_is_counted_as_before(run: Run) -> None:
    path = write(run.calls / "a.jsonl", call(0), call(1))
    first = run(path, run.calls / ".." / "calls" / "a.jsonl")
    assert (first.scored, first.repeated) == (2, 2)
    second = run(path, run.calls / ".." / "calls" / "a.jsonl")
    assert (second.unchanged, second.repeated) == (2, 2)


def test_the_command_says_the_same_of_files_that_it_did_not_open(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coach.scoring.Scorer", StandIn)
    write(run.calls / "a.jsonl", call(0), call(1, "wait"))
    (run.calls / "b.json").write_text("{")
    told = [
        CliRunner().invoke(main, ["score", str(run.calls), "-o", str(run.results), "--fail-under", "9"])
        for _ in range(2)
    ]
    assert told[0].stdout.startswith("2 calls scored, 1 not read.\n1 call waits for a person")
    assert told[1].stdout == told[0].stdout.replace(
        "2 calls scored", "0 calls scored, 2 unchanged since an earlier run"
    )
    assert told[1].stderr == told[0].stderr
    assert "Gate failed: the mean score, 5.00, is under 9" in told[1].stderr
    assert [each.exit_code for each in told] == [1, 1]


def test_nothing_is_written_where_there_is_nothing_to_score(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coach.scoring.Scorer", StandIn)
    (run.calls / "notes").write_text("Buy milk.")
    done = CliRunner().invoke(main, ["score", str(run.calls), "-o", str(run.results)])
    assert done.exit_code == 2
    assert "there is no transcript" in done.stderr
    assert not run.results.exists()


def test_no_room_for_the_ledger_is_told_with_what_to_do(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3

    from coach.engines import ledger

    def full(*args: Any, **kwargs: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(ledger.sqlite3, "connect", full)
    write(run.calls / "a.jsonl", call(0))
    with pytest.raises(ResultsError, match="database or disk is full") as caught:
        run()
    assert "Make room" in caught.value.remedy


def test_found_inputs_are_told_by_more_than_their_names(run: Run) -> None:
    memory = InputMemory(str(run.results), "way")
    path = write(run.calls / "a.jsonl", call(0))
    (named,), (in_folder,) = found([str(path)]), found([str(run.calls)])
    assert memory._identity(named) != memory._identity(in_folder)


def test_a_slow_batch_leaves_no_process_without_work() -> None:
    """While the first batch is under way, many others are done: only so many as are not done count."""
    let_go = threading.Event()
    done: list[str] = []

    def mark(batch: Batch) -> Report:
        call_id = batch.items[0].call.call_id
        if call_id == "c-0":
            assert let_go.wait(30)
        done.append(call_id)
        if len(done) == 7:
            let_go.set()
        return Report(Summary(), lines=call_id.encode())

    work = (Batch((Item(a_call(number), None),), Summary(), ()) for number in range(20))
    with ThreadPoolExecutor(2) as pool:
        reports = list(_shared_out(work, functools.partial(pool.submit, mark), 2, mark))
    assert [report.lines.decode() for report in reports] == [f"c-{number}" for number in range(20)]
    assert done.index("c-0") >= 7


def test_a_batch_comes_out_of_its_packing_as_it_was() -> None:
    plain = a_call(0)
    timed = plain.turns[0]._replace(
        speaker="Ana", words=(Word("Hello", 0.0, None), Word("there", 0.5, 1.0)), parts=(Part(0, 0, 5, 0.0, None),)
    )
    other = replace(plain, turns=(timed, *plain.turns), warnings=("odd",), metadata={"a": [1, {"b": None}], "c": 2**70})
    claim = Claim("again", "k", 3, "h", 0.5, True)
    rejected = Rejected("a", "line 1", "broken", "Mend it.")
    for kept in ({"a": 1}, {"a": Fraction(1, 3)}):
        items = (Item(plain, None), Item(replace(other, metadata=kept), claim), Item(other, claim))
        batch = Batch(items, Summary(unchanged=3, total=1.5), (rejected,))
        again = unpacked(packed(batch))
        assert again == batch
        assert type(again.items[1].call.turns[0].words[0]) is Word
        assert type(again.items[1].call.turns[0].parts[0]) is Part
        assert type(again.items[1].claim) is Claim
        assert type(again.rejected[0]) is Rejected


def test_processes_that_were_started_for_nothing_end() -> None:
    processes = Processes(2)
    processes.start(StandIn, print)
    processes.close()
    assert processes._pool is not None
    assert not processes._pool._processes


def test_where_one_process_works_no_other_is_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_event(context: object) -> None:
        raise OSError("no semaphores here")

    monkeypatch.setattr("multiprocessing.context.SpawnContext.Event", no_event)
    Processes(1).close()


def test_where_nothing_is_new_no_process_is_started(run: Run) -> None:
    write(run.calls / "a.jsonl", *(call(number) for number in range(8)))
    run()
    processes = Processes(2)
    work = iter([Batch((), Summary(unchanged=4), ())] * 2)
    reports = list(processes(work, StandIn(), StandIn, IntoParts(run.address)))
    assert [report.summary.unchanged for report in reports] == [4, 4]
    assert processes._pool is None


def fails(files: Path) -> StandIn:
    """Make a scorer in the process that asked first; in others the rules have become wrong meanwhile."""
    if (files / "asked").exists():
        raise RuleError("no such moment", where="rules/core/greeting.yml:4:1", remedy="Mend the rule.")
    (files / "asked").touch()
    return StandIn()


def test_rules_that_a_process_cannot_load_end_the_run_without_a_traceback(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(RuleError, match="no such moment") as caught:
        list(score_lines([a_call(number) for number in range(9)], functools.partial(fails, tmp_path), jobs=2))
    assert caught.value.remedy == "Mend the rule."
    assert capfd.readouterr().err == ""


def restart() -> ModuleType:
    spec = importlib.util.spec_from_file_location("restart", ROOT / "benchmarks" / "restart.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SLOW = """
import sys, time, types
sys.path.insert(0, {tests!r})
import stand_ins

class Slow(stand_ins.StandIn):
    def score(self, call):
        time.sleep(0.002)
        return super().score(call)

if __name__ == "__main__":
    # In place of the module that loads spaCy.
    sys.modules["coach.scoring"] = types.SimpleNamespace(Scorer=Slow)
    from coach.engines import batches
    batches.BATCH_CALLS = 16
    from coach.cli import main
    main()
"""


def test_runs_that_are_killed_are_finished_as_if_nothing_had_been(tmp_path: Path) -> None:
    script = tmp_path / "slow.py"
    script.write_text(SLOW.format(tests=str(Path(__file__).parent)))
    calls = write(tmp_path / "calls.jsonl", *(call(number, "Hello" + "!" * (number % 50)) for number in range(300)))

    def command(results: Path) -> list[str]:
        return [sys.executable, str(script), "score", str(calls), "-o", str(results), "--jobs", "2", "--quiet"]

    outcome = restart().trial(command, tmp_path, kills=2, seed=1, say=lambda text: None)
    assert outcome.differs == ""
    assert outcome.scored == 300
    assert len(outcome.scored_at_kills) == 2


def test_the_trial_sees_what_is_missing_or_there_twice(tmp_path: Path) -> None:
    def score(folder: str, number: int, rules: str = "r") -> None:
        score_all([a_call(each) for each in range(number)], lambda: StandIn(rules), str(tmp_path / folder), jobs=1)

    score("undisturbed", 3)
    score("killed", 3)
    assert restart().difference(tmp_path) == ""
    score("killed", 4)
    assert restart().difference(tmp_path) == "1 calls are there that should not be"
    score("undisturbed", 6)
    assert restart().difference(tmp_path) == "2 calls are missing"
    score("killed", 6)
    score("killed", 6, "other")
    assert restart().difference(tmp_path) == "6 calls are there twice in killed"


@pytest.mark.parametrize("column", ["calls.warnings", "findings.reason", "turns.text"])
def test_the_trial_sees_what_is_different(tmp_path: Path, column: str) -> None:
    table, name = column.split(".")
    for folder in ("undisturbed", "killed"):
        score_all([a_call(0)], StandIn, str(tmp_path / folder), jobs=1)
    (path,) = (tmp_path / "killed" / table).iterdir()
    rows = pq.read_table(path)
    place = rows.schema.get_field_index(name)
    others = pa.array([None] * len(rows), rows.schema.field(name).type)
    pq.write_table(rows.set_column(place, rows.schema.field(name), others), path)
    assert f"{table}, call c-0, {name}: " in restart().difference(tmp_path)


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


def test_pace_and_time_left_are_those_of_what_is_read(run: Run, clock: list[float]) -> None:
    from coach.cli.meter import Meter
    from coach.readers.passed import NO_MEMORY

    path = write(run.calls / "a.jsonl", *(call(number) for number in range(4000)))
    meter = Meter(NO_MEMORY, lambda: clock[0])
    assert meter.progress(Summary(unchanged=10)) == (None, "10 calls")
    told = []
    for number, _ in enumerate(read_with(meter, [str(path)]), 1):
        meter.taken += 1
        if number in (1000, 2000):
            clock[0] = number / 100
            told.append(meter.progress(Summary(scored=number, unchanged=10, rejected=1)))
    assert told[0][0] == pytest.approx(0.25, abs=0.1)
    assert told[1][0] == pytest.approx(0.5, abs=0.1)
    assert told[1][1].startswith("2,011 calls, 1 not read, 100 a second, ")
    assert told[1][1].endswith(" s left")


def test_of_standard_input_no_time_left_is_told(clock: list[float]) -> None:
    from coach.cli.meter import Meter, _left
    from coach.readers import Found
    from coach.readers.passed import NO_MEMORY

    meter = Meter(NO_MEMORY, lambda: clock[0])
    meter.look_up([Found("-", True)])
    meter.taken = 500
    meter.progress(Summary())
    clock[0] = 5.0
    assert meter.progress(Summary(scored=500)) == (None, "500 calls, 100 a second")
    assert [_left(seconds) for seconds in (0.2, 59, 60, 3599, 4000)] == [
        "1 s left", "59 s left", "1 min left", "1 h 0 min left", "1 h 7 min left",
    ]  # fmt: skip
