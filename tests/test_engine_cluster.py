"""Scoring on a cluster: what one machine writes, whatever becomes of a worker; and plain words where it cannot be."""

from __future__ import annotations

import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from click.testing import CliRunner, Result
from cluster_stand_ins import Mortal
from small_rules import moment_file, rule_file, write
from stand_ins import StandIn, a_call
from two_rule_sets import few_words, small_built_in

from coach.call import Call
from coach.cli import main
from coach.engines import batches, cluster, cluster_client
from coach.engines.batches import Batch, Summary
from coach.engines.cluster import Cluster
from coach.engines.cluster_rules import CarriedRules
from coach.engines.cluster_versions import check_versions, versions_here
from coach.engines.cluster_worker import mark_batch, packed, unpacked
from coach.engines.lines import score_lines
from coach.engines.local import score_all
from coach.engines.marking import IntoLines
from coach.engines.parts import IntoParts
from coach.engines.processes import LEFT_BEHIND
from coach.errors import CoachError, ResultsError, RuleError, UsageError
from coach.readers import Rejected
from coach.results import Dataset
from coach.results_parts import HEADER
from coach.scoring import Scorer

distributed = pytest.importorskip("distributed")

TESTS = Path(__file__).resolve().parent
BROKEN = Rejected("b.json", "line 3", "it is broken", "Mend it.")
PATIENCE = 30
# Seconds after which scheduler and workers end themselves, should this process be killed.
LEFT_ALONE = "300"


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_CALLS", 4)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a scheduler and two workers, each a process of its own, and return the scheduler's address."""
    folder = tmp_path_factory.mktemp("dask")
    found = folder / "scheduler.json"
    common = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(found)]
    environment = {
        **os.environ,
        "PYTHONPATH": str(TESTS),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        "DASK_TEMPORARY_DIRECTORY": str(folder),
    }
    commands = {
        "dask_scheduler": [*common, "--port", "0", "--dashboard-address", "127.0.0.1:0", "--idle-timeout", LEFT_ALONE],
        "dask_worker": [*common, "--nworkers", "2", "--nthreads", "1", "--death-timeout", LEFT_ALONE],
    }
    running = []
    with (folder / "log").open("w") as log:
        for name, options in commands.items():
            command = [sys.executable, "-m", f"distributed.cli.{name}", *options]
            process = subprocess.Popen(
                command, env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True
            )
            running.append(process)
        try:
            until = time.monotonic() + PATIENCE
            while not (found.is_file() and found.read_text().endswith("}")):
                assert time.monotonic() < until, (folder / "log").read_text()
                time.sleep(0.05)
            yield json.loads(found.read_text())["address"]
        finally:
            for process in running:
                # With all its children: asked kindly, a worker waits for its scheduler to let it go.
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@pytest.fixture
def two(scheduler: str) -> Iterator[Cluster]:
    """Return an engine of the two workers, once both are there: another test may have ended one."""
    with Cluster(scheduler, patience=PATIENCE) as engine:
        client: Any = engine._client
        client.wait_for_workers(2, PATIENCE)
        yield engine


def in_this_process(workers: int, threads: int = 1) -> Any:
    """Return a scheduler, with threads of this process for workers."""
    return distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=threads,
        processes=False,
        protocol="tcp",
        dashboard_address=None,
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
    )


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def a_batch(*sayings: str) -> Batch:
    return next(batches.batches([a_call(number, said=said) for number, said in enumerate(sayings)], None))


