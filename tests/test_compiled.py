"""What is kept between runs saves time and changes nothing; whatever is wrong with it, rules are read anew."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest
from small_rules import built_in, call, moment_file, rule_file, rulebook_error, write

from coach import compiled
from coach.compiled import Compiled, cache_folder
from coach.datafiles import rules_folder
from coach.quick_yaml import read_yaml
from coach.rulebook import Rulebook, load
from coach.scoring import Scorer

A_CALL = """\
agent: Good morning, you're through to Maple Energy, my name is Tom, how can I help?
customer: hi um my heating has been off since friday and no one came out
agent: Oh no, I'm ever so sorry about that, that must be awful in this weather.
customer: it really is we've got a baby in the house
agent: Let me put you on hold for a minute while I look into it. Is that okay?
customer: yeah fine
agent: Thank you for waiting. An engineer will be with you before noon today.
customer: brilliant thank you so much
agent: You're welcome. Is there anything else I can help you with?
customer: no that's everything
agent: Thanks for calling, have a lovely day, goodbye.
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("CALL_COACH_CACHE", str(folder))
    return folder


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return write(tmp_path / "rules", {"moments/hello.yml": moment_file("hello"), "core/hello.yml": rule_file()})


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the files that are parsed from now on."""
    names: list[str] = []
    read: Callable[[Path], Any] = read_yaml

    def noted(path: Path) -> Any:
        names.append(path.name)
        return read(path)

    for module in ("rule_yaml", "wording"):
        monkeypatch.setattr(f"coach.{module}.read_yaml", noted)
    return names


# Each takes long to load, and nothing that is in the way of most calls needs it.
NOT_NEEDED = ("spacy", "numpy", "srsly", "duckdb", "pyarrow", "fsspec", "rich", "jinja2")


def files(place: Path) -> list[Path]:
    return sorted(path for path in place.iterdir() if not path.name.startswith("english-"))


def same(one: Rulebook, other: Rulebook) -> bool:
    return one == other and repr(one) == repr(other)


@pytest.mark.usefixtures("loads_anew")
def test_a_call_gets_the_same_marks_from_what_is_kept(place: Path) -> None:
    cold = Scorer.load()
    warm = Scorer.load()
    assert cold.score(call(A_CALL)) == warm.score(call(A_CALL))
    assert same(cold.rulebook, warm.rulebook)
    assert [path.name.split("-")[0] for path in files(place)] == ["lists", "phrases", "rules"]


def written_call(folder: Path) -> str:
    turns = [dict(zip(("role", "text"), line.split(": "), strict=True)) for line in A_CALL.splitlines()]
    path = folder / "call.json"
    path.write_text(json.dumps({"call_id": "one", "turns": turns}), "utf-8")
    return str(path)


def test_a_second_run_scores_a_call_without_what_takes_long_to_load(tmp_path: Path) -> None:
    built_in()
    path = written_call(tmp_path)
    script = (
        "import sys; from coach.cli import main\n"
        f"try: main(['score', {path!r}, '--json', '--quiet'])\n"
        f"except SystemExit: print(sorted(set({NOT_NEEDED}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["call_id"] == "one"
    assert done.stderr.strip() == "[]"


def test_libraries_do_not_complain_on_the_way_out(tmp_path: Path) -> None:
    built_in()
    script = f"from coach.cli import main; main(['score', {written_call(tmp_path)!r}, '-o', {str(tmp_path / 'out')!r}])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("1 call scored.")
    assert done.stderr == ""


def test_a_second_load_parses_nothing(place: Path, rules: Path, parsed: list[str]) -> None:
    first = load([rules])
    assert sorted(parsed) == ["hello.yml", "hello.yml"]
    assert same(first, load([rules]))
    assert len(parsed) == 2
    assert files(place)


def test_only_a_changed_file_is_read_anew(place: Path, rules: Path, parsed: list[str]) -> None:
    before = load([rules])
    parsed.clear()
    (rules / "core/hello.yml").write_text(rule_file(coach="Say hello."), "utf-8")
    after = load([rules])
    assert parsed == ["hello.yml"]
    assert [rule.coach for rule in after.rules] == ["Say hello."]
    assert after.hash != before.hash


def test_rules_on_top_of_others_are_kept_apart(place: Path, rules: Path, tmp_path: Path, parsed: list[str]) -> None:
    load([rules])
    (below,) = files(place)
    held = below.read_bytes()
    parsed.clear()
    load([rules, write(tmp_path / "ours", {"moments/bye.yml": moment_file("bye")})])
    assert parsed == ["bye.yml"]
    assert len(files(place)) == 2
    assert below.read_bytes() == held


@pytest.mark.parametrize("damage", [b"", b"not ours", b"0" * 64 + b"{}"])
def test_a_damaged_file_is_made_anew(place: Path, rules: Path, damage: bytes) -> None:
    book = load([rules])
    (path,) = files(place)
    sound = path.read_bytes()
    for broken in (damage, sound[:-9], sound.replace(b"hello", b"jello")):
        path.write_bytes(broken)
        assert same(load([rules]), book)
        assert path.read_bytes() == sound


def test_another_version_keeps_its_own(place: Path, rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load([rules])
    monkeypatch.setattr(compiled, "__version__", "0.0.0")
    load([rules])
    assert len(files(place)) == 2


def test_a_broken_rule_set_is_not_kept_and_is_named_with_its_place(place: Path, rules: Path) -> None:
    write(rules, {"moments/hello.yml": moment_file("hello", "(hi")})
    error = rulebook_error(rules)
    assert "moments/hello.yml:" in error
    assert "not closed" in error
    assert not place.exists()
    assert rulebook_error(rules) == error


def test_a_place_that_cannot_be_written_is_no_error(
    rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").write_text("", "utf-8")
    monkeypatch.setenv("CALL_COACH_CACHE", str(tmp_path / "a file" / "cache"))
    assert load([rules]).rules


def test_a_read_only_folder_is_no_error(place: Path, rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(place))

    place.mkdir()
    # Nothing is read-only to root, so the refusal is made here.
    monkeypatch.setattr("coach.compiled.tempfile.mkstemp", refused)
    assert load([rules]).rules
    assert not files(place)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no owners here")
def test_what_another_user_wrote_is_not_read(
    place: Path, rules: Path, parsed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    load([rules])
    parsed.clear()
    monkeypatch.setattr(os, "geteuid", lambda: 4321)
    load([rules])
    assert len(parsed) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no modes here")
def test_files_are_private_and_others_may_not_have_written_them(place: Path, rules: Path, parsed: list[str]) -> None:
    load([rules])
    (path,) = files(place)
    assert place.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o622)
    parsed.clear()
    load([rules])
    assert len(parsed) == 2


def test_it_does_not_grow_without_bound(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "MOST_FILES", 9)
    for kind, count in (("phrases", 1), ("rules", 12)):
        for number in range(count):
            kept = Compiled.of(kind, [tmp_path / str(number)])
            kept.made(b"text", lambda: ["value"])
            kept.save()
    assert len(files(place)) == 9 + 1


def test_only_plain_data_is_kept(tmp_path: Path) -> None:
    for value in (float("nan"), {1: "a"}, ("a", "b"), b"bytes", float("inf")):
        kept = Compiled(tmp_path / "file")
        assert kept.made(b"text", lambda value=value: value) is value
        kept.save()
    assert not (tmp_path / "file").exists()


def test_what_nobody_asks_for_any_more_goes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for texts in ((b"old", b"both"), (b"both", b"new")):
        kept = Compiled(path)
        for text in texts:
            kept.made(text, lambda text=text: [text.decode()])
        kept.save()
    kept = Compiled(path)
    assert [kept.made(text, lambda: "anew") for text in (b"old", b"both", b"new")] == ["anew", ["both"], ["new"]]


def test_where_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    standard = "LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME"
    monkeypatch.setenv(standard, str(tmp_path))
    monkeypatch.setenv("CALL_COACH_CACHE", "OFF")
    assert cache_folder() is None
    monkeypatch.setenv("CALL_COACH_CACHE", "")
    assert cache_folder() == tmp_path / "call-coach"
    monkeypatch.setenv(standard, "relative")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    assert cache_folder() == tmp_path / "home" / ".cache" / "call-coach"


def test_turned_off_it_writes_nothing(rules: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CALL_COACH_CACHE", "off")
    load([rules])
    assert not (tmp_path / "home").exists()


def test_the_built_in_rules_are_plain_enough_to_be_kept(parsed: list[str]) -> None:
    load([rules_folder()])
    parsed.clear()
    load([rules_folder()])
    assert not parsed


def test_where_versions_cannot_be_told_nothing_is_kept(
    place: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(compiled, "version", unknown)
    assert load([rules]).rules
    assert not place.exists()
