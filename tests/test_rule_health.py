"""``coach rules health``: which rules tell nothing, and which reviewers overturn."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from two_rule_sets import small_built_in, write_calls

from coach.agreement import Label, Pair
from coach.authoring.health import RuleHealth, moments_never_heard, rules_health
from coach.call import Call, Roles, Turn
from coach.cli import main
from coach.results import Dataset, make_dataset
from coach.results_parts import write_part
from coach.results_schema import Entry
from coach.rulebook import load
from coach.scored import Evidence, Finding, Outcome, RuleCard, Scored, Talk

NAMES = ("never", "always_met", "nearly", "sometimes", "untold", "rare")


def card(name: str) -> RuleCard:
    return RuleCard(f"ours.{name}", name.title(), "All", "", "", "", 5.0, "says")


def outcome(name: str, number: int, calls: int) -> Outcome:
    """Return what comes out of a rule on call ``number``."""
    return {
        "never": "not_applicable",
        "always_met": "met",
        "nearly": "missed" if number else "met",
        "sometimes": "met" if number % 2 else "missed",
        "untold": "cannot_tell",
        "rare": "not_applicable" if number > 3 else "met",
    }[name]  # type: ignore[return-value]


def written(folder: Path, calls: int, rules: str = "sha256:one", names: Sequence[str] = NAMES) -> Path:
    """Write results of ``calls`` calls by the rules ``rules``."""
    stamp = {"coach": "0.1.0", "rules": rules}
    store = make_dataset(str(folder), stamp, [card(name) for name in names])
    entries = []
    for number in range(calls):
        call = Call(
            f"c-{number}", (Turn("agent", "Hello"), Turn("customer", "Hi")), roles=Roles("given", ("agent",), 1)
        )
        findings = tuple(Finding(f"ours.{name}", outcome(name, number, calls), "So it is.") for name in names)
        moments = {"hello": (Evidence(0, 0, 5, "Hello"),), "sorry": ()}
        scored = Scored(call, call.roles, findings, moments, Talk(), (), 50.0, True, (), stamp)
        entries.append(Entry(f"{rules}-{number}", 0, f"content-{number}", scored))
    write_part(store, entries)
    return folder


def found_in(folder: Path, pairs: Sequence[Pair] = ()) -> Mapping[str, RuleHealth]:
    with Dataset.open(str(folder)) as dataset:
        book = dataset.rule_book()
        return {one.rule: one for one in rules_health(dataset, book.rules_hash, book.cards, pairs)}


def coach(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, ["rules", "health", *map(str, arguments)])
    assert "Traceback" not in result.output
    assert "this is a defect of coach" not in result.output
    return result


def test_rules_that_tell_nothing_are_flagged(tmp_path: Path) -> None:
    found = found_in(written(tmp_path / "results", 60))
    assert {rule: one.flags for rule, one in found.items()} == {
        "ours.never": ("never_fires", "always_not_applicable"),
        "ours.always_met": ("always_met",),
        "ours.nearly": ("nearly_always_missed",),
        "ours.sometimes": (),
        "ours.untold": ("never_fires", "always_cannot_tell"),
        "ours.rare": ("fires_too_rarely_to_say",),
    }
    met = found["ours.sometimes"].met
    assert met is not None
    assert (met.value, round(met.low, 2), round(met.high, 2)) == (0.5, 0.38, 0.62)


def test_of_too_few_calls_nothing_is_said(tmp_path: Path) -> None:
    found = found_in(written(tmp_path / "results", 29))
    assert {one.flags for one in found.values()} == {("too_few_calls",)}


def test_calls_marked_by_earlier_rules_do_not_count(tmp_path: Path) -> None:
    written(tmp_path / "results", 40, "sha256:old")
    folder = written(tmp_path / "results", 35, "sha256:new")
    assert {one.calls for one in found_in(folder).values()} == {35}
    result = coach(folder)
    assert result.exit_code == 0
    assert "35 calls, 6 rules." in result.stdout
    assert "40 calls more were marked by earlier rules and left out" in result.stdout


def pairs(name: str, wrong: int, total: int) -> list[Pair]:
    return [
        Pair(f"c-{n}", Label("missed" if n < wrong else "met"), Finding(f"ours.{name}", "met", "So."))
        for n in range(total)
    ]


def test_a_rule_is_overturned_often_only_where_enough_labels_say_so(tmp_path: Path) -> None:
    folder = written(tmp_path / "results", 60)
    found = found_in(folder, [*pairs("sometimes", 9, 20), *pairs("always_met", 5, 5), *pairs("rare", 1, 40)])
    often, few, seldom = (found[f"ours.{name}"].overturned for name in ("sometimes", "always_met", "rare"))
    assert often is not None
    assert few is not None
    assert seldom is not None
    assert (often.often, few.often, seldom.often) == (True, False, False)
    assert often.ways == [("met", "missed", [f"c-{n}" for n in range(9)])]
    assert found["ours.sometimes"].flags == ("often_overturned",)
    assert found["ours.never"].overturned is None


def test_what_the_tool_could_not_tell_is_no_mark_to_overturn(tmp_path: Path) -> None:
    untold = Pair("c-1", Label("met"), Finding("ours.untold", "cannot_tell", "So."))
    assert found_in(written(tmp_path / "results", 60), [untold])["ours.untold"].overturned is None


def test_the_table_fits_a_terminal_and_names_the_flags(tmp_path: Path) -> None:
    result = coach(written(tmp_path / "results", 60))
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert "Always met where they apply:" in lines
    assert "  ours.always_met" in lines
    assert any(line.startswith("ours.sometimes") and line.endswith("50.0%  38 to 62%") for line in lines)
    assert "Moments that never occur cannot be listed" in result.stdout


def test_labels_tell_which_marks_are_overturned_with_the_ids_of_the_calls(tmp_path: Path) -> None:
    folder = written(tmp_path / "results", 60)
    labels = [{"call_id": f"c-{n}", "labels": {"sometimes": "met", "rare": "met"}} for n in range(4)]
    labels += [{"call_id": "elsewhere", "labels": {"rare": "met"}}, {"call_id": "c-1", "labels": {"nonesuch": "met"}}]
    (tmp_path / "labels.jsonl").write_text("".join(json.dumps(label) + "\n" for label in labels))
    result = coach(folder, "--labels", tmp_path / "labels.jsonl")
    assert result.exit_code == 3
    assert "nonesuch" in result.stderr
    lines = result.stdout.splitlines()
    assert "Overturned by reviewers: 2 of 8 marks." in lines
    assert "  missed, reviewers say met: 2 (c-0, c-2)" in lines
    assert "None overturned: ours.rare." in lines
    told = json.loads(coach(folder, "--labels", tmp_path / "labels.jsonl", "--json").stdout)
    (rule,) = (rule for rule in told["rules"] if rule["rule"] == "ours.sometimes")
    assert rule["overturned"]["ways"] == [{"tool": "missed", "reviewer": "met", "calls": ["c-0", "c-2"]}]


def test_the_json_is_the_same_each_time_and_has_the_keys_of_the_contract(tmp_path: Path) -> None:
    folder = written(tmp_path / "results", 60)
    first, second = coach(folder, "--json"), coach(folder, "--json")
    assert first.stdout == second.stdout
    told = json.loads(first.stdout)
    assert list(told) == ["calls", "marked_by_other_rules", "rules", "moments_never_heard"]
    assert list(told["rules"][0]) == [
        "rule", "title", "points", "calls", "met", "missed", "not_applicable", "cannot_tell", "met_share", "flags",
        "overturned",
    ]  # fmt: skip
    assert told["moments_never_heard"] is None


def test_moments_that_no_call_holds_are_listed_with_their_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = small_built_in(tmp_path / "built-in", monkeypatch)
    calls = write_calls(tmp_path / "calls.jsonl", copies=3)
    said = calls.read_text("utf-8").replace("One moment", "Well")
    calls.write_text(said, "utf-8")
    CliRunner().invoke(main, ["score", str(calls), "-o", str(tmp_path / "results"), "-q"])
    with Dataset.open(str(tmp_path / "results")) as dataset:
        unheard = moments_never_heard(dataset, dataset.rule_book().rules_hash, load([rules]))
    assert unheard == {"hold": ()}
    result = coach(tmp_path / "results")
    assert "1 moment that no call holds:\n  hold" in result.stdout


def test_results_that_are_not_there_are_named(tmp_path: Path) -> None:
    result = coach(tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "no results here" in result.stderr
