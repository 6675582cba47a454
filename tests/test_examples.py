"""The example calls: regenerated to the same bytes, read as they were written, labelled turn by turn."""

from __future__ import annotations

import gzip
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from coach.call import Call
from coach.readers import ReadOptions, read

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
WRITTEN = ROOT / "benchmarks" / "examples_source"
UNCLEAR = "HC-2038"  # by design nobody can say who is the agent in this one
OUTCOMES = {"met", "missed", "not_applicable", "cannot_tell"}


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    sys.modules[name] = found
    spec.loader.exec_module(found)
    return found


def content(path: Path) -> bytes:
    # zlib may pack the same text differently from one version to the next
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


@pytest.fixture(scope="module")
def calls() -> dict[str, Call]:
    read_calls = list(read([str(EXAMPLES / "calls")], ReadOptions()))
    assert all(isinstance(call, Call) for call in read_calls)
    return {call.call_id: call for call in read_calls if isinstance(call, Call)}


@pytest.fixture(scope="module")
def labels() -> dict[str, dict[str, tuple[str, list[int]]]]:
    lines = (EXAMPLES / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    return {line["call_id"]: line["labels"] for line in map(json.loads, lines)}


def test_the_files_are_those_that_their_sources_make(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "benchmarks" / "examples.py", "-o", tmp_path], check=True, cwd=tmp_path)
    made = {path.relative_to(tmp_path): content(path) for path in tmp_path.rglob("*") if path.is_file()}
    kept = {path.relative_to(EXAMPLES): content(path) for path in EXAMPLES.rglob("*") if path.is_file()}
    del kept[Path("README.md")]
    assert made == kept


def test_every_call_is_read_once_and_labelled(calls: dict[str, Call], labels: dict[str, object]) -> None:
    written = [source.call_id for source in module("example_source").sources(WRITTEN)]
    assert len(written) >= 66
    assert sorted(calls) == sorted(written) == sorted(labels)


def test_every_call_is_read_as_it_was_written(calls: dict[str, Call]) -> None:
    for source in module("example_source").sources(WRITTEN):
        as_read = " ".join(turn.text for turn in calls[source.call_id].turns)
        assert as_read == " ".join(line.text for line in source.lines), source.call_id


def test_the_company_has_seven_agents_in_two_teams_over_six_weeks() -> None:
    heads = [source.head for source in module("example_source").sources(WRITTEN)]
    assert len({head["agent"] for head in heads}) == 7
    assert {head["file"].split("/")[0] for head in heads} == {"broadband", "home"}
    assert {head.get("type", "external") for head in heads} == {"external", "internal", "partner"}
    days = sorted(head["at"][:10] for head in heads)
    assert (days[0], days[-1]) == ("2026-09-28", "2026-11-06")


def test_labels_name_turns_that_exist_and_marks_of_the_agent_name_the_agents_turns(
    calls: dict[str, Call], labels: dict[str, dict[str, tuple[str, list[int]]]]
) -> None:
    for call_id, checks in labels.items():
        turns = calls[call_id].turns
        for check, (outcome, numbers) in checks.items():
            assert outcome in OUTCOMES
            for number in numbers:
                assert number < len(turns), (call_id, check)
                if outcome == "met":
                    assert turns[number].role in ("agent", "unknown"), (call_id, check, number)


def test_only_the_call_that_nobody_can_tell_is_labelled_so(
    labels: dict[str, dict[str, tuple[str, list[int]]]],
) -> None:
    untold = [call_id for call_id, checks in labels.items() if "cannot_tell" in {mark for mark, _ in checks.values()}]
    assert untold == [UNCLEAR]
    assert {outcome for outcome, _ in labels[UNCLEAR].values()} == {"cannot_tell"}


def test_people_speak_at_the_speed_of_people(calls: dict[str, Call]) -> None:
    for call in calls.values():
        timed = [turn for turn in call.turns if turn.start is not None and turn.end is not None and not turn.parts]
        words = sum(len(turn.text.split()) for turn in timed)
        seconds = sum(turn.end - turn.start for turn in timed if turn.start is not None and turn.end is not None)
        if words > 50:
            assert 1.8 < words / seconds < 3.6, call.call_id


def test_a_line_with_an_unknown_mark_is_refused_with_its_place() -> None:
    with pytest.raises(ValueError, match=r"ana\.txt, LB-1: not a mark"):
        module("example_source").line_of("A +greeting!: hello", "clean", "ana.txt, LB-1")


def test_a_call_with_a_check_unlabelled_is_refused() -> None:
    source_of = module("example_source").source_of
    outcomes = module("example_source").outcomes
    with pytest.raises(ValueError, match="no outcome for"):
        outcomes(source_of("LB-1\nagent: ana\n\nA +gr: hello", "ana.txt"))
