"""The wheel holds all that the tool needs: built from the sdist, installed alone, run away from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
CALL = {
    "call_id": "c-1",
    "turns": [
        {"role": "agent", "text": "Good morning, Larkfield, how can I help?"},
        {"role": "customer", "text": "My router is broken."},
        {"role": "agent", "text": "I'm sorry about that. I'll send you a new one."},
        {"role": "customer", "text": "Thank you, goodbye."},
    ],
}


class Installed(NamedTuple):
    """An environment with the wheel in it and an empty folder to work in."""

    bin: Path
    site: Path
    folder: Path

    def run(self, *command: str) -> str:
        # Without PYTHONPATH and outside the checkout, only what is installed can be imported.
        env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        done = subprocess.run(
            [self.bin / command[0], *command[1:]], cwd=self.folder, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel, built from the sdist and not from the checkout."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list(out.glob("*.tar.gz"))) == 1
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Return a new environment that holds the wheel, and sees the dependencies of this one."""
    home = tmp_path_factory.mktemp("home")
    venv.create(home / "env", symlinks=True)
    python = home / "env" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python]
    options = ["--quiet", "--no-index", "--no-deps", "--no-compile"]
    subprocess.run([*pip, "install", *options, wheel], check=True, capture_output=True)
    site = next((home / "env" / "lib").glob("python*/site-packages"))
    # A folder named in a .pth file is searched, but the .pth files in it are not read: the checkout, which this
    # environment knows by such a file, stays out of reach.
    (site / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n")
    (home / "work").mkdir()
    return Installed(python.parent, site, home / "work")


def test_rules_and_templates_are_in_the_wheel_and_nothing_of_the_checkout_is_left_out(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    for folder, packed in (("rules", "coach/_data/rules"), ("reports/templates", "coach/_data/templates")):
        wanted = {
            f"{packed}/{path.relative_to(ROOT / folder)}" for path in (ROOT / folder).rglob("*") if path.is_file()
        }
        assert wanted
        assert wanted <= held
    assert "coach/py.typed" in held
    assert {f"coach/{path.relative_to(ROOT / 'coach')}" for path in (ROOT / "coach").rglob("*.py")} <= held
    assert not [name for name in held if name.startswith(("tests/", "docs/", "rules/"))]


def test_only_the_installed_package_can_be_imported(installed: Installed) -> None:
    where = installed.run("python", "-c", "import coach, coach.datafiles as d; print(coach.__file__, d.rules_folder())")
    package, rules = map(Path, where.split())
    assert package == installed.site / "coach" / "__init__.py"
    assert rules == installed.site / "coach" / "_data" / "rules"


def test_the_command_scores_away_from_the_checkout(installed: Installed) -> None:
    (installed.folder / "call.json").write_text(json.dumps(CALL), "utf-8")
    scored = json.loads(installed.run("coach", "score", "call.json", "--json"))
    outcomes = {finding["rule"]: finding["outcome"] for finding in scored["findings"]}
    assert outcomes["core.greeting"] == "met"
    assert outcomes["core.apology"] == "met"


def test_the_command_writes_pages_away_from_the_checkout(installed: Installed) -> None:
    (installed.folder / "call.json").write_text(json.dumps(CALL), "utf-8")
    installed.run("coach", "run", "call.json", "-o", "site")
    assert "<html" in (installed.folder / "site" / "index.html").read_text("utf-8")


def test_the_installed_rules_are_those_of_the_checkout(installed: Installed) -> None:
    built_in = {path.stem for path in (ROOT / "rules").glob("*/*.yml") if path.parent.name != "moments"}
    listed = installed.run("coach", "rules", "list")
    assert {name for name in built_in if f".{name} " in listed} == built_in


def test_the_metadata_names_licence_command_and_python(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    metadata = archive.read(name).decode()
    assert "\nLicense-Expression: MIT\n" in metadata
    assert "\nRequires-Python: >=3.10\n" in metadata
    entry_points = archive.read(name.replace("METADATA", "entry_points.txt")).decode()
    assert "coach = coach.cli:main" in entry_points
