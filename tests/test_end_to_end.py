"""The commands with the real rules and pages, from transcripts to the site."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from coach.cli import main
from coach.results import Dataset

SAYINGS = [
    ("agent", "Good morning, Larch Energy, Ana speaking. How can I help?"),
    ("customer", "My smart meter has stopped working and nobody has called me back."),
    ("agent", "I'm so sorry about that. Let me book an engineer for you."),
    ("customer", "Thank you."),
    ("agent", "You're welcome. Is there anything else? Have a lovely day, goodbye."),
]


def coach(*args: str | Path) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args])


def write_calls(folder: Path, number: int) -> None:
    for count in range(number):
        turns = [
            {"role": role, "text": text, "start": 5.0 * place, "end": 5.0 * place + 4}
            for place, (role, text) in enumerate(SAYINGS[: 3 + count % 3])
        ]
        agent = {"id": f"a{count % 4}", "name": "Ana"}
        call = {"call_id": f"c-{count}", "agent": agent, "started_at": f"2026-03-{1 + count % 28:02}", "turns": turns}
        (folder / f"{count:03}.json").write_text(json.dumps(call))


def test_one_broken_file_among_a_hundred(tmp_path: Path) -> None:
    calls, site = tmp_path / "calls", tmp_path / "site"
    calls.mkdir()
    write_calls(calls, 100)
    (calls / "broken.json").write_text('{"call_id": "c", "turns": [')
    result = coach("run", calls, "-o", site)
    assert result.exit_code == 3, result.stderr
    assert result.stderr.count("Not read: ") == 1
    assert "broken.json" in result.stderr
    assert result.stdout.startswith("100 calls scored, 1 not read.\nMean score ")
    assert (site / "index.html").is_file()
    again = coach("run", calls, "-o", site)
    assert again.stdout.startswith("0 calls scored, 100 unchanged since an earlier run, 1 not read.\n")
    assert again.stdout.splitlines()[1:] == result.stdout.splitlines()[1:]


def test_json_has_the_same_bytes_twice_and_exact_evidence(tmp_path: Path) -> None:
    write_calls(tmp_path, 6)
    first, second = coach("score", tmp_path, "--json"), coach("score", tmp_path, "--json")
    assert first.exit_code == 0, first.stderr
    assert first.stdout_bytes == second.stdout_bytes
    texts = [text for _, text in SAYINGS]
    quotes = [
        quote
        for line in first.stdout.splitlines()
        for finding in json.loads(line)["findings"]
        for quote in finding["evidence"]
    ]
    assert quotes
    assert all(texts[quote["turn"]][quote["start"] : quote["end"]] == quote["text"] for quote in quotes)


def test_hostile_names_stay_inside_the_site(tmp_path: Path) -> None:
    calls, site = tmp_path / "calls", tmp_path / "deep" / "site"
    calls.mkdir()
    names = ["../../x", "<script>alert(1)</script>", "=cmd()", "..", "a/b", "con", "x" * 400, "\x00\x1b[31m", "."]
    for number, name in enumerate(names):
        turns = [{"role": "agent", "text": f"Hello, {name}"}, {"role": "customer", "text": "=cmd() <script>"}]
        agent = {"id": name, "name": name, "team": name}
        (calls / f"{number}.json").write_text(json.dumps({"call_id": name, "agent": agent, "turns": turns}))
    before = set(tmp_path.rglob("*"))
    result = coach("run", calls, "-o", site)
    assert result.exit_code == 0, result.stderr
    assert all(site in path.parents or path in (site, site.parent) for path in set(tmp_path.rglob("*")) - before)
    assert not any("<script>alert" in page.read_text() for page in site.rglob("*.html"))
    with Dataset.open(str(site / "results")) as dataset:
        assert sorted(row["call_id"] for row in dataset.sql("SELECT call_id FROM calls")) == sorted(names)
