from __future__ import annotations

import functools
import json
from pathlib import Path

import pytest
import srsly
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from coach.authoring.schema import KINDS, schema_of
from coach.cli import main
from coach.datafiles import rules_folder

FILES = sorted(path for path in rules_folder().rglob("*.yml") if path.parent != rules_folder())
RULE = {"title": "t", "source": "s", "check": "says", "expect": {"agent": "hello"}, "coach": "c"}


@functools.cache
def validator_of(kind: str) -> Draft202012Validator:
    return Draft202012Validator(schema_of(kind))


def mistakes(kind: str, data: object) -> list[str]:
    return [error.message for error in validator_of(kind).iter_errors(data)]


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_schema_that_explains_every_key(kind: str) -> None:
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    assert "id" not in schema["properties"]
    if kind != "scorecard":
        assert [key for key, value in schema["properties"].items() if not value.get("description")] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_built_in_file_keeps_to_it(path: Path) -> None:
    kinds = {"moments": "moment", "scorecards": "scorecard"}
    assert mistakes(kinds.get(path.parent.name, "rule"), srsly.read_yaml(path)) == []


def test_the_default_scorecard_keeps_to_it() -> None:
    assert mistakes("scorecard", srsly.read_yaml(rules_folder() / "scorecard.yml")) == []


@pytest.mark.parametrize(
    "change",
    [
        {"tittle": "x"},
        {"check": "say"},
        {"within": "soon"},
        {"expect": {"agnet": "hello"}},
        {"most": -1},
        {"any_of+": ["x"]},
    ],
)
def test_an_editor_sees_mistakes(change: dict[str, object]) -> None:
    assert mistakes("rule", RULE) == []
    assert mistakes("rule", RULE | change)


def test_lists_may_be_written_as_their_only_item_and_files_may_extend() -> None:
    assert mistakes("rule", {**RULE, "when": [{"customer": ["a", "b"], "within": "first 3 turns"}]}) == []
    assert mistakes("rule", {"extends": "core.greeting", "tests+": []}) == []
    assert mistakes("scorecard", {"extends": "default", "applies_to": {"queue": "billing"}, "auto_fail+": []}) == []
    assert mistakes("moment", {"title": "nothing else"})


def test_the_command_prints_one_and_writes_all(tmp_path: Path) -> None:
    printed = CliRunner().invoke(main, ["rules", "schema", "moment"])
    assert json.loads(printed.stdout)["title"] == "Call Coach: moment"
    written = CliRunner().invoke(main, ["rules", "schema", "-o", str(tmp_path / "s")])
    assert written.exit_code == 0
    assert sorted(path.name for path in (tmp_path / "s").iterdir()) == ["moment.json", "rule.json", "scorecard.json"]
    unnamed = CliRunner().invoke(main, ["rules", "schema"])
    assert unnamed.exit_code == 2


def test_one_kind_is_written_alone(tmp_path: Path) -> None:
    written = CliRunner().invoke(main, ["rules", "schema", "rule", "-o", str(tmp_path / "s")])
    assert (written.exit_code, [path.name for path in (tmp_path / "s").iterdir()]) == (0, ["rule.json"])


@pytest.mark.parametrize(
    ("folder", "way"),
    [
        ("ours/.schemas", "../.schemas/rule.json"),
        ("ours", "../rule.json"),
        ("schemas", "../../schemas/rule.json"),
    ],
)
def test_the_path_for_editors_leads_from_a_rule_file_to_the_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, way: str
) -> None:
    (tmp_path / "ours" / "moments").mkdir(parents=True)
    (tmp_path / "ours" / "house").mkdir()
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(main, ["rules", "schema", "rule", "-o", folder]).stdout
    assert f"  ours/house/price_check.yml\n    # yaml-language-server: $schema={way}\n" in said
    assert (tmp_path / "ours" / "house" / way).is_file()
