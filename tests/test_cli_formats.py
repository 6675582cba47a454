"""``coach formats``: what is read is listed from the readers themselves."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from coach.cli import main
from coach.readers.known import formats


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["formats", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_every_format_is_listed_with_how_it_is_told_and_what_comes_with_it() -> None:
    code, shown, _ = run()
    assert code == 0
    assert shown.startswith("native  (roles, speakers, times, words)\n    an object with a list turns\n")
    assert "\nassemblyai  (speakers, times, words)\n    utterances" in shown
    assert "\ngong  (roles, speakers, times; untried)\n" in shown
    assert all(f"{each.name}  (" in shown for each in formats())
    assert max(map(len, shown.split("\n"))) <= 80


def test_all_is_told_of_a_format_that_is_named() -> None:
    _, shown, _ = run("assemblyai")
    assert shown.startswith(
        "assemblyai  (speakers, times, words)\n    an AssemblyAI transcript\n    told by utterances"
    )


@pytest.mark.parametrize(("name", "first"), [("AssemblyAI", "assemblyai"), ("twilio", "twilio"), ("Teams", "webvtt")])
def test_a_format_is_found_by_part_of_its_name_or_by_the_tool_that_writes_it(name: str, first: str) -> None:
    assert run(name)[1].startswith(first)


def test_each_format_stands_once_and_says_what_it_is_told_by() -> None:
    listed = formats()
    names = [each.name for each in listed]
    assert len(set(names)) == len(names)
    assert [each.name for each in listed if not each.told_by or not each.title] == []
    assert {kind for each in listed for kind in each.provides} <= {"roles", "speakers", "times", "words"}


def test_json_has_one_object_a_format() -> None:
    _, shown, _ = run("--json", "assemblyai")
    (one,) = map(json.loads, shown.splitlines())
    assert (one["name"], one["provides"], one["is_tried"]) == ("assemblyai", ["speakers", "times", "words"], True)


def test_a_name_that_is_nearly_one_is_wrong_usage_and_says_which_it_may_be() -> None:
    code, _, told = run("asemblyaii")
    assert code == 2
    assert "Did you mean assemblyai" in told
