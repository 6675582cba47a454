"""Scoring into a dataset: every call once, nothing lost to one bad call or a killed run, any number of processes."""

from __future__ import annotations

import functools
import gc
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stand_ins import StandIn, a_call

from coach.call import Call, Word
from coach.engines import batches
from coach.engines.batches import Summary
from coach.engines.ledger import Ledger, content_hash
from coach.engines.lines import score_lines
from coach.engines.local import score_all
from coach.engines.processes import LEFT_BEHIND
from coach.errors import CoachError, ResultsError, RuleError
from coach.readers import Rejected
from coach.results import Dataset

BROKEN = Rejected("b.json", "line 3", "it is broken", "Mend it.")


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_CALLS", 4)


def scored_into(folder: Path, calls: list[Call | Rejected], rules: str = "sha256:one", **options: Any) -> Summary:
    return score_all(calls, functools.partial(StandIn, rules), str(folder), **{"jobs": 1, **options})


def current(folder: Path, query: str = "SELECT call_id, source, score FROM calls ORDER BY ALL") -> list[Any]:
    with Dataset.open(str(folder)) as dataset:
        return [tuple(row.values()) for row in dataset.rows(query)]


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_every_call_is_scored_and_counted(tmp_path: Path) -> None:
    calls = [a_call(number, said="x" * number) for number in range(1, 11)]
    summary = scored_into(tmp_path, [*calls, BROKEN, a_call(99, said="wait")])
    assert summary == Summary(scored=11, rejected=1, waiting=1, marked=10, total=55.0)
    assert summary.mean == 5.5
    assert len(current(tmp_path)) == 11
    assert current(tmp_path, "FROM rejected") == [tuple(BROKEN)]


def test_any_number_of_processes_makes_the_same_files(tmp_path: Path) -> None:
    calls = [a_call(number, said="raise" if number == 7 else "Hello" * number) for number in range(1, 20)]
    heard: list[Rejected] = []
    one = scored_into(tmp_path / "one", [*calls, BROKEN])
    two = scored_into(tmp_path / "two", [*calls, BROKEN], jobs=2, on_rejected=heard.append)
    assert one == two
    assert files_in(tmp_path / "one") == files_in(tmp_path / "two")
    assert [rejected.source for rejected in heard] == ["calls.jsonl, line 8", "b.json"]


def test_lines_come_in_the_order_of_the_calls_from_any_number_of_processes() -> None:
    calls = [a_call(number, said="raise" if number == 7 else "Hello" * number) for number in range(1, 20)]
    one, two = (b"".join(report.lines for report in score_lines(calls, StandIn, jobs=jobs)) for jobs in (1, 2))
    assert one == two
    ids = [line.split(b'"')[3].decode() for line in one.splitlines()]
    assert ids == [f"c-{number}" for number in range(1, 20) if number != 7]


def test_a_second_run_scores_nothing_and_changes_no_file(tmp_path: Path) -> None:
    calls = [a_call(number) for number in range(10)]
    first = scored_into(tmp_path, calls)
    before = files_in(tmp_path)
    second = scored_into(tmp_path, calls)
    assert (second.scored, second.unchanged) == (0, 10)
    assert second.mean == first.mean
    assert files_in(tmp_path) == before


def test_only_what_is_new_or_edited_is_scored_again(tmp_path: Path) -> None:
    scored_into(tmp_path, [a_call(number) for number in range(10)])
    edited = [a_call(number, said="Hi!" if number == 3 else "Hello, how can I help?") for number in range(11)]
    summary = scored_into(tmp_path, edited)
    assert (summary.scored, summary.unchanged) == (2, 9)
    assert current(tmp_path, "SELECT call_id, revision FROM calls WHERE score = 3") == [("c-3", 1)]
    assert len(current(tmp_path)) == 11


def test_other_rules_score_everything_again(tmp_path: Path) -> None:
    calls = [a_call(number) for number in range(10)]
    scored_into(tmp_path, calls)
    summary = scored_into(tmp_path, calls, rules="sha256:two")
    assert summary.scored == 10
    assert current(tmp_path, "SELECT DISTINCT rules_hash, revision FROM calls") == [("sha256:two", 1)]
    assert current(tmp_path, "SELECT count(*) FROM findings") == [(10,)]