def coach(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


def test_a_worker_killed_in_mid_run_leaves_no_trace_in_the_results(two: Cluster, tmp_path: Path) -> None:
    grave = tmp_path / "grave"
    calls: list[Call | Rejected] = [a_call(number, said="Hello" * number) for number in range(60)]
    calls[3:3] = [BROKEN, a_call(100, said="raise")]
    calls[30] = a_call(30, said="die once")
    seen: list[int] = []
    there = score_all(
        calls,
        functools.partial(Mortal, grave),
        str(tmp_path / "cluster"),
        engine=two,
        on_progress=lambda summary: seen.append(summary.read),
    )
    killed = int(grave.read_text())
    assert not Path(f"/proc/{killed}").exists()
    here = score_all(calls, functools.partial(Mortal, grave), str(tmp_path / "local"), jobs=1)
    assert there == here
    assert (here.scored, here.rejected) == (60, 2)
    assert seen == [*range(0, 62, 4), 62]
    assert files_in(tmp_path / "cluster") == files_in(tmp_path / "local")


def test_calls_that_end_every_worker_are_named_and_their_neighbours_are_not_blamed(
    two: Cluster, tmp_path: Path
) -> None:
    calls = [a_call(number, said="die" if number == 6 else "Hello") for number in range(16)]
    make = functools.partial(Mortal, tmp_path / "grave")
    with pytest.raises(CoachError) as caught:
        score_all(calls, make, str(tmp_path / "results"), engine=two)
    assert caught.value.what == (
        "4 calls in a row, from c-4 (calls.jsonl, line 5) to c-7 (calls.jsonl, line 8), ended every worker that took "
        "them, 2 in turn"
    )
    assert "memory" in caught.value.remedy
    del calls[4:8]
    rest = score_all(calls, make, str(tmp_path / "results"), jobs=1)
    assert rest.unchanged >= 4
    assert rest.unchanged + rest.scored == 12


def test_the_command_scores_there_as_here_with_rules_of_the_users_own(scheduler: str, tmp_path: Path) -> None:
    said = [
        "agent: Ahoy there, this is Ana.",
        "customer: My line is down.",
        "agent: I am sorry about that.",
        "agent: Bye",
    ]
    turns = [dict(zip(("role", "text"), line.split(": ", 1), strict=True)) for line in said]
    for number in range(9):
        call = {"call_id": f"c-{number}", "agent": {"id": "a1"}, "turns": turns[number % 2 :]}
        write(tmp_path / "calls", {f"{number}.json": json.dumps(call)})
    rules = tmp_path / "ours"
    write(rules, {"moments/ahoy.yml": moment_file("ahoy"), "house/ahoy.yml": rule_file(expect={"agent": "ahoy"})})
    # What is made of the built-in rules is kept then, and need not be made by each worker.
    Scorer.load()
    asked = ["score", tmp_path / "calls", "--json", "--rules", rules]
    there = coach(*asked, "--cluster", scheduler)
    here = coach(*asked)
    assert there.exit_code == here.exit_code == 0, there.stderr
    assert there.stdout_bytes == here.stdout_bytes
    assert there.stdout.count('"house.ahoy"') == 9
    assert there.stderr == here.stderr


def test_rules_are_the_same_wherever_they_are_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_built_in(tmp_path / "built-in", monkeypatch)
    write(
        tmp_path / "ours", {"moments/ahoy.yml": moment_file("ahoy"), "words.yml": few_words(), "notes.txt": "no rule"}
    )
    carried = CarriedRules((tmp_path / "ours",))
    there = unpacked(packed(carried))
    here = carried().stamp
    shutil.rmtree(tmp_path / "ours")
    assert list(there.folders[0]) == ["moments/ahoy.yml", "words.yml"]
    assert there().stamp == here


def test_lines_come_in_the_order_of_the_calls(two: Cluster) -> None:
    calls = [a_call(number, said="raise" if number == 7 else "Hello" * number) for number in range(30)]
    there = b"".join(report.lines for report in score_lines(calls, StandIn, engine=two))
    assert there == b"".join(report.lines for report in score_lines(calls, StandIn, jobs=1))
    assert there.count(b"\n") == 29


def test_a_run_that_is_stopped_leaves_no_work_behind_and_the_next_finishes_it(two: Cluster, tmp_path: Path) -> None:
    calls = [a_call(number) for number in range(120)]

    def stop(summary: Summary) -> None:
        if summary.scored >= 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score_all(calls, StandIn, str(tmp_path / "stopped"), engine=two, on_progress=stop)
    client: Any = two._client
    assert not any(client.processing().values())
    kept = len(list((tmp_path / "stopped" / "calls").iterdir()))
    assert 2 <= kept < 30
    summary = score_all(calls, StandIn, str(tmp_path / "stopped"), engine=two)
    assert summary.unchanged == 4 * kept
    score_all(calls, StandIn, str(tmp_path / "undisturbed"), jobs=1)
    assert files_in(tmp_path / "stopped") == files_in(tmp_path / "undisturbed")


def test_no_more_than_a_few_batches_are_read_ahead(two: Cluster, tmp_path: Path) -> None:
    taken = 0
    ahead: list[int] = []

    def calls() -> Iterator[Call]:
        nonlocal taken
        for number in range(80):
            taken += 1
            yield a_call(number)

    score_all(
        calls(), StandIn, str(tmp_path), engine=two, on_progress=lambda summary: ahead.append(taken - summary.read)
    )
    assert len(ahead) == 21
    assert 4 < max(ahead) <= 4 * 2 * LEFT_BEHIND


def test_calls_that_need_no_scoring_are_not_sent(two: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = [a_call(number) for number in range(12)]
    score_all(calls, StandIn, str(tmp_path), jobs=1)
    sent = []
    monkeypatch.setattr(Cluster, "_send", lambda *args: sent.append(args))
    assert score_all(calls, StandIn, str(tmp_path), engine=two).unchanged == 12
    assert not sent


def test_a_wrong_rule_ends_the_run_as_it_does_here(two: Cluster, tmp_path: Path) -> None:
    calls = [a_call(0), a_call(1, said="wrong rule")]
    with pytest.raises(RuleError, match="no such moment") as caught:
        score_all(calls, StandIn, str(tmp_path), engine=two)
    assert (caught.value.where, caught.value.remedy) == ("rules/core/greeting.yml:4:1", "Mend the rule.")


def test_results_that_workers_do_not_see_are_told_before_any_call_is_sent(two: Cluster) -> None:
    # What is in the memory of this process is no more to be seen elsewhere than a folder on its disk.
    fsspec.filesystem("memory").pipe_file("/results/dataset.json", b"{}")
    with pytest.raises(CoachError, match="2 of 2 workers of the cluster cannot score") as caught:
        next(two(iter([a_batch("Hello")]), StandIn(), StandIn, IntoParts("memory://results")))
    assert "this results folder is not to be seen from a worker" in caught.value.what
    assert "s3://" in caught.value.what


def test_a_folder_of_the_same_name_is_not_taken_for_the_results(tmp_path: Path) -> None:
    (tmp_path / HEADER).write_text("{}")
    job = packed((StandIn, IntoParts(str(tmp_path)), StandIn().stamp, (str(tmp_path), b"other")))
    answer = mark_batch("run", versions_here(), job, packed(a_batch("Hello")))
    assert isinstance(answer, ResultsError)
    assert "another folder" in answer.what


def test_workers_with_other_built_in_rules_are_refused(two: Cluster) -> None:
    make = functools.partial(StandIn, "sha256:theirs")
    with pytest.raises(CoachError, match=r"rules sha256:theirs \(wanted sha256:one\)"):
        next(two(iter([a_batch("Hello")]), StandIn(), make, IntoLines()))


def test_workers_of_other_versions_are_told_with_what_differs_and_how_to_mend_it(
    scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = {**versions_here(), "pyarrow": "0.0.1"}
    monkeypatch.setattr(cluster, "versions_here", lambda also=(): mine)
    with pytest.raises(CoachError, match="2 of 2 workers of the cluster differ from this machine") as caught:
        Cluster(scheduler, patience=PATIENCE).__enter__()
    assert caught.value.what.count(f"pyarrow {versions_here()['pyarrow']} (here 0.0.1)") == 2
    assert "pip install 'call-coach[cluster]==" in caught.value.remedy
    assert "pyarrow==0.0.1" in caught.value.remedy


def test_a_worker_that_joins_late_with_other_versions_is_told_too() -> None:
    mine = {**versions_here(), "Python": "3.0"}
    answer = mark_batch("run", mine, b"which it cannot unpack", b"")
    assert isinstance(answer, CoachError)
    assert "(here 3.0)" in answer.what
    assert "Under Python 3.0" in answer.remedy


def test_of_many_workers_that_differ_a_few_are_told() -> None:
    here = {"Python": "3.11", "spacy": "3.8.0", "call-coach": "0.1.0"}
    there = {f"tcp://w{number}": {**here, "spacy": "", "Python": "3.10"} for number in range(9)}
    there["tcp://same"] = here
    with pytest.raises(CoachError) as caught:
        check_versions(here, there, "tcp://s:8786")
    assert "9 of 10 workers" in caught.value.what
    assert "\n  tcp://w0: Python 3.10 (here 3.11), spacy is missing (here 3.8.0)\n" in caught.value.what
    assert caught.value.what.endswith("\n  and 4 more")
    check_versions(here, {"tcp://same": here}, "tcp://s:8786")


def test_without_dask_it_is_said_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError) as caught:
        Cluster("tcp://127.0.0.1:8786").__enter__()
    assert "pip install 'call-coach[cluster]'" in caught.value.remedy


@pytest.mark.parametrize(
    "address", ["local:0", "local:many", "local:", "here", "ftp://host/folder", "tls://127.0.0.1:9"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError) as caught:
        Cluster(address).__enter__()
    assert caught.value.where == address
    assert ("DASK_DISTRIBUTED__COMM__TLS__CA_FILE" in caught.value.remedy) == address.startswith("tls:")


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_client, "CONNECT_WITHIN", 0.2)
    with pytest.raises(CoachError, match="no Dask scheduler answers") as caught:
        Cluster("tcp://127.0.0.1:9").__enter__()
    assert caught.value.where == "tcp://127.0.0.1:9"


def test_processes_and_a_cluster_at_once_are_refused(tmp_path: Path) -> None:
    write(tmp_path, {"a.json": json.dumps({"call_id": "a", "turns": [{"role": "agent", "text": "Hello"}]})})
    result = coach("score", tmp_path / "a.json", "--json", "--jobs", "2", "--cluster", "local:2")
    assert result.exit_code == 2
    assert "--jobs and --cluster do not go together" in result.stderr


def test_a_scheduler_without_workers_is_told_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_client, "SAY_AFTER", 0.1)
    said: list[str] = []
    with in_this_process(0) as empty, pytest.raises(CoachError, match="no worker has come") as caught:
        Cluster(empty.scheduler_address, patience=0.3, say=said.append).__enter__()
    assert "dask worker" in caught.value.remedy
    assert said == [f"Waiting for workers of {empty.scheduler_address} ..."]


def test_workers_that_all_leave_in_mid_run_are_told_and_what_is_written_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "LOOK_EVERY", 0.1)
    with in_this_process(1) as few, Cluster(few.scheduler_address, patience=0.3) as engine:
        left: list[Any] = []

        def leave(summary: Summary) -> None:
            if summary.read and not left:
                left.append(few.scale(0))
                few.sync(few._correct_state)

        with pytest.raises(CoachError, match="no worker has come"):
            score_all(
                [a_call(number) for number in range(99)], StandIn, str(tmp_path), engine=engine, on_progress=leave
            )
    with Dataset.open(str(tmp_path)) as dataset:
        assert 4 <= len(list(dataset.rows("FROM calls"))) < 99


