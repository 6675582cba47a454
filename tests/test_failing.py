"""Errors turned into messages: a broken connection is no end of our output."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SAYS_SOMETHING = """
import click
from coach.cli.failing import tells_errors

@click.command()
@tells_errors
def says():
    while True:
        click.echo("a line " * 2000)

says()
"""
LOSES_A_CONNECTION = """
import click
from coach.cli.failing import tells_errors

@click.command()
@tells_errors
def loses():
    raise BrokenPipeError(32, "Broken pipe")

loses()
"""


def test_who_reads_only_the_first_lines_sees_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SAYS_SOMETHING], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("a line")
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows does not say which pipe broke")
def test_a_connection_that_breaks_does_not_look_like_a_finished_run() -> None:
    done = subprocess.run([sys.executable, "-c", LOSES_A_CONNECTION], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "BrokenPipeError" in done.stderr