def test_going_back_to_earlier_rules_scores_again_too(tmp_path: Path) -> None:
    for rules in ("sha256:one", "sha256:two", "sha256:one"):
        scored_into(tmp_path, [a_call()], rules)
    assert current(tmp_path, "SELECT rules_hash, revision FROM calls") == [("sha256:one", 2)]


def test_rescore_scores_again_once(tmp_path: Path) -> None:
    scored_into(tmp_path, [a_call()])
    summary = scored_into(tmp_path, [a_call(), a_call(source="copy.json")], rescore=True)
    assert (summary.scored, summary.repeated) == (1, 1)
    assert len(current(tmp_path)) == 1


def test_one_id_with_two_contents_from_two_places_is_two_calls(tmp_path: Path) -> None:
    calls = [a_call(1, source="a/1.txt"), a_call(1, said="Hi", source="b/1.txt")]
    for expected in (2, 0):
        assert scored_into(tmp_path, calls).scored == expected
        assert [row[:2] for row in current(tmp_path)] == [("c-1", "a/1.txt"), ("c-1", "b/1.txt")]


def test_the_same_call_from_two_places_is_counted_once(tmp_path: Path) -> None:
    summary = scored_into(tmp_path, [a_call(1, source="a.json"), a_call(1, source="copy.json")])
    assert (summary.scored, summary.repeated, summary.marked) == (1, 1, 1)
    assert len(current(tmp_path)) == 1


def test_a_line_put_in_front_moves_the_others_and_doubles_none(tmp_path: Path) -> None:
    one_id = [a_call(line, said=said, call_id="x") for line, said in enumerate(["A", "B"])]
    shifted = [a_call(line, said=said, call_id="x") for line, said in enumerate(["C", "A", "B"])]
    scored_into(tmp_path, one_id)
    scored_into(tmp_path, shifted)
    said = current(tmp_path, "SELECT text FROM turns WHERE turn = 0 ORDER BY text")
    assert said == [("A",), ("B",), ("C",)]


CONTENTS = st.lists(st.tuples(st.sampled_from("xy"), st.sampled_from("ABCD")), max_size=8)


@given(runs=st.lists(CONTENTS, max_size=3))
def test_every_content_read_is_claimed_under_one_key(runs: list[list[tuple[str, str]]]) -> None:
    known: dict[str, dict[str, Any]] = {}
    for contents in runs:
        calls = [a_call(line, call_id=call_id, said=said) for line, (call_id, said) in enumerate(contents)]
        ledger = Ledger(known.values(), "r")
        for call in calls:
            claim = ledger.claim(call)
            if claim.to_score:
                assert claim.revision == (known[claim.key]["revision"] + 1 if claim.key in known else 0)
                names = "key call_id content source revision rules score waiting".split()
                values = (claim.key, call.call_id, claim.content, call.source, claim.revision, "r", 1.0, False)
                known[claim.key] = dict(zip(names, values, strict=True))
        ledger.close()
        stored = sorted(row["content"] for row in known.values())
        assert len(set(stored)) == len(stored)
        assert {content_hash(call) for call in calls} <= set(stored)


@given(contents=CONTENTS)
def test_a_first_run_claims_as_one_into_a_dataset_of_other_calls_does(contents: list[tuple[str, str]]) -> None:
    calls = [
        a_call(1, call_id=call_id, said=said, source=f"line {line}") for line, (call_id, said) in enumerate(contents)
    ]
    names = "key call_id content source revision rules score waiting".split()
    other = dict(zip(names, ("k", "another", "other", "elsewhere", 0, "r", 1.0, False), strict=True))
    first, later = Ledger((), "r"), Ledger((other,), "r")
    claims = [first.claim(call) for call in calls]
    assert claims == [later.claim(call) for call in calls]
    assert [claim.state for claim in claims].count("new") == len(set(contents))
    for ledger in (first, later):
        ledger.close()


