"""Real calls, where they are present beside the checkout: the contract holds on every one of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from small_rules import built_in

from coach.readers import ReadOptions, Rejected, read
from coach.scored import OUTCOMES, Scored
from coach.scoring import FIXED_MOMENTS

CALLS = Path(__file__).resolve().parents[2] / "shared" / "calls"
SETS = ("operator", "telehealth", "meetings")
KEYS = {
    "call_id": None,
    "agent_id": None,
    "score": None,
    "passed": None,
    "auto_fail": None,
    "roles": {"how", "agent", "confidence"},
    "lacks": None,
    "findings": {"rule", "outcome", "points", "possible", "reason", "evidence", "searched"},
    "moments": None,
    "talk": None,
    "sentiment": {"customer"},
    "stamp": {"coach", "rules"},
}
QUOTE_KEYS = {"turn", "start", "end", "text"}
TALK_KEYS = {"agent_share", "interruptions", "talk_overs", "silences", "agent_wpm"}

pytestmark = pytest.mark.skipif(not CALLS.is_dir(), reason="the shared calls are not beside this checkout")


@pytest.fixture(scope="module", params=SETS)
def scored(request: pytest.FixtureRequest) -> list[tuple[Scored, dict[str, Any]]]:
    """Return every call of a set, scored, with what the contract writes of it."""
    calls = list(read([str(CALLS / f"{request.param}.jsonl")], ReadOptions()))
    assert calls
    marks = [built_in().score(call) for call in calls if not isinstance(call, Rejected)]
    assert len(marks) == len(calls)
    return [(mark, mark.to_dict()) for mark in marks]


def test_every_quote_is_the_slice_it_points_at(scored: list[tuple[Scored, dict[str, Any]]]) -> None:
    for mark, data in scored:
        turns = mark.call.turns
        quotes = [quote for finding in data["findings"] for quote in finding["evidence"]]
        quotes += [quote for found in data["moments"].values() for quote in found]
        for quote in quotes:
            assert set(quote) == QUOTE_KEYS
            assert 0 <= quote["start"] < quote["end"]
            assert quote["text"] == turns[quote["turn"]].text[quote["start"] : quote["end"]]
            assert quote["text"].strip()


def test_the_keys_are_those_of_the_contract(scored: list[tuple[Scored, dict[str, Any]]]) -> None:
    for _, data in scored:
        assert list(data) == list(KEYS)
        for name in ("roles", "sentiment", "stamp"):
            assert set(data[name]) == KEYS[name]
        assert all(set(finding) == KEYS["findings"] for finding in data["findings"])
        assert set(data["talk"]) >= TALK_KEYS
        assert all(set(cut) == {"turn", "cut", "by", "at", "overlap"} for cut in data["talk"]["interruptions"] or ())
        assert all(set(gap) == {"start", "seconds", "announced"} for gap in data["talk"]["silences"] or ())
        assert set(data["moments"]) >= set(FIXED_MOMENTS)
        assert len(data["sentiment"]["customer"]) == 4


def test_the_score_is_points_over_possible(scored: list[tuple[Scored, dict[str, Any]]]) -> None:
    for _, data in scored:
        possible = sum(finding["possible"] for finding in data["findings"])
        earned = sum(finding["points"] for finding in data["findings"])
        assert data["score"] == (round(100 * earned / possible, 1) if possible else None)
        assert (data["passed"] is None) == (data["score"] is None)


def test_findings_can_be_defended(scored: list[tuple[Scored, dict[str, Any]]]) -> None:
    for mark, data in scored:
        for finding in data["findings"]:
            assert finding["outcome"] in OUTCOMES
            assert finding["reason"].endswith((".", "?", "!"))
            if finding["outcome"] in ("not_applicable", "cannot_tell"):
                assert finding["possible"] == finding["points"] == 0
            else:
                first, last = finding["searched"]
                assert 0 <= first <= last < len(mark.call.turns)


def test_figures_that_need_times_are_null_without_them(scored: list[tuple[Scored, dict[str, Any]]]) -> None:
    for _, data in scored:
        if "times" in data["lacks"]:
            assert data["talk"]["agent_share"] is data["talk"]["silences"] is data["talk"]["agent_wpm"] is None


def test_scoring_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    path = tmp_path / "some.jsonl"
    path.write_bytes(b"".join((CALLS / "operator.jsonl").read_bytes().splitlines(keepends=True)[::6]))
    command = [sys.executable, "-c", "from coach.cli import main; main()", "score", str(path), "--json"]
    runs = [
        subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONHASHSEED": seed}) for seed in "12"
    ]
    first, second = (run.communicate()[0] for run in runs)
    assert [run.returncode for run in runs] == [0, 0]
    assert first == second
    ids = [orjson.loads(line)["call_id"] for line in first.splitlines()]
    assert ids == [orjson.loads(line)["call_id"] for line in path.read_bytes().splitlines()]
