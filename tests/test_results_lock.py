"""One run at a time writes into a dataset; a run that ended, however it did, stands in nobody's way."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest
from stand_ins import StandIn, a_call

from coach import results_lock
from coach.engines.local import score_all
from coach.errors import ResultsError
from coach.results import Dataset
from coach.results_lock import GIVEN_UP_AFTER, LEASE, LOCAL, writing
from coach.results_parts import Store

HOLD = """
import sys
from coach.results_lock import writing
from coach.results_parts import Store
with writing(Store(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.read()
"""
NOBODY = 2**22 + 1  # more than Linux gives to a process


@pytest.fixture
def elsewhere() -> Store:
    store = Store("memory://lock-test/results")
    store.remove(LEASE)
    return store


def lease(store: Store, **others: object) -> None:
    holder = {"host": "far-away", "pid": 1, "since": "2026-03-02T09:14:00+00:00", "renewed": time.time(), **others}
    store.write(orjson.dumps(holder), LEASE)


def test_another_process_is_refused_and_told_who_writes_until_that_one_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        with pytest.raises(ResultsError, match="another run writes") as caught:
            score_all([a_call()], StandIn, str(tmp_path), jobs=1)
        assert f"process {other.pid} on {socket.gethostname()}, since " in caught.value.what
        assert "Wait" in caught.value.remedy
        assert not (tmp_path / "dataset.json").exists()
        other.kill()
        other.wait()
    assert score_all([a_call()], StandIn, str(tmp_path), jobs=1).scored == 1


def test_a_lock_ends_with_its_block_and_leaves_nothing_in_the_file(tmp_path: Path) -> None:
    store = Store(str(tmp_path))
    for _ in range(2):
        with writing(store):
            assert orjson.loads((tmp_path / LOCAL).read_bytes())["pid"] == os.getpid()
    assert (tmp_path / LOCAL).read_bytes() == b""


def test_reading_asks_nobody(tmp_path: Path) -> None:
    score_all([a_call()], StandIn, str(tmp_path), jobs=1)
    with writing(Store(str(tmp_path))), Dataset.open(str(tmp_path)) as dataset:
        assert dataset.value("SELECT count(*) FROM calls") == 1


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ResultsError, match="cannot be written") as caught, writing(Store(str(tmp_path / "file" / "x"))):
        pass
    assert caught.value.remedy


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ResultsError, match="cannot be written"), writing(Store(str(tmp_path))):
        pass
    tmp_path.chmod(0o700)


def test_elsewhere_a_run_that_does_not_say_who_it_is_is_refused_too(elsewhere: Store) -> None:
    elsewhere.write(orjson.dumps({"pid": 1, "renewed": time.time()}), LEASE)
    with pytest.raises(ResultsError, match=r"another run writes into these results\n"), writing(elsewhere):
        pass


def test_elsewhere_another_run_is_refused_with_what_to_do_about_a_dead_one(elsewhere: Store) -> None:
    lease(elsewhere)
    with pytest.raises(ResultsError, match=r"process 1 on far-away, since 2026-03-02") as caught, writing(elsewhere):
        pass
    assert elsewhere.path(LEASE) in caught.value.remedy


@pytest.mark.parametrize(
    "others",
    [
        {"renewed": time.time() - GIVEN_UP_AFTER - 60},
        {"host": socket.gethostname(), "pid": NOBODY},
    ],
)
def test_elsewhere_a_dead_run_is_taken_over(elsewhere: Store, others: dict[str, object]) -> None:
    lease(elsewhere, **others)
    with writing(elsewhere):
        assert orjson.loads(elsewhere.read(LEASE) or b"")["pid"] == os.getpid()
    assert elsewhere.read(LEASE) is None


@pytest.mark.parametrize("damaged", [b"{", b"[]", b'{"run": "r", "renewed": null}', b'{"pid": 1, "renewed": "now"}'])
def test_elsewhere_a_damaged_lease_is_nobodys(elsewhere: Store, damaged: bytes) -> None:
    elsewhere.write(damaged, LEASE)
    with writing(elsewhere):
        pass


def test_elsewhere_the_later_of_two_at_once_goes_on(elsewhere: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    renew = results_lock._renew

    def overtaken(store: Store, mine: dict[str, object]) -> None:
        renew(store, mine)
        lease(store, run="another")

    monkeypatch.setattr(results_lock, "_renew", overtaken)
    with pytest.raises(ResultsError, match="another run writes"), writing(elsewhere):
        pass


def test_elsewhere_a_lease_is_renewed_while_its_run_lasts(elsewhere: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results_lock, "RENEWED_EVERY", 0.001)
    with writing(elsewhere):
        elsewhere.remove(LEASE)
        deadline = time.monotonic() + 30
        while elsewhere.read(LEASE) is None and time.monotonic() < deadline:
            time.sleep(0.001)
        assert elsewhere.read(LEASE) is not None
    assert elsewhere.read(LEASE) is None