def test_the_hash_of_a_call_follows_its_content_and_not_its_place() -> None:
    call = a_call()
    assert content_hash(call) == content_hash(a_call(source="elsewhere"))
    turn = call.turns[0]._replace(words=(Word("Hello", 0.0, 0.5),))
    others = [
        a_call(said="Hi"),
        a_call(call_id="other"),
        Call(call.call_id, (turn, call.turns[1]), call.agent, call.roles, call.started_at, metadata=call.metadata),
        Call(call.call_id, call.turns, call.agent._replace(team="Sales"), call.roles, call.started_at),
        Call(call.call_id, call.turns, call.agent, call.roles, None, metadata=call.metadata),
    ]
    hashes = {content_hash(other) for other in [call, *others]}
    assert len(hashes) == 6


def test_a_call_that_cannot_be_scored_is_rejected_and_the_others_are_scored(tmp_path: Path) -> None:
    sayings = ["Hello", "raise", "raise ours", "unfit", "Hello again"]
    calls = [a_call(number, said=said) for number, said in enumerate(sayings)]
    summary = scored_into(tmp_path, calls)
    assert (summary.scored, summary.rejected) == (2, 3)
    causes = current(tmp_path, "SELECT source, cause, remedy FROM rejected ORDER BY source")
    assert "ZeroDivisionError: no calls to divide by" in causes[0][1]
    assert "defect of coach" in causes[0][2]
    assert causes[1] == ("calls.jsonl, line 3", "too strange", "Look at it.")
    assert "Unicode" in causes[2][1]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_wrong_rule_ends_the_run_and_is_not_blamed_on_the_call(tmp_path: Path, jobs: int) -> None:
    with pytest.raises(RuleError, match="no such moment") as caught:
        scored_into(tmp_path, [a_call(0), a_call(1, said="wrong rule")], jobs=jobs)
    assert caught.value.where == "rules/core/greeting.yml:4:1"
    assert caught.value.remedy == "Mend the rule."


def test_a_line_that_cannot_be_written_is_rejected_and_the_others_are_not() -> None:
    calls = [a_call(number, said=said) for number, said in enumerate(["Hello", "unfit", "Hi"])]
    reports = list(score_lines(calls, StandIn, jobs=1))
    assert sum(report.lines.count(b"\n") for report in reports) == 2
    assert [rejected.source for report in reports for rejected in report.rejected] == ["calls.jsonl, line 2"]


def test_a_text_that_is_not_unicode_is_rejected(tmp_path: Path) -> None:
    summary = scored_into(tmp_path, [a_call(0), a_call(1, said="\udcff"), a_call(2)])
    assert (summary.scored, summary.rejected) == (2, 1)
    assert "not valid Unicode" in current(tmp_path, "SELECT cause FROM rejected")[0][0]


class Killed(BaseException):
    """Ends a run as a signal would."""


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_killed_run_is_finished_by_the_next_with_the_same_files(tmp_path: Path, after: int) -> None:
    calls: list[Call | Rejected] = [a_call(number) for number in range(18)]
    scored_into(tmp_path / "undisturbed", calls)
    reports: list[Summary] = []

    def kill(summary: Summary) -> None:
        reports.append(summary)
        if len(reports) > after + 1:
            raise Killed

    with pytest.raises(Killed):
        scored_into(tmp_path / "killed", calls, on_progress=kill)
    assert len(current(tmp_path / "killed")) == 4 * (after + 1)
    summary = scored_into(tmp_path / "killed", calls)
    assert summary.unchanged == 4 * (after + 1)
    assert files_in(tmp_path / "killed") == files_in(tmp_path / "undisturbed")


def test_a_part_killed_before_its_calls_were_written_is_written_again(tmp_path: Path) -> None:
    calls: list[Call | Rejected] = [a_call(number) for number in range(6)]
    scored_into(tmp_path, calls)
    whole = files_in(tmp_path)
    next((tmp_path / "calls").iterdir()).unlink()
    scored_into(tmp_path, calls)
    assert files_in(tmp_path) == whole


