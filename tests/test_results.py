"""The results dataset: what is written is read, current rows only, and damage is named."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stand_ins import CARD, StandIn, a_call

from coach.call import Turn
from coach.errors import ResultsError
from coach.results import Dataset, make_dataset
from coach.results_parts import Store, not_written, write_part
from coach.results_schema import CALLS, FINDINGS, REJECTED, TURNS, Entry, tables_of

HEAD = {"name": "Good service", "version": "1", "pass_mark": 70.0}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


def entry(number: int = 0, revision: int = 0, rules: str = "sha256:one") -> Entry:
    return Entry(f"k{number}", revision, f"h{number}", StandIn(rules).score(a_call(number)))


def dataset_of(folder: Path | str, *parts: list[Entry]) -> Store:
    scorer = StandIn()
    store = make_dataset(str(folder), scorer.stamp, scorer.rule_cards(), HEAD)
    for entries in parts:
        write_part(store, entries)
    return store


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    dataset_of(tmp_path, [entry(0), entry(1)])
    with Dataset.open(str(tmp_path)) as dataset:
        call = dataset.sql("SELECT * FROM calls ORDER BY key")[1]
        finding = dataset.sql("SELECT * FROM findings ORDER BY key")[1]
        turns = dataset.sql("SELECT * FROM turns WHERE key = ? ORDER BY turn", ["k1"])
    assert (call["call_id"], call["agent_id"], call["team"]) == ("c-1", "a1", "Billing")
    assert call["source"] == "calls.jsonl, line 2"
    assert call["score"] == 22.0
    assert call["passed"] is True
    assert call["auto_fail"] == []
    assert call["roles_agent"] == ["agent"]
    assert call["lacks"] == ["words"]
    assert (call["turns"], call["words"], call["duration"]) == (2, 9, 4.5)
    assert call["interruptions_by_agent"] == 0
    assert call["silences"] == [{"start": 2.0, "seconds": 3.5, "announced": True, "after": 0}]
    assert call["longest_silence"] == 3.5
    assert call["customer_wpm"] is None
    assert call["mood"] == [None, 0.1, -0.2, 0.3]
    assert json.loads(call["moments"])["greeting"] == [{"turn": 0, "start": 0, "end": 5, "text": "Hello"}]
    assert json.loads(call["talk"])["agent_share"] == 0.5
    assert json.loads(call["metadata"]) == {"queue": "north"}
    assert (call["rules_hash"], call["coach"]) == ("sha256:one", "0.1.0")
    assert finding["evidence"] == [{"turn": 0, "start": 0, "end": 5, "text": "Hello"}]
    assert finding["searched"] == [0, 1]
    assert (finding["outcome"], finding["points"], finding["counted"]) == ("met", 5.0, None)
    assert [(turn["role"], turn["start"], turn["end"]) for turn in turns] == [
        ("agent", 0.0, 2.0),
        ("customer", 2.5, 4.5),
    ]


@given(text=TEXT, call_id=TEXT)
def test_any_text_comes_back_as_it_was(text: str, call_id: str) -> None:
    scored = StandIn().score(a_call(said=text, call_id=call_id))
    tables = tables_of([Entry("k", 0, "h", scored)], "p")
    assert tables["calls"]["call_id"].to_pylist() == [call_id]
    assert tables["turns"]["text"].to_pylist()[0] == text
    assert tables["findings"]["evidence"].to_pylist() == [[quote._asdict() for quote in scored.findings[0].evidence]]


def test_what_the_transcript_lacks_is_null_and_not_zero(tmp_path: Path) -> None:
    scored = entry().scored
    untimed = replace(scored.call, turns=tuple(Turn(turn.role, turn.text) for turn in scored.call.turns))
    silent = replace(scored, call=untimed, talk=type(scored.talk)(), score=None, passed=None)
    dataset_of(tmp_path, [Entry("k", 0, "h", silent)])
    with Dataset.open(str(tmp_path)) as dataset:
        row = dataset.sql("SELECT * FROM calls")[0]
    names = "duration agent_share interruptions_by_agent talk_overs silences longest_silence agent_wpm score passed"
    assert {name: row[name] for name in names.split()} == dict.fromkeys(names.split())


def test_the_same_part_written_twice_has_the_same_name_and_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        dataset_of(tmp_path / folder, [entry(0), entry(1)])
    assert files_in(tmp_path / "one") == files_in(tmp_path / "two")


def test_columns_are_those_of_the_schema(tmp_path: Path) -> None:
    dataset_of(tmp_path / "full", [entry()])
    dataset_of(tmp_path / "empty")
    for folder in ("full", "empty"):
        with Dataset.open(str(tmp_path / folder)) as dataset:
            columns = {
                view: [row["column_name"] for row in dataset.sql(f"DESCRIBE {view}")]
                for view in ("calls", "findings", "turns", "rejected")
            }
        assert columns == {
            "calls": [*CALLS.names, "part"],
            "findings": [*FINDINGS.names, "part"],
            "turns": [*TURNS.names, "part"],
            "rejected": REJECTED.names,
        }


def test_a_call_scored_again_shows_its_last_marks_only(tmp_path: Path) -> None:
    dataset_of(tmp_path, [entry(0), entry(1)], [entry(1, revision=1, rules="sha256:two")])
    with Dataset.open(str(tmp_path)) as dataset:
        assert dataset.sql("SELECT key, rules_hash FROM calls ORDER BY key") == [
            {"key": "k0", "rules_hash": "sha256:one"},
            {"key": "k1", "rules_hash": "sha256:two"},
        ]
        assert dataset.value("SELECT count(*) FROM findings") == 2
        assert dataset.value("SELECT count(*) FROM turns") == 4


def test_findings_of_a_part_that_was_not_finished_do_not_exist(tmp_path: Path) -> None:
    store = dataset_of(tmp_path, [entry(0)])
    part = write_part(store, [entry(1)])
    store.remove("calls", f"part-{part}.parquet")
    with Dataset.open(str(tmp_path)) as dataset:
        assert dataset.sql("SELECT DISTINCT key FROM findings") == [{"key": "k0"}]
        assert dataset.sql("SELECT DISTINCT key FROM turns") == [{"key": "k0"}]


@pytest.mark.parametrize("failing", ["calls", "findings", "turns"])
def test_a_call_exists_only_once_all_of_its_part_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    store = dataset_of(tmp_path)
    write = store.write

    def write_or_fail(data: bytes, *names: str) -> None:
        if names[0] == failing:
            raise ResultsError("killed here")
        write(data, *names)

    monkeypatch.setattr(store, "write", write_or_fail)
    with pytest.raises(ResultsError, match="killed here"):
        write_part(store, [entry(0)])
    with Dataset.open(str(tmp_path)) as dataset:
        assert [dataset.sql(f"FROM {view}") for view in ("calls", "findings", "turns")] == [[], [], []]


def test_half_written_files_are_not_read_and_go_once_they_are_finished(tmp_path: Path) -> None:
    store = dataset_of(tmp_path, [entry(0)])
    part = store.parts("calls")[0]
    finished = tmp_path / "calls" / f".part-{part}.parquet.77.tmp"
    in_flight = tmp_path / "calls" / ".part-0123.parquet.78.tmp"
    finished.write_bytes(b"PAR1")
    in_flight.write_bytes(b"PAR1")
    with Dataset.open(str(tmp_path)) as dataset:
        assert dataset.value("SELECT count(*) FROM calls") == 1
    store.sweep()
    assert not finished.exists()
    assert in_flight.exists()


def test_rule_cards_are_kept_for_every_set_of_rules(tmp_path: Path) -> None:
    dataset_of(tmp_path)
    other = CARD._replace(title="Another")
    make_dataset(str(tmp_path), {"coach": "0.2.0", "rules": "sha256:two"}, [other], {**HEAD, "version": "2"})
    with Dataset.open(str(tmp_path)) as dataset:
        assert dataset.rule_cards() == (other,)
        assert dataset.rule_book("sha256:one").cards == (CARD,)
        assert dataset.rule_book("sha256:one").stamp == {"coach": "0.1.0", "rules": "sha256:one"}
        assert dataset.rule_book("sha256:one").scorecard == HEAD
        assert dataset.rule_book().scorecard["version"] == "2"
        assert dataset.rule_book("sha256:three").cards == ()


def test_queries_may_go_on_side_by_side(tmp_path: Path) -> None:
    dataset_of(tmp_path, [entry(number) for number in range(600)])
    with Dataset.open(str(tmp_path)) as dataset:
        both = zip(
            dataset.rows("SELECT key FROM calls ORDER BY key"),
            dataset.rows("SELECT key FROM findings ORDER BY key"),
            strict=True,
        )
        assert sum(call["key"] == finding["key"] for call, finding in both) == 600


def test_an_address_of_another_file_system_will_do() -> None:
    dataset_of("memory://results-test/a", [entry(0)])
    with Dataset.open("memory://results-test/a") as dataset:
        assert dataset.value("SELECT call_id FROM calls") == "c-0"


@pytest.mark.parametrize("name", ["a b", "it's", "[x]*?", "ünï"])
def test_folders_with_awkward_names_will_do(tmp_path: Path, name: str) -> None:
    dataset_of(tmp_path / name, [entry(0)])
    with Dataset.open(str(tmp_path / name)) as dataset:
        assert dataset.value("SELECT call_id FROM calls") == "c-0"


def test_a_folder_without_results_is_named_with_what_to_give_instead(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="no results here") as caught:
        Dataset.open(str(tmp_path))
    assert caught.value.where == str(tmp_path)
    assert "OUT/results" in caught.value.remedy


def test_a_folder_without_results_is_named_without_its_password() -> None:
    with pytest.raises(ResultsError) as caught:
        Dataset.open("memory://me:hush@host/nothing")
    assert caught.value.where == "memory://host/nothing"


def test_whatever_stands_in_the_way_of_writing_elsewhere_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store("memory://cannot-be-written/results")

    def fails(path: str, value: bytes, **options: object) -> None:
        raise RuntimeError("no more of this")

    monkeypatch.setattr(store.files, "pipe_file", fails)
    with pytest.raises(ResultsError, match="no more of this"):
        store.write(b"x", "dataset.json")


def test_an_unknown_kind_of_address_is_an_error_with_a_remedy() -> None:
    with pytest.raises(ResultsError, match="no kind of address"):
        Dataset.open("nosuch://bucket/results")


def test_results_of_a_newer_schema_are_not_misread(tmp_path: Path) -> None:
    (tmp_path / "dataset.json").write_text('{"schema": 99, "rules": {}}')
    with pytest.raises(ResultsError, match="schema 99") as caught:
        Dataset.open(str(tmp_path))
    assert "Update" in caught.value.remedy


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"schema": "x", "rules": {}}', "\x00"])
def test_a_damaged_header_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "dataset.json").write_text(content)
    with pytest.raises(ResultsError, match=r"dataset\.json"):
        Dataset.open(str(tmp_path))


@pytest.mark.parametrize("table", ["calls", "findings", "turns"])
@pytest.mark.parametrize("content", [b"", b"PAR1 and no more", None])
def test_a_damaged_part_is_named_with_what_to_delete(tmp_path: Path, table: str, content: bytes | None) -> None:
    dataset_of(tmp_path, [entry(0)], [entry(1)])
    damaged = sorted((tmp_path / table).iterdir())[1]
    if content is None:
        data = damaged.read_bytes()
        damaged.write_bytes(data[: len(data) // 2])
    else:
        damaged.write_bytes(content)
    with pytest.raises(ResultsError, match="damaged") as caught:
        read_everything(tmp_path)
    assert caught.value.where == str(damaged)
    assert str(tmp_path / "calls" / damaged.name) in caught.value.remedy
    (tmp_path / "calls" / damaged.name).unlink()
    read_everything(tmp_path)


def test_a_part_that_is_gone_is_named(tmp_path: Path) -> None:
    dataset_of(tmp_path, [entry(0)], [entry(1)])
    gone = sorted((tmp_path / "turns").iterdir())[0]
    gone.unlink()
    with pytest.raises(ResultsError, match="damaged or missing") as caught:
        read_everything(tmp_path)
    assert caught.value.where == str(gone)


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ResultsError, match="cannot be written") as caught:
        dataset_of(tmp_path / "file" / "results")
    assert caught.value.remedy


def test_a_full_disk_leaves_no_half_file_and_keeps_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = dataset_of(tmp_path)
    before = files_in(tmp_path)

    def full(path: str, data: bytes) -> None:
        Path(path).write_bytes(data[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store.files, "pipe_file", full)
    with pytest.raises(ResultsError, match="No space left on device"):
        write_part(store, [entry(0)])
    with pytest.raises(ResultsError, match="No space left on device"):
        make_dataset(str(tmp_path), {"coach": "0.2.0", "rules": "sha256:two"}, [], HEAD)
    assert files_in(tmp_path) == before


@pytest.mark.parametrize(
    ("number", "said"), [(errno.ENOSPC, "Make room"), (errno.EACCES, "get the right"), (errno.EROFS, "get the right")]
)
def test_what_to_do_follows_from_why_it_cannot_be_written(number: int, said: str) -> None:
    error = not_written(OSError(number, os.strerror(number)), "results/calls/part-1.parquet")
    assert said in error.remedy
    assert os.strerror(number) in error.what


def test_a_dataset_that_cannot_be_opened_leaves_nothing_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset_of(tmp_path, [entry()])
    closed: list[Dataset] = []
    monkeypatch.setattr("coach.results.TWICE", "SELECT no_such_column FROM all_calls")
    monkeypatch.setattr(Dataset, "close", lambda dataset: closed.append(dataset))
    with pytest.raises(duckdb.Error, match="no_such_column"):
        Dataset.open(str(tmp_path))
    assert len(closed) == 1
    closed[0]._db.close()


def read_everything(folder: Path) -> None:
    with Dataset.open(str(folder)) as dataset:
        for view in ("calls", "findings", "turns"):
            dataset.sql(f"FROM {view}")


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_too_little_memory_is_said_with_what_to_do(tmp_path: Path) -> None:
    dataset_of(tmp_path, [entry()])
    with Dataset.open(str(tmp_path)) as dataset:
        for setting in ("SET memory_limit = '1MB'", "SET temp_directory = ''", "SET threads = 1"):
            list(dataset.rows(setting))
        with pytest.raises(ResultsError, match="not enough memory") as caught:
            dataset.sql("SELECT list(n || repeat('x', 100)) FROM range(1000000) AS r(n)")
    assert "Make room" in caught.value.remedy
