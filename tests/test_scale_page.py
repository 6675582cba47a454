"""What the page on clusters shows: sums as they come out, and commands that those programs take."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from coach.cli import main

pytest.importorskip("distributed")
yaml = pytest.importorskip("yaml")

from distributed.cli import dask_scheduler, dask_worker  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "scale.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)[^\n]*\n(.*?)^```$", PAGE, re.M | re.S)
MANIFESTS = [part for language, body in BLOCKS if language == "yaml" for part in yaml.safe_load_all(body)]
SCRIPTS = [body for language, body in BLOCKS if language in ("sh", "bash")]
PROGRAMS = {
    "coach": main,
    "dask": click.Group("dask", commands={"scheduler": dask_scheduler.main, "worker": dask_worker.main}),
}


def commands() -> list[list[str]]:
    """Return the lines of scripts and manifests that call ``coach`` or ``dask``."""
    lines = [line for body in SCRIPTS for line in body.replace("\\\n", " ").splitlines()]
    called = [
        found[0] for line in lines if (found := re.search(r"\b(coach|dask) (score|run|scheduler|worker) .*", line))
    ]
    words = [shlex.split(line.rstrip("& ")) for line in called]
    return words + [[*each["command"], *each.get("args", ())] for each in containers()]


def containers() -> list[dict[str, Any]]:
    specs = [part["spec"]["template"]["spec"] for part in MANIFESTS if part["kind"] in ("Deployment", "Job")]
    return [container for spec in specs for container in spec["containers"]]


def test_there_are_commands_of_each_kind() -> None:
    kinds = [" ".join(words[:2]) for words in commands()]
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {
        "coach score": 5,
        "dask scheduler": 4,
        "dask worker": 4,
    }


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_option_shown_is_one(words: list[str]) -> None:
    program = PROGRAMS[words[0]]
    command = program.get_command(click.Context(program), words[1])
    assert command is not None
    assert command.make_context(words[1], words[2:]).params


def test_what_belongs_together_in_the_manifest_is_labelled_so() -> None:
    assert [part["kind"] for part in MANIFESTS] == ["Deployment", "Service", "Deployment", "Job", "NetworkPolicy"]
    scheduler, service, worker, _, policy = MANIFESTS
    for deployment in (scheduler, worker):
        assert deployment["spec"]["selector"]["matchLabels"] == deployment["spec"]["template"]["metadata"]["labels"]
    assert service["spec"]["selector"] == scheduler["spec"]["selector"]["matchLabels"]
    assert service["spec"]["ports"] == [{"port": 8786}]
    for part in MANIFESTS:
        labels = part["spec"].get("template", {}).get("metadata", {}).get("labels")
        assert labels is None or policy["spec"]["podSelector"]["matchLabels"].items() <= labels.items()
    assert len({container["image"] for container in containers()}) == 1


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_are_such(script: str) -> None:
    done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_sums_are_those_that_the_command_prints() -> None:
    command, shown = re.findall(
        r"^```sh\n(python benchmarks/cost\.py.*?)\n```\n\n```text\n(.*?)^```$", PAGE, re.M | re.S
    )[0]
    done = subprocess.run(
        [sys.executable, *shlex.split(command)[1:]], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout == shown