def test_rejected_is_what_the_last_finished_run_could_not_read(tmp_path: Path) -> None:
    others = [Rejected(f"{number}.json", "", "broken", "Mend it.") for number in range(3)]
    scored_into(tmp_path, [a_call(), *others])
    scored_into(tmp_path, [a_call(), BROKEN])
    assert current(tmp_path, "FROM rejected") == [tuple(BROKEN)]
    scored_into(tmp_path, [a_call()])
    assert current(tmp_path, "FROM rejected") == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_no_more_than_a_few_batches_are_read_ahead(tmp_path: Path, jobs: int) -> None:
    taken = 0
    ahead: list[int] = []

    def calls() -> Iterator[Call]:
        nonlocal taken
        for number in range(80):
            taken += 1
            yield a_call(number)

    score_all(
        calls(), StandIn, str(tmp_path), jobs=jobs, on_progress=lambda summary: ahead.append(taken - summary.read)
    )
    assert len(ahead) == 21
    # The very first is taken to know that there is one.
    assert ahead[0] == 1
    assert max(ahead[1:]) <= (0 if jobs == 1 else 4 * jobs * LEFT_BEHIND)


def test_a_worker_that_dies_is_told_and_what_is_written_stays(tmp_path: Path) -> None:
    calls = [a_call(number, said="exit" if number == 30 else "Hello") for number in range(32)]
    with pytest.raises(CoachError, match="worker process ended") as caught:
        scored_into(tmp_path, calls, jobs=2)
    assert "--jobs" in caught.value.remedy
    kept = len(current(tmp_path))
    calls[30] = a_call(30)
    assert scored_into(tmp_path, calls).unchanged == kept


def test_a_worker_that_cannot_write_is_told_as_it_is(tmp_path: Path) -> None:
    scored_into(tmp_path, [])
    (tmp_path / "turns").write_text("in the way")
    with pytest.raises(ResultsError, match="cannot be written"):
        scored_into(tmp_path, [a_call(number) for number in range(9)], jobs=2)


@pytest.mark.parametrize("taken", [1, 3])
def test_garbage_is_looked_for_again_after_a_run_whole_or_broken_off(taken: int) -> None:
    frozen = gc.get_freeze_count()
    lines = score_lines([a_call(number) for number in range(12)], StandIn, jobs=1)
    assert len([next(lines) for _ in range(taken)]) == taken
    assert not gc.isenabled()
    lines.close()
    assert gc.isenabled()
    assert gc.get_freeze_count() <= frozen


@pytest.mark.skipif(sys.version_info < (3, 11), reason="every process makes its own")
def test_processes_inherit_what_is_made_once_for_all(tmp_path: Path) -> None:
    # A folder of our name where the command is run is none of ours.
    (tmp_path / "coach").mkdir()
    (tmp_path / "coach" / "__init__.py").touch()
    here, made = Path(__file__).parent, tmp_path / "made"
    environment = {**os.environ, "PYTHONPATH": str(here)}
    command = [sys.executable, str(here / "made_once.py"), str(made)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("9\n", "")
    # Once by the process that has the calls, once by the one that the others are forked from.
    assert made.read_text().splitlines() == ["made"] * 2


@pytest.mark.skipif(os.name == "nt", reason="there a process that is killed has no helpers to clear up behind it")
def test_a_run_that_is_killed_leaves_no_warning_behind(tmp_path: Path) -> None:
    here = Path(__file__).parent
    command = [sys.executable, str(here / "made_once.py"), str(tmp_path / "made"), "killed"]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(here)}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGKILL, "", "")


def test_few_batches_start_no_process(tmp_path: Path) -> None:
    # A local function cannot be sent to another process: this passes only if none is started.
    summary = score_all([a_call(number) for number in range(9)], lambda: StandIn(), str(tmp_path))
    assert summary.scored == 9


def test_large_calls_make_small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_WEIGHT", 100)
    calls = [a_call(0, said="x" * 200), a_call(1, said="y" * 200), a_call(2, said="z")]
    sizes = [len(batch.items) for batch in batches.batches(calls, None)]
    assert sizes == [1, 1, 1]