def test_a_scheduler_that_goes_away_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_client, "CONNECT_WITHIN", 0.5)
    monkeypatch.setattr(cluster, "LOOK_EVERY", 0.1)
    with in_this_process(1) as gone, Cluster(gone.scheduler_address) as engine:

        def end(summary: Summary) -> None:
            if summary.read:
                gone.close()

        with pytest.raises(CoachError, match="connection to the scheduler is lost") as caught:
            score_all([a_call(number) for number in range(99)], StandIn, str(tmp_path), engine=engine, on_progress=end)
    assert "the same command finishes the rest" in caught.value.remedy


def test_workers_with_several_threads_are_told_to_be_of_little_use() -> None:
    said: list[str] = []
    with in_this_process(1, threads=3) as threads, Cluster(threads.scheduler_address, say=said.append):
        pass
    assert ["1 of 1 workers have several threads" in text for text in said] == [True]


def test_workers_are_started_here_where_that_is_asked_for(tmp_path: Path) -> None:
    calls = [a_call(number) for number in range(12)]
    with Cluster("local:2") as engine:
        score_all(calls, StandIn, str(tmp_path / "cluster"), engine=engine)
    score_all(calls, StandIn, str(tmp_path / "local"), jobs=1)
    assert files_in(tmp_path / "cluster") == files_in(tmp_path / "local")
